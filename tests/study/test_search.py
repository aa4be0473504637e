"""Without cases: a witness is found and confirmed, or it is said where none was."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.cases.facts.reader import read_facts
from legalaid_dsl.cases.facts.strict_json import Refused
from legalaid_dsl.making.domain import domain_of
from legalaid_dsl.making.random_cases import Generator
from legalaid_dsl.making.search import find_case
from legalaid_dsl.making.shrink import shrink, size
from legalaid_dsl.study.comparison.claims import UnknownClaim, read_claim
from legalaid_dsl.study.comparison.report import Wanted, report
from legalaid_dsl.study.comparison.smallest import witnesses
from legalaid_dsl.study.outcomes.outcome import Options
from tests.campaign import examples
from tests.study.conftest import ARTICLE_3, ARTICLE_13, CEILING, THREE_HOURS, Amend

EDITS = {
    "a boundary": THREE_HOURS,
    "the length of a session": (
        (ARTICLE_3, "hours in all / 4 hours", "hours in all / 5 hours"),
        (ARTICLE_3, "full sessions × 4 hours", "full sessions × 5 hours"),
    ),
    "the rounding of money": ((ARTICLE_13, "rounded half up 1 đồng", "rounded half up 1000 đồng"),),
    "a ceiling": CEILING,
}


@pytest.mark.long
@pytest.mark.parametrize("name", EDITS)
def test_a_witness_is_found_and_confirmed(rules: la.Rules, amend: Amend, name: str) -> None:
    changed = amend(*EDITS[name])
    found = witnesses(rules, changed, tries=400)
    best = found.found[0].compared
    assert best.counts and best.kind in ("more", "less")
    before, after = rules.evaluate(best.case), changed.evaluate(best.case)
    assert (before.status, after.status) == ("determined", "determined")
    assert before.amount != after.amount
    assert len(best.case["entries"]) <= 2


def test_the_witness_of_the_three_hours_is_three_hours(rules: la.Rules, amend: Amend) -> None:
    claim = read_claim(rules.rulebook, "case.amount not lower")
    best = witnesses(rules, amend(*THREE_HOURS), claim=claim).found[0].compared
    assert [e["hours"] for e in best.case["entries"]] == ["3"]


def test_the_rulebook_alone_is_enough(amend_library: Amend) -> None:
    """A ruleset without examples: the cases come from its glossary and its thresholds."""
    old = amend_library()
    new = amend_library(("days late <= 3 days", "days late < 3 days"), ("days late > 3 days", "days late >= 3 days"))
    best = witnesses(old, new).found[0].compared
    assert (best.kind, best.case["days_late"]) == ("more", "3")
    assert set(best.case) == {"days_late", "kind"}


def test_none_found_says_where(rules: la.Rules, amend: Amend) -> None:
    same = amend(("circular_02_2021/article_12.law", "Article 12.", "# dead\nArticle 12."))
    found = witnesses(rules, same, tries=20)
    assert found.found == () and found.search.tried == 20
    stated = found.search.domain.stated()
    assert stated["items"]["providers"] == 3
    assert {"0", "3", "4"} <= set(stated["facts"]["entries.hours"])
    assert "2021-07-15" in stated["facts"]["entries.date"]


def test_the_same_seed_gives_the_same(rules: la.Rules, amend: Amend) -> None:
    domain = domain_of(rules.rulebook, amend(*CEILING).rulebook)
    first, second = (Generator.of(domain, 7) for _ in range(2))
    for _ in range(20):
        case = first.random_case()
        assert case == second.random_case()
        assert first.changed(case) == second.changed(case)


@examples(20, 600)
@given(st.integers(min_value=0, max_value=2**32))
def test_generated_cases_are_well_formed(rules: la.Rules, seed: int) -> None:
    """Only what a form cannot say is refused: who replaces whom."""
    generator = Generator.of(domain_of(rules.rulebook), seed)
    case = generator.random_case()
    for _ in range(4):
        case = generator.changed(case)
        assert refusals(rules, case) <= {"taken", "circular", "unknown-id"}, case


def refusals(rules: la.Rules, case: dict[str, Any]) -> set[str]:
    try:
        read_facts(rules.rulebook, case)
    except Refused as error:
        return {r.code for r in error.refusals}
    return set()


def test_find_a_case_of_which_something_is_true(rules: la.Rules) -> None:
    """What guarantees are checked with: a wrong one is refuted by a case that evaluate confirms."""
    found = find_case(rules, lambda case, outcome: (outcome.numbers["sessions"] or 0) > 20)
    assert found.case is not None
    assert float(rules.evaluate(found.case).sessions) > 20
    none = find_case(rules, lambda case, outcome: (outcome.numbers["sessions"] or 0) > 30, tries=20)
    assert none.case is None and none.tried == 20


def test_claims(rules: la.Rules, amend: Amend) -> None:
    lower = report(rules, amend(*THREE_HOURS), [], Options(), Wanted(claim="amount not lower"))
    assert lower.claimed is not None and lower.claimed.broken
    case = lower.claimed.broken[0]
    assert case.change("amount") is not None and case.change("amount") < 0
    holds = report(rules, amend(*CEILING), [], Options(), Wanted(claim="providers.amount không giảm", tries=20))
    assert holds.claimed is not None and not holds.claimed.broken and holds.claimed.looked_at == 20
    with pytest.raises(UnknownClaim, match="did you mean “amount”"):
        read_claim(rules.rulebook, "amounts not lower")
    with pytest.raises(UnknownClaim) as error:
        read_claim(rules.rulebook, "everybody is happy")
    assert "khẳng định" in error.value.message.vi


# ------------------------------------------------------------------ shrinking


def test_shrinking_leaves_out_what_is_not_needed() -> None:
    case = {"a": [{"id": "x", "n": "12"}, {"id": "y", "n": "3", "of": "x"}], "b": ["p", "q"], "c": {"d": "7.5", "e": True}}

    def still(c: dict[str, Any]) -> bool:
        return float(c.get("c", {}).get("d", 0)) >= 2 and "q" in c.get("b", [])

    assert shrink(case, still) == {"b": ["q"], "c": {"d": "2"}}


def test_shrinking_puts_lines_together() -> None:
    case = {"lines": [{"id": f"e{i}", "n": "20", "kind": "k"} for i in range(5)]}

    def still(c: dict[str, Any]) -> bool:
        return sum(float(line.get("n", 0)) for line in c.get("lines", [])) > 90

    small = shrink(case, still)
    assert len(small["lines"]) == 1 and still(small)


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_shrinking_never_grows_and_keeps_what_is_wanted(seed: int) -> None:
    chance = random.Random(seed)
    case = {"lines": [{"id": str(i), "n": str(chance.randint(0, 9))} for i in range(chance.randint(1, 6))], "x": "1"}
    wanted = chance.choice([line["n"] for line in case["lines"]])
    assert isinstance(wanted, str)

    def still(c: dict[str, Any]) -> bool:
        return any(line.get("n") == wanted for line in c.get("lines", []))

    small = shrink(json.loads(json.dumps(case)), still)
    assert still(small) and size(small) <= size(case)
