"""One batch being worked out: the value of each step, what is asked of it, and the cases left to rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from ...rulebook.model import ROOT
from ..lowered.steps import Lowered, Node
from .batch import Array, Batch, Numbers


@attrs.define(slots=True, eq=False)
class Run:
    """One batch being worked out: the value of each step, and the cases left to rows."""

    lowered: Lowered
    tables: Mapping[int, Any]  # what steps look up
    batch: Batch
    doubt: Array
    values: dict[int, Any] = attrs.Factory(dict)
    _spread: dict[int, dict[str, Any]] = attrs.Factory(dict)  # by step, then by thing
    _many: dict[str, Array] = attrs.Factory(dict)  # items of a kind in each case
    _starts: dict[str, tuple[Array, Array | None]] = attrs.Factory(dict)
    _indexes: dict[tuple[tuple[int, ...], str], Any] = attrs.Factory(dict)
    _indexed: dict[int, list[Any]] = attrs.Factory(dict)  # by step, the keys that it is part of

    def forget(self, places: Sequence[int]) -> None:
        """Let go of columns, and of what was made of them only."""
        for place in places:
            del self.values[place]
            self._spread.pop(place, None)
            for slot in self._indexed.pop(place, ()):
                self._indexes.pop(slot, None)

    def sums(self, thing: str, codes: Array) -> Array:
        """Sums over the items of each case."""
        if thing not in self._starts:
            many = self.many(thing)
            any_there = many > 0
            self._starts[thing] = (np.cumsum(many) - many)[any_there], None if any_there.all() else any_there
        starts, some = self._starts[thing]
        each: Array = np.add.reduceat(codes, starts, dtype=np.int64) if len(starts) else np.zeros(0, np.int64)
        if some is None:
            return each
        found = np.zeros(self.batch.cases, np.int64)
        found[some] = each
        return found

    def many(self, thing: str) -> Array:
        """How many items of a kind there are in each case."""
        if thing not in self._many:
            self._many[thing] = np.bincount(self.batch.case_of[thing], minlength=self.batch.cases)
        return self._many[thing]

    def largest(self, thing: str) -> int:
        """The most items of a kind in one case."""
        return max(int(self.many(thing).max(initial=1)), 1)

    @property
    def nodes(self) -> tuple[Node, ...]:
        return self.lowered.nodes

    def count(self, thing: str) -> int:
        return self.batch.count(thing)

    def case_of(self, thing: str) -> Array:
        return np.arange(self.batch.cases) if thing in ("", ROOT) else self.batch.case_of[thing]

    def target_of(self, place: int) -> str:
        """The thing that a column of references leads to."""
        node = self.nodes[place]
        if node.op == "fact":
            return next(f.target for s in self.lowered.shapes for f in s.facts if f.term == node.data[0])
        return str(node.data[1]) if node.op in ("owner", "inverse") else self.target_of(node.args[0])

    def spread(self, place: int, thing: str) -> Any:
        """A column as one of another thing: what belongs to the case, for each of its items."""
        node, value = self.nodes[place], self.values[place]
        if node.thing in ("", thing) or thing in ("", ROOT):
            return value
        spread = self._spread.setdefault(place, {})
        if thing not in spread:
            case = self.case_of(thing)
            if isinstance(value, Numbers):
                spread[thing] = value.picked(lambda x: x.take(case))
            else:
                spread[thing] = value if np.ndim(value) == 0 else value.take(case)
        return spread[thing]

    def wide(self, value: Any, thing: str) -> Any:
        """With one code an item, also where it is a constant."""
        shape = (self.count(thing),)
        if not isinstance(value, Numbers):
            return np.broadcast_to(value, shape)
        known = None if value.known is None else np.broadcast_to(value.known, shape)
        below = None if value.below is None else np.broadcast_to(value.below, shape)
        return Numbers(np.broadcast_to(value.codes, shape), known, below, value.top)

    # -------------------------------------------------------------- what is left to rows

    def whole(self, value: Numbers, thing: str, wanted: Any = np.True_) -> Numbers:
        """Numbers that are no fractions; the cases of those that are go to rows."""
        if value.below is None:
            return value
        part = (value.codes % value.below != 0) & wanted
        self.doubter(thing)(part if value.known is None else part & value.known)
        return Numbers(np.where(part, 0, value.codes // value.below), value.known, None, value.top)

    def doubter(self, thing: str) -> Callable[[Any], None]:
        def doubt(items: Any) -> None:
            where = np.broadcast_to(items, (self.count(thing),))
            self.doubt[self.case_of(thing)[where]] = True

        return doubt

    def doubt_segments(self, segment: Array, size: int, items: Any) -> None:
        where, found = np.broadcast_to(items, segment.shape) & (segment >= 0), np.zeros(size, bool)
        found[segment[where]] = True
        self.doubt_places(size, found)

    def doubt_places(self, size: int, found: Array) -> None:
        """``found`` by case, or by item of some thing."""
        if size == self.batch.cases:
            self.doubt |= found
        for case_of in self.batch.case_of.values():
            if len(case_of) == size:
                self.doubt[case_of[found]] = True
