"""Growth: one case of ever more lines, ever more cases of ten lines. `python -m benchmarks.growth columns 1000` prints JSON."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import legalaid_dsl as la
from benchmarks import timing
from benchmarks.laws import Case, circular_case
from benchmarks.peers.hand import ROLES, TASKS
from benchmarks.peers.ours import PIECE, POOL, ByColumns, ColumnsWithReasons, w1
from benchmarks.w1_cases import portfolio

LINES = (1, 3, 10, 32, 100, 316, 1000)
CASES = tuple(10**n for n in range(3, 8))
FROM_TABLES = 10**6  # cases at most: reading and writing tables is measured too, at a tenth of the speed


def by_lines(seconds: float, most: int) -> dict[str, list[tuple[int, float]]]:
    """Microseconds of a whole case, by its lines; the whole trace up to a hundred lines in a quick run."""
    found: dict[str, list[tuple[int, float]]] = {}
    circular = la.load()
    for lines in LINES:
        ways = _ways("W1", w1(), portfolio(1, lines).facts()[0], None)
        ways |= _ways("circular", circular, circular_case(lines), "illustrative")
        for way, work in ways.items():
            if lines <= most or not way.endswith("to_dict()"):
                found.setdefault(way, []).append((lines, timing.least(work, seconds) * 1e6))
    return dict(sorted(found.items(), reverse=True))


def _ways(name: str, rules: la.Rules, case: Case, figures: str | None) -> dict[str, Callable[[], Any]]:
    ready = rules.ready(figures)
    compiled = ready.compile()
    assert compiled is not None
    assert ready.reader is not None
    reasons, snapshot = compiled.with_reasons(), ready.reader.read(case)
    assert snapshot is not None
    return {
        f"{name}: rows": lambda: compiled.row(snapshot),
        f"{name}: rows, with reasons": lambda: reasons.row(snapshot),
        f"{name}: evaluate(dict).amount": lambda: rules.evaluate(case, figures=figures).amount,
        f"{name}: evaluate(dict).to_dict()": lambda: rules.evaluate(case, figures=figures).to_dict(),
    }


def by_cases(way: str, cases: int) -> dict[str, float]:
    """CPU seconds of so many cases of W1, and the most megabytes that this process, new, had.

    Columns take pieces that are in memory already (``POOL`` that differ), and let go of the results of each.
    """
    if way == "tables":
        return _from_tables(cases)
    peer = {"columns": ByColumns, "reasons": ColumnsWithReasons}[way]()
    pieces = peer.many_given(portfolio(min(cases, PIECE * POOL)))
    full, rest = divmod(cases, PIECE)
    last = peer.many_given(portfolio(rest, seed=2)) if rest and full else []
    best = float("inf")
    for _ in range(5 if cases < 10**6 else 2):
        start = timing.cpu()
        if not full:
            peer.many(pieces)
        for place in range(full):
            peer.many([pieces[place % len(pieces)]])
        if last:
            peer.many(last)
        best = min(best, timing.cpu() - start)
    return {"seconds": best, "peak": timing.peak()}


def _from_tables(cases: int) -> dict[str, float]:
    """A study of Parquet tables; its tables of results are counted and let go of."""
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder), cases)
        timing.forget_peak()
        start, decided = timing.cpu(), 0
        for tables in la.study(w1(), Path(folder)):
            decided += tables["cases"].num_rows
        assert decided == cases
        return {"seconds": timing.cpu() - start, "peak": timing.peak()}


def _write(folder: Path, cases: int) -> None:
    """Certifiers as text with semicolons; hours exact."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    certifiers = pa.array([";".join(r for i, r in enumerate(ROLES) if b >> i & 1) for b in range(1 << len(ROLES))])
    hours = pa.array([f"{q / 4:.2f}" for q in range(64)]).cast(pa.decimal128(6, 2))
    lists: dict[str, Any] = {}
    for start in range(0, cases, PIECE):
        part = portfolio(min(PIECE, cases - start), seed=start)
        ids = pc.cast(pa.array(np.arange(start, start + part.cases)), pa.string())
        entries = {
            "case": ids.take(pa.array(np.repeat(np.arange(part.cases), part.lines))),
            "id": pa.array([f"e{i}" for i in range(part.lines)] * part.cases),
            "task": pa.DictionaryArray.from_arrays(pa.array(part.task.ravel()), pa.array(TASKS)),
            "hours": hours.take(pa.array(part.quarters.ravel())),
            "certified_by": certifiers.take(pa.array(part.roles.ravel())),
        }
        for name, table in (("cases", pa.table({"id": ids})), ("entries", pa.table(entries))):
            if name not in lists:
                lists[name] = pq.ParquetWriter(folder / f"{name}.parquet", table.schema)
            lists[name].write_table(table)
    for writer in lists.values():
        writer.close()


if __name__ == "__main__":
    json.dump(by_cases(sys.argv[1], int(sys.argv[2])), sys.stdout)
