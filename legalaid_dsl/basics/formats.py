"""What a file is that should have been text, told by its first bytes."""

from __future__ import annotations

from typing import Final

from .bilingual import Bilingual
from .worded import beside

_SAY: Final = beside(__file__)
_BEGINNINGS: Final = (
    (b"\x1f\x8b", "gzip"), (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "empty_zip"), (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"7z\xbc\xaf\x27\x1c", "seven_zip"), (b"PAR1", "parquet"),
    (b"%PDF", "pdf"), (b"\xd0\xcf\x11\xe0", "old_office"), (b"\xff\xfe\x00\x00", "utf_32"), (b"\x00\x00\xfe\xff", "utf_32"),
    (b"\xff\xfe", "utf_16"), (b"\xfe\xff", "utf_16"),
)  # fmt: skip


def named_format(data: bytes) -> Bilingual | None:
    """The name of what begins so; None where it may be UTF-8 text."""
    for beginning, name in _BEGINNINGS:
        if data.startswith(beginning):
            return _SAY("formats", name)
    if len(data) > 1 and 0 in data[:2] and any(data[:2]):  # no mark of its own, but every second byte is empty
        return _SAY("formats", "utf_16")
    return None
