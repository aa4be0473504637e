"""Readings as they are written: the question, its choices and what they carry, the sentences under a choice."""

from __future__ import annotations

from typing import Literal

import attrs

from ..basics.bilingual import Bilingual
from .nodes import Expression, Name, Node

__all__ = ["Carried", "Read", "Reading", "ReadingChoice"]


@attrs.frozen(slots=True)
class Carried(Node):
    """What a choice carries into the sentences that ask for it: a value (or condition), a grouping, a way of sharing."""

    kind: Literal["value", "same", "alone", "in_order", "pro_rata"]
    value: Expression | None = None
    same: tuple[Name, ...] = ()


@attrs.frozen(slots=True)
class ReadingChoice(Node):
    key: str
    default: bool
    text: Bilingual
    because: Bilingual | None = None
    carried: Carried | None = None


@attrs.frozen(slots=True)
class Reading(Node):
    key: str
    question: Bilingual
    choices: tuple[ReadingChoice, ...]


@attrs.frozen(slots=True)
class Read(Node):
    """From here on under these choices; an empty one means in every reading."""

    choices: tuple[tuple[str, str], ...]
