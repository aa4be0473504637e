"""Workbooks written back: what is decided beside each row, refused cells marked, what was understood first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.comments import Comment

import legalaid_dsl as la
from legalaid_dsl.cli.main import main
from tests.study.sheets import LINES, flat, wanted, workbook
from tests.study.test_sheets import DAY, HOURS, official

OPTIONS = ["--figures", "illustrative"]


def run(*arguments: Any) -> Any:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def cells(path: Path, sheet: str) -> list[list[Any]]:
    return [[c.value for c in row] for row in openpyxl.load_workbook(path)[sheet].iter_rows()]


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_what_is_decided_stands_beside_each_row(rules: la.Rules, tmp_path: Path, lang: str) -> None:
    """To the đồng as ``evaluate`` says it; a column adds up to what is paid."""
    source = official(rules, tmp_path / "in.xlsx")
    found = run("fill", source, "--out", tmp_path / "out.xlsx", "--lang", lang, *OPTIONS)
    assert found.exit_code == 0, found.output
    rows, before = cells(tmp_path / "out.xlsx", "Bảng kê"), cells(source, "Bảng kê")
    assert all(row[:16] == old for row, old in zip(rows, before, strict=True))
    header = rows[3]
    amount = next(i for i, h in enumerate(header) if h and h.startswith(rules.rulebook.terms["case.amount"].names[lang]))
    mine = [row[amount] for row in rows[5:] if row[amount] is not None]
    results = [rules.evaluate(with_ids(c), figures="illustrative") for c in wanted().values()]
    assert mine == [int(r.amount) for r in results]
    paid = next(i for i, h in enumerate(header) if h == rules.rulebook.terms["providers.amount"].names[lang])
    assert sum(row[paid] for row in rows[5:] if isinstance(row[paid], int)) == sum(mine)
    sessions = next(i for i, h in enumerate(header) if h == rules.rulebook.terms["entries.payable_sessions"].names[lang])
    lines = [row for row in rows[5:] if row[sessions] is not None]
    assert len(lines) == len(LINES) and all(("Article" if lang == "en" else "Điều") in row[-1] for row in lines)
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["Bảng kê"].merged_cells.ranges


def with_ids(case: dict[str, Any]) -> dict[str, Any]:
    return case | {"entries": [e | {"id": f"e{i}"} for i, e in enumerate(case["entries"])]}


def test_cells_that_are_refused_are_marked(rules: la.Rules, tmp_path: Path) -> None:
    rows = flat(rules, "vi")
    rows[1][HOURS], rows[1][13] = "1.234", '=HYPERLINK("http://x")'
    source = workbook(rows, tmp_path / "in.xlsx")
    book = openpyxl.load_workbook(source)
    book.active["N2"].data_type = "s"
    book.save(source)
    found = run("fill", source, "--out", tmp_path / "out.xlsx", "--lang", "vi", *OPTIONS)
    assert found.exit_code == 2 and "M2" in found.stderr and "có thể hiểu là 1234" in found.stderr
    page = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert "1.2340" in page["M2"].comment.text and page["M2"].fill.fgColor.rgb == "FFF4CCCC"
    assert page["N2"].data_type == "s" and all(c.data_type != "f" for row in page.iter_rows() for c in row)
    assert page["A2"].comment is None


def test_a_text_file_becomes_a_workbook(rules: la.Rules, tmp_path: Path) -> None:
    rows = flat(rules, "vi")
    text = "\n".join("\t".join(map(str, row)) for row in rows) + "\n=1+1" + "\t" * 13 + "\n"
    (tmp_path / "in.tsv").write_text(text, "utf-8")
    found = run("fill", tmp_path / "in.tsv", "--out", tmp_path / "out.xlsx", *OPTIONS)
    assert found.exit_code == 3, found.output
    page = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert page["A7"].value == "=1+1" and page["A7"].data_type == "s" and page["B2"].value == rows[1][1]


def test_what_is_understood_is_said_first_and_can_be_saved(rules: la.Rules, tmp_path: Path) -> None:
    rows = flat(rules, "vi")
    rows[0].append("Họ và tên")
    rows[0].append("Màu")
    for row in rows[1:]:
        row += ["Trần D", "xanh"]
    rows[1][DAY] = "1/2/26"
    source, saved = workbook(rows, tmp_path / "in.xlsx"), tmp_path / "columns.toml"
    found = run("study", source, "--dry-run", "--lang", "vi", "--save-columns", saved, "--marked", tmp_path / "marked.xlsx")
    assert found.exit_code == 0, found.output
    for text in ("dữ kiện: số giờ [entries.hours]", "nhãn, không quy định nào đọc [labels.name]", "không nhận ra, bỏ qua", "J2", "năm trong “1/2/26” chỉ có hai chữ số"):
        assert text in found.stdout
    assert openpyxl.load_workbook(tmp_path / "marked.xlsx").active["J2"].comment is not None
    again = run("study", source, "--dry-run", "--format", "json", "--columns", saved)
    told = json.loads(again.stdout)
    (sheet,) = told["sheets"]
    assert {c["header"]: c["what"] for c in sheet["columns"]}["Màu"] == "ignored" and sheet["rows"] == len(LINES)
    assert [(r["cell"], r["code"]) for r in told["refused"]] == [("J2", "day-year")]
    assert [c["is"] for c in sheet["columns"]][:2] == ["case.case_id", "case.form"]
    before = saved.read_bytes()
    for more in (["--save-columns", saved], ["--marked", saved]):  # somebody may have changed it
        found = run("study", source, "--dry-run", *more, "--lang", "vi")
        assert found.exit_code == 4 and "Đã có tệp" in found.stderr and saved.read_bytes() == before
    assert run("fill", source, "--out", tmp_path / "marked.xlsx").exit_code == 4


def test_refused_cells_stand_beside_the_results(rules: la.Rules, tmp_path: Path) -> None:
    rows = flat(rules, "vi")
    rows[2][HOURS], rows[3][HOURS], rows[4][HOURS] = "=1+1x", True, -1.5
    found = run("study", workbook(rows, tmp_path / "in.xlsx"), "--out", tmp_path / "out", "--lang", "vi")
    assert found.exit_code == 0, found.output
    text = (tmp_path / "out" / "refused.csv").read_text("utf-8-sig")
    assert text.splitlines()[0].startswith("file,sheet,cell") and "M3" in text and "in.xlsx" in text and ",=" not in text
    assert "ô chứa giá trị có/không (có), không phải số" in text and "-1,5 nhỏ hơn 0" in text  # as the tongue writes them, not as Python does
    assert "bị từ chối: " in found.stdout and "refused:" not in found.stdout and "số liệu: nguồn thứ cấp" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["fill", "{in}", "--out", "{tmp}/a.csv"], ".xlsx"), (["fill", "{in}", "--out", "{in}"], "tên khác"), (["study", "{in}"], "--dry-run"), (["study", "{tmp}/none.xlsx", "--dry-run"], "Không có")],
)
def test_what_cannot_be_asked(rules: la.Rules, tmp_path: Path, arguments: list[str], word: str) -> None:
    source = workbook(flat(rules, "vi"), tmp_path / "in.xlsx")
    found = run(*[a.format(**{"in": source, "tmp": tmp_path}) for a in arguments], "--lang", "vi")
    assert found.exit_code == 4 and word in found.stderr, found.output


def test_a_mark_on_a_cell_that_is_merged_away(rules: la.Rules, tmp_path: Path) -> None:
    """It stands on the cell that people see, after what they wrote there themselves."""
    book = openpyxl.load_workbook(workbook(flat(rules, "vi"), tmp_path / "a.xlsx"))
    book.active.merge_cells("A2:A5")  # a row of the next case too
    book.active["A2"].comment = Comment("hỏi lại", "ai đó")
    book.save(tmp_path / "a.xlsx")
    result = CliRunner().invoke(main, ["fill", str(tmp_path / "a.xlsx"), "--out", str(tmp_path / "b.xlsx"), "--lang", "vi", "--figures", "illustrative"])
    assert result.exit_code == 2, result.output
    note = openpyxl.load_workbook(tmp_path / "b.xlsx").active["A2"].comment
    assert note.text.startswith("hỏi lại") and "TG-02" in note.text
