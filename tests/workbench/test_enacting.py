"""Edits turned into an act: which formula says what, and that the act makes just these edits."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from legalaid_dsl.basics.bilingual import Bilingual
from legalaid_dsl.cli.main import main
from legalaid_dsl.rulebook.load import survey
from legalaid_dsl.workbench.enacting.write import Enacted, Heading, enact
from legalaid_dsl.workbench.rewrite import glossary_for, rewrite

DAY = date(2027, 7, 1)
HEADING = Heading("draft_9", "DRAFT 9", Bilingual("Draft 9", "Dự thảo 9"), DAY)
POINTS = "article_01.law"


@pytest.fixture
def books(root: Path) -> Path:
    return (root / "tests" / "rulesets_small" / "late_books").resolve()


def enacted(folder: Path, name: str, *changes: tuple[str, str], lang: str = "en", text: str = "") -> Enacted:
    path = folder / name
    text = text or path.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return enact(survey(folder), survey(folder, {path: text}), HEADING, lang)


def test_words_in_place_of_words(books: Path) -> None:
    found = enacted(books, POINTS, ("fine is 5 coins", "fine is 6 coins"))
    assert 'Replace the phrase "5 coins" with the phrase "6 coins" in point b clause 2 Article 1.' in found.text
    assert found.left == () and "from 2027-07-01, amends late_books, a draft." in found.text
    vietnamese = enacted(books, POINTS, ("fine is 5 coins", "fine is 6 coins"), lang="vi")
    assert 'Thay thế cụm từ "5 xu" bằng cụm từ "6 xu" tại điểm b khoản 2 Điều 1.' in vietnamese.text


def test_the_other_tongue_is_no_change(books: Path) -> None:
    turned = rewrite(books / POINTS, glossary_for(books / POINTS), "vi")
    assert enacted(books, POINTS, text=turned) == Enacted("", ())
    found = enacted(books, POINTS, ("5 xu", "6 xu"), text=turned)
    assert 'Replace the phrase "5 coins" with the phrase "6 coins"' in found.text and found.left == ()


def test_narrow_words_that_stand_elsewhere_too_are_said_wider(root: Path) -> None:
    rules = (root / "rulesets" / "circular_02_2021").resolve()
    found = enacted(rules, "article_08.law", ("and number of providers >= 2.\nsession ceiling at most 20", "and number of providers >= 3.\nsession ceiling at most 20"))
    assert found.left == () and found.text.count("\nReplace the phrase") == 1 and "number of providers >= 3\" in clause 1 Article 8." in found.text


def test_every_usual_formula(root: Path) -> None:
    rules = (root / "rulesets" / "circular_02_2021").resolve()
    text = (rules / "article_03.law").read_text("utf-8")
    start = text.index("Point b.")
    point = text[start : text.index("\n\n", start)]
    more = 'Point c. en "More" vi "Thêm"\ndespite point b clause 2 Article 3.\nsessions in all is full sessions + 0.75 sessions when hours left over >= 3.5 hours.'
    assert "Repeal point b clause 2 Article 3." in enacted(rules, "article_03.law", (f"{point}\n\n", "")).text
    added = enacted(rules, "article_03.law", (point, f"{point}\n\n{more}"), lang="vi")
    assert "Bổ sung điểm c khoản 2 Điều 3 vào sau điểm b khoản 2 Điều 3 như sau:" in added.text and added.left == ()
    assert "Amend the title of Article 3 as follows:" in enacted(rules, "article_03.law", ("Article 3. en \"", "Article 3. en \"Again: ")).text


def test_the_command(books: Path, tmp_path: Path) -> None:
    edited = tmp_path / "late_books"
    edited.mkdir()
    for path in books.iterdir():
        (edited / path.name).write_text(path.read_text("utf-8").replace("fine is 5 coins", "fine is 6 coins"), "utf-8")
    found = CliRunner().invoke(main, ["enact", str(books), str(edited), "--from", "2027-07-01", "--lang", "vi", "--key", "dat_hon"])
    assert found.exit_code == 0 and 'Thay thế cụm từ "5 xu" bằng cụm từ "6 xu"' in found.output
    wrong = CliRunner().invoke(main, ["enact", str(books), str(edited), "--from", "2027-07-01", "--key", "Đắt"])
    assert wrong.exit_code == 4 and "small letters" in wrong.stderr
    (tmp_path / "act.law").touch()
    there = CliRunner().invoke(main, ["enact", str(books), str(edited), "--from", "2027-07-01", "--out", str(tmp_path / "act.law")])
    assert there.exit_code == 4 and "is there already" in there.stderr and not (tmp_path / "act.law").read_bytes()
