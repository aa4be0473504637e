"""A chunk decided, as Arrow tables: columns for most cases, one by one for those that they leave over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pyarrow as pa

from ...api import Result, Rules
from ...cases.strategy import Ready
from ...engine.columns.batch import Array, Numbers
from ...engine.columns.program import Columns
from ...engine.columns.run import Run
from ...engine.lowered.steps import DOUBT, NO, YES, Deciding, Node, Shown, Took
from ...engine.rows.compiled import Compiled, choices_of_case, is_answer
from ...rulebook.model import ROOT
from . import results_as_arrow as arrow
from .fallback import Told, told
from .pieces import Part

TAKEN = pa.decimal128(arrow.DIGITS, 12)


@attrs.frozen(slots=True, eq=False)
class Results:
    """Makes the tables of a study's results."""

    rules: Rules
    ready: Ready
    compiled: Compiled
    figures: str | Path | None
    readings: Mapping[str, str] | None
    reasons: bool
    evaluate: Callable[[Any], Result]  # a case by itself

    def tables(self, part: Part, columns: Columns | None) -> dict[str, pa.Table]:
        """One chunk."""
        run, left, refused, alone = self._worked(part, columns)
        ids = part.ids()
        found = {"cases": self._cases(part, run, left, refused, alone, ids)}
        for thing in self.things():
            found[thing] = self._items(part, thing, run, left | refused, alone, ids)
        if self.reasons:
            found["ceilings"] = self._ceilings(part, run, left | refused, alone, ids)
        return found

    def cases(self, part: Part, columns: Columns | None) -> pa.Table:
        """The table of cases alone."""
        run, left, refused, alone = self._worked(part, columns)
        return self._cases(part, run, left, refused, alone, part.ids())

    def _worked(self, part: Part, columns: Columns | None) -> tuple[Run | None, Array, Array, dict[int, Told]]:
        """(the columns, which cases they leave over, which are refused, what rows say of those left)."""
        run = None if columns is None else columns.run(part.batch)
        size = part.batch.cases
        left = np.ones(size, bool) if run is None else run.doubt | self._for_the_interpreter(run)
        alone = {int(i): self._alone(part, int(i)) for i in np.flatnonzero(left)}
        return run, left, np.zeros(size, bool) if run is None else self._refused(run), alone

    def _for_the_interpreter(self, run: Run) -> Array:
        """Cases with a yes or no in doubt that every value of a missing choice of the case may agree on."""
        lowered = self.compiled.lowered
        missing = np.zeros(run.batch.cases, bool)
        for fact in choices_of_case(lowered):
            codes = run.batch.columns.get(("fact", fact.term))
            missing |= False if codes is None else codes == len(fact.choices)
        found = np.zeros(run.batch.cases, bool)
        for shown in lowered.shown if missing.any() else ():
            if is_answer(lowered, shown):
                answers = np.broadcast_to(np.asarray(run.values[shown.value]) == DOUBT, (run.count(shown.thing),))
                found[run.case_of(shown.thing)[answers]] = True
        return found & missing

    def things(self) -> list[str]:
        """Those that have results."""
        lowered = self.compiled.lowered
        return [t for t in lowered.things() if any(s.thing == t for s in lowered.shown)]

    def _alone(self, part: Part, place: int) -> Told:
        result = self.evaluate(part.facts(place))
        return told(result, self.compiled if self.reasons else None, self.compiled.lowered.things())

    def _refused(self, run: Run) -> Array:
        lowered = self.compiled.lowered
        found = np.zeros(run.batch.cases, bool)
        for place in lowered.refusals:
            thing = lowered.nodes[place].thing
            held = np.broadcast_to(np.asarray(run.values[place]) == YES, (run.count(thing),))
            found[run.case_of(thing)[held]] = True
        return found

    # -------------------------------------------------------------- tables

    def _cases(
        self, part: Part, run: Run | None, left: Array, refused: Array, alone: dict[int, Told], ids: pa.Array
    ) -> pa.Table:
        kept = np.flatnonzero(~left)
        names: dict[str, Any] = {"id": ids.take(pa.array(kept))}
        if run is not None:
            names["status"] = self._status(run, refused, kept)
            names["decided_by"] = pa.array(["columns"] * len(kept), pa.string())
        names |= self._results(ROOT, run, kept, ~refused)
        one_by_one = [
            {"id": ids[i].as_py(), "status": t.status, "decided_by": t.by, **self._row(ROOT, t, 0)}
            for i, t in alone.items()
        ]
        return self._joined(ROOT, names, one_by_one, kept, np.array(list(alone), np.int64))

    def _status(self, run: Run, refused: Array, kept: Array) -> pa.Array:
        lowered = self.compiled.lowered
        open_ones = np.zeros(run.batch.cases, bool)
        for shown in lowered.shown:
            if shown.decisive:
                value = run.wide(run.values[shown.value], ROOT)
                node = lowered.nodes[shown.value]
                if isinstance(value, Numbers):
                    open_ones |= False if value.known is None else ~value.known
                else:
                    open_ones |= value == node.unknown
        codes = np.where(refused, 2, open_ones.astype(np.int8))[kept].astype(np.int8)
        words = pa.array(["determined", "undetermined", "refused"])
        return pa.DictionaryArray.from_arrays(pa.array(codes), words).cast(pa.string())

    def _items(
        self, part: Part, thing: str, run: Run | None, gone: Array, alone: dict[int, Told], ids: pa.Array
    ) -> pa.Table:
        case = part.batch.case_of[thing]
        kept = np.flatnonzero(~gone[case]) if run is not None else np.zeros(0, np.int64)
        places = pa.array(kept)
        names: dict[str, Any] = {
            "case": ids.take(pa.array(case[kept])), "id": part.item_ids(thing).take(places),
        }  # fmt: skip
        names |= self._results(thing, run, kept, np.ones(len(case), bool))
        one_by_one, order = [], []
        for i, t in alone.items():
            for place, values in enumerate(t.values.get(thing, ())):
                one_by_one.append({"case": ids[i].as_py(), "id": values.get("id"), **self._row(thing, t, place)})
                order.append(i)
        return self._joined(thing, names, one_by_one, case[kept], np.array(order, np.int64))

    def _joined(
        self, thing: str, names: dict[str, Any], rows: list[dict[str, Any]], mine: Array, others: Array
    ) -> pa.Table:
        """Columns and single rows put together in the order of the cases."""
        schema = self.schema(thing)
        made = pa.table([names.get(f.name, pa.nulls(len(mine), f.type)) for f in schema], schema=schema)
        if not rows:
            return made
        single = pa.Table.from_pylist(rows, schema=schema)
        order = np.argsort(np.concatenate([mine, others]), kind="stable")
        return pa.concat_tables([made, single]).take(pa.array(order)).combine_chunks()

    def schema(self, thing: str) -> pa.Schema:
        """The columns of a table of results."""
        text = pa.string()
        fields = (
            [("id", text), ("status", text), ("decided_by", text)] if thing == ROOT else [("case", text), ("id", text)]
        )
        for shown in self._shown(thing):
            node = self._node(shown)
            fields.append((shown.key, arrow.type_of(node)))
            if arrow.may_not_end(node):
                fields.append((f"{shown.key}_exact", text))
        for deciding in self._deciding(thing):
            fields.append((_by(deciding.term), pa.dictionary(pa.int32(), text)))
        return pa.schema(fields)

    def _shown(self, thing: str) -> list[Shown]:
        return [s for s in self.compiled.lowered.shown if s.thing == thing]

    def _deciding(self, thing: str) -> list[Deciding]:
        lowered = self.compiled.lowered
        return [d for d in lowered.deciding if lowered.thing_of(d.term) == thing] if self.reasons else []

    def _node(self, shown: Shown) -> Node:
        return self.compiled.lowered.nodes[shown.value]

    def _results(self, thing: str, run: Run | None, kept: Array, keep: Array) -> dict[str, Any]:
        """The columns of results and of deciding clauses, for the items that are kept."""
        if run is None:
            return {}
        found: dict[str, Any] = {}
        for shown in self._shown(thing):
            node, codes = self._node(shown), _taken(run, shown.value, thing, kept)
            here = keep[kept]
            if shown.condition is not None:
                here = here & (_taken(run, shown.condition, thing, kept) == YES)
            found[shown.key] = arrow.array_of(node, codes, here, self._choices(shown.term))
            if arrow.may_not_end(node):
                exact = arrow.exact_of(node, codes, here)
                found[f"{shown.key}_exact"] = pa.nulls(len(kept), pa.string()) if exact is None else exact
        citations = self.compiled.lowered.citations
        for deciding in self._deciding(thing):
            codes = _taken(run, deciding.node, thing, kept)
            codes = np.where(keep[kept], codes, len(deciding.clauses))
            found[_by(deciding.term)] = arrow.clauses_of(codes, deciding.clauses, citations)
        return found

    def _choices(self, term: str) -> Sequence[str]:
        kind = self.rules.rulebook.terms[term].type
        return tuple(self.rules.rulebook.vocabularies[kind.key].choices) if kind.kind in ("choice", "choices") else ()

    def _row(self, thing: str, t: Told, place: int) -> dict[str, Any]:
        """The results of one item that was decided alone."""
        rows = t.values.get(thing, ())
        values = rows[place] if place < len(rows) else {}
        found: dict[str, Any] = {}
        for shown in self._shown(thing):
            node, value = self._node(shown), values.get(shown.key)
            found[shown.key] = arrow.plain_value(node, value)
            if arrow.may_not_end(node):
                found[f"{shown.key}_exact"] = arrow.exact_text(value, getattr(arrow.number_type(node), "scale", 0))
        clauses = t.clauses.get(thing, ())
        named = clauses[place] if place < len(clauses) else {}
        found |= {_by(d.term): named.get(d.term) for d in self._deciding(thing)}
        return found

    # -------------------------------------------------------------- ceilings

    def _ceilings(self, part: Part, run: Run | None, gone: Array, alone: dict[int, Told], ids: pa.Array) -> pa.Table:
        """One row for each ceiling that took something, and each floor that gave."""
        lowered = self.compiled.lowered
        made: list[pa.Table] = []
        for took in lowered.took if run is not None else ():
            assert run is not None
            made += self._taken(part, run, took, gone, ids)
        rows = []
        for i, t in alone.items():
            for term, clause, at_most, place, amount in t.took:
                thing = lowered.thing_of(term)
                values = t.values[thing][place] if thing != ROOT else {}
                rows.append({
                    "case": ids[i].as_py(), "thing": thing, "id": values.get("id"), "term": term, "clause": clause,
                    "kind": _KINDS[at_most], "took": arrow.as_decimal(amount, 12),
                })  # fmt: skip
        return pa.concat_tables([*made, pa.Table.from_pylist(rows, schema=CEILINGS)])

    def _taken(self, part: Part, run: Run, took: Took, gone: Array, ids: pa.Array) -> list[pa.Table]:
        lowered = self.compiled.lowered
        thing = lowered.thing_of(took.term)
        amounts = run.wide(run.spread(took.node, thing), thing)
        case = run.case_of(thing)
        here = (amounts.codes != 0) & ~gone[case]
        if amounts.known is not None:
            here &= amounts.known
        places = np.flatnonzero(here)
        if not len(places):
            return []
        node = lowered.nodes[took.node]
        some = amounts.picked(lambda x: x[places])
        values = arrow.array_of(node, some, np.ones(len(places), bool), ())
        item_ids = pa.nulls(len(places), pa.string()) if thing == ROOT else part.item_ids(thing).take(pa.array(places))

        def same(text: str) -> pa.Array:
            return pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(places), np.int32)), pa.array([text])).cast(
                pa.string()
            )

        columns = [
            ids.take(pa.array(case[places])), same(thing), item_ids, same(took.term), same(lowered.citations[took.clause]),
            same(_KINDS[took.at_most]), values.cast(TAKEN),
        ]  # fmt: skip
        return [pa.table(columns, schema=CEILINGS)]


_KINDS = {True: "at_most", False: "at_least"}
CEILINGS = pa.schema([
    ("case", pa.string()), ("thing", pa.string()), ("id", pa.string()), ("term", pa.string()), ("clause", pa.string()),
    ("kind", pa.string()), ("took", TAKEN),
])  # fmt: skip


def _by(term: str) -> str:
    """The column that names the clause which decided a term."""
    return "by_" + term.partition(".")[2]


def _taken(run: Run, place: int, thing: str, kept: Array) -> Any:
    value = run.wide(run.spread(place, thing), thing)
    if not isinstance(value, Numbers):
        return value[kept]
    return value.picked(lambda x: x[kept])


__all__ = ["CEILINGS", "DOUBT", "NO", "Results"]
