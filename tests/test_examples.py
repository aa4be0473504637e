"""Every worked example beside the law, run one by one; and the circular's own three."""

from __future__ import annotations

from pathlib import Path

import pytest

import legalaid_dsl as la
from legalaid_dsl.cases.worked import read_cases
from legalaid_dsl.workbench.runner import case_files, run_case

FOLDER = Path(__file__).resolve().parent.parent / "rulesets" / "circular_02_2021"
RULES = la.load()
CASES = read_cases(RULES.rulebook, case_files(FOLDER))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.key)
def test_example(case: object) -> None:
    outcome = run_case(RULES, case)  # type: ignore[arg-type]
    assert [f"{f.span}: {f.message.en}" for f in outcome.failures] == []


def lump_sum(kinds: list[str], classes: list[str]) -> dict[str, object]:
    provider = {"method": "lump_sum", "method_chosen_on": "2026-01-05"}
    entries = [
        {"id": f"e{i}", "provider": f"P{i}", "date": "2026-02-02", "task": "file_study", "stage": "investigation",
         "hours": "4", "certified_by": ["centre"]} for i in range(len(kinds))
    ]  # fmt: skip
    return {
        "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
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
def test_the_examples_of_article_10(kinds: list[str], classes: list[str], clause: str) -> None:
    """Ten base salaries: 25,300,000 đồng for a case closed in September 2026; without any table."""
    result = RULES.evaluate(lump_sum(kinds, classes))
    assert (result.status, result.base_salaries, result.amount) == ("determined", "10", "25300000")
    assert result.providers[0]["level_sessions"] == "29.9"
    cited = {path for entry in result.trace for path in entry["cites"]}
    assert {"circular_02_2021/art_10", f"circular_02_2021/{clause}"} <= cited


def test_a_state_officer_gets_four_of_the_ten() -> None:
    result = RULES.evaluate(lump_sum(["state_legal_aid_officer"], ["very_serious", "very_serious"]))
    assert (result.base_salaries, result.amount) == ("4", "10120000")
    assert result.providers[0]["level_base_salaries"] == "10"


def test_file_study_without_tables_is_undetermined_with_bounds_and_a_question() -> None:
    case = lump_sum(["lawyer"], ["very_serious"])
    case["providers"] = [{"id": "P0", "kind": "lawyer", "method": "actual_sessions"}]
    result = RULES.evaluate(case)
    assert result.status == "undetermined"
    assert result.bounds["sessions"] == ["0", "1"]
    assert {n["what"] for n in result.needs} == {"figure"}
    assert "Appendix 01" in result.needs[0]["question"]["en"]
    assert "Phụ lục số 01" in result.needs[0]["question"]["vi"]
    assert "Phụ lục số 01" in result.explain("vi")


def test_illustrative_figures_are_said_in_the_first_line() -> None:
    case = lump_sum(["lawyer"], ["very_serious"])
    case["providers"] = [{"id": "P0", "kind": "lawyer", "method": "actual_sessions"}]
    result = RULES.evaluate(case, figures="illustrative")
    assert (result.status, result.reliability) == ("determined", "illustrative")
    assert "ILLUSTRATIVE" in result.explain("en").splitlines()[0]
    assert "MINH HỌA" in result.explain("vi").splitlines()[0]
    assert "MINH HỌA" in result.explain("vi", "markdown").splitlines()[0]
