"""Where portfolios come from: Parquet, CSV, JSON Lines and Excel, as chunks of cases with their items.

A portfolio is one table of cases and one a thing, under the name of its list, each row of which names
its case in the column ``case``. Rows stand in the order of the cases, so that a chunk is read at a time.
A table that is given says all there is: a case without rows in it has none. One that is not given, and a
case whose own column of that name is false, leaves it unknown. An item listed in another names the
place of that one among the case's, from 0, in a column of its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from ..rulebook.model import ROOT

CHUNK: Final = 8_192  # cases worked out together: they and their items fit a processor's cache
CASES: Final = "cases"
SUFFIXES: Final = (".parquet", ".csv")


class SourceError(ValueError):
    """A portfolio that cannot be read; says which table and why."""


@attrs.frozen(slots=True, eq=False)
class Chunk:
    """Some cases and their items. ``case_of``: per row of a thing's table, the place of its case."""

    cases: pa.Table
    items: Mapping[str, pa.Table]
    case_of: Mapping[str, pa.Array]


Batches = Iterator[pa.RecordBatch]


def open_tables(source: Any) -> dict[str, pa.Table | Path]:
    """The tables of a portfolio by name: a mapping, a folder, an Excel file, or a table of cases alone."""
    if isinstance(source, Mapping):
        return {name: Path(t) if isinstance(t, str) else t for name, t in source.items()}
    if isinstance(source, pa.Table):
        return {CASES: source}
    path = Path(source)
    if path.is_dir():
        found: dict[str, pa.Table | Path] = {
            file.stem: file for suffix in SUFFIXES for file in sorted(path.glob(f"*{suffix}"))
        }
        if CASES not in found:
            raise SourceError(f"no table of cases ({CASES}.parquet or .csv) in {path}")
        return found
    if path.suffix == ".xlsx":
        return dict(_excel(path))
    if path.suffix in SUFFIXES:
        return {CASES: path}
    raise SourceError(f"{path}: a folder, .parquet, .csv, .xlsx or .jsonl is needed")


def _excel(path: Path) -> dict[str, pa.Table]:
    """One table a sheet; the first row names the columns. Every cell becomes text, and is read as text."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    found = {}
    for sheet in book.worksheets:
        rows = sheet.iter_rows(values_only=True)
        names = [str(name) for name in next(rows, ()) if name is not None]
        columns: list[list[str | None]] = [[] for _ in names]
        for number, row in enumerate(rows, 2):
            if any(cell is not None for cell in row):
                for column, cell in zip(columns, row, strict=False):
                    column.append(_cell_text(cell, f"{path.name}, {sheet.title}, row {number}"))
        found[sheet.title] = pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)})
    return found


def _cell_text(cell: Any, where: str) -> str | None:
    """A cell as a case file would write it; a number with a fraction must be text, as it is not exact."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())[:10]
    if not isinstance(cell, str | int):
        if cell != int(cell):
            raise SourceError(f"{where}: {cell} must be written as text (3.5), to be exact")
        cell = int(cell)
    return str(cell)


def _batches(table: pa.Table | Path, size: int) -> Batches:
    """A table a piece at a time."""
    if isinstance(table, pa.Table):
        yield from table.to_batches(max_chunksize=size)
    elif table.suffix == ".parquet":
        file = pyarrow.parquet.ParquetFile(table)
        texts = [f.name for f in file.schema_arrow if pa.types.is_string(f.type) and f.name not in ("id", "case")]
        # read ahead, Arrow would keep all it has read of the file until the end
        file = pyarrow.parquet.ParquetFile(table, read_dictionary=texts, pre_buffer=False)
        yield from file.iter_batches(batch_size=size)
    else:
        with pyarrow.csv.open_csv(table, convert_options=_as_text(table)) as reader:
            yield from reader


def _as_text(path: Path) -> Any:
    """CSV cells are text until the glossary says what they mean; an empty one is not given."""
    with pyarrow.csv.open_csv(path) as reader:
        names = reader.schema.names
    return pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )  # fmt: skip


@attrs.define(slots=True, eq=False)
class _Rows:
    """The rows of a thing's table, handed out case by case."""

    name: str
    source: Batches
    waiting: list[pa.Table] = attrs.Factory(list)
    none: pa.Table = attrs.Factory(lambda: pa.table({}))  # no rows, but the columns, once they are known

    def of(self, cases: pa.Array) -> tuple[pa.Table, pa.Array]:
        """The rows of these cases, and the place of each one's case."""
        tables, places = [], []
        while True:
            if not self.waiting:
                batch = next(self.source, None)
                if batch is None:
                    break
                table = pa.Table.from_batches([batch])
                if "case" not in table.column_names:
                    raise SourceError(f"{self.name}: a column “case” must name the case of each row")
                self.waiting.append(table)
                self.none = table.slice(0, 0)
            table = self.waiting.pop(0)
            place = pc.index_in(_text(table["case"]), value_set=cases).combine_chunks()
            count = len(place) if not place.null_count else pc.index(place.is_valid(), False).as_py()
            tables.append(table.slice(0, count))
            places.append(place.slice(0, count))
            if count < len(place):
                self.waiting.insert(0, table.slice(count))
                break
        if not tables:
            return self.none, pa.array([], pa.int32())
        return pa.concat_tables(tables, promote_options="permissive").combine_chunks(), pa.concat_arrays(places)

    def finish(self) -> None:
        rest = self.waiting[0] if self.waiting else next(self.source, None)
        if rest is not None and rest.num_rows:
            case = rest.column("case")[0].as_py()
            raise SourceError(f"{self.name}: the rows of case {case!r} belong to no case, or stand out of its order")


def _text(column: Any) -> Any:
    """As plain text, whatever its encoding."""
    return column if column.type == pa.string() else column.cast(pa.string())


@attrs.define(slots=True, eq=False)
class _Seen:
    """Which ids there were, in eight bytes each: sorted runs, of which equal ones are put together."""

    runs: list[Any] = attrs.Factory(list)

    def new(self, ids: list[str]) -> bool:
        """Whether none was there before, nor twice here."""
        run = np.sort(np.fromiter(map(hash, ids), np.int64, len(ids)))
        if (run[1:] == run[:-1]).any():
            return False
        for held in self.runs:
            place = np.minimum(np.searchsorted(held, run), len(held) - 1)
            if len(held) and (held[place] == run).any():
                return False
        while self.runs and len(self.runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self.runs.pop(), run]))
        self.runs.append(run)
        return True


def chunks(tables: Mapping[str, pa.Table | Path], things: list[str], size: int = CHUNK) -> Iterator[Chunk]:
    """The portfolio, some cases at a time."""
    known = {*things, CASES}
    for name in tables:
        if name not in known:
            raise SourceError(f"there is no table “{name}”; there are: {', '.join([CASES, *things])}")
    rows = {t: _Rows(t, _batches(tables[t], 8 * size)) for t in things if t in tables}
    seen = _Seen()
    for batch in _sized(_batches(tables[CASES], size), size):
        if "id" not in batch.column_names:
            raise SourceError(f"{CASES}: a column “id” must tell the cases apart")
        ids = _text(batch["id"]).combine_chunks()
        if ids.null_count or not seen.new(ids.to_pylist()):
            raise SourceError(f"{CASES}: each case needs an id of its own")
        items, case_of = {}, {}
        for thing, source in rows.items():
            items[thing], case_of[thing] = source.of(ids)
        yield Chunk(batch, items, case_of)
    for source in rows.values():
        source.finish()


def _sized(batches: Batches, size: int) -> Iterator[pa.Table]:
    for batch in batches:
        for start in range(0, batch.num_rows, size):
            yield pa.Table.from_batches([batch.slice(start, size)]).combine_chunks()


__all__ = ["CASES", "CHUNK", "ROOT", "Chunk", "SourceError", "chunks", "open_tables"]
