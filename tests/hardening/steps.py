"""How many steps a backtracking matcher needs for a pattern: ``re`` as it works, but counting (X04)."""

from __future__ import annotations

import re
import re._constants as c  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from typing import Any


class TooMany(Exception):
    pass


class Steps:
    """Matches at the beginning of a text; ``count`` grows by one with each element tried."""

    def __init__(self, pattern: str, most: int) -> None:
        self.items = list(parser.parse(pattern))
        self.most, self.count, self.text = most, 0, ""

    def match(self, text: str) -> int | None:
        """The end of the match. Raises TooMany."""
        self.text, self.count = text, 0
        return next(self._all(self.items, 0), None)

    def _all(self, items: list[Any], at: int) -> Iterator[int]:
        if not items:
            yield at
            return
        for end in self._one(items[0], at):
            yield from self._all(items[1:], end)

    def _one(self, item: Any, at: int) -> Iterator[int]:
        self.count += 1
        if self.count > self.most:
            raise TooMany
        op, arg = item
        if op in (c.MAX_REPEAT, c.MIN_REPEAT):
            low, high, inside = arg
            yield from self._repeat(list(inside), at, int(low), len(self.text) + 1 if high is c.MAXREPEAT else int(high))
        elif op is c.POSSESSIVE_REPEAT:
            low, high, inside = arg
            found = next(self._repeat(list(inside), at, int(low), len(self.text) + 1 if high is c.MAXREPEAT else int(high)), None)
            yield from () if found is None else (found,)
        elif op is c.ATOMIC_GROUP:
            found = next(self._all(list(arg), at), None)
            yield from () if found is None else (found,)
        elif op is c.SUBPATTERN:
            yield from self._all(list(arg[-1]), at)
        elif op is c.BRANCH:
            for branch in arg[1]:
                yield from self._all(list(branch), at)
        elif op in (c.ASSERT, c.ASSERT_NOT):
            if arg[0] < 0 or (next(self._all(list(arg[1]), at), None) is None) == (op is c.ASSERT_NOT):
                yield at  # what lies behind has a length of its own: it cannot repeat
        elif op is c.AT:
            yield at
        elif at < len(self.text) and self._fits(item, self.text[at]):
            yield at + 1

    def _repeat(self, inside: list[Any], at: int, low: int, high: int) -> Iterator[int]:
        if len(inside) == 1 and inside[0][0] in (c.LITERAL, c.NOT_LITERAL, c.IN, c.ANY):
            end = at  # one character again and again: a loop, as in ``re`` itself
            while end - at < high and end < len(self.text) and self._fits(inside[0], self.text[end]):
                end += 1
                self.count += 1
            for stop in range(end, at + low - 1, -1):
                self.count += 1
                if self.count > self.most:
                    raise TooMany
                yield stop
            return
        if high > 0:
            for end in self._all(inside, at):
                if end > at:
                    yield from self._repeat(inside, end, max(low - 1, 0), high - 1)
        if low == 0:
            yield at

    @staticmethod
    def _fits(item: Any, character: str) -> bool:
        return re.match(_written(item), character, re.DOTALL) is not None


def _written(item: Any) -> str:
    """One element as a pattern again."""
    op, arg = item
    if op is c.LITERAL:
        return re.escape(chr(arg))
    if op is c.NOT_LITERAL:
        return f"[^{re.escape(chr(arg))}]"
    if op is c.ANY:
        return r"[^\n]"
    parts = []
    for kind, value in arg:
        if kind is c.NEGATE:
            parts.insert(0, "^")
        elif kind is c.LITERAL:
            parts.append(re.escape(chr(value)))
        elif kind is c.RANGE:
            parts.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        else:
            parts.append({c.CATEGORY_DIGIT: r"\d", c.CATEGORY_NOT_DIGIT: r"\D", c.CATEGORY_SPACE: r"\s", c.CATEGORY_NOT_SPACE: r"\S",
                          c.CATEGORY_WORD: r"\w", c.CATEGORY_NOT_WORD: r"\W"}[value])  # fmt: skip
    return f"[{''.join(parts)}]"
