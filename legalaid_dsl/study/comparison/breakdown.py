"""Columns to break a comparison down by: facts of the case file, or terms that the rules decide."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import attrs

from ...api import Rules
from ...basics.bilingual import BilingualError
from ...basics.problem import did_you_mean
from ...basics.worded import said
from ...cases.facts.strict_json import Refused, read_json
from ...rulebook.model import ROOT, Rulebook, Term
from ..outcomes.kinds import KINDS, Kind, item_kind
from ..outcomes.outcome import decide, exact, result_key, shares
from .claims import WORDS
from .compare import Compared, Comparison


class UnknownColumn(BilingualError):
    """A column that the glossary does not have."""


@attrs.frozen(slots=True)
class Group:
    """One value of a column. ``keys``: the raw values, empty when the file does not say."""

    keys: tuple[str, ...]
    number: int
    counts: dict[Kind, int]
    changes: dict[str, Fraction]  # by the key of the number
    left_out: int  # not determined on both sides, so in no total


@attrs.frozen(slots=True)
class Breakdown:
    """``of_items``: the groups are of items, not of cases; their numbers are those of the items."""

    term: Term
    of_items: bool
    groups: tuple[Group, ...]


def column(rulebook: Rulebook, text: str) -> Term:
    """The term that a column names: its key (``form``, ``providers.kind``) or its name in either language."""
    words = text.strip()
    terms = rulebook.terms
    for found in (
        [t for t in terms.values() if t.key in (words, f"{ROOT}.{words}")],
        [t for t in terms.values() if words.lower() in (t.names.en.lower(), t.names.vi.lower())],
        [t for t in terms.values() if t.thing and ".".join(t.path) == words],
    ):
        if found:
            return found[0]
    near = did_you_mean(words, [k.removeprefix(f"{ROOT}.") for k in terms])
    raise UnknownColumn.of(said(WORDS, "no_column_like" if near else "no_column", name=words, near=near))


def break_down(comparison: Comparison, term: Term) -> Breakdown:
    """The comparison by the values of a column. Groups add up to the whole.

    By the items themselves where each has every decisive number of its own (what each provider
    gets); else by case: a case with several values is in the group of all of them.
    """
    keys = [result_key(t) for t in comparison.measures]
    of_items = term.thing in shares(comparison.amended.rulebook)
    cells: dict[tuple[str, ...], list[tuple[Kind, dict[str, Fraction | None], bool]]] = {}
    for row in comparison.rows:
        if of_items:
            for values, cell in _item_cells(comparison.base, row, term, keys):
                cells.setdefault(values, []).append(cell)
        else:
            values = _case_values(comparison, row, term)
            cells.setdefault(values, []).append((row.kind, {k: row.change(k) for k in keys}, row.counts))
    groups = [_group(values, found, keys) for values, found in cells.items()]
    return Breakdown(term, of_items, tuple(sorted(groups, key=lambda g: _order(comparison.base.rulebook, term, g))))


def _group(
    values: tuple[str, ...], cells: list[tuple[Kind, dict[str, Fraction | None], bool]], keys: list[str]
) -> Group:
    counts: dict[Kind, int] = {k: sum(1 for kind, _, _ in cells if kind == k) for k in KINDS}
    changes = {k: sum((c[k] or Fraction(0) for _, c, _ in cells), Fraction(0)) for k in keys}
    return Group(values, len(cells), counts, changes, sum(1 for _, _, known in cells if not known))


def _order(rulebook: Rulebook, term: Term, group: Group) -> tuple[Any, ...]:
    """As the vocabulary lists them; what is not stated comes last."""
    vocabulary = rulebook.vocabularies.get(term.type.key)
    order = list(vocabulary.choices) if vocabulary is not None else []
    places = tuple(order.index(k) if k in order else len(order) for k in group.keys)
    return (not group.keys, len(group.keys), places, group.keys)


# ------------------------------------------------------------------ values of a case


def facts_of(case: Any) -> dict[str, Any]:
    """The facts as plain values; nothing where the text is no case."""
    try:
        found = read_json(case) if isinstance(case, str) else case
    except Refused:
        return {}
    return found if isinstance(found, dict) else {}


def _case_values(comparison: Comparison, row: Compared, term: Term) -> tuple[str, ...]:
    if term.fact:
        facts = facts_of(row.case)
        found = [held(item, term) for item in items_of(comparison.base.rulebook, facts, term.thing)]
    else:
        found = _decided(comparison.base, row, term, comparison)
    return tuple(sorted({text for value in found for text in texts_of(term, value)}))


def _decided(rules: Rules, row: Compared, term: Term, comparison: Comparison) -> list[Any]:
    """What the rules decide: read off the trace of the base, or of the amended ruleset where it is new."""
    known = rules if term.key in rules.rulebook.terms else comparison.amended
    trace = decide(known, row.case, comparison.options, trace=True).raw["trace"]
    return [e["value"] for e in trace if e["term"] == term.key]


def _item_cells(
    base: Rules, row: Compared, term: Term, keys: list[str]
) -> Iterator[tuple[tuple[str, ...], tuple[Kind, dict[str, Fraction | None], bool]]]:
    """Each item of the case with what became of it."""
    before = {i["id"]: i for i in row.before.raw.get(term.thing) or ()}
    after = {i["id"]: i for i in row.after.raw.get(term.thing) or ()}
    for item in items_of(base.rulebook, facts_of(row.case), term.thing):
        old, new = before.get(item.get("id"), {}), after.get(item.get("id"), {})
        changes: dict[str, Fraction | None] = {k: _change(old, new, k) if row.counts else None for k in keys}
        values = tuple(sorted(texts_of(term, held(item, term))))
        yield values, (item_kind(row.kind, row.counts, old, new, keys), changes, row.counts)


def _change(old: dict[str, Any], new: dict[str, Any], key: str) -> Fraction | None:
    """A number that an item does not have (another way of being paid has none) counts as none."""
    before, after = exact(old, key), exact(new, key)
    return (after or Fraction(0)) - (before or Fraction(0))


def items_of(rulebook: Rulebook, facts: dict[str, Any], thing: str) -> list[dict[str, Any]]:
    """The items of a thing in a case file, wherever they are listed."""
    if thing == ROOT:
        return [facts]
    if thing not in rulebook.things:
        return []
    owners = [i for owner in rulebook.things[thing].listed_in for i in items_of(rulebook, facts, owner)]
    lists = [o.get(thing) for o in owners]
    return [i for found in lists if isinstance(found, list) for i in found if isinstance(i, dict)]


def held(item: Any, term: Term) -> Any:
    for key in term.path:
        item = item.get(key) if isinstance(item, dict) else None
    return item


def texts_of(term: Term, value: Any) -> list[str]:
    """The raw texts of a value; of a day, its year."""
    if value is None:
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, list | tuple):
        return [str(v) for v in value if isinstance(v, str)]
    if not isinstance(value, str | int):
        return []  # what no case can hold; it is refused
    text = str(value)
    return [text[:4]] if term.type.kind == "date" else [text]
