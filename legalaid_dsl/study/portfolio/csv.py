"""CSV as RFC 4180 has it: UTF-8, commas, as many cells in each row as in the header. Anything else is an error that says where."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs

from ...basics.tabular import Place
from . import limits
from .file_kinds import sniff
from .opened import Batches, Opened, SourceError, headed, letters, limited, reading, text_columns

MARKS: Final = (";", "\t", "|")


def open_csv(path: Path) -> Opened:
    """The table of a file; its header is read at once."""
    place = Place(file=path.name)
    sniff(path, place, "csv")
    _, header = next(_rows(path, place), (0, []))
    found = headed(header, place)
    named = [n for n in found if n]
    if len(named) == 1 and (mark := next((m for m in MARKS if m in named[0]), "")):
        raise SourceError.of("separator", place, mark="tab" if mark == "\t" else mark)

    def batches(size: int, wanted: Sequence[str] | None) -> Batches:
        held: list[list[str | None]] = []
        for _, row in _body(path, place, found):
            held.append(row)
            if len(held) == size:
                yield text_columns(found, held, wanted)
                held = []
        if held:
            yield text_columns(found, held, wanted)

    def row_at(index: int) -> Place:
        return Place(line=next((n for i, (n, _) in enumerate(_body(path, place, found)) if i == index), None))

    return Opened(place, found, batches, row_at)


def _body(path: Path, place: Place, names: Sequence[str]) -> Iterator[tuple[int, list[str | None]]]:
    """The rows under the header, each with its line; those that say nothing are passed over, an empty cell is None."""
    rows = _rows(path, place)
    next(rows, None)
    for number, row in rows:
        if len(row) != len(names):
            if not any(row):
                continue
            where = attrs.evolve(place, line=number)
            raise SourceError.of("row-width", where, wanted=len(names), found=len(row))
        if any(row):
            for i, value in enumerate(row):
                if value and not names[i]:
                    raise SourceError.of("header-blank", attrs.evolve(place, line=number, column=letters(i)))
            yield number, [v or None for v in row]


def _rows(path: Path, place: Place) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line where it ends."""
    with reading(place):
        file = path.open(encoding="utf-8-sig", newline="")
    with file:
        reader = csv.reader(_lines(file, path, place), strict=True)
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


def _lines(file: Iterator[str], path: Path, place: Place) -> Iterator[str]:
    """A line at a time, however long the file says it is."""
    number = 0
    while True:
        try:
            line = file.readline(limits.LINE + 1)  # type: ignore[attr-defined]
        except UnicodeDecodeError:
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
