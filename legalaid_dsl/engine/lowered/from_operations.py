"""Operations on dates and on several values in the lowered form."""

from __future__ import annotations

from ...rulebook import meaning as m
from .lowering import Lowering


def operated(low: Lowering, node: m.Operation, thing: str) -> int:
    """The step of an operation for the items of a thing."""
    b = low.steps
    parts = [low.expression(o, thing) for o in node.operands]
    if node.ranked_by:
        size = len(low.prepared.rulebook.vocabularies[node.ranked_by].choices)
        return b.make("ranked", parts, "choice", data=(node.kind == "highest", size), size=size)
    if node.kind in ("lowest", "highest"):
        found = parts[0]
        for part in parts[1:]:
            found = b.bounded("min" if node.kind == "lowest" else "max", found, part)
        return found
    if node.kind == "either":
        value, holds, other = parts
        which = b.make("pick", (holds, b.negated(holds)), "choice", data=(2, False, (0, 1)), size=2)
        return b.chosen(which, (value, other))
    moves = node.kind in ("after", "before")
    data = (node.kind, node.unit, node.month_ends, b.nodes[parts[0]].size if moves else 1)
    kind, size = ("number", 1) if node.kind == "between" else ("date", 0)
    return b.make("on_dates", parts, kind, data=data, size=size, sure=False if moves else None, whole=True)
