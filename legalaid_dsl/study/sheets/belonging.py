"""Rows whose case is in doubt: every case that such a row may belong to is refused, so that none is decided without a line of its own.

A row contradicts its case where another row of it says otherwise. Its id may then be wrong: merged a row too far, taken from the
row above, or mistyped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

import attrs

from ...rulebook.model import ROOT
from ..portfolio.opened import Opened, SourceError
from .body import Body
from .cells import Wrong
from .refused import DOUBT, MARK, refused
from .words import CASE, ID, Words

FACTS: Final = ("number", "date", "choice", "choices", "yes_or_no")  # of which none is written as a mark is
SPLIT: Final = 2  # where one case in so many is split, the rows are not laid out case by case
TOLD: Final = 3  # cells in which two cases must agree where their rows stand apart
CHUNK: Final = 16_384

Rows = list[tuple[int, str]]  # numbers of rows and their cases, in order


@attrs.define(slots=True, eq=False)
class Belonging:
    """``rows``: of one sheet; ``untyped``: those whose case stands in another row."""

    rows: Rows
    untyped: set[int]
    _runs: list[tuple[str, int, int]] = attrs.field(init=False)  # case, first and last row
    _at: dict[int, int] = attrs.field(init=False)  # by row: its run

    def __attrs_post_init__(self) -> None:
        self._runs, self._at = [], {}
        for case, group in groupby(self.rows, lambda r: r[1]):
            numbers = [n for n, _ in group]
            self._at |= dict.fromkeys(numbers, len(self._runs))
            self._runs.append((case, numbers[0], numbers[-1]))

    def beside(self, number: int) -> list[str]:
        """The cases above and below that of a row."""
        at = self._at[number]
        return list(dict.fromkeys(self._runs[i][0] for i in (at - 1, at + 1) if 0 <= i < len(self._runs) if self._runs[i][0] != self._runs[at][0]))

    def strayed(self) -> Iterator[tuple[int, str, str]]:
        """Rows that stand alone amid those of another case, under an id that is nearly the same, in a sheet laid out case by case:
        row, its case, the other."""
        runs = self._runs
        within = [i for i in range(1, len(runs) - 1) if runs[i - 1][0] == runs[i + 1][0]]
        count = Counter(case for case, _, _ in runs)
        split = sum(1 for n in count.values() if n > 1)
        if split * SPLIT >= len(count):
            return
        for i in within:
            (case, first, last), other = runs[i], runs[i - 1][0]
            if first == last and first not in self.untyped and one_slip(case, other):
                yield first, case, other


def one_slip(a: str, b: str) -> bool:
    """Whether one letter more, less or otherwise, or two that changed places, make one of the other."""
    if len(a) > len(b):
        a, b = b, a
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    return a != b and (a[at + 1 :] == b[at + 1 :] or (a[at + 2 :] == b[at + 2 :] and a[at : at + 2] == b[at : at + 2][::-1]))


@attrs.frozen(slots=True)
class Doubt:
    """Two rows of one case that contradict each other, or one that contradicts something else."""

    row: int
    other: int


def in_doubt(
    belonging: Belonging, doubts: Sequence[Doubt], says: Mapping[int, Mapping[str, str]], known: Callable[[], Mapping[str, Mapping[str, str]]]
) -> dict[str, int]:  # fmt: skip
    """The cases that a row may belong to though it names another, each with the number of the row.

    ``says``: by row, what it says of its case and who worked; ``known``: by case, the same."""
    of, found = dict(belonging.rows), dict[str, int]()
    for doubt in doubts:
        for number in (doubt.row, doubt.other):
            near = belonging.beside(number)
            if number not in belonging.untyped:
                near = _alike(says[number], known(), near, of[number])
            found |= {c: number for c in near if c not in found}
    for number, case, other in belonging.strayed():
        facts = known()[other]
        if all(facts.get(n, v) == v for n, v in says[number].items()):
            found |= {c: number for c in (case, other) if c not in found}
    return found


def _alike(says: Mapping[str, str], known: Mapping[str, Mapping[str, str]], near: Sequence[str], own: str) -> list[str]:
    """The cases that say nothing else than a row does: those near it or under nearly the same id; others only where they agree in much."""
    found = []
    for case, facts in known.items():
        if case != own and all(facts.get(n, v) == v for n, v in says.items()):
            agreed = sum(1 for n in says if n in facts)
            if case in near or agreed >= TOLD or (agreed and one_slip(case, own)):
                found.append(case)
    return found


# ------------------------------------------------------------------ sheets of one thing


def check_rows(body: Body, words: Words, tables: Mapping[str, Opened]) -> None:
    """Marks cells of the cases that are in doubt in a sheet of one thing: who is referred to belongs to another case, or an id stands
    twice in one. ``tables``: of all things of the workbook. Rows out of the order of their cases are told elsewhere."""
    layout, key = body.layout, body.layout.key
    if key is None or layout.thing == ROOT:
        return
    to = {c: _ids(tables.get(c.fact.target)) for c in layout.columns if c.fact is not None and c.fact.kind == "reference" and c.fact.target != layout.thing}
    own = next((c for c in layout.of(layout.thing) if c.meaning is not None and c.meaning.column == ID), None)
    rows, doubts, met = Rows(), list[Doubt](), dict[tuple[str, str], int]()
    says: dict[int, dict[str, str]] = {}
    for number, row in body.rows():
        if row[key.index] is None:
            return  # told as the table is read
        case = body.cell(number, key, row[key.index], "") or ""
        rows.append((number, case))
        for column, ids in to.items():
            name = None if row[column.index] is None else body.cell(number, column, row[column.index], case)
            if ids and name is not None and name not in ids.get(case, ()):
                doubts.append(Doubt(number, number))
                says[number] = {name: name}
        if own is not None and row[own.index] is not None:
            name = body.cell(number, own, row[own.index], case) or ""
            if (first := met.setdefault((case, name), number)) != number:
                doubts.append(Doubt(number, first))
                says |= {number: {}, first: {}}
    if doubts:
        asked = {name for said in says.values() for name in said}
        people = {case: {n: n if n in names else "" for n in asked} for ids in to.values() for case, names in ids.items()}
        _mark(body, words, rows, in_doubt(Belonging(rows, body.untyped), doubts, says, lambda: people))


def _ids(table: Opened | None) -> dict[str, set[str]]:
    """Of each case, the ids of its items."""
    found: dict[str, set[str]] = {}
    if table is not None and {CASE, ID} <= set(table.names):
        for batch in table.batches(CHUNK, [CASE, ID]):
            for case, name in zip(batch[CASE].to_pylist(), batch[ID].to_pylist(), strict=True):
                found.setdefault(case, set()).add(name)
    return found


def _mark(body: Body, words: Words, rows: Rows, found: Mapping[str, int]) -> None:
    """Each row of a case in doubt, in a cell that cannot be read so."""
    column = next((c for c in body.layout.of(body.layout.thing) if c.meaning is not None and c.meaning.kind in FACTS), None)
    of = dict(rows)
    for number, case in rows:
        if case in found:
            tell(body, found[case], of[found[case]], case, column is None)
            if column is not None:
                body.marked[number, column.index] = f"{MARK}{case}"


def tell(body: Body, number: int, value: str, case: str, stop: bool = False) -> None:
    """That a row may belong to a case, which is refused for it. Raises SourceError where it cannot be (``stop``)."""
    key = body.layout.key
    assert key is not None
    where, wrong = body.grid.at(number, key.index, key.header), Wrong(DOUBT, {"value": value, "case": case})
    if stop:
        raise SourceError.of(wrong.code, where, **wrong.values)
    body.refusals.add(refused(where, where.cell or f"{key.header} {number}", value, wrong, case))
