"""What can be wrong with a worked example as a whole: facts twice, items and codes that are not there, nothing expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..basics.problem import Problem, problem
from ..basics.source import Span
from ..engine.values import OPENINGS
from ..language import tree
from ..rulebook.check.cascade import named
from ..rulebook.model import ROOT, Rulebook
from .facts.strict_json import UNUSABLE
from .worked import WorkedCase


def options(rulebook: Rulebook, line: tree.CaseLine) -> Iterator[Problem]:
    """A set of figures, a reading, a choice of it or a finding that the ruleset does not have."""
    assert line.span is not None
    match line:
        case tree.WithFigures(key=key):
            tables = Path(rulebook.folder) / "tables"
            there = sorted(p.name for p in tables.iterdir() if p.is_dir()) if tables.is_dir() else []
            if there and key not in there:
                yield problem("no-such-figures", line.span, key=key, near=(key, there), there=", ".join(there))
        case tree.WithReading(key=key, choice=choice) if key in rulebook.readings:
            known = list(rulebook.readings[key].choices)
            if choice not in known:
                yield problem("no-such-choice", line.span, key=choice, near=(choice, known))
        case tree.ExpectFinding(code=code):
            rules = (*rulebook.findings, *rulebook.refusals, *(r for of_term in rulebook.rules.values() for r in of_term))
            guaranteed = {f"guarantee_{r.code}" for r in rulebook.guarantees}
            codes = sorted({r.code for r in rules} - {""} | guaranteed | {*OPENINGS, *UNUSABLE})
            if code not in codes:
                yield problem("no-such-finding", line.span, key=code, near=(code, codes))


def items(case: WorkedCase, pointed: Iterable[tuple[str, str, Span]]) -> Iterator[Problem]:
    """What is expected of, or points to, an item that the example does not describe."""
    for thing, identifier, span in pointed:
        if thing != ROOT and (thing, identifier) not in case.handles:
            there = [known for kind, known in case.handles if kind == thing]
            yield problem("no-such-item", span, identifier=identifier, near=(identifier, there))


def twice(given: list[tuple[tuple[object, ...], str, Span]]) -> Iterator[Problem]:
    """A fact that one example gives two times."""
    first: dict[tuple[object, ...], Span] = {}
    for slot, name, span in given:
        if slot in first:
            yield problem("fact-twice", span, name=name, also=[(first[slot], "name-first-here")])
        first.setdefault(slot, span)


def expects_nothing(case: WorkedCase) -> Iterator[Problem]:
    """An example that would pass whatever the rules say."""
    if not (case.status or case.expected or case.findings or case.because) and case.node.span is not None:
        yield problem("expects-nothing", case_span(case.node), key=case.key)


def case_span(node: tree.Example) -> Span:
    """The first words of an example, up to its key."""
    assert node.span is not None
    at = node.span.text().find(node.key)
    return node.span.source.span(node.span.start, node.span.start + at + len(node.key)) if at >= 0 else node.span


def standing(found: list[Problem], earlier: list[Problem], guessed: list[Span], lost: list[str]) -> list[Problem]:
    """Problems of meaning that do not come from a sentence that was lost, or read as something else."""
    found = [p for p in found if not (p.code in ("no-such-item", "no-such-case", "expects-nothing") and named(p.about, lost))]
    nameless = {p.span.source.name for p in earlier if p.code == "identifier-missing"}
    found = [p for p in found if not (p.code == "no-such-item" and p.span.source.name in nameless)]
    misread = [p.span for p in earlier if p.code.startswith("unknown-")] + guessed
    return [p for p in found if not any(_inside(p.span, s) for s in misread)]


def _inside(span: Span, other: Span) -> bool:
    return span.source is other.source and other.start <= span.start <= other.end
