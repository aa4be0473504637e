"""The command line, as a user runs it: outputs, exit statuses, streams."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner

from legalaid_dsl.cli.main import main

CASE = {"case_id": "A", "form": "civil_proceedings", "closed_on": "2026-09-30", "providers": [], "entries": []}
OPEN = {"case_id": "B", "form": "civil_proceedings", "providers": [{"id": "P1"}], "entries": []}


def run(*arguments: str, stdin: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(arguments), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE), "utf-8")
    return path


def test_evaluate_a_file(case: Path) -> None:
    status, out, _ = run("evaluate", str(case), "--format", "json")
    assert (status, json.loads(out)["status"]) == (0, "determined")
    status, out, _ = run("evaluate", str(case), "--lang", "vi")
    assert (status, "MỨC ĐƯỢC CHI TRẢ" in out) == (0, True)
    status, out, _ = run("evaluate", str(case), "--format", "html")
    assert out.startswith("<!DOCTYPE html>")


def test_exit_statuses(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(OPEN), "utf-8")
    assert run("evaluate", str(path))[0] == 3
    path.write_text('{"hourz": 1}', "utf-8")
    status, out, _ = run("evaluate", str(path), "--format", "json")
    assert (status, json.loads(out)["findings"][0]["path"]) == (2, "hourz")
    assert run("evaluate", str(tmp_path / "none.json"))[0] == 2


def test_many_cases_one_result_a_line_in_order(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join([json.dumps(CASE), "{ no json", json.dumps(OPEN)]) + "\n", "utf-8")
    status, out, _ = run("evaluate", str(path), "--format", "json")
    results = [json.loads(line) for line in out.splitlines()]
    assert (status, [r["status"] for r in results]) == (2, ["determined", "refused", "undetermined"])
    assert [r["case_id"] for r in results] == ["A", None, "B"]
    path.write_text("\n".join([json.dumps(OPEN), json.dumps(CASE)]), "utf-8")
    assert run("evaluate", str(path), "--format", "json")[0] == 3


def test_standard_input() -> None:
    assert json.loads(run("evaluate", "-", "--format", "json", stdin=json.dumps(CASE, indent=1))[1])["amount"] == "0"
    lines = run("evaluate", "-", "--format", "json", stdin=f"{json.dumps(CASE)}\n{json.dumps(OPEN)}\n")[1]
    assert len(lines.splitlines()) == 2


def test_readings_and_figures_are_checked(case: Path) -> None:
    status, _, err = run("evaluate", str(case), "--reading", "art_3_cl_2_unti=per_day")
    assert (status, "art_3_cl_2_unit" in err) == (2, True)
    assert run("evaluate", str(case), "--reading", "art_3_cl_2_unit=per_day", "--format", "json")[0] == 0
    assert run("evaluate", str(case), "--figures", "nowhere")[0] == 2


def test_check_and_test() -> None:
    assert run("check")[0] == 0
    status, out, _ = run("test", "-k", "example_01")
    assert (status, "0 failed" in out) == (0, True)


def test_check_says_what_is_wrong_in_the_language(tmp_path: Path, root: Path) -> None:
    import shutil

    copy = shutil.copytree(root / "rulesets", tmp_path / "rulesets")
    article = copy / "circular_02_2021" / "article_03.law"
    article.write_text(
        article.read_text("utf-8").replace("hours left over > 0 hours", "hours lft over > 0 hours"), "utf-8"
    )
    status, out, _ = run("check", str(copy / "circular_02_2021"), "--lang", "vi")
    assert status == 1
    assert "article_03.law:" in out
    assert "điểm a khoản 2 Điều 3" in out


def test_fmt_and_translate(tmp_path: Path, root: Path) -> None:
    source = root / "rulesets" / "circular_02_2021" / "article_11.law"
    assert run("fmt", "--check", str(source))[0] == 0
    status, out, _ = run("translate", "--to", "vi", str(source))
    assert (status, out.startswith("Điều 11.")) == (0, True)


@pytest.mark.parametrize("what", ["facts", "result", "trace"])
def test_schema(what: str) -> None:
    status, out, _ = run("schema", what)
    assert (status, "$schema" in json.loads(out)) == (0, True)


def test_a_folder_of_rulesets_stands_for_each_of_them() -> None:
    folder = Path(__file__).resolve().parents[2] / "rulesets"
    status, out, _ = run("check", str(folder))
    assert (status, len(out.splitlines())) == (0, len([f for f in folder.iterdir() if any(f.glob("*.law"))]))
    status, out, _ = run("test", str(folder), "-k", "art_2_base")
    assert (status, out) == (0, "1 examples passed, 0 failed\n")


def test_fmt_puts_letters_in_pieces_together(tmp_path: Path) -> None:
    law = Path(__file__).resolve().parents[2] / "rulesets" / "criminal_code"
    for file in law.glob("*.law"):
        (tmp_path / file.name).write_text(unicodedata.normalize("NFD", file.read_text("utf-8")), "utf-8")
    assert run("fmt", "--check", str(tmp_path))[0] == 1
    assert run("fmt", str(tmp_path))[0] == 0
    assert run("fmt", "--check", str(tmp_path))[0] == 0
    assert all((tmp_path / f.name).read_bytes() == f.read_bytes() for f in law.glob("*.law"))
