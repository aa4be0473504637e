"""Who belongs together with whom: the items of a group, looked at once for all that ask.

A group is asked for by many items ("the earlier lines of the same provider"). Its items are put in order
by what they have in common and by their day, with running results beside them, so that asking for all
items costs what looking at each of them once costs. What is not known keeps its place: an item whose
provider or day is missing may belong to everybody's group.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Generic, Protocol, TypeVar

import attrs

from ...values import Unknown, Value, unknown
from ..facts import Item
from ..trace import Decision

T = TypeVar("T")
Key = tuple[Value, ...]
FIRST = date.min  # the day of everything, where a thing has no order of its own


class Running(Protocol[T]):
    """How the results of several items become one."""

    @property
    def nothing(self) -> T:
        """The result of no item."""

    def one(self, value: Value, inside: Value) -> T:
        """What one item gives; ``inside``: True, or Unknown where it may not belong."""

    def both(self, a: T, b: T) -> T: ...

    def doubted(self, result: T, doubts: Iterable[Unknown]) -> T:
        """The result of items of which it is not known whether they belong."""

    def apart(self, result: T, group: int) -> T:
        """The result under the name of its group: whoever asks refers to it."""


@attrs.frozen(slots=True, eq=False)
class Row:
    """One item of a group: whether it belongs at all, what it is told apart by, its day, and its value."""

    item: Item
    inside: Value
    key: Key
    day: Value
    value: Value


@attrs.define(slots=True, eq=False)
class _Line(Generic[T]):
    """Rows in one order, with the results of those before each and after each."""

    rows: list[Row]
    running: Running[T]
    in_doubt: bool  # whether each may not belong
    places: dict[int, int] = attrs.Factory(dict)
    before: list[T] = attrs.Factory(list)
    after: list[T] = attrs.Factory(list)

    def __attrs_post_init__(self) -> None:
        both = self.running.both
        parts = [self._one(r) for r in self.rows]
        self.places = {id(r.item): i for i, r in enumerate(self.rows)}
        self.before = [self.running.nothing]
        for part in parts:
            self.before.append(both(self.before[-1], part))
        self.after = [self.running.nothing]
        for part in reversed(parts):
            self.after.append(both(part, self.after[-1]))
        self.after.reverse()

    def _one(self, row: Row) -> T:
        if not self.in_doubt:
            return self.running.one(row.value, row.inside)
        return self.running.one(row.value, unknown((row.inside, *row.key, row.day)))

    def up_to(self, end: int) -> tuple[T, int]:
        return self.before[end], end

    def without(self, item: Item) -> tuple[T, int]:
        """All but one item."""
        place = self.places.get(id(item))
        if place is None:
            return self.before[-1], len(self.rows)
        return self.running.both(self.before[place], self.after[place + 1]), len(self.rows) - 1


@attrs.define(slots=True, eq=False)
class _Bucket(Generic[T]):
    """The rows that have one thing in common."""

    running: Running[T]
    dated: list[Row] = attrs.Factory(list)
    undated: list[Row] = attrs.Factory(list)
    _order: list[tuple[date, int]] = attrs.Factory(list)
    _lines: dict[tuple[bool, bool], _Line[T]] = attrs.Factory(dict)

    def line(self, dated: bool, in_doubt: bool) -> _Line[T]:
        found = self._lines.get((dated, in_doubt))
        if found is None:
            if dated:
                self.dated.sort(key=_order)
                self._order = [_order(r) for r in self.dated]
            found = _Line(self.dated if dated else self.undated, self.running, in_doubt)
            self._lines[(dated, in_doubt)] = found
        return found

    def earlier(self, item: Item, day: Value, in_doubt: bool) -> Iterator[tuple[T, int, bool]]:
        """The result of what comes before an item, how many they are, and whether that is in doubt."""
        if isinstance(day, Unknown):
            yield (*self.line(True, True).without(item), True)
        else:
            line = self.line(True, in_doubt)
            yield (*line.up_to(bisect_left(self._order, (day, item.position))), in_doubt)
        if self.undated:
            yield (*self.line(False, True).without(item), True)

    def others(self, item: Item, in_doubt: bool) -> Iterator[tuple[T, int, bool]]:
        for dated in (True, False):
            if self.dated if dated else self.undated:
                yield (*self.line(dated, in_doubt).without(item), in_doubt)


def _order(row: Row) -> tuple[date, int]:
    return row.day, row.item.position


@attrs.define(slots=True, eq=False)
class Members(Generic[T]):
    """All items that may be in a group, and for each item that asks the result of those with it.

    ``record`` notes what looking at them read: decisions that rest on the group refer to it.
    """

    running: Running[T]
    record: Decision
    waiting: list[Item]  # not looked at yet, the last first
    building: bool = False
    rows: list[Row] = attrs.Factory(list)
    by_item: dict[int, Row] = attrs.Factory(dict)
    in_doubt: bool = False  # whether some item may not belong, or not with some others
    _masks: dict[tuple[bool, ...], list[Row]] = attrs.Factory(dict)
    _tables: dict[tuple[tuple[bool, ...], tuple[int, ...]], dict[Key, _Bucket[T]]] = attrs.Factory(dict)

    def build(self, look: Callable[[Item], Row | None]) -> None:
        """Look at every item. What stops half-way goes on where it stopped."""
        self.building = True
        try:
            while self.waiting:
                row = look(self.waiting[-1])
                self.waiting.pop()
                if row is not None:
                    self.rows.append(row)
                    self.by_item[id(row.item)] = row
                    self.in_doubt |= any(isinstance(x, Unknown) for x in (row.inside, row.day, *row.key))
                    self._masks.setdefault(_known(row.key), []).append(row)
        finally:
            self.building = False

    @property
    def sure(self) -> bool:
        """Whether nothing about the group is unknown."""
        return not any(isinstance(x, Unknown) for r in self.rows for x in (r.inside, r.day, r.value, *r.key))

    def beside(self, item: Item, key: Key, day: Value, *, earlier: bool) -> tuple[T, int]:
        """The result of the other items that go with one (of those before it), and how many they may be."""
        mask = _known(key)
        result, count, doubtful = self.running.nothing, 0, False
        for bucket, in_doubt in self._buckets(mask, key):
            found = bucket.earlier(item, day, in_doubt) if earlier else bucket.others(item, in_doubt)
            for part, size, doubted in found:
                result = self.running.both(result, part)
                count += size
                doubtful |= doubted and size > 0
        result = self.running.apart(result, self.record.group)
        doubts = [x for x in (*key, day if earlier else None) if isinstance(x, Unknown)]
        return (self.running.doubted(result, doubts) if doubtful and doubts else result), count

    def _buckets(self, mask: tuple[bool, ...], key: Key) -> Iterator[tuple[_Bucket[T], bool]]:
        for other in self._masks:
            common = tuple(i for i, known in enumerate(mask) if known and other[i])
            table = self._tables.get((other, common))
            if table is None:
                table = self._tables[(other, common)] = {}
                for row in self._masks[other]:
                    bucket = table.setdefault(tuple(row.key[i] for i in common), _Bucket(self.running))
                    (bucket.undated if isinstance(row.day, Unknown) else bucket.dated).append(row)
            found = table.get(tuple(key[i] for i in common))
            if found is not None:
                yield found, len(common) < len(mask)


def _known(key: Key) -> tuple[bool, ...]:
    return tuple(not isinstance(part, Unknown) for part in key)
