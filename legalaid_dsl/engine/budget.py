"""How much one evaluation may cost, counted and never timed: the same case always ends the same way."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, Protocol

import attrs

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation
from .values import Unknown, Value

MAX_DIGITS: Final = 120  # of a number above or below the line, anywhere in a calculation
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
        shown = Bilingual(f"{self.value:,}", f"{self.value:,}".replace(",", "."))
        en, vi = _SAID[self.name]
        return Bilingual(en.format(shown.en), vi.format(shown.vi))


_SAID: Final = {
    "decisions": ("The case takes more than {} decisions.", "Hồ sơ cần hơn {} quyết định."),
    "steps": ("The case takes more than {} steps of calculation.", "Hồ sơ cần hơn {} bước tính."),
    "bytes": ("The reasons of the case take more than {} bytes.", "Phần lý giải của hồ sơ dài hơn {} byte."),
    "digits": ("A number has more than {} digits.", "Có số dài hơn {} chữ số."),
}


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
