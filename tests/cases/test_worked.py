"""Case files: what is given, changed and left out of the facts of another example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.problem import RulesetError
from legalaid_dsl.cases.case_file import read_cases
from legalaid_dsl.workbench.examples.runner import judge

BASE = """Case base.
form is criminal proceedings.
offence o1: class stated is serious.
document d1: kind of document is indictment.
offence o2 of document d1: class stated is very serious.
expect undetermined.
"""


def facts(rules: la.Rules, folder: Path, more: str) -> dict[str, Any]:
    path = folder / "more.case"
    path.write_text(BASE + "\nCase other.\nlike base.\n" + more + "expect undetermined.\n", "utf-8")
    return read_cases(rules.rulebook, [path])[1].facts


def test_an_item_is_left_out_of_the_list_it_stands_in(rules: la.Rules, tmp_path: Path) -> None:
    found = facts(rules, tmp_path, "without offence o2.\n")
    assert found["offences"] == [{"class": "serious"}]
    assert found["documents"] == [{"kind": "indictment", "offences": []}]
    assert facts(rules, tmp_path, "without offence o1.\n")["offences"] == []


def test_what_is_not_there_cannot_be_left_out(rules: la.Rules, tmp_path: Path) -> None:
    with pytest.raises(RulesetError) as caught:
        facts(rules, tmp_path, "without offence o3.\n")
    assert [p.code for p in caught.value.problems] == ["no-such-item"]


def test_what_fails_is_told_in_the_words_of_each_language(rules: la.Rules, tmp_path: Path) -> None:
    path = tmp_path / "wrong.case"
    path.write_text(BASE.replace("expect undetermined.", "expect determined.\nexpect no finding more_than_a_day."), "utf-8")
    (case,) = read_cases(rules.rulebook, [path])
    told = [f.message for f in judge(case, None, "refused", frozenset({"more_than_a_day"}), frozenset())]
    assert [t.en for t in told] == [
        "status: expected determined, but it is refused", "finding: expected no more_than_a_day, but it is more_than_a_day",
    ]  # fmt: skip
    assert [t.vi for t in told] == [
        "kết quả: mong đợi xác định được, nhưng kết quả là bị từ chối",
        "lưu ý: mong đợi không có more_than_a_day, nhưng kết quả là more_than_a_day",
    ]
