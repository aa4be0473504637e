"""The campaign of rows, columns and the interpreter, as much of it as ``--long`` has time for."""

from __future__ import annotations

import pytest

import legalaid_dsl as la

pytest.importorskip("numpy")

from tests.long import campaign

pytestmark = pytest.mark.long
FOUND = (91, 440)  # pieces that once differed, or raised something


@pytest.mark.parametrize("piece", range(4))
def test_the_circular_is_decided_alike_under_readings_drawn_at_random(rules: la.Rules, piece: int) -> None:
    assert campaign.circular(rules, piece)["differences"] == []


def test_rulesets_made_at_random_are_decided_alike() -> None:
    found = {piece: campaign.ruleset(piece).get("differences") for piece in {*range(300), *FOUND}}
    assert [piece for piece, differences in found.items() if differences] == []
