"""Source text and places in it: lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right

import attrs

from .keywords import language_of


@attrs.frozen(slots=True)
class Span:
    """A stretch of a source: character offsets, end exclusive. No part of a node's equality."""

    source: Source
    start: int
    end: int

    def place(self) -> tuple[int, int]:
        """(line, column) of the start, both from 1, columns in characters."""
        return self.source.place(self.start)

    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def __str__(self) -> str:
        line, column = self.place()
        return f"{self.source.name}:{line}:{column}"


@attrs.frozen(slots=True, eq=False)
class Source:
    """A named text, NFC, with line ends as \\n."""

    name: str
    text: str
    _lang: str = attrs.field(default="", repr=False)  # of the file, where this is a part of one
    _starts: list[int] = attrs.field(init=False, repr=False)

    @_starts.default
    def _line_starts(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer("\n", self.text))]

    @property
    def lang(self) -> str:
        """The language that it is written in; what is too short to tell is of the language of its file."""
        return self._lang or language_of(self.text)

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def start_of(self, number: int) -> int:
        """The offset at which a line begins; lines count from 1."""
        return self._starts[number - 1]

    def line(self, number: int) -> str:
        start = self._starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end]

    @property
    def line_count(self) -> int:
        return len(self._starts)

    def span(self, start: int, end: int) -> Span:
        return Span(self, start, max(end, start))
