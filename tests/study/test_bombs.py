"""Workbooks that are small on disk and large when they are read: refused before a reader sees them, of every kind."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter

from legalaid_dsl.study.portfolio import limits
from legalaid_dsl.study.portfolio.opened import SourceError
from legalaid_dsl.study.sheets.formats.workbook import open_workbook
from tests.study import old_workbook as old
from tests.study.sheets import as_ods

LONG = "a" * 32_000
SHOWN = 7_000  # cells with one and the same text: more than a workbook may hold
Made = Callable[[Path, str, int], Path]


def as_xls(folder: Path, text: str, times: int) -> Path:
    cells = b"".join(old.text_at(row, 0, min(row, 1)) for row in range(times + 1))
    (folder / "book.xls").write_bytes(old.packed(old.book(cells, ["id", text])))
    return folder / "book.xls"


def as_xlsx(folder: Path, text: str, times: int) -> Path:
    with xlsxwriter.Workbook(str(folder / "book.xlsx")) as book:  # it shares texts
        sheet = book.add_worksheet()
        for row in range(times + 1):
            sheet.write_string(row, 0, text if row else "id")
    return folder / "book.xlsx"


def as_document(folder: Path, text: str, times: int) -> Path:
    source = as_ods([["id"], [text]], folder / "plain.ods")
    found = folder / "book.ods"
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as made:
        for member in given.infolist():
            data = given.read(member)
            if member.filename == "content.xml":
                head, row, tail = data.rpartition(b"<table:table-row>")
                data = head + f'<table:table-row table:number-rows-repeated="{times}">'.encode() + tail
                assert row
            made.writestr(member.filename, data)
    return found


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No reader lays the workbook out."""

    class Reader:
        @staticmethod
        def from_path(path: str) -> None:
            pytest.fail("read")

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Reader)


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("made", [as_xls, as_xlsx, as_document])
def test_one_long_text_in_many_cells(made: Made, tmp_path: Path) -> None:
    source = made(tmp_path, LONG, SHOWN)
    assert source.stat().st_size < 300_000
    with pytest.raises(SourceError) as error:
        open_workbook(source)
    assert error.value.code == "too-large"
    assert "characters of all cells" in str(error.value) and "số ký tự của mọi ô" in error.value.message.vi


@pytest.mark.parametrize("made", [as_xls, as_xlsx, as_document])
def test_as_much_as_a_workbook_may_hold_is_read(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Số giờ làm việc thực tế; " * 20 + "hết"
    source = made(tmp_path, text, 30)
    monkeypatch.setattr(limits, "TEXTS", 30 * len(text) + 2)
    rows = [row for _, row in open_workbook(source)[0].rows()]
    assert [row[0] for row in rows] == ["id", *[text] * 30]
    monkeypatch.setattr(limits, "TEXTS", 30 * len(text) - 1)
    with pytest.raises(SourceError):
        open_workbook(source)


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("place", [(65_535, 255), (50_000, 230)])
def test_cells_far_from_each_other(tmp_path: Path, place: tuple[int, int]) -> None:
    (tmp_path / "book.xls").write_bytes(old.packed(old.book(old.number_at(0, 0, 1.0) + old.number_at(*place, 2.0))))
    with pytest.raises(SourceError) as error:
        open_workbook(tmp_path / "book.xls")
    assert error.value.code == "too-large" and f"limit of {limits.CELLS:,}" in str(error.value)


@pytest.mark.usefixtures("unread")
def test_an_old_workbook_of_more_bytes_than_it_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = as_xls(tmp_path, "x", 2)
    monkeypatch.setattr(limits, "OLD_FILE", 1_000)
    with pytest.raises(SourceError) as error:
        open_workbook(source)
    assert error.value.code == "too-large" and "bytes of the file" in str(error.value)


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("links", [{2: 2}, {3: 2}, {9: 4}, {1: 1}])
def test_sectors_that_lead_in_a_circle(tmp_path: Path, links: dict[int, int]) -> None:
    stream = old.book(old.number_at(0, 0, 1.0))
    (tmp_path / "book.xls").write_bytes(old.packed(stream, links))
    with pytest.raises(SourceError) as error:
        open_workbook(tmp_path / "book.xls")
    assert error.value.code == "not-xls"


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize(("at", "value"), [(80, 0), (68, 0)])
def test_tables_of_sectors_that_are_named_again_and_again(tmp_path: Path, at: int, value: int) -> None:
    """The same table in two places of the header, or a list of tables that goes on with itself."""
    data = bytearray(old.packed(old.book(old.number_at(0, 0, 1.0))))
    struct.pack_into("<I", data, at, value)
    if at == 68:
        struct.pack_into("<I", data, 512 + 508, 0)  # the last word of a list names the next one
    (tmp_path / "book.xls").write_bytes(data)
    with pytest.raises(SourceError) as error:
        open_workbook(tmp_path / "book.xls")
    assert error.value.code == "not-xls"


def test_texts_that_go_on_in_the_next_record(tmp_path: Path) -> None:
    texts = ["id", "Mã hồ sơ " * 3_000, LONG, "x" * 8_219, "", "Điều 1"]
    cells = b"".join(old.text_at(i, 0, i) for i in range(len(texts)))
    (tmp_path / "book.xls").write_bytes(old.packed(old.book(cells, texts)))
    rows = [row[0] for _, row in open_workbook(tmp_path / "book.xls")[0].rows()]
    assert rows == [t or None if t else rows[4] for t in texts]
    from legalaid_dsl.study.sheets.formats.old_records import _Lengths

    held, stream, at = _Lengths(), old.shared(texts), 0
    while at < len(stream):
        length = struct.unpack_from("<H", stream, at + 2)[0]
        held.take(stream[at + 4 : at + 4 + length], at + 4 + length)
        at += 4 + length
    assert [held.of(i) for i in range(len(texts))] == [len(t) for t in texts]
    assert held.of(len(texts)) == limits.TEXT  # one that is not there counts for the longest
