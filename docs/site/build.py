"""The docs as a site, with the book of the circular and its page that decides cases: ``python docs/site/build.py OUT``.

Needs the extra ``site``; no network. ``--without-book`` leaves out what takes a minute.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PAGES: Final = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE")
_LINK: Final = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)\s]+)(?=\))")


def gather(source: Path) -> None:
    """The pages as they stand in the repository, so that their links lead where they lead there."""
    shutil.copytree(ROOT / "docs", source / "docs", ignore=shutil.ignore_patterns("__pycache__", "site", "editors"))
    for name in PAGES:
        shutil.copy(ROOT / name, source / name)
    for name in ("index.md", "conf.py"):
        shutil.copy(ROOT / "docs" / "site" / name, source / name)
    for page in source.rglob("*.md"):
        parts = _LINK.split(page.read_text("utf-8"))  # every second is a link
        parts[1::2] = [_kept(source, page, link) for link in parts[1::2]]
        page.write_text("".join(parts), "utf-8", newline="\n")


def _kept(source: Path, page: Path, link: str) -> str:
    """A link to what is in the site; what is only in the repository is led to the page that tells of the repository."""
    path = link.partition("#")[0]
    to = (page.parent / path).resolve()
    if to.is_file():
        return link
    inside = next(iter(sorted(to.glob("*.md"))), None) if to.is_dir() else None
    other = inside or source / "docs" / "architecture.md"
    return "/" + other.relative_to(source.resolve() if inside else source).as_posix()


def build(out: Path, with_book: bool = True) -> int:
    """The status of Sphinx; the book beside its pages."""
    from sphinx.cmd.build import main as sphinx

    with tempfile.TemporaryDirectory(prefix="site-") as room:
        source = Path(room).resolve() / "source"
        gather(source)
        status: int = sphinx(["-q", "-b", "html", "-d", str(Path(room) / "trees"), str(source), str(out)])
    (out / ".buildinfo").unlink(missing_ok=True)
    if with_book and not status:
        from legalaid_dsl.cli.main import main as legalaid

        legalaid(["book", "--out", str(out / "book")], standalone_mode=False)
    return status


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if not a.startswith("-")]
    if len(arguments) != 1:
        sys.exit(__doc__)
    sys.exit(build(Path(arguments[0]), "--without-book" not in sys.argv))
