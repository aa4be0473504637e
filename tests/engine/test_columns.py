"""Columns are rows for many cases: every code of every result, deciding clause and ceiling."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.cases.strategy import Ready
from legalaid_dsl.engine.columns.batch import Numbers
from legalaid_dsl.engine.columns.program import print_columns
from legalaid_dsl.engine.columns.run import Run
from legalaid_dsl.engine.rows.compiled import roots_of
from legalaid_dsl.study.portfolio.json_lines import batch_of
from tests.campaign import examples
from tests.engine.agreement import some_readings
from tests.oracle import generate


def codes_of(run: Run, place: int) -> list[Any]:
    """A column as rows have it."""
    node = run.nodes[place]
    value = run.wide(run.values[place], node.thing)
    if not isinstance(value, Numbers):
        return list(value.tolist())
    below = np.ones(len(value.codes), np.int64) if value.below is None else value.below
    known = np.ones(len(value.codes), bool) if value.known is None else value.known
    return [Fraction(c, b) if k else None for c, b, k in zip(value.codes.tolist(), below.tolist(), known.tolist())]


def compare(ready: Ready, cases: list[dict[str, Any]]) -> float:
    """The share of cases that columns leave to rows; all others must agree."""
    compiled = ready.compile()
    assert compiled is not None
    assert ready.reader is not None
    compiled = compiled.with_reasons()
    snapshots = [s for s in map(ready.reader.read, cases) if s is not None]
    roots = roots_of(compiled.lowered, True)
    run = print_columns(compiled.lowered, roots).run(batch_of(ready.reader, snapshots, np.zeros(len(snapshots), bool)))
    rows = [compiled.codes(s) for s in snapshots]
    for k, place in enumerate(roots):
        node = compiled.lowered.nodes[place]
        if node.kind == "reference":
            continue
        column = codes_of(run, place)
        at = 0
        for i, row in enumerate(rows):
            theirs = row[k] if isinstance(row[k], list) else [row[k]]
            mine = column[at : at + len(theirs)]
            if not run.doubt[i] and mine != theirs:
                pytest.fail(f"step {place} ({node.op}) of case {i}: {mine} is not {theirs}")
            at += len(theirs)
    return float(run.doubt.mean())


@pytest.mark.parametrize("figures", ["illustrative", None])
@examples(3, 20)
@given(seed=st.integers(0, 2**32), missing=st.sampled_from([0.0, 0.02, 0.1, 0.3]))
def test_many_cases(rules: la.Rules, figures: str | None, seed: int, missing: float) -> None:
    rng = random.Random(seed)
    left = compare(rules.ready(figures), [generate.random_case(rng, missing=missing) for _ in range(60)])
    assert missing or left < 0.2


@pytest.mark.long
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32), reading=st.integers(1, 6))
def test_other_readings(rules: la.Rules, seed: int, reading: int) -> None:
    rng = random.Random(seed)
    ready = la.Rules(rules.rulebook).ready(rng.choice(["illustrative", None]), some_readings(rules, reading))
    compare(ready, [generate.random_case(rng, missing=rng.choice([0.0, 0.1])) for _ in range(40)])


@pytest.mark.parametrize("ceiling", ["per_task", "joint"])
def test_a_table_is_asked_for_the_list_that_a_term_names(rules: la.Rules, ceiling: str) -> None:
    """Of a vocabulary whose lists are too many to be listed: a table says the few that there can be, or a constant the only one."""
    rng = random.Random(4)
    ready = la.Rules(rules.rulebook).ready("illustrative", {"art_4_cl_2_ceiling": ceiling})
    assert compare(ready, [generate.random_case(rng, missing=0.02) for _ in range(40)]) < 0.5


def test_numbers_too_large_for_64_bits_are_left_to_rows(rules: la.Rules) -> None:
    case = generate.random_case(random.Random(1), form="criminal_proceedings")
    big = {**case, "tasks_complete": False, "deducted_sessions": "999999999999999"}
    assert compare(rules.ready("illustrative"), [case, big, case]) <= 1
