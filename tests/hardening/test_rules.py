"""Rules that must not be loaded, or be asked about (X10-X15, X19, X21, X25): those of tests/bad that need more than their message."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.citation import POINT_LETTERS
from legalaid_dsl.basics.problem import Problem, RulesetError
from legalaid_dsl.rulebook.load import examine
from legalaid_dsl.workbench.lint import lint
from tests.errors import chunks

FIGURE = ', official source en "Decree 1" vi "Nghị định 1"'

Examine = Callable[[str | bytes], list[Problem]]
Write = Callable[[str | bytes], Path]


def bad(name: str) -> Problem:
    return next(p for p in chunks.named(name).problems() if not p.warning)


def test_every_row_has_its_bad_texts() -> None:
    rows = {c.name[:3] for found in chunks.every().values() for c in found if re.match(r"x\d\d ", c.name)}
    assert rows == {"x10", "x11", "x12", "x21", "x25"}


# ------------------------------------------------------------------ circles


def test_x10_a_circle_is_printed_with_all_its_places() -> None:
    found = bad("x10 two rules that use each other")
    assert "pay → bonus → pay" in found.message.en or "bonus → pay → bonus" in found.message.en
    assert "tiền" in found.message.vi
    lines = {found.span.place()[0], *(span.place()[0] for span, _ in found.also)}
    assert len(lines) == 2
    assert "goes through here" in found.render("en")


def test_x10_a_long_circle_is_found_without_recursion(problems: Examine) -> None:
    names = [f"{chr(97 + i // 26)}{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(600)]
    terms = "".join(f'term en "{n}" vi "{n}" key case.{n}, a number of hours.\n' for n in names)
    rules = "".join(f"{n} is {m} + 1 hour.\n" for n, m in zip(names, [*names[1:], names[0]], strict=True))
    found = problems(terms + "for each case:\npay is 1 hour.\n" + rules)
    assert [p.code for p in found] == ["cycle"]
    assert len(found[0].also) == 599
    assert all(len(found[0].message[lang]) < 2_000 for lang in ("en", "vi"))


# ------------------------------------------------------------------ contradictions


def test_x11_a_contradiction_names_both_places() -> None:
    found = bad("x11 a rule in another clause")
    assert found.provision is not None
    assert (found.provision.article, found.provision.clause) == ("1", "1")
    assert "Article 1" in found.message.en
    assert "Điều 1" in found.message.vi
    assert [span.text() for span, _ in found.also] == ["pay is 1 hour."]


CLASH = """pay is 1 hour when urgent.

Clause 1. en "x" vi "y"
for each case:
pay is 2 hours when time > 1 hour.
"""


def test_x11_a_contradiction_that_only_a_case_shows_cites_both_rules_in_one_order(write: Write) -> None:
    rules = la.load(write(CLASH))
    assert rules.evaluate({"urgent": True, "time": "1"}).pay == "1"
    results = [rules.evaluate({"urgent": True, "time": "2"}).to_dict() for _ in range(5)]
    assert results[0]["status"] == "undetermined"
    assert results[0]["pay"] is None
    finding = next(f for f in results[0]["openings"] if f["code"] == "conflict")
    assert {"tiny/art_1", "tiny/art_1/cl_1"} <= set(finding["cites"])
    assert finding["withholds"] == ["pay"]
    assert "Article 1 / Clause 1, Article 1" in finding["message"]["en"]
    assert "Điều 1 / khoản 1 Điều 1" in finding["message"]["vi"]
    assert len({json.dumps(r) for r in results}) == 1


def test_x11_a_case_that_no_rule_decides_is_undetermined(write: Write) -> None:
    result = la.load(write("pay is 1 hour when urgent.\n")).evaluate({"urgent": False})
    assert (result.status, result.pay) == ("undetermined", None)
    assert "no_rule" in [f["code"] for f in result.openings]


OVERLAPS = [
    "pay is 1 hour when time > 0 hours and time < 3 hours.\npay is 2 hours when time >= 2 hours and time < 3 hours.\npay is 0 hours otherwise.\n",
    "pay is 1 hour when urgent.\npay is 2 hours when urgent and time > 1 hour.\npay is 0 hours otherwise.\n",
    "pay is 1 hour when day is before 2026-01-01.\npay is 2 hours when day is not after 2025-12-31.\npay is 0 hours otherwise.\n",
]


@pytest.mark.parametrize("rules", OVERLAPS, ids=["numbers", "conditions", "days"])
def test_x11_an_overlap_that_can_be_proved_is_an_error_at_check(problems: Examine, lines: int, rules: str) -> None:
    told = [p for p in problems(rules) if not p.warning]
    assert told
    shown = {told[0].span.place()[0], *(span.place()[0] for span, _ in told[0].also)}
    assert shown == {lines + 1, lines + 2}


# ------------------------------------------------------------------ X14: what a careful reader would ask


def found_by_lint(folder: Path, rule: str) -> list[str]:
    return [f.problem.message.en for f in lint(folder) if f.rule == rule]


def test_x14_a_gap_is_told_with_a_case_that_falls_into_it(write: Write) -> None:
    folder = write("pay is 1 hour when time > 0 hours and time < 3 hours.\npay is 2 hours when time >= 4 hours.\n")
    said = " ".join(found_by_lint(folder, "gap"))
    amounts = [Fraction(n) for n in re.findall(r"time: ([0-9.]+) hour", said)]
    assert amounts
    assert all(n == 0 or 3 <= n < 4 for n in amounts)
    assert la.load(folder).evaluate({"time": str(float(amounts[0]))}).pay is None


def test_x14_an_overlap_is_an_error_or_told_with_a_case_that_both_decide(write: Write) -> None:
    folder = write("pay is 1 hour when urgent.\npay is 2 hours when time > day_length.\n".replace("day_length", "7 hours") + "pay is 0 hours otherwise.\n")
    rulebook, found = examine(folder)
    said = " ".join(p.render("en") for p in found) if rulebook is None else " ".join(found_by_lint(folder, "overlap"))
    assert "urgent" in said
    assert "time" in said


def test_x14_a_rule_that_can_never_apply_is_told(write: Write) -> None:
    folder = write("pay is 1 hour when time > 3 hours and time < 2 hours.\npay is 0 hours otherwise.\n")
    rulebook, found = examine(folder)
    assert found or found_by_lint(folder, "never-applies") or rulebook is None


# ------------------------------------------------------------------ X15, X10: amendments


AMENDABLE = """pay is 1 hour.
Clause 1. en "a" vi "a"
for each case:
finding one en "x" vi "y" when time > 1 hour.
Clause 2. en "b" vi "b"
for each case:
finding two en "x" vi "y" when within clause 1.
Clause 3. en "c" vi "c"
for each case:
finding three en "x" vi "y" when within clause 1 Article 1.
"""
CITED_LAST = """pay is 1 hour.
Clause 1. en "a" vi "a"
for each case:
finding one en "x" vi "y" when within clause 3.
Clause 2. en "b" vi "b"
for each case:
finding two en "x" vi "y" when within clause 3 Article 1.
Clause 3. en "c" vi "c"
for each case:
finding three en "x" vi "y" when time > 1 hour.
"""
ACT = 'Instrument "2/2021" key change en "Change" vi "Sửa đổi", from 2021-01-01, amends tiny, a draft.\n'


def amended(write: Write, tmp_path: Path, act: str, body: str = AMENDABLE) -> la.Rules:
    path = tmp_path / "change.law"
    path.write_text(ACT + act, "utf-8")
    return la.load(write(body), amendments=[path])


def test_x15_a_provision_that_is_repealed_but_cited_lists_every_user(write: Write, tmp_path: Path) -> None:
    with pytest.raises(RulesetError) as error:
        amended(write, tmp_path, "repeal clause 1 Article 1.\n")
    said = "\n".join(p.render("en") for p in error.value.problems)
    assert "finding two" in said
    assert "finding three" in said


def test_x15_a_provision_that_is_renumbered_is_followed_or_lists_every_user(write: Write, tmp_path: Path) -> None:
    try:
        rules = amended(write, tmp_path, "renumber clause 3 Article 1 as clause 4.\n", CITED_LAST)
    except RulesetError as error:
        said = "\n".join(p.render("en") for p in error.problems)
        assert "finding one" in said
        assert "finding two" in said
    else:
        case = {"time": "2", "urgent": False, "day": "2021-02-01"}
        told = [[f["code"] for f in r.evaluate(case).findings] for r in (la.load(write(CITED_LAST)), rules.at(date(2021, 2, 1)))]
        assert told[0] == told[1]
        cited = {c.path for f in rules.at(date(2021, 2, 1)).rulebook.findings for c in [f.citation]}
        assert "tiny/art_1/cl_4" in cited


def test_x10_a_circle_that_an_amendment_makes_is_refused_at_load(write: Write, tmp_path: Path, head: str) -> None:
    terms = 'term en "bonus" vi "thưởng" key case.bonus, a number of hours.\nfor each case:\n'
    body = f'{terms}pay is bonus + 1 hour.\nClause 1. en "x" vi "y"\nfor each case:\nbonus is time.\n'
    assert amended(write, tmp_path, 'in clause 1 Article 1 replace "time" with "2 hours".\n', body).evaluate({"time": "1"})
    with pytest.raises(RulesetError) as error:
        amended(write, tmp_path, 'in clause 1 Article 1 replace "time" with "pay".\n', body)
    assert "pay → bonus → pay" in error.value.problems[0].message.en or "bonus → pay → bonus" in error.value.problems[0].message.en


# ------------------------------------------------------------------ X19: rounding


ROUNDED = [("down", ["0", "1", "2"]), ("up", ["1", "2", "3"]), ("half up", ["1", "2", "3"])]


@pytest.mark.parametrize(("how", "wanted"), ROUNDED)
def test_x19_rounding_is_as_the_rule_says_and_cites_it(write: Write, how: str, wanted: list[str]) -> None:
    rules = la.load(write(f'Clause 1. en "x" vi "y"\nfor each case:\npay is time, rounded {how}.\n'))
    for by in ("interpreter", "rows"):
        for _ in range(3):
            assert [rules.evaluate({"time": t}, by=by).pay for t in ("0.5", "1.5", "2.5")] == wanted
    assert rules.evaluate({"time": "0.5"}).trace[-1]["cites"] == ["tiny/art_1/cl_1"]


def test_x19_nothing_is_rounded_that_no_rule_rounds(write: Write) -> None:
    result = la.load(write("pay is time / 3.\n")).evaluate({"time": "1"}).to_dict()
    assert (result["pay"], result["pay_exact"]) == ("0.333333", "1/3")


# ------------------------------------------------------------------ citations


def test_x12_a_letter_that_is_no_point_gives_the_letters_of_the_law() -> None:
    found = bad("x12 a point that is not in the alphabet")
    assert found.hint is not None
    assert ", ".join(POINT_LETTERS) in found.hint.vi
    assert not {"f", "j", "w", "z"} & set(POINT_LETTERS)


@pytest.mark.parametrize("address", ["Article 4a", "clause 9 Article 1", "point a Article 1", "point f clause 1 Article 1", "clause 0 Article 1"])
def test_x12_an_address_of_nothing_is_an_error_that_says_what_there_is(problems: Examine, lines: int, address: str) -> None:
    text = 'pay is 1 hour.\nClause 1. en "x" vi "y"\nfor each case:\nfinding a en "x" vi "y" when urgent.\n'
    found = [p for p in problems(f'{text}Clause 2. en "x" vi "y"\nfor each case:\nfinding b en "x" vi "y" when within {address}.\n') if not p.warning]
    assert found
    assert found[0].span.place()[0] == lines + 7
    assert found[0].hint is not None


@pytest.mark.parametrize("letter", ["f", "j", "w", "z", "ddd"])
def test_x12_letters_that_vietnamese_law_does_not_use(problems: Examine, letter: str) -> None:
    found = problems(f'pay is 1 hour.\nClause 1. en "x" vi "y"\nPoint {letter}. en "x" vi "y"\n')
    assert [p.span.place()[0] for p in found if not p.warning]


def test_x12_a_provision_that_is_not_there_gives_those_that_are() -> None:
    found = bad("x12 a point that is not there")
    assert "Point c, Clause 1, Article 1" in found.message.en
    assert found.hint is not None
    assert "Point a, Clause 1, Article 1; Point b, Clause 1, Article 1" in found.hint.en


# ------------------------------------------------------------------ instruments that are used


def ruleset(above: Path, key: str, *uses: str, depth: int = 0) -> Path:
    folder = above / key
    folder.mkdir(parents=True)
    used = "".join(f", uses {u}" for u in uses)
    (folder / "a.law").write_text(f'Instrument "{key}" key {key} en "T" vi "N", from 2020-01-01{used}.\n', "utf-8")
    return folder


@pytest.mark.parametrize(
    "name", ["../../etc", "..", "/etc", "//host/share", "file://etc", "\\\\host\\share", "c:\\x", "a/b", "~", "a.b", "etc/passwd", '"../etc"', "Etc", "ETC", "etc ", "ｅtc"]
)
def test_x13_only_a_key_can_be_used(tmp_path: Path, name: str) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "a.law").write_text('thing en "stolen" vi "x" key stolen.\n', "utf-8")
    rulebook, found = examine(ruleset(tmp_path / "in", "tiny", name))
    assert rulebook is None
    assert [p for p in found if not p.warning]
    assert not any("etc" in p.span.source.name for p in found)


def test_x13_an_instrument_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    rulebook, found = examine(ruleset(tmp_path, "tiny", "nowhere"))
    assert rulebook is None
    assert ["nowhere" in p.message.en for p in found if not p.warning] == [True]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_x13_instruments_that_use_each_other_in_a_circle(tmp_path: Path, length: int) -> None:
    folders = [ruleset(tmp_path, f"k{i}", f"k{(i + 1) % length}") for i in range(length)]
    rulebook, found = examine(folders[0])
    assert rulebook is None
    cycle = next(p for p in found if p.code == "uses-cycle")
    assert " → ".join([*(f"k{i}" for i in range(length)), "k0"]) in cycle.message.en


def test_x13_a_thousand_instruments_one_in_another_end_at_a_limit(tmp_path: Path) -> None:
    folders = [ruleset(tmp_path, f"k{i}", f"k{i + 1}") for i in range(1_000)]
    rulebook, found = examine(folders[0])
    assert rulebook is None
    assert "uses-cycle" in [p.code for p in found]


def test_x13_a_symbolic_link_is_no_rule_file(write: Write, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret words", "utf-8")
    folder = write("pay is 1 hour.\n")
    (folder / "b.law").symlink_to(secret)
    rulebook, found = examine(folder)
    assert found == []
    assert rulebook is not None


def test_x13_an_instrument_behind_a_symbolic_link_is_not_used(tmp_path: Path) -> None:
    outside = ruleset(tmp_path / "outside", "stolen")
    folder = ruleset(tmp_path / "in", "tiny", "stolen")
    (tmp_path / "in" / "stolen").symlink_to(outside, target_is_directory=True)
    rulebook, found = examine(folder)
    assert rulebook is None
    assert [p for p in found if not p.warning]


def test_x13_a_folder_named_like_a_rule_file_is_none(write: Write) -> None:
    folder = write("pay is 1 hour.\n")
    (folder / "b.law").mkdir()
    assert examine(folder)[1] == []


def test_x13_a_ruleset_that_is_not_there_is_an_error_with_every_problem(tmp_path: Path) -> None:
    with pytest.raises(RulesetError) as error:
        la.load(tmp_path / "nowhere")
    assert [p.code for p in error.value.problems] == ["no-ruleset"]


# ------------------------------------------------------------------ dates of law


@pytest.mark.parametrize("day", ["2021-02-30", "0000-01-01", "9999-12-31", "2201-01-01", "1899-12-31", "2021-13-01"])
def test_x23_a_date_in_a_rule_is_a_day_of_the_calendar_in_range(problems: Examine, day: str) -> None:
    found = problems(f'pay is 1 hour.\nfinding f en "x" vi "y" when day is after {day}.\n')
    assert [p.span.text() for p in found if not p.warning] == [day]


@pytest.mark.parametrize("power", ["2 ** 3", "2 ^ 3", "2 ** 3 hours", "time ** 2"])
def test_x16_there_is_no_power(problems: Examine, power: str) -> None:
    assert [p for p in problems(f"pay is {power}.\n") if not p.warning]


def test_x16_numbers_of_law_have_a_bound(write: Write, head: str) -> None:
    """26 rules, each the square of the one before."""
    names = [f"{chr(97 + i)}x" for i in range(26)]
    terms = "".join(f'term en "{n}" vi "{n}" key case.{n}, a number.\n' for n in names)
    rules = "ax is time / 1 hour + 9.\n" + "".join(f"{n} is {m} × {m}.\n" for m, n in pairwise(names))
    book = la.load(write(f"{terms}for each case:\npay is zx × 1 hour.\n{rules}"))
    for by in ("interpreter", "rows"):
        for _ in range(4):
            result = book.evaluate({"time": "0.123456"}, by=by)
            assert (result.status, result.pay) == ("refused", None)
            assert "limit" in {f["code"] for f in result.findings}


def test_x25_a_day_without_a_figure_makes_the_case_undetermined(write: Write) -> None:
    term = 'term en "rate" vi "mức" key rate, a number of hours.\n'
    rules = la.load(write(f"pay is rate on day.\nrate is 1 hour from 2020-01-01 to 2020-12-31{FIGURE}.\n{term}"))
    assert rules.evaluate({"day": "2020-12-31"}).pay == "1"
    for day in ("2019-12-31", "2021-01-01"):
        result = rules.evaluate({"day": day})
        assert (result.status, result.pay) == ("undetermined", None)
        assert [(n["what"], n["path"]) for n in result.needs] == [("figure", f"rate[{day}]")]


def test_x25_a_case_before_the_circular_is_refused_and_cites_it(rules: la.Rules) -> None:
    result = rules.evaluate({"case_id": "x", "closed_on": "2021-07-14"})
    assert (result.status, result.amount) == ("refused", None)
    assert any(c.startswith("circular_02_2021/art_11") for f in result.findings for c in f["cites"])
    assert rules.evaluate({"closed_on": "2021-07-15"}).status != "refused"


def test_x25_before_the_first_base_salary_the_figure_is_missing(rules: la.Rules) -> None:
    case = {"form": "civil_proceedings", "providers": [], "entries": [], "stages": []}
    assert rules.evaluate({**case, "closed_on": "2026-01-01"}).status == "determined"
