"""Which files a load reads. Nothing else in the package says it: a load, and what is kept of one, ask here.

A ruleset's own rule files, and before them those of the instruments that it uses: a folder beside the ruleset, else
one that is shipped. Links, and what is no file, are passed over. No rule is parsed to find them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import attrs

from ...basics.bilingual import LANGUAGES
from ...basics.keywords import language_of, shipped, surface
from ...basics.problem import Problem, problem
from ...basics.source import Source
from ...basics.source_text import called, real
from .installed import folder_named

MAX_DEPTH: Final = 8
_KEY_WORDS: Final = "|".join(surface(lang)["KEY_IS"] for lang in LANGUAGES)
_LIKE_INSTRUMENT: Final = re.compile(
    rf'^[ \t]*(?!\w+[ \t]+(?:en|vi)\s)[^\W\d_]+(?:[ \t]+[^\W\d_]+)?[ \t]+["“][^"\n]*["”][ \t]+(?:{_KEY_WORDS})\s', re.MULTILINE
)  # the heading of an instrument with its first word misspelt

Found = tuple[str, Path, Source]  # the key of the instrument, the file, its text
Reader = Callable[[Path, str], tuple[Source, list[Problem]]]


def law_files(folder: Path) -> list[Path]:
    """The rule files that stand in a folder, by name."""
    return sorted(p for p in folder.glob("*.law") if p.is_file() and not p.is_symlink())


@attrs.define(slots=True)
class Reading:
    """The files of a ruleset as they are found, each instrument once, before the one that uses it.

    ``reader``: reads a file, given its path and the name under which it is shown; ``unsaved``: files that are there
    though they are not saved yet, by their real path.
    """

    reader: Reader
    unsaved: Iterable[Path] = ()
    sources: list[Found] = attrs.Factory(list)
    problems: list[Problem] = attrs.Factory(list)
    _around: list[Path] = attrs.Factory(list)
    _done: set[Path] = attrs.Factory(set)

    def read(self, folder: Path, depth: int = 0, asked: Sequence[Source] = ()) -> str | None:
        """The key of the instrument of a folder. ``asked``: the files of the instrument that uses this one."""
        here = real(folder)
        if here in self._done:
            return None
        if here in self._around or depth > MAX_DEPTH:
            names = " → ".join(p.name for p in [*self._around, here])
            using = _using(folder.name, asked) or Source(str(folder), "")
            self.problems.append(problem("uses-cycle", using.span(0, 0), names=names))
            return None
        found = self._files(folder, here)
        if not found:
            self.problems.append(_nowhere(folder, _using(folder.name, asked)))
            return None
        self._around.append(here)
        shown = called(folder)
        sources = []
        for path in found:
            source, problems = self.reader(path, f"{shown}/{path.name}")
            self.problems += problems
            if not source.text.strip() and not problems:
                self.problems.append(problem("file-empty", source.span(0, 0)))
            sources.append(source)
        key, used = _declared(sources)
        if not key:
            self.problems.append(problem("no-instrument", sources[0].span(0, 0), folder=called(folder)))
        for name in used:
            self.read(_beside(folder, name), depth + 1, sources)
        self.sources += [(key, path, source) for path, source in zip(found, sources, strict=True)]
        self._around.pop()
        self._done.add(here)
        return key

    def _files(self, folder: Path, here: Path) -> list[Path]:
        saved = {here / p.name for p in law_files(folder)}
        return sorted(saved | {p for p in self.unsaved if p.parent == here and p.suffix == ".law"})

    def digest(self) -> str:
        """SHA-256 over the names and texts of all rule files, in order of name."""
        sources = sorted((source for _, _, source in self.sources), key=lambda s: s.name)
        return f"sha256:{digest_of(part for s in sources for part in (s.name, s.text))}"


def digest_of(parts: Iterable[str]) -> str:
    """SHA-256 of texts, each told from the next."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def _beside(folder: Path, key: str) -> Path:
    """An instrument that is used stands beside the ruleset, or is one of the shipped or installed."""
    near = real(folder).parent / key
    return near if near.is_dir() and not near.is_symlink() else folder_named(key) or shipped("rulesets") / key


def used_by(folder: Path) -> list[Path]:
    """The folders of the instruments that a ruleset uses, and those that they use."""
    found, waiting = list[Path](), [folder]
    while waiting:
        one = waiting.pop()
        texts = [Source(p.name, p.read_text("utf-8", "replace")) for p in law_files(one)]
        for place in (_beside(one, key) for key in _declared(texts)[1]):
            if place.is_dir() and place not in found and real(place) != real(folder):
                found.append(place)
                waiting.append(place)
    return found


def _using(name: str, asked: Sequence[Source]) -> Source | None:
    """The file that uses an instrument."""
    return next((s for s in asked if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", s.text)), next(iter(asked), None))


def _nowhere(folder: Path, asked: Source | None) -> Problem:
    """A folder without rule files; ``asked``: the file that uses it."""
    if asked is None:
        return problem("no-ruleset", Source(str(folder), "").span(0, 0), folder=called(folder))
    m = re.search(rf"(?<!\w){re.escape(folder.name)}(?!\w)", asked.text)
    start, end = m.span() if m is not None else (0, 0)
    return problem("no-ruleset", asked.span(start, end), folder=called(folder), hint_from="put-beside")


def _declared(sources: list[Source]) -> tuple[str, list[str]]:
    """The key of the instrument and those it uses, found before any file can be parsed."""
    return next((found for source in sources if (found := _heading(source.text)) is not None), ("", []))


@lru_cache(maxsize=500)
def _heading(text: str) -> tuple[str, list[str]] | None:
    """What the heading of an instrument declares; None where a file has none."""
    words = surface(language_of(text))
    sentence = re.search(rf"^[ \t]*{words['INSTRUMENT']}\s+\"", text, re.MULTILINE) or _LIKE_INSTRUMENT.search(text)
    if sentence is None:
        return None
    rest = re.sub(r'"[^"\n]*"', '""', text[sentence.start() :]).split(".", 1)[0]
    keys = re.findall(rf"{words['KEY_IS']}\s+([a-z][a-z0-9_]*)", rest)
    return (keys or [""])[0], re.findall(rf"{words['USES']}\s+([a-z][a-z0-9_]*)", rest)
