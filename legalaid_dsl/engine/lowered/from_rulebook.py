"""A rulebook under chosen readings and figures → its lowered form: what the results need, nothing else."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ...rulebook.model import ROOT, Rule, Rulebook, Term
from ..plan import Prepared, switched
from ..tables import Figures
from .from_expression import Lowerer
from .steps import Deciding, FactColumn, Lowered, NotLowerable, Shown, ThingShape, Took


def lower(prepared: Prepared, figures: Figures, *others: Figures) -> Lowered:
    """Raises NotLowerable where the rules say something that only the interpreter can decide.

    ``others``: figures that may stand in the place of these (``table_rows``): numbers are scaled for all of them.
    """
    book = prepared.rulebook
    low = Lowerer(prepared, figures, others)
    refusals = [_refusal(low, r) for r in _chosen(prepared, book.refusals)]
    shown = []
    for term in book.terms.values():
        if term.result is not None:
            condition = term.result.condition
            when = None if condition is None else low.expression(condition, term.thing)
            decisive = term.thing == ROOT  # a result of the case that is withheld leaves the case undetermined
            if decisive and condition is not None:
                raise NotLowerable("a result of the case that is only shown under a condition")
            shown.append(Shown(term.key, term.result.key, term.thing, when, low.term(term.key), decisive))
    return _lowered(low, refusals, shown)


def lower_one(prepared: Prepared, figures: Figures, key: str) -> Lowered:
    """The value of one term of the case alone, whether it is a result or not; raises NotLowerable."""
    low = Lowerer(prepared, figures, ())
    return _lowered(low, [], [Shown(key, key, ROOT, None, low.term(key), True)])


def _lowered(low: Lowerer, refusals: list[int], shown: list[Shown]) -> Lowered:
    book = low.prepared.rulebook
    return Lowered(
        book.id, book.digest, tuple(sorted(low.prepared.readings.items())), tuple(low.steps.nodes), shapes(book),
        tuple(low.tables.values()), tuple(refusals), tuple(shown),
        tuple(Deciding(key, node, clauses) for key, (node, clauses) in low.deciding.items()),
        tuple(Took(*found) for found in low.took), tuple(low.clauses),
    )  # fmt: skip


def _chosen(prepared: Prepared, rules: Iterable[Rule]) -> list[Rule]:
    return [r for r in rules if prepared.chosen(r)]


def _refusal(low: Lowerer, rule: Rule) -> int:
    conditions = [*switched(rule, low.prepared.switches), *(c for _, c in rule.applies), *([rule.when] if rule.when is not None else [])]
    return low.condition(conditions, rule.thing)


def shapes(book: Rulebook) -> tuple[ThingShape, ...]:
    """How each thing is read. Lists of things that the ruleset does not know by itself (only with another that uses it) hold nothing."""
    found = []
    for key, thing in book.things.items():
        lists = [(t.key, t.none_unless_stated) for t in book.things.values() if key in t.listed_in]
        facts = [_column(book, t) for t in book.terms_of(key) if t.fact]
        owners = tuple(o for o in thing.listed_in if o == ROOT or o in book.things)
        found.append(ThingShape(key, thing.identified, tuple(facts), tuple(lists), owners))
    if ROOT not in book.things:
        facts = [_column(book, t) for t in book.terms_of(ROOT) if t.fact]
        lists = [(t.key, t.none_unless_stated) for t in book.things.values() if ROOT in t.listed_in]
        found.insert(0, ThingShape(ROOT, False, tuple(facts), tuple(lists), ()))
    return tuple(found)


def _column(book: Rulebook, term: Term) -> FactColumn:
    column = FactColumn(
        term.key, term.path, term.type.kind, each_once=term.each_once, one_to_one=term.one_to_one,
        no_unless_stated=term.no_unless_stated,
    )  # fmt: skip
    if term.type.kind == "reference":
        return attrs.evolve(column, target=term.type.key)
    if term.type.kind not in ("choice", "choices"):
        return column
    choices = book.vocabularies[term.type.key].choices
    places = {key: i for i, key in enumerate(choices)}
    also = tuple(sum(1 << places[k] for k in c.also) for c in choices.values())
    return attrs.evolve(column, choices=tuple(choices), also=also)
