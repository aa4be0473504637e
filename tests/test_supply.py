"""What is handed on can be checked: the same bytes from the same files, and a list of all that it is made of."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", "node_modules", "*.egg-info", ".*_cache", "dist")


def built(folder: Path, out: Path, umask: int) -> dict[str, str]:
    """The digests of both, by name."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(folder)]
    environment = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"}
    subprocess.run(command, check=True, capture_output=True, umask=umask, env=environment)
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in out.iterdir()}


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_wheel_and_sdist_are_the_same_bytes_wherever_and_whenever_they_are_built(root: Path, tmp_path: Path) -> None:
    """Two copies under other names, with other times and other rights of their files."""
    here, there = tmp_path / "a", tmp_path / "elsewhere" / "b"
    for copy, umask, time in ((here, 0o022, 1_500_000_000), (there, 0o077, 1_700_000_000)):
        shutil.copytree(root, copy, ignore=LEFT_OUT)
        for file in copy.rglob("*"):
            if file.is_file():
                file.chmod((0o666 & ~umask) | (file.stat().st_mode & 0o100))
            os.utime(file, (time, time))
    first, second = built(here, tmp_path / "one", 0o022), built(there, tmp_path / "two", 0o077)
    assert first == second
    assert sorted(name.rpartition(".")[2] for name in first) == ["gz", "whl"]


@pytest.mark.long
def test_the_bill_of_materials(root: Path, tmp_path: Path) -> None:
    """The command of SECURITY.md, over what is installed here: every library of the package with its version."""
    pytest.importorskip("cyclonedx_py")
    (line,) = re.findall(r"^cyclonedx-py .*$", (root / "SECURITY.md").read_text("utf-8"), re.MULTILINE)
    _, *arguments = shlex.split(line)
    python, out = arguments.index("clean/bin/python"), arguments.index("sbom.cdx.json")
    arguments[python], arguments[out] = sys.executable, str(tmp_path / "sbom.json")
    subprocess.run([sys.executable, "-m", "cyclonedx_py", *arguments], cwd=root, check=True, capture_output=True)
    bill = json.loads((tmp_path / "sbom.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "1.6", "legalaid-dsl")
    assert "timestamp" not in bill["metadata"]
    listed = {re.sub("[-_.]+", "-", c["name"]).lower(): c["version"] for c in bill["components"]}
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    for need in project["dependencies"]:
        library = re.match(r"[\w.-]+", need)
        assert library is not None and listed[library[0].lower()] == version(library[0])
    assert not [c for c in bill["components"] if not c.get("purl", "").startswith("pkg:pypi/") and c["name"] != "legalaid-dsl"]


def test_what_is_installed_is_pinned_and_nothing_has_an_address(root: Path) -> None:
    """Every pin is a bare version; what the package needs is among them."""
    lines = [x for x in (root / ".ci" / "constraints.txt").read_text("utf-8").splitlines() if x and not x.startswith("#")]
    assert [x for x in lines if re.fullmatch(r"[\w.-]+==[\w.!+-]+", x) is None] == []
    pinned = {re.sub("[-_.]+", "-", x.split("==")[0]).lower() for x in lines}
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    needs = [*project["dependencies"], *(n for extra in ("dev", "serve", "lsp", "study", "proof", "sign", "sbom") for n in extras[extra])]
    names = {re.sub("[-_.]+", "-", re.match(r"[\w.-]+", need)[0]).lower() for need in needs}  # type: ignore[index]
    assert names - pinned == set()
