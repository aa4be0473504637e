"""One ruleset as an editor has it: what is saved, what is not saved yet, and all that is known of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import attrs

from ...api import Rules
from ...basics.bilingual import LANGUAGES
from ...basics.citation import Citation
from ...basics.problem import Problem
from ...basics.source import Source, Span
from ...cases.case_file import WorkedCase, make_cases
from ...language import tree
from ...language.grammar import Lexicon, surface
from ...language.parsing.parser_cache import Parsers
from ...language.parsing.sentence_cache import placed
from ...language.resumable import Steps
from ...rulebook.files.incremental import Meanings
from ...rulebook.load import Survey, survey, surveying
from ...rulebook.model import Rulebook
from ...rulebook.resolve.glossary import Glossary
from ...rulebook.resolve.outline import at_heading
from .acts import Acts, Asked


@attrs.frozen(slots=True, eq=False)
class Piece:
    """One example of a .case file, parsed by itself; its places count from where it begins."""

    base: int
    source: Source
    examples: tuple[tree.Example, ...]
    problems: tuple[Problem, ...]


@attrs.frozen(slots=True, eq=False)
class CaseFile:
    path: Path
    lang: str
    lexicon: Lexicon
    source: Source
    pieces: tuple[Piece, ...]
    problems: tuple[Problem, ...]  # of the file as a whole
    bases: Mapping[Source, int]  # where the pieces begin

    def place(self, span: Span) -> Place | None:
        """Where a span of the file or of one of its pieces stands in the file."""
        base = 0 if span.source is self.source else self.bases.get(span.source)
        return Place(self.path, self.source, span.start + base, span.end + base) if base is not None else None


@attrs.frozen(slots=True, eq=False)
class Place:
    """A stretch of a file."""

    path: Path
    source: Source
    start: int
    end: int


@attrs.frozen(slots=True, eq=False)
class State:
    """Everything known at one moment."""

    survey: Survey
    rulebook: Rulebook | None  # the last one without errors
    laws: Mapping[str, Path]  # source name → file
    case_paths: tuple[Path, ...]
    case: Callable[[Path], CaseFile]  # read when it is asked for

    @property
    def glossary(self) -> Glossary:
        return self.survey.glossary

    @property
    def cases(self) -> tuple[CaseFile, ...]:
        """Every .case file; for one of them ask ``cases_at``."""
        return tuple(self.case(path) for path in self.case_paths)

    def cases_at(self, path: Path) -> tuple[CaseFile, ...]:
        return (self.case(path),) if path in self.case_paths else ()

    def place(self, span: Span) -> Place | None:
        """Where a span stands in a file as it is now."""
        for file in self.case_paths if span.source.name.endswith(".case") else ():
            if file.name == Path(span.source.name).name:
                found = self.case(file).place(span)
                if found is not None:
                    return found
        span = placed(span, self.survey.parts)
        path = self.laws.get(span.source.name)
        return Place(path, span.source, span.start, span.end) if path is not None else None

    def lang_of(self, path: Path) -> str:
        for file in self.survey.files:
            if file.path == path:
                return file.lang
        return next((c.lang for c in self.cases_at(path)), "en")

    def source_of(self, path: Path) -> Source | None:
        laws = {f.path: f.source for f in self.survey.files}
        return laws.get(path) or next((c.source for c in self.cases_at(path)), None)

    def headings(self) -> Iterator[tuple[Path, tree.Block, Citation]]:
        """Every block of a provision with its address, in the order of the files."""
        for file in self.survey.files:
            at = Citation(file.instrument)
            for block in file.blocks:
                at = citation_under(block, at)
                yield file.path, block, at


def citation_under(block: tree.Block, at: Citation) -> Citation:
    """The address of a block that comes after one at ``at``."""
    return at_heading(block.heading, at)


@attrs.define(slots=True, eq=False)
class Project:
    """A folder of rules. ``texts``: what stands in files that are open, shared by all projects."""

    folder: Path
    texts: Mapping[Path, str]
    parsers: Parsers
    acts: Acts = attrs.Factory(Acts)
    _state: State | None = None
    _survey: Survey | None = None
    _cases: dict[Path, CaseFile] = attrs.Factory(dict)
    late: bool = False
    _under_way: Steps[Survey] | None = None
    _last: Rulebook | None = None
    _rules: Rules | None = None
    _meanings: Meanings = attrs.Factory(Meanings)
    _folders: set[Path] = attrs.field(init=False)  # of the files that all this rests on

    @_folders.default
    def _own(self) -> set[Path]:
        return {self.folder}

    def touch(self, path: Path) -> bool:
        """Forget what depends on a file; whether anything does."""
        known = path.parent in self._folders
        if known:
            self._state = None
            self._cases.pop(path, None)
            if path.suffix != ".case":
                self._survey = self._under_way = None
        return known

    def state(self) -> State:
        """All that is known. For one in a hurry, files that were not edited may be left as they were read
        before (``late``); everybody else gets everything right."""
        if self.late and not self.parsers.hurried:
            self._state = self._survey = None
        if self._state is None:
            if self._survey is None:
                self.parsers.behind = False
                self._surveyed(survey(self.folder, self.texts, self.parsers, self._meanings), self.parsers.behind)
            found = self._survey
            assert found is not None
            self._last = found.rulebook or self._last
            laws = {f.source.name: f.path for f in found.files}
            self._state = State(found, self._last, laws, tuple(self._case_paths()), self._case)
        return self._state

    def _surveyed(self, found: Survey, late: bool) -> None:
        self._survey, self.late, self._under_way = found, late, None
        self._cases = {p: c for p, c in self._cases.items() if c.lexicon == found.lexicon}
        self._folders = {self.folder, *(f.path.parent for f in found.files)}

    def go_on(self, enough: Callable[[], bool]) -> bool:
        """Take steps of what there was no time for, at least one; whether all are taken, so that the state is right again.

        ``enough`` is asked after each. A survey is begun once and gone on with until it ends or a file is touched; its
        steps are finitely many (see ``reading``), and each call takes one or more: what is left falls at every call,
        whatever the budget, and whatever the memories of parsers and sentences drop meanwhile.
        """
        if not self.late:
            return True
        if self._under_way is None:
            self._under_way = surveying(self.folder, self.texts, self.parsers, self._meanings)
        while True:
            try:
                next(self._under_way)
            except StopIteration as done:
                self._state = None
                self._surveyed(done.value, False)
                return True
            if enough():
                return False

    def rules(self) -> Rules | None:
        """The rules for running examples, as they are now; None while something is wrong."""
        rulebook = self.state().survey.rulebook
        if rulebook is None:
            return None
        if self._rules is None or self._rules.rulebook is not rulebook:
            self._rules = Rules(rulebook)
        return self._rules

    def worked(self, path: Path | None = None) -> tuple[list[WorkedCase], list[Problem]]:
        """The examples of the .case files, by the last rulebook without errors; with a path, that file's
        and those that they are like."""
        state = self.state()
        if state.rulebook is None:
            return [], []
        if path is None:
            return make_cases(state.rulebook, [(c.lang, e) for c, e in _examples(state.cases)])
        index = {p: self._keys_of(p) for p in state.case_paths}
        files, keys = {path} & set(state.case_paths), set[str]()
        while True:  # an example may be like one of another file, and that one like a third
            every = _examples(state.case(p) for p in state.case_paths if p in files)
            own = {e.key for c, e in every if c.path == path}
            keys = own | _needed([e for c, e in every if c.path == path], {e.key: e for _, e in every})
            more = {p for p, there in index.items() if keys & there.keys()} - files
            if not more:
                break
            files |= more
        beside = [key for p in state.case_paths if p < path for key in index[p]]
        return make_cases(state.rulebook, [(c.lang, e) for c, e in every if e.key in keys], beside)

    def act_asked(self, path: Path) -> Asked | None:
        """What an act is to be carried out on, ``path`` its own or that of the examples beside it; None while the rules have errors,
        and where there is no act."""
        survey, act = self.state().survey, path.with_suffix(".law")
        there = survey.rulebook is not None and (act in self.texts or act.is_file())
        return self.acts.asked(self.folder, survey, act, self.texts) if there else None

    # -------------------------------------------------------------- .case files

    def _case_paths(self) -> list[Path]:
        saved = {p.resolve() for p in self.folder.glob("*.case") if p.is_file() and not p.is_symlink()}
        return sorted(saved | {p for p in self.texts if p.parent == self.folder and p.suffix == ".case"})

    def _keys_of(self, path: Path) -> dict[str, None]:
        """The keys of the examples of a file, without reading it further."""
        source, _ = self.parsers.read(path, f"{path.parent.name}/{path.name}", self.texts.get(path))
        return _keys(source.text)

    def _case(self, path: Path) -> CaseFile:
        found = self._survey
        assert found is not None  # asked by a state, which has one
        if path not in self._cases:
            self._cases[path] = self.read_case(path, found.lexicon)
        return self._cases[path]

    def read_case(self, path: Path, lexicon: Lexicon) -> CaseFile:
        """A .case file as it stands, read with these names."""
        name = f"{path.parent.name}/{path.name}"
        source, problems = self.parsers.read(path, name, self.texts.get(path))
        lang, _ = self.parsers.declared(source)
        cut: list[Piece] = []
        seen: dict[str, int] = {}
        for start, end in self.parsers.pieces(source, lang, True):
            words = source.text[start:end]
            seen[words] = seen.get(words, -1) + 1
            kept = self.parsers.parse(Source(name, words, lang), lang, lexicon, seen[words])
            cut.append(Piece(start, kept.source, tuple(kept.found.nodes), tuple(kept.found.problems)))
        bases = {piece.source: piece.base for piece in cut}
        return CaseFile(path, lang, lexicon, source, tuple(cut), tuple(problems), bases)


def _examples(files: Iterable[CaseFile]) -> list[tuple[CaseFile, tree.Example]]:
    return [(c, e) for c in files for p in c.pieces for e in p.examples]


@lru_cache(maxsize=200)
def _keys(text: str) -> dict[str, None]:
    words = "|".join(surface(lang)["CASE"] for lang in LANGUAGES)
    return dict.fromkeys(re.findall(rf"^[ \t]*(?:{words})\s+([a-z]\w*)", text, re.MULTILINE))


def _needed(examples: list[tree.Example], known: Mapping[str, tree.Example]) -> set[str]:
    """The keys that examples are like, and what those are like."""
    found: set[str] = set()
    waiting = list(examples)
    while waiting:
        keys = {line.key for line in waiting.pop().lines if isinstance(line, tree.Like)} - found
        found |= keys
        waiting += [known[key] for key in keys if key in known]
    return found
