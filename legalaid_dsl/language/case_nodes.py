"""What worked examples are written with."""

from __future__ import annotations

from typing import Literal

import attrs

from ..basics.bilingual import Bilingual
from .nodes import Address, DateValue, Name, Node, Quantity

__all__ = [
    "Because",
    "CaseLine",
    "CaseValue",
    "Example",
    "ExpectFact",
    "ExpectFinding",
    "ExpectStatus",
    "ExpectThing",
    "GivenThing",
    "Like",
    "Pair",
    "WithFigures",
    "WithReading",
    "Without",
    "Word",
]


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
    negated: bool = False


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
    Like
    | Pair
    | GivenThing
    | Without
    | WithFigures
    | WithReading
    | ExpectStatus
    | ExpectFinding
    | ExpectFact
    | ExpectThing
    | Because
)


@attrs.frozen(slots=True)
class Example(Node):
    key: str
    text: Bilingual | None
    lines: tuple[CaseLine, ...]
