"""The wheel carries grammar and rulesets, and evaluates a case by itself in an empty directory."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(root)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_contents(wheel: Path, root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("grammar", "rulesets"):
        for file in (root / folder).rglob("*"):
            if file.is_file() and "official_text" not in file.parts:
                assert f"legalaid_dsl/{file.relative_to(root).as_posix()}" in names
    assert {"legalaid_dsl/web/assets/case.js", "legalaid_dsl/web/templates/shell.j2"} <= names
    worded = [f.relative_to(root) for f in (root / "legalaid_dsl").rglob("*.toml") if "node_modules" not in f.parts]
    assert worded
    assert {f.as_posix() for f in worded} <= names
    assert not [n for n in names if n.endswith((".pyc", ".orig")) or "oracle" in n]


@pytest.mark.parametrize("kind", ["--wheel", "--sdist"])
def test_an_attached_text_is_not_handed_on(root: Path, tmp_path: Path, kind: str) -> None:
    copy = tmp_path / "checkout"
    kept_out = shutil.ignore_patterns(".git", ".gitignore", ".venv", "__pycache__", "node_modules")
    shutil.copytree(root, copy, ignore=kept_out)  # without .gitignore too: nothing but the settings keep it out
    attached = copy / "rulesets" / "circular_02_2021" / "official_text"
    attached.mkdir(exist_ok=True)
    (attached / "vi.json").write_text("{}", "utf-8")
    command = [sys.executable, "-m", "build", kind, "--no-isolation", "--outdir", str(tmp_path), str(copy)]
    subprocess.run(command, check=True, capture_output=True)
    built = next(p for p in tmp_path.iterdir() if p.suffix in (".whl", ".gz"))
    if kind == "--wheel":
        names = zipfile.ZipFile(built).namelist()
    else:
        with tarfile.open(built) as archive:
            names = archive.getnames()
    assert any(n.endswith("circular_02_2021/article_04.law") for n in names)
    assert not [n for n in names if "official_text" in Path(n).parts]


def test_it_evaluates_a_case_alone(wheel: Path, tmp_path: Path) -> None:
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    case = {"form": "civil_proceedings", "closed_on": "2026-09-30", "providers": [], "entries": []}
    (empty / "case.json").write_text(json.dumps(case), "utf-8")
    command = [sys.executable, "-m", "legalaid_dsl", "evaluate", "case.json", "--format", "json"]
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(command, cwd=empty, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["amount"] == "0"


def test_no_registry_and_no_path_of_a_machine_in_the_project(root: Path) -> None:
    for file in [root / "pyproject.toml", root / "README.md", *(root / ".ci").glob("*")]:
        text = file.read_text("utf-8")
        assert "://pypi" not in text
        assert "index-url" not in text
        paths = set(re.findall(r"(?<![\w.:/<~$}-])/[a-z][\w./-]*", text))
        assert paths <= {"/usr/bin/env"}, file  # no other absolute path: it would be one machine's
