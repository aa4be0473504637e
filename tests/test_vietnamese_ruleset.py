"""The ruleset translated into Vietnamese decides the same, for the same reasons."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.cases.case_file import WorkedCase, read_cases
from legalaid_dsl.workbench.examples.runner import case_files
from tests.oracle import generate


@pytest.fixture(scope="module")
def translated(vietnamese: Path) -> la.Rules:
    return la.load(vietnamese / "circular_02_2021")


@pytest.mark.long
def test_same_results_and_trace(rules: la.Rules, translated: la.Rules) -> None:
    rng = random.Random(2021)
    for _ in range(25):
        case = generate.random_case(rng, missing=0.05)
        one, other = (r.evaluate(case, figures="illustrative").to_dict() for r in (rules, translated))
        assert one.pop("ruleset") != other.pop("ruleset")  # another text, another digest
        assert one == other


def test_its_rules_and_its_examples_say_the_same(rules: la.Rules, translated: la.Rules) -> None:
    """The same rules, so what the examples expect in one tongue comes out in the other."""
    assert translated.rulebook.rules == rules.rulebook.rules
    one, other = (read_cases(r.rulebook, case_files(Path(r.rulebook.folder))) for r in (rules, translated))
    assert list(map(said, other)) == list(map(said, one))


def said(case: WorkedCase) -> Any:
    """What an example gives and expects, wherever it stands and in whichever tongue."""
    return (
        case.key, case.facts, case.figures, case.readings, case.status, [(x.term.key, x.identifier, x.value) for x in case.expected],
        [(f.code, f.negated) for f in case.findings], [(citation, negated) for citation, negated, _ in case.because],
    )  # fmt: skip


def test_editing_a_number_in_vietnamese_changes_the_result(vietnamese: Path, translated: la.Rules, tmp_path: Path) -> None:
    changed = shutil.copytree(vietnamese, tmp_path / "rules") / "circular_02_2021"
    article = changed / "article_03.law"
    text = article.read_text("utf-8")
    assert text.count("4 giờ mỗi buổi") == 2
    article.write_text(text.replace("4 giờ mỗi buổi", "5 giờ mỗi buổi"), "utf-8")
    entry = {"id": "e1", "provider": "P1", "date": "2026-01-05", "task": "evidence_work", "stage": "investigation"}
    case = {
        "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
        "providers": [{"id": "P1", "kind": "lawyer", "method": "actual_sessions"}],
        "entries": [{**entry, "hours": "8", "certified_by": ["place_of_evidence"]}],
    }  # fmt: skip
    edited = la.load(changed)
    assert [r.evaluate(case).sessions for r in (translated, edited)] == ["2", "2"]  # 5 hours and 3 left over: still two
    case["entries"][0]["hours"] = "12"  # type: ignore[index]
    assert [r.evaluate(case).sessions for r in (translated, edited)] == ["3", "2.5"]
