"""W1 by hand in NumPy: by groups (all lines in one column) and in lanes (cases side by side, line after line).

Lanes want as many lines in every case, which real cases do not have (they would be padded). 64-bit money only in the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .hand import ALLOWED, CEILINGS, CUT_BY_ALL, WHOLE
from .shape import Answer, Makers, Peer

if TYPE_CHECKING:
    from benchmarks.w1_cases import Portfolio

CHUNK = 16_384  # cases: what the caches hold
ALLOWED_BITS = np.array(ALLOWED, np.uint8)


def money(halves: Any) -> Any:
    return (halves.astype(np.int64) * (38 * 2_340_000) + 100) // 200


def by_groups(task: Any, quarters: Any, roles: Any, starts: Any) -> tuple[Any, Any, Any]:
    """Lines case by case, ``starts`` where each begins: half sessions, đồng, half sessions paid by line."""
    rest = quarters & 15
    halves = ((quarters >> 4) << 1) + (rest > 0) + (rest >= 12)
    halves *= (roles & ALLOWED_BITS[task]) != 0
    counts = np.diff(starts, append=len(task))

    def filled(values: Any, most: int) -> Any:
        """Of ``values``, what a ceiling leaves, filled in order of the lines of a case."""
        running = np.cumsum(values, dtype=np.int32)
        before = running - values
        return np.minimum(values, np.maximum(most - (before - np.repeat(before[starts], counts)), 0))

    for kind, most in enumerate(CEILINGS):
        mine = task == kind
        halves = np.where(mine, filled(halves * mine, most), halves)
    if int(np.add.reduceat(halves, starts).max(initial=0)) > WHOLE:
        halves = filled(halves, WHOLE)
    total = np.add.reduceat(halves, starts)
    return total, money(total), halves


def in_lanes(task: Any, quarters: Any, roles: Any, reasons: bool) -> tuple[Any, Any, Any, Any]:
    """Arrays of a row a line, a column a case: half sessions, đồng, half sessions paid, reasons."""
    lines, cases = task.shape
    rest = quarters & 15
    gave = (rest > 0).astype(np.int16) + (rest >= 12)
    counted = (roles & ALLOWED_BITS[task]) != 0
    paid = (((quarters >> 4) << 1) + gave) * counted
    left = [np.full(cases, c, np.int16) for c in CEILINGS]
    whole = np.full(cases, WHOLE, np.int16)
    why = gave.astype(np.uint8) | (counted.view(np.uint8) << 2) if reasons else None
    for line in range(lines):
        halves, kind = paid[line], task[line]
        allowed = halves.copy()
        for k, mine in enumerate(left):
            here = kind == k
            took = np.minimum(halves, mine) * here
            mine -= took
            np.copyto(allowed, took, where=here)
        if why is not None:
            why[line] |= (allowed < halves).view(np.uint8) << 3
        np.minimum(allowed, whole, out=paid[line])
        if why is not None:
            why[line] |= (paid[line] < allowed).view(np.uint8) * np.uint8(CUT_BY_ALL)
        whole -= paid[line]
    total = WHOLE - whole
    return total, money(total), paid, why


class ByGroups(Peer):
    name = "by hand, NumPy by groups"
    singly, together = False, True

    def many_given(self, cases: Portfolio) -> Any:
        parts = (cases.part(i, i + CHUNK) for i in range(0, cases.cases, CHUNK))
        return [
            (p.task.ravel(), p.quarters.ravel(), p.roles.ravel(), np.arange(p.cases) * p.lines) for p in parts
        ]  # fmt: skip

    def many(self, given: Any) -> Any:
        return [by_groups(*part) for part in given]

    def many_told(self, answer: Any) -> list[Answer]:
        return [
            (h, d, tuple(lines))
            for total, dong, paid in answer
            for h, d, lines in zip(total.tolist(), dong.tolist(), paid.reshape(len(total), -1).tolist(), strict=True)
        ]


class InLanes(Peer):
    name = "by hand, NumPy in lanes"
    singly, together = False, True
    keeps = False

    def many_given(self, cases: Portfolio) -> Any:
        parts = (cases.part(i, i + CHUNK) for i in range(0, cases.cases, CHUNK))
        return [tuple(np.ascontiguousarray(x.T) for x in (p.task, p.quarters, p.roles)) for p in parts]

    def many(self, given: Any) -> Any:
        return [in_lanes(*part, self.keeps) for part in given]

    def many_told(self, answer: Any) -> list[Answer]:
        return [
            (h, d, tuple(lines))
            for total, dong, paid, _ in answer
            for h, d, lines in zip(total.tolist(), dong.tolist(), paid.T.tolist(), strict=True)
        ]

    def reasons_told(self, answer: Any) -> list[list[int]]:
        return [line for _, _, _, why in answer for line in why.T.tolist()]


class InLanesWithReasons(InLanes):
    name = "by hand, NumPy in lanes, with reasons"
    reasons = "deciding clauses"
    keeps = True


def peers() -> Makers:
    return [ByGroups, InLanes, InLanesWithReasons]
