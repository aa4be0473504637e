"""Sums of a table's cells, over all cases at once (follows engine/tables.py).

The figures are those supplied; or any: each table not supplied at all, or with any figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import attrs
import z3

from ....engine.tables import Cell, Figures
from ....rulebook import meaning as m
from ....rulebook.model import Rulebook, Table
from . import values as v
from .logic import Formula, Term, both, either, every, number, opposite, pick, same, some
from .naming import Translating
from .space import Decoder, Spot
from .values import Number, Picked

HALF, ZERO = Fraction(1, 2), Fraction(0)


@attrs.define(slots=True, eq=False)
class Cells:
    """``figures`` None: any figures up to ``highest``, by halves; ``fine``: of any fineness."""

    figures: Figures | None
    highest: int
    fine: bool = False
    constraints: list[Any] = attrs.Factory(list)
    variables: dict[str, dict[Cell, Any]] = attrs.Factory(dict)
    given: dict[str, Any] = attrs.Factory(dict)

    def summed(self, tr: Translating, node: m.Cells, spot: Spot) -> Number:
        table = tr.book.tables[node.table]
        columns = [_column(tr, a, spot) for a in node.arguments]
        return _Sum(self, tr, table, columns).number()

    def supplied(self, table: Table, combination: Cell, complete: list[int]) -> Formula:
        if self.figures is None:
            return self.given.setdefault(table.key, z3.Bool(f"{table.key}?given"))
        rows = self.figures.rows.get(table.key, {})
        return any(tuple(cell[i] for i in complete) == combination for cell in rows)

    def cell(self, table: Table, cell: Cell) -> Term:
        if self.figures is not None:
            return self.figures.rows.get(table.key, {}).get(cell, ZERO)
        found = self.variables.setdefault(table.key, {})
        if cell not in found:
            name = f"{table.key}[{','.join(cell)}]"
            found[cell] = z3.Real(name) if self.fine else z3.Int(name)
            self.constraints += [found[cell] >= 0, found[cell] <= (self.highest + 1 if self.fine else 2 * self.highest)]
        return found[cell] if self.fine else z3.ToReal(found[cell]) * number(HALF)

    def decoded(self, decoder: Decoder, book: Rulebook) -> Figures | None:
        """The figures of a model; None where no table is supplied."""
        if self.figures is not None:
            return self.figures
        rows: dict[str, Mapping[Cell, Fraction]] = {}
        for key, given in self.given.items():
            if decoder.holds(given):
                table = book.tables[key]
                held = {c: decoder.number(x) * HALF for c, x in self.variables.get(key, {}).items()}
                rows[key] = _whole(book, table, {c: x for c, x in held.items() if x})
        return Figures("supplied", "", rows) if rows else None


def _whole(book: Rulebook, table: Table, held: Mapping[Cell, Fraction]) -> dict[Cell, Fraction]:
    """With a row, of nothing where need be, for every combination that a supply is made of."""
    complete = [i for i, (name, _) in enumerate(table.by) if name in table.complete_for]
    choices = [list(book.vocabularies[vocabulary].choices) for _, vocabulary in table.by]
    there = {tuple(cell[i] for i in complete) for cell in held}
    first = [keys if i in complete else keys[:1] for i, keys in enumerate(choices)]
    added = {c: ZERO for c in product(*first) if tuple(c[i] for i in complete) not in there}
    return {**held, **added}


@attrs.frozen(slots=True, eq=False)
class _Column:
    """Which cells of a column are meant; ``one``: a single choice, not a list."""

    picked: Picked
    listed: bool  # a list of the case's, which may be empty

    @property
    def one(self) -> bool:
        return self.picked.single and not self.listed


def _column(tr: Translating, argument: m.Expression | m.Several | None, spot: Spot) -> _Column | None:
    if argument is None:
        return None
    listed = isinstance(argument, m.Reference) and tr.book.terms[argument.term].type.kind == "choices"
    return _Column(tr.picked(argument, spot), listed)


@attrs.define(slots=True, eq=False)
class _Sum:
    cells: Cells
    tr: Translating
    table: Table
    columns: list[_Column | None]
    covered: dict[Cell, Formula] = attrs.Factory(dict)

    @property
    def book(self) -> Rulebook:
        return self.tr.book

    @property
    def complete(self) -> list[int]:
        return [i for i, (name, _) in enumerate(self.table.by) if name in self.table.complete_for]

    def choices(self, i: int) -> list[str]:
        return list(self.book.vocabularies[self.table.by[i][1]].choices)

    def guard(self, i: int, key: str) -> Formula:
        column = self.columns[i]
        return True if column is None else column.picked.guards.get(key, False)

    def wanted(self, combination: Cell) -> Formula:
        return every(self.guard(i, key) for i, key in zip(self.complete, combination, strict=True))

    def number(self) -> Number:
        known = every(c.picked.known for c in self.columns if c is not None)
        nothing = some(
            both(c.picked.known, opposite(some(c.picked.guards.values()))) for c in self.columns if c and c.listed
        )
        totals = self._totals()
        missing = some(
            both(self.wanted(c), opposite(self.supplied(c)), opposite(self.covered.get(c, False)))
            for c in product(*(self.choices(i) for i in self.complete))
        )
        known = either(nothing, both(known, opposite(missing)))
        order = sorted(range(len(self.columns)), key=lambda i: (not self._one(i), i not in self.complete, i))
        term, high = self._rows({}, order)
        for used, value in totals:
            term, high = _add(term, pick(used, value, ZERO)), high + value
        if isinstance(term, Fraction):
            return attrs.evolve(v.constant(term), known=known)
        return Number(known, term, ZERO, high)

    def _one(self, i: int) -> bool:
        column = self.columns[i]
        return column is not None and column.one

    def supplied(self, combination: Cell) -> Formula:
        return self.cells.supplied(self.table, combination, self.complete)

    def _totals(self) -> list[tuple[Formula, Fraction]]:
        """The known totals that stand in for rows not supplied, in order; what they cover is kept."""
        found = []
        for total in self.book.totals:
            if total.table != self.table.key:
                continue
            fits: list[Formula] = []
            for i, other in enumerate(total.selection):
                if i not in self.complete:
                    if (self.columns[i] is None) != (other is None):
                        fits.append(False)
                    elif other is not None:
                        fits += [same(self.guard(i, k), k in other) for k in self.choices(i)]
            chosen = [s if s is not None else self.choices(i) for i, s in enumerate(total.selection) if i in self.complete]
            meant = [tuple(c) for c in product(*chosen)]
            absent = some(opposite(self.supplied(c)) for c in meant)
            free = [both(self.wanted(c), opposite(self.covered.get(c, False))) for c in meant]
            used = both(*fits, absent, *free)
            for c in meant:
                self.covered[c] = either(self.covered.get(c, False), used)
            found.append((used, total.value))
        return found

    def _rows(self, at: dict[int, str], order: list[int], inside: bool = False) -> tuple[Term, Fraction]:
        """The sum over the columns that are left: one of a single choice's, else all that are wanted."""
        fixed = all(i in at for i in self.complete)
        if not order:
            cell = tuple(at[i] for i in range(len(self.columns)))
            term = self.cells.cell(self.table, cell)
            high = term if isinstance(term, Fraction) else Fraction(self.cells.highest)
            return (term if inside else self._open(at, term)), high
        i, rest = order[0], order[1:]
        inner_sum = fixed and not inside  # the rest is within one combination: guarded once
        total: Term = ZERO
        high = ZERO
        for key in self.choices(i):
            guard = self.guard(i, key)
            if guard is False:
                continue
            part, most = self._rows({**at, i: key}, rest, inside or inner_sum)
            if self._one(i):
                if not at:  # the sum for one choice: the same for every item, and seldom needed
                    part = self.tr.naming.shared(f"{self.table.key}[{key}]", part, most)
                total, high = pick(guard, part, total), max(high, most)
            else:
                total, high = _add(total, pick(guard, part, ZERO)), high + most
        return (self._open(at, total) if inner_sum else total), high

    def _open(self, at: dict[int, str], term: Term) -> Term:
        """Only where the rows of a combination are supplied, and no known total stands in for them."""
        combination = tuple(at[i] for i in self.complete)
        open_to = both(self.supplied(combination), opposite(self.covered.get(combination, False)))
        if isinstance(term, Fraction) and term == 0:
            return term
        return pick(open_to, term, ZERO)


def _add(a: Term, b: Term) -> Term:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    if isinstance(a, Fraction) and a == 0:
        return b
    if isinstance(b, Fraction) and b == 0:
        return a
    return number(a) + number(b)


