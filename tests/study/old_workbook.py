"""A workbook of the older kind (.xls), record by record: what no program writes, a test has to."""

from __future__ import annotations

import struct
from collections.abc import Iterable

FREE, LAST, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR, SHORT = 512, 4_096


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def shared(texts: Iterable[str]) -> bytes:
    """The record of shared texts, and those that go on with it."""
    held = list(texts)
    parts, part = [], struct.pack("<II", len(held), len(held))
    for text in held:
        wide = any(ord(c) > 255 for c in text)
        data, at = text.encode("utf-16-le" if wide else "latin-1"), 0
        part += struct.pack("<HB", len(text), wide)
        while at < len(data):
            room = (8_224 - len(part)) // 2 * 2
            if room <= 0:
                parts, part = [*parts, part], struct.pack("<B", wide)
                continue
            part, at = part + data[at : at + room], at + room
        if len(part) > 8_000:
            parts, part = [*parts, part], b""
    parts.append(part)
    return record(0xFC, parts[0]) + b"".join(record(0x3C, p) for p in parts[1:])


def book(cells: bytes, texts: Iterable[str] = (), title: str = "cases") -> bytes:
    """The stream of a workbook with one sheet of these records."""
    begin = struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0)
    strings = shared(texts)
    bound = struct.pack("<IHBB", 0, 0, len(title), 0) + title.encode("latin-1")
    start = len(record(0x809, begin)) + len(record(0x85, bound)) + len(strings) + len(record(0x0A))
    bound = struct.pack("<I", start) + bound[4:]
    whole = record(0x809, begin) + record(0x85, bound) + strings + record(0x0A)
    return whole + record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + cells + record(0x0A)


def text_at(row: int, column: int, place: int) -> bytes:
    return record(0xFD, struct.pack("<HHHI", row, column, 15, place))


def number_at(row: int, column: int, number: float) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, 15, number))


def packed(stream: bytes, links: dict[int, int] | None = None) -> bytes:
    """The stream in a compound document. ``links``: which sector follows another, otherwise than it should be."""
    stream = stream.ljust(SHORT, b"\0")
    sectors = -(-len(stream) // SECTOR)
    tables = next(n for n in range(1, 110) if n * 128 >= n + 1 + sectors)  # before any further list of tables is needed
    first = tables + 1
    follows = [TABLE] * tables + [LAST] + [n + 1 for n in range(first, first + sectors - 1)] + [LAST]
    for at, to in (links or {}).items():
        follows[at] = to
    follows += [FREE] * (tables * 128 - len(follows))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, tables, tables, 0, SHORT, LAST, 0, LAST, 0)
    head += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    folder = _entry("Root Entry", 5, LAST, 0, child=1) + _entry("Workbook", 2, first, len(stream)) + _entry("", 0, 0, 0) * 2
    return head + struct.pack(f"<{len(follows)}I", *follows) + folder + stream.ljust(sectors * SECTOR, b"\0")


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0" if name else b""
    return text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child) + bytes(36) + struct.pack("<IQ", start, size)
