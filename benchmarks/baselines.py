"""W1 by hand: what a programmer would write for this one law, without reasons, in three ways."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np

TASKS = ["meeting", "study", "arguments", "other", "hearing", "testimony", "custody", "evidence"]
ROLES = ["judge", "clerk", "investigator", "person_met", "centre", "branch"]
ALLOWED = [8, 48, 48, 48, 7, 7, 12, 12]  # bits of roles, by task
CEILINGS = [4, 10, 6, 3]  # half sessions, of the first four tasks


def integers(entries: list[tuple[int, int, int]]) -> tuple[int, int, list[int]]:
    """(task, quarters of an hour, bits of the certifiers) → half sessions, đồng, half sessions paid by line."""
    left = CEILINGS[:]
    total, paid = 60, []
    for task, quarters, roles in entries:
        full, rest = divmod(quarters, 16)
        halves = 2 * full + (0 if not rest else 1 if rest < 12 else 2)
        if not roles & ALLOWED[task]:
            halves = 0
        if task < 4:
            halves = min(halves, left[task])
            left[task] -= halves
        halves = min(halves, total)
        total -= halves
        paid.append(halves)
    halves = 60 - total
    return halves, (halves * 38 * 2_340_000 + 100) // 200, paid


_QUARTER = Decimal("0.25")


def decimals(entries: list[tuple[int, Decimal, int]]) -> tuple[Decimal, Decimal, list[Decimal]]:
    """The same with Decimal hours."""
    left = [Decimal(c) / 2 for c in CEILINGS]
    total, paid = Decimal(30), []
    for task, hours, roles in entries:
        full = hours // 4
        rest = hours - full * 4
        sessions = full + (Decimal(0) if not rest else Decimal("0.5") if rest < 3 else Decimal(1))
        if not roles & ALLOWED[task]:
            sessions = Decimal(0)
        if task < 4:
            sessions = min(sessions, left[task])
            left[task] -= sessions
        sessions = min(sessions, total)
        total -= sessions
        paid.append(sessions)
    sessions = 30 - total
    amount = (sessions * Decimal("0.38") * 2_340_000).quantize(Decimal(1), ROUND_HALF_UP)
    return sessions, amount, paid


def arrays(task: Any, quarters: Any, roles: Any, case: Any, cases: int) -> tuple[Any, Any]:
    """The same for many cases: NumPy, by groups."""
    full, rest = np.divmod(quarters, 16)
    halves = 2 * full + (rest > 0) + (rest >= 12)
    halves *= (roles & np.array(ALLOWED)[task]) != 0
    starts = np.searchsorted(case, np.arange(cases))

    def before(values: Any) -> Any:
        running = np.cumsum(values) - values
        return running - running[np.minimum(starts, len(running) - 1)][case]

    for kind, most in enumerate(CEILINGS):
        mine = halves * (task == kind)
        halves = np.where(task == kind, np.minimum(mine, np.maximum(most - before(mine), 0)), halves)
    halves = np.minimum(halves, np.maximum(60 - before(halves), 0))
    total = np.zeros(cases, np.int64)
    np.add.at(total, case, halves)
    return total, (total * 38 * 2_340_000 + 100) // 200
