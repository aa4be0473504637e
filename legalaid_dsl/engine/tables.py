"""Figures supplied from outside: rows of the tables that the ruleset declares."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path

import attrs

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation
from ..basics.quantity import decimal_text, parse_decimal
from ..rulebook.model import DatedValue, KnownTotal, Rulebook, Status, Table
from .values import ZERO, Need

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
    if path.stat().st_size > 1_000_000:
        raise FiguresError(f"{path.name}: larger than 1 MB")
    found: dict[Cell, Fraction] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = [name for name, _ in table.by]
        missing = {*columns, table.value_column} - set(reader.fieldnames or ())
        if missing:
            raise FiguresError(f"{path.name}: column {', '.join(sorted(missing))} is missing")
        for number, row in enumerate(reader, start=2):
            cell = []
            for name, vocabulary in table.by:
                if row[name] not in rulebook.vocabularies[vocabulary].choices:
                    raise FiguresError(f"{path.name}, line {number}: {row[name]!r} is no {name}")
                cell.append(row[name])
            try:
                value = parse_decimal(row[table.value_column] or "")
            except ValueError:
                raise FiguresError(f"{path.name}, line {number}: {row[table.value_column]!r} is no number") from None
            if tuple(cell) in found:
                raise FiguresError(f"{path.name}, line {number}: the row is given twice")
            found[tuple(cell)] = value
    return found


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
