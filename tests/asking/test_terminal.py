"""``legalaid ask``: what is typed, what is kept, how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.asking.understood import NotUnderstood, Said, understood
from legalaid_dsl.cli.main import main

CASE = json.loads((Path(__file__).resolve().parent.parent.parent / "docs" / "cases" / "two_providers.json").read_text("utf-8"))


def ask(lines: str, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner(env={"LEGALAID_LANG": None}).invoke(main, ["ask", *arguments], input=lines, prog_name="legalaid")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_talk_that_is_taken_up_again_ends_in_the_explanation(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    status, out, err = ask("P1\n?\nnonsense\nlump sum\n", "--out", str(file))
    assert status == 3
    assert "Not determined" in out
    assert "It is read by Clause 1, Article 9." in err
    assert "not “nonsense”" in err
    assert str(file) in err
    assert json.loads(file.read_text("utf-8"))["providers"] == [{"id": "P1", "method": "lump_sum"}, None]
    file.write_text(json.dumps(CASE), "utf-8")  # all that is needed is there: what is presumed is left
    status, out, err = ask("\n" * 60, "--out", str(file))
    assert status == 0, err
    assert "Amount payable: 25,300,000 đồng" in out
    assert "[Enter: no, none]" in err
    kept = json.loads(file.read_text("utf-8"))
    assert (kept["suspended_on"], kept["documents"], kept["entries"][1]["adjourned"]) == (None, [], False)
    assert ask("", "--out", str(file))[::2] == (0, err.splitlines()[0] + "\n")  # nothing is left to ask


def test_in_vietnamese(tmp_path: Path) -> None:
    file = tmp_path / "hồ sơ.json"
    status, out, err = ask("Ông A\ntại sao\nkhoán chi vụ việc\n", "--lang", "vi", "--out", str(file))
    assert (status, "Chưa xác định" in out, "Căn cứ khoản 1 Điều 9." in err) == (3, True, True)
    assert json.loads(file.read_text("utf-8"))["providers"][0] == {"id": "Ông A", "method": "lump_sum"}
    assert not [line for line in err.splitlines() if " the " in line]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text("{", "utf-8")
    status, _, err = ask("", "--out", str(file))
    assert (status, "This is no JSON" in err) == (4, True)
    file.write_text('{"form": "nothing"}', "utf-8")
    assert ask("", "--out", str(file))[0] == 2
    assert ask("", "--reading", "a=b")[0] == 4


def question(rules: la.Rules, facts: dict[str, Any]) -> Any:
    found = rules.ask(facts)
    assert found is not None
    return found


def test_what_is_typed(rules: la.Rules) -> None:
    method = question(rules, {"form": "civil_proceedings", "providers": [{"id": "P1"}], "entries": []})
    assert understood(method, " 2 ", "en") == understood(method, "KHOÁN CHI  vụ việc", "en") == "lump_sum"
    assert understood(method, "-", "vi") is Said.UNKNOWN
    assert understood(method, "tại sao?", "en") is Said.WHY
    for nonsense in ("", "9", "0", "lump"):
        with pytest.raises(NotUnderstood):
            understood(method, nonsense, "en")
    line: dict[str, Any] = {"id": "e", "provider": "P1", "task": "file_study", "stage": None, "date": "2026-02-02", "certified_by": ["centre"]}
    case = {**CASE, "providers": [{"id": "P1", "kind": "lawyer", "method": "actual_sessions"}], "entries": [line]}
    hours = question(rules, case)
    assert (hours.path, hours.unit.vi) == ("entries[0].hours", "giờ")
    assert understood(hours, "3,5", "vi") == understood(hours, "3.5", "en") == "3.5"
    for text, lang in (("3,5", "en"), ("-1", "en"), ("١", "en")):
        with pytest.raises(NotUnderstood):
            understood(hours, text, lang)
    case["entries"] = [{**line, "hours": "1", "date": None}, {k: v for k, v in {**line, "id": "f", "hours": "1"}.items() if k != "date"}]
    day = question(rules, case)
    assert (day.path, understood(day, "5/1/2026", "vi"), understood(day, "2026-01-05", "en")) == ("entries[1].date", "2026-01-05", "2026-01-05")
    for text in ("5/1/2026", "2026-02-30"):
        with pytest.raises(NotUnderstood):
            understood(day, text, "en")


@pytest.mark.parametrize("text", ['"a"', "[]", "null", "3"])
def test_a_file_that_holds_no_case_is_left_as_it_is(text: str, tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(text, "utf-8")
    status, _, err = ask("P1\n", "--out", str(file), "--lang", "vi")
    assert (status, "không chứa hồ sơ" in err, file.read_text("utf-8")) == (4, True, text)


def test_a_file_is_promised_only_where_there_is_one(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    _, _, err = ask("", "--out", str(file))
    assert (file.exists(), str(file) in err, "no file was written" in err) == (False, False, True)
    _, _, err = ask("P1\n", "--out", str(file))
    assert (file.exists(), str(file) in err) == (True, True)
