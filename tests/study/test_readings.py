"""Readings compared: what each choice decides, and that what is left out cannot matter."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.study.choices.survey import Survey, readings
from legalaid_dsl.study.outcomes.outcome import Options, decide
from tests.campaign import size

FIGURES = Options("illustrative")
FEW = size((0, 3), (0, 1, 2, 3))  # in the second, so much is left open that all of it takes long


@pytest.fixture(scope="module")
def found(rules: la.Rules, cases: list[Any]) -> Survey:
    return readings(rules, [cases[i] for i in FEW], FIGURES, most=6)


@pytest.mark.longer
def test_alone_is_the_difference_to_the_default(found: Survey, rules: la.Rules, cases: list[Any]) -> None:
    assert found.alone
    default = [decide(rules, cases[i], FIGURES) for i in FEW]
    for effect in found.alone[:6]:
        chosen = Options("illustrative", dict(effect.chosen))
        money, decided = Fraction(0), 0
        for i, before in zip(FEW, default, strict=True):
            after = decide(rules, cases[i], chosen)
            decided += (before.status, before.numbers, before.details()) != (after.status, after.numbers, after.details())
            if before.determined and after.determined:
                money += (after.numbers["amount"] or 0) - (before.numbers["amount"] or 0)
        assert (effect.decided, effect.changes["amount"]) == (decided, money), effect.chosen


@pytest.mark.longer
def test_what_is_pruned_changes_nothing(rules: la.Rules, cases: list[Any]) -> None:
    """A reading that is not live in a case leaves it as it is, under every choice."""
    for case in cases[5 : size(6, 8)]:
        default = decide(rules, case, FIGURES)
        live = {r["id"] for r in default.raw["readings"]}
        for key, reading in rules.rulebook.readings.items():
            for choice in reading.choices if key not in live else ():
                other = decide(rules, case, Options("illustrative", {key: choice}))
                assert (other.status, other.details()) == (default.status, default.details()), (key, choice)


@pytest.mark.longer
def test_combinations_are_what_evaluate_gives(found: Survey, rules: la.Rules, cases: list[Any]) -> None:
    assert found.combined and found.skipped >= 0
    default = [decide(rules, cases[i], FIGURES) for i in FEW]
    for effect in found.combined[:3]:
        assert len(effect.chosen) > 1
        money = Fraction(0)
        for i, before in zip(FEW, default, strict=True):
            after = decide(rules, cases[i], Options("illustrative", dict(effect.chosen)))
            if before.determined and after.determined:
                money += (after.numbers["amount"] or 0) - (before.numbers["amount"] or 0)
        assert effect.changes["amount"] == money


def test_the_cap_is_said(rules: la.Rules, root: Path) -> None:
    case = json.loads((root / "docs" / "cases" / "sessions.json").read_text("utf-8"))
    whole = readings(rules, [case], FIGURES)
    capped = readings(rules, [case], FIGURES, most=2)
    assert capped.skipped > whole.skipped and len(capped.combined) == 2
    assert capped.skipped + 2 >= len(whole.combined) > 2 or capped.unpaired == 0


def test_one_case_under_each_reading(rules: la.Rules) -> None:
    """Four and a half hours twice on a day: 3 sessions line by line, 2.5 by the day."""
    entries = [{"id": f"e{i}", "provider": "P1", "date": "2026-02-02", "task": "evidence_work", "stage": "investigation",
                "hours": "4.5", "certified_by": ["place_of_evidence"]} for i in (1, 2)]  # fmt: skip
    case = {"form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
            "providers": [{"id": "P1", "kind": "lawyer", "method": "actual_sessions"}], "entries": entries}  # fmt: skip
    one = readings(rules, [case]).cases[0]
    assert one.default.numbers["sessions"] == 3
    assert one.alone["art_3_cl_2_unit", "per_day"].numbers["sessions"] == Fraction(5, 2)
    assert ("art_3_cl_2_unit", "per_day") in one.mattered


def test_a_reading_in_force_is_compared_with(rules: la.Rules, root: Path) -> None:
    case = json.loads((root / "docs" / "cases" / "sessions.json").read_text("utf-8"))
    other = readings(rules, [case], Options("illustrative", {"art_4_cl_2_ceiling": "joint"}), most=0)
    back = [e for e in other.alone if e.chosen == (("art_4_cl_2_ceiling", "per_task"),)]
    assert back[0].changes["sessions"] == -1
