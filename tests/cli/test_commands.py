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
    assert (status, "SỐ TIỀN ĐƯỢC THANH TOÁN" in out) == (0, True)
    (several := case.with_name("open.json")).write_text(json.dumps(OPEN), "utf-8")
    status, out, _ = run("evaluate", str(several), "--for", "P1")
    assert (status, "STATEMENT" in out) == (3, True)
    assert run("evaluate", str(case), "--for", "nobody")[0] == 4
    status, out, _ = run("evaluate", str(case), "--format", "html")
    assert out.startswith("<!DOCTYPE html>")


def test_exit_statuses(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(OPEN), "utf-8")
    assert run("evaluate", str(path))[0] == 3
    path.write_text('{"hourz": 1}', "utf-8")
    status, out, _ = run("evaluate", str(path), "--format", "json")
    assert (status, json.loads(out)["findings"][0]["path"]) == (2, "hourz")
    assert run("evaluate", str(tmp_path / "none.json"))[0] == 4


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
    assert (status, "art_3_cl_2_unit" in err) == (4, True)
    assert run("evaluate", str(case), "--reading", "art_3_cl_2_unit=per_day", "--format", "json")[0] == 0
    assert run("evaluate", str(case), "--figures", "nowhere")[0] == 4


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


@pytest.mark.long
def test_a_folder_of_rulesets_stands_for_each_of_them() -> None:
    folder = Path(__file__).resolve().parents[2] / "rulesets"
    status, out, _ = run("check", str(folder))
    assert (status, out.count("nothing wrong\n")) == (0, len([f for f in folder.iterdir() if any(f.glob("*.law"))]))
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


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_new_ruleset_checks_and_its_examples_hold(tmp_path: Path, lang: str) -> None:
    folder = tmp_path / "hồ sơ của tôi" / "hall_fees"
    status, out, _ = run("new", str(folder), "--lang", lang)
    assert (status, out) == (0, (folder / "README.md").read_text("utf-8"))
    assert sorted(p.name for p in folder.iterdir()) == ["README.md", "article_01.case", "article_01.law", "glossary.law"]
    assert (folder / "article_01.law").read_text("utf-8").startswith({"en": "Article 1.", "vi": "Điều 1."}[lang])
    assert run("check", str(folder))[0] == 0
    assert run("test", str(folder))[0] == 0
    assert run("fmt", "--check", str(folder))[0] == 0
    status, out, _ = run("evaluate", str(folder / "article_01.case"), "--format", "json", "-k", "visitor")
    assert (status, json.loads(out)["fee"]) == (0, "6")
    status, _, err = run("new", str(folder), "--lang", lang)
    assert (status, "hall_fees" in err) == (4, True)


def test_a_new_ruleset_needs_a_name_that_rules_can_use(tmp_path: Path) -> None:
    assert run("new", str(tmp_path / "Phí hội trường"))[0] == 4
    status, _, err = run("new", str(tmp_path / "x"), "--from", "circular_02_2022")
    assert (status, "circular_02_2021" in err, (tmp_path / "x").exists()) == (4, True, False)


def test_a_shipped_ruleset_to_work_on_has_no_fictitious_drafts(tmp_path: Path) -> None:
    folder = tmp_path / "làm việc"
    assert run("new", str(folder), "--from", "criminal_code", "--lang", "vi")[0] == 0
    assert sorted(p.name for p in folder.iterdir()) == ["README.md", "criminal_code"]
    assert run("check", str(folder))[0] == 0
    assert (folder / "criminal_code" / "article_09.law").read_text("utf-8").startswith("Điều 9.")


def test_a_whole_ruleset_is_translated_with_what_it_uses(tmp_path: Path, root: Path) -> None:
    small = root / "tests" / "rulesets_small" / "late_books"
    out = tmp_path / "ra"
    assert run("translate", "--to", "vi", str(small), "--out", str(out))[:2] == (0, f"{out}\n")
    assert (out / "late_books" / "article_01.law").read_text("utf-8").startswith("Điều 1.")
    assert run("test", str(out / "late_books"))[0] == 0
    back = tmp_path / "back"
    assert run("translate", "--to", "en", str(out), "--out", str(back))[0] == 0
    assert "".join((back / "late_books" / "article_01.law").read_text("utf-8").split()) == "".join((small / "article_01.law").read_text("utf-8").split())
    assert run("translate", "--to", "vi", str(small))[0] == 4
    assert run("translate", "--to", "vi", str(small), "--out", str(out))[0] == 4


def test_a_case_in_the_tongue_of_the_drafter(tmp_path: Path, root: Path) -> None:
    file = root / "tests" / "rulesets_small" / "late_books" / "books.case"
    status, out, _ = run("evaluate", str(file), "--format", "json")
    assert (status, [json.loads(line)["fine"] for line in out.splitlines()]) == (0, ["0", "5", "10"])
    assert run("evaluate", str(tmp_path / "none.case"))[0] == 4
    status, out, err = run("evaluate", str(file), "-k", "no_such", "--lang", "vi")
    assert (status, out, "mã chứa “no_such”" in err) == (4, "", True)
