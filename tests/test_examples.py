"""Every worked example beside the law, run once for all that is asked of them; and the circular's own three."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.cases.case_file import WorkedCase, read_cases
from legalaid_dsl.workbench.coverage.survey import Coverage, coverage
from legalaid_dsl.workbench.examples.runner import Failure, Outcome, case_files, run_case
from tests.oracle import oracle
from tests.test_against_oracle import compare

FOLDER = Path(__file__).resolve().parent.parent / "rulesets" / "circular_02_2021"


@pytest.fixture(scope="module")
def run(rules: la.Rules) -> tuple[list[tuple[WorkedCase, tuple[Failure, ...], dict[str, Any]]], Coverage]:
    """Each example, what it expects and does not find, and its result; what they cover. No trace is kept: there are hundreds."""
    ran = []

    def outcomes() -> Iterator[Outcome]:
        for case in read_cases(rules.rulebook, case_files(FOLDER)):
            outcome = run_case(rules, case)
            ran.append((case, outcome.failures, {k: v for k, v in outcome.result.to_dict().items() if k != "trace"}))
            yield outcome

    covered = coverage(rules, outcomes())
    return ran, covered


def test_every_example_gives_what_it_expects(run: Any) -> None:
    ran, _ = run
    assert len(ran) > 600
    assert [f"{case.key}, {f.span}: {f.message.en}" for case, failures, _ in ran for f in failures] == []


def test_every_point_is_decided_and_every_boundary_tested(run: Any) -> None:
    _, found = run
    assert [str(p.provision.citation) for p in found.binding if not p.decided_by] == []
    assert [b.words.en for b in found.boundaries if not b.tested] == []


def test_the_independent_reading_says_the_same(rules: la.Rules, run: Any) -> None:
    """What the examples expect is confirmed by the oracle, wherever no reading is chosen and every fact is known to it."""
    tables = oracle.load_tables(str(FOLDER / "tables" / "illustrative"))
    default = [(case, found) for case, _, found in run[0] if rules.prepared(case.readings) is rules.prepared({}) and _known(case.facts)]
    assert len(default) > 400
    for case, found in default:
        compare(found, tables, case.facts, case.figures != "none")


# What comes a second time, and a meeting that is adjourned: facts that the contract does not name, and the oracle does not know.
OURS = {"stages_again", "suspended_again_on", "resumed_again_on", "civil_meeting"}


def _known(facts: dict[str, Any]) -> bool:
    return not any(OURS & set(item) for item in (facts, *facts.get("providers", ()), *facts.get("entries", ())))


def lump_sum(kinds: list[str], classes: list[str]) -> dict[str, object]:
    provider = {"method": "lump_sum", "method_chosen_on": "2026-01-05"}
    entries = [
        {"id": f"e{i}", "provider": f"P{i}", "date": "2026-02-02", "task": "file_study", "stage": "investigation",
         "hours": "4", "certified_by": ["centre"]} for i in range(len(kinds))
    ]  # fmt: skip
    return {
        "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30", "aided_person": "accused",
        "offences": [{"class": c} for c in classes], "stages": ["investigation", "prosecution", "first_instance"],
        "tasks_complete": True, "entries": entries,
        "providers": [{"id": f"P{i}", "kind": k, **provider} for i, k in enumerate(kinds)],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kinds", "classes", "clause"),
    [
        (["lawyer", "lawyer"], ["very_serious"], "art_10/cl_1"),
        (["lawyer"], ["serious", "very_serious"], "art_10/cl_2/pt_a"),
        (["lawyer"], ["very_serious", "very_serious"], "art_10/cl_2/pt_b"),
    ],
)
def test_the_examples_of_article_10(rules: la.Rules, kinds: list[str], classes: list[str], clause: str) -> None:
    """Ten base salaries: 25,300,000 đồng for a case closed in September 2026; without any table."""
    result = rules.evaluate(lump_sum(kinds, classes))
    assert (result.status, result.base_salaries, result.amount) == ("determined", "10", "25300000")
    assert result.providers[0]["level_sessions"] == "29.9"
    cited = {path for entry in result.trace for path in entry["cites"]}
    assert {"circular_02_2021/art_10", f"circular_02_2021/{clause}"} <= cited


def test_a_state_officer_gets_four_of_the_ten(rules: la.Rules) -> None:
    result = rules.evaluate(lump_sum(["state_legal_aid_officer"], ["very_serious", "very_serious"]))
    assert (result.base_salaries, result.amount) == ("4", "10120000")
    assert result.providers[0]["level_base_salaries"] == "10"


def test_an_unknown_share_of_a_part_is_at_most_the_level_of_the_case(rules: la.Rules) -> None:
    """Article 10, Clause 1: a part of 18 sessions, 6.84 base salaries, is cut to the level of the case."""
    case = {
        "form": "administrative_proceedings", "assigned_on": "2023-08-08", "closed_on": "2023-11-10", "stages": ["appeal"], "complexity": "complex",
        "tasks_complete": True, "entries": [], "providers": [
            {"id": "P1", "kind": "lawyer", "method": "lump_sum", "method_chosen_on": "2023-08-08"},
            {"id": "P2", "kind": "state_legal_aid_officer", "method": "lump_sum", "method_chosen_on": "2023-08-08", "stages": ["first_instance"]},
        ],
    }  # fmt: skip
    assert rules.evaluate(case, figures="illustrative").bounds["base_salaries"] == ["1.216", "3.04"]


def test_no_ceiling_and_unknown_hours_leave_what_does_not_depend_on_them(rules: la.Rules) -> None:
    """Article 5, Clause 2: without a stage there is no ceiling; the other line is a session whatever the first comes to."""
    line = {"provider": "P1", "stage": "appeal", "certified_by": ["centre"]}
    case = {
        "form": "administrative_proceedings", "assigned_on": "2023-08-08", "closed_on": "2023-11-10", "stages": [], "complexity": "complex",
        "providers": [{"id": "P1", "kind": "lawyer", "method": "actual_sessions"}],
        "entries": [
            {"id": "e1", "task": "file_study", "date": "2023-09-09", **line},
            {"id": "e2", "task": "dispute_groundwork", "date": "2023-10-10", "hours": "4", **line},
        ],
    }  # fmt: skip
    assert rules.evaluate(case, figures="illustrative").bounds["sessions"] == ["1", "30"]


def test_what_all_have_together_bounds_what_is_open(rules: la.Rules) -> None:
    """Decree 144, Article 13: 30 sessions or 10 base salaries a case, whatever is left open of each."""
    case: dict[str, Any] = {"form": "administrative_proceedings", "assigned_on": "2023-08-08", "closed_on": "2023-11-10", "stages": [], "complexity": "complex", "tasks_complete": True}
    line = {"task": "dispute_groundwork", "date": "2023-09-09", "hours": "4", "stage": "appeal", "certified_by": ["centre"]}
    lump = {"kind": "lawyer", "method": "lump_sum", "method_chosen_on": "2023-08-08"}
    lines = [{"id": "e1", "provider": "P1", **line}, {"id": "e2", "provider": "P2", **line}]
    parts = {**case, "providers": [{"id": "P1", **lump, "tasks_complete": True}, {"id": "P2", **lump}], "entries": lines}
    assert rules.evaluate(parts, figures="illustrative").bounds["base_salaries"] == ["0", "10"]
    lines = [{**lines[0], "task": "file_study", "hours": "40"}, {k: x for k, x in lines[1].items() if k != "hours"}]
    sessions = {**case, "providers": [{"id": p, "kind": "lawyer", "method": "actual_sessions"} for p in ("P1", "P2")], "entries": lines}
    assert rules.evaluate(sessions, figures="illustrative").bounds["base_salaries"] == ["0", "11.4"]


def test_unknown_hours_share_no_more_than_a_level_that_is_open(rules: la.Rules) -> None:
    """Article 10, Clause 1: each by his part in the sum of those who share, so together the level, which is at most 10."""
    line = {"task": "dispute_groundwork", "date": "2023-09-09", "stage": "appeal", "certified_by": ["centre"]}
    lump = {"kind": "lawyer", "method": "lump_sum", "method_chosen_on": "2023-08-08"}
    case = {
        "form": "civil_proceedings", "assigned_on": "2023-08-08", "closed_on": "2023-11-10", "stages": [], "complexity": "ordinary",
        "tasks_complete": True, "providers": [{"id": p, **lump} for p in ("P1", "P2", "P3")],
        "entries": [{"id": f"e{i}", "provider": f"P{i}", "hours": "5", **line} for i in (1, 2)] + [{"id": "e3", "provider": "P3", **line}],
    }  # fmt: skip
    assert rules.evaluate(case, figures="illustrative").bounds["base_salaries"] == ["0", "10"]


def test_several_missing_facts_have_bounds_over_the_choices(rules: la.Rules) -> None:
    """By either method, whatever else is missing: a lump sum of 11.5 sessions, or one session and a half; hours up to 30 sessions."""
    line = {"id": "e1", "provider": "P1", "task": "court_hearing", "date": "2024-02-02", "stage": "first_instance", "certified_by": ["judge"]}
    case: dict[str, Any] = {
        "form": "civil_proceedings", "assigned_on": "2024-01-02", "closed_on": "2024-12-02", "stages": ["first_instance"],
        "complexity": "ordinary", "tasks_complete": True, "providers": [{"id": "P1", "method_chosen_on": "2024-01-02"}], "entries": [{**line, "hours": "5"}],
    }  # fmt: skip
    assert rules.evaluate(case, figures="illustrative").bounds["base_salaries"] == ["0.228", "4.37"]  # an officer's two fifths, too
    case["entries"] = [line]
    assert rules.evaluate(case, figures="illustrative").bounds["base_salaries"] == ["0", "11.4"]


def test_a_part_that_is_open_cuts_the_other_in_proportion(rules: la.Rules) -> None:
    """Article 10, Clause 1: most where the parts just fill the level of the case (2.85, and two fifths of 0.15), least where the open part is 10."""
    lump = {"method": "lump_sum", "method_chosen_on": "2023-01-03"}
    line = {"task": "file_study", "hours": "8", "certified_by": ["centre"]}
    case = {
        "form": "civil_proceedings", "assigned_on": "2023-01-04", "closed_on": "2026-06-30", "complexity": "complex", "stages": ["appeal"],
        "tasks_complete": False, "deducted_sessions": "0.5", "providers": [
            {"id": "P1", "kind": "lawyer", **lump, "replaced_on": "2023-03-25"},
            {"id": "P2", "kind": "state_legal_aid_officer", **lump, "replaces": "P1", "assigned_on": "2023-03-26", "stages": [], "tasks_complete": True},
        ],
        "entries": [{"id": "e1", "provider": "P1", "date": "2023-02-01", **line}, {"id": "e2", "provider": "P2", "date": "2023-04-01", **line}],
    }  # fmt: skip
    assert rules.evaluate(case, figures="illustrative").bounds["base_salaries"] == ["1.599221", "2.91"]


def test_what_is_left_open_waits_for_what_it_could_be(rules: la.Rules) -> None:
    """Article 10, Clause 3: nobody's work counts, and one of two gets all: by an ordinary case or a complex one, which is not said."""
    lump = {"method": "lump_sum", "method_chosen_on": "2026-02-01"}
    case = {
        "form": "administrative_proceedings", "assigned_on": "2026-02-02", "closed_on": "2026-06-30", "stages": ["appeal"], "tasks_complete": True,
        "providers": [
            {"id": "P1", "kind": "lawyer", "replaced_on": "2026-03-18", **lump},
            {"id": "P2", "kind": "state_legal_aid_officer", "replaces": "P1", "assigned_on": "2026-03-17", **lump},
        ],
        "entries": [],
    }  # fmt: skip
    found = {c: rules.evaluate({**case, **({"complexity": c} if c else {})}, figures="illustrative").bounds["base_salaries"] for c in ("", "ordinary", "complex")}
    assert found == {"": ["1.2", "3.04"], "ordinary": ["1.2", "3"], "complex": ["1.216", "3.04"]}


def test_file_study_without_tables_is_undetermined_with_bounds_and_a_question(rules: la.Rules) -> None:
    case = lump_sum(["lawyer"], ["very_serious"])
    case["providers"] = [{"id": "P0", "kind": "lawyer", "method": "actual_sessions"}]
    result = rules.evaluate(case)
    assert result.status == "undetermined"
    assert result.bounds["sessions"] == ["0", "1"]
    assert {n["what"] for n in result.needs} == {"figure"}
    assert "Appendix 01" in result.needs[0]["question"]["en"]
    assert "Phụ lục số 01" in result.needs[0]["question"]["vi"]
    assert "Phụ lục số 01" in result.explain("vi")


def test_illustrative_figures_are_said_in_the_first_line(rules: la.Rules) -> None:
    case = lump_sum(["lawyer"], ["very_serious"])
    case["providers"] = [{"id": "P0", "kind": "lawyer", "method": "actual_sessions"}]
    result = rules.evaluate(case, figures="illustrative")
    assert (result.status, result.reliability) == ("determined", "illustrative")
    assert "ILLUSTRATIVE" in result.explain("en").splitlines()[0]
    assert "MINH HỌA" in result.explain("vi").splitlines()[0]
    assert "MINH HỌA" in result.explain("vi", "markdown").splitlines()[0]
