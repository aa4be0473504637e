"""Rulesets of the first edition become the second: names, numbers and formulas as it has them, the same rules, comments kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.cli.main import main
from legalaid_dsl.language.first_edition import edits, is_taken
from legalaid_dsl.language.grammar import declared_names

FIRST = Path(__file__).parent / "first_edition"
WRITTEN = {
    "article_01.law": (
        "counted days is the days from arrest, at most 10 days.", "# days from arrest, as the court has them",
        "over stays (0 days if none) + the before) × 12.5 coins per day",
    ),
    "instrument.law": ('fact en "the days from arrest" vi "mục số ngày từ khi bị bắt" key stays.held', "key stays, listed in case.  # one after another", "key case.before"),
    "stays.case": ("the before is 2 days.", 'file number is "before".', 'stay "first": the days from arrest is 12 days.', "expect pay is 200 coins."),
    "amendments/dearer.law": ('Thay thế cụm từ "mục số ngày từ khi bị bắt" bằng cụm từ "mục số ngày từ khi bị bắt + 1 ngày" tại\n  khoản 1 Điều 1.',),
}  # fmt: skip


@pytest.fixture
def custody(tmp_path: Path) -> Path:
    return shutil.copytree(FIRST / "custody", tmp_path / "custody")


def test_a_ruleset_of_the_first_edition(custody: Path) -> None:
    assert CliRunner().invoke(main, ["check", str(custody)]).exit_code == 1  # nothing else reads it
    would = CliRunner().invoke(main, ["fmt", "--upgrade", "--check", str(custody)])
    assert would.exit_code == 1 and custody.joinpath("stays.case").read_text("utf-8") == (FIRST / "custody" / "stays.case").read_text("utf-8")
    done = CliRunner().invoke(main, ["fmt", "--upgrade", "--lang", "vi", str(custody)])
    assert done.exit_code == 0, done.output
    assert "“before” là từ ngữ của ấn bản thứ hai; tên này nay viết là “the before”." in done.output
    for name, lines in WRITTEN.items():
        text = (custody / name).read_text("utf-8")
        for line in lines:
            assert line in text, (name, text)
    assert CliRunner().invoke(main, ["test", str(custody)]).exit_code == 0
    stays = [{"held": "12"}, {"held": "3"}]
    assert la.load(custody).evaluate({"stays": stays, "before": "2"})["pay"] == "200"
    again = CliRunner().invoke(main, ["fmt", "--upgrade", "--check", str(custody)])
    assert (again.exit_code, again.output) == (0, "")  # of the second edition there is nothing to change


def test_what_the_second_edition_asks_for_besides_is_said(custody: Path) -> None:
    article = custody / "article_01.law"
    article.write_text(article.read_text("utf-8").replace("when before < 100 days", "when before < 200 days"), "utf-8")  # two rules at once: only named later then
    done = CliRunner().invoke(main, ["fmt", "--upgrade", str(custody)])
    assert done.exit_code == 1
    assert "[overlap]" in done.output and "which are yours to decide" in done.output
    assert "the days from arrest" in article.read_text("utf-8")


def test_what_is_of_no_edition_stays_as_it_is(custody: Path, tmp_path: Path) -> None:
    article = custody / "article_01.law"
    article.write_text("Article 1.\nfee are 3 coin\n", "utf-8")
    done = CliRunner().invoke(main, ["fmt", "--upgrade", str(custody)])
    assert done.exit_code == 1 and "article_01.law: no text of the first edition" in done.output
    assert article.read_text("utf-8") == "Article 1.\nfee are 3 coin\n"
    (tmp_path / "empty").mkdir()
    assert CliRunner().invoke(main, ["fmt", "--upgrade", str(tmp_path / "empty")]).exit_code == 4


def test_names_that_begin_a_sentence_now() -> None:
    assert is_taken("en", "days from arrest") and is_taken("vi", "số ngày từ khi bị bắt") and is_taken("en", "after")
    assert not is_taken("en", "days late") and not is_taken("en", "daysfrom") and not is_taken("vi", "số ngày")


def test_numbers_that_the_first_edition_read() -> None:
    """Thousands with noughts before them were read; now they are not."""
    text = 'fact en "x" vi "x" key case.x, a number.\n'
    lexicon = declared_names(text)
    found = edits("Article 1.\nfor each case:\nx is 012,345,678.5.\n", "en", lexicon, ".law", {})
    assert found is not None and [e.text for e in found] == ["12,345,678.5"]
