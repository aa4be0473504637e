"""What is recorded of each decision: data, not sentences."""

from __future__ import annotations

from fractions import Fraction

import attrs

from ...basics.citation import Citation
from ...rulebook.meaning import Expression
from ...rulebook.model import Rule
from ..scales import Slice
from ..tables import UsedFigure
from ..values import Value
from .facts import Item


@attrs.frozen(slots=True, eq=False)
class Considered:
    """A rule that was looked at: whether its provision applies, and its outcome."""

    rule: Rule
    applies: Value
    outcome: Value
    displaced_by: Citation | None = None


@attrs.frozen(slots=True, eq=False)
class Cut:
    """A ceiling or floor that was reached: its limit, what stood under it before, and how much it took away or gave.

    ``beside``: of a shared one, what the others under it had (in order: those before this item).
    """

    citation: Citation
    at_most: bool
    limit: Fraction
    took: Fraction
    meaning: Expression
    before: Fraction
    shared: bool = False
    beside: Fraction | None = None


@attrs.define(slots=True, eq=False)
class Decision:
    """The decision on one term for one item.

    Or, with a number as its ``group``, what was read to see who belongs to a group that several decisions
    ask for: they refer to it, so that a trace does not say the same once for each of them.
    """

    term: str
    item: Item
    readings: tuple[str, ...]
    value: Value = None  # until it is made
    considered: list[Considered] = attrs.Factory(list)
    cuts: list[Cut] = attrs.Factory(list)
    reads: dict[tuple[str, str], Decision | tuple[str, Item]] = attrs.Factory(dict)
    figures: dict[UsedFigure, None] = attrs.Factory(dict)
    slices: dict[Slice, None] = attrs.Factory(dict)  # of scales, each once
    through: dict[Citation, None] = attrs.Factory(dict)  # provisions referred to by address
    conditions: dict[int, Value] = attrs.Factory(dict)  # of its own item, by id: many rules stand under one
    group: int = 0

    def note(self, rule: Rule, applies: Value, outcome: Value) -> None:
        """A rule that was looked at."""
        self.considered.append(Considered(rule, applies, outcome))

    def note_read(self, other: Decision) -> None:
        """What was read for another is read for this too."""
        self.reads.update(other.reads)
        if other.figures or other.slices or other.through:
            self.figures.update(other.figures)
            self.slices.update(other.slices)
            self.through.update(other.through)

    def cites(self) -> list[Citation]:
        """The provisions that made the decision: rules that held, ceilings that cut, sources."""
        found: dict[Citation, None] = {}
        for considered in self.considered:
            kind, outcome = considered.rule.kind, considered.outcome
            if kind == "requirement":
                if outcome is False and considered.applies is True:
                    found[considered.rule.citation] = None  # the requirement that was not met
            elif kind != "limit" and outcome is True:
                found[considered.rule.citation] = None
        for cut in self.cuts:
            if cut.took or (cut.limit == self.value and not cut.shared):
                found[cut.citation] = None
        found.update(self.through)
        return list(found)

    def refused_by(self) -> list[Citation]:
        """Why a yes-or-no is no: the requirement not met, else the provision that all grounds stand in."""
        return self.cites() or self._common()

    def _common(self) -> list[Citation]:
        """Where none of several grounds holds: the provision that all of them stand in."""
        grounds = [c.rule.citation for c in self.considered if c.rule.kind == "ground" and c.applies is True]
        if not grounds:
            return []
        return next(([p] for p in grounds[0].chain() if all(g.within(p) for g in grounds)), [])
