"""Golden cases of section 0 of the contract: decided by the oracle, given by the rules; a failure names the provision."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

import legalaid_dsl as la
from tests.oracle import golden, oracle
from tests.oracle.comparing import differences, exact

CASES: list[dict[str, Any]] = [json.loads(text) for text in golden.FILE.read_text(encoding="utf-8").splitlines()]
ROWS = list(dict.fromkeys(case["row"] for case in CASES))
CLOSE = Fraction(1, 10**6)  # what is printed of a number that does not end in decimals


def test_every_row_is_held_in_both_directions() -> None:
    assert len(CASES) >= 200
    for row in ROWS:
        bites = [case["bites"] for case in CASES if case["row"] == row]
        assert len(bites) >= 8 and set(bites) == {True, False}, row


def test_the_oracle_gives_them() -> None:
    assert golden.golden() == CASES, "decided otherwise: write golden.jsonl anew and read the diff"


@pytest.mark.parametrize("row", ROWS)
def test_the_rules_give_them(rules: la.Rules, row: str) -> None:
    tables = oracle.load_tables(str(golden.TABLES))
    found = []
    for case in CASES:
        if case["row"] == row:
            ours = rules.evaluate(case["facts"], figures=case["figures"], readings=case["readings"]).to_dict()
            theirs = oracle.evaluate(case["facts"], tables, case["readings"], with_bounds=False)
            said = differences(ours, theirs, case["facts"]) + missing(ours, case["expected"]) + wrongly_cited(ours, theirs, case)
            found += [f"{case['id']} ({case['provision']}; {case['title']}): {text}" for text in said]
    assert not found, "\n" + "\n".join(found)


def missing(ours: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """What a golden case demands beyond a random one: no number is withheld needlessly, the very facts, the bounds."""
    if ours["status"] != expected["status"] or ours["status"] == "refused":
        return []  # said already
    pairs = [(ours, expected, "case")] + [
        (mine, other, mine["id"]) for key in ("providers", "entries") for mine, other in zip(ours[key], expected[key])
    ]
    out = [
        f"{what} {key} is withheld, not {other[key]}"
        for mine, other, what in pairs
        for key in ("sessions", "base_salaries", "amount", "payable_sessions", "level_sessions", "level_base_salaries")
        if other.get(key) is not None and key in mine and exact(mine, key) is None
    ]
    needs = sorted(need["path"] for need in ours["needs"] if need["what"] == "fact")
    if needs != expected["needs"] and expected["needs"]:
        out.append(f"needs {needs}, not {expected['needs']}")
    for key, (low, high) in expected["bounds"].items():
        mine = [Fraction(x) for x in ours.get("bounds", {}).get(key, [])]
        given = bool(mine) and mine[0] <= Fraction(low) + CLOSE and Fraction(high) - CLOSE <= mine[1]
        if not given or (expected["exact"] and max(abs(mine[0] - Fraction(low)), abs(mine[1] - Fraction(high))) > CLOSE):
            out.append(f"{key} could be {low} to {high}, not {[str(x) for x in mine]}")
    return out


def gathered(found: Any) -> set[str]:
    """Every citation of a result, save those of what did not apply."""
    if isinstance(found, list):
        return set().union(*map(gathered, found))
    if not isinstance(found, dict):
        return set()
    inner = [gathered(v) for k, v in found.items() if k not in ("not_applied", "readings")]
    return set(found.get("cites", ())).union(*inner)


def wrongly_cited(ours: dict[str, Any], theirs: dict[str, Any], case: dict[str, Any]) -> list[str]:
    """Citations that must be right: the ceiling of 10 base salaries, the increase, the officer's percentage, dates of service."""
    expected, said = case["expected"], gathered(ours)
    if ours["status"] != expected["status"]:
        return []  # said already
    out = [f"{c} is not cited" for c in expected.get("cites", ()) if not any(x == c or x.startswith(c + "/") for x in said)]
    out += [f"{c} is cited" for c in expected.get("never", ()) if c in said]
    limits = [x for step in ours.get("trace", ()) for x in step.get("limits", ()) if step["term"].endswith("level_base_salaries")]
    ten = [x for x in limits if x["kind"] == "at_most" and x["limit"] == "10"]
    if any(Fraction(x["took"]) for x in ten):
        here = set().union(*(x["cites"] for x in ten))
        stages = ["circular_02_2021/art_9/cl_5"] if len(case["facts"]["stages"]) > 1 else []
        must = ["decree_144_2017/art_13/cl_1", *stages, *(f"circular_02_2021/{c}" for c in theirs["increased_by"])]
        out += [f"the ceiling of 10 does not name {c}" for c in must if not any(x.startswith(c) for x in here)]
        idle = {"art_10/cl_1", "art_10/cl_2"} - theirs["increased_by"]
        out += [f"the ceiling of 10 names {c}" for c in idle if any(x.startswith(f"circular_02_2021/{c}") for x in here)]
    dated = [f for f in ours["findings"] if "circular_02_2021/art_3/cl_1" in f["cites"] and case["row"] in ("0.11", "0.15")]
    return out + [f"{f['code']} cites art_3/cl_1" for f in dated]
