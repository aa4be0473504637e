"""The ruleset translated into Vietnamese decides the same, for the same reasons."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

import legalaid_dsl as la
from legalaid_dsl.workbench.rewrite import glossary_for, rewrite
from legalaid_dsl.workbench.runner import case_files, run_cases
from tests.oracle import generate


@pytest.fixture(scope="module")
def vietnamese(rules: la.Rules, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("vi")
    for file in sorted((root / "rulesets").rglob("*")):
        copy = target / file.relative_to(root / "rulesets")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix in (".law", ".case"):
            glossary = glossary_for(file) if file.parent.name == "amendments" else rules.rulebook.glossary
            copy.write_text(rewrite(file, glossary, "vi"), "utf-8")
        elif file.is_file():
            shutil.copy(file, copy)
    return target / "circular_02_2021"


def test_same_results_and_trace(rules: la.Rules, vietnamese: Path) -> None:
    translated = la.load(vietnamese)
    rng = random.Random(2021)
    for _ in range(25):
        case = generate.random_case(rng, missing=0.05)
        one, other = (r.evaluate(case, figures="illustrative").to_dict() for r in (rules, translated))
        assert one.pop("ruleset") != other.pop("ruleset")  # another text, another digest
        assert one == other


def test_its_examples_pass(vietnamese: Path) -> None:
    outcomes = run_cases(la.load(vietnamese), case_files(vietnamese))
    assert outcomes
    assert [o.case.key for o in outcomes if o.failures] == []


def test_editing_a_number_in_vietnamese_changes_the_result(vietnamese: Path, tmp_path: Path) -> None:
    changed = shutil.copytree(vietnamese.parent, tmp_path / "rules") / "circular_02_2021"
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
    assert la.load(vietnamese).evaluate(case).sessions == "2"
    assert la.load(changed).evaluate(case).sessions == "2"  # 5 hours and 3 left over: still two
    case["entries"][0]["hours"] = "12"  # type: ignore[index]
    assert la.load(vietnamese).evaluate(case).sessions == "3"
    assert la.load(changed).evaluate(case).sessions == "2.5"
