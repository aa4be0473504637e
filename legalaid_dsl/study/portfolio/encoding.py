"""Arrow tables to columns of codes, as strictly as a case file is read: a case with anything that is not
plainly right is marked, and is then read as a case file would be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...basics.tabular import wording
from ...cases.facts.columnar_reader import Dates, NotPlain, QuickReader, clean
from ...cases.facts.columnar_reader import Numbers as NumberTexts
from ...engine.columns.batch import MOST_FACT, Array, Batch, Input, Numbers, dtype_of
from ...engine.lowered.steps import DOUBT, FACT_SCALE, NO, YES, FactColumn, Node, ThingShape
from ...rulebook.model import ROOT
from .headers import Headers
from .sources import Chunk, SourceError

MOST_DIGITS = 9  # of a place in a case
EPOCH = date(1970, 1, 1).toordinal()
FIRST, LAST = date(1900, 1, 1).toordinal(), date(2200, 12, 31).toordinal()


@attrs.define(slots=True, eq=False)
class Encoder:
    """Encodes the chunks of a portfolio by one glossary; remembers the texts it has seen."""

    reader: QuickReader
    headers: Headers = attrs.field()
    dates: Dates = attrs.Factory(lambda: Dates({None: None}))
    numbers: NumberTexts = attrs.Factory(NumberTexts)

    @headers.default
    def _headers(self) -> Headers:
        return Headers({s.key: s for s in self.reader.shapes})

    def batch(self, chunk: Chunk) -> Batch:
        """Raises SourceError where a table is not as it must be; a case that is not marks itself."""
        self.headers.check(chunk)
        return _Encoding(self, chunk, chunk.cases.num_rows).batch()


@attrs.define(slots=True, eq=False)
class _Encoding:
    encoder: Encoder
    chunk: Chunk
    size: int
    doubtful: Array = attrs.field(init=False)
    case_of: dict[str, Array] = attrs.Factory(dict)
    columns: dict[Input, Any] = attrs.Factory(dict)
    starts: dict[str, Array] = attrs.Factory(dict)

    def batch(self) -> Batch:
        self.doubtful = np.zeros(self.size, bool)
        shapes = {s.key: s for s in self.encoder.reader.shapes}
        for thing in shapes:
            if thing != ROOT:
                places = self.chunk.case_of.get(thing)
                case = (
                    np.zeros(0, np.int64) if places is None else places.to_numpy(zero_copy_only=False).astype(np.int64)
                )
                self.case_of[thing] = case
                self.starts[thing] = np.searchsorted(case, np.arange(self.size + 1))
        for shape in shapes.values():
            self._things(shape)
        for shape in shapes.values():
            for fact in shape.facts:
                if fact.kind == "reference":
                    self._reference(shape, fact, shapes[fact.target])
        return Batch(self.size, self.case_of, self.columns, self.doubtful)

    # -------------------------------------------------------------- tables

    def _table(self, thing: str) -> pa.Table:
        return self.chunk.cases if thing == ROOT else self.chunk.items.get(thing, pa.table({}))

    def _count(self, thing: str) -> int:
        return self.size if thing == ROOT else len(self.case_of[thing])

    def _doubt(self, thing: str, where: Array) -> None:
        if where.any():
            self.doubtful[where if thing == ROOT else self.case_of[thing][where]] = True

    def _things(self, shape: ThingShape) -> None:
        thing, table = shape.key, self._table(shape.key)
        for fact in shape.facts:
            if fact.kind != "text" and fact.kind != "reference":
                self.columns[("fact", fact.term)] = self._fact(shape, fact, table)
        if shape.identified:
            self._ids(shape, table)
        for owner in (o for o in shape.owners if o != ROOT):
            self.columns[("owner", thing, owner)] = self._owner(thing, owner, table)
        for inner, none_unless_stated in shape.lists:
            self.columns[("unlisted", inner, thing)] = self._unlisted(shape, inner, none_unless_stated, table)
        if self._count(thing) and int(np.bincount(self.case_of[thing]).max() if thing != ROOT else 0) > 2_000:
            self._doubt(thing, np.bincount(self.case_of[thing], minlength=self.size)[self.case_of[thing]] > 2_000)

    def _unlisted(self, shape: ThingShape, inner: str, none_unless_stated: bool, table: pa.Table) -> Array:
        """Whether a list is not known. A column that does not say true where rows are there is an error."""
        count = self._count(shape.key)
        if inner not in table.column_names:
            given = np.full(count, inner in self.chunk.items)
        else:
            said = self._truth(table[inner])
            self._refuse(shape.key, inner, table, said == 2, "not-truth")
            given = said == YES
            self._denied(shape.key, inner, given)
        return np.where(given | none_unless_stated, np.uint8(NO), np.uint8(YES))

    def _denied(self, thing: str, inner: str, given: Array) -> None:
        """``given``: which cases (or items) say that their list is known."""
        items, places = self._table(inner), self.case_of[inner]
        owners = [o for o in self.encoder.headers.shapes[inner].owners if o != ROOT and o in items.column_names]
        if thing == ROOT:
            own = np.ones(len(places), bool)
            for owner in owners:
                own &= self._place(inner, owner, items) < 0
            places = places[own]
        elif thing in owners:
            places = self._owner(inner, thing, items)
            places = places[places >= 0]
        else:
            return
        wrong = places[~given[places]]
        if len(wrong):
            raise SourceError.of("list-denied", self.chunk.at(thing, int(wrong[0]), inner), name=inner)

    def _owner(self, thing: str, owner: str, table: pa.Table) -> Array:
        """The place in the batch of the item in which another is listed."""
        if owner not in table.column_names:
            return np.full(self._count(thing), -1, np.int64)
        place, start, case = self._place(thing, owner, table), self.starts[owner], self.case_of[thing]
        own = start[case] + place
        self._refuse(thing, owner, table, (place >= 0) & (own >= start[case + 1]), "place-wrong", there=owner)
        return np.where(place < 0, -1, own)

    def _place(self, thing: str, owner: str, table: pa.Table) -> Array:
        """As it was written; -1 where nothing is."""
        places, texts = _distinct(table[owner])
        wrong = [not (t.isascii() and t.isdecimal() and len(t) <= MOST_DIGITS) for t in texts]
        self._refuse(thing, owner, table, np.array([*wrong, False])[places], "place-wrong", there=owner)
        return np.array([*map(int, texts), -1], np.int64)[places]

    def _refuse(self, thing: str, name: str, table: pa.Table, where: Array, code: str, **values: str) -> None:
        """An error at the first of the rows."""
        if where.any():
            row = int(np.flatnonzero(where)[0])
            raise SourceError.of(code, self.chunk.at(thing, row, name), value=table[name][row].as_py(), **values)

    # -------------------------------------------------------------- facts

    def _fact(self, shape: ThingShape, fact: FactColumn, table: pa.Table) -> Any:
        name, count = ".".join(fact.path), self._count(shape.key)
        node = Node("fact", (), (), shape.key, fact.kind, len(fact.choices))
        if name not in table.column_names:
            if fact.kind in ("number", "date"):
                return Numbers(np.zeros(count, np.int64), np.zeros(count, bool))
            return np.full(count, node.unknown or 0, dtype_of(node))
        column = table[name].combine_chunks() if isinstance(table[name], pa.ChunkedArray) else table[name]
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
        if pa.types.is_null(column.type):
            column = column.cast(pa.string())
        match fact.kind:
            case "number":
                return self._numbers(shape, name, column)
            case "date":
                return self._dates(shape, column)
            case "yes_or_no":
                codes = self._truth(column)
                self._doubt(shape.key, codes == 2)
                return np.where(codes == 2, np.uint8(DOUBT), codes)
            case "choices" if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
                return self._lists(shape, fact, column, node)
            case "choices":
                bits = dict(zip(fact.choices, fact.also, strict=True))
                return self._by_text(shape, column, lambda text: _bits(text, bits, fact), node.unknown, dtype_of(node))
            case _:
                places = {c: i for i, c in enumerate(fact.choices)}
                return self._by_text(shape, column, places.__getitem__, node.unknown, dtype_of(node))

    def _by_text(self, shape: ThingShape, column: Any, code: Callable[[str], Any], unknown: Any, kind: Any) -> Array:
        """Each distinct text is read once."""
        places, texts = _distinct(column)
        codes, wrong = np.full(len(texts) + 1, unknown, kind), np.zeros(len(texts) + 1, bool)
        for i, text in enumerate(texts):
            try:
                codes[i] = code(text)
            except (KeyError, NotPlain, ValueError, OverflowError):
                wrong[i] = True
        self._doubt(shape.key, wrong.take(places))
        found: Array = codes.take(places)
        return found

    def _numbers(self, shape: ThingShape, name: str, column: Any) -> Numbers:
        kind = column.type
        if pa.types.is_integer(kind):
            codes, known = pc.fill_null(column, 0).to_numpy(zero_copy_only=False).astype(np.int64), _valid(column)
            wrong = (codes < 0) | (codes > MOST_FACT // FACT_SCALE)
            self._doubt(shape.key, wrong)
            return Numbers(np.where(wrong, 0, codes) * FACT_SCALE, known, None, MOST_FACT)
        text = column if pa.types.is_dictionary(kind) or pa.types.is_string(kind) else column.cast(pa.string())
        codes = self._by_text(shape, text, self.encoder.numbers.__getitem__, -1, np.int64)
        large = codes > MOST_FACT
        self._doubt(shape.key, large)
        return Numbers(
            np.where(large | (codes < 0), 0, codes), None if (codes >= 0).all() else codes >= 0, None, MOST_FACT
        )

    def _dates(self, shape: ThingShape, column: Any) -> Numbers:
        if pa.types.is_date(column.type):
            codes = pc.fill_null(column.cast(pa.date32()).cast(pa.int32()), 0).to_numpy(zero_copy_only=False)
            known = _valid(column)
            codes = codes.astype(np.int64) + EPOCH
            wrong = (codes < FIRST) | (codes > LAST)
            self._doubt(shape.key, wrong if known is None else wrong & known)
            return Numbers(codes, known, None, LAST)
        codes = self._by_text(shape, column, self.encoder.dates.__getitem__, 0, np.int64)
        return Numbers(codes, None if (codes > 0).all() else codes > 0, None, LAST)

    def _truth(self, column: Any) -> Array:
        """Codes of yes or no; 2 where it is neither."""
        if pa.types.is_boolean(column.type):
            column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
            codes: Array = pc.fill_null(pc.if_else(column, YES, NO), DOUBT).to_numpy(zero_copy_only=False)
            return codes.astype(np.uint8)
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        places, texts = _distinct(column)
        words = [{"true": YES, "false": NO}.get(t.lower(), 2) for t in texts]  # True, as spreadsheets write it
        return np.array([*words, DOUBT], np.uint8).take(places)

    def _lists(self, shape: ThingShape, fact: FactColumn, column: Any, node: Node) -> Array:
        """The bits of all choices of a list."""
        table = dict(zip(fact.choices, fact.also, strict=True))
        places, texts = _distinct(column.flatten())
        bits = np.array([*(table.get(t, -1) for t in texts), -1], np.int64).take(places)
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False).astype(np.int64)
        row = np.repeat(np.arange(len(column)), lengths)
        found = np.zeros(len(column), np.int64)
        np.bitwise_or.at(found, row[bits >= 0], bits[bits >= 0])
        wrong = np.zeros(len(column), bool)
        wrong[row[bits < 0]] = True
        if fact.each_once and len(row):
            twice = row * (len(texts) + 1) + places
            order = np.sort(twice)
            wrong[order[1:][order[1:] == order[:-1]] // (len(texts) + 1)] = True
        self._doubt(shape.key, wrong)
        known = _valid(column)
        return (found if known is None else np.where(known, found, node.unknown or 0)).astype(dtype_of(node))

    # -------------------------------------------------------------- ids and references

    def _ids(self, shape: ThingShape, table: pa.Table) -> None:
        """Each is there, and there once in its case."""
        count = self._count(shape.key)
        if "id" not in table.column_names:
            if count:
                raise SourceError.of("column-needed", self.chunk.at(shape.key), name="id", why=wording("why.item"))
            return
        places, texts = _distinct(table["id"].combine_chunks())
        wrong = np.array([not (t and clean(t)) for t in texts] + [True]).take(places)
        key = self.case_of[shape.key] * (len(texts) + 1) + places
        order = np.argsort(key, kind="stable")
        twice = np.zeros(count, bool)
        twice[order[1:]] = key[order[1:]] == key[order[:-1]]
        self._doubt(shape.key, wrong | twice)

    def _reference(self, shape: ThingShape, fact: FactColumn, target: ThingShape) -> None:
        """Places of the items of a case that are named by their id."""
        table, count, key = self._table(shape.key), self._count(shape.key), ("fact", fact.term)
        name = ".".join(fact.path)
        if name not in table.column_names:
            self.columns[key] = np.full(count, -1, np.int64)
            return
        places, texts = _distinct(table[name].combine_chunks())
        there = self._table(target.key)
        own_places, own_texts = (
            _distinct(there["id"].combine_chunks()) if "id" in there.column_names else (np.zeros(0, np.int64), [])
        )
        codes = {t: i for i, t in enumerate(own_texts)}
        width = len(own_texts) + 1
        mine = np.array([*(codes.get(t, -1) for t in texts), -2], np.int64).take(places)
        case = self.case_of[shape.key]
        sought, held = case * width + mine, self.case_of[target.key] * width + own_places
        order = np.argsort(held, kind="stable")
        at = np.searchsorted(held[order], sought)
        at = np.minimum(at, max(len(held) - 1, 0))
        found = (mine >= 0) & (held[order][at] == sought) if len(held) else np.zeros(count, bool)
        self._doubt(shape.key, ~found & (mine != -2))
        result = np.where(found, order[at] if len(held) else 0, -1)
        if fact.one_to_one:
            self._doubt(shape.key, _tangled(result))
        self.columns[key] = result


def _tangled(references: Array) -> Array:
    """Where two lead to the same, or one leads back to itself."""
    given = references >= 0
    if not given.any():
        return given
    named = np.bincount(references[given], minlength=len(references))
    wrong: Array = given & (named.take(np.maximum(references, 0)) > 1)
    at = references.copy()
    for _ in range(64):
        going = at >= 0
        if not going.any():
            return wrong
        at = np.where(going, references.take(np.maximum(at, 0)), -1)
    return wrong | (at >= 0)


def _bits(text: str, table: dict[str, int], fact: FactColumn) -> int:
    """A list written in one cell, its choices parted by semicolons."""
    parts = [p.strip() for p in text.split(";") if p.strip()]
    if fact.each_once and len(set(parts)) != len(parts):
        raise NotPlain
    found = 0
    for part in parts:
        found |= table[part]
    return found


def _distinct(column: Any) -> tuple[Array, list[str]]:
    """(per row the place of its text, one past the end for none; the texts)."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()) if column.type != pa.string() else column
        column = column.dictionary_encode()
    texts = column.dictionary.cast(pa.string()).to_pylist()
    places = pc.fill_null(column.indices.cast(pa.int64()), len(texts)).to_numpy(zero_copy_only=False)
    return places, texts


def _valid(column: Any) -> Array | None:
    found: Array | None = None if not column.null_count else column.is_valid().to_numpy(zero_copy_only=False)
    return found
