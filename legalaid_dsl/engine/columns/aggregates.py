"""Totals, numbers, the highest and lowest over the items of a case, on whole columns.
Where something is in doubt that these cannot carry, the case is handed to rows."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from ..lowered.steps import DOUBT, NO, YES, Node
from . import numbers as cn
from .batch import LIMIT, Array, Numbers
from .run import Run


@attrs.frozen(slots=True, eq=False)
class Members:
    """The members of an aggregate: whose each is (its segment, -1 for nobody's), and whether it belongs."""

    segment: Array
    size: int
    most: int  # members in one segment
    inside: Any  # codes of yes or no, or None for all
    thing: str  # of the members, where the segments are the cases
    lost: Array | None  # segments that a member of unknown belonging may belong to
    missing: Any  # codes of yes or no per segment, or None


def aggregate(run: Run, node: Node) -> Any:
    """A total, a number, the highest or lowest, or whether there are any."""
    name, thing, relation, flags, _, ranked, skips = node.data
    args = list(node.args)
    given = {flag: args.pop(0) for flag in flags.replace("b", "")}
    value: Any = None if "v" not in given else run.spread(given["v"], thing)
    inside = None if "w" not in given else run.spread(given["w"], thing)
    missing = None if "m" not in given else run.spread(given["m"], node.thing)
    counted = None
    if name == "total" and skips:
        counted = value.codes != 0 if value.known is None else (value.codes != 0) | ~value.known
    if relation == "all":
        members = Members(run.case_of(thing), run.batch.cases, run.largest(thing), inside, thing, None, missing)
    else:
        reference = run.values[given["r"]]
        lost = (
            None if run.nodes[given["r"]].op == "owner" else _lost(run, thing, node.thing, reference, inside, counted)
        )
        members = Members(reference, run.count(node.thing), run.largest(thing), inside, "", lost, missing)
    if name in ("some", "number"):
        return _count(run, node, members)
    if name == "total":
        return _total(run, members, value)
    if isinstance(value, Numbers):
        value = run.whole(value, thing)
    return _extreme(node, members, value, ranked, run.nodes[given["v"]])


def _lost(run: Run, thing: str, owner: str, reference: Array, inside: Any, counted: Any) -> Array | None:
    """Owners in a case where somebody's member is not known to be whose."""
    nobody = reference < 0
    if not nobody.any():
        return None
    if inside is not None:
        nobody = nobody & (inside != NO)
    if counted is not None:
        nobody = nobody & counted
    cases = np.zeros(run.batch.cases, bool)
    cases[run.case_of(thing)[nobody]] = True
    return cases[run.case_of(owner)]


def _sums(run: Run, members: Members, codes: Any, chosen: Any) -> Array:
    """Sums by segment, of those chosen (None: all that have one)."""
    segment = members.segment
    if members.thing:
        if chosen is not None:
            codes = chosen * codes if np.ndim(codes) or codes != 1 else chosen
        return run.sums(members.thing, np.broadcast_to(codes, segment.shape))
    parts = np.broadcast_to(codes if chosen is None else codes * chosen, segment.shape)
    found = np.zeros(members.size + 1, np.int64)  # the last is nobody's
    np.add.at(found, segment, parts.astype(np.int64, copy=False))  # of one kind: of two it takes thirty times as long
    return found[:-1]


def _any(members: Members, where: Array) -> Array:
    found = np.zeros(members.size + 1, bool)  # the last is nobody's
    if where.any():
        found[members.segment[where]] = True
    return found[:-1]


def _sure(members: Members, doubts: Array | None) -> Any:
    """Which segments are known: nothing about them is in doubt."""
    known: Any = None
    for doubt in (doubts, members.lost):
        if doubt is not None and doubt.any():
            known = cn.both_known(known, ~doubt)
    if members.missing is not None:
        gone = members.missing == YES
        if np.any(gone):
            known = cn.both_known(known, ~gone)
    return known


def _count(run: Run, node: Node, members: Members) -> Any:
    inside = members.inside
    if node.data[0] == "some":
        some = np.ones(members.segment.shape, bool) if inside is None else inside != NO
        found = _any(members, some)
        if members.lost is not None:
            found |= members.lost
        return cn.yes(found)
    sure = None if inside is None else inside == YES
    found = _sums(run, members, 1, sure)
    doubts = None if inside is None else _any(members, inside == DOUBT)
    return Numbers(found, _sure(members, doubts), top=members.most)


def _total(run: Run, members: Members, value: Numbers) -> Numbers:
    inside = members.inside
    sure = None if inside is None else inside == YES
    doubts = None
    if inside is not None:
        doubts = _any(members, inside == DOUBT)
    if value.known is not None:
        unknown = ~value.known if sure is None else ~value.known & sure
        missed = _any(members, np.broadcast_to(unknown, members.segment.shape))
        doubts = missed if doubts is None else doubts | missed
        sure = value.known if sure is None else value.known & sure
    below = None
    if value.below is not None:
        value, below = _common(run, members, value)
    top = (value.top or value.bound()) * members.most
    if top >= LIMIT:
        value.top = value.bound()
        top = value.top * members.most
    if top >= LIMIT:
        large = np.abs(value.codes) > LIMIT // members.most
        run.doubt_segments(members.segment, members.size, large)
        value, top = Numbers(np.where(large, 0, value.codes), value.known), LIMIT - 1
    codes = _sums(run, members, value.codes, sure)
    return Numbers(codes, _sure(members, doubts), below, top)


def _common(run: Run, members: Members, value: Numbers) -> tuple[Numbers, Array]:
    """Fractions of a segment over one denominator."""
    shared = np.ones(members.size, np.int64)
    below = np.broadcast_to(value.below, members.segment.shape)
    belongs = members.segment >= 0
    if value.known is not None:
        belongs = belongs & value.known
    np.lcm.at(shared, members.segment[belongs], below[belongs])
    large = (shared <= 0) | (shared > 2**31)
    if large.any():
        run.doubt_places(members.size, large)
        shared = np.where(large, 1, shared)
    mine = np.where(belongs, shared[members.segment], below)
    factor = Numbers(mine // below)
    more = cn.multiplied(
        attrs.evolve(value, below=None), factor, lambda x: run.doubt_segments(members.segment, members.size, x)
    )
    return more, shared


def _extreme(node: Node, members: Members, value: Any, ranked: int, meant: Node) -> Any:
    highest = node.data[0] == "highest"
    codes = value.long if isinstance(value, Numbers) else value.astype(np.int64)
    known = value.known if isinstance(value, Numbers) else codes != meant.unknown
    belongs = members.segment >= 0
    sure = belongs if members.inside is None else belongs & (members.inside == YES)
    counted = sure if known is None else sure & known
    worst = -LIMIT if highest else LIMIT
    best = np.full(members.size + 1, worst, np.int64)  # the last is nobody's
    (np.maximum if highest else np.minimum).at(best, members.segment, np.where(counted, codes, worst))
    best = best[:-1]
    doubtful = np.zeros(belongs.shape, bool) if known is None else sure & ~known
    if members.inside is not None:
        doubtful = doubtful | (members.inside == DOUBT)
    certain = _sure(members, _any(members, doubtful))
    none = best == worst
    if not ranked:
        return Numbers(np.where(none, 0, best), cn.both_known(certain, ~none))
    unknown = none if certain is None else none | (~certain & (best != (ranked - 1 if highest else 0)))
    return np.where(unknown, node.unknown or 0, best)
