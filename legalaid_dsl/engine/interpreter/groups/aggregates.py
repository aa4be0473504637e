"""Totals, counts, highest and lowest over the items of a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final

import attrs

from ....rulebook import meaning as m
from ....rulebook.model import ROOT
from ... import values as v
from ...values import ZERO, Unknown, Value
from ..evaluation import Evaluation
from ..facts import Item
from .members import FIRST, Members, Row, Running


@attrs.frozen(slots=True, eq=False)
class Sum:
    """A running sum. ``sparing``: what adds nothing is not asked whether it belongs."""

    sparing: bool
    nothing: Value = ZERO

    def one(self, value: Value, inside: Value) -> Value:
        if inside is True or (self.sparing and value == ZERO):
            return value
        low, high = v.interval(value)
        return v.unknown((inside, value), None if low is None else min(low, ZERO), None if high is None else max(high, ZERO))

    def both(self, a: Value, b: Value) -> Value:
        return v.add(a, b)

    def doubted(self, result: Value, doubts: Iterable[Unknown]) -> Value:
        return v.unknown((result, *doubts), result.low, result.high) if isinstance(result, Unknown) else result

    def apart(self, result: Value, group: int) -> Value:
        return v.apart(result, ("", group)) if isinstance(result, Unknown) else result


@attrs.frozen(slots=True, eq=False)
class Extremes:
    """The best value that is sure, what is in doubt, and the interval around all of them."""

    best: Value = None
    doubt: Unknown | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    any: bool = False
    numbers: bool = True


NONE: Final = Extremes()


@attrs.frozen(slots=True, eq=False)
class Extreme:
    """The highest or lowest so far. ``ranks``: of the choices of a rising vocabulary, else numbers or days."""

    highest: bool
    ranks: Mapping[str, int]
    nothing: Extremes = NONE

    def rank(self, value: Value) -> Any:
        return self.ranks[value] if self.ranks else value

    def one(self, value: Value, inside: Value) -> Extremes:
        sure = inside is True and not isinstance(value, Unknown)
        doubt = None if sure else v.unknown((value, inside))
        numbers = isinstance(value, Fraction | Unknown)
        low, high = v.interval(value) if numbers else (None, None)
        return Extremes(value if sure else None, doubt, low, high, True, numbers)

    def both(self, a: Extremes, b: Extremes) -> Extremes:
        if not (a.any and b.any):
            return b if b.any else a
        known = [x.best for x in (a, b) if x.best is not None]
        best = (max if self.highest else min)(known, key=self.rank) if known else None
        doubts = [x.doubt for x in (a, b) if x.doubt is not None]
        low = None if a.low is None or b.low is None else min(a.low, b.low)
        high = None if a.high is None or b.high is None else max(a.high, b.high)
        return Extremes(
            best, v.unknown(doubts) if len(doubts) > 1 else doubts[0] if doubts else None, low, high,
            True, a.numbers and b.numbers,
        )  # fmt: skip

    def doubted(self, result: Extremes, doubts: Iterable[Unknown]) -> Extremes:
        return attrs.evolve(result, doubt=v.unknown((result.doubt, *doubts))) if result.any else result

    def apart(self, result: Extremes, group: int) -> Extremes:
        return result if result.doubt is None else attrs.evolve(result, doubt=v.apart(result.doubt, ("", group)))

    def told(self, found: Extremes, missing: Unknown | None) -> Value:
        """The value; unknown where something in doubt could be beyond the best that is sure."""
        doubts = [x for x in (found.doubt, missing) if x is not None]
        if not doubts:
            return found.best
        last = (max if self.highest else min)(self.ranks.values(), default=None)
        if found.best is not None and self.ranks and self.rank(found.best) == last:
            return found.best
        if self.ranks or missing is not None or not found.numbers:
            return v.unknown(doubts)
        return v.unknown(doubts, found.low, found.high)


def unknown_lists(ev: Evaluation, group: m.Group, item: Item) -> Unknown | None:
    """Where it is not known which items there are."""
    if group.its and group.thing in item.lists:
        return ev.unknown_list(item, group.thing) if item.lists[group.thing] is None else None
    return ev.unknown_lists(group.thing, group.of)


def aggregate(ev: Evaluation, node: m.Aggregate, item: Item) -> Value:
    """The value of an aggregate for the item that asks."""
    group = node.group
    running = _running(ev, node)
    members = _members(ev, node, item, running)
    if members is None:
        return Unknown(open=(ev.circle(item),))
    result, count, in_doubt = _asked(ev, group, members, item, running)
    missing = unknown_lists(ev, group, item)
    if node.kind == "number":
        return result if missing is None else v.unknown((result, missing), v.interval(result)[0])
    if count == 0 and missing is None:
        return ev.of(node.empty, item) if node.empty is not None else ev.unknown_list(item, group.thing)
    value = running.told(result, missing) if isinstance(running, Extreme) else _total(ev, node, result, missing)
    return _or_none(ev, node, value, item) if in_doubt and isinstance(value, Unknown) else value


def _or_none(ev: Evaluation, node: m.Aggregate, value: Unknown, item: Item) -> Value:
    """Where nothing may belong, it may also come to what the rule says of none; a sum of nothing is 0 already."""
    if node.empty is None or (node.kind == "total" and isinstance(node.empty, m.Constant) and node.empty.value == ZERO):
        return value
    none = ev.of(node.empty, item)
    return v.unknown((value, none), *v.hull((value, none)))


def _total(ev: Evaluation, node: m.Aggregate, result: Value, missing: Unknown | None) -> Value:
    if missing is not None:
        low = ZERO if node.value is not None and ev.prepared.never_negative(node.value) else None
        result = v.add(result, v.unknown((missing,), low))
    if isinstance(result, Unknown) and result.line is None and isinstance(node.value, m.Reference):
        group = node.group
        whole = not (node.value.steps or group.of or group.same or group.before)
        whole = whole and (not (group.its or group.where) or ev.prepared.never_negative(node.value))  # else some have more than all
        ceiling = ev.most_together(node.value.term) if whole else None
        if ceiling is not None:
            low, high = v.interval(v.at_most(result, Unknown(high=ceiling, low=result.low)))
            result = v.unknown((result,), low, high)
    return result


def _running(ev: Evaluation, node: m.Aggregate) -> Running[Any]:
    if node.kind in ("number", "total"):
        return Sum(node.kind == "total" and node.group.where is None)
    ranks = {c.key: c.rank for c in ev.rulebook.vocabularies[node.ranked_by].choices.values()} if node.ranked_by else {}
    return Extreme(node.kind == "highest", ranks)


def _members(ev: Evaluation, node: m.Aggregate, item: Item, running: Running[Any]) -> Members[Any] | None:
    """The items of the group, told apart by whose they are and what must be the same; None in a circle."""
    group = node.group
    listed = group.its and group.thing in item.lists
    whose = _whose(group, item)

    def items() -> Iterable[Item]:
        if listed:
            return item.lists[group.thing] or ()
        every = ev.facts.all(group.thing)
        return [i for i in every if i.owner is not None and i.owner.thing == group.of] if group.of else every

    def look(candidate: Item) -> Row | None:
        inside = True if group.where is None else ev.of(group.where, candidate)
        if inside is False:
            return None
        key = tuple(ev.of(e, candidate) for e in group.same)
        if whose is not None:
            key = (ev.owner(candidate, whose), *key)
        day = ev.day(candidate) if group.before else FIRST
        value = Fraction(1) if node.value is None else ev.of(node.value, candidate)
        return Row(candidate, inside, key, day, value)

    return ev.members((id(node), id(item) if listed else 0), items, look, running)


def _asked(ev: Evaluation, group: m.Group, members: Members[Any], item: Item, running: Running[Any]) -> tuple[Any, int, bool]:
    """The result of the items that go with one, itself among them unless earlier ones are asked for; how many they may
    be, and whether that is in doubt."""
    whose = _whose(group, item)
    own = members.by_item.get(id(item)) if item.thing == group.thing else None
    same = tuple(ev.of(e, item) for e in group.same) if own is None else own.key[1:] if whose else own.key
    day = FIRST if not group.before else ev.day(item) if own is None else own.day
    result, count = members.beside(item, (item, *same) if whose else same, day, earlier=group.before)
    in_doubt = members.in_doubt or any(isinstance(x, Unknown) for x in (*same, day))
    if own is None or group.before:
        return result, count, in_doubt
    belongs = own.inside
    if whose:
        owner = own.key[0]
        belongs = v.all_of([belongs, v.unknown([owner]) if isinstance(owner, Unknown) else owner is item])
    return (result, count, in_doubt) if belongs is False else (running.both(result, running.one(own.value, belongs)), count + 1, in_doubt)


def _whose(group: m.Group, item: Item) -> str | None:
    """The thing whose items are meant by “its”, where they refer to it and do not stand in its list."""
    return item.thing if group.its and group.thing not in item.lists and item.thing != ROOT else None
