"""A folder of rule files to a checked rulebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from ..basics.problem import MAX_PROBLEMS, Problem, RulesetError
from ..basics.source import Source, Span
from ..basics.source_text import real
from ..language import tree
from ..language.grammar import Lexicon, merge
from ..language.parsing.parse import placed
from ..language.parsing.parser_cache import Kept, Parsers, shared
from ..language.parsing.sentence_cache import moved
from ..language.resumable import Steps, at_once
from .check.cascade import standing, standing_as_a_whole, unknown_for_good, without_files, without_heading
from .check.gaps_and_cycles import check, nothing_decisive
from .files.incremental import File, Meanings
from .files.which import Found, Reading
from .model import Instrument, Result, Rulebook
from .resolve.expressions import Resolver, Unresolved
from .resolve.glossary import Glossary, plural, singular
from .resolve.outline import outline
from .resolve.readings import idle
from .resolve.rules import Collector


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
    folder: Path, texts: Mapping[Path, str] | None = None, parsers: Parsers | None = None, meanings: Meanings | None = None,
    amended: bool = False,
) -> Survey:  # fmt: skip
    """Read, resolve and check a ruleset. ``texts``: what stands in files that are not saved yet.

    ``parsers`` keeps what is parsed from one survey to the next, ``meanings`` what it was found to mean.
    ``amended``: the text after amendments, in which a question may stand that nothing asks any more.
    """
    return at_once(surveying(folder, texts, parsers, meanings, amended))


def surveying(
    folder: Path, texts: Mapping[Path, str] | None = None, parsers: Parsers | None = None, meanings: Meanings | None = None,
    amended: bool = False,
) -> Steps[Survey]:  # fmt: skip
    """As survey, in steps: the files as they are now are read first, sentence by sentence; what they mean is the last step."""
    reader, key, lexicon = _begun(folder, texts, parsers or shared())
    files, problems = yield from reader.parse(lexicon)
    meanings = meanings or Meanings()
    glossary = meanings.glossary(files)
    collector = Collector(glossary)
    for file in files:
        for block in file.blocks:
            if isinstance(block.heading, tree.Instrument):
                node = block.heading
                found = Instrument(node.key, node.number, plural(node.names), singular(node.names), node.in_force_from, node.cited_as, node.only)
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
    problems = sorted(_bounded(without_files(problems)), key=Problem.sort_key)
    if not any(not p.warning for p in problems):
        problems += [*nothing_decisive(glossary), *(idle(collector) if not amended else ())]
    rulebook = None
    if key and not any(not p.warning for p in problems):
        rulebook = _freeze(key, reader.digest, folder, glossary, collector, results)
    return Survey(key or "", tuple(files), lexicon, glossary, collector, tuple(problems), rulebook, reader.parts)


def _bounded(problems: Iterable[Problem]) -> list[Problem]:
    """At most MAX_PROBLEMS of each file, warnings only where errors leave room."""
    told = Counter[str]()
    kept = []
    for found in sorted(problems, key=lambda p: (p.warning, p.sort_key())):
        told[found.span.source.name] += 1
        kept += [found] if told[found.span.source.name] <= MAX_PROBLEMS else []
    return kept


def _begun(folder: Path, texts: Mapping[Path, str] | None, parsers: Parsers) -> tuple[_Reader, str | None, Lexicon]:
    """The files found, the key of the instrument, and the names that all glossaries declare."""
    reader = _Reader(parsers, {real(path): text for path, text in (texts or {}).items()})
    key = reader.read(folder)
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
    """The files of a ruleset (``reading.py``), and what they say."""

    parsers: Parsers
    texts: Mapping[Path, str]  # not saved yet, by their real path
    sources: list[Found] = attrs.Factory(list)
    problems: list[Problem] = attrs.Factory(list)
    guessed: list[Span] = attrs.Factory(list)  # sentences whose mend may not be what was meant
    lost: list[str] = attrs.Factory(list)  # sentences that could not be read
    parts: dict[Source, tuple[Source, int]] = attrs.Factory(dict)
    digest: str = ""

    def read(self, folder: Path) -> str | None:
        """The key of the instrument, when all files are read."""
        reading = Reading(self._source, self.texts)
        key = reading.read(folder)
        self.sources, self.problems, self.digest = reading.sources, reading.problems, reading.digest()
        return key

    def _source(self, path: Path, name: str) -> tuple[Source, list[Problem]]:
        return self.parsers.read(path, name, self.texts.get(path))

    def parse(self, lexicon: Lexicon) -> Steps[tuple[list[File], list[Problem]]]:
        """Every file, parsed with the names of all glossaries; first what is new. Each is read once, whatever is kept of it."""
        files = []
        problems = list(self.problems)
        langs = [self.parsers.declared(written)[0] for _, _, written in self.sources]
        new = [self.parsers.is_new(written, lang) for (_, _, written), lang in zip(self.sources, langs, strict=True)]
        read: dict[int, Kept] = {}
        for i in sorted(range(len(new)), key=lambda i: not new[i]):
            read[i] = yield from self.parsers.parsing(self.sources[i][2], langs[i], lexicon)
        for i, (instrument, path, written) in enumerate(self.sources):
            lang, kept = langs[i], read[i]
            here = (written, kept.source)  # what is kept may be of an earlier reading of the same text
            problems += [_placed(p, instrument) for p in kept.found.problems]
            self.lost += kept.found.lost
            self.guessed += kept.found.guessed
            self.parts.update((part, (kept.source, base)) for part, base in kept.found.parts)
            places = kept.found.places
            problems = [_placed(placed(p, places), instrument) if any(p.span.source is s for s in here) else p for p in problems]
            files.append(File(instrument, lang, path, kept.source, tuple(kept.found.nodes)))
        return files, problems


def _placed(problem: Problem, instrument: str) -> Problem:
    """With the instrument of the provision in which it stands."""
    if problem.provision is None:
        return problem
    return attrs.evolve(problem, provision=attrs.evolve(problem.provision, instrument=instrument))
