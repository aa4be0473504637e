"""Tables from outside that must not break the reader (X31): bombs, other members, entities, formulas, macros."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import legalaid_dsl as la

openpyxl = pytest.importorskip("openpyxl")
from legalaid_dsl.study.portfolio.sources import SourceError  # noqa: E402 - needs the extra

Parts = dict[str, bytes]


def parts_of(rows: list[list[object]]) -> Parts:
    book = openpyxl.Workbook()
    book.active.title = "cases"
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """A workbook with one case, of which parts are replaced or added."""

    def written(rows: list[list[object]] | None = None, name: str = "book.xlsx", **_: object) -> Path:
        path = tmp_path / name
        parts = parts_of(rows or [["id", "form"], ["A", "civil_proceedings"]])
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for member, data in parts.items():
                packed.writestr(member, data)
        return path

    return written


def replaced(path: Path, **parts: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in held.items():
            change = next((c for end, c in parts.items() if name.endswith(end.replace("__", "."))), None)
            packed.writestr(name, change(data) if change else data)
    return path


def read(rules: la.Rules, path: Path) -> list[dict[str, object]]:
    return [row for tables in la.study(rules, path) for row in tables["cases"].to_pylist()]


def test_x31_a_plain_workbook_is_read(rules: la.Rules, workbook: Callable[..., Path]) -> None:
    assert [r["status"] for r in read(rules, workbook())] == ["undetermined"]


def test_x31_a_cell_that_unpacks_to_a_hundred_megabytes_is_refused_before_it_is_read(rules: la.Rules, workbook: Callable[..., Path]) -> None:
    def blown(sheet: bytes) -> bytes:
        cell = b'<c r="B2" t="inlineStr"><is><t>' + b"a" * 100_000_000 + b"</t></is></c>"
        return sheet.replace(b"</sheetData>", b'<row r="9">' + cell + b"</row></sheetData>")

    path = replaced(workbook(), sheet1__xml=blown)
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(SourceError) as error:
            read(rules, path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000
    assert "book.xlsx" in str(error.value)


def test_x31_millions_of_empty_rows_are_refused(rules: la.Rules, workbook: Callable[..., Path]) -> None:
    rows = b"<row/>" * 3_000_000
    path = replaced(workbook(), sheet1__xml=lambda s: s.replace(b"</sheetData>", rows + b"</sheetData>"))
    with pytest.raises(SourceError):
        read(rules, path)


def test_x31_a_sheet_that_says_it_is_smaller_than_it_is_is_refused(rules: la.Rules, workbook: Callable[..., Path]) -> None:
    path = replaced(workbook(), sheet1__xml=lambda s: s + b" " * 30_000_000)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        real = packed.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    path.write_bytes(data.replace(real, (900).to_bytes(4, "little")))
    with pytest.raises(SourceError):
        read(rules, path)


ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "yyyyyyyyyy">]>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'


@pytest.mark.parametrize("head", [ENTITY, LAUGHS], ids=["external", "laughs"])
@pytest.mark.parametrize("part", ["sheet1__xml", "workbook__xml", "styles__xml"])
def test_x31_entities_are_refused(rules: la.Rules, workbook: Callable[..., Path], head: bytes, part: str) -> None:
    def declared(xml: bytes) -> bytes:
        return head + xml[xml.index(b"?>") + 2 :] if xml.startswith(b"<?xml") else head + xml

    with pytest.raises(SourceError) as error:
        read(rules, replaced(workbook(), **{part: declared}))
    assert "book.xlsx" in str(error.value)


def test_x31_members_outside_the_workbook_touch_nothing(rules: la.Rules, workbook: Callable[..., Path], tmp_path: Path) -> None:
    path = workbook()
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("../../stolen.txt", "x")
        packed.writestr("/stolen.txt", "x")
    before = sorted(tmp_path.parent.iterdir())
    with suppress(SourceError):
        assert len(read(rules, path)) == 1
    assert sorted(tmp_path.parent.iterdir()) == before
    assert not (tmp_path.parent.parent / "stolen.txt").exists()


@pytest.mark.parametrize("formula", ["=1+1", "=HYPERLINK(\"x\")", "=CMD()"])
def test_x31_a_formula_is_its_value_or_nothing_and_never_worked_out(rules: la.Rules, workbook: Callable[..., Path], formula: str) -> None:
    with suppress(SourceError):
        (row,) = read(rules, workbook([["id", "case_id"], ["A", formula]]))
        assert row["status"] in ("undetermined", "refused")


@pytest.mark.parametrize("name", ["book.xlsm", "book.xls", "book.ods", "book.xlsb"])
def test_x31_other_workbooks_are_named_as_what_they_are(rules: la.Rules, workbook: Callable[..., Path], name: str) -> None:
    with pytest.raises(SourceError) as error:
        read(rules, workbook(name=name))
    assert name in str(error.value)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip at all", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, b"<html></html>"], ids=range(5))
def test_x31_what_is_no_workbook_is_said_with_its_name(rules: la.Rules, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    with pytest.raises(SourceError) as error:
        read(rules, path)
    assert "book.xlsx" in str(error.value)


@pytest.mark.parametrize("at", [10, 30, 50, 70, 90, 99])
def test_x31_a_workbook_cut_short_is_said_with_its_name(rules: la.Rules, workbook: Callable[..., Path], at: int) -> None:
    path = workbook()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * at // 100])
    with pytest.raises(SourceError) as error:
        read(rules, path)
    assert "book.xlsx" in str(error.value)
