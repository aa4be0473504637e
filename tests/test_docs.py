"""The tutorials are true: every block in them is carried out, in order, in an empty directory."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.workbench.rewrite import rewrite
from tests.test_another_law import in_a_shell, in_this_process

BLOCK = re.compile(r"^```(\w+)(?: (\w+))?(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("name", "run"), [
    ("tutorial.md", in_this_process), *(pytest.param(n, in_a_shell, marks=pytest.mark.long) for n in ("tutorial.md", "tutorial.vi.md")),
])  # fmt: skip
def test_tutorial(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, run: Any) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(root / "rulesets", tmp_path / "rulesets")
    shutil.copytree(root / "docs" / "cases", tmp_path / "docs" / "cases")
    folder = tmp_path / "my_rules" / "circular_02_2021"
    wanted = ""
    ran = 0
    for language, verb, file, body in BLOCK.findall((root / "docs" / name).read_text("utf-8")):
        if language == "sh":
            for line in body.strip().splitlines():
                run(line, tmp_path, 1 if verb == "fails" else 0)
                ran += 1
        elif verb == "find":
            assert (folder / file).read_text("utf-8").count(body) == 1, body
            wanted = body
        elif verb == "replace":
            path = folder / file
            path.write_text(path.read_text("utf-8").replace(wanted, body), "utf-8")
        elif verb == "write":
            (folder / file).write_text(body, "utf-8")
    assert ran >= 6


def test_readme_shows_what_the_command_prints(root: Path, rules: la.Rules) -> None:
    readme = (root / "README.md").read_text("utf-8")
    shown = rules.evaluate((root / "docs" / "cases" / "two_providers.json").read_text("utf-8")).explain()
    article = (root / "rulesets" / "circular_02_2021" / "article_03.law").read_text("utf-8")
    vietnamese = rewrite(root / "rulesets" / "circular_02_2021" / "article_03.law", rules.rulebook.glossary, "vi")
    for block in re.findall(r"^```text\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            assert line.strip() in ("...", "") or line.strip() in shown + article + vietnamese, line


def test_the_commands_of_readme_are_those_of_ci(root: Path) -> None:
    readme, ci = (root / "README.md").read_text("utf-8"), (root / ".ci" / "run").read_text("utf-8")
    assert ".venv/bin/python -m pytest\n" in readme
    assert ".venv/bin/python -m pytest\n.venv/bin/python -m pytest --long\n" in ci
    assert "pip install -q -c .ci/constraints.txt -e '.[dev]'" in readme
    assert "pip install -q -c .ci/constraints.txt -e '.[dev]'" in ci


def test_every_reading_has_its_row(root: Path, rules: la.Rules) -> None:
    rows = {r.split("`")[1]: r for r in (root / "docs/readings.md").read_text("utf-8").splitlines() if r.startswith("| `")}
    readings = rules.rulebook.readings
    assert set(rows) == set(readings)
    for key, reading in readings.items():
        choices = [reading.default, *(c for c in reading.choices if c != reading.default)]
        said = "; ".join(f"`{c}` {reading.choices[c].text.en}" for c in choices)
        assert f"| {reading.question.en} | {said} |" in rows[key], key
