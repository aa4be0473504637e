"""Rulesets made at random: rows, columns and the interpreter agree; `tests/long` does the same for many more.

What it found stands here, made small.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.engine.columns import numbers as cn
from legalaid_dsl.engine.columns.batch import Numbers
from tests.engine.agreement import agree
from tests.engine.growing import CASE, LINE, ruleset
from tests.engine.test_columns import compare
from tests.long import campaign

FOREVER = float("inf")  # as long as it takes: no test ends by a clock


@pytest.mark.parametrize("seed", [*range(12), 54, 100])
def test_a_ruleset_is_decided_alike_by_all(seed: int) -> None:
    assert not campaign.ruleset(seed).get("differences")


def test_a_campaign_goes_on_where_it_ended(tmp_path: Path) -> None:
    path, goals = tmp_path / "kept.json", {"circular": 0, "rulesets": 2}
    first = campaign.run(path, {**goals, "rulesets": 1}, FOREVER, lambda _: None)
    assert (first["rulesets"]["pieces"], first["circular"]["pieces"]) == (1, 0)
    again = campaign.run(path, goals, FOREVER, lambda _: None)
    assert again["rulesets"]["pieces"] == 2
    assert campaign.summary(again).count("\n") == len(campaign.ROWS) + 2


def said(folder: Path, rules: str) -> la.Rules:
    """A ruleset with one step for each line."""
    ruleset(folder, "chain_of_lines", 1)
    (folder / "article_01.law").write_text(f'Article 1. en "A" vi "A"\n{rules}', "utf-8")
    return la.load(folder)


CASES: list[dict[str, Any]] = [
    {"time": "7", "flag": flag, "lines": [{"id": str(i), "span": s} for i, s in enumerate(spans)]}
    for flag in (True, False, None)
    for spans in ((), ("3",), ("9.75", "12", "40"), ("1", None))
]
ONES = f"{LINE}s qa is span.\n{CASE}"


@pytest.mark.parametrize("rules", [
    f"{ONES}pay is total of s qa over lines where (first flag) (1 hour if none).\n",
    f"{ONES}pay is total of time over lines where (first flag) (1 hour if none).\n",
    f"{ONES}pay is total of time over lines (0 hours if none).\n",
    f"{LINE}s qa is 2 hours.\n{CASE}pay is total of s qa over lines (0 hours if none).\n",
    f"{ONES}pay is highest time over lines where (first flag) (2 hours if none).\n",
    f"{ONES}pay is highest time over lines (2 hours if none).\n",
    f"{ONES}pay is time when number of lines where (first flag) > 1.\npay is 0 hours otherwise.\n",
    f"{LINE}s qa is span - 10 hours, at most 5 hours together shared pro rata.\n{CASE}pay is total of s qa over lines (0 hours if none).\n",
    f"{LINE}s qa is span - 10 hours, at most 5 hours together filled in order.\n{CASE}pay is total of s qa over lines (0 hours if none).\n",
])  # fmt: skip
def test_sums_under_a_condition_of_the_case(rules: str, tmp_path: Path) -> None:
    """Also of what is the same for all items, and of amounts below nought."""
    ready = said(tmp_path, rules).ready(None)
    assert ready.compile() is not None
    for case in CASES:
        agree(ready, case)
    compare(ready, CASES)


def test_what_is_below_nought_has_no_part_in_a_ceiling_that_is_shared(tmp_path: Path) -> None:
    """No ceiling raises an amount, and none makes room for the others under it."""
    rules = said(tmp_path, f"{LINE}s qa is span - 10 hours, at most 5 hours together shared pro rata.\n{CASE}pay is total of s qa over lines (0 hours if none).\n")
    for spans, total in ((("3", "4"), -13), (("18", "12", "3"), -2), (("3", None), None), (("14", "3"), -3)):
        case = {"time": "7", "flag": True, "lines": [{"id": str(i), "span": s} for i, s in enumerate(spans)]}
        agree(rules.ready(None), case)
        found = rules.evaluate(case)
        assert found.to_dict()["pay"] == (None if total is None else str(total)), spans
    first: dict[str, str] = {"id": "a", "span": "3"}
    low, high = rules.evaluate({**case, "lines": [first, {"id": "b"}]}).to_dict()["bounds"]["pay"]
    for span in ("0", "9", "12", "40"):
        assert Fraction(low) <= Fraction(rules.evaluate({**case, "lines": [first, {"id": "b", "span": span}]}).to_dict()["pay"]) <= Fraction(high)


PAIRS = st.lists(st.tuples(st.integers(-(10**9), 10**9), st.integers(1, 10**6)), min_size=1, max_size=4)
SCALES = st.sampled_from([1, 7, 10**4, 42 * 10**9, 2**40])


@given(PAIRS, PAIRS, SCALES, SCALES)
@settings(max_examples=200, deadline=None)
def test_quotients_of_fractions_are_exact_or_left(a: list[tuple[int, int]], b: list[tuple[int, int]], by_a: int, by_b: int) -> None:
    size = min(len(a), len(b))
    left = np.zeros(size, bool)

    def doubt(items: Any) -> None:
        left[np.broadcast_to(items, (size,))] = True

    x, y = (Numbers(np.array([n for n, _ in p[:size]]), None, np.array([d for _, d in p[:size]])) for p in (a, b))
    found = cn.divided(x, y, by_a, by_b, doubt)
    known = np.broadcast_to(True if found.known is None else found.known, (size,))
    for i in range(size):
        over = Fraction(*a[i]) * by_a, Fraction(*b[i]) * by_b
        if not left[i]:
            assert bool(known[i]) == bool(over[1])
            assert not over[1] or Fraction(int(found.codes[i]), int(found.below[i])) == over[0] / over[1]


@pytest.mark.parametrize("most", ["100", "50", "most"])
@pytest.mark.parametrize("days", [("2024-01-01", None), (None, None), ("2024-01-02", "2024-01-01", None), (None,), ("2024-01-01",)])
def test_a_ceiling_in_an_order_that_is_not_known(most: str, days: tuple[str | None, ...], tmp_path: Path) -> None:
    """Under the ceiling or above it: an item without a day leaves the same open in every form."""
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "r.law").write_text(f'''Instrument "T" key t en "T" vi "T", from 2020-01-01.
thing en "case | cases" vi "vụ việc" key case.
thing en "line | lines" vi "dòng" key lines, listed in case, identified, in order of day.
fact en "most" vi "mức" key lines.most, a number.
fact en "day" vi "ngày" key lines.day, a date.
fact en "time" vi "số giờ" key lines.span, a number.
term en "kept" vi "giữ lại" key lines.kept, a number, result kept.
term en "fee" vi "phí" key case.fee, a number, decisive, result fee.
Article 1. en "A" vi "A"
for each case:
fee is total of kept over lines (0 if none).
for each line:
kept is time, at most {most} together filled in order.
''', "utf-8")  # fmt: skip
    ready = la.load(tmp_path / "t").ready(None)
    case = {"lines": [{"id": str(i), "span": 40, "most": 480, **({"day": d} if d else {})} for i, d in enumerate(days)]}
    agree(ready, case)
    assert compare(ready, [case]) == 0
