"""Arrow tables, and frames that hand themselves on as one: columns by the names of facts, cells as a case file would have them.

What is typed already stays as it is; binary numbers, moments, times of day and texts are read as cells are, each distinct one once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

import attrs
import pyarrow as pa
import pyarrow.compute as pc

from ...basics.tabular import Place
from ...rulebook.model import ROOT
from ..portfolio.opened import Batches, Opened, SourceError, from_memory, is_text, reading
from .body import CHECKED, reader_of
from .cells import Wrong, month_first
from .grid import Grid
from .layout import Column
from .refused import MARK, Refusals, refused
from .saved import SavedSheet
from .table import numbered
from .words import CASE, ID, PASSED, Meaning, Words

SEVERAL: Final = "; "
MOST: Final = 4_096  # rows looked at together for days with their month first


def arrow_table(given: Any) -> pa.Table:
    """Arrow, or what hands itself on as Arrow (polars, pandas, DuckDB). Raises SourceError."""
    if isinstance(given, pa.Table):
        return given
    with reading(Place(table=type(given).__name__)):
        if hasattr(given, "__arrow_c_stream__") or isinstance(given, pa.RecordBatch):
            return pa.table(given)
        if hasattr(given, "to_arrow"):
            found = given.to_arrow()
            return found if isinstance(found, pa.Table) else pa.table(found)
        return pa.Table.from_pandas(given, preserve_index=False)


def as_grid(opened: Opened) -> Grid:
    """A table as rows: its names are row 0; several values of a cell are parted by semicolons."""

    def rows() -> Any:
        yield 0, list(opened.names)
        number = 0
        for batch in opened.batches(MOST, None):
            for row in zip(*map(_cells, batch.columns), strict=True):
                number += 1
                yield number, row

    return Grid(opened.place, opened.place.table or opened.place.file, rows, count=opened.rows)


def _cells(column: Any) -> list[Any]:
    found: list[Any] = column.to_pylist()
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return [SEVERAL.join(map(str, v)) or " " if isinstance(v, list) else v for v in found]
    return found


def understood_table(
    given: Any, thing: str, words: Words, saved: SavedSheet, refusals: Refusals, name: str
) -> tuple[Opened, dict[str, tuple[str, Column]]]:  # fmt: skip
    """The table with its columns renamed and its cells read, a batch at a time; what its columns are, by their new names."""
    opened = given if isinstance(given, Opened) else from_memory(name, arrow_table(given))
    columns = _columns(opened, thing, words, saved)
    counted = bool(opened.names) and numbered(thing, [columns[n][0] if n in columns else n for n in opened.names], words)
    if not columns and not counted:
        return opened, {}
    named = {new: old for old, (new, _) in columns.items()}
    names = (*(columns[n][0] if n in columns else n for n in opened.names), *([ID] if counted else []))
    reader = _Reader(opened, refusals)

    def batches(size: int, wanted: Sequence[str] | None) -> Batches:
        first = 0
        asked = None if wanted is None else [named.get(n, n) for n in wanted if not (counted and n == ID)]
        for batch in opened.batches(size, asked):
            arrays = [reader.read(batch, i, columns.get(n), first) for i, n in enumerate(batch.schema.names)]
            made = [columns[n][0] if n in columns else n for n in batch.schema.names]
            if counted and (wanted is None or ID in wanted):
                made.append(ID)
                arrays.append(pa.array(range(first + 1, first + batch.num_rows + 1)).cast(pa.string()))
            yield pa.record_batch(arrays, names=made)
            first += batch.num_rows

    return Opened(opened.place, names, batches, opened.row_at, opened.rows), {new: (new, c) for new, c in columns.values()}


def _columns(opened: Opened, thing: str, words: Words, saved: SavedSheet) -> dict[str, tuple[str, Column]]:
    """The columns that mean something, by how they are headed: their name among the facts, and how their cells are read."""
    meant = {n: _meaning(n, thing, words, saved) for n in opened.names if n}
    key = ID if thing == ROOT else CASE
    if not any(m is not None and m.column == key for m in meant.values()):
        for name, found in meant.items():
            if found is not None and thing == ROOT and found.column == words.file_number:
                meant[name] = Meaning(ROOT, ID, "text")
    columns, seen = dict[str, tuple[str, Column]](), dict[str, str]()
    for i, (name, found) in enumerate(meant.items()):
        if found is None or found.column == PASSED:
            continue
        if found.column in seen:
            raise SourceError.of("header-same", attrs.evolve(opened.place, column=name), other=seen[found.column])
        seen[found.column] = name
        fact = words.fact(found)
        ways = attrs.evolve(saved.ways_of(name), strict=True)
        if fact is None:
            columns[name] = found.column, Column(i, name, found, ways)
        else:
            column = Column(i, name, found, ways, fact, words.choices.get(fact.term), words.units.get(fact.term, ()), fact.term in words.clocks)
            columns[name] = found.column, column
    return columns


def _meaning(name: str, thing: str, words: Words, saved: SavedSheet) -> Meaning | None:
    found = [m for m in words.meanings(name, saved.meanings) if m.thing == thing or m.kind == "label"]
    exact = [m for m in found if m.column == name]
    chosen = exact or found
    return chosen[0] if len(chosen) == 1 else None


@attrs.define(slots=True, eq=False)
class _Reader:
    opened: Opened
    refusals: Refusals
    known: dict[str, Callable[[Any], Any]] = attrs.Factory(dict)

    def read(self, batch: pa.RecordBatch, index: int, named: tuple[str, Column] | None, first: int) -> Any:
        array = batch.column(index)
        if named is None or named[1].meaning is None:
            return array
        column = named[1]
        kind = named[1].meaning.kind
        if kind not in CHECKED[:5] or not _is_read(kind, array.type):
            return array
        if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
            return array
        values, places = _distinct(array)
        read, plain = self._reader(column), True
        found: list[str | None] = []
        for at, value in enumerate(values):
            text = read(value)
            if isinstance(text, Wrong):
                self._refuse(column, value, text, array, places, at, first, batch)
                text = f"{MARK}{value}"
            plain = plain and (text == value or (kind == "yes_or_no" and isinstance(value, str) and value.lower() == text))
            found.append(text)
        if plain:
            return array
        texts = pa.array(found, pa.string())
        return pa.DictionaryArray.from_arrays(places, texts) if pa.types.is_dictionary(array.type) else texts.take(places)

    def _reader(self, column: Column) -> Callable[[Any], Any]:
        if column.header not in self.known:
            self.known[column.header] = reader_of(column, cache(lambda: self._month_first(column.header)))
        return self.known[column.header]

    def _month_first(self, name: str) -> bool:
        return any(
            month_first(v) for batch in self.opened.batches(MOST, [name]) for v in _distinct(batch.column(0))[0]
        )

    def _refuse(
        self, column: Column, value: Any, wrong: Wrong, array: Any, places: Any, at: int, first: int, batch: pa.RecordBatch
    ) -> None:  # fmt: skip
        rows = pc.indices_nonzero(pc.equal(places, at)).to_pylist()
        key = next((i for i, n in enumerate(batch.schema.names) if n in (ID, CASE)), None)
        for row in rows:
            where = self.opened.at(first + row, column.header)
            case = "" if key is None else str(batch.column(key)[row].as_py())
            self.refusals.add(refused(where, f"{column.header} {where.row if where.row is not None else where.line}", value, wrong, case))


def _is_read(kind: str, found: Any) -> bool:
    """Whether the cells of a typed column are read one by one."""
    t = pa.types
    text = is_text(found.value_type if t.is_dictionary(found) else found)
    if kind == "number":
        return text or bool(t.is_floating(found) or t.is_time(found) or t.is_duration(found))
    return text or (kind == "date" and bool(t.is_timestamp(found) or t.is_date64(found)))


def _distinct(array: Any) -> tuple[list[Any], Any]:
    coded = array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)
    return coded.dictionary.to_pylist(), coded.indices
