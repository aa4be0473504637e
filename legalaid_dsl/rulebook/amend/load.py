"""A ruleset with amending acts: the rulebook of every day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import attrs

from ...basics.bilingual import Bilingual
from ...basics.citation import Citation
from ...basics.problem import Problem, RulesetError, problem
from ...basics.source import Source
from ...basics.source_text import called
from ...language import tree
from ...language.grammar import merge
from ...language.parsing.parser_cache import Parsers, shared
from ..files.incremental import Meanings
from ..load import Survey, survey
from ..model import AmendedBy, Rulebook
from ..resolve.glossary import plural, singular
from .act import Act, Sentence, heading_of
from .book import Book, Text
from .draft_acts import FOLDER, is_draft, shipped_acts
from .phrases import headnotes_that_say
from .timeline import Version, acts_of, timeline


@attrs.frozen(slots=True, eq=False)
class InForce:
    """The rulebook from a day on, with the text that it was read from."""

    version: Version
    survey: Survey
    rulebook: Rulebook

    @property
    def from_date(self) -> date:
        return self.version.from_date


def read_book(
    folder: Path, acts: Iterable[Path], parsers: Parsers | None = None, texts: Mapping[Path, str] | None = None,
    meanings: Meanings | None = None,
) -> tuple[Book, Survey]:  # fmt: skip
    """The rule files of a ruleset and the acts. Raises RulesetError with every problem found in them.

    ``texts``: what stands in files that are not saved yet.
    """
    parsers = parsers or shared()
    base = survey(folder, texts, parsers, meanings)
    errors = [p for p in base.problems if not p.warning]
    if errors:
        raise RulesetError(errors)
    return with_acts(base, acts, parsers, texts), base


def with_acts(base: Survey, acts: Iterable[Path], parsers: Parsers, unsaved: Mapping[Path, str] | None = None) -> Book:
    """The rules as they were read, and acts. Raises RulesetError."""
    book = Book.of(base, parsers)
    sources, problems = {}, list[Problem]()
    for path in dict.fromkeys(acts):
        sources[path], found = parsers.read(path, f"{called(path.parent)}/{path.name}", (unsaved or {}).get(path))
        problems += found
    lexicon = merge([base.lexicon, *(parsers.declared(s)[1] for s in sources.values())])
    texts = dict(book.texts)
    headings: list[tuple[tree.Instrument | None, Source]] = []
    for path, source in sources.items():
        lang, _ = parsers.declared(source)
        kept = parsers.parse(source, lang, lexicon)
        problems += kept.found.problems
        nodes = tuple(kept.found.nodes)
        heading = next((b.heading for b in nodes if isinstance(b, tree.Block) and isinstance(b.heading, tree.Instrument)), None)
        headings.append((heading, kept.source))
        texts[path] = Text(heading.key if heading is not None else "", path, lang, kept.source, nodes)
    known = {t.instrument for t in texts.values()}
    problems += [p for heading, source in headings for p in _heading(heading, source, known)]
    if problems:
        raise RulesetError(problems)
    return Book(texts, base.glossary, parsers)


def _heading(heading: tree.Instrument | None, source: Source, known: set[str]) -> list[Problem]:
    """An act says which instruments it amends."""
    if heading is None:
        return [problem("no-instrument", source.span(0, 0), folder=source.name)]
    assert heading.span is not None
    if not heading.amends:
        return [problem("act-amends-nothing", heading.span, there=", ".join(sorted(known)))]
    return [
        problem("amends-unknown", heading.span, key=key, near=(key, known), there=", ".join(sorted(known)))
        for key in heading.amends if key not in known
    ]  # fmt: skip


def amended(
    folder: Path, acts: Iterable[Path], wanted: Callable[[Sentence], bool] = lambda s: True,
    parsers: Parsers | None = None, unsaved: Mapping[Path, str] | None = None,
) -> list[InForce]:  # fmt: skip
    """The rulebooks of a ruleset as the acts amend it, the first before any amendment.

    ``wanted`` leaves sentences out (what an amendment does without one of its articles). ``unsaved``: what stands in files
    that are not saved yet. Raises RulesetError: every problem is shown at the amending sentence that makes it.
    """
    meanings = Meanings()
    book, base = read_book(folder, acts, parsers, unsaved, meanings)
    return _amended(folder, book, base, wanted, meanings, unsaved)


def _amended(
    folder: Path, book: Book, base: Survey, wanted: Callable[[Sentence], bool], meanings: Meanings, unsaved: Mapping[Path, str] | None
) -> list[InForce]:  # fmt: skip
    """``base``: the text before any amendment, which is read once; of each later text only what differs is made out again."""
    found: list[InForce] = []
    for version in timeline(book, wanted):
        texts = {p: t for p, t in version.texts.items() if t != book.texts[p].source.text}
        made = survey(folder, {**(unsaved or {}), **texts}, book.parsers, meanings, amended=True) if texts else base
        errors = [p for p in made.problems if not p.warning]
        if errors or made.rulebook is None:
            before = found[-1].version.sentences if found else ()
            raise RulesetError([_blamed(p, version, before, book) for p in errors])
        rulebook = attrs.evolve(made.rulebook, amended_by=_amended_by(version, book), drafts=_drafts(version, book))
        found.append(InForce(version, made, rulebook))
    return found


def _drafts(version: Version, book: Book) -> tuple[Bilingual, ...]:
    """The names of the acts in effect that are drafts."""
    keys = {s.act.instrument for s in version.sentences}
    headings = [h for t in book.texts.values() if (h := heading_of(t)) is not None]
    return tuple(plural(h.names) for h in headings if h.draft and h.key in keys)


def _amended_by(version: Version, book: Book) -> dict[Citation, tuple[AmendedBy, ...]]:
    names = {t.instrument: singular(h.names) for t in book.texts.values() if (h := heading_of(t)) is not None}
    return {
        citation: tuple(
            dict.fromkeys(AmendedBy(names[s.act.instrument], s.citation, s.from_date) for s in sentences)
        )
        for citation, sentences in version.changed.items()
    }


def examine_acts(folder: Path) -> list[Problem]:
    """The problems of the acts beside a ruleset: each draft by itself, those in force together."""
    acts = shipped_acts(folder)
    if not acts:
        return []
    parsers, meanings = shared(), Meanings()
    try:
        book, base = read_book(folder, acts.values(), parsers, meanings=meanings)
    except RulesetError as error:
        return error.problems
    found = acts_of(book)
    problems = [p for act in found for p in act.problems]
    by_key = {a.key: a for a in found}
    sets = [tuple(a.path for a in found if not a.heading.draft)]
    sets += [tuple(_with_amended(a, by_key)) for a in found if a.heading.draft]
    for paths in dict.fromkeys(s for s in sets if s) if not problems else ():
        try:
            problems += _carried_out(folder, with_acts(base, paths, parsers), base, meanings)[1]
        except RulesetError as error:
            problems += error.problems
    return list(dict.fromkeys(problems))


def carried_out(
    folder: Path, acts: Sequence[Path], parsers: Parsers, unsaved: Mapping[Path, str] | None = None
) -> tuple[InForce, list[Problem]]:
    """The last of the texts that ``amended`` gives, and warnings of it. Raises RulesetError."""
    meanings = Meanings()
    book, base = read_book(folder, acts, parsers, unsaved, meanings)
    return _carried_out(folder, book, base, meanings, unsaved)


def _carried_out(
    folder: Path, book: Book, base: Survey, meanings: Meanings, unsaved: Mapping[Path, str] | None = None
) -> tuple[InForce, list[Problem]]:
    last = _amended(folder, book, base, lambda s: True, meanings, unsaved)[-1]
    return last, list(headnotes_that_say(book, Book.of(last.survey, book.parsers), last.version.sentences))


def _with_amended(act: Act, by_key: Mapping[str, Act]) -> list[Path]:
    """An act, and the acts that it amends before it."""
    needed = [by_key[k] for k in act.heading.amends if k in by_key and by_key[k] is not act]
    return [*(p for a in needed for p in _with_amended(a, by_key)), act.path]


def _blamed(found: Problem, version: Version, before: tuple[Sentence, ...], book: Book) -> Problem:
    """A problem of the amended text, at the sentence that takes effect on the day when it appears."""
    new = [s for s in version.sentences if s not in before] or list(version.sentences)
    if not new:
        return found
    quoted = found.span.text()
    by_text = [s for s in new if quoted and any(b.span is not None and quoted in b.span.text() for b in s.new)]
    s = (by_text or new)[-1]
    at, exact = s.span, by_text[-1].new[0].span if by_text else None
    if exact is not None:
        offset = exact.text().find(quoted)
        at = exact.source.span(exact.start + offset, exact.start + offset + len(quoted))
    where = [(found.span, "in-amended-text")]
    shown = problem("after-amendment", at, provision=s.citation, also=where, said=found.message)
    return attrs.evolve(shown, hint=found.hint or shown.hint)


__all__ = ["FOLDER", "InForce", "acts_of", "amended", "examine_acts", "is_draft", "read_book", "shipped_acts", "with_acts"]
