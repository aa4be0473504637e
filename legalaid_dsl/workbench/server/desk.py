"""All that lies open: texts as they are being edited, and the rulesets that they belong to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import attrs
from lsprotocol import types as lsp

from ...language.parsing.parser_cache import Parsers
from ...language.parsing.sentence_cache import Memory
from ...rulebook.amend.draft_acts import FOLDER
from .acts import Acts, Asked
from .examples import Ran
from .occurrences import Occurrence, at, of_cases, of_law
from .positions import Ruler, path_of, plain, uri_of
from .problems import Note, Shown, act_problems, case_problems, law_problems, stale_notes
from .project import Place, Project, State
from .words import words

SUFFIXES = (".law", ".case")
MOMENT = 0.04  # seconds at a time for sentences that were not edited but have to be read anew


def home_of(path: Path) -> Path:
    """The folder of the ruleset that a file belongs to; amending acts stand in a folder inside it."""
    return path.parent.parent if path.parent.name == FOLDER else path.parent


@attrs.define(slots=True, eq=False)
class Desk:
    """Documents and projects. ``lang``: of the messages; empty means the file's own language."""

    ruler: Ruler = attrs.Factory(Ruler)
    lang: str = ""
    texts: dict[Path, str] = attrs.Factory(dict)
    uris: dict[Path, str] = attrs.Factory(dict)
    projects: dict[Path, Project] = attrs.Factory(dict)
    parsers: Parsers = attrs.Factory(lambda: Parsers(memory=Memory()))
    ran: dict[Path, dict[str, Ran]] = attrs.Factory(dict)
    published: set[Path] = attrs.Factory(set)
    edited: set[Path] = attrs.Factory(set)  # since all diagnostics were right
    unsettled: bool = False

    # -------------------------------------------------------------- documents

    def put(self, uri: str, text: str, version: int | None = None) -> Path:
        """A document was opened or changed. ``version``: the editor's number of this text."""
        path = path_of(uri)
        self.texts[path] = plain(text)
        self.edited.add(path)
        self.unsettled = False
        self.uris[path] = uri
        self.ran.pop(path, None)
        self.project(path)
        self.touch(path)
        return path

    def close(self, uri: str) -> Path:
        path = path_of(uri)
        self.texts.pop(path, None)
        self.touch(path)
        return path

    def touch(self, path: Path) -> None:
        for project in self.projects.values():
            project.touch(path)

    def project(self, path: Path) -> Project:
        folder = home_of(path)
        if folder not in self.projects:
            self.projects[folder] = Project(folder, self.texts, self.parsers)
        return self.projects[folder]

    def widest(self, path: Path) -> Project:
        """The ruleset that has most files among those that use this file: its neighbours are looked at too."""
        own = self.project(path)
        best, most = own, len(own.state().survey.files)
        home = home_of(path)
        for folder in sorted({p.parent for p in home.parent.glob("*/*.law")} - {home}):
            other = self.projects.setdefault(folder, Project(folder, self.texts, self.parsers))
            files = {f.path for f in other.state().survey.files}
            if path in files and len(files) > most:
                best, most = other, len(files)
        return best

    def uri(self, path: Path) -> str:
        return self.uris.get(path.resolve()) or uri_of(path)

    def reader_lang(self, state: State, path: Path) -> str:
        return self.lang or state.lang_of(path)

    # -------------------------------------------------------------- places

    def location(self, place: Place) -> lsp.Location:
        return lsp.Location(self.uri(place.path), self.ruler.range(place.source, place.start, place.end))

    def occurrences(self, project: Project, path: Path) -> list[Occurrence]:
        state = project.state()
        for i, file in enumerate(state.survey.files):
            if file.path == path:
                return of_law(state, i)
        return next((of_cases(state, c) for c in state.cases_at(path)), [])

    def under(self, project: Project, path: Path, position: lsp.Position) -> Occurrence | None:
        source = project.state().source_of(path)
        if source is None:
            return None
        return at(self.occurrences(project, path), self.ruler.offset(source, position))

    # -------------------------------------------------------------- diagnostics

    def diagnose(self, enough: Callable[[], bool] | None = None) -> Iterator[tuple[str, list[lsp.Diagnostic]]]:
        """What is to be published: every rule file of the open rulesets, and the open examples.

        When a change reaches too far for one moment (a name of the glossary), only what was edited; the rest is
        ``unsettled`` and to be asked for again. Asked for often enough it is settled: each time at least one step of
        one ruleset's survey is taken (``Project.go_on``), and when none is left there is no more hurry, so nothing is
        left as it was. ``enough``: whether the moment is over.
        """
        if self.unsettled:
            enough = enough or _moment()
            homes = dict.fromkeys(map(home_of, self.texts))
            if not all(self.projects[home].go_on(enough) for home in homes):
                return iter(())
        self.parsers.hurried = not self.unsettled
        try:
            found = self._found()
        finally:
            self.parsers.hurried = False
        self.unsettled = any(self.projects[home_of(p)].late for p in self.texts)
        if self.unsettled:
            return ((self.uri(path), found.get(path, [])) for path in self.edited)
        self.edited = set()
        self.published = {p for p, shown in found.items() if shown}
        return ((self.uri(path), shown) for path, shown in found.items())

    def _found(self) -> dict[Path, list[lsp.Diagnostic]]:
        shown: dict[Path, list[lsp.Diagnostic]] = {p: [] for p in [*self.texts, *self.published]}
        for folder in dict.fromkeys(home_of(p) for p in self.texts):
            project = self.projects[folder]
            state = project.state()
            problems = law_problems(project)
            for path in self.texts:
                wanted = path in self.edited or not project.late
                if path.parent == folder and path.suffix == ".case" and wanted:
                    problems += case_problems(project, path)
                elif home_of(path) == folder != path.parent and path.suffix in SUFFIXES:
                    problems += act_problems(project, path)
            for one in problems:
                lang = self.reader_lang(state, one.place.path)
                _add(shown, one.place.path, self.diagnostic(project, one, lang))
            for note in stale_notes(project, self.lang or "en"):
                _add(shown, note.place.path, self.note(note))
        self._expectations(shown)
        return shown

    def to_carry_out(self) -> tuple[Acts, Asked] | None:
        """An act that is open, or beside which an example is, of which it is not known yet what it does."""
        for path in self.texts:
            project = self.projects[home_of(path)]
            asked = project.act_asked(path) if path.parent != project.folder else None
            if asked is not None and project.acts.known(asked) is None:
                return project.acts, asked
        return None

    def _expectations(self, shown: dict[Path, list[lsp.Diagnostic]]) -> None:
        """What did not come true in the examples that were run."""
        for path, done in self.ran.items():
            for ran in done.values():
                for place, message in ran.failures:
                    if place is not None:
                        note = Note("expectation", message, place)
                        _add(shown, path, self.note(note, lsp.DiagnosticSeverity.Warning))

    def diagnostic(self, project: Project, shown: Shown, lang: str) -> lsp.Diagnostic:
        found = shown.problem
        message = found.message[lang]
        if found.hint is not None:
            message += f"\n{words('problems', lang)['hint']}: {found.hint[lang]}"
        related = [
            lsp.DiagnosticRelatedInformation(self.location(place), text[lang])
            for span, text in found.also
            if (place := project.state().place(span)) is not None
        ]
        return lsp.Diagnostic(
            self.ruler.range(shown.place.source, shown.place.start, shown.place.end), message,
            severity=lsp.DiagnosticSeverity.Warning if found.warning else lsp.DiagnosticSeverity.Error,
            code=found.code, source="legalaid", related_information=related or None,
        )  # fmt: skip

    def note(self, note: Note, severity: lsp.DiagnosticSeverity = lsp.DiagnosticSeverity.Information) -> lsp.Diagnostic:
        place = note.place
        area = self.ruler.range(place.source, place.start, place.end)
        return lsp.Diagnostic(area, note.message, severity=severity, code=note.code, source="legalaid")


def _moment() -> Callable[[], bool]:
    end = time.perf_counter() + MOMENT
    return lambda: time.perf_counter() > end


def _add(shown: dict[Path, list[lsp.Diagnostic]], path: Path, diagnostic: lsp.Diagnostic) -> None:
    found = shown.setdefault(path, [])
    if diagnostic not in found:
        found.append(diagnostic)


def ours(paths: Iterable[Path]) -> list[Path]:
    return [p for p in paths if p.suffix in SUFFIXES]
