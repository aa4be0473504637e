"""CSV as it comes: commas, semicolons, tabs or bars; UTF-8, UTF-16, or Windows-1258 where Vietnamese headers prove it.

A text file is read a line at a time, and again for every look at it, so that its size does not matter.
"""

from __future__ import annotations

import codecs
import csv
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TextIO

import attrs

from ....basics.tabular import Place
from ...portfolio import limits
from ...portfolio.file_kinds import sniff
from ...portfolio.opened import SourceError, letters, limited, reading
from ..grid import Grid, Row

MARKS: Final = (",", ";", "\t", "|")
HEAD: Final = 40  # lines in which the header is looked for
OLD: Final = "cp1258"
PIECE: Final = 1 << 20
LOOK: Final = 4_096  # bytes by which an encoding is told

Known = Callable[[str], bool]  # whether a header means something


def open_csv(path: Path, known: Known, name: str = "", encoding: str = "", mark: str = "") -> Grid:
    """The rows of a text file. ``known`` is asked which encoding and which mark between cells give headers that mean something."""
    place = Place(file=path.name)
    sniff(path, place, "csv")
    encoding = encoding or _encoding(path, place, known)
    mark = mark or _mark(path, place, encoding, known)
    old = encoding == OLD

    def rows() -> Iterator[Row]:
        for number, row in _rows(path, place, encoding, mark):
            yield number, [unicodedata.normalize("NFC", v) for v in row] if old else row

    return Grid(place, name or path.stem, rows, text=True)


def _encoding(path: Path, place: Place, known: Known) -> str:
    with reading(place), path.open("rb") as file:
        head = file.read(LOOK)
        if head[:3] == codecs.BOM_UTF8:
            return "utf-8-sig"
        if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\0" in head:
            return _wide(head, place)
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            pass
        else:
            return "utf-8"
    for mark in MARKS:
        with reading(place):
            for _, row in _first(path, place, OLD, mark):
                if any(not v.isascii() and known(unicodedata.normalize("NFC", v)) for v in row):
                    return OLD
    raise _undecodable(path, place)


def _wide(head: bytes, place: Place) -> str:
    """UTF-16, by its mark, or by zeros that all stand first or all second; nothing else has so many."""
    first, second = head[::2].count(0), head[1::2].count(0)
    if b"\0\0" not in head:
        if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        if not min(first, second) and 8 * max(first, second) > len(head):
            return "utf-16-le" if second else "utf-16-be"
    raise SourceError.of("not-utf-8", place, byte="0x00")


def _mark(path: Path, place: Place, encoding: str, known: Known) -> str:
    """What parts the cells: the mark by which most headers mean something, then the one that gives most cells."""
    best, most = ",", (-1, -1)
    for mark in MARKS:
        found = (0, 0)
        try:
            for _, row in _first(path, place, encoding, mark):
                found = max(found, (sum(map(known, row)), len(row)))
        except SourceError:  # told once the file is read, by the mark that its header has
            if not found[0]:
                continue
        if found > most and (found[0] > 0 or found[1] > 1 or mark == ","):
            best, most = mark, found
    return best


def _first(path: Path, place: Place, encoding: str, mark: str) -> Iterator[Row]:
    for at, row in enumerate(_rows(path, place, encoding, mark)):
        if at == HEAD:
            return
        yield row


def _rows(path: Path, place: Place, encoding: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line where it ends."""
    with reading(place):
        file = path.open(encoding=encoding, newline="")
    with file:
        reader = csv.reader(_lines(file, path, place), strict=True, delimiter=mark)
        while True:
            try:
                with reading(place):
                    row = next(reader, None)
            except SourceError as error:
                if isinstance(error.__cause__, csv.Error):
                    where = attrs.evolve(place, line=reader.line_num)
                    raise SourceError.of("csv-form", where, why=error.__cause__) from error.__cause__
                raise
            if row is None:
                return
            limited("columns", len(row), limits.COLUMNS, place)
            yield reader.line_num, row


def _lines(file: TextIO, path: Path, place: Place) -> Iterator[str]:
    """A line at a time, however long the file says it is."""
    number = 0
    while True:
        try:
            line = file.readline(limits.LINE + 1)
        except UnicodeError:
            raise _undecodable(path, place) from None
        if not line:
            return
        number += 1
        limited("line", len(line), limits.LINE, attrs.evolve(place, line=number))
        yield line


def _undecodable(path: Path, place: Place) -> SourceError:
    """Where the first byte stands that is no UTF-8."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                column = line[: error.start].count(b",")
                where = attrs.evolve(place, line=number, column=letters(column))
                return SourceError.of("not-utf-8", where, byte=f"0x{line[error.start]:02X}")
    return SourceError.of("not-utf-8", place, byte="?")
