"""Numbers up to the edge of 64 bits and beyond: columns and loops say what the interpreter says, or leave the case to rows."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la

RESULTS = ("kept", "whole", "quota", "long", "many")
CASES = 250


def number(rng: random.Random, most: int) -> str:
    """A decimal of any size, small ones as often as large ones."""
    digits = rng.randint(0, most)
    return rng.choice(["0", "0.0001", "1", "7", f"{rng.randrange(10**digits, 10 ** (digits + 1))}", f"{rng.randrange(1, 10**digits + 1)}.{rng.randint(0, 9999):04}"])


def case(rng: random.Random) -> dict[str, Any]:
    most = rng.choice([1, 2, 4, 8])
    made: dict[str, Any] = {key: number(rng, most) for key in ("first", "second", "third", "rate")}
    made["lines"] = [
        {"id": str(i), "time": number(rng, most), "rate": number(rng, most)} for i in range(rng.choice([0, 1, 2, 5, 6]))
    ]
    if rng.random() < 0.15:
        del made[rng.choice(list(made))]
    return made


@pytest.fixture(scope="module")
def rules(root: Path) -> la.Rules:
    return la.load(root / "tests" / "rulesets_small" / "large_sums")


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    rng = random.Random(11)
    cases = [case(rng) for _ in range(CASES)]
    path = tmp_path_factory.mktemp("large") / "cases.jsonl"
    path.write_text("".join(json.dumps(c) + "\n" for c in cases), "utf-8")
    return path, cases


@pytest.mark.parametrize(("numba", "chunk"), [(False, CASES), (False, 1), (True, CASES), (True, 7)])
def test_a_study_says_what_the_interpreter_says(
    rules: la.Rules, portfolio: tuple[Path, list[dict[str, Any]]], numba: bool, chunk: int
) -> None:
    """One by one, and all together: how large the neighbours are makes no difference."""
    if numba:
        pytest.importorskip("numba")
    path, cases = portfolio
    found = {row["id"]: row for row in la.study(rules, path, chunk=chunk, numba=numba).tables()["cases"].to_pylist()}
    for place, one in enumerate(cases, 1):
        told = rules.evaluate(one, by="interpreter").to_dict()
        row = found[f"line {place}"]
        assert row["status"] == told["status"], one
        for key in RESULTS:
            mine = row.get(f"{key}_exact") or row[key]
            theirs = told.get(f"{key}_exact") or told[key]
            assert (mine is None) == (theirs is None), (one, key)
            if mine is not None:
                assert Fraction(str(mine)) == Fraction(str(theirs)), (one, key, row["decided_by"])
    if chunk > 1:
        assert {row["decided_by"] for row in found.values()} == {"columns", "rows"}

