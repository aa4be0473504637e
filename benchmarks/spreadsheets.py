"""What reading and deciding a large workbook costs: 20,000 cases with 100,000 lines of work, in one .xlsx.

    python benchmarks/spreadsheets.py            # a minute

The portfolio is made up; numbers and days stand in its cells as a spreadsheet has them. Measured is a process of its own, from its start to
the last table of results: CPU seconds, and memory at most.
"""

from __future__ import annotations

import json
import platform
import resource
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

CASES, LINES = 20_000, 100_000
READ = "read"


def write(path: Path, folder: Path) -> int:
    """The portfolio as a workbook, a sheet a table; gives the number of cells. Lines beyond the wanted number are left out."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    import xlsxwriter

    import legalaid_dsl as la
    from legalaid_dsl.making.portfolios import FILE, read_recipe, write_portfolio

    rules = la.load()
    write_portfolio(folder, read_recipe(Path(rules.rulebook.folder) / FILE, rules.rulebook), rules.rulebook, CASES, 1)
    tables = {p.stem: pq.read_table(p) for p in sorted(folder.glob("*.parquet"))}
    of_case: dict[str, int] = {}
    kept, most = list[int](), -(-LINES // CASES)
    for place, case in enumerate(tables["entries"]["case"].to_pylist()):
        of_case[case] = of_case.get(case, 0) + 1
        if of_case[case] <= most:
            kept.append(place)
    others = iter(sorted(set(range(tables["entries"].num_rows)) - set(kept)))
    kept = sorted([*kept, *(next(others) for _ in range(LINES - len(kept)))])
    tables["entries"] = tables["entries"].take(pa.array(kept))
    cells = 0
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, table.column_names)
            for number, row in enumerate(zip(*(c.to_pylist() for c in table.columns), strict=True), 1):
                for column, value in enumerate(row):
                    cells += value is not None
                    put(sheet, number, column, value, day)
    return cells


def put(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case date():
            sheet.write_datetime(row, column, value, day)
        case list():
            sheet.write_string(row, column, "; ".join(value))
        case _ if str(value).replace(".", "", 1).isdecimal():
            sheet.write_number(row, column, float(value))
        case _:
            sheet.write_string(row, column, str(value))


def read(path: str) -> dict[str, Any]:
    """In a process of its own."""
    import legalaid_dsl as la

    found = {"cases": 0, "lines": 0, "determined": 0, "refused cells": 0}
    for tables in la.study(la.load(), path, figures="illustrative", others=("province",)):
        found["cases"] += tables["cases"].num_rows
        found["lines"] += tables["entries"].num_rows
        found["determined"] += tables["cases"]["status"].to_pylist().count("determined")
        found["refused cells"] += tables["refused"].num_rows
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return {**found, "CPU seconds": round(spent.ru_utime + spent.ru_stime, 1), "MB at most": round(spent.ru_maxrss * 1024 / 1e6)}


def processor() -> str:
    told = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in told.read_text().splitlines() if line.startswith("model name")] if told.is_file() else []
    return names[0] if names else platform.processor()


def main() -> None:
    from children import child

    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "portfolio.xlsx"
        cells = write(path, Path(room) / "portfolio")
        print(f"{path.stat().st_size / 1e6:.1f} MB, {cells:,} cells; {processor()}")
        print(json.dumps(child("benchmarks.spreadsheets", READ, str(path)), indent=1))


if __name__ == "__main__":
    if sys.argv[1:2] == [READ]:
        print(json.dumps(read(sys.argv[2])))
    else:
        sys.path.insert(0, str(HERE))
        main()
