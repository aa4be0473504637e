"""One sheet that speaks of several things, a row a piece of work: its case, who worked, what was done. It becomes a table of each.

What a case (or a person) is stands on each of its rows, or on the first of them; where two rows differ, the cell is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import attrs
import pyarrow as pa

from ...basics.tabular import Place
from ...rulebook.model import ROOT
from ..portfolio.opened import Batches, Opened, SourceError
from .belonging import FACTS, Belonging, Doubt, in_doubt, tell
from .body import Body
from .cells import Wrong
from .layout import Column, why_key
from .refused import MARK, refused
from .table import numbered
from .words import CASE, ID, Words
from .written import key_of

ZEROS: Final = re.compile(r"(?<!\d)0+(?=\d)")  # which a spreadsheet takes from a number that it does not keep as text
ALONE: Final = "1"  # the id of one who is the only one of a case


@attrs.define(slots=True, eq=False)
class _Item:
    """``given``: per column, its cell and the row where that stands."""

    case: str
    id: str | None
    number: int
    given: dict[str, tuple[str, int]] = attrs.Factory(dict)


def tables_of(body: Body, words: Words) -> dict[str, Opened]:
    """A table a thing, by thing. Raises SourceError where the rows cannot be told apart."""
    return _Flat(body, words).tables()


@attrs.define(slots=True, eq=False)
class _Flat:
    body: Body
    words: Words
    cases: dict[str, _Item] = attrs.Factory(dict)
    items: dict[str, dict[tuple[str, str], _Item]] = attrs.Factory(dict)  # of things named by others: by case and id
    rows: list[_Item] = attrs.Factory(list)
    lists: dict[str, dict[str, tuple[str, int]]] = attrs.Factory(dict)  # by thing: per case, several in one cell
    spelt: dict[tuple[str, str, str], tuple[str, int]] = attrs.Factory(dict)  # by thing, case and name however it is written: as it was first
    order: list[tuple[int, str]] = attrs.Factory(list)  # the rows and their cases
    doubts: list[Doubt] = attrs.Factory(list)
    ids: dict[tuple[str, str], int] = attrs.Factory(dict)  # of what rows are about, by case: the row
    labelled: dict[str, int] = attrs.Factory(dict)  # cases of which a name or address is in doubt, which no fact shows

    def tables(self) -> dict[str, Opened]:
        layout = self.body.layout
        key = layout.key
        if key is None:
            raise SourceError.of("column-needed", self.body.grid.place, name=ID, why=why_key(ROOT))
        inner = [t for t in layout.things if t not in (ROOT, layout.thing)]
        named = {t: self._reference(t) for t in inner if self.words.shapes[t].identified}
        plain = [t for t in inner if t not in named]
        for thing in plain:
            if len(layout.of(thing)) != 1:
                where = layout.of(thing)[0]
                raise SourceError.of("header-elsewhere", self.body.grid.at(layout.last, where.index, where.header), meant=where.header, there=thing)
        for number, row in self.body.rows():
            if row[key.index] is None:
                raise SourceError.of("case-blank", self.body.grid.at(number, key.index, key.header))
            case = self.body.cell(number, key, row[key.index], "") or ""
            if case not in self.cases and (two := self._spelt_otherwise(ROOT, "", case, number)):
                raise SourceError.of(two.code, self.body.grid.at(number, key.index, key.header), **two.values)
            self.order.append((number, case))
            self._one(number, row, case, self.cases.setdefault(case, _Item(case, case, number)), layout.of(ROOT))
            for thing, reference in named.items():
                self._named(number, row, case, thing, reference)
            for thing in plain:
                self._listed(number, row, case, layout.of(thing)[0], self.lists.setdefault(thing, {}))
            if layout.thing != ROOT:
                self._own(number, row, case)
        self._settle([*named.items()])
        return self._opened([*named], plain)

    def _reference(self, thing: str) -> Column | None:
        """The column of the rows that says which one of the others is meant."""
        own = [c for c in self.body.layout.of(thing) if c.meaning is not None and c.meaning.column == ID]
        to = [c for c in self.body.layout.of(self.body.layout.thing) if c.fact is not None and c.fact.kind == "reference" and c.fact.target == thing]
        return next(iter([*to, *own]), None)

    def _one(self, number: int, row: list[Any], case: str, item: _Item, columns: list[Column]) -> None:
        """What a row says of a thing: it says more, or the same."""
        for column in columns:
            value = row[column.index]
            assert column.meaning is not None
            name = column.meaning.column
            text = self.body.cell(number, column, value, case) if value is not None or name not in item.given else None
            if text is None:
                continue
            before = item.given.setdefault(name, (text, number))
            if before[0] != text and value is not None and not before[0].startswith(MARK):
                self._differs(number, column, value, case, before[1])
                item.given[name] = (f"{MARK}{value}", before[1])

    def _differs(self, number: int, column: Column, value: Any, case: str, other: int) -> None:
        self.doubts.append(Doubt(number, other))
        if column.meaning is not None and column.meaning.kind == "label":
            self.labelled.setdefault(case, number)
        where = self.body.grid.at(number, column.index, column.header)
        wrong = Wrong("cell-differs", {"value": value, "row": other})
        self.body.refusals.add(refused(where, where.cell or f"{column.header} {number}", value, wrong, case))

    def _spelt_otherwise(self, thing: str, case: str, name: str, number: int) -> Wrong | None:
        """Lê An and lê an, 001 and 1: one, or two? Taken for two, somebody would share what is his alone."""
        first, row = self.spelt.setdefault((thing, case, ZEROS.sub("", key_of(name))), (name, number))
        return Wrong("name-two", {"value": name, "other": first, "row": row}) if first != name else None

    def _named(self, number: int, row: list[Any], case: str, thing: str, reference: Column | None) -> None:
        columns = [c for c in self.body.layout.of(thing) if c.meaning is not None and c.meaning.column != ID]
        if reference is None:
            name = ALONE
        elif row[reference.index] is None:
            if any(row[c.index] is not None for c in columns):
                raise SourceError.of("item-unnamed", self.body.grid.at(number, reference.index, reference.header))
            return
        else:
            name = self.body.cell(number, reference, row[reference.index], case) or ""
        if reference is None and all(row[c.index] is None for c in columns) and (case, name) not in self.items.setdefault(thing, {}):
            return
        known = (case, name) in self.items.setdefault(thing, {})
        item = self.items[thing].setdefault((case, name), _Item(case, name, number))
        self._one(number, row, case, item, columns)
        if not known and reference is not None and (two := self._spelt_otherwise(thing, case, name, number)):
            if number in self.body.untyped:
                self.doubts.append(Doubt(number, number))
            self._doubt(number, reference, name, case, item, thing, two)

    def _doubt(self, number: int, column: Column, name: str, case: str, item: _Item, thing: str, wrong: Wrong) -> None:
        """A name that cannot be read for certain refuses its case, by a fact of the item. Raises SourceError where items have none."""
        where = self.body.grid.at(number, column.index, column.header)
        fact = next((f for f in self.words.shapes[thing].facts if f.kind in FACTS), None)
        if fact is None:
            raise SourceError.of(wrong.code, where, **wrong.values)
        self.body.refusals.add(refused(where, where.cell or f"{column.header} {number}", name, wrong, case))
        item.given[".".join(fact.path)] = (f"{MARK}{name}", number)

    def _listed(self, number: int, row: list[Any], case: str, column: Column, lists: dict[str, tuple[str, int]]) -> None:
        """Several things of one fact each, in one cell of the case."""
        value = row[column.index]
        if value is None:
            return
        assert column.meaning is not None
        several = attrs.evolve(column, meaning=attrs.evolve(column.meaning, kind="choices")) if column.choices is not None else column
        text = self.body.cell(number, several, value, case) or ""
        before = lists.setdefault(case, (text, number))
        if before[0] != text:
            self._differs(number, column, value, case, before[1])
            lists[case] = (f"{MARK}{value}", number)

    def _own(self, number: int, row: list[Any], case: str) -> None:
        """The thing that a row is of; nothing where its columns are empty."""
        layout = self.body.layout
        columns = layout.of(layout.thing)
        if all(row[c.index] is None or (c.meaning is not None and c.meaning.kind == "label") for c in columns):
            return
        item = _Item(case, str(number), number)
        self._one(number, row, case, item, columns)
        if ID in item.given and (first := self.ids.setdefault((case, item.given[ID][0]), number)) != number:
            self.doubts.append(Doubt(number, first))
        for thing, items in self.items.items():
            fact = next((f for f in self.words.shapes[layout.thing].facts if f.kind == "reference" and f.target == thing), None)
            if fact is not None and ".".join(fact.path) not in item.given and (case, ALONE) in items and self._reference(thing) is None:
                item.given[".".join(fact.path)] = (ALONE, number)
        self.rows.append(item)

    # -------------------------------------------------------------- rows in doubt

    def _settle(self, named: list[tuple[str, Column | None]]) -> None:
        """Refuses the cases that a row may belong to though it names another."""
        belonging = Belonging(self.order, self.body.untyped)
        wanted = {n for d in self.doubts for n in (d.row, d.other)} | {n for n, _, _ in belonging.strayed()}
        if not wanted:
            return
        says = {number: self._says(number, row, named) for number, row in self.body.rows() if number in wanted}
        of = dict(self.order)
        for case, number in in_doubt(belonging, self.doubts, says, cache(self._known_facts)).items():
            self._refuse(case, number, of[number])
        for case in self.labelled:
            self._refuse(case, 0, "")

    def _says(self, number: int, row: list[Any], named: list[tuple[str, Column | None]]) -> dict[str, str]:
        """What a row says of its case, and of who worked."""
        layout, found = self.body.layout, dict[str, str]()
        whose: list[tuple[list[Column], str | None]] = [(layout.of(ROOT), None)]
        whose += [(layout.of(t), self.body.cell(number, c, row[c.index], "") if c is not None and row[c.index] is not None else ALONE) for t, c in named]
        for columns, item in whose:
            for c in columns:
                if row[c.index] is not None and (text := self.body.cell(number, c, row[c.index], "")) is not None:
                    found[_slot(c, item)] = text
        return found

    def _known_facts(self) -> dict[str, dict[str, str]]:
        """The same of each case as a whole."""
        found = {case: {n: text for n, (text, _) in item.given.items()} for case, item in self.cases.items()}
        for items in self.items.values():
            for (case, name), item in items.items():
                found[case] |= {f"{n} {name}": text for n, (text, _) in item.given.items()}
        return found

    def _refuse(self, case: str, number: int, value: str) -> None:
        """By a fact of its rows, or of itself. ``number``: the row for which, 0 where that is told."""
        thing = self.body.layout.thing
        items = [self.cases[case]] if thing == ROOT else [i for i in self.rows if i.case == case]
        fact = next((f for f in self.words.shapes[thing].facts if f.kind in FACTS), None)
        if number:
            tell(self.body, number, value, case, fact is None)
        if fact is None:
            return
        for item in items:
            item.given[".".join(fact.path)] = (f"{MARK}{case}", item.number)

    # -------------------------------------------------------------- tables

    def _opened(self, named: list[str], plain: list[str]) -> dict[str, Opened]:
        layout, place = {c: i for i, c in enumerate(self.cases)}, self.body.grid.place
        own = self.body.layout.thing
        found: dict[str, list[_Item]] = {t: list(self.items.get(t, {}).values()) for t in named}
        if own != ROOT:
            found[own] = self.rows
        for thing in plain:
            found[thing] = self._from_lists(thing)
        tables = {}
        for thing, items in found.items():
            items.sort(key=lambda i: layout[i.case])
            columns = [c.meaning.column for c in self.body.layout.of(thing) if c.meaning is not None and c.meaning.column != ID]
            columns += [n for n in dict.fromkeys(n for i in items for n in i.given) if n not in columns]
            values: dict[str, list[str | None]] = {CASE: [i.case for i in items]}
            if self.words.shapes[thing].identified:
                gives = ID in {n for i in items for n in i.given} or not (thing in named or numbered(thing, columns, self.words))
                values[ID] = [_text(i, ID) if gives else i.id for i in items]
            values |= {n: [_text(i, n) for i in items] for n in columns if n != ID}
            tables[thing] = self._table(values, items, place)
            held = {i.case for i in items}
            self._known(thing, held)
        of_case = [c for c in self.body.layout.of(ROOT) if c.meaning is not None]
        cases = list(self.cases.values())
        values = {ID: [i.id for i in cases]} | {c.meaning.column: [_text(i, c.meaning.column) for i in cases] for c in of_case if c.meaning is not None}
        values |= {c.header: self._others(c) for c in self.body.layout.columns if c.meaning is None and c.header}
        for thing in found:
            if any(t == thing for t, _ in self.words.shapes[ROOT].lists):
                values.setdefault(thing, [_text(i, thing) for i in cases])
        return {ROOT: self._table(values, cases, place), **tables}

    def _known(self, thing: str, held: set[str]) -> None:
        """A case without rows of a thing does not say that it has none."""
        for case, item in self.cases.items():
            if case in held:
                item.given.setdefault(thing, ("true", item.number))

    def _from_lists(self, thing: str) -> list[_Item]:
        column = self.body.layout.of(thing)[0]
        assert column.meaning is not None
        found = []
        for case, (text, number) in self.lists.get(thing, {}).items():
            parts = [text] if text.startswith(MARK) else [p for p in text.split(";") if p.strip()]
            found += [_Item(case, None, number, {column.meaning.column: (p, number)}) for p in parts]
            if not parts:
                self.cases[case].given[thing] = ("true", number)
        return found

    def _others(self, column: Column) -> list[str | None]:
        """A column that is no fact, as the first row of each case has it."""
        found: dict[str, str | None] = {}
        key = self.body.layout.key
        assert key is not None
        for number, row in self.body.rows():
            case = self.body.cell(number, key, row[key.index], "") or ""
            if found.get(case) is None:
                found[case] = None if row[column.index] is None else self.body.cell(number, column, row[column.index], case)
        return list(found.values())

    def _table(self, values: Mapping[str, list[str | None]], items: list[_Item], place: Place) -> Opened:
        table, grid = pa.table({n: pa.array(v, pa.string()) for n, v in values.items()}), self.body.grid
        numbers = [i.number for i in items]

        def batches(size: int, wanted: Any) -> Batches:
            yield from (table if wanted is None else table.select(list(wanted))).to_batches(max_chunksize=size)

        def row_at(index: int) -> Place:
            return attrs.evolve(grid.at(numbers[index]), file="", sheet="")

        return Opened(place, tuple(values), batches, row_at, len(items))


def _slot(column: Column, item: str | None) -> str:
    """A column's name among those of its case; of whom, where it is about one of several."""
    assert column.meaning is not None
    of_case = column.meaning.thing == ROOT or item is None
    return column.meaning.column if of_case else f"{column.meaning.column} {item}"


def _text(item: _Item, name: str) -> str | None:
    return item.given[name][0] if name in item.given else None
