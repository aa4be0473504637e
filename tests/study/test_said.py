"""Studies in words: golden prose in both languages, pages that nobody can write into, the commands."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.cli.main import main
from legalaid_dsl.study.choices.survey import readings
from legalaid_dsl.study.choices.view import readings_view
from legalaid_dsl.study.comparison.parts import parts_by_provision
from legalaid_dsl.study.comparison.report import Report, Wanted, report
from legalaid_dsl.study.comparison.view import compare_view
from legalaid_dsl.study.outcomes.outcome import Options
from legalaid_dsl.study.render import page
from tests.study.conftest import CEILING, THREE_HOURS, Amend

GOLDEN = Path(__file__).parent / "golden"
FIGURES = Options("illustrative")


@pytest.fixture(scope="module")
def made(rules: la.Rules, amend: Amend, cases: list[Any]) -> dict[str, Any]:
    changed = amend(*THREE_HOURS, *CEILING)
    wanted = Wanted(by=("form", "providers.kind"), claim="amount not lower", listed=4)
    return {
        "compare": report(rules, changed, cases[:7], FIGURES, wanted, ("before", "after"), parts_by_provision(rules, changed)),
        "witness": report(rules, amend(*CEILING), [], Options(), Wanted(tries=150), ("before", "after")),
        "none": report(rules, rules, [], Options(), Wanted(tries=40), ("before", "after")),
        "readings": readings(rules, [cases[i] for i in (0, 3, 4)], FIGURES, most=6),
        "reading": readings(rules, [cases[2]], FIGURES, most=6),
    }


def said(found: Any, lang: str, form: str = "text") -> str:
    view = compare_view(found, lang) if isinstance(found, Report) else readings_view(found, lang)
    return re.sub(r"sha256:[0-9a-f]+", "sha256:…", page(view, form))


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("name", ["compare", "witness", "none", "readings", "reading"])
def test_golden(made: dict[str, Any], name: str, lang: str, request: pytest.FixtureRequest) -> None:
    """Read these files aloud before accepting a change of them (pytest --update-goldens)."""
    text = said(made[name], lang)
    golden = GOLDEN / f"{name}.{lang}.txt"
    if request.config.getoption("--update-goldens"):
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("name", ["compare", "witness", "none", "readings", "reading"])
def test_markdown_and_page_say_the_same(made: dict[str, Any], name: str, lang: str) -> None:
    numbers = set(re.findall(r"[−+][\d.,]*\d", said(made[name], lang)))
    assert numbers <= set(re.findall(r"[−+][\d.,]*\d", said(made[name], lang, "markdown").replace("\\", "")))
    if isinstance(made[name], Report):
        html = said(made[name], lang, "html")
        assert numbers <= set(re.findall(r"[−+][\d.,]*\d", unescape(html)))
        assert html.startswith("<!DOCTYPE html>") and "src=" not in html and "href=" not in html


def test_nobody_writes_into_the_page(rules: la.Rules, amend: Amend) -> None:
    case = {"case_id": "<script>alert(1)</script>\u202e", "form": "civil_proceedings", "providers": [], "entries": [{"id": "<b>", "hours": "3"}]}
    found = report(rules, amend(*THREE_HOURS), [case], Options(), Wanted())
    html = said(found, "en", "html")
    assert "<script>alert" not in html and "<b>" not in html
    assert "\u202e" not in html and "\u202e" not in said(found, "vi")
    assert "<script>" not in said(found, "en", "markdown").split("```")[0]


# ------------------------------------------------------------------ commands


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def folder(rules: la.Rules, amend: Amend) -> str:
    return amend(*THREE_HOURS).rulebook.folder


def test_compare(folder: str, root: Path, tmp_path: Path) -> None:
    case = json.loads((root / "docs" / "cases" / "sessions.json").read_text("utf-8"))
    many = tmp_path / "cases.jsonl"
    many.write_text(json.dumps(case) + "\n" + json.dumps({**case, "entries": []}) + "\n", "utf-8")
    options = ("--figures", "illustrative")
    status, out, _ = run("compare", "circular_02_2021", folder, str(many), *options, "--format", "json", "--by", "form", "--attribute")
    data = json.loads(out)
    assert (status, data["counts"]["less"], data["counts"]["unchanged"]) == (0, 1, 1)
    row = data["cases"][0]
    assert row["changes"]["sessions"] == "-0.5"
    assert row["because"]["cites"] == ["circular_02_2021/art_3/cl_2/pt_b", "circular_02_2021/art_3/cl_2/pt_a"]
    assert "điểm a khoản 2 Điều 3" in row["because"]["words"]["vi"]
    assert data["smallest"][0]["kind"] == "less" and data["attribution"]["whole"]["sessions"] == "-0.5"
    status, out, _ = run("compare", "circular_02_2021", folder, str(many), *options, "--claim", "amount not lower", "--lang", "vi")
    assert (status, "bị 1 hồ sơ trong 2 hồ sơ đã xem bác bỏ" in out) == (1, True)
    assert run("compare", "circular_02_2021", folder, str(many), *options, "--format", "html")[1].startswith("<!DOCTYPE html>")


def test_compare_without_cases(folder: str) -> None:
    status, out, _ = run("compare", "circular_02_2021", folder, "--format", "json", "--tries", "400")
    data = json.loads(out)
    assert status == 0 and data["smallest"] and data["search"]["domain"]["items"]["providers"] == 3


def test_what_is_asked_wrongly_is_said_in_the_language(folder: str) -> None:
    for arguments, words in (
        (("compare", "nowhere", folder), "không có thư mục"),
        (("compare", folder, f"{folder}+amendment.law"), "văn bản sửa đổi"),
        (("compare", folder, folder, "--by", "providers.kid"), "có phải ý là"),
        (("compare", folder, folder, "--claim", "nobody loses"), "khẳng định"),
    ):
        status, _, err = run(*arguments, "--lang", "vi")
        assert (status, words in err) == (4, True), err


def test_readings_command(root: Path) -> None:
    case = str(root / "docs" / "cases" / "sessions.json")
    status, out, _ = run("readings", case, "--figures", "illustrative", "--format", "json", "--most", "3")
    data = json.loads(out)
    assert status == 0 and data["cases"][0]["choices"][0]["because"]["words"]["en"].startswith("Because")
    status, out, _ = run("readings", case, "--figures", "illustrative", "--lang", "vi", "--most", "0")
    assert "Nếu hiểu là “mỗi công việc một mức trần riêng”: 5,5 buổi" in out
    assert run("readings", case, "--reading", "art_3_cl_2_unti=per_day")[0] == 4
    assert run("readings", case, "--format", "markdown", "--most", "0")[0] == 0


def test_a_case_file_in_markdown_is_a_block_of_its_own(made: dict[str, Any]) -> None:
    text = said(made["witness"], "en", "markdown")
    fenced = re.findall(r"^  ```json\n(.*?)^  ```$", text, re.MULTILINE | re.DOTALL)
    assert [json.loads(block) for block in fenced] == [s.compared.case for s in made["witness"].smallest]
