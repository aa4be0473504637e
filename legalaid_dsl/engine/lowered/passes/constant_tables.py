"""Steps that depend on a few choices only become tables: one look-up instead of many conditions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import Any, Final

import attrs

from ....rulebook.model import ROOT
from ..operations import OPERATIONS
from ..steps import Lowered, Node
from .definedness import made_sure
from .interval_index import Interval, bands
from .schedule import needed

MOST_CELLS: Final = 3_000  # of one table
MOST_IN_ALL: Final = 5_000_000  # of all tables that are tried; after so many, steps stay as they are
MOST_CODES: Final = 260  # of one axis
MOST_PLACES: Final = 64  # of one axis that says which rule decides: each rule has steps that ask for it
MOST_BUNDLES: Final = 4  # that a part of a condition is tried with


HOLE: Final = object()  # a combination that no facts can give


@attrs.frozen(slots=True, eq=False)
class _Folded:
    """A step as a table over others: its axes (places of new steps) and a code a combination."""

    axes: tuple[int, ...]
    table: list[Any]


class _Codes(dict[Any, Any]):
    """The code for each combination of codes that a step reads, worked out once."""

    def __init__(self, node: Node, parts: Sequence[Node]) -> None:
        super().__init__()
        self.node, self.parts = node, parts

    def __missing__(self, codes: Any) -> Any:
        found = HOLE if HOLE in codes else OPERATIONS[self.node.op](self.node, self.parts, codes)
        self[codes] = found
        return found


@attrs.define(slots=True, eq=False)
class _Folder:
    nodes: list[Node] = attrs.Factory(list)  # the new steps
    places: dict[Node, int] = attrs.Factory(dict)
    kept: dict[int, _Folded] = attrs.Factory(dict)  # old place → table
    made: dict[int, int] = attrs.Factory(dict)  # old place → new place
    old: Sequence[Node] = ()
    intervals: dict[int, Interval] = attrs.Factory(dict)  # old comparisons with constants
    limits: dict[int, tuple[int, ...]] = attrs.Factory(dict)  # old numbers that they are about
    tried: int = 0  # cells of the tables so far

    def add(self, node: Node) -> int:
        if node not in self.places:
            self.places[node] = len(self.nodes)
            self.nodes.append(node)
        return self.places[node]

    def fold(self, place: int) -> None:
        node = self.old[place]
        if node.op == "const":
            self.kept[place] = _Folded((), [node.data[0]])
            return
        if node.op in OPERATIONS and all(a in self.kept for a in node.args):
            folded = self._table(node, [self.kept[a] for a in node.args], [self.old[a] for a in node.args])
            if folded is not None:
                self.kept[place] = folded
                return
        if place in self.intervals:
            self._banded(place, self.intervals[place])
            return
        if node.op in ("and", "or"):
            self._bundles(place, node)
            return
        if node.op == "first" and len(node.args) > 1:
            self._first(place, node)
            return
        self._opaque(place, attrs.evolve(node, args=tuple(self.new(a) for a in node.args)))

    def _opaque(self, place: int, node: Node) -> None:
        """A step of its own; an axis for others when its codes can be listed."""
        if node.op == "times" and self.nodes[node.args[0]].op == "times":
            inner = self.nodes[node.args[0]]
            node = attrs.evolve(node, args=inner.args, data=(node.data[0] * inner.data[0],))
        new = self.made[place] = self.add(node)
        axis = self._axis(new)
        if axis is not None:
            self.kept[place] = axis

    def _axis(self, new: int) -> _Folded | None:
        node = self.nodes[new]
        if not node.codes or node.codes > (MOST_PLACES if node.op == "pick" else MOST_CODES):
            return None
        codes: list[Any] = list(range(node.codes))
        if node.kind == "yes_or_no":
            codes[2] = HOLE
        if node.sure:
            codes[node.unknown or 0] = HOLE
        return _Folded((new,), codes)

    def _banded(self, place: int, interval: Interval) -> None:
        """A comparison as a table over the band of its number."""
        limits, number = self.limits[interval.number], self.new(interval.number)
        meant = self.nodes[number]
        band = self.add(Node("band", (number,), limits, meant.thing, "choice", len(limits) + 1, meant.sure))
        codes: list[Any] = interval.codes(limits)
        if meant.sure:
            codes[-1] = HOLE
        self.kept[place] = _Folded((band,), codes)

    def _bundles(self, place: int, node: Node) -> None:
        """Kleene's and, or of many: those that fit one table together are put into one."""
        bundles: list[_Folded] = []
        rest: list[int] = []
        for arg in node.args:
            found = self.kept.get(arg)
            if found is None:
                rest.append(self.new(arg))
                continue
            for i in range(max(len(bundles) - MOST_BUNDLES, 0), len(bundles)):
                both = self._table(node, [bundles[i], found], ())
                if both is not None:
                    bundles[i] = both
                    break
            else:
                bundles.append(found)
        parts = [*(self._emit(b, node) for b in bundles), *rest]
        sure = all(self.nodes[p].sure for p in parts)
        self._opaque(place, attrs.evolve(node, args=tuple(parts), sure=sure))

    def _first(self, place: int, node: Node) -> None:
        """The first of many that holds: those that fit one table together are put into one."""
        found: list[_Folded | int] = []
        for i, arg in enumerate(node.args):
            held = self.kept.get(arg)
            one = attrs.evolve(node, op="shifted_first", data=(i,))
            folded = None if held is None else self._table(one, [held], ())
            if folded is None:
                found.append(self.add(attrs.evolve(one, args=(self.new(arg),))))
                continue
            before = found[-1] if found else None
            both = (
                self._table(attrs.evolve(node, op="coalesce"), [before, folded], ())
                if isinstance(before, _Folded)
                else None
            )
            if both is None:
                found.append(folded)
            else:
                found[-1] = both
        parts = tuple(self._emit(f, node) if isinstance(f, _Folded) else f for f in found)
        self._opaque(place, attrs.evolve(node, op="coalesce", args=parts, data=()))

    def new(self, place: int) -> int:
        """The new step for an old one."""
        if place not in self.made:
            self.made[place] = self._emit(self.kept[place], self.old[place])
        return self.made[place]

    def _emit(self, folded: _Folded, node: Node) -> int:
        """A table as a step; one that only repeats its axis is the axis."""
        unknown = node.unknown
        sure = unknown not in folded.table
        if not folded.axes:
            return self.add(Node("const", (), (folded.table[0],), "", node.kind, node.size, sure, node.whole))
        if len(folded.axes) == 1:
            axis = self.nodes[folded.axes[0]]
            if axis.kind == node.kind and all(c is HOLE or c == i for i, c in enumerate(folded.table)):
                return folded.axes[0]
        table = tuple(unknown if code is HOLE else code for code in folded.table)
        thing = ROOT
        for axis_place in folded.axes:
            found = self.nodes[axis_place].thing
            thing = found if found != ROOT else thing
        sizes = tuple(self.nodes[a].codes for a in folded.axes)
        whole = all(c is None or isinstance(c, int) for c in table)
        return self.add(Node("table", folded.axes, (sizes, table), thing, node.kind, node.size, sure, whole))

    def _table(self, node: Node, parts: Sequence[_Folded], read: Sequence[Node]) -> _Folded | None:
        """``read``: the old steps that the parts stand for, where what is done asks what they are."""
        axes = tuple(self._order(a for p in parts for a in p.axes))
        sizes = [self.nodes[a].codes for a in axes]
        cells = 1
        for size in sizes:
            cells *= size
            if cells > MOST_CELLS or self.tried > MOST_IN_ALL:
                return None
        self.tried += cells * len(parts)
        columns = []
        for part in parts:
            if part.axes == axes:
                columns.append(part.table)
            else:
                columns.append([part.table[i] for i in _projection(axes, tuple(sizes), part.axes)] if part.axes else part.table * cells)
        codes = _Codes(node, read)
        return _reduced(_Folded(axes, [codes[c] for c in zip(*columns, strict=True)]), sizes)

    def _order(self, axes: Iterable[int]) -> list[int]:
        """Axes of the case first, so that rows can look them up once for all items."""
        return sorted(set(axes), key=lambda a: (self.nodes[a].thing not in ("", ROOT), a))


def _projection(axes: tuple[int, ...], sizes: tuple[int, ...], own: tuple[int, ...]) -> list[int]:
    """Per combination of all axes: where a table over some of them has it."""
    strides: dict[int, int] = {}
    step = 1
    by_axis = dict(zip(axes, sizes, strict=True))
    for axis in reversed(own):
        strides[axis] = step
        step *= by_axis[axis]
    index = [0]
    for axis, size in zip(axes, sizes, strict=True):
        stride = strides.get(axis, 0)
        index = [i + c * stride for i in index for c in range(size)]
    return index


def _reduced(folded: _Folded, sizes: Sequence[int]) -> _Folded:
    """Without the axes that make no difference."""
    axes, table, lengths = list(folded.axes), folded.table, list(sizes)
    for at in reversed(range(len(axes))):
        merged = _without(table, lengths[at], prod(lengths[at + 1 :]))
        if merged is not None:
            table = merged
            del axes[at], lengths[at]
    return _Folded(tuple(axes), table)


def _without(table: list[Any], size: int, inner: int) -> list[Any] | None:
    """The table without one axis, or None where the axis makes a difference."""
    merged: list[Any] = []
    for outer in range(0, len(table), size * inner):
        kept = table[outer : outer + inner]
        for start in range(outer + inner, outer + size * inner, inner):
            other = table[start : start + inner]
            if other != kept:
                if any(a != b and a is not HOLE and b is not HOLE for a, b in zip(kept, other, strict=True)):
                    return None
                kept = [b if a is HOLE else a for a, b in zip(kept, other, strict=True)]
        merged += kept
    return merged


def fold(lowered: Lowered) -> Lowered:
    """The same form with tables for what depends on few choices."""
    ends = {*lowered.refusals, *(d.node for d in lowered.deciding), *(t.node for t in lowered.took)}
    ends |= {n for s in lowered.shown for n in (s.value, s.condition) if n is not None}
    intervals, limits = bands(lowered.nodes, needed(lowered, ends))
    folder = _Folder(old=lowered.nodes, intervals=intervals, limits=limits)
    for place in range(len(lowered.nodes)):
        folder.fold(place)

    def new(place: int) -> int:
        return folder.new(place)

    return made_sure(attrs.evolve(
        lowered,
        refusals=tuple(new(r) for r in lowered.refusals),
        shown=tuple(
            attrs.evolve(s, value=new(s.value), condition=None if s.condition is None else new(s.condition))
            for s in lowered.shown
        ),
        deciding=tuple(attrs.evolve(d, node=new(d.node)) for d in lowered.deciding),
        took=tuple(attrs.evolve(t, node=new(t.node)) for t in lowered.took),
        nodes=tuple(folder.nodes),
    ))  # fmt: skip
