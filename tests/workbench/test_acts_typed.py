"""Amending acts, and the examples beside them, while they are typed: what is wrong by itself at once, the rest once the act is carried out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.importorskip("pygls")

from legalaid_dsl.workbench.server.desk import Desk
from legalaid_dsl.workbench.server.problems import fixes, problems_in

HEAD = 'Instrument "DEARER" key dearer en "Order" vi "Quyết định", from 2027-07-01, amends late_books, a draft.\n\n'
ACT = HEAD + 'Article 1. en "Fines" vi "Tiền phạt"\nReplace the phrase "5 coins" with the phrase "6 coins" in point b clause 2 Article 1.\n'
CASE = 'Case with_it. en "x" vi "y"\nkind of book is novel.\ndays late is 6 days.\nexpect fine is 6 coins.\n'
WEEKS = 'fact en "weeks late" vi "số tuần muộn" key case.weeks_late, a number.\n\n'


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    copy = shutil.copytree(root / "tests" / "rulesets_small" / "late_books", tmp_path / "late_books")
    (copy / "amendments").mkdir()
    return copy


def told(desk: Desk) -> list[tuple[str, str]]:
    """The files and codes of all that is wrong."""
    return [(uri.rsplit("/", 1)[1], str(d.code)) for uri, found in desk.diagnose() for d in found]


def carry_out(desk: Desk) -> bool:
    """What the server does beside the typing; whether there was anything to do."""
    if asked := desk.to_carry_out():
        acts, one = asked
        acts.carried(one)
    return asked is not None


def test_an_act_that_cannot_be_carried_out_is_told_where_it_says_so(folder: Path) -> None:
    desk, uri = Desk(), (folder / "amendments" / "dearer.law").as_uri()
    for text, at_once, with_rules in (
        (ACT, [], []),
        (ACT.replace("5 coins", "7 coins"), [], ["phrase-not-found"]),
        (ACT.replace("in point b clause 2 ", "in point z clause 2 "), [], ["no-such-provision"]),
        (ACT.replace("Replace", "Replac"), ["keyword-misspelt"], ["keyword-misspelt"]),
        (ACT.replace("6 coins", "6 days"), [], ["after-amendment"]),
    ):
        desk.put(uri, text)
        assert told(desk) == [("dearer.law", code) for code in at_once], text
        assert carry_out(desk) and not carry_out(desk)  # once for each text
        assert told(desk) == [("dearer.law", code) for code in with_rules], text
    desk.put(uri, ACT)
    assert told(desk) == []  # what was said of another text is not said of this one


@pytest.mark.parametrize("wrong, right, code", [
    ("days lat", "days late", "unknown-name"), ("expct", "expect", "keyword-misspelt"), ("novvel", "novel", "foreign-choice"),
    ("days late is 6 coins", "days late is 6 days", "wrong-unit-in-case"),
])  # fmt: skip
def test_examples_beside_an_act_are_checked_by_the_rules_with_it(folder: Path, wrong: str, right: str, code: str) -> None:
    act, path = folder / "amendments" / "dearer.law", folder / "amendments" / "dearer.case"
    act.write_text(ACT, "utf-8")
    desk, uri = Desk(), path.as_uri()
    desk.put(uri, CASE)
    assert told(desk) == []
    carry_out(desk)
    assert told(desk) == []
    desk.put(uri, CASE.replace(right, wrong))
    assert told(desk) == [("dearer.case", code)]
    assert not carry_out(desk)  # the act is what it was: typing an example does not carry it out again
    project = desk.project(path)
    (shown,) = problems_in(project, path)
    assert [f.text for f in fixes(project, shown, "en")] == [right.split(" is ")[-1]]


def test_names_that_an_act_declares_stand_in_its_examples(folder: Path) -> None:
    desk = Desk()
    act, case = ((folder / "amendments" / f"dearer{suffix}").as_uri() for suffix in (".law", ".case"))
    desk.put(act, ACT.replace(HEAD, HEAD + WEEKS))
    desk.put(case, CASE.replace("days late is 6 days.", "days late is 6 days.\nweeks late is 1."))
    carry_out(desk)
    assert told(desk) == []
    desk.put(act, ACT)  # declared no more
    assert told(desk) == [("dearer.case", "unknown-name")]


def test_an_act_is_carried_out_on_texts_that_are_not_saved(folder: Path) -> None:
    desk, law = Desk(), folder / "article_01.law"
    uri = (folder / "amendments" / "dearer.law").as_uri()
    desk.put(uri, ACT)
    desk.put(law.as_uri(), law.read_text("utf-8").replace("5 coins", "4 coins"))
    carry_out(desk)
    assert told(desk) == [("dearer.law", "phrase-not-found")]
    desk.put(law.as_uri(), law.read_text("utf-8"))
    carry_out(desk)
    assert told(desk) == []
