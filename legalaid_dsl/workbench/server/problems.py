"""Problems by file, as an editor shows them; and the edits that their hints propose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import attrs

from ...basics.problem import Problem, RulesetError
from ...basics.source import Span
from ...cases.case_file import make_cases
from ...rulebook.amend.act import heading_of, read_act
from ...rulebook.amend.draft_acts import FOLDER
from ..official.attach import stale
from .acts import Carried
from .project import Place, Project
from .words import words

_QUOTED = re.compile(r"“([^”…]+)”")


@attrs.frozen(slots=True, eq=False)
class Shown:
    """A problem at its place in a file as it is now."""

    problem: Problem
    place: Place


@attrs.frozen(slots=True, eq=False)
class Note:
    """Something to look at that is no mistake of a rule file."""

    code: str
    message: str
    place: Place


def law_problems(project: Project) -> list[Shown]:
    """The problems of the rule files, of the instruments used too."""
    return list(_placed(project, project.state().survey.problems))


def case_problems(project: Project, path: Path) -> list[Shown]:
    """The problems of one .case file: what does not parse, and what the rules do not know."""
    found: list[Problem] = []
    for file in project.state().cases_at(path):
        found += [*file.problems, *(p for piece in file.pieces for p in piece.problems)]
    if not project.state().survey.problems or project.state().survey.rulebook is not None:
        found += project.worked(path)[1]
    return [s for s in _placed(project, found) if s.place.path == path]


def problems_in(project: Project, path: Path) -> list[Shown]:
    """Those that bear upon a file: of a rule file, all of the ruleset's."""
    if path.parent.name == FOLDER:
        return act_problems(project, path)
    return case_problems(project, path) if path.suffix == ".case" else law_problems(project)


def act_problems(project: Project, path: Path) -> list[Shown]:
    """Of an amending act, or of the examples beside one: what is wrong by itself at once; and, once it is known what the rules are with
    the act, that it cannot be carried out, or what these rules do not know."""
    carried = _carried(project, path)
    return _of_act(project, path, carried) if path.suffix == ".law" else _beside_act(project, path, carried)


def _carried(project: Project, path: Path) -> Carried | None:
    asked = project.act_asked(path)
    return project.acts.known(asked) if asked is not None else None


def _of_act(project: Project, path: Path, carried: Carried | None) -> list[Shown]:
    text, problems = project.acts.text(project.state().survey, path, project.texts.get(path))
    heading = heading_of(text)
    if heading is not None and not problems:
        problems += read_act(text, heading).problems
    if carried is not None and not problems:
        problems += [p for p in carried.problems if p.span.source.name == text.source.name]
    return [Shown(p, Place(path, text.source, p.span.start, p.span.end)) for p in problems]


def _beside_act(project: Project, path: Path, carried: Carried | None) -> list[Shown]:
    survey, act = project.state().survey, path.with_suffix(".law")
    there = act in project.texts or act.is_file()
    lexicon = project.acts.lexicon(survey, project.acts.read(act, project.texts.get(act))[0]) if there else survey.lexicon
    file = project.read_case(path, lexicon)
    found = [*file.problems, *(p for piece in file.pieces for p in piece.problems)]
    if carried is not None and carried.rulebook is not None:
        found += make_cases(carried.rulebook, [(file.lang, e) for piece in file.pieces for e in piece.examples])[1]
    return [Shown(p, place) for p in found if (place := file.place(p.span)) is not None]


def stale_notes(project: Project, lang_of_reader: str) -> list[Note]:
    """Headings of provisions whose attached text has changed."""
    state = project.state()
    try:
        changed = stale(project.folder, state.survey.key)
    except RulesetError as error:  # of what is attached, not of the rules: shown where they begin
        file = next(iter(state.survey.files), None)
        said = error.problems[0]
        return [Note(said.code, said.message[lang_of_reader], Place(file.path, file.source, 0, 0))] if file is not None else []
    notes = []
    for _, block, citation in state.headings():
        span = block.heading.span if block.heading is not None else None
        place = state.place(span) if citation in changed and span is not None else None
        if place is not None:
            notes.append(Note("official-text-changed", words("problems", lang_of_reader)["stale"], place))
    return notes


def _placed(project: Project, problems: object) -> Iterator[Shown]:
    state = project.state()
    for problem in problems:  # type: ignore[attr-defined]
        place = state.place(problem.span)
        if place is None:  # of a source that is no file of this ruleset any more, or of the folder itself
            file = next((f for f in state.survey.files), None)
            if file is None:
                continue
            place = Place(file.path, file.source, 0, 0)
        yield Shown(problem, place)


def also_at(project: Project, span: Span) -> Place | None:
    return project.state().place(span)


# ------------------------------------------------------------------ hints carried out


@attrs.frozen(slots=True)
class Fix:
    title: str
    start: int
    end: int
    text: str


def fixes(project: Project, shown: Shown, lang: str) -> list[Fix]:
    """What the hint of a problem proposes, as edits; only those after which the problem is gone."""
    hint = shown.problem.hint
    if hint is None:
        return []
    place, words = shown.place, _QUOTED.findall(hint[lang])
    tries = [(place.start, place.end, word) for word in words]
    tries += [(place.end, place.end, word) for word in words if not word[0].isalnum()]
    if not words:
        bare = re.search(r"\s(\S*\d\S*)$", hint[lang])
        tries += [(place.start, place.end, bare[1])] if bare else [(place.start, place.end, "")]
    for start, end, text in tries:
        if text != place.source.text[start:end] and _cures(project, shown, start, end, text):
            return [Fix(hint[lang], start, end, text)]
    return []


def _cures(project: Project, shown: Shown, start: int, end: int, text: str) -> bool:
    """Whether the file has fewer problems with the edit."""
    path, source = shown.place.path, shown.place.source
    texts = {**project.texts, path: source.text[:start] + text + source.text[end:]}
    tried = Project(project.folder, texts, project.parsers, project.acts)
    if path.parent.name == FOLDER:  # an edited act is not carried out for this; what is beside it is decided as before
        carried = _carried(project, path) if path.suffix == ".case" else None
        count = _of_act if path.suffix == ".law" else _beside_act
        return len(count(tried, path, carried)) < len(count(project, path, carried))
    return _count(tried, path) < _count(project, path)


def _count(project: Project, path: Path) -> int:
    if path.suffix == ".case":
        return len(case_problems(project, path))
    return sum(1 for p in project.state().survey.problems if not p.warning)
