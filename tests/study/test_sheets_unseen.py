"""What is hidden in a workbook is counted, and said."""

from __future__ import annotations

import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.tabular import Place
from legalaid_dsl.study.portfolio.opened import ColumnsIgnored
from legalaid_dsl.study.portfolio.run import Decider, Study
from legalaid_dsl.study.sheets.formats import old_records
from tests.study import messy, old_workbook
from tests.study.sheets import as_ods, flat, read, wanted, workbook

pytestmark = pytest.mark.filterwarnings(f"ignore::{ColumnsIgnored.__module__}.{ColumnsIgnored.__name__}")


@pytest.fixture(scope="module")
def decider(rules: la.Rules) -> Decider:
    return Study(rules, None, "illustrative", reasons=False).decider()


def same(decider: Decider, source: Any) -> None:
    found, refused = read(decider, source)
    assert refused == [] and found == wanted()


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_what_is_hidden_is_counted_and_said(rules: la.Rules, decider: Decider, tmp_path: Path, kind: str) -> None:
    rows = flat(rules, "vi")
    if kind == "xlsx":
        book = openpyxl.load_workbook(workbook(rows, tmp_path / "a.xlsx"))
        for number in (3, 4, 6):
            book.active.row_dimensions[number].hidden = True
        book.active.column_dimensions["M"].hidden = True
        book.save(tmp_path / "a.xlsx")
    elif kind == "ods":
        as_ods(rows, tmp_path / "a.ods")
        parts = zipfile.ZipFile(tmp_path / "a.ods").read("content.xml").decode().split("<table:table-row>")
        for at, how in (3, "collapse"), (4, "filter"), (6, "collapse"):
            parts[at] = f'\0visibility="{how}">{parts[at]}'
        text = "<table:table-row>".join(parts).replace("<table:table-row>\0", "<table:table-row table:")
        columns = '<table:table-column table:number-columns-repeated="12"/><table:table-column table:visibility="collapse"/>'
        messy.repacked(tmp_path / "a.ods", "content.xml", lambda _: text.replace('table:name="Sheet1">', f'table:name="Sheet1">{columns}').encode())
    else:
        seen = old_records._sheets(old_workbook.book(b"".join([
            *(old_workbook.record(0x208, struct.pack("<HHHHHHHH", n - 1, 0, 1, 255, 0, 0, 0x20, 0)) for n in (3, 4, 6)),
            old_workbook.record(0x7D, struct.pack("<HHHHHH", 12, 12, 0, 0, 1, 0)),
        ])), Place())["cases"]  # fmt: skip
        assert (seen.hidden_rows, seen.hidden_columns) == ([(3, 3), (4, 4), (6, 6)], [(12, 12)])
        return
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        same(decider, tmp_path / f"a.{kind}")
    said = [str(w.message) for w in told]
    assert any("rows 3–4, 6 are hidden and were counted" in s for s in said) and any("column M is hidden and was read" in s for s in said)
