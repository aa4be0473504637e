"""Two halves of one sentence, cut apart by a full stop where another mark, or none, belongs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import attrs
from lark.exceptions import UnexpectedInput

from ...basics.problem import Problem, problem
from .draft import Draft
from .failure import Failure, Names
from .mend import continues, failure_of, stop_of


@attrs.frozen(slots=True)
class Joined:
    """The two as one, and the problem; ``backwards``: with the sentence before."""

    draft: Draft
    problem: Problem
    backwards: bool


def join(
    sentence: Draft, before: Draft | None, after: Draft | None, read: Callable[[Draft], Any], lang: str
) -> Joined | None:
    """A sentence with the one before it, when it cannot begin one; or with the one after it."""
    stopped = stop_of(sentence, read)
    if not isinstance(stopped, UnexpectedInput):
        return None
    failure = failure_of(stopped, sentence, lang, Names())
    first = Failure.of(sentence, 0, frozenset(), lang, Names(), False)
    if not first.tokens:
        return None
    if before is not None and (failure.index == 0 or continues(first)):
        found = _with(before, sentence, read, ("", ",", ":", ";"))
        return Joined(*found, backwards=True) if found is not None else None
    if after is not None and failure.index >= len(failure.tokens) - 1 and failure.tokens[-1].text == ".":
        found = _with(sentence, after, read, (":", ";", ","))
        return Joined(*found, backwards=False) if found is not None else None
    return None


def _with(
    first: Draft, second: Draft, read: Callable[[Draft], Any], marks: tuple[str, ...]
) -> tuple[Draft, Problem] | None:
    m = re.search(r"[.:;,](?=\s*(?:#[^\n]*\s*)*$)", first.text)
    if m is None:
        return None
    at = m.start()
    text, origin = first.text + second.text, [*first.origin[: len(first.text)], *second.origin]
    whole = Draft(first.source, text, origin)
    for mark in marks:
        if mark == m[0]:
            continue
        joined = whole.edited([(at, at + 1, mark)])
        if not isinstance(stop_of(joined, read), UnexpectedInput):
            span = whole.span(at, at + 1)
            code = "wrong-mark" if mark else "stop-too-early"
            return joined, problem(code, span, found=m[0], word=mark)
    return None
