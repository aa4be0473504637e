"""Finds: one file for each kind, the smallest input that shows it, with what was raised beside it."""

from __future__ import annotations

import faulthandler
import hashlib
import re
import traceback
from collections import Counter
from pathlib import Path
from typing import Final

import attrs

from .common import Wrong
from .targets import Target

HERE: Final = Path(__file__).parent
FINDS: Final = HERE / "finds"
CORPUS: Final = HERE / "corpus"
RUNNING: Final = "running"
HANG: Final = 120  # seconds for one input: what takes longer is written down and the process ended


def signature(error: BaseException) -> str:
    """The same for the same fault: the kind of error and the innermost place in the package."""
    if isinstance(error, Wrong):
        return _slug(f"wrong {str(error).partition(':')[0]}")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "legalaid_dsl" in f.filename]
    if isinstance(error, RecursionError) and frames:
        (where, _), *_ = Counter((Path(f.filename).stem, f.name) for f in frames[-200:]).most_common(1)
        return _slug(f"RecursionError {where[0]}")
    last = frames[-1] if frames else None
    return _slug(f"{type(error).__name__} {Path(last.filename).stem} {last.name}" if last else type(error).__name__)


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:80]


@attrs.define
class Watch:
    """Runs inputs of a target one by one, and writes down what is found."""

    target: Target
    seen: Counter[str] = attrs.Factory(Counter)

    @property
    def folder(self) -> Path:
        return FINDS / self.target.name

    def run(self, data: bytes) -> str | None:
        """The signature of what was found."""
        self.folder.mkdir(parents=True, exist_ok=True)
        running = self.folder / RUNNING
        running.write_bytes(data)
        faulthandler.dump_traceback_later(HANG, exit=True)
        try:
            self.target.run(data)
        except Exception as error:
            return self._write(signature(error), data, "".join(traceback.format_exception(error)))
        finally:
            faulthandler.cancel_dump_traceback_later()
            running.unlink(missing_ok=True)
        return None

    def _write(self, name: str, data: bytes, said: str) -> str:
        self.seen[name] += 1
        file = self.folder / f"{name}.input"
        if not file.is_file() or len(data) < file.stat().st_size:
            file.write_bytes(data)
            file.with_suffix(".txt").write_text(said[-6_000:].replace(str(HERE.parent), "."), "utf-8", "replace")
        return name

    def died(self) -> str | None:
        """After a process has ended in the middle of an input: that input becomes a find."""
        running = self.folder / RUNNING
        if not running.is_file():
            return None
        data = running.read_bytes()
        name = f"died-or-hung-{hashlib.sha256(data).hexdigest()[:8]}"
        running.replace(self.folder / f"{name}.input")
        return name
