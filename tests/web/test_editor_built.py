"""The editor that ships is the one that its sources give; and the wheel stays small by it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from legalaid_dsl.web.pages import BUILT, HERE, colours

EDITOR = HERE / "editor"
MOST = 600_000  # bytes of the built editor; the wheel packs it to a third


def test_it_is_there_small_and_asks_nobody() -> None:
    text = (HERE / BUILT / "editor.js").read_text("utf-8")
    assert len(text.encode("utf-8")) < MOST and "export{" in text.replace(" ", "")
    assert "eval(" not in text and "new Function" not in text and "sourceMappingURL" not in text


def test_versions_are_exact_and_no_host_is_named() -> None:
    package = json.loads((EDITOR / "package.json").read_text("utf-8"))
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert all(v[0].isdigit() for v in versions)
    assert "resolved" not in (EDITOR / "package-lock.json").read_text("utf-8")


def test_keywords_of_both_tongues_are_patterns_of_a_script() -> None:
    for lang, found in colours().items():
        assert len(found) > 80, lang
        assert not any(r"\Z" in p or "(?P" in p or "(?i" in p for p, _ in found)


@pytest.mark.long
def test_its_sources_give_it(tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("no npm here")
    room = tmp_path / "web" / "editor"
    shutil.copytree(EDITOR, room, ignore=shutil.ignore_patterns("node_modules"))
    (tmp_path / "web" / BUILT).mkdir()
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=room, capture_output=True, text=True, check=False)
    if done.returncode and "ENOTFOUND" in done.stderr + done.stdout:
        pytest.skip("no registry here")
    assert done.returncode == 0, done.stderr
    subprocess.run(["npm", "run", "-s", "build"], cwd=room, capture_output=True, check=True)
    assert (tmp_path / "web" / BUILT / "editor.js").read_bytes() == (HERE / BUILT / "editor.js").read_bytes()
