"""A table from outside, opened: its columns are known and may be asked for, some rows at a time.

Whatever a library raises while it reads becomes one typed error here, which says where.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from ...basics.bilingual import Bilingual
from ...basics.tabular import Place, TableError, wording

if TYPE_CHECKING:  # workbooks are opened without Arrow, too
    import pyarrow as pa

Batches: TypeAlias = "Iterator[pa.RecordBatch]"
LETTERS: Final = 26


class SourceError(TableError):
    """A portfolio that cannot be read; says where and why, in both languages."""


class ColumnsIgnored(UserWarning):
    """Columns of tables, or sheets, that nobody reads; told once. ``message``: in both languages."""

    def __init__(self, en: str, vi: str = "") -> None:
        self.message = Bilingual(en, vi)
        super().__init__(en, vi)  # as it is made anew in another process

    def __str__(self) -> str:
        return self.message.en


def as_given(index: int) -> Place:
    """Rows of Parquet, or of a table in memory, have no other number than their own."""
    return Place(row=index + 1)


@attrs.frozen(slots=True, eq=False)
class Opened:
    """``batches``: at most so many rows at a time, of these columns (None: of all).
    ``row_at``: where the row of an index, from 0, stands in the file."""

    place: Place
    names: tuple[str, ...]
    batches: Callable[[int, Sequence[str] | None], Batches]
    row_at: Callable[[int], Place] = as_given
    rows: int = 0  # where the file says how many without being read

    def at(self, index: int, column: str = "") -> Place:
        where = self.row_at(index)
        return attrs.evolve(self.place, line=where.line, row=where.row, column=column)


@contextmanager
def reading(place: Place) -> Iterator[None]:
    """Around nothing but the calls of a library: with a damaged file these raise whatever they come upon."""
    try:
        yield
    except TableError:
        raise
    except FileNotFoundError:
        raise SourceError.of("not-there", place) from None
    except Exception as error:
        raise SourceError.of("damaged", place, why=str(error) or type(error).__name__) from error


def read_safely(batches: Callable[[], Batches], place: Place) -> Batches:
    """The batches of a library; only the library's own steps are guarded, not what is done with them."""
    with reading(place):
        found = batches()
    while True:
        with reading(place):
            batch = next(found, None)
            if batch is not None:
                batch.validate(full=True)  # texts are UTF-8, places within their bounds
        if batch is None:
            return
        yield batch


def limited(what: str, found: int, limit: int, place: Place) -> None:
    if found > limit:
        raise SourceError.of("too-large", place, what=wording(f"what.{what}"), found=found, limit=limit)


def headed(names: Sequence[str | None], place: Place) -> tuple[str, ...]:
    """The names of the header, the same one never twice; a blank one is an empty text. Raises SourceError."""
    found = tuple("" if n is None else n for n in names)
    if not any(n.strip() for n in found):
        raise SourceError.of("header-missing", place)
    for name, count in Counter(n for n in found if n.strip()).items():
        if count > 1:
            where = [letters(i) for i, n in enumerate(found) if n == name]
            raise SourceError.of("header-twice", attrs.evolve(place, column=name), where=where)
    return tuple(n if n.strip() else "" for n in found)


def letters(index: int) -> str:
    """The name that spreadsheets give a column: A for 0."""
    found, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, LETTERS)
        found = chr(ord("A") + rest) + found
    return found


def text_columns(names: Sequence[str], rows: list[list[str | None]], wanted: Sequence[str] | None = None) -> pa.RecordBatch:
    """Rows of texts as columns, those without a name left out."""
    import pyarrow as pa

    kept = [(i, n) for i, n in enumerate(names) if n and (wanted is None or n in wanted)]
    return pa.record_batch(
        [pa.array([r[i] for r in rows], pa.string()) for i, _ in kept], names=[n for _, n in kept]
    )  # fmt: skip


def is_text(found: Any) -> bool:
    import pyarrow as pa

    t = pa.types
    return bool(t.is_string(found) or t.is_large_string(found) or t.is_string_view(found))


def is_key(found: Any) -> bool:
    """Whether a column of a type may hold ids: texts or whole numbers."""
    import pyarrow as pa

    kind = found.value_type if pa.types.is_dictionary(found) else found
    return is_text(kind) or bool(pa.types.is_integer(kind) or pa.types.is_null(kind))


def from_memory(name: str, table: Any) -> Opened:
    place = Place(table=name)
    with reading(place):
        table.validate(full=True)
        names = headed(table.column_names, place) if table.num_columns else ()

    def batches(size: int, wanted: Sequence[str] | None) -> Batches:
        chosen = table if wanted is None else table.select(list(wanted))
        yield from chosen.to_batches(max_chunksize=size)

    return Opened(place, names, batches, rows=table.num_rows)
