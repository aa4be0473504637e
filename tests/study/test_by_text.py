"""Rules that change within a portfolio: each case is decided by the text that governs it, as by evaluate, in one run."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.study.comparison.rulesets import rules_from
from legalaid_dsl.study.portfolio.opened import SourceError
from tests.amend.conftest import HEAD, RULES
from tests.campaign import examples
from tests.oracle import generate
from tests.study.making import as_exact, same, tables_of

PHRASE = 'Article 1.\nin clause 1 Article 1 replace "30 sessions" with "35 sessions"'
ACTS = {
    "from a day on": f"{HEAD}{PHRASE}.\n",
    "old cases spared": f"{HEAD}{PHRASE}, the old text holds when day of assignment is before 2027-01-01.\n",
    "another scale": f'{HEAD}Article 1.\nReplace the phrase "time spent / 4 hours per session" with the phrase "time spent / 7 hours per session" in clause 1 Article 1.\n',
    "another day of the law": f'{HEAD}Article 1.\nReplace the phrase "day of completion" with the phrase "day of assignment" in Article 2.\n',
    "a new fact": HEAD + 'Article 1.\nfact en "travel" vi "đi lại" key case.travel, a number of sessions.\n'
    'Add after clause 1 Article 1 as follows:\n\nClause 1a.\nfor each case:\nfinding far en "Far." vi "Xa." when travel > 1 session.\n',
    "a new choice": HEAD + 'Article 1.\nchoices key form: en "appeal" vi "phúc thẩm" key appeal.\n'
    'Add the phrase "or form is appeal" after the phrase "form is trial" in clause 1 Article 1.\n',
    "a reading settled": f"{HEAD}Article 1.\nSettle art_1_cl_3_kind as two.\n",
}  # fmt: skip
LATER = HEAD.replace("2/2027", "3/2028").replace("key change", "key later").replace("2027-01-01", "2027-07-01")
LATER += 'Article 1.\nReplace the phrase "3 sessions" with the phrase "4 sessions" in point a clause 3 Article 1.\n'


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, la.Rules]:
    """The small circular under each act, and under two of them."""
    folder = tmp_path_factory.mktemp("acts")
    (folder / "mini").mkdir()
    (folder / "mini" / "rules.law").write_text(RULES, "utf-8")
    (folder / "later.law").write_text(LATER, "utf-8")
    found = {}
    for number, (name, act) in enumerate(ACTS.items()):
        path = folder / f"act_{number}.law"
        path.write_text(act, "utf-8")
        found[name] = la.load(folder / "mini", amendments=[path])
    found["two acts"] = la.load(folder / "mini", amendments=[folder / "act_1.law", folder / "later.law"])
    return found


NUMBERS = ("sessions", "amount")
DAYS = st.none() | st.dates(date(2026, 6, 1), date(2027, 12, 31)) | st.sampled_from([date(2026, 12, 31), date(2027, 1, 1), date(2027, 7, 1)])


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    found = {
        "form": draw(st.sampled_from([None, "trial", "trial", "advice", "appeal"])),
        "hours": draw(st.none() | st.integers(0, 200).map(str)), "travel": draw(st.sampled_from([None, None, "2"])),
    }  # fmt: skip
    found |= {key: None if (day := draw(DAYS)) is None else day.isoformat() for key in ("closed_on", "assigned_on")}
    return {key: value for key, value in found.items() if value is not None}


def known(case: dict[str, Any], rules: la.Rules) -> dict[str, Any]:
    """Without the facts that the newest text does not know either."""
    return {k: v for k, v in case.items() if f"case.{k}" in rules.rulebook.terms}


@pytest.mark.parametrize("name", [*ACTS, "two acts"])
@examples(12, 200)
@given(drawn=st.lists(cases(), min_size=1, max_size=12), chosen=st.sampled_from([{}, {"art_1_cl_3_kind": "two"}]))
def test_a_small_law(texts: dict[str, la.Rules], name: str, drawn: list[dict[str, Any]], chosen: dict[str, str]) -> None:
    rules = texts[name]
    drawn = [known(case, rules) for case in drawn]
    made = la.study(rules, tables_of(rules, drawn), readings=chosen, chunk=5).tables()["cases"].to_pylist()
    assert [row["id"] for row in made] == [f"N{i}" for i in range(len(drawn))]
    for row, case in zip(made, drawn, strict=True):
        theirs = rules.evaluate(case, by="interpreter", trace=False, readings=chosen)
        assert row["status"] == theirs.status, case
        if theirs.status != "refused":
            values = theirs.case_values()
            assert {k: as_exact(row, k) for k in NUMBERS} == {k: values.get(k) for k in NUMBERS}, case
        governing = rules.timeline.governing(case, rules.figures(None), chosen)
        days = {id(r): "first" if day == date.min else day.isoformat() for day, r in rules.timeline.periods}
        assert row["governed_by"] == (days[id(governing)] if governing is not None else None), case


def test_case_files_a_line_each_and_ids_that_stand_twice(texts: dict[str, la.Rules], tmp_path: Path) -> None:
    rules, rng = texts["old cases spared"], random.Random(1)
    found: list[Any] = []
    for _ in range(40):
        closed = date(2026, 1, 1) + timedelta(rng.randrange(700))
        found.append({"form": "trial", "hours": str(rng.randrange(180)), "closed_on": closed.isoformat(), "assigned_on": "2026-12-01"})
    lines = [json.dumps(c) for c in found] + ["{no case", "{}"]
    (tmp_path / "cases.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    made = la.study(rules, tmp_path / "cases.jsonl", chunk=16).tables()["cases"].to_pylist()
    assert len(made) == 42
    assert {row["governed_by"] for row in made[:40]} == {"first", "2027-01-01"}
    for row, line in zip(made, lines, strict=True):
        theirs = rules.evaluate(line, by="interpreter", trace=False)
        assert (row["status"], as_exact(row, "amount")) == (theirs.status, theirs.case_values().get("amount"))


@pytest.mark.parametrize(("act", "middle"), [("ceiling_35", date(2027, 7, 1)), ("third_step", date(2027, 1, 1)), ("lump_sums_everywhere", date(2027, 7, 1))])
def test_the_circular_with_an_act_in_the_middle(act: str, middle: date) -> None:
    rules, rng = rules_from(f"circular_02_2021+{act}"), random.Random(act)
    found = []
    for _ in range(60):
        case = generate.random_case(rng, missing=rng.choice([0, 0, 0.05]))
        away = middle - date(2025, 1, 1) + timedelta(rng.randrange(-500, 100))
        found.append(moved(case, away))
    made = la.study(rules, tables_of(rules, found), figures="illustrative", chunk=25).tables()
    same(rules, rules.ready("illustrative"), found, made, {"figures": "illustrative"})
    assert {"first", middle.isoformat()} <= set(made["cases"]["governed_by"].to_pylist())
    assert made["cases"]["decided_by"].to_pylist().count("columns") > 30
    took = {row["case"] for row in made["ceilings"].to_pylist()}
    assert took <= set(made["cases"]["id"].to_pylist())


def moved(value: Any, away: timedelta) -> Any:
    """Facts with every day moved by as much."""
    if isinstance(value, dict):
        return {k: moved(v, away) for k, v in value.items()}
    if isinstance(value, list):
        return [moved(v, away) for v in value]
    try:
        return (date.fromisoformat(value) + away).isoformat() if isinstance(value, str) and len(value) == 10 else value
    except ValueError:
        return value


def test_facts_that_change_their_kind_are_told(tmp_path: Path) -> None:
    (tmp_path / "mini").mkdir()
    (tmp_path / "mini" / "rules.law").write_text(RULES, "utf-8")
    act = HEAD + 'Article 1.\nfact en "day of assignment" vi "ngày phân công" key case.assigned_on, text.\n'
    (tmp_path / "act.law").write_text(act, "utf-8")
    rules = la.load(tmp_path / "mini", amendments=[tmp_path / "act.law"])
    with pytest.raises(SourceError) as told:
        la.study(rules, tables_of(rules, [{}])).tables()
    assert "case.assigned_on" in told.value.message.vi


def test_texts_that_are_each_sure_of_another_number_leave_an_undated_case_open(tmp_path: Path) -> None:
    without = ('term en "pay of', 'term en "amount', "reading kind")
    dated = "\n".join(line for line in RULES.partition("Article 2.")[0].splitlines() if not line.startswith(without))
    (tmp_path / "mini").mkdir()
    (tmp_path / "mini" / "rules.law").write_text(f"{dated}\nArticle 2.\nfor each case:\nday of the law is day of completion.\n", "utf-8")
    (tmp_path / "act.law").write_text(ACTS["another scale"], "utf-8")
    rules = la.load(tmp_path / "mini", amendments=[tmp_path / "act.law"])
    found = rules.evaluate({"form": "trial", "hours": "28"})
    assert (found.status, found.sessions, found.to_dict()["bounds"]) == ("undetermined", None, {"sessions": ["4", "7"]})
    row = la.study(rules, tables_of(rules, [{"form": "trial", "hours": "28"}])).tables()["cases"].to_pylist()[0]
    assert (row["status"], row["sessions"], row["governed_by"]) == ("undetermined", None, None)
