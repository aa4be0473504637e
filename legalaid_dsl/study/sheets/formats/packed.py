"""A workbook looked at before it is read: its sizes, checksums and document types, then what readers do not tell of its sheets.

Readers of spreadsheets give an empty cell for an error and for a formula whose value was not saved, believe that rows come in
order, and lay a sheet out in full however far from each other its cells stand. All of this is seen here first.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

import attrs

from ....basics.tabular import Place
from ...portfolio import limits
from ...portfolio.opened import SourceError, limited, reading
from ..cells import Broken
from ..grid import Area

PIECE: Final = 1 << 16
DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
XML: Final = (".xml", ".rels", ".vml")
CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
STRINGS: Final = re.compile(r"xl/sharedStrings\.xml", re.IGNORECASE)
SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
ODS: Final = "content.xml"
TRUE: Final = ("1", "true")
LETTER_A: Final = ord("A") - 1


@attrs.define(slots=True)
class Seen:
    """What was seen of one sheet. ``broken``: by (row from 1, column from 0); ``merged``: areas that the reader does not tell;
    ``hidden_rows`` (from 1), ``hidden_columns`` (from 0): the first and last of each stretch that is not shown."""

    broken: dict[tuple[int, int], Broken] = attrs.Factory(dict)
    merged: list[Area] = attrs.Factory(list)
    hidden_rows: list[tuple[int, int]] = attrs.Factory(list)
    hidden_columns: list[tuple[int, int]] = attrs.Factory(list)


@attrs.define(slots=True)
class Left:
    """What the sheets of a workbook may still hold, together."""

    place: Place
    cells: int = attrs.Factory(lambda: limits.CELLS)
    texts: int = attrs.Factory(lambda: limits.TEXTS)

    def take_cells(self, count: int) -> None:
        self.cells -= count
        if self.cells < 0:
            limited("cells", limits.CELLS - self.cells, limits.CELLS, self.place)

    def take_texts(self, characters: int) -> None:
        self.texts -= characters
        if self.texts < 0:
            limited("texts", limits.TEXTS - self.texts, limits.TEXTS, self.place)


def look_through(path: Path, place: Place, kind: str) -> dict[str, Seen]:
    """What was seen of the sheets, by the name of their part (.xlsx) or their title (.ods). Raises SourceError before anything large is unpacked."""
    limited("file", path.stat().st_size, limits.FILE, place)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError.of(f"not-{kind}", place) from error
    with archive, reading(place):
        members = archive.infolist()
        limited("members", len(members), limits.MEMBERS, place)
        limited("unpacked", sum(m.file_size for m in members), limits.UNPACKED, place)
        for member in members:
            ratio = member.file_size // max(member.compress_size, 1)
            if member.file_size > limits.SMALL and ratio > limits.RATIO:
                raise SourceError.of("unpacks-to", place, what=member.filename, found=ratio, limit=limits.RATIO)
        if len({m.filename for m in members}) < len(members):
            raise SourceError.of(f"not-{kind}", place)
        if kind == "ods" and not any(m.filename == ODS for m in members):
            raise SourceError.of("not-ods", place)
        left, found, shared = Left(place), dict[str, Seen](), _Shared(place)
        for member in members:
            watch: _Watch | None = None
            if kind == "xlsx" and SHEET.fullmatch(member.filename):
                watch = shared.sheets[member] = _Sheet(place, left)
                found[member.filename] = watch.seen
            elif kind == "xlsx" and STRINGS.fullmatch(member.filename):
                watch = shared.strings = _Strings(place, left)
            elif kind == "ods" and member.filename == ODS:
                watch = _Repeats(place, left, found)
            with archive.open(member) as file:
                _unpacked(file, member, place, kind, watch)
        shared.check(archive, left)
    return found


def _unpacked(file: IO[bytes], member: zipfile.ZipInfo, place: Place, kind: str, watch: _Watch | None) -> None:
    """Once, a piece at a time, which checks its sum. No document type, so no entity: neither one that grows nor one from elsewhere."""
    unpacked, tail, xml = 0, b"", member.filename.lower().endswith(XML)
    while piece := file.read(PIECE):
        unpacked += len(piece)
        if unpacked > member.file_size:
            raise SourceError.of(f"not-{kind}", place)
        if xml and (b"\0" in piece or DOCTYPE.search(tail + piece)):  # UTF-16 could hide one
            raise SourceError.of("entities", place, what=member.filename)
        tail = piece[-len(b"<!DOCTYPE") :]
        if watch is not None:
            watch.feed(piece)
    if watch is not None:
        watch.feed(b"", last=True)


class _Watch:
    """Goes through a part as it is unpacked."""

    def __init__(self, place: Place, left: Left) -> None:
        self.place, self.left, self.seen = place, left, Seen()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.handlers: dict[str, Callable[[dict[str, str]], None]] = {}
        self.by_name: dict[str, Callable[[dict[str, str]], None] | None] = {}  # with its namespace, as it was met

    def feed(self, piece: bytes, last: bool = False) -> None:
        self.parser.Parse(piece, last)

    def start(self, name: str, given: dict[str, str]) -> None:
        try:
            handler = self.by_name[name]
        except KeyError:
            handler = self.by_name[name] = self.handlers.get(name.rpartition(" ")[2])
        if handler is not None:
            handler(given)

    def end(self, name: str) -> None:
        """Nothing to do."""


class _Sheet(_Watch):
    """A sheet of .xlsx: rows and cells in their order, errors, formulas without a value."""

    def __init__(self, place: Place, left: Left) -> None:
        super().__init__(place, left)
        self.handlers = {"row": self.row, "c": self.cell, "f": self.formula, "v": self.begin, "col": self.columns}
        self.number = self.column = self.width = self.first = self.cells = self.shared = 0
        self.kind, self.text, self.digits = "", "", "0"
        self.names: dict[str, int] = {}
        self.parser.EndElementHandler = None

    def row(self, given: dict[str, str]) -> None:
        number = int(given["r"]) if "r" in given else self.number + 1
        limited("rows", number, limits.ROWS, self.place)
        if number <= self.number:
            raise SourceError.of("row-order", attrs.evolve(self.place, row=number))
        self.first = self.first or number
        if given.get("hidden") in TRUE or given.get("ht") == "0":
            self.seen.hidden_rows.append((number, number))
        self.number, self.column, self.digits = number, -1, str(number)

    def columns(self, given: dict[str, str]) -> None:
        if given.get("hidden") in TRUE or given.get("width") == "0":
            self.seen.hidden_columns.append((int(given.get("min", 1)) - 1, int(given.get("max", 1)) - 1))

    def cell(self, given: dict[str, str]) -> None:
        name = given.get("r")
        if name is None:
            column = self.column + 1
        else:
            letters = name[: -len(self.digits)]
            column = self.names.get(letters, -1)
            if column < 0:
                if not name.endswith(self.digits) or letters.rstrip("0123456789") != letters:
                    raise SourceError.of("row-order", attrs.evolve(self.place, cell=name))
                column = self.names[letters] = _column(letters)
                limited("columns", column + 1, limits.COLUMNS, self.place)
            if not name.endswith(self.digits):
                raise SourceError.of("row-order", attrs.evolve(self.place, cell=name))
        if column <= self.column:
            raise SourceError.of("row-order", attrs.evolve(self.place, cell=name or ""))
        self.column, self.kind, self.text = column, given.get("t", "n"), ""
        if column >= self.width:
            self.width = column + 1
        if self.kind == "s":
            self.shared += 1
        elif self.kind == "e":
            self.watch()
        self.cells += 1
        self.left.cells -= 1
        if self.left.cells < 0:
            self.left.take_cells(0)

    def formula(self, given: dict[str, str]) -> None:
        """From here to the end of the cell its value is looked at; a text may be empty, a number may not."""
        if self.kind not in ("str", "e", "inlineStr"):
            self.watch()

    def watch(self) -> None:
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = None

    def begin(self, given: dict[str, str]) -> None:
        if self.parser.EndElementHandler is not None:
            self.parser.CharacterDataHandler = self.value

    def value(self, text: str) -> None:
        self.text += text

    def end(self, name: str) -> None:
        if name.endswith(" c"):
            if self.kind == "e":
                self.seen.broken[self.number, self.column] = Broken("error-cell", self.text.strip() or "#")
            elif not self.text.strip():
                self.seen.broken[self.number, self.column] = Broken("formula", "=")
            self.parser.EndElementHandler = self.parser.CharacterDataHandler = None

    def feed(self, piece: bytes, last: bool = False) -> None:
        super().feed(piece, last)
        if last:  # a reader lays the sheet out in full, from its first row to its last
            self.left.take_cells(max((self.number - self.first + 1) * self.width - self.cells, 0))


class _Strings(_Watch):
    """The shared texts of .xlsx: how long each is."""

    def __init__(self, place: Place, left: Left) -> None:
        super().__init__(place, left)
        self.handlers = {"si": self.text}
        self.lengths = array("Q")
        self.parser.CharacterDataHandler = self.letters
        self.parser.EndElementHandler = None

    def text(self, given: dict[str, str]) -> None:
        self.left.take_cells(1)  # a text that no cell shows takes as much
        self.lengths.append(0)

    def letters(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


class _Shown(_Watch):
    """A sheet of .xlsx once more: the shared texts that its cells show."""

    def __init__(self, place: Place, left: Left, lengths: Sequence[int]) -> None:
        super().__init__(place, left)
        self.handlers = {"c": self.cell, "v": self.value}
        self.lengths, self.of_cell, self.digits = lengths, False, ""

    def cell(self, given: dict[str, str]) -> None:
        self.of_cell = given.get("t") == "s"

    def value(self, given: dict[str, str]) -> None:
        self.digits = ""
        self.parser.CharacterDataHandler = self.letters if self.of_cell else None

    def letters(self, text: str) -> None:
        self.digits += text

    def end(self, name: str) -> None:
        if self.of_cell and name.endswith(" v"):
            self.parser.CharacterDataHandler = None
            place = int(self.digits)
            self.left.take_texts(self.lengths[place] if 0 <= place < len(self.lengths) else 0)


@attrs.define(slots=True)
class _Shared:
    """A reader copies a shared text into each cell that shows it: one of a few bytes there is a large one here."""

    place: Place
    strings: _Strings | None = None
    sheets: dict[zipfile.ZipInfo, _Sheet] = attrs.Factory(dict)

    def check(self, archive: zipfile.ZipFile, left: Left) -> None:
        """Cell by cell only where the longest text in every cell would be too much."""
        cells = sum(sheet.shared for sheet in self.sheets.values())
        lengths = self.strings.lengths if self.strings is not None else array("Q")
        if cells * max(lengths, default=0) <= limits.TEXTS:
            return
        for member in self.sheets:
            with archive.open(member) as file:
                _unpacked(file, member, self.place, "xlsx", _Shown(self.place, left, lengths))


def _column(letters: str) -> int:
    if not letters.isascii() or not letters.isalpha() or not letters.isupper():
        raise ValueError(f"no column: {letters}")
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - LETTER_A
        if number > limits.COLUMNS:
            break
    return number - 1


class _Repeats(_Watch):
    """The sheets of .ods, where a cell and a row may say that they stand many times; merged cells, errors, formulas without a value."""

    def __init__(self, place: Place, left: Left, found: dict[str, Seen]) -> None:
        super().__init__(place, left)
        self.handlers = {"table-row": self.row, "table-cell": self.cell, "covered-table-cell": self.cell, "table": self.table, "table-column": self.column}
        self.found, self.rows, self.times, self.columns, self.shown, self.stated = found, 0, 1, 0, 0, 0
        self.parser.CharacterDataHandler = self.letters

    def table(self, given: dict[str, str]) -> None:
        self.rows, self.stated, self.seen = 0, 0, Seen()
        self.found[next((v for k, v in given.items() if k.endswith(" name")), "")] = self.seen

    def column(self, given: dict[str, str]) -> None:
        times = _times(given, "number-columns-repeated")
        if _not_shown(given):
            self.seen.hidden_columns.append((self.stated, self.stated + times - 1))
        self.stated += times

    def row(self, given: dict[str, str]) -> None:
        self.times, self.columns = _times(given, "number-rows-repeated"), 0
        if _not_shown(given):
            self.seen.hidden_rows.append((self.rows + 1, self.rows + self.times))

    def cell(self, given: dict[str, str]) -> None:
        times, wide = (_times(given, f"number-columns-{w}") for w in ("repeated", "spanned"))
        deep = _times(given, "number-rows-spanned")
        if deep > 1 or wide > 1:
            self.seen.merged.append((self.rows + 1, self.columns, self.rows + deep, self.columns + wide - 1))
        typed = any(k.endswith("value-type") for k in given)
        if any(v == "error" and k.endswith(" value-type") for k, v in given.items()):  # a reader gives its empty string-value
            self.broken(Broken("error-cell", "#"), times)
        elif any(k.endswith(" formula") for k in given) and not typed:
            self.broken(Broken("formula", "="), times)
        self.columns += times
        self.shown = times * self.times  # cells that show what is written here
        self.letters(next((v for k, v in given.items() if k.endswith(" string-value")), ""))
        if typed:
            limited("columns", self.columns, limits.COLUMNS, self.place)
            limited("rows", self.rows + self.times, limits.ROWS, self.place)
            self.left.take_cells(times * self.times)

    def broken(self, what: Broken, times: int) -> None:
        self.left.take_cells(times * self.times)
        for row in range(self.rows + 1, self.rows + 1 + self.times):
            self.seen.broken |= {(row, column): what for column in range(self.columns, self.columns + times)}

    def letters(self, text: str) -> None:
        if self.shown > 1:  # a text that stands once is no longer than the part
            self.left.take_texts(len(text) * self.shown)

    def end(self, name: str) -> None:
        if name.endswith(" table-row"):
            self.rows += self.times


def _not_shown(given: dict[str, str]) -> bool:
    return next((v for k, v in given.items() if k.endswith(" visibility")), "visible") != "visible"


def _times(given: dict[str, str], what: str) -> int:
    return next((int(v) for k, v in given.items() if k.endswith(what)), 1)
