"""What was asked for, judged by ratios within one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Found = Mapping[str, Mapping[str, Any]]  # by the name of a peer: "one" and "many", seconds

INTEGERS, ROWS, REASONED = "by hand, Python: integers", "ours: rows", "ours: rows, with deciding clauses"
WHOLE, C = "ours: evaluate(dict).to_dict()", "by hand, C, one core, with reasons"
COLUMNS = "ours: columns, with reasons"

# (what is asked, ours, theirs, "one" or "many", at most so many times theirs, or at least so many times as fast)
TARGETS: Sequence[tuple[str, str, str, str, float, bool]] = (
    ("one case without reasons ≤ 1.5 × integers by hand", ROWS, INTEGERS, "one", 1.5, True),
    ("one case with deciding clauses ≤ 2 × integers by hand", REASONED, INTEGERS, "one", 2.0, True),
    ("one case with deciding clauses ≥ 6 × as fast as ZEN expressions", REASONED, "ZEN expressions (Rust)", "one", 6.0, False),
    ("one case with deciding clauses ≥ 20 × as fast as ZEN's traced graph", REASONED, "ZEN graph, traced", "one", 20.0, False),
    ("many cases with reasons, NumPy, ≥ 4 × OpenFisca", COLUMNS, "OpenFisca", "many", 4.0, False),
    ("many cases with reasons, NumPy, ≥ 4 × Polars (exact decimals, by sums)", COLUMNS, "Polars, exact decimals, by sums", "many", 4.0, False),
    ("the same, against Polars doing as much: line by line", COLUMNS, "Polars, exact decimals, line by line", "many", 4.0, False),
    ("many cases with reasons, NumPy, ≥ 0.1 × plain C with reasons", COLUMNS, C, "many", 0.1, False),
)  # fmt: skip


def judged(found: Found) -> list[tuple[str, str, str]]:
    """(what is asked, what was measured, whether it holds)."""
    rows = []
    for asked, mine, theirs, of, bound, times_theirs in TARGETS:
        if mine not in found or theirs not in found:
            missing = mine if mine not in found else theirs
            rows.append((asked, f"there is no “{missing}”", "**not here**"))
            continue
        a, b = found[mine][of], found[theirs][of]
        ratio = a / b if times_theirs else b / a
        holds = ratio <= bound if times_theirs else ratio >= bound
        rows.append((asked, f"{ratio:.2f} ×", "holds" if holds else "**fails**"))
    return rows
