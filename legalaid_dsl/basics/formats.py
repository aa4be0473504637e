"""What a file is that should have been text, told by its first bytes."""

from __future__ import annotations

from typing import Final

from .bilingual import Bilingual

_BEGINNINGS: Final = (
    (b"\x1f\x8b", "a gzip archive", "tệp nén gzip"),
    (b"PK\x03\x04", "a zip archive (or an Excel or Word file)", "tệp nén zip (hoặc tệp Excel, Word)"),
    (b"PK\x05\x06", "an empty zip archive", "tệp nén zip rỗng"),
    (b"BZh", "a bzip2 archive", "tệp nén bzip2"),
    (b"\xfd7zXZ\x00", "an xz archive", "tệp nén xz"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "tệp nén zstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "tệp nén 7-Zip"),
    (b"PAR1", "a Parquet file", "tệp Parquet"),
    (b"%PDF", "a PDF file", "tệp PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "tệp Excel hoặc Word đời cũ"),
    (b"\xff\xfe\x00\x00", "text in UTF-32", "văn bản theo bảng mã UTF-32"),
    (b"\x00\x00\xfe\xff", "text in UTF-32", "văn bản theo bảng mã UTF-32"),
    (b"\xff\xfe", "text in UTF-16", "văn bản theo bảng mã UTF-16"),
    (b"\xfe\xff", "text in UTF-16", "văn bản theo bảng mã UTF-16"),
)


def named_format(data: bytes) -> Bilingual | None:
    """The name of what begins so; None where it may be UTF-8 text."""
    for beginning, en, vi in _BEGINNINGS:
        if data.startswith(beginning):
            return Bilingual(en, vi)
    if len(data) > 1 and 0 in data[:2] and any(data[:2]):  # no mark of its own, but every second byte is empty
        return Bilingual("text in UTF-16", "văn bản theo bảng mã UTF-16")
    return None
