"""The older .xls looked at before it is read: how far its cells reach, and which of them are errors.

Such a file is a small file system (compound document) with one stream of records; each has a kind and a length.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ....basics.tabular import Place
from ...portfolio import limits
from ...portfolio.opened import SourceError, reading
from ..cells import Broken
from .packed import Left, Seen

END: Final = 0xFFFF_FFFA  # from here on, numbers of sectors mean something else
NAMES: Final = ("Workbook", "Book")
BOUND_SHEET, BEGIN, FINISH, PASSWORD, ERROR_CELL, FORMULA = 0x85, 0x809, 0x0A, 0x2F, 0x205, 0x06
SHARED, FURTHER, SHOWS_SHARED = 0xFC, 0x3C, 0xFD
ONE_CELL: Final = {0x06, 0x201, 0x203, 0x204, 0x205, 0x27E, 0xFD, 0xD6}
MANY_CELLS: Final = {0xBD, 0xBE}  # the last column stands at the end
ROW, COLUMNS, ROW_HIDDEN, COLUMN_HIDDEN = 0x208, 0x7D, 0x20, 1
SHORT_STREAM: Final = 4_096


def look_through_old(path: Path, place: Place) -> dict[str, Seen]:
    """What was seen of the sheets, by title. Raises SourceError."""
    with reading(place):
        stream = _stream(path.read_bytes())
        if stream is None:
            raise SourceError.of("not-xls", place)
        return _sheets(stream, place)


def _stream(data: bytes) -> bytes | None:
    """The stream of the workbook."""
    file = _Compound(data)
    if not file.sane:
        return None
    folder = file.at(struct.unpack_from("<I", data, 48)[0])
    entries = {}
    for at in range(0, len(folder) - 127, 128):
        length = struct.unpack_from("<H", folder, at + 64)[0]
        name = folder[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        entries[name] = struct.unpack_from("<II", folder, at + 116)
    stream = next((n for n in NAMES if n in entries), None)
    if stream is None:
        return None
    start, length = entries[stream]
    if length >= SHORT_STREAM:
        return file.at(start)[:length]
    root, mini = file.at(entries.get("Root Entry", (END, 0))[0]), file.mini_shift
    links = _links(file.at(struct.unpack_from("<I", data, 60)[0]))
    if _circular(links):
        return None
    return b"".join(root[n << mini : (n + 1) << mini] for n in _chain(start, links))[:length]


def _links(table: bytes) -> array[int]:
    """Which sector follows which."""
    found = array("I", table[: len(table) // 4 * 4])
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _chain(at: int, links: array[int]) -> Iterator[int]:
    while at < END:
        yield at
        at = links[at]


def _circular(links: array[int]) -> bool:
    """Whether some chain leads back into itself: whoever follows it never ends."""
    seen = bytearray(len(links))  # 1: on the way that is followed, 2: known to end
    for start in range(len(links)):
        way, at = [], start
        while at < len(links) and not seen[at]:
            seen[at] = 1
            way.append(at)
            at = links[at]
        if at < len(links) and seen[at] == 1:
            return True
        for step in way:
            seen[step] = 2
    return False


class _Compound:
    """The sectors of a compound document, and which follows which."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.shift, self.mini_shift = struct.unpack_from("<HH", data, 30)
        self.sane = 7 <= self.shift <= 16 and self.mini_shift <= self.shift
        self.links = array("I")
        if self.sane:
            tables, further = self._tables()
            sectors = len(data) >> self.shift
            # a table or a list of them that is named twice leads whoever reads it in a circle
            self.sane = len(set(tables)) == len(tables) <= sectors and len(set(further)) == len(further)
            for number in tables if self.sane else ():
                self.links += _links(self.sector(number))
            del self.links[sectors:]
            self.sane = self.sane and not _circular(self.links)

    def _tables(self) -> tuple[list[int], list[int]]:
        """The sectors of links, and those that list further ones of them."""
        found, lists = [n for n in struct.unpack_from("<109I", self.data, 76) if n < END], list[int]()
        further = struct.unpack_from("<I", self.data, 68)[0]
        while further < END and len(lists) <= len(self.data) >> self.shift:
            more = _links(self.sector(further))
            found += [n for n in more[:-1] if n < END]
            lists.append(further)
            further = more[-1]
        return found, lists

    def sector(self, number: int) -> bytes:
        return self.data[(number + 1) << self.shift : (number + 2) << self.shift]

    def at(self, first: int) -> bytes:
        """The bytes of a chain of sectors."""
        return b"".join(map(self.sector, _chain(first, self.links)))


def _sheets(stream: bytes, place: Place) -> dict[str, Seen]:
    titles: dict[int, str] = {}  # by where the sheet begins
    found: dict[str, Seen] = {}
    left, at, seen, reach, lengths = Left(place), 0, Seen(), [0, 0], _Lengths()
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        if kind == PASSWORD:
            raise SourceError.of("with-password", place)
        if kind == BOUND_SHEET:
            titles[struct.unpack_from("<I", body)[0]] = _title(body)
        elif kind == BEGIN:
            seen, reach = Seen(), [0, 0]
            found[titles.get(at, "")] = seen
        elif kind == SHARED or (kind == FURTHER and at == lengths.end):
            lengths.take(body, at + 4 + length)
        elif kind in ONE_CELL or kind in MANY_CELLS:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, length - 2)[0] if kind in MANY_CELLS else column
            reach = [max(reach[0], row + 1), max(reach[1], last + 1)]
            if (kind == ERROR_CELL and body[7]) or (kind == FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2):
                seen.broken[row + 1, column] = Broken("error-cell", "#")
            if kind == SHOWS_SHARED:  # a reader copies the text into the cell
                left.take_texts(lengths.of(struct.unpack_from("<I", body, 6)[0]))
        elif kind == ROW and body[12] & ROW_HIDDEN:
            row = struct.unpack_from("<H", body)[0] + 1
            seen.hidden_rows.append((row, row))
        elif kind == COLUMNS and body[8] & COLUMN_HIDDEN:
            seen.hidden_columns.append(struct.unpack_from("<HH", body))
        elif kind == FINISH:
            left.take_cells(reach[0] * reach[1])
            reach = [0, 0]
        at += 4 + length
    return found


def _title(body: bytes) -> str:
    count, wide = body[6], body[7] & 1
    return body[8 : 8 + count * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")


class _Lengths:
    """How long the shared texts are. They stand one after the other in a record and those that go on with it; a text that goes on in
    the next says there anew how wide its letters are."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.end = 0  # of the last part, in the stream
        self.found: array[int] | None = None

    def take(self, body: bytes, end: int) -> None:
        self.parts.append(body)
        self.end = end

    def of(self, place: int) -> int:
        """The most that a text may have where this cannot be told."""
        if self.found is None:
            self.found = self._all()
        return self.found[place] if place < len(self.found) else limits.TEXT

    def _all(self) -> array[int]:
        found, parts = array("I"), iter(self.parts)
        part, at = next(parts, b""), 8
        try:
            while len(found) < limits.CELLS:
                if at >= len(part):
                    part, at = next(parts), 0
                letters, flags = struct.unpack_from("<HB", part, at)
                at += 3
                runs = struct.unpack_from("<H", part, at)[0] if flags & 8 else 0
                at += 2 if flags & 8 else 0
                behind = (struct.unpack_from("<I", part, at)[0] if flags & 4 else 0) + 4 * runs
                at += 4 if flags & 4 else 0
                found.append(letters)
                wide = flags & 1
                while True:
                    here = min(letters, (len(part) - at) >> wide)
                    letters, at = letters - here, at + (here << wide)
                    if not letters:
                        break
                    part, at = next(parts), 1
                    wide = part[0] & 1
                while behind > len(part) - at:
                    behind -= len(part) - at
                    part, at = next(parts), 0
                at += behind
        except (StopIteration, IndexError, struct.error):
            pass  # the last text, or one that is cut off: those behind it count for the longest
        return found
