"""Rules that change within a portfolio: each case is decided by the text that governs it, as by evaluate, in one run."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import openpyxl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.output import claim
from legalaid_dsl.cli.main import main
from legalaid_dsl.engine.lowered.from_rulebook import shapes
from legalaid_dsl.making.portfolios import FILE, read_recipe, write_portfolio
from legalaid_dsl.study.comparison.rulesets import parts_from, rules_from
from legalaid_dsl.study.outcomes.outcome import Options
from legalaid_dsl.study.portfolio.opened import SourceError
from legalaid_dsl.study.simulation import scenarios
from legalaid_dsl.study.simulation.simulate import Simulation, simulate
from legalaid_dsl.study.simulation.tally import ALL
from legalaid_dsl.study.spread.job import make_job
from legalaid_dsl.study.spread.one_process import decide_here, write_nested
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


@pytest.mark.parametrize(("act", "middle"), [
    ("ceiling_35", date(2027, 7, 1)), pytest.param("third_step", date(2027, 1, 1), marks=pytest.mark.long),
    pytest.param("lump_sums_everywhere", date(2027, 7, 1), marks=pytest.mark.long),
])  # fmt: skip
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


def test_a_job_says_the_same_wherever_it_is_done(tmp_path: Path) -> None:
    """Rules of several texts travel as data; results in parts say which text governed, and the manifest how many each did."""
    rules, rng = rules_from("circular_02_2021+ceiling_35"), random.Random(5)
    found = [moved(generate.random_case(rng, missing=0.03), timedelta(rng.randrange(300, 900))) for _ in range(40)]
    tables = tables_of(rules, found)
    job = make_job(rules, figures="illustrative", items=True)
    made = decide_here(tables, job, tmp_path / "whole", parts=3)
    for name, table in tables.items():
        (tmp_path / "tables").mkdir(exist_ok=True)
        pq.write_table(table, tmp_path / "tables" / f"{name}.parquet")
    write_nested(tmp_path / "tables", shapes(rules.rulebook), tmp_path / "nested", parts=2)
    decide_here(str(tmp_path / "nested"), job, tmp_path / "again", parts=3)
    for file in (tmp_path / "whole").glob("part-*"):
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name
    wanted = la.study(rules, tables, figures="illustrative").tables()["cases"].to_pylist()
    rows = {row["id"]: row for file in (tmp_path / "whole").glob("part-*") for row in pq.read_table(file).to_pylist()}
    for row in wanted:
        mine = rows[row["id"]]
        assert {k: mine[k] for k in ("status", "governed_by", "amount", "by_amount")} == {k: row[k] for k in ("status", "governed_by", "amount", "by_amount")}
    counted = Counter(row["governed_by"] or "unknown" for row in wanted)
    assert made["texts"] == dict(sorted(counted.items()))
    assert len(counted) > 1


@pytest.mark.long
def test_parts_and_readings_of_an_act_in_the_middle(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What each article adds makes up the change; another reading is the comparison under that reading."""
    rules, text = la.load(), "circular_02_2021+third_step+ceiling_35"
    claim(tmp_path)
    recipe = read_recipe(root / "rulesets" / "circular_02_2021" / FILE, rules.rulebook)
    cases = str(write_portfolio(tmp_path / "portfolio", recipe, rules.rulebook, 30, 5, 2025))
    amended, options, turned = rules_from(text), Options("illustrative"), ("art_3_cl_2_exact_multiple", "half")
    parts, make = parts_from(rules, amended, text)
    monkeypatch.setattr(scenarios, "_others", lambda *asked: [turned])
    besides = scenarios.further((rules, amended), cases, options, (parts, cache(make)), each_reading=True)
    asked = Simulation(rules, amended, cases, options, (), further=besides)
    tally = simulate(asked, tmp_path / "out")
    assert tally.whole.difference("amount") != 0
    sums = [s["amount"] for (_, by, _), s in tally.shares.items() if by == ALL]
    assert (sum(sums), tally.unsplit) == (tally.whole.difference("amount"), 0)
    other = simulate(attrs.evolve(asked, options=Options("illustrative", dict([turned])), further=None), tmp_path / "other")
    assert tally.choices[turned].data() == other.whole.data()
    assert {text for _, text in tally.governed} == {"first", "2027-01-01", "2027-07-01"}


def test_acts_that_the_base_has_too_stay_as_they_are() -> None:
    """Its parts are those of the further acts; with some of them each case is decided by the text of its own day too."""
    base, text = rules_from("circular_02_2021+third_step"), "circular_02_2021+third_step+ceiling_35"
    amended = rules_from(text)
    parts, make = parts_from(base, amended, text)
    assert parts == ("ceiling_35/art_1", "ceiling_35/art_2")
    every = make(frozenset(parts))
    assert [(day, book.rules) for day, book in every.books] == [(day, book.rules) for day, book in amended.books]
    assert make(frozenset()).rulebook.rules == base.rulebook.rules
    assert make(frozenset(parts[:1])).timeline is not None


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_an_act_after_every_case_is_said(tmp_path: Path, lang: str) -> None:
    (tmp_path / "mini").mkdir()
    (tmp_path / "mini" / "rules.law").write_text(RULES, "utf-8")
    (tmp_path / "act.law").write_text(ACTS["from a day on"], "utf-8")
    (tmp_path / "cases.csv").write_text("id,form,hours,closed_on\nA,trial,160,2026-03-01\n", "utf-8")
    base = str(tmp_path / "mini")
    given = ["simulate", str(tmp_path / "cases.csv"), "--base", base, "--amended", f"{base}+{tmp_path / 'act.law'}", "--lang", lang]
    for more, there in (([], True), (["--last-text"], False)):
        out = tmp_path / f"out{len(more)}"
        result = CliRunner().invoke(main, [*given, *more, "--out", str(out)])
        assert result.exit_code == 0, result.output
        assert ("--last-text" in result.output) == there == ("--last-text" in (out / "report.html").read_text("utf-8"))


def test_columns_beside_a_sheet_and_what_a_study_says(tmp_path: Path) -> None:
    (tmp_path / "mini").mkdir()
    (tmp_path / "mini" / "rules.law").write_text(RULES, "utf-8")
    (tmp_path / "act.law").write_text(ACTS["old cases spared"], "utf-8")
    rows = ["id,form,hours,closed_on,assigned_on", "A,trial,160,2026-05-01,2026-01-01", "B,trial,160,2027-05-01,2027-02-01", "C,trial,160,2027-05-01,2026-12-31", "D,trial,160,,"]
    (tmp_path / "cases.csv").write_text("\n".join(rows) + "\n", "utf-8")
    given = [str(tmp_path / "cases.csv"), "--ruleset", f"{tmp_path / 'mini'}+{tmp_path / 'act.law'}"]
    result = CliRunner().invoke(main, ["fill", *given, "--out", str(tmp_path / "out.xlsx")])
    assert result.exit_code == 3, result.output  # one is not determined
    head, *found = openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows(values_only=True)
    amounts = [row[head.index("amount payable")] for row in found]
    rules = la.load(tmp_path / "mini", amendments=[tmp_path / "act.law"])
    cases = [{k: v for k, v in zip(rows[0].split(",")[1:], row.split(",")[1:], strict=True) if v} for row in rows[1:]]
    assert amounts == [None if (amount := rules.evaluate(c).amount) is None else int(amount) for c in cases] == [3000, 3500, 3000, None]
    told = CliRunner().invoke(main, ["study", *given, "--out", str(tmp_path / "results")])
    assert told.exit_code == 0, told.output
    lines = [line.strip() for line in told.output.splitlines() if "govern" in line]
    assert lines == [
        "governed by the text before any amendment: 1", "governed by the text in force from 1 January 2027: 2",
        "not known which text governs, as the day that decides it is missing: 1",
    ]  # fmt: skip
