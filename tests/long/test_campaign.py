"""The campaign of rows, columns and the interpreter, as much of it as ``--long`` has time for."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

import legalaid_dsl as la
from legalaid_dsl.workbench.rewrite import glossary_for, rewrite

pytest.importorskip("numpy")

from tests.long import campaign, random_rules

pytestmark = pytest.mark.long
FOUND = (91, 440, 4166, 5043)  # pieces that once differed, or raised something


@pytest.mark.parametrize("piece", range(4))
def test_the_circular_is_decided_alike_under_readings_drawn_at_random(rules: la.Rules, piece: int) -> None:
    assert campaign.circular(rules, piece)["differences"] == []


def test_bounds_hold_whatever_comes_out_once_more_is_known(tmp_path: Path) -> None:
    """Of rulesets made at random; what is determined with less stays so."""
    held = 0
    for seed in range(60):
        random_rules.write(tmp_path / str(seed), seed)
        try:
            rules = la.load(tmp_path / str(seed))
        except la.RulesetError:
            continue
        rng = Random(seed)
        for count in (1, 1, 2, 2):
            case = random_rules.case(rng, seed, 0)
            whole, part = rules.evaluate(case).to_dict(), rules.evaluate(random_rules.less(rng, case, count)).to_dict()
            for key in (k for k in (*(f"t{i}" for i in range(5)), "as_read") if whole.get(k) is not None):
                low, high = part.get("bounds", {}).get(key, (None, None))
                assert part[key] in (None, whole[key]), (seed, key, case)
                assert low is None or Fraction(low) <= Fraction(whole[key]), (seed, key, case)
                assert high is None or Fraction(whole[key]) <= Fraction(high), (seed, key, case)
                held += low is not None
    assert held > 100


def test_rulesets_made_at_random_are_the_same_in_vietnamese_and_back(tmp_path: Path) -> None:
    """Also where a term is called by a word with which other words of the language begin (“ngày”)."""
    for seed in range(1, 40, 2):
        folders = [tmp_path / f"{seed}{lang}" for lang in ("", "vi", "en")]
        random_rules.write(folders[0], seed)
        try:
            meaning = la.load(folders[0]).meaning
        except la.RulesetError:
            continue
        for here, there in pairwise(folders):
            there.mkdir()
            for file in here.glob("*.law"):
                (there / file.name).write_text(rewrite(file, glossary_for(file), there.name.lstrip("0123456789")), "utf-8")
            assert la.load(there).meaning == meaning, seed


def test_rulesets_made_at_random_are_decided_alike() -> None:
    found = {piece: campaign.ruleset(piece).get("differences") for piece in {*range(300), *FOUND}}
    assert [piece for piece, differences in found.items() if differences] == []
