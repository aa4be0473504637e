"""A sheet as it stands: rows of cells with their numbers, cells that are merged, and the name of every place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs

from ...basics.tabular import Place
from ..portfolio.opened import letters

Row = tuple[int, Sequence[Any]]
Area = tuple[int, int, int, int]  # first row (as the sheet counts), first column from 0, last row, last column


@attrs.frozen(slots=True, eq=False)
class Grid:
    """``rows``: those of the sheet in order, each with its number, any time again; blank ones may be left out.
    ``text``: of a text file, whose rows are lines and whose rows have as many cells as the header."""

    place: Place
    name: str  # of the sheet or file, as a table might be called
    rows: Callable[[], Iterator[Row]]
    merged: tuple[Area, ...] = ()
    text: bool = False
    hidden: bool = False
    hidden_rows: tuple[tuple[int, int], ...] = ()  # the first and last of each stretch
    hidden_columns: tuple[tuple[int, int], ...] = ()  # likewise, from 0
    count: int = 0  # of rows, where it is known

    def at(self, number: int, column: int | None = None, name: str = "") -> Place:
        """Where a row stands, or a cell of it."""
        if self.text:
            return attrs.evolve(self.place, line=number, column=name or ("" if column is None else letters(column)))
        if column is None or not self.place.sheet:  # a table in memory, or of Parquet, has no cells with names; its header is row 0
            return attrs.evolve(self.place, row=number or None, column=name)
        return attrs.evolve(self.place, cell=f"{letters(column)}{number}", column=name)
