"""Workbooks as people have them: each read as the case files that were meant, or refused with the cell and the reason."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import legalaid_dsl as la
from legalaid_dsl.study.portfolio import limits
from legalaid_dsl.study.portfolio.opened import ColumnsIgnored, SourceError
from legalaid_dsl.study.portfolio.run import Decider, Study
from tests.study.messy import repacked
from tests.study.sheets import LINES, Names, as_ods, flat, in_sheets, read, wanted, workbook

pytestmark = pytest.mark.filterwarnings(f"ignore::{ColumnsIgnored.__module__}.{ColumnsIgnored.__name__}")
HOURS, DAY = 12, 9  # columns of the flat table


@pytest.fixture(scope="module")
def decider(rules: la.Rules) -> Decider:
    return Study(rules, None, "illustrative", reasons=False).decider()


def same(decider: Decider, source: Any, columns: Path | None = None) -> None:
    found, refused = read(decider, source, columns)
    assert refused == []
    assert found == wanted()


# ------------------------------------------------------------------ one sheet, a row a line


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_one_sheet_by_the_names_of_the_glossary(rules: la.Rules, decider: Decider, tmp_path: Path, lang: str) -> None:
    same(decider, workbook(flat(rules, lang), tmp_path / "a.xlsx"))


def test_a_name_written_in_two_ways_is_no_second_one(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    """Two people share a lump sum, and two cases have a ceiling each: neither is guessed from a capital letter."""
    rows = flat(rules, "vi")
    rows[2][6] = "lê  AN"
    found, refused = read(decider, workbook(rows, tmp_path / "a.xlsx"))
    assert [(r["code"], r["cell"], r["case"]) for r in refused] == [("name-two", "G3", "TG-01")]
    assert "✗" in str(found["TG-01"]) and found["TG-02"] == wanted()["TG-02"]
    rows[2][6], rows[2][0] = rows[1][6], "tg 01"
    with pytest.raises(SourceError, match="“tg 01” stands as “TG-01” in row 2"):
        read(decider, workbook(rows, tmp_path / "b.xlsx"))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "upper": str.upper, "nfd": lambda s: unicodedata.normalize("NFD", s), "wrapped": lambda s: s.replace(" ", "\n"), "spaced": lambda s: f"  {s.replace(' ', '  ')} :",
    "bare": lambda s: "".join(c for c in unicodedata.normalize("NFD", s.replace("đ", "d").replace("Đ", "D")) if not unicodedata.combining(c)),
}  # fmt: skip


@pytest.mark.parametrize("how", SPELLINGS)
def test_headers_however_they_are_written(rules: la.Rules, decider: Decider, tmp_path: Path, how: str) -> None:
    rows = flat(rules, "vi")
    rows[0] = [SPELLINGS[how](h) for h in rows[0]]
    same(decider, workbook(rows, tmp_path / "a.xlsx"))


@pytest.mark.parametrize("how", ["upper", "nfd", "bare", "spaced"])
def test_values_however_they_are_written(rules: la.Rules, decider: Decider, tmp_path: Path, how: str) -> None:
    rows = flat(rules, "vi")
    for row in rows[1:]:
        for i in (1, 4, 5, 7, 8, 10, 11, 13):
            row[i] = "; ".join(SPELLINGS[how](part) for part in row[i].split("; ")) if how != "spaced" else f" {row[i]} "
    same(decider, workbook(rows, tmp_path / "a.xlsx"))


def official(rules: la.Rules, path: Path) -> Path:
    """With what a form has around its table: titles, numbers under the header, merged ids, pages, totals, signatures."""
    rows = flat(rules, "vi")
    rows[0][HOURS] += " (giờ)"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Bảng kê"
    sheet["A1"], sheet["A2"] = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "BẢNG KÊ THỜI GIAN THỰC HIỆN VỤ VIỆC"
    sheet.merge_cells("A1:O1")
    sheet.merge_cells("A2:O2")
    sheet.append([])
    sheet.append(["STT", *rows[0], "Ghi chú"])
    sheet.append([f"({i})" for i in range(1, 17)])
    for n, row in enumerate(rows[1:], 1):
        if n == 3:
            sheet.append(["STT", *rows[0], "Ghi chú"])
        sheet.append([n, *row, None])
    for column in "BCDEFG":  # the case, over its rows
        for first, last in ((6, 7), (10, 11)):
            sheet.merge_cells(f"{column}{first}:{column}{last}")
    sheet.append([])
    sheet.append(["Tổng cộng", *[None] * 12, 21.1])
    sheet.merge_cells("A13:M13")
    sheet.append([])
    sheet.append([None, None, "Người lập biểu", *[None] * 8, "GIÁM ĐỐC"])
    sheet.append([None, "Nguyễn Thị C"])
    book.create_sheet("Ghi chú")["A1"] = "Gửi trước ngày 05 hàng tháng"
    book.create_sheet("Sheet3")
    book.save(path)
    return path


def test_a_form_with_all_that_is_around_its_table(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    source = official(rules, tmp_path / "a.xlsx")
    with pytest.warns(ColumnsIgnored, match="Ghi chú"):
        same(decider, source)


def test_cells_as_a_spreadsheet_holds_them(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    rows = flat(rules, "vi")
    hours = [8, timedelta(hours=3, minutes=30), time(4, 0), 2.5, 3.1]
    for row, value in zip(rows[1:], hours, strict=True):
        row[HOURS] = value
        row[DAY] = datetime.fromisoformat(row[DAY])
        row[2], row[3] = date.fromisoformat(row[2]), datetime.fromisoformat(row[3])
    same(decider, workbook(rows, tmp_path / "a.xlsx"))


def test_cells_as_people_type_them(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    rows = flat(rules, "vi")
    hours = ["8 giờ", "3h30", "4:00", "2,5", "3,1"]
    days = ["10/8/2026", "13-08-2026", "04/09/2026", "12.08.2026", "ngày 20 tháng 8 năm 2026"]
    for row, hour, day in zip(rows[1:], hours, days, strict=True):
        row[HOURS], row[DAY] = hour, day
        row[13] = row[13].replace("; ", ", ")
        row[5] = row[5].replace("; ", "\n")
    same(decider, workbook(rows, tmp_path / "a.xlsx"))


def test_a_header_of_two_rows(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    rows = flat(rules, "vi")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([*rows[0][:DAY], "Thời gian, công việc", None, None, None, rows[0][13]])
    sheet.append([*[None] * DAY, *rows[0][DAY:13]])
    for row in rows[1:]:
        sheet.append(row)
    sheet.merge_cells("J1:M1")
    for column in "ABCDEFGHIN":
        sheet.merge_cells(f"{column}1:{column}2")
    book.save(tmp_path / "a.xlsx")
    same(decider, tmp_path / "a.xlsx")


def test_what_stands_only_on_the_first_row_of_a_case_or_person(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    rows = flat(rules, "vi")
    for i in (2, 5):
        rows[i][1:6] = [None] * 5
        rows[i][7:9] = [None] * 2
    same(decider, workbook(rows, tmp_path / "a.xlsx"))
    rows[2][0] = None
    with pytest.raises(SourceError) as error:
        read(decider, workbook(rows, tmp_path / "a.xlsx"))
    assert error.value.code == "case-blank" and error.value.place.cell == "A3"
    (tmp_path / "columns.toml").write_text(f'[[column]]\nheader = "{rows[0][0]}"\nblank = "above"\n', "utf-8")
    same(decider, tmp_path / "a.xlsx", tmp_path / "columns.toml")


def test_rows_that_say_different_things_of_one_case_or_person(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    for column, value, case in ((3, "2026-10-01", "TG-01"), (7, "luật sư", ""), (4, "phức tạp", "TG-01")):
        rows = flat(rules, "vi")
        other = rows[2][column]
        rows[2][column] = value if column != 7 else rows[3][7]
        assert rows[2][column] != other
        found, refused = read(decider, workbook(rows, tmp_path / "a.xlsx"))
        assert [r["code"] for r in refused] == ["cell-differs"] and refused[0]["case"] == (case or "TG-01")
        assert found["TG-01"] != wanted()["TG-01"] and found["TG-02"] == wanted()["TG-02"]


def test_a_case_without_work_does_not_say_that_there_is_none(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    rows = flat(rules, "vi")
    rows.append(["TG-03", *rows[1][1:6], *[None] * 8])
    found, _ = read(decider, workbook(rows, tmp_path / "a.xlsx"))
    assert "entries" not in found["TG-03"] and "providers" not in found["TG-03"]


def test_several_things_of_one_fact_in_a_cell(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    names = Names(rules, "vi")
    classes = [c.names.vi for c in rules.rulebook.vocabularies["class"].choices.values()]
    rows = [[*row, header] for row, header in zip(flat(rules, "vi"), [names.fact("offences.class"), f"{classes[0]}; {classes[1]}", None, None, classes[2], None], strict=True)]
    found, refused = read(decider, workbook(rows, tmp_path / "a.xlsx"))
    keys = list(rules.rulebook.vocabularies["class"].choices)
    assert not refused
    assert [c["offences"] for c in found.values()] == [[{"class": keys[0]}, {"class": keys[1]}], [{"class": keys[2]}]]


# ------------------------------------------------------------------ several sheets, other files


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_sheet_a_thing(rules: la.Rules, decider: Decider, tmp_path: Path, lang: str) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in in_sheets(rules, lang).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    same(decider, tmp_path / "a.xlsx")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
def test_text_files(rules: la.Rules, decider: Decider, tmp_path: Path, mark: str, encoding: str) -> None:
    rows = flat(rules, "vi")
    for row in rows[1:]:
        row[HOURS] = row[HOURS].replace(".", ",")
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows([["BẢNG KÊ", *[None] * 13], *rows])
    written = text.getvalue()
    if encoding == "cp1258":
        written = "".join(_old(c) for c in written)
    (tmp_path / "a.csv").write_bytes(written.encode(encoding))
    same(decider, tmp_path / "a.csv")


def _old(letter: str) -> str:
    """As Windows-1258 holds it: the tone apart where there is no letter with it."""
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        base, tone = unicodedata.normalize("NFD", letter), ""
        tone = next(c for c in base if c in "\u0300\u0301\u0303\u0309\u0323")
        return unicodedata.normalize("NFC", base.replace(tone, "")) + tone
    return letter


def test_an_open_document(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    rows = flat(rules, "vi")
    rows[1][HOURS], rows[2][HOURS] = 8.0, 3.5
    same(decider, as_ods(rows, tmp_path / "a.ods"))


@pytest.mark.long
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.parametrize("kind", ["xls", "ods", "xlsx"])
def test_what_libreoffice_writes(rules: la.Rules, decider: Decider, tmp_path: Path, kind: str) -> None:
    source = official(rules, tmp_path / "a.xlsx")
    out = tmp_path / "out"
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/p", "--headless", "--convert-to", kind, "--outdir", str(out), str(source)], check=True, capture_output=True)
    same(decider, out / f"a.{kind}")


# ------------------------------------------------------------------ what a saved columns.toml says


def test_saved_columns_say_what_headers_do_not(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    rows = flat(rules, "vi")
    rows[0][6], rows[0][DAY] = "Ông/Bà", "When"
    for row in rows[1:]:
        day = date.fromisoformat(row[DAY])
        row[DAY] = f"{day.month}/{day.day}/{day.year}"
    source = workbook(rows, tmp_path / "a.xlsx", "Tháng 9")
    saved = tmp_path / "columns.toml"
    saved.write_text(
        '[[sheet]]\nname = "THÁNG 9"\n[[sheet.column]]\nheader = "ông/bà"\nis = "entries.provider"\n[[sheet.column]]\nheader = "When"\nis = "entries.date"\ndates = "m/d/y"\n',
        "utf-8",
    )
    same(decider, source, saved)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[sheet", "recipe-toml"), ("[[sheets]]", "columns-key"), ("[[sheet]]\nname = 3", "recipe-shape"), ('[[sheet]]\nname = "x"', "columns-sheet"),
        ('[[column]]\nheader = "a"\nis = "entries.hour"', "recipe-no-fact"), ('[[column]]\nheader = "a"\nis = 3', "recipe-no-fact"),
        ('[[column]]\nheader = "a"\ndates = "y/m/d"', "recipe-value"), ('[[sheet]]\nname = "Sheet1"\ntable = "lines"', "recipe-no-thing"),
        ('[[sheet]]\nname = "Sheet1"\nheader = "1"', "recipe-shape"), ('[column]\nheader = "a"', "recipe-shape"), ("a = " + "[" * 10_000, "recipe-toml"),
    ],
)  # fmt: skip
def test_saved_columns_that_cannot_be_used(rules: la.Rules, decider: Decider, tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "columns.toml").write_text(text, "utf-8")
    with pytest.raises(SourceError) as error:
        read(decider, workbook(flat(rules, "vi"), tmp_path / "a.xlsx"), tmp_path / "columns.toml")
    assert error.value.code == code and error.value.message.vi != error.value.message.en


# ------------------------------------------------------------------ refused, as wholes


def test_days_of_a_column_that_has_one_with_its_month_first(rules: la.Rules, decider: Decider, tmp_path: Path) -> None:
    rows = flat(rules, "vi")
    for row, day in zip(rows[1:], ["03/04/2026", "04/04/2026", "2026-09-04", "12/08/2026", "08/20/2026"], strict=True):
        row[DAY] = day
    found, refused = read(decider, workbook(rows, tmp_path / "a.xlsx"))
    assert [(r["cell"], r["code"]) for r in refused] == [("J2", "day-two"), ("J5", "day-two"), ("J6", "day-month-first")]
    assert found["TG-01"]["entries"][1]["date"] == "2026-04-04" and "2026-04-03 or 2026-03-04" in refused[0]["right_en"]


@pytest.mark.parametrize(
    ("column", "name", "code"),
    [(0, "id", ""), (HOURS, "Số giờ dự kiến", ""), (HOURS, "số giừ", "header-near"), (7, "kind", ""), (DAY, "ngày hoàn thành vụ việc ", "header-twice"), (DAY, "closed_on", "header-same")],
)
def test_headers_of_one_sheet(rules: la.Rules, decider: Decider, tmp_path: Path, column: int, name: str, code: str) -> None:
    rows = flat(rules, "vi")
    rows[0][column] = name
    source = workbook(rows, tmp_path / "a.xlsx")
    if code:
        with pytest.raises(SourceError) as error:
            read(decider, source)
        assert error.value.code == code
        return
    found, _ = read(decider, source)
    plain = wanted()
    if column == HOURS:
        assert not any("hours" in e for c in found.values() for e in c["entries"])
    else:
        assert {k: v["entries"] for k, v in found.items()} == {k: v["entries"] for k, v in plain.items()}


def test_bombs_of_open_documents(decider: Decider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CELLS", 10_000)
    source = as_ods([["id", "form"], ["A", "x"]], tmp_path / "a.ods")
    grown = repacked(source, "content.xml", lambda x: x.replace(b"<table:table-row><table:table-cell office", b'<table:table-row table:number-rows-repeated="900000"><table:table-cell office', 1))
    with pytest.raises(SourceError) as error:
        read(decider, grown)
    assert error.value.code == "too-large"


def test_cells_far_from_each_other_are_no_bomb(decider: Decider, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "id", "x"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(SourceError) as error:
        read(decider, tmp_path / "a.xlsx")
    assert error.value.code == "too-large"


def test_lines_and_providers_are_those_of_the_file(decider: Decider) -> None:
    assert len(LINES) == sum(len(c["entries"]) for c in wanted().values())
