"""What the builders share: places in the source, and reading Lark's children."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lark import Token, Transformer

from ...basics.problem import Problem
from ...basics.source import Source, Span


def is_token(child: Any, *types: str) -> bool:
    return isinstance(child, Token) and child.type in types


def of_kind(children: list[Any], *kinds: type) -> list[Any]:
    return [c for c in children if isinstance(c, kinds)]


class Placed(Transformer[Token, Any]):
    """Spans are absolute: ``base`` is where the parsed piece begins in its source.

    ``origin``: where each character of a mended piece stands in the source.
    """

    def __init__(self, source: Source, base: int, lang: str, origin: Sequence[int] | None = None) -> None:
        super().__init__()
        self.source, self.base, self.lang, self.origin = source, base, lang, origin
        self.problems: list[Problem] = []

    def at(self, meta: Any) -> Span:
        return self._span(0, 0) if meta.empty else self._span(meta.start_pos, meta.end_pos)

    def token_span(self, token: Token) -> Span:
        return self._span(token.start_pos or 0, token.end_pos or 0)

    def _span(self, start: int, end: int) -> Span:
        if self.origin is None:
            return self.source.span(self.base + start, self.base + end)
        first = self.origin[start]
        return self.source.span(first, self.origin[end - 1] + 1 if end > start else first)

    def text(self, token: Token) -> str:
        return " ".join(str(token)[1:-1].split())
