"""Rows and columns of other laws: the benchmarks' small ones, and mutants of the circular (as an amendment changes it)."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.workbench.mutation.mutants import mutants
from tests.engine.agreement import agree
from tests.engine.test_columns import compare
from tests.oracle import generate

TASKS = ["meeting", "study", "arguments", "other", "hearing", "testimony", "custody", "evidence"]
ROLES = ["judge", "clerk", "investigator", "person_met", "centre", "branch"]


def some(rng: random.Random, chance: float, **facts: Any) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if rng.random() >= chance}


def w1_case(rng: random.Random, missing: float) -> dict[str, Any]:
    lines = [
        {"id": f"e{i}", **some(
            rng, missing, task=rng.choice(TASKS), hours=str(rng.randint(0, 60) / 4),
            certified_by=rng.sample(ROLES, rng.randint(0, 3)),
        )}
        for i in range(rng.randint(0, 14))
    ]  # fmt: skip
    return some(rng, missing / 3, entries=lines)


def w2_case(rng: random.Random, missing: float) -> dict[str, Any]:
    offences = [some(rng, missing, **{"class": rng.choice(["light", "serious", "grave"])}) for _ in range(rng.randint(0, 3))]
    return some(
        rng, missing, offences=offences, stages=rng.sample(["inquiry", "trial", "appeal"], rng.randint(0, 3)),
        helpers=rng.randint(0, 3), deduction=rng.choice(["0", "1.5", "20"]),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["w1", "w2"])
def test_the_benchmarks(root: Path, name: str) -> None:
    rules, rng = la.load(root / "benchmarks" / name), random.Random(4)
    make = {"w1": w1_case, "w2": w2_case}[name]
    for missing in (0.0, 0.1, 0.4):
        cases = [make(rng, missing) for _ in range(40)]
        found = [agree(rules.ready(), case) for case in cases]
        assert "careful" not in found
        compare(rules.ready(), cases)


@pytest.mark.long
def test_amended_laws(rules: la.Rules) -> None:
    rng = random.Random(6)
    for mutant in rng.sample(mutants(rules.rulebook), 12):
        changed = la.Rules(mutant.of(rules.rulebook)).ready("illustrative")
        if changed.compile() is None:
            continue
        cases = [generate.random_case(rng, missing=rng.choice([0.0, 0.1])) for _ in range(5)]
        for case in cases:
            agree(changed, case)
        compare(changed, cases)
