"""The three amendments beside the circular: in both languages, consolidated, redlined, and what they do."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.cli.main import main
from legalaid_dsl.rulebook.amend.load import amended, shipped_acts
from legalaid_dsl.workbench.redline import redline, redline_page, redline_text
from legalaid_dsl.workbench.rewrite import glossary_for, rewrite

FOLDER = Path(__file__).resolve().parents[2] / "rulesets" / "circular_02_2021"
ACTS = shipped_acts(FOLDER)


@cache
def periods(act: Path) -> Any:
    """The texts of the law with an act in it, one after the other."""
    return amended(FOLDER, [act])


@cache
def under(act: str) -> la.Rules:
    return la.load(amendments=[act])


@pytest.fixture(scope="module", params=sorted(ACTS))
def act(request: pytest.FixtureRequest) -> Path:
    return ACTS[request.param]


def test_there_are_three_drafts_and_none_is_in_force(rules: la.Rules) -> None:
    assert sorted(ACTS) == ["ceiling_35", "lump_sums_everywhere", "third_step"]
    assert rules.timeline is None


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_it_says_the_same_in_both_languages(act: Path, lang: str, tmp_path: Path) -> None:
    glossary = glossary_for(act)
    text = rewrite(act, glossary, lang)
    other = tmp_path / act.name
    other.write_text(text, "utf-8")
    first, second = periods(act)[-1], amended(FOLDER, [other])[-1]
    assert first.rulebook.rules == second.rulebook.rules
    assert first.version.texts == second.version.texts
    assert rewrite(other, glossary, "en") == rewrite(act, glossary, "en")


def test_the_consolidated_text_is_the_amended_ruleset(act: Path, tmp_path: Path) -> None:
    run = CliRunner()
    done = run.invoke(main, ["consolidate", "--amend", act.stem, "--to", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert run.invoke(main, ["check", str(tmp_path)]).exit_code == 0
    assert run.invoke(main, ["fmt", "--check", str(tmp_path)]).exit_code == 0
    again = la.load(tmp_path / FOLDER.name).rulebook
    assert again.rules == periods(act)[-1].rulebook.rules


def test_the_redline_shows_what_changed_and_nothing_else(act: Path) -> None:
    old, *_, new = periods(act)
    for lang in ("en", "vi"):
        changes = redline(old.survey, new.survey, lang)
        for change in changes:
            before = "".join(text for kind, text in change.pieces if kind != "new")
            after = "".join(text for kind, text in change.pieces if kind != "gone")
            assert before != after
        text = redline_text(changes)
        page = redline_page(changes, lang, "x", ("", "2027-01-01"))
        assert all(c.name in text and c.name in page for c in changes)
        assert "<ins>" in page
    assert redline(old.survey, old.survey, "en") == []


def given(**more: Any) -> dict[str, Any]:
    """Two lawyers, one line of 160 hours: 40 sessions."""
    case: dict[str, Any] = {
        "case_id": "A", "form": "civil_proceedings", "assigned_on": "2027-08-02", "closed_on": "2027-12-30",
        "complexity": "ordinary", "stages": ["first_instance"], "tasks_complete": True, "offences": [],
        "providers": [{"id": p, "kind": "lawyer", "method": "actual_sessions", "assigned_on": "2027-08-02",
                       "method_chosen_on": "2027-08-02"} for p in ("P1", "P2")],
        "entries": [{"id": "e1", "provider": "P1", "date": "2027-08-03", "task": "evidence_work", "stage": "first_instance",
                     "hours": "160", "certified_by": ["place_of_evidence"]}],
    }  # fmt: skip
    return case | more


def test_35_sessions_need_both_instruments_and_new_cases() -> None:
    rules = under("ceiling_35")
    assert rules.evaluate(given()).sessions == "35"
    assert rules.evaluate(given(assigned_on="2027-06-30")).sessions == "30"
    assert rules.evaluate(given(assigned_on="2027-06-01", closed_on="2027-06-30")).sessions == "30"
    only = amended(FOLDER, [ACTS["ceiling_35"]], lambda s: s.citation.article == "1")[-1]
    assert la.Rules(only.rulebook).evaluate(given()).sessions == "30"  # the Decree still says 30


def test_the_third_step_counts_by_the_day(rules: la.Rules) -> None:
    changed = under("third_step")
    lines = [
        {"id": f"e{i}", "provider": "P1", "date": day, "task": "evidence_work", "stage": "first_instance",
         "hours": hours, "certified_by": ["place_of_evidence"]}
        for i, (day, hours) in enumerate([("2027-08-03", "0.5"), ("2027-08-03", "2"), ("2027-08-04", "0.75")])
    ]  # fmt: skip
    assert rules.evaluate(given(entries=lines)).sessions == "1.5"
    assert changed.evaluate(given(entries=lines)).sessions == "0.75"  # half for 2.5 hours of a day, a quarter for the next


def test_lump_sums_reach_extrajudicial_representation(rules: la.Rules) -> None:
    changed = under("lump_sums_everywhere")
    providers = [{"id": "P1", "kind": "lawyer", "method": "lump_sum", "assigned_on": "2027-08-02", "method_chosen_on": "2027-08-02"}]
    case = given(form="extrajudicial_representation", stages=[], providers=providers, entries=[])
    assert rules.evaluate(case).status == "undetermined"
    result = changed.evaluate(case).to_dict()
    assert (result["base_salaries"], result["reliability"]) == ("3.72", "illustrative")  # 12 sessions at 0.31
    assert changed.evaluate(case | {"assigned_on": "2027-06-30"}).status == "undetermined"


def test_130_percent_is_compounded(rules: la.Rules) -> None:
    changed = under("lump_sums_everywhere")
    case = given(
        form="criminal_proceedings", stages=["investigation", "prosecution", "first_instance"], aided_person="accused",
        entries=[line := given()["entries"][0], line | {"id": "e2", "provider": "P2"}],
        offences=[{"class": "very_serious"}, {"class": "very_serious"}],
        providers=[p | {"method": "lump_sum"} for p in given()["providers"]],
    )  # fmt: skip
    assert rules.evaluate(case).to_dict()["providers"][0]["level_sessions"] == "29.9"
    assert changed.evaluate(case).to_dict()["providers"][0]["level_sessions"] == "38.87"  # 23 × 169 %


@pytest.mark.parametrize(("lang", "words"), [("en", "DRAFT, NOT IN FORCE"), ("vi", "DỰ THẢO, CHƯA CÓ HIỆU LỰC")])
def test_the_explanation_says_first_that_it_rests_on_a_draft(lang: str, words: str) -> None:
    rules = under("ceiling_35")
    for form in ("text", "markdown", "html"):
        text = rules.evaluate(given()).explain(lang, form)
        assert words in text
    text = rules.evaluate(given()).explain(lang)
    assert words in text.splitlines()[0]
    assert {"en": "as amended by Article 2, Fictitious draft 1, from 1 July 2027",
            "vi": "được sửa đổi, bổ sung theo Điều 2 Dự thảo hư cấu 1, áp dụng từ ngày 01 tháng 7 năm 2027"}[lang] in text  # fmt: skip
    before = rules.evaluate(given(assigned_on="2027-06-01", closed_on="2027-06-30", entries=[]))
    assert words not in before.explain(lang)


@pytest.mark.long
def test_the_parts_of_an_amendment_add_up_in_any_order() -> None:
    from legalaid_dsl.study.comparison.attribution import attribute
    from legalaid_dsl.study.comparison.rulesets import parts_from, rules_from
    from legalaid_dsl.study.outcomes.outcome import Options

    text = "circular_02_2021+ceiling_35"
    parts, make = parts_from(rules_from("circular_02_2021"), rules_from(text), text)
    assert parts == ("ceiling_35/art_1", "ceiling_35/art_2")
    cases = [given(), given(assigned_on="2027-06-30")]
    for order in (parts, parts[::-1]):
        found = attribute(make, order, cases, Options())
        assert {p: found.total(p, "amount") for p in parts} == dict.fromkeys(parts, 2403500)  # each needs the other
