"""One command, one table: our rows and columns beside programs written by hand, in one run.

    python benchmarks/run.py            # a few minutes; --quick for a glance

CPU time of this process; the least of several rounds, as other work on the machine only adds.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import baselines  # noqa: E402

import legalaid_dsl as la  # noqa: E402
from legalaid_dsl.engine.columns import print_columns  # noqa: E402
from legalaid_dsl.engine.compiled import roots_of  # noqa: E402
from legalaid_dsl.study.snapshots import batch_of  # noqa: E402

Row = tuple[str, float, str, float | None]


def least(work: Callable[[], Any], seconds: float) -> float:
    """CPU seconds of one call."""
    work()
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start, count = time.process_time(), 0
        while time.process_time() - start < 0.01:
            work()
            count += 1
        best = min(best, (time.process_time() - start) / count)
    return best


def w1_cases(count: int, entries: int, seed: int = 1) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    return [
        {"entries": [
            {"id": f"e{i}", "task": rng.choice(baselines.TASKS), "hours": str(rng.randint(1, 40) / 4),
             "certified_by": rng.sample(baselines.ROLES, rng.randint(1, 2))}
            for i in range(entries)
        ]}
        for _ in range(count)
    ]  # fmt: skip


def by_hand(case: dict[str, Any]) -> list[tuple[int, int, int]]:
    return [
        (baselines.TASKS.index(e["task"]), int(Decimal(e["hours"]) * 4),
         sum(1 << baselines.ROLES.index(r) for r in e["certified_by"]))
        for e in case["entries"]
    ]  # fmt: skip


def w2_case() -> dict[str, Any]:
    return {
        "stages": ["inquiry", "trial"], "helpers": 2, "deduction": "1.5",
        "offences": [{"class": "serious"}, {"class": "grave"}],
    }  # fmt: skip


def circular_case(entries: int) -> dict[str, Any]:
    tasks = [
        "file_study",
        "court_hearing",
        "meeting_at_liberty",
        "working_with_proceedings_body",
        "evidence_work",
        "interrogation_or_testimony",
        "preparing_arguments",
        "meeting_in_custody",
        "appeal_work",
        "other_reasonable_work",
    ]
    return {
        "case_id": "B1", "form": "criminal_proceedings", "assigned_on": "2025-01-06", "closed_on": "2026-03-02",
        "offences": [{"class": "serious"}], "stages": ["investigation", "prosecution", "first_instance"],
        "providers": [{"id": "P1", "kind": "lawyer", "method": "actual_sessions"},
                      {"id": "P2", "kind": "state_legal_aid_officer", "method": "actual_sessions"}],
        "entries": [
            {"id": f"e{i}", "provider": f"P{1 + i % 2}", "date": (date(2025, 1, 7) + timedelta(days=400 * i // entries)).isoformat(),
             "task": tasks[i % 10], "stage": "investigation", "hours": str([3.5, 4, 1, 8, 2.5][i % 5]),
             "certified_by": ["centre", "judge", "person_met", "place_of_evidence", "accused"]}
            for i in range(entries)
        ],
    }  # fmt: skip


def one_case(name: str, rules: la.Rules, case: dict[str, Any], seconds: float, figures: str | None = None) -> list[Row]:
    ready = rules.ready(figures)
    compiled = ready.compile()
    assert compiled is not None
    assert ready.reader is not None
    snapshot = ready.reader.read(case)
    assert snapshot is not None
    reasons = compiled.with_reasons()
    text = json.dumps(case)
    found: list[Row] = []
    for what, work in (
        ("rows: the numbers", lambda: compiled.row(snapshot)),
        ("rows: with deciding clauses and ceilings", lambda: reasons.row(snapshot)),
        ("evaluate(dict).amount: strict reading too", lambda: rules.evaluate(case, figures=figures).amount),
        ("evaluate(JSON text).amount", lambda: rules.evaluate(text, figures=figures).amount),
        (
            "interpreter, with the whole trace",
            lambda: rules.evaluate(case, figures=figures, by="interpreter").to_dict(),
        ),
    ):
        found.append((f"{name} · {what}", least(work, seconds) * 1e6, "µs", None))
    return found


def many(
    name: str, rules: la.Rules, cases: list[dict[str, Any]], copies: int, seconds: float, figures: str | None = None
) -> list[Row]:
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
        found.append((f"{name} · {what}{note}", 1e-6 / spent, "M cases/s", None))
    return found


def w1_by_hand(cases: list[dict[str, Any]], copies: int, seconds: float) -> tuple[list[Row], list[Row]]:
    plain = by_hand(cases[0])
    exact = [(t, Decimal(q) / 4, r) for t, q, r in plain]
    single: list[Row] = [
        ("W1 · by hand: integers", least(lambda: baselines.integers(plain), seconds) * 1e6, "µs", None),
        ("W1 · by hand: Decimal", least(lambda: baselines.decimals(exact), seconds) * 1e6, "µs", None),
    ]
    lines = [line for c in cases for line in by_hand(c)] * copies
    task, quarters, roles = (np.array(column, np.int64) for column in zip(*lines, strict=True))
    count = len(cases) * copies
    case = np.repeat(np.arange(count), len(cases[0]["entries"]))
    spent = least(lambda: baselines.arrays(task, quarters, roles, case, count), seconds) / count
    return single, [("W1 · by hand: NumPy, by groups", 1e-6 / spent, "M cases/s", None)]


def starts() -> list[Row]:
    """Whole processes: CPU time of the least of five."""
    found: list[Row] = []
    case = HERE.parent / "docs" / "cases" / "two_providers.json"
    for what, args in (
        ("python -c pass", ["-c", "pass"]),
        ("import legalaid_dsl", ["-c", "import legalaid_dsl"]),
        ("legalaid evaluate, rules kept", ["-m", "legalaid_dsl", "evaluate", str(case)]),
    ):
        best = float("inf")
        for _ in range(5):
            code = (
                "import resource, subprocess, sys; subprocess.run([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL,"
                " check=False); u = resource.getrusage(resource.RUSAGE_CHILDREN); print(u.ru_utime + u.ru_stime)"
            )
            out = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True)
            best = min(best, float(out.stdout))
        found.append((what, best * 1e3, "ms CPU", None))
    return found


def growth(rules: la.Rules, seconds: float) -> list[Row]:
    ready = rules.ready("illustrative")
    compiled = ready.compile()
    assert compiled is not None
    assert ready.reader is not None
    found: list[Row] = []
    for size in (1, 10, 100, 1000):
        snapshot = ready.reader.read(circular_case(size))
        assert snapshot is not None
        found.append(
            (
                f"circular, rows · {size} lines",
                least(lambda s=snapshot: compiled.row(s), seconds) * 1e6 / size,
                "µs a line",
                None,
            )
        )  # type: ignore[misc]
    return found


def show(title: str, rows: list[Row], base: str | None = None) -> None:
    """A table; ratios to the row whose name begins with ``base``: times slower, or its share of the speed."""
    print(f"\n## {title}\n\n| what | measured | ratio |\n|---|---:|---:|")
    against = next((value for what, value, *_ in rows if base and what.startswith(base)), None)
    for what, value, unit, _ in rows:
        ratio = "" if against is None else f"{value / against:.2f} ×"
        print(f"| {what} | {value:,.2f} {unit} | {ratio} |")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true")
    quick = options.parse_args().quick
    seconds, copies = (0.2, 4) if quick else (1.5, 20)
    w1, w2, circular = la.load(HERE / "w1"), la.load(HERE / "w2"), la.load()
    cases = w1_cases(500, 10)
    for case in cases[:50]:
        mine, theirs = w1.evaluate(case, by="interpreter").amount, baselines.integers(by_hand(case))[1]
        assert mine == str(theirs) == str(baselines.decimals([(t, Decimal(q) / 4, r) for t, q, r in by_hand(case)])[1])
    single, batch = w1_by_hand(cases, copies, seconds)
    show("W1, one case of ten lines", single + one_case("W1", w1, cases[0], seconds), "W1 · by hand: integers")
    show("W1, many cases, one core", batch + many("W1", w1, cases, copies, seconds), "W1 · by hand: NumPy")
    show("W2, one case", one_case("W2", w2, w2_case(), seconds))
    show("W2, many cases, one core", many("W2", w2, [w2_case()] * 500, copies, seconds))
    show(
        "The whole circular, one case of ten lines",
        one_case("circular", circular, circular_case(10), seconds, "illustrative"),
    )
    from tests.oracle import generate

    rng = random.Random(3)
    some = [c for c in (generate.random_case(rng) for _ in range(3000)) if 8 <= len(c["entries"]) <= 12][:400]
    show(
        "The whole circular, many hard cases of about ten lines",
        many("circular", circular, some, copies, seconds, "illustrative"),
    )
    show("Growth", growth(circular, seconds / 2))
    show("Whole processes", starts(), "python")


if __name__ == "__main__":
    main()
