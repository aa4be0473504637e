"""The decision log: one SQLite file, append only, each entry sealed with the digest of the one before.

Entries are chained in the order in which they were committed, whichever process wrote them. Beside the log stand answers
under the keys that callers gave, for a while, so that a call made again is answered alike and logged once; both are
written in one transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import attrs

from ..basics.bilingual import BilingualError
from ..basics.canonical import canonical, digest_of_bytes

START: Final = "sha256:" + "0" * 64  # before the first entry
WAIT: Final = 30  # seconds for another process to finish writing
_MADE: Final = """
CREATE TABLE IF NOT EXISTS decisions (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, request TEXT NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""


class Broken(BilingualError):
    """A log that is not as it was written, or no log."""


class OtherRequest(BilingualError):
    """A key that was given with another request before."""


@attrs.frozen(slots=True)
class Answer:
    """What was answered under a key. ``again``: it was there before."""

    text: str
    again: bool = False


@attrs.frozen(slots=True)
class Log:
    """A log to write to. ``kept``: whether decisions are logged at all; answers under keys always are."""

    path: Path
    kept: bool = True

    def make(self) -> None:
        """The file with its tables; one that is there stays. Raises sqlite3.Error, OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(_MADE)

    def answered(self, key: str, request: str) -> Answer | None:
        """What was answered to this request under this key. Raises OtherRequest."""
        with closing(self._open()) as db:
            return _answered(db, key, request)

    def commit(self, entries: list[dict[str, Any]], answer: str, key: str = "", request: str = "") -> Answer:
        """Log the entries and keep the answer, whole or not at all; where the key has an answer, give that and log nothing.

        Raises OtherRequest, sqlite3.Error."""
        if not (self.kept and entries) and not key:
            return Answer(answer)
        with closing(self._open()) as db, _writing(db):
            if key:
                found = _answered(db, key, request)
                if found is not None:
                    return found
                db.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", (key, request, answer, _now()))
            for entry in entries if self.kept else ():
                _append(db, entry)
        return Answer(answer)

    def forget(self, hours: int) -> None:
        """Let go of answers older than that; the log stays."""
        before = (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="seconds")
        with closing(self._open()) as db, _writing(db):
            db.execute("DELETE FROM answers WHERE at < ?", (before,))

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)
        db.execute("PRAGMA synchronous=FULL")
        return db


def _answered(db: sqlite3.Connection, key: str, request: str) -> Answer | None:
    row = db.execute("SELECT request, answer FROM answers WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row[0] != request:
        raise OtherRequest("this key was given with another request", "khóa này đã được dùng với một yêu cầu khác")
    return Answer(row[1], again=True)


@contextmanager
def _writing(db: sqlite3.Connection) -> Iterator[None]:
    """A transaction that no other writer can come between."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _append(db: sqlite3.Connection, entry: Mapping[str, Any]) -> None:
    last = db.execute("SELECT seq, digest FROM decisions ORDER BY seq DESC LIMIT 1").fetchone() or (0, START)
    data = canonical({**entry, "seq": last[0] + 1, "before": last[1], "at": _now()})
    db.execute("INSERT INTO decisions VALUES (?, ?, ?)", (last[0] + 1, data.decode("utf-8"), digest_of_bytes(data)))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


# ------------------------------------------------------------------ reading


def entries(path: Path) -> Iterator[tuple[str, str]]:
    """The text of each entry and its digest, in order: of a log, or of JSON Lines that ``legalaid log show`` printed.
    Raises Broken, OSError."""
    with path.open("rb") as file:
        ours = file.read(16) == b"SQLite format 3\0"
    if not ours:
        yield from _lines(path)
        return
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=WAIT)) as db:
            rows = db.execute("SELECT seq, entry, digest FROM decisions ORDER BY seq")
            for number, (seq, entry, seal) in enumerate(rows, 1):
                if seq != number:
                    raise _broken(number)
                yield str(entry), str(seal)
    except sqlite3.Error as error:
        raise Broken(f"this is no log: {error}", f"đây không phải nhật ký: {error}") from None


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            try:
                found = json.loads(line)
                yield canonical(found["entry"]).decode("utf-8"), str(found["digest"])
            except (KeyError, RecursionError, TypeError, UnicodeDecodeError, ValueError):
                raise _broken(number) from None


def checked(path: Path) -> Iterator[dict[str, Any]]:
    """Every entry, with its ``digest``, once its place in the chain is checked. Raises Broken at the first that does not fit."""
    before = START
    for number, (text, seal) in enumerate(entries(path), 1):
        try:
            entry = json.loads(text)
            fits = entry["seq"] == number and entry["before"] == before and digest_of_bytes(text.encode("utf-8")) == seal
        except (KeyError, RecursionError, TypeError, ValueError):
            fits = False
        if not fits:
            raise _broken(number)
        before = seal
        yield {**entry, "digest": seal}


def _broken(number: int) -> Broken:
    return Broken(f"entry {number} is not as it was written", f"mục {number} không còn như khi được ghi")
