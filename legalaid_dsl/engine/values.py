"""Values of the engine: known ones are plain Python (Fraction, bool, date, str, frozenset,
Item); what is missing is Unknown, with an interval that contains every possible value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from math import isqrt
from typing import Any, Literal

import attrs

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation

Value = Any  # Fraction | bool | date | str | frozenset[str] | Item | Unknown
ZERO = Fraction(0)
OPENINGS = ("no_rule", "conflict", "circle", "division_by_zero", "ceiling_below_floor", "no_such_day")  # codes that the engine itself gives


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
    """A question that the law leaves open for this case, about one term of one item.

    ``least`` and ``most``: what the term could be all the same, where the rule says so; each an interval, as it
    may not be known itself, and ``waits`` for what is missing then. ``alone``: the items under one rule share it so
    that one has the most, the others the least.
    """

    code: str
    message: Bilingual
    cites: tuple[Citation, ...]
    subject: str
    slot: tuple[str, int] = ("", 0)  # term, id of the item
    least: tuple[Fraction | None, Fraction | None] = (None, None)
    most: tuple[Fraction | None, Fraction | None] = (None, None)
    alone: int = 0  # id of the rule whose items exclude each other, or 0
    waits: tuple[Need, ...] = ()


@attrs.frozen(slots=True)
class Line:
    """How a number depends on one, x, that is tried out over a range: (start + slope × x) / (below + rise × x)
    for least ≤ x ≤ most, where what stands below is never 0. Such a number only rises or only falls.

    ``of``: what x is; None: the fact that is tried out, else the decision (term, id of the item) whose value is x.
    """

    start: Fraction
    slope: Fraction
    least: Fraction
    most: Fraction
    below: Fraction = Fraction(1)
    rise: Fraction = ZERO
    of: tuple[str, int] | None = None

    @property
    def flat(self) -> bool:
        """Whether it is a number that does not depend on x."""
        return self.slope == self.rise == ZERO

    def at(self, x: Fraction) -> Fraction:
        return (self.start + self.slope * x) / (self.below + self.rise * x)

    def range(self) -> tuple[Fraction, Fraction]:
        ends = self.at(self.least), self.at(self.most)
        return min(ends), max(ends)

    def plus(self, other: Line) -> Line | None:
        """None where the sum is no such number."""
        for a, b in ((self, other), (other, self)):
            if b.flat:
                c = b.start / b.below
                return attrs.evolve(a, start=a.start + c * a.below, slope=a.slope + c * a.rise)
        if self.of != other.of or (self.below, self.rise) != (other.below, other.rise):
            return None
        return attrs.evolve(self, start=self.start + other.start, slope=self.slope + other.slope)

    def times(self, factor: Fraction) -> Line:
        return attrs.evolve(self, start=self.start * factor, slope=self.slope * factor)

    def multiplied(self, other: Line) -> Line | None:
        """Multiplied with another; None where that is no such number."""
        for a, b in ((self, other), (other, self)):
            if a.rise == b.slope == ZERO and (self.of == other.of or a.flat or b.flat):
                x = b if a.flat else a
                return attrs.evolve(x, start=a.start * b.start, slope=a.slope * b.start, below=a.below * b.below, rise=a.below * b.rise)
        return None

    def by(self, other: Line) -> Line | None:
        """Divided by another; None where that is no such number, or the other may be 0."""
        if self.of != other.of and not (self.flat or other.flat):
            return None
        if (self.below, self.rise) != (other.below, other.rise):
            if self.rise or other.rise:
                return None
            other = other.times(self.below / other.below)
        ends = other.start + other.slope * self.least, other.start + other.slope * self.most
        x = other if self.flat else self
        return attrs.evolve(x, start=self.start, slope=self.slope, below=other.start, rise=other.slope) if min(ends) > 0 or max(ends) < 0 else None

    def where(self, value: Fraction) -> Fraction:
        """The x at which it has a value; it must rise or fall."""
        return (value * self.below - self.start) / (self.slope - value * self.rise)


class Turns(list[Fraction]):
    """Where, while a number was tried out over a range, something changes its way."""

    def note(self, line: Line, value: Fraction) -> None:
        """Where a line has a value; it must rise or fall. Of a decision's value it is not known at which number it does."""
        if line.of is None:
            self.append(line.where(value))


@attrs.frozen(slots=True, eq=False)
class Unknown:
    """No value: for want of a fact or figure (``missing``), or because the law leaves it open (``open``).

    ``low`` and ``high`` hold for numbers; None means no bound on that side. ``parts`` are the unknown
    values that it came from: they are referred to, so that a value costs the same however much is missing.
    ``slot`` marks the value of a decision: (term, id of the item). ``line``: only while a number is tried
    out over a range, to find bounds.
    """

    missing: tuple[Need, ...] = ()
    open: tuple[Opening, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None
    parts: tuple[Unknown, ...] = ()
    slot: tuple[str, int] | None = None
    line: Line | None = None

    @property
    def needs(self) -> tuple[Need, ...]:
        """Every fact and figure that is wanted, each once."""
        return tuple(dict.fromkeys(n for u in self.sources() for n in u.missing))

    @property
    def openings(self) -> tuple[Opening, ...]:
        """Every question that the law leaves open, each once."""
        return tuple(dict.fromkeys(o for u in self.sources() for o in u.open))

    def sources(self, told: set[int] | None = None, *, own: bool = False) -> Iterator[Unknown]:
        """This value and those it came from, each once (``told``: and not again); ``own``: not those that
        other decisions made."""
        seen: set[int] = set() if told is None else told
        waiting: list[Unknown] = [self]
        while waiting:
            found = waiting.pop()
            if id(found) not in seen and not (own and found.slot is not None and found is not self):
                seen.add(id(found))
                yield found
                waiting += reversed(found.parts)


def unknown(parts: Iterable[Value], low: Fraction | None = None, high: Fraction | None = None) -> Unknown:
    """Unknown because of the unknown ones among parts."""
    return Unknown((), (), low, high, tuple(p for p in parts if isinstance(p, Unknown)))


def apart(value: Unknown, slot: tuple[str, int], turns: Turns | None = None) -> Unknown:
    """An unknown value under its own name: those who use it refer to it. While a number is tried out, one that is no
    line of it (after a rounding) is an x of its own, so that what is reckoned with it is known as well as it is."""
    line, low, high = value.line, value.low, value.high
    if turns is not None and line is None and low is not None and high is not None and low < high:
        line = Line(ZERO, Fraction(1), low, high, of=slot)
    return Unknown((), (), low, high, (value,), slot, line)


def interval(value: Value) -> tuple[Fraction | None, Fraction | None]:
    """Bounds of a number, known or not."""
    if isinstance(value, Unknown):
        return value.low, value.high
    return value, value


def hull(values: Iterable[Value]) -> tuple[Fraction | None, Fraction | None]:
    """The smallest interval around all of them."""
    bounds = [interval(v) for v in values]  # of none: nothing
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


def _line(value: Value, beside: Value) -> Line | None:
    """The line of a value, or the flat one of a number beside a line."""
    if isinstance(value, Unknown):
        return value.line
    other = beside.line if isinstance(beside, Unknown) else None
    return Line(value, ZERO, other.least, other.most, of=other.of) if other is not None else None


def lined(parts: Iterable[Value], line: Line) -> Value:
    """A number that is tried out: exactly what its line says."""
    low, high = line.range()
    return low if low == high else attrs.evolve(unknown(parts, low, high), line=line)


def add(a: Value, b: Value) -> Value:
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        x, y = _line(a, b), _line(b, a)
        line = x.plus(y) if x is not None and y is not None else None
        if line is not None:
            return lined((a, b), line)
        (al, ah), (bl, bh) = interval(a), interval(b)
        low = None if al is None or bl is None else al + bl
        high = None if ah is None or bh is None else ah + bh
        return unknown((a, b), low, high)
    return a + b


def subtract(a: Value, b: Value) -> Value:
    if isinstance(b, Unknown):
        if b.line is not None:
            return add(a, lined((b,), b.line.times(Fraction(-1))))
        low, high = b.low, b.high
        return add(a, unknown((b,), None if high is None else -high, None if low is None else -low))
    return add(a, -b)


def multiply(a: Value, b: Value) -> Value:
    """Intervals are for quantities that are not negative; others get no bounds."""
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        for x, y in ((a, b), (b, a)):
            if isinstance(x, Unknown) and x.line is not None and not isinstance(y, Unknown):
                return lined((a, b), x.line.times(y))
        if isinstance(a, Unknown) and isinstance(b, Unknown) and a.line is not None and b.line is not None:
            line = a.line.multiplied(b.line)
            if line is not None:
                return lined((a, b), line)
        (al, ah), (bl, bh) = interval(a), interval(b)
        if al is None or bl is None or al < 0 or bl < 0:
            return unknown((a, b))
        high = None if ah is None or bh is None else ah * bh
        if ZERO in (ah, bh):
            high = ZERO
        return unknown((a, b), al * bl, high)
    return a * b


def divide(a: Value, b: Value, turns: Turns | None = None) -> Value:
    """Division by zero gives Unknown without a need; a rule that can meet it says so itself."""
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        x, y = _line(a, b), _line(b, a)
        line = x.by(y) if x is not None and y is not None else None
        if line is not None:
            return lined((a, b), line)
        if turns is not None and y is not None and y.slope:
            turns.note(y, ZERO)
        (al, ah), (bl, bh) = interval(a), interval(b)
        if al is None or bl is None or al < 0 or bl < 0:
            return unknown((a, b))
        low = ZERO if bh is None or bh == 0 else al / bh
        high = None if ah is None or bl == 0 else ah / bl
        return unknown((a, b), low, high)
    return a / b if b != 0 else Unknown()


def at_most(value: Value, limit: Value, turns: Turns | None = None) -> Value:
    if isinstance(value, Unknown) or isinstance(limit, Unknown):
        side = sign(value, limit, turns)
        if side is not None:
            return value if side <= 0 else limit
        (vl, vh), (ll, lh) = interval(value), interval(limit)
        low = None if vl is None or ll is None else min(vl, ll)
        high = vh if lh is None else lh if vh is None else min(vh, lh)
        return unknown((value, limit), low, high)
    return min(value, limit)


def at_least(value: Value, limit: Value, turns: Turns | None = None) -> Value:
    if isinstance(value, Unknown) or isinstance(limit, Unknown):
        side = sign(value, limit, turns)
        if side is not None:
            return value if side >= 0 else limit
        (vl, vh), (ll, lh) = interval(value), interval(limit)
        low = vl if ll is None else ll if vl is None else max(vl, ll)
        high = None if vh is None or lh is None else max(vh, lh)
        return unknown((value, limit), low, high)
    return max(value, limit)


def sign(a: Value, b: Value, turns: Turns | None) -> int | None:
    """Of a - b where it is the same over the whole range that is tried out; else where it turns is noted."""
    if turns is None:
        return None
    x, y = _line(a, b), _line(b, a)
    line = x.plus(y.times(Fraction(-1))) if x is not None and y is not None else None
    if line is None:
        (al, ah), (bl, bh) = interval(a), interval(b)
        above, below = al is not None and bh is not None and al > bh, ah is not None and bl is not None and ah < bl
        return above - below if above or below else None
    low, high = line.range()
    if low > 0 or high < 0 or low == high:
        return (low > 0) - (high < 0)
    turns.note(line, ZERO)
    return None


def middle(low: Fraction, high: Fraction) -> Fraction:
    """Of a range; of one over many sizes, the middle of the sizes."""
    least = max(low, Fraction(1))
    return (low + high) / 2 if high < 64 * least else Fraction(isqrt(int(least * high)))


def monotone(
    value: Value, function: Callable[[Fraction], Fraction], turns: Turns | None = None, step: Fraction = Fraction(1),
    offset: Fraction = ZERO,
) -> Value:  # fmt: skip
    """A never falling function of a number that turns at the multiples of ``step``, moved by ``offset``: a rounding."""
    if isinstance(value, Unknown):
        low = None if value.low is None else function(value.low)
        high = None if value.high is None else function(value.high)
        if turns is not None and value.line is not None and low is not None and high is not None:
            if low == high:
                return low
            assert value.low is not None  # as both ends are known
            assert value.high is not None
            jumps = ((value.low - offset) // step + 1) * step + offset, (value.high - offset) // step * step + offset
            at = ((middle(value.low, value.high) - offset) // step) * step + offset
            turns.note(value.line, min(max(at, jumps[0]), jumps[1]))
        return unknown((value,), low, high)
    return function(value)


__all__ = [
    "OPENINGS", "ZERO", "Line", "Need", "Opening", "Turns", "Unknown", "Value", "add", "all_of", "any_of", "apart",
    "at_least", "at_most", "date", "divide", "hull", "interval", "is_number", "lined", "middle", "monotone", "multiply", "negation", "sign",
    "subtract", "unknown",
]  # fmt: skip
