"""Groups of items and what is made of them, as the interpreter does (engine/interpreter/evaluate.py)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import attrs

from ....rulebook import meaning as m
from ....rulebook.model import ROOT
from . import values as v
from .logic import Formula, both, either, every, opposite, some
from .naming import Translating
from .space import Spot
from .values import Number, Picked, Truth, Value

ZERO = Fraction(0)


def members(tr: Translating, group: m.Group, spot: Spot) -> tuple[list[tuple[Spot, Truth]], Formula]:
    """The items that may belong, each with whether it does, and when a list of them is not known."""
    thing = group.thing
    tr.naming.read_all(thing)
    own = tr.space.lists.get((thing, spot)) if group.its else None
    missing: Formula
    if own is not None:
        listed, candidates = own
        missing = opposite(listed)
    else:
        missing = some(
            both(owner.present, opposite(listed))
            for (kind, owner), (listed, _) in tr.space.lists.items()
            if kind == thing and (not group.of or owner.thing == group.of)
        )
        every_one = tr.space.spots.get(thing, [])
        candidates = tuple(s for s in every_one if not group.of or (s.owner is not None and s.owner.thing == group.of))
    found = []
    for other in candidates:
        parts = [v.truth(other.present)]
        if own is None and group.its and spot.thing != ROOT:
            parts.append(belongs(tr, other, spot))
        if group.before:
            parts.append(before(tr, other, spot))
        parts += [_equal(tr, e, other, spot) for e in group.same]
        if group.where is not None and not any(p.no is True for p in parts):
            parts.append(tr.truth(group.where, other))
        inside = v.all_of(parts)
        if inside.no is not True:
            found.append((other, inside))
    return found, missing


def belongs(tr: Translating, spot: Spot, owner: Spot) -> Truth:
    """Whether the item's reference to that kind of thing is to this one."""
    key = tr.prepared.relations.get((spot.thing, owner.thing))
    if key is None:
        return v.truth(spot.owner is owner)
    there = tr.value(key, spot)
    assert isinstance(there, Picked)
    return v.truth(there.guards.get(owner, False), there.known)


def before(tr: Translating, a: Spot, b: Spot) -> Truth:
    """In order of the thing's date, then of position."""
    if a is b:
        return v.NO
    key = tr.book.things[a.thing].in_order_of
    if not key:
        return v.truth(a.place < b.place)
    x, y = tr.value(key, a), tr.value(key, b)
    assert isinstance(x, Number)
    assert isinstance(y, Number)
    return v.truth(v.compared("<=" if a.place < b.place else "<", x, y), both(x.known, y.known))


def same(tr: Translating, node: m.Expression, a: Spot, b: Spot) -> Truth:
    x, y = tr.evaluate(node, a), tr.evaluate(node, b)
    return v.truth(v.equal(x, y), both(x.known, y.known))


def _equal(tr: Translating, node: m.Expression, a: Spot, b: Spot) -> Truth:
    return v.YES if a is b else same(tr, node, a, b)


def aggregate(tr: Translating, node: m.Aggregate, spot: Spot) -> Value:
    found, missing = members(tr, node.group, spot)
    if node.kind == "number":
        return count([inside for _, inside in found], opposite(missing))
    assert node.value is not None
    nobody = both(opposite(missing), *(inside.no for _, inside in found))
    valued = [(tr.evaluate(node.value, i), inside) for i, inside in found]
    if node.kind == "total":
        some_value: Value | None = _total(node, valued, missing)
    elif node.ranked_by:
        some_value = _ranked(tr, node, valued, missing)
    else:
        some_value = _extreme(node, valued, missing)
    empty = tr.evaluate(node.empty, spot) if node.empty is not None else None
    parts: list[tuple[Formula, Value]] = [(nobody, empty)] if empty is not None else []
    if some_value is not None:
        parts.append((opposite(nobody), some_value))
    result = v.merged(parts)
    return result if result is not None else v.of_cases(False, [])


def count(insides: Sequence[Truth], known: Formula) -> Number:
    """How many belong: for so few items, case by case."""
    cases: list[Formula] = [True]
    for inside in insides:
        longer: list[Formula] = [*cases, False]
        for i in range(len(longer)):
            stays = both(cases[i], opposite(inside.yes)) if i < len(cases) else False
            longer[i] = either(stays, both(cases[i - 1], inside.yes) if i else False)
        cases = longer
    sure = every(i.known for i in insides)
    return v.of_cases(both(known, sure), [(g, Fraction(i)) for i, g in enumerate(cases)])


def _total(node: m.Aggregate, valued: list[tuple[Value, Truth]], missing: Formula) -> Number:
    result = v.constant(ZERO)
    for value, inside in valued:
        assert isinstance(value, Number)
        nothing = both(value.known, v.compared("=", value, v.constant(ZERO))) if node.group.where is None else False
        known = either(inside.no, both(inside.yes, value.known), nothing)
        if value.cases:
            part = v.of_cases(known, [*((both(inside.yes, g), x) for g, x in value.cases), (opposite(inside.yes), ZERO)])
        else:
            held = v.merged([(inside.yes, value), (opposite(inside.yes), v.constant(ZERO))])
            assert isinstance(held, Number)
            part = attrs.evolve(held, known=known)
        result = v.add(result, part)
    return attrs.evolve(result, known=both(result.known, opposite(missing)))


def _sure(valued: list[tuple[Value, Truth]], missing: Formula) -> Formula:
    return both(opposite(missing), *(either(i.no, both(i.yes, x.known)) for x, i in valued))


def _extreme(node: m.Aggregate, valued: list[tuple[Value, Truth]], missing: Formula) -> Value | None:
    """The highest or lowest of numbers or days."""
    parts: list[tuple[Formula, Value]] = []
    sign = ">=" if node.kind == "highest" else "<="
    earlier: Formula = False
    for value, inside in valued:
        best = [either(i.no, v.compared(sign, value, x)) for x, i in valued if x is not value]  # type: ignore[arg-type]
        wins = both(inside.yes, opposite(earlier), *best)
        earlier = either(earlier, wins)
        parts.append((wins, value))
    found: Any = v.merged(parts)
    if found is None:
        return None
    return Number(both(found.known, _sure(valued, missing)), found.term, found.low, found.high, found.cases)


def _ranked(tr: Translating, node: m.Aggregate, valued: list[tuple[Value, Truth]], missing: Formula) -> Value:
    """The highest or lowest of choices: the last of all choices needs no other to be known."""
    choices = sorted(tr.book.vocabularies[node.ranked_by].choices.values(), key=lambda c: c.rank)
    order = [c.key for c in (choices if node.kind == "lowest" else reversed(choices))]
    held = {
        key: some(both(i.yes, x.known, x.guards.get(key, False)) for x, i in valued if isinstance(x, Picked))
        for key in order
    }
    guards = {key: both(held[key], *(opposite(held[k]) for k in order[:n])) for n, key in enumerate(order)}
    sure = _sure(valued, missing)
    return Picked(either(both(sure, some(held.values())), held[order[0]]), guards, True)  # type: ignore[arg-type]
