"""What operations on dates and on several values mean: their types, and what must be said with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from ...language import tree
from .. import meaning as m
from ..model import DATE, Type
from ..units import Unit
from .resolving import Resolving
from .type_errors import mixed

UNITS: Final = ("days", "weeks", "months", "years")  # keys of the units that dates are counted in
OF_MONTHS: Final = ("months", "years")  # with these a day may be missing: 31 June, 29 February


def operation(r: Resolving, node: tree.Operation, wanted: Type | None) -> tuple[m.Expression, Type]:
    """The meaning and type of an operation. Raises Unresolved."""
    match node.kind:
        case "between":
            dates = [_date(r, x) for x in node.operands]
            _month_ends(r, node, node.unit)
            return _meant(node, dates, node.unit), Type("number", _unit(r, node, node.unit))
        case "after" | "before":
            return _moved(r, node)
        case "start" | "end":
            return _meant(node, [_date(r, node.operands[0])], node.unit), DATE
        case "part_of":
            percentage, _ = r.number(node.operands[0])
            whole, unit = r.number(node.operands[1])
            return m.Arithmetic(whole, (("*", percentage),), written=node), Type("number", unit)
        case "either":
            value, condition, other = node.operands
            holds = r.condition(condition)
            (first, second), kind = _alike(r, (value, other), wanted)
            return _meant(node, [first, holds, second]), kind
        case _:
            return _extreme(r, node, wanted)


def _meant(node: tree.Operation, operands: list[m.Expression], unit: str = "") -> m.Operation:
    assert node.kind != "part_of"
    return m.Operation(node.kind, tuple(operands), unit, node.month_ends, written=node)


def _date(r: Resolving, node: tree.Expression) -> m.Expression:
    meant, kind = r.expression(node)
    if kind.kind != "date":
        raise r.fail("date-needed", node, kind=r.type_name(kind))
    return meant


def _unit(r: Resolving, node: tree.Operation, key: str) -> Unit:
    if key not in r.glossary.units:
        raise r.fail("time-unit-undeclared", node, key=key)
    return Unit.of(key)


def _month_ends(r: Resolving, node: tree.Operation, unit: str) -> None:
    """Which day counts in a shorter month is said where it can make a difference, and nowhere else."""
    if unit in OF_MONTHS and not node.month_ends:
        raise r.fail("month-ends-unsaid", node)
    if unit not in OF_MONTHS and node.month_ends:
        raise r.fail("month-ends-needless", node)


def _moved(r: Resolving, node: tree.Operation) -> tuple[m.Expression, Type]:
    amount, unit = r.number(node.operands[0])
    if unit not in [Unit.of(key) for key in UNITS]:
        raise r.fail("time-unit-needed", node.operands[0], unit=r.unit_name(unit))
    if isinstance(amount, m.Constant) and getattr(amount.value, "denominator", 1) != 1:
        raise r.fail("whole-time-needed", node.operands[0])
    ((key, _),) = unit.powers
    _month_ends(r, node, key)
    return _meant(node, [amount, _date(r, node.operands[1])], key), DATE


def _extreme(r: Resolving, node: tree.Operation, wanted: Type | None) -> tuple[m.Expression, Type]:
    if len(node.operands) < 2:
        raise r.fail("several-needed", node)
    values, kind = _alike(r, node.operands, wanted)
    rising = kind.kind == "choice" and r.glossary.vocabularies[kind.key].rising
    if kind.kind not in ("number", "date") and not rising:
        raise r.fail("no-order", node.operands[0])
    return attrs.evolve(_meant(node, values), ranked_by=kind.key if rising else ""), kind


def _alike(r: Resolving, nodes: tuple[tree.Expression, ...], wanted: Type | None) -> tuple[list[m.Expression], Type]:
    """Values of one kind and unit."""
    first, kind = r.expression(nodes[0], wanted)
    found = [first]
    if kind.kind not in ("number", "date", "choice", "text"):
        raise r.fail("other-value-needed", nodes[0], kind=r.type_name(kind))
    for node in nodes[1:]:
        meant, other = r.expression(node, kind)
        if other != kind:
            if kind.kind == other.kind == "number":
                raise mixed(r, node, (nodes[0], kind.unit), (node, other.unit))
            raise r.fail("units-differ", node, left=r.type_name(kind), right=r.type_name(other))
        found.append(meant)
    return found, kind


def one_of(r: Resolving, node: tree.Among, value: m.Expression, kind: Type) -> m.Expression:
    """A date or text among several, compared one by one."""
    same = []
    for item in node.items:
        meant, other = r.expression(item, kind)
        if other != kind:
            raise r.fail("units-differ", item, left=r.type_name(kind), right=r.type_name(other))
        same.append(m.Same(value, meant, node.negated, written=tree.Same(node.value, item, node.negated, span=item.span)))
    return same[0] if len(same) == 1 else m.Logic("and" if node.negated else "or", tuple(same), written=node)


__all__ = ["UNITS", "one_of", "operation"]


def several(items: Iterable[m.Expression], node: tree.Expression | None) -> m.Several:
    """A list of choices, in one order whatever the order of writing."""
    ordered = sorted(items, key=lambda i: str(i.value) if isinstance(i, m.Constant) else "")
    return m.Several(tuple(ordered), written=node)
