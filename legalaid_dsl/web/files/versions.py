"""Git, where the folder is a repository that has it: earlier texts of a file, and a commit of what was saved. Never needed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Final

import attrs

MOST: Final = 20  # commits of a file that are listed
_SECONDS: Final = 10
# Nothing of the repository's own settings may start a program here but its commit hooks, which are the owner's own.
_QUIET: Final = ("-c", "core.fsmonitor=false", "-c", "core.pager=cat", "-c", "log.showSignature=false", "--no-optional-locks")


@attrs.frozen(slots=True)
class Commit:
    id: str
    day: str  # ISO
    subject: str


def in_git(root: Path) -> bool:
    """Whether the folder stands in a repository, and git is here."""
    return _git(root, "rev-parse", "--is-inside-work-tree").strip() == "true"


def commits(root: Path, path: Path) -> list[Commit]:
    """Of a file, the last one first."""
    text = _git(root, "log", f"-{MOST}", "--format=%H%x1f%as%x1f%s", "--", path.relative_to(root).as_posix())
    found = [line.split("\x1f") for line in text.splitlines()]
    return [Commit(*parts) for parts in found if len(parts) == 3]


def text_at(root: Path, path: Path, commit: str) -> str | None:
    """The text of a file after a commit; None where there is none."""
    if not re.fullmatch("[0-9a-f]{40,64}", commit):
        return None
    return _asked(root, "show", f"{commit}:./{path.relative_to(root).as_posix()}")


def commit(root: Path, paths: list[Path], message: str) -> str:
    """Commit these files, and no others. "" when it is done, else what git says."""
    names = [p.relative_to(root).as_posix() for p in paths]
    for words in (("add", "--", *names), ("commit", "--quiet", "-m", message, "--", *names)):
        try:
            done = _run(root, *words)
        except (OSError, subprocess.SubprocessError) as error:
            return type(error).__name__
        if done.returncode:
            return (done.stderr or done.stdout).strip()[:300] or f"git {done.returncode}"
    return ""


def unsaved_in_git(root: Path) -> list[str]:
    """The rule files that differ from the last commit."""
    text = _git(root, "status", "--porcelain", "-z", "--", "*.law", "*.case")
    prefix = _git(root, "rev-parse", "--show-prefix").strip()
    names = [entry[3:] for entry in text.split("\0") if len(entry) > 3]
    return [n.removeprefix(prefix) for n in names if n.startswith(prefix)]


def _git(root: Path, *words: str) -> str:
    return _asked(root, *words) or ""


def _asked(root: Path, *words: str) -> str | None:
    try:
        done = _run(root, *words)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout if done.returncode == 0 else None


def _run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["git", *_QUIET, "-C", str(root), *words]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL)
