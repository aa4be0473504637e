"""The files of one ruleset: read, written, and what was written before kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import attrs

from ...basics.output import write_whole
from ...basics.source_text import MAX_BYTES
from ...basics.system import reason
from ...rulebook.amend.draft_acts import FOLDER as ACTS
from ...service.problems import Problem

SUFFIXES: Final = (".law", ".case")
KEPT: Final = ".history"
_NAME: Final = re.compile(rf"(?:{ACTS}/)?[a-z0-9_]{{1,80}}\.(?:law|case)")


@attrs.frozen(slots=True)
class Folder:
    """``root``: resolved. ``history``: where the texts before each save are kept. ``fixed``: nothing is written."""

    root: Path
    history: Path
    fixed: bool = False

    def path(self, name: str) -> Path:
        """The file of a name as ``article_01.law``, in the folder and nowhere else. Raises Problem."""
        path = self.root / name
        if not _NAME.fullmatch(name) or path.is_symlink() or path.resolve() != path or (path.exists() and not path.is_file()):
            raise Problem("not-in-folder", name=name[:100])
        return path

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def files(self, *, new: bool = False) -> list[Path]:
        """The rule files and examples, and the amending acts, in the order of their names. ``new``: those too of which only a draft
        or an earlier text is kept."""
        found = [p for place in (self.root, self.root / ACTS) for s in SUFFIXES for p in place.glob(f"*{s}")]
        if new:
            found = list(dict.fromkeys([*found, *self._drafted()]))
        return sorted((p for p in found if self.holds(p)), key=lambda p: (p.parent != self.root, p.stem, p.suffix != ".law"))

    def _drafted(self) -> Iterator[Path]:
        for place in (self.history / self.root.name).glob("*-*"):
            stem, _, suffix = place.name.rpartition("-")
            lead, inside = (ACTS, stem.removeprefix(f"{ACTS}-")) if stem.startswith(f"{ACTS}-") else ("", stem)
            yield self.root / lead / f"{inside}.{suffix}"

    def holds(self, path: Path) -> bool:
        """Whether a path is one of the folder's rule files or examples, or could be."""
        try:
            return self.path(self.name(path)) == path
        except (Problem, ValueError):
            return False

    def read(self, path: Path) -> str:
        """What is saved; "" where nothing is. Raises Problem for what is no text."""
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                raise Problem("too-large", most=MAX_BYTES)
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError):
            raise Problem("not-in-folder", name=self.name(path)) from None

    def save(self, path: Path, text: str, base: str) -> str:
        """Write a text in place of that whose digest is ``base``; the digest of the new one. Raises Problem, with both texts where
        another stands there by now."""
        if self.fixed:
            raise Problem("read-only")
        if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise Problem("too-large", most=MAX_BYTES)
        there = self.read(path)
        if digest(there) != base:
            raise Problem("changed-on-disk", name=self.name(path), more={"yours": text, "theirs": there, "digest": digest(there)})
        try:
            text.encode("utf-8")
            if text != there:
                self.remember(path, there)
                write_whole(path, text)
        except UnicodeEncodeError:
            raise Problem("not-in-folder", name=self.name(path)) from None
        except OSError as error:
            why = reason(error)
            raise Problem("not-written", en=why.en, vi=why.vi) from None
        return digest(text)

    def remember(self, path: Path, text: str) -> None:
        """Put a text among those that can be restored. Raises OSError."""
        if not self.fixed:
            last = max((int(n) for n in self.saves(path)), default=0)
            write_whole(self.kept(path) / f"{last + 1:05}{path.suffix}", text)

    def kept_texts(self, path: Path) -> list[dict[str, str]]:
        """Those that can be restored, the last one first, with the moments (UTC) at which they were put aside."""
        found = []
        for number in self.saves(path):
            try:
                moment = (self.kept(path) / f"{number}{path.suffix}").stat().st_mtime
            except OSError:
                continue
            found.append({"number": number, "at": datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")})
        return found

    def saves(self, path: Path) -> list[str]:
        """The numbers of the saves of a file, the last one first."""
        return sorted((p.stem for p in self.kept(path).glob(f"*{path.suffix}") if re.fullmatch("[0-9]{5,}", p.stem)), reverse=True)

    def before(self, path: Path, number: str) -> str:
        """The text that a save took the place of. Raises Problem."""
        if number not in self.saves(path):
            raise Problem("not-found", what=number[:40])
        return (self.kept(path) / f"{number}{path.suffix}").read_text("utf-8")

    def kept(self, path: Path) -> Path:
        """Where what concerns a file is kept."""
        return self.history / self.root.name / self.name(path).replace("/", "-").replace(".", "-")  # no folder is called as a rule file is

    def texts(self) -> Iterator[tuple[Path, str]]:
        for path in self.files():
            yield path, self.read(path)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
