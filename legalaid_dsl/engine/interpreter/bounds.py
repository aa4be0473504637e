"""Bounds of withheld numbers.

The intervals that the interpreter carries contain every possible value. When a single fact is missing, or
none is but the law leaves something open, they are made exact: the case is decided for every value of the
fact that the rules can tell apart, and for everything that what is left open could give. When several are
missing, those that are a choice of few are tried out together, the others as they are: unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import Final

import attrs

from ...rulebook.model import Term
from ..budget import Budget, LimitPassed, Meter
from ..values import Line, Need, Opening, Turns, Unknown, Value, hull, interval, lined, middle
from .decide import Deciding
from .facts import Facts, Item
from .told_apart import GRAIN, MOST, counted_by_calendar, values_told_apart

MAX_TRIALS: Final = 400  # cases decided to make bounds exact; past it the interpreter's own intervals stand
MAX_STEPS: Final = 3_000_000  # … and expressions worked out for it
MAX_CUTS: Final = 60  # of the range of what is left open
MAX_SCENES: Final = 64  # ways in which what is left open could come out together
MAX_CHOICES: Final = 32  # choices of several missing facts, tried together
MAX_DEPTH: Final = 2  # facts of which one is only wanted for some values of the other

Pair = tuple[Fraction | None, Fraction | None]
Holds = Callable[[Deciding], bool]


class _TooMany(Exception):
    """More would have to be tried than is worth it."""


def narrow(
    ev: Deciding, withheld: Iterable[Term], needs: tuple[Need, ...], refused: Holds
) -> dict[str, tuple[Fraction, Fraction]]:
    """Finite bounds of each withheld result of the case, by its key in the result."""
    terms = [t for t in withheld if t.type.kind == "number" and t.result is not None]
    values = {t.key: ev.value(t.key, ev.facts.root) for t in terms}
    outer = {key: interval(x) for key, x in values.items()}
    facts = [n for n in needs if n.what == "fact"] or [n for n in _wanted(values).values() if n.what == "fact"]
    found: Mapping[str, Pair] = outer
    if terms:
        trial = ev.suppose({})
        trial.meter = Meter(Budget(steps=MAX_STEPS))
        tries = _Tries(trial, terms, outer, refused, depth=1 if len(facts) <= 1 else MAX_DEPTH)
        try:
            exact = tries.every_choice(facts) if len(facts) > 1 else tries.every_value(facts[0]) if facts else tries.as_it_is()
        except (_TooMany, LimitPassed):
            exact = None  # the wider intervals hold all the same
        if exact is not None:
            found = {key: _inner(exact[key], outer[key]) for key in outer}
    return {
        t.result.key: (low, high)
        for t in terms
        for low, high in [found[t.key]]
        if t.result is not None and low is not None and high is not None
    }


def _inner(a: Pair, b: Pair) -> Pair:
    """The common part of two intervals that both contain every value."""
    lows, highs = [x for x in (a[0], b[0]) if x is not None], [x for x in (a[1], b[1]) if x is not None]
    return max(lows, default=None), min(highs, default=None)


@attrs.define(slots=True, eq=False)
class _Tries:
    """What the terms come to in the cases that were tried."""

    ev: Deciding
    terms: list[Term]
    outer: Mapping[str, Pair]
    refused: Holds
    found: dict[str, list[Value]] = attrs.field(init=False)
    trials: int = 0
    depth: int = 1

    def __attrs_post_init__(self) -> None:
        self.found = {t.key: [] for t in self.terms}

    # -------------------------------------------------------------- one case

    def as_it_is(self) -> dict[str, Pair] | None:
        self._add(self._scenes(self.ev))
        return self._hulls()

    def _case(self, given: Mapping[tuple[str, int], Value], turns: Turns | None = None) -> list[dict[str, Value]]:
        """The results with facts given: one set for each way that what is left open could come out;
        none where the case would be refused."""
        trial = self._trial(self.ev, given, turns)
        return [] if self.refused(trial) else list(self._scenes(trial))

    def _trial(self, ev: Deciding, given: Mapping[tuple[str, int], Value], turns: Turns | None = None) -> Deciding:
        self.trials += 1
        if self.trials > MAX_TRIALS:
            raise _TooMany
        return ev.suppose(given, turns)

    def _scenes(self, trial: Deciding) -> Iterator[dict[str, Value]]:
        values = {t.key: trial.value(t.key, trial.facts.root) for t in self.terms}
        openings = {o.slot: o for x in values.values() if isinstance(x, Unknown) for o in x.openings}
        if not openings or any(None in (*o.least, *o.most) for o in openings.values()):
            yield self._further(trial, values)
            return
        ends = [self._in(trial, scene) for scene in _scenes(list(openings.values()))]
        yield from ends
        yield from self._between_ends(trial, list(openings.values()), ends)

    def _in(self, trial: Deciding, scene: Mapping[tuple[str, int], Value], turns: Turns | None = None) -> dict[str, Value]:
        inside = trial.suppose(scene, turns)
        return {t.key: inside.value(t.key, trial.facts.root) for t in self.terms}

    def _between_ends(self, trial: Deciding, openings: list[Opening], ends: list[dict[str, Value]]) -> Iterator[dict[str, Value]]:
        """What comes out beyond the ends where one thing left open lies between its own and the others stand at theirs.
        Its range is cut where something turns, as that of a missing fact is."""
        reached, cuts = list(ends), MAX_CUTS if trial.turns is None else 1  # for each range of a missing fact: that is cut itself
        for opening in openings:
            pair = _whole(opening)
            if opening.alone or pair is None:
                continue
            for scene in _scenes([o for o in openings if o is not opening]):
                waiting = [pair]
                while waiting:
                    low, high = waiting.pop(0)  # evenly: what is left when the cuts are used up is narrow
                    centre = middle(low, high)
                    turns = Turns() if trial.turns is None else trial.turns
                    x = _x(low, high, None if trial.turns is None else opening.slot)
                    whole = self._in(trial, {**scene, opening.slot: x}, turns)
                    if all(_contains(self._with(reached, key), interval(whole[key])) for key in whole):
                        continue
                    cuts -= 1
                    if cuts < 0:
                        yield whole
                        continue
                    at = min((t for t in turns if low < t < high), key=lambda t: abs(t - centre), default=centre)
                    reached.append(self._in(trial, {**scene, opening.slot: at}))
                    yield reached[-1]
                    waiting += [(a, b) for a, b in ((low, at - GRAIN), (at + GRAIN, high)) if a <= b]

    def _further(self, trial: Deciding, values: dict[str, Value]) -> dict[str, Value]:
        """The results where one more fact is wanted only now: over every value of that one, too."""
        wanted = _wanted(values)
        if len(wanted) != 1 or self.depth >= MAX_DEPTH or trial.turns is not None:
            return values
        outer = {key: interval(x) for key, x in values.items()}
        inner = _Tries(trial, self.terms, outer, self.refused, self.trials, self.depth + 1)
        exact = inner.every_value(next(iter(wanted.values())))
        self.trials = inner.trials
        return values if exact is None else {key: _between(_inner(exact[key], outer[key])) for key in values}

    def _add(self, results: Iterable[Mapping[str, Value]]) -> None:
        for values in results:
            for key, value in values.items():
                self.found[key].append(value)

    def _hulls(self) -> dict[str, Pair] | None:
        return {key: hull(values) for key, values in self.found.items()} if all(self.found.values()) else None

    def _as_wide(self, outer: Mapping[str, Pair]) -> bool:
        """Whether the values found already reach both ends."""
        hulls = self._hulls()
        return hulls is not None and all(_contains(hulls[key], pair) for key, pair in outer.items())

    # -------------------------------------------------------------- every value of a fact

    def every_value(self, need: Need) -> dict[str, Pair] | None:
        """The hull over every value of the missing fact; None when they cannot be listed."""
        item = _owner(self.ev.facts, need)
        term = self.ev.rulebook.terms.get(need.figure)
        if item is None or term is None:
            return None
        if term.type.kind == "number":
            return self._every_number(term, (term.key, id(item)))
        if term.type.kind == "date" and counted_by_calendar(self.ev):
            return None  # any day may make a difference
        for value in values_told_apart(self.ev, term):
            self._add(self._case({(term.key, id(item)): value}))
            if self._as_wide(self.outer):
                break
        return self._hulls()

    def every_choice(self, needs: Iterable[Need]) -> dict[str, Pair] | None:
        """The hull over every choice of those missing facts that are one, from the shortest vocabulary on as many as can be tried
        together: whoever knows less tries no other ones."""
        ways: dict[str, list[dict[tuple[str, int], Value]]] = {}
        for need in needs:
            item, term = _owner(self.ev.facts, need), self.ev.rulebook.terms.get(need.figure)
            if item is not None and term is not None and term.type.kind in ("choice", "yes_or_no"):
                ways[need.path] = [{(term.key, id(item)): value} for value in values_told_apart(self.ev, term)]
        shortest = sorted(ways, key=lambda path: len(ways[path]))
        while prod(len(ways[path]) for path in shortest) > MAX_CHOICES:
            shortest.pop()
        self._chosen(self.ev, {path: ways[path] for path in shortest})
        return self._hulls() if shortest else None

    def _chosen(self, trial: Deciding, ways: Mapping[str, list[dict[tuple[str, int], Value]]]) -> None:
        """One of the facts that are still wanted after another, each over its choices: what is not wanted any more may stay unsaid."""
        wanted = _wanted({t.key: trial.value(t.key, trial.facts.root) for t in self.terms})
        path = next((path for path in ways if path in wanted), None)
        if path is None:
            self._add(self._scenes(trial))
            return
        for given in ways[path]:
            inner = self._trial(trial, given)
            if not self.refused(inner):
                self._chosen(inner, {p: way for p, way in ways.items() if p != path})

    def _every_number(self, term: Term, slot: tuple[str, int]) -> dict[str, Pair] | None:
        """Ranges of the number are tried whole, and cut where something turns, until none of them can
        hold more than the single numbers found."""
        last = self._case({slot: MOST})
        ranges = [(Fraction(0), MOST)]
        tried = {MOST}
        while ranges:
            low, high = ranges.pop()
            for end in {low, high} - tried:
                tried.add(end)
                self._add(self._case({slot: end}))
            if low == high:
                continue
            turns = Turns()
            whole = self._case({slot: _x(low, high)}, turns)
            if all(_contains(self._with(last, key), hull(w[key] for w in whole)) for key in self.found):
                continue
            at = cut(low, high, turns)
            ranges += [(a, b) for a, b in ((low, at - GRAIN), (at, at), (at + GRAIN, high)) if a <= b]
        return self._unbounded(last)

    def _with(self, last: list[dict[str, Value]], key: str) -> Pair:
        """What was reached of a term; nothing yet contains nothing."""
        values = [*self.found[key], *(x[key] for x in last)]
        return hull(values) if values else (Fraction(1), Fraction(0))

    def _unbounded(self, last: list[dict[str, Value]]) -> dict[str, Pair] | None:
        """An end that only the largest number of all reaches is none that the law sets, unless something else ends it:
        a share that grows with the number never passes the whole."""
        without = self._hulls()
        self._add(last)
        whole = self._hulls()
        if without is None or whole is None:
            return whole

        def end(key: str, side: int) -> Fraction | None:
            found = whole[key][side]
            return found if found == without[key][side] or self.outer[key][side] is not None else None

        return {key: (end(key, 0), end(key, 1)) for key in whole}


def _wanted(values: Mapping[str, Value]) -> dict[str, Need]:
    """What is missing behind some values, and else behind what they could be where the law leaves them open; by path."""
    unknown = [x for x in values.values() if isinstance(x, Unknown)]
    found = {n.path: n for x in unknown for n in x.needs}
    return found or {n.path: n for x in unknown for o in x.openings for n in o.waits if n.what == "fact"}


def _contains(outer: Pair, inner: Pair) -> bool:
    low = outer[0] is None or (inner[0] is not None and outer[0] <= inner[0])
    return low and (outer[1] is None or (inner[1] is not None and outer[1] >= inner[1]))


def cut(low: Fraction, high: Fraction, turns: Turns) -> Fraction:
    """Where to cut a range: at the turn nearest to its middle, on the grain of numbers in a case."""
    centre = middle(low, high)
    at = min((t for t in turns if low <= t <= high), key=lambda t: abs(t - centre), default=centre)
    return min(max(at // GRAIN * GRAIN, low), high)


def _scenes(openings: list[Opening]) -> Iterator[dict[tuple[str, int], Value]]:
    """Every way in which what is left open could come out: the ends of each; of those that exclude
    each other, each in turn. Raises _TooMany."""
    ways: list[list[dict[tuple[str, int], Value]]] = []
    alone: dict[int, list[Opening]] = {}
    for opening in openings:
        if opening.alone:
            alone.setdefault(opening.alone, []).append(opening)
        else:
            ways.append([{opening.slot: _between(pair)} for pair in dict.fromkeys((opening.least, opening.most))])
    for found in alone.values():
        ways.append([{o.slot: _between(o.most if o is one else o.least) for o in found} for one in found])
    count = 1
    for way in ways:
        count *= len(way)
    if count > MAX_SCENES:
        raise _TooMany
    for scene in product(*ways):
        yield {slot: value for part in scene for slot, value in part.items()}


def _whole(opening: Opening) -> tuple[Fraction, Fraction] | None:
    """From the least to the most that it could be; None where that is one number."""
    low, high = hull([_between(opening.least), _between(opening.most)])
    return (low, high) if low is not None and high is not None and low < high else None


def _x(low: Fraction, high: Fraction, of: tuple[str, int] | None = None) -> Value:
    """A number that is tried out over a range."""
    return lined((Unknown(),), Line(Fraction(0), Fraction(1), low, high, of=of))


def _between(pair: Pair) -> Value:
    """A number, or anything of an interval."""
    return pair[0] if pair[0] == pair[1] else Unknown(low=pair[0], high=pair[1])


def _owner(facts: Facts, need: Need) -> Item | None:
    for items in [(facts.root,), *facts.items.values()]:
        for item in items:
            if need.path == item.path_of(*need.key.split(".")):
                return item
    return None
