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
from .limit_nodes import *  # noqa: F403
from .nodes import *  # noqa: F403
from .reading_nodes import *  # noqa: F403

# ------------------------------------------------------------------ statements


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
class Branch(Node):
    value: Expression
    modifiers: tuple[Modifier, ...] = ()
    condition: Condition | None = None


@attrs.frozen(slots=True)
class ByCases(Node):
    """``T is A when C; B when D; E otherwise.``: one sentence, a rule each branch."""

    name: Name
    branches: tuple[Branch, ...]


@attrs.frozen(slots=True)
class Ground(Node):
    name: Name
    condition: Expression


@attrs.frozen(slots=True)
class Requirement(Node):
    name: Name
    condition: Expression


@attrs.frozen(slots=True)
class Supports(Node):
    """The provision is cited too where the term was decided and the condition holds; it changes nothing else."""

    name: Name
    condition: Expression


@attrs.frozen(slots=True)
class Limit(Node):
    name: Name
    at_most: bool
    limit: Expression
    condition: Condition | None = None


@attrs.frozen(slots=True)
class CouldBe(Node):
    """What is left open could be anything between; ``alone``: one of the things has the most, the others the least."""

    least: Expression
    most: Expression
    alone: bool = False


@attrs.frozen(slots=True)
class LeftOpen(Node):
    names: tuple[Name, ...]
    code: str
    message: Bilingual
    condition: Expression
    could_be: CouldBe | None = None


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


@attrs.frozen(slots=True)
class DatedLine(Node):
    value: Expression
    from_date: date
    to_date: date | None


@attrs.frozen(slots=True)
class Figures(Node):
    """Dated figures of one source."""

    name: Name
    note: SourceNote
    lines: tuple[DatedLine, ...]


@attrs.frozen(slots=True)
class CellLine(Node):
    arguments: tuple[Expression, ...]
    value: Expression


@attrs.frozen(slots=True)
class Cells(Node):
    """Known totals of a table that have one source."""

    table: Name
    note: SourceNote
    lines: tuple[CellLine, ...]


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
    kind: Literal["number", "date", "yes_or_no", "text", "choice", "choices", "reference", "scale", "ranges"]
    key: str = ""
    unit: str = ""
    per: str = ""
    inverse: Bilingual | None = None
    inverse_key: str = ""
    of: TypeName | None = None  # of a scale: what it is applied to


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
    as_of: Expression | None = None  # of a figure: at which date it is read where none is said
    asked: Bilingual | None = None


@attrs.frozen(slots=True)
class Table(Node):
    names: Bilingual
    key: str
    by: tuple[str, ...]
    unit: str
    complete_for: tuple[str, ...] = ()


@attrs.frozen(slots=True)
class NamedGroup(Node):
    """A group with a name, which then stands wherever a group stands."""

    names: Bilingual
    key: str
    group: Group


# ------------------------------------------------------------------ phrases that are amended


@attrs.frozen(slots=True)
class Phrase(Node):
    """Words of a rule between quotation marks: a value or a condition, with what joins it to the words before."""

    lead: Literal["", ",", "and", "or"] = ""
    value: Expression | None = None
    modifiers: tuple[Modifier, ...] = ()


@attrs.frozen(slots=True)
class ReplacePhrase(Amending):
    """Wherever it stands in the provisions."""

    old: Phrase
    new: Phrase


@attrs.frozen(slots=True)
class InsertPhrase(Amending):
    """After another, wherever that stands in the provisions."""

    old: Phrase
    new: Phrase


@attrs.frozen(slots=True)
class OmitPhrase(Amending):
    old: Phrase


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
    cited_as: str = ""  # a pattern of citation: "§ {article}({clause})"
    only: str = ""  # the one language in which it has names: en, vi


@attrs.frozen(slots=True)
class Provision(Node):
    level: Literal["article", "clause", "point", "sub", "example"]
    label: str
    headnote: Bilingual | None = None


@attrs.frozen(slots=True)
class Division(Node):
    """A part, chapter or section: articles stand in it, and are cited without it."""

    level: Literal["part", "chapter", "section"]
    label: str
    headnote: Bilingual | None = None


Heading = Instrument | Provision | Division
Statement = (
    Applies
    | Despite
    | Scope
    | Define
    | ByCases
    | Ground
    | Requirement
    | Supports
    | Limit
    | LeftOpen
    | Refuse
    | Finding
    | Reading
    | Read
    | Figure
    | Cell
    | Figures
    | Cells
    | Thing
    | Unit
    | Choices
    | Term
    | Table
    | NamedGroup
    | InCases
    | Guarantee
    | NeverLowers
    | ReplacePhrase
    | InsertPhrase
    | OmitPhrase
    | ReplaceProvision
    | Retitle
    | AddAfter
    | AddTo
    | Repeal
    | Suspend
    | Renumber
    | Rename
    | Settle
    | TakesEffect
    | OldTextContinues
)


@attrs.frozen(slots=True)
class Block(Node):
    """A heading, or none at the top of a file, and the statements that stand under it."""

    heading: Heading | None
    statements: tuple[Statement, ...]
