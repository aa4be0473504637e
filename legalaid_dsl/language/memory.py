"""Sentences already read, for one who reads a file again at every keystroke (an editor).

Each is kept over a small source of its own: wherever it moves in its file, its tree stays right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
from lark.exceptions import UnexpectedInput

from ..basics.problem import Problem
from ..basics.source import Source, Span
from .draft import Draft
from .grammar import Lexicon

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


@attrs.define(slots=True)
class Memory:
    """What sentences were read as, and which texts cannot be read."""

    _sentences: dict[tuple[str, str, str, int], _Sentence] = attrs.Factory(dict)
    _failures: dict[tuple[str, str], UnexpectedInput] = attrs.Factory(dict)
    _failed_by: Lexicon | None = None

    def reading(self, source: Source, lang: str, lexicon: Lexicon, words_of: Callable[[str], str], alike: Alike) -> Recall:
        if self._failed_by != lexicon:
            self._failures.clear()
            self._failed_by = lexicon
        return Recall(self, source, lang, lexicon, words_of, alike)


@attrs.define(slots=True)
class Recall:
    """The memory while one file is read. ``parts``: the small sources of its sentences, and where each begins."""

    memory: Memory
    source: Source
    lang: str
    lexicon: Lexicon
    words_of: Callable[[str], str]
    alike: Alike
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
            part = Source(self.source.name, draft.text)
            kept = _Sentence(part, build(Draft.of(part)), self.lexicon, self.words_of(draft.text))
        self.memory._sentences[slot] = kept  # the one used last stands last
        _trim(self.memory._sentences, KEPT)
        self._seen[draft.text] += 1
        self.parts[kept.part] = base
        node, found = kept.built
        self._done[base, draft.text] = node, [moved(p, {kept.part: (self.source, base)}) for p in found]
        return self._done[base, draft.text]

    def _as_written(self, draft: Draft) -> bool:
        """Whether no mark of it was mended."""
        base, origin = draft.origin[0], draft.origin
        if not isinstance(origin, range) and list(origin) != list(range(base, base + len(draft.text) + 1)):
            return False
        return draft.text == self.source.text[base : base + len(draft.text)]

    def again(self, draft: Draft) -> None:
        """Raises what was raised for the same text before, if anything was."""
        error = self.memory._failures.get((self.lang, draft.text))
        if error is not None:
            error.__context__ = None
            raise error.with_traceback(None)

    def failed(self, draft: Draft, error: UnexpectedInput) -> None:
        self.memory._failures[self.lang, draft.text] = error.with_traceback(None)
        _trim(self.memory._failures, FAILURES)


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
