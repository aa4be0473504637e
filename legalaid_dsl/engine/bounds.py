"""Bounds of withheld numbers.

The intervals that the interpreter carries contain every possible value. When one single
fact is missing they are made exact: the case is evaluated for every value of that fact
that can make a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from math import gcd, lcm
from typing import Any

from ..rulebook import meaning as m
from ..rulebook.model import Term
from .decide import Evaluation
from .facts import Facts, Item
from .values import Need, Unknown, Value, hull, interval

MAX_STEPS = 400
MAX_ITEMS = 40  # of one kind; in larger cases the interpreter's own intervals stand
MAX_SUBSETS = 6  # larger lists are only ever asked whether they hold any of some choices


def narrow(
    ev: Evaluation, decisive: list[Term], results: Mapping[tuple[str, int], Value], needs: tuple[Need, ...]
) -> dict[str, tuple[Fraction, Fraction]]:
    """Finite bounds of each withheld decisive result, by its key in the result."""
    root = ev.facts.root
    withheld = [t for t in decisive if isinstance(results[(t.key, id(root))], Unknown)]
    outer = {t.key: interval(results[(t.key, id(root))]) for t in withheld}
    facts = [n for n in needs if n.what == "fact"]
    found: Mapping[str, tuple[Fraction | None, Fraction | None]] = outer
    if len(facts) == 1:
        exact = _exact(ev, withheld, facts[0], outer)
        found = {key: _inner(exact[key], outer[key]) for key in outer} if exact is not None else outer
    return {
        t.result.key: (low, high)
        for t in withheld
        for low, high in [found[t.key]]
        if t.result is not None and low is not None and high is not None
    }


def _exact(
    ev: Evaluation, terms: list[Term], need: Need,
    outer: Mapping[str, tuple[Fraction | None, Fraction | None]],
) -> dict[str, tuple[Fraction | None, Fraction | None]] | None:  # fmt: skip
    """The hull over every value of the missing fact; None when they cannot be listed."""
    item = _owner(ev.facts, need)
    if any(len(found) > MAX_ITEMS for found in ev.facts.items.values()):
        return None
    if item is None or need.figure not in ev.rulebook.terms:
        return None
    term = ev.rulebook.terms[need.figure]
    if term.type.kind == "number":
        return _exact_number(ev, terms, term, item, outer)
    found: dict[str, list[Value]] = {t.key: [] for t in terms}
    for value in _values(ev, term):
        _try(ev, terms, term, item, value, found)
    return _hulls(found)


def _inner(
    a: tuple[Fraction | None, Fraction | None], b: tuple[Fraction | None, Fraction | None]
) -> tuple[Fraction | None, Fraction | None]:
    """The common part of two intervals that both contain every value."""
    lows, highs = [x for x in (a[0], b[0]) if x is not None], [x for x in (a[1], b[1]) if x is not None]
    return max(lows, default=None), min(highs, default=None)


def _hulls(found: Mapping[str, list[Value]]) -> dict[str, tuple[Fraction | None, Fraction | None]] | None:
    return {key: hull(values) for key, values in found.items()} if all(found.values()) else None


def _try(ev: Evaluation, terms: list[Term], term: Term, item: Item, value: Any, found: dict[str, list[Value]]) -> None:
    """Evaluate with the fact given; a case that would be refused or left open has no value."""
    from .determine import _holding

    trial = ev.suppose(term.key, item, value)
    if _holding(trial, ev.rulebook.refusals):
        return
    for result in terms:
        number = trial.value(result.key, ev.facts.root)
        if not (isinstance(number, Unknown) and number.openings):
            found[result.key].append(number)


def _owner(facts: Facts, need: Need) -> Item | None:
    for items in [(facts.root,), *facts.items.values()]:
        for item in items:
            if need.path == item.path_of(*need.key.split(".")):
                return item
    return None


# ------------------------------------------------------------------ values that can matter


def _values(ev: Evaluation, term: Term) -> Iterable[Any]:
    match term.type.kind:
        case "yes_or_no":
            return (False, True)
        case "choice":
            return tuple(ev.rulebook.vocabularies[term.type.key].choices)
        case "choices":
            vocabulary = ev.rulebook.vocabularies[term.type.key].choices
            sizes = range(len(vocabulary) + 1) if len(vocabulary) <= MAX_SUBSETS else (0, 1, len(vocabulary))
            chosen = (c for size in sizes for c in combinations(vocabulary.values(), size))
            return [frozenset(kind for c in some for kind in c.also) for some in chosen]
        case "reference":
            return ev.facts.all(term.type.key)
        case "date":
            return sorted(_dates(ev))
        case _:
            return ()


def _dates(ev: Evaluation) -> set[date]:
    """Every day that a rule, a figure or another fact names, with the days around it."""
    named = {c.value for c in _constants(ev) if isinstance(c.value, date)}
    named |= {x for values in ev.rulebook.figures.values() for f in values for x in (f.from_date, f.to_date) if x}
    items = [ev.facts.root, *(i for found in ev.facts.items.values() for i in found)]
    named |= {x for i in items for x in i.facts.values() if isinstance(x, date)}
    return {x + timedelta(days=d) for x in named for d in (-1, 0, 1) if 1901 <= x.year <= 2199}


def _constants(ev: Evaluation) -> Iterator[m.Constant]:
    for rules in ev.prepared.rules.values():
        for rule in rules:
            for expression in rule.expressions():
                yield from (n for n in m.walk(expression) if isinstance(n, m.Constant))


def _exact_number(
    ev: Evaluation, terms: list[Term], term: Term, item: Item,
    outer: Mapping[str, tuple[Fraction | None, Fraction | None]],
) -> dict[str, tuple[Fraction | None, Fraction | None]] | None:  # fmt: skip
    """Step through the number on a grid finer than every threshold in its unit, until what
    still lies ahead cannot widen the hull."""
    named = term.type.unit.powers[:1]
    same = [c.value for c in _constants(ev) if isinstance(c.value, Fraction) and c.value and c.unit.powers[:1] == named]
    if _added_up(ev, term):
        same += [x for i in ev.facts.all(item.thing) if (x := i.facts.get(term.key)) and not isinstance(x, Unknown)]
    step = _common(same) / 2
    found: dict[str, list[Value]] = {t.key: [] for t in terms}
    _try(ev, terms, term, item, Fraction(0), found)
    _try(ev, terms, term, item, step * 10**6, found)
    if _as_wide(found, outer):
        return _hulls(found)
    at = Fraction(0)
    for _ in range(MAX_STEPS):
        at += step
        _try(ev, terms, term, item, at, found)
        ahead: dict[str, list[Value]] = {t.key: [] for t in terms}
        _try(ev, terms, term, item, Unknown(low=at), ahead)
        hulls = _hulls(ahead)
        if _as_wide(found, hulls or outer):
            return _hulls(found)
    return None


def _added_up(ev: Evaluation, term: Term) -> bool:
    """Whether some rule adds the fact up over several items, so that their values matter together."""
    nodes = (n for rules in ev.prepared.rules.values() for r in rules for e in r.expressions() for n in m.walk(e))
    return any(
        isinstance(n, m.Aggregate) and n.value is not None
        and any(isinstance(x, m.Reference) and x.term == term.key for x in m.walk(n.value))
        for n in nodes
    )  # fmt: skip


def _as_wide(found: Mapping[str, list[Value]], outer: Mapping[str, tuple[Fraction | None, Fraction | None]]) -> bool:
    """Whether the values found already reach both ends."""
    for key, (low, high) in outer.items():
        if low is None or high is None or not found[key]:
            return False
        lowest, highest = hull(found[key])
        if lowest is None or highest is None or lowest > low or highest < high:
            return False
    return True


def _common(numbers: list[Fraction]) -> Fraction:
    """The greatest number of which all are multiples; 1 when there are none."""
    if not numbers:
        return Fraction(1)
    denominator = lcm(*(n.denominator for n in numbers))
    return Fraction(gcd(*(int(n * denominator) for n in numbers)), denominator)
