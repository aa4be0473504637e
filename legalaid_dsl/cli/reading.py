"""Cases from a file, a pipe or standard input: one text, or a text a line, never more of it held than may be used."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

from ..basics.formats import named_format
from ..cases.facts.strict_json import MAX_BYTES
from .wording.saying import wrong

LINES: Final = (".jsonl", ".ndjson")
_MORE: Final = MAX_BYTES + 1  # enough of a case for it to be refused as too large


def read_cases(path: str) -> tuple[Iterator[str], bool]:
    """The texts of the cases, and whether the file holds one a line.

    A name that ends in ``.jsonl``, ``.ndjson`` or ``.json`` says so; else (``-``, a pipe) the first lines decide.
    Raises OSError, and Wrong where there is no file, or none of text.
    """
    file = _opened(path)
    lines = _lines(file)
    first = next(lines, b"")
    found = named_format(first)
    if found is not None:
        raise wrong("not-json", path=path, what=found)
    first = first.removeprefix(b"\xef\xbb\xbf")
    if path.endswith(LINES):
        return _texts(chain([first], lines)), True
    begun = first.strip()
    if not path.endswith(".json") and begun.startswith(b"{") and begun.endswith(b"}"):
        following = next((line for line in lines if line.strip()), b"")
        return _texts(chain([first, following], lines)), bool(following)
    return iter([_text(first + file.read(max(_MORE - len(first), 0)))]), False


def _opened(path: str) -> BinaryIO:
    if path == "-":
        if sys.stdin is None:
            raise wrong("no-input")
        return sys.stdin.buffer
    if not Path(path).exists():
        raise wrong("no-file", path=path)
    return Path(path).open("rb")


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines; of one that is too long for a case its beginning."""
    while line := file.readline(_MORE):
        yield line  # the rest of it is passed over only when the next is asked for: there may be no end
        while not line.endswith(b"\n") and (line := file.readline(_MORE)):
            pass


def _texts(lines: Iterable[bytes]) -> Iterator[str]:
    """Every line that is not empty."""
    return (_text(line) for line in lines if line.strip())


def _text(data: bytes) -> str:
    """Bytes that are no UTF-8 become half characters, which the reader of cases refuses with their place."""
    return data.decode("utf-8", "surrogateescape")
