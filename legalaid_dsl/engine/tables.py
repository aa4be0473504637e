"""Figures supplied from outside: rows of the tables that the ruleset declares."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Final

import attrs

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation
from ..basics.quantity import MAX_FRACTION_DIGITS, MAX_INTEGER_DIGITS, decimal_text, parse_decimal
from ..rulebook.model import DatedValue, KnownTotal, Rulebook, Status, Table
from .values import ZERO, Need

MAX_BYTES: Final = 1_000_000

Cell = tuple[str, ...]


class FiguresError(ValueError):
    """A table of figures that cannot be used; says which file and line."""


@attrs.frozen(slots=True, eq=False)
class Figures:
    """Rows by table, with where they come from."""

    status: Status = "supplied"
    source: str = ""
    rows: Mapping[str, Mapping[Cell, Fraction]] = attrs.Factory(dict)

    def identity(self) -> tuple[str, str]:
        return (self.status, self.source)


NO_FIGURES = Figures()


@attrs.frozen(slots=True)
class UsedFigure:
    """A figure that a number rests on."""

    key: str
    value: str
    status: Status
    source: Bilingual
    cites: tuple[Citation, ...] = ()


@attrs.frozen(slots=True)
class CellSum:
    """The sum of cells: what is known of it, the figures used, and what is missing."""

    value: Fraction
    used: tuple[UsedFigure, ...]
    missing: tuple[Need, ...]


def load_figures(rulebook: Rulebook, choice: str | Path | None) -> Figures:
    """``illustrative``, a folder of CSV files, or None. Raises FiguresError."""
    if choice is None:
        return NO_FIGURES
    if str(choice) == "illustrative":
        return _read(rulebook, Path(rulebook.folder) / "tables" / "illustrative", "illustrative")
    folder = Path(choice)
    if not folder.is_dir():
        raise FiguresError(f"no folder of figures: {choice}")
    return _read(rulebook, folder, "supplied")


def _read(rulebook: Rulebook, folder: Path, status: Status) -> Figures:
    rows: dict[str, dict[Cell, Fraction]] = {}
    for table in rulebook.tables.values():
        path = folder / f"{table.key}.csv"
        if path.is_file():
            rows[table.key] = _rows(rulebook, table, path)
    if not rows:
        raise FiguresError(f"no table that the ruleset declares is in {folder.name}")
    return Figures(status, f"{folder.name}/*.csv", rows)


def _rows(rulebook: Rulebook, table: Table, path: Path) -> dict[Cell, Fraction]:
    if path.stat().st_size > MAX_BYTES:
        raise FiguresError(f"{path.name}: larger than 1 MB")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FiguresError(f"{path.name}: not UTF-8 text") from None
    found: dict[Cell, Fraction] = {}
    try:
        for number, row in _lines(table, path.name, text):
            cell = _cell(rulebook, table, row, f"{path.name}, line {number}")
            if cell in found:
                raise FiguresError(f"{path.name}, line {number}: the row is given twice")
            found[cell] = _figure(row[table.value_column], f"{path.name}, line {number}")
    except csv.Error as error:
        raise FiguresError(f"{path.name}: {error}") from None
    return found


def _lines(table: Table, name: str, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows by column, each with the line where it ends."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    given = list(reader.fieldnames or ())
    missing = {*(column for column, _ in table.by), table.value_column} - set(given)
    if missing:
        raise FiguresError(f"{name}: column {', '.join(sorted(missing))} is missing")
    if len(set(given)) != len(given):
        raise FiguresError(f"{name}: a column is given twice")
    for row in reader:
        if None in row or None in row.values():
            raise FiguresError(f"{name}, line {reader.line_num}: the row has not {len(given)} columns")
        yield reader.line_num, row


def _cell(rulebook: Rulebook, table: Table, row: dict[str, str], where: str) -> Cell:
    for column, vocabulary in table.by:
        if row[column] not in rulebook.vocabularies[vocabulary].choices:
            raise FiguresError(f"{where}: {row[column]!r} is no {column}")
    return tuple(row[column] for column, _ in table.by)


def _figure(text: str, where: str) -> Fraction:
    whole, _, part = text.partition(".")
    if len(whole) > MAX_INTEGER_DIGITS or len(part) > MAX_FRACTION_DIGITS:
        raise FiguresError(
            f"{where}: {text[:40]!r} has more than {MAX_INTEGER_DIGITS} digits, or {MAX_FRACTION_DIGITS} decimals"
        )
    try:
        return parse_decimal(text)
    except ValueError:
        raise FiguresError(f"{where}: {text!r} is no number") from None


def sum_cells(
    rulebook: Rulebook, figures: Figures, table: Table, selection: tuple[tuple[str, ...] | None, ...]
) -> CellSum:
    """Sum the selected cells. Where no row is supplied, a known total may cover them.

    A column named ``complete for`` says what a supply is made of: a missing row in a
    supplied (class, stage) is 0.
    """
    names = [name for name, _ in table.by]
    complete = [i for i, name in enumerate(names) if name in table.complete_for]
    rows = figures.rows.get(table.key, {})
    supplied = {tuple(cell[i] for i in complete) for cell in rows}
    wanted = _combinations(rulebook, table, selection, complete)
    absent = [c for c in wanted if c not in supplied]
    used: list[UsedFigure] = []
    value = ZERO
    covered: set[Cell] = set()
    for total in rulebook.totals if absent else ():
        cells = _covered(rulebook, table, total, selection, complete)
        if cells and cells <= set(wanted) - covered and cells & set(absent):
            covered |= cells
            value += total.value
            used.append(_known(table, total))
    for cell, figure in rows.items():
        inside = all(s is None or cell[i] in s for i, s in enumerate(selection))
        combination = tuple(cell[i] for i in complete)
        if inside and combination in wanted and combination not in covered:
            value += figure
    if any(c in supplied and c not in covered for c in wanted):
        used.append(_supplied(table, figures, selection, value))
    missing = [
        Need("figure", table.key, _cell_path(table, c, selection, complete), _detail(table, c, selection, complete), table.key)
        for c in absent if c not in covered
    ]  # fmt: skip
    return CellSum(value, tuple(used), tuple(missing))


def _combinations(
    rulebook: Rulebook, table: Table, selection: tuple[tuple[str, ...] | None, ...], complete: list[int]
) -> list[Cell]:
    choices = []
    for i in complete:
        chosen = selection[i]
        every = tuple(rulebook.vocabularies[table.by[i][1]].choices)
        choices.append(chosen if chosen is not None else every)
    return [tuple(c) for c in product(*choices)]


def _covered(
    rulebook: Rulebook, table: Table, total: KnownTotal,
    selection: tuple[tuple[str, ...] | None, ...], complete: list[int],
) -> set[Cell]:  # fmt: skip
    """The combinations that a known total covers for this selection; empty when it does not fit."""
    if total.table != table.key:
        return set()
    for i, chosen in enumerate(selection):
        same = None if chosen is None else set(chosen)
        other = total.selection[i]
        if i not in complete and same != (None if other is None else set(other)):
            return set()
    return set(_combinations(rulebook, table, total.selection, complete))


def _known(table: Table, total: KnownTotal) -> UsedFigure:
    columns = [
        f"{name}={'+'.join(chosen)}"
        for (name, _), chosen in zip(table.by, total.selection, strict=True) if chosen is not None
    ]  # fmt: skip
    key = f"{table.key}[{','.join(columns)}]"
    return UsedFigure(key, decimal_text(total.value), total.status, total.source, (total.citation,))


def _supplied(
    table: Table, figures: Figures, selection: tuple[tuple[str, ...] | None, ...], value: Fraction
) -> UsedFigure:
    columns = [
        f"{name}={'+'.join(chosen)}"
        for (name, _), chosen in zip(table.by, selection, strict=True) if chosen is not None
    ]  # fmt: skip
    key = f"{table.key}[{','.join(columns)}]"
    return UsedFigure(key, decimal_text(value), figures.status, Bilingual(figures.source, figures.source))


def _detail(
    table: Table, combination: Cell, selection: tuple[tuple[str, ...] | None, ...], complete: list[int]
) -> tuple[tuple[str, str], ...]:
    at = dict(zip(complete, combination, strict=True))
    detail = []
    for i, (name, _) in enumerate(table.by):
        chosen = (at[i],) if i in at else selection[i]
        if chosen is not None:
            detail += [(name, c) for c in chosen]
    return tuple(detail)


def _cell_path(
    table: Table, combination: Cell, selection: tuple[tuple[str, ...] | None, ...], complete: list[int]
) -> str:
    detail = _detail(table, combination, selection, complete)
    return f"{table.key}[{','.join(f'{k}={v}' for k, v in detail)}]"


def dated_value(values: tuple[DatedValue, ...], on: date) -> DatedValue | None:
    """The value in force on a day."""
    for value in values:
        if value.from_date <= on and (value.to_date is None or on <= value.to_date):
            return value
    return None
