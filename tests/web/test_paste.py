"""Rows of a spreadsheet, as the script of the page reads them (Node.js, else skipped)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from legalaid_dsl.web.pages import HERE

NODE = shutil.which("node")
RUN = """
import { rows, decimal, day } from './paste.mjs';
const [facts, text, lang, numbers, days, chosen] = JSON.parse(process.argv[2]);
console.log(JSON.stringify([rows(text, facts, lang, chosen), numbers.map((n) => decimal(n, lang)), days.map(day)]));
"""
FACTS: list[dict[str, Any]] = [
    {"path": ["id"], "name": "mã", "names": ["mã", "id"], "kind": "text"},
    {"path": ["on"], "name": "ngày", "names": ["ngày", "day"], "kind": "date"},
    {"path": ["size", "hours"], "name": "số giờ", "names": ["số giờ", "hours"], "kind": "number", "unit": "giờ"},
    {"path": ["done"], "name": "xong", "names": ["xong", "done"], "kind": "yes_or_no"},
    {"path": ["roles"], "name": "vai trò", "names": ["vai trò", "roles"], "kind": "choices",
     "choices": [{"key": "a", "names": ["Thẩm phán", "judge", "a"]}, {"key": "b", "names": ["cơ quan, tổ chức", "agency", "b"]}]},
]  # fmt: skip


def run(tmp_path: Path, text: str, lang: str = "vi", numbers: tuple[str, ...] = (), days: tuple[str, ...] = (), chosen: dict[str, str] | None = None) -> list[Any]:
    if NODE is None:
        pytest.skip("no Node.js here")
    shutil.copy(HERE / "assets" / "paste.js", tmp_path / "paste.mjs")
    (tmp_path / "run.mjs").write_text(RUN, "utf-8")
    command = [NODE, str(tmp_path / "run.mjs"), json.dumps([FACTS, text, lang, numbers, days, chosen or {}])]
    found: list[Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout)
    return found


def test_rows_by_name_and_by_place(tmp_path: Path) -> None:
    named, _, _ = run(tmp_path, "Số giờ\tngày\tvai trò\tlạ\n4,5\t2/3/2026\tthẩm PHÁN; b\tx\n\n")
    assert named["items"] == [{"size": {"hours": "4.5"}, "on": "2026-03-02", "roles": ["a", "b"]}]
    assert (named["left"], named["unknown"]) == ([[1, "lạ", "x"]], ["lạ"])
    placed, _, _ = run(tmp_path, "e1\t2026-03-02\t4\tcó\tcơ quan, tổ chức\r\ne2\t\t\tmaybe\tnobody")
    assert placed["items"] == [{"id": "e1", "on": "2026-03-02", "size": {"hours": "4"}, "done": True, "roles": ["b"]}, {"id": "e2"}]
    assert placed["left"] == [[2, "xong", "maybe"], [2, "vai trò", "nobody"]]


def test_columns_that_have_another_name_are_asked_for(tmp_path: Path) -> None:
    text = "STT\tSố giờ (giờ)\tNgày làm việc\n1\t4,5 giờ\t2/3/2026\n2\t3 buổi\t3/3/2026\n\tTổng cộng\t\n"
    asked, _, _ = run(tmp_path, text)
    assert asked["unknown"] == ["STT", "Ngày làm việc"]
    told, _, _ = run(tmp_path, text, chosen={"STT": "", "Ngày làm việc": "ngày"})
    assert told["unknown"] == [] and told["items"] == [{"size": {"hours": "4.5"}, "on": "2026-03-02"}, {"on": "2026-03-03"}]
    assert (told["left"], told["totals"]) == ([[2, "số giờ", "3 buổi"]], [[3, "Tổng cộng"]])


def test_what_could_be_read_in_two_ways_is_not_guessed(tmp_path: Path) -> None:
    given = ("4,5", "4.5", "1.000", "1.234,5", "1,000", "-1", "1e3", "")
    assert run(tmp_path, "", "vi", given)[1] == ["4.5", "4.5", "", "1234.5", "1.000", "", "", ""]
    assert run(tmp_path, "", "en", given)[1] == ["4.5", "4.5", "1.000", "", "", "", "", ""]
    days = ("31/12/2026", "31.12.2026", "12/31/2026", "30/2/2026", "2026-2-3", "3/2/26")
    assert run(tmp_path, "", days=days)[2] == ["2026-12-31", "2026-12-31", "", "", "2026-02-03", ""]
