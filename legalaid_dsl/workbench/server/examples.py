"""The lens on every example: run it, and show what came out and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs

from ..examples.runner import Outcome, run_case
from .project import Place, Project
from .words import words


@attrs.frozen(slots=True, eq=False)
class Ran:
    """What an example gave, shown in the language of its file."""

    key: str
    passed: bool
    summary: str
    failures: tuple[tuple[Place | None, str], ...]
    results: dict[str, object]
    explanation: str


@attrs.frozen(slots=True, eq=False)
class Lens:
    """A command above an example."""

    place: Place
    title: str
    command: str
    key: str


def lenses(project: Project, path: Path, ran: dict[str, Ran]) -> Iterator[Lens]:
    """Run, and after running also the outcome and the explanation."""
    state = project.state()
    for file in state.cases_at(path):
        said = words("examples", file.lang)
        for piece in file.pieces:
            for example in piece.examples:
                if example.span is None:
                    continue
                start = example.span.start + piece.base
                place = Place(path, file.source, start, start)
                done = ran.get(example.key)
                yield Lens(place, said["run"], "legalaid.runCase", example.key)
                if done is not None:
                    yield Lens(place, done.summary, "legalaid.explainCase", example.key)
                    yield Lens(place, said["why"], "legalaid.explainCase", example.key)


def run(project: Project, path: Path, key: str) -> Ran | None:
    """Run one example by the rules as they are now; None when there is none with this key."""
    state = project.state()
    lang = state.lang_of(path)
    said = words("examples", lang)
    rules = project.rules()
    case = next((c for c in project.worked(path)[0] if c.key == key), None) if rules is not None else None
    if rules is None:
        return Ran(key, False, f"✗ {said['wrong']}", (), {}, "")
    if case is None:
        return None
    outcome = run_case(rules, case)
    failures = tuple((state.place(f.span) if f.span is not None else None, f.message[lang]) for f in outcome.failures)
    return Ran(
        key,
        not failures,
        _summary(outcome, lang),
        failures,
        dict(outcome.result.to_dict()),
        outcome.result.explain(lang),
    )


def _summary(outcome: Outcome, lang: str) -> str:
    said = words("examples", lang)
    if outcome.failures:
        return said["bad"].format(count=len(outcome.failures))
    return said["ok"].format(status=said[outcome.result.status])
