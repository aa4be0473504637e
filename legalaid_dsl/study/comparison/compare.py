"""Two rulesets side by side over many cases: what became of each, and what it all comes to."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import attrs

from ...api import Rules
from ...rulebook.model import Term
from ..outcomes.kinds import KINDS, Kind, kind_of
from ..outcomes.outcome import Options, Outcome, decide, measures, result_key


@attrs.frozen(slots=True, eq=False)
class Compared:
    """One case under both rulesets. ``place`` counts from 1."""

    place: int
    case: Any
    before: Outcome
    after: Outcome
    kind: Kind

    @property
    def case_id(self) -> str:
        return self.before.raw["case_id"] or self.after.raw["case_id"] or ""

    @property
    def counts(self) -> bool:
        """Whether its numbers enter totals: determined on both sides."""
        return self.before.determined and self.after.determined

    def change(self, key: str) -> Fraction | None:
        """By how much a decisive number differs; None where a side is not determined."""
        old, new = self.before.numbers.get(key), self.after.numbers.get(key)
        return new - old if self.counts and old is not None and new is not None else None


@attrs.frozen(slots=True, eq=False)
class Comparison:
    """All cases under both rulesets."""

    base: Rules
    amended: Rules
    options: Options
    rows: tuple[Compared, ...]

    @property
    def measures(self) -> list[Term]:
        """The decisive numbers that both rulesets give."""
        mine = {result_key(t) for t in measures(self.base.rulebook)}
        return [t for t in measures(self.amended.rulebook) if result_key(t) in mine]

    def of(self, kind: Kind) -> list[Compared]:
        return [row for row in self.rows if row.kind == kind]

    @property
    def counts(self) -> dict[Kind, int]:
        return {kind: len(self.of(kind)) for kind in KINDS}

    @property
    def not_in_totals(self) -> list[Compared]:
        return [row for row in self.rows if not row.counts]

    def total(self, key: str, rows: Iterable[Compared] | None = None) -> Fraction:
        """The sum of the changes of a number, over cases determined on both sides."""
        changes = (row.change(key) for row in (self.rows if rows is None else rows))
        return sum((c for c in changes if c is not None), Fraction(0))

    def totals(self, key: str) -> tuple[Fraction, Fraction]:
        """What a number comes to before and after, over cases determined on both sides."""
        old = new = Fraction(0)
        for row in self.rows:
            if row.change(key) is not None:
                old += row.before.numbers[key] or 0
                new += row.after.numbers[key] or 0
        return old, new


def compare_one(base: Rules, amended: Rules, case: Any, options: Options, place: int = 1) -> Compared:
    """One case under both."""
    before, after = decide(base, case, options), decide(amended, case, options)
    return Compared(place, case, before, after, kind_of(before, after))


def compare(base: Rules, amended: Rules, cases: Iterable[Any], options: Options | None = None) -> Comparison:
    """Every case under both rulesets, in order."""
    chosen = options or Options()
    rows = tuple(compare_one(base, amended, case, chosen, i) for i, case in enumerate(cases, 1))
    return Comparison(base, amended, chosen, rows)
