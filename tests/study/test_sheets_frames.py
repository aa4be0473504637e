"""Tables in memory and Parquet files: of one thing each, or of everything, a row a line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import legalaid_dsl as la
from legalaid_dsl.study.portfolio.opened import ColumnsIgnored, SourceError
from legalaid_dsl.study.portfolio.run import Decider, Study
from tests.study.sheets import CASES, LINES, flat, in_sheets, read, wanted, workbook

pytestmark = pytest.mark.filterwarnings(f"ignore::{ColumnsIgnored.__module__}.{ColumnsIgnored.__name__}")


@pytest.fixture(scope="module")
def decider(rules: la.Rules) -> Decider:
    return Study(rules, None, "illustrative", reasons=False).decider()


def same(decider: Decider, source: Any) -> None:
    found, refused = read(decider, source)
    assert refused == [] and found == wanted()


def columnar(rules: la.Rules) -> dict[str, list[Any]]:
    header, *rows = flat(rules, "vi")
    return {h: [r[i] for r in rows] for i, h in enumerate(header)}


def test_frames_that_hand_themselves_on_as_arrow(rules: la.Rules, decider: Decider) -> None:
    given = columnar(rules)
    given["số giờ"] = [8.0, 3.5, 4.0, 2.5, 3.1]
    given["ngày thực hiện"] = [datetime.fromisoformat(d) for d in given["ngày thực hiện"]]
    table = pa.table(given)

    class Frame:
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return table.__arrow_c_stream__(requested_schema)

    same(decider, Frame())
    same(decider, table)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_of_other_libraries(rules: la.Rules, decider: Decider, library: str) -> None:
    made = pytest.importorskip(library)
    given = columnar(rules)
    given["số giờ"] = [8.0, 3.5, 4.0, 2.5, 3.1]
    same(decider, made.DataFrame(given))
    sheets = {}
    for name, (header, *rows) in zip(("cases", "providers", "entries"), in_sheets(rules, "vi").values(), strict=True):
        sheets[name] = made.DataFrame({h: [r[i] for r in rows] for i, h in enumerate(header)})
    same(decider, sheets)


def test_a_frame_with_a_number_that_no_one_wrote(rules: la.Rules, decider: Decider) -> None:
    given = columnar(rules)
    given["số giờ"] = [8.0, 0.1 + 0.2, 4.0, 2.5, float("nan")]
    _, refused = read(decider, pa.table(given))
    assert [(r["code"], r["case"]) for r in refused] == [("number-inexact", "TG-01"), ("number-inexact", "TG-02")]


def test_a_table_of_everything_by_keys(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    """One row a line, lists as lists, in memory or as a file; what could be of the case or of one of its things is asked for."""
    keys = ["case_id", "form", "case.assigned_on", "closed_on", "complexity", "case.stages", "provider", "kind", "method", "date", "task", "stage", "hours", "certified_by"]
    rows = [[x[0], *CASES[x[0]], *x[1:]] for x in LINES]
    table = pa.table({n: [r[i] for r in rows] for i, n in enumerate(keys)})
    same(decider, table)
    pq.write_table(table, tmp_path / "lines.parquet")
    same(decider, tmp_path / "lines.parquet")
    same(decider, workbook([keys, *([("; ".join(v) if isinstance(v, list) else v) for v in r] for r in rows)], tmp_path / "a.xlsx"))
    with pytest.raises(SourceError, match=r"column “stages”.*case.stages, providers.stages"):
        read(decider, table.rename_columns([k.removeprefix("case.") if k == "case.stages" else k for k in keys]))
