"""A portfolio some cases at a time: pieces as they were given, and the parts that are made of them, as columns of codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import attrs
import numpy as np
import pyarrow as pa

from ...basics.tabular import Place
from ...cases.facts.columnar_reader import NotPlain, QuickReader, Snapshot, quick_json
from ...engine.columns.batch import Array, Batch
from ...rulebook.model import ROOT
from ..sheets.reading import Understanding
from .file_kinds import sniff
from .json_lines import batch_of
from .limits import LINE
from .opened import Opened, limited
from .sources import CASES, CHUNK, Chunk, chunks, open_tables


@attrs.frozen(slots=True, eq=False)
class Lines:
    """Some lines of case files; ``first`` counts from 1."""

    lines: Sequence[str]
    first: int


Piece: TypeAlias = Chunk | Lines


def pieces_of(cases: Any, things: list[str], size: int = CHUNK, how: Understanding | None = None) -> Iterator[Piece]:
    """A portfolio some cases at a time, as it was given. ``how``: by which names its tables are read; it keeps what was refused."""
    if isinstance(cases, str | Path) and Path(cases).suffix in (".jsonl", ".ndjson"):
        yield from _lines(Path(cases), size)
    else:
        yield from chunks(open_tables(cases, how), things, size)


@attrs.frozen(slots=True, eq=False)
class TablePart:
    """A chunk of tables as columns of codes."""

    chunk: Chunk
    batch: Batch
    reader: QuickReader

    @property
    def piece(self) -> Piece:
        return self.chunk

    def ids(self) -> pa.Array:
        ids = self.chunk.cases["id"].combine_chunks()
        return ids if ids.type == pa.string() else ids.cast(pa.string())

    def item_ids(self, thing: str) -> pa.Array:
        table = self.chunk.items.get(thing)
        count = self.batch.count(thing)
        if table is None or "id" not in table.column_names:
            return pa.nulls(count, pa.string())
        ids = table["id"].combine_chunks()
        return ids if ids.type == pa.string() else ids.cast(pa.string())

    def facts(self, place: int) -> Any:
        """One case as a case file would give it."""
        return _facts(self, ROOT, self.chunk.cases, place, place)


def _facts(
    part: TablePart, thing: str, table: pa.Table, row: int, case: int, path: tuple[int, ...] = ()
) -> dict[str, Any]:
    shape = next(s for s in part.reader.shapes if s.key == thing)
    found: dict[str, Any] = {}
    for fact in shape.facts:
        name = ".".join(fact.path)
        if name in table.column_names and (value := table[name][row].as_py()) is not None:
            inside = found
            for key in fact.path[:-1]:
                inside = inside.setdefault(key, {})
            inside[fact.path[-1]] = _plain(value, fact.kind)
    if thing == ROOT and any(f.path == ("case_id",) for f in shape.facts):
        found.setdefault("case_id", _plain(table["id"][row].as_py(), "text"))
    if shape.identified and "id" in table.column_names:
        found["id"] = _plain(table["id"][row].as_py(), "text")
    for inner, _ in shape.lists:
        given = table[inner][row].as_py() if inner in table.column_names else inner in part.chunk.items
        if str(given).lower() == "true":
            items = part.chunk.items.get(inner, pa.table({}))
            rows = np.flatnonzero(part.batch.case_of[inner] == case)
            owners = [o for o in next(s for s in part.reader.shapes if s.key == inner).owners if o != ROOT]
            found[inner] = [
                _facts(part, inner, items, int(i), case, (*path, k))
                for k, i in enumerate(r for r in rows if _listed(items, owners, int(r), thing, path))
            ]  # fmt: skip
    return found


def _listed(table: pa.Table, owners: Sequence[str], row: int, owner: str, path: tuple[int, ...]) -> bool:
    """Whether an item is listed in this one: in the case itself, or in the item at the place named."""
    named = {o: table[o][row].as_py() for o in owners if o in table.column_names}
    if owner == ROOT:
        return all(place is None or int(place) < 0 for place in named.values())
    return named.get(owner) is not None and int(named[owner]) == path[-1]


def _plain(value: Any, kind: str) -> Any:
    if kind == "yes_or_no" and isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    if kind == "choices" and isinstance(value, str):
        return [p.strip() for p in value.split(";") if p.strip()]
    if kind in ("text", "reference") and isinstance(value, int):
        return str(value)  # as columns read it
    if kind in ("number", "date") and not isinstance(value, int | str):
        return value.isoformat() if kind == "date" else f"{value:f}"
    return value


# ------------------------------------------------------------------ JSON Lines


@attrs.frozen(slots=True, eq=False)
class LinesPart:
    """Some lines of case files as columns of codes."""

    lines: Sequence[str]
    first: int
    batch: Batch
    reader: QuickReader
    snapshots: Sequence[Snapshot]

    @property
    def piece(self) -> Piece:
        return Lines(self.lines, self.first)

    def _column(self, *key: str) -> list[Any]:
        place = self.reader.inputs.index(key)
        return [s[place] for s in self.snapshots]

    def ids(self) -> pa.Array:
        """The file number of each case, or its line."""
        key = ("fact", f"{ROOT}.case_id")
        numbers = self._column(*key) if key in self.reader.inputs else [None] * len(self.lines)
        return pa.array([n or f"line {self.first + i}" for i, n in enumerate(numbers)], pa.string())

    def item_ids(self, thing: str) -> pa.Array:
        if ("id", thing) not in self.reader.inputs:
            return pa.nulls(self.batch.count(thing), pa.string())
        return pa.array([i for ids in self._column("id", thing) for i in ids], pa.string())

    def facts(self, place: int) -> Any:
        return self.lines[place]


@attrs.frozen(slots=True, eq=False)
class PlacedPart:
    """Some of the cases of a whole. In tables made of it each goes by its place in the whole, as text; its facts are those of the whole."""

    whole: ReadPart
    own: ReadPart
    places: Array

    @property
    def batch(self) -> Batch:
        return self.own.batch

    def ids(self) -> pa.Array:
        return pa.array(self.places).cast(pa.string())

    def item_ids(self, thing: str) -> pa.Array:
        return self.own.item_ids(thing)

    def facts(self, place: int) -> Any:
        return self.whole.facts(int(self.places[place]))


@attrs.frozen(slots=True, eq=False)
class DatedPart:
    """A part whose cases several texts govern. ``governing``: by case the place of its text, -1 where the day that decides it is not known;
    ``parts``: by that place, the cases of each."""

    whole: ReadPart
    governing: Array
    parts: Mapping[int, PlacedPart]

    @property
    def batch(self) -> Batch:
        return self.whole.batch

    def ids(self) -> pa.Array:
        return self.whole.ids()

    def item_ids(self, thing: str) -> pa.Array:
        return self.whole.item_ids(thing)

    def facts(self, place: int) -> Any:
        return self.whole.facts(place)


ReadPart: TypeAlias = TablePart | LinesPart
Part: TypeAlias = TablePart | LinesPart | PlacedPart | DatedPart


def picked(piece: Piece, places: Array) -> Piece:
    """Some cases of a piece, by their places, rising; errors still say where a row stands in its file."""
    if isinstance(piece, Lines):
        return Lines([piece.lines[int(i)] for i in places], piece.first)
    number = np.full(piece.cases.num_rows, -1, np.int64)
    number[places] = np.arange(len(places))
    rows, case_of = {ROOT: places}, dict[str, pa.Array]()
    for thing, held in piece.case_of.items():
        case = number[held.to_numpy(zero_copy_only=False).astype(np.int64)]
        rows[thing] = np.flatnonzero(case >= 0)
        case_of[thing] = pa.array(case[rows[thing]])
    items = {thing: _rows(table, rows[thing]) for thing, table in piece.items.items()}
    origin = {name: (_at_rows(*found, rows[ROOT if name == CASES else name]), 0) for name, found in piece.origin.items()}
    return Chunk(_rows(piece.cases, places), items, case_of, origin)


def _rows(table: pa.Table, rows: Array) -> pa.Table:
    return table.take(pa.array(rows)).combine_chunks() if table.num_columns else table


def _at_rows(source: Opened, first: int, rows: Array) -> Opened:
    """A source of which only some rows are left."""
    return attrs.evolve(source, row_at=lambda index: source.row_at(first + int(rows[index])))


def _lines(path: Path, size: int) -> Iterator[Lines]:
    place = Place(file=path.name)
    sniff(path, place, "jsonl")
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        first, lines, number = 1, list[str](), 0
        while line := file.readline(LINE + 1):
            number += 1
            limited("line", len(line), LINE, attrs.evolve(place, line=number))
            if line.strip():
                lines.append(line)
            if len(lines) == size:
                yield Lines(lines, first)
                first, lines = first + size, []
        if lines:
            yield Lines(lines, first)


def lines_part(piece: Lines, reader: QuickReader) -> LinesPart:
    nothing = reader.read({})
    assert nothing is not None
    snapshots: list[Snapshot] = []
    doubtful: Array = np.zeros(len(piece.lines), bool)
    for i, line in enumerate(piece.lines):
        try:
            snapshot = reader.read(quick_json(line))
        except NotPlain:
            snapshot = None
        doubtful[i] = snapshot is None
        snapshots.append(nothing if snapshot is None else snapshot)
    return LinesPart(piece.lines, piece.first, batch_of(reader, snapshots, doubtful), reader, snapshots)


