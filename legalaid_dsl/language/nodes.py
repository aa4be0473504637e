"""What expressions are written with. Place is no part of equality.

Names are kept as their words; what they mean is found later (rulebook/).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

import attrs

from ..basics.source import Span

__all__ = [
    "Address",
    "Aggregate",
    "Among",
    "Arithmetic",
    "AsUnder",
    "Compare",
    "DateValue",
    "Dated",
    "Expression",
    "Group",
    "Includes",
    "Logic",
    "Lookup",
    "Name",
    "Negated",
    "Node",
    "Path",
    "Quantity",
    "Same",
    "Several",
    "Stated",
    "Within",
]

Place = Span | None


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
class Arithmetic(Node):
    """``first`` and then (operator, operand) pairs of one precedence."""

    first: Expression
    rest: tuple[tuple[Literal["+", "-", "*", "/"], Expression], ...]


@attrs.frozen(slots=True)
class Group(Node):
    """The things an aggregate runs over."""

    thing: Name
    its: bool = False
    of: Name | None = None
    same: tuple[Name, ...] = ()
    before: bool = False
    where: Expression | None = None


@attrs.frozen(slots=True)
class Aggregate(Node):
    """``total|highest|lowest of value over group``; ``number of group`` has no value."""

    kind: Literal["total", "highest", "lowest", "number"]
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
    """A reference to provisions; empty parts are those of the place where it stands."""

    points: tuple[str, ...] = ()
    clause: str = ""
    article: str = ""
    instrument: str = ""


Expression = (
    Quantity
    | DateValue
    | Path
    | Lookup
    | Several
    | Dated
    | Arithmetic
    | Aggregate
    | Compare
    | Same
    | Among
    | Includes
    | Stated
    | Within
    | AsUnder
    | Negated
    | Logic
)
