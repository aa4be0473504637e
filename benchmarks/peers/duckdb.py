"""W1 in DuckDB (SQL), one thread, DECIMAL throughout: by sums, and line by line with windows.

Certifiers are a number of bits, not a list. Reads a table of its own and leaves a table; no reasons. Made for many cases, not for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from .shape import Answer, Makers, Peer

if TYPE_CHECKING:
    from benchmarks.w1_cases import Portfolio

SESSIONS = """
    select id, line, task, case when (certifiers & may) = 0 then 0 else (hours - hours % 4) * 0.25
        + case when hours % 4 = 0 then 0 when hours % 4 < 3 then 0.5 else 1 end end :: decimal(6, 1) as sessions, ceiling
    from lines join tasks using (task)"""
AMOUNT = "round(total * 0.38 * 2340000, 0)"
SUMS = f"""
    create or replace table answer as
    with sessions as ({SESSIONS}),
    by_task as (select id, least(sum(sessions), any_value(ceiling)) as allowed from sessions group by id, task),
    by_case as (select id, least(sum(allowed), 30) as total from by_task group by id)
    select id, total, {AMOUNT} as amount from by_case"""
LINES = f"""
    create or replace table paid as
    with sessions as ({SESSIONS}),
    filled as (select id, line, greatest(0, least(sessions, ceiling - (sum(sessions) over of_task - sessions))) as allowed
        from sessions window of_task as (partition by id, task order by line rows unbounded preceding))
    select id, line, greatest(0, least(allowed, 30 - (sum(allowed) over of_case - allowed))) as payable
        from filled window of_case as (partition by id order by line rows unbounded preceding);
    create or replace table answer as
    select id, total, {AMOUNT} as amount from (select id, sum(payable) as total from paid group by id)"""


class Sums(Peer):
    name = "DuckDB, exact decimals, by sums"
    leaves_out = "payable by line; no reasons"
    singly, together = False, True
    query = SUMS

    def __init__(self) -> None:
        self.base = duckdb.connect()
        self.base.execute("set threads = 1; set enable_progress_bar = false")
        self.base.execute(
            "create table tasks as select * from (values (0, 8, 2.0), (1, 48, 5.0), (2, 48, 3.0), (3, 48, 1.5), (4, 7, 9999),"
            " (5, 7, 9999), (6, 12, 9999), (7, 12, 9999)) as t(task, may, ceiling)"
        )

    def many_given(self, cases: Portfolio) -> Any:
        id, line = np.divmod(np.arange(cases.cases * cases.lines), cases.lines)
        facts = {"id": id, "line": line, "task": cases.task.ravel(), "q": cases.quarters.ravel(), "r": cases.roles.ravel()}
        self.base.register("facts", facts)
        self.base.execute(
            "create or replace table lines as select id, line, task, (q * 0.25) :: decimal(6, 2) as hours, r as certifiers from facts"
        )
        self.base.unregister("facts")
        return None

    def many(self, given: Any) -> Any:
        self.base.execute(self.query)
        return self.base

    def many_told(self, answer: Any) -> list[Answer]:
        return [(int(s * 2), int(d), None) for s, d in answer.sql("select total, amount from answer order by id").fetchall()]


class ByLine(Sums):
    name = "DuckDB, exact decimals, line by line"
    leaves_out = "no reasons"
    query = LINES

    def many_told(self, answer: Any) -> list[Answer]:
        paid: dict[int, list[int]] = {}
        for id, payable in answer.sql("select id, payable from paid order by id, line").fetchall():
            paid.setdefault(id, []).append(int(payable * 2))
        return [(h, d, tuple(p)) for (h, d, _), p in zip(super().many_told(answer), paid.values(), strict=True)]


def peers() -> Makers:
    return [Sums, ByLine]
