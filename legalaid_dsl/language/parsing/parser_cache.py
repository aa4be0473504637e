"""Parsers and parsed files kept, for those who parse the same files again and again (an editor)."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any, Final

import attrs
from lark import Lark
from lark.exceptions import UnexpectedInput

from ...basics.problem import Problem
from ...basics.source import Source
from ...basics.source_text import decode_source, read_source
from ..grammar import Lexicon, build_parser, declared_names, language_of
from ..recovery.typography import mended_text
from ..resumable import Steps, at_once
from .parse import Parsed, read_file, reading
from .sentence_cache import Broken, Memory, Recall
from .sentences import pieces

KEPT: Final = 5000  # parsed texts: an example each
FILES: Final = 80  # parsed rule files
SOURCES: Final = 200
LEXICONS: Final = 12  # parsers; an editor goes back and forth between few


@attrs.define(slots=True)
class Kept:
    """A parsed file with the source that its places refer to: the first that had this text."""

    source: Source
    found: Parsed
    _lexicon: Lexicon  # the one that it is right for
    _words: str  # its words outside quotations


@attrs.define(slots=True)
class Parsers:
    """Parsers by language and lexicon; texts already parsed."""

    _by_lexicon: dict[tuple[str, Lexicon], Lark] = attrs.Factory(dict)
    _parsed: dict[tuple[str, str, str, int], Kept] = attrs.Factory(dict)
    _files: dict[tuple[str, str, str, int], Kept] = attrs.Factory(dict)
    _differ: dict[tuple[str, Lexicon, Lexicon], tuple[str, ...]] = attrs.Factory(dict)
    _sources: dict[tuple[object, ...], tuple[Source, list[Problem]]] = attrs.Factory(dict)
    _declared: dict[Source, tuple[str, Lexicon]] = attrs.Factory(dict)
    _pieces: dict[tuple[str, str, bool], list[tuple[int, int]]] = attrs.Factory(dict)
    memory: Memory | None = None  # of single sentences, for files that are read at every keystroke
    hurried: bool = False  # what was read with other names may stay as it is for now
    behind: bool = False  # something did

    def read(self, path: Path, name: str, text: str | None) -> tuple[Source, list[Problem]]:
        """A file as read_source gives it, or the text that stands in it before it is saved."""
        if text is None:
            try:
                state = path.stat()
            except OSError:  # gone meanwhile
                return read_source(path, name)
            slot: tuple[object, ...] = (path, name, state.st_mtime_ns, state.st_size)
        else:
            slot = (path, name, text)
        if slot not in self._sources:
            if text is None:
                self._sources[slot] = read_source(path, name)
            else:
                self._sources[slot] = decode_source(text.encode("utf-8", "surrogatepass"), name)
            _trim(self._sources, SOURCES)
        return self._sources[slot]

    def declared(self, source: Source) -> tuple[str, Lexicon]:
        """The language of a file, and the names that it declares."""
        if source not in self._declared:
            lang = language_of(source.text)
            self._declared[source] = lang, declared_names(mended_text(source.text, lang))
            _trim(self._declared, SOURCES)
        return self._declared[source]

    def pieces(self, source: Source, lang: str, example: bool) -> list[tuple[int, int]]:
        """Where the headings cut a file."""
        slot = (source.text, lang, example)
        if slot not in self._pieces:
            self._pieces[slot] = pieces(source.text, lang, example)
            _trim(self._pieces, SOURCES)
        return self._pieces[slot]

    def parser(self, lang: str, lexicon: Lexicon) -> Lark:
        slot = (lang, lexicon)
        if slot not in self._by_lexicon:
            self._by_lexicon[slot] = build_parser(lang, lexicon)
            _trim(self._by_lexicon, LEXICONS)
        return self._by_lexicon[slot]

    def warm(self) -> None:
        """Make what the parser made last would make when it first needs it: patterns, and what slips are looked up in."""
        if self._by_lexicon:
            (lang, lexicon), parser = next(reversed(self._by_lexicon.items()))
            lexer: Any = parser.parser.lexer
            for one in (*lexer.lexers.values(), lexer.root_lexer):
                one.scanner  # noqa: B018
            read_file(Source("", "whn."), parser, lang, lexicon)

    def parse(self, source: Source, lang: str, lexicon: Lexicon, nth: int = 0) -> Kept:
        """As read_file. ``nth`` tells apart texts that are alike and stand in one file."""
        return at_once(self.parsing(source, lang, lexicon, nth))

    def parsing(self, source: Source, lang: str, lexicon: Lexicon, nth: int = 0) -> Steps[Kept]:
        """As parse, in steps."""
        slot = (lang, source.name, source.text, nth)
        example = source.name.endswith(".case")
        parsed = self._parsed if example else self._files
        found = parsed.get(slot)
        right = found is not None and self._still_right(found, lang, lexicon)
        if not right and self.hurried and not example and found is not None:  # a text that is new is read whatever the hurry
            self.behind = True
        elif found is None or not right:
            found = yield from self._read(source, lang, lexicon)
        parsed.pop(slot, None)
        parsed[slot] = found  # the one used last stands last
        _trim(parsed, KEPT if example else FILES)
        return found

    def _still_right(self, kept: Kept, lang: str, lexicon: Lexicon) -> bool:
        """What has problems is parsed anew for every lexicon: its hints name what is there."""
        if kept.found.problems:
            return kept._lexicon == lexicon
        return self._alike(lang, kept._words, kept._lexicon, lexicon)

    def is_new(self, source: Source, lang: str) -> bool:
        return (lang, source.name, source.text, 0) not in self._files

    def _read(self, source: Source, lang: str, lexicon: Lexicon) -> Steps[Kept]:
        """Parsed by a parser at hand when the names that it lacks do not stand in the text."""
        words = _words(source.text)
        for (spoken, other), parser in [*self._by_lexicon.items()][::-1]:
            if spoken == lang and self._alike(lang, words, other, lexicon):
                try:
                    recall = self._recall(source, lang, other, other != lexicon)
                    found = yield from reading(source, parser, lang, lexicon, recall)
                except Broken:
                    break
                if not found.problems or other == lexicon:
                    return Kept(source, found, lexicon, words)
                break
        recall = self._recall(source, lang, lexicon)
        found = yield from reading(source, self.parser(lang, lexicon), lang, lexicon, recall)
        return Kept(source, found, lexicon, words)

    def _recall(self, source: Source, lang: str, lexicon: Lexicon, trial: bool = False) -> Recall | None:
        """The memory for a rule file; examples are read one by one as it is."""
        if self.memory is None or source.name.endswith(".case"):
            return None

        def alike(words: str, first: Lexicon, second: Lexicon) -> bool:
            return self._alike(lang, words, first, second)

        return Recall(self.memory, source, lang, lexicon, _words, alike, trial)

    def _alike(self, lang: str, words: str, first: Lexicon, second: Lexicon) -> bool:
        """Whether no name that only one of two lexicons has stands in a text."""
        if first is second or first == second:
            return True
        slot = (lang, first, second)
        if slot not in self._differ:
            self._differ[slot] = _difference(lang, first, second)
            _trim(self._differ, LEXICONS)
        return not any(name in words for name in self._differ[slot])


_OF_THREAD: Final = threading.local()


def shared() -> Parsers:
    """What this thread has parsed: a ruleset of which one file changed is read again for that file only."""
    found: Parsers | None = getattr(_OF_THREAD, "parsers", None)
    if found is None:
        found = _OF_THREAD.parsers = Parsers()
    return found


_QUOTED: Final = re.compile(r'"[^"\n]*"|#[^\n]*')  # no names are read there


def _words(text: str) -> str:
    return " ".join(_QUOTED.sub(" ", text).split()).casefold()


def _difference(lang: str, before: Lexicon, now: Lexicon) -> tuple[str, ...]:
    pairs = zip(before.of(lang), now.of(lang), strict=True)
    return tuple({" ".join(name.split()).casefold() for old, new in pairs for name in set(old) ^ set(new)})


def _trim(kept: dict[Any, Any], most: int) -> None:
    while len(kept) > most:
        del kept[next(iter(kept))]


def expected(parser: Lark, text: str, start: str) -> set[str] | None:
    """The terminals that may come after a text; None when the text itself does not parse so far."""
    interactive = parser.parse_interactive(text, start=start)
    try:
        interactive.exhaust_lexer()
    except UnexpectedInput:
        return None
    return set(interactive.accepts())  # type: ignore[no-untyped-call]
