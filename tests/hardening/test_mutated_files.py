"""The shipped rules and examples with slips and worse in them: always an answer, few problems, bounded work; never an exception."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.problem import MAX_PROBLEMS, RulesetError
from legalaid_dsl.basics.source_text import decode_source
from legalaid_dsl.cases.case_file import make_cases
from legalaid_dsl.language import tree
from legalaid_dsl.language.grammar import language_of
from legalaid_dsl.language.parsing.parser_cache import Parsers
from legalaid_dsl.rulebook.load import survey
from legalaid_dsl.workbench.rewrite import rewrite_source

RULES = "circular_02_2021"
MOST_CALLS = 30_000_000  # a slip is tried with a few hundred mends; what hangs makes more
HOSTILE = (
    "\0", "\ufeff", "\u202e", "e\u0301", "\U0001d404", "\ud800", '"', "“", "(" * 70, ")" * 70, "((", "#", "\n", "\r", "\t", " " * 3000, ".", ". . .", ":", ";", ",",
    "not " * 200, "1e999999999", "1.000,5", "٣", "9" * 5000, "-", "<", "≠", "//", "<<<<<<< a\n", "=======\n", ">>>>>>> b\n", "Article 1.\n", "Điều 99z. ", "Clause\n",
    "a) ", "for each case:\n", "read x as y:\n", "when ", "khi ", " is ", " là ", "key ", "{{ 7*7 }}", "${x}", "../../etc/passwd", "\\n", "'" * 9, "2021-02-30", "x" * 3000,
)  # fmt: skip
PARSERS = Parsers()


@st.composite
def slips(draw: st.DrawFn, text: str) -> str:
    """A text with one to four things deleted, doubled, swapped or put in: characters, words, lines."""
    for _ in range(draw(st.integers(1, 4))):
        pattern = draw(st.sampled_from([r"(?s).", r"\w+|[^\w\s]", r"[^\n]*\n"]))
        parts = [m.span() for m in re.finditer(pattern, text)] or [(0, len(text))]
        (a, b), (c, d) = sorted(draw(st.sampled_from(parts)) for _ in range(2))
        match draw(st.integers(0, 4)):
            case 0:
                text = text[:a] + text[b:]
            case 1:
                text = text[:b] + text[a:b] * draw(st.sampled_from([1, 2, 60])) + text[b:]
            case 2 if b <= c:
                text = text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
            case 3:
                text = text[:a]
            case _:
                text = text[:a] + draw(st.sampled_from(HOSTILE)) + text[a:]
    return text


def bounded(work: Callable[[], Any]) -> Any:
    """What it gives; AssertionError once it has made too many calls."""
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event == "call"
        if calls > MOST_CALLS:
            sys.setprofile(None)
            raise AssertionError("no end")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        return work()
    finally:
        sys.setprofile(before)


def told(problems: Any) -> None:
    assert all(n <= MAX_PROBLEMS for n in Counter(p.span.source.name for p in problems).values())
    for problem in problems:
        assert all(problem.render(lang) and len(problem.render(lang)) < 20_000 for lang in ("en", "vi"))


@pytest.mark.long
@given(data=st.data())
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_x06_rules_with_slips_are_checked_and_rewritten_or_told(root: Path, data: st.DataObject) -> None:
    path = (
        root
        / "rulesets"
        / RULES
        / data.draw(st.sampled_from(sorted(p.name for p in (root / "rulesets" / RULES).glob("*.law"))))
    ).resolve()
    text = data.draw(slips(path.read_text("utf-8")))
    found = bounded(lambda: survey(path.parent, {path: text}, PARSERS))
    told(found.problems)
    assert (found.rulebook is None) == any(not p.warning for p in found.problems)
    source, problems = decode_source(text.encode("utf-8", "surrogatepass"), path.name)
    for to in ("en", "vi"):
        try:
            printed = bounded(lambda to=to: rewrite_source(source, found.glossary, to))
            assert problems or printed
        except RulesetError as error:
            told(error.problems)


@pytest.mark.long
@given(data=st.data())
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_x06_examples_with_slips_are_read_or_told(root: Path, rules: la.Rules, data: st.DataObject) -> None:
    path = (
        root / "rulesets" / RULES / data.draw(st.sampled_from(["article_03.case", "article_09.case", "readings.case"]))
    )
    text = data.draw(slips(path.read_text("utf-8")))
    lexicon = rules.rulebook.glossary.lexicon()
    source, problems = decode_source(text.encode("utf-8", "surrogatepass"), path.name)
    lang = language_of(source.text)
    kept = bounded(lambda: PARSERS.parse(source, lang, lexicon))
    told(problems)
    told(kept.found.problems)
    _, more = bounded(lambda: make_cases(rules.rulebook, [(lang, e) for e in kept.found.nodes]))
    assert all(p.message.en and p.message.vi for p in more)
    try:
        bounded(lambda: rewrite_source(source, rules.rulebook.glossary, "en"))
    except RulesetError as error:
        told(error.problems[:MAX_PROBLEMS])


@pytest.mark.long
@pytest.mark.longer
@pytest.mark.parametrize("renamed", [False, True])
def test_x06_a_thing_a_unit_a_list_that_is_not_declared_is_told_of(root: Path, renamed: bool, pytestconfig: pytest.Config) -> None:
    """Rules that rest on a line of the glossary that is gone, or on one whose key is another."""
    folder = (root / "rulesets" / RULES).resolve()
    for file in survey(folder, None, PARSERS).files:
        for statement in (
            s
            for b in file.blocks
            for s in b.statements
            if isinstance(s, tree.Thing | tree.Unit | tree.Choices | tree.Table)
        ):
            assert statement.span is not None
            if not pytestconfig.getoption("--long") and statement.span.start % 3:
                continue  # one in three; all of them in the campaigns
            words = statement.span.text()
            other = re.sub(r"\bkey (?=\w)", "key zz", words, count=1) if renamed else ""
            text = file.source.text[: statement.span.start] + other + file.source.text[statement.span.end :]
            found = survey(folder, {file.path: text}, PARSERS)
            assert (found.rulebook is None) == any(
                not p.warning for p in found.problems
            )  # a unit may be used by nothing
            told(found.problems)
