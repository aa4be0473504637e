"""docs/another-law.md is true: what it writes is written, what it runs is run, in order, in an empty directory; what it shows is printed."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from legalaid_dsl.cli.main import main

BLOCK = re.compile(r"^```(\w+)(?: (build)| write (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def carried_out(page: str, folder: Path, run: Callable[[str, Path], str]) -> int:
    """How many commands were run, and did well; everything is in ``folder``."""
    printed, ran = "", 0
    for language, build, file, body in BLOCK.findall(page):
        if file:
            goal = folder / file
            goal.parent.mkdir(parents=True, exist_ok=True)
            goal.write_text(body, "utf-8")
        elif language == "sh" and not build:
            for line in body.strip().splitlines():
                printed, ran = run(line, folder), ran + 1
        elif language == "text":
            for line in body.splitlines():
                assert line in printed.splitlines(), (line, printed)
    return ran


def in_a_shell(line: str, folder: Path, code: int = 0) -> str:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(line, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code and "Traceback" not in done.stderr, (line, done.stdout, done.stderr)
    return done.stdout


def in_this_process(line: str, folder: Path, code: int = 0) -> str:
    if not line.startswith("legalaid "):
        return in_a_shell(line, folder, code)
    done = CliRunner().invoke(main, shlex.split(line)[1:])
    assert done.exit_code == code and isinstance(done.exception, SystemExit | None), (line, done.output, done.exception)
    return done.stdout


@pytest.mark.parametrize("run", [in_this_process, pytest.param(in_a_shell, marks=pytest.mark.long)])
def test_every_block(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Callable[[str, Path], str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert carried_out((root / "docs" / "another-law.md").read_text("utf-8"), tmp_path, run) > 10


@pytest.mark.long
def test_the_package_of_rules_is_built_and_installed(root: Path, tmp_path: Path) -> None:
    """Without a network, beside what is installed: the commands of the page, pip told to fetch nothing."""
    page = (root / "docs" / "another-law.md").read_text("utf-8")
    carried_out(page, tmp_path, in_a_shell)
    (commands,) = [body for _, build, _, body in BLOCK.findall(page) if build]
    build, install, listing, evaluate = commands.strip().splitlines()
    site = tmp_path / "site"
    in_a_shell(build, tmp_path)
    in_a_shell(f"python -m {install} --no-index --no-deps --target site", tmp_path)
    assert not list(site.rglob("*.py"))
    shutil.rmtree(tmp_path / "market_fees")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(root)])}

    def run(*command: str) -> str:
        done = subprocess.run([sys.executable, *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    listed = run("-m", "legalaid_dsl", *shlex.split(listing)[1:])
    assert "market_fees  (marrowby-rules 2026.1)\n    Market Fees Order of the Town of Marrowby\n    meaning  sha256:" in listed
    assert "   Fee: 56 crowns\n" in run("-m", "legalaid_dsl", *shlex.split(evaluate)[1:])
    code = "import legalaid_dsl as la; print(la.load('market_fees').rulebook.id, la.load('circular_02_2021').rulebook.id)"
    assert run("-c", code) == "market_fees circular_02_2021\n"
