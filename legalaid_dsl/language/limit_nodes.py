"""What bounds and rounds a value: ceilings, floors, rounding."""

from __future__ import annotations

from typing import Literal

import attrs

from .nodes import Expression, GroupedAs, Name, Node, Quantity, SharedAs

__all__ = ["AddUp", "AtLeast", "AtMost", "Modifier", "Rounded", "Together"]


@attrs.frozen(slots=True)
class Together(Node):
    """A ceiling for several things at once, and how it is shared among them: as said here, or as a reading says."""

    same: tuple[Name, ...]
    in_order: bool
    grouped_as: GroupedAs | None = None
    shared_as: SharedAs | None = None


@attrs.frozen(slots=True)
class AtMost(Node):
    limit: Expression
    together: Together | None = None


@attrs.frozen(slots=True)
class AtLeast(Node):
    limit: Expression


@attrs.frozen(slots=True)
class Rounded(Node):
    mode: Literal["down", "up", "half_up", "half_even"]
    step: Quantity | None = None


@attrs.frozen(slots=True)
class AddUp(Node):
    """Rounded so that all of them add up to a total (largest remainder)."""

    total: Expression


Modifier = AtMost | AtLeast | Rounded | AddUp
