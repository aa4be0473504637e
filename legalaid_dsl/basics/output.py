"""Files written whole or not at all, and folders that are ours to write into."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from .bilingual import Error
from .source_text import real
from .worded import beside

MARKER: Final = ".legalaid-output"  # in a folder that a command made: it may be written into again
_SAY: Final = beside(__file__)
_SAID: Final = "This folder was made by legalaid; the command that made it may write over what is in it.\n"


class NotOurs(Error, ValueError):
    """A folder that holds something else; the message is in both languages."""

    def __init__(self, folder: Path | str) -> None:
        self.message = _SAY("not_ours", folder=folder)
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
    """Another name to write to, which then becomes the right one; nothing is left of it when writing fails.

    A device or a pipe keeps its place, and is given all of it at once. A file keeps its permissions; one that may
    not be written is not replaced either. Raises OSError.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        with TemporaryDirectory() as folder, _named(path):
            yield (waiting := Path(folder) / "whole")
            with waiting.open("rb") as made, path.open("wb") as goal:
                shutil.copyfileobj(made, goal)
        return
    path = real(path)  # through a link: what it leads to is written, the link stays
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    waiting = path.with_name(f".{path.name}.part")
    try:
        with _named(path):
            yield waiting
        if path.exists():
            shutil.copymode(path, waiting)
        os.replace(waiting, path)
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Of what fails while a file is written, systems do not say which file it is."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = str(path)
        raise
