"""Which items of a case share something: a number for each group of equal keys."""

from __future__ import annotations

import numpy as np

from ..lowered.steps import NotLowerable
from .batch import Array, Numbers
from .run import Run


def groups_of(run: Run, thing: str, keys: tuple[int, ...], concerned: Array, case: Array) -> tuple[Array, Array | None]:
    """The group of each item concerned: its case and its keys in one number; and where a key is not known."""
    group, size = case.astype(np.int64), run.batch.cases
    vague: Array | None = None
    for place in keys:
        key = run.nodes[place]
        codes = run.spread(place, thing)
        if isinstance(codes, Numbers):
            here = taken(run.wide(codes, thing), concerned)
            values, mine = np.unique(here.codes, return_inverse=True)
            unknown = np.zeros(len(mine), bool) if here.known is None else ~here.known
            width = max(len(values), 1)
        elif key.kind == "reference":
            mine = np.broadcast_to(codes, (run.count(thing),)).take(concerned)
            unknown, width = mine < 0, run.count(_target(run, place)) + 1
            if size == run.batch.cases:  # places are those of the whole batch: they tell cases apart
                group, size = np.zeros(len(case), np.int64), 1
            mine = mine + 1
        elif key.codes:
            mine = np.broadcast_to(codes, (run.count(thing),)).take(concerned)
            unknown, width = mine == key.unknown, key.codes
        else:
            raise NotLowerable("a ceiling shared by such keys")
        vague = unknown if vague is None else vague | unknown
        group, size = group * width + mine, size * width
        if size > 20_000_000:
            values, group = np.unique(group, return_inverse=True)
            size = max(len(values), 1)
    return group, vague


def _target(run: Run, place: int) -> str:
    """The thing that a reference leads to."""
    return run.target_of(place)


def taken(x: Numbers, places: Array) -> Numbers:
    """Of some items, in 64 bits: they are multiplied and added up."""
    return Numbers(x.codes.take(places).astype(np.int64, copy=False), None if x.known is None else x.known.take(places), None, x.top)
