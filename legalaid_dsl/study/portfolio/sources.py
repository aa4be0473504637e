"""Where portfolios come from: Parquet, CSV, JSON Lines and Excel, as chunks of cases with their items.

A portfolio is one table of cases and one a thing, under the name of its list, each row of which names
its case in the column ``case``. Rows stand in the order of the cases, so that a chunk is read at a time.
A table that is given says all there is: a case without rows in it has none. One that is not given, and a
case whose own column of that name is false, leaves it unknown. An item listed in another names the
place of that one among the case's, from 0, in a column of its name.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...basics.spelling import did_you_mean
from ...basics.tabular import Place, wording
from ...rulebook.model import ROOT
from ..sheets.arrow import arrow_table
from ..sheets.reading import BOOKS, TEXTS, Understanding, frames, is_frame
from ..sheets.words import NO_WORDS
from ..sheets.written import key_of
from .opened import Batches, ColumnsIgnored, Opened, SourceError, from_memory, is_key, reading
from .parquet import KEYS, open_parquet

CHUNK: Final = 8_192  # cases worked out together: they and their items fit a processor's cache
CASES: Final = "cases"
SUFFIXES: Final = (".parquet", ".csv")
OTHERS: Final = (*BOOKS, ".xlsm", ".tsv", ".txt", ".json", ".jsonl", ".gz", ".zip", ".bz2", ".xz", ".zst")

Given: TypeAlias = Any  # a pa.Table, the Path of a file, or what is Opened


@attrs.frozen(slots=True, eq=False)
class Chunk:
    """Some cases and their items. ``case_of``: per row of a thing's table, the place of its case.
    ``origin``: by table, where it comes from and the index there of its first row here."""

    cases: pa.Table
    items: Mapping[str, pa.Table]
    case_of: Mapping[str, pa.Array]
    origin: Mapping[str, tuple[Opened, int]] = attrs.Factory(dict)

    def at(self, thing: str, row: int | None = None, column: str = "") -> Place:
        """Where a row of a thing stands; the case that it belongs to, where rows have no place of their own."""
        name = CASES if thing == ROOT else thing
        if name in self.origin:
            opened, first = self.origin[name]
            return attrs.evolve(opened.place, column=column) if row is None else opened.at(first + row, column)
        case = row if thing == ROOT or row is None else self.case_of[thing][row].as_py()
        return Place(table=name, column=column, case="" if case is None else str(self.cases["id"][case].as_py()))


def open_tables(source: Any, how: Understanding | None = None) -> dict[str, Given]:
    """The tables of a portfolio by name: a mapping, a folder, a workbook, or a table of cases alone.

    ``how``: by which names and ways its columns and cells are read; None: by the letter of the contract, which no workbook follows."""
    if is_frame(source):
        return dict(how.frame(source)) if how is not None else {CASES: arrow_table(source)}
    if isinstance(source, Mapping):
        found = frames({name: Path(t) if isinstance(t, str) else t for name, t in source.items()})
        return _understood(found, how)
    path = Path(source)
    place = Place(file=path.name)
    with reading(place):
        is_folder, there = path.is_dir(), path.exists()
    if is_folder:
        return _understood(_in_folder(path, how), how)
    if there and path.suffix.lower() in (*BOOKS, *TEXTS) and how is not None:
        found = dict(how.book(path))
        passed = how.passed()
        for told in [*([wording("sheets-passed", place, names=passed)] if passed else []), *how.unseen()]:
            warnings.warn(ColumnsIgnored(told.en, told.vi), stacklevel=2)
        return found
    if there and path.suffix.lower() == ".parquet" and how is not None:
        return dict(how.frame(open_parquet(path)))
    if path.suffix.lower() in SUFFIXES:
        return _understood({CASES: path}, how)
    raise SourceError.of("not-a-table" if there else "not-there", place)


def _understood(tables: dict[str, Given], how: Understanding | None) -> dict[str, Given]:
    """Each with its columns by the names of facts; what no glossary names stays as it is."""
    if how is None:
        return tables
    known = {CASES, *how.words.shapes}
    return {
        name: how.table(name, open_parquet(t) if isinstance(t, Path) and t.suffix.lower() == ".parquet" else t) if name in known else t
        for name, t in tables.items()
    }  # fmt: skip


def _in_folder(folder: Path, how: Understanding | None) -> dict[str, Given]:
    place = Place(file=folder.name)
    with reading(place):
        files = [f for f in sorted(folder.iterdir()) if not f.name.startswith((".", "~"))]
    for file in files:
        if file.suffix.lower() in OTHERS and file.is_file():
            raise SourceError.of("passed-over", Place(file=file.name), name=file.name.partition(".")[0])
    found = _once([(_named(f.stem, how), f) for f in files if f.suffix.lower() in SUFFIXES], place)
    if CASES not in found:
        raise SourceError.of("no-cases", place, name=CASES)
    return dict(found)


def _named(stem: str, how: Understanding | None) -> str:
    """The table that a file is named for, also by what the glossary calls its things."""
    thing = "" if how is None or stem.isascii() else how.words.things.get(key_of(stem), "")
    return CASES if thing == ROOT else thing or stem


def _once(tables: list[tuple[str, Any]], place: Place) -> dict[str, Any]:
    names = [name for name, _ in tables]
    for name in names:
        if names.count(name) > 1:
            raise SourceError.of("table-twice", place, name=name)
    return dict(tables)


def opened(name: str, table: Given) -> Opened:
    """A table with its columns."""
    if isinstance(table, Opened):
        return table
    if isinstance(table, Path):
        if table.suffix.lower() == ".parquet":
            return open_parquet(table)
        return Understanding(NO_WORDS).table(name, table)
    return from_memory(name, table)


def columns_of(source: Any, how: Understanding | None = None) -> list[str]:
    """The columns of the table of cases; none where the cases are JSON Lines."""
    if isinstance(source, str | Path) and Path(source).suffix in (".jsonl", ".ndjson"):
        return []
    tables = open_tables(source, how)
    if CASES not in tables:
        raise SourceError.of("no-cases", name=CASES)
    return [n for n in opened(CASES, tables[CASES]).names if n]


@attrs.define(slots=True, eq=False)
class _Rows:
    """The rows of a thing's table, handed out case by case. ``index``: of the first row that is not handed out."""

    source: Opened
    batches: Batches
    waiting: list[pa.Table] = attrs.Factory(list)
    none: pa.Table = attrs.Factory(lambda: pa.table({}))  # no rows, but the columns, once they are known
    index: int = 0

    def of(self, cases: pa.Array) -> tuple[pa.Table, pa.Array]:
        """The rows of these cases, and the place of each one's case."""
        tables, places = [], []
        while self._filled():
            table = self.waiting.pop(0)
            named = _key(table["case"], attrs.evolve(self.source.place, column="case"))
            if named.null_count:
                raise SourceError.of("case-blank", self.source.at(self.index + _first(named.is_null()), "case"))
            place = _found(named, cases)
            count = len(place) if not place.null_count else _first(place.is_null())
            tables.append(table.slice(0, count))
            places.append(place.slice(0, count))
            self.index += count
            if count < len(place):
                self.waiting.insert(0, table.slice(count))
                break
        if not tables:
            return self.none, pa.array([], pa.int32())
        return pa.concat_tables(tables, promote_options="permissive").combine_chunks(), pa.concat_arrays(places)

    def _filled(self) -> bool:
        if not self.waiting:
            batch = next(self.batches, None)
            if batch is None:
                return False
            self.waiting.append(pa.Table.from_batches([batch]))
            self.none = self.waiting[0].slice(0, 0)
        return True

    def finish(self) -> None:
        while self._filled():
            rest = self.waiting.pop(0)
            if rest.num_rows:
                self.stray(self.index, rest["case"][0].as_py())

    def stray(self, index: int, case: Any) -> None:
        where = attrs.evolve(self.source.at(index), case="" if case is None else str(case))
        raise SourceError.of("case-blank" if case is None else "case-unknown", where, name=CASES)


def _found(named: Any, cases: Any) -> Any:
    """The places of names among the cases; each distinct name is looked for once."""
    if pa.types.is_dictionary(named.type):
        return pc.index_in(named.dictionary.cast(pa.string()), value_set=cases).take(named.indices)
    return pc.index_in(_text(named), value_set=cases)


def _first(where: Any) -> int:
    return int(pc.index(where, True).as_py())


def _whole(column: Any) -> Any:
    if isinstance(column, pa.ChunkedArray):
        found = column.combine_chunks()
        return found if isinstance(found, pa.Array) else pa.concat_arrays(found.chunks)
    return column


def _text(column: Any) -> Any:
    """As plain text, whatever its encoding."""
    return column if column.type == pa.string() else column.cast(pa.string())


@attrs.define(slots=True, eq=False)
class _Seen:
    """Which ids there were, in eight bytes each: sorted runs, of which equal ones are put together."""

    runs: list[Any] = attrs.Factory(list)

    def twice(self, ids: list[str]) -> int | None:
        """The place of one that was there before, or stands twice here."""
        codes = np.fromiter(map(hash, ids), np.int64, len(ids))
        order = np.argsort(codes, kind="stable")
        run = codes[order]
        again = np.flatnonzero(run[1:] == run[:-1])
        if len(again):
            return int(order[again[0] + 1])
        for held in self.runs:
            place = np.minimum(np.searchsorted(held, run), len(held) - 1)
            before = np.flatnonzero(held[place] == run) if len(held) else again
            if len(before):
                return int(order[before[0]])
        while self.runs and len(self.runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self.runs.pop(), run]))
        self.runs.append(run)
        return None


def chunks(tables: Mapping[str, Given], things: list[str], size: int = CHUNK) -> Iterator[Chunk]:
    """The portfolio, some cases at a time. Nothing is handed on before every row of every table is known to belong to
    its case: the keys are gone through first, by themselves. Raises SourceError."""
    known = [CASES, *things]
    tables = {n: t for n, t in tables.items() if n in known or not isinstance(t, Opened) or t.names}  # but empty sheets
    for name in tables:
        if name not in known:
            near = did_you_mean(name.lower(), known)
            raise SourceError.of("no-such-table", name=name, there=[near] if near else known)
    if CASES not in tables:
        raise SourceError.of("no-cases", name=CASES)
    every = {name: opened(name, table) for name, table in tables.items()}
    for name, table in every.items():
        key = "id" if name == CASES else "case"
        if not table.names and table.place.sheet:
            raise SourceError.of("header-missing", table.place)
        if key not in table.names and (table.names or name == CASES):
            raise SourceError.of("column-needed", table.place, name=key, why=wording(f"why.{key}"))
    seen = _Seen()
    for chunk in _walk(every, things, size, KEYS):
        _keys(chunk, seen)
    yield from _walk(every, things, size, None)


def _key(column: Any, place: Place) -> Any:
    """A column of ids. Raises SourceError where it is of another kind."""
    if not is_key(column.type):
        raise SourceError.of("column-kind", place, found=str(column.type), wanted=wording("kind.text"))
    return _whole(column)


def _walk(tables: Mapping[str, Opened], things: list[str], size: int, wanted: tuple[str, ...] | None) -> Iterator[Chunk]:
    def batches(name: str, size: int) -> Batches:
        columns = None if wanted is None else [n for n in wanted if n in tables[name].names and (n == "id") == (name == CASES)]
        return tables[name].batches(size, columns)

    rows = {t: _Rows(tables[t], batches(t, 8 * size)) for t in things if t in tables}
    first = 0
    for batch in _sized(batches(CASES, size), size):
        ids = _text(_key(batch["id"], attrs.evolve(tables[CASES].place, column="id")))
        origin = {t: (r.source, r.index) for t, r in rows.items()} | {CASES: (tables[CASES], first)}
        items, case_of = {}, {}
        for thing, source in rows.items():
            items[thing], case_of[thing] = source.of(ids)
        yield Chunk(batch, items, case_of, origin)
        first += batch.num_rows
    for source in rows.values():
        source.finish()


def _keys(chunk: Chunk, seen: _Seen) -> None:
    """Ids are there, once each; rows stand in the order of their cases."""
    ids = _text(_whole(chunk.cases["id"]))
    if ids.null_count:
        raise SourceError.of("id-blank", chunk.at(ROOT, _first(ids.is_null()), "id"))
    texts = ids.to_pylist()
    again = seen.twice(texts)
    if again is not None:
        raise SourceError.of("id-twice", attrs.evolve(chunk.at(ROOT, again, "id"), case=texts[again]))
    for thing, places in chunk.case_of.items():
        found = places.to_numpy(zero_copy_only=False)
        back = np.flatnonzero(found[1:] < found[:-1])
        if len(back):
            row = int(back[0]) + 1
            where = attrs.evolve(chunk.at(thing, row), case=texts[int(found[row])])
            raise SourceError.of("case-unknown", where, name=CASES)


def _sized(batches: Batches, size: int) -> Iterator[pa.Table]:
    for batch in batches:
        for start in range(0, batch.num_rows, size):
            yield pa.Table.from_batches([batch.slice(start, size)]).combine_chunks()


__all__ = ["CASES", "CHUNK", "ROOT", "Chunk", "Opened", "SourceError", "chunks", "columns_of", "open_tables", "opened"]
