"""Reading a sentence again and again with small changes: only from a little before the change, and without a tree.

Most mends that are tried cannot be read; where they stop is all that is asked.
"""

from __future__ import annotations

import os.path
from bisect import bisect_right
from copy import copy
from typing import Any

import attrs
from lark import Lark
from lark.exceptions import UnexpectedInput
from lark.lexer import LexerState, LexerThread
from lark.utils import TextSlice

from ..grammar import untreed


@attrs.frozen(slots=True, eq=False)
class _Mark:
    """The parser after a word, and the lexer there."""

    end: int
    counter: Any
    word: Any
    state: Any


@attrs.define(slots=True)
class Trials:
    """Reads what begins like a text that was begun with, from there on.

    ``margin``: no word of the language is longer; what stands further before a change is read as it was.
    """

    parser: Lark
    start: str
    margin: int
    _text: str = ""
    _marks: list[_Mark] = attrs.Factory(list)

    def begin(self, text: str) -> None:
        """Read a text as far as it goes."""
        self._text, self._marks = text, []
        reading = untreed(self.parser).parse_interactive(text, start=self.start)
        last: tuple[int, Any, Any] | None = None
        try:
            for token in reading.iter_parse():  # each is not fed yet
                if last is not None:
                    self._marks.append(_Mark(*last, reading.parser_state.copy(deepcopy_values=False)))
                lexing = reading.lexer_thread.state
                assert lexing is not None
                last = token.end_pos or 0, copy(lexing.line_ctr), lexing.last_token
        except UnexpectedInput:
            pass  # what comes after is read each time

    def read(self, text: str) -> None:
        """Raises what the parser raises."""
        same = len(os.path.commonprefix((text, self._text))) - self.margin  # noqa: RUF071 (letters are meant)
        place = bisect_right(self._marks, same, key=lambda m: m.end) - 1
        parser: Any = untreed(self.parser)
        if place < 0:
            parser.parse(text, start=self.start)
            return
        mark = self._marks[place]
        state = mark.state.copy(deepcopy_values=False)
        state.lexer = LexerThread(state.lexer.lexer, LexerState(TextSlice.cast_from(text), copy(mark.counter), mark.word))
        parser.parser.parser.parser.parse_from_state(state, mark.word)
