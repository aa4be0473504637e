"""The comparisons of a rule, and on which side of each a decided case stands."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ...basics.citation import Citation
from ...engine.interpreter.decide import Deciding
from ...engine.interpreter.evaluate import evaluate
from ...engine.interpreter.facts import Item
from ...engine.values import Unknown
from ...language import nodes as tree
from ...rulebook import meaning as m
from ...rulebook.model import ROOT, Rule, Rulebook

Guard = tuple[m.Expression, bool]  # a condition beside the comparison, and how it must come out


@attrs.frozen(slots=True, eq=False)
class Place:
    """One comparison, with what must be so for it to decide. ``inside``: the thing of the group
    whose members it is asked of, when it stands in one. ``heading``: all under a provision share it."""

    compare: m.Compare
    citation: Citation
    guards: tuple[Guard, ...]
    inside: str = ""
    heading: bool = False

    def met(self, ev: Deciding, rule: Rule) -> Iterator[tuple[int, bool]]:
        """(below -1, on 0, above 1; whether it holds) for each item for which it decides."""
        thing = self.inside or rule.thing
        for item in [ev.facts.root] if thing == ROOT else ev.facts.all(thing):
            if self._decides(ev, rule, item):
                left, right = evaluate(ev, self.compare.left, item), evaluate(ev, self.compare.right, item)
                if not isinstance(left, Unknown) and not isinstance(right, Unknown):
                    yield (left > right) - (left < right), evaluate(ev, self.compare, item) is True

    def _decides(self, ev: Deciding, rule: Rule, item: Item) -> bool:
        """Whether the conditions beside it leave anything to decide: one that is not known does."""
        around = [c for at, c in rule.applies] if not self.inside and not self.heading else []
        return all(evaluate(ev, c, item) is True for c in around) and all(
            evaluate(ev, guard, item) is not (not wanted) for guard, wanted in self.guards
        )


def boundaries_of(rule: Rule) -> Iterator[Place]:
    """Every comparison of a rule, in its own words and in those of the headings above it."""
    for at, condition in rule.applies:
        for place in _within(condition, at, ()):
            yield attrs.evolve(place, heading=True)
    values = (rule.when, rule.value, rule.add_up_to, *(limit.value for limit in rule.limits))
    for node in values:
        if node is not None:
            yield from _within(node, rule.citation, ())


def _within(node: m.Expression, at: Citation, guards: tuple[Guard, ...], inside: str = "") -> Iterator[Place]:
    match node:
        case m.Logic(kind=kind, operands=operands):
            for i, operand in enumerate(operands):
                others = tuple((o, kind == "and") for j, o in enumerate(operands) if j != i)
                yield from _within(operand, at, (*guards, *others), inside)
            return
        case m.Negated(operand=operand):
            yield from _within(operand, at, guards, inside)
            return
        case m.Compare() if not isinstance(node.written, tree.ReadAs):  # a settled choice of reading has no boundary
            yield Place(node, at, guards, inside)
        case m.Aggregate(group=group) if group.where is not None:
            yield from _within(group.where, at, (), group.thing)
    for child in m.children(node):
        if not (isinstance(node, m.Aggregate) and child is node.group.where):
            yield from _within(child, at, guards, inside)


def never(book: Rulebook, node: m.Expression, value: bool) -> bool:
    """Whether a condition can never come out as ``value``, for what it asks must be stated or is not known."""
    match node:
        case m.Stated(required=True):
            return value is False
        case m.Negated(operand=operand):
            return never(book, operand, not value)
        case m.Logic(kind=kind, operands=operands):
            every = value is (kind == "or")
            return (all if every else any)(never(book, x, value) for x in operands)
        case m.Compare(sign="=", right=m.Constant(value=0), left=left):
            return value is False and _always_none(book, left)
        case m.Reference(steps=(), term=term) if book.terms[term].type.kind == "yes_or_no":
            rules = book.rules.get(term, ())
            plain = all(r.kind == "ground" and r.when is not None and not r.applies and not r.readings for r in rules)
            found = (never(book, r.when, value) for r in rules if r.when is not None)
            return bool(rules) and plain and (all if value else any)(found)
    return False


def _always_none(book: Rulebook, node: m.Expression) -> bool:
    """Whether a number, where it is known, can only be nought: nothing can be seen to be counted by it."""
    if isinstance(node, m.Reference) and all(step.kind == "root" for step in node.steps):
        rules = book.rules.get(node.term, ())
        values = [r.value for r in rules if r.kind == "value" and r.value is not None and not r.readings]
        return len(values) == len(rules) == 1 and _always_none(book, values[0])
    counts = isinstance(node, m.Aggregate) and node.kind == "number" and node.group.where is not None
    return counts and never(book, node.group.where, True)  # type: ignore[union-attr, arg-type]
