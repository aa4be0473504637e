"""Where a log is kept: a SQLite file, or PostgreSQL by its URL (extra ``postgresql``). The same two tables, the same SQL.

Nothing in ``decisions`` can be changed or taken out while its guard stands. A writer has the log for itself until what it
wrote is on the disk.
"""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs

from ..basics.bilingual import Bilingual

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

WAIT: Final = 30  # seconds for another writer to finish
SCHEMES: Final = ("postgresql://", "postgres://")
Run = Callable[[str, Mapping[str, Any]], Iterable[Any]]  # a statement with :named values → its rows


class NoStore(Exception):
    """A store that cannot be used, or is none; said without what a URL keeps secret. ``code``: of ``stores.toml``."""

    def __init__(self, en: str, code: str) -> None:
        super().__init__(en)
        words = _words()
        vi = words.get(code) or words.get(code[:2]) or words["other"].format(code=code)
        self.message = Bilingual(en, vi)


@cache
def _words() -> Mapping[str, str]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


class Store(Protocol):
    """``lifted`` and ``guarded``: the statements that take the guard away, and put it back."""

    @property
    def lifted(self) -> tuple[str, ...]: ...
    @property
    def guarded(self) -> tuple[str, ...]: ...

    def make(self) -> None:
        """The tables and their guard; those that are there stay. Raises NoStore, OSError."""

    def reading(self) -> AbstractContextManager[Run]:
        """Rows as of one moment. Raises NoStore."""

    def writing(self) -> AbstractContextManager[Run]:
        """A transaction that no other writer can come between, whole or not at all. Raises NoStore."""


def store_of(where: str | Path) -> Store:
    """The store at a path or URL. Raises ModuleNotFoundError where the extra is not installed."""
    return _postgresql(str(where)) if is_url(where) else Sqlite(Path(where))


def is_url(where: str | Path) -> bool:
    return str(where).startswith(SCHEMES)


@attrs.frozen(slots=True)
class Sqlite:
    """One file."""

    path: Path
    lifted: tuple[str, ...] = ("DROP TRIGGER IF EXISTS no_update", "DROP TRIGGER IF EXISTS no_delete")
    guarded: tuple[str, ...] = tuple(
        f"CREATE TRIGGER IF NOT EXISTS no_{what} BEFORE {when} BEGIN SELECT RAISE(ABORT, 'append only'); END"
        for what, when in (
            ("update", "UPDATE ON decisions"), ("delete", "DELETE ON decisions"),
            ("replace", "INSERT ON decisions WHEN EXISTS (SELECT 1 FROM decisions WHERE seq = NEW.seq)"),  # which deletes without saying so
        )
    )  # fmt: skip

    def make(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as db:
            db.execute("PRAGMA journal_mode=WAL")
        with self.writing() as run:
            run(
                "CREATE TABLE IF NOT EXISTS decisions (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL, digest TEXT NOT NULL)",
                {},
            )
            run(
                "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, request TEXT NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL)",
                {},
            )
            for statement in self.guarded:
                run(statement, {})

    @contextmanager
    def reading(self) -> Iterator[Run]:
        with self._open("?mode=ro") as db:
            yield db.execute

    @contextmanager
    def writing(self) -> Iterator[Run]:
        with self._open() as db:
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA secure_delete=ON")  # what is let go of is no longer in the file
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db.execute
            except BaseException:
                with suppress(sqlite3.Error):  # the error itself may have ended it
                    db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def _open(self, mode: str = "") -> Iterator[sqlite3.Connection]:
        try:
            with closing(
                sqlite3.connect(f"{self.path.resolve().as_uri()}{mode}", uri=True, timeout=WAIT, isolation_level=None)
            ) as db:
                yield db
        except sqlite3.Error as error:
            # an extended code is told by its primary one
            code = "_".join(getattr(error, "sqlite_errorname", "SQLITE_ERROR").split("_")[:2])
            raise NoStore(str(error), code) from error


_LOCK: Final = int.from_bytes(b"legalaid")  # of the writers of all logs in one database
_TABLES: Final = ("decisions", "answers")


@attrs.frozen(slots=True, eq=False)
class Postgresql:
    """Tables of one database, in the schema that its search path names first. Threads share its connections."""

    engine: Engine
    lifted: tuple[str, ...] = ("ALTER TABLE decisions DISABLE TRIGGER append_only",)
    guarded: tuple[str, ...] = ("ALTER TABLE decisions ENABLE TRIGGER append_only",)

    def make(self) -> None:
        from sqlalchemy import inspect

        with self._open() as db:
            run = _runner(db)
            run("SELECT pg_advisory_xact_lock(:lock)", {"lock": _LOCK})
            there = [inspect(db).has_table(table) for table in _TABLES]
            if not any(there):  # one who may only write into them need not be their owner
                for statement in _MADE:
                    run(statement, {})
            elif not all(there):
                raise NoStore("the tables decisions and answers are both needed", "tables")

    @contextmanager
    def reading(self) -> Iterator[Run]:
        with self._open() as db:
            yield _runner(db.execution_options(stream_results=True, yield_per=500))

    @contextmanager
    def writing(self) -> Iterator[Run]:
        """The order of the lock is the order of commit: it is let go of when what was written can be seen."""
        with self._open() as db:
            run = _runner(db)
            run(f"SET LOCAL lock_timeout = '{WAIT}s'", {})
            run("SET LOCAL synchronous_commit = on", {})
            run("SELECT pg_advisory_xact_lock(:lock)", {"lock": _LOCK})
            yield run

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self.engine.begin() as db:
                yield db
        except SQLAlchemyError as error:
            said = getattr(error, "orig", None)
            raise NoStore(str(said or type(error).__name__), getattr(said, "sqlstate", None) or "unreachable") from None


_MADE: Final = (
    # C: a key is its bytes, whatever the database sorts by
    'CREATE TABLE decisions (seq BIGINT PRIMARY KEY, entry TEXT NOT NULL, digest TEXT NOT NULL)',
    'CREATE TABLE answers (key TEXT COLLATE "C" PRIMARY KEY, request TEXT NOT NULL, answer TEXT NOT NULL, at TEXT COLLATE "C" NOT NULL)',
    "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append only'; END $$",
    "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION append_only()",
)  # fmt: skip


def _runner(db: Connection) -> Run:
    from sqlalchemy import text

    return lambda statement, values: (
        db.execute(text(statement), dict(values)) if values else db.exec_driver_sql(statement)
    )


@cache
def _postgresql(where: str) -> Postgresql:
    """One for a process: it holds connections."""
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(where).set(drivername="postgresql+psycopg")
        # another isolation would not see what was committed while it waited for the lock
        return Postgresql(
            create_engine(url, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True)
        )
    except ArgumentError:
        raise NoStore("write it as postgresql://USER@HOST:PORT/DATABASE", "url") from None
