"""Every kind of amending sentence does what it says, from its day on, and nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import legalaid_dsl as la

from .conftest import HEAD, Amended, case

PHRASE = 'Article 1.\nin clause 1 Article 1 replace "30 sessions" with "35 sessions".\n'


def test_a_phrase_is_replaced_and_the_headnote_follows(amended: Amended) -> None:
    rules = amended('Article 1.\nin Article 1 replace "30 sessions" with "35 sessions".\n')
    assert rules.evaluate(case()).sessions == "35"
    assert rules.evaluate(case("2026-12-31")).sessions == "30"


def test_what_a_provision_says_elsewhere_stays(amended: Amended) -> None:
    rules = amended(PHRASE)
    headnotes = {c.path: p.headnote for c, p in rules.rulebook.provisions.items()}
    assert headnotes["mini/art_1"].en == "Hours become sessions, at most 30 sessions."


def test_a_provision_is_replaced(amended: Amended) -> None:
    rules = amended(
        "Article 1.\nreplace clause 1 Article 1:\n\nClause 1.\nfor each case:\n"
        "sessions worked is 7 sessions when form is trial.\nsessions worked is 8 sessions when form is advice.\n"
    )
    assert rules.evaluate(case()).sessions == "7"
    assert rules.evaluate(case(form="advice")).sessions == "8"
    assert rules.evaluate(case("2026-05-01", form="advice")).sessions == "5"


def test_a_provision_is_added_and_one_is_repealed(amended: Amended) -> None:
    rules = amended(
        "Article 1.\nadd after point b clause 2 Article 1:\nPoint c.\n"
        'finding round en "Round." vi "Tròn." when sessions worked = 30 sessions.\nrepeal point a clause 2 Article 1.\n'
    )
    codes = [f["code"] for f in rules.evaluate(case()).to_dict()["findings"]]
    assert codes == ["round"]
    assert [f["code"] for f in rules.evaluate(case("2026-12-31")).to_dict()["findings"]] == ["long"]


def test_sentences_are_added_out_of_any_reading(amended: Amended) -> None:
    rules = amended("Article 1.\nadd to Article 2:\namount payable at most 1000 đồng.\n")
    for choice in ("one", "two"):
        assert rules.evaluate(case(), readings={"art_1_cl_3_kind": choice}).amount == "1000"


def test_a_figure_changes_from_a_day_and_for_a_period(amended: Amended) -> None:
    new = 'pay of a session is 150 đồng per session from 2027-03-01{}, official source en "Decree" vi "Nghị định".\n'
    rules = amended("Article 1.\n" + new.format(""))
    assert [rules.evaluate(case(d)).amount for d in ("2027-02-28", "2027-03-01", "2030-01-01")] == ["3000", "4500", "4500"]
    rules = amended("Article 1.\n" + new.format(" to 2027-03-31"))
    assert [rules.evaluate(case(d)).amount for d in ("2027-02-28", "2027-03-31", "2027-04-01")] == ["3000", "4500", "3000"]


def test_a_cell_of_a_table_changes(amended: Amended) -> None:
    rules = amended('Article 1.\nfigure Appendix (advice) is 6 sessions, official source en "Circular 2" vi "Thông tư 2".\n')
    assert [rules.evaluate(case(d, form="advice")).sessions for d in ("2026-12-31", "2027-01-01")] == ["5", "6"]


def test_renumbering_takes_all_citations_and_readings_along(amended: Amended) -> None:
    rules = amended("Article 1.\nrenumber clause 3 Article 1 as Clause 5.\n")
    book = rules.rulebook
    assert "art_1_cl_5_kind" in book.readings
    short = next(f for f in book.findings if f.code == "short")
    assert "clause='5', point='a'" in str(short.when)
    assert rules.evaluate(case(), readings={"art_1_cl_5_kind": "two"}).amount == "6000"


def test_a_name_is_changed_everywhere_in_both_languages(amended: Amended) -> None:
    rules = amended('Article 1.\nrename sessions worked as en "sessions done" vi "số buổi đã làm".\n')
    assert rules.rulebook.terms["case.sessions"].names.vi == "số buổi đã làm"
    assert rules.evaluate(case()).sessions == "30"


def test_suspension_ends_by_itself(amended: Amended) -> None:
    rules = amended("Article 1.\nsuspend clause 2 Article 1 from 2027-02-01 to 2027-02-28.\n")
    found = [len(rules.evaluate(case(d)).to_dict()["findings"]) for d in ("2027-01-31", "2027-02-01", "2027-02-28", "2027-03-01")]
    assert found == [1, 0, 0, 1]


def test_a_reading_is_settled(amended: Amended) -> None:
    rules = amended("Article 1.\nsettle art_1_cl_3_kind as two.\n")
    assert rules.evaluate(case()).amount == "6000"
    assert rules.evaluate(case("2026-12-31")).amount == "3000"
    assert rules.rulebook.readings == {}


def test_the_old_text_holds_for_some_cases(amended: Amended) -> None:
    rules = amended(PHRASE.replace("35 sessions\".", "35 sessions\",\n  the old text holds when day of assignment is before 2027-01-01."))
    assert rules.evaluate(case(assigned="2026-12-31")).sessions == "30"
    assert rules.evaluate(case(assigned="2027-01-01")).sessions == "35"


def test_a_provision_repealed_for_new_cases_stands_for_old_ones(amended: Amended) -> None:
    rules = amended(
        "Article 1.\nrepeal point a clause 2 Article 1, the old text holds when day of assignment is before 2027-01-01.\n"
    )
    assert [f["code"] for f in rules.evaluate(case(assigned="2026-12-31")).to_dict()["findings"]] == ["long"]
    assert rules.evaluate(case(assigned="2027-01-01")).to_dict()["findings"] == []


def test_acts_compose_in_order_of_their_days(amended: Amended) -> None:
    later = HEAD.replace("2/2027", "3/2028").replace("key change", "key later").replace("2027-01-01", "2028-01-01")
    second = later + 'Article 1.\nin clause 1 Article 1 replace "35 sessions" with "40 sessions".\n'
    for acts in ((PHRASE, second), (second, PHRASE)):
        rules = amended(*acts)
        days = ("2026-12-31", "2027-01-01", "2027-12-31", "2028-01-01")
        assert [rules.evaluate(case(d)).sessions for d in days] == ["30", "35", "35", "40"]


def test_an_amendment_is_amended_before_it_takes_effect(amended: Amended) -> None:
    earlier = HEAD.replace("2/2027", "3/2026").replace("key change", "key earlier").replace("2027-01-01", "2026-12-01")
    earlier = earlier.replace("amends mini", "amends mini, amends change")
    rules = amended(PHRASE, earlier + 'Article 1.\nin Article 1 of instrument "2/2027" replace "35 sessions" with "33 sessions".\n')
    assert [rules.evaluate(case(d)).sessions for d in ("2026-12-31", "2027-01-01")] == ["30", "33"]


def test_what_is_not_known_yet_changes_nothing(amended: Amended) -> None:
    assert amended(PHRASE, at=date(2026, 12, 31)).evaluate(case()).sessions == "30"
    assert amended(PHRASE).at(date(2026, 12, 31)).evaluate(case()).sessions == "30"


def test_without_the_day_of_the_law_only_what_all_texts_agree_on_is_shown(amended: Amended) -> None:
    given = case()
    del given["closed_on"]
    result = amended(PHRASE).evaluate(given).to_dict()
    assert (result["status"], result["sessions"], result["amount"]) == ("undetermined", None, None)
    assert result["bounds"]["sessions"] == ["30", "35"]
    assert [n["key"] for n in result["needs"]] == ["closed_on"]


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_an_act_in_either_language_gives_the_same_rules(mini: Path, amended: Amended, lang: str) -> None:
    from legalaid_dsl.workbench.rewrite import glossary_for, rewrite

    folder = mini / "amendments"
    folder.mkdir()
    (folder / "a.law").write_text(HEAD + PHRASE, "utf-8")
    other = folder / "b.law"
    other.write_text(rewrite(folder / "a.law", glossary_for(folder / "a.law"), lang), "utf-8")
    first, second = la.load(mini, amendments=["a"]), la.load(mini, amendments=["b"])
    assert first.rulebook.rules == second.rulebook.rules
    assert first.rulebook.digest == second.rulebook.digest
