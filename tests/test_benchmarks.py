"""Whoever is measured beside us decides the same cases the same way: those that need nothing more than the tests do."""

from __future__ import annotations

import shutil

import pytest

from benchmarks.checked import check
from benchmarks.peers import load
from benchmarks.targets import judged
from benchmarks.w1_cases import portfolio


@pytest.mark.parametrize("name", ["ours", "exported", "hand", "arrays", "plain_c"])
def test_a_peer_gives_what_integers_by_hand_give(name: str) -> None:
    if name == "plain_c" and shutil.which("gcc") is None:
        pytest.skip("no gcc here")
    if name == "exported" and shutil.which("node") is None:
        pytest.skip("no Node.js here")
    for make in load(name):
        check(make(), portfolio(40))


@pytest.mark.long
def test_machine_code_gives_what_integers_by_hand_give() -> None:
    pytest.importorskip("numba")
    for make in load("numba_lanes"):
        check(make(), portfolio(200))


def test_targets_are_judged_by_ratios() -> None:
    found = {
        "ours: rows": {"one": 1.4, "many": None}, "by hand, Python: integers": {"one": 1.0, "many": None},
        "ours: columns, with reasons": {"one": None, "many": 1.0}, "OpenFisca": {"one": 9.0, "many": 3.0},
    }  # fmt: skip
    rows = {asked: (ratio, holds) for asked, ratio, holds in judged(found)}
    assert rows["one case without reasons ≤ 1.5 × integers by hand"] == ("1.40 ×", "holds")
    assert rows["many cases with reasons, NumPy, ≥ 4 × OpenFisca"] == ("3.00 ×", "**fails**")
    assert rows["one case with deciding clauses ≤ 2 × integers by hand"][1] == "**not here**"
