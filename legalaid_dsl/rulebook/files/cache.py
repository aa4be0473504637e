"""Checked rules kept in a folder from one process to the next, and found by what a fresh load would read.

Their key is every text that a load would read now (``reading.py``; acts too), in order, and the program that reads
them: whatever else would be decided has another key. A file is sealed by the SHA-256 of its key and of all that it
holds; what is not as it was written is passed over, and the rules themselves are read.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

import attrs

from ...basics.source_text import read_unchecked, real
from .as_data import Damaged, Period, periods_to_json, program, restored_periods
from .which import Reading, digest_of

MAX_BYTES: Final = 100_000_000  # of a file that is kept


@attrs.frozen(slots=True)
class Asked:
    """What is loaded: a folder, as acts amend it, and what is known of them by a day."""

    folder: Path
    acts: tuple[Path, ...]
    at: date | None

    def name(self) -> str:
        """Of the file in which it is kept; what was kept there before gives way."""
        paths = [os.fsdecode(real(path)) for path in (self.folder, *self.acts)]
        return f"{digest_of([*paths, str(self.at)])[:24]}.json"

    def key(self) -> tuple[str, str] | None:
        """What a load would read now, and the digest of its rule files; None where it would be an error."""
        reading = Reading(read_unchecked)
        try:
            reading.read(self.folder)
            acts = [(path, *read_unchecked(path)) for path in self.acts]
        except (OSError, RuntimeError):  # gone since it was found; links that turn in a circle
            return None
        if reading.problems or any(problems for _, _, problems in acts):
            return None
        parts = [program(), sys.version, str(self.at), str(len(acts))]
        parts += [part for path, source, _ in acts for part in (str(path), source.text)]
        parts += [part for key, _, source in reading.sources for part in (key, source.name, source.text)]
        return digest_of(parts), reading.digest()


def load_kept(folder: Path, where: Path, acts: Sequence[Path] = (), at: date | None = None) -> list[Period]:
    """The rules of a folder, from day to day where acts amend them; kept in the folder ``where``, and made anew when
    a load would read anything else. Raises RulesetError as a load does.
    """
    asked = Asked(folder, tuple(acts), at)
    key = asked.key()
    file = where / asked.name()
    found = _opened(file, key[0], folder) if key is not None else None
    if found is not None:
        return found
    periods = _loaded(asked)
    # what was read must be what the key was made of, though files may change at any moment
    if key is not None and key == asked.key() and key[1] == periods[0][1].digest:
        _keep(file, key[0], periods)
    return periods


def _loaded(asked: Asked) -> list[Period]:
    if asked.acts:
        from ..amend.load import amended

        found = amended(asked.folder, asked.acts)
        return [(v.from_date, v.rulebook) for v in found if asked.at is None or v.from_date <= asked.at]
    from ..load import load_rulebook

    return [(date.min, load_rulebook(asked.folder))]


def _opened(file: Path, key: str, folder: Path) -> list[Period] | None:
    """What is kept under a key; None where nothing is, or not as it was written."""
    try:
        if not file.is_file() or file.stat().st_size > MAX_BYTES:
            return None
        seal, _, body = file.read_bytes().partition(b"\n")
    except (OSError, ValueError):
        return None
    if seal != _seal(key, body):
        return None
    try:
        return restored_periods(body.decode("utf-8", "surrogatepass"), folder)
    except Damaged:
        return None


def _keep(file: Path, key: str, periods: list[Period]) -> None:
    """Written whole or not at all. A place that cannot be written to costs the next process time, nothing else."""
    body = periods_to_json(periods).encode("utf-8", "surrogatepass")
    if len(body) >= MAX_BYTES:
        return
    waiting = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix="waiting-", dir=file.parent)
        waiting = Path(name)
        with os.fdopen(number, "wb") as out:
            out.write(_seal(key, body) + b"\n" + body)
        waiting.replace(file)
    except (OSError, ValueError):
        with suppress(OSError):
            if waiting is not None:
                waiting.unlink()


def _seal(key: str, body: bytes) -> bytes:
    return hashlib.sha256(f"{key} {len(body)}\n".encode() + body).hexdigest().encode()
