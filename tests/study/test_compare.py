"""Two rulesets side by side: what becomes of cases, what it comes to, by which clause."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.study.comparison.breakdown import UnknownColumn, break_down, column
from legalaid_dsl.study.comparison.compare import compare
from legalaid_dsl.study.comparison.report import Wanted, report
from legalaid_dsl.study.comparison.smallest import smallest_of
from legalaid_dsl.study.outcomes.kinds import KINDS
from legalaid_dsl.study.outcomes.outcome import Options
from tests.study.conftest import CEILING, THREE_HOURS, Amend

ILLUSTRATIVE = Options("illustrative")


def test_a_dead_amendment_leaves_everything_unchanged(rules: la.Rules, amend: Amend, cases: list[Any]) -> None:
    dead = amend(("circular_02_2021/article_12.law", "Article 12.", "# nothing is said otherwise\nArticle 12."))
    found = compare(rules, dead, cases, ILLUSTRATIVE)
    assert found.counts["unchanged"] == len(cases)
    assert report(rules, dead, cases[:2], ILLUSTRATIVE, Wanted()).smallest == ()


@pytest.mark.long
def test_totals_reconcile(rules: la.Rules, amend: Amend, cases: list[Any]) -> None:
    found = compare(rules, amend(*THREE_HOURS), cases, ILLUSTRATIVE)
    assert sum(found.counts.values()) == len(cases)
    assert found.counts["less"] > 0
    for key in ("sessions", "base_salaries", "amount"):
        before, after = found.totals(key)
        whole = found.total(key)
        assert after - before == whole == sum(found.total(key, found.of(kind)) for kind in KINDS)
        for by in ("form", "providers.kind", "entries.task", "closed_on", "case.offence_class"):
            broken = break_down(found, column(rules.rulebook, by))
            assert sum((g.changes[key] for g in broken.groups), Fraction(0)) == whole, by
        assert all(row.change(key) is None for row in found.not_in_totals)
    groups = break_down(found, column(rules.rulebook, "form")).groups
    assert sum(g.number for g in groups) == len(cases)
    assert {k: sum(g.counts[k] for g in groups) for k in KINDS} == found.counts


def test_by_provider_each_gets_his_own_change(rules: la.Rules, amend: Amend) -> None:
    case = {
        "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
        "providers": [{"id": k, "kind": kind, "method": "actual_sessions"}
                      for k, kind in (("P1", "lawyer"), ("P2", "state_legal_aid_officer"))],
        "entries": [{"id": "e1", "provider": "P2", "date": "2026-02-02", "task": "evidence_work", "stage": "investigation",
                     "hours": "3", "certified_by": ["place_of_evidence"]}],
    }  # fmt: skip
    found = compare(rules, amend(*THREE_HOURS), [case])
    groups = {g.keys: g for g in break_down(found, column(rules.rulebook, "providers.kind")).groups}
    assert groups["lawyer",].changes["amount"] == 0
    assert groups["state_legal_aid_officer",].changes["amount"] == Fraction(-2530000 * 38, 100) * Fraction(1, 2) * Fraction(2, 5)


def test_the_clause_that_made_the_difference(rules: la.Rules, amend: Amend, root: Path) -> None:
    case = json.loads((root / "docs" / "cases" / "sessions.json").read_text("utf-8"))
    made = report(rules, amend(*THREE_HOURS), [case], ILLUSTRATIVE, Wanted())
    reason = made.reason(made.comparison.rows[0])
    assert reason.first is not None
    assert reason.first.slot == ("entries.sessions_in_all", "entries[1]")
    assert reason.first.before is not None and reason.first.before["cites"] == ["circular_02_2021/art_3/cl_2/pt_b"]
    assert reason.first.after is not None and reason.first.after["cites"] == ["circular_02_2021/art_3/cl_2/pt_a"]
    assert [s.slot[0] for s in reason.then][:1] == ["entries.sessions"]


def test_a_clause_behind_others_is_the_first(rules: la.Rules, amend: Amend, root: Path) -> None:
    case = json.loads((root / "docs" / "cases" / "sessions.json").read_text("utf-8"))
    case["entries"][1]["hours"] = "140"
    made = report(rules, amend(*CEILING), [case], ILLUSTRATIVE, Wanted())
    row = made.comparison.rows[0]
    assert (row.kind, row.change("sessions")) == ("more", 5)
    reason = made.reason(row)
    assert reason.first is not None and reason.first.slot == ("case.session_ceiling", "")
    assert "decree_144_2017/art_13/cl_1" in reason.cites


def test_kinds_of_change(rules: la.Rules, amend: Amend) -> None:
    open_now = amend(THREE_HOURS[1])  # nothing decides three hours any more
    entry = {"id": "e1", "provider": "P1", "date": "2026-02-02", "task": "evidence_work", "stage": "investigation",
             "hours": "3", "certified_by": ["place_of_evidence"]}  # fmt: skip
    case = {"form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
            "providers": [{"id": "P1", "kind": "lawyer", "method": "actual_sessions"}], "entries": [entry]}  # fmt: skip
    assert compare(rules, open_now, [case]).rows[0].kind == "newly_undetermined"
    assert compare(open_now, rules, [case]).rows[0].kind == "newly_determined"
    later = amend(("circular_02_2021/article_12.law", "effective date is 2021-07-15", "effective date is 2026-10-15"))
    refused = report(rules, later, [case], Options(), Wanted())
    assert refused.comparison.rows[0].kind == "newly_refused"
    assert refused.reason(refused.comparison.rows[0]).said[0]["code"] == "completed_before_effect"
    assert refused.comparison.total("amount") == 0


@pytest.mark.long
def test_the_smallest_case_keeps_the_kind_of_change(rules: la.Rules, amend: Amend, cases: list[Any]) -> None:
    found = compare(rules, amend(*THREE_HOURS), cases, ILLUSTRATIVE)
    for small in smallest_of(found):
        again = compare(found.base, found.amended, [small.compared.case], ILLUSTRATIVE).rows[0]
        assert again.kind == small.kind
        assert small.like is not None and len(json.dumps(small.compared.case)) <= len(json.dumps(small.like.case))
        if small.kind == "less":
            assert len(small.compared.case["entries"]) == 1


def test_a_column_that_is_not_there(rules: la.Rules) -> None:
    with pytest.raises(UnknownColumn) as error:
        column(rules.rulebook, "providers.kinds")
    assert "providers.kind" in error.value.message.en and "có phải" in error.value.message.vi
    assert column(rules.rulebook, "hình thức trợ giúp pháp lý").key == "case.form"


def test_bad_json_is_refused_on_both_sides(rules: la.Rules, amend: Amend) -> None:
    made = report(rules, amend(*CEILING), ["{ no json", "[]"], Options(), Wanted(by=("form",)))
    assert made.comparison.counts["unchanged"] == 2
    assert made.breakdowns[0].groups[0].keys == ()


def test_what_is_newly_said_and_no_longer_said(rules: la.Rules, amend: Amend) -> None:
    """A finding that comes or goes changes no number, but something inside."""
    silent = amend(("circular_02_2021/article_02.law", "when hours > 24 hours", "when hours > 48 hours"))
    case = {"form": "civil_proceedings", "closed_on": "2026-09-30", "providers": [],
            "entries": [{"id": "e1", "hours": "30"}]}  # fmt: skip
    for base, amended, found in ((rules, silent, "unsaid"), (silent, rules, "said")):
        made = report(base, amended, [case], Options(), Wanted())
        row = made.comparison.rows[0]
        assert row.kind == "inside"
        assert [f["code"] for f in getattr(made.reason(row), found)] == ["more_than_a_day"]
