"""Small portfolios as rows of text, written as people's tables come: CSV, Excel, Parquet."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

import legalaid_dsl as la

Rows = list[list[Any]]  # the header first
Sheets = dict[str, Rows]

CASES = ["A-01", "A-02", "A-03"]


def good() -> Sheets:
    """Three civil cases that are determined; every column is text."""
    cases: Rows = [["id", "form", "assigned_on", "closed_on", "complexity", "stages", "suspended_on"]]
    cases += [[c, "civil_proceedings", "2026-08-01", "2026-09-30", "ordinary", "first_instance", None] for c in CASES]
    cases[2][6] = "2026-08-15"  # what is done after that does not count
    providers: Rows = [["case", "id", "kind", "method", "assigned_on"]]
    providers += [[c, "P1", "lawyer", "actual_sessions", "2026-08-01"] for c in CASES]
    entries: Rows = [["case", "id", "provider", "date", "task", "stage", "certified_by", "adjourned", "hours"]]
    for i, case in enumerate(CASES):
        for k, hours in enumerate(("8", "3.5", "4")):
            day = f"2026-08-{10 + 3 * k + i:02}"
            entries.append([case, f"E{k + 1}", "P1", day, "mediation", "first_instance", "judge;court_clerk", "false", hours])
    return {"cases": cases, "providers": providers, "entries": entries}


def changed(name: str, row: int, column: str, value: Any) -> Sheets:
    """The good tables with one cell otherwise; ``row`` 0 is the header."""
    sheets = good()
    sheets[name][row][sheets[name][0].index(column)] = value
    return sheets


def as_csv(sheets: Sheets, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in sheets.items():
        text = io.StringIO()
        csv.writer(text).writerows([["" if v is None else v for v in row] for row in rows])
        (folder / f"{name}.csv").write_bytes(text.getvalue().encode())
    return folder


def as_parquet(sheets: Sheets, folder: Path, **kinds: Any) -> Path:
    folder.mkdir(exist_ok=True)
    for name, (header, *rows) in sheets.items():
        columns = [pa.array([r[i] for r in rows], kinds.get(n, pa.string())) for i, n in enumerate(header)]
        pq.write_table(pa.table(columns, names=header), folder / f"{name}.parquet", write_page_checksum=True)
    return folder


def book_of(sheets: Sheets) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def as_excel(sheets: Sheets, path: Path) -> Path:
    book_of(sheets).save(path)
    return path


def repacked(path: Path, member: str, change: Any) -> Path:
    """A workbook with the bytes of one part changed."""
    with zipfile.ZipFile(path) as old:
        parts = {n: old.read(n) for n in old.namelist()}
    parts[member] = change(parts[member])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def answers(rules: la.Rules, source: Any) -> dict[str, tuple[str, Any]]:
    """Status and amount by case, in chunks of two: what is wrong further down must not let the first ones out."""
    found = {}
    for tables in la.study(rules, source, figures="illustrative", chunk=2):
        for row in tables["cases"].to_pylist():
            found[row["id"]] = (row["status"], row["amount"])
    return found
