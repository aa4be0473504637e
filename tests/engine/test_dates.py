"""Dates and several values: the calendar against one counted day by day; rows and columns against the interpreter."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.engine import dates
from tests.engine.agreement import agree
from tests.engine.test_columns import compare

HERE = Path(__file__).resolve().parent.parent / "rulesets_small" / "terms_and_ages"
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
ENDS = st.sampled_from(["last_day", "day_after"])
ONE = timedelta(days=1)


def months_later(day: date, months: int, ends: str) -> date | None:
    """Step by step: the month that comes so many months later, then its day, then what the rule says."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        year, month = (year + 1, 1) if month == 13 else (year - 1, 12) if month == 0 else (year, month)
    if not 1900 <= year <= 2200:
        return None
    found = date(year, month, 1)
    while found.day < day.day and (found + ONE).month == month:
        found += ONE
    return found + ONE if found.day < day.day and ends == "day_after" else found


@given(DAYS, st.integers(-40, 40), ENDS)
@example(date(2024, 2, 29), 12, "last_day")
@example(date(2024, 2, 29), 12, "day_after")
@example(date(2024, 2, 29), -12, "day_after")
@example(date(2200, 11, 30), 2, "last_day")
def test_months_and_years_later(day: date, count: int, ends: str) -> None:
    for unit, size in (("months", 1), ("years", 12)):
        wanted = months_later(day, count * size, ends)
        found = dates.moved(day.toordinal(), count, unit, ends)
        assert found == (None if wanted is None else wanted.toordinal())


@given(DAYS, st.integers(-120_000, 120_000))
def test_days_and_weeks_later(day: date, count: int) -> None:
    for unit, size in (("days", 1), ("weeks", 7)):
        there = date.toordinal(day) + count * size
        inside = date(1900, 1, 1).toordinal() <= there <= date(2200, 12, 31).toordinal()
        assert dates.moved(day.toordinal(), count, unit, "") == (there if inside else None)


@given(DAYS, DAYS, ENDS)
@example(date(2024, 2, 29), date(2025, 2, 28), "last_day")
@example(date(2024, 2, 29), date(2025, 2, 28), "day_after")
@example(date(2026, 1, 31), date(2026, 3, 1), "day_after")
def test_what_lies_between_is_the_most_that_fits(a: date, b: date, ends: str) -> None:
    first, second = sorted((a.toordinal(), b.toordinal()))
    for unit in ("days", "weeks", "months", "years"):
        count = dates.between(first, second, unit, ends)
        there, beyond = (dates.moved(first, n, unit, ends) for n in (count, count + 1))
        assert count >= 0
        assert there is not None
        assert there <= second
        assert beyond is None or beyond > second
        assert dates.between(second, first, unit, ends) == -count


@given(DAYS, DAYS, DAYS, ENDS, st.sampled_from(["days", "weeks", "months", "years"]))
def test_what_lies_between_rises_with_the_second_and_falls_with_the_first(a: date, b: date, c: date, ends: str, unit: str) -> None:
    """So the bounds of a count whose day is unknown lie at the ends of the calendar."""
    low, middle, high = sorted(x.toordinal() for x in (a, b, c))
    assert dates.between(middle, low, unit, ends) <= dates.between(middle, high, unit, ends)
    assert dates.between(low, middle, unit, ends) >= dates.between(high, middle, unit, ends)


@given(DAYS)
def test_edges(day: date) -> None:
    for unit, size in (("months", 1), ("quarters", 3), ("years", 12)):
        def part(x: date, size: int = size) -> tuple[int, int]:
            return x.year, (x.month - 1) // size

        first, last = (date.fromordinal(dates.edge(day.toordinal(), unit, end)) for end in (False, True))
        assert first <= day <= last
        assert part(first) == part(day) == part(last)
        assert part(first - ONE) != part(day) != part(last + ONE)


# ------------------------------------------------------------------ the interpreter, rows, columns


@pytest.fixture(scope="module")
def ready() -> Any:
    return la.load(HERE).ready(None)


@pytest.fixture(scope="module")
def without_texts(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Rules that columns can decide: they hold no texts."""
    there = tmp_path_factory.mktemp("rules") / HERE.name
    shutil.copytree(HERE, there)
    article = there / "article_01.law"
    article.write_text(article.read_text("utf-8").replace('place is not "Hà Nội"', "months granted < 3000 months"), "utf-8")
    return la.load(there).ready(None)


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values, values, values)


NUMBERS = st.one_of(st.integers(0, 9_000_000).map(str), st.sampled_from(["0.5", "1500", "2500.5", "500"]))
CASES = st.fixed_dictionaries({
    "day": some(DAYS.map(str)), "decided_on": some(DAYS.map(str)), "place": some(st.sampled_from(["Hà Nội", "Huế"])),
    "months": some(st.sampled_from(["0", "1", "0.5", "13", "3000", "999999"])), "urgent": some(st.booleans()),
    "price": some(NUMBERS), "value": some(NUMBERS), "gravity": some(st.sampled_from(["slight", "grave"])),
    "persons": st.lists(some(DAYS.map(str)), max_size=3).map(lambda born: [{"id": f"p{i}", "born": b} for i, b in enumerate(born)]),
})  # fmt: skip


@given(CASES)
@settings(max_examples=150, deadline=None)
def test_rows_say_what_the_interpreter_says(ready: Any, case: dict[str, Any]) -> None:
    assert ready.compile() is not None
    assert agree(ready, case) != "careful" or case["gravity"] is None  # a choice that all values may agree on


@given(st.lists(CASES, min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_columns_say_what_rows_say(without_texts: Any, cases: list[dict[str, Any]]) -> None:
    compare(without_texts, cases)


# ------------------------------------------------------------------ what is unknown


FACTS: dict[str, Any] = {
    "day": "2026-02-28", "decided_on": "2026-03-31", "months": "3", "urgent": False, "price": "120000", "value": "1000000",
    "gravity": "slight", "persons": [{"id": "p", "born": "2008-02-29"}], "place": "Huế",
}  # fmt: skip


def test_the_rule_for_month_ends_is_cited_with_the_rule() -> None:
    found = la.load(HERE).evaluate(FACTS).to_dict()
    person = found["persons"][0]
    assert (person["age"], person["of_age"]) == ("18", "2026-03-01")
    entry = next(e for e in found["trace"] if e["term"] == "persons.age")
    assert entry["cites"] == ["terms_and_ages/art_1/cl_1"]


@pytest.mark.parametrize(("missing", "withheld"), [("urgent", "fee"), ("price", "fee"), ("value", "fee")])
def test_bounds_of_one_value_among_several(missing: str, withheld: str) -> None:
    """A ceiling by a condition: the fee lies between what each case gives."""
    found = la.load(HERE).evaluate({**FACTS, missing: None}).to_dict()
    low, high = map(int, found["bounds"][withheld])
    assert 0 <= low <= 120_000 <= high <= 500_000
