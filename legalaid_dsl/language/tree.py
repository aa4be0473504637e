"""What was written: the tree that both surfaces give. Place is no part of equality.

Names are kept as their words; what they mean is found later (rulebook/).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

import attrs

from ..basics.bilingual import Bilingual
from ..basics.source import Span

Place = Span | None


def place() -> Span | None:
    field: Span | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)
    return field


@attrs.frozen(slots=True)
class Node:
    span: Place = place()


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
    """A figure at a date: ``base salary on payment date``."""

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
    Quantity | DateValue | Path | Lookup | Several | Dated | Arithmetic | Aggregate
    | Compare | Same | Among | Includes | Stated | Within | AsUnder | Negated | Logic
)

# ------------------------------------------------------------------ statements


@attrs.frozen(slots=True)
class Together(Node):
    """A ceiling for several things at once, and how it is shared among them."""

    same: tuple[Name, ...]
    in_order: bool


@attrs.frozen(slots=True)
class AtMost(Node):
    limit: Expression
    together: Together | None = None


@attrs.frozen(slots=True)
class AtLeast(Node):
    limit: Expression


@attrs.frozen(slots=True)
class Rounded(Node):
    mode: Literal["down", "up", "half_up"]
    step: Quantity | None = None


@attrs.frozen(slots=True)
class AddUp(Node):
    """Rounded so that all of them add up to a total (largest remainder)."""

    total: Expression


Modifier = AtMost | AtLeast | Rounded | AddUp


@attrs.frozen(slots=True)
class Condition(Node):
    """``when …``, or ``otherwise`` when the expression is None."""

    expression: Expression | None


@attrs.frozen(slots=True)
class Applies(Node):
    condition: Expression


@attrs.frozen(slots=True)
class Despite(Node):
    addresses: tuple[Address, ...]


@attrs.frozen(slots=True)
class Scope(Node):
    thing: Name


@attrs.frozen(slots=True)
class Define(Node):
    name: Name
    value: Expression
    modifiers: tuple[Modifier, ...] = ()
    condition: Condition | None = None


@attrs.frozen(slots=True)
class Ground(Node):
    name: Name
    condition: Expression


@attrs.frozen(slots=True)
class Requirement(Node):
    name: Name
    condition: Expression


@attrs.frozen(slots=True)
class Limit(Node):
    name: Name
    at_most: bool
    limit: Expression
    condition: Condition | None = None


@attrs.frozen(slots=True)
class LeftOpen(Node):
    names: tuple[Name, ...]
    code: str
    message: Bilingual
    condition: Expression


@attrs.frozen(slots=True)
class Refuse(Node):
    name: Name
    code: str
    message: Bilingual
    condition: Expression


@attrs.frozen(slots=True)
class Finding(Node):
    code: str
    message: Bilingual
    condition: Expression


@attrs.frozen(slots=True)
class ReadingChoice(Node):
    key: str
    default: bool
    text: Bilingual
    because: Bilingual | None = None


@attrs.frozen(slots=True)
class Reading(Node):
    key: str
    question: Bilingual
    choices: tuple[ReadingChoice, ...]


@attrs.frozen(slots=True)
class Read(Node):
    """From here on under these choices; an empty one means in every reading."""

    choices: tuple[tuple[str, str], ...]


@attrs.frozen(slots=True)
class SourceNote(Node):
    status: Literal["official", "secondary", "supplied", "illustrative"]
    source: Bilingual


@attrs.frozen(slots=True)
class Figure(Node):
    name: Name
    value: Expression
    from_date: date
    to_date: date | None
    note: SourceNote


@attrs.frozen(slots=True)
class Cell(Node):
    """A known total of cells of a table."""

    table: Name
    arguments: tuple[Expression, ...]
    value: Expression
    note: SourceNote


# ------------------------------------------------------------------ glossary


@attrs.frozen(slots=True)
class Thing(Node):
    names: Bilingual
    key: str
    listed_in: tuple[str, ...] = ()
    in_order_of: str = ""
    none_unless_stated: bool = False
    identified: bool = False


@attrs.frozen(slots=True)
class Unit(Node):
    names: Bilingual
    key: str


@attrs.frozen(slots=True)
class OneChoice(Node):
    names: Bilingual
    key: str
    also: str = ""


@attrs.frozen(slots=True)
class Choices(Node):
    key: str
    rising: bool
    items: tuple[OneChoice, ...]


@attrs.frozen(slots=True)
class TypeName(Node):
    kind: Literal["number", "date", "yes_or_no", "text", "choice", "choices", "reference"]
    key: str = ""
    unit: str = ""
    per: str = ""
    inverse: Bilingual | None = None
    inverse_key: str = ""


@attrs.frozen(slots=True)
class Result(Node):
    key: str
    condition: Expression | None = None


@attrs.frozen(slots=True)
class Term(Node):
    names: Bilingual
    key: str
    fact: bool
    type: TypeName
    none_unless_stated: bool = False
    no_unless_stated: bool = False
    each_once: bool = False
    result: Result | None = None
    decisive: bool = False
    date_of_law: bool = False
    in_passing: bool = False
    decided_elsewhere: bool = False
    asked: Bilingual | None = None


@attrs.frozen(slots=True)
class Table(Node):
    names: Bilingual
    key: str
    by: tuple[str, ...]
    unit: str
    complete_for: tuple[str, ...] = ()


# ------------------------------------------------------------------ files


@attrs.frozen(slots=True)
class Instrument(Node):
    number: str
    key: str
    names: Bilingual
    in_force_from: date | None = None
    uses: tuple[str, ...] = ()


@attrs.frozen(slots=True)
class Provision(Node):
    level: Literal["article", "clause", "point", "example"]
    label: str
    headnote: Bilingual | None = None


Heading = Instrument | Provision
Statement = (
    Applies | Despite | Scope | Define | Ground | Requirement | Limit | LeftOpen | Refuse
    | Finding | Reading | Read | Figure | Cell | Thing | Unit | Choices | Term | Table
)


@attrs.frozen(slots=True)
class Block(Node):
    """A heading, or none at the top of a file, and the statements that stand under it."""

    heading: Heading | None
    statements: tuple[Statement, ...]


# ------------------------------------------------------------------ worked examples


@attrs.frozen(slots=True)
class Pair(Node):
    """``name is value, value``. Values: expressions, or one of the words none / unknown."""

    name: Name
    values: tuple[CaseValue, ...]


@attrs.frozen(slots=True)
class Word(Node):
    """``yes``, ``no``, ``none``, ``unknown``; or the identifier or text of a fact."""

    kind: Literal["yes", "no", "none", "unknown", "text", "identifier"]
    text: str = ""


CaseValue = Quantity | DateValue | Name | Word


@attrs.frozen(slots=True)
class Like(Node):
    key: str


@attrs.frozen(slots=True)
class GivenThing(Node):
    thing: Name
    identifier: str
    owner: tuple[Name, str] | None
    pairs: tuple[Pair, ...]


@attrs.frozen(slots=True)
class Without(Node):
    name: Name
    identifier: str = ""


@attrs.frozen(slots=True)
class WithFigures(Node):
    key: str


@attrs.frozen(slots=True)
class WithReading(Node):
    key: str
    choice: str


@attrs.frozen(slots=True)
class ExpectStatus(Node):
    status: Literal["determined", "undetermined", "refused"]


@attrs.frozen(slots=True)
class ExpectFinding(Node):
    code: str


@attrs.frozen(slots=True)
class ExpectFact(Node):
    pair: Pair


@attrs.frozen(slots=True)
class ExpectThing(Node):
    thing: Name
    identifier: str
    pairs: tuple[Pair, ...]


@attrs.frozen(slots=True)
class Because(Node):
    addresses: tuple[Address, ...]
    negated: bool = False


CaseLine = (
    Like | Pair | GivenThing | Without | WithFigures | WithReading | ExpectStatus
    | ExpectFinding | ExpectFact | ExpectThing | Because
)


@attrs.frozen(slots=True)
class Example(Node):
    key: str
    text: Bilingual | None
    lines: tuple[CaseLine, ...]
