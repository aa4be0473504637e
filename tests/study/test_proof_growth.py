"""Proofs of long rulesets: each decision is translated once, without Python's stack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.engine.tables import NO_FIGURES
from legalaid_dsl.study.proof.bounds import Bounds
from legalaid_dsl.study.proof.law import Law
from tests.counting import calls
from tests.engine.growing import SHAPES, grows, ruleset

z3 = pytest.importorskip("z3")

from legalaid_dsl.study.proof.formulas.logic import at_most_one, every, opposite  # noqa: E402
from legalaid_dsl.study.proof.formulas.naming import Naming, rounded_terms  # noqa: E402
from legalaid_dsl.study.proof.formulas.space import Space  # noqa: E402
from legalaid_dsl.study.proof.formulas.tables import Cells  # noqa: E402
from legalaid_dsl.study.proof.formulas.translate import Translator  # noqa: E402

N = 40


def translated(rules: la.Rules) -> tuple[int, int]:
    """(calls, names) that the translation of what is paid takes."""
    law = Law(rules, rules, {}, NO_FIGURES)
    bounds = Bounds.default(law.book)
    space = Space.of(law.book, bounds)
    naming = Naming(steps=rounded_terms(law.book))
    translator = Translator(law.prepared, space, Cells(law.figures, bounds.highest_figure), naming)
    count = calls(lambda: translator.value("case.pay", space.root))
    assert not translator.reasons
    return count, len(naming.definitions)


@pytest.mark.parametrize("shape", sorted(set(SHAPES) - {"chain_of_totals"}))
def test_twice_the_rules_take_twice_the_work(shape: str, tmp_path: Path) -> None:
    grows(*(translated(ruleset(tmp_path / str(n), shape, n)) for n in (N, 2 * N)))


@pytest.mark.parametrize("shape", ["chain", "chain_of_lines", "addresses", "chain_of_grounds"])
def test_chains_of_hundreds_of_rules(shape: str, tmp_path: Path) -> None:
    translated(ruleset(tmp_path, shape, 300))


def test_a_part_and_its_opposite_are_found_among_many() -> None:
    parts: list[Any] = [z3.Bool(f"p{i}") for i in range(50)]
    assert every([*parts, opposite(parts[7])]) is False
    assert every([opposite(parts[7]), *parts]) is False


@pytest.mark.parametrize("count", [3, 60])
def test_at_most_one(count: int) -> None:
    parts: list[Any] = [z3.Bool(f"p{i}") for i in range(count)]
    for held, status in (([], z3.sat), ([0], z3.sat), ([0, count - 1], z3.unsat)):
        solver = z3.Solver()
        solver.add(*at_most_one(parts), *(parts[i] for i in held))
        assert solver.check() == status
