"""A clean table whose headers, days, numbers and values are written otherwise: the same facts, or a refusal. Never another number."""

from __future__ import annotations

import csv
import io
import tempfile
import unicodedata
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.study.portfolio.opened import ColumnsIgnored, SourceError
from legalaid_dsl.study.portfolio.run import Decider, Study
from legalaid_dsl.study.sheets.refused import MARK
from tests.study.sheets import flat, read, wanted, workbook

pytestmark = pytest.mark.filterwarnings(f"ignore::{ColumnsIgnored.__module__}.{ColumnsIgnored.__name__}")
DAYS, HOURS, CHOICES = (2, 3, 9), 12, (1, 4, 5, 7, 8, 10, 11, 13)
HOURS_OF = ["8", "3.5", "4", "2.5", "3.1"]


@pytest.fixture(scope="module")
def decider(rules: la.Rules) -> Decider:
    return Study(rules, None, "illustrative", reasons=False).decider()


def spelled(draw: st.DrawFn, text: str) -> str:
    """Some other way of writing a name, or a slip."""
    way = draw(st.sampled_from(["same", "same", "upper", "title", "nfd", "spaced", "bare", "slip", "underscored"]))
    place = draw(st.integers(0, max(len(text) - 1, 0)))
    return {
        "same": text, "upper": text.upper(), "title": text.title(), "nfd": unicodedata.normalize("NFD", text), "spaced": f" {text.replace(' ', '  ')} ",
        "bare": "".join(c for c in unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")) if not unicodedata.combining(c)),
        "slip": text[:place] + text[place + 1 :], "underscored": text.replace(" ", "_"),
    }[way]  # fmt: skip


def day(draw: st.DrawFn, text: str, typed: bool) -> Any:
    d = date.fromisoformat(text)
    ways: list[Any] = [
        text, f"{d.day:02}/{d.month:02}/{d.year}", f"{d.day}-{d.month}-{d.year}", f"{d.day}.{d.month:02}.{d.year}", f"{d.year}/{d.month}/{d.day}",
        f"ngày {d.day} tháng {d.month} năm {d.year}", f"{text} 00:00:00", f"{d.day}/{d.month}/{d.year % 100}",
    ]  # fmt: skip
    if d.day > 12:
        ways.append(f"{d.month}/{d.day}/{d.year}")
    if typed:
        ways += [d, datetime(d.year, d.month, d.day), datetime(d.year, d.month, d.day, 8), (d - date(1899, 12, 30)).days]
    return draw(st.sampled_from(ways))


def hours(draw: st.DrawFn, text: str, typed: bool) -> Any:
    value = Fraction(text)
    whole, minutes = divmod(value * 60, 60)
    ways: list[Any] = [text, text.replace(".", ","), f"{text} giờ", f"{text}00" if "." in text else f"{text},00", f"{int(whole)}:{int(minutes):02}", f"{int(whole)}h{int(minutes):02}", f"{int(whole)} giờ {int(minutes)} phút"]
    ways += [f"{int(whole)}.{str(text).partition('.')[2]:0<3}", f"{int(value * 1000):,}"]  # 3.500; 3,500
    if typed:
        ways += [float(text), timedelta(minutes=int(value * 60)), time(int(whole), int(minutes)), float(text) + 2**-46]
    return draw(st.sampled_from(ways))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_same_facts_or_a_refusal(rules: la.Rules, decider: Decider, data: st.DataObject) -> None:
    draw = data.draw
    lang, typed = draw(st.sampled_from(["en", "vi"])), draw(st.booleans())
    rows = flat(rules, lang)
    for i in range(len(rows[0])):
        if draw(st.integers(0, 2)) == 0:
            rows[0][i] = spelled(draw, rows[0][i])
    for row in rows[1:]:
        for i in range(len(row)):
            if draw(st.integers(0, 3)):
                continue
            if i in DAYS:
                row[i] = day(draw, row[i], typed)
            elif i == HOURS:
                row[i] = hours(draw, row[i], typed)
            elif i in CHOICES:
                row[i] = draw(st.sampled_from(["; ", ", ", "\n", " / "])).join(spelled(draw, p) for p in row[i].split("; "))
    for _ in range(draw(st.integers(0, 2))):
        rows.insert(draw(st.integers(1, len(rows))), draw(st.sampled_from([[None] * 14, ["Tổng cộng", *[None] * 11, 21.1 if typed else "21,1", None]])))
    with tempfile.TemporaryDirectory() as name:
        source = workbook(rows, Path(name) / "a.xlsx") if typed else as_text(rows, Path(name) / "a.csv")
        try:
            found, refused = read(decider, source)
        except SourceError as error:
            told_of = error.message
            found, refused = {}, []
        else:
            told_of = None
    if told_of is not None:
        assert told_of.vi != told_of.en
        return
    told = {r["case"] for r in refused}
    plain = wanted()
    assert set(found) == set(plain)
    ignored = {k for k in ("hours", "date") if not any(k in e for c in found.values() for e in c["entries"])}
    for case, facts in found.items():
        if case in told:
            assert MARK in str(facts)
        else:
            agree(facts, plain[case], ignored)


def agree(found: Any, plain: Any, ignored: set[str]) -> None:
    """Whatever is said is what was meant; a column whose header is no name may be missing."""
    if isinstance(found, dict):
        for key, value in found.items():
            agree(value, plain[key], ignored)
    elif isinstance(found, list) and found and isinstance(found[0], dict):
        assert len(found) == len(plain)
        for one, other in zip(found, plain, strict=True):
            agree(one, other, ignored)
    else:
        assert found == plain


def as_text(rows: list[list[Any]], path: Path) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([["" if v is None else v for v in row] for row in rows])
    path.write_text(text.getvalue(), "utf-8")
    return path
