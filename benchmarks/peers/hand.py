"""W1 by hand: what a programmer would write in Python for this one law.

Takes tuples of integers that somebody has read already, checks nothing, and knows no other law. "With reasons" keeps
one number a line that names the deciding clauses (below) and what the ceilings took.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .shape import Answer, Facts, Makers, Peer

TASKS = ["meeting", "study", "arguments", "other", "hearing", "testimony", "custody", "evidence"]
ROLES = ["judge", "clerk", "investigator", "person_met", "centre", "branch"]
ALLOWED = [8, 48, 48, 48, 7, 7, 12, 12]  # bits of roles, by task
CEILINGS = [4, 10, 6, 3]  # half sessions, of the first four tasks
WHOLE = 60  # half sessions, of all lines together

# Reasons of a line, as bits: what the hours left over gave (0 nothing, 1 half a session, 2 a whole one), then these.
COUNTED, CUT, CUT_BY_ALL = 4, 8, 16


def integers(entries: list[tuple[int, int, int]]) -> tuple[int, int, list[int]]:
    """(task, quarters of an hour, bits of the certifiers) → half sessions, đồng, half sessions paid by line."""
    left = CEILINGS[:]
    total, paid = WHOLE, []
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
    halves = WHOLE - total
    return halves, (halves * 38 * 2_340_000 + 100) // 200, paid


def integers_with_reasons(entries: list[tuple[int, int, int]]) -> tuple[int, int, list[int], list[int], list[int]]:
    """The same, and by line: the reasons as bits, half sessions that ceilings took."""
    left = CEILINGS[:]
    total, paid, why, took = WHOLE, [], [], []
    for task, quarters, roles in entries:
        full, rest = divmod(quarters, 16)
        reason = 0 if not rest else 1 if rest < 12 else 2
        halves = 2 * full + reason
        if roles & ALLOWED[task]:
            reason |= COUNTED
        else:
            halves = 0
        asked = halves
        if task < 4:
            halves = min(halves, left[task])
            left[task] -= halves
            if halves < asked:
                reason |= CUT
        last = min(halves, total)
        if last < halves:
            reason |= CUT_BY_ALL
        total -= last
        paid.append(last)
        why.append(reason)
        took.append(asked - last)
    halves = WHOLE - total
    return halves, (halves * 38 * 2_340_000 + 100) // 200, paid, why, took


def integers_without_calls(entries: list[tuple[int, int, int]]) -> tuple[int, int, list[int]]:
    """As ``integers``, by somebody who has measured: a call of min costs more than what it compares."""
    left = CEILINGS[:]
    total, paid = WHOLE, []
    for task, quarters, roles in entries:
        halves = quarters >> 4 << 1
        rest = quarters & 15
        if rest:
            halves += 1 if rest < 12 else 2
        if not roles & ALLOWED[task]:
            halves = 0
        if task < 4:
            if halves > left[task]:
                halves = left[task]
            left[task] -= halves
        if halves > total:
            halves = total
        total -= halves
        paid.append(halves)
    halves = WHOLE - total
    return halves, (halves * 38 * 2_340_000 + 100) // 200, paid


def decimals(entries: list[tuple[int, Decimal, int]]) -> tuple[Decimal, Decimal, list[Decimal]]:
    """The same with Decimal hours and sessions."""
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


def whole_numbers(case: Facts) -> list[tuple[int, int, int]]:
    """The lines of a case file as whole numbers."""
    return [
        (TASKS.index(e["task"]), int(Decimal(e["hours"]) * 4), sum(1 << ROLES.index(r) for r in e["certified_by"]))
        for e in case["entries"]
    ]


class Integers(Peer):
    name = "by hand, Python: integers"

    def given(self, case: Facts) -> Any:
        return whole_numbers(case)

    def one(self, given: Any) -> Any:
        return integers(given)

    def told(self, answer: Any) -> Answer:
        return answer[0], answer[1], tuple(answer[2])


class WithoutCalls(Integers):
    name = "by hand, Python: integers, no calls"

    def one(self, given: Any) -> Any:
        return integers_without_calls(given)


class IntegersWithReasons(Integers):
    name = "by hand, Python: integers, with reasons"
    reasons = "deciding clauses"

    def one(self, given: Any) -> Any:
        return integers_with_reasons(given)


class Decimals(Peer):
    name = "by hand, Python: Decimal"

    def given(self, case: Facts) -> Any:
        return [(t, Decimal(q) / 4, r) for t, q, r in whole_numbers(case)]

    def one(self, given: Any) -> Any:
        return decimals(given)

    def told(self, answer: Any) -> Answer:
        return int(answer[0] * 2), int(answer[1]), tuple(int(s * 2) for s in answer[2])


def peers() -> Makers:
    return [Integers, IntegersWithReasons, WithoutCalls, Decimals]
