"""Rows are the interpreter, field by field: all readings, with and without figures, facts missing."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.cases.facts.reader import read_facts
from legalaid_dsl.cases.strategy import Ready
from legalaid_dsl.engine.lowered.from_tables import CellSums, table_rows
from legalaid_dsl.engine.lowered.steps import Lowered
from legalaid_dsl.engine.rows.compiled import compiled
from legalaid_dsl.engine.tables import sum_cells
from tests.campaign import examples, size
from tests.engine.agreement import agree, some_readings
from tests.oracle import generate

seeds = st.integers(min_value=0, max_value=2**32)


@pytest.fixture(scope="module")
def choice(rules: la.Rules) -> Any:
    """The rules under a choice of readings; each is compiled once."""
    kept: dict[tuple[int, bool], Ready] = {}
    own = la.Rules(rules.rulebook)  # goes with this module, and what it has made with it

    def chosen(reading: int, supplied: bool) -> Ready:
        if (reading, supplied) not in kept:
            figures = "illustrative" if supplied else None
            kept[(reading, supplied)] = own.ready(figures, some_readings(rules, reading))
        return kept[(reading, supplied)]

    return chosen


@settings(max_examples=30, deadline=None)
@given(seeds, st.booleans())
def test_default_readings(choice: Any, seed: int, supplied: bool) -> None:
    agree(choice(0, supplied), generate.random_case(random.Random(seed)))


@settings(max_examples=25, deadline=None)
@given(seeds, st.booleans(), st.sampled_from([0.02, 0.1, 0.3]))
def test_facts_missing(choice: Any, seed: int, supplied: bool, missing: float) -> None:
    agree(choice(0, supplied), generate.random_case(random.Random(seed), missing=missing))


@examples(12, 25)
@given(seeds, st.integers(min_value=1, max_value=size(2, 6)), st.booleans(), st.sampled_from([0.0, 0.1]))
def test_other_readings(choice: Any, seed: int, reading: int, supplied: bool, missing: float) -> None:
    agree(choice(reading, supplied), generate.random_case(random.Random(seed), missing=missing))


@pytest.mark.longer
def test_every_choice_of_every_reading(rules: la.Rules) -> None:
    """A sample of them, or all."""
    rng = random.Random(7)
    every = [(key, one) for key, r in rules.rulebook.readings.items() for one in r.choices if one != r.default]
    for key, one in rng.sample(every, size(4, len(every))):
        these = la.Rules(rules.rulebook).ready("illustrative", {key: one})
        for _ in range(3):
            agree(these, generate.random_case(rng, missing=rng.choice([0.0, 0.1])))


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_malformed_facts_are_refused_in_the_same_words(rules: la.Rules, seed: int) -> None:
    case, what = generate.malformed_case(random.Random(seed))
    rules.ready().compile()
    for facts in (case, json.dumps(case)):
        mine, theirs = rules.evaluate(facts), rules.evaluate(facts, by="interpreter")
        assert mine.status == "refused", what
        assert mine.to_dict() == theirs.to_dict()


@examples(7, 15)
@given(seeds)
def test_a_result_is_the_same_whoever_makes_it(rules: la.Rules, seed: int) -> None:
    case = generate.random_case(random.Random(seed), missing=0.05)
    rules.ready("illustrative").compile()
    mine = rules.evaluate(case, figures="illustrative")
    theirs = rules.evaluate(json.dumps(case), figures="illustrative", by="interpreter")
    assert (mine.status, mine.amount, mine.sessions) == (theirs.status, theirs.amount, theirs.sessions)
    assert mine.items("entries") == theirs.items("entries")
    assert mine.items("providers") == theirs.items("providers")
    assert mine.to_dict() == theirs.to_dict()
    assert mine.explain() == theirs.explain()


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_the_quick_reader_keeps_the_facts(rules: la.Rules, seed: int) -> None:
    case = generate.random_case(random.Random(seed), missing=0.1)
    rules.ready().compile()
    reader = rules.ready().reader
    assert reader is not None
    snapshot = reader.read(case)
    if snapshot is not None:
        mine, theirs = (read_facts(rules.rulebook, c) for c in (reader.plain(snapshot), case))
        assert _flat(mine) == _flat(theirs)


def _flat(facts: Any) -> Any:
    def value(x: Any) -> Any:
        return x.path if hasattr(x, "path") else x

    items = [facts.root, *(i for found in facts.items.values() for i in found)]
    unknown = {thing: [path for _, path in found] for thing, found in facts.unknown_lists.items()}
    return [(i.path, i.id, i.position, {k: value(x) for k, x in i.facts.items()}) for i in items], unknown


def test_a_lowered_form_is_data(rules: la.Rules) -> None:
    one = rules.ready("illustrative")
    lowered = one.compile().lowered  # type: ignore[union-attr]
    again = Lowered.from_json(lowered.to_json())
    assert again == lowered
    case = generate.random_case(random.Random(3))
    snapshot = one.reader.read(case)  # type: ignore[union-attr]
    assert compiled(again, one.reader.inputs).row(snapshot).values == one.compile().row(snapshot).values  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="version"):
        Lowered.from_json('{"version": 0}')


def test_sums_of_cells_are_those_of_the_tables(rules: la.Rules) -> None:
    rng, book = random.Random(5), rules.rulebook
    for figures in (rules.figures(None), rules.figures("illustrative")):
        for table in book.tables.values():
            sums = CellSums(table_rows(book, figures, table), ())
            keys = [list(book.vocabularies[v].choices) for _, v in table.by]
            for _ in range(60):
                places = [rng.choice([None, rng.sample(range(len(k)), rng.randint(1, min(3, len(k))))]) for k in keys]
                mine = sums.sum_of(tuple(None if p is None else tuple(p) for p in places))
                chosen = tuple(None if p is None else tuple(k[i] for i in p) for p, k in zip(places, keys))
                theirs = sum_cells(book, figures, table, chosen)
                assert (mine is None) == bool(theirs.missing)
                assert mine is None or mine == theirs.value * sums.table.scale


def test_many_threads_compile_once(rules: la.Rules) -> None:
    case = generate.random_case(random.Random(11))
    fresh = la.Rules(rules.rulebook)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: fresh.evaluate(case, figures="illustrative").amount, range(40)))
    assert len(set(found)) == 1
    assert fresh.ready("illustrative").compile() is fresh.ready("illustrative").compile()
