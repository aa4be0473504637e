"""Files written whole or not at all: under another name first, which is then the right one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import attrs
import pyarrow as pa
import pyarrow.parquet

from ..api import Rules
from ..basics.canonical import digest
from ..basics.neutral import visible
from ..basics.output import whole, write_whole

PIECE = 1 << 20
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+|/[0-9]+)?")
SEPARATORS = re.compile("[,;|\"]")
FORMULA = re.compile("[\\s␣\"']*[=+\\-@＝＋－＠]")  # also after what some programs pass over, and in full width


def write_parquet(path: Path, table: pa.Table) -> None:
    with whole(path) as waiting:
        pyarrow.parquet.write_table(table, waiting, write_page_checksum=True)


def write_csv(path: Path, names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A cell is one line with every character visible; numbers stay numbers, and what would be a formula to a
    spreadsheet is made text by an apostrophe."""
    lines = [names, *([_cell(row[n]) for n in names] for row in rows)]
    write_whole(path, "".join(",".join(map(_quoted, cells)) + "\n" for cells in lines))


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    if NUMBER.fullmatch(text):
        return text
    shown = visible(text)
    return f"'{shown}" if FORMULA.match(shown) else shown


def _quoted(cell: str) -> str:
    """Also where another separator than ours stands, as a program may take that one."""
    return '"' + cell.replace('"', '""') + '"' if SEPARATORS.search(cell) else cell


def digest_of_rules(rules: Rules) -> str:
    """Of their files as they are written; where the text changes with the day, of all its texts."""
    return rules.rulebook.digest if rules.timeline is None else digest([[d.isoformat(), b.digest] for d, b in rules.books])


def digest_of(paths: Iterable[Path]) -> str:
    """SHA-256 of some files, with their names."""
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                found.update(piece)
    return f"sha256:{found.hexdigest()}"


@attrs.define(slots=True, eq=False)
class Tables:
    """Parquet tables of a folder, written piece by piece; there under their names once all are complete."""

    folder: Path
    metadata: Mapping[str, str]
    writers: dict[str, Any] = attrs.Factory(dict)
    files: ExitStack = attrs.Factory(ExitStack)

    def write(self, tables: Mapping[str, pa.Table]) -> None:
        for name, table in tables.items():
            if name not in self.writers:
                schema = table.schema.with_metadata(dict(self.metadata))
                waiting = self.files.enter_context(whole(self.folder / f"{name}.parquet"))
                # closed first, then there under its name
                self.writers[name] = self.files.enter_context(pyarrow.parquet.ParquetWriter(waiting, schema, write_page_checksum=True))
            self.writers[name].write_table(table.replace_schema_metadata(dict(self.metadata)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.files.__exit__(kind, error, trace)
