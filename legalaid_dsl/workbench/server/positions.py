"""Between an editor's positions (line, units of UTF-16) and ours (characters of a source).

Vietnamese letters are one unit each when composed; what lies outside the basic plane, and tone marks
that stand by themselves, are what makes the two counts differ.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import attrs
from lsprotocol import types as lsp

from ...basics.source import Source, Span


def plain(text: str) -> str:
    """A text as the editor has it, as our sources have it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


@attrs.frozen(slots=True)
class Ruler:
    """Measures in the units that client and server agreed on."""

    units: lsp.PositionEncodingKind | str = lsp.PositionEncodingKind.Utf16

    def length(self, text: str) -> int:
        if text.isascii() or self.units == lsp.PositionEncodingKind.Utf32:
            return len(text)
        if self.units == lsp.PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text.encode("utf-16-le", "surrogatepass")) // 2

    def position(self, source: Source, offset: int) -> lsp.Position:
        offset = min(max(offset, 0), len(source.text))
        line, column = source.place(offset)
        return lsp.Position(line - 1, self.length(source.line(line)[: column - 1]))

    def range(self, source: Source, start: int, end: int) -> lsp.Range:
        return lsp.Range(self.position(source, start), self.position(source, max(end, start)))

    def span(self, span: Span) -> lsp.Range:
        return self.range(span.source, span.start, span.end)

    def offset(self, source: Source, position: lsp.Position) -> int:
        """The character that a position stands before; what lies beyond a line is its end."""
        if position.line >= source.line_count:
            return len(source.text)
        line = source.line(position.line + 1)
        start = source.start_of(position.line + 1)
        if line.isascii():
            return start + min(position.character, len(line))
        units = 0
        for i, character in enumerate(line):
            if units >= position.character:
                return start + i
            units += self.length(character)
        return start + len(line)


class NoFile(ValueError):
    """An address under which no file can stand."""


def path_of(uri: str) -> Path:
    """The file of a file: address, saved or not. Raises NoFile for all other addresses."""
    try:
        parts = urlsplit(uri)
        path = unquote(parts.path)
        if parts.scheme != "file" or not path.startswith("/"):
            raise NoFile(uri)
        if parts.netloc not in ("", "localhost"):  # of another machine
            path = f"//{unquote(parts.netloc)}{path}"
        elif path[2:3] == ":":  # /c:/…
            path = path[1:]
        found = Path(path).resolve()
        found.exists()  # raises what no file can be called
    except (ValueError, OSError, RuntimeError):  # half a bracket, NUL, half a character; too long; links in a circle
        raise NoFile(uri) from None
    return found


def uri_of(path: Path) -> str:
    return path.absolute().as_uri()
