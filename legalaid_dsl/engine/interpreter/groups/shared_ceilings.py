"""What several items share: a ceiling filled in order or cut alike, and rounding that adds up."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from ....basics.quantity import round_down, round_up
from ....rulebook import meaning as m
from ....rulebook.model import Limit, Rule
from ... import values as v
from ...values import ZERO, Unknown, Value
from ..evaluate import evaluate
from ..evaluation import Evaluation
from ..facts import Item
from ..trace import Cut, Decision
from .aggregates import Sum
from .members import FIRST, Members, Row


def together(ev: Evaluation, rule: Rule, limit: Limit, item: Item, own: Value, decision: Decision) -> Value:
    """A ceiling for several items: filled in order, or all that is above 0 cut alike."""
    assert limit.together is not None
    if _nothing(own, limit):
        return own  # nothing to fit under the ceiling
    members = _sharing(ev, rule, limit)
    ceiling = evaluate(ev, limit.value, item)
    if members is None:
        return Unknown(open=(ev.circle(item, rule.citation),))
    in_order = limit.together.in_order
    row = members.by_item.get(id(item))
    key = row.key if row is not None else tuple(evaluate(ev, e, item) for e in limit.together.same)
    day = FIRST if not in_order else row.day if row is not None else ev.day(item)
    others, _ = members.beside(item, key, day, earlier=in_order)
    if in_order:
        result = v.at_most(own, v.at_least(v.subtract(ceiling, others), ZERO, ev.turns), ev.turns)
    else:
        above = v.at_least(own, ZERO, ev.turns)
        result = v.multiply(above, v.at_most(v.divide(ceiling, v.add(above, others), ev.turns), Fraction(1), ev.turns))
    if isinstance(own, Fraction) and isinstance(result, Fraction) and isinstance(ceiling, Fraction):
        beside = others if isinstance(others, Fraction) else None
        decision.cuts.append(Cut(rule.citation, True, ceiling, own - result, limit.value, own, True, beside))
    if isinstance(result, Unknown) and result.line is None:
        low, high = v.interval(v.at_most(own, Unknown(low=result.low, high=result.high)))
        result = v.unknown((result,), low, high)
    return result


def _sharing(ev: Evaluation, rule: Rule, limit: Limit) -> Members[Value] | None:
    """The items under one ceiling that have something under it; None in a circle."""
    together = limit.together
    assert together is not None

    def look(item: Item) -> Row | None:
        decides = next((c for r, c in ev.candidates(rule.term, item) if r is rule), False)
        if decides is False or _nothing(own := ev.base(rule, item), limit):
            return None
        key = tuple(evaluate(ev, e, item) for e in together.same)
        if together.in_order:
            return Row(item, decides, key, ev.day(item), own)
        return Row(item, decides, key, FIRST, v.at_least(own, ZERO, ev.turns))

    return ev.members((id(limit), 0), lambda: ev.facts.all(rule.thing), look, Sum(sparing=False))


def _nothing(own: Value, limit: Limit) -> bool:
    """Whether an item has nothing under a ceiling: 0, or less where all are cut alike."""
    assert limit.together is not None
    return own == ZERO or (not limit.together.in_order and isinstance(own, Fraction) and own < ZERO)


# ------------------------------------------------------------------ the most of all together


def most_together(ev: Evaluation, key: str) -> Fraction | None:
    """The most that a term of several items comes to over all of them, as far as ceilings that they share show it; None where none do.
    What is made of such a term (by a rate, a percentage, the sum of those of each) has no more than that comes to. Nothing is decided
    for it: what is not yet might wait for the decision in hand."""
    items = ev.facts.all(ev.rulebook.terms[key].thing)
    if not all(ev.settled((key, id(item))) for item in reversed(items)):
        return None
    found: Fraction | None = ev.kept(("most", key), lambda: _of_term(ev, key, frozenset()))
    return found


def _of_term(ev: Evaluation, key: str, above: frozenset[str]) -> Fraction | None:
    """Over the rules that may decide it for some item, each by what it gives to its own; ``above``: terms that are asked for already."""
    term = ev.rulebook.terms[key]
    rules = ev.prepared.rules.get(key, ())
    raised = any(r.kind == "limit" and not limit.at_most for r in rules for limit in r.limits)
    if key in above or term.fact or term.type.kind != "number" or raised:
        return None
    whole, items = ZERO, []
    for item in ev.facts.all(term.thing):
        slot = key, id(item)
        decision = ev.settled(slot)
        if decision is None:
            return None
        if slot in ev.supposed or (isinstance(decision.value, Unknown) and any(u.open for u in decision.value.sources(own=True))):
            high = v.interval(decision.value)[1]  # no rule gives it
            if high is None:
                return None
            whole += max(high, ZERO)
        else:
            items.append(item)
    every = term.thing in ev.facts.unknown_lists
    for rule in rules:
        own = items if every else [item for item in items if rule.kind == "value" and ev.may_decide(rule, item)]
        if rule.kind == "value" and (every or own):
            part = _of_rule(ev, rule, own, above | {key})
            if part is None:
                return None
            whole += part
    return whole


def _of_rule(ev: Evaluation, rule: Rule, items: list[Item], above: frozenset[str]) -> Fraction | None:
    if rule.value is None or rule.add_up_to is not None or (rule.rounding is not None and rule.rounding.mode != "down"):
        return None
    if not all(limit.at_most for limit in rule.limits):
        return None
    shared = [x.value for x in rule.limits if x.together is not None and not x.together.same and _rooted(x.value)]
    highs = [v.interval(evaluate(ev, ceiling, ev.facts.root))[1] for ceiling in shared]
    found = [max(high, ZERO) for high in highs if high is not None]
    return min(found) if found else _of_value(ev, rule.value, items, above)


def _of_value(ev: Evaluation, node: m.Expression, items: list[Item], above: frozenset[str]) -> Fraction | None:
    """What a value of each item comes to over all: nothing, another term of it, a part of that, or the sum of those of each."""
    match node:
        case m.Constant(value=Fraction() as value) if value <= ZERO:
            return ZERO
        case m.Reference(steps=()):
            return _of_term(ev, node.term, above)
        case m.Aggregate(kind="total", value=m.Reference(steps=()) as value) if node.group.its and ev.prepared.never_negative(value):
            return _of_term(ev, value.term, above)
        case m.Arithmetic(rest=(*_, ("/", m.Aggregate(kind="total", value=m.Reference(steps=()) as own) as every))):
            return _of_shares(ev, [node.first, *(x for op, x in node.rest[:-1] if op == "*")], len(node.rest), own, every.group, items)
        case m.Arithmetic() if all(op == "*" for op, _ in node.rest) and ev.prepared.never_negative(node):
            factors = [node.first, *(factor for _, factor in node.rest)]
            for i, factor in enumerate(factors):
                whole = _of_value(ev, factor, items, above) if ev.prepared.never_negative(factor) else None
                if whole is not None:
                    others = [_highest(ev, other, items) for j, other in enumerate(factors) if j != i]
                    return None if None in others else whole * prod(x for x in others if x is not None)
    return None


def _of_shares(
    ev: Evaluation, factors: list[m.Expression], count: int, own: m.Reference, group: m.Group, items: list[Item]
) -> Fraction | None:  # fmt: skip
    """What is divided by the part of each in a total: all get no more than the whole, where all of them are in that total."""
    plain = not (group.its or group.of or group.same or group.before) and group.thing not in ev.facts.unknown_lists
    if own not in factors or len(factors) != count or not plain or not all(i.thing == group.thing for i in items):
        return None
    factors.remove(own)
    if not all(ev.prepared.never_negative(x) for x in (own, *factors)):
        return None
    if group.where is not None and not all(ev.of(group.where, item) is True for item in items):
        return None
    highs = [_highest(ev, factor, items) for factor in factors]
    return None if None in highs else prod((x for x in highs if x is not None), start=Fraction(1))


def _highest(ev: Evaluation, node: m.Expression, items: list[Item]) -> Fraction | None:
    """The most that a value may be for one of the items."""
    highs = [v.interval(evaluate(ev, node, item))[1] for item in items]
    return None if None in highs else max((x for x in highs if x is not None), default=ZERO)


def adding_up(ev: Evaluation, rule: Rule, item: Item) -> Value:
    """Largest remainder: floors first, then one each to the largest fractions, in order."""
    assert rule.add_up_to is not None

    def look(other: Item) -> Row | None:
        return Row(other, True, (), FIRST, ev.base(rule, other)) if ev.may_decide(rule, other) else None

    members = ev.members((id(rule), 0), lambda: ev.facts.all(rule.thing), look, Sum(sparing=False))
    if members is None:
        return Unknown(open=(ev.circle(item, rule.citation),))
    total = evaluate(ev, rule.add_up_to, item)
    own, others = ev.base(rule, item), members.beside(item, (), FIRST, earlier=False)[0]
    if any(isinstance(x, Unknown) for x in (own, others, total)):
        low, high = v.interval(v.monotone(own, round_down))[0], v.interval(v.monotone(own, round_up))[1]
        return v.unknown((own, total, others), low, high)
    floors, ranks = ev.kept(("ranks", id(rule)), lambda: _ranked(members.rows))
    return round_down(own) + (1 if ranks[id(item)] < total - floors else 0)


def _ranked(rows: list[Row]) -> tuple[Fraction, dict[int, int]]:
    """The sum of what is sure of each, and the order in which what is left goes round."""
    order = sorted(rows, key=lambda r: (-(r.value % 1), r.item.position))
    return sum((round_down(r.value) for r in rows), ZERO), {id(r.item): place for place, r in enumerate(order)}


def _rooted(node: m.Expression) -> bool:
    """Whether an expression reads only the case itself."""
    return all(
        not isinstance(n, m.Reference) or (len(n.steps) == 1 and n.steps[0].kind == "root") for n in m.walk(node)
    )
