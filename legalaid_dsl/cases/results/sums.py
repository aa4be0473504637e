"""How a number came about, as data: the operation of the rule that decided, with its operands as they were.

An operand that the decision read is told by its place in ``reads``, so that a value stands once. What is asked
for here is decided already, so that looking at it again costs no decision.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import attrs

from ...basics.quantity import is_decimal
from ...engine.interpreter.decide import Deciding
from ...engine.interpreter.evaluate import follow
from ...engine.interpreter.facts import Item
from ...engine.interpreter.trace import Decision
from ...engine.values import Unknown
from ...rulebook import meaning as m
from ...rulebook.model import ROOT, Rule
from .values import value_text

Node = dict[str, Any]
_SIGNS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv
}  # fmt: skip


def put_value(node: Node, value: Any) -> Node:
    """A value as text, with its exact form beside it where it does not end in decimals."""
    node["value"] = value_text(value)
    if isinstance(value, Fraction) and not is_decimal(value):
        node["exact"] = f"{value.numerator}/{value.denominator}"
    return node


@attrs.define(slots=True, eq=False)
class Telling:
    """Tells one decision. ``told``: totals whose parts stand in the trace already, by (expression, what they are of)."""

    ev: Deciding
    decision: Decision
    told: set[tuple[Any, ...]]
    places: dict[tuple[str, str], int] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.places = {key: i for i, key in enumerate(self.decision.reads)}

    @property
    def item(self) -> Item:
        return self.decision.item

    def operand(self, node: m.Expression) -> Node:
        """An expression as an operand: what was read, a number of the rule, or an operation of its own."""
        return self._told(node, self.item)

    def _told(self, node: m.Expression, item: Item) -> Node:
        kind = _KINDS.get(type(node))
        if kind is not None:
            return kind(self, node, item)
        found = put_value({"op": type(node).__name__.lower()}, self.ev.of(node, item))
        inner = m.children(node)
        return {**found, "of": [self._told(n, item) for n in inner]} if inner else found

    def _reference(self, node: m.Reference, item: Item) -> Node:
        there = follow(self.ev, node.steps, item) if node.steps else item
        if isinstance(there, Unknown):
            return {"value": None}
        return self.read(node.term, there)

    def read(self, key: str, item: Item) -> Node:
        """A fact or a decision: its place in what was read, or itself where that stands with another decision."""
        place = self.places.get((key, item.path))
        if place is not None:
            return {"read": place}
        term = self.ev.rulebook.terms[key]
        path = item.path_of(*term.path) if term.fact else item.path
        return put_value({"term": key, "path": path}, self.ev.value(key, item))

    def _constant(self, node: m.Constant, item: Item) -> Node:
        found = put_value({}, node.value)
        return {**found, "unit": dict(node.unit.powers)} if node.unit.powers else found

    def _arithmetic(self, node: m.Arithmetic, item: Item) -> Node:
        """From left to right; equal signs in a row are one operation."""
        found, value = self._told(node.first, item), self.ev.of(node.first, item)
        first = True
        for sign, operand in node.rest:
            value = _after(value, sign, self.ev.of(operand, item))
            if not first and found["op"] == sign and sign in "+*":
                found["of"].append(self._told(operand, item))
            else:
                found = {"op": sign, "of": [found, self._told(operand, item)]}
            first = False
            put_value(found, value)
        return found

    def _aggregate(self, node: m.Aggregate, item: Item) -> Node:
        found: Node = {"op": node.kind, "over": node.group.thing}
        if isinstance(node.value, m.Reference) and not node.value.steps:
            found["term"] = node.value.term
        parts = self._parts(node, item)
        if parts is not None:
            found["of"] = parts
        return put_value(found, self.ev.of(node, item))

    def _parts(self, node: m.Aggregate, item: Item) -> list[Node] | None:
        """What was added up, where it stands in no other decision: the lines before each line would be told again and again."""
        group = node.group
        if node.value is None or group.before or group.same:
            return None
        whose = group.its and item.thing != ROOT
        slot = (id(node), item.path if whose else "")
        if slot in self.told:
            return None
        self.told.add(slot)
        return [self._told(node.value, i) for i in self._members(group, item)]

    def _members(self, group: m.Group, item: Item) -> list[Item]:
        items = self.ev.facts.all(group.thing)
        if group.its and group.thing in item.lists:
            items = item.lists[group.thing] or ()
        elif group.its and item.thing != ROOT:
            items = tuple(i for i in items if self.ev.owner(i, item.thing) is item)
        elif group.of:
            items = tuple(i for i in items if i.owner is not None and i.owner.thing == group.of)
        return [i for i in items if group.where is None or self.ev.of(group.where, i) is True]

    def _cells(self, node: m.Cells, item: Item) -> Node:
        return self._figures(node, item, [f.key for f in self.decision.figures if f.key.partition("[")[0] == node.table])

    def _figure_on(self, node: m.FigureOn, item: Item) -> Node:
        return {**self._figures(node, item, [node.figure]), "on": self._told(node.on, item)}

    def _on_scale(self, node: m.OnScale, item: Item) -> Node:
        """A scale (its parts stand in ``slices``), ranges, or the way back from what a scale gives."""
        op = {"parts": "scale", "ranges": "ranges", "inverse": "scale_back"}[node.kind]
        found = {"op": op, "of": [self._told(node.amount, item)], "figures": [node.figure], "on": self._told(node.on, item)}
        return put_value(found, self.ev.of(node, item))

    def _figures(self, node: m.Expression, item: Item, keys: list[str]) -> Node:
        return put_value({"op": "figure", "figures": keys}, self.ev.of(node, item))

    def _as_under(self, node: m.AsUnder, item: Item) -> Node:
        return put_value({"op": "as_under", "cites": [c.path for c in node.provisions]}, self.ev.of(node, item))


_KINDS: Final[dict[type, Callable[[Telling, Any, Item], Node]]] = {
    m.Reference: Telling._reference, m.Constant: Telling._constant, m.Arithmetic: Telling._arithmetic,
    m.Aggregate: Telling._aggregate, m.Cells: Telling._cells, m.FigureOn: Telling._figure_on, m.AsUnder: Telling._as_under,
    m.OnScale: Telling._on_scale,
}  # fmt: skip


def _after(left: Any, sign: str, right: Any) -> Fraction | None:
    """One step of a row of operations; None where it is not known."""
    if not (isinstance(left, Fraction) and isinstance(right, Fraction)) or (sign == "/" and right == 0):
        return None
    result: Fraction = _SIGNS[sign](left, right)
    return result


def rounding_of(telling: Telling, rule: Rule) -> Node | None:
    """How the number of a rule was made whole."""
    if rule.rounding is not None:
        return {"mode": rule.rounding.mode, "step": value_text(rule.rounding.step)}
    if rule.add_up_to is not None:
        return {"mode": "adding_up", "to": telling.operand(rule.add_up_to)}
    return None
