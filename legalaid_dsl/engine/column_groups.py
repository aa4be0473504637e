"""What items share, on whole columns: sums over the items of a case, and ceilings for several of them.
Where something is in doubt that these cannot carry, the case is handed to rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from . import column_numbers as cn
from .batch import LIMIT, Array, Numbers
from .lowered import DOUBT, NO, YES, Node, NotLowerable

if TYPE_CHECKING:
    from .column_steps import Run


SPAN = 2**21  # more than the ordinal of any day


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
    found = np.zeros(members.size, np.int64)
    if chosen is None and (not len(segment) or segment.min() >= 0):
        places, parts = segment, np.broadcast_to(codes, segment.shape)
    else:
        some = (segment >= 0) if chosen is None else chosen & (segment >= 0)
        places, parts = segment[some], np.broadcast_to(codes, segment.shape)[some]
    np.add.at(found, places, parts)
    return found


def _any(members: Members, where: Array) -> Array:
    found = np.zeros(members.size, bool)
    if where.any():
        found[members.segment[where & (members.segment >= 0)]] = True
    return found


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
    codes = value.codes if isinstance(value, Numbers) else value.astype(np.int64)
    known = value.known if isinstance(value, Numbers) else codes != meant.unknown
    belongs = members.segment >= 0
    sure = belongs if members.inside is None else belongs & (members.inside == YES)
    counted = sure if known is None else sure & known
    worst = -LIMIT if highest else LIMIT
    best = np.full(members.size, worst, np.int64)
    (np.maximum if highest else np.minimum).at(
        best, members.segment[counted], np.broadcast_to(codes, belongs.shape)[counted]
    )
    doubtful = np.zeros(belongs.shape, bool) if known is None else sure & ~known
    if members.inside is not None:
        doubtful = doubtful | (members.inside == DOUBT)
    certain = _sure(members, _any(members, doubtful))
    none = best == worst
    if not ranked:
        return Numbers(np.where(none, 0, best), cn.both_known(certain, ~none))
    unknown = none if certain is None else none | (~certain & (best != (ranked - 1 if highest else 0)))
    return np.where(unknown, node.unknown or 0, best)


# ------------------------------------------------------------------ shared ceilings


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
    base_here, own_here, most_here = (_taken(x, concerned) for x in (base, own, most))
    sharers, needs = _not_zero(base_here), _not_zero(own_here)
    if nameless is not None and nameless.any():
        run.doubt[case[sharers & nameless]] = True
    if node.args[1] != node.args[2]:
        run.doubt[case[base_here.codes != own_here.codes]] = True
    vague = sharers & (outcome.take(concerned) != YES)
    if base_here.known is not None:
        vague = vague | (sharers & ~base_here.known)
    date = _taken(run.wide(run.spread(node.args[4], thing), thing), concerned) if dated else None
    keyed = len(node.args) > (5 if dated else 4)
    ceiling = _Ceiling(group, base_here.codes, own_here, most_here, sharers, needs, vague, date, not keyed)
    sure = None if most_here.known is None else most_here.known | ~needs
    below: Array | None = None
    if in_order:
        kept, certain = _under(ceiling)
        sure = cn.both_known(certain, sure)
    else:
        kept, below, left = _cut_alike(ceiling)
        run.doubt[case[left]] = True
    codes, known = own.codes.copy(), own.known
    codes[concerned] = kept
    if sure is not None:
        known = np.ones(len(codes), bool) if known is None else known.copy()
        known[concerned] &= sure
    wide = None if below is None else np.ones(len(codes), np.int64)
    if wide is not None and below is not None:
        wide[concerned] = below
    return Numbers(codes, known, wide, 0 if below is not None else max(own.top or own.bound(), 1))


def _taken(x: Numbers, places: Array) -> Numbers:
    return Numbers(x.codes.take(places), None if x.known is None else x.known.take(places), None, x.top)


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
        np.add.at(used, c.group[c.sharers], c.base[c.sharers])
    return used, c.needs & (used.take(c.group) > c.most.codes)


def _under(c: _Ceiling) -> tuple[Array, Array | None]:
    """(what each keeps, what is known). Order matters only where a group has more than its ceiling, or
    where it is vague how much."""
    used, over = _used(c)
    if c.vague.any():
        over |= c.vague
    if not over.any():
        return c.own.codes, None
    crowded = np.zeros(len(used), bool)
    crowded[c.group[over]] = True
    places = np.flatnonzero(c.sharers & crowded[c.group])
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


def groups_of(run: Run, thing: str, keys: tuple[int, ...], concerned: Array, case: Array) -> tuple[Array, Array | None]:
    """The group of each item concerned: its case and its keys in one number; and where a key is not known."""
    group, size = case.astype(np.int64), run.batch.cases
    vague: Array | None = None
    for place in keys:
        key = run.nodes[place]
        codes = run.spread(place, thing)
        if isinstance(codes, Numbers):
            here = _taken(run.wide(codes, thing), concerned)
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
