"""The effect of an amendment split over its parts, whatever their order.

Each part gets what it adds on average over all orders in which the parts could be put in (Shapley's
value): exactly up to eight parts, from sampled orders above. For every single order what the parts
add makes up the whole, so it does on average. A part that cannot stand without another counts
from where it can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb, factorial, isqrt
from random import Random
from typing import Any, Final

import attrs

from ...api import Rules
from ...basics.bilingual import BilingualError
from ...basics.problem import RulesetError
from ...basics.worded import said
from ..outcomes.outcome import Options, decide, measures, result_key
from .claims import WORDS

MOST_EXACT: Final = 8
ORDERS: Final = 64  # sampled; each with its reverse

Set = frozenset[str]
MakeRules = Callable[[Set], Rules]
Numbers = Mapping[str, Fraction]


class AttributionError(BilingualError):
    """An amendment that cannot be split."""


@attrs.frozen(slots=True)
class CaseShares:
    """One case: what each part adds to each number. ``whole`` None: not determined before or after, so
    nothing is split. ``joint``: some parts give an answer only together."""

    place: int
    case_id: str
    whole: Numbers | None
    parts: Mapping[str, Numbers]
    joint: bool = False


@attrs.frozen(slots=True, eq=False)
class Attribution:
    """``exact``: over all orders; else ``errors`` holds two standard errors of each total."""

    parts: tuple[str, ...]
    cases: tuple[CaseShares, ...]
    exact: bool
    orders: int
    seed: int
    errors: Mapping[str, Mapping[str, Fraction]]
    dependent: tuple[str, ...]  # parts that cannot stand alone

    @property
    def split(self) -> list[CaseShares]:
        return [c for c in self.cases if c.whole is not None]

    def whole(self, key: str) -> Fraction:
        return sum((c.whole[key] for c in self.split if c.whole is not None), Fraction(0))

    def total(self, part: str, key: str) -> Fraction:
        return sum((c.parts[part][key] for c in self.split), Fraction(0))

    def rounded(self, case: CaseShares, key: str) -> dict[str, int]:
        """What each part adds to a number that is whole (a sum of money): it still adds up."""
        return largest_remainder({part: case.parts[part][key] for part in self.parts})

    def rounded_total(self, key: str) -> dict[str, int]:
        """The rounded parts of all cases, added up: so columns and rows both do."""
        sums = dict.fromkeys(self.parts, 0)
        for case in self.split:
            for part, amount in self.rounded(case, key).items():
                sums[part] += amount
        return sums


def largest_remainder(shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Whole numbers that add up to the whole; equal remainders go in the order of the parts."""
    floors = {part: share.numerator // share.denominator for part, share in shares.items()}
    left = sum(shares.values(), Fraction(0)) - sum(floors.values())
    ranked = sorted(shares, key=lambda p: floors[p] - shares[p])
    for part in ranked[: int(left)]:
        floors[part] += 1
    return floors


def attribute(
    make_rules: MakeRules, parts: Sequence[str], cases: Iterable[Any], options: Options | None = None, *,
    orders: int = ORDERS, seed: int = 0, most_exact: int = MOST_EXACT,
) -> Attribution:  # fmt: skip
    """Split the effect of the parts. ``make_rules`` gives the ruleset with a set of them in it;
    it raises RulesetError for a set that cannot stand (a part that amends what another adds)."""
    split = Split(make_rules, tuple(parts), options or Options())
    exact = len(split.parts) <= most_exact
    sampled = [] if exact else _orders(split.parts, orders, seed)
    shares, spread = [], []
    for place, case in enumerate(cases, 1):
        share, squares = split.case(place, case, sampled)
        shares.append(share)
        spread.append(squares)
    errors = {} if exact else _errors(split, spread, len(sampled))
    return Attribution(
        split.parts, tuple(shares), exact, factorial(len(parts)) if exact else len(sampled), seed, errors,
        tuple(p for p in split.parts if split.standing(frozenset([p])) != frozenset([p])),
    )  # fmt: skip


@attrs.define(slots=True)
class Split:
    """An amendment in parts: the rulesets with some of them, and what each adds to a case."""

    make_rules: MakeRules
    parts: tuple[str, ...]
    options: Options
    rules: dict[Set, Rules | None] = attrs.Factory(dict)
    _standing: dict[Set, Set] = attrs.Factory(dict)

    def ruleset(self, chosen: Set) -> Rules | None:
        if chosen not in self.rules:
            try:
                self.rules[chosen] = self.make_rules(chosen)
            except RulesetError:
                if chosen in (frozenset(), frozenset(self.parts)):
                    raise
                self.rules[chosen] = None  # it cannot stand: see standing()
        return self.rules[chosen]

    def standing(self, chosen: Set) -> Set:
        """The largest part of a set that can stand by itself."""
        if chosen not in self._standing:
            self._standing[chosen] = self._largest(chosen)
        return self._standing[chosen]

    def _largest(self, chosen: Set) -> Set:
        for size in range(len(chosen), -1, -1):
            able = [s for s in map(frozenset, combinations(sorted(chosen), size)) if self.ruleset(s) is not None]
            if len(able) == 1:
                return able[0]
            if able:
                raise AttributionError.of(said(WORDS, "not_split", names=", ".join(sorted(chosen))))
        return frozenset()

    def case(
        self, place: int, case: Any, sampled: list[tuple[str, ...]]
    ) -> tuple[CaseShares, dict[str, list[Numbers]] | None]:
        """The shares of one case, and for sampled orders what each part added in each."""
        values = _CaseValues(self, case)
        value = values.of
        first, last = value(frozenset()), value(frozenset(self.parts))
        added = _sampled(self.parts, value, sampled) if sampled else None
        parts = _mean(added) if added else None if sampled else _shapley(self.parts, value)
        if parts is None or first is None or last is None:
            return CaseShares(place, values.case_id, None, {}), None
        whole = {k: last[k] - first[k] for k in first}
        return CaseShares(place, values.case_id, whole, parts, values.joint), added


@attrs.define(slots=True)
class _CaseValues:
    """The numbers of one case under sets of parts. Where a set gives none, those of the largest part
    of it count that does (``joint``): what only works together is shared by those that it takes."""

    split: Split
    case: Any
    case_id: str = ""
    joint: bool = False
    _known: dict[Set, Numbers | None] = attrs.Factory(dict)

    def of(self, chosen: Set) -> Numbers | None:
        if self._decided(chosen) is not None or chosen in (frozenset(), frozenset(self.split.parts)):
            return self._decided(chosen)
        for size in range(len(chosen) - 1, -1, -1):
            able = [n for s in map(frozenset, combinations(sorted(chosen), size)) if (n := self._decided(s)) is not None]
            if able:
                self.joint = True
                return able[0] if all(n == able[0] for n in able) else None
        return None

    def _decided(self, chosen: Set) -> Numbers | None:
        able = self.split.standing(chosen)
        if able not in self._known:
            rules = self.split.ruleset(able)
            assert rules is not None
            outcome = decide(rules, self.case, self.split.options)
            self.case_id = self.case_id or outcome.raw["case_id"] or ""
            found = {k: outcome.numbers[k] for k in map(result_key, measures(rules.rulebook))}
            whole = outcome.determined and all(v is not None for v in found.values())
            self._known[able] = {k: v for k, v in found.items() if v is not None} if whole else None
        return self._known[able]


Value = Callable[[Set], Numbers | None]


def weight(parts: int, before: int) -> Fraction:
    """How often, of all orders, a part comes after just these ``before`` of them."""
    return Fraction(1, parts * comb(parts - 1, before))


def _shapley(parts: tuple[str, ...], value: Value) -> dict[str, Numbers] | None:
    """The exact shares; None where some set of parts leaves the case undetermined."""
    every = [frozenset(c) for size in range(len(parts) + 1) for c in combinations(parts, size)]
    values: dict[Set, Numbers] = {}
    for chosen in every:
        found = value(chosen)
        if found is None:
            return None
        values[chosen] = found
    shares: dict[str, Numbers] = {}
    for part in parts:
        sums: dict[str, Fraction] = dict.fromkeys(values[frozenset()], Fraction(0))
        for chosen in every:
            if part not in chosen:
                share = weight(len(parts), len(chosen))
                for key in sums:
                    sums[key] += share * (values[chosen | {part}][key] - values[chosen][key])
        shares[part] = sums
    return shares


# ------------------------------------------------------------------ sampled orders


def _orders(parts: tuple[str, ...], count: int, seed: int) -> list[tuple[str, ...]]:
    """Random orders, each followed by its reverse: what is early in one is late in the other."""
    chance, found = Random(seed), []
    for _ in range(count):
        order = tuple(chance.sample(parts, len(parts)))
        found += [order, order[::-1]]
    return found


def _sampled(parts: tuple[str, ...], value: Value, orders: list[tuple[str, ...]]) -> dict[str, list[Numbers]] | None:
    """What each part added in each order."""
    added: dict[str, list[Numbers]] = {part: [] for part in parts}
    for order in orders:
        before, chosen = value(frozenset()), frozenset[str]()
        for part in order:
            chosen = chosen | {part}
            after = value(chosen)
            if before is None or after is None:
                return None
            added[part].append({k: after[k] - before[k] for k in before})
            before = after
    return added


def _mean(added: dict[str, list[Numbers]]) -> dict[str, Numbers]:
    return {p: {k: sum((n[k] for n in rows), Fraction(0)) / len(rows) for k in rows[0]} for p, rows in added.items()}


def _errors(
    split: Split, spread: list[dict[str, list[Numbers]] | None], orders: int
) -> dict[str, dict[str, Fraction]]:
    """Two standard errors of each part's total, from the pairs of an order and its reverse."""
    known = [s for s in spread if s is not None]
    found: dict[str, dict[str, Fraction]] = {}
    for part in split.parts:
        found[part] = {}
        for key in known[0][part][0] if known else ():
            sums = [sum((s[part][i][key] for s in known), Fraction(0)) for i in range(orders)]
            pairs = [(sums[i] + sums[i + 1]) / 2 for i in range(0, orders, 2)]
            found[part][key] = _two_errors(pairs)
    return found


def _two_errors(values: list[Fraction]) -> Fraction:
    mean = sum(values, Fraction(0)) / len(values)
    variance = sum(((v - mean) ** 2 for v in values), Fraction(0)) / max(len(values) - 1, 1)
    return 2 * _root(variance / len(values))


def _root(value: Fraction) -> Fraction:
    """A square root, rounded up at the sixth place."""
    scaled = value * 10**12
    whole = isqrt(scaled.numerator // scaled.denominator)
    return Fraction(whole + (whole * whole != scaled), 10**6)
