"""Sentences already read, for one who reads a file again at every keystroke (an editor).

Each is kept over a small source of its own: wherever it moves in its file, its tree stays right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
from lark.exceptions import UnexpectedInput

from ...basics.problem import Problem
from ...basics.source import Source, Span
from ..grammar import Lexicon
from ..recovery.draft import Draft
from ..recovery.mend import Mended

KEPT: Final = 8000
FAILURES: Final = 500  # each holds the state of a parser

Built = tuple[Any, list[Problem]]
Alike = Callable[[str, Lexicon, Lexicon], bool]


@attrs.define(slots=True)
class _Sentence:
    part: Source
    built: Built
    lexicon: Lexicon  # the one that it is right for
    words: str  # outside quotations


class Broken(Exception):
    """A trial with the names of another lexicon: what cannot be read needs the right ones."""


@attrs.define(slots=True)
class Memory:
    """What sentences were read as, how they were mended, and which texts cannot be read."""

    _sentences: dict[tuple[str, str, str, int], _Sentence] = attrs.Factory(dict)
    _mended: dict[tuple[str, str, str, int], tuple[Lexicon, Source, Mended]] = attrs.Factory(dict)
    _failures: dict[tuple[str, str], tuple[type[UnexpectedInput], dict[str, Any]]] = attrs.Factory(dict)
    _failed_by: Lexicon | None = None


@attrs.define(slots=True)
class Recall:
    """The memory while one file is read. ``parts``: the small sources of its sentences, and where each begins."""

    memory: Memory
    source: Source
    lang: str
    lexicon: Lexicon
    words_of: Callable[[str], str]
    alike: Alike
    trial: bool = False  # the parser has other names: only for a file in which nothing is wrong
    parts: dict[Source, int] = attrs.Factory(dict)
    _seen: Counter[str] = attrs.Factory(Counter)  # sentences that are alike are told apart
    _done: dict[tuple[int, str], Built] = attrs.Factory(dict)

    def build(self, draft: Draft, build: Callable[[Draft], Built]) -> Built:
        """As ``build``, over a part of the file; only what was changed by a mend is read where it stands."""
        base = draft.origin[0]
        if not self._as_written(draft):
            return build(draft)
        if (base, draft.text) in self._done:
            return self._done[base, draft.text]
        slot = (self.lang, self.source.name, draft.text, self._seen[draft.text])
        kept = self.memory._sentences.pop(slot, None)
        if kept is None or not self.alike(kept.words, kept.lexicon, self.lexicon):
            part = Source(self.source.name, draft.text, self.lang)
            kept = _Sentence(part, build(Draft.of(part)), self.lexicon, self.words_of(draft.text))
        self.memory._sentences[slot] = kept  # the one used last stands last
        _trim(self.memory._sentences, KEPT)
        self._seen[draft.text] += 1
        self.parts[kept.part] = base
        node, found = kept.built
        self._done[base, draft.text] = node, [moved(p, {kept.part: (self.source, base)}) for p in found]
        return self._done[base, draft.text]

    def mend(self, draft: Draft, mend: Callable[[Draft], Mended]) -> Mended:
        """As ``mend`` of a sentence that cannot be read as it stands, over a part of the file. What stands on a line after
        other words is judged by these, too: it is mended where it stands."""
        if not self._as_written(draft) or self._after_words(draft):
            return mend(draft)
        base = draft.origin[0]
        slot = (self.lang, self.source.name, draft.text, self._seen[draft.text])
        self._seen[draft.text] += 1
        lexicon, part, found = self.memory._mended.pop(slot, (None, None, None))
        if lexicon != self.lexicon or part is None or found is None:
            part = Source(self.source.name, draft.text, self.lang)
            found = mend(Draft.of(part))
        self.memory._mended[slot] = self.lexicon, part, found
        _trim(self.memory._mended, KEPT)
        self.parts[part] = base
        parts = {part: (self.source, base)}
        result = found.result if found.result is None else (found.result[0], [moved(p, parts) for p in found.result[1]])
        there = Draft(self.source, found.draft.text, [base + place for place in found.draft.origin])
        return Mended(result, there, tuple(moved(p, parts) for p in found.problems), found.rest, found.sure)

    def _as_written(self, draft: Draft) -> bool:
        """Whether no mark of it was mended."""
        base, origin = draft.origin[0], draft.origin
        if not isinstance(origin, range) and list(origin) != list(range(base, base + len(draft.text) + 1)):
            return False
        return draft.text == self.source.text[base : base + len(draft.text)]

    def _after_words(self, draft: Draft) -> bool:
        """Whether other words stand before it on its line."""
        begins = draft.origin[0] + len(draft.text) - len(draft.text.lstrip())
        return bool(self.source.text[:begins].rpartition("\n")[2].strip())

    def again(self, draft: Draft) -> None:
        """Raises what was raised for the same text before, if anything was."""
        if self.memory._failed_by != self.lexicon:
            self.memory._failures.clear()
            self.memory._failed_by = self.lexicon
        error = self.memory._failures.get((self.lang, draft.text))
        if error is not None and not self.trial:
            raise _again(*error)

    def failed(self, draft: Draft, error: UnexpectedInput) -> None:
        if self.trial:
            raise Broken
        self.memory._failures[self.lang, draft.text] = type(error), dict(error.__dict__)  # no traceback: it holds all
        _trim(self.memory._failures, FAILURES)


def _again(kind: type[UnexpectedInput], values: dict[str, Any]) -> UnexpectedInput:
    error = kind.__new__(kind)
    error.__dict__.update(values)
    return error


def moved(found: Problem, parts: Mapping[Source, tuple[Source, int]]) -> Problem:
    """A problem with its places in the files instead of in parts of them."""
    if found.span.source not in parts and not any(s.source in parts for s, _ in found.also):
        return found
    also = tuple((placed(s, parts), text) for s, text in found.also)
    return attrs.evolve(found, span=placed(found.span, parts), also=also)


def placed(span: Span, parts: Mapping[Source, tuple[Source, int]]) -> Span:
    if span.source not in parts:
        return span
    source, base = parts[span.source]
    return source.span(span.start + base, span.end + base)


def _trim(kept: dict[Any, Any], most: int) -> None:
    while len(kept) > most:
        del kept[next(iter(kept))]
