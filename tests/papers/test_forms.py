"""Workbooks to fill in: every cell that can be asked for and no figure; read back exactly, or told which cell is wrong."""

from __future__ import annotations

import copy
import csv
import json
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
import xlsxwriter
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.basics.tabular import TableError
from legalaid_dsl.cases.case_file import WorkedCase
from legalaid_dsl.cli.main import main
from legalaid_dsl.papers.appendices import ALL_DATE, ALL_SOURCE, appendices
from legalaid_dsl.papers.cells import asked_tables
from legalaid_dsl.papers.read_back import FormError, Read, Unfit, day_in, number_in, read_workbook
from legalaid_dsl.papers.schedule_form import UnknownForm, schedule
from legalaid_dsl.papers.schedule_read import read_schedule
from legalaid_dsl.papers.supplied import Supply, keep, read_supply, said_of, table_files
from legalaid_dsl.papers.workbook import MARK
from tests.papers.given import LUMP
from tests.study.sheets import as_ods

LUMP_CIVIL: dict[str, Any] = {
    "case_id": "X1", "form": "civil_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30", "complexity": "complex",
    "stages": ["first_instance"], "tasks_complete": True,
    "providers": [{"id": "P1", "kind": "lawyer", "method": "lump_sum", "method_chosen_on": "2026-01-05"}],
    "entries": [{"id": "e1", "provider": "P1", "date": "2026-02-02", "task": "file_study", "stage": "first_instance", "hours": "4", "certified_by": ["centre"]}],
}  # fmt: skip


@pytest.fixture(scope="module")
def empty(rules: la.Rules, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forms") / "appendices.xlsx"
    path.write_bytes(appendices(rules, "vi"))
    return path


@pytest.fixture(scope="module")
def illustrative(root: Path) -> dict[str, str]:
    """The made-up figures by table and cell: ``appendix_01|serious|appeal|file_study``."""
    found = {}
    for path in (root / "rulesets/circular_02_2021/tables/illustrative").glob("*.csv"):
        for row in list(csv.reader(path.read_text("utf-8").splitlines()))[1:]:
            found["|".join([path.stem, *row[:-1]])] = row[-1]
    return found


def filled(empty: Path, figures: Mapping[str, str], source: Any = "Phụ lục", day: Any = date(2026, 9, 1)) -> Read:
    """What would be read after somebody had typed figures; a cell of a group that has none is 0."""
    read = read_workbook(empty)
    for rows in filter(None, read.sheets.values()):
        table = str(rows[0][0])
        for row in rows[1:]:
            key = str(row[0])
            if "|" in key:
                row[4] = float(figures.get(f"{table}|{key}", "0"))
            elif key in (ALL_SOURCE, ALL_DATE):
                row[4] = source if key == ALL_SOURCE else day
    return read


def row_of(read: Read, table: str, cell: str) -> list[Any]:
    return next(row for rows in read.sheets.values() if rows and rows[0][0] == table for row in rows if row[0] == cell)


# ------------------------------------------------------------------ the appendices


def test_every_cell_that_the_rules_can_reach_is_asked_for(rules: la.Rules, illustrative: Mapping[str, str]) -> None:
    asked = {a.table.key: a for a in asked_tables(rules)}
    assert {key: len(a.cells) for key, a in asked.items()} == {"appendix_01": 192, "appendix_02": 56, "appendix_03": 56}
    cells = {"|".join([key, *cell]) for key, a in asked.items() for cell in a.cells}
    assert set(illustrative) <= cells
    assert not {c for c in cells if "pre_charge" in c or "investigation" in c and "appendix_01" not in c}
    assert not {c for c in cells if c.startswith("appendix_03") and c.endswith("|mediation")}  # Article 6 has none


def test_the_workbook_holds_no_figure_and_no_formula(empty: Path) -> None:
    read = read_workbook(empty)
    keys = [row for rows in read.sheets.values() for row in rows if "|" in str(row[0])]
    assert len(keys) == 304
    assert all(value == "" for row in keys for value in row[4:])
    with zipfile.ZipFile(empty) as packed:
        assert not [n for n in packed.namelist() if b"<f>" in packed.read(n)]
    assert "23 buổi" in str(read.sheets)


def test_a_filled_workbook_makes_lump_sums_determined(rules: la.Rules, root: Path, empty: Path, illustrative: Mapping[str, str], tmp_path: Path) -> None:
    shutil.copytree(root / "rulesets", tmp_path / "rulesets")
    folder = tmp_path / "rulesets" / "circular_02_2021"
    before = la.load(folder)
    assert before.evaluate(LUMP_CIVIL).status == "undetermined"
    supply = read_supply(rules, filled(empty, illustrative, "=cmd|' /C calc'!A0"))
    assert (supply.problems, supply.absent) == ((), ())
    keep(before, supply)
    after = la.Rules(before.rulebook).evaluate(LUMP_CIVIL)
    assert (after.status, after.amount) == ("determined", rules.evaluate(LUMP_CIVIL, figures="illustrative").amount)
    used = [f for f in after.to_dict()["figures"] if f["status"] == "supplied"]
    assert [f["source_text"]["vi"] for f in used] == ["'=cmd|' /C calc'!A0 (01/09/2026)"]
    assert la.Rules(before.rulebook).evaluate(LUMP_CIVIL, figures="none").status == "undetermined"
    assert all(not cell.startswith("=") for _, text in table_files(rules, supply) for row in csv.reader(text.splitlines()) for cell in row)


def test_examples_know_nothing_of_what_was_supplied(rules: la.Rules) -> None:
    assert attrs.fields_dict(WorkedCase)["figures"].default == "none"
    assert rules.figures("none").rows == {}


def test_a_blank_cell_is_named_and_never_nothing(rules: la.Rules, empty: Path, illustrative: Mapping[str, str]) -> None:
    read = filled(empty, illustrative)
    row_of(read, "appendix_02", "complex|appeal|file_study")[4] = ""
    found = read_supply(rules, read)
    assert [p.vi for p in found.problems] == [
        f"appendices.xlsx, trang tính “Phụ lục số 02”, ô {cell_of(read, 'appendix_02', 'complex|appeal|file_study')}: chưa điền: phức tạp; xét xử phúc thẩm; "
        "nghiên cứu hồ sơ; các số liệu khác cùng nhóm đã có; nếu bảng không có số buổi thì nhập 0"
    ]


def cell_of(read: Read, table: str, cell: str) -> str:
    rows = next(rows for rows in read.sheets.values() if rows and rows[0][0] == table)
    return f"E{next(i for i, row in enumerate(rows, 1) if row[0] == cell)}"


def test_groups_left_blank_stay_not_supplied(rules: la.Rules, empty: Path, illustrative: Mapping[str, str]) -> None:
    read = filled(empty, illustrative)
    for rows in read.sheets.values():
        for row in rows:
            if str(row[0]).startswith(("complex|", "extremely_serious|")):
                row[4] = ""
    found = read_supply(rules, read)
    assert found.problems == ()
    assert {a.en for a in found.absent} >= {"Appendix 02: complex; first instance", "Appendix 01: extremely serious; appeal"}
    assert len(found.absent) == 4 + 2 + 2
    assert any("complex; first instance" in line for line in said_of(found, "en"))


def test_the_total_that_the_law_states_holds(rules: la.Rules, empty: Path, illustrative: Mapping[str, str]) -> None:
    read = filled(empty, illustrative)
    row_of(read, "appendix_01", "very_serious|prosecution|file_study")[4] = 7.5
    assert [re.sub(r"^.*?: ", "", p.en) for p in read_supply(rules, read).problems] == [
        "the cells (very serious; investigation, prosecution, first instance) come to 28.5; the law states 23 (Circular 02/2021/TT-BTP, Article 10, Examples 01 to 03)"
    ]
    for rows in read.sheets.values():  # a part alone cannot be more than the whole
        for row in rows:
            if str(row[0]).startswith(("very_serious|investigation", "very_serious|first_instance")):
                row[4] = ""
    assert read_supply(rules, read).problems == ()
    row_of(read, "appendix_01", "very_serious|prosecution|file_study")[4] = 24
    assert len(read_supply(rules, read).problems) == 1


@pytest.mark.parametrize(
    ("value", "said"),
    [("1.500", "two ways"), (-1, "no number"), ("one", "no number"), (True, "no number"), (0.1 + 0.2, "more digits"), (1e300, "more digits"), ("1" * 20, "more digits")],
)
def test_what_is_no_plain_number_is_refused(rules: la.Rules, empty: Path, illustrative: Mapping[str, str], value: Any, said: str) -> None:
    read = filled(empty, illustrative)
    row_of(read, "appendix_03", "complex|appeal|file_study")[4] = value
    assert [said in p.en for p in read_supply(rules, read).problems] == [True]


def test_source_and_day_are_wanted_of_every_figure(rules: la.Rules, empty: Path, illustrative: Mapping[str, str]) -> None:
    read = filled(empty, illustrative, source="", day="")
    assert len(read_supply(rules, read).problems) == 2 * 304
    read = filled(empty, illustrative, source="Công báo", day="31/02/2026")
    row = row_of(read, "appendix_03", "complex|appeal|file_study")
    row[5], row[6] = "bản sao", "2026-08-31"
    found = read_supply(rules, read)
    assert {re.sub(r"^.*?: ", "", p.en) for p in found.problems} == {"“31/02/2026” is no day; write it as 30/09/2026"}


def test_rows_that_are_gone_doubled_or_strange_are_told(rules: la.Rules, empty: Path, illustrative: Mapping[str, str]) -> None:
    read = filled(empty, illustrative)
    rows = next(rows for rows in read.sheets.values() if rows and rows[0][0] == "appendix_03")
    gone = row_of(read, "appendix_03", "complex|appeal|file_study")
    rows.remove(gone)
    rows.append(list(rows[-1]))
    rows.append(["complex|appeal|juggling", "", "", "", 3.0, "", ""])
    said = " ".join(p.en for p in read_supply(rules, read).problems)
    assert "the row is gone: complex; appeal; file study" in said
    assert "stands twice" in said
    assert "none of the form (complex|appeal|juggling)" in said


def test_other_workbooks_are_refused(rules: la.Rules, tmp_path: Path) -> None:
    other = tmp_path / "x.xlsx"
    other.write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(TableError, match=r"no \.xlsx workbook"):
        read_workbook(other)
    xlsxwriter.Workbook(other).close()
    with pytest.raises(FormError, match="no workbook that"):
        read_workbook(other)
    other.write_bytes(schedule(rules.rulebook, "en"))
    with pytest.raises(FormError, match="another one"):
        read_supply(rules, read_workbook(other))
    strange = Read("x", {"form": "schedule", "ruleset": "other"}, {})
    with pytest.raises(FormError, match="made for the ruleset other"):
        read_schedule(rules.rulebook, strange)
    with pytest.raises(UnknownForm, match="TP-TGPL-01"):
        schedule(rules.rulebook, "en", form="TP-TGPL-1")


def test_cells_of_every_kind() -> None:
    assert [str(number_in(v)) for v in (2, 1.5, "1,5", "2.25", "1.5000")] == ["2", "3/2", "3/2", "9/4", "3/2"]
    assert day_in("30/09/2026") == day_in("2026-09-30") == date(2026, 9, 30)
    for wrong in ("30/09/26", 44000, ""):
        with pytest.raises(Unfit):
            day_in(wrong)


# ------------------------------------------------------------------ the schedule


def back(rules: la.Rules, facts: Mapping[str, Any], lang: str, path: Path) -> Any:
    path.write_bytes(schedule(rules.rulebook, lang, facts))
    found = read_schedule(rules.rulebook, read_workbook(path))
    assert found.problems == ()
    return found.facts


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_facts_come_back_as_they_went(rules: la.Rules, tmp_path: Path, lang: str) -> None:
    case = copy.deepcopy(LUMP)
    case |= {
        "suspended_on": "1900-01-01", "aided_person": "accused", "tasks_complete": False, "deducted_sessions": "0.125",
        "documents": [
            {"kind": "indictment", "issued_on": "2026-01-02", "offences": [{"class": "serious", "highest_penalty": {"kind": "prison", "years": "7.5"}}, {}]},
            {"offences": []}, {"kind": "judgment", "offences": [{"name": "=1+1"}]},
        ],
    }  # fmt: skip
    case["documents"][0]["offences"].pop()  # an item of which nothing is said has no cell
    case["providers"] += [{"id": "P3", "replaces": "P1", "stages": [], "assigned_on": "2026-04-01", "labels": {"x": "có nhãn riêng"}}]
    case["entries"][0] |= {"certified_by": list(rules.rulebook.vocabularies["role"].choices), "adjourned": False}
    assert back(rules, case, lang, tmp_path / "case.xlsx") == case


@pytest.mark.parametrize("every", [120, pytest.param(1, marks=pytest.mark.long)])
def test_cases_of_the_conformance_suite_come_back(rules: la.Rules, root: Path, tmp_path: Path, every: int) -> None:
    """What is said of them is said again; where an item says nothing, or a key is null, that is not kept and means the same."""
    lines = (root / "conformance" / "cases.jsonl").read_text("utf-8").splitlines()
    for line in lines[::every]:
        given = json.loads(line)
        facts = given.get("facts")
        if not isinstance(facts, dict) or not rules.evaluate(facts).to_dict()["trace"]:
            continue
        found = back(rules, facts, "vi", tmp_path / "case.xlsx")
        one, other = (rules.evaluate(f).to_dict() for f in (facts, found))
        assert one == other, given["id"]


def test_what_a_cell_cannot_hold_is_told_with_its_place(rules: la.Rules, tmp_path: Path) -> None:
    path = tmp_path / "case.xlsx"
    path.write_bytes(schedule(rules.rulebook, "en", LUMP))
    read = read_workbook(path)
    work, case = read.sheets["Work entries"], read.sheets["Case"]
    keys = work[0]
    work[5][keys.index("hours")] = "2h30"
    work[6][keys.index("task")] = "juggling"
    work[7][keys.index("date")] = 3.5
    next(row for row in case if row[0] == "list:providers")[2] = "(none)"
    said = [p.en for p in read_schedule(rules.rulebook, read).problems]
    assert [re.findall(r"cell (\w+)", s) for s in said] == [["A6"], [letter(keys, "hours") + "6"], [letter(keys, "task") + "7"], [letter(keys, "date") + "8"]]
    assert "names some" in said[0]


def letter(keys: list[Any], key: str) -> str:
    from legalaid_dsl.papers.read_back import letters

    return letters(keys.index(key))


def test_an_empty_schedule_says_nothing_but_what_it_is_for(rules: la.Rules, tmp_path: Path) -> None:
    path = tmp_path / "case.xlsx"
    for form, method in (("TP-TGPL-01", "actual_sessions"), ("TP-TGPL-02", "lump_sum")):
        path.write_bytes(schedule(rules.rulebook, "vi", form=form))
        read = read_workbook(path)
        assert read_schedule(rules.rulebook, read).facts == {"providers": [{"method": method}]}
        shown = str(read.sheets["Vụ việc"])
        assert form in shown
        assert "Chưa có mẫu trình bày chính thức" in shown
        assert any("Loại công việc *" in map(str, row) for row in read.sheets["Công việc"])


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.long
def test_through_libreoffice_and_back(rules: la.Rules, tmp_path: Path) -> None:
    for lang, kind in (("vi", "ods"), ("en", "xlsx")):
        path = tmp_path / "in" / f"case_{lang}.xlsx"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(schedule(rules.rulebook, lang, LUMP))
        home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
        subprocess.run(["soffice", home, "--headless", "--convert-to", kind, "--outdir", tmp_path, path], check=True, capture_output=True)
        found = read_schedule(rules.rulebook, read_workbook(tmp_path / f"case_{lang}.{kind}"))
        assert (found.facts, found.problems) == (LUMP, ())


@pytest.mark.parametrize(("value", "said"), [("=2+2", "ô chứa công thức"), ("#N/A", "ô báo lỗi (#N/A)"), ("#DIV/0!", "ô báo lỗi (#DIV/0!)")])
def test_what_a_reader_takes_for_blank_is_refused(rules: la.Rules, tmp_path: Path, value: str, said: str) -> None:
    """Blank means not known, or none: an error in the day of a suspension would be “never suspended”."""
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "case.xlsx"
    path.write_bytes(schedule(rules.rulebook, "vi", LUMP))
    book = openpyxl.load_workbook(path)
    book["Vụ việc"]["C7"] = value
    book.save(path)
    with pytest.raises(FormError) as error:
        read_workbook(path)
    assert error.value.message.vi.startswith(f"case.xlsx, trang tính “Vụ việc”, ô C7: {said}")
    book["Vụ việc"]["C7"] = None
    book.save(path)
    assert read_schedule(rules.rulebook, read_workbook(path)).facts == LUMP
    for value, said in (("=1+1", "holds a formula"), ("#DIV/0!", "shows an error")):
        as_ods([["form", "schedule"], ["ruleset", value]], tmp_path / "case.ods", MARK)
        with pytest.raises(FormError, match=f"cell B2: the cell {said}"):
            read_workbook(tmp_path / "case.ods")
    book["Công việc"].merge_cells("E6:E7")
    book.save(path)
    assert "ô E6: các ô E6:E7 bị gộp" in read_schedule(rules.rulebook, read_workbook(path)).problems[0].vi


def test_a_sheet_that_is_there_twice_is_refused_not_passed_over(rules: la.Rules, empty: Path, tmp_path: Path) -> None:
    """A copy of a sheet, for more lines or of another month: what was typed there must not be lost."""
    path = tmp_path / "case.xlsx"
    path.write_bytes(schedule(rules.rulebook, "vi", LUMP))
    case, figures = read_workbook(path), read_workbook(empty)
    for read, problems in ((case, lambda: read_schedule(rules.rulebook, case).problems), (figures, lambda: read_supply(rules, figures).problems)):
        assert not problems()
        *_, last = [name for name, rows in read.sheets.items() if rows and name != "lists"]
        assert isinstance(read.sheets, dict)
        read.sheets["Trang (2)"] = copy.deepcopy(read.sheets[last])
        assert [p["vi"].partition("; ")[0].partition(": ")[2] for p in problems()] == [f"trang này trùng loại với trang “{last}”"]


def test_none_beside_something_is_refused_and_composed_letters_are_the_same(rules: la.Rules, tmp_path: Path) -> None:
    path = tmp_path / "case.xlsx"
    path.write_bytes(schedule(rules.rulebook, "vi", LUMP))
    read = read_workbook(path)
    work = read.sheets["Công việc"]
    task, certifier = work[0].index("task"), work[0].index("certified_by#1")
    work[5][task] = unicodedata.normalize("NFD", work[5][task])  # as other systems write it
    assert read_schedule(rules.rulebook, read) == read_schedule(rules.rulebook, read_workbook(path))
    work[5][certifier : certifier + 2] = ["(không có)", "Thẩm phán"]
    (problem,) = read_schedule(rules.rulebook, read).problems
    assert "vẫn nêu nội dung" in problem["vi"]


# ------------------------------------------------------------------ the commands


def test_forms_from_the_command_line(root: Path, tmp_path: Path) -> None:
    def run(*arguments: object) -> tuple[int, str, str]:
        done = CliRunner(env={"LEGALAID_LANG": None}).invoke(main, ["form", *map(str, arguments)])
        return done.exit_code, done.stdout, done.stderr

    book, case = tmp_path / "s.xlsx", root / "docs/cases/two_providers.json"
    assert run("schedule", "--out", book, "--case", case, "--lang", "vi")[0] == 0
    status, out, _ = run("read", book)
    assert (status, json.loads(out)) == (0, json.loads(case.read_text("utf-8")))
    status, _, said = run("schedule", "--out", book, "--form", "TP-TGPL-9", "--lang", "vi")
    assert (status, "không có bảng kê" in said) == (4, True)
    broken = tmp_path / "case.json"
    broken.write_text('{"form": "x"}', "utf-8", newline="\n")
    status, _, said = run("schedule", "--out", book, "--case", broken)
    assert (status, "cannot be read as a case" in said) == (4, True)
    typed = book.read_bytes()
    for command in (("appendices",), ("schedule",), ("schedule", "--case", case)):  # what was typed is not lost
        status, _, said = run(*command, "--out", book, "--lang", "vi")
        assert (status, "Đã có tệp" in said) == (4, True)
    status, _, said = run("read", book, "--out", book)
    assert (status, "name another file" in said, book.read_bytes() == typed) == (4, True, True)
    book = tmp_path / "a.xlsx"
    assert run("appendices", "--out", book)[0] == 0
    status, _, said = run("read", book)
    assert (status, "--ruleset" in said) == (4, True)


def test_nothing_is_kept_while_a_cell_is_wrong(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_workbook(empty)
    row_of(read, "appendix_03", "complex|appeal|file_study")[4] = 2
    monkeypatch.setattr("legalaid_dsl.papers.read_back.read_workbook", lambda _: read)
    done = CliRunner().invoke(main, ["form", "read", str(empty), "--out", str(tmp_path / "kept")])
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 2 + 13  # of the figure its source and day; of its group what is missing
    assert not (tmp_path / "kept").exists()


def test_a_supply_of_nothing_is_no_table(rules: la.Rules) -> None:
    assert list(table_files(rules, Supply({}, (), ()))) == []
