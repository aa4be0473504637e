"""Files written whole or not at all: under another name first, which is then the right one."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import attrs
import pyarrow as pa
import pyarrow.parquet

PIECE = 1 << 20
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+|/[0-9]+)?")


def write_text(path: Path, text: str) -> None:
    """Text in UTF-8 with plain line ends."""
    waiting = _waiting(path)
    waiting.write_bytes(text.encode("utf-8"))
    os.replace(waiting, path)


def write_parquet(path: Path, table: pa.Table) -> None:
    waiting = _waiting(path)
    pyarrow.parquet.write_table(table, waiting)
    os.replace(waiting, path)


def write_csv(path: Path, names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A cell that would be a formula to a spreadsheet is made text by an apostrophe; numbers stay numbers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow(["" if row[n] is None else _cell(row[n]) for n in names])
    write_text(path, text.getvalue())


def _cell(value: Any) -> Any:
    formula = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if formula and not NUMBER.fullmatch(value) else value


def digest_of(paths: Iterable[Path]) -> str:
    """SHA-256 of some files, with their names."""
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                found.update(piece)
    return f"sha256:{found.hexdigest()}"


def _waiting(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.part")


@attrs.define(slots=True, eq=False)
class Tables:
    """Parquet tables of a folder, written piece by piece; there under their names once all are complete."""

    folder: Path
    metadata: Mapping[str, str]
    writers: dict[str, Any] = attrs.Factory(dict)

    def write(self, tables: Mapping[str, pa.Table]) -> None:
        for name, table in tables.items():
            if name not in self.writers:
                schema = table.schema.with_metadata(dict(self.metadata))
                self.writers[name] = pyarrow.parquet.ParquetWriter(_waiting(self._path(name)), schema)
            self.writers[name].write_table(table.replace_schema_metadata(dict(self.metadata)))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for name, writer in self.writers.items():
            writer.close()
            if kind is None:
                os.replace(_waiting(self._path(name)), self._path(name))
            else:
                _waiting(self._path(name)).unlink()
