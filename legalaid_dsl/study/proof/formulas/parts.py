"""Numbers as whole steps and what is left over: roundings of sums are hopeless for z3 otherwise."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import attrs
import z3

from .logic import Formula, Term, number, pick


@attrs.frozen(slots=True, eq=False)
class Parts:
    """``whole`` steps (of sort Int, or a Python int) and a ``rest`` that need not be smaller than a step."""

    step: Fraction
    whole: Any
    rest: Term

    @classmethod
    def of(cls, step: Fraction, value: Fraction) -> Parts:
        whole = value // step
        return cls(step, int(whole), value - whole * step)

    @property
    def term(self) -> Term:
        if isinstance(self.whole, int):
            steps = self.whole * self.step
            return steps + self.rest if isinstance(self.rest, Fraction) else number(steps) + self.rest
        found = z3.ToReal(self.whole) if self.step == 1 else z3.ToReal(self.whole) * number(self.step)
        return found if self.rest == 0 and isinstance(self.rest, Fraction) else found + number(self.rest)

    def plus(self, other: Parts) -> Parts:
        if isinstance(self.rest, Fraction) and isinstance(other.rest, Fraction):
            return Parts(self.step, self.whole + other.whole, self.rest + other.rest)
        return Parts(self.step, self.whole + other.whole, number(self.rest) + number(other.rest))

    def negative(self) -> Parts:
        return Parts(self.step, -self.whole, -self.rest)

    def or_else(self, guard: Formula, other: Parts) -> Parts:
        """This where the guard holds, else the other."""
        if isinstance(guard, bool):
            return self if guard else other
        whole = self.whole if self.whole is other.whole else z3.If(guard, _int(self.whole), _int(other.whole))
        return Parts(self.step, whole, pick(guard, self.rest, other.rest))

    def rounded(self, offset: Fraction) -> Parts:
        """Down to whole steps, after adding so much of a step."""
        if isinstance(self.rest, Fraction):
            return Parts(self.step, self.whole + int((self.rest / self.step + offset) // 1), Fraction(0))
        rest = self.rest / number(self.step) + number(offset)
        return Parts(self.step, self.whole + z3.ToInt(rest), Fraction(0))


def _int(whole: Any) -> Any:
    return z3.IntVal(whole) if isinstance(whole, int) else whole
