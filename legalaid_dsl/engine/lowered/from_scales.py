"""Dated figures and scales as steps: each number of a scale is a number of its day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from fractions import Fraction
from math import lcm

from ...rulebook.model import Bracket, DatedValue
from ..scales import ZERO, reversed_scale, reversible, steps_up
from ..tables import dated_value
from .node_builder import Builder
from .steps import NotLowerable


def dated_number(
    b: Builder, figure: str, values: Sequence[DatedValue], day: int, number: Callable[[DatedValue], Fraction], kind: str = "number",
) -> int:  # fmt: skip
    """A number of what is in force of a figure: the first days of its periods, and the number from each on."""
    days = {v.from_date for v in values}
    days |= {v.to_date + timedelta(days=1) for v in values if v.to_date is not None}
    starts = sorted(days)
    found = [dated_value(tuple(values), d) for d in starts]
    numbers = [None if f is None else number(f) for f in found]
    scale = lcm(1, *(n.denominator for n in numbers if n is not None))
    amounts = tuple(None if n is None else int(n * scale) for n in numbers)
    size = scale if kind == "number" else 0
    return b.make("dated", (day,), kind, data=(tuple(d.toordinal() for d in starts), amounts, figure), size=size, sure=False)


def on_scale(b: Builder, figure: str, values: Sequence[DatedValue], kind: str, day: int, amount: int) -> int:
    """What a scale gives; the same as ``scales.slices`` and ``scales.in_range``, whatever is in force."""
    if not values:
        raise NotLowerable("a scale without brackets")
    if kind == "ranges":
        return _ranged(b, figure, values, day, amount)
    sums: dict[int, list[tuple[Fraction, Fraction]]] = {}
    bases: dict[int, Fraction] = {}
    for value in values:
        brackets: Sequence[Bracket] = value.brackets
        base = ZERO
        if kind == "inverse":
            if not reversible(brackets):
                raise NotLowerable("a scale without a way back")
            base, brackets = reversed_scale(brackets)
        sums[id(value)], bases[id(value)] = steps_up(brackets), base
    result = dated_number(b, figure, values, day, lambda v: bases[id(v)])
    for i in range(max(len(s) for s in sums.values())):
        low = dated_number(b, figure, values, day, lambda v, i=i: sums[id(v)][i][0] if i < len(sums[id(v)]) else ZERO)  # type: ignore[misc]
        rate = dated_number(b, figure, values, day, lambda v, i=i: sums[id(v)][i][1] if i < len(sums[id(v)]) else ZERO)  # type: ignore[misc]
        above = b.bounded("max", b.arithmetic("-", amount, low), b.number(ZERO))
        result = b.arithmetic("+", result, b.arithmetic("*", above, rate))
    return result


def _ranged(b: Builder, figure: str, values: Sequence[DatedValue], day: int, amount: int) -> int:
    """The value of the range: the first whose bound is not passed."""
    count = max(len(v.brackets) for v in values)
    padded = {id(v): [*v.brackets[:-1], *[v.brackets[-1]] * (count - len(v.brackets) + 1)] for v in values}
    if any(padded[id(v)][i].bound is None for v in values for i in range(count - 1)):
        raise NotLowerable("ranges whose number changes")
    outcomes: list[int] = []
    passed: list[int] = []
    for i in range(count - 1):
        belows = {padded[id(v)][i].below for v in values}
        if len(belows) > 1:
            raise NotLowerable("a bound that is within its range at times")
        bound = dated_number(b, figure, values, day, lambda v, i=i: padded[id(v)][i].bound or ZERO)  # type: ignore[misc]
        inside = b.compared("<" if True in belows else "<=", amount, bound)
        outcomes.append(b.both([*passed, inside]))
        passed.append(b.negated(inside))
    outcomes.append(b.both(passed))
    numbers = [dated_number(b, figure, values, day, lambda v, i=i: padded[id(v)][i].value) for i in range(count)]  # type: ignore[misc]
    which = b.make("pick", outcomes, "choice", data=(count, False, tuple(range(count))), size=count, sure=False)
    return b.chosen(which, numbers)
