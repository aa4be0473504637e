"""Rules that change from day to day over a portfolio: each case by the text that governs it, each text by its own columns.

Which text that is, ``in_time.Timeline`` says, as it does to ``Rules.evaluate``. The day that it goes by is worked out by columns;
where these are not sure of it the interpreter is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import attrs
import numpy as np
import pyarrow as pa

from ...api import Rules
from ...cases.strategy import Ready
from ...engine.columns.batch import Array, Numbers
from ...engine.columns.program import Columns, print_columns
from ...engine.lowered.from_rulebook import lower_one
from ...engine.lowered.passes.constant_tables import fold
from ...engine.lowered.steps import NotLowerable, ThingShape
from ...in_time import Timeline, term_of_law
from ...rulebook.model import ROOT, Rulebook
from .deciding import Apart, Decider
from .pieces import DatedPart, Part, PlacedPart, ReadPart, TablePart, picked
from .results import Results
from .sources import CASES, SourceError

GOVERNED: Final = "governed_by"  # the column that says by which text a case was decided
FIRST: Final = "first"  # the text before any amendment; later ones go by their first day
UNDATED: Final = -1  # which text it is, is not known
DIGITS: Final = 38


@attrs.frozen(slots=True, eq=False)
class Law:
    """The day by which a text is chosen, as columns of the newest text."""

    columns: Columns
    place: int

    @classmethod
    def of(cls, ready: Ready) -> Law | None:
        """None where only the interpreter can say."""
        term = term_of_law(ready.prepared.rulebook)
        if term is None:
            return None
        try:
            lowered = fold(lower_one(ready.prepared, ready.figures, term.key))
            place = lowered.shown[0].value
            return cls(print_columns(lowered, [place]), place)
        except NotLowerable:
            return None

    def days(self, whole: ReadPart) -> tuple[Array, Array]:
        """(the ordinal of the day of each case, where it is sure)."""
        run = self.columns.run(whole.batch)
        found = run.wide(run.values[self.place], ROOT)
        assert isinstance(found, Numbers)
        sure = ~run.doubt if found.known is None else ~run.doubt & found.known
        return found.codes, sure


@attrs.frozen(slots=True, eq=False, repr=False)
class InTime(Decider):
    """Rules that change with the day, ready for many pieces. As a decider of one text it is that of the newest one: by its glossary
    tables are read. ``texts``: the deciders of all periods, the oldest first; ``undated``: what is said where the day is not known."""

    rules: Rules
    timeline: Timeline[Rules]
    texts: tuple[Decider, ...]
    undated: Results
    law: Law | None
    schemas: dict[str, pa.Schema] = attrs.field()

    @schemas.default
    def _schemas(self) -> dict[str, pa.Schema]:
        return {thing: self._joint(thing) for thing in (ROOT, *self.result_things)}

    @property
    def result_things(self) -> list[str]:
        return list(dict.fromkeys(thing for text in reversed(self.texts) for thing in text.results.things()))

    @property
    def books(self) -> tuple[Rulebook, ...]:
        return tuple(text.results.rules.rulebook for text in self.texts)

    def schema(self, thing: str) -> pa.Schema:
        return self.schemas[thing]

    # -------------------------------------------------------------- which text

    def split(self, whole: ReadPart) -> Part:
        governing, parts = self._governing(whole), dict[int, PlacedPart]()
        for text in np.unique(governing):
            places = np.flatnonzero(governing == text)
            decider = self.texts[text]  # where no text is known, the newest reads it
            if len(places) == len(governing) and decider.reader.shapes == self.reader.shapes:
                own = whole
            else:
                own = decider.read(picked(whole.piece, places))
                if isinstance(whole, TablePart):  # what only a later text asks for is no fact of this one: it has to be told
                    own.batch.doubtful[stated_beyond(whole, decider.reader.shapes)[places]] = True
            parts[int(text)] = PlacedPart(whole, own, places)
        return DatedPart(whole, governing, parts)

    def _governing(self, whole: ReadPart) -> Array:
        """By case the place of the text that governs it."""
        place = {id(rules): i for i, (_, rules) in enumerate(self.timeline.periods)}
        found = np.full(whole.batch.cases, UNDATED, np.int64)
        sure = np.zeros(whole.batch.cases, bool)
        if self.law is not None:
            days, sure = self.law.days(whole)
            distinct, codes = np.unique(days[sure], return_inverse=True)
            texts = [place[id(self.timeline.at(date.fromordinal(int(d))))] for d in distinct]
            found[sure] = np.array(texts, np.int64)[codes.reshape(-1)]
        figures, readings = self.rules.figures(self.undated.figures), self.undated.readings or {}
        for i in np.flatnonzero(~sure):
            rules = self.timeline.governing(whole.facts(int(i)), figures, readings)
            found[i] = UNDATED if rules is None else place[id(rules)]
        return found

    # -------------------------------------------------------------- their tables

    def apart(self, part: Part) -> list[Apart]:
        assert isinstance(part, DatedPart)
        return [Apart(results, own.places, results.tables(own, columns)) for results, columns, own in self._by_text(part)]

    def _by_text(self, part: DatedPart) -> Iterable[tuple[Results, Columns | None, PlacedPart]]:
        for text, own in part.parts.items():
            decider = self.texts[text]
            yield (self.undated, None, own) if text == UNDATED else (decider.results, decider.columns, own)

    def together(self, part: Part, found: Sequence[Apart]) -> dict[str, pa.Table]:
        assert isinstance(part, DatedPart)
        names = [CASES, *self.result_things, *(["ceilings"] if self.undated.reasons else [])]
        return {name: self._together(part, name, [a.tables[name] for a in found if name in a.tables]) for name in names}

    def cases(self, part: Part) -> pa.Table:
        assert isinstance(part, DatedPart)
        return self._together(part, CASES, [results.cases(own, columns) for results, columns, own in self._by_text(part)])

    def _together(self, part: DatedPart, name: str, tables: Sequence[pa.Table]) -> pa.Table:
        thing, key = (ROOT, "id") if name == CASES else (name, "case")
        schema = self.schemas.get(thing) or (tables[0].schema if tables else None)
        if not tables:  # no case at all
            return schema.empty_table() if schema is not None else pa.table({})
        assert schema is not None
        made = pa.concat_tables([as_schema(t, schema) for t in tables])
        places = made[key].cast(pa.int64()).to_numpy()
        order = np.argsort(places, kind="stable")
        made, places = made.take(pa.array(order)).combine_chunks(), places[order]
        made = made.set_column(0, schema.field(key), part.ids().take(pa.array(places)))
        if thing == ROOT:
            governed = pa.array(self.names).take(pa.array(part.governing[places], mask=part.governing[places] == UNDATED))
            made = made.set_column(schema.names.index(GOVERNED), schema.field(GOVERNED), governed)
        return made

    @property
    def names(self) -> list[str]:
        """Of the texts, as the column names them."""
        return [FIRST if day == date.min else day.isoformat() for day, _ in self.timeline.periods]

    def _joint(self, thing: str) -> pa.Schema:
        """The columns of all texts, numbers with the places of the one that has most."""
        fields: dict[str, pa.Field] = {}
        for text in reversed(self.texts):
            for field in text.results.schema(thing) if thing == ROOT or thing in text.results.things() else ():
                held = fields.setdefault(field.name, field)
                fields[field.name] = pa.field(field.name, _joint_type(held.type, field.type))
        if thing == ROOT:
            at = list(fields).index("decided_by") + 1
            listed = list(fields.values())
            return pa.schema([*listed[:at], pa.field(GOVERNED, pa.string()), *listed[at:]])
        return pa.schema(fields.values())


def _joint_type(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Raises SourceError where a result is of one kind in one text and of another in another."""
    if one == other:
        return one
    whole = (pa.types.is_int64(one) or pa.types.is_decimal(one)) and (pa.types.is_int64(other) or pa.types.is_decimal(other))
    if not whole:
        raise SourceError.of("rules-no-form")
    return pa.decimal128(DIGITS, max(getattr(one, "scale", 0), getattr(other, "scale", 0)))


def as_schema(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table of one text with the columns of all; what the text does not know is empty."""
    there = set(table.column_names)
    columns = [table[f.name].cast(f.type) if f.name in there else pa.nulls(table.num_rows, f.type) for f in schema]
    return pa.table(columns, schema=schema)


def check_shapes(shapes: Sequence[Sequence[ThingShape]]) -> None:
    """What an older text asks, the newest asks in the same way, so that one reading of the tables serves all. Raises SourceError."""
    known = {(s.key, f.path, f.kind, f.target) for s in shapes[-1] for f in s.facts}
    lost = sorted({".".join((s.key, *f.path)) for older in shapes for s in older for f in s.facts if (s.key, f.path, f.kind, f.target) not in known})
    if lost:
        raise SourceError.of("facts-change", names=lost)


def stated_beyond(whole: TablePart, shapes: Sequence[ThingShape]) -> Array:
    """Which cases state facts that these shapes do not know: an older text refuses them, as it does in a case file."""
    found = np.zeros(whole.batch.cases, bool)
    known: Mapping[str, ThingShape] = {s.key: s for s in shapes}
    for shape in whole.reader.shapes:
        table = whole.chunk.cases if shape.key == ROOT else whole.chunk.items.get(shape.key)
        if table is None:
            continue
        case = np.arange(len(found)) if shape.key == ROOT else whole.batch.case_of[shape.key]
        if shape.key not in known:
            found[case] = True
            continue
        paths = {f.path for f in known[shape.key].facts}
        for name in (".".join(f.path) for f in shape.facts if f.path not in paths):
            if name in table.column_names:
                found[case[table[name].is_valid().to_numpy(zero_copy_only=False)]] = True
    return found
