"""The lens on every example: run it, and show what came out and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs

from ...basics.bilingual import Bilingual
from ...workbench.runner import Outcome, run_case
from .project import Place, Project

_STATUS = {
    "determined": Bilingual("determined", "xác định được"),
    "undetermined": Bilingual("undetermined", "chưa xác định được"),
    "refused": Bilingual("refused", "bị từ chối"),
}
_WORDS = {
    "en": {"run": "▶ Run", "why": "Explanation", "ok": "✓ {status}, as expected", "bad": "✗ {count} expectations fail", "wrong": "the rules have errors"},
    "vi": {"run": "▶ Chạy", "why": "Giải thích", "ok": "✓ {status}, đúng như mong đợi", "bad": "✗ {count} kết quả không như mong đợi", "wrong": "bộ quy tắc còn lỗi"},
}  # fmt: skip


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
    for file in state.cases:
        if file.path != path:
            continue
        words = _WORDS[file.lang]
        for piece in file.pieces:
            for example in piece.examples:
                if example.span is None:
                    continue
                start = example.span.start + piece.base
                place = Place(path, file.source, start, start)
                done = ran.get(example.key)
                yield Lens(place, words["run"], "legalaid.runCase", example.key)
                if done is not None:
                    yield Lens(place, done.summary, "legalaid.explainCase", example.key)
                    yield Lens(place, words["why"], "legalaid.explainCase", example.key)


def run(project: Project, path: Path, key: str) -> Ran | None:
    """Run one example by the rules as they are now; None when there is none with this key."""
    state = project.state()
    lang = state.lang_of(path)
    words = _WORDS[lang]
    rules = project.rules()
    case = next((c for c in project.worked(path)[0] if c.key == key), None) if rules is not None else None
    if rules is None:
        return Ran(key, False, f"✗ {words['wrong']}", (), {}, "")
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
    words = _WORDS[lang]
    if outcome.failures:
        return words["bad"].format(count=len(outcome.failures))
    return words["ok"].format(status=_STATUS[outcome.result.status][lang])
