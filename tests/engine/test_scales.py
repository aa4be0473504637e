"""Scales: each part of an amount by its rate, back again, and one value for a whole range; the same in every form."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.problem import RulesetError
from legalaid_dsl.engine.scales import reversed_scale, slices
from legalaid_dsl.rulebook.model import Bracket
from legalaid_dsl.workbench.rewrite import glossary_for, rewrite
from tests.engine.agreement import agree
from tests.engine.test_columns import compare

BRACKETS = "up to 5,000,000 đồng: 5%; up to 10,000,000 đồng: 10%; above: 35%"
LAW = """
Instrument "04/2007/QH12" key wages en "Personal Income Tax Law" vi "Luật Thuế thu nhập cá nhân", from 2009-01-01.

thing en "case | cases" vi "hồ sơ" key case.
unit en "đồng" vi "đồng" key dong.
unit en "day | days" vi "ngày" key days.
fact en "day of payment" vi "ngày trả" key case.paid_on, a date, date of law.
fact en "taxable income" vi "thu nhập tính thuế" key case.income, a number of dong.
fact en "days late" vi "số ngày chậm" key case.late, a number of days.
term en "progressive tax" vi "thuế lũy tiến" key progressive_tax, a scale of dong, as of day of payment.
term en "late fee" vi "tiền chậm nộp" key late_fee, by ranges of a number of days, a number of dong, as of day of payment.
term en "deduction" vi "mức giảm trừ" key deduction, a number of dong, as of day of payment.
term en "tax due" vi "thuế phải nộp" key case.tax, a number of dong, decisive, result tax.
term en "income behind the tax" vi "thu nhập tương ứng" key case.back, a number of dong, result back.
term en "fee due" vi "tiền chậm nộp phải trả" key case.fee, a number of dong, result fee.
term en "net income" vi "thu nhập sau giảm trừ" key case.net, a number of dong, result net.

Article 22.
progressive tax is {brackets} from 2009-01-01 to 2019-12-31,
  official source en "Law 04/2007, Article 22" vi "Luật 04/2007, Điều 22".
progressive tax is up to 10,000,000 đồng: 5%; above: 20% from 2020-01-01,
  official source en "A later law" vi "Luật sau".
late fee is up to 5 days: 0 đồng; below 30 days: 100,000 đồng; above: 300,000 đồng from 2009-01-01,
  official source en "Law 04/2007, Article 22" vi "Luật 04/2007, Điều 22".
deduction is 4,000,000 đồng from 2009-01-01, official source en "Article 19" vi "Điều 19".
for each case:
tax due is progressive tax applied to taxable income.
income behind the tax is amount on which progressive tax is tax due.
fee due is late fee applied to days late.
net income is taxable income - deduction, at least 0 đồng.
"""


def folder(tmp_path: Path, brackets: str = BRACKETS, text: str = LAW) -> Path:
    where = tmp_path / "wages"
    where.mkdir()
    (where / "wages.law").write_text(text.format(brackets=brackets), "utf-8")
    return where


def case(income: str | None, late: str = "0", paid: str | None = "2010-05-01") -> dict[str, Any]:
    return {k: v for k, v in {"paid_on": paid, "income": income, "late": late}.items() if v is not None}


@pytest.mark.parametrize(
    ("income", "paid", "tax"),
    [("0", "2010-05-01", "0"), ("5000000", "2010-05-01", "250000"), ("5000000.1", "2010-05-01", "250000.01"),
     ("12000000", "2010-05-01", "1450000"), ("12000000", "2019-12-31", "1450000"), ("12000000", "2020-01-01", "900000")],
)  # fmt: skip
def test_each_part_by_its_rate(tmp_path: Path, income: str, paid: str, tax: str) -> None:
    found = la.load(folder(tmp_path)).evaluate(case(income, paid=paid)).to_dict()
    assert (found["tax"], found["back"]) == (tax, income)
    assert found["figures"][0]["cites"] == ["wages/art_22"]


def test_the_trace_shows_each_slice_once(tmp_path: Path) -> None:
    result = la.load(folder(tmp_path)).evaluate(case("12000000"))
    [entry] = [e for e in result.to_dict()["trace"] if e["term"] == "case.tax"]
    assert [(s["over"], s.get("to"), s["factor"], s["part"], s["value"]) for s in entry["slices"]] == [
        ("0", "5000000", "0.05", "5000000", "250000"), ("5000000", "10000000", "0.1", "5000000", "500000"),
        ("10000000", None, "0.35", "2000000", "700000"),
    ]  # fmt: skip
    assert result.explain("en", layer="full").count("2,000,000 đồng at 35%: 700,000 đồng") == 1
    assert "2.000.000 đồng × 35%: 700.000 đồng" in result.explain("vi", layer="full")
    assert "5,000,000 × 5% + 5,000,000 × 10% + 2,000,000 × 35% = 1,450,000 đồng" in result.explain("en")


@pytest.mark.parametrize(("late", "fee"), [("0", "0"), ("5", "0"), ("6", "100000"), ("29", "100000"), ("30", "300000"), ("900", "300000")])
def test_one_value_for_a_whole_range(tmp_path: Path, late: str, fee: str) -> None:
    assert la.load(folder(tmp_path)).evaluate(case("1", late)).to_dict()["fee"] == fee


def test_what_is_missing_and_its_bounds(tmp_path: Path) -> None:
    rules = la.load(folder(tmp_path))
    without = rules.evaluate(case(None)).to_dict()
    assert without["status"] == "undetermined" and [n["key"] for n in without["needs"]] == ["income"]
    undated = rules.evaluate(case("12000000", paid=None)).to_dict()
    assert undated["bounds"]["tax"] == ["900000", "1450000"]
    early = rules.evaluate(case("1", paid="2008-01-01")).to_dict()
    assert {n["what"] for n in early["needs"]} == {"figure"}


def test_every_form_says_the_same(tmp_path: Path) -> None:
    ready = la.load(folder(tmp_path)).ready()
    assert ready.compile() is not None
    cases = [
        case(income, late, paid)
        for income in (None, "0", "4999999.99", "5000000", "7500000", "10000000.5", "99000000")
        for late in ("0", "5", "29.5", "30") for paid in (None, "2008-12-31", "2010-05-01", "2019-12-31", "2020-01-01")
    ]  # fmt: skip
    for each in cases:
        agree(ready, each)
    compare(ready, cases)


def test_in_vietnamese_it_is_the_same(tmp_path: Path) -> None:
    english = folder(tmp_path)
    file = english / "wages.law"
    vietnamese = tmp_path / "vi" / "wages"
    vietnamese.mkdir(parents=True)
    text = rewrite(file, glossary_for(file), "vi")
    assert "mức mà thuế lũy tiến là thuế phải nộp" in text and "cho đến 5.000.000 đồng: 5%" in text
    (vietnamese / "wages.law").write_text(text, "utf-8")
    for income in ("7000000", "12000000"):
        assert la.load(vietnamese).evaluate(case(income)).to_dict()["tax"] == la.load(english).evaluate(case(income)).to_dict()["tax"]


def test_an_act_changes_one_rate_in_one_line(tmp_path: Path) -> None:
    where = folder(tmp_path)
    (where / "amendments").mkdir()
    (where / "amendments" / "act.law").write_text(
        'Instrument "26/2012/QH13" key later en "A later act" vi "Luật sửa đổi", from 2013-07-01, amends wages.\n'
        'Article 1.\nin Article 22 replace "35%" with "30%".\n', "utf-8",
    )  # fmt: skip
    rules = la.load(where)
    taxes = [rules.evaluate(case("12000000", paid=paid)).to_dict()["tax"] for paid in ("2013-06-30", "2013-07-01")]
    assert taxes == ["1450000", "1350000"]


@pytest.mark.parametrize(
    ("brackets", "code"),
    [
        ("up to 5 đồng: 5%; up to 5 đồng: 6%; above: 7%", "brackets-fall"),
        ("up to 5 đồng: 5%; up to 6 đồng: 6%", "brackets-end"),
        ("up to 5 đồng: 5; above: 7%", "bracket-percent"),
        ("up to 5 days: 5%; above: 7%", "units-differ"),
        ("5 đồng", "scale-or-number"),
        ("up to 5 đồng: 5%; above: 0%", "scale-no-way-back"),
    ],
)
def test_brackets_that_are_none(tmp_path: Path, brackets: str, code: str) -> None:
    with pytest.raises(RulesetError) as error:
        la.load(folder(tmp_path, brackets))
    assert code in [p.code for p in error.value.problems]


rates = st.integers(1, 60).map(lambda n: Fraction(n, 100))


@st.composite
def scales(draw: Any) -> tuple[Bracket, ...]:
    bounds = sorted(draw(st.sets(st.integers(1, 10_000), max_size=5)))
    first = draw(st.sampled_from([Fraction(0), Fraction(1, 20)])) if bounds else Fraction(1, 20)
    found = [Bracket(Fraction(b), first if i == 0 else draw(rates)) for i, b in enumerate(bounds)]
    return (*found, Bracket(None, draw(rates)))


@given(scales(), st.fractions(0, 20_000))
def test_back_again_is_where_it_came_from(brackets: tuple[Bracket, ...], amount: Fraction) -> None:
    given_ = sum((s.gives for s in slices("x", brackets, amount)), Fraction(0))
    base, back = reversed_scale(brackets)
    found = base + sum((s.gives for s in slices("x", back, given_)), Fraction(0))
    assert found == amount if given_ else sum((s.gives for s in slices("x", brackets, found)), Fraction(0)) == 0


def test_guarantees_over_a_scale(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    from legalaid_dsl.engine.tables import NO_FIGURES
    from legalaid_dsl.study.proof.ask import Asker
    from legalaid_dsl.study.proof.bounds import Bounds
    from legalaid_dsl.study.proof.law import Law

    text = LAW + (
        'guarantee no_more_than_half en "Never more than half." vi "Không quá một nửa." that tax due <= taxable income / 2.\n'
        'guarantee at_most_a_tenth en "Never more than a tenth." vi "Không quá một phần mười." that tax due <= taxable income / 10.\n'
        'guarantee back_again en "And back." vi "Và ngược lại." that income behind the tax = taxable income.\n'
        'guarantee fees en "Fees have an end." vi "Tiền chậm nộp có mức cuối." that fee due <= 300,000 đồng.\n'
    )
    rules = la.load(folder(tmp_path, text=text))
    law = Law(rules, rules, {}, NO_FIGURES)
    found = {v.key: v.verdict for v in Asker(law, Bounds.default(rules.rulebook)).all()}
    assert found == {"no_more_than_half": "proved", "at_most_a_tenth": "refuted", "back_again": "proved", "fees": "proved"}
