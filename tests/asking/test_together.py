"""What a case leaves unsaid, of every kind, in rules made for it: asked where it can change the answer, and nowhere else."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.asking import presumed
from legalaid_dsl.asking.question import Question

GLOSSARY = """
unit en "sheet | sheets" vi "tờ" key sheets.
unit en "month | months" vi "tháng" key months.
thing en "note | notes" vi "ghi chú" key notes, listed in case, none unless stated.
choices key colour:
  en "red" vi "đỏ" key red; en "green" vi "lục" key green; en "blue" vi "lam" key blue; en "black" vi "đen" key black;
  en "white" vi "trắng" key white; en "grey" vi "xám" key grey; en "pink" vi "hồng" key pink.
fact en "sign a" vi "dấu a" key case.sign_a, yes or no, no unless stated.
fact en "sign b" vi "dấu b" key case.sign_b, yes or no, no unless stated.
fact en "pages" vi "số trang" key case.pages, a number of sheets, none unless stated.
fact en "covers" vi "số bìa" key case.covers, a number of sheets, none unless stated.
fact en "lent on" vi "ngày mượn" key case.lent_on, a date, none unless stated.
fact en "returned on" vi "ngày trả" key case.returned_on, a date, none unless stated.
fact en "renewed on" vi "ngày gia hạn" key case.renewed_on, a date, none unless stated.
fact en "shelf" vi "giá sách" key case.shelf, text, none unless stated.
fact en "colours" vi "màu" key case.colours, some of colour, none unless stated.
fact en "torn" vi "rách" key notes.torn, yes or no, no unless stated.
term en "leaves" vi "số tờ" key case.leaves, a number of sheets.
term en "stamp" vi "tem" key case.stamp, yes or no, result stamp.
"""
CASE = {"days_late": "5", "kind": "novel"}
SHEETS = "pages is stated and covers is stated and "


@pytest.fixture
def ruled(root: Path, tmp_path: Path) -> Any:
    """The rules of a library with a stamp."""

    def load(stamp: str) -> la.Rules:
        home = shutil.copytree(root / "tests" / "rulesets_small" / "late_books", tmp_path / "late_books")
        glossary = home / "instrument.law"
        glossary.write_text(f"{glossary.read_text('utf-8')}{GLOSSARY}", "utf-8")
        leaves = "leaves is pages × 4 when pages is stated; 0 sheets otherwise.\n"
        (home / "article_02.law").write_text(f'Article 2. en "Stamps" vi "Tem"\nfor each case:\n{leaves}stamp when {stamp}.\n', "utf-8")
        return la.load(home)

    return load


def asked(rules: la.Rules, case: dict[str, Any]) -> list[Question]:
    """All that is asked of somebody who says that there is none."""
    found = []
    while (question := rules.ask(case)) is not None:
        found.append(question)
        case = question.answered(case, False) if question.type in ("yes_or_no", "list") else question.unknown(case)
        assert len(found) < 30
    return found


@pytest.mark.parametrize(
    ("stamp", "first", "with_this"),
    [
        # a number between those that the rules name, alone and with something else
        ("leaves >= 30 sheets and leaves < 31 sheets", "pages", {"pages": "7.6"}),
        ("leaves > 30 sheets and leaves < 30.01 sheets and sign a", "pages", {"pages": "7.501", "sign_a": True}),
        (SHEETS + "pages + covers > 100 sheets and pages < 60 sheets and covers < 60 sheets", "pages", {"pages": "55", "covers": "55"}),
        # as many items of a list as a rule tells from fewer
        ("number of notes >= 2", "notes", {"notes": [{}, {}]}),
        ("number of notes > 3 and sign b", "notes", {"notes": [{}, {}, {}, {}], "sign_b": True}),
        ("number of notes where (torn) >= 2", "notes", {"notes": [{"torn": True}, {"torn": True}]}),
        # texts
        ('shelf is stated and shelf is "east" and sign a', "shelf", {"shelf": "east", "sign_a": True}),
        ('shelf is stated and not shelf is "east"', "shelf", {"shelf": "west"}),
        # several of a long list at once
        ("colours include any of (red, green) and colours include any of (blue, black) and sign a", "colours", {"colours": ["red", "blue"], "sign_a": True}),
        # days among each other, between those that the rules name
        ("lent on is stated and returned on is stated and renewed on is stated and renewed on is after lent on and renewed on is before returned on",
         "lent_on", {"lent_on": "2021-01-01", "renewed_on": "2021-02-01", "returned_on": "2021-03-01"}),
    ],
)  # fmt: skip
def test_what_can_change_the_answer_is_asked(ruled: Any, stamp: str, first: str, with_this: dict[str, Any]) -> None:
    rules = ruled(stamp)
    assert rules.evaluate(CASE).case_values() != rules.evaluate({**CASE, **with_this}).case_values()
    question = rules.ask(CASE)
    assert question is not None
    assert (question.path, question.presumed) == (first, True)


@pytest.mark.parametrize(
    "stamp",
    [
        "leaves > 30 sheets and leaves < 30 sheets",
        "leaves > 30 sheets and leaves < 30 sheets and sign a",
        SHEETS + "pages + covers > 100 sheets and pages < 40 sheets and covers < 40 sheets",
        "sign a and not sign a and pages is stated and pages > 3 sheets",
        'shelf is stated and shelf is "east" and shelf is "west"',
        "lent on is stated and returned on is stated and renewed on is stated and lent on is after renewed on and renewed on is after returned on"
        " and returned on is after lent on",
    ],
)
def test_what_cannot_is_not(ruled: Any, stamp: str) -> None:
    assert ruled(stamp).ask(CASE) is None


@pytest.mark.parametrize(
    ("stamp", "known", "doubted"),
    [
        # days counted by the calendar; numbers in a place too small to be looked for; more than a list can be made
        ("lent on is stated and returned on is stated and whole months from lent on to returned on, in shorter months the last day = 17 months and sign a",
         {"sign_a": True}, "lent_on"),
        ("number of notes > 50", {}, "notes"),
    ],
)  # fmt: skip
def test_what_could_not_be_examined_is_asked_and_says_so(ruled: Any, stamp: str, known: dict[str, Any], doubted: str) -> None:
    questions = asked(ruled(stamp), {**CASE, **known})
    assert [q.path for q in questions] == [doubted]
    assert not questions[0].examined
    assert not questions[0].to_dict()["examined"]
    assert "could not be examined" in questions[0].why.en
    assert "Chưa xét được" in questions[0].why.vi


def test_past_its_work_it_asks_and_does_not_stay_silent(ruled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = ruled("sign a and sign b and " + SHEETS + "leaves + covers > 100 sheets and leaves + covers < 101 sheets")
    question = rules.ask(CASE)
    assert question is not None
    assert (question.path, question.examined) == ("sign_a", True)
    monkeypatch.setattr(presumed, "WORK", 4)
    for known, path in (({}, "sign_a"), ({"sign_a": True}, "sign_b"), ({"sign_a": True, "sign_b": True}, "pages")):
        question = rules.ask({**CASE, **known})
        assert question is not None
        assert (question.path, question.examined) == (path, False)
    assert [q.examined for q in asked(rules, {**CASE, "sign_a": False})] == []
