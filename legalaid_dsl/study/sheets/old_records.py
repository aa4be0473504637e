"""The older .xls looked at before it is read: how far its cells reach, and which of them are errors.

Such a file is a small file system (compound document) with one stream of records; each has a kind and a length.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ...basics.tabular import Place
from ..portfolio import limits
from ..portfolio.opened import SourceError, limited, reading
from .cells import Broken
from .packed import Seen

END: Final = 0xFFFF_FFFA  # from here on, numbers of sectors mean something else
NAMES: Final = ("Workbook", "Book")
BOUND_SHEET, BEGIN, FINISH, PASSWORD, ERROR_CELL, FORMULA = 0x85, 0x809, 0x0A, 0x2F, 0x205, 0x06
ONE_CELL: Final = {0x06, 0x201, 0x203, 0x204, 0x205, 0x27E, 0xFD, 0xD6}
MANY_CELLS: Final = {0xBD, 0xBE}  # the last column stands at the end
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
    table = file.at(struct.unpack_from("<I", data, 60)[0])
    links = list(struct.unpack(f"<{len(table) // 4}I", table))
    return b"".join(root[n << mini : (n + 1) << mini] for n in _chain(start, links))[:length]


def _chain(at: int, links: list[int]) -> Iterator[int]:
    left = len(links)
    while at < END and left:
        yield at
        at, left = links[at], left - 1


class _Compound:
    """The sectors of a compound document, and which follows which."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.shift, self.mini_shift = struct.unpack_from("<HH", data, 30)
        self.sane = 7 <= self.shift <= 16 and self.mini_shift <= self.shift
        self.links: list[int] = []
        if self.sane:
            words = f"<{(1 << self.shift) // 4}I"
            for number in self._tables(words):
                self.links += struct.unpack(words, self.sector(number))

    def _tables(self, words: str) -> list[int]:
        found = [n for n in struct.unpack_from("<109I", self.data, 76) if n < END]
        further = struct.unpack_from("<I", self.data, 68)[0]
        while further < END and len(found) <= len(self.data) >> self.shift:
            more = struct.unpack(words, self.sector(further))
            found += [n for n in more[:-1] if n < END]
            further = more[-1]
        return found

    def sector(self, number: int) -> bytes:
        return self.data[(number + 1) << self.shift : (number + 2) << self.shift]

    def at(self, first: int) -> bytes:
        """The bytes of a chain of sectors."""
        return b"".join(map(self.sector, _chain(first, self.links)))


def _sheets(stream: bytes, place: Place) -> dict[str, Seen]:
    titles: dict[int, str] = {}  # by where the sheet begins
    found: dict[str, Seen] = {}
    left, at, seen, reach = limits.CELLS, 0, Seen(), [0, 0]
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
        elif kind in ONE_CELL or kind in MANY_CELLS:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, length - 2)[0] if kind in MANY_CELLS else column
            reach = [max(reach[0], row + 1), max(reach[1], last + 1)]
            if (kind == ERROR_CELL and body[7]) or (kind == FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2):
                seen.broken[row + 1, column] = Broken("error-cell", "#")
        elif kind == FINISH:
            left -= reach[0] * reach[1]
            if left < 0:
                limited("cells", limits.CELLS - left, limits.CELLS, place)
            reach = [0, 0]
        at += 4 + length
    return found


def _title(body: bytes) -> str:
    count, wide = body[6], body[7] & 1
    return body[8 : 8 + count * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")
