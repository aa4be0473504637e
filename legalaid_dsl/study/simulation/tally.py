"""What a piece of a portfolio comes to, exactly: counts and sums by group. Tallies of pieces add up to the whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...basics.bilingual import Bilingual
from ...engine.columns.batch import Array
from ..portfolio.by_text import GOVERNED
from ..sheets.refused import Refused
from .exact import Exact
from .groups import Grouping, Label

KINDS: Final = ("more", "less", "unchanged", "newly_determined", "newly_undetermined", "newly_refused", "not_determined")
STATES: Final = ("determined", "undetermined", "refused")
SUMS: Final = ("before", "after", "gained", "lost")
ALL: Final = ""  # the column of the whole
EDGES: Final = tuple(d * 10**k for k in range(13) for d in (1, 2, 5))  # of the histogram, in the unit of the number


@attrs.frozen(slots=True, eq=False)
class Sides:
    """One row a case (or an item): states before and after (places in STATES), numbers by key."""

    before: Array
    after: Array
    numbers: Mapping[str, tuple[Exact, Exact]]

    @property
    def both(self) -> Array:
        """Determined on both sides: what enters sums."""
        found: Array = (self.before == 0) & (self.after == 0)
        return found

    def kinds(self) -> Array:
        """Places in KINDS: more or less by the last of the numbers that differs; ``not_determined``: on neither side."""
        sign = np.zeros(len(self.before), np.int64)
        for old, new in reversed(list(self.numbers.values())):
            sign = np.where(sign == 0, new.minus(old).signs(), sign)
        same = np.where(sign > 0, 0, np.where(sign < 0, 1, 2))
        same = np.where(self.both, same, KINDS.index("not_determined"))
        turned = np.array([3, 4, 5])[self.after]
        found: Array = np.where(self.before != self.after, turned, same)
        return found


@attrs.define(slots=True)
class Cell:
    """One group. ``sums``: by number, SUMS in order, over what is determined on both sides."""

    number: int = 0
    both: int = 0
    kinds: list[int] = attrs.Factory(lambda: [0] * len(KINDS))
    before: list[int] = attrs.Factory(lambda: [0] * len(STATES))
    after: list[int] = attrs.Factory(lambda: [0] * len(STATES))
    sums: dict[str, list[Fraction]] = attrs.Factory(dict)

    def add(self, other: Cell) -> None:
        self.number += other.number
        self.both += other.both
        for name in ("kinds", "before", "after"):
            setattr(self, name, [a + b for a, b in zip(getattr(self, name), getattr(other, name), strict=True)])
        for key, sums in other.sums.items():
            mine = self.sums.get(key, [Fraction(0)] * len(SUMS))
            self.sums[key] = [a + b for a, b in zip(mine, sums, strict=True)]

    def difference(self, key: str) -> Fraction:
        return self.sums[key][1] - self.sums[key][0]

    def data(self) -> dict[str, Any]:
        counts = {"number": self.number, "both": self.both, "kinds": self.kinds, "before": self.before, "after": self.after}
        return {**counts, "sums": {k: [str(x) for x in v] for k, v in self.sums.items()}}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Cell:
        sums = {k: [Fraction(x) for x in v] for k, v in data["sums"].items()}
        return cls(**{**data, "sums": sums})


Ceiling = tuple[str, str, str, str, str]  # thing, term, clause, at_most or at_least, the clause that sets its size


@attrs.define(slots=True)
class Tally:
    """``cells``: by column and label; ``ceilings``: (items, amount) before and after; ``steps``: how many changed by
    how much, by the place of EDGES, 1 the first and negative where it is less; ``missing``: what the undetermined cases that were
    looked at lack; ``shares``: what each part of an amendment adds, by column and label; ``unsplit``: cases that could not
    be split; ``choices``: the whole under other choices of readings; ``governed``: by side (0 before, 1 after), where its rules
    change with the day, how many cases each text governed (``by_text.GOVERNED``; empty where which is not known); ``refused``: of a
    whole portfolio, the cells that were not read, and ``unseen``, what was counted though it is hidden, which are no part of what is kept of a piece."""

    cells: dict[tuple[str, Label], Cell] = attrs.Factory(dict)
    ceilings: dict[Ceiling, list[Fraction]] = attrs.Factory(dict)
    steps: dict[int, int] = attrs.Factory(dict)
    missing: dict[tuple[str, str, str, str], int] = attrs.Factory(dict)
    looked_at: int = 0
    synthetic: int = 0
    shares: dict[tuple[str, str, Label], dict[str, Fraction]] = attrs.Factory(dict)
    unsplit: int = 0
    choices: dict[tuple[str, str], Cell] = attrs.Factory(dict)
    governed: dict[tuple[int, str], int] = attrs.Factory(dict)
    refused: list[Refused] = attrs.Factory(list)
    unseen: list[Bilingual] = attrs.Factory(list)

    @property
    def whole(self) -> Cell:
        return self.cells.get((ALL, ()), Cell())

    def add(self, other: Tally) -> None:
        for slot, cell in other.cells.items():
            self.cells.setdefault(slot, Cell()).add(cell)
        for key, amounts in other.ceilings.items():
            mine = self.ceilings.get(key, [Fraction(0)] * 4)
            self.ceilings[key] = [a + b for a, b in zip(mine, amounts, strict=True)]
        for step, count in other.steps.items():
            self.steps[step] = self.steps.get(step, 0) + count
        for need, count in other.missing.items():
            self.missing[need] = self.missing.get(need, 0) + count
        self.looked_at += other.looked_at
        self.synthetic += other.synthetic
        for part, sums in other.shares.items():
            here = self.shares.setdefault(part, {})
            for number, amount in sums.items():
                here[number] = here.get(number, Fraction(0)) + amount
        self.unsplit += other.unsplit
        for choice, cell in other.choices.items():
            self.choices.setdefault(choice, Cell()).add(cell)
        for text, count in other.governed.items():
            self.governed[text] = self.governed.get(text, 0) + count

    def data(self) -> dict[str, Any]:
        return {
            "cells": [[by, list(label), cell.data()] for (by, label), cell in self.cells.items()],
            "ceilings": [[*key, *map(str, amounts)] for key, amounts in self.ceilings.items()],
            "steps": [[k, n] for k, n in sorted(self.steps.items())],
            "missing": [[*key, n] for key, n in self.missing.items()],
            "looked_at": self.looked_at, "synthetic": self.synthetic,
            "shares": [[part, by, list(label), {k: str(x) for k, x in sums.items()}] for (part, by, label), sums in self.shares.items()],
            "unsplit": self.unsplit, "choices": [[*choice, cell.data()] for choice, cell in self.choices.items()],
            "governed": [[*text, count] for text, count in self.governed.items()],
        }  # fmt: skip

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Tally:
        return cls(
            {(by, tuple(label)): Cell.of(cell) for by, label, cell in data["cells"]},
            {(row[0], row[1], row[2], row[3], row[4]): [Fraction(x) for x in row[5:]] for row in data["ceilings"]},
            {int(k): n for k, n in data["steps"]},
            {(row[0], row[1], row[2], row[3]): row[4] for row in data["missing"]},
            data["looked_at"], data["synthetic"],
            {(part, by, tuple(label)): {k: Fraction(x) for k, x in sums.items()} for part, by, label, sums in data["shares"]},
            data["unsplit"], {(key, choice): Cell.of(cell) for key, choice, cell in data["choices"]},
            {(side, text): count for side, text, count in data["governed"]},
        )  # fmt: skip


def sealed(tally: Tally, seal: str) -> str:
    """A tally as one line of JSON. ``seal``: what it belongs to; it and all that is counted are signed with their digest."""
    body = json.dumps(tally.data(), ensure_ascii=False, sort_keys=True)
    return json.dumps({"seal": seal, "sha256": _signed(seal, body), "tally": json.loads(body)}, ensure_ascii=False, sort_keys=True)


def unsealed(data: bytes, seal: str) -> Tally | None:
    """A tally that was sealed with this; None where anything is otherwise than it was written."""
    try:
        held = json.loads(data)
        body = json.dumps(held["tally"], ensure_ascii=False, sort_keys=True)
        if held["seal"] != seal or held["sha256"] != _signed(seal, body):
            return None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return Tally.of(held["tally"])


def _signed(seal: str, body: str) -> str:
    return hashlib.sha256(f"{seal}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()


def states_of(table: pa.Table) -> Array:
    """Places in STATES."""
    found: Array = pc.index_in(table["status"], value_set=pa.array(STATES)).to_numpy().astype(np.int64)
    return found


def count_groups(tally: Tally, by: str, labels: Sequence[Label], codes: Array, sides: Sides) -> None:
    """Add the cells of one grouping."""
    for label, cell in zip(labels, _cells(codes, len(labels), sides), strict=True):
        if cell.number:
            tally.cells.setdefault((by, label), Cell()).add(cell)


def count_cell(cells: dict[tuple[str, str], Cell], slot: tuple[str, str], sides: Sides) -> None:
    """Add one cell of everything."""
    (cell,) = _cells(np.zeros(len(sides.before), np.int64), 1, sides)
    cells.setdefault(slot, Cell()).add(cell)


def _cells(codes: Array, count: int, sides: Sides) -> list[Cell]:
    both, kinds = sides.both, sides.kinds()
    whole = np.bincount(codes, minlength=count)
    decided = np.bincount(codes[both], minlength=count)
    by_kind = [np.bincount(codes[kinds == k], minlength=count) for k in range(len(KINDS))]
    states = [[np.bincount(codes[s == k], minlength=count) for k in range(len(STATES))] for s in (sides.before, sides.after)]
    sums = {}
    for key, (old, new) in sides.numbers.items():
        change = new.minus(old)
        signs = change.signs()
        parts = [(old, both), (new, both), (change, both & (signs > 0)), (change, both & (signs < 0))]
        sums[key] = [x.sums(where, codes, count) for x, where in parts]
    return [
        Cell(
            int(whole[i]), int(decided[i]), [int(k[i]) for k in by_kind], [int(s[i]) for s in states[0]],
            [int(s[i]) for s in states[1]], {k: [s[i] for s in v] for k, v in sums.items()},
        )
        for i in range(count)
    ]  # fmt: skip


def count_steps(tally: Tally, sides: Sides) -> None:
    """How many changed by how much in the last of the numbers: steps of 1, 2, 5, 10, …"""
    if not sides.numbers:
        return
    old, new = list(sides.numbers.values())[-1]
    change = new.minus(old)
    rows = np.flatnonzero(sides.both & (change.signs() != 0))
    sizes = np.abs(change.codes[rows])
    steps = np.searchsorted(np.array(EDGES, np.int64), sizes // 10**change.places, side="right")
    for row, value in change.odd.items():
        steps[rows == row] = sum(1 for e in EDGES if e <= abs(value))
    for step, count in zip(*np.unique((steps + 1) * change.signs()[rows], return_counts=True), strict=True):
        tally.steps[int(step)] = tally.steps.get(int(step), 0) + int(count)


def count_governed(tally: Tally, side: int, cases: pa.Table) -> None:
    """How many cases each text governed, where there are several."""
    if GOVERNED in cases.column_names:
        for found in pc.value_counts(cases[GOVERNED]).to_pylist():
            text = (side, found["values"] or "")
            tally.governed[text] = tally.governed.get(text, 0) + found["counts"]


def item_sides(cases: Sides, group: Grouping, numbers: Mapping[str, tuple[Exact, Exact]]) -> Sides:
    """The sides of items: the states of their cases. A number that an item does not have counts as none."""
    assert group.case_of is not None
    before, after = cases.before[group.case_of], cases.after[group.case_of]
    both = (before == 0) & (after == 0)
    filled = {k: (_filled(old, both), _filled(new, both)) for k, (old, new) in numbers.items()}
    return Sides(before, after, filled)


def _filled(number: Exact, where: Array) -> Exact:
    return Exact(number.codes, number.known | where, number.places, number.odd)


def total(tallies: Iterable[Tally]) -> Tally:
    found = Tally()
    for one in tallies:
        found.add(one)
    return found
