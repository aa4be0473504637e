"""Values of a translated rulebook. Each says when it is known, as the interpreter's values do.

What a value is where it is not known means nothing, and is never looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import attrs
import z3

from ....basics.quantity import ROUND
from ....rulebook.model import Rounding
from .logic import Formula, NotTranslated, Term, both, either, every, number, opposite, pick, same, some
from .parts import Parts

MOST_CASES = 16  # so many constants are kept apart; a product of more becomes arithmetic
_OFFSET = {"down": Fraction(0), "half_up": Fraction(1, 2)}
Case = tuple[Formula, Fraction]


@attrs.frozen(slots=True, eq=False)
class Truth:
    """Surely so, surely not, or (neither) unknown."""

    yes: Formula
    no: Formula

    @property
    def known(self) -> Formula:
        return either(self.yes, self.no)


@attrs.frozen(slots=True, eq=False)
class Number:
    """A number or a day. ``cases``: where it is one of few constants, each with its condition.
    ``parts``: whole steps and what is left over, where it is put together of numbers that are rounded."""

    known: Formula
    term: Term
    low: Fraction | None = None
    high: Fraction | None = None
    cases: tuple[Case, ...] = ()
    parts: Parts | None = None


@attrs.frozen(slots=True, eq=False)
class Picked:
    """A choice, several choices, or a thing referred to: for each, when it is among them."""

    known: Formula
    guards: Mapping[Hashable, Formula]
    single: bool = False  # one of them at most, where it is known


Value = Truth | Number | Picked
YES, NO, UNKNOWN = Truth(True, False), Truth(False, True), Truth(False, False)


def truth(holds: Formula, known: Formula = True) -> Truth:
    return Truth(both(known, holds), both(known, opposite(holds)))


def negation(value: Truth) -> Truth:
    return Truth(value.no, value.yes)


def all_of(values: Iterable[Truth]) -> Truth:
    parts = list(values)
    return Truth(every(v.yes for v in parts), some(v.no for v in parts))


def any_of(values: Iterable[Truth]) -> Truth:
    parts = list(values)
    return Truth(some(v.yes for v in parts), every(v.no for v in parts))


# ------------------------------------------------------------------ numbers


def constant(value: Fraction) -> Number:
    return Number(True, value, value, value, ((True, value),))


def of_cases(known: Formula, cases: Iterable[Case]) -> Number:
    """One of few constants; equal ones are put together."""
    grouped: dict[Fraction, list[Formula]] = {}
    for guard, value in cases:
        if guard is not False:
            grouped.setdefault(value, []).append(guard)
    found = tuple((some(g), v) for v, g in grouped.items())
    if not found:
        return Number(False, Fraction(0))
    term: Term = found[-1][1]
    for guard, value in reversed(found[:-1]):
        term = pick(guard, value, term)
    values = [v for _, v in found]
    return Number(known, term, min(values), max(values), found)


def _few(a: Number, b: Number) -> bool:
    return bool(a.cases and b.cases) and len(a.cases) * len(b.cases) <= MOST_CASES


def _joined(a: Number, b: Number, work: Callable[[Fraction, Fraction], Fraction]) -> Number:
    pairs = [(both(g, h), work(x, y)) for g, x in a.cases for h, y in b.cases]
    return of_cases(both(a.known, b.known), pairs)


def _plus(a: Fraction | None, b: Fraction | None) -> Fraction | None:
    return None if a is None or b is None else a + b


def add(a: Number, b: Number) -> Number:
    if _few(a, b):
        return _joined(a, b, lambda x, y: x + y)
    known = both(a.known, b.known)
    for x, y in ((a, b), (b, a)):
        if x.term == Fraction(0) and isinstance(x.term, Fraction):
            return attrs.evolve(y, known=known)
    low, high = _plus(a.low, b.low), _plus(a.high, b.high)
    parts = parts_of(a, b)
    if parts is not None:
        total = parts[0].plus(parts[1])
        return Number(known, total.term, low, high, parts=total)
    return Number(known, number(a.term) + number(b.term), low, high)


def parts_of(*numbers: Number) -> list[Parts] | None:
    """All of them in whole steps and rests, if one is so made; constants can be."""
    step = next((n.parts.step for n in numbers if n.parts is not None), None)
    found = []
    for n in numbers:
        if n.parts is not None and n.parts.step == step:
            found.append(n.parts)
        elif step is not None and n.cases:
            part = Parts.of(step, n.cases[-1][1])
            for guard, value in reversed(n.cases[:-1]):
                part = Parts.of(step, value).or_else(guard, part)
            found.append(part)
        else:
            return None
    return found


def negative(a: Number) -> Number:
    if a.cases:
        return of_cases(a.known, [(g, -v) for g, v in a.cases])
    low, high = (None if x is None else -x for x in (a.high, a.low))
    return Number(a.known, -a.term, low, high, parts=a.parts.negative() if a.parts is not None else None)


def subtract(a: Number, b: Number) -> Number:
    return add(a, negative(b))


def multiply(a: Number, b: Number) -> Number:
    """By one of few constants: case by case, so that the arithmetic stays linear."""
    if _few(a, b):
        return _joined(a, b, lambda x, y: x * y)
    known = both(a.known, b.known)
    low, high = _span(a, b)
    for x, y in ((a, b), (b, a)):
        if x.cases:
            return Number(known, _times(x.cases, y.term), low, high)
    return Number(known, a.term * b.term, low, high)


def divide(a: Number, b: Number) -> Number:
    """Unknown where the divisor is nothing."""
    known = both(a.known, b.known, opposite(compared("=", b, constant(Fraction(0)))))
    if b.cases:
        inverse = of_cases(True, [(g, 1 / v) for g, v in b.cases if v] or [(True, Fraction(0))])
        return attrs.evolve(multiply(a, inverse), known=known)
    signed = a.low is not None and a.low >= 0 and b.low is not None and b.low >= 0
    return Number(known, number(a.term) / b.term, Fraction(0) if signed else None)


def _times(cases: tuple[Case, ...], other: Term) -> Term:
    products = [(guard, number(value) * other if value else value) for guard, value in cases]
    term: Term = products[-1][1]
    for guard, product in reversed(products[:-1]):
        term = pick(guard, product, term)
    return term


def _span(a: Number, b: Number) -> tuple[Fraction | None, Fraction | None]:
    ends = (a.low, a.high, b.low, b.high)
    if all(x is not None for x in ends):
        products = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]  # type: ignore[operator]
        return min(products), max(products)
    positive = a.low is not None and b.low is not None and a.low >= 0 and b.low >= 0
    return (a.low * b.low if positive else None), None  # type: ignore[operator]


def at_most(a: Number, b: Number) -> Number:
    if _few(a, b):
        return _joined(a, b, min)
    low = None if a.low is None or b.low is None else min(a.low, b.low)
    highs = [x for x in (a.high, b.high) if x is not None]
    return Number(both(a.known, b.known), pick(compared("<=", a, b), a.term, b.term), low, min(highs, default=None))


def at_least(a: Number, b: Number) -> Number:
    return negative(at_most(negative(a), negative(b)))


def rounded(a: Number, rounding: Rounding) -> Number:
    step = rounding.step
    if a.cases:
        return of_cases(a.known, [(g, ROUND[rounding.mode](v, step)) for g, v in a.cases])
    if rounding.mode == "half_even":
        raise NotTranslated("half_even")
    low, high = (None if x is None else ROUND[rounding.mode](x, step) for x in (a.low, a.high))
    if a.parts is not None and a.parts.step == step and rounding.mode != "up":
        parts = a.parts.rounded(_OFFSET[rounding.mode])
        return Number(a.known, parts.term, low, high, parts=parts)
    if rounding.mode == "up":
        term = -z3.ToReal(z3.ToInt(-a.term / number(step))) * number(step)
    else:
        term = z3.ToReal(z3.ToInt(a.term / number(step) + number(_OFFSET[rounding.mode]))) * number(step)
    return Number(a.known, term, low, high)


def compared(sign: str, a: Number, b: Number) -> Formula:
    """The comparison, where both are known."""
    sign = {"before": "<", "after": ">", "not before": ">=", "not after": "<="}.get(sign, sign)
    if sign in (">", ">="):
        return compared({">": "<", ">=": "<="}[sign], b, a)
    if len(a.cases) * len(b.cases) > 0:
        return some(both(g, h) for g, x in a.cases for h, y in b.cases if _holds(sign, x, y))
    if a.high is not None and b.low is not None and (a.high < b.low or (a.high == b.low and sign == "<=")):
        return sign != "="
    if a.low is not None and b.high is not None and (a.low > b.high or (a.low == b.high and sign == "<")):
        return False
    x, y = number(a.term), number(b.term)
    return x < y if sign == "<" else x <= y if sign == "<=" else x == y


def _holds(sign: str, x: Fraction, y: Fraction) -> bool:
    return x < y if sign == "<" else x <= y if sign == "<=" else x == y


# ------------------------------------------------------------------ choices


def overlap(a: Picked, b: Picked) -> Formula:
    return some(both(g, b.guards[k]) for k, g in a.guards.items() if k in b.guards)


def equal(a: Value, b: Value) -> Formula:
    """Whether two values are the same, where both are known."""
    if isinstance(a, Number) and isinstance(b, Number):
        return compared("=", a, b)
    if isinstance(a, Picked) and isinstance(b, Picked):
        if a.single and b.single:
            return overlap(a, b)
        keys = dict.fromkeys([*a.guards, *b.guards])
        return every(same(a.guards.get(k, False), b.guards.get(k, False)) for k in keys)
    if isinstance(a, Truth) and isinstance(b, Truth):
        return same(a.yes, b.yes)
    raise TypeError("values of two kinds are compared")


# ------------------------------------------------------------------ one of several


def merged(parts: Iterable[tuple[Formula, Value]]) -> Value | None:
    """The value whose condition holds (one at most does); unknown where none does."""
    found = [(g, v) for g, v in parts if g is not False]
    if not found:
        return None
    first: Any = found[0][1]
    if len(found) == 1 and found[0][0] is True:
        return first  # type: ignore[no-any-return]
    known = some(both(g, v.known) for g, v in found)
    if isinstance(first, Truth):
        return Truth(some(both(g, v.yes) for g, v in found), some(both(g, v.no) for g, v in found))  # type: ignore[union-attr]
    if isinstance(first, Picked):
        keys = dict.fromkeys(k for _, v in found for k in v.guards)  # type: ignore[union-attr]
        return Picked(known, {k: some(both(g, v.guards.get(k, False)) for g, v in found) for k in keys}, all(v.single for _, v in found))  # type: ignore[union-attr]
    numbers: list[tuple[Formula, Number]] = found  # type: ignore[assignment]
    if all(v.cases for _, v in numbers) and sum(len(v.cases) for _, v in numbers) <= 2 * MOST_CASES:
        return of_cases(known, [(both(g, h), x) for g, v in numbers for h, x in v.cases])
    term = numbers[-1][1].term
    for guard, value in reversed(numbers[:-1]):
        term = pick(guard, value.term, term)
    split = parts_of(*(v for _, v in numbers))
    whole = None
    if split is not None:
        whole = split[-1]
        for (guard, _), part in zip(reversed(numbers[:-1]), reversed(split[:-1]), strict=True):
            whole = part.or_else(guard, whole)
        term = whole.term
    lows, highs = [v.low for _, v in numbers], [v.high for _, v in numbers]
    low = None if any(x is None for x in lows) else min(x for x in lows if x is not None)
    high = None if any(x is None for x in highs) else max(x for x in highs if x is not None)
    return Number(known, term, low, high, parts=whole)
