"""Small changes of the facts of an example: another number, day or choice, one item more or fewer."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, Literal

import attrs

from ..basics.quantity import decimal_text
from ..cases.case_file import WorkedCase, list_with
from ..rulebook import meaning as m
from ..rulebook.model import ROOT, Rule, Rulebook, Term
from ..rulebook.parts import dependencies
from .places import held

Handle = tuple[str, str]  # (thing, label); ("case", "") is the case itself
THE_CASE: Final[Handle] = (ROOT, "")
MOST_VALUES: Final = 12


@attrs.frozen(slots=True)
class Nudge:
    """One fact set (or unset), one item added (a copy of ``handle`` called ``value``) or left out."""

    kind: Literal["set", "unset", "add", "remove"]
    handle: Handle
    term: str = ""
    value: Any = None


@attrs.frozen(slots=True)
class Focus:
    """What a rule turns on: the facts that it reads, the nearest first, its numbers and its days."""

    facts: tuple[str, ...]
    numbers: tuple[Fraction, ...]
    days: tuple[date, ...]

    @classmethod
    def of(cls, book: Rulebook, rules: Iterable[Rule], days: Iterable[date] = ()) -> Focus:
        """Breadth first over what the rules read, and what decides that."""
        layer, seen = list(rules), set[int]()
        facts: dict[str, None] = {}
        constants: dict[Any, None] = dict.fromkeys(days)
        while layer:
            terms: dict[str, None] = {}
            for rule in layer:
                seen.add(id(rule))
                for node in (n for e in rule.expressions() for n in m.walk(e)):
                    if isinstance(node, m.Constant):
                        constants[node.value] = None
                    if isinstance(node, m.Aggregate):
                        terms[node.group.thing] = None
                terms.update(dict.fromkeys(sorted(dependencies(rule, {}))))
            facts.update(dict.fromkeys(t for t in terms if t not in book.rules))
            layer = [r for t in terms for r in book.rules.get(t, ()) if id(r) not in seen]
        numbers = tuple(x for x in constants if isinstance(x, Fraction))
        return cls(tuple(facts), numbers, tuple(x for x in constants if isinstance(x, date)))


def nudged(case: WorkedCase, nudges: Iterable[Nudge]) -> dict[str, Any]:
    """The facts of an example after nudges. Raises KeyError for one that has no place."""
    facts, handles = copy.deepcopy((case.facts, case.handles))
    handles = {**handles, THE_CASE: facts}
    for nudge in nudges:
        item = handles[nudge.handle]
        if nudge.kind == "add":
            new = {**copy.deepcopy(item), "id": nudge.value}
            list_with(facts, item).append(new)
            handles[(nudge.handle[0], nudge.value)] = new
            continue
        if nudge.kind == "remove":
            listed = list_with(facts, item)
            listed[:] = [x for x in listed if x is not item]
            del handles[nudge.handle]
            continue
        *outer, last = nudge.term.split(".")[1:]
        for key in outer:
            item = item.setdefault(key, {})
        if nudge.kind == "unset":
            item.pop(last, None)
        else:
            item[last] = nudge.value
    return facts


def nudges(book: Rulebook, case: WorkedCase, focus: Focus) -> Iterator[Nudge]:
    """Every nudge of the facts in focus, the nearest facts first."""
    days = [*focus.days, *_days(case.facts)]
    for key in focus.facts:
        if key in book.things and book.things[key].identified:
            yield from _items(case, key)
        term = book.terms.get(key)
        if term is None or not term.fact or term.inverse_of:
            continue
        handles = [THE_CASE] if term.thing == ROOT else [h for h in case.handles if h[0] == term.thing]
        for handle in handles:
            stated = held(case.facts if handle == THE_CASE else case.handles[handle], term)
            values = _values(book, case, term, stated, focus, days)
            yield from (Nudge("set", handle, key, v) for v in values[:MOST_VALUES] if v != stated)
            if stated is not None:
                yield Nudge("unset", handle, key)


def _items(case: WorkedCase, thing: str) -> Iterator[Nudge]:
    labels = [h for h in case.handles if h[0] == thing]
    if labels:
        head = labels[-1][1].rstrip("0123456789") or "x"
        number = 1 + max((int(d) for h in labels if (d := h[1][len(head) :]).isdecimal()), default=len(labels))
        yield Nudge("add", labels[-1], value=f"{head}{number}")
        yield Nudge("remove", labels[-1])


def _values(book: Rulebook, case: WorkedCase, term: Term, stated: Any, focus: Focus, days: list[date]) -> list[Any]:
    """What else the fact could be, as a case file writes it."""
    match term.type.kind:
        case "number":
            half = Fraction(1, 2)
            near = [n + d for n in focus.numbers for d in (0, half, -half, 1, -1)]
            own = [Fraction(stated) + d for d in (1, -1, half)] if stated is not None else []
            return [decimal_text(n) for n in dict.fromkeys([*own, *sorted(near)]) if n >= 0]
        case "date":
            near_days = [d + timedelta(days=k) for k in (0, 1, -1) for d in days]
            return [d.isoformat() for d in dict.fromkeys(near_days)]
        case "choice":
            return list(book.vocabularies[term.type.key].choices)
        case "choices":
            every = list(book.vocabularies[term.type.key].choices)
            fewer = [[x for x in stated if x != y] for y in stated] if stated else []
            return [*fewer, *([c] for c in every), *([*(stated or []), c] for c in every if c not in (stated or []))]
        case "yes_or_no":
            return [True, False]
        case "reference":
            return [label for thing, label in case.handles if thing == term.type.key]
    return []


def _days(facts: Any) -> list[date]:
    """Every day that stands in the facts."""
    if isinstance(facts, dict):
        facts = list(facts.values())
    if isinstance(facts, list):
        return list(dict.fromkeys(d for x in facts for d in _days(x)))
    try:
        return [date.fromisoformat(facts)] if isinstance(facts, str) and len(facts) == 10 else []
    except ValueError:
        return []
