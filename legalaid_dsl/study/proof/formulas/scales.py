"""Dated figures and scales as formulas: the twin of ``engine/lowered/from_scales.py``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from ....engine.scales import ZERO, reversed_scale, reversible, steps_up
from ....rulebook.model import Bracket, DatedValue
from . import values as v
from .logic import Formula, NotTranslated, both, opposite, some
from .values import Number


def dated_number(values: Sequence[DatedValue], on: Number, number: Callable[[DatedValue], Fraction]) -> Number:
    """A number of what is in force on a day."""
    cases = [(guard, number(value)) for guard, value in _in_force(values, on)]
    return v.of_cases(both(on.known, some(g for g, _ in cases)), cases)


def _in_force(values: Sequence[DatedValue], on: Number) -> list[tuple[Formula, DatedValue]]:
    cases: list[tuple[Formula, DatedValue]] = []
    for dated in values:
        after = v.compared("not before", on, v.constant(Fraction(dated.from_date.toordinal())))
        until = True if dated.to_date is None else v.compared("not after", on, v.constant(Fraction(dated.to_date.toordinal())))
        cases.append((both(after, until, opposite(some(g for g, _ in cases))), dated))
    return cases


def on_scale(values: Sequence[DatedValue], kind: str, on: Number, amount: Number) -> Number:
    """What a scale gives for an amount."""
    if kind == "ranges":
        return _ranged(values, on, amount)
    sums: dict[int, tuple[Fraction, list[tuple[Fraction, Fraction]]]] = {}
    for value in values:
        base, brackets = ZERO, value.brackets
        if kind == "inverse":
            if not reversible(brackets):
                raise NotTranslated("one_way_scale")
            base, brackets = reversed_scale(brackets)
        sums[id(value)] = base, steps_up(brackets)
    total = dated_number(values, on, lambda x: sums[id(x)][0])
    for i in range(max((len(s) for _, s in sums.values()), default=0)):
        def part(x: DatedValue, which: int, i: int = i) -> Fraction:
            steps = sums[id(x)][1]
            return steps[i][which] if i < len(steps) else ZERO

        low = dated_number(values, on, lambda x, part=part: part(x, 0))  # type: ignore[misc]
        rate = dated_number(values, on, lambda x, part=part: part(x, 1))  # type: ignore[misc]
        above = v.at_least(v.subtract(amount, low), v.constant(ZERO))
        total = v.add(total, v.multiply(rate, above))
    return total


def _ranged(values: Sequence[DatedValue], on: Number, amount: Number) -> Number:
    cases: list[tuple[Formula, Fraction]] = []
    force = _in_force(values, on)
    for guard, value in force:
        passed: list[Formula] = []
        for bracket in value.brackets:
            inside = _inside(bracket, amount)
            cases.append((both(guard, *(opposite(p) for p in passed), inside), bracket.value))
            passed.append(inside)
    return v.of_cases(both(on.known, amount.known, some(g for g, _ in force)), cases)


def _inside(bracket: Bracket, amount: Number) -> Formula:
    return True if bracket.bound is None else v.compared("<" if bracket.below else "<=", amount, v.constant(bracket.bound))


__all__ = ["dated_number", "on_scale"]
