"""What is typed and not saved, kept beside the saves, so that the end of the program loses none of it; and who else is at the folder."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from ...basics.bilingual import Bilingual
from ...basics.output import write_whole
from ...basics.system import reason
from .folder import Folder

SILENT: Final = 60.0  # seconds after which a studio on another machine is taken to have ended
_OPEN: Final = "open"


@attrs.define(slots=True, eq=False)
class Drafts:
    """``own``: the name of this studio among those at the folder. Nothing is kept where nothing may be saved, and a disk that takes
    no drafts is told once and does not stop the typing: ``failing`` is why."""

    folder: Folder
    own: str
    failing: Bilingual | None = None
    _told: float = 0.0

    @property
    def _mark(self) -> Path:
        return self.folder.history / self.folder.root.name / _OPEN / f"{self.own}.json"

    def keep(self, path: Path, text: str, base: str) -> None:
        self._write(self._place(path), {"base": base, "text": text})

    def drop(self, path: Path) -> None:
        if not self.folder.fixed:
            self._place(path).unlink(missing_ok=True)

    def _place(self, path: Path) -> Path:
        return self.folder.kept(path) / f"draft-{self.own}.json"

    def _write(self, place: Path, what: dict[str, Any]) -> None:
        if self.folder.fixed:
            return
        try:
            write_whole(place, json.dumps(what, ensure_ascii=False))
            self.failing = None
        except UnicodeEncodeError:
            self.failing = Bilingual("UTF-8")
        except OSError as error:
            self.failing = reason(error)

    # -------------------------------------------------------------- others at the folder

    def here(self) -> None:
        """Say that this studio is at work. Cheap enough for every question of a page."""
        now = time.time()
        if now - self._told > SILENT / 6:
            self._told = now
            self._write(self._mark, {"host": platform.node(), "pid": os.getpid()})

    def gone(self) -> None:
        self._mark.unlink(missing_ok=True)

    def others(self) -> list[str]:
        """The machines of other studios that are at work on this folder."""
        return [host for place, host in self._marks() if place != self._mark and self._alive(place, host)]

    def _marks(self) -> Iterator[tuple[Path, str]]:
        for place in sorted(self._mark.parent.glob("*.json")):
            found = _read(place)
            if found is not None:
                yield place, str(found.get("host", ""))

    def _alive(self, place: Path, host: str) -> bool:
        found = _read(place)
        if found is None:
            return False
        pid = found.get("pid")
        if host == platform.node() and os.name == "posix" and isinstance(pid, int) and pid > 0:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return False
            except OSError:
                return True
            return True
        try:
            return time.time() - place.stat().st_mtime < SILENT
        except OSError:
            return False

    def left(self) -> Iterator[tuple[Path, str, str]]:
        """Path, text and base of the drafts of studios that have ended, the newest of each file; they are ours from now on."""
        alive = set()
        for mark, host in list(self._marks()):
            if mark != self._mark and self._alive(mark, host):
                alive.add(mark.stem)
            elif mark != self._mark:
                mark.unlink(missing_ok=True)
        for path in self.folder.files(new=True):
            places = [p for p in self.folder.kept(path).glob("draft-*.json") if p.stem.removeprefix("draft-") not in alive]
            for place in sorted(places, key=_when, reverse=True)[:1]:
                found = _read(place)
                if found is not None and isinstance(found.get("text"), str) and isinstance(found.get("base"), str):
                    yield path, found["text"], found["base"]
                    if place != self._place(path):
                        self.keep(path, found["text"], found["base"])
                        place.unlink(missing_ok=True)


def _when(place: Path) -> float:
    try:
        return place.stat().st_mtime
    except OSError:
        return 0.0


def _read(place: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(place.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
