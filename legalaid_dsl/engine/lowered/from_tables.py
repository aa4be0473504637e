"""Tables of figures by codes, and the sum of their cells: the lowered twin of ``tables.sum_cells``."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any

import attrs

from ...rulebook.model import Rulebook, Table
from ..tables import Figures
from .steps import TableRows

Selection = tuple[tuple[int, ...] | None, ...]  # per column: the codes chosen, None for all


def table_rows(rulebook: Rulebook, figures: Figures, table: Table, others: Sequence[Figures] = ()) -> TableRows:
    """A table's supplied rows and known totals, on a scale that holds those of ``others`` too."""
    places = [{c: i for i, c in enumerate(rulebook.vocabularies[v].choices)} for _, v in table.by]
    rows = figures.rows.get(table.key, {})
    totals = [t for t in rulebook.totals if t.table == table.key]
    figured = [v for f in (figures, *others) for v in f.rows.get(table.key, {}).values()]
    scale = lcm(1, *(v.denominator for v in figured), *(t.value.denominator for t in totals))

    def codes(chosen: tuple[str, ...] | None, column: int) -> tuple[int, ...] | None:
        return None if chosen is None else tuple(places[column][c] for c in chosen)

    def scaled(value: Fraction) -> int:
        return int(value * scale)

    return TableRows(
        table.key, tuple(len(p) for p in places),
        tuple(i for i, (name, _) in enumerate(table.by) if name in table.complete_for), scale,
        tuple((tuple(places[i][c] for i, c in enumerate(cell)), scaled(v)) for cell, v in rows.items()),
        tuple((tuple(codes(s, i) for i, s in enumerate(t.selection)), scaled(t.value)) for t in totals),
    )  # fmt: skip


@attrs.define(slots=True, eq=False)
class CellSums:
    """Sums of cells of one table, each selection worked out once. Threads may share it."""

    table: TableRows
    spec: tuple[tuple[int, ...] | int | None, ...]
    found: dict[tuple[int, ...], int | None] = attrs.Factory(dict)
    _rows: dict[tuple[int, ...], list[tuple[tuple[int, ...], int]]] | None = None

    def __call__(self, codes: tuple[int, ...], lists: tuple[bool, ...]) -> int | None:
        """``codes``: a choice or the bits of a list per argument; ``lists`` says which. None: not supplied."""
        if codes not in self.found:
            self.found[codes] = self._sum(codes, lists)
        return self.found[codes]

    def _sum(self, codes: tuple[int, ...], lists: tuple[bool, ...]) -> int | None:
        if any(many and not code for code, many in zip(codes, lists, strict=True)):
            return 0  # a sum over none of them reads nothing else
        selection: list[tuple[int, ...] | None] = []
        for column, spec in enumerate(self.spec):
            if isinstance(spec, int):
                code = codes[spec]
                bits = tuple(i for i in range(self.table.sizes[column]) if code >> i & 1) if lists[spec] else (code,)
                selection.append(bits)
            else:
                selection.append(spec)
        return self.sum_of(tuple(selection))

    def sum_of(self, selection: Selection) -> int | None:
        """As ``tables.sum_cells``: supplied combinations, known totals over those that are not."""
        table = self.table
        rows = self._by_combination()
        wanted = self._combinations(selection)
        absent = {c for c in wanted if c not in rows}
        value, covered = 0, set[tuple[int, ...]]()
        for chosen, total in table.totals if absent else ():
            if all(_same(chosen[i], selection[i]) for i in range(len(selection)) if i not in table.complete):
                cells = self._combinations(chosen)
                if cells and cells <= wanted - covered and cells & absent:
                    covered |= cells
                    value += total
        if absent - covered:
            return None
        for combination in wanted - covered:
            for cell, figure in rows.get(combination, ()):
                if all(s is None or cell[i] in s for i, s in enumerate(selection)):
                    value += figure
        return value

    def _by_combination(self) -> dict[tuple[int, ...], list[tuple[tuple[int, ...], int]]]:
        if self._rows is None:
            found: dict[tuple[int, ...], list[tuple[tuple[int, ...], int]]] = {}
            for cell, figure in self.table.rows:
                found.setdefault(tuple(cell[i] for i in self.table.complete), []).append((cell, figure))
            self._rows = found
        return self._rows

    def _combinations(self, selection: Selection) -> set[tuple[int, ...]]:
        chosen = [selection[i] for i in self.table.complete]
        ranges = [range(self.table.sizes[i]) if c is None else c for i, c in zip(self.table.complete, chosen)]
        return set(product(*ranges))


class Cells(dict[Any, Any]):
    """Sums of a table's cells by the codes of the arguments, each worked out when first asked for."""

    def __init__(self, sums: CellSums, unknowns: Sequence[Any], lists: Sequence[bool]) -> None:
        super().__init__()
        self.sums, self.unknowns, self.lists = sums, tuple(unknowns), tuple(lists)

    def __missing__(self, key: Any) -> Any:
        codes = key if isinstance(key, tuple) else (key,)
        if any(many and code == 0 for code, many in zip(codes, self.lists)):
            found: int | None = 0  # a sum over none of them reads nothing else
        elif any(code == unknown for code, unknown in zip(codes, self.unknowns)):
            found = None
        else:
            found = self.sums(codes, self.lists)
        self[key] = found
        return found


def _same(a: tuple[int, ...] | None, b: tuple[int, ...] | None) -> bool:
    return (None if a is None else set(a)) == (None if b is None else set(b))
