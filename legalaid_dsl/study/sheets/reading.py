"""From what somebody hands over (a file, a frame, a table) to tables of facts by their own names, and what was understood of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa

from ...basics.bilingual import Bilingual
from ...basics.tabular import Place
from ...rulebook.model import ROOT
from ..portfolio.opened import Opened, SourceError, from_memory
from .arrow import arrow_table, as_grid, understood_table
from .belonging import check_rows
from .body import Body
from .cells import is_blank
from .flat import tables_of
from .formats.delimited import open_csv
from .formats.workbook import KINDS, open_workbook
from .grid import Grid
from .layout import Column, Layout, layout_of, named_for
from .refused import Refusals
from .saved import IGNORED, Saved
from .table import table_of
from .unseen import notes
from .words import Words
from .written import key_of

CASES: Final = "cases"
TEXTS: Final = (".csv", ".tsv", ".txt")
BOOKS: Final = KINDS


@attrs.define(slots=True, eq=False)
class Sheet:
    """A sheet that was read. ``layout`` None: nothing in it is known, and it is passed over."""

    grid: Grid
    layout: Layout | None
    body: Body | None = None
    tables: dict[str, Opened] = attrs.Factory(dict)  # by thing


@attrs.define(slots=True, eq=False)
class Understanding:
    """How one portfolio is read: by which names, and what of it was refused so far."""

    words: Words
    saved: Saved = attrs.Factory(Saved)
    refusals: Refusals = attrs.Factory(Refusals)
    sheets: list[Sheet] = attrs.Factory(list)

    def table(self, name: str, given: Any) -> Opened:
        """One table of a folder or a mapping, under the name that it has there."""
        own = self.words.things.get(name.lower(), "") if name != CASES else ROOT
        if isinstance(given, Path):
            grid = self._text(given, name)
            sheet = self._sheet(grid, own or ROOT, frozenset(self.words.shapes) - {own or ROOT})
            return sheet.tables[own or ROOT]
        return self._typed(given, own or ROOT, name)

    def book(self, path: Path) -> dict[str, Opened]:
        """The tables of a workbook, or of a text file that stands alone, by the names of their things. Raises SourceError."""
        grids = [self._text(path, "")] if path.suffix.lower() in TEXTS else open_workbook(path)
        for one in self.saved.sheets:
            if one and one not in {key_of(g.name) for g in grids} | {key_of(path.name)}:
                raise SourceError.of("columns-sheet", Place(file=path.name), name=one, there=[g.name for g in grids])
        own = {g.name: named_for(g, self.words, self.saved) for g in grids}
        taken = frozenset(t for t in own.values() if t)
        laid = []
        for grid in grids:
            mine = own[grid.name]
            laid.append(None if mine == IGNORED else self._laid(grid, mine, taken - {mine}, alone=len(grids) == 1))
        of_cases = any(layout is not None and layout.of(ROOT) for layout in laid)
        for grid, layout in zip(grids, laid, strict=True):
            if layout is not None and of_cases and layout.flat and not layout.of(ROOT):  # it only names the cases of another
                layout = attrs.evolve(layout, things=tuple(t for t in layout.things if t != ROOT))
            self._add(grid, layout, own[grid.name])
        found: dict[str, Opened] = {}
        for sheet in self.sheets:
            for thing, table in sheet.tables.items():
                name = CASES if thing == ROOT else thing
                if name in found:
                    raise SourceError.of("table-twice", attrs.evolve(table.place, row=None), name=name)
                found[name] = table
        for sheet in self.sheets:
            if sheet.body is not None and not sheet.body.layout.flat:
                check_rows(sheet.body, self.words, found)
        return found

    def passed(self) -> list[str]:
        """Sheets that say something but hold no table that is known, and that nobody said to pass over."""
        return [
            s.grid.name for s in self.sheets
            if s.layout is None and self.saved.sheet(s.grid.name).table != IGNORED and any(not is_blank(v) for _, row in s.grid.rows() for v in row)
        ]  # fmt: skip

    def unseen(self) -> list[Bilingual]:
        """What was counted though it is hidden, sheet by sheet."""
        return [note for s in self.sheets if s.body is not None for note in notes(s.body, s.grid.place)]

    def frame(self, given: Any) -> dict[str, Opened]:
        """A frame, an Arrow table or a Parquet file that stands alone: of cases, or of several things a row."""
        table = given if isinstance(given, Opened) else from_memory(CASES, arrow_table(given))
        grid = as_grid(table)
        saved = self.saved.sheet(grid.name)
        meant = [self.words.meanings(name, saved.meanings) for name in table.names]
        if any(len(m) == 1 and m[0].thing != ROOT and m[0].kind not in ("", "label") for m in meant):  # of more than cases
            sheet = self._sheet(grid, "", frozenset(), alone=True)
            return {CASES if t == ROOT else t: found for t, found in sheet.tables.items()}
        return {CASES: self._typed(table, ROOT, CASES)}

    def _typed(self, given: Any, thing: str, name: str) -> Opened:
        opened, columns = understood_table(given, thing, self.words, self.saved.sheet(name), self.refusals, name)
        known = [columns.get(n, ("", Column(i, n, None)))[1] for i, n in enumerate(opened.names)]
        grid = Grid(opened.place, name, lambda: iter(()), count=opened.rows)
        self.sheets.append(Sheet(grid, Layout(thing, (thing,), 0, 0, tuple(known), None), tables={thing: opened}))
        return opened

    def _text(self, path: Path, name: str) -> Grid:
        saved = self.saved.sheet(name or path.stem)
        return open_csv(
            path, lambda h: bool(self.words.meanings(" ".join(h.split()), saved.meanings)), name, saved.encoding, saved.separator
        )

    def _sheet(self, grid: Grid, own: str, taken: frozenset[str], alone: bool = False) -> Sheet:
        return self._add(grid, self._laid(grid, own, taken, alone), own)

    def _laid(self, grid: Grid, own: str, taken: frozenset[str], alone: bool) -> Layout | None:
        layout = layout_of(grid, self.words, self.saved, own, taken, hint=ROOT if alone else "")
        if layout is None and alone and any(True for _ in grid.rows()):
            layout = layout_of(grid, self.words, self.saved, ROOT, taken)
        return layout

    def _add(self, grid: Grid, layout: Layout | None, own: str) -> Sheet:
        sheet = Sheet(grid, layout)
        self.sheets.append(sheet)
        if layout is None:
            if grid.text and own != IGNORED:
                raise SourceError.of("header-missing", grid.place)
            if own and own != IGNORED:
                sheet.tables[own] = _empty(grid)
            return sheet
        sheet.body = Body(grid, layout, self.refusals)
        if layout.flat:
            sheet.tables = tables_of(sheet.body, self.words)
        else:
            sheet.tables = {layout.thing: table_of(sheet.body, self.words)}
        return sheet


def _empty(grid: Grid) -> Opened:
    return Opened(grid.place, (), lambda size, wanted: iter(()))


def is_frame(source: Any) -> bool:
    """Whether something is a table in memory: of Arrow, or what hands itself on as one."""
    return isinstance(source, pa.Table | pa.RecordBatch) or hasattr(source, "__arrow_c_stream__") or hasattr(source, "to_arrow") or (
        hasattr(source, "columns") and hasattr(source, "iloc")
    )


def frames(source: Mapping[str, Any]) -> dict[str, Any]:
    return {name: arrow_table(t) if is_frame(t) and not isinstance(t, pa.Table) else t for name, t in source.items()}
