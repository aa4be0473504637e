"""Excel workbooks: values only, each as a case file would write it.

A workbook is looked at as a zip archive before openpyxl reads it: its sizes, checksums and document types. Then each
sheet is read row by row, as it stands: openpyxl's own iteration believes the sheet's word on its size, drops rows out of order
and does not tell of merged cells.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, Final

import attrs

from ...basics.quantity import MAX_FRACTION_DIGITS, MAX_INTEGER_DIGITS
from ...basics.tabular import Place
from . import limits
from .file_kinds import sniff
from .opened import Batches, Opened, SourceError, headed, letters, limited, reading, text_columns

PIECE: Final = 1 << 16
DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
XML: Final = (".xml", ".rels", ".vml")

Cell = tuple[int, Any, str]  # column from 0, value, type as openpyxl has it
Read = Iterator[tuple[int, list[Cell]]]


def open_workbook(path: Path) -> list[tuple[str, Opened]]:
    """The sheets of a workbook by title; an empty one has no columns. Every cell becomes text. Raises SourceError."""
    place = Place(file=path.name)
    sniff(path, place, "xlsx")
    _inspect(path, place)
    import openpyxl

    with reading(place), path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which no value needs
        book = openpyxl.load_workbook(file, read_only=True, data_only=False)
        valued = openpyxl.load_workbook(file, read_only=True, data_only=True)
        left = [limits.CELLS]
        sheets = [(s.title, _Sheet(attrs.evolve(place, sheet=s.title), left)) for s in book.worksheets]
        for (_, sheet), one, other in zip(sheets, book.worksheets, valued.worksheets, strict=True):
            sheet.read(lambda s=one: _rows(book, s), lambda s=other: _rows(valued, s))  # type: ignore[misc]
    return [(title, sheet.opened()) for title, sheet in sheets]


def _inspect(path: Path, place: Place) -> None:
    """Sizes first, by the archive's own table; then each part is unpacked once, a piece at a time, which checks its sum."""
    limited("file", path.stat().st_size, limits.FILE, place)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError.of("not-xlsx", place) from error
    with archive, reading(place):
        members = archive.infolist()
        limited("members", len(members), limits.MEMBERS, place)
        limited("unpacked", sum(m.file_size for m in members), limits.UNPACKED, place)
        for member in members:
            ratio = member.file_size // max(member.compress_size, 1)
            if member.file_size > limits.SMALL and ratio > limits.RATIO:
                raise SourceError.of("unpacks-to", place, what=member.filename, found=ratio, limit=limits.RATIO)
        if len({m.filename for m in members}) < len(members):
            raise SourceError.of("not-xlsx", place)
        for member in members:
            with archive.open(member) as file:
                _look_through(file, member, place)


def _look_through(file: IO[bytes], member: zipfile.ZipInfo, place: Place) -> None:
    """No document type, so no entity: neither one that grows nor one that is fetched from elsewhere."""
    unpacked, tail, xml = 0, b"", member.filename.lower().endswith(XML)
    while piece := file.read(PIECE):
        unpacked += len(piece)
        if unpacked > member.file_size:
            raise SourceError.of("not-xlsx", place)
        if xml and (b"\0" in piece or DOCTYPE.search(tail + piece)):  # UTF-16 could hide one
            raise SourceError.of("entities", place, what=member.filename)
        tail = piece[-len(b"<!DOCTYPE") :]


def _rows(book: Any, sheet: Any) -> Iterator[Any]:
    """The rows of a sheet as they stand in the file, then, last, the cells that are merged."""
    from openpyxl.worksheet._reader import WorkSheetParser

    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source, sheet._shared_strings, data_only=book.data_only, epoch=book.epoch, date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )  # fmt: skip
        for number, cells in parser.parse():
            yield number, [(c["column"] - 1, c["value"], c["data_type"]) for c in cells]
        merged = parser.merged_cells
        yield 0, [str(m.ref) for m in merged.mergeCell] if merged is not None else []


@attrs.define(slots=True, eq=False)
class _Sheet:
    """One sheet while it is read. ``left``: how many cells the workbook may still have."""

    place: Place
    left: list[int]
    header: tuple[str, ...] | None = None
    first: int = 0  # the row of the header
    numbers: list[int] = attrs.Factory(list)
    rows: list[list[str | None]] = attrs.Factory(list)
    formulas: set[tuple[int, int]] = attrs.Factory(set)

    def read(self, stored: Callable[[], Read], valued: Callable[[], Read]) -> None:
        """``stored``: formulas as they are; ``valued``: what they came to when the workbook was saved."""
        before = 0
        for number, cells in stored():
            if not number:
                self._merged(cells)
                continue
            if number <= before:
                raise SourceError.of("row-order", attrs.evolve(self.place, row=number))
            before = number
            limited("rows", number, limits.ROWS, self.place)
            self._row(number, cells)
        if self.formulas:
            self._values(valued)

    def _merged(self, cells: Sequence[Any]) -> None:
        if cells and self.header is not None:
            raise SourceError.of("merged", self.place, cells=cells[:5])

    def _row(self, number: int, cells: Sequence[Cell]) -> None:
        self.left[0] -= len(cells)
        if self.left[0] < 0:
            limited("cells", limits.CELLS - self.left[0], limits.CELLS, self.place)
        texts: dict[int, str] = {}
        before = -1
        for column, value, kind in cells:
            if column <= before:
                raise SourceError.of("row-order", self._cell(number, column))
            before = column
            limited("columns", column + 1, limits.COLUMNS, self.place)
            if kind == "f":
                self.formulas.add((number, column))
                texts[column] = "="
            elif (text := self._text(number, column, value, kind)) is not None:
                texts[column] = text
        if texts and self.header is None:
            if self.formulas:
                raise SourceError.of("formula", self._cell(number, min(texts)))
            self.first = number
            self.header = headed([texts.get(i) for i in range(max(texts) + 1)], self.place)
        elif texts:
            self._hold(number, texts)

    def _hold(self, number: int, texts: dict[int, str]) -> None:
        assert self.header is not None
        for column, text in texts.items():
            if column >= len(self.header):
                raise SourceError.of("outside", self._cell(number, column), value=text)
            if not self.header[column]:
                raise SourceError.of("header-blank", self._cell(number, column))
        self.numbers.append(number)
        self.rows.append([texts.get(i) for i in range(len(self.header))])

    def _values(self, valued: Callable[[], Read]) -> None:
        """What formulas came to."""
        places = {n: i for i, n in enumerate(self.numbers)}
        for number, cells in valued():
            for column, value, kind in cells if number else ():
                if (number, column) in self.formulas:
                    text = self._text(number, column, value, kind)
                    if text is None:
                        raise SourceError.of("formula", self._cell(number, column))
                    self.rows[places[number]][column] = text

    def _cell(self, number: int, column: int) -> Place:
        name = self.header[column] if self.header is not None and column < len(self.header) else ""
        return attrs.evolve(self.place, cell=f"{letters(column)}{number}", column=name)

    def _text(self, number: int, column: int, value: Any, kind: str) -> str | None:
        """A cell as a case file would write it."""
        match value:
            case None | "":
                return None
            case str():
                if kind == "e":
                    raise SourceError.of("error-cell", self._cell(number, column), value=value)
                limited("text", len(value), limits.TEXT, self._cell(number, column))
                return value
            case bool():
                return "true" if value else "false"
            case datetime() if value.time() == time.min:
                return value.date().isoformat()
            case date() if not isinstance(value, datetime):
                return value.isoformat()
            case int():
                found = str(value)
            case _ if isinstance(value, float):
                found = _decimal(value)
            case _:
                raise SourceError.of("day-only", self._cell(number, column), value=value)
        if not found or len(found.lstrip("-").partition(".")[0]) > MAX_INTEGER_DIGITS:
            raise SourceError.of("number-inexact", self._cell(number, column), value=value)
        return found

    def opened(self) -> Opened:
        names, rows, numbers = self.header or (), self.rows, self.numbers

        def batches(size: int, wanted: Sequence[str] | None) -> Batches:
            for start in range(0, len(rows), size):
                yield text_columns(names, rows[start : start + size], wanted)

        return Opened(self.place, names, batches, lambda i: Place(row=numbers[i]), len(rows))


def _decimal(value: Any) -> str:
    """The decimal that a binary number is, to the digit; an empty text where it is none that law could have."""
    exact = Fraction(value) if abs(value) < 10**MAX_INTEGER_DIGITS else Fraction(1, 3)
    scaled = exact * 10**MAX_FRACTION_DIGITS
    if scaled.denominator != 1:
        return ""
    whole, part = divmod(abs(scaled.numerator), 10**MAX_FRACTION_DIGITS)
    digits = f"{part:0{MAX_FRACTION_DIGITS}d}".rstrip("0")
    return ("-" if exact < 0 else "") + str(whole) + (f".{digits}" if digits else "")
