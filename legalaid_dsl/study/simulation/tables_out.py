"""What a simulation comes to, as tables: CSV and Parquet, exact to six places with the fraction beside where it does not end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ...basics.quantity import decimal_text
from ...rulebook.model import ROOT
from ..files import write_csv, write_parquet
from ..outcomes.outcome import result_key
from ..portfolio.results_as_arrow import DIGITS, PLACES, as_decimal, exact_text
from .groups import By
from .simulate import Simulation
from .tally import ALL, KINDS, STATES, Cell, Tally
from .workbook import FILE, write_workbook

NUMBER: Final = pa.decimal128(DIGITS, PLACES)
Row = dict[str, Any]


def in_order(asked: Simulation, tally: Tally, by: By) -> list[tuple[tuple[str, ...], Cell]]:
    """The groups of a column: as the vocabulary lists them, else by their text; what is not stated comes last."""
    book = asked.base.rulebook
    known = book.vocabularies[by.term.type.key].choices if by.term is not None and by.term.type.key in book.vocabularies else {}
    order = list(known)

    def place(label: tuple[str, ...]) -> tuple[Any, ...]:
        return (not label, len(label) if order else 0, tuple(order.index(v) if v in order else len(order) for v in label), label)

    found = [(label, cell) for (name, label), cell in tally.cells.items() if name == by.name]
    return sorted(found, key=lambda pair: place(pair[0]))


def groups(asked: Simulation, tally: Tally) -> Iterator[Row]:
    """A row a group, the whole first."""
    yield _group(asked, ALL, (), tally.whole)
    for by in asked.by:
        for label, cell in in_order(asked, tally, by):
            yield _group(asked, by.name.removeprefix(f"{ROOT}."), label, cell)


def _group(asked: Simulation, by: str, label: tuple[str, ...], cell: Cell) -> Row:
    row: Row = {"by": by, "value": " + ".join(label), "number": cell.number, "determined_in_both": cell.both}
    row |= dict(zip(KINDS, cell.kinds, strict=True))
    for side, states in (("before", cell.before), ("after", cell.after)):
        row |= {f"{state}_{side}": n for state, n in zip(STATES, states, strict=True)}
    for term in asked.measures:
        key = result_key(term)
        before, after, gained, lost = cell.sums.get(key, [Fraction(0)] * 4)
        values = {"before": before, "after": after, "difference": after - before, "gained": gained, "lost": lost}
        for name, value in values.items():
            row[f"{key}_{name}"] = as_decimal(value, PLACES)
            row[f"{key}_{name}_exact"] = exact_text(value)
    return row


def ceilings(tally: Tally) -> Iterator[Row]:
    """What each ceiling took and each floor gave, in the unit of its term; cases determined in both only.
    ``clause``: where its size is set; ``at``: where it is said that it limits."""
    for (thing, term, clause, kind, set_by), amounts in sorted(tally.ceilings.items()):
        yield {
            "clause": set_by or clause, "at": clause, "kind": kind, "thing": thing, "term": term, "number_before": int(amounts[0]),
            "took_before": as_decimal(amounts[1], PLACES), "number_after": int(amounts[2]),
            "took_after": as_decimal(amounts[3], PLACES), "difference": as_decimal(amounts[3] - amounts[1], PLACES),
        }  # fmt: skip


def missing(tally: Tally) -> Iterator[Row]:
    """What undetermined cases lack, of those that were looked at."""
    for (what, key, en, vi), count in sorted(tally.missing.items(), key=lambda pair: (-pair[1], pair[0])):
        yield {"what": what, "key": key, "question_en": en, "question_vi": vi, "number": count, "looked_at": tally.looked_at}


def attribution(asked: Simulation, tally: Tally) -> Iterator[Row]:
    """What each part of the amendment adds, to the whole and by group."""
    for (part, by, label), sums in tally.shares.items():
        row: Row = {"part": part, "by": by.removeprefix(f"{ROOT}."), "value": " + ".join(label)}
        for term in asked.measures:
            key = result_key(term)
            row |= {key: as_decimal(sums[key], PLACES), f"{key}_exact": exact_text(sums[key])}
        yield row


def readings(asked: Simulation, tally: Tally) -> Iterator[Row]:
    """The whole comparison under each other choice of a reading."""
    for (key, choice), cell in tally.choices.items():
        rest = _group(asked, ALL, (), cell)
        yield {"reading": key, "choice": choice, **{k: v for k, v in rest.items() if k not in ("by", "value")}}


def tables_of(asked: Simulation) -> dict[str, Callable[[Simulation, Tally], Iterator[Row]]]:
    """The tables that are written, by name."""
    found = {"groups": groups, "ceilings": lambda _, tally: ceilings(tally), "missing": lambda _, tally: missing(tally)}
    if asked.further is not None and asked.further.split is not None:
        found["attribution"] = attribution
    if asked.further is not None and asked.further.choices:
        found["readings"] = readings
    return found


def write_tables(asked: Simulation, tally: Tally, out: Path, workbook: bool = False) -> None:
    """Each as CSV and as Parquet; and all as one workbook, if that is wanted (XlsxWriter)."""
    sheets = {}
    empty = {"ceilings": list(_CEILINGS), "missing": list(_MISSING), "attribution": ["part", "by", "value"]}
    for name, found in tables_of(asked).items():
        rows = list(found(asked, tally))
        names = list(rows[0]) if rows else empty[name]
        sheets[name] = names, rows
        write_csv(out / "tables" / f"{name}.csv", names, ({k: _cell(v) for k, v in row.items()} for row in rows))
        schema = pa.schema([(n, _type(n, [r[n] for r in rows])) for n in names])
        write_parquet(out / "tables" / f"{name}.parquet", pa.Table.from_pylist(rows, schema=schema))
    if workbook:
        write_workbook(out / FILE, sheets)


def _cell(value: Any) -> Any:
    return decimal_text(Fraction(value)) if isinstance(value, Decimal) else value


def _type(name: str, values: list[Any]) -> pa.DataType:
    if any(isinstance(v, Decimal) for v in values):
        return NUMBER
    return pa.int64() if any(isinstance(v, int) for v in values) else pa.string()


_CEILINGS: Final = (
    "clause", "at", "kind", "thing", "term", "number_before", "took_before", "number_after", "took_after", "difference",
)  # fmt: skip
_MISSING: Final = ("what", "key", "question_en", "question_vi", "number", "looked_at")
