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
from ..basics.problem import did_you_mean, listed
from ..basics.quantity import MAX_FRACTION_DIGITS, MAX_INTEGER_DIGITS, decimal_text, parse_decimal
from ..basics.source_text import called
from ..basics.system import reason
from ..basics.tabular import SHOWN, Place, TableError
from ..rulebook.model import DatedValue, KnownTotal, Rulebook, Status, Table
from .values import ZERO, Need

MAX_BYTES: Final = 1_000_000
NONE: Final = "none"  # no table at all, not even those that the ruleset holds
SOURCE: Final = "source"  # a column that a table may have beside its own
SUPPLIED: Final = ("tables", "supplied")  # where a ruleset keeps tables that somebody entered (legalaid form read)

Cell = tuple[str, ...]
Parted = dict[Cell, list[tuple[int, Cell, Fraction]]]


class FiguresError(TableError):
    """A table of figures that cannot be used; says which file and line, in both languages."""


@attrs.frozen(slots=True, eq=False)
class Figures:
    """Rows by table, with where they come from."""

    status: Status = "supplied"
    source: str = ""
    rows: Mapping[str, Mapping[Cell, Fraction]] = attrs.Factory(dict)
    sources: Mapping[str, Mapping[Cell, str]] = attrs.Factory(dict)  # of cells for which the table itself names one
    _parted: dict[tuple[str, tuple[int, ...]], Parted] = attrs.field(factory=dict, init=False, repr=False)

    def identity(self) -> tuple[str, str]:
        return (self.status, self.source)

    def parted(self, table: str, by: tuple[int, ...]) -> Parted:
        """The rows of a table by what stands in some of its columns, each with its number: looked through once, not for every sum."""
        found = self._parted.get((table, by))
        if found is None:
            found = {}
            for number, (cell, figure) in enumerate(self.rows.get(table, {}).items()):
                found.setdefault(tuple(cell[i] for i in by), []).append((number, cell, figure))
            self._parted[(table, by)] = found
        return found


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
    """``illustrative``, ``none``, or a folder of CSV files; without a choice the tables that the ruleset keeps as supplied,
    if it does. Raises FiguresError."""
    if choice is None:
        kept = Path(rulebook.folder, *SUPPLIED) if rulebook.folder else None
        return _read(rulebook, kept, "supplied") if kept is not None and kept.is_dir() else NO_FIGURES
    if str(choice) == NONE:
        return NO_FIGURES
    if str(choice) == "illustrative":
        return _read(rulebook, Path(rulebook.folder) / "tables" / "illustrative", "illustrative")
    folder = Path(choice)
    try:
        is_folder = folder.is_dir()
    except (OSError, ValueError):  # no name that a file may have
        is_folder = False
    if not is_folder:
        raise FiguresError.of("figures-no-folder", name=choice)
    return _read(rulebook, folder, "supplied")


def _read(rulebook: Rulebook, folder: Path, status: Status) -> Figures:
    rows: dict[str, dict[Cell, Fraction]] = {}
    sources: dict[str, dict[Cell, str]] = {}
    files = _files(folder)
    for table in rulebook.tables.values():
        path = folder / f"{table.key}.csv"
        for name in files:
            if name != path.name and name.lower().replace("-", "_").replace(" ", "_") == path.name.lower():
                raise FiguresError.of("passed-over", Place(file=name), name=table.key)
        if path.name in files:
            rows[table.key], sources[table.key] = _rows(rulebook, table, path)
    if not rows:
        there = [f"{key}.csv" for key in rulebook.tables]
        raise FiguresError.of("figures-no-table", name=called(folder), there=there)
    return Figures(status, f"{called(folder)}/*.csv", rows, sources)


def _files(folder: Path) -> list[str]:
    try:
        return [p.name for p in folder.iterdir()]
    except OSError as error:
        raise FiguresError.of("damaged", Place(file=called(folder)), why=reason(error)) from None


def _rows(rulebook: Rulebook, table: Table, path: Path) -> tuple[dict[Cell, Fraction], dict[Cell, str]]:
    """The figures of a file, and what its column ``source`` says of each, where it has one."""
    text = _text(path)
    found: dict[Cell, Fraction] = {}
    sources: dict[Cell, str] = {}
    place = Place(file=path.name)
    for line, row in _lines(table, place, text):
        where = attrs.evolve(place, line=line)
        cell = _cell(rulebook, table, row, where)
        if cell in found:
            raise FiguresError.of("figures-twice", where)
        found[cell] = _figure(row[table.value_column], attrs.evolve(where, column=table.value_column))
        if source := row.get(SOURCE, "").strip():
            sources[cell] = source
    return found, sources


def _text(path: Path) -> str:
    """The text of a file, by what its bytes say it is."""
    place = Place(file=path.name)
    try:
        if not path.is_file():
            raise FiguresError.of("not-a-file", place)
        if path.stat().st_size > MAX_BYTES:
            raise FiguresError.of("figures-size", place)
        data = path.read_bytes()
    except OSError as error:
        raise FiguresError.of("damaged", place, why=reason(error)) from None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data:
        raise FiguresError.of("is-utf-16", place)
    if data.startswith(b"\x1f\x8b"):
        raise FiguresError.of("compressed", place, kind="gzip")
    if data.startswith(b"PK"):
        raise FiguresError.of("is-another", place, kind="zip (.xlsx)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"0x{error.object[error.start]:02X}"
        raise FiguresError.of("not-utf-8", attrs.evolve(place, line=line), byte=byte) from None


def _lines(table: Table, place: Place, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows by column, each with the line where it ends."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        given = list(reader.fieldnames or ())
        _check_header(table, place, given)
        for row in reader:
            where = attrs.evolve(place, line=reader.line_num)
            if None in row or None in row.values():
                raise FiguresError.of("figures-row", where, wanted=len(given))
            yield reader.line_num, row
    except csv.Error as error:
        raise FiguresError.of("csv-form", attrs.evolve(place, line=reader.line_num), why=error) from None


def _check_header(table: Table, place: Place, given: list[str]) -> None:
    wanted = [*(column for column, _ in table.by), table.value_column]
    mark = next((m for m in (";", "\t", "|") if len(given) == 1 and m in given[0]), "")
    if mark:
        raise FiguresError.of("separator", place, mark="tab" if mark == "\t" else mark)
    missing = sorted(set(wanted) - set(given))
    if missing:
        raise FiguresError.of("figures-column", place, names=missing)
    if len(set(given)) != len(given):
        raise FiguresError.of("figures-column-twice", place)


def _cell(rulebook: Rulebook, table: Table, row: dict[str, str], where: Place) -> Cell:
    for column, vocabulary in table.by:
        choices = rulebook.vocabularies[vocabulary].choices
        if row[column] not in choices:
            near = did_you_mean(row[column][:SHOWN], choices)
            raise FiguresError.of("figures-value", where, value=row[column], column=column, there=near or listed(choices))
    return tuple(row[column] for column, _ in table.by)


def _figure(text: str, where: Place) -> Fraction:
    whole, _, part = text.partition(".")
    if len(whole) > MAX_INTEGER_DIGITS or len(part) > MAX_FRACTION_DIGITS:
        raise FiguresError.of("figures-digits", where, value=text, whole=MAX_INTEGER_DIGITS, part=MAX_FRACTION_DIGITS)
    try:
        return parse_decimal(text)
    except ValueError:
        raise FiguresError.of("figures-number", where, value=text) from None


def sum_cells(
    rulebook: Rulebook, figures: Figures, table: Table, selection: tuple[tuple[str, ...] | None, ...]
) -> CellSum:
    """Sum the selected cells. Where no row is supplied, a known total may cover them.

    A column named ``complete for`` says what a supply is made of: a missing row in a
    supplied (class, stage) is 0.
    """
    names = [name for name, _ in table.by]
    complete = [i for i, name in enumerate(names) if name in table.complete_for]
    supplied = figures.parted(table.key, tuple(complete))
    wanted = _combinations(rulebook, table, selection, complete)
    absent = [c for c in wanted if c not in supplied]
    used: list[UsedFigure] = []
    value = ZERO
    told: dict[str, None] = {}
    covered: set[Cell] = set()
    for total in rulebook.totals if absent else ():
        cells = _covered(rulebook, table, total, selection, complete)
        if cells and cells <= set(wanted) - covered and cells & set(absent):
            covered |= cells
            value += total.value
            used.append(_known(rulebook, table, total))
    asked = [row for c in dict.fromkeys(wanted) if c not in covered for row in supplied.get(c, ())]
    for _, cell, figure in sorted(asked):
        if all(s is None or cell[i] in s for i, s in enumerate(selection)):
            value += figure
            told |= dict.fromkeys(filter(None, [figures.sources.get(table.key, {}).get(cell)]))
    if any(c in supplied and c not in covered for c in wanted):
        used.append(_supplied(table, figures, selection, value, "; ".join(told)))
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


def _known(rulebook: Rulebook, table: Table, total: KnownTotal) -> UsedFigure:
    columns = [
        f"{name}={'+'.join(rulebook.vocabularies[kind].in_order(chosen))}"
        for (name, kind), chosen in zip(table.by, total.selection, strict=True) if chosen is not None
    ]  # fmt: skip
    key = f"{table.key}[{','.join(columns)}]"
    return UsedFigure(key, decimal_text(total.value), total.status, total.source, (total.citation,))


def _supplied(
    table: Table, figures: Figures, selection: tuple[tuple[str, ...] | None, ...], value: Fraction, told: str
) -> UsedFigure:
    columns = [
        f"{name}={'+'.join(chosen)}"
        for (name, _), chosen in zip(table.by, selection, strict=True) if chosen is not None
    ]  # fmt: skip
    key = f"{table.key}[{','.join(columns)}]"
    return UsedFigure(key, decimal_text(value), figures.status, Bilingual(told or figures.source))


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
