"""One command, one table: our rows and columns beside everybody else that can be had, in one run.

    python benchmarks/run.py                                  # some twenty minutes; --quick for a glance
    python benchmarks/run.py --write docs/performance.md      # the table between its markers, the plots beside it
    python benchmarks/run.py --only zen --only duckdb         # W1 by these, beside the integers by hand and ours

CPU time, the least of several rounds, as other work on the machine only adds; each peer in a process of its own, after it
gave what the integers by hand give. Peers come with the extra ``bench``; what is not installed is said in the table.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(ROOT)]  # in place of this folder: its modules are benchmarks.…

from benchmarks import report  # noqa: E402
from benchmarks.children import child, spent  # noqa: E402
from benchmarks.peers import PEERS  # noqa: E402

START = ROOT / "docs" / "cases" / "two_providers.json"


def peers(names: list[str], quick: bool) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """(what was measured, in the order of PEERS; who is not here, and why)."""
    found, absent = [], []
    for name in names:
        print(f"… {name}", file=sys.stderr)
        seconds, most = ("0.2", "32768") if quick else ("2", "1000000")
        rows = child("benchmarks.measure", name, "--seconds", seconds, "--most", most)
        if isinstance(rows, dict):
            absent.append((name, rows["not here"]))
            continue
        for place, row in enumerate(rows):
            if not quick or place == 0:
                starts = [child("benchmarks.measure", name, "--first", str(place)) for _ in range(1 if quick else 3)]
                row["first"] = min(s["first"] for s in starts)
                row["peak"] = max(s["peak"] for s in starts)
            found.append(row)
    return found, absent


def whole_processes() -> list[tuple[str, float, float]]:
    """(what, CPU seconds, megabytes)."""
    return [
        (what, *spent(*args))
        for what, args in (
            ("python -c pass", ["-c", "pass"]),
            ("import legalaid_dsl", ["-c", "import legalaid_dsl"]),
            ("load the circular, first case, amount", ["-c", _FIRST, str(START)]),
            ("legalaid evaluate, rules kept", ["-m", "legalaid_dsl", "evaluate", str(START)]),
        )
    ]


_FIRST = (
    "import sys, legalaid_dsl as la; la.load().evaluate(open(sys.argv[1], encoding='utf-8').read(), figures='illustrative').amount"
)


def growth(quick: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """(by lines: microseconds; by cases of ten lines: seconds and megabytes)."""
    from benchmarks.growth import CASES, FROM_TABLES, by_lines

    lines = by_lines(0.1 if quick else 0.6, 32 if quick else 1000)
    cases: dict[str, Any] = {}
    for way in ("columns", "reasons", "tables"):
        for count in CASES:
            if count <= (10**5 if quick else FROM_TABLES if way == "tables" else CASES[-1]):
                print(f"… {way}, {count:,} cases", file=sys.stderr)
                cases.setdefault(way, []).append((count, child("benchmarks.growth", way, str(count))))
    return lines, cases


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="fewer cases and rounds: a glance, not a measure")
    options.add_argument("--only", action="append", choices=[*PEERS], metavar="PEER", help=f"one of {', '.join(PEERS)}")
    options.add_argument("--write", type=Path, metavar="FILE", help="Markdown with the two markers; plots go beside it")
    asked = options.parse_args()
    if asked.only:
        found, absent = peers([n for n in PEERS if n in {"hand", "ours", "plain_c", *asked.only}], asked.quick)
        print(report.by_everybody(found, absent))
        return
    found, absent = peers([*PEERS], asked.quick)
    from benchmarks import laws

    seconds, copies = (0.2, 4) if asked.quick else (1.5, 20)
    print("… W2, the circular, processes", file=sys.stderr)
    other = [("W2, one fee a case", laws.w2(seconds, copies)), ("The whole circular", laws.circular(seconds, copies))]
    lines, cases = growth(asked.quick)
    text = report.whole(found, absent, other, whole_processes(), lines, cases)
    if asked.write:
        report.write(asked.write, text, report.plots(lines, cases))
    else:
        print(text)


if __name__ == "__main__":
    main()
