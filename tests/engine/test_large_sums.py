"""Numbers up to the edge of 64 bits and beyond: columns say what the interpreter says, or leave the case to rows."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.cases.facts.reader import read_facts
from legalaid_dsl.engine.interpreter.determine import determine
from legalaid_dsl.engine.values import Unknown

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


Told = list[tuple[str, dict[str, Fraction | None]]]


@pytest.fixture(scope="module")
def told(rules: la.Rules, portfolio: tuple[Path, list[dict[str, Any]]]) -> Told:
    """What the interpreter says of each case, once; bounds of what is not known are not asked."""
    ready = rules.ready()
    told = []
    for case in portfolio[1]:
        found = determine(ready.prepared, read_facts(rules.rulebook, case), ready.figures, bounds=False)
        assert found.facts is not None
        results = {t.result.key: found.results[(t.key, id(found.facts.root))] for t in found.result_terms("case") if t.result is not None}
        told.append((found.status, {k: None if isinstance(x, Unknown) else x for k, x in results.items()}))
    return told


@pytest.mark.parametrize("chunk", [CASES, 1])
def test_a_study_says_what_the_interpreter_says(
    rules: la.Rules, portfolio: tuple[Path, list[dict[str, Any]]], told: Told, chunk: int
) -> None:
    """One by one, and all together: how large the neighbours are makes no difference."""
    path, cases = portfolio
    found = {row["id"]: row for row in la.study(rules, path, chunk=chunk).tables()["cases"].to_pylist()}
    for place, (one, (status, theirs)) in enumerate(zip(cases, told, strict=True), 1):
        row = found[f"line {place}"]
        assert row["status"] == status, one
        for key in RESULTS:
            mine = row.get(f"{key}_exact") or row[key]
            assert (mine is None) == (theirs[key] is None), (one, key)
            assert mine is None or Fraction(str(mine)) == theirs[key], (one, key, row["decided_by"])
    if chunk > 1:
        assert {row["decided_by"] for row in found.values()} == {"columns", "rows"}

