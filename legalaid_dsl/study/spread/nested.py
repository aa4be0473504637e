"""Cases in one row each, with their lists inside: the shape in which a portfolio can be cut anywhere.

A row holds the columns of the table of cases and, for each thing, a list of structs under the thing's name
(as the rules list it) with the columns of that thing's table but ``case``. A list that is null is
not known, an empty one says that there are none; a column that is missing leaves the list unknown for
every case. ``has_…`` (yes or no) says the same where the list cannot: of items that may also be listed in others,
and where no case has any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...basics.tabular import Place, wording
from ...engine.columns.batch import Array
from ...engine.lowered.steps import ThingShape
from ...rulebook.model import ROOT
from ..portfolio.deciding import Decider
from ..portfolio.opened import headed, is_key
from ..portfolio.parquet import parquet_batches
from ..portfolio.results import CEILINGS
from ..portfolio.sources import CASES, CHUNK, SUFFIXES, Chunk, SourceError

HAS: Final = "has_"
LIMITS: Final = "ceilings"
NO_VALUE: Final = "__HIVE_DEFAULT_PARTITION__"


# ------------------------------------------------------------------ cases


def nested(chunk: Chunk, shapes: Sequence[ThingShape]) -> pa.Table:
    """Cases and their items as one table, a row a case, in the order of the chunk."""
    things = {s.key: s for s in shapes if s.key != ROOT}
    cases = chunk.cases
    columns = {n: _plain(cases[n]) for n in cases.column_names if n not in things}
    for thing, shape in things.items():
        if thing in cases.column_names:
            given = _given(cases[thing])
        elif thing in chunk.items:
            given = np.ones(cases.num_rows, bool)
        else:
            continue
        table = chunk.items.get(thing, pa.table({}))
        table = table.select([n for n in table.column_names if n != "case"])
        if not table.num_columns or (thing in cases.column_names and set(shape.owners) != {ROOT}):
            columns[f"{HAS}{thing}"] = pa.array(given)
        if table.num_columns:
            places = chunk.case_of[thing].to_numpy(zero_copy_only=False).astype(np.int64)
            held = np.bincount(places, minlength=cases.num_rows) > 0
            columns[thing] = lists_of(table, places, given | held, cases.num_rows)
        elif len(chunk.case_of.get(thing, ())):
            raise SourceError.of("column-needed", chunk.at(thing), name="…", why=wording("why.any"))
    return pa.table(columns)


def chunk_of(table: pa.Table, things: Sequence[str]) -> Chunk:
    """The cases of a nested table and their items. Raises SourceError, so where ids are missing or there twice."""
    place = Place(table=CASES)
    headed(table.column_names, place)
    if "id" not in table.column_names:
        raise SourceError.of("column-needed", place, name="id", why=wording("why.id"))
    ids = table["id"]
    if not is_key(ids.type):
        raise SourceError.of("column-kind", attrs.evolve(place, column="id"), found=str(ids.type), wanted=wording("kind.text"))
    if ids.null_count:
        raise SourceError.of("id-blank", attrs.evolve(place, column="id"))
    if pc.count_distinct(ids).as_py() != table.num_rows:
        twice = next(str(c["values"]) for c in pc.value_counts(_whole(ids)).to_pylist() if c["counts"] > 1)
        raise SourceError.of("id-twice", attrs.evolve(place, column="id", case=twice))
    names = {*things, *(f"{HAS}{t}" for t in things)}
    cases = table.select([n for n in table.column_names if n not in names])
    items, case_of = dict[str, pa.Table](), dict[str, pa.Array]()
    for thing in things:
        has = f"{HAS}{thing}"
        if thing in table.column_names:
            column = _whole(table[thing])
            items[thing], case_of[thing] = _items(thing, column)
            cases = cases.append_column(thing, table[has] if has in table.column_names else column.is_valid())
        elif has in table.column_names:
            cases = cases.append_column(thing, table[has])
    return Chunk(cases, items, case_of)


def _items(thing: str, column: pa.Array) -> tuple[pa.Table, pa.Array]:
    kind = column.type
    if pa.types.is_null(kind):
        return pa.table({}), pa.array([], pa.int64())
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)) or not pa.types.is_struct(kind.value_type):
        raise SourceError.of("not-structs", Place(table=CASES, column=thing), found=str(kind))
    inner = column.flatten()
    if inner.null_count:
        raise SourceError.of("item-empty", Place(table=CASES, column=thing))
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    places = np.repeat(np.arange(len(column)), lengths)
    if not kind.value_type.num_fields:
        return pa.table({}), pa.array(places)
    return pa.Table.from_batches([pa.RecordBatch.from_struct_array(inner)]), pa.array(places)


def _given(column: pa.ChunkedArray) -> Array:
    """Yes or no, also where a spreadsheet wrote it as text."""
    words = pc.utf8_lower(column.cast(pa.string()))
    found: Array = pc.fill_null(pc.equal(words, "true"), False).to_numpy(zero_copy_only=False)
    return found


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Without dictionaries, and text where nothing at all is stated: every reader of Parquet knows these."""
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column.cast(pa.string()) if pa.types.is_null(column.type) else column


def _whole(column: pa.ChunkedArray) -> pa.Array:
    found = column.combine_chunks()
    if isinstance(found, pa.ChunkedArray):
        return pa.concat_arrays(found.chunks) if found.num_chunks else pa.array([], found.type)
    return found


def lists_of(table: pa.Table, places: Array, given: Array, count: int) -> pa.Array:
    """Rows as lists of structs, one list for each of ``count`` cases. ``places``: per row its case, rising;
    ``given``: whose list is known."""
    columns = [_whole(_plain(table[n])) for n in table.column_names]
    fields = [pa.field(n, c.type) for n, c in zip(table.column_names, columns, strict=True)]
    inner = pa.StructArray.from_arrays(columns, fields=fields)
    offsets = np.searchsorted(places, np.arange(count + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), inner, mask=pa.array(~given))


# ------------------------------------------------------------------ results


def result_schema(decider: Decider, items: bool, keep: Sequence[str] = ()) -> pa.Schema:
    """The columns of nested results: the id, columns kept from the cases (as text), those of the table of cases, then a
    list a thing and the ceilings.

    Who decided a case (columns, rows, the interpreter) is left out: it depends on the company in which
    a case comes, which no result does.
    """
    first, *rest = (f for f in _fields(decider.schema(ROOT)) if f.name != "decided_by")
    fields = [first, *(pa.field(name, pa.string()) for name in keep), *rest]
    for thing in decider.result_things if items else ():
        fields.append(pa.field(thing, _listed(decider.schema(thing))))
    if decider.results.reasons:
        fields.append(pa.field(LIMITS, _listed(CEILINGS)))
    if len({f.name for f in fields}) < len(fields):
        raise SourceError.of("name-taken", names=keep)
    return pa.schema(fields)


def _listed(schema: pa.Schema) -> pa.DataType:
    return pa.list_(pa.struct([f for f in _fields(schema) if f.name != "case"]))


def _fields(schema: pa.Schema) -> list[pa.Field]:
    return [
        pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in schema
    ]  # fmt: skip


def nested_results(tables: dict[str, pa.Table], schema: pa.Schema, given: pa.Table, keep: Sequence[str] = ()) -> pa.Table:
    """The tables of a study as one, a row a case, with the columns of ``result_schema``. ``given``: the cases themselves."""
    cases = tables[CASES]
    columns = []
    for field in schema:
        if field.name in keep:
            if field.name not in given.column_names:
                raise SourceError.of("no-column", Place(table=CASES), name=field.name)
            columns.append(_plain(given[field.name]))
        elif field.name in tables and pa.types.is_list(field.type):
            columns.append(_told(tables[field.name], cases["id"], field.name == LIMITS))
        else:
            columns.append(_plain(cases[field.name]))
    return pa.table(columns, names=schema.names).cast(schema)


def _told(table: pa.Table, ids: pa.ChunkedArray, ordered: bool) -> pa.Array:
    """What is told of items, case by case. Ceilings are put in an order of their own: by term and provision, not
    by the way in which a case was decided."""
    places = pc.index_in(_whole(table["case"]), value_set=_whole(ids))
    if ordered:
        keys = ("term", "clause", "kind", "thing", "id", "took")
        order = pc.sort_indices(table.append_column("place", places), [(k, "ascending") for k in ("place", *keys)])
        table, places = table.take(order), places.take(order)
    names = [n for n in table.column_names if n != "case"]
    where = places.to_numpy(zero_copy_only=False).astype(np.int64)
    return lists_of(table.select(names), where, np.ones(len(ids), bool), len(ids))


# ------------------------------------------------------------------ files


def is_nested(source: Any) -> bool:
    """Whether it is a folder of nested cases, and not one of tables."""
    path = Path(source) if isinstance(source, str | Path) else None
    return path is not None and path.is_dir() and not any((path / f"{CASES}{s}").exists() for s in SUFFIXES)


def nested_files(folder: Path) -> list[Path]:
    """Every Parquet file in a folder and those inside it, but what is hidden or still being written."""
    found = [
        p for p in sorted(folder.rglob("*.parquet"))
        if not any(part.startswith((".", "_")) for part in p.relative_to(folder).parts)
    ]  # fmt: skip
    if not found:
        raise SourceError.of("no-cases", Place(file=folder.name), name=CASES)
    return found


def read_nested(folder: Path, size: int = CHUNK) -> Iterator[pa.Table]:
    """The nested cases of a folder, some at a time; what directories say (``region=…``) as columns."""
    for path in nested_files(folder):
        said = [p.partition("=") for p in path.relative_to(folder).parts[:-1] if "=" in p]
        for batch in parquet_batches(path, size, Place(file=path.name)):
            table = pa.Table.from_batches([batch])
            for name, _, value in said:
                stated = None if value == NO_VALUE else unquote(value)
                table = table.append_column(name, pa.array([stated] * table.num_rows, pa.string()))
            yield table
