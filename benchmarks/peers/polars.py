"""W1 in Polars (lazy frames), one thread, Decimal throughout: by sums, and line by line with windows.

Certifiers are a number of bits, not a list. Lines lie case by case. No reasons. Made for many cases, not for one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

os.environ["POLARS_MAX_THREADS"] = "1"  # before the import: one core, as everybody

import numpy as np
import polars as pl

from .hand import ALLOWED, CEILINGS
from .shape import Answer, Makers, Peer

if TYPE_CHECKING:
    from benchmarks.w1_cases import Portfolio

DECIMAL = pl.Decimal(12, 2)


def decimal(value: float) -> pl.Expr:
    return pl.lit(f"{value:.2f}").cast(DECIMAL)


TASK, SESSIONS = pl.col("task"), pl.col("sessions")


def by_task(values: list[int]) -> pl.Expr:
    """``values``: by place in TASKS. A chain of conditions is faster than a join here."""
    found: Any = pl.lit(values[-1])
    for kind in reversed(range(len(values) - 1)):
        if values[kind] != values[kind + 1]:
            found = pl.when(kind + 1 > TASK).then(values[kind]).otherwise(found)
    return found


def sessions(lines: pl.LazyFrame) -> pl.LazyFrame:
    rest = pl.col("hours") % decimal(4)
    whole = ((pl.col("hours") - rest) * decimal(0.25)).cast(DECIMAL)
    gave = pl.when(rest == decimal(0)).then(decimal(0)).when(rest < decimal(3)).then(decimal(0.5)).otherwise(decimal(1))
    counts = (pl.col("certifiers") & by_task(ALLOWED).cast(pl.UInt8)) != 0
    return lines.with_columns(sessions=pl.when(counts).then(whole + gave).otherwise(decimal(0)))


def amount(cases: pl.LazyFrame) -> pl.LazyFrame:
    return cases.with_columns(amount=(pl.col("total") * decimal(0.38) * decimal(2340000)).round(0))


class Sums(Peer):
    name = "Polars, exact decimals, by sums"
    leaves_out = "payable by line; no reasons"
    singly, together = False, True

    def many_given(self, cases: Portfolio) -> Any:
        id = np.repeat(np.arange(cases.cases), cases.lines)
        facts = {"id": id, "task": cases.task.ravel(), "quarters": cases.quarters.ravel(), "certifiers": cases.roles.ravel()}
        frame = pl.DataFrame(facts).with_columns(hours=(pl.col("quarters").cast(DECIMAL) * decimal(0.25)).cast(DECIMAL))
        return frame.drop("quarters")

    def many(self, given: Any) -> Any:
        kinds = {f"task{k}": pl.when(k == TASK).then(SESSIONS).otherwise(decimal(0)) for k in range(4)}
        kinds["others"] = pl.when(TASK > 3).then(SESSIONS).otherwise(decimal(0))
        sums = sessions(given.lazy()).with_columns(**kinds).group_by("id").agg(pl.col(kinds).sum())
        total = pl.col("others")
        for kind, most in enumerate(CEILINGS):
            total = total + pl.min_horizontal(f"task{kind}", decimal(most / 2))
        return amount(sums.select("id", total=pl.min_horizontal(total, decimal(30)))).collect()

    def many_told(self, answer: Any) -> list[Answer]:
        rows = answer.sort("id").select("total", "amount").iter_rows()
        return [(int(s * 2), int(d), None) for s, d in rows]


class ByLine(Sums):
    name = "Polars, exact decimals, line by line"
    leaves_out = "no reasons"

    def many(self, given: Any) -> Any:
        def filled(of: str, most: pl.Expr, *over: str) -> pl.Expr:
            mine = pl.col(of)
            left = pl.max_horizontal(decimal(0), most - (mine.cum_sum().over(*over) - mine))
            return pl.min_horizontal(mine, left)

        most = (by_task([*CEILINGS, 2000, 2000, 2000, 2000]) * decimal(0.5)).cast(DECIMAL)
        lines = sessions(given.lazy()).with_columns(allowed=filled("sessions", most, "id", "task"))
        lines = lines.with_columns(payable=filled("allowed", decimal(30), "id"))
        paid = lines.select("id", "payable").collect()
        return paid, amount(paid.lazy().group_by("id").agg(total=pl.col("payable").sum())).collect()

    def many_told(self, answer: Any) -> list[Answer]:
        paid = answer[0].group_by("id", maintain_order=True).agg(pl.col("payable"))["payable"].to_list()
        return [(h, d, tuple(int(s * 2) for s in p)) for (h, d, _), p in zip(super().many_told(answer[1]), paid, strict=True)]


def peers() -> Makers:
    return [Sums, ByLine]
