"""Figures that somebody entered into the workbook of ``appendices.py``: checked, and kept as tables of the ruleset."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs

from ..api import Rules
from ..basics.bilingual import LANGUAGES, Bilingual
from ..basics.neutral import visible
from ..basics.output import write_whole
from ..basics.quantity import MAX_FRACTION_DIGITS, MAX_INTEGER_DIGITS, decimal_text, grouped
from ..basics.tabular import Place
from ..engine.tables import SOURCE, SUPPLIED, Cell
from ..rulebook.model import Rulebook
from .appendices import ALL_DATE, ALL_SOURCE, BETWEEN, FORM, KEY, figure_columns, named, selected
from .cells import Asked, asked_tables
from .read_back import FormError, Problems, Read, Unfit, at, day_in, number_in, text_in
from .said import say

DATE = "date"  # a column of a kept table, beside its figures and their source


@attrs.frozen
class Entered:
    """A figure, where it was found and on which day."""

    value: Fraction
    source: str
    day: date


@attrs.frozen
class Supply:
    """What a workbook gives. ``problems``: every cell that is wrong or missing; where there are any, nothing is to be kept.
    ``absent``: the groups of cells of which nothing was entered, so that they stay not supplied."""

    figures: dict[str, dict[Cell, Entered]]
    problems: tuple[Bilingual, ...]
    absent: tuple[Bilingual, ...]


def read_supply(rules: Rules, read: Read) -> Supply:
    """Raises FormError for a workbook of another form or ruleset."""
    if read.said.get("form") != FORM:
        raise FormError.of("form-another", Place(file=read.name), form=read.said.get("form", ""))
    if read.said.get("ruleset") != rules.rulebook.id:
        raise FormError.of("form-ruleset", Place(file=read.name), ruleset=read.said.get("ruleset", ""), wanted=rules.rulebook.id)
    problems = Problems(read.name)
    figures: dict[str, dict[Cell, Entered]] = {}
    absent: list[Bilingual] = []
    for asked in asked_tables(rules):
        of = [name for name, rows in read.sheets.items() if rows and at(rows[0], KEY) == asked.table.key]
        if len(of) != 1:
            problems.add(*("form-sheet-twice", of[1]) if of else ("form-sheet",), names=asked.table.names, other=(of or [""])[0])
            continue
        found = _Sheet(rules.rulebook, asked, problems, of[0], read.sheets[of[0]]).figures(absent)
        if found:
            figures[asked.table.key] = found
    return Supply(figures, tuple(problems.found), tuple(absent))


@attrs.define
class _Sheet:
    book: Rulebook
    asked: Asked
    problems: Problems
    sheet: str
    rows: list[list[Any]]

    def figures(self, absent: list[Bilingual]) -> dict[Cell, Entered]:
        """The figures of the groups that are whole; of the others every missing cell is a problem."""
        places = self._places()
        general: dict[str, tuple[int, Any]] = {
            key: (places[key], self._general(places[key])) for key in (ALL_SOURCE, ALL_DATE) if key in places
        }
        found: dict[Cell, Entered] = {}
        for group, cells in self.asked.groups.items():
            given = {cell: self.rows[places[key]] for cell in cells if (key := BETWEEN.join(cell)) in places}
            filled = {cell: row for cell, row in given.items() if at(row, figure_columns(self.asked)[0]) != ""}
            if not filled:
                absent.append(self._words(group))
            for cell in cells if filled else ():
                if cell in filled:
                    entered = self._entered(places[BETWEEN.join(cell)], general)
                    if entered is not None:
                        found[cell] = entered
                elif cell in given:
                    self._wrong("form-missing", places[BETWEEN.join(cell)], figure_columns(self.asked)[0], cell=self._named(cell))
                else:
                    self.problems.add("form-row-gone", self.sheet, cell=self._named(cell))
        self._totals(found)
        return found

    def _places(self) -> dict[str, int]:
        """The rows by the key that each carries."""
        known = {BETWEEN.join(cell) for cell in self.asked.cells} | {ALL_SOURCE, ALL_DATE}
        found: dict[str, int] = {}
        for place, row in enumerate(self.rows[1:], 1):
            key = str(at(row, KEY))
            if key in found:
                self._wrong("form-row-twice", place, 1)
            elif key in known:
                found[key] = place
            elif key or at(row, figure_columns(self.asked)[0]) != "" and self._below_heads(place):
                self._wrong("form-row-unknown", place, 1, key=key)
        return found

    def _below_heads(self, place: int) -> bool:
        """Whether a row stands among the figures; the heads and the notes have no key either."""
        return any(at(row, KEY) in {BETWEEN.join(c) for c in self.asked.cells} for row in self.rows[:place])

    def _general(self, place: int) -> Any:
        return at(self.rows[place], figure_columns(self.asked)[0])

    def _entered(self, place: int, general: dict[str, tuple[int, Any]]) -> Entered | None:
        row, (figure, source, day) = self.rows[place], figure_columns(self.asked)
        value = self._cell(place, figure, at(row, figure), number_in)
        if value is not None and not _short(value):
            self._wrong("form-digits", place, figure, value=at(row, figure))
            value = None
        told = self._with_general(place, source, ALL_SOURCE, general, text_in, "form-no-source")
        on = self._with_general(place, day, ALL_DATE, general, day_in, "form-no-day")
        return Entered(value, visible(told), on) if value is not None and told is not None and on is not None else None

    def _with_general(self, place: int, column: int, key: str, general: dict[str, tuple[int, Any]], kind: Any, code: str) -> Any:
        """What the row says itself, or else what the sheet says of all its figures."""
        if (own := at(self.rows[place], column)) != "":
            return self._cell(place, column, own, kind)
        row, common = general.get(key, (place, ""))
        if common == "":
            self._wrong(code, place, column)
            return None
        return self._cell(row, figure_columns(self.asked)[0], common, kind)

    def _cell(self, place: int, column: int, value: Any, kind: Any) -> Any:
        try:
            return kind(value)
        except Unfit as error:
            self._wrong(error.code, place, column, **error.values)
            return None

    def _totals(self, found: dict[Cell, Entered]) -> None:
        """What the law itself states of sums of these cells holds, as far as they are entered."""
        for total in (t for t in self.book.totals if t.table == self.asked.table.key):
            under = [c for c in self.asked.cells if all(s is None or x in s for x, s in zip(c, total.selection, strict=True))]
            value = sum((found[c].value for c in under if c in found), Fraction(0))
            whole = all(c in found for c in under)
            if value > total.value or (whole and value != total.value):
                words = Bilingual(*(selected(self.book, self.asked, total, lang) for lang in LANGUAGES))
                self.problems.add(
                    "form-total", self.sheet, cells=words, found=_both(value), wanted=_both(total.value), where=total.source
                )

    def _words(self, group: Cell) -> Bilingual:
        columns = [name for name, _ in self.asked.table.by if name in self.asked.table.complete_for]
        texts = (f"{self.asked.table.names[lang]}: {named(self.book, self.asked, group, lang, columns)}" for lang in LANGUAGES)
        return Bilingual(*texts)

    def _named(self, cell: Cell) -> Bilingual:
        return Bilingual(*(named(self.book, self.asked, cell, lang) for lang in LANGUAGES))

    def _wrong(self, code: str, row: int, column: int, **values: Any) -> None:
        self.problems.add(code, self.sheet, row, column, **values)


def _both(value: Fraction) -> Bilingual:
    return Bilingual(*(grouped(value, lang) for lang in LANGUAGES))


def _short(value: Fraction) -> bool:
    whole, _, part = decimal_text(value).partition(".")
    return len(whole) <= MAX_INTEGER_DIGITS and len(part) <= MAX_FRACTION_DIGITS


def table_files(rules: Rules, supply: Supply) -> Iterator[tuple[str, str]]:
    """The supply as files of a folder of figures: name and text (CSV)."""
    for asked in asked_tables(rules):
        if found := supply.figures.get(asked.table.key):
            out = io.StringIO(newline="")
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow([*(column for column, _ in asked.table.by), asked.table.value_column, SOURCE, DATE])
            for cell in (c for c in asked.cells if c in found):
                one = found[cell]
                writer.writerow([*cell, decimal_text(one.value), _plain(one.source, one.day), one.day.isoformat()])
            yield f"{asked.table.key}.csv", out.getvalue()


def _plain(source: str, day: date) -> str:
    """A source with the day on which it was looked at; never what a spreadsheet takes for a formula."""
    text = f"{source} ({day:%d/%m/%Y})"
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def keep(rules: Rules, supply: Supply, folder: Path | None = None) -> list[Path]:
    """Write a supply into the ruleset, where it is found from then on (or into ``folder``, for ``--figures``)."""
    there = folder or Path(rules.rulebook.folder, *SUPPLIED)
    written = []
    for name, text in table_files(rules, supply):
        write_whole(there / name, text)
        written.append(there / name)
    return written


def said_of(supply: Supply, lang: str) -> list[str]:
    """What was taken, and what still is not there, in a few lines."""
    lines = [
        say("appendices", "taken", lang, count=sum(map(len, supply.figures.values())), tables=len(supply.figures)),
        *([say("appendices", "absent", lang)] if supply.absent else []),
    ]
    return [*lines, *(f"   {one[lang]}" for one in supply.absent)]
