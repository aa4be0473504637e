"""Files written whole or not at all, and folders that are ours to write into."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from .bilingual import Bilingual, Error
from .source_text import real

MARKER: Final = ".legalaid-output"  # in a folder that a command made: it may be written into again
_SAID: Final = "This folder was made by legalaid; the command that made it may write over what is in it.\n"


class NotOurs(Error, ValueError):
    """A folder that holds something else; the message is in both languages."""

    def __init__(self, folder: Path | str) -> None:
        self.message = Bilingual(
            f"{folder} holds something that legalaid did not put there; name a new or empty folder",
            f"{folder} đang chứa nội dung khác, không phải do legalaid tạo ra; hãy chọn thư mục mới hoặc thư mục trống",
        )
        super().__init__(self.message.en)


def claim(folder: Path, *known: str) -> None:
    """Make the folder ours. ``known``: files that also say that it is. Raises NotOurs where anything stands in it
    that no command of ours marked; OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    if not any((folder / name).is_file() for name in (MARKER, *known)):
        if any(folder.iterdir()):
            raise NotOurs(folder)
        write_whole(folder / MARKER, _SAID)


def write_whole(path: Path, text: str) -> None:
    """Text in UTF-8 with plain line ends, under its name once it is complete. Raises OSError."""
    with whole(path) as waiting:
        waiting.write_bytes(text.encode("utf-8"))


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Another name to write to, which then becomes the right one; nothing is left of it when writing fails."""
    path = real(path)  # through a link: what it leads to is written, the link stays
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.part")
    try:
        yield waiting
        os.replace(waiting, path)
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise
