"""Amending formulas as Vietnamese law writes them, each with its English twin: read, kept by fmt, translated, carried out."""

from __future__ import annotations

from pathlib import Path

import pytest

import legalaid_dsl as la
from legalaid_dsl.workbench.rewrite import glossary_for, rewrite

from .conftest import Amended, case

HEADS = {
    "en": 'Instrument "2/2027" key change en "A change" vi "Sửa đổi", from 2027-01-01, amends mini, a draft.\n\nArticle 1.\n',
    "vi": 'Văn bản "2/2027" mã change vi "Sửa đổi" en "A change", từ ngày 2027-01-01, sửa đổi mini, dự thảo.\n\nĐiều 1.\n',
}
NEW_CLAUSE = {
    "en": "\nClause 2.\nfor each case:\nsessions worked at most 7 sessions.",
    "vi": "\nKhoản 2.\nvới mỗi vụ việc:\nsố buổi tối đa 7 buổi.",
}
NEW_POINT = {
    "en": '\nPoint c.\nfinding round en "Round." vi "Tròn." when sessions worked = 30 sessions.',
    "vi": '\nĐiểm c.\nlưu ý round vi "Tròn." en "Round." khi số buổi = 30 buổi.',
}
NEW_ARTICLE = {
    "en": "\nArticle 1a.\nfor each case:\nsessions worked at most 7 sessions.",
    "vi": "\nĐiều 1a.\nvới mỗi vụ việc:\nsố buổi tối đa 7 buổi.",
}
TITLE = {"en": '\nArticle 2. en "The price" vi "Giá"', "vi": '\nĐiều 2. vi "Giá" en "The price"'}
NOTHING = {"en": "", "vi": ""}
FORMULAS = [
    ("Sửa đổi, bổ sung khoản 2 Điều 1 như sau:", "Amend and supplement clause 2 Article 1 as follows:", NEW_CLAUSE),
    ("Sửa đổi khoản 2 Điều 1 như sau:", "Amend clause 2 Article 1 as follows:", NEW_CLAUSE),
    ("Thay thế khoản 2 Điều 1 như sau:", "Replace clause 2 Article 1 as follows:", NEW_CLAUSE),
    (
        "Bổ sung điểm c vào sau điểm b khoản 2 Điều 1 như sau:",
        "Add point c after point b clause 2 Article 1 as follows:", NEW_POINT,
    ),
    ("Bổ sung Điều 1a vào sau Điều 1 như sau:", "Add Article 1a after Article 1 as follows:", NEW_ARTICLE),
    ("Bãi bỏ điểm a khoản 2 Điều 1.", "Repeal point a clause 2 Article 1.", NOTHING),
    (
        "Bãi bỏ điểm b khoản 2 và điểm a khoản 3 Điều 1.",
        "Repeal point b clause 2 and point a clause 3 Article 1.", NOTHING,
    ),
    (
        'Thay thế cụm từ "30 buổi" bằng cụm từ "35 buổi" tại khoản 1 Điều 1.',
        'Replace the phrase "30 sessions" with the phrase "35 sessions" in clause 1 Article 1.', NOTHING,
    ),
    (
        'Bổ sung cụm từ "hoặc số giờ > 100 giờ" vào sau cụm từ "số buổi > 10 buổi" tại điểm a khoản 2 Điều 1.',
        'Add the phrase "or time spent > 100 hours" after the phrase "sessions worked > 10 sessions" in point a clause 2 Article 1.',
        NOTHING,
    ),
    (
        'Bỏ cụm từ ", tối đa 30 buổi" tại khoản 1 Điều 1.',
        'Omit the phrase ", at most 30 sessions" in clause 1 Article 1.', NOTHING,
    ),
    ("Sửa đổi tên Điều 2 như sau:", "Amend the title of Article 2 as follows:", TITLE),
    ("Điểm a khoản 2 Điều 1 hết hiệu lực từ ngày 2027-03-01.", "Point a clause 2 Article 1 ceases to have effect from 2027-03-01.", NOTHING),
    ("Thông tư này có hiệu lực từ ngày 2027-01-01.", "This Circular takes effect from 2027-01-01.", NOTHING),
    (
        "Đối với trường hợp ngày phân công trước 2027-01-01 thì tiếp tục áp dụng quy định cũ.",
        "In cases where day of assignment is before 2027-01-01 the old text continues to apply.", NOTHING,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("vietnamese", "english", "text"), FORMULAS, ids=[f[1][:40] for f in FORMULAS])
def test_a_formula_is_kept_by_fmt_and_goes_both_ways(mini: Path, vietnamese: str, english: str, text: dict[str, str]) -> None:
    folder = mini / "amendments"
    folder.mkdir()
    acts = {"en": HEADS["en"] + english + text["en"] + "\n", "vi": HEADS["vi"] + vietnamese + text["vi"] + "\n"}
    for lang, act in acts.items():
        (folder / f"{lang}.law").write_text(act, "utf-8")
    for lang in acts:
        path = folder / f"{lang}.law"
        for to, wanted in acts.items():
            assert " ".join(rewrite(path, glossary_for(path), to).split()) == " ".join(wanted.split()), lang


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("number", [i for i, f in enumerate(FORMULAS) if "Circular" not in f[1] and "In cases" not in f[1]])
def test_a_formula_is_carried_out_whatever_the_tongue_of_the_act(mini: Path, lang: str, number: int) -> None:
    acts = {}
    for tongue, sentence in zip(("vi", "en"), FORMULAS[number][:2], strict=True):
        acts[tongue] = mini.parent / f"{tongue}.law"
        acts[tongue].write_text(HEADS[tongue] + sentence + FORMULAS[number][2][tongue] + "\n", "utf-8")
    before, found = la.load(mini), {t: la.load(mini, amendments=[p]) for t, p in acts.items()}
    assert found[lang].rulebook.digest != before.rulebook.digest
    assert found["vi"].rulebook.rules == found["en"].rulebook.rules
    assert found["vi"].rulebook.provisions == found["en"].rulebook.provisions


def test_a_phrase_is_replaced_wherever_it_stands(amended: Amended) -> None:
    rules = amended('Article 1.\nReplace the phrase "sessions worked" with the phrase "time spent / 4 hours per session" in clause 2 and clause 3 Article 1.\n')
    assert all("sessions worked" not in str(f.when) for f in rules.rulebook.findings)


def test_what_is_inserted_stays_with_what_it_follows(amended: Amended) -> None:
    rules = amended(
        'Article 1.\nAdd the phrase "and time spent > 1000 hours" after the phrase "sessions worked < 1 session" in clause 2 Article 1.\n'
        'Add the phrase "or form is advice" after the phrase "time spent > 1000 hours" in clause 2 Article 1, from 2027-02-01.\n'
    )
    assert [len(rules.evaluate(case(d, hours="3")).to_dict()["findings"]) for d in ("2026-12-31", "2027-01-01")] == [1, 0]
    advice = rules.evaluate(case("2027-03-01", hours="3", form="advice")).to_dict()["findings"]
    assert advice == []  # "A and (B or C)", and there are five sessions


def test_an_operand_left_out_takes_its_joint_along(amended: Amended) -> None:
    rules = amended('Article 1.\nOmit the phrase "sessions worked < 1 session" in point b clause 2 Article 1.\n')
    assert rules.evaluate(case(hours="3")).to_dict()["findings"] == []


def test_smart_quotes_are_quotes(amended: Amended) -> None:
    rules = amended("Article 1.\nReplace the phrase “30 sessions” with the phrase “35 sessions” in clause 1 Article 1.\n")
    assert rules.evaluate(case()).sessions == "35"


def test_the_whole_act_keeps_the_old_text_for_some_cases(amended: Amended) -> None:
    rules = amended(
        'Article 1.\nReplace the phrase "30 sessions" with the phrase "35 sessions" in clause 1 Article 1.\n'
        "Article 2.\nIn cases where day of assignment is before 2027-01-01 the old text continues to apply.\n"
    )
    assert rules.evaluate(case(assigned="2026-12-31")).sessions == "30"
    assert rules.evaluate(case(assigned="2027-01-01")).sessions == "35"


def test_the_day_can_be_said_at_the_end(amended: Amended) -> None:
    head = 'Instrument "2/2027" key change en "A change" vi "Sửa đổi", amends mini, a draft.\n\n'
    text = 'Article 1.\nReplace the phrase "30 sessions" with the phrase "35 sessions" in clause 1 Article 1.\nArticle 2.\nThis Circular takes effect from 2027-02-01.\n'
    rules = amended(head + text)
    assert [rules.evaluate(case(d)).sessions for d in ("2027-01-31", "2027-02-01")] == ["30", "35"]
