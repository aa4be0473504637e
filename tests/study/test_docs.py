"""docs/compare.md, docs/simulate.md, docs/spark.md and docs/receipts.md are true: their commands are carried out, and what they show is what they print."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BLOCK = re.compile(r"^```(sh|text)(?: (\d))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.long
@pytest.mark.parametrize(("page", "least"), [pytest.param("compare.md", 20, marks=pytest.mark.long), ("simulate.md", 12), ("spark.md", 3), pytest.param("receipts.md", 4, marks=pytest.mark.long)])
def test_page(root: Path, tmp_path: Path, page: str, least: int) -> None:
    shutil.copytree(root / "rulesets", tmp_path / "rulesets")
    shutil.copytree(root / "docs" / "cases", tmp_path / "docs" / "cases")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    printed, shown = "", 0
    for language, status, body in BLOCK.findall((root / "docs" / page).read_text("utf-8")):
        if language == "sh":
            done = subprocess.run(body, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == int(status or 0), done.stderr
            printed = done.stdout
        else:
            for line in body.splitlines():
                assert line == "..." or line in printed.splitlines(), line
                shown += 1
    assert shown > least
