"""Portfolios as files: what cannot be read is refused with its place, and the rest is decided as by itself.

The first line of an input names the kind of file: csv, xlsx, parquet, jsonl. With csv, a line ``== name``
begins the table of that name; the first is that of the cases.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.study.portfolio.sources import SourceError

from ..common import broken, mini, place, promise
from .cases import JUNK

KINDS: Final = (b"csv", b"xlsx", b"parquet", b"jsonl")
COLUMNS: Final = ("id", "urgent", "kind", "closed_on", "deduction")
ITEMS: Final = ("case", "id", "hours", "done", "helper")


def run(data: bytes) -> None:
    kind, _, body = data.partition(b"\n")
    if kind not in KINDS:
        return
    folder = place() / "tables"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        for tables in la.study(mini(), written(folder, kind.decode(), body)):
            for row in tables["cases"].to_pylist():
                promise(row["status"] in ("determined", "undetermined", "refused"), "each case has a status", row)
                promise(row["status"] != "determined" or row["pay"] is not None, "determined without a hole", row)
            promise(json.dumps(tables["cases"].to_pylist(), default=str), "tables can be read")
    except SourceError as error:
        promise(len(str(error)) < 2_000, "messages are short")


def written(folder: Path, kind: str, body: bytes) -> Path:
    if kind != "csv":
        file = folder / f"cases.{kind}"
        file.write_bytes(body)
        return file
    first, *others = re.split(rb"^== ([a-z]{1,12})\n", body, flags=re.MULTILINE)
    for name, text in [(b"cases", first), *zip(others[::2], others[1::2])]:
        (folder / f"{name.decode()}.csv").write_bytes(text)
    return folder


# ------------------------------------------------------------------ made up

CELLS: Final = {
    "id": st.sampled_from(["A", "B", "C", "A", ""]), "case": st.sampled_from(["A", "A", "B", "C", "Z"]), "urgent": st.sampled_from(["true", "false", "", "yes"]),
    "kind": st.sampled_from(["novel", "atlas", "", "Novel"]), "closed_on": st.sampled_from(["2026-06-30", "2027-01-01", "", "30/06/2026"]),
    "deduction": st.sampled_from(["0", "1.5", "", "1e3", "=1+1", "1,5"]), "hours": st.sampled_from(["2", "3.5", "", "0", "-1", "999999999999999"]),
    "done": st.sampled_from(["2026-02-01", "2026-06-30", ""]), "helper": st.sampled_from(["0", "1", "", "h"]),
}  # fmt: skip
HEADERS: Final = st.sampled_from(["", "urgent", "closedon", "Kind", "note", " id", "hours"])


@st.composite
def table(draw: st.DrawFn, columns: tuple[str, ...]) -> list[list[Any]]:
    names = list(draw(st.permutations(columns)))[: draw(st.integers(1, len(columns)))] if draw(st.integers(0, 5)) == 0 else list(columns)
    if draw(st.integers(0, 4)) == 0:
        names.insert(draw(st.integers(0, len(names))), draw(HEADERS))
    rows = [[draw(CELLS.get(n, JUNK.map(str))) for n in names] for _ in range(draw(st.integers(0, 4)))]
    if rows and draw(st.integers(0, 6)) == 0:
        rows[-1] = rows[-1][: draw(st.integers(0, len(names)))]
    return [names, *rows]


def _csv(cases: list[list[Any]], lines: list[list[Any]], comma: str, quote: bool) -> bytes:
    def text(rows: list[list[Any]]) -> str:
        return "".join(comma.join(f'"{c}"' if quote else str(c) for c in row) + "\n" for row in rows)

    return f"csv\n{text(cases)}== lines\n{text(lines)}".encode("utf-8", "surrogatepass")


def _excel(cases: list[list[Any]], lines: list[list[Any]], wild: list[tuple[int, int, Any]]) -> bytes:
    import openpyxl
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = openpyxl.Workbook()
    for sheet, name, rows in ((book.active, "cases", cases), (book.create_sheet(), "lines", lines)):
        sheet.title = name
        for row in rows:
            sheet.append([re.sub(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff]", "", str(c)) or None for c in row])
        for r, c, value in wild:
            try:
                sheet.cell(r + 1, c + 1).value = value
            except (IllegalCharacterError, ValueError, OverflowError):
                continue
    out = io.BytesIO()
    book.save(out)
    return b"xlsx\n" + out.getvalue()


def _parquet(cases: list[list[Any]], kinds: list[str]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names, *rows = cases
    columns = {}
    for i, name in enumerate(names):
        cells = [str(row[i]) if i < len(row) else None for row in rows]
        kind = kinds[i % len(kinds)]
        columns[name] = {
            "text": lambda c: pa.array(c, pa.string()), "list": lambda c: pa.array([[x] for x in c], pa.list_(pa.string())),
            "struct": lambda c: pa.array([{"a": x} for x in c], pa.struct([("a", pa.string())])),
            "float": lambda c: pa.array([0.5] * len(c), pa.float64()), "bytes": lambda c: pa.array([b"\xff"] * len(c), pa.binary()),
            "time": lambda c: pa.array([10**15] * len(c), pa.timestamp("us")), "null": lambda c: pa.nulls(len(c)),
            "wide": lambda c: pa.array([2**62] * len(c), pa.int64()), "large": lambda c: pa.array(c, pa.large_string()),
        }[kind](cells)  # fmt: skip
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return b"parquet\n" + out.getvalue()


def inputs() -> st.SearchStrategy[bytes]:
    cases, lines = table(COLUMNS), table(ITEMS)
    wild = st.one_of(st.floats(), st.booleans(), st.dates(), st.datetimes(), st.integers(), st.just("=1+1"), st.text(max_size=4))
    kinds = ["text", "text", "text", "list", "struct", "float", "bytes", "time", "null", "wide", "large"]
    csv = st.builds(_csv, cases, lines, st.sampled_from([",", ",", ",", ";", "\t"]), st.booleans())
    excel = st.builds(_excel, cases, lines, st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), wild), max_size=2))
    parquet = st.builds(_parquet, cases, st.lists(st.sampled_from(kinds), min_size=1, max_size=5))
    return broken(st.one_of(csv, csv, excel, parquet))


def seeds() -> Iterable[bytes]:
    cases = [list(COLUMNS), ["A", "true", "novel", "2026-06-30", "1.5"], ["B", "", "atlas", "2027-01-01", "0"]]
    lines = [list(ITEMS), ["A", "a", "3.5", "2026-02-01", ""], ["B", "b", "2", "2026-02-01", ""]]
    yield from (_csv(cases, lines, ",", False), _csv(cases, lines, ";", True), _excel(cases, lines, []), _parquet(cases, ["text"]))
    yield b"csv\n" + "id,kind\nA,novel\n".encode("utf-16")
    yield b'jsonl\n{"kind": "novel", "lines": []}\n\n[]\n{\n'
