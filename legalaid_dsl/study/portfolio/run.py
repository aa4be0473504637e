"""Many cases at once: tables in, tables out, a chunk at a time, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pyarrow as pa

from ...api import Rules
from ...basics.tabular import Place
from ...cases.facts.columnar_reader import NotPlain, QuickReader, Snapshot, quick_json
from ...engine.columns.batch import Array, Batch
from ...engine.columns.program import Columns, print_columns
from ...engine.lowered.steps import Lowered, NotLowerable
from ...engine.rows.compiled import roots_of
from ...rulebook.model import ROOT
from ..sheets.reading import Understanding
from ..sheets.refused import as_table
from ..sheets.saved import Saved, read_saved
from ..sheets.words import Words, words_of
from .encoding import Encoder
from .file_kinds import sniff
from .headers import Headers, names_in
from .json_lines import batch_of
from .limits import LINE
from .opened import limited
from .results import Results
from .sources import CHUNK, Chunk, SourceError, chunks, open_tables

REFUSED = "refused"  # the table of cells that are not read


@lru_cache(maxsize=4)  # who studies many files under the same rules has the tables worked out once
def _columns(lowered: Lowered, roots: tuple[int, ...]) -> Columns | None:
    """What decides many cases at once; None: rows decide each."""
    try:
        return print_columns(lowered, roots)
    except NotLowerable:
        return None


@attrs.frozen(slots=True, eq=False)
class Study:
    """A portfolio under one choice of figures and readings. Going through it again reads it again.

    Each step gives Arrow tables: ``cases`` (id, status, by whom it was decided, results, deciding clauses),
    one a thing with results (``entries``, …), ``ceilings`` (what each ceiling took, or floor gave) and ``refused``: cells that
    were not read, for which their cases are refused.
    """

    rules: Rules
    cases: Any
    figures: str | Path | None = None
    readings: Mapping[str, str] | None = None
    reasons: bool = True
    chunk: int = CHUNK
    others: Sequence[str] = ()
    columns: str | Path | None = None

    def __iter__(self) -> Iterator[dict[str, pa.Table]]:
        decider = self.decider()
        how = decider.understanding()
        for piece in pieces_of(self.cases, decider.things, self.chunk, how):
            tables = decider.tables(decider.part(piece))
            yield {**tables, REFUSED: as_table(how.refusals.take())}

    def decider(self) -> Decider:
        """What decides piece after piece. Columns hold one text: rules that change with the day have several."""
        if self.rules.timeline is not None:
            raise SourceError.of("rules-change")
        ready = self.rules.ready(self.figures, self.readings)
        compiled = ready.compile()
        if compiled is None or ready.reader is None:
            raise SourceError.of("rules-no-form")
        compiled = compiled.with_reasons() if self.reasons else compiled
        columns = _columns(compiled.lowered, tuple(roots_of(compiled.lowered, self.reasons)))
        results = Results(self.rules, ready, compiled, self.figures, self.readings, self.reasons)
        shapes = {s.key: s for s in ready.reader.shapes}
        headers = Headers(shapes, names_in(self.rules.rulebook), frozenset(self.others))
        words = words_of(self.rules.rulebook, ready.reader.shapes)
        saved = Saved() if self.columns is None else read_saved(Path(self.columns), words)
        return Decider(results, columns, ready.reader, Encoder(ready.reader, headers), words, saved)

    def tables(self) -> dict[str, pa.Table]:
        """All results at once."""
        found: dict[str, list[pa.Table]] = {}
        for tables in self:
            for name, table in tables.items():
                found.setdefault(name, []).append(table)
        return {name: pa.concat_tables(parts) for name, parts in found.items()}


@attrs.frozen(slots=True, eq=False)
class Lines:
    """Some lines of case files; ``first`` counts from 1."""

    lines: Sequence[str]
    first: int


Piece = Chunk | Lines


def pieces_of(cases: Any, things: list[str], size: int = CHUNK, how: Understanding | None = None) -> Iterator[Piece]:
    """A portfolio some cases at a time, as it was given. ``how``: by which names its tables are read; it keeps what was refused."""
    if isinstance(cases, str | Path) and Path(cases).suffix in (".jsonl", ".ndjson"):
        yield from _lines(Path(cases), size)
    else:
        yield from chunks(open_tables(cases, how), things, size)


@attrs.frozen(slots=True, eq=False, repr=False)
class Decider:
    """One ruleset, ready for many pieces."""

    results: Results
    columns: Columns | None
    reader: QuickReader
    encoder: Encoder
    words: Words
    saved: Saved

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """For notebooks and Hypothesis, which would print every field."""
        printer.text(object.__repr__(self))

    def understanding(self) -> Understanding:
        """How a portfolio is to be read; one for each reading."""
        return Understanding(self.words, self.saved)

    @property
    def things(self) -> list[str]:
        return [s.key for s in self.reader.shapes if s.key != ROOT]

    def part(self, piece: Piece) -> Part:
        """A piece as columns of codes."""
        if isinstance(piece, Lines):
            return _read(piece, self.reader)
        return TablePart(piece, self.encoder.batch(piece), self.reader)

    def tables(self, part: Part) -> dict[str, pa.Table]:
        return self.results.tables(part, self.columns)

    def cases(self, part: Part) -> pa.Table:
        """The table of cases alone."""
        return self.results.cases(part, self.columns)


@attrs.frozen(slots=True, eq=False)
class TablePart:
    """A chunk of tables as columns of codes."""

    chunk: Chunk
    batch: Batch
    reader: QuickReader

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


Part = TablePart | LinesPart


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


def _read(piece: Lines, reader: QuickReader) -> LinesPart:
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


def study(
    rules: Rules, cases: Any, *, figures: str | Path | None = None, readings: Mapping[str, str] | None = None,
    reasons: bool = True, chunk: int = CHUNK, others: Sequence[str] = (), columns: str | Path | None = None,
) -> Study:  # fmt: skip
    """Decide a portfolio: a folder of tables, a workbook (.xlsx, .xls, .ods), a .csv, .parquet or .jsonl file; an Arrow table, a
    frame (pandas, polars, whatever hands itself on as Arrow), or a mapping of such by name.

    Nothing is read before the study is gone through: ``for tables in study(…)`` a chunk at a time in
    bounded memory, or ``study(…).tables()`` for all.
    ``others``: columns of the cases that are no facts, though their names may be near one's;
    what else is no fact is told (ColumnsIgnored). ``columns``: a ``columns.toml`` that says what columns are. A cell that cannot be read
    for certain stands in the table ``refused``, and its case is refused. Raises SourceError where a table cannot be read, before any case of it is decided
    that this could concern.
    """
    return Study(rules, cases, figures, readings, reasons, chunk, others, columns)
