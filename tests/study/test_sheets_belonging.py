"""Sheets in which it is in doubt to which case a row belongs: whatever is decided has exactly its own lines, else it is refused."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.study.portfolio.opened import ColumnsIgnored, SourceError
from legalaid_dsl.study.portfolio.run import Decider, Study
from legalaid_dsl.study.sheets.belonging import Belonging, one_slip
from legalaid_dsl.study.sheets.cells import Wrong, read_truth
from legalaid_dsl.study.sheets.refused import MARK
from legalaid_dsl.study.sheets.written import written as written_words
from tests.study import messy
from tests.study.sheets import Names, read

pytestmark = pytest.mark.filterwarnings(f"ignore::{ColumnsIgnored.__module__}.{ColumnsIgnored.__name__}")
KEYS = ["case.form", "case.assigned_on", "case.closed_on", "case.complexity", "entries.provider", "providers.kind", "entries.date", "entries.task", "entries.hours"]
TASKS = ["file_study", "preparing_arguments", "court_hearing"]
PEOPLE = [("Lê An", "lawyer"), ("Vũ Bình", "state_legal_aid_officer"), ("Đỗ Chi", "lawyer")]
Line = tuple[str, list[Any]]
BLANK = '[[column]]\nheader = "Mã hồ sơ"\nis = "case.case_id"\nblank = "above"\n'


@pytest.fixture(scope="module")
def decider(rules: la.Rules) -> Decider:
    return Study(rules, None, "illustrative", reasons=False).decider()


def sheet(draw: st.DrawFn, names: Names) -> list[Line]:
    """Three to five cases of one to four lines, each told apart by its days; all of it on each row, or on the first of a case."""
    whole, lines = draw(st.booleans()), list[Line]()
    for c in range(draw(st.integers(3, 5))):
        start = date(2026, 8, 1) + timedelta(days=c)
        of_case = [names.choice("case.form", "civil_proceedings"), start.isoformat(), f"2026-10-{10 + c}", names.choice("case.complexity", "ordinary")]
        for k in range(draw(st.integers(1, 4))):
            person, kind = draw(st.sampled_from(PEOPLE))
            day = (start + timedelta(days=5 + k)).isoformat()
            own = [person, names.choice("providers.kind", kind), day, names.choice("entries.task", draw(st.sampled_from(TASKS))), draw(st.sampled_from([2, 3.5, 4]))]
            lines.append((f"TG-0{c + 1}", [*(of_case if whole or not k else [None] * 4), *own]))
    return lines


def written(lines: list[Line], ids: list[str | None], merged: list[tuple[int, int]], header: list[Any], path: Path) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["Mã hồ sơ", *header])
    for (_, cells), name in zip(lines, ids, strict=True):
        page.append([name, *cells])
    for first, last in merged:
        page.merge_cells(start_row=first + 2, end_row=last + 2, start_column=1, end_column=1)
    book.save(path)
    return path


def disturbed(draw: st.DrawFn, lines: list[Line]) -> tuple[list[str | None], list[tuple[int, int]], bool]:
    """The ids as a careless hand leaves them: merged too far or not far enough, taken from above, or one of them another's."""
    cases = [case for case, _ in lines]
    ids: list[str | None] = list(cases)
    blocks = [(cases.index(c), len(cases) - 1 - cases[::-1].index(c)) for c in dict.fromkeys(cases)]
    way = draw(st.sampled_from(["merged", "above", "typed", "bad"]))
    if way == "merged":
        at = draw(st.integers(0, len(blocks) - 1))
        off = draw(st.integers(-2, 2))
        (first, last), merged = blocks[at], list[tuple[int, int]]()
        taken = range(first, max(first, min(last + off, len(cases) - 1)) + 1)
        for one, other in blocks:
            if one != first:
                while one in taken and one <= other:
                    one += 1
                if one > other:
                    continue
            else:
                other = taken[-1]
            merged += [(one, other)] if other > one else []
            if one in taken and one != first:
                continue
            ids[one : other + 1] = [cases[one], *[None] * (other - one)]
        return ids, merged, False
    if way == "above":
        at = draw(st.integers(1, len(cases) - 1))
        ids = [c if i == 0 or c != cases[i - 1] else None for i, c in enumerate(cases)]
        ids[at] = None
        return ids, [], True
    if way == "typed":
        ids[draw(st.integers(0, len(cases) - 1))] = draw(st.sampled_from(cases))
    else:
        cells = lines[draw(st.integers(0, len(lines) - 1))][1]
        cells[draw(st.sampled_from([6, 7, 8]))] = "30/9/26"
    return ids, [], False


def seen_otherwise(lines: list[Line], ids: list[str | None]) -> bool:
    """Whether a row says anything of its case: one that does not may be anybody's."""
    cases = [case for case, _ in lines]
    now, last = [], None
    for name in ids:
        last = name or last
        now.append(last)
    moved = [i for i, case in enumerate(cases) if now[i] != case]
    return all(lines[i][1][0] is not None for i in moved) and all(now.count(now[i]) > 1 for i in moved)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_case_is_decided_without_a_line_of_its_own(rules: la.Rules, decider: Decider, data: st.DataObject) -> None:
    names = Names(rules, "vi")
    header = [names.fact(k) for k in KEYS]
    with tempfile.TemporaryDirectory() as folder:
        lines = sheet(data.draw, names)
        cases = [case for case, _ in lines]
        plain, none = read(decider, written(lines, list(cases), [], header, Path(folder) / "plain.xlsx"))
        assert none == [] and list(plain) == list(dict.fromkeys(cases))
        ids, merged, above = disturbed(data.draw, lines)
        columns = Path(folder) / "columns.toml"
        columns.write_text(BLANK, "utf-8")
        try:
            found, refused = read(decider, written(lines, ids, merged, header, Path(folder) / "a.xlsx"), columns if above else None)
        except SourceError:
            return
    if not seen_otherwise(lines, ids):
        return
    told = {r["case"] for r in refused}
    for case, facts in found.items():
        if case in told:
            assert MARK in str(facts)
        else:
            assert facts == plain[case]


@pytest.mark.parametrize("how", ["merged", "typed", "above"])
def test_a_row_of_the_next_case(rules: la.Rules, tmp_path: Path, how: str) -> None:
    """Merged a row too far, mistyped or left blank: both cases are refused, with the cell and the reason, and no other."""
    names = Names(rules, "vi")
    lines: list[Line] = []
    for c in range(3):
        of_case = [names.choice("case.form", "civil_proceedings"), f"2026-08-0{c + 1}", f"2026-10-1{c}", names.choice("case.complexity", "ordinary")]
        for k in range(2):
            own = ["Lê An", names.choice("providers.kind", "lawyer"), f"2026-09-1{k}", names.choice("entries.task", "court_hearing"), 4]
            lines.append((f"TG-0{c + 1}", [*(of_case if k == 0 else [None] * 4), *own]))
    ids: list[str | None] = [case for case, _ in lines]
    ids[2] = "TG-01" if how == "typed" else None
    if how == "merged":
        ids[1] = None
    columns = tmp_path / "columns.toml"
    columns.write_text(BLANK, "utf-8")
    source = written(lines, ids, [(0, 2)] if how == "merged" else [], [names.fact(k) for k in KEYS], tmp_path / "a.xlsx")
    tables = la.study(rules, source, figures="illustrative", columns=columns if how == "above" else None).tables()
    statuses = {r["id"]: r["status"] for r in tables["cases"].to_pylist()}
    assert {c for c, s in statuses.items() if s == "refused"} == {"TG-01", "TG-02"}
    told = [r for r in tables["refused"].to_pylist() if r["code"] == "row-belongs"]
    assert [(r["cell"], r["case"]) for r in told] == [("A4", "TG-02")] and "TG-02" in told[0]["reason_vi"]


def test_a_row_that_stands_amid_another_case() -> None:
    rows = [(i, case) for i, case in enumerate(["A1", "A1", "A11", "A1", "B2", "B2", "C3"])]
    assert list(Belonging(rows, set()).strayed()) == [(2, "A11", "A1")]
    dated = [(i, case) for i, case in enumerate(["A1", "A11", "A1", "A11"])]  # by days: no case stands together
    assert list(Belonging(dated, set()).strayed()) == []


@pytest.mark.parametrize(("value", "said"), [(1, "true"), (0.0, "false"), ("1", "true"), (True, "true"), (2, None), (0.5, None)])
def test_yes_and_no_as_libreoffice_keeps_them(value: Any, said: str | None) -> None:
    found = read_truth(value)
    assert found == said if said else isinstance(found, Wrong)


@pytest.mark.parametrize(("text", "sums"), [
    ("Cộng", True), ("Tổng cộng:", True), ("TỔNG SỐ BUỔI", True), ("Cộng TG-01", True), ("Tong cong", True), ("Total", True),
    ("Cộng tác viên Lê An", False), ("Cong tac vien Le An", False), ("Tổng công ty X", False), ("Công việc khác", False), ("Tống Văn An", False),
])  # fmt: skip
def test_what_begins_like_a_total(text: str, sums: bool) -> None:
    assert written_words().is_total(text) is sums


@pytest.mark.parametrize(("a", "b", "slip"), [
    ("TG-01", "TG-02", True), ("TG-01", "TG-10", True), ("TG-01", "TG-011", True), ("TG-01", "TG-01", False), ("TG-01", "TG-23", False), ("TG-1", "TG-123", False),
])  # fmt: skip
def test_one_slip(a: str, b: str, slip: bool) -> None:
    assert one_slip(a, b) is slip and one_slip(b, a) is slip


def test_a_badly_written_line_below_a_total_or_a_gap_is_no_signature(rules: la.Rules, tmp_path: Path) -> None:
    """Its cells are refused, or its id asked for; it is not passed over."""
    names = Names(rules, "vi")
    of_case = [names.choice("case.form", "civil_proceedings"), "2026-08-01", "2026-10-10", names.choice("case.complexity", "ordinary")]
    own = ["Lê An", names.choice("providers.kind", "lawyer"), "2026-09-10", names.choice("entries.task", "court_hearing"), 4]
    bad: list[Any] = [None, None, None, None, "Lê An", None, "13/8/26", None, "2h20"]
    header = [names.fact(k) for k in KEYS]
    for gap in ([None] * 9, [None] * 8 + [4]):
        gap = [*gap]
        gap[4] = "Tổng cộng" if gap[8] else None
        lines: list[Line] = [("TG-01", [*of_case, *own]), ("", gap), ("TG-01", bad)]
        source = written(lines, ["TG-01", None, "TG-01"], [], header, tmp_path / "a.xlsx")
        assert la.study(rules, source, figures="illustrative").tables()["cases"]["status"].to_pylist() == ["refused"]
        unnamed = written(lines, ["TG-01", None, None], [], header, tmp_path / "b.xlsx")
        with pytest.raises(SourceError):
            la.study(rules, unnamed, figures="illustrative").tables()
        signed = [None, None, None, None, "Người lập bảng", None, None, "Giám đốc", None]
        below = written([*lines[:2], ("", signed)], ["TG-01", None, None], [], header, tmp_path / "c.xlsx")
        assert la.study(rules, below, figures="illustrative").tables()["cases"]["status"].to_pylist() == ["undetermined"]


@pytest.mark.parametrize("how", ["merged", "typed", "twice"])
def test_a_row_in_a_sheet_of_its_own(rules: la.Rules, tmp_path: Path, how: str) -> None:
    """Lines that name somebody of the next case, or stand twice in one: no case that they may be of is decided."""
    sheets = messy.good()
    for name, row in ("providers", 2), ("entries", 4), ("entries", 5), ("entries", 6):
        sheets[name][row][1 if name == "providers" else 2] = "P2"  # who worked in the second case
    if how == "twice":
        for row in sheets["entries"][4:7]:
            row[2] = "P1"
        sheets["providers"][2][1] = "P1"
    book = messy.book_of(sheets)
    if how == "typed":
        book["entries"]["A5"] = "A-01"
    else:
        book["entries"].merge_cells("A2:A5")
    book.save(tmp_path / "a.xlsx")
    assert {c: s for c, (s, _) in messy.answers(rules, tmp_path / "a.xlsx").items()} == {"A-01": "refused", "A-02": "refused", "A-03": "determined"}


def test_an_id_with_and_without_its_zeros(rules: la.Rules, tmp_path: Path) -> None:
    """A spreadsheet keeps 001 as 1 where the cell is no text: taken for two cases, each would be short of the other's lines."""
    names = Names(rules, "vi")
    of_case = [names.choice("case.form", "civil_proceedings"), "2026-08-01", "2026-10-10", names.choice("case.complexity", "ordinary")]
    own = ["Lê An", names.choice("providers.kind", "lawyer"), "2026-09-10", names.choice("entries.task", "court_hearing"), 4]
    source = written([("", [*of_case, *own])] * 2, ["001", 1], [], [names.fact(k) for k in KEYS], tmp_path / "a.xlsx")  # type: ignore[list-item]
    with pytest.raises(SourceError, match="“1” stands as “001” in row 2"):
        la.study(rules, source, figures="illustrative").tables()
