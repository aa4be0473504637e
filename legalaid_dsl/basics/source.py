"""Source text: reading it safely, places in it, lines and columns."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path
from typing import Final

import attrs

from .letters import lookalike
from .problem import MAX_PROBLEMS, Problem, problem

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 64

_MARKS: Final = re.compile(r'"[^"\n]*"?|#[^\n]*|[()]')

# Controls, format characters (bidi, zero-width, tags) and separators of lines; and what is as
# invisible without being one of these: variation selectors, fillers.
_HIDDEN_KINDS: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_HIDDEN: Final = frozenset(
    [
        0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, 0xFFA0,
        *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0),
    ]
)  # fmt: skip
_BASES: Final = "aăâeêioôơuưy"
_TONES: Final = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VIETNAMESE: Final = frozenset(
    letter
    for base in _BASES
    for tone in _TONES
    for letter in (
        unicodedata.normalize("NFC", base + tone),
        unicodedata.normalize("NFC", (base + tone).upper()),
    )
) | frozenset("đĐ")
_SIGNS: Final = frozenset("½¼¾×≤≥−–—…“”‘’§°÷·∙≠«»„‟⩾⩽•●○▪■□◦‣⁃➢➤✓✔❖◆")


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
    _starts: list[int] = attrs.field(init=False, repr=False)

    @_starts.default
    def _line_starts(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer("\n", self.text))]

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


def read_source(path: Path, name: str | None = None) -> tuple[Source, list[Problem]]:
    """Read a rule file. A file that cannot be used at all gives an empty source and a problem."""
    shown = name or str(path)
    empty = Source(shown, "")
    try:
        if path.stat().st_size > MAX_BYTES:
            return empty, [problem("file-too-large", empty.span(0, 0), limit=MAX_BYTES)]
        data = path.read_bytes()
    except OSError as error:
        return empty, [problem("file-unreadable", empty.span(0, 0), why=error.strerror or "")]
    return decode_source(data, shown)


def decode_source(data: bytes, name: str) -> tuple[Source, list[Problem]]:
    """Decode UTF-8 strictly (one BOM is accepted) and refuse what hides or misleads."""
    empty = Source(name, "")
    if len(data) > MAX_BYTES:
        return empty, [problem("file-too-large", empty.span(0, 0), limit=MAX_BYTES)]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return empty, [problem("not-utf-8", empty.span(0, 0), byte=error.start)]
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    source = Source(name, text)
    return source, check_characters(source)


def check_characters(source: Source) -> list[Problem]:
    """The first hidden, foreign or non-NFC character of each line."""
    problems: list[Problem] = []
    offset = 0
    for line in source.text.split("\n"):
        if not line.isascii() or not line.isprintable():
            found = _strange(line)
            if found is not None:
                at, code = found
                span = source.span(offset + at, offset + at + 1)
                right = lookalike(line[at])
                space = unicodedata.category(line[at]) == "Zs"
                hint = "type-again" if right and code == "foreign-character" else ""
                code = "strange-space" if space else code
                problems.append(problem(code, span, hint_from=hint, code_point=f"U+{ord(line[at]):04X}", right=right))
                if len(problems) >= MAX_PROBLEMS:
                    break
        offset += len(line) + 1
    return problems


def bracket_too_deep(text: str) -> int | None:
    """Where more than MAX_DEPTH brackets are open; those in quotations and comments do not count."""
    depth = 0
    for mark in _MARKS.finditer(text):
        depth += (mark[0] == "(") - (mark[0] == ")")
        if depth > MAX_DEPTH:
            return mark.start()
    return None


@lru_cache(maxsize=4096)  # an editor has the same lines looked through at every keystroke
def _strange(line: str) -> tuple[int, str] | None:
    in_string = in_comment = False
    for i, character in enumerate(line):
        if character == '"':
            in_string = not in_string
        elif character == "#" and not in_string:
            in_comment = True
        number, kind = ord(character), unicodedata.category(character)
        if character != "\t" and (kind in _HIDDEN_KINDS or number in _HIDDEN):
            return i, "hidden-character"
        if kind.startswith("M") or not unicodedata.is_normalized("NFC", character):
            return i, "not-composed"
        if number > 0x7F and character not in _VIETNAMESE and character not in _SIGNS:
            if not (in_string or in_comment) or character in "ÐƉ" or 0x370 <= number < 0x600:
                return i, "foreign-character"
    return None
