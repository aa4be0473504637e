"""What expressions are written with. Place is no part of equality.

Names are kept as their words; what they mean is found later (rulebook/).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final, Literal

import attrs

from ..basics.citation import Citation
from ..basics.source import Span

__all__ = [
    "THIS",
    "Address",
    "Aggregate",
    "Among",
    "Arithmetic",
    "AsUnder",
    "Bracket",
    "Compare",
    "DateValue",
    "Dated",
    "Expression",
    "Gives",
    "Group",
    "GroupedAs",
    "Includes",
    "Logic",
    "Lookup",
    "Name",
    "Negated",
    "Node",
    "OnScale",
    "Operation",
    "Path",
    "Quantity",
    "ReadAs",
    "Same",
    "Scale",
    "Several",
    "SharedAs",
    "Stated",
    "TextConstant",
    "Within",
]

Place = Span | None
THIS: Final = "this"  # the label of a part that is the one where the address stands


@attrs.frozen(slots=True)
class Node:
    span: Place = attrs.field(default=None, eq=False, repr=False, kw_only=True)


@attrs.frozen(slots=True)
class Name(Node):
    """Words that name a term, a choice, a thing, a table or an instrument."""

    words: str


# ------------------------------------------------------------------ expressions


@attrs.frozen(slots=True)
class Quantity(Node):
    """A number, with its unit's word and the unit it is counted by ("per session")."""

    value: Fraction
    unit: str | None = None
    per: str | None = None
    percent: bool = False


@attrs.frozen(slots=True)
class DateValue(Node):
    value: date


@attrs.frozen(slots=True)
class TextConstant(Node):
    """A quoted text that a text is compared with."""

    value: str


@attrs.frozen(slots=True)
class Operation(Node):
    """One of the operations on dates and values that are written with words of their own.

    ``between``, ``moved`` and ``edge`` are of dates: ``unit`` is what is counted or whose edge it is, and ``month_ends``
    which day counts where a month has no such day. ``lowest`` and ``highest`` are of several values, ``either`` has
    a value, a condition and the value otherwise, ``part_of`` a percentage and what it is of.
    """

    kind: Literal["between", "after", "before", "start", "end", "lowest", "highest", "either", "part_of"]
    operands: tuple[Expression, ...]
    unit: str = ""
    month_ends: Literal["", "last_day", "day_after"] = ""


@attrs.frozen(slots=True)
class Path(Node):
    """``replacement date of predecessor``: the names from left to right."""

    names: tuple[Name, ...]


@attrs.frozen(slots=True)
class Lookup(Node):
    """The sum of a table's cells: ``Appendix 01 (class, stages, task)``."""

    table: Name
    arguments: tuple[Expression, ...]


@attrs.frozen(slots=True)
class Several(Node):
    """Several choices in place of one: ``(a, b, c)``."""

    items: tuple[Expression, ...]


@attrs.frozen(slots=True)
class Dated(Node):
    """A figure at a date: ``rate on day of payment``."""

    figure: Name
    on: Name


@attrs.frozen(slots=True)
class Bracket(Node):
    """Amounts up to a bound (``below``: without it) and what is given for them; the last has no bound."""

    bound: Quantity | None
    value: Quantity
    below: bool = False


@attrs.frozen(slots=True)
class Scale(Node):
    """``up to 5,000,000 đồng: 5%; above: 10%``: the value of a dated figure that is a scale."""

    brackets: tuple[Bracket, ...]


@attrs.frozen(slots=True)
class OnScale(Node):
    """``progressive tax on day of payment applied to income``. ``inverse``: the amount to which it gives this."""

    scale: Name
    amount: Expression
    on: Name | None = None
    inverse: bool = False


@attrs.frozen(slots=True)
class Arithmetic(Node):
    """``first`` and then (operator, operand) pairs of one precedence."""

    first: Expression
    rest: tuple[tuple[Literal["+", "-", "*", "/"], Expression], ...]


@attrs.frozen(slots=True)
class ReadAs(Node):
    """``KEY is read as CHOICE``: whether that choice of a reading is taken."""

    reading: str
    choice: str
    negated: bool = False


@attrs.frozen(slots=True)
class Gives(Node):
    """``what KEY gives``: the value or condition that the chosen reading carries."""

    reading: str


@attrs.frozen(slots=True)
class GroupedAs(Node):
    """The grouping that the chosen readings carry: of several, all that any of them wants in common."""

    readings: tuple[str, ...]


@attrs.frozen(slots=True)
class SharedAs(Node):
    """The way of sharing that the chosen reading carries."""

    reading: str


@attrs.frozen(slots=True)
class Group(Node):
    """The things an aggregate runs over; ``thing`` may also name a group that was declared."""

    thing: Name
    its: bool = False
    of: Name | None = None
    same: tuple[Name, ...] = ()
    before: bool = False
    where: Expression | None = None
    grouped_as: GroupedAs | None = None


@attrs.frozen(slots=True)
class Aggregate(Node):
    """``total|highest|lowest of value over group``; ``number of group`` and ``there are group`` have no value."""

    kind: Literal["total", "highest", "lowest", "number", "some"]
    value: Expression | None
    group: Group
    empty: Expression | None = None
    needed: bool = False


@attrs.frozen(slots=True)
class Compare(Node):
    sign: Literal["<", "<=", ">", ">=", "=", "before", "after", "not before", "not after"]
    left: Expression
    right: Expression


@attrs.frozen(slots=True)
class Same(Node):
    """``form is criminal proceedings`` and its negation."""

    left: Expression
    right: Expression
    negated: bool = False


@attrs.frozen(slots=True)
class Among(Node):
    value: Expression
    items: tuple[Expression, ...]
    negated: bool = False


@attrs.frozen(slots=True)
class Includes(Node):
    """Whether a list holds any of the items."""

    value: Expression
    items: tuple[Expression, ...]


@attrs.frozen(slots=True)
class Stated(Node):
    """Whether a fact is given. ``required``: its absence is a missing fact, not a no."""

    value: Expression
    negated: bool = False
    required: bool = False


@attrs.frozen(slots=True)
class Within(Node):
    """Whether a ground that stands at the address holds."""

    address: Address


@attrs.frozen(slots=True)
class AsUnder(Node):
    """What the rules at the address would decide, the conditions around it left aside."""

    address: Address


@attrs.frozen(slots=True)
class Negated(Node):
    operand: Expression


@attrs.frozen(slots=True)
class Logic(Node):
    kind: Literal["and", "or"]
    operands: tuple[Expression, ...]


@attrs.frozen(slots=True)
class Address(Node):
    """A reference to provisions; empty parts are those of the place where it stands, and so is the label ``this``.

    Only the innermost part may name several. ``run``: they are the first and the last of those meant.
    ``joined``: written with "and" before the last.
    """

    subs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    instrument: str = ""
    run: bool = False
    joined: bool = attrs.field(default=False, eq=False)

    @property
    def clause(self) -> str:
        """The clause named, or the first of several."""
        return self.clauses[0] if self.clauses else ""

    @property
    def article(self) -> str:
        """The article named, or the first of several."""
        return self.articles[0] if self.articles else ""

    @classmethod
    def of(cls, citation: Citation, instrument: str = "") -> Address:
        """The address of one provision. ``instrument``: its number, where it is another's."""
        labels = (citation.sub, citation.point, citation.clause, citation.article)
        subs, points, clauses, articles = ((label,) if label else () for label in labels)
        return cls(subs, points, clauses, articles, instrument)


Expression = (
    Quantity
    | DateValue
    | TextConstant
    | Operation
    | Path
    | Lookup
    | Several
    | Dated
    | Scale
    | OnScale
    | Arithmetic
    | Aggregate
    | Compare
    | Same
    | Among
    | Includes
    | Stated
    | Within
    | AsUnder
    | ReadAs
    | Gives
    | Negated
    | Logic
)
