"""JSON Lines of case files to columns of codes: each line is read as strictly as a case file is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...cases.facts.columnar_reader import QuickReader, Snapshot
from ...engine.columns.batch import MOST_FACT, Array, Batch, Input, Numbers, dtype_of
from ...engine.lowered.steps import FactColumn, Node
from ...rulebook.model import ROOT


def batch_of(reader: QuickReader, snapshots: Sequence[Snapshot], doubtful: Array) -> Batch:
    """Cases that were read one by one, as one batch."""
    places = {key: i for i, key in enumerate(reader.inputs)}
    shapes = {s.key: s for s in reader.shapes}
    size = len(snapshots)
    case_of: dict[str, Array] = {}
    starts: dict[str, Array] = {}
    for thing in (t for t in shapes if t != ROOT):
        counts = np.array([s[places[("count", thing)]] for s in snapshots], np.int64)
        case_of[thing] = np.repeat(np.arange(size), counts)
        starts[thing] = np.cumsum(counts) - counts
    facts = {f.term: (f, s.key) for s in shapes.values() for f in s.facts}
    columns: dict[Input, Any] = {}
    for key, place in places.items():
        if key[0] in ("count", "id") or (key[0] == "fact" and facts[key[1]][0].kind == "text"):
            continue
        thing = facts[key[1]][1] if key[0] == "fact" else key[1] if key[0] == "owner" else key[2]
        codes = [s[place] for s in snapshots] if thing == ROOT else [c for s in snapshots for c in s[place]]
        if key[0] == "fact" and facts[key[1]][0].kind == "number":
            columns[key], large = _numbers(codes)
            doubtful[large if thing == ROOT else case_of[thing][large]] = True
        else:
            columns[key] = _column(key, codes, thing, case_of, starts, facts)
    return Batch(size, case_of, columns, doubtful)


def _column(
    key: Input, codes: list[Any], thing: str, case_of: dict[str, Array], starts: dict[str, Array],
    facts: dict[str, tuple[FactColumn, str]],
) -> Any:  # fmt: skip
    if key[0] == "unlisted":
        return np.array(codes, np.uint8)
    if key[0] == "owner":
        return _shifted(codes, starts[key[2]], case_of[thing])
    fact = facts[key[1]][0]
    if fact.kind == "reference":
        return _shifted(codes, starts[fact.target], case_of[thing])
    if fact.kind == "date":
        return _numbers(codes)[0]
    return np.array(codes, dtype_of(Node("fact", (), (), thing, fact.kind, len(fact.choices))))


def _numbers(codes: list[int | None]) -> tuple[Numbers, Array]:
    """(numbers or dates, which are too large for columns: rows read them)."""
    known = np.array([c is not None for c in codes], bool)
    large = np.array([c is not None and c > MOST_FACT for c in codes], bool)
    small = np.array([0 if c is None or c > MOST_FACT else c for c in codes], np.int64)
    return Numbers(small, None if known.all() else known, None, MOST_FACT), large


def _shifted(codes: list[int], starts: Array, case: Array) -> Array:
    """Places in a case as places in the batch."""
    found = np.array(codes, np.int64)
    return np.where(found < 0, -1, found + starts[case]) if len(found) else found
