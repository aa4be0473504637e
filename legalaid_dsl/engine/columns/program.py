"""Columns: the lowered form worked out for many cases at once, with NumPy over integers.

Every step becomes a column for the whole batch. What is unknown is carried along with its own code or
mask, as in rows. Cases with something that a column cannot carry are marked, and rows decide them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

import attrs
import numpy as np

from ..lowered.from_tables import Cells, CellSums
from ..lowered.passes.schedule import needed
from ..lowered.steps import DOUBT, NO, YES, Lowered, Node, NotLowerable
from ..rows.step_text import SMALL_PICK, pick_table
from .batch import LIMIT, Batch, Numbers, dtype_of
from .run import Run
from .step_values import Stepping

MOST_CELLS = 60_000  # of a table of sums that is worked out as a whole
MOST_IN_ALL = 5_000_000  # codes of all tables


@attrs.frozen(slots=True, eq=False)
class Columns:
    """The steps that some roots need, with the tables they look up. Threads may share it."""

    lowered: Lowered
    roots: tuple[int, ...]
    steps: tuple[int, ...]
    tables: dict[int, Any] = attrs.field(repr=False)
    done: dict[int, tuple[int, ...]] = attrs.field(repr=False)  # after a step: those that nothing reads any more

    def run(self, batch: Batch) -> Run:
        """Work out a batch. Memory that is still warm is used again: what is not needed goes at once."""
        run = Stepping(self.lowered, self.tables, batch, batch.doubtful.copy())
        for place in self.steps:
            run.values[place] = run.step(place)
            run.forget(self.done.get(place, ()))
        return run


def print_columns(lowered: Lowered, roots: Sequence[int]) -> Columns:
    """Raises NotLowerable where columns cannot say what the rules say."""
    tables: dict[int, Any] = {}
    cells = 0
    steps = needed(lowered, roots)
    for place in steps:
        node = lowered.nodes[place]
        if node.kind == "text" or (node.kind == "choices" and node.size > 60):
            raise NotLowerable(f"columns of {node.op} {node.kind}")
        if node.op in ("const", "times", "round", "div") and not all(_carried(x) for x in node.data):
            raise NotLowerable("columns of fractions, or of numbers beyond 64 bits")
        cells += _cells(lowered, node)
        if cells > MOST_IN_ALL:
            raise NotLowerable("columns of so many tables")
        tables[place] = _table(lowered, node)
    return Columns(lowered, tuple(roots), tuple(steps), tables, _done(lowered, roots, steps))


def _carried(number: Any) -> bool:
    """Whether what a step is worked out with is an integer of 64 bits, if it is a number."""
    return abs(number) < LIMIT if isinstance(number, int) else number is None or isinstance(number, str)


def _done(lowered: Lowered, roots: Sequence[int], steps: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The last step that reads each step that is no root."""
    last = {arg: place for place in steps for arg in lowered.nodes[place].args}
    found: dict[int, list[int]] = {}
    kept = set(roots)
    for arg, place in last.items():
        if arg not in kept:
            found.setdefault(place, []).append(arg)
    return {place: tuple(args) for place, args in found.items()}


def _cells(lowered: Lowered, node: Node) -> int:
    """How many codes a step's table has."""
    parts = [lowered.nodes[a] for a in node.args]
    if node.op == "cells":
        return min(prod(len(_possible(p)) for p in parts), MOST_CELLS)
    return len(node.data[1]) if node.op == "table" else parts[0].size if node.op in ("among", "shifted") else 0


def _table(lowered: Lowered, node: Node) -> Any:
    """What a step looks up."""
    match node.op:
        case "table":
            return _codes(node, node.data[1])
        case "among":
            part = lowered.nodes[node.args[0]]
            codes = [DOUBT if c == part.unknown else YES if node.data[0] >> c & 1 else NO for c in range(part.size + 1)]
            return np.array(codes, np.uint8)
        case "shifted":
            part = lowered.nodes[node.args[0]]
            return np.array([c + node.data[0] for c in range(part.size)] + [node.size], dtype_of(node))
        case "pick" if len(node.args) <= SMALL_PICK:
            return np.array(pick_table(node.data, len(node.args)), np.uint8)
        case "dated":
            starts, amounts, _ = node.data
            return np.array(starts, np.int32), _codes(node, (None, *amounts))
        case "cells":
            parts = [lowered.nodes[a] for a in node.args]
            few = [None if p.codes else np.array(_possible(p), dtype_of(p)) for p in parts]
            return [len(_possible(p)) for p in parts], few, _codes(node, cell_sums(lowered, node))
    return None


def _possible(node: Node) -> Sequence[Any]:
    """The codes that a step can have, rising; none where they are too many: a list is what a table or a constant says."""
    if node.codes:
        return range(node.codes)
    return sorted(set(node.data[1])) if node.op == "table" else node.data if node.op == "const" else ()


def _codes(node: Node, table: Sequence[Any]) -> Any:
    """A column of codes; for numbers with a mask."""
    if node.kind in ("number", "date"):
        if not all(c is None or isinstance(c, int) for c in table):
            raise NotLowerable("a table of fractions")
        known = np.array([c is not None for c in table])
        codes = Numbers(np.array([0 if c is None else c for c in table], np.int64), None if known.all() else known).narrowed()
        return codes.codes, codes.known, codes.top
    return np.array(table, dtype_of(node))


def cell_sums(lowered: Lowered, node: Node) -> list[Any]:
    """Every sum of cells that the arguments can ask for, by their possible codes, the last running fastest."""
    parts = [lowered.nodes[a] for a in node.args]
    codes = [_possible(p) for p in parts]
    if not 0 < prod(map(len, codes)) <= MOST_CELLS:
        raise NotLowerable("too many sums of cells")
    table = next(t for t in lowered.tables if t.key == node.data[0])
    sums = Cells(CellSums(table, node.data[1]), [p.unknown for p in parts], [p.kind == "choices" for p in parts])
    return [sums[chosen] for chosen in product(*codes)]
