"""Operations on dates and on several values, and rounding, by the interpreter."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from ...basics.quantity import ROUND
from ...rulebook import meaning as m
from ...rulebook.model import Rounding
from .. import values as v
from ..dates import FIRST, LAST, ON_DATES
from ..values import ZERO, Turns, Unknown, Value
from .evaluation import Evaluation
from .facts import Item


def operation(ev: Evaluation, node: m.Operation, item: Item) -> Value:
    """The value of an operation for an item."""
    if node.kind == "either":
        return _either(ev, node, item)
    parts = [ev.of(operand, item) for operand in node.operands]
    if node.kind in ("lowest", "highest"):
        return _extreme(ev, node, parts)
    if any(isinstance(p, Unknown) for p in parts):
        return v.unknown(parts, *(_span(node, parts) if node.kind == "between" else (None, None)))
    found = ON_DATES[node.kind]([_code(p) for p in parts], node.unit, node.month_ends)
    if found is None:
        return Unknown(open=(ev.no_such_day(node, item),))
    return Fraction(found) if node.kind == "between" else date.fromordinal(found)


def _code(value: Value) -> int | Fraction:
    return value.toordinal() if isinstance(value, date) else value


def _span(node: m.Operation, parts: list[Value]) -> tuple[Fraction, Fraction]:
    """Between which numbers a count of days lies when a day is unknown: it rises with the second, and falls with the first."""
    (a, b), (c, d) = ((FIRST, LAST) if isinstance(p, Unknown) else (p.toordinal(), p.toordinal()) for p in parts)
    count = ON_DATES["between"]
    ends = count((b, c), node.unit, node.month_ends), count((a, d), node.unit, node.month_ends)
    return Fraction(ends[0] or 0), Fraction(ends[1] or 0)


def _either(ev: Evaluation, node: m.Operation, item: Item) -> Value:
    """One value or the other; both are possible while the condition is unknown."""
    value, condition, other = node.operands
    holds = ev.of(condition, item)
    if not isinstance(holds, Unknown):
        return ev.of(value if holds is True else other, item)
    found = [ev.of(value, item), ev.of(other, item)]
    numbers = any(isinstance(x, Fraction) for x in found) or all(isinstance(x, Unknown) for x in found)
    return v.unknown([holds, *found], *(v.hull(found) if numbers else (None, None)))


def _extreme(ev: Evaluation, node: m.Operation, parts: list[Value]) -> Value:
    """The lowest or highest; unknown while one is, as a ceiling that is not known."""
    doubtful = any(isinstance(p, Unknown) for p in parts)
    if doubtful and (node.ranked_by or any(isinstance(p, date) for p in parts)):
        return v.unknown(parts)
    if node.ranked_by:
        choices = ev.rulebook.vocabularies[node.ranked_by].choices
        return (min if node.kind == "lowest" else max)(parts, key=lambda p: choices[p].rank)
    found = parts[0]
    for part in parts[1:]:
        found = v.at_most(found, part, ev.turns) if node.kind == "lowest" else v.at_least(found, part, ev.turns)
    return found


def rounded(value: Value, rounding: Rounding, turns: Turns | None) -> Value:
    offset = rounding.step / 2 if rounding.mode.startswith("half") else ZERO
    return v.monotone(value, lambda x: ROUND[rounding.mode](x, rounding.step), turns, rounding.step, offset)
