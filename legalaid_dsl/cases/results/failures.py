"""What part of a condition failed, as data: the fact as it is stated, and what would have been right.

Only what failed is told. Parts of which all are needed stand under ``all``, parts of which one would do under ``any``;
a test says what is required of its ``left``, so that a negation turns it round.
"""

from __future__ import annotations

from typing import Any, Final

from ...engine.interpreter.facts import Item
from ...rulebook import meaning as m
from .sums import Node, Telling
from .values import value_text

_TURNED: Final = {
    "<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": "not =", "before": "not before", "not before": "before", "after": "not after",
    "not after": "after",
}  # fmt: skip


def failure(telling: Telling, node: m.Expression, wanted: bool = True) -> Node | None:
    """Why a condition is not as it is ``wanted``; None where it is, or is not known."""
    if telling.ev.of(node, telling.item) is not (not wanted):
        return None
    match node:
        case m.Negated(operand=operand):
            return failure(telling, operand, not wanted)
        case m.Logic(kind=kind, operands=operands):
            return _several(telling, operands, (kind == "and") is wanted, wanted)
        case m.Reference():
            return {"test": "yes" if wanted else "no", "left": telling.operand(node)}
        case m.Compare(sign=sign, left=left, right=right):
            test = sign if wanted else _TURNED[sign]
            return {"test": test, "left": telling.operand(left), "right": telling.operand(right)}
        case m.Same(left=left, right=right, negated=negated):
            test = "is not" if negated is wanted else "is"
            return {"test": test, "left": telling.operand(left), "right": telling.operand(right)}
        case m.Among(value=value, items=items, negated=negated):
            test = "none of" if negated is wanted else "one of"
            return {"test": test, "left": telling.operand(value), "choices": sorted(items)}
        case m.Includes(value=value, terms=terms):
            found = {"test": "any of" if wanted else "none of", "left": telling.operand(value)}
            more = {"right": telling.operand(terms[0])} if len(terms) == 1 else {}
            return {**found, **more, "choices": _choices(telling, node, telling.item)}
        case m.Stated(value=value, negated=negated) if isinstance(value, m.Reference):
            return {"test": "not stated" if negated is wanted else "stated", "left": telling.operand(value)}
        case m.Within(provisions=provisions):
            return {"test": "within" if wanted else "not within", "cites": [c.path for c in provisions]}
        case _:
            return {"test": "holds" if wanted else "does not hold", "left": telling.operand(node)}


def _several(telling: Telling, operands: tuple[m.Expression, ...], every: bool, wanted: bool) -> Node | None:
    """What failed of several parts: each that did where all are needed, else every one, as any would do."""
    parts = [f for f in (failure(telling, o, wanted) for o in operands) if f is not None]
    if len(parts) <= 1:
        return parts[0] if parts else None
    return {"all" if every else "any": parts}


def _choices(telling: Telling, node: m.Includes, item: Item) -> list[str]:
    """The choices of which the list should hold one, those that terms decide among them."""
    found: set[str] = set(node.items)
    for term in node.terms:
        value: Any = value_text(telling.ev.of(term, item))
        found.update(value if isinstance(value, list) else [value] if isinstance(value, str) else ())
    return sorted(found)
