"""docs/another-law.md is true: what it writes is written, what it runs is run, in order, in an empty directory; what it shows is printed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from legalaid_dsl.cli.main import main

BLOCK = re.compile(r"^```(\w+)(?: write (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def carried_out(page: str, folder: Path, run: Callable[[str, Path], str]) -> int:
    """How many commands were run, and did well; everything is in ``folder``."""
    printed, ran = "", 0
    for language, file, body in BLOCK.findall(page):
        if file:
            goal = folder / file
            goal.parent.mkdir(parents=True, exist_ok=True)
            goal.write_text(body, "utf-8")
        elif language == "sh":
            for line in body.strip().splitlines():
                printed, ran = run(line, folder), ran + 1
        else:
            assert language == "text", language
            for line in body.splitlines():
                assert line in printed.splitlines(), (line, printed)
    return ran


def in_a_shell(line: str, folder: Path) -> str:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(line, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (line, done.stdout, done.stderr)
    return done.stdout


def in_this_process(line: str, folder: Path) -> str:
    if not line.startswith("legalaid "):
        return in_a_shell(line, folder)
    done = CliRunner().invoke(main, shlex.split(line)[1:])
    assert done.exit_code == 0, (line, done.output)
    return done.stdout


@pytest.mark.parametrize("run", [in_this_process, pytest.param(in_a_shell, marks=pytest.mark.long)])
def test_every_block(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Callable[[str, Path], str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert carried_out((root / "docs" / "another-law.md").read_text("utf-8"), tmp_path, run) > 10
