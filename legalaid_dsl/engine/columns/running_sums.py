"""Sums over others of a kind on whole columns: those with the same keys, or those of them that come before.

Where it is not known who belongs or what they have, the case is left to rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..lowered.steps import DOUBT, NO, YES, Node
from .batch import LIMIT, Array, Numbers
from .groups import groups_of
from .run import Run


def run_of(run: Run, node: Node) -> Any:
    """Per item: the total, number, highest or lowest, or whether there are any."""
    name, thing, _, flags, _, ranked, _ = node.data
    args = list(node.args)
    given = {flag: args.pop(0) for flag in flags.replace("b", "")}
    count, case = run.count(thing), run.case_of(thing)
    group, vague = groups_of(run, thing, tuple(args), np.arange(count), case)
    inside = np.ones(count, bool)
    doubtful = np.zeros(count, bool) if vague is None else vague
    if "w" in given:
        where = np.broadcast_to(run.spread(given["w"], thing), (count,))
        inside, doubtful = where == YES, doubtful | (where == DOUBT)
    if "m" in given:
        doubtful = doubtful | (np.broadcast_to(run.spread(given["m"], thing), (count,)) == YES)
    values, unknown = _values(run, given.get("v"), thing, count)
    doubtful = doubtful | (unknown & inside)
    date = run.wide(run.spread(given["d"], thing), thing) if "d" in given else None
    if date is not None and date.known is not None:
        doubtful = doubtful | ~date.known
    run.doubt[case[doubtful]] = True
    if "b" in flags:
        order = np.argsort(group, kind="stable") if date is None else np.lexsort((date.codes, group))
        found = _before(name, group, inside, values, order)
    else:
        found = _all(name, group, inside, values)
    if found is None:
        run.doubt[case] = True
        found = np.zeros(count, np.int64), np.zeros(count, bool)
    codes, some = found
    if name == "some":
        return some.view(np.uint8) * np.uint8(YES) if some.any() else np.full(count, NO, np.uint8)
    if name in ("total", "number"):
        return Numbers(codes)
    if ranked:
        return np.where(some, codes, node.unknown or 0)
    return Numbers(np.where(some, codes, 0), some)


def _values(run: Run, place: int | None, thing: str, count: int) -> tuple[Array, Array]:
    """(codes, which are unknown)."""
    if place is None:
        return np.ones(count, np.int64), np.zeros(count, bool)
    value = run.wide(run.spread(place, thing), thing)
    if isinstance(value, Numbers):
        value = run.whole(value, thing)
        return value.long, np.zeros(count, bool) if value.known is None else ~value.known
    return value.astype(np.int64), value == run.nodes[place].unknown


def _before(name: str, group: Array, inside: Array, values: Array, order: Array) -> tuple[Array, Array] | None:
    """Over those that come earlier in their group; (codes, whether there are any)."""
    if not len(order):
        return np.zeros(0, np.int64), np.zeros(0, bool)
    sorted_group, here = group[order], inside[order]
    first = np.flatnonzero(np.r_[True, sorted_group[1:] != sorted_group[:-1]])
    lengths = np.diff(np.r_[first, len(order)])

    def running(column: Array) -> Array:
        total = np.cumsum(column) - column
        earlier: Array = total - np.repeat(total[first], lengths)
        return earlier

    number = running(here.astype(np.int64))
    mine = values[order]
    if name in ("highest", "lowest"):
        best = _best_before(mine if name == "highest" else -mine, here, first, lengths)
        if best is None:
            return None
        sums = best if name == "highest" else -best
    else:
        sums = number if name == "number" else running(mine * here)
    codes, some = np.empty(len(order), np.int64), np.empty(len(order), bool)
    codes[order], some[order] = sums, number > 0
    return codes, some


def _best_before(values: Array, here: Array, first: Array, lengths: Array) -> Array | None:
    """The highest so far in each group: groups are told apart by a step larger than every value."""
    least = int(values.min())
    step = int(values.max()) - least + 2
    if step * (len(lengths) + 1) >= LIMIT:
        return None
    floor = np.repeat(np.arange(len(lengths)) * step, lengths)
    highest = np.maximum.accumulate(floor + np.where(here, values - least + 1, 0))
    earlier = np.r_[0, highest[:-1]]
    earlier[first] = floor[first]
    found: Array = earlier - floor - 1 + least
    return found


def _all(name: str, group: Array, inside: Array, values: Array) -> tuple[Array, Array]:
    """Over all of a group, the item itself among them."""
    size = int(group.max(initial=-1)) + 1
    number = np.bincount(group[inside], minlength=size)
    if name in ("highest", "lowest"):
        best = np.full(size, -LIMIT if name == "highest" else LIMIT, np.int64)
        (np.maximum if name == "highest" else np.minimum).at(best, group, np.where(inside, values, best[0]))
    elif name == "total":
        best = np.zeros(size, np.int64)
        np.add.at(best, group, values * inside)
    else:
        best = number
    return best[group], number[group] > 0
