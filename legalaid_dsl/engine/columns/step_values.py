"""What each step of the lowered form does to whole columns, with NumPy over integers."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import attrs
import numpy as np

from ...rulebook.model import ROOT
from ..lowered.operations import NEGATED
from ..lowered.steps import DOUBT, NO, YES, Node
from . import numbers as cn
from . import running_sums as runs
from .aggregates import aggregate
from .batch import Numbers, dtype_of
from .largest_remainder import add_up
from .run import Run
from .shared_ceilings import share

NEGATIONS = np.array(NEGATED, np.uint8)


def _added(to: Any, codes: Any) -> Any:
    """In place, where ``to`` is not one value for all."""
    return np.add(to, codes, out=to) if np.ndim(to) else to + codes


@attrs.define(slots=True, eq=False)
class Stepping(Run):
    """A batch, and how each step is worked out for it."""

    def step(self, place: int) -> Any:
        node = self.nodes[place]
        if node.op == "const":
            code = node.data[0]
            return cn.constant(code) if node.kind in ("number", "date") else dtype_of(node)(code)
        if node.op in ("fact", "unlisted", "owner"):
            return self.batch.columns[(node.op, *node.data)]
        if node.op == "agg":
            return aggregate(self, node)
        if node.op == "run":
            return runs.run_of(self, node)
        if node.op == "share":
            return share(self, node)
        if node.op == "add_up":
            return add_up(self, node)
        if node.op == "watch":  # of 64 bits: never too large
            return self.spread(node.args[0], node.thing)
        if node.op == "hop":  # from another thing: nothing to spread
            return self._hop(node)
        parts = [self.spread(a, node.thing) for a in node.args]
        return getattr(self, f"_{node.op}")(node, parts, place)

    def _owned(self, node: Node, parts: list[Any], place: int) -> Any:
        thing, owner = node.data
        others = [o for o in self.lowered.shape(thing).owners if o != ROOT]
        if owner != ROOT:
            return np.where(self.batch.columns[("owner", thing, owner)] >= 0, np.uint8(YES), np.uint8(NO))
        found = np.ones(self.count(thing), bool)
        for other in others:
            found &= self.batch.columns[("owner", thing, other)] < 0
        return np.where(found, np.uint8(YES), np.uint8(NO))

    def _any(self, node: Node, parts: list[Any], place: int) -> Any:
        found = np.zeros(self.batch.cases, np.uint8)
        found[self.case_of(node.data[0])[self.values[node.args[0]] == YES]] = YES
        return found

    def _inverse(self, node: Node, parts: list[Any], place: int) -> Any:
        references = self.values[node.args[0]]
        found = np.full(self.count(node.thing), -1, np.int64)
        items = np.flatnonzero(references >= 0)[::-1]
        found[references[items]] = items  # the first is written last
        return found

    def _hop(self, node: Node) -> Any:
        value, way = self.values[node.args[0]], self.spread(node.args[1], node.thing)
        if isinstance(value, Numbers):
            codes = np.append(value.codes, 0)[way]
            known = way >= 0 if value.known is None else np.append(value.known, False)[way]
            below = None if value.below is None else np.append(value.below, 1)[way]
            return Numbers(codes, known, below, value.top)
        return np.append(value, np.asarray(node.unknown, value.dtype))[way]

    def _over(self, node: Node, parts: list[Any], place: int) -> Any:
        value, way = parts
        if isinstance(value, Numbers):
            return Numbers(
                np.broadcast_to(value.codes, way.shape), cn.both_known(value.known, way >= 0), value.below, value.top
            )
        return np.where(way >= 0, value, np.asarray(node.unknown, dtype_of(node)))

    def _table(self, node: Node, parts: list[Any], place: int) -> Any:
        return self._look_up(node, self._index(node, node.data[0]), self.tables[place])

    def _index(self, node: Node, sizes: Sequence[int], few: Sequence[Any] = ()) -> Any:
        """Where the codes meet in a flat table; what the case alone decides is added up for the case.

        ``few``: per argument the codes that it can have, where its table has a place for these only.
        """
        slot = (node.args, node.thing)
        if slot not in self._indexes:
            self._indexes[slot] = self._place(node, sizes, few or [None] * len(sizes))
            for arg in node.args:
                self._indexed.setdefault(arg, []).append(slot)
        return self._indexes[slot]

    def _place(self, node: Node, sizes: Sequence[int], few: Sequence[Any]) -> Any:
        step, of_case, of_item = 1, None, None
        kind: Any = np.uint16 if prod(sizes) <= 2**16 else np.intp
        for arg, size, some in zip(reversed(node.args), reversed(sizes), reversed(few), strict=True):
            mine = self.nodes[arg].thing
            value = np.asarray(self.values[arg])
            codes = (value if some is None else np.searchsorted(some, value)).astype(kind)
            if step != 1:
                codes *= kind(step)
            if mine == node.thing and mine != ROOT:
                of_item = codes if of_item is None else _added(of_item, codes)
            else:
                of_case = codes if of_case is None else of_case + codes
            step *= size
        if of_case is not None and node.thing != ROOT and np.ndim(of_case):
            of_case = of_case.take(self.case_of(node.thing))
        found = of_case if of_item is None else of_item if of_case is None else _added(of_item, of_case)
        return np.asarray(found).astype(np.intp, copy=False)  # as looking up wants it; any other is turned into it each time

    def _look_up(self, node: Node, index: Any, table: Any) -> Any:
        if isinstance(table, tuple):
            codes, known, top = table
            return Numbers(codes.take(index), None if known is None else known.take(index), None, top)
        return table.take(index)

    def _cells(self, node: Node, parts: list[Any], place: int) -> Any:
        sizes, few, table = self.tables[place]
        index = self._index(node, sizes, few) if node.args else 0
        return self._look_up(node, index, table)

    def _dated(self, node: Node, parts: list[Any], place: int) -> Any:
        starts, (codes, known, top) = self.tables[place]
        day = parts[0]
        index = np.searchsorted(starts, day.codes, side="right")
        found = day.known if known is None else cn.both_known(day.known, known[index])
        return Numbers(codes[index], found, None, top)

    # -------------------------------------------------------------- conditions

    def _and(self, node: Node, parts: list[Any], place: int) -> Any:
        found = parts[0]
        for part in parts[1:]:
            found = found & part
        return found

    def _or(self, node: Node, parts: list[Any], place: int) -> Any:
        found = parts[0]
        for part in parts[1:]:
            found = found | part
        return found

    def _not(self, node: Node, parts: list[Any], place: int) -> Any:
        return NEGATIONS.take(parts[0])

    def _not_true(self, node: Node, parts: list[Any], place: int) -> Any:
        return (parts[0] != YES).view(np.uint8) * np.uint8(YES)

    def _or_doubt(self, node: Node, parts: list[Any], place: int) -> Any:
        return parts[0] | np.uint8(DOUBT)

    def _known(self, node: Node, parts: list[Any], place: int) -> Any:
        part = parts[0]
        if isinstance(part, Numbers):
            return cn.known_codes(part, self.count(node.thing))
        return (part != self.nodes[node.args[0]].unknown).view(np.uint8) * np.uint8(YES)

    def _same(self, node: Node, parts: list[Any], place: int) -> Any:
        found = cn.yes(parts[0] == parts[1])
        for arg, part in zip(node.args, parts, strict=True):
            if not self.nodes[arg].sure:
                unknown = part == self.nodes[arg].unknown
                found = found * ~unknown | unknown
        return found

    def _among(self, node: Node, parts: list[Any], place: int) -> Any:
        return self.tables[place].take(parts[0])

    def _includes(self, node: Node, parts: list[Any], place: int) -> Any:
        held = parts[0]
        found = (held & node.data[0]) != 0
        doubtful = np.False_
        for arg, part in zip(node.args[1:], parts[1:], strict=True):
            meant = self.nodes[arg]
            unknown = part == meant.unknown
            bits = part if meant.kind == "choices" else np.int64(1) << part.astype(np.int64)
            found = found | (((held & bits) != 0) & ~unknown)
            doubtful = doubtful | unknown
        codes = cn.yes(found) | cn.yes(doubtful & (held != 0)) & np.uint8(DOUBT)
        unknown = held == self.nodes[node.args[0]].unknown
        return codes * ~unknown | unknown

    def _count_of(self, node: Node, parts: list[Any], place: int) -> Any:
        part = self.nodes[node.args[0]]
        known = None if part.sure else parts[0] != part.unknown
        return Numbers(np.bitwise_count(parts[0]).astype(np.int64), known, None, part.size + 1)

    def _set_of(self, node: Node, parts: list[Any], place: int) -> Any:
        found: Any = np.int64(0)
        unknown: Any = np.False_
        for arg, part in zip(node.args, parts, strict=True):
            found = found | (np.int64(1) << np.asarray(part).astype(np.int64))
            unknown = unknown | (part == self.nodes[arg].unknown)
        return np.where(unknown, node.unknown or 0, found).astype(dtype_of(node))

    # -------------------------------------------------------------- choosing

    def _pick(self, node: Node, parts: list[Any], place: int) -> Any:
        table = self.tables[place]
        if table is not None:
            index = parts[0]
            for i, part in enumerate(parts[1:], 1):
                index = index | np.left_shift(part, 2 * i, dtype=np.int32)
            return table.take(index)
        size, opened, same = node.data
        sure: Any = sum((np.asarray(p) == YES).astype(np.int32) for p in parts[:size])
        which: Any = sum((np.asarray(p) == YES).astype(np.int32) * i for i, p in enumerate(parts[:size]))
        bad: Any = sure != 1
        if opened:
            bad = bad | (parts[-1] != NO)
        alike = np.array(same)
        kind = alike[np.where(bad, 0, which)]
        for i, part in enumerate(parts[:size]):
            bad = bad | ((part == DOUBT) & (kind != alike[i]))
        return np.where(bad, size, which).astype(dtype_of(node))

    def _first(self, node: Node, parts: list[Any], place: int) -> Any:
        kind = dtype_of(node)
        found = np.full(self.count(node.thing), len(parts), kind)
        for i in range(len(parts) - 1, -1, -1):
            held = parts[i] == YES
            found = found * ~held + held * kind(i)
        return found

    def _case(self, node: Node, parts: list[Any], place: int) -> Any:
        which: Any = np.asarray(parts[0])
        values = parts[1:]
        if np.ndim(which) == 0:
            which = np.broadcast_to(which, (self.count(node.thing),))
        if isinstance(values[0], Numbers):
            return cn.chosen(which, values)
        kind = dtype_of(node)
        found: Any = np.asarray(which >= len(values)).astype(kind) * kind(node.unknown)
        for i, (arg, value) in enumerate(zip(node.args[1:], values, strict=True)):
            unknown, here = self.nodes[arg].unknown, np.asarray(value)
            if unknown != node.unknown:
                here = np.where(here == unknown, node.unknown or 0, here).astype(kind)
            found = found + here * (which == i)
        return found.astype(kind, copy=False)

    def _shifted(self, node: Node, parts: list[Any], place: int) -> Any:
        return self.tables[place].take(parts[0])

    def _shifted_first(self, node: Node, parts: list[Any], place: int) -> Any:
        held, kind = parts[0] == YES, dtype_of(node)
        return held * kind(node.data[0]) + ~held * kind(node.size)

    def _coalesce(self, node: Node, parts: list[Any], place: int) -> Any:
        found: Any = parts[-1]
        for part in reversed(parts[:-1]):
            none = part == node.size
            found = part * ~none + found * none
        return found.astype(dtype_of(node), copy=False)

    # -------------------------------------------------------------- numbers

    def _compare(self, node: Node, parts: list[Any], place: int) -> Any:
        return cn.compared(node.data[0], parts[0], parts[1], self.doubter(node.thing))

    def _band(self, node: Node, parts: list[Any], place: int) -> Any:
        return cn.band(parts[0], node.data, dtype_of(node))

    def _times(self, node: Node, parts: list[Any], place: int) -> Any:
        return cn.scaled(parts[0], node.data[0], self.doubter(node.thing))

    def _add(self, node: Node, parts: list[Any], place: int) -> Any:
        return cn.added(parts[0], parts[1], 1 if node.op == "add" else -1, self.doubter(node.thing))

    _sub = _add

    def _mul(self, node: Node, parts: list[Any], place: int) -> Any:
        return cn.multiplied(parts[0], parts[1], self.doubter(node.thing))

    def _div(self, node: Node, parts: list[Any], place: int) -> Any:
        return cn.divided(parts[0], parts[1], node.data[0], node.data[1], self.doubter(node.thing))

    def _min(self, node: Node, parts: list[Any], place: int) -> Any:
        return cn.extreme(parts[0], parts[1], node.op == "min", self.doubter(node.thing))

    _max = _min

    def _on_dates(self, node: Node, parts: list[Any], place: int) -> Any:
        return cn.on_dates(node.data, [self.whole(p, node.thing) for p in parts], self.count(node.thing))

    def _ranked(self, node: Node, parts: list[Any], place: int) -> Any:
        return cn.ranked(node.data, parts).astype(dtype_of(node))

    def _round(self, node: Node, parts: list[Any], place: int) -> Any:
        return cn.rounded(parts[0], node.data, self.doubter(node.thing))
