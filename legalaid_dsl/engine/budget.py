"""How much one evaluation may cost, counted and never timed: the same case always ends the same way."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final, Protocol

import attrs

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation
from ..basics.worded import counted, said
from .values import Unknown, Value

MAX_DIGITS: Final = 120  # of a number above or below the line, anywhere in a calculation
WORDS: Final = Path(__file__).with_name("words.toml")
_MAX_BITS: Final = MAX_DIGITS * 3322 // 1000


@attrs.frozen(slots=True)
class Budget:
    """The most that one evaluation may use.

    ``decisions``: terms decided, each once an item. ``steps``: expressions worked out. ``bytes``: of the
    trace as JSON, about. What passes one of them is refused with the code ``limit``.
    """

    decisions: int = 2_000_000
    steps: int = 100_000_000
    bytes: int = 400_000_000


DEFAULT: Final = Budget()


class LimitPassed(Exception):
    """A limit of one evaluation was passed: its name, its value, and the provision that was at work."""

    def __init__(self, name: str, value: int, citation: Citation | None, path: str = "") -> None:
        self.name, self.value, self.citation, self.path = name, value, citation, path
        super().__init__(f"{name}: {value}")

    @property
    def message(self) -> Bilingual:
        return said(WORDS, self.name, most=counted(self.value))


class Spending(Protocol):
    """Whoever spends can say what was at work when a limit was passed."""

    def passed(self, name: str, value: int) -> LimitPassed: ...


@attrs.define(slots=True, eq=False)
class Meter:
    """Counts what an evaluation, and what is tried out on it, has used."""

    budget: Budget = DEFAULT
    decisions: int = 0
    steps: int = 0  # counted where expressions are worked out
    most: int = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.most = self.budget.steps

    def decision(self, ev: Spending) -> None:
        self.decisions += 1
        if self.decisions > self.budget.decisions:
            raise ev.passed("decisions", self.budget.decisions)

    @staticmethod
    def number(value: Value, ev: Spending) -> None:
        """Numbers of law have a bound; a rule that multiplies without end is told so."""
        for x in (value.low, value.high) if isinstance(value, Unknown) else (value,):
            if isinstance(x, Fraction) and (x.numerator.bit_length() > _MAX_BITS or x.denominator.bit_length() > _MAX_BITS):
                raise ev.passed("digits", MAX_DIGITS)
