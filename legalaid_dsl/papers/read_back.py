"""A workbook of ours read back: cells by sheet, row and column, exact numbers, days; what it is stands on a hidden sheet."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import attrs
from python_calamine import CalamineError, CalamineWorkbook

from ..basics.bilingual import Bilingual
from ..basics.quantity import parse_decimal
from ..basics.tabular import Place, TableError, wording
from .untold import untold
from .workbook import MARK

MAX_BYTES: Final = 10_000_000
MAX_UNPACKED: Final = 60_000_000
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
    """``said``: what the workbook says of itself; ``sheets``: rows of cells as the file holds them, "" where nothing is."""

    name: str
    said: Mapping[str, str]
    sheets: Mapping[str, list[list[Any]]]


def read_workbook(path: Path) -> Read:
    """Any workbook that ``legalaid form`` made, saved as .xlsx or .ods. Raises FormError, OSError."""
    place = Place(file=path.name)
    if not path.is_file():
        raise FormError.of("not-a-file", place)
    if path.stat().st_size > MAX_BYTES:
        raise FormError.of("form-size", place)
    data = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(i.file_size for i in packed.infolist()) > MAX_UNPACKED:
                raise FormError.of("form-size", place)
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
            for sheet, cell, code, seen in untold(packed):  # taken as blank they would mean: not known, or none
                raise FormError.of(code, Place(path.name, sheet, cell=cell), value=seen)
    except (zipfile.BadZipFile, CalamineError, ValueError) as error:
        if isinstance(error, FormError):
            raise
        raise FormError.of("form-not-ours", place) from None
    mark = sheets.pop(MARK, None)
    if not mark or any(len(rows) > MAX_ROWS for rows in sheets.values()):
        raise FormError.of("form-not-ours" if not mark else "form-size", place)
    return Read(path.name, {str(row[0]): str(row[1]) for row in mark if len(row) > 1}, sheets)


def letters(column: int) -> str:
    """A column as spreadsheets call it: 0 is A."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
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
            raise Unfit("form-digits", value=repr(value))
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
