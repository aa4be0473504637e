"""Tables in parts, the same bytes wherever they are made.

The part of a case is a digest of its id; in a part, cases stand in the order of their ids (as UTF-8), in row groups
of one size. So a file depends on the cases in it and on nothing else: who wrote it, in what order, after which failure.
A part may therefore be written twice, by two machines at once; either is right.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs
import pyarrow.parquet

from ...basics.output import MARKER, NotOurs
from ...engine.columns.batch import Array
from ..portfolio.by_text import GOVERNED
from ..portfolio.sources import SourceError

PARTS: Final = 200
PART: Final = "part"
UNKNOWN: Final = "unknown"  # which text governs, where the day that decides it is missing
GROUP: Final = 16_384  # rows of a row group
PART_FILE: Final = re.compile(r"part-[0-9]{5}\.parquet")
MANIFEST: Final = "_manifest.json"  # readers of Parquet pass over what begins so


def part_of(ids: pa.ChunkedArray, parts: int) -> Array:
    """The part of each case, from 0: CRC-32 of its id modulo ``parts``, the same on every machine."""
    texts = ids.cast(pa.string()).to_pylist()
    return np.fromiter((zlib.crc32(i.encode()) % parts for i in texts), np.int32, len(texts))


# ------------------------------------------------------------------ one part


@attrs.frozen(slots=True)
class Written:
    """A part that stands: its file, its cases, its size and digest, how many cases have which status, and how many each text governed
    (where rules change with the day)."""

    file: str
    cases: int
    bytes: int
    sha256: str
    statuses: Mapping[str, int]
    texts: Mapping[str, int] = attrs.Factory(dict)


@attrs.define(slots=True, eq=False)
class PartWriter:
    """Makes one Parquet file of rows that come in the order of their ids; there under its name once it is whole."""

    out: str
    name: str
    schema: pa.Schema
    waiting: list[pa.Table] = attrs.Factory(list)
    rows: int = 0
    cases: int = 0
    last: str | None = None
    counts: dict[str, dict[str, int]] = attrs.Factory(lambda: {"status": {}, GOVERNED: {}})
    sink: Any = attrs.Factory(pa.BufferOutputStream)
    file: Any = None

    def add(self, table: pa.Table) -> None:
        ids = table["id"]
        firsts = pa.chunked_array([pa.array([self.last], pa.string()), *ids.chunks]).slice(0, len(ids))
        if not pc.all(pc.fill_null(pc.less(firsts, ids), self.last is None)).as_py():
            raise SourceError.of("id-near-twice", name=ids[0].as_py())
        self.last = ids[-1].as_py()
        self.cases += table.num_rows
        for name, counts in self.counts.items():
            for count in pc.value_counts(table[name]).to_pylist() if name in table.column_names else ():
                value = count["values"] or UNKNOWN
                counts[value] = counts.get(value, 0) + count["counts"]
        self.waiting.append(table)
        self.rows += table.num_rows
        while self.rows >= GROUP:
            self._group(GROUP)

    def _group(self, size: int) -> None:
        held = pa.concat_tables(self.waiting)
        if self.file is None:
            self.file = pyarrow.parquet.ParquetWriter(self.sink, self.schema, compression="zstd", write_page_checksum=True)
        self.file.write_table(held.slice(0, size).combine_chunks(), row_group_size=GROUP)
        self.waiting, self.rows = [held.slice(size)], self.rows - size

    def finish(self) -> Written:
        if self.rows or self.file is None:
            self._group(self.rows)
        self.file.close()
        data = self.sink.getvalue()
        write_whole(self.out, self.name, data)
        digest = hashlib.sha256(memoryview(data)).hexdigest()
        statuses, texts = (dict(sorted(counts.items())) for counts in self.counts.values())
        return Written(self.name, self.cases, data.size, digest, statuses, texts)


def write_whole(out: str, name: str, data: Any) -> None:
    """A file in a folder or under an address (``s3://…``), whole or not at all."""
    system, folder = _place(out)
    path = f"{folder}/{name}"
    waiting = f"{folder}/.{Path(name).name}.{uuid.uuid4().hex}"
    system.create_dir(path.rpartition("/")[0], recursive=True)
    try:
        with system.open_output_stream(waiting) as file:
            file.write(data)
        system.move(waiting, path)
    except BaseException:
        with suppress(OSError):
            system.delete_file(waiting)
        raise


def _place(out: str) -> tuple[Any, str]:
    if "://" not in out:
        return pyarrow.fs.LocalFileSystem(), str(Path(out).resolve())
    system, folder = pyarrow.fs.FileSystem.from_uri(out)
    return system, folder.rstrip("/")


def begin(out: str) -> None:
    """Raises NotOurs where something stands in ``out`` already, save parts of a run of ours that was cut short:
    they are taken away."""
    system, folder = _place(out)
    found = system.get_file_info(pyarrow.fs.FileSelector(folder, allow_not_found=True, recursive=True))
    ours = {MARKER, MANIFEST} & {f.base_name for f in found} == {MARKER}
    left = [f for f in found if f.type == pyarrow.fs.FileType.File and not f.base_name.startswith(".")]
    if any(not (ours and PART_FILE.fullmatch(f.base_name)) for f in left):
        raise NotOurs(out)
    for file in left:
        system.delete_file(file.path)
    write_whole(out, MARKER, b"")


def finish(out: str, inputs: Mapping[str, Any], written: Iterable[Written]) -> dict[str, Any]:
    """The manifest, written last: a folder that has it is complete. What killed attempts left is taken away."""
    parts = sorted(written, key=lambda w: w.file)
    texts = _added(p.texts for p in parts)
    made = {
        "inputs": dict(inputs), "cases": sum(p.cases for p in parts), "statuses": _added(p.statuses for p in parts),
        **({"texts": texts} if texts else {}),
        "parts": [{"file": p.file, "cases": p.cases, "bytes": p.bytes, "sha256": p.sha256} for p in parts],
    }  # fmt: skip
    system, folder = _place(out)
    for left in system.get_file_info(pyarrow.fs.FileSelector(folder, allow_not_found=True)):
        if left.base_name.startswith(".part-") and left.type == pyarrow.fs.FileType.File:
            system.delete_file(left.path)
    write_whole(out, MANIFEST, (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode())
    with suppress(OSError):
        system.delete_file(f"{folder}/{MARKER}")  # it marked a folder that is not complete
    return made


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in counts:
        for name, count in one.items():
            found[name] = found.get(name, 0) + count
    return dict(sorted(found.items()))


def file_of(part: int) -> str:
    return f"part-{part:05}.parquet"
