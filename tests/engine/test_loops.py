"""Loops in machine code say what columns say, or leave a case to rows."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.engine.batch import Batch, Numbers
from legalaid_dsl.engine.column_steps import Run
from legalaid_dsl.engine.columns import print_columns
from legalaid_dsl.engine.compiled import roots_of
from legalaid_dsl.study.snapshots import batch_of
from tests.oracle import generate

pytest.importorskip("numba")

from legalaid_dsl.engine import loop_numbers as ln
from legalaid_dsl.engine.loop_writing import FRACTION, NONE
from legalaid_dsl.engine.loops import Loops, print_loops

WHOLE = st.integers(-50, 50)
UNDER = st.integers(1, 12)


def made(rules: la.Rules, figures: str | None) -> tuple[Any, Loops]:
    ready = rules.ready(figures)
    compiled = ready.compile()
    assert compiled is not None
    lowered = compiled.with_reasons().lowered
    return ready.reader, print_loops(print_columns(lowered, roots_of(lowered, True)))


def batch(reader: Any, cases: list[dict[str, Any]]) -> Batch:
    snapshots = [s for s in map(reader.read, cases) if s is not None]
    return batch_of(reader, snapshots, np.zeros(len(snapshots), bool))


def same(loops: Loops, cases: Batch) -> float:
    """Compare every root; how many cases are left to rows."""
    mine, theirs = loops.run(cases), loops.columns.run(cases)
    for root in loops.columns.roots:
        node = loops.columns.lowered.nodes[root]
        kept = ~(mine.doubt | theirs.doubt)[mine.case_of(node.thing)]
        a, b = (_codes(run, root, node.thing) for run in (mine, theirs))
        assert [x for x, k in zip(a, kept) if k] == [x for x, k in zip(b, kept) if k], (root, node.op)
    return float(mine.doubt.mean())


def _codes(run: Run, root: int, thing: str) -> list[Any]:
    value = run.wide(run.values[root], thing)
    if not isinstance(value, Numbers):
        return list(value)
    known = [True] * len(value.codes) if value.known is None else list(value.known)
    below = [1] * len(value.codes) if value.below is None else list(value.below)
    return [Fraction(int(n), int(d)) if k else None for n, d, k in zip(value.codes, below, known)]


@pytest.fixture(scope="module")
def circular(rules: la.Rules) -> tuple[Any, Loops]:
    return made(rules, "illustrative")


@pytest.mark.parametrize(("missing", "most"), [(0.0, 0.15), (0.1, 0.6)])
def test_the_circular(circular: tuple[Any, Loops], missing: float, most: float) -> None:
    reader, loops = circular
    rng = random.Random(3)
    left = same(loops, batch(reader, [generate.random_case(rng, missing=missing) for _ in range(400)]))
    assert left < most


def test_a_small_ruleset_leaves_nothing(root: Path) -> None:
    reader, loops = made(la.load(root / "benchmarks" / "w1"), None)
    rng = random.Random(1)
    cases = [
        {"entries": [
            {"id": f"e{i}", "task": rng.choice(["meeting", "study", "hearing", None]), "hours": rng.choice(["0", "2.75", "9", "40", None]),
             "certified_by": rng.choice([["judge"], ["centre", "branch"], [], None])}
            for i in range(rng.randint(0, 8))
        ]}
        for _ in range(300)
    ]  # fmt: skip
    whole = [c for c in cases if all(None not in e.values() for e in c["entries"])]
    assert same(loops, batch(reader, whole)) == 0
    same(loops, batch(reader, cases))


def test_numbers_too_large_are_left_to_columns(root: Path) -> None:
    reader, loops = made(la.load(root / "benchmarks" / "w1"), None)
    large = [{"entries": [{"id": "e", "task": "study", "hours": "99999999", "certified_by": ["judge"]}]}]
    assert same(loops, batch(reader, large)) == 0


def test_a_study_by_machine_code_gives_the_same_tables(rules: la.Rules, tmp_path: Path) -> None:
    rng = random.Random(5)
    cases = [{**generate.random_case(rng, missing=0.02), "case_id": str(i)} for i in range(60)]
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(c) + "\n" for c in cases), "utf-8")
    one, other = (
        la.study(rules, tmp_path / "cases.jsonl", figures="illustrative", numba=numba).tables() for numba in (False, True)
    )  # fmt: skip
    assert set(one) == set(other)
    for name, table in one.items():
        columns = [c for c in table.column_names if c != "decided_by"]
        mine, theirs = (sorted(map(str, t.select(columns).to_pylist())) for t in (table, other[name]))
        assert mine == theirs, name


# ------------------------------------------------------------------ fractions


def value(pair: tuple[int, int]) -> Fraction | None:
    assert pair[0] != FRACTION
    return None if pair[0] == NONE else Fraction(*pair)


@given(WHOLE, UNDER, WHOLE, UNDER)
@settings(max_examples=200, deadline=None)
def test_fractions_are_exact(a: int, under_a: int, b: int, under_b: int) -> None:
    x, y = Fraction(a, under_a), Fraction(b, under_b)
    assert value(ln.mul(a, under_a, b, under_b)) == x * y
    assert value(ln.add(a, under_a, b, under_b)) == x + y
    assert value(ln.div(a, under_a, b, under_b)) == (None if b == 0 else x / y)
    assert ln.order(a, under_a, b, under_b) == (x > y) - (x < y)
    assert value(ln.lesser(a, under_a, b, under_b, 1)) == min(x, y)
    assert value(ln.lesser(a, under_a, b, under_b, -1)) == max(x, y)
    assert ln.floored(a, under_a, b % 7 + 1, under_b, False, False) == x * (b % 7 + 1) // under_b
    assert ln.floored(a, under_a, 1, 1, True, False) == (2 * x + 1) // 2
    assert ln.floored(a, under_a, 1, 1, False, True) == -(-x // 1)


def test_what_is_too_large_says_so() -> None:
    assert ln.mul(2**40, 1, 2**40, 1)[0] == FRACTION
    assert ln.add(2**60, 3, 2**60, 7)[0] == FRACTION
    assert ln.order(2**60, 3, 2**60, 7) == FRACTION
    assert ln.mul(NONE, 1, 3, 1) == (NONE, 1)
