"""What ceilings took and floors gave, by the provision that sets each."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from ..rulebook import meaning as m
from ..rulebook.model import ROOT, Rulebook
from .groups import joined
from .sources import CASES
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
    tally: Tally, side: int, tables: Mapping[str, pa.Table], sizes: Mapping[tuple[str, str], str], counted: pa.Array
) -> None:
    """Add what the ceilings of one side took. ``counted``: ids of the cases that enter sums."""
    table = tables["ceilings"]
    table = table.filter(pc.is_in(table["case"], value_set=counted))
    for term in pc.unique(table["term"]).to_pylist():
        for kind in KIND.values():
            rows = table.filter(pc.and_(pc.equal(table["term"], term), pc.equal(table["kind"], kind)))
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
