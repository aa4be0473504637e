"""Rounding that adds up, on whole columns: each case's whole units by largest remainder."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..lowered.steps import NO, Node
from .batch import LIMIT, Array, Numbers
from .run import Run


def add_up(run: Run, node: Node) -> Numbers:
    """Largest remainder: floors first, then one each to the largest fractions, in order."""
    thing, scale, scale_of_total = node.data
    count, case = run.count(thing), run.case_of(thing)
    outcome = np.broadcast_to(run.spread(node.args[0], thing), (count,))
    own = run.wide(run.spread(node.args[1], thing), thing)
    own = Numbers(own.long, own.known, own.below, own.top)
    total = run.wide(run.values[node.args[2]], "case")
    active = outcome != NO
    large = np.zeros(count, bool)
    if own.below is not None:
        large = own.below > LIMIT // scale
        own = Numbers(own.codes, own.known, np.where(large, 1, own.below), own.top)
    below = scale if own.below is None else scale * own.below
    floors = own.codes // below
    # sums over all items of a case, and these by the scale of the total, stay within 64 bits
    large |= np.abs(floors) > LIMIT // (scale_of_total * run.largest(thing))
    if large.any():
        run.doubt[case[large & active]] = True
        floors = np.where(large, 0, floors)
    rest = own.codes - floors * below
    unknown = (
        np.zeros(run.batch.cases, bool) if total.known is None else ~np.broadcast_to(total.known, (run.batch.cases,))
    )
    if own.known is not None:
        unknown[case[active & ~own.known]] = True
    over = total.long - run.sums(thing, floors * active) * scale_of_total
    extra = np.zeros(count, np.int64)
    places = np.flatnonzero(active & (over > 0)[case] & ~unknown[case])
    if len(places):
        extra[places] = _extras(
            run, case[places], rest[places], below if np.ndim(below) == 0 else below[places], over, scale_of_total
        )
    return Numbers(floors + extra, ~unknown[case] if unknown.any() else None)


def _extras(run: Run, case: Array, rest: Array, below: Any, over: Array, scale: int) -> Array:
    """One for each whose rank by fraction is among those still to be given."""
    if np.ndim(below):
        many = np.bincount(case, minlength=run.batch.cases) > 1
        shared = np.ones(run.batch.cases, np.int64)
        np.lcm.at(shared, case, below)
        large = many & ((shared <= 0) | (shared > 2**40))
        run.doubt |= large
        shared = np.where(many & ~large, shared, 1)[case]
        alike = many[case] & (shared > 1)
        rest = np.where(alike, rest * (shared // np.where(alike, below, 1)), rest)
    order = np.lexsort((-rest, case))
    sorted_case = case[order]
    first = np.flatnonzero(np.r_[True, sorted_case[1:] != sorted_case[:-1]])
    lengths = np.diff(np.r_[first, len(order)])
    rank = np.arange(len(order)) - np.repeat(first, lengths)
    found = np.empty(len(order), np.int64)
    found[order] = rank * scale < over[sorted_case]
    return found
