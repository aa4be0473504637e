"""How one outcome differs from another."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, Literal

from .outcome import Outcome, exact

Kind = Literal[
    "more", "less", "inside", "newly_determined", "newly_undetermined", "newly_refused", "unchanged"
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = (
    "more", "less", "inside", "newly_determined", "newly_undetermined", "newly_refused", "unchanged",
)  # fmt: skip


def kind_of(before: Outcome, after: Outcome) -> Kind:
    """What became of a case. "inside": no decisive number differs, but a share, a bound or a finding does.

    More or less by the last decisive number that both give; a number is never made up for
    one that is withheld.
    """
    if before.status != after.status:
        return _turned(after.status)
    sign = more_or_less(before.numbers, after.numbers)
    if sign:
        return "more" if sign > 0 else "less"
    return "unchanged" if before.details() == after.details() else "inside"


def _turned(status: str) -> Kind:
    if status == "determined":
        return "newly_determined"
    return "newly_refused" if status == "refused" else "newly_undetermined"


def more_or_less(before: Mapping[str, Fraction | None], after: Mapping[str, Fraction | None]) -> int:
    """1, -1 or 0 by the last of the numbers that are known on both sides and differ."""
    for key in reversed([k for k in before if k in after]):
        old, new = before[key], after[key]
        if old is not None and new is not None and old != new:
            return 1 if new > old else -1
    return 0


def item_kind(
    kind: Kind, determined: bool, before: Mapping[str, Any], after: Mapping[str, Any], keys: list[str]
) -> Kind:
    """What became of one item of a case; that of the case where a side is not determined."""
    if not determined:
        return kind
    sign = more_or_less({k: exact(before, k) for k in keys}, {k: exact(after, k) for k in keys})
    if sign:
        return "more" if sign > 0 else "less"
    same = {k: v for k, v in before.items() if k != "cites"} == {k: v for k, v in after.items() if k != "cites"}
    return "unchanged" if same else "inside"
