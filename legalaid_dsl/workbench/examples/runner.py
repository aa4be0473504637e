"""Runs worked examples: expected values, expected citations, expected findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from ...api import Result, Rules, load
from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.citation import Citation
from ...basics.problem import Problem, RulesetError
from ...basics.source import Span
from ...basics.worded import said
from ...cases.case_file import UNKNOWN, Expected, WorkedCase, read_cases
from ...cases.results.values import value_text
from ...engine.interpreter.determine import Determination
from ...engine.values import Unknown
from ...language.grammar import word_of
from ...rulebook.amend.draft_acts import FOLDER, shipped_acts
from ...rulebook.model import PRESENCE, ROOT

WORDS: Final = Path(__file__).with_name("words.toml")


@attrs.frozen(slots=True)
class Failure:
    """One expectation that did not come true."""

    span: Span | None
    message: Bilingual


@attrs.frozen(slots=True)
class Outcome:
    """One example, run."""

    case: WorkedCase
    result: Result
    failures: tuple[Failure, ...]
    cited: frozenset[Citation]


def case_files(path: Path) -> list[Path]:
    """The .case files of a ruleset folder, or the one file named."""
    return [path] if path.is_file() else sorted(path.glob("*.case"))


def run_cases(rules: Rules, paths: list[Path], only: str = "") -> list[Outcome]:
    """Run the examples of the files. Raises RulesetError when they cannot be read."""
    cases = read_cases(rules.rulebook, paths)
    return [run_case(rules, c) for c in cases if only in c.key]


def run_all(targets: Iterable[Path], only: str = "") -> Iterator[Outcome | Problem]:
    """The outcomes of ruleset folders or case files; what keeps one from being read comes as problems.

    Examples beside an amending act (``amendments/NAME.case``) are decided with that act.
    """
    for folder, act, files in (x for target in targets for x in examples_of(target)):
        try:
            rules = load(folder, amendments=[act] if act is not None else [])
            yield from run_cases(rules, files, only)
        except RulesetError as error:
            yield from error.problems


def examples_of(target: Path) -> Iterator[tuple[Path, Path | None, list[Path]]]:
    """The examples of a folder or file: (ruleset, the act under which they are decided, files)."""
    if target.is_file():
        act = target.with_suffix(".law")
        amending = target.parent.name == FOLDER and act.is_file()
        yield (target.parent.parent, act, [target]) if amending else (target.parent, None, [target])
        return
    yield target, None, case_files(target)
    for act in shipped_acts(target).values():
        if (examples := act.with_suffix(".case")).is_file():
            yield target, act, [examples]


def run_case(rules: Rules, case: WorkedCase) -> Outcome:
    """Run one example and compare. By the interpreter: its own record says what the example rests on."""
    result = rules.evaluate(case.facts, figures=case.figures, readings=case.readings, by="interpreter")
    codes = frozenset(f["code"] for f in (*result.openings, *result.findings))
    cited = citations(result.determination)
    return Outcome(case, result, judge(case, result.determination, result.status, codes, cited), cited)


def judge(
    case: WorkedCase, found: Determination | None, status: str, codes: frozenset[str], cited: frozenset[Citation]
) -> tuple[Failure, ...]:
    """What an example expects and does not find."""
    failures: list[Failure] = []
    if case.status is not None and case.status.status != status:
        failures.append(_differs(case.status.span, said(WORDS, "status"), _keyword(case.status.status), _keyword(status)))
    for expected in case.expected:
        value = _found(found, expected)
        wanted = None if expected.value == UNKNOWN else expected.value
        if value != wanted:
            failures.append(_differs(expected.node.span, expected.term.names, wanted, value))
    for finding in case.findings:
        if (finding.code in codes) is finding.negated:
            code = said(WORDS, "none_such", code=finding.code) if finding.negated else finding.code
            failures.append(_differs(finding.span, said(WORDS, "finding"), code, ", ".join(sorted(codes)) or "–"))
    for citation, negated, node in case.because:
        if any(c.within(citation) for c in cited) is negated:
            name = Bilingual(citation.name("en"), citation.name("vi"))
            failures.append(Failure(node.span, said(WORDS, "cited" if negated else "not_cited", name=name)))
    return tuple(failures)


def citations(determination: Determination | None) -> frozenset[Citation]:
    """Every provision that a determination rests on, its findings included."""
    found: set[Citation] = set()
    if determination is not None:
        for decision in determination.decisions:
            found.update(decision.cites())
        for finding in determination.remarks:
            found.update(finding.cites)
        for figure in determination.figures:
            found.update(figure.cites)
    return frozenset(found)


def _found(determination: Determination | None, expected: Expected) -> Any:
    """The value of a term in a determination, shown or not."""
    if determination is None or determination.facts is None:
        return None
    items = [determination.facts.root] if expected.term.thing == ROOT else determination.facts.all(expected.term.thing)
    for item in items:
        if item.id == expected.identifier or (not item.id and expected.term.thing == ROOT):
            value = determination.results.get((expected.term.key, id(item)))
            if value is None:
                value = next((d.value for d in determination.decisions if d.term == expected.term.key and d.item is item), None)
            return None if value is None or isinstance(value, Unknown) else value_text(value)
    return None


def _differs(span: Span | None, name: Bilingual, wanted: Any, found: Any) -> Failure:
    return Failure(span, said(WORDS, "differs", name=name, wanted=_shown(wanted), found=_shown(found)))


def _keyword(status: str) -> Bilingual:
    return Bilingual(*(word_of(lang, status.upper()) for lang in LANGUAGES))


def _shown(value: Any) -> Bilingual:
    if isinstance(value, bool):
        return PRESENCE.choices["yes" if value else "no"].names
    return said(WORDS, "unknown") if value is None else value if isinstance(value, Bilingual) else Bilingual(str(value))
