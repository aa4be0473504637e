"""Attribution: the parts add up to the whole, whatever their order."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.problem import RulesetError
from legalaid_dsl.study.comparison.attribution import Attribution, AttributionError, attribute, largest_remainder
from legalaid_dsl.study.comparison.parts import parts_by_provision
from legalaid_dsl.study.outcomes.outcome import Options, decide
from tests.study.conftest import ARTICLE_13, CEILING, THREE_HOURS, Amend

RATE = ((ARTICLE_13, "rate per session is 0.38 base salaries", "rate per session is 0.41 base salaries"),)
OFFICER = ((ARTICLE_13, "is 40%\n", "is 45%\n"),)
FIGURES = Options("illustrative")
KEYS = ("sessions", "base_salaries", "amount")


@pytest.fixture(scope="module")
def amended(amend: Amend) -> la.Rules:
    return amend(*THREE_HOURS, *CEILING, *RATE, *OFFICER)


@pytest.fixture(scope="module")
def found(rules: la.Rules, amended: la.Rules, cases: list[Any]) -> Attribution:
    parts, make = parts_by_provision(rules, amended)
    return attribute(make, parts, cases, FIGURES)


def test_parts_by_provision(rules: la.Rules, amended: la.Rules) -> None:
    parts, make = parts_by_provision(rules, amended)
    assert parts == (
        "circular_02_2021/art_3/cl_2/pt_a", "circular_02_2021/art_3/cl_2/pt_b",
        "decree_144_2017/art_13/cl_1", "decree_144_2017/art_13/cl_3",
    )  # fmt: skip
    assert make(frozenset()) is rules and make(frozenset(parts)) is amended


def test_the_mixed_ruleset_is_the_one_that_would_have_been_written(
    rules: la.Rules, amended: la.Rules, amend: Amend, cases: list[Any]
) -> None:
    _, make = parts_by_provision(rules, amended)
    mixed, written = make(frozenset(["decree_144_2017/art_13/cl_1"])), amend(*CEILING, *RATE)
    for case in cases:
        assert decide(mixed, case, FIGURES).details() == decide(written, case, FIGURES).details()


@pytest.mark.long
def test_parts_add_up_to_the_whole_and_to_the_dong(found: Attribution, rules: la.Rules, amended: la.Rules, cases: list[Any]) -> None:
    assert found.exact and found.split
    for share in found.split:
        assert share.whole is not None
        before, after = (decide(r, cases[share.place - 1], FIGURES).numbers for r in (rules, amended))
        for key in KEYS:
            assert share.whole[key] == (after[key] or 0) - (before[key] or 0)
            assert sum((p[key] for p in share.parts.values()), Fraction(0)) == share.whole[key]
        assert sum(found.rounded(share, "amount").values()) == share.whole["amount"]
    for key in KEYS:
        assert sum((found.total(p, key) for p in found.parts), Fraction(0)) == found.whole(key)
    assert sum(found.rounded_total("amount").values()) == found.whole("amount") != 0


def test_it_depends_on_no_order(found: Attribution, rules: la.Rules, amended: la.Rules, cases: list[Any]) -> None:
    parts, make = parts_by_provision(rules, amended)
    for order in list(itertools.permutations(parts))[11::13]:
        again = attribute(make, order, cases[:2], FIGURES)
        for mine, other in zip(found.cases, again.cases, strict=False):
            assert (mine.whole, dict(mine.parts)) == (other.whole, {p: other.parts[p] for p in mine.parts})


def test_what_is_not_determined_is_not_split(found: Attribution, rules: la.Rules, cases: list[Any]) -> None:
    for share in found.cases:
        if decide(rules, cases[share.place - 1], FIGURES).status != "determined":
            assert share.whole is None and not share.parts


def test_parts_that_work_only_together_share_alike(rules: la.Rules, amend: Amend) -> None:
    parts, make = parts_by_provision(rules, amend(*THREE_HOURS))
    case = {
        "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
        "providers": [{"id": "P1", "kind": "lawyer", "method": "actual_sessions"}],
        "entries": [{"id": "e1", "provider": "P1", "date": "2026-02-02", "task": "evidence_work", "stage": "investigation",
                     "hours": "3", "certified_by": ["place_of_evidence"]}],
    }  # fmt: skip
    share = attribute(make, parts, [case]).cases[0]
    assert share.joint
    assert {p: n["sessions"] for p, n in share.parts.items()} == dict.fromkeys(parts, Fraction(-1, 4))


@pytest.mark.long
def test_sampled_parts_add_up_too_and_come_near(found: Attribution, rules: la.Rules, amended: la.Rules, cases: list[Any]) -> None:
    parts, make = parts_by_provision(rules, amended)
    sampled = attribute(make, parts, cases, FIGURES, most_exact=2, orders=4, seed=3)
    assert not sampled.exact and sampled.orders == 8
    assert sum((sampled.total(p, "amount") for p in parts), Fraction(0)) == sampled.whole("amount") == found.whole("amount")
    for part in parts:
        error = sampled.errors[part]["amount"]
        assert abs(sampled.total(part, "amount") - found.total(part, "amount")) <= 2 * error + 1
    again = attribute(make, parts, cases, FIGURES, most_exact=2, orders=4, seed=3)
    assert [c.parts for c in again.cases] == [c.parts for c in sampled.cases]


# ------------------------------------------------------------------ parts that depend on each other


def test_a_part_that_needs_another_counts_from_where_it_can_stand(library: la.Rules, amend_library: Amend) -> None:
    first = amend_library(("fine is 5 coins", "fine is 7 coins"))
    both = amend_library(("fine is 5 coins", "fine is 8 coins"))

    def make(chosen: frozenset[str]) -> la.Rules:
        if chosen == frozenset(["second"]):
            raise RulesetError([])  # it amends what the first adds
        return {frozenset[str](): library, frozenset(["first"]): first}.get(chosen, both)

    made = attribute(make, ["first", "second"], [{"days_late": "6", "kind": "novel"}])
    assert made.dependent == ("second",)
    assert {p: n["fine"] for p, n in made.cases[0].parts.items()} == {"first": Fraction(5, 2), "second": Fraction(1, 2)}


def test_parts_that_exclude_each_other_cannot_be_split(library: la.Rules) -> None:
    def make(chosen: frozenset[str]) -> la.Rules:
        if chosen == frozenset(["a", "b"]):
            raise RulesetError([])
        return library

    with pytest.raises(AttributionError, match="exclude each other"):
        attribute(make, ["a", "b", "c"], [{"days_late": "6", "kind": "novel"}])


@given(st.lists(st.fractions(min_value=-1000, max_value=1000), min_size=1, max_size=8))
def test_largest_remainder(shares: list[Fraction]) -> None:
    shares[-1] += -(sum(shares) % 1)  # the whole is whole
    named = {str(i): share for i, share in enumerate(shares)}
    rounded = largest_remainder(named)
    assert sum(rounded.values()) == sum(shares)
    assert all(abs(rounded[k] - named[k]) < 1 for k in named)


def test_a_reading_that_the_amendment_settles_is_still_asked_by_what_stays(rules: la.Rules, root: Path) -> None:
    """Some of the parts as amended, the others as they were: each mixture can be decided by."""
    amended = la.load("circular_02_2021", amendments=[root / "rulesets" / "circular_02_2021" / "amendments" / "lump_sums_everywhere.law"])
    parts, make = parts_by_provision(rules, amended)
    assert "circular_02_2021/art_10" in parts and "art_10_increase" not in amended.rulebook.readings
    for part in parts:
        assert "art_10_increase" in make(frozenset([part])).rulebook.readings
