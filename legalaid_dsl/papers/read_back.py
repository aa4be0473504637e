"""A workbook of ours read back: cells by sheet, row and column, exact numbers, days; what it is stands on a hidden sheet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import attrs

from ..basics.bilingual import Bilingual
from ..basics.quantity import parse_decimal
from ..basics.tabular import Place, TableError, wording
from ..study.portfolio.opened import letters
from ..study.sheets.cells import Wrong, broken
from ..study.sheets.formats.workbook import KINDS, open_workbook
from ..study.sheets.grid import Area, Grid
from .workbook import MARK

MAX_BYTES: Final = 10_000_000
MAX_ROWS: Final = 20_000  # of a sheet
_DIGITS: Final = 15
_WRITTEN: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


class FormError(TableError):
    """A workbook that is none of ours, or not of this ruleset."""


class Unfit(Exception):
    """A cell that does not hold what is asked; ``code`` of ``basics/tables.toml``, ``values`` for its braces."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@attrs.define
class Problems:
    """What is wrong with the cells of one workbook, in the order in which it was found."""

    file: str
    found: list[Bilingual] = attrs.field(factory=list)

    def add(self, code: str, sheet: str = "", row: int | None = None, column: int | None = None, **values: Any) -> None:
        cell = f"{letters(column)}{row + 1}" if row is not None and column is not None else ""
        self.found.append(wording(code, Place(self.file, sheet, cell=cell), **values))


@attrs.frozen
class Read:
    """``said``: what the workbook says of itself; ``sheets``: rows of cells as the file holds them, "" where nothing is; ``merged``: by
    sheet, its merged cells."""

    name: str
    said: Mapping[str, str]
    sheets: Mapping[str, list[list[Any]]]
    merged: Mapping[str, Sequence[Area]] = attrs.Factory(dict)


def read_workbook(path: Path) -> Read:
    """Any workbook that ``legalaid form`` made, saved as a spreadsheet saves it. Raises TableError, OSError."""
    place = Place(file=path.name)
    if not path.is_file():
        raise FormError.of("not-a-file", place)
    if path.stat().st_size > MAX_BYTES:
        raise FormError.of("form-size", place)
    if path.suffix.lower() not in KINDS:
        raise FormError.of("form-not-ours", place)
    grids = open_workbook(path)
    mark = next((grid for grid in grids if grid.name == MARK), None)
    if mark is None or any(grid.count > MAX_ROWS for grid in grids):
        raise FormError.of("form-not-ours" if mark is None else "form-size", place)
    sheets = {grid.name: _cells(grid) for grid in grids}
    said = {str(row[0]): str(row[1]) for row in sheets.pop(MARK) if len(row) > 1}
    return Read(path.name, said, sheets, {grid.name: grid.merged for grid in grids})


def _cells(grid: Grid) -> list[list[Any]]:
    """The rows from the first on. Raises FormError for what a reader takes for blank, which would mean: not known, or none."""
    found: list[list[Any]] = []
    for number, row in grid.rows():
        found += [[] for _ in range(len(found) + 1, number)]
        for column, value in enumerate(row):
            if isinstance(wrong := broken(value), Wrong):
                raise FormError.of(wrong.code, grid.at(number, column), **wrong.values)
        found.append(["" if value is None else value for value in row])
    return found


def at(row: list[Any], column: int) -> Any:
    """A cell, its text composed; "" where the row is shorter, or the cell holds blanks only."""
    value = row[column] if column < len(row) else ""
    return unicodedata.normalize("NFC", value.strip()) if isinstance(value, str) else value


def number_in(value: Any) -> Fraction:
    """The number of a cell. Of a binary one its shortest decimal, where that is what somebody can have typed. Raises Unfit."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unfit("form-number", value=value)
    if isinstance(value, int):
        found = Fraction(value)
    elif isinstance(value, float):
        shortest = Decimal(repr(value))
        if not shortest.is_finite() or len(shortest.as_tuple().digits) > _DIGITS:
            raise Unfit("form-digits", value=value)
        found = Fraction(shortest)
    else:
        found = _written(value)
    if found < 0:
        raise Unfit("form-number", value=value)
    return found


def _written(text: str) -> Fraction:
    """A number typed as text. Three digits after a single mark could be thousands or a fraction, and are not taken."""
    if not _WRITTEN.fullmatch(text):
        raise Unfit("form-number", value=text)
    whole, mark, part = text.replace(",", ".").partition(".")
    if mark and len(part) == 3 and len(whole) <= 3:
        raise Unfit("form-two-ways", value=text)
    return parse_decimal(f"{whole}.{part}" if mark else whole)


def day_in(value: Any) -> date:
    """The day of a cell: a date, or a text as 30/09/2026 or 2026-09-30. Raises Unfit."""
    if isinstance(value, datetime):
        if value.time() != time():
            raise Unfit("form-day", value=value)
        return value.date()
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str):
            if written := _DAY.fullmatch(value):
                return date(int(written[3]), int(written[2]), int(written[1]))
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Unfit("form-day", value=value)


def text_in(value: Any) -> str:
    """A text; a number that a spreadsheet made of one, as it is written."""
    if isinstance(value, bool):
        raise Unfit("form-text", value=value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**_DIGITS:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)
