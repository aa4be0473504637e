"""A sheet of one thing as a table of facts by their own names, some rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import pyarrow as pa

from ...rulebook.model import ROOT
from ..portfolio.opened import Batches, Opened
from .body import Body
from .layout import Column
from .words import CASE, ID, Words


def table_of(body: Body, words: Words) -> Opened:
    """The table; every cell is text. Rows of a thing whose items have ids of their own are numbered where no column gives
    them and nothing refers to them."""
    grid, layout = body.grid, body.layout
    shown, numbered = named_columns(body, words)
    names = [n for n, _ in shown] + ([ID] if numbered else [])

    def batches(size: int, wanted: Sequence[str] | None) -> Batches:
        chosen = [(n, c) for n, c in shown if wanted is None or n in wanted]
        ids = numbered and (wanted is None or ID in wanted)
        held: list[list[str | None]] = []
        for number, row in body.rows():
            key = layout.key
            case = "" if key is None or row[key.index] is None else str(row[key.index])
            cells = [body.cell(number, c, row[c.index], case) for _, c in chosen]
            held.append([*cells, str(number)] if ids else cells)
            if len(held) == size:
                yield _batch(chosen, ids, held)
                held = []
        if held:
            yield _batch(chosen, ids, held)

    def row_at(index: int) -> Any:
        number = next((n for i, (n, _) in enumerate(body.rows()) if i == index), 0)
        return attrs.evolve(grid.at(number), file="", sheet="")

    return Opened(grid.place, tuple(names), batches, row_at, grid.count)


def named_columns(body: Body, words: Words) -> tuple[list[tuple[str, Column]], bool]:
    """The columns by the names of facts (those that are none by their own), and whether rows get numbers for ids."""
    layout, found = body.layout, list[tuple[str, Column]]()
    for column in layout.columns:
        if column is layout.key:
            found.append((ID if layout.thing == ROOT else CASE, column))
        elif column.meaning is None and column.header:
            found.append((column.header, column))
        elif column.used and column.meaning is not None and column.meaning.column != CASE:
            found.append((column.meaning.column, column))
    return found, numbered(layout.thing, [n for n, _ in found], words)


def numbered(thing: str, names: Sequence[str], words: Words) -> bool:
    shape = words.shapes.get(thing)
    if shape is None or thing == ROOT or not shape.identified or ID in names:
        return False
    return not any(f.kind == "reference" and f.target == thing for s in words.shapes.values() for f in s.facts)


def _batch(chosen: Sequence[tuple[str, Column]], ids: bool, held: list[list[str | None]]) -> pa.RecordBatch:
    names = [n for n, _ in chosen] + ([ID] if ids else [])
    columns = zip(*held, strict=True) if names else ()
    return pa.record_batch([pa.array(c, pa.string()) for c in columns], names=names)
