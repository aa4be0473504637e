"""Where the header of a sheet stands, and what each of its columns is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import attrs

from ...basics.spelling import likeness
from ...basics.tabular import wording
from ...engine.lowered.steps import FactColumn
from ...rulebook.model import ROOT
from ..portfolio.opened import SourceError, headed, letters
from .cells import Broken, Ways, is_blank, spaced
from .grid import Grid, Row
from .saved import Saved, SavedSheet
from .words import CASE, ID, LABEL, PASSED, Choices, Meaning, Words
from .written import key_of, written

HEAD: Final = 40  # rows in which the header is looked for
NEAR: Final = 80  # per cent of the letters that are the same: a slip, not another name
SHORT: Final = 4  # letters; of shorter names one letter makes another word
DEEP: Final = 4  # rows of a header whose cells are merged


@attrs.frozen(slots=True, eq=False)
class Column:
    """``meaning`` None: nothing that is known."""

    index: int
    header: str
    meaning: Meaning | None
    ways: Ways = attrs.Factory(Ways)
    fact: FactColumn | None = None
    choices: Choices | None = None
    units: tuple[str, ...] = ()
    clock: bool = False

    @property
    def used(self) -> bool:
        return self.meaning is not None and self.meaning.column != PASSED


@attrs.frozen(slots=True, eq=False)
class Layout:
    """``thing``: of the rows; ``things``: of which columns stand here; ``first``, ``last``: the rows of the header."""

    thing: str
    things: tuple[str, ...]
    first: int
    last: int
    columns: tuple[Column, ...]
    key: Column | None
    width: int = 0  # cells of the header's row, as they stand

    @property
    def flat(self) -> bool:
        """Whether a row speaks of several things: the case, who worked, what was done."""
        return len(self.things) > 1

    def of(self, thing: str) -> list[Column]:
        return [c for c in self.columns if c.used and c.meaning is not None and c.meaning.thing == thing and c is not self.key]

    def ways(self) -> Ways:
        return next((c.ways for c in self.columns), Ways())


def named_for(grid: Grid, words: Words, saved: Saved) -> str:
    """The thing that a sheet is named for; empty where its name says nothing."""
    told = saved.sheet(grid.name).table
    return told or words.things.get(key_of(grid.name), "")


def layout_of(grid: Grid, words: Words, saved: Saved, own: str = "", taken: frozenset[str] = frozenset(), hint: str = "") -> Layout | None:
    """What a sheet holds; None where nothing in it is a header. Raises SourceError.

    ``own``: the thing that it is named for; ``taken``: things that have sheets of their own; ``hint``: the thing that is meant
    where a header could be of several."""
    sheet = saved.sheet(grid.name)
    head = _head(grid)
    found = _header(grid, head, words, sheet, bool(own))
    if found is None:
        return None
    first, last = found
    over = [(number, row) for number, row in head if first <= number <= last]
    _no_data(grid, over, words, sheet)
    names = _names(grid, [row for _, row in over], last)
    columns = _columns(names, words, sheet, own, taken, hint, grid, last)
    width = len(next((row for number, row in head if number == last), ()))
    return attrs.evolve(_laid_out(grid, columns, first, last, own, words), width=width)


def _head(grid: Grid) -> list[Row]:
    found = []
    for number, row in grid.rows():
        if not all(map(is_blank, row)):
            found.append((number, row))
            if len(found) == HEAD:
                break
    return found


def _header(grid: Grid, head: Sequence[Row], words: Words, sheet: SavedSheet, named: bool) -> tuple[int, int] | None:
    """The rows of the header: where most cells are names that are known."""
    if not head:
        return None
    if sheet.header:
        return _deep(grid, sheet.header, dict(head))
    scores = [sum(1 for v in row if isinstance(v, str) and words.meanings(spaced(v), sheet.meanings)) for _, row in head]
    best = max(range(len(head)), key=lambda i: (scores[i], -i))
    if scores[best] < (1 if best == 0 else 2):
        if not named:
            return None
        best = 0
    number = head[best][0]
    return _deep(grid, number, dict(head))


def _deep(grid: Grid, number: int, head: dict[int, Sequence[Any]]) -> tuple[int, int]:
    """With the rows that cells of the header are merged with, and the one below names that stand over several columns."""
    first = last = number
    for _ in range(DEEP):
        for top, left, bottom, right in grid.merged:
            if top <= last and bottom >= first and bottom > top and bottom - top < DEEP:
                first, last = min(first, top), max(last, bottom)
            elif top == bottom == last and right > left and last == number and last + 1 in head and first == number:
                beneath = head[last + 1][left : right + 1]
                if all(isinstance(v, str) and not is_blank(v) for v in beneath):
                    last += 1
    return first, last


def _no_data(grid: Grid, over: Sequence[Row], words: Words, sheet: SavedSheet) -> None:
    """A row that a cell of the header is merged with is a header too: under a name that is known stands nothing that is none."""
    known: dict[int, str] = {}
    for number, row in over:
        for i, value in enumerate(row):
            if is_blank(value):
                continue
            if isinstance(value, str) and words.meanings(spaced(value), sheet.meanings):
                known[i] = spaced(value)
            elif i in known and not isinstance(value, Broken):
                raise SourceError.of("merged-header", grid.at(number, i), value=spaced(str(value)), name=known[i])


def _names(grid: Grid, rows: Sequence[Sequence[Any]], last: int) -> list[str]:
    """What stands lowest over each column."""
    width = max(map(len, rows), default=0)
    found = [""] * width
    for row in rows:
        for i, value in enumerate(row):
            if isinstance(value, Broken):
                raise SourceError.of(value.code, grid.at(last, i), value=value.shown)
            if not is_blank(value):
                found[i] = spaced(str(value))
    while found and not found[-1]:
        found.pop()
    names = headed(found, grid.place)
    for key, count in Counter(key_of(n) for n in names if n).items():
        if count > 1:
            same = [i for i, n in enumerate(names) if key_of(n) == key]
            where = [letters(i) for i in same]
            raise SourceError.of("header-twice", attrs.evolve(grid.place, column=names[same[0]]), where=where)
    return list(names)


def _columns(
    names: Sequence[str], words: Words, sheet: SavedSheet, own: str, taken: frozenset[str], hint: str, grid: Grid, row: int
) -> list[Column]:  # fmt: skip
    every = [words.meanings(n, sheet.meanings) if n else () for n in names]
    allowed = [tuple(m for m in found if m.thing == own or m.thing not in taken or m.kind in ("label", "")) for found in every]
    present = {m[0].thing for m in allowed if len(m) == 1 and m[0].kind not in ("label", "")} | ({own} if own else set())
    keyed = any(_is_key(m, words) for m, n in zip(allowed, names, strict=True) if key_of(n) != ID)
    found, seen = [], dict[Meaning, str]()
    for i, (name, meanings) in enumerate(zip(names, allowed, strict=True)):
        meant = _chosen(name, meanings, own, present, hint, keyed, words)
        if name and not every[i] and (near := _near(name, present | {ROOT}, words)):
            raise SourceError.of("header-near", grid.at(row, i, name), meant=near)
        if meant is None and len(meanings) > 1:
            there = [f"{m.thing}.{m.column}" for m in meanings]
            raise SourceError.of("header-two", grid.at(row, i, name), there=there)
        if meant is not None and meant.kind == "label":
            meant = attrs.evolve(meant, thing=own or ROOT)
        if meant in seen and meant is not None and meant.column != PASSED:
            if meant.kind != "label":
                raise SourceError.of("header-same", grid.at(row, i, name), other=seen[meant])
            meant = None
        if meant is not None:
            seen[meant] = name
        found.append(_column(i, name, meant, words, sheet))
    return found


def _near(name: str, things: set[str], words: Words) -> str:
    """A name in either tongue that a header differs from by a slip."""
    plain = key_of(name)
    for key, names in words.titles.items():
        if key.partition(".")[0] in things:
            for other in names:
                if min(len(plain), len(other)) > SHORT and likeness(plain, key_of(other)) >= NEAR:
                    return other
    return ""


def _is_key(meanings: Sequence[Meaning], words: Words) -> bool:
    return any(m.column == CASE or (m.thing == ROOT and m.column in (ID, words.file_number)) for m in meanings)


def _chosen(
    name: str, meanings: Sequence[Meaning], own: str, present: set[str], hint: str, keyed: bool, words: Words
) -> Meaning | None:
    """The one of several meanings that the sheet leaves."""
    if _is_key(meanings, words) and not (key_of(name) == ID and (keyed or own not in ("", ROOT))):
        file_number = next((m for m in meanings if m.thing == ROOT and m.column == words.file_number), None)
        whole = next((m for m in meanings if m.thing == ROOT and m.column == ID), None)
        if own in ("", ROOT):
            return file_number or whole or next((m for m in meanings if m.column == CASE), None)
        return next((m for m in meanings if m.thing == own and m.column == CASE), file_number)
    if not own and ROOT in present and {m.thing for m in meanings} & present > {ROOT}:  # of the case, or of one of its things
        return None
    for wanted in ([own], sorted(present - {ROOT}), [hint]):
        chosen = [m for m in meanings if m.thing in wanted and m.thing]
        if len(chosen) == 1:
            return chosen[0]
    return meanings[0] if len(meanings) == 1 else _referred(meanings, words)


def _referred(meanings: Sequence[Meaning], words: Words) -> Meaning | None:
    """Who is referred to, where a header may mean that or who it is: in one row both are the same."""
    found = [m for m in meanings if (fact := words.fact(m)) is not None and fact.kind == "reference" and all(o == m or (o.thing, o.column) == (fact.target, ID) for o in meanings)]
    return found[0] if len(found) == 1 else None


def _column(index: int, name: str, meant: Meaning | None, words: Words, sheet: SavedSheet) -> Column:
    fact = words.fact(meant) if meant is not None and meant.kind not in ("label", "") else None
    if fact is None:
        return Column(index, name, meant, sheet.ways_of(name))
    return Column(
        index, name, meant, sheet.ways_of(name), fact, words.choices.get(fact.term), words.units.get(fact.term, ()), fact.term in words.clocks
    )


def _laid_out(grid: Grid, columns: list[Column], first: int, last: int, own: str, words: Words) -> Layout:
    """Which column names the case, and which thing the rows are of."""
    used = [c.meaning for c in columns if c.used and c.meaning is not None]
    things = list(dict.fromkeys(m.thing for m in used if m.kind != "label" and m.column != CASE))
    if own and own not in things:
        things.insert(0, own)
    items = [t for t in things if t != ROOT]
    told = {f.target for t in items for f in words.shapes[t].facts if f.kind == "reference" and f.target != t and any(m.thing == t for m in used)}
    rows_of = own if own not in ("", ROOT) else ""
    if not rows_of:
        left = [t for t in items if t not in told]
        wide = [t for t in left if sum(m.thing == t for m in used) > 1 or words.shapes[t].identified]
        if len(wide) > 1:
            where = next(c for c in columns if c.meaning is not None and c.used and c.meaning.thing == wide[1])
            raise SourceError.of("header-elsewhere", grid.at(last, where.index, where.header), meant=where.meaning.column, there=wide[1])  # type: ignore[union-attr]
        rows_of = wide[0] if wide else next((t for t in items if t in told), "") or ROOT
    if own in ("", ROOT) and not items:
        rows_of = ROOT
    return Layout(rows_of, tuple(things or [rows_of]), first, last, tuple(_of_row(c, rows_of) for c in columns), _key(columns, words))


def _of_row(column: Column, thing: str) -> Column:
    """A label that each row has of its own is one of its thing."""
    meant = column.meaning
    if meant is None or meant.kind != "label" or meant.column.partition(".")[2] not in written().of_line:
        return column
    return attrs.evolve(column, meaning=attrs.evolve(meant, thing=thing))


def _key(columns: Sequence[Column], words: Words) -> Column | None:
    """An id of the case first, then the file number."""
    for wanted in ((ROOT, ID), (None, CASE), (ROOT, words.file_number)):
        for c in columns:
            if c.meaning is not None and c.meaning.column == wanted[1] and wanted[1] and wanted[0] in (None, c.meaning.thing):
                return c
    return None


def why_key(thing: str) -> Any:
    return wording("why.id" if thing == ROOT else "why.case")


__all__ = ["LABEL", "Column", "Layout", "layout_of", "named_for", "why_key"]
