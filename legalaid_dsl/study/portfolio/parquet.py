"""Parquet from outside: its own word on its size is looked at first; pages that carry a sum are checked against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from ...basics.tabular import Place
from . import limits
from .file_kinds import sniff
from .opened import Batches, Opened, SourceError, headed, limited, read_safely, reading

KEYS: Final = ("id", "case")


def open_parquet(path: Path) -> Opened:
    """The table of a file; only its end is read at once."""
    place = Place(file=path.name)
    with _file(path, place) as file:
        names = headed(file.schema_arrow.names, place)
        if "" in names:
            raise SourceError.of("header-blank", place)
        texts = [f.name for f in file.schema_arrow if pa.types.is_string(f.type)]
        rows = file.metadata.num_rows

    def batches(size: int, wanted: Sequence[str] | None) -> Batches:
        # keys are mostly different, so all but the first look at them, by itself, has them as texts
        coded = texts if wanted is not None else [t for t in texts if t not in KEYS]
        for batch in parquet_batches(path, size, place, coded, wanted):
            if wanted is not None:
                _short(batch, place)
            yield batch

    return Opened(place, names, batches, rows=rows)


def parquet_batches(
    path: Path, size: int, place: Place, coded: Sequence[str] = (), wanted: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    """``coded``: columns of texts, each distinct text held once."""
    with _file(path, place, coded) as file:
        yield from read_safely(lambda: file.iter_batches(batch_size=size, columns=wanted), place)


def _file(path: Path, place: Place, coded: Sequence[str] = ()) -> Any:
    sniff(path, place, "parquet")
    with reading(place):
        try:
            # read ahead, Arrow would keep all it has read of the file until the end
            file = pyarrow.parquet.ParquetFile(
                path, read_dictionary=list(coded), pre_buffer=False, page_checksum_verification=True
            )  # fmt: skip
        except pa.ArrowInvalid as error:
            raise SourceError.of("not-parquet", place) from error
        _measured(file.metadata, path.stat().st_size, place)
    return file


def _measured(told: Any, size: int, place: Place) -> None:
    limited("rows", told.num_rows, min(limits.PARQUET_ROWS, limits.ROWS_A_BYTE * size), place)
    limited("columns", told.num_columns, limits.COLUMNS, place)
    for g in range(told.num_row_groups):
        # of the group, not of each column: asked for a column whose statistics are damaged, Arrow ends the process
        limited("unpacked", told.row_group(g).total_byte_size, limits.GROUP_BYTES, place)


def _short(batch: pa.RecordBatch, place: Place) -> None:
    """A key of a million letters would be written out for every row that has it."""
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_dictionary(column.type) and len(column.dictionary):
            longest = pc.max(pc.binary_length(column.dictionary)).as_py() or 0
            limited("text", longest, limits.TEXT, attrs.evolve(place, column=name))
