"""Values of the engine: known ones are plain Python (Fraction, bool, date, str, frozenset,
Item); what is missing is Unknown, with an interval that contains every possible value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import Any, Literal

import attrs

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation

Value = Any  # Fraction | bool | date | str | frozenset[str] | Item | Unknown
ZERO = Fraction(0)
OPENINGS = ("no_rule", "conflict", "circle", "division_by_zero")  # codes that the engine itself gives


@attrs.frozen(slots=True)
class Need:
    """A fact or figure that is missing. ``path`` is where it belongs in the case file."""

    what: Literal["fact", "figure"]
    key: str
    path: str
    detail: tuple[tuple[str, str], ...] = ()  # columns of a table's cell
    figure: str = ""  # key of the figure or table


@attrs.frozen(slots=True)
class Opening:
    """A question that the law leaves open for this case."""

    code: str
    message: Bilingual
    citation: Citation
    subject: str


@attrs.frozen(slots=True)
class Unknown:
    """No value: for want of ``needs``, or because the law leaves it open.

    ``low`` and ``high`` hold for numbers; None means no bound on that side.
    """

    needs: tuple[Need, ...] = ()
    openings: tuple[Opening, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None


def unknown(parts: Iterable[Value], low: Fraction | None = None, high: Fraction | None = None) -> Unknown:
    """Unknown because of the unknown ones among parts."""
    needs: dict[Need, None] = {}
    openings: dict[Opening, None] = {}
    for part in parts:
        if isinstance(part, Unknown):
            needs.update(dict.fromkeys(part.needs))
            openings.update(dict.fromkeys(part.openings))
    return Unknown(tuple(needs), tuple(openings), low, high)


def interval(value: Value) -> tuple[Fraction | None, Fraction | None]:
    """Bounds of a number, known or not."""
    if isinstance(value, Unknown):
        return value.low, value.high
    return value, value


def hull(values: Iterable[Value]) -> tuple[Fraction | None, Fraction | None]:
    """The smallest interval around all of them."""
    bounds = [interval(v) for v in values]
    lows, highs = [b[0] for b in bounds], [b[1] for b in bounds]
    low = None if any(x is None for x in lows) else min(x for x in lows if x is not None)
    high = None if any(x is None for x in highs) else max(x for x in highs if x is not None)
    return low, high


def is_number(value: Value) -> bool:
    return isinstance(value, Fraction)


# ------------------------------------------------------------------ three-valued logic


def all_of(values: Iterable[Value]) -> Value:
    """Kleene's and: one false decides, whatever is unknown."""
    parts = list(values)
    if any(v is False for v in parts):
        return False
    return unknown(parts) if any(isinstance(v, Unknown) for v in parts) else True


def any_of(values: Iterable[Value]) -> Value:
    """Kleene's or: one true decides."""
    parts = list(values)
    if any(v is True for v in parts):
        return True
    return unknown(parts) if any(isinstance(v, Unknown) for v in parts) else False


def negation(value: Value) -> Value:
    return unknown([value]) if isinstance(value, Unknown) else not value


# ------------------------------------------------------------------ arithmetic


def add(a: Value, b: Value) -> Value:
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        (al, ah), (bl, bh) = interval(a), interval(b)
        low = None if al is None or bl is None else al + bl
        high = None if ah is None or bh is None else ah + bh
        return unknown((a, b), low, high)
    return a + b


def subtract(a: Value, b: Value) -> Value:
    if isinstance(b, Unknown):
        low, high = b.low, b.high
        flipped = attrs.evolve(b, low=None if high is None else -high, high=None if low is None else -low)
        return add(a, flipped)
    return add(a, -b)


def multiply(a: Value, b: Value) -> Value:
    """Intervals are for quantities that are not negative; others get no bounds."""
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        (al, ah), (bl, bh) = interval(a), interval(b)
        if al is None or bl is None or al < 0 or bl < 0:
            return unknown((a, b))
        high = None if ah is None or bh is None else ah * bh
        if ZERO in (ah, bh):
            high = ZERO
        return unknown((a, b), al * bl, high)
    return a * b


def divide(a: Value, b: Value) -> Value:
    """Division by zero gives Unknown without a need; a rule that can meet it says so itself."""
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        (al, ah), (bl, bh) = interval(a), interval(b)
        if al is None or bl is None or al < 0 or bl < 0:
            return unknown((a, b))
        low = ZERO if bh is None or bh == 0 else al / bh
        high = None if ah is None or bl == 0 else ah / bl
        return unknown((a, b), low, high)
    return a / b if b != 0 else Unknown()


def at_most(value: Value, limit: Value) -> Value:
    if isinstance(value, Unknown) or isinstance(limit, Unknown):
        (vl, vh), (ll, lh) = interval(value), interval(limit)
        low = None if vl is None or ll is None else min(vl, ll)
        high = vh if lh is None else lh if vh is None else min(vh, lh)
        return unknown((value, limit), low, high)
    return min(value, limit)


def at_least(value: Value, limit: Value) -> Value:
    if isinstance(value, Unknown) or isinstance(limit, Unknown):
        (vl, vh), (ll, lh) = interval(value), interval(limit)
        low = vl if ll is None else ll if vl is None else max(vl, ll)
        high = None if vh is None or lh is None else max(vh, lh)
        return unknown((value, limit), low, high)
    return max(value, limit)


def monotone(value: Value, function: Callable[[Fraction], Fraction]) -> Value:
    """A never falling function of a number, such as a rounding."""
    if isinstance(value, Unknown):
        low = None if value.low is None else function(value.low)
        high = None if value.high is None else function(value.high)
        return attrs.evolve(value, low=low, high=high)
    return function(value)


__all__ = [
    "OPENINGS", "ZERO", "Need", "Opening", "Unknown", "Value", "add", "all_of", "any_of", "at_least", "at_most",
    "date", "divide", "hull", "interval", "is_number", "monotone", "multiply", "negation",
    "subtract", "unknown",
]  # fmt: skip
