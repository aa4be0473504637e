"""Tables as they come from people: read as they are meant to the letter, or an error that names the place. Never a wrong answer."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.basics import tabular
from legalaid_dsl.basics.tabular import Place, TableError
from legalaid_dsl.cli.main import main
from legalaid_dsl.engine.lowered.from_rulebook import shapes
from legalaid_dsl.making.proportions import FILE, read_recipe
from legalaid_dsl.study.portfolio import limits
from legalaid_dsl.study.portfolio.headers import ColumnsIgnored
from legalaid_dsl.study.portfolio.opened import SourceError
from legalaid_dsl.study.portfolio.sources import chunks, open_tables
from legalaid_dsl.study.sheets.reading import Understanding
from legalaid_dsl.study.sheets.words import words_of
from legalaid_dsl.study.simulation.tally import Tally, sealed, unsealed
from tests.study.messy import CASES, answers, as_csv, as_excel, as_parquet, book_of, changed, good, repacked

Write = Callable[[Any, Path], Path]


def csv_in(sheets: Any, tmp: Path) -> Path:
    return as_csv(sheets, tmp / "folder")


def excel_in(sheets: Any, tmp: Path) -> Path:
    return as_excel(sheets, tmp / "book.xlsx")


def parquet_in(sheets: Any, tmp: Path) -> Path:
    return as_parquet(sheets, tmp / "folder")


WRITERS = [csv_in, excel_in, parquet_in]


@pytest.fixture(scope="module")
def wanted(rules: la.Rules) -> dict[str, tuple[str, Any]]:
    cases = [{"id": c} for c in CASES]
    found = {}
    sheets = good()
    for one in cases:
        rows = {
            name: [dict(zip(header, r, strict=True)) for r in body if r[0] == one["id"]]
            for name, (header, *body) in sheets.items()
        }
        case = {k: v for k, v in rows["cases"][0].items() if v is not None and k != "id"}
        case["stages"] = case["stages"].split(";")
        case["providers"] = [{k: v for k, v in p.items() if k != "case"} for p in rows["providers"]]
        case["entries"] = [
            {**{k: v for k, v in e.items() if k != "case"}, "certified_by": e["certified_by"].split(";"), "adjourned": False}
            for e in rows["entries"]
        ]
        for e in case["entries"]:
            e.pop("adjourned")
        result = rules.evaluate(case, figures="illustrative")
        found[one["id"]] = (result.status, int(result.amount))
    assert {s for s, _ in found.values()} == {"determined"} and len({a for _, a in found.values()}) > 1
    return found


def wrong(rules: la.Rules, source: Any) -> SourceError:
    """The error, before which no case was handed on."""
    seen: list[Any] = []
    with pytest.raises(SourceError) as error:
        seen.extend(row for tables in la.study(rules, source, figures="illustrative", chunk=1) for row in tables["cases"].to_pylist())
    assert not seen
    for text in (error.value.message.en, error.value.message.vi):
        assert text and "\n" not in text and "{" not in text and len(text) < 700
    assert error.value.message.en != error.value.message.vi
    return error.value


@pytest.mark.parametrize("write", WRITERS)
def test_good_tables_are_read(rules: la.Rules, wanted: Any, tmp_path: Path, write: Write) -> None:
    assert answers(rules, write(good(), tmp_path)) == wanted


# ------------------------------------------------------------------ headers


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("name", ["suspendedon", "supsended_on", "suspended"])
def test_a_column_near_a_facts_name_is_an_error(rules: la.Rules, tmp_path: Path, write: Write, name: str) -> None:
    error = wrong(rules, write(changed("cases", 0, "suspended_on", name), tmp_path))
    assert error.code == "header-near" and error.place.column == name and "“suspended_on”" in str(error)


@pytest.mark.parametrize("write", WRITERS)
def test_a_facts_name_is_read_however_it_is_written(rules: la.Rules, wanted: Any, tmp_path: Path, write: Write) -> None:
    term = rules.rulebook.terms["case.suspended_on"]
    decomposed = unicodedata.normalize("NFD", term.names.vi)
    for name in ("Suspended_on", "suspended on", " suspended_on", "SUSPENDED-ON", term.names.vi, term.names.en.upper(), decomposed, "Ngay tam dinh chi", f"{term.names.vi} (dd/mm/yyyy)"):
        assert answers(rules, write(changed("cases", 0, "suspended_on", name), tmp_path)) == wanted, name


@pytest.mark.parametrize("write", WRITERS)
def test_a_fact_of_another_table_is_an_error(rules: la.Rules, tmp_path: Path, write: Write) -> None:
    error = wrong(rules, write(changed("cases", 0, "complexity", "certified_by"), tmp_path))
    assert error.code == "header-elsewhere" and "table “entries”" in str(error)


@pytest.mark.parametrize("write", WRITERS)
def test_a_column_of_items_near_a_facts_name_is_an_error(rules: la.Rules, tmp_path: Path, write: Write) -> None:
    error = wrong(rules, write(changed("entries", 0, "hours", "hourz"), tmp_path))
    assert error.code == "header-near" and "hourz" in str(error) and "hours" in str(error)


@pytest.mark.parametrize("write", WRITERS)
def test_an_unknown_column_of_items_is_told(rules: la.Rules, wanted: Any, tmp_path: Path, write: Write) -> None:
    sheets = good()
    for row in sheets["entries"]:
        row.append("colour")
    with pytest.warns(ColumnsIgnored, match="colour"):
        assert answers(rules, write(sheets, tmp_path)) == wanted


@pytest.mark.parametrize("write", WRITERS)
def test_other_columns_of_the_cases_are_told_once(rules: la.Rules, wanted: Any, tmp_path: Path, write: Write) -> None:
    sheets = good()
    for row, value in zip(sheets["cases"], ["province", "HN", "HN", "HCM"], strict=True):
        row.append(value)
    with pytest.warns(ColumnsIgnored) as told:
        assert answers(rules, write(sheets, tmp_path)) == wanted
    assert len(told) == 1 and "province" in str(told[0].message)


def test_who_names_a_column_is_believed(rules: la.Rules, wanted: Any, tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    sheets = good()
    for row, value in zip(sheets["cases"], ["assigned_by", "a", "b", "c"], strict=True):
        row.append(value)
    source = csv_in(sheets, tmp_path)
    assert wrong(rules, source).code == "header-near"
    found = la.study(rules, source, figures="illustrative", others=["assigned_by"]).tables()["cases"]
    assert found["amount"].to_pylist() == [a for _, a in wanted.values()] and not recwarn.list


@pytest.mark.parametrize("write", [csv_in, excel_in])
@pytest.mark.parametrize("table", ["cases", "entries"])
def test_a_blank_header_with_values_below_is_an_error(rules: la.Rules, tmp_path: Path, write: Write, table: str) -> None:
    sheets = good()
    sheets[table][0][3] = None
    error = wrong(rules, write(sheets, tmp_path))
    assert error.code == "header-blank" and error.place.line == (2 if write is csv_in else None)
    assert error.place.sheet == (table if write is excel_in else "") and (error.place.cell or error.place.column)[0] == "D"


@pytest.mark.parametrize("write", [csv_in, excel_in])
def test_a_blank_column_is_none(rules: la.Rules, wanted: Any, tmp_path: Path, write: Write) -> None:
    sheets = good()
    for row in sheets["entries"]:
        row.insert(4, None)
    assert answers(rules, write(sheets, tmp_path)) == wanted


@pytest.mark.parametrize("write", WRITERS)
def test_a_header_twice_is_an_error(rules: la.Rules, tmp_path: Path, write: Write) -> None:
    sheets = good()
    for row in sheets["entries"]:
        row.append("3")
    sheets["entries"][0][-1] = "hours"
    error = wrong(rules, write(sheets, tmp_path))
    assert error.code == "header-twice" and error.place.column == "hours" and "I, J" in str(error)


# ------------------------------------------------------------------ rows


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(("row", "value", "code"), [(3, None, "case-blank"), (9, None, "case-blank"), (3, "A-1", "case-unknown"), (9, "A-01", "case-unknown"), (1, "A-03", "case-unknown")])
def test_no_case_is_handed_on_before_its_rows_belong(
    rules: la.Rules, tmp_path: Path, write: Write, row: int, value: Any, code: str
) -> None:
    error = wrong(rules, write(changed("entries", row, "case", value), tmp_path))
    assert error.code == code
    # a row out of order is found where the order breaks
    assert (error.place.line or error.place.row) in range(2, 12)


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(("value", "code"), [(None, "id-blank"), ("A-01", "id-twice")])
def test_ids_of_cases_are_there_once(rules: la.Rules, tmp_path: Path, write: Write, value: Any, code: str) -> None:
    error = wrong(rules, write(changed("cases", 3, "id", value), tmp_path))
    assert error.code == code and error.place.column == "id" and (error.place.line or error.place.row) in (3, 4)


@pytest.mark.parametrize("write", [csv_in, excel_in])
def test_a_row_that_is_shifted_is_an_error(rules: la.Rules, tmp_path: Path, write: Write) -> None:
    sheets = good()
    sheets["entries"][2].insert(3, None)
    error = wrong(rules, write(sheets, tmp_path))
    assert error.code in ("outside", "row-width") and (error.place.line == 3 or error.place.cell == "J3")


@pytest.mark.parametrize("write", [csv_in, excel_in])
def test_rows_that_say_nothing_are_passed_over(rules: la.Rules, wanted: Any, tmp_path: Path, write: Write) -> None:
    sheets = good()
    sheets["entries"].insert(4, [None] * 9)
    sheets["entries"].append([None] * 9)
    assert answers(rules, write(sheets, tmp_path)) == wanted
    sheets["entries"][6][0] = "A-09"
    error = wrong(rules, write(sheets, tmp_path))
    assert (error.place.line or error.place.row) == 7  # as the file counts


def test_a_list_that_is_denied_has_no_rows(rules: la.Rules, tmp_path: Path) -> None:
    for value, code in (("false", "list-denied"), (None, "list-denied"), ("flase", "truth-form"), ("True", "")):
        sheets = good()
        for row, said in zip(sheets["cases"], ["entries", "true", value, "true"], strict=True):
            row.append(said)
        source = csv_in(sheets, tmp_path)
        if code:
            seen: dict[str, Any] = {}
            with pytest.raises(SourceError) as error:
                seen |= answers(rules, source)
            assert error.value.code == code and error.value.place.line == 3 and not seen
        else:
            assert answers(rules, source)


def test_the_place_of_an_item_in_another_is_there(rules: la.Rules, tmp_path: Path) -> None:
    for value, code in (("0", ""), ("1", "place-wrong"), ("-1", "place-wrong"), ("x", "place-wrong"), ("0.5", "place-wrong"), ("9" * 30, "place-wrong")):
        sheets = good()
        sheets["documents"] = [["case", "kind", "issued_on"], ["A-01", "indictment", "2026-08-02"]]
        sheets["offences"] = [["case", "documents", "class"], ["A-01", value, "serious"]]
        source = csv_in(sheets, tmp_path)
        if code:
            error = wrong(rules, source)
            assert error.code == code and error.place == Place(file="offences.csv", line=2, column="documents")
        else:
            assert answers(rules, source)


# ------------------------------------------------------------------ files that are something else


def test_what_a_file_is_instead_is_named(rules: la.Rules, tmp_path: Path) -> None:
    import gzip

    source = csv_in(good(), tmp_path)
    found = answers(rules, source)
    entries = source / "entries.csv"
    text = entries.read_text("utf-8")
    excel = as_excel(good(), tmp_path / "x.xlsx").read_bytes()
    for data, code, word in (
        (text.encode("utf-32"), "not-utf-8", "Windows-1258"),
        (gzip.compress(text.encode()), "compressed", "gzip"),
        (excel, "is-another", ".xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old-spreadsheet", "password"),
        (b"", "header-missing", "header"),
        (b"\n\n", "header-missing", "header"),
        (text.replace("mediation", unicodedata.normalize("NFD", "hòa giải")).encode("cp1258"), "not-utf-8", "Windows-1258"),
        (text.encode() + b'A-03,"E4', "csv-form", "line 11"),
        (text.replace("8,", '"8"x,').replace("E1", '"E1"x').encode(), "csv-form", "line 2"),
        (text.encode() + b"A-03,E4\r\n", "row-width", "line 11"),
        (text.encode() + b"A-03,E4,P1,2026-08-20,mediation,first_instance,judge,false,4,\r\n", "row-width", "not 9 columns"),
    ):
        entries.write_bytes(data)
        error = wrong(rules, source)
        assert error.code == code and word in str(error) and error.place.file == "entries.csv", str(error)
    tabs = text.replace(",", "\t")
    for data in (
        b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16"), text.encode("utf-16-le"), text.encode("utf-16-be"), tabs.encode(),
        tabs.encode("utf-16"), text.replace(";", "/").replace(",", ";").encode(),
    ):  # fmt: skip
        entries.write_bytes(data)
        assert answers(rules, source) == found, data[:40]


def test_the_place_of_a_byte_that_is_no_utf_8(rules: la.Rules, tmp_path: Path) -> None:
    source = csv_in(good(), tmp_path)
    data = (source / "entries.csv").read_bytes().replace(b"mediation", b"h\xf2a gi\xe0i", 1)
    (source / "entries.csv").write_bytes(data)
    assert wrong(rules, source).place == Place(file="entries.csv", line=2, column="E")


def test_files_beside_are_not_passed_over(rules: la.Rules, tmp_path: Path) -> None:
    source = csv_in(good(), tmp_path)
    (source / "README.md").write_text("mine")
    (source / ".~lock.entries.csv#").write_text("")
    assert answers(rules, source)
    for name, code in (("entries.xlsx", "passed-over"), ("entries.csv.gz", "passed-over"), ("Entries.csv", "no-such-table"), ("notes.CSV", "no-such-table")):
        (source / name).write_text("case,id\n")
        assert wrong(rules, source).code == code
        (source / name).unlink()
    as_parquet({"entries": good()["entries"]}, source)
    assert wrong(rules, source).code == "table-twice"


def test_what_is_no_table_at_all(rules: la.Rules, tmp_path: Path) -> None:
    (tmp_path / "cases.csv.gz").write_bytes(b"\x1f\x8b")
    (tmp_path / "a.xlsx").write_bytes(b"")
    (tmp_path / "b.XLSX").write_bytes(b"hello")
    (tmp_path / "c.parquet").write_bytes(b"PAR1")
    (tmp_path / "f.xls").write_bytes(b"hello")
    (tmp_path / "g.ods").write_bytes(b"hello")
    (tmp_path / "d.jsonl").write_bytes("{}".encode("utf-16"))
    (tmp_path / "e.csv").mkdir()
    (tmp_path / "empty").mkdir()
    for name, code in (
        ("nowhere", "not-there"), ("nowhere.csv", "not-there"), ("nowhere.jsonl", "not-there"), ("nowhere.parquet", "not-there"),
        ("nowhere.xlsx", "not-there"), ("cases.csv.gz", "not-a-table"), ("a.xlsx", "not-xlsx"), ("b.XLSX", "not-xlsx"),
        ("f.xls", "not-xls"), ("g.ods", "not-ods"), ("c.parquet", "not-parquet"), ("d.jsonl", "is-utf-16"), ("empty", "no-cases"), ("e.csv", "no-cases"), ("\0", "not-there"),
    ):  # fmt: skip
        assert wrong(rules, tmp_path / name).code == code, name


# ------------------------------------------------------------------ workbooks


def messy(tmp: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    book = book_of(good())
    change(book)
    book.save(tmp / "book.xlsx")
    return tmp / "book.xlsx"


def put(cell: str, value: Any, sheet: str = "entries", **style: Any) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet][cell] = value
        for name, given in style.items():
            setattr(book[sheet][cell], name, given)

    return change


def test_cells_as_spreadsheets_hold_them(rules: la.Rules, wanted: Any, tmp_path: Path) -> None:
    """Numbers that are exact, days, true and false, whatever their format."""

    def change(book: openpyxl.Workbook) -> None:
        sheet = book["entries"]
        for row in range(2, 11):
            sheet[f"I{row}"] = [8, 3.5, 4.0][(row - 2) % 3]
            sheet[f"D{row}"] = datetime.fromisoformat(sheet[f"D{row}"].value)
            sheet[f"H{row}"] = False
        book["cases"]["G3"] = date(2026, 8, 15)
        book["cases"].freeze_panes = "A2"
        book["cases"].auto_filter.ref = "A1:G4"
        book.create_sheet("Sheet1")

    assert answers(rules, messy(tmp_path, change)) == wanted


def refused(rules: la.Rules, source: Any) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Statuses by case, and the cells that were refused."""
    found = la.study(rules, source, figures="illustrative").tables()
    rows = found["refused"].to_pylist()
    for row in rows:
        assert row["reason_en"] and row["reason_vi"] != row["reason_en"] and row["right_en"] and row["right_vi"] != row["right_en"], row
    return dict(zip(found["cases"]["id"].to_pylist(), found["cases"]["status"].to_pylist(), strict=True)), rows


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (put("I2", "0.30000000000000004"), ""),  # a text has as many digits as it likes
        (put("I2", 1e300), "number-inexact"),
        (put("I2", 1.2345678901234567), "number-inexact"),
        (put("I2", "=1+2"), "formula"),
        (put("I2", "#N/A", data_type="e"), "error-cell"),
        (put("D2", datetime(2026, 8, 10, 13, 30)), "day-only"),
        (put("D2", time(8, 0)), "day-form"),
        (put("D2", 46244), "day-form"),
        (put("I2", time(8, 0, 30)), "cell-time"),
        (put("I2", timedelta(hours=8, seconds=1)), "cell-time"),
        (put("I2", date(2026, 5, 3)), "cell-day"),
        (put("I2", "1.234"), "number-two"),
        (put("I2", "1,234"), "number-two"),
        (put("D2", "08/13/2026"), "day-month-first"),
        (put("D2", "10/8/26"), "day-year"),
        (put("D2", "31/9/2026"), "day-none"),
        (put("I2", "2h20"), "minutes-no-decimal"),
        (put("I2", -1), "number-below"),
        (put("I2", True), "cell-truth"),
        (put("H2", 2), "truth-form"),
        (put("E2", "mediatio"), "choice-near"),
        (put("E2", "họp"), "choice-form"),
        (put("G2", "judge, nobody"), "choice-form"),
    ],
)
def test_cells_that_could_be_read_wrongly_are_refused_with_their_case(rules: la.Rules, tmp_path: Path, change: Any, code: str) -> None:
    statuses, rows = refused(rules, messy(tmp_path, change))
    if not code:
        assert set(statuses.values()) == {"determined"} and not rows
        return
    assert statuses == {"A-01": "refused", "A-02": "determined", "A-03": "determined"}
    (row,) = rows
    assert (row["code"], row["file"], row["sheet"], row["case"]) == (code, "book.xlsx", "entries", "A-01")
    assert re.fullmatch("[A-Z]2", row["cell"]) and row["column"]


@pytest.mark.parametrize(
    ("change", "code"),
    [(put("B2", 10**15), "number-inexact"), (put("I1", '="hours"'), "formula"), (put("J2", "x"), "outside"), (put("Z9", "x"), "outside")],
)
def test_cells_without_which_rows_cannot_be_told_apart(rules: la.Rules, tmp_path: Path, change: Any, code: str) -> None:
    error = wrong(rules, messy(tmp_path, change))
    assert error.code == code and error.place.sheet == "entries" and error.place.file == "book.xlsx"
    assert re.fullmatch("[A-Z][0-9]", error.place.cell)


def test_merged_cells_count_where_they_can_mean_one_thing(rules: la.Rules, wanted: Any, tmp_path: Path) -> None:
    """An id over the rows of its case, a day over the work of that day; no number, and nothing over two cases."""
    assert answers(rules, messy(tmp_path, lambda book: book["entries"].merge_cells("A2:A4"))) == wanted
    statuses, rows = refused(rules, messy(tmp_path, lambda book: book["cases"].merge_cells("G3:G4")))
    assert statuses == {"A-01": "determined", "A-02": "refused", "A-03": "refused"} and rows[0]["code"] == "merged-cases"
    statuses, rows = refused(rules, messy(tmp_path, lambda book: book["entries"].merge_cells("I2:I3")))
    assert statuses == {"A-01": "refused", "A-02": "determined", "A-03": "determined"} and {r["code"] for r in rows} == {"merged-number"}
    error = wrong(rules, messy(tmp_path, lambda book: book["entries"].merge_cells("D2:E2")))
    assert error.code == "merged" and error.place.sheet == "entries"


def test_a_formula_counts_for_its_saved_value(rules: la.Rules, wanted: Any, tmp_path: Path) -> None:
    source = as_excel(good(), tmp_path / "book.xlsx")
    part = "xl/worksheets/sheet3.xml"

    def formula(xml: bytes) -> bytes:
        return re.sub(rb'<c r="I2"[^>]*>.*?</c>', b'<c r="I2"><f>4*2</f><v>8</v></c>', xml)

    assert answers(rules, repacked(source, part, formula)) == wanted


def test_a_sheets_own_word_on_its_size_is_not_believed(rules: la.Rules, wanted: Any, tmp_path: Path) -> None:
    source = as_excel(good(), tmp_path / "book.xlsx")
    small = lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:I4"', xml)  # noqa: E731
    assert answers(rules, repacked(source, "xl/worksheets/sheet3.xml", small)) == wanted


@pytest.mark.parametrize(
    ("old", "new"),
    [(rb'<row r="4"', b'<row r="3"'), (rb'<row r="3"', b'<row r="9000000"'), (rb'r="B3"', b'r="A3"'), (rb'<row r="3"', b'<row r="x"'), (rb'r="B3"', b'r="ZZZZ3"')],
)  # fmt: skip
def test_rows_out_of_their_order_are_not_dropped(rules: la.Rules, tmp_path: Path, old: bytes, new: bytes) -> None:
    source = as_excel(good(), tmp_path / "book.xlsx")
    error = wrong(rules, repacked(source, "xl/worksheets/sheet3.xml", lambda xml: xml.replace(old, new, 1)))
    assert error.code in ("row-order", "too-large", "damaged")


def test_a_title_above_the_header_is_passed_over(rules: la.Rules, wanted: Any, tmp_path: Path) -> None:
    source = messy(tmp_path, lambda book: (book["entries"].insert_rows(1), put("A1", "BẢNG KÊ")(book))[1])
    assert answers(rules, source) == wanted


# ------------------------------------------------------------------ bombs


def test_x31_a_workbook_that_grows_is_refused_before_it_is_unpacked(
    rules: la.Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {}
    for name, inner in (("xl/sharedStrings.xml", b"<t>" + b"a" * 30_000_000), ("xl/worksheets/sheet1.xml", b"<row/>" * 3_000_000)):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, inner)
        made[name] = packed.getvalue()
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("unpacked"))
    for name, data in made.items():
        assert len(data) < 100_000
        (tmp_path / "bomb.xlsx").write_bytes(data)
        error = wrong(rules, tmp_path / "bomb.xlsx")
        assert error.code == "unpacks-to" and name in str(error)


def test_x31_limits_are_kept(rules: la.Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = as_excel(good(), tmp_path / "book.xlsx")
    for name, least, what in (
        ("FILE", 100, "bytes of the file"), ("UNPACKED", 1_000, "unpacked"), ("MEMBERS", 3, "parts"), ("ROWS", 3, "rows"),
        ("COLUMNS", 3, "columns"), ("CELLS", 20, "cells"), ("TEXT", 3, "characters"),
    ):  # fmt: skip
        with monkeypatch.context() as here:
            here.setattr(limits, name, least)
            error = wrong(rules, source)
            assert error.code == "too-large" and what in str(error) and f"limit of {least}" in str(error)


@pytest.mark.parametrize(
    "head",
    ['<!DOCTYPE x [<!ENTITY a "b">]>', '<!DOCTYPE x SYSTEM "file:///etc/passwd">', '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/">%p;]>'],
)
@pytest.mark.parametrize("member", ["xl/worksheets/sheet3.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_x31_entities_are_refused(rules: la.Rules, tmp_path: Path, head: str, member: str, encoding: str) -> None:
    source = as_excel(good(), tmp_path / "book.xlsx")

    def change(xml: bytes) -> bytes:
        body = re.sub(r"^<\?xml.*?\?>\s*", "", xml.decode())
        return f"<?xml version='1.0' encoding='{encoding}'?>\n{head}{body}".encode(encoding)

    error = wrong(rules, repacked(source, member, change))
    assert error.code == "entities" and member in str(error)


def test_members_outside_the_workbook_are_never_written(rules: la.Rules, wanted: Any, tmp_path: Path) -> None:
    source = as_excel(good(), tmp_path / "in" / "book.xlsx") if (tmp_path / "in").mkdir() is None else tmp_path
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("../../evil.txt", "x")
    assert answers(rules, source) == wanted and not list(tmp_path.glob("**/evil*"))


def test_parquet_limits(rules: la.Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = pa.table({"id": pa.nulls(30_000_000, pa.string())})
    pq.write_table(nothing, tmp_path / "cases.parquet")
    assert (tmp_path / "cases.parquet").stat().st_size < 100_000
    assert wrong(rules, tmp_path / "cases.parquet").code == "too-large"
    long = pa.table({"id": ["A"], "case_id": ["x" * 200_000]})
    pq.write_table(long, tmp_path / "cases.parquet")
    monkeypatch.setattr(limits, "GROUP_BYTES", 100_000)
    assert wrong(rules, tmp_path / "cases.parquet").code == "too-large"


def test_parquet_with_damaged_statistics_is_no_end_of_the_process(rules: la.Rules, tmp_path: Path) -> None:
    """Every bit of the end of the file, where Arrow reads what columns hold, in a process of its own."""
    pq.write_table(pa.table({"id": ["A", "B"], "case_id": ["x", "y"]}), tmp_path / "cases.parquet")
    flips = """
import pathlib, sys
from legalaid_dsl.study.portfolio.opened import SourceError
from legalaid_dsl.study.portfolio.parquet import open_parquet
path = pathlib.Path(sys.argv[1])
old = path.read_bytes()
for bit in range(8 * (len(old) - 700), 8 * len(old), 3):
    new = bytearray(old)
    new[bit // 8] ^= 1 << bit % 8
    path.write_bytes(new)
    try:
        for batch in open_parquet(path).batches(2, None):
            pass
    except SourceError:
        pass
"""
    ran = subprocess.run([sys.executable, "-c", flips, str(tmp_path / "cases.parquet")], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_a_key_of_great_length_is_never_written_out(rules: la.Rules, tmp_path: Path) -> None:
    source = parquet_in(good(), tmp_path)
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array(["x" * 1_000_000]))
    table = pa.table({"case": long, "id": pa.array(map(str, range(100_000)))})
    pq.write_table(table, source / "entries.parquet", store_schema=False)
    error = wrong(rules, source)
    assert error.code == "too-large" and error.place.column == "case"


def test_a_line_without_end_is_refused(rules: la.Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from legalaid_dsl.study.portfolio import pieces

    monkeypatch.setattr(limits, "LINE", 1_000)
    monkeypatch.setattr(pieces, "LINE", 1_000)
    (tmp_path / "cases.csv").write_text("id,form\n" + "x" * 5_000)
    (tmp_path / "cases.jsonl").write_text("{}\n" + " " * 5_000)
    assert wrong(rules, tmp_path / "cases.csv").place.line == 2
    with pytest.raises(SourceError, match="line 2"):
        la.study(rules, tmp_path / "cases.jsonl").tables()


# ------------------------------------------------------------------ Parquet


def test_columns_of_a_wrong_kind_are_named(rules: la.Rules, tmp_path: Path) -> None:
    for column, kind, value in (
        ("hours", pa.bool_(), True), ("hours", pa.list_(pa.string()), ["3"]), ("hours", pa.binary(), b"3"),
        ("task", pa.struct([("a", pa.string())]), {"a": "x"}), ("task", pa.int64(), 1), ("date", pa.int64(), 20260810), ("adjourned", pa.int64(), 0), ("certified_by", pa.list_(pa.int64()), [1]),
        ("provider", pa.float64(), 1.0), ("id", pa.list_(pa.string()), ["E"]), ("id", pa.float64(), 1.0), ("case", pa.float64(), 1.0),
        ("case", pa.struct([("a", pa.string())]), {"a": "x"}),
    ):  # fmt: skip
        sheets = good()
        where = sheets["entries"][0].index(column)
        for row in sheets["entries"][1:]:
            row[where] = value
        source = as_parquet({"cases": sheets["cases"], "providers": sheets["providers"]}, tmp_path / "folder")
        as_parquet({"entries": sheets["entries"]}, tmp_path / "folder", **{column: kind})
        error = wrong(rules, source)
        assert error.code == "column-kind" and error.place == Place(file="entries.parquet", column=column)


def test_texts_that_are_no_utf_8_in_parquet(rules: la.Rules, tmp_path: Path) -> None:
    source = parquet_in(good(), tmp_path)
    table = pq.read_table(source / "entries.parquet")
    bad = pa.array([b"E\xff"] * table.num_rows, pa.binary()).view(pa.string())
    pq.write_table(table.set_column(1, "id", bad), source / "entries.parquet")
    with pytest.raises(SourceError, match=r"entries\.parquet"):
        answers(rules, source)


def test_whole_numbers_as_ids(rules: la.Rules, wanted: Any, tmp_path: Path) -> None:
    """Whichever way a case is decided."""
    sheets = good()
    for name, rows in sheets.items():
        for row in rows[1:]:
            row[0] = int(row[0].removeprefix("A-"))
            if name == "entries":
                row[1], row[2], row[5] = int(row[1].removeprefix("E")), 1, "" if row[1] == "E1" else row[5]
            elif name == "providers":
                row[1] = 1
    whole = pa.int64()
    as_parquet({"cases": sheets["cases"]}, tmp_path / "folder", id=whole)
    as_parquet({n: sheets[n] for n in ("entries", "providers")}, tmp_path / "folder", case=whole, id=whole, provider=whole)
    found = la.study(rules, tmp_path / "folder", figures="illustrative").tables()
    assert found["cases"]["status"].to_pylist() == ["refused"] * 3  # an empty text is no stage
    for row in sheets["entries"][1:]:
        row[5] = "first_instance"
    as_parquet({n: sheets[n] for n in ("entries",)}, tmp_path / "folder", case=whole, id=whole, provider=whole)
    assert list(answers(rules, tmp_path / "folder").values()) == list(wanted.values())


# ------------------------------------------------------------------ the command line, proportions, tallies, messages


def run(*arguments: Any) -> Any:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_the_commands_say_it_in_both_tongues(tmp_path: Path) -> None:
    source = as_excel(changed("cases", 0, "suspended_on", "suspendedon"), tmp_path / "book.xlsx")
    for command in (["study", source], ["spread", source], ["simulate", source, "--amended", "circular_02_2021+ceiling_35"]):
        for lang, word in (("en", "did you mean “suspended_on”"), ("vi", "có phải ý là “suspended_on”"))[command[0] != "study" :]:
            found = run(*command, "--out", tmp_path / f"{command[0]}{lang}", "--lang", lang)
            assert found.exit_code not in (0, 1) and word in found.output and "Traceback" not in found.output, found.output


def test_ignored_columns_are_told_on_standard_error(tmp_path: Path) -> None:
    sheets = good()
    for row, value in zip(sheets["cases"], ["centre", "HN", "HN", "HCM"], strict=True):
        row.append(value)
    source = csv_in(sheets, tmp_path)
    for command, told in (
        (["study"], True), (["spread"], False),
        (["simulate", "--amended", "circular_02_2021+ceiling_35"], True),
        (["simulate", "--amended", "circular_02_2021+ceiling_35", "--by", "centre"], False),
    ):  # fmt: skip
        out = tmp_path / f"out{'_'.join(command)}"
        found = run(command[0], source, *command[1:], "--out", out, "--lang", "vi")
        assert found.exit_code == 0, found.output
        assert found.stderr.count("không phải dữ kiện và không được đọc: centre") == told
        assert "không được đọc" not in found.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[[draw]]", "[[draw"), ("[[draw]]", "[[drew]]"), ('fact = "case.form"', 'fact = "case.from"'), ('fact = "case.form"', "fact = 3"),
        ('fact = "case.form"\n', ""), ('thing = "offences"', 'thing = "offence"'), ("criminal_proceedings = 125800", "criminal = 125800"),
        ("criminal_proceedings = 125800", "criminal_proceedings = -1"), ("criminal_proceedings = 125800", "criminal_proceedings = 1.5"),
        ("criminal_proceedings = 125800", "criminal_proceedings = 9999999999"), ("2022 = 19886", "x = 19886"), ("2022 = 19886", "20220 = 19886"),
        ('days_before = "case.closed_on"', 'days_before = "case.resumed_on"'), ('days_before = "case.closed_on"', "days_before = 3"),
        ('days_before = "case.closed_on"', 'days_before = "entries.date"'), ('between = ["case.assigned_on", "case.closed_on"]', 'between = ["case.assigned_on"]'),
        ('one_of = "case.stages"', 'one_of = "case.form"'), ('one_of = "case.stages"', "one_of = []"), ('thing = "providers"\n', 'thing = "case"\n'),
        ('when = { "case.tasks_complete" = ["no"] }', 'when = { "case.tasks_complete" = "no" }'),
        ('when = { "case.tasks_complete" = ["no"] }', "when = 3"), ('when = { "case.tasks_complete" = ["no"] }', 'when = { "entries.hours" = ["1"] }'),
        ("yes = 9, no = 1", "yes = 9, nope = 1"), ('"0.5" = 1, "1" = 3, "1.5"', '"half" = 1, "1" = 3, "1.5"'), ("one_of_things = true", "nothing = true"),
        ("once_a_case = true", "once_a_case = 3"), ("sizes = [", "sizes = [0,"), ("sizes = [", 'sizes = ["a",'), ('column = "province"', "column = 1"),
        ('by = ["form"', 'by = [1, "form"'), ("1 = 93, 2 = 6", "1 = 93, 999999999 = 6"), ('title = {', "draw = 3\ntitle = {"),
    ],
)  # fmt: skip
def test_proportions_that_cannot_be_used(rules: la.Rules, root: Path, tmp_path: Path, old: str, new: str) -> None:
    text = (root / "rulesets" / "circular_02_2021" / FILE).read_text("utf-8")
    assert old in text
    (tmp_path / FILE).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(SourceError) as error:
        read_recipe(tmp_path / FILE, rules.rulebook)
    assert error.value.place.file == FILE and error.value.message.en != error.value.message.vi


def test_proportions_that_are_no_text(rules: la.Rules, tmp_path: Path) -> None:
    for data in (b"\xff\xfe[\0", b"a = \xf2", b"\0", b"x" * 1_000_001, b"a = " + b"[" * 100_000):
        (tmp_path / FILE).write_bytes(data)
        with pytest.raises(SourceError):
            read_recipe(tmp_path / FILE, rules.rulebook)
    with pytest.raises(SourceError):
        read_recipe(tmp_path, rules.rulebook)


def test_a_tally_that_is_not_as_it_was_written_is_none() -> None:
    tally = Tally(steps={3: 4}, missing={("fact", "a", "b", "c"): 1}, looked_at=2)
    data = sealed(tally, "mine").encode()
    assert unsealed(data, "mine") == tally and unsealed(data, "other") is None
    for i in range(len(data)):
        for bit in (1, 16):
            changed = bytearray(data)
            changed[i] ^= bit
            assert unsealed(bytes(changed), "mine") in (None, tally)
        assert unsealed(data[:i], "mine") is None
    for other in (b"", b"[]", b"null", b"{}", b'{"seal": "mine"}', b"[" * 100_000, b"\xff"):
        assert unsealed(other, "mine") is None


def test_a_damaged_piece_of_a_simulation_is_decided_again(tmp_path: Path) -> None:
    source, out = csv_in(good(), tmp_path), tmp_path / "out"
    command = ["simulate", source, "--amended", "circular_02_2021+ceiling_35", "--figures", "illustrative", "--out", out, "--chunk", "1"]
    first = run(*command)
    assert first.exit_code == 0, first.output
    files = {p: p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}
    for name, data in (("tallies/part-00001.json", b"{}"), ("cases/part-00001.parquet", b"PAR1"), ("tallies/part-00000.json", None)):
        (out / name).write_bytes(data if data is not None else (out / "tallies/part-00001.json").read_bytes())
        again = run(*command)
        assert again.exit_code == 0 and again.stdout == first.stdout
        assert {p: p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()} == files


def test_every_message_is_used_and_has_both_tongues(root: Path) -> None:
    sources = "".join(p.read_text("utf-8") for p in (root / "legalaid_dsl").rglob("*.py"))
    told = tabular._wordings()
    for code, entry in told.items():
        kind, _, part = code.partition(".")
        if code == "place":
            continue
        assert f'"{code}"' in sources or (part and f'f"{kind}.' in sources) or f'"{code}"' in sources.replace("f\"not-{kind}\"", '"not-xlsx" "not-parquet" "not-ods"'), code
        for one in [entry, *([entry["hint"]] if "hint" in entry else [])]:
            assert set(re.findall(r"{\w*}", one["en"])) == set(re.findall(r"{\w*}", one["vi"])), code


def test_values_from_outside_are_shown_on_one_line() -> None:
    text = str(TableError.of("not-truth", Place(file="a\nb", column="\x1b[31m\u202e"), value="x\u2028" + "y" * 500))
    assert text.isprintable() and len(text) < 300


def test_reading_twice_gives_the_same(rules: la.Rules, tmp_path: Path) -> None:
    source = excel_in(good(), tmp_path)
    words = words_of(rules.rulebook, shapes(rules.rulebook))
    made = list(chunks(open_tables(source, Understanding(words)), ["providers", "entries"], 1))
    assert [c.items["entries"].num_rows for c in made] == [3, 3, 3]
