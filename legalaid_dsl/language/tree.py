"""What was written: the tree that both surfaces give. Place is no part of equality.

Expressions stand in nodes.py; here are statements, the glossary, files and worked examples.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from ..basics.bilingual import Bilingual
from .amending_nodes import *  # noqa: F403  the whole tree is read as tree.Name
from .case_nodes import *  # noqa: F403
from .nodes import *  # noqa: F403

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
    amends: tuple[str, ...] = ()
    draft: bool = False  # changes nothing until it is asked for


@attrs.frozen(slots=True)
class Provision(Node):
    level: Literal["article", "clause", "point", "example"]
    label: str
    headnote: Bilingual | None = None


Heading = Instrument | Provision
Statement = (
    Applies
    | Despite
    | Scope
    | Define
    | Ground
    | Requirement
    | Limit
    | LeftOpen
    | Refuse
    | Finding
    | Reading
    | Read
    | Figure
    | Cell
    | Thing
    | Unit
    | Choices
    | Term
    | Table
    | InCases
    | Guarantee
    | NeverLowers
    | ReplacePhrase
    | ReplaceProvision
    | AddAfter
    | AddTo
    | Repeal
    | Suspend
    | Renumber
    | Rename
    | Settle
)


@attrs.frozen(slots=True)
class Block(Node):
    """A heading, or none at the top of a file, and the statements that stand under it."""

    heading: Heading | None
    statements: tuple[Statement, ...]
