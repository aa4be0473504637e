"""W2 and the whole circular: our rows and columns, with and without reasons; W2 by hand besides."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

import legalaid_dsl as la
from benchmarks.timing import least
from legalaid_dsl.engine.columns.program import print_columns
from legalaid_dsl.engine.rows.compiled import roots_of
from legalaid_dsl.study.portfolio.json_lines import batch_of

HERE = Path(__file__).resolve().parent
Case = dict[str, Any]
Row = tuple[str, float, str]  # what, how much, of what unit
W2 = {
    "stages": ["inquiry", "trial"], "helpers": 2, "deduction": "1.5", "offences": [{"class": "serious"}, {"class": "grave"}],
}  # fmt: skip
TASKS = [
    "file_study", "court_hearing", "meeting_at_liberty", "working_with_proceedings_body", "evidence_work",
    "interrogation_or_testimony", "preparing_arguments", "meeting_in_custody", "appeal_work", "other_reasonable_work",
]  # fmt: skip


def circular_case(lines: int, in_order: bool = True) -> Case:
    """Two providers by turns, ten tasks by turns; ``in_order``: of date, as most schedules are."""
    days = [400 * i // lines for i in range(lines)]
    if not in_order:
        random.Random(5).shuffle(days)
    entries = [
        {"id": f"e{i}", "provider": f"P{1 + i % 2}", "date": (date(2025, 1, 7) + timedelta(days=days[i])).isoformat(),
         "task": TASKS[i % 10], "stage": "investigation", "hours": str([3.5, 4, 1, 8, 2.5][i % 5]),
         "certified_by": ["centre", "judge", "person_met", "place_of_evidence", "accused"]}
        for i in range(lines)
    ]  # fmt: skip
    return {
        "case_id": "B1", "form": "criminal_proceedings", "assigned_on": "2025-01-06", "closed_on": "2026-03-02",
        "offences": [{"class": "serious"}], "stages": ["investigation", "prosecution", "first_instance"],
        "providers": [{"id": "P1", "kind": "lawyer", "method": "actual_sessions"},
                      {"id": "P2", "kind": "state_legal_aid_officer", "method": "actual_sessions"}],
        "entries": entries,
    }  # fmt: skip


def w2_by_hand(stages: set[str], helpers: int, tenths: int, classes: list[int]) -> int:
    """đồng; ``tenths`` of a unit deducted, ``classes`` from 0 (light) to 2 (grave)."""
    worst = max(classes)
    level = (40, 65, 90)[worst] if "inquiry" in stages else 0
    if "trial" in stages:
        level += (50, 75, 110)[worst]
    if "appeal" in stages:
        level += 35
    percent = 130 if helpers >= 2 or len(classes) >= 2 else 100
    fee = min(max((level - tenths) * percent * 38, 300_000), 1_000_000)  # hundred thousandths of a unit
    return (fee * 2_340_000 + 50_000) // 100_000


def w2_row(rules: la.Rules, seconds: float) -> Row:
    """Checked on random cases first."""
    rng = random.Random(2)
    classes = ["light", "serious", "grave"]
    for _ in range(100):
        case = {
            "stages": rng.sample(["inquiry", "trial", "appeal"], rng.randint(1, 3)), "helpers": rng.randint(1, 3),
            "deduction": str(rng.randint(0, 30) / 10),
            "offences": [{"class": rng.choice(classes)} for _ in range(rng.randint(1, 3))],
        }  # fmt: skip
        tenths, levels = round(float(case["deduction"]) * 10), [classes.index(o["class"]) for o in case["offences"]]
        mine = w2_by_hand(set(case["stages"]), case["helpers"], tenths, levels)
        assert rules.evaluate(case, by="interpreter").amount == str(mine), case
    stages = set(W2["stages"])
    return "W2 · by hand: integers, no reasons", least(lambda: w2_by_hand(stages, 2, 15, [1, 2]), seconds) * 1e6, "µs"


def one_case(name: str, rules: la.Rules, case: Case, seconds: float, figures: str | None = None) -> list[Row]:
    """Microseconds of one case, five ways."""
    ready = rules.ready(figures)
    compiled = ready.compile()
    assert compiled is not None
    assert ready.reader is not None
    snapshot = ready.reader.read(case)
    assert snapshot is not None
    reasons = compiled.with_reasons()
    text = json.dumps(case)
    ways: list[tuple[str, Callable[[], Any]]] = [
        ("rows: the numbers", lambda: compiled.row(snapshot)),
        ("rows: with deciding clauses and ceilings", lambda: reasons.row(snapshot)),
        ("evaluate(dict).amount: strict reading too", lambda: rules.evaluate(case, figures=figures).amount),
        ("evaluate(JSON text).amount", lambda: rules.evaluate(text, figures=figures).amount),
        ("evaluate(dict).to_dict(): the whole trace", lambda: rules.evaluate(case, figures=figures).to_dict()),
        ("the same by the interpreter", lambda: rules.evaluate(case, figures=figures, by="interpreter").to_dict()),
    ]
    return [(f"{name} · {what}", least(work, seconds) * 1e6, "µs") for what, work in ways]


def many(
    name: str, rules: la.Rules, cases: list[Case], copies: int, seconds: float, figures: str | None = None
) -> list[Row]:
    """Millions of cases a second, one core, with and without reasons."""
    ready = rules.ready(figures)
    compiled = ready.compile()
    assert compiled is not None
    assert ready.reader is not None
    snapshots = [s for s in map(ready.reader.read, cases) if s is not None] * copies
    batch = batch_of(ready.reader, snapshots, np.zeros(len(snapshots), bool))
    found: list[Row] = []
    for what, reasons in (("columns: the numbers", False), ("columns: with deciding clauses and ceilings", True)):
        lowered = (compiled.with_reasons() if reasons else compiled).lowered
        columns = print_columns(lowered, roots_of(lowered, reasons))
        left = columns.run(batch).doubt.mean()
        spent = least(lambda c=columns: c.run(batch), seconds) / batch.cases  # type: ignore[misc]
        note = "" if not left else f" ({left:.1%} left to rows)"
        found.append((f"{name} · {what}{note}", 1e-6 / spent, "M cases/s"))
    return found


def hard_cases() -> list[Case]:
    """Random ones of about ten lines, the hardest that the tests make."""
    from tests.oracle import generate

    rng = random.Random(3)
    return [c for c in (generate.random_case(rng) for _ in range(3000)) if 8 <= len(c["entries"]) <= 12][:400]


def w2(seconds: float, copies: int) -> list[Row]:
    rules = la.load(HERE / "w2")
    return [
        w2_row(rules, seconds), *one_case("W2", rules, W2, seconds), *many("W2", rules, [W2] * 500, copies, seconds),
    ]  # fmt: skip


def circular(seconds: float, copies: int) -> list[Row]:
    rules, name = la.load(), "circular"
    found = one_case(f"{name}, ten lines in order of date", rules, circular_case(10), seconds, "illustrative")
    found += one_case(f"{name}, ten lines in no order", rules, circular_case(10, in_order=False), seconds, "illustrative")[:3]
    return found + many(f"{name}, hard random cases", rules, hard_cases(), copies, seconds, "illustrative")
