"""A workbook written back: cells that were refused marked with a note, and columns of ours to the right of theirs.

Of an .xlsx everything stays that openpyxl keeps; of other files the cells are copied. Whatever is written is a value: a text that
begins like a formula stays a text.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs

from ...basics.neutral import visible
from ...basics.output import whole
from ..portfolio.opened import reading
from .cells import Broken, is_blank
from .grid import Grid
from .reading import Sheet
from .refused import Refused
from .understood import say

RED: Final = "FFF4CCCC"  # of cells that were refused
OURS: Final = "FFE2EFDA"  # of columns that were added
LINE, HIGHEST = 15, 409  # points of a line; of a row, at most
WIDTH, WIDE = 16, 60  # letters
NOTE: Final = (320, 140)  # of a note on a cell, width and height in points
MONEY: Final = "#,##0"


@attrs.frozen(slots=True)
class Beside:
    """Columns for one sheet. ``rows``: by row number, a cell for each header; None leaves it empty."""

    headers: Sequence[str]
    rows: Mapping[int, Sequence[Any]]


def write_marked(path: Path, sheets: Sequence[Sheet], refused: Sequence[Refused], beside: Mapping[str, Beside], out: Path, lang: str) -> None:
    """Write ``out``: the workbook of ``path`` with marks, and with the columns of each sheet by its name. Raises SourceError."""
    import openpyxl

    if path.suffix.lower() == ".xlsx":
        with reading(sheets[0].grid.place), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl does not keep, as docs/spreadsheets.md says
            book = openpyxl.load_workbook(path)
    else:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for sheet in sheets:
            _copied(book.create_sheet(visible(sheet.grid.name)[:31]), sheet.grid)
    pages = {s.grid.name: book[s.grid.place.sheet] if s.grid.place.sheet in book.sheetnames else book.worksheets[i] for i, s in enumerate(sheets)}
    for one in refused:
        name = one.place.sheet or next((s.grid.name for s in sheets if s.grid.place.file == one.place.file), "")
        if name in pages:
            _mark(_shown(pages[name], one.cell), one, lang)
    for sheet in sheets:
        if sheet.grid.name in beside and sheet.layout is not None:
            _add(pages[sheet.grid.name], sheet, beside[sheet.grid.name])
    with whole(out) as file:
        book.save(file)


def _copied(page: Any, grid: Grid) -> None:
    for number, row in grid.rows():
        for i, value in enumerate(row):
            if not is_blank(value):
                _put(page.cell(number, i + 1), value.shown if isinstance(value, Broken) else value)


def _put(cell: Any, value: Any) -> None:
    """A value, never a formula."""
    if isinstance(value, str):
        cell.value = "".join(c for c in value if c in "\n\t" or c.isprintable())
        cell.data_type = "s"
        return
    cell.value = value
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"


def _shown(page: Any, name: str) -> Any:
    """A cell; of one that is merged away, the first of its merge, which is what people see."""
    area = next((r for r in page.merged_cells.ranges if name in r), None)
    return page[name] if area is None else page.cell(area.min_row, area.min_col)


def _mark(cell: Any, one: Refused, lang: str) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell.fill = PatternFill("solid", fgColor=RED)
    before = f"{cell.comment.text}\n\n" if cell.comment is not None else ""
    note = Comment(before + say("note.text", lang, reason=one.reason[lang], right=one.right[lang]), say("note.author", lang))
    note.width, note.height = NOTE
    cell.comment = note


def _add(page: Any, sheet: Sheet, beside: Beside) -> None:
    """The columns, from the first that is free."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    layout = sheet.layout
    assert layout is not None
    right = max((i for _, row in sheet.grid.rows() for i, v in enumerate(row) if not is_blank(v)), default=-1)
    right = max([right, *(a[3] for a in sheet.grid.merged)]) + 2
    model = page.cell(layout.last, max(layout.columns[-1].index + 1, 1)) if layout.columns else None
    header = max(layout.last, 1)
    for i, name in enumerate(beside.headers):
        cell = page.cell(header, right + i)
        _put(cell, name)
        if model is not None and model.has_style:
            cell.border = copy(model.border)
            cell.font = copy(model.font)
        cell.font = Font(name=cell.font.name, size=cell.font.size, bold=True)
        cell.fill = PatternFill("solid", fgColor=OURS)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        page.column_dimensions[get_column_letter(right + i)].width = WIDE if i == len(beside.headers) - 1 else WIDTH
    _high(page, header, max((-(-len(n) // (WIDTH - 2)) for n in beside.headers), default=1))
    for number, values in beside.rows.items():
        for i, value in enumerate(values):
            if value is None:
                continue
            cell = page.cell(number, right + i)
            _put(cell, value)
            if isinstance(value, int | Decimal) and not isinstance(value, bool):
                cell.number_format = MONEY if value == int(value) else "General"
            beside_it = page.cell(number, 1).alignment.vertical or "bottom"
            cell.alignment = Alignment(
                wrap_text=True, vertical=beside_it, horizontal="center" if isinstance(value, str) and i < len(values) - 1 else None
            )
        _high(page, number, sum(-(-len(line) // WIDE) for line in str(values[-1] or "").split("\n")))


def _high(page: Any, number: int, lines: int) -> None:
    """A row high enough for so many lines, never lower than it was."""
    row = page.row_dimensions[number]
    wanted = min(LINE * max(lines, 1) + 1, HIGHEST)
    if lines > 1 and (row.height is None or row.height < wanted):
        row.height = wanted
