"""What amending law is written with: sentences that change another instrument, and guarantees."""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from ..basics.bilingual import Bilingual
from .nodes import Address, Expression, Name, Node

__all__ = [
    "AddAfter",
    "AddTo",
    "Amending",
    "Guarantee",
    "InCases",
    "NeverLowers",
    "OldTextContinues",
    "Rename",
    "Renumber",
    "Repeal",
    "ReplaceProvision",
    "Retitle",
    "Settle",
    "Suspend",
    "TakesEffect",
    "Terms",
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
    """A sentence that changes provisions. ``joints``: what stands between their addresses, "," or "and"."""

    at: tuple[Address, ...]
    terms: Terms
    joints: tuple[str, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen(slots=True)
class ReplaceProvision(Amending):
    """By the provision whose text follows. ``verb``: as the drafter says it."""

    verb: Literal["amend", "amend_and_supplement", "replace"] = "amend"


@attrs.frozen(slots=True)
class Retitle(Amending):
    """The heading that follows, in place of that which stands there."""


@attrs.frozen(slots=True)
class AddAfter(Amending):
    """The provisions whose text follows; ``new``: their addresses, when they are named."""

    new: tuple[Address, ...] = ()
    new_joints: tuple[str, ...] = ()


@attrs.frozen(slots=True)
class AddTo(Amending):
    """The sentences that follow."""


@attrs.frozen(slots=True)
class Repeal(Amending):
    """``ends``: said as an end of effect, on the day of its terms."""

    ends: bool = False


@attrs.frozen(slots=True)
class Suspend(Amending):
    """From the first to the last day, both included."""

    from_date: date
    to_date: date


@attrs.frozen(slots=True)
class Renumber(Amending):
    level: Literal["article", "clause", "point", "sub"]
    label: str


@attrs.frozen(slots=True)
class TakesEffect(Node):
    """The day of the instrument itself. ``kind``: which word for it stands there."""

    kind: int
    day: date


@attrs.frozen(slots=True)
class OldTextContinues(Node):
    """A transitional sentence: for these cases, all that the act changes stays as it was."""

    condition: Expression


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
