"""What ceilings took and floors gave, by the provision that sets each."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...engine.columns.batch import Array
from ...rulebook import meaning as m
from ...rulebook.model import ROOT, Rulebook
from ..portfolio.sources import CASES
from .groups import joined
from .tally import Tally

KIND = {True: "at_most", False: "at_least"}


def set_by(book: Rulebook) -> dict[tuple[str, str], str]:
    """The term of the same unit that a limit of a term takes its size from: by (term, kind). A plain number has none."""
    found: dict[tuple[str, str], str] = {}
    for rule in (r for rules in book.rules.values() for r in rules):
        for limit in rule.limits:
            unit = book.terms[rule.term].type.unit
            named = [n.term for n in m.walk(limit.value) if isinstance(n, m.Reference)]
            named = [t for t in named if book.terms[t].type.unit == unit]
            if named:
                found.setdefault((rule.term, KIND[limit.at_most]), named[0])
    return found


def count_ceilings(
    tally: Tally, side: int, tables: Mapping[str, pa.Table], book: Rulebook, chosen: Mapping[str, str], counted: Array
) -> None:
    """Add what the ceilings of one side took. ``counted``: the cases that enter sums."""
    sizes, asked = set_by(book), asked_for(book, chosen, tables)
    table = tables["ceilings"]
    case = _cases_of(table, tables[CASES]["id"].combine_chunks())
    for term in pc.unique(table["term"]).to_pylist():
        if term not in asked:
            continue
        here = pc.and_(pc.equal(table["term"], term), pa.array((counted & asked[term])[case]))
        for kind in KIND.values():
            rows = table.filter(pc.and_(here, pc.equal(table["kind"], kind)))
            if rows.num_rows:
                rows = rows.append_column("set_by", _clauses(rows, tables, sizes.get((term, kind), "")))
                _count(tally, side, rows)


def _clauses(rows: pa.Table, tables: Mapping[str, pa.Table], size: str) -> pa.Array:
    """The clause that decided the size of a limit, for the item that met it; empty where none is named."""
    thing, _, name = size.partition(".")
    table = tables.get(CASES if thing == ROOT else thing)
    column = f"by_{name}"
    own = thing == rows["thing"][0].as_py()
    if table is None or column not in table.column_names or not (own or thing == ROOT):
        return pa.array([""] * rows.num_rows)
    if thing == ROOT:
        places = pc.index_in(rows["case"], value_set=table["id"].combine_chunks())
    else:
        places = pc.index_in(joined(rows["case"], rows["id"]), value_set=joined(table["case"], table["id"]))
    places = places.combine_chunks() if isinstance(places, pa.ChunkedArray) else places
    return pc.fill_null(table[column].combine_chunks().take(places).cast(pa.string()), "")


def _count(tally: Tally, side: int, rows: pa.Table) -> None:
    found = rows.group_by(["thing", "term", "clause", "kind", "set_by"]).aggregate([("took", "count"), ("took", "sum")])
    for row in found.to_pylist():
        key = (row["thing"], row["term"], row["clause"], row["kind"], row["set_by"])
        amounts = tally.ceilings.setdefault(key, [Fraction(0)] * 4)
        amounts[2 * side] += row["took_count"]
        amounts[2 * side + 1] += Fraction(row["took_sum"])


# ------------------------------------------------------------------ what was asked


def flows(book: Rulebook, chosen: Mapping[str, str]) -> dict[str, dict[str, set[str]]]:
    """Of each term, by clause: the terms that the value of a rule there is made from, under the chosen readings."""
    found: dict[str, dict[str, set[str]]] = {}
    for rule in (r for rules in book.rules.values() for r in rules):
        if all(chosen.get(k) == c for k, c in rule.readings):
            tops = [rule.value, rule.add_up_to, *(limit.value for limit in rule.limits)]
            used = {n.term for top in tops if top is not None for n in m.walk(top) if isinstance(n, m.Reference)}
            found.setdefault(rule.term, {}).setdefault(rule.citation.path, set()).update(used)
    return found


def asked_for(book: Rulebook, chosen: Mapping[str, str], tables: Mapping[str, pa.Table]) -> dict[str, Array]:
    """Of each term, in which cases (of ``tables``, in order) its value goes into a decisive number.

    Columns work every term out for every case; a ceiling on what a case does not ask for cuts nothing.
    """
    ids = tables[CASES]["id"].combine_chunks()
    graph = flows(book, chosen)
    keys = {t.result.key for t in book.terms_of(ROOT) if t.decisive and t.result is not None}
    waiting = [t.key for t in book.terms.values() if t.result is not None and t.result.key in keys and t.thing == ROOT]
    asked = {t: np.ones(len(ids), bool) for t in waiting}
    used: dict[str, dict[str, Array] | None] = {}
    things = {t.thing for t in book.terms.values() if t.thing in tables}
    places = {t: _cases_of(tables[t], ids) for t in things} | {ROOT: np.arange(len(ids))}
    while waiting:
        term = waiting.pop()
        if term not in used:
            used[term] = _used(term, tables, places)
        decided = used[term]
        for clause, sources in graph.get(term, {}).items():
            here = asked[term] if decided is None else asked[term] & decided[clause] if clause in decided else None
            for source in sources if here is not None and here.any() else ():
                assert here is not None
                old = asked.get(source, np.zeros(len(ids), bool))
                if (here & ~old).any():
                    asked[source] = old | here
                    waiting.append(source)
    return asked


def _cases_of(table: pa.Table, ids: pa.Array) -> Array:
    """Per row the place of its case."""
    found: Array = pc.index_in(table["case"], value_set=ids).to_numpy()
    return found


def _used(term: str, tables: Mapping[str, pa.Table], places: Mapping[str, Array]) -> dict[str, Array] | None:
    """Of each clause, in which cases it decided the term; None where decisions of the term are not kept."""
    thing, _, name = term.partition(".")
    table = tables.get(CASES if thing == ROOT else thing)
    if table is None or f"by_{name}" not in table.column_names:
        return None
    column = table[f"by_{name}"].combine_chunks()
    case = places[thing]
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    found = {}
    for code in np.unique(codes[codes >= 0]):
        there = np.zeros(len(places[ROOT]), bool)
        there[case[codes == code]] = True
        found[column.dictionary[int(code)].as_py()] = there
    return found
