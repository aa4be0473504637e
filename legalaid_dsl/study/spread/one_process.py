"""A portfolio in one process, cut into parts by way of the disk: memory holds one part, whatever their number."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...basics.tabular import Place
from ...engine.columns.batch import Array
from ...engine.lowered.steps import ThingShape
from ...rulebook.model import ROOT
from ..portfolio.headers import Headers
from ..portfolio.pieces import pieces_of
from ..portfolio.sources import CASES, CHUNK, SourceError, chunks, open_tables
from ..sheets.reading import Understanding
from .job import Job, worker
from .nested import NO_VALUE, is_nested, nested, read_nested
from .parted import GROUP, PARTS, PartWriter, begin, file_of, finish, part_of

_ENDING: Final = re.compile("[. ]+$")
WAITING: Final = 65_536  # rows held before they are put by
LIGHT: Final = pa.ipc.IpcWriteOptions(compression="lz4")



@attrs.define(slots=True, eq=False)
class Spread:
    """Rows put by on disk, part by part, until all are there: a sort that fits no memory. Files are open only while they
    are written to, as there may be thousands."""

    folder: Path
    waiting: list[tuple[pa.Table, Array]] = attrs.Factory(list)
    rows: int = 0
    there: set[int] = attrs.Factory(set)  # parts that have rows on disk

    def add(self, table: pa.Table, parts: Array) -> None:
        self.waiting.append((table, parts))
        self.rows += table.num_rows
        if self.rows >= WAITING:
            self.put_by()

    def put_by(self) -> None:
        if not self.rows:
            return
        table, parts = pa.concat_tables([t for t, _ in self.waiting]), np.concatenate([p for _, p in self.waiting])
        order = np.argsort(parts, kind="stable")
        table, parts = table.take(pa.array(order)), parts[order]
        self.waiting, self.rows = [], 0
        starts: Array = np.flatnonzero(np.diff(parts, prepend=-1))
        for start, end in zip(starts, [*starts[1:], len(parts)], strict=True):
            part = int(parts[start])
            self.there.add(part)
            with self._file(part).open("ab") as file, pa.ipc.new_stream(file, table.schema, options=LIGHT) as stream:
                stream.write_table(table.slice(start, end - start).combine_chunks())

    def parts(self) -> Iterator[tuple[int, pa.Table]]:
        """Every part, its rows in the order of their ids."""
        self.put_by()
        for part in sorted(self.there):
            tables = []
            with pa.OSFile(str(self._file(part))) as file:
                while file.tell() < file.size():
                    tables.append(pa.ipc.open_stream(file).read_all())
            table = pa.concat_tables(tables)
            yield part, table.take(pc.sort_indices(table["id"]))

    def _file(self, part: int) -> Path:
        return self.folder / f"{part}.arrow"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        shutil.rmtree(self.folder)


def write_nested(
    tables: Any, shapes: tuple[ThingShape, ...], out: Path, *, parts: int = PARTS, by: str | None = None,
    words: Mapping[str, tuple[str, str]] | None = None, how: Understanding | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A portfolio of tables, as ``la.study`` reads it, laid out as nested cases in parts; gives the manifest.

    ``by``: a directory for each value of a column of the cases (``region=…``), instead of parts by id. ``words``: the names of facts
    (``names_in``), so that none of them is taken for another column; ``how``: by which names tables are read. Raises SourceError, NotOurs.
    """
    if by == "id":
        raise SourceError.of("by-id", Place(table=CASES))
    begin(str(out))
    things, values = [s.key for s in shapes if s.key != ROOT], dict[Any, int]()
    headers = Headers({s.key: s for s in shapes}, words or {}, frozenset([by] if by else ()), telling=False)
    with _room(out) as spread:
        for chunk in chunks(open_tables(tables, how), things):
            headers.check(chunk)
            table = nested(chunk, shapes)
            if by is None:
                spread.add(table, part_of(table["id"], parts))
                continue
            if by not in table.column_names:
                raise SourceError.of("no-column", chunk.at(ROOT), name=by)
            codes = [values.setdefault(v, len(values)) for v in table[by].cast(pa.string()).to_pylist()]
            spread.add(table.drop_columns([by]), np.array(codes, np.int32))
        names = {code: _directory(by or "", value) for value, code in values.items()}
        written = [_written(out, f"{names[p]}{file_of(0)}" if by else file_of(p), table) for p, table in spread.parts()]
    return finish(str(out), {"laid_out_by": by or "id"}, written)


def decide_here(cases: Any, job: Job, out: Path, parts: int = PARTS, how: Understanding | None = None) -> dict[str, Any]:
    """Decide a portfolio in this process: nested cases, or what ``la.study`` reads (``how``: by which names; it keeps what was refused).
    Gives the manifest; raises SourceError, NotOurs."""
    begin(str(out))
    here = worker(job.data)
    if is_nested(cases):
        found = (here.decide(table) for table in read_nested(Path(cases)))
    else:
        how = how or here.decider.understanding()
        found = (here.decide_piece(piece) for piece in pieces_of(cases, here.decider.things, CHUNK, how))
    with _room(out) as spread:
        for table in found:
            spread.add(table, part_of(table["id"], parts))
        written = [_written(out, file_of(part), table) for part, table in spread.parts()]
    return finish(str(out), {**job.inputs, "parts": parts}, written)


def _written(out: Path, name: str, table: pa.Table) -> Any:
    writer = PartWriter(str(out), name, table.schema)
    for start in range(0, table.num_rows, GROUP):
        writer.add(table.slice(start, GROUP))
    return writer.finish()


def _directory(by: str, value: str | None) -> str:
    return f"{by}={NO_VALUE if value is None else _ENDING.sub(_escaped, quote(value, safe=' '))}/"


def _escaped(ending: re.Match[str]) -> str:
    """Points and spaces at the end, which Windows leaves out of a name."""
    return "".join(f"%{ord(c):02X}" for c in ending[0])


def _room(out: Path) -> Spread:
    """Hidden, and on the disk where the results will be."""
    out.mkdir(parents=True, exist_ok=True)
    return Spread(Path(tempfile.mkdtemp(prefix=".put-by-", dir=out)))
