"""What a file is by its first bytes, where it is not what its name says."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ...basics.tabular import Place
from .opened import SourceError, reading

HEAD: Final = 4_096
PACKED: Final = {
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4",
    b"7z\xbc\xaf": "7z", b"Rar!": "rar",
}  # fmt: skip
OLD_SPREADSHEET: Final = b"\xd0\xcf\x11\xe0"
KINDS: Final = {"xlsx": b"PK", "parquet": b"PAR1"}
TEXTS: Final = ("csv", "jsonl")


def sniff(path: Path, place: Place, kind: str) -> None:
    """Raises SourceError where the content is plainly another than ``kind`` (csv, jsonl, xlsx, xls, ods or parquet)."""
    with reading(place):
        if not path.exists():
            raise SourceError.of("not-there", place)
        if not path.is_file():
            raise SourceError.of("not-a-file", place)
        with path.open("rb") as file:
            head = file.read(HEAD)
    for mark, name in PACKED.items():
        if head.startswith(mark):
            raise SourceError.of("compressed", place, kind=name)
    if head.startswith(OLD_SPREADSHEET):
        if kind == "xls":
            return
        raise SourceError.of("old-spreadsheet", place)
    if kind == "ods" and head.startswith(KINDS["xlsx"]):
        return  # what is in the archive is looked at next
    for other, mark in KINDS.items():
        if other != kind and head.startswith(mark):
            raise SourceError.of("is-another", place, kind={"xlsx": "zip (.xlsx)", "parquet": "Parquet"}[other])
    if kind in TEXTS:
        if kind == "jsonl" and (head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:HEAD]):
            raise SourceError.of("is-utf-16", place)
    elif kind not in KINDS or not head.startswith(KINDS[kind]):
        raise SourceError.of(f"not-{kind}", place)
