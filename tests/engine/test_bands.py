"""Comparisons with constants as places among limits: the same answers, and fewer questions."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.engine.lowered.passes.interval_index import Known, bands
from legalaid_dsl.engine.lowered.steps import DOUBT, YES, Node

SIGNS = st.sampled_from(["<", "<=", "="])


def form(comparisons: list[tuple[str, int, int, bool]]) -> list[Node]:
    """A number, and comparisons (sign, factor, constant, constant first) of it."""
    nodes = [Node("date", (), (), "x", "number", 1)]
    for sign, factor, constant, turned in comparisons:
        nodes.append(Node("const", (), (constant,), "", "number", 1, True))
        nodes.append(Node("times", (0,), (factor,), "x", "number", 1))
        args = (len(nodes) - 2, len(nodes) - 1) if turned else (len(nodes) - 1, len(nodes) - 2)
        nodes.append(Node("compare", args, (sign,), "x", "yes_or_no"))
    return nodes


@given(
    st.lists(st.tuples(SIGNS, st.integers(1, 4), st.integers(-9, 9), st.booleans()), min_size=2, max_size=5),
    st.integers(-20, 20),
)
@settings(max_examples=300, deadline=None)
def test_a_band_answers_every_comparison(comparisons: list[tuple[str, int, int, bool]], number: int) -> None:
    nodes = form(comparisons)
    intervals, limits = bands(nodes, range(len(nodes)))
    for i, (sign, factor, constant, turned) in enumerate(comparisons):
        place = 3 * (i + 1)
        if place not in intervals:
            continue
        band = sum(number >= limit for limit in limits[0])
        codes = intervals[place].codes(limits[0])
        a, b = (constant, number * factor) if turned else (number * factor, constant)
        assert (codes[band] == YES) == {"<": a < b, "<=": a <= b, "=": a == b}[sign]
        assert codes[-1] == DOUBT


@given(st.integers(0, 50), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
@settings(max_examples=200, deadline=None)
def test_what_is_left_after_whole_parts_is_said_to_be_no_less_than_nought_only_when_it_is(
    number: int, down: int, factor: int, scale: int
) -> None:
    nodes = [
        Node("fact", (), ("x",), "x", "number", 1), Node("times", (0,), (scale,), "x", "number", 1),
        Node("round", (0,), ("down", 1, down, 1), "x", "number", 1), Node("times", (2,), (factor,), "x", "number", 1),
        Node("sub", (1, 3), (), "x", "number", 1),
    ]  # fmt: skip
    never_negative = Known.of(nodes).never_negative[4]
    if never_negative:
        assert scale * number - number // down * factor >= 0
    assert never_negative == (Fraction(factor, down) <= scale)


@pytest.fixture(scope="module")
def hours() -> la.Rules:
    return la.load(Path(__file__).parents[2] / "benchmarks" / "w1")


def test_hours_left_over_are_asked_once(hours: la.Rules) -> None:
    compiled = hours.ready(None, None).compile()
    assert compiled is not None
    assert [n.data for n in compiled.lowered.nodes if n.op == "band"] == [(1, 30_000)]
