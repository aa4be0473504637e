"""What amending law is written with: sentences that change another instrument, and guarantees."""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from ..basics.bilingual import Bilingual
from .nodes import Address, Expression, Name, Node

__all__ = [
    "AddAfter", "AddTo", "Amending", "Guarantee", "InCases", "NeverLowers", "Rename", "Renumber", "Repeal",
    "ReplacePhrase", "ReplaceProvision", "Settle", "Suspend", "Terms",
]  # fmt: skip


@attrs.frozen(slots=True)
class InCases(Node):
    """The sentences that follow hold where the condition does; ``other``: where none before it did;
    neither: everywhere again."""

    condition: Expression | None = None
    other: bool = False


@attrs.frozen(slots=True)
class Guarantee(Node):
    """What must hold for every thing of its kind."""

    code: str
    text: Bilingual
    condition: Expression


@attrs.frozen(slots=True)
class NeverLowers(Node):
    """Of two cases that differ in one fact, the one with more of it never gets less."""

    code: str
    text: Bilingual
    raised: Name
    lowered: Name


@attrs.frozen(slots=True)
class Terms(Node):
    """From which day an amending sentence takes effect, and for which cases the old text still holds."""

    from_date: date | None = None
    old_text_when: Expression | None = None


@attrs.frozen(slots=True)
class Amending(Node):
    """A sentence that changes the provision at an address."""

    at: Address
    terms: Terms


@attrs.frozen(slots=True)
class ReplacePhrase(Amending):
    old: Expression
    new: Expression


@attrs.frozen(slots=True)
class ReplaceProvision(Amending):
    """By the provision whose text follows."""


@attrs.frozen(slots=True)
class AddAfter(Amending):
    """The provision whose text follows."""


@attrs.frozen(slots=True)
class AddTo(Amending):
    """The sentences that follow."""


@attrs.frozen(slots=True)
class Repeal(Amending):
    pass


@attrs.frozen(slots=True)
class Suspend(Amending):
    """From the first to the last day, both included."""

    from_date: date
    to_date: date


@attrs.frozen(slots=True)
class Renumber(Amending):
    level: Literal["article", "clause", "point"]
    label: str


@attrs.frozen(slots=True)
class Rename(Node):
    name: Name
    names: Bilingual
    terms: Terms


@attrs.frozen(slots=True)
class Settle(Node):
    """A question that the text left open, answered: the other readings go."""

    reading: str
    choice: str
    terms: Terms
