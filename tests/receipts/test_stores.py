"""Both stores of the log: append only, one chain from many writers, checkpoints, and what is cut off at one."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.receipts import log as logs
from legalaid_dsl.receipts.log import Broken, Log, OtherRequest, checked, entries
from legalaid_dsl.receipts.log_replay import counts, replayed
from legalaid_dsl.receipts.stores import NoStore, Postgresql, store_of
from legalaid_dsl.service.config import Config
from tests.campaign import size
from tests.receipts.test_log import run
from tests.receipts.writer import write
from tests.service.conftest import client

TOMORROW = datetime.now(UTC).date() + timedelta(days=2)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    pytest.importorskip("psycopg")
    from tests.receipts import postgresql

    with postgresql.server() as url:
        yield url


BASES = (f"log{number}" for number in itertools.count())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def log(request: Any, tmp_path: Path) -> Log:
    """An empty one: a file, or a schema of its own."""
    where: str | Path = tmp_path / "log.sqlite"
    if request.param == "postgresql":
        url, schema = request.getfixturevalue("server"), next(BASES)
        with store_of(url).writing() as say:
            say(f"CREATE SCHEMA {schema}", {})
        where = f"{url}&options=-csearch_path%3D{schema}"
    found = Log(where)
    found.make()
    found.make()  # one that is there stays
    return found


def days_ago(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """What is written from now on was written so long ago."""
    monkeypatch.setattr(logs, "_now", lambda: (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds"))


@pytest.mark.longer
def test_nothing_is_changed_or_taken_out(log: Log) -> None:
    log.commit([{"n": 1}, {"n": 2, "said": "đã “nói” \x00 \\ :x %s %(y)s"}], "x")
    changes = ["UPDATE decisions SET entry = ''", "DELETE FROM decisions"]
    own = ["TRUNCATE decisions"] if isinstance(log.store, Postgresql) else ["INSERT OR REPLACE INTO decisions VALUES (1, '{}', '')"]
    for change in [*changes, *own]:
        with pytest.raises(NoStore, match="append only"), log.store.writing() as say:
            say(change, {})
    assert [(e["seq"], e["n"]) for e in checked(log.where)] == [(1, 1), (2, 2)]
    with pytest.raises(ValueError, match="no canonical form"):  # whole or not at all
        log.commit([{"n": 3}, {"n": float("nan")}], "x", "l", "r")
    assert log.commit([{"n": 4}], "one", "k", "r").again is False
    assert log.commit([{"n": 5}], "two", "k", "r").text == "one"
    with pytest.raises(OtherRequest):
        log.commit([{"n": 6}], "three", "k", "s")
    assert [e["n"] for e in checked(log.where)] == [1, 2, 4]
    log.forget(-1)
    assert log.answered("k", "r") is None


@pytest.mark.longer
def test_writers_in_several_processes_make_one_chain_and_lose_and_double_nothing(log: Log) -> None:
    """Whoever reads meanwhile has a chain that is whole up to where it ends."""
    writers, most = size(2, 4), size(10, 100)
    with ProcessPoolExecutor(writers, multiprocessing.get_context("spawn")) as pool:
        done = [pool.submit(write, log.where, who, most) for who in range(writers)]
        seen = [0]
        while not all(one.done() for one in done):
            seen.append(sum(1 for _ in checked(log.where)))
        assert seen == sorted(seen)
        assert sum(one.result() for one in done) == (writers - 1) * most // 2
    names = [f"all {n}" for n in range(0, most, 2)] + [
        f"{who} {n}" for who in range(writers) for n in range(1, most, 2)
    ]
    found = [e["n"] for e in checked(log.where)]
    assert sorted(found) == sorted([*names, *(f"{name} too" for name in names)])
    assert all(found[i + 1] == f"{found[i]} too" for i in range(0, len(found), 2))  # a commit is not mixed with another


@pytest.mark.longer
def test_a_log_is_cut_off_at_a_checkpoint_and_nowhere_else(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    days_ago(monkeypatch, 30)
    log.commit([{"n": 1}, {"n": 2}], "x")
    before = list(checked(log.where))
    assert log.cut(TOMORROW) is None  # there is no checkpoint
    place = str(log.where)
    status, noted, _ = run("log", "checkpoint", place)
    made = list(checked(log.where))[-1]
    assert (status, noted) == (0, f"3 {made['digest']}\n")
    assert made["checkpoint"] == {"first": 1, "last": 2, "digest": before[-1]["digest"]}
    log.commit([{"n": 4}], "x")
    monkeypatch.undo()
    assert run("log", "checkpoint", place)[0] == 0
    log.commit([{"n": 6}], "x")
    whole = [(text, seal) for text, seal in entries(log.where)]
    day = (datetime.now(UTC) - timedelta(days=10)).date()
    assert run("log", "cut", place, "--before", (day - timedelta(days=30)).isoformat(), "--lang", "vi")[0] == 1
    assert list(entries(log.where)) == whole
    assert run("log", "cut", place, "--before", day.isoformat())[1].startswith(
        "2 entries taken out; the log begins with checkpoint 3 of "
    )
    assert list(entries(log.where)) == whole[2:]
    assert [e["seq"] for e in checked(log.where)] == [3, 4, 5, 6]
    assert run("log", "verify", place, "--expect", before[-1]["digest"])[:2] == (0, f"6 {whole[-1][1]}\n")
    assert run("log", "verify", place, "--expect", before[0]["digest"])[0] == 1  # that part is gone
    with pytest.raises(NoStore, match="append only"), log.store.writing() as say:  # the guard stands again
        say("DELETE FROM decisions", {})
    log.checkpoint()
    assert log.cut(TOMORROW) is not None
    assert next(iter(checked(log.where)))["checkpoint"]["first"] == 3


def test_a_log_that_begins_anywhere_else_is_not_whole(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.sqlite")
    log.make()
    log.commit([{"n": 1}, {"n": 2}], "x")
    log.checkpoint()
    log.commit([{"n": 4}], "x")
    with closing(sqlite3.connect(log.where)) as db:
        db.executescript("DROP TRIGGER no_delete; DELETE FROM decisions WHERE seq = 1")
    with pytest.raises(Broken):
        list(checked(log.where))
    with pytest.raises(Broken):
        log.cut(TOMORROW)
    assert run("log", "checkpoint", str(log.where))[0] == 1
    with closing(sqlite3.connect(log.where)) as db:
        db.executescript("DELETE FROM decisions WHERE seq = 2")
    assert [e["seq"] for e in checked(log.where)] == [3, 4]
    with closing(sqlite3.connect(log.where)) as db:
        db.executescript("DELETE FROM decisions WHERE seq = 3")
    with pytest.raises(Broken):
        list(checked(log.where))


def test_what_is_cut_off_is_not_in_the_file(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.sqlite")
    log.make()
    log.commit([{"said": "a name that is to be gone"}], "x")
    log.checkpoint()
    assert log.cut(TOMORROW) is not None
    with closing(sqlite3.connect(log.where)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"to be gone" not in b"".join(p.read_bytes() for p in tmp_path.iterdir())


@pytest.mark.longer
def test_the_service_logs_into_it_and_says_when_it_cannot(log: Log, root: Path) -> None:
    books = root / "tests" / "rulesets_small"
    config = Config(rulesets=str(books / "late_books"), watch=0, store=str(log.where), log=True, keep_facts=True)
    with client(config) as served:
        case = {"case": {"days_late": "7", "kind": "novel"}}
        first, second = (served.post("/v1/evaluate", json=case, headers={"Idempotency-Key": "k"}) for _ in range(2))
        assert (first.status_code, first.content) == (200, second.content)
        log.checkpoint()
        if isinstance(log.store, Postgresql):  # its server ends every connection: the next request has a new one
            with store_of(f"{log.where}&application_name=other").writing() as say:
                others = "application_name IS DISTINCT FROM 'other' AND backend_type = 'client backend'"
                list(say(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}", {}))
        assert served.post("/v1/evaluate", json=case).status_code == 200
        with log.store.writing() as say:
            say("DROP TABLE answers", {})
        away = served.post("/v1/evaluate", json=case, headers={"Idempotency-Key": "l"})
        assert (away.status_code, away.json()["type"], away.headers["Retry-After"]) == (
            503,
            "urn:legalaid:problem:log-away",
            "5",
        )
        assert "answers" not in away.text
    kept = list(checked(log.where))
    assert ["receipt" in e for e in kept] == [True, False, True]

    assert counts(replayed(kept, la.load(books / "late_books"))) == {"same": 2}
    shown = run("log", "show", str(log.where))[1].splitlines()
    assert [" checkpoint " in line for line in shown] == [False, True, False]
    lines = [json.loads(line) for line in run("log", "show", str(log.where), "--format", "json")[1].splitlines()]
    assert [{**x["entry"], "digest": x["digest"]} for x in lines] == kept


@pytest.mark.long
def test_a_role_that_may_only_write_writes_and_cannot_cut(server: str) -> None:
    """The rights that docs/receipts.md names."""
    log = Log(server)
    log.make()
    with log.store.writing() as say:
        for statement in (
            "CREATE ROLE clerk LOGIN", "GRANT SELECT, INSERT ON decisions TO clerk", "GRANT SELECT, INSERT, DELETE ON answers TO clerk",
        ):  # fmt: skip
            say(statement, {})
    clerk = Log(server.replace("keeper@", "clerk@"))
    clerk.make()
    clerk.commit([{"n": 1}], "x", "k", "r")
    clerk.checkpoint()
    clerk.forget(-1)
    with pytest.raises(NoStore):
        clerk.cut(TOMORROW)
    assert log.cut(TOMORROW) is not None
    clerk.commit([{"n": 2}], "x")
    assert len(list(checked(server))) == 2


AWAY = "postgresql://clerk:a_secret@127.0.0.1:1/log?connect_timeout=2&sslpassword=a_secret"


def test_a_server_that_is_not_there_is_said_without_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg")
    for status, *command in (
        (1, "log", "verify", AWAY), (1, "log", "checkpoint", AWAY), (1, "log", "cut", AWAY, "--before", "2026-01-01"),
        (4, "serve", "--log", AWAY), (1, "log", "verify", "postgresql://x:a_secret@["),
    ):  # fmt: skip
        code, out, err = run(*command)
        assert (code, out, "a_secret" in err) == (status, "", False), (command, err)
        assert err
        assert "máy chủ cơ sở dữ liệu" in run(*command, "--lang", "vi")[2]
    monkeypatch.setitem(sys.modules, "psycopg", None)
    code, _, err = run("log", "verify", AWAY)
    assert (code, "legalaid-dsl[postgresql]" in err) == (4, True)
