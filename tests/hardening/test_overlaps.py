"""Overlaps that the conditions prove are errors at check; what only a case shows is left to the case. Never a false error."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.problem import Problem
from legalaid_dsl.rulebook.load import examine

HEAD = """\
Instrument "1/2020" key tiny en "Tiny" vi "Nhỏ", from 2020-01-01.
thing en "case | cases" vi "vụ việc" key case.
thing en "helper | helpers" vi "người giúp" key helpers, listed in case.
unit en "hour | hours" vi "giờ" key hours.
choices key form: en "court" vi "tòa" key court; en "outside" vi "ngoài" key outside; en "by post" vi "bưu điện" key post.
fact en "time" vi "thời gian" key case.time, a number of hours.
fact en "urgent" vi "khẩn cấp" key case.urgent, yes or no.
fact en "day" vi "ngày" key case.day, a date.
fact en "form" vi "hình thức" key case.form, one of form.
term en "whole" vi "đủ" key case.whole, a number of hours.
term en "rest" vi "lẻ" key case.rest, a number of hours.
term en "grade" vi "bậc" key case.grade, a number.
term en "noted" vi "ghi nhận" key case.noted, yes or no.
term en "left" vi "bên trái" key case.left, yes or no, result left_side.
term en "right" vi "bên phải" key case.right, yes or no, result right_side.
term en "pay" vi "tiền" key case.pay, a number of hours, result pay, decisive.

Article 1. en "Pay" vi "Tiền"
for each case:
whole is time / 4, rounded down 1 hour.
rest is time - whole × 4.
grade is 1 when time < 2 hours.
grade is 2 when time >= 2 hours.
noted when urgent.
"""


def checked(rules: str, more: str = "") -> list[Problem]:
    with TemporaryDirectory() as above:
        folder = Path(above) / "tiny"
        folder.mkdir()
        (folder / "a.law").write_text(HEAD.replace("\nArticle 1.", more + "\nArticle 1.") + "left when urgent.\nright when urgent.\n" + rules, "utf-8")
        return [p for p in examine(folder)[1] if not p.warning]


def pair(a: str, b: str, rules: str = "") -> list[Problem]:
    return checked(f"{rules}pay is 1 hour when {a}.\npay is 2 hours when {b}.\n")


OVERLAPS = [
    ("time > 0 hours and time < 3 hours", "time >= 2 hours and time < 3 hours", "time: 2 hours"),
    ("time > 0 hours and time < 3 hours", "time >= 2 hours", "time: 2 hours"),
    ("time <= 3 hours", "time >= 3 hours", "time: 3 hours"),
    ("3 hours >= time", "time = 3 hours", "time: 3 hours"),
    ("not time = 3 hours", "time > 1 hour and time < 2 hours", "time: "),
    ("rest > 0 hours and rest < 3 hours", "rest >= 2 hours", "rest: 2 hours"),
    ("urgent and time > 1 hour", "urgent and time < 2 hours", "time: 1.5 hours"),
    ("noted", "noted and time < 2 hours", "time: "),
    ("form is among (court, outside)", "form is among (outside, by post)", "form: outside"),
    ("form is not court", "form is not outside", "form: by post"),
    ("form is court or form is outside", "form is not court", "form: outside"),
    ("day is before 2020-01-05", "day is not before 2020-01-04", "day: 2020-01-04"),
    ("day is 2020-01-05", "day is after 2020-01-04", "day: 2020-01-05"),
    ("number of helpers >= 2", "number of helpers < 3", "number of helpers: 2"),
    ("time > 1 hour or urgent", "time > 2 hours and form is court", "time: "),
    ("time is stated", "time > 2 hours", "time: "),
    ("not (urgent or time > 2 hours)", "not urgent and time <= 2 hours", "time: "),
]
APART = [
    ("time > 0 hours and time < 3 hours", "time >= 3 hours"), ("time < 1 hour", "time > 1 hour"), ("not time < 3 hours", "time < 3 hours"),
    ("rest > 0 hours and rest < 3 hours", "rest >= 3 hours"), ("rest >= 5 hours and rest < 7 hours", "rest >= 6 hours"),
    ("grade > 1.2", "grade < 1.8"), ("whole > 1.2 hours", "whole < 1.8 hours"), ("number of helpers > 1", "number of helpers < 2"),
    ("day is before 2020-01-05", "day is after 2020-01-04"), ("form is court", "form is not court"), ("form is court", "form is outside"),
    ("urgent", "time > 1 hour"), ("number of helpers >= 2", "time > 1 hour"), ("noted", "not urgent"), ("noted and time > 1 hour", "not urgent and time < 2 hours"),
    ("time is not stated", "time > 2 hours"), ("form is court and time > 1 hour", "form is outside and time > 1 hour"),
    ("(urgent or time > 2 hours) and time < 1 hour", "not urgent"), ("day is after 2020-01-01", "time > 1 hour"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "example"), OVERLAPS)
def test_what_the_conditions_prove_is_an_error_with_an_example(a: str, b: str, example: str) -> None:
    for one, other in ((a, b), (b, a)):
        found = pair(one, other)
        assert [p.code for p in found] == ["overlap"], found
        assert example in found[0].message.en
        assert len(found[0].also) == 1


@pytest.mark.parametrize(("a", "b"), APART)
def test_what_is_apart_or_not_sure_is_left_alone(a: str, b: str) -> None:
    assert pair(a, b) == []
    assert pair(b, a) == []


def test_a_declared_exception_is_none() -> None:
    rules = 'pay is 1 hour when time > 0 hours.\nArticle 2. en "x" vi "y"\nfor each case:\ndespite Article 1.\npay is 2 hours when time > 1 hour.\n'
    assert checked(rules) == []


def test_an_exception_that_stands_between_makes_it_unsure() -> None:
    rules = "pay is 1 hour when time > 0 hours.\npay is 2 hours when time > 1 hour.\n"
    rules += 'Article 2. en "x" vi "y"\nfor each case:\ndespite Article 1.\npay is 3 hours when time > 1 hour.\n'
    assert checked(rules) == []


def test_what_the_law_leaves_open_is_no_overlap() -> None:
    opening = 'pay is left open unclear en "x" vi "y" when time > 1 hour.\n'
    assert pair("time > 0 hours", "time > 2 hours", opening) == []
    assert [p.code for p in pair("time > 0 hours", "time < 0.5 hours", opening)] == ["overlap"]


def test_a_case_that_is_refused_is_none() -> None:
    refusal = 'refuse time too_long en "x" vi "y" when time > 2 hours.\n'
    assert pair("time > 0 hours and time < 4 hours", "time >= 3 hours", refusal) == []
    assert [p.code for p in pair("time > 0 hours and time < 4 hours", "time >= 1 hour", refusal)] == ["overlap"]


@pytest.mark.parametrize(("first", "second", "same"), [("a", "b", False), ("a", "a", True)])
def test_only_under_one_choice_of_readings(first: str, second: str, same: bool) -> None:
    rules = 'reading way en "x" vi "y": a by default en "x" vi "y" because en "x" vi "y"; b en "x" vi "y".\nfor each case:\n'
    rules += f"read way as {first}:\npay is 1 hour when time > 1 hour.\nread way as {second}:\npay is 2 hours when time > 2 hours.\nin every reading:\n"
    assert ([p.code for p in checked(rules)] == ["overlap"]) is same


# ------------------------------------------------------------------ any conditions

NUMBERS = st.sampled_from(["0", "1", "2", "3"])
SIGNS = st.sampled_from(["<", "<=", ">", ">=", "="])
ATOMS = st.one_of(
    st.builds("time {} {} hours".format, SIGNS, NUMBERS), st.builds("rest {} {} hours".format, SIGNS, NUMBERS),
    st.sampled_from(["urgent", "noted", "form is court", "form is not outside", "form is among (court, by post)"]),
)  # fmt: skip
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner), st.builds("({} or {})".format, inner, inner), st.builds("(not {})".format, inner)
    ),
    max_leaves=4,
)
GRID: list[dict[str, Any]] = [
    {"time": t, "urgent": u, "form": f}
    for t, u, f in product(["0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "5", "6.5"], [True, False], ["court", "outside", "post"])
]


def judged(a: str, b: str) -> Callable[[dict[str, Any]], bool]:
    """Whether the interpreter lets both conditions hold."""
    with TemporaryDirectory() as above:
        folder = Path(above) / "tiny"
        folder.mkdir()
        (folder / "a.law").write_text(HEAD + f"left when {a}.\nright when {b}.\npay is 1 hour.\n", "utf-8")
        rules = la.load(folder)

    def both(case: dict[str, Any]) -> bool:
        result = rules.evaluate({**case, "day": "2020-01-01", "helpers": []}, trace=False).to_dict()
        return bool(result["left_side"] and result["right_side"])

    return both


@settings(max_examples=60, deadline=None)
@given(CONDITIONS, CONDITIONS)
def test_an_overlap_that_is_said_is_one_that_the_interpreter_sees(a: str, b: str) -> None:
    if any(p.code in ("overlap", "conflict") for p in pair(a, b)) and a != b:
        both = judged(a, b)
        never = judged("urgent or not urgent", a), judged("urgent or not urgent", b)
        if all(any(n(c) for c in GRID) for n in never):  # a condition that never holds is said to be so by lint
            assert any(both(c) for c in GRID), (a, b)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SIGNS, NUMBERS), min_size=1, max_size=3), st.lists(st.tuples(SIGNS, NUMBERS), min_size=1, max_size=3))
def test_an_overlap_in_one_number_is_always_said(a: list[tuple[str, str]], b: list[tuple[str, str]]) -> None:
    one, other = (" and ".join(f"time {s} {n} hours" for s, n in parts) for parts in (a, b))
    both = judged(one, other)
    if any(both(c) for c in GRID):
        assert [p.code for p in pair(one, other)] in (["overlap"], ["conflict"])
    else:
        assert [p.code for p in pair(one, other)] in ([], ["conflict"])


# ------------------------------------------------------------------ ceilings below floors

FLOORS = [
    "pay is time, at least 0 hours, at most 5 hours - 6 hours.\n", "pay is time, at least 6 hours, at most 5 hours.\n",
    "pay is time, at least 6 hours.\npay at most 5 hours.\n", "pay is time, at least 6 hours.\npay at most 5 hours when urgent.\n",
    "pay is time.\npay at most 5 hours.\npay at least 6 hours when urgent.\n", "pay is time, at least 1 hour, at most 0 hours - time.\n",
    "pay is time, at least time + 7 hours, at most 6 hours.\n", "pay is time when urgent.\npay is 2 hours, at least 9 hours otherwise.\npay at most 5 hours.\n",
    "pay is time, at least 2 hours + number of helpers × 1 hour, at most 1 hour.\n",
]  # fmt: skip
NO_FLOORS = [
    "pay is time, at least 5 hours, at most 5 hours.\n", "pay is time.\npay at most 5 hours when form is court.\npay at least 6 hours when urgent.\n",
    "pay is time, at least 4 hours, at most time.\n", "pay is time, at least 0 hours, at most 3 hours - time.\n",
    "pay is time when urgent, at most 3 hours.\n".replace(" when urgent, at most 3 hours", ", at most 3 hours when urgent") + "pay is time, at least 4 hours when not urgent.\n",
]  # fmt: skip


@pytest.mark.parametrize("rules", FLOORS)
def test_a_ceiling_below_a_floor_is_an_error_that_shows_both(rules: str) -> None:
    found = checked(rules)
    assert [p.code for p in found] == ["ceiling-below-floor"]
    assert len(found[0].also) == 1


@pytest.mark.parametrize("rules", NO_FLOORS)
def test_a_ceiling_that_may_lie_above_is_left_alone(rules: str) -> None:
    assert checked(rules) == []


def test_a_floor_that_another_term_sets() -> None:
    more = 'term en "top" vi "trần" key case.top, a number of hours.\n'
    assert [p.code for p in checked("top is time, at most 3 hours.\npay is time, at least 4 hours, at most top.\n", more)] == ["ceiling-below-floor"]
    assert checked("top is time.\npay is time, at least 4 hours, at most top.\n", more) == []


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        ("circular_02_2021/article_03.law", "hours left over >= 3 hours", "hours left over >= 2 hours"),
        ("circular_02_2021/article_03.law", "hours left over < 3 hours", "hours left over <= 3 hours"),
        ("criminal_code/article_09.law", "highest prison term > 7 years", "highest prison term > 6 years"),
        ("criminal_code/article_09.law", "highest prison term <= 7 years", "highest prison term < 7.5 years"),
    ],
)
def test_a_threshold_of_the_shipped_rules_that_slips(root: Path, tmp_path: Path, place: str, old: str, new: str) -> None:
    shutil.copytree(root / "rulesets", tmp_path / "rulesets")
    path = tmp_path / "rulesets" / place
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    assert "overlap" in [p.code for p in examine(tmp_path / "rulesets" / place.partition("/")[0])[1]]
