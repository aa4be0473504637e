"""The rows under a header: what is passed over (blank, totals, headers again, what stands below), and cells that are merged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final

import attrs

from ...basics.tabular import shown
from ..portfolio.opened import SourceError, letters
from .cells import (
    Broken,
    Wrong,
    broken,
    is_blank,
    month_first,
    read_choice,
    read_choices,
    read_day,
    read_number,
    read_text,
    read_truth,
    spaced,
)
from .grid import Grid
from .layout import Column, Layout
from .refused import MARK, Refusals, refused
from .written import written

CHECKED: Final = ("number", "date", "choice", "choices", "yes_or_no", "listed", "place")
ALIKE: Final = ("reference", "date", "choice", "choices", "text")  # kinds of which one merged cell may speak for several rows
FEW: Final = 4  # cells of a row of signatures or remarks below a table
WORDS: Final = 3  # of a text with figures in it that is no id, but a place and day under a table
KEPT: Final = 50_000  # cells of a column whose reading is remembered
NUMBERING: Final = re.compile(r"\(?\d{1,2}\)?")


@attrs.frozen(slots=True)
class Passed:
    """A row that is passed over. ``why``: title, total, header, numbers or foot."""

    number: int
    why: str
    text: str


@attrs.define(slots=True, eq=False)
class Body:
    """Goes through the rows of a sheet, any number of times.

    ``passed``: rows that were passed over, once it was gone through; ``cell`` reads a cell of a column, and marks its case where it cannot."""

    grid: Grid
    layout: Layout
    refusals: Refusals
    passed: dict[int, Passed] = attrs.Factory(dict)
    _covered: dict[tuple[int, int], tuple[int, int]] = attrs.field(init=False)
    _wide: dict[int, list[str]] = attrs.field(init=False)
    _readers: dict[int, Callable[[Any], Any]] = attrs.Factory(dict)
    _known: dict[int, dict[Any, Any]] = attrs.Factory(dict)
    _kept: list[tuple[int, list[Any]]] = attrs.Factory(list)  # the rows of a sheet, which is held whole anyway
    _headers: frozenset[str] = attrs.field(init=False)
    _unnamed: tuple[int, ...] = attrs.field(init=False)
    untyped: set[int] = attrs.Factory(set)  # rows whose case stands in another row: merged with it, or above
    marked: dict[tuple[int, int], str] = attrs.Factory(dict)  # by row and column: cells of cases that a row in doubt may belong to
    _apart: dict[tuple[int, int], Any] = attrs.Factory(dict)  # by their first cell: merged cells that stand over several cases
    _before: dict[int, set[str]] = attrs.Factory(dict)  # by column: who is referred to, and which cases

    def __attrs_post_init__(self) -> None:
        self._covered, self._wide = {}, {}
        self._headers = frozenset(c.header for c in self.layout.columns if c.header)
        self._unnamed = tuple(c.index for c in self.layout.columns if not c.header)
        for top, left, bottom, right in self.grid.merged:
            if bottom <= self.layout.last:
                continue
            if right > left:
                for row in range(top, bottom + 1):
                    self._wide.setdefault(row, []).append(f"{letters(left)}{top}:{letters(right)}{bottom}")
            else:
                for row in range(top, bottom + 1):
                    self._covered[row, left] = (top, left)

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Rows that say something, with their numbers; as many cells as columns."""
        if self.grid.text:
            yield from self._said()
            return
        if not self._kept:
            self._kept = list(self._said())
            self._over_cases()
        yield from self._kept

    def _said(self) -> Iterator[tuple[int, list[Any]]]:
        width, totals, gap, first = len(self.layout.columns), False, False, True
        above: dict[Any, Any] = {}
        for number, cells in self.grid.rows():
            if number <= self.layout.last:
                if number < self.layout.first:
                    self._pass(number, "title", cells)
                continue
            row = [None if v == "" or v is None or (type(v) is str and v.isspace()) else v for v in cells]
            if row.count(None) == len(row):
                gap = True
                continue
            why = self._why(number, row, first, totals, gap)
            first = False
            if why:
                totals = totals or why == "total"
                self._pass(number, why, cells)
                continue
            self._width(number, row, width)
            if len(row) != width:
                row = row[:width] + [None] * (width - len(row))
            if self._covered or self._wide:
                self._merged(number, row, above)
            if self.layout.key is not None or self._carried():
                self._carry(number, row, above)
            self._remember(row)
            yield number, row

    def _pass(self, number: int, why: str, cells: Sequence[Any]) -> None:
        text = next((str(v) for v in cells if not is_blank(v)), "")
        if text:
            self.passed[number] = Passed(number, why, text)

    def _why(self, number: int, cells: Sequence[Any], first: bool, totals: bool, gap: bool) -> str:
        """Why a row is passed over; empty where it is not."""
        key = self.layout.key
        at, text = next((i, v) for i, v in enumerate(cells) if v is not None)
        named = key is not None and key.index < len(cells) and cells[key.index] is not None
        if isinstance(text, str):
            sums = written().is_total(text) and (not named or (key is not None and at == key.index))
            if sums and not self._says(cells, CHECKED[1:]):
                return "total"
            if spaced(text) in self._headers and self._is_header(cells):
                return "header"
        if first and self._is_numbering(cells):
            return "numbers"
        if (totals or gap) and (not named or totals) and len(cells) - cells.count(None) <= FEW and not self._may_say(number, cells, named):
            return "foot"
        return ""

    def _may_say(self, number: int, cells: Sequence[Any], named: bool) -> bool:
        """Whether a row below a total or a gap may still be one of the table, if a badly written one: then it is not passed over."""
        key = self.layout.key
        if key is not None and self._covered.get((number, key.index), (number,))[0] != number:
            return True
        if key is not None and named:
            text = str(cells[key.index])
            if text in self._before.get(key.index, ()) or (any(map(str.isdigit, text)) and len(text.split()) < WORDS):
                return True
        return self._reads(cells)

    def _remember(self, row: Sequence[Any]) -> None:
        """Who was referred to so far, and the cases."""
        for c in self.layout.columns:
            if (c is self.layout.key or (c.meaning is not None and c.meaning.kind == "reference")) and type(row[c.index]) is str:
                self._before.setdefault(c.index, set()).add(row[c.index])

    def _is_header(self, cells: Sequence[Any]) -> bool:
        """Whether the header stands here again, as on a new page."""
        return sum(1 for c in self.layout.columns if c.header and c.index < len(cells) and isinstance(cells[c.index], str) and spaced(cells[c.index]) == c.header) > 1

    def _reads(self, cells: Sequence[Any]) -> bool:
        """Whether a cell is what its column holds, or is written as if. Names under a table stand in any column: “Prepared by”, “Director”."""
        for c in self.layout.columns:
            if c.index >= len(cells) or cells[c.index] is None or c.meaning is None:
                continue
            value, kind = cells[c.index], c.meaning.kind
            if kind == "reference" and value in self._before.get(c.index, ()):
                return True
            if kind in CHECKED and (not isinstance(value, str) or (kind in CHECKED[:2] and value.lstrip()[0].isdigit())):
                return True
            if kind in CHECKED and (not isinstance(found := self.reader(c)(value), Wrong) or found.code == "choice-near"):
                return True
        return False

    def _says(self, cells: Sequence[Any], kinds: Sequence[str]) -> bool:
        """Whether a cell of a column of these kinds is filled in."""
        return any(
            c.index < len(cells) and cells[c.index] is not None
            for c in self.layout.columns if c.meaning is not None and c.meaning.kind in kinds
        )  # fmt: skip

    def _is_numbering(self, cells: Sequence[Any]) -> bool:
        """Whether the columns are numbered in a row below the header: (1), (2), (3)."""
        texts = [str(int(v)) if isinstance(v, int | float) and not isinstance(v, bool) and v == int(v) else str(v).strip() for v in cells if v is not None]
        numbers = [int(t.strip("()")) for t in texts if NUMBERING.fullmatch(t)]
        return len(numbers) >= 3 and len(numbers) + 2 >= len(texts) and self._says(cells, CHECKED[1:4]) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    def _width(self, number: int, cells: Sequence[Any], width: int) -> None:
        """As many cells as the header has, in a text; in a sheet, nothing beside it. Nothing under a blank header."""
        if self.grid.text and len(cells) != self.layout.width:
            raise SourceError.of("row-width", self.grid.at(number), wanted=self.layout.width, found=len(cells))
        for i in range(width, len(cells)):
            if cells[i] is not None:
                raise SourceError.of("outside", self.grid.at(number, i), value=_seen(cells[i]))
        for i in self._unnamed:
            if i < len(cells) and cells[i] is not None:
                raise SourceError.of("header-blank", self.grid.at(number, i))

    # -------------------------------------------------------------- cells that stand for others

    def _merged(self, number: int, row: list[Any], above: dict[Any, Any]) -> None:
        """A merged cell counts for its rows where it could not mean anything else."""
        if number in self._wide:
            raise SourceError.of("merged", self.grid.at(number), cells=self._wide[number][:5])
        key = self.layout.key
        if key is not None:
            self._one_merged(number, row, key, above, None)
        case = row[key.index] if key is not None else None
        for column in self.layout.columns:
            if column is not key:
                self._one_merged(number, row, column, above, case)

    def _one_merged(self, number: int, row: list[Any], column: Column, above: dict[Any, Any], case: Any) -> None:
        top = self._covered.get((number, column.index))
        if top is not None and column is self.layout.key and top[0] != number:
            self.untyped.add(number)
        if top is None or not column.used or column.meaning is None:
            return
        if top[0] == number:
            above[top] = (row[column.index], case)
            value, first = row[column.index], case
        else:
            value, first = above.get(top, (None, case))
        if value is None:
            return
        where = f"{letters(top[1])}{top[0]}"
        if first != case:
            self._apart[top] = value
        elif column is not self.layout.key and column.meaning.thing == self.layout.thing and column.meaning.kind not in ALIKE:
            row[column.index] = Broken("merged-number", _seen(value), {"top": where})
        else:
            row[column.index] = value

    def _over_cases(self) -> None:
        """A cell that is merged over rows of several cases says nothing for certain of any."""
        if not self._apart:
            return
        for number, row in self._kept:
            for column in self.layout.columns:
                top = self._covered.get((number, column.index))
                if top in self._apart:
                    row[column.index] = Broken("merged-cases", _seen(self._apart[top]), {"top": f"{letters(top[1])}{top[0]}"})

    def _carried(self) -> bool:
        return any(c.ways.blank == "above" for c in self.layout.columns)

    def _carry(self, number: int, row: list[Any], above: dict[Any, Any]) -> None:
        """Empty cells that count for what stands above, where columns.toml says so."""
        key = self.layout.key
        if key is not None and key.ways.blank == "above":
            if row[key.index] is None:
                self.untyped.add(number)
            row[key.index] = above[-1] = row[key.index] if row[key.index] is not None else above.get(-1)
        case = row[key.index] if key is not None else None
        for column in self.layout.columns:
            if column.ways.blank == "above" and column is not key:
                if row[column.index] is None:
                    before, value = above.get(column.index, (None, None))
                    row[column.index] = value if before == case else None
                above[column.index] = (case, row[column.index])

    # -------------------------------------------------------------- cells

    def cell(self, number: int, column: Column, value: Any, case: str) -> str | None:
        """A cell as a case file would have it; marked, and noted, where it is refused. Raises SourceError where it is no fact
        but a name by which rows are told apart."""
        if self.marked and (number, column.index) in self.marked:
            return self.marked[number, column.index]
        known = self._known.setdefault(column.index, {})
        slot = value if type(value) is str else (type(value), value)
        try:
            found = known[slot]
        except KeyError:
            found = self.reader(column)(value)
            if len(known) < KEPT:
                known[slot] = found
        except TypeError:  # a broken cell
            found = self.reader(column)(value)
        if not isinstance(found, Wrong):
            return found  # type: ignore[no-any-return]
        where = self.grid.at(number, column.index, column.header)
        kind = column.meaning.kind if column.meaning is not None else "text"
        if kind not in CHECKED[:5]:
            raise SourceError.of(found.code, where, **{k: v for k, v in found.values.items() if k != "vi_there"})
        text = where.cell or f"{letters(column.index)}{where.line if where.line is not None else where.row}"
        self.refusals.add(refused(where, text, value.shown if isinstance(value, Broken) else value, found, case))
        return f"{MARK}{_seen(value)}"

    def reader(self, column: Column) -> Callable[[Any], Any]:
        if column.index not in self._readers:
            self._readers[column.index] = reader_of(column, cache(lambda: self._month_first(column.index)))
        return self._readers[column.index]

    def _month_first(self, index: int) -> bool:
        """Whether a day of a column has its month first."""
        return any(
            index < len(cells) and month_first(cells[index]) for number, cells in self.grid.rows() if number > self.layout.last
        )


def reader_of(column: Column, month_first: Callable[[], bool]) -> Callable[[Any], Any]:
    """What reads the cells of a column."""
    kind, ways = column.meaning.kind if column.meaning is not None else "text", column.ways

    def read(value: Any) -> Any:
        if value is None:
            return _blank(kind, ways.blank)
        if (wrong := broken(value)) is not None:
            return wrong
        match kind:
            case "number":
                return read_number(value, ways, column.units, column.clock)
            case "date":
                return read_day(value, ways, month_first)
            case "yes_or_no" | "listed":
                return read_truth(value)
            case "choice" if column.choices is not None:
                return read_choice(value, column.choices)
            case "choices" if column.choices is not None:
                return read_choices(value, column.choices)
            case _:
                return read_text(value)

    return read


def _blank(kind: str, said: str) -> str | None:
    """What an empty cell says: nothing, unless columns.toml has it otherwise."""
    if kind == "yes_or_no" and said == "no":
        return "false"
    return " " if kind == "choices" and said in ("no", "none") else None


def _seen(value: Any) -> str:
    if isinstance(value, Broken):
        return value.shown
    return value if isinstance(value, str) else shown(value)
