"""The decision log: append only, each entry sealed with the digest of the one before.

Entries are chained in the order in which they were committed, whichever process wrote them. A checkpoint is an entry that
says up to where the chain was found whole; the log may be cut off before one, and begins with it then. Beside the log stand
answers under the keys that callers gave, for a while, so that a call made again is answered alike and logged once; both are
written in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import attrs

from ..basics.bilingual import BilingualError
from ..basics.canonical import canonical, digest_of_bytes
from ..basics.worded import beside
from .stores import NoStore, Run, Store, is_url, store_of

_SAY: Final = beside(__file__)
START: Final = "sha256:" + "0" * 64  # before the first entry
CHECKPOINT: Final = "checkpoint"  # the member that makes an entry one


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
    """A log to write to, at a path or URL. ``kept``: whether decisions are logged at all; answers under keys always are."""

    where: str | Path
    kept: bool = True

    @property
    def store(self) -> Store:
        return store_of(self.where)

    def make(self) -> None:
        """The log with its tables; one that is there stays. Raises NoStore, OSError."""
        self.store.make()

    def answered(self, key: str, request: str) -> Answer | None:
        """What was answered to this request under this key. Raises OtherRequest, NoStore."""
        with self.store.reading() as run:
            return _answered(run, key, request)

    def commit(self, entries: list[dict[str, Any]], answer: str, key: str = "", request: str = "") -> Answer:
        """Log the entries and keep the answer, whole or not at all; where the key has an answer, give that and log nothing.

        Raises OtherRequest, NoStore."""
        if not (self.kept and entries) and not key:
            return Answer(answer)
        with self.store.writing() as run:
            if key:
                found = _answered(run, key, request)
                if found is not None:
                    return found
                values = {"key": key, "request": request, "answer": answer, "at": _now()}
                run("INSERT INTO answers VALUES (:key, :request, :answer, :at)", values)
            for entry in entries if self.kept else ():
                _append(run, entry)
        return Answer(answer)

    def forget(self, hours: int) -> None:
        """Let go of answers older than that; the log stays. Raises NoStore."""
        before = (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="seconds")
        with self.store.writing() as run:
            run("DELETE FROM answers WHERE at < :before", {"before": before})

    def checkpoint(self) -> dict[str, Any]:
        """Check the whole chain, and say in it up to where it was whole: the new entry. Raises Broken, NoStore."""
        found = {"first": 0, "last": 0, "digest": START}
        for entry in checked(self.where):
            found = {"first": found["first"] or entry["seq"], "last": entry["seq"], "digest": entry["digest"]}
        with self.store.writing() as run:
            return _append(run, {CHECKPOINT: found})

    def cut(self, before: date) -> tuple[int, dict[str, Any]] | None:
        """Take out what stands before the last checkpoint that was made before a day (UTC): how many entries, and that
        checkpoint. None, and nothing done, where there is no such checkpoint. Raises Broken, NoStore."""
        first, at = 0, None
        for entry in checked(self.where):
            first = first or entry["seq"]
            if CHECKPOINT in entry and entry["at"][:10] < before.isoformat():
                at = entry
        if at is None:
            return None
        with self.store.writing() as run:
            for statement in self.store.lifted:
                run(statement, {})
            run("DELETE FROM decisions WHERE seq < :seq", {"seq": at["seq"]})
            for statement in self.store.guarded:
                run(statement, {})
        return at["seq"] - first, at


def _answered(run: Run, key: str, request: str) -> Answer | None:
    for known, answer in run("SELECT request, answer FROM answers WHERE key = :key", {"key": key}):
        if known != request:
            raise OtherRequest.of(_SAY("other_request"))
        return Answer(answer, again=True)
    return None


def _append(run: Run, entry: Mapping[str, Any]) -> dict[str, Any]:
    last = next(iter(run("SELECT seq, digest FROM decisions ORDER BY seq DESC LIMIT 1", {})), (0, START))
    whole = {**entry, "seq": last[0] + 1, "before": last[1], "at": _now()}
    data = canonical(whole)
    seal = digest_of_bytes(data)
    run(
        "INSERT INTO decisions VALUES (:seq, :entry, :digest)",
        {"seq": last[0] + 1, "entry": data.decode("utf-8"), "digest": seal},
    )
    return {**whole, "digest": seal}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


# ------------------------------------------------------------------ reading


def entries(where: str | Path) -> Iterator[tuple[str, str]]:
    """The text of each entry and its digest, in order: of a log, or of JSON Lines that ``legalaid log show`` printed.
    Raises Broken, OSError."""
    for _, text, seal in _rows(where):
        yield text, seal


def _rows(where: str | Path) -> Iterator[tuple[int | None, str, str]]:
    """With the number under which a store has it."""
    if not is_url(where):
        with Path(where).open("rb") as file:
            ours = file.read(16) == b"SQLite format 3\0"
        if not ours:
            yield from _lines(Path(where))
            return
    try:
        with store_of(where).reading() as run:
            for seq, entry, seal in run("SELECT seq, entry, digest FROM decisions ORDER BY seq", {}):
                yield seq, str(entry), str(seal)
    except NoStore as error:
        raise Broken.of(_SAY("no_log", why=error.message)) from None


def _lines(path: Path) -> Iterator[tuple[None, str, str]]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            try:
                found = json.loads(line)
                yield None, canonical(found["entry"]).decode("utf-8"), str(found["digest"])
            except (KeyError, RecursionError, TypeError, UnicodeDecodeError, ValueError):
                raise _broken(number) from None


def checked(where: str | Path) -> Iterator[dict[str, Any]]:
    """Every entry, with its ``digest``, once its place in the chain is checked. Raises Broken at the first that does not fit."""
    number, before = 0, START
    for seq, text, seal in _rows(where):
        number += 1
        try:
            entry = json.loads(text)
            if number == 1 and CHECKPOINT in entry and isinstance(entry["seq"], int) and entry["seq"] > 1:
                number, before = entry["seq"], entry["before"]  # what stood before it was cut off
            fits = entry["seq"] == number == (number if seq is None else seq)
            fits = fits and entry["before"] == before and digest_of_bytes(text.encode("utf-8")) == seal
        except (KeyError, RecursionError, TypeError, ValueError):
            fits = False
        if not fits:
            raise _broken(number)
        before = seal
        yield {**entry, "digest": seal}


def _broken(number: int) -> Broken:
    return Broken.of(_SAY("entry_changed", number=number))
