"""Scales: what their brackets give, exactly; the arithmetic that all forms of evaluation share."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import attrs

from ..basics.quantity import decimal_text
from ..rulebook.model import Bracket

ZERO: Final = Fraction(0)


@attrs.frozen(slots=True)
class Slice:
    """The part of an amount that lies in one bracket, and what it gives."""

    figure: str
    low: Fraction
    high: Fraction | None
    rate: Fraction
    amount: Fraction
    gives: Fraction


def slices(figure: str, brackets: Sequence[Bracket], amount: Fraction) -> list[Slice]:
    """The parts of an amount; below 0 there is none."""
    found, low = [], ZERO
    for bracket in brackets:
        high = amount if bracket.bound is None else min(amount, bracket.bound)
        if high > low:
            found.append(Slice(figure, low, bracket.bound, bracket.value, high - low, (high - low) * bracket.value))
        low = low if bracket.bound is None else bracket.bound
    return found


def in_range(brackets: Sequence[Bracket], amount: Fraction) -> Bracket:
    """The range in which an amount lies."""
    return next(b for b in brackets if b.bound is None or amount < b.bound or (amount == b.bound and not b.below))


def reversible(brackets: Sequence[Bracket]) -> bool:
    """Whether every result above 0 comes from one amount: no rate but the first is 0."""
    return all(b.value > 0 for b in brackets[1:]) and (len(brackets) > 1 or brackets[0].value > 0)


def reversed_scale(brackets: Sequence[Bracket]) -> tuple[Fraction, tuple[Bracket, ...]]:
    """The brackets that lead from a result back to the greatest amount that gives it, above a base."""
    base, low, given = ZERO, ZERO, ZERO
    found = []
    for bracket in brackets:
        if bracket.value == 0:
            assert bracket.bound is not None
            base = low = bracket.bound
            continue
        if bracket.bound is not None:
            given += (bracket.bound - low) * bracket.value
            low = bracket.bound
        found.append(Bracket(given if bracket.bound is not None else None, 1 / bracket.value))
    return base, tuple(found)


def steps_up(brackets: Sequence[Bracket]) -> list[tuple[Fraction, Fraction]]:
    """A scale as a sum: for each (bound, rate), the rate times what an amount has above the bound."""
    found, low, rate = [], ZERO, ZERO
    for bracket in brackets:
        found.append((low, bracket.value - rate))
        low, rate = low if bracket.bound is None else bracket.bound, bracket.value
    return found


def brackets_text(brackets: Sequence[Bracket]) -> str:
    """As a figure is shown in results: ``<=5000000: 0.05; 0.1``."""
    parts = []
    for b in brackets:
        bound = "" if b.bound is None else f"{'<' if b.below else '<='}{decimal_text(b.bound)}: "
        parts.append(bound + decimal_text(b.value))
    return "; ".join(parts)


__all__ = ["Slice", "brackets_text", "in_range", "reversed_scale", "reversible", "slices", "steps_up"]
