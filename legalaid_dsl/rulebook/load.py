"""A folder of rule files to a checked rulebook."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import attrs

from ..basics.bilingual import LANGUAGES
from ..basics.problem import Problem, RulesetError, problem
from ..basics.source import Source, Span
from ..language import tree
from ..language.grammar import Lexicon, language_of, merge, shipped, surface
from ..language.memory import moved
from ..language.parse import placed
from ..language.parsers import Parsers
from .check import check
from .expressions import Resolver, Unresolved
from .glossary import Glossary, plural, singular
from .keeping import File, Meanings
from .knock_on import standing, standing_as_a_whole, unknown_for_good, without_files, without_heading
from .model import Instrument, Result, Rulebook
from .outline import outline
from .rules import Collector

MAX_DEPTH: Final = 8
_KEY_WORDS: Final = "|".join(surface(lang)["KEY_IS"] for lang in LANGUAGES)
_LIKE_INSTRUMENT: Final = re.compile(
    rf'^[ \t]*(?!\w+[ \t]+(?:en|vi)\s)[^\W\d_]+(?:[ \t]+[^\W\d_]+)?[ \t]+["“][^"\n]*["”][ \t]+(?:{_KEY_WORDS})\s', re.MULTILINE
)  # the heading of an instrument with its first word misspelt


@attrs.frozen(slots=True, eq=False)
class Survey:
    """All that was found of a ruleset, right or wrong; the rulebook only when nothing is wrong."""

    key: str
    files: tuple[File, ...]
    lexicon: Lexicon
    glossary: Glossary
    collector: Collector
    problems: tuple[Problem, ...]
    rulebook: Rulebook | None
    parts: Mapping[Source, tuple[Source, int]]  # sources of single sentences: the file of each, and where it begins there


def load_rulebook(folder: Path) -> Rulebook:
    """Read, resolve and check a ruleset. Raises RulesetError with every problem found."""
    rulebook, problems = examine(folder)
    errors = [p for p in problems if not p.warning]
    if errors or rulebook is None:
        raise RulesetError(errors)
    return rulebook


def examine(folder: Path, texts: Mapping[Path, str] | None = None) -> tuple[Rulebook | None, list[Problem]]:
    """The rulebook (None when it cannot be made) and every problem, sorted by place."""
    found = survey(folder, texts)
    return found.rulebook, list(found.problems)


def survey(
    folder: Path, texts: Mapping[Path, str] | None = None, parsers: Parsers | None = None, meanings: Meanings | None = None
) -> Survey:
    """Read, resolve and check a ruleset. ``texts``: what stands in files that are not saved yet.

    ``parsers`` keeps what is parsed from one survey to the next, ``meanings`` what it was found to mean.
    """
    reader, key, lexicon = _begun(folder, texts, parsers or Parsers())
    files, problems = reader.parse(lexicon)
    meanings = meanings or Meanings()
    glossary = meanings.glossary(block for file in files for block in file.blocks)
    collector = Collector(glossary)
    for file in files:
        for block in file.blocks:
            if isinstance(block.heading, tree.Instrument):
                node = block.heading
                found = Instrument(node.key, node.number, plural(node.names), singular(node.names), node.in_force_from)
                collector.instruments[node.key] = found
    for file in files:
        outline(collector, file.instrument, file.blocks)
    meanings.collect(collector, files)
    results = _results(glossary, collector, files)
    problems = unknown_for_good(without_heading(problems, reader.lost), reader.lost)
    declared, meant, whole = (
        [moved(p, reader.parts) for p in found] for found in (glossary.problems, collector.problems, check(collector))
    )
    earlier = [*problems, *declared, *meant]
    problems += standing(declared, meant, reader.lost, reader.guessed, glossary.mended)
    problems += standing_as_a_whole(whole, earlier, [*reader.lost, *collector.skipped])
    problems = sorted(without_files(problems), key=Problem.sort_key)
    rulebook = None
    if key and not any(not p.warning for p in problems):
        rulebook = _freeze(key, reader.digest(), folder, glossary, collector, results)
    return Survey(key or "", tuple(files), lexicon, glossary, collector, tuple(problems), rulebook, reader.parts)


def read_on(folder: Path, texts: Mapping[Path, str], parsers: Parsers) -> bool:
    """Read what a survey will need as far as there is time, and no more; whether all is read."""
    parsers.behind = False
    reader, _, lexicon = _begun(folder, texts, parsers)
    reader.parse(lexicon)
    return not parsers.behind


def _begun(folder: Path, texts: Mapping[Path, str] | None, parsers: Parsers) -> tuple[_Reader, str | None, Lexicon]:
    """The files found, the key of the instrument, and the names that all glossaries declare."""
    reader = _Reader(parsers, {path.resolve(): text for path, text in (texts or {}).items()})
    key = reader.read(folder, 0, ())
    return reader, key, merge(parsers.declared(source)[1] for _, _, source in reader.sources)


def _freeze(
    key: str, digest: str, folder: Path, glossary: Glossary, c: Collector, results: Mapping[str, Result]
) -> Rulebook:
    terms = {key: attrs.evolve(t, result=results[key]) if key in results else t for key, t in glossary.terms.items()}
    return Rulebook(
        id=key, digest=digest, instruments=c.instruments, provisions=c.provisions,
        things=glossary.things, vocabularies=glossary.vocabularies, terms=terms,
        units=glossary.units,
        figures={k: tuple(sorted(v, key=lambda f: f.from_date)) for k, v in c.figures.items()},
        tables=glossary.tables, totals=tuple(c.totals), readings=c.readings,
        rules={k: tuple(v) for k, v in c.rules.items()},
        refusals=tuple(c.refusals), findings=tuple(c.findings),
        guarantees=tuple(c.guarantees), never_lowers=tuple(c.never_lowers), glossary=glossary, folder=str(folder),
    )  # fmt: skip


def _results(glossary: Glossary, collector: Collector, files: list[File]) -> dict[str, Result]:
    """The terms that are results, with the conditions under which they are shown."""
    langs = {f.source.name: f.lang for f in files}
    found = {}
    for key, result in glossary.results.items():
        condition = None
        if result.condition is not None and result.condition.span is not None:
            lang = langs.get(result.condition.span.source.name, "en")
            resolver = Resolver(
                glossary, lang, glossary.terms[key].thing, next(iter(collector.provisions)),
                collector.problems, collector.addresses,
            )  # fmt: skip
            try:
                condition = resolver.condition(result.condition)
            except Unresolved:
                continue
        found[key] = Result(result.key, condition)
    return found


@attrs.define(slots=True)
class _Reader:
    """Reads the instruments that a ruleset uses, each once, before the ruleset itself."""

    parsers: Parsers
    texts: Mapping[Path, str]  # not saved yet, by their real path
    sources: list[tuple[str, Path, Source]] = attrs.Factory(list)
    problems: list[Problem] = attrs.Factory(list)
    guessed: list[Span] = attrs.Factory(list)  # sentences whose mend may not be what was meant
    lost: list[str] = attrs.Factory(list)  # sentences that could not be read
    parts: dict[Source, tuple[Source, int]] = attrs.Factory(dict)
    _open: list[Path] = attrs.Factory(list)
    _done: set[Path] = attrs.Factory(set)

    def read(self, folder: Path, depth: int, asked: Sequence[Source]) -> str | None:
        """``asked``: the files of the instrument that uses this one."""
        here = folder.resolve()
        if here in self._done:
            return None
        if here in self._open or depth > MAX_DEPTH:
            names = " → ".join(p.name for p in [*self._open, here])
            using = _using(folder.name, asked) or Source(str(folder), "")
            self.problems.append(problem("uses-cycle", using.span(0, 0), names=names))
            return None
        found = self._files(folder, here)
        if not found:
            self.problems.append(_nowhere(folder, _using(folder.name, asked)))
            return None
        self._open.append(here)
        sources = []
        for path in found:
            source, problems = self._source(path, f"{folder.name}/{path.name}")
            self.problems += problems
            if not source.text.strip() and not problems:
                self.problems.append(problem("file-empty", source.span(0, 0)))
            sources.append(source)
        key, used = _declared(sources)
        if not key:
            self.problems.append(problem("no-instrument", sources[0].span(0, 0), folder=folder.name))
        for name in used:
            self.read(self._beside(folder, name), depth + 1, sources)
        self.sources += [(key, path, source) for path, source in zip(found, sources, strict=True)]
        self._open.pop()
        self._done.add(here)
        return key

    @staticmethod
    def _beside(folder: Path, key: str) -> Path:
        """An instrument that is used stands beside the ruleset, or is one of the shipped."""
        near = folder.resolve().parent / key
        return near if near.is_dir() else shipped("rulesets") / key

    def _files(self, folder: Path, here: Path) -> list[Path]:
        """The rule files of a folder, those not saved yet among them."""
        saved = {here / p.name for p in folder.glob("*.law") if p.is_file() and not p.is_symlink()}
        return sorted(saved | {p for p in self.texts if p.parent == here and p.suffix == ".law"})

    def _source(self, path: Path, name: str) -> tuple[Source, list[Problem]]:
        return self.parsers.read(path, name, self.texts.get(path))

    def parse(self, lexicon: Lexicon) -> tuple[list[File], list[Problem]]:
        """Every file, parsed with the names of all glossaries; first what is new, the rest if there is time."""
        files = []
        problems = list(self.problems)
        for _, _, written in self.sources:
            lang, _ = self.parsers.declared(written)
            if self.parsers.is_new(written, lang):
                self.parsers.parse(written, lang, lexicon)
        for instrument, path, written in self.sources:
            lang, _ = self.parsers.declared(written)
            kept = self.parsers.parse(written, lang, lexicon)
            problems += [_placed(p, instrument) for p in kept.found.problems]
            self.lost += kept.found.lost
            self.guessed += kept.found.guessed
            self.parts.update((part, (kept.source, base)) for part, base in kept.found.parts)
            places = kept.found.places
            problems = [_placed(placed(p, places), instrument) if p.span.source is kept.source else p for p in problems]
            files.append(File(instrument, lang, path, kept.source, tuple(kept.found.nodes)))
        return files, problems

    def digest(self) -> str:
        """SHA-256 over the names and texts of all rule files, in order of name."""
        total = hashlib.sha256()
        for _, _, source in sorted(self.sources, key=lambda s: s[2].name):
            for part in (source.name, source.text):
                data = part.encode()
                total.update(len(data).to_bytes(8, "big") + data)
        return f"sha256:{total.hexdigest()}"


def _using(name: str, asked: Sequence[Source]) -> Source | None:
    """The file that uses an instrument."""
    return next((s for s in asked if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", s.text)), next(iter(asked), None))


def _nowhere(folder: Path, asked: Source | None) -> Problem:
    """A folder without rule files; ``asked``: the file that uses it."""
    if asked is None:
        return problem("no-ruleset", Source(str(folder), "").span(0, 0), folder=folder.name)
    m = re.search(rf"(?<!\w){re.escape(folder.name)}(?!\w)", asked.text)
    start, end = m.span() if m is not None else (0, 0)
    return problem("no-ruleset", asked.span(start, end), folder=folder.name, hint_from="put-beside")


def _placed(problem: Problem, instrument: str) -> Problem:
    """With the instrument of the provision in which it stands."""
    if problem.provision is None:
        return problem
    return attrs.evolve(problem, provision=attrs.evolve(problem.provision, instrument=instrument))


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
