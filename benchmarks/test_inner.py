"""The inner ones, by pytest-benchmark (extra ``bench``): `pytest benchmarks/test_inner.py`. Not among the tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import legalaid_dsl as la
from benchmarks.laws import circular_case, hard_cases
from legalaid_dsl.engine.columns.program import print_columns
from legalaid_dsl.engine.rows.compiled import roots_of
from legalaid_dsl.study.portfolio.json_lines import batch_of

FIGURES = "illustrative"
CASE = circular_case(10)


@pytest.fixture(scope="module")
def rules() -> la.Rules:
    return la.load()


@pytest.fixture(scope="module")
def ready(rules: la.Rules) -> Any:
    made = rules.ready(FIGURES)
    made.compile()
    return made


@pytest.fixture(scope="module")
def batch(ready: Any) -> Any:
    snapshots = [s for s in map(ready.reader.read, hard_cases()) if s is not None] * 20
    return batch_of(ready.reader, snapshots, np.zeros(len(snapshots), bool))


def test_loading_a_ruleset(benchmark: Any, rules: la.Rules) -> None:
    benchmark(la.load, rules.rulebook.folder)


def test_printing_rows(benchmark: Any, rules: la.Rules) -> None:
    benchmark.pedantic(lambda: rules.ready(FIGURES, {"art_13_rounding": "down"}).compile(), rounds=3)


def test_reading_facts(benchmark: Any, ready: Any) -> None:
    assert benchmark(ready.reader.read, CASE) is not None


@pytest.mark.parametrize("reasons", [False, True])
def test_rows(benchmark: Any, ready: Any, reasons: bool) -> None:
    compiled = ready.compile().with_reasons() if reasons else ready.compile()
    assert benchmark(compiled.row, ready.reader.read(CASE)).status == "determined"


@pytest.mark.parametrize("reasons", [False, True])
def test_columns(benchmark: Any, ready: Any, batch: Any, reasons: bool) -> None:
    lowered = ready.compile().with_reasons().lowered
    columns = print_columns(lowered, roots_of(lowered, reasons))
    assert not benchmark(columns.run, batch).doubt.any()


@pytest.mark.parametrize("by", ["rows", "interpreter"])
def test_an_amount(benchmark: Any, rules: la.Rules, by: str) -> None:
    choice = {} if by == "rows" else {"by": by}
    assert benchmark(lambda: rules.evaluate(CASE, figures=FIGURES, **choice).amount)


def test_the_whole_trace(benchmark: Any, rules: la.Rules) -> None:
    assert benchmark(lambda: rules.evaluate(CASE, figures=FIGURES).to_dict())["status"] == "determined"


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_an_explanation(benchmark: Any, rules: la.Rules, lang: str) -> None:
    assert benchmark(lambda: rules.evaluate(CASE, figures=FIGURES).explain(lang))
