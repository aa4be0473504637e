"""Ceilings that several items share, filled in order or cut alike, on whole columns.
Where something is in doubt that these cannot carry, the case is handed to rows."""

from __future__ import annotations

import attrs
import numpy as np

from ...rulebook.model import ROOT
from ..lowered.steps import DOUBT, NO, YES, Node
from . import numbers as cn
from .batch import LIMIT, Array, Numbers
from .groups import groups_of, taken
from .run import Run

SPAN = 2**21  # more than the ordinal of any day


@attrs.define(slots=True, eq=False)
class _Ceiling:
    """A shared ceiling: what each item has under it, who shares it, and what is vague about that."""

    group: Array
    base: Array
    own: Numbers
    most: Numbers
    sharers: Array
    needs: Array
    vague: Array  # sharers of which it is not known how much they use, or whether they do
    date: Numbers | None
    in_row: bool  # whether the items of a group lie together


def share(run: Run, node: Node) -> Numbers:
    """What each item keeps under a ceiling that they share."""
    thing, in_order, dated, _ = node.data
    day = run.wide(run.spread(node.args[4], thing), thing) if dated else None
    keyed = len(node.args) > (5 if dated else 4)
    if in_order and not keyed and node.args[1] == node.args[2]:
        plain = _plainly(run, node, day)
        if plain is not None:
            return plain
    outcome = np.broadcast_to(run.spread(node.args[0], thing), (run.count(thing),))
    active = outcome != NO
    base, own, most = (run.whole(run.wide(run.spread(a, thing), thing), thing, active) for a in node.args[1:4])
    concerned = np.flatnonzero(
        active & (_not_zero(own) if node.args[1] == node.args[2] else _not_zero(own) | _not_zero(base))
    )
    if not len(concerned):
        return Numbers(own.codes, own.known, None, own.top)
    case = run.case_of(thing).take(concerned)
    group, nameless = groups_of(run, thing, node.args[5 if dated else 4 :], concerned, case)
    base_here, own_here, most_here = (taken(x, concerned) for x in (base, own, most))
    sharers, needs = _not_zero(base_here), _not_zero(own_here)
    if nameless is not None and nameless.any():
        run.doubt[case[sharers & nameless]] = True
    if node.args[1] != node.args[2]:
        run.doubt[case[base_here.codes != own_here.codes]] = True
    below_nought = sharers & (base_here.codes < 0)  # then what all have together says little
    if below_nought.any():
        run.doubt[case[below_nought]] = True
    vague = sharers & (outcome.take(concerned) != YES)
    if base_here.known is not None:
        vague = vague | (sharers & ~base_here.known)
    date = None if day is None else taken(day, concerned)
    ceiling = _Ceiling(group, base_here.codes, own_here, most_here, sharers, needs, vague, date, not keyed)
    sure = None if most_here.known is None else most_here.known | ~needs
    below: Array | None = None
    if in_order:
        kept, certain = _under(ceiling)
        sure = cn.both_known(certain, sure)
    else:
        kept, below, left = _cut_alike(ceiling)
        run.doubt[case[left]] = True
    codes, known = (own.codes if below is None else own.long).copy(), own.known
    codes[concerned] = kept
    if sure is not None:
        known = np.ones(len(codes), bool) if known is None else known.copy()
        known[concerned] &= sure
    wide = None if below is None else np.ones(len(codes), np.int64)
    if wide is not None and below is not None:
        wide[concerned] = below
    return Numbers(codes, known, wide, 0 if below is not None else max(own.top or own.bound(), 1))


def _plainly(run: Run, node: Node, day: Numbers | None) -> Numbers | None:
    """Where nothing is vague, as nearly always: only those are looked at of whom a case has more than its ceiling.
    None where something is, or where items of one case have several ceilings."""
    thing, limit = node.data[0], node.args[3]
    outcome, own, most = run.spread(node.args[0], thing), run.wide(run.spread(node.args[1], thing), thing), run.values[limit]
    if run.nodes[limit].thing not in ("", ROOT) or any(x.below is not None or not np.all(x.known is None or x.known) for x in (own, most)):
        return None
    if day is not None and day.known is not None and not day.known.all():
        return None
    if own.codes.min(initial=0) < 0 or np.any(outcome == DOUBT):
        return None
    base = own.codes if np.ndim(outcome) == 0 and outcome == YES else own.codes * (outcome == YES)
    over = run.sums(thing, base) > most.codes
    if not over.any():
        return Numbers(own.codes, top=max(own.most, 1))
    case = run.case_of(thing)
    places = np.flatnonzero(np.repeat(over, run.many(thing)) & (base != 0))
    group, here, every = case.take(places), taken(Numbers(base), places), np.ones(len(places), bool)
    limits = Numbers(np.broadcast_to(most.codes, (run.batch.cases,)).take(group))
    dates = None if day is None else taken(day, places)
    ceiling = _Ceiling(group, here.codes, here, limits, every, every, ~every, dates, True)
    codes = own.codes.copy()
    codes[places], _ = _filled(ceiling, np.arange(len(places)))
    return Numbers(codes, top=max(own.most, 1))


def _not_zero(x: Numbers) -> Array:
    found: Array = x.codes != 0 if x.known is None else (x.codes != 0) | ~x.known
    return found


def _used(c: _Ceiling) -> tuple[Array, Array]:
    """(what each group uses, which items have more in their group than their ceiling)."""
    used = np.zeros(int(c.group.max(initial=-1)) + 1, np.int64)
    if c.in_row:
        first = np.flatnonzero(np.r_[True, c.group[1:] != c.group[:-1]])
        used[c.group[first]] = np.add.reduceat(c.base * c.sharers, first)
    else:
        np.add.at(used, c.group, c.base * c.sharers)
    return used, c.needs & (used.take(c.group) > c.most.codes)


def _under(c: _Ceiling) -> tuple[Array, Array | None]:
    """(what each keeps, what is known). Order matters only where a group has more than its ceiling, or
    where it is vague how much; one without a day leaves open what comes before any other."""
    used, over = _used(c)
    if c.vague.any():
        over |= c.vague
    if c.date is not None and c.date.known is not None:
        over |= c.sharers & ~c.date.known
    if not over.any():
        return c.own.codes, None
    crowded = np.zeros(len(used), bool)
    crowded[c.group[over]] = True
    places = np.flatnonzero(c.sharers & crowded[c.group])
    if not len(places):
        return c.own.codes, None
    codes = c.own.codes.copy()
    codes[places], sure = _filled(c, places)
    if sure is None:
        return codes, None
    known = np.ones(len(codes), bool)
    known[places] = sure
    return codes, known


def _cut_alike(c: _Ceiling) -> tuple[Array, Array | None, Array]:
    """(numerators, denominators, whose case is left to rows): all of a group in proportion."""
    used, over = _used(c)
    vague = np.zeros(len(used), bool)
    vague[c.group[c.vague]] = True
    total = used[c.group]
    wide = np.abs(c.own.codes) > LIMIT // np.maximum(np.abs(c.most.codes), 1)
    left = vague[c.group] | (over & ((total <= 0) | wide))
    cut = over & ~left
    if not cut.any():
        return c.own.codes, None, left
    above = np.where(cut, c.own.codes * np.where(cut, c.most.codes, 1), c.own.codes)
    below = np.where(cut, total, 1)
    shared = np.gcd(above, below)
    return above // shared, below // shared, left


def _filled(c: _Ceiling, places: Array) -> tuple[Array, Array | None]:
    """In order of date, then of position: what still fits; after a vague one nothing is known."""
    group, base, vague = c.group[places], c.base[places], c.vague[places]
    days = None if c.date is None else c.date.codes[places]
    if c.in_row and (days is None or ((group[1:] != group[:-1]) | (days[1:] >= days[:-1])).all()):
        order = np.arange(len(group))  # as most files are
    else:
        order = np.argsort(group if days is None else group * SPAN + days, kind="stable")
    sorted_group = group[order]
    first = np.flatnonzero(np.r_[True, sorted_group[1:] != sorted_group[:-1]])
    lengths = np.diff(np.r_[first, len(order)])

    def before(column: Array) -> Array:
        running: Array = np.cumsum(column[order]) - column[order]
        found: Array = running - np.repeat(running[first], lengths)
        return found

    left = np.maximum(c.most.codes[places][order] - before(base), 0)
    found = np.empty(len(order), np.int64)
    found[order] = np.minimum(base[order], left)
    undated = None if c.date is None or c.date.known is None else ~c.date.known[places]
    if not vague.any() and (undated is None or not undated.any()):
        return found, None
    sure = np.empty(len(order), bool)
    sure[order] = before(vague.astype(np.int64)) == 0
    if undated is not None:
        lost = np.repeat(np.add.reduceat(undated[order].astype(np.int64), first) > 0, lengths) & (
            np.repeat(lengths, lengths) > 1
        )
        sure[order] &= ~lost
    return found, sure
