"""The rules against an independent reading of the contract, on random cases.

tests/oracle/ was written from the contract alone, by somebody who never saw the rules.
AMBIGUITIES.md beside it says where both readings are defensible. Which numbers survive a
missing fact (A2) is compared leniently: where both give one, it must be the same.
"""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import legalaid_dsl as la
from tests.campaign import examples
from tests.oracle import generate, oracle
from tests.oracle.comparing import differences, exact

TABLES = Path(__file__).resolve().parent.parent / "rulesets" / "circular_02_2021" / "tables" / "illustrative"
CLOSE = Fraction(1, 10**6)  # what is printed of a number that does not end in decimals


@pytest.fixture(scope="module")
def tables() -> Any:
    return oracle.load_tables(str(TABLES))


def agree(
    rules: la.Rules, tables: Any, case: dict[str, Any], supplied: bool, readings: dict[str, str] | None = None
) -> dict[str, Any]:
    """Both readings say the same of the case; gives ours."""
    figures = "illustrative" if supplied else None
    ours = rules.evaluate(case, figures=figures, readings=readings or {}, trace=False).to_dict()
    return compare(ours, tables, case, supplied, readings)


def compare(
    ours: dict[str, Any], tables: Any, case: dict[str, Any], supplied: bool, readings: dict[str, str] | None = None
) -> dict[str, Any]:
    """What was evaluated already, against the other reading."""
    theirs = oracle.evaluate(case, tables if supplied else None, readings, with_bounds=False)
    assert not differences(ours, theirs, case)
    return ours


seeds = st.integers(min_value=0, max_value=2**32)
chosen = st.fixed_dictionaries({key: st.sampled_from(choices) for key, choices in oracle.READINGS.items()})


@examples(30, 600)
@given(seeds, st.booleans())
def test_complete_cases(rules: la.Rules, tables: Any, seed: int, supplied: bool) -> None:
    agree(rules, tables, generate.random_case(random.Random(seed), missing=0.0), supplied)


@examples(25, 600)
@given(seeds, chosen)
def test_the_other_readings(rules: la.Rules, tables: Any, seed: int, readings: dict[str, str]) -> None:
    agree(rules, tables, generate.random_case(random.Random(seed), missing=0.0), True, readings)


@examples(25, 400)
@given(seeds, st.booleans())
def test_cases_with_missing_facts(rules: la.Rules, tables: Any, seed: int, supplied: bool) -> None:
    agree(rules, tables, generate.random_case(random.Random(seed), missing=0.1), supplied)


@examples(40, 300)
@given(seeds)
def test_malformed_cases_are_refused(rules: la.Rules, seed: int) -> None:
    case, what = generate.malformed_case(random.Random(seed))
    result = rules.evaluate(case).to_dict()
    assert result["status"] == "refused", what
    assert result["findings"] and all(f["code"] for f in result["findings"])


@examples(20, 120)
@given(seeds)
def test_bounds(rules: la.Rules, tables: Any, seed: int) -> None:
    """Bounds hold whatever one missing fact, or an opening, could still give (0.13); exact for one fact of one line."""
    case = generate.random_case(random.Random(seed), missing=0.0, mode="one_line_fact")
    ours = agree(rules, tables, case, supplied=True)
    theirs = oracle.evaluate(case, tables)
    if ours["status"] != "undetermined":
        return
    for key, (low, high) in theirs["bounds"].items():
        if key not in ours["bounds"]:
            assert exact(ours, key) is not None, key  # left out only where it is known
            continue
        mine_low, mine_high = map(Fraction, ours["bounds"][key])
        assert mine_low <= low + CLOSE and high - CLOSE <= mine_high, f"{key} could be {low} to {high}"
        if theirs["exact"] and len(ours["needs"]) == 1:
            assert abs(mine_low - low) <= CLOSE and abs(mine_high - high) <= CLOSE, f"{key} is {low} to {high}"


@examples(8, 80)
@given(seeds)
def test_what_is_shown_holds_for_every_completion(rules: la.Rules, seed: int) -> None:
    """Numbers shown in spite of missing facts never change; bounds contain what comes out."""
    rng = random.Random(seed)
    case = generate.random_case(rng, missing=0.2)
    partial = rules.evaluate(case, trace=False).to_dict()
    if partial["status"] != "undetermined":
        return
    for _ in range(4):
        full = rules.evaluate(generate.complete(case, rng), figures="illustrative", trace=False).to_dict()
        if full["status"] != "determined":
            continue
        for key in ("sessions", "base_salaries", "amount"):
            assert partial[key] in (None, full[key])
            low, high = partial.get("bounds", {}).get(key, (None, None))
            if low is not None:
                assert Fraction(low) <= (exact(full, key) or 0) <= Fraction(high)
        for list_key in ("entries", "providers"):
            for mine, other in zip(partial[list_key], full[list_key], strict=True):
                for key, value in mine.items():
                    assert key == "cites" or value is None or value == other.get(key), (mine["id"], key)
