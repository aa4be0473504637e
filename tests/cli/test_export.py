"""``legalaid export``: what is written, and what is said where nothing can be."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import legalaid_dsl as la
from legalaid_dsl.engine.lowered.operations import OPERATIONS
from tests.cli.test_commands import run

NODE = shutil.which("node")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "lowered.md"


def test_the_lowered_form_is_printed_or_written(tmp_path: Path, rules: la.Rules) -> None:
    status, out, _ = run("export", "--to", "json")
    form = json.loads(out)
    assert (status, form["format"], form["version"], form["ruleset"]["id"]) == (0, "legalaid-lowered", 1, "circular_02_2021")
    assert [r["id"] for r in form["readings"]] == list(rules.rulebook.readings)
    assert list(form["figures"]) == ["none", "illustrative"]
    assert run("export", "--to", "json", "--out", str(tmp_path / "rules.json"))[:2] == (0, "")
    assert (tmp_path / "rules.json").read_text("utf-8") == out


def test_options_are_what_a_case_gets_that_names_nothing(tmp_path: Path, root: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(root / "rulesets" / "circular_02_2021" / "tables" / "illustrative", own)
    form = json.loads(run("export", "--to", "json", "--figures", str(own), "--reading", "art_3_cl_2_unit=per_day")[1])
    assert list(form["figures"]) == ["supplied", "none", "illustrative"]
    assert form["figures"]["supplied"] == form["figures"]["illustrative"]
    assert next(r["default"] for r in form["readings"] if r["id"] == "art_3_cl_2_unit") == "per_day"


@pytest.mark.parametrize("arguments", [
    ("--figures", "no_such"), ("--reading", "no_such=x"), ("--reading", "art_3_cl_2_unit=x"), ("--reading", "x"), ("--to", "cobol"),
])  # fmt: skip
def test_wrong_options(arguments: tuple[str, str]) -> None:
    status, out, err = run("export", "--to", "json", *arguments)
    assert (status, out) == (4, "")
    assert err


def test_a_text_that_changes_with_the_day_is_not_exported(tmp_path: Path, root: Path) -> None:
    shutil.copytree(root / "rulesets", tmp_path / "rulesets")
    folder = tmp_path / "rulesets" / "circular_02_2021"
    act = folder / "amendments" / "third_step.law"
    act.write_text(act.read_text("utf-8").replace(", a draft.", "."), "utf-8")
    status, _, err = run("export", "--to", "javascript", "--ruleset", str(folder))
    assert (status, "consolidate" in err) == (4, True)
    status, _, err = run("export", "--to", "javascript", "--ruleset", str(folder), "--lang", "vi")
    assert (status, "thay đổi theo ngày" in err) == (4, True)


@pytest.mark.skipif(NODE is None, reason="Node.js is not on this machine")
def test_the_page_is_true(tmp_path: Path) -> None:
    """Its module is written by its command, and its script prints what it says."""
    page = PAGE.read_text("utf-8")
    script, printed = re.search(r"^```js\n(.*?)^```.*?^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL).groups()  # type: ignore[union-attr]
    command = re.search(r"^legalaid (export --to javascript) --out rules.mjs$", page, re.MULTILINE)
    assert command is not None
    assert run(*command[1].split(), "--out", str(tmp_path / "rules.mjs"))[0] == 0
    (tmp_path / "main.mjs").write_text(script, "utf-8")
    done = subprocess.run([str(NODE), "main.mjs"], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.stdout, done.stderr) == (printed, "")


def test_the_page_names_every_operation() -> None:
    """Those of one item, those of columns, and every key of the form."""
    page = PAGE.read_text("utf-8")
    form = json.loads(run("export", "--to", "json")[1])
    ops = {step["op"] for step in form["steps"]} | set(OPERATIONS) - {"shifted_first", "coalesce"}  # these two only folding makes
    assert [op for op in sorted(ops) if f"`{op}`" not in page] == []
    assert [key for key in form if f"`{key}`" not in page] == []
