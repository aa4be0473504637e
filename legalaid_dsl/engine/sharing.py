"""What several items share: a ceiling filled in order or cut alike, and rounding that adds up."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from ..basics.quantity import round_down, round_up
from ..rulebook import meaning as m
from ..rulebook.model import Limit, Rule
from . import values as v
from .evaluate import evaluate
from .facts import Item
from .trace import Cut, Decision
from .values import ZERO, Unknown, Value

if TYPE_CHECKING:
    from .decide import Evaluation


def together(ev: Evaluation, rule: Rule, limit: Limit, item: Item, own: Value, decision: Decision) -> Value:
    """A ceiling for several items: filled in order, or all cut alike."""
    assert limit.together is not None
    if own == ZERO:
        return own  # nothing to fit under the ceiling
    others = _sharing(ev, rule, limit, item)
    ceiling = evaluate(ev, limit.value, item)
    if limit.together.in_order:
        used: Value = ZERO
        for other, belongs in others:
            earlier = v.all_of([belongs, ev.before(other, item)])
            used = v.add(used, _maybe(earlier, ev.base(rule, other)) if earlier is not False else ZERO)
        left = v.at_least(v.subtract(ceiling, used), ZERO)
        result = v.at_most(own, left)
    else:
        total = own
        for other, belongs in others:
            total = v.add(total, _maybe(belongs, ev.base(rule, other)))
        share = v.at_most(v.divide(ceiling, total), Fraction(1))
        result = v.multiply(own, share)
    if isinstance(own, Fraction) and isinstance(result, Fraction) and isinstance(ceiling, Fraction):
        decision.cuts.append(Cut(rule.citation, True, ceiling, own - result, limit.value, True))
    if isinstance(result, Unknown):
        low, high = v.interval(v.at_most(own, Unknown(low=result.low, high=result.high)))
        result = attrs.evolve(result, low=low, high=high)
    return result


def _sharing(ev: Evaluation, rule: Rule, limit: Limit, item: Item) -> list[tuple[Item, Value]]:
    """The other items under the same ceiling that have something under it."""
    assert limit.together is not None
    if id(rule) not in ev.sharers:
        decided = [
            (other, next((c for r, c in ev.candidates(rule.term, other) if r is rule), False))
            for other in ev.facts.all(item.thing)
        ]
        ev.sharers[id(rule)] = [(i, c) for i, c in decided if c is not False and ev.base(rule, i) != ZERO]
    found = []
    for other, decides in ev.sharers[id(rule)]:
        if other is not item:
            belongs = v.all_of([decides, *(_same(ev, e, other, item) for e in limit.together.same)])
            if belongs is not False:
                found.append((other, belongs))
    return found


def shared_ceiling(ev: Evaluation, key: str) -> Fraction | None:
    """The most that all items together can have of a term, when one ceiling is shared by all."""
    best: Fraction | None = None
    rules = [r for r in ev.prepared.rules.get(key, ()) if r.kind == "value"]
    for rule in rules:
        shared = [x for x in rule.limits if x.together is not None and not x.together.same]
        if not shared:
            if rule.otherwise and isinstance(rule.value, m.Constant) and rule.value.value == ZERO:
                continue
            return None
        ceiling = shared[0].value
        high = v.interval(evaluate(ev, ceiling, ev.facts.root))[1] if _rooted(ceiling) else None
        if high is None:
            return None
        best = high if best is None else max(best, high)
    return best


def adding_up(ev: Evaluation, rule: Rule, item: Item) -> Value:
    """Largest remainder: floors first, then one each to the largest fractions, in order."""
    assert rule.add_up_to is not None
    items = [i for i in ev.facts.all(item.thing) if any(r is rule for r, _ in ev.candidates(rule.term, i))]
    exact = {id(i): ev.base(rule, i) for i in items}
    total = evaluate(ev, rule.add_up_to, item)
    own = exact[id(item)]
    if isinstance(own, Unknown) or isinstance(total, Unknown) or any(isinstance(x, Unknown) for x in exact.values()):
        low, high = v.interval(v.monotone(own, round_down))[0], v.interval(v.monotone(own, round_up))[1]
        return v.unknown((own, total, *exact.values()), low, high)
    over = total - sum(round_down(x) for x in exact.values())
    order = sorted(items, key=lambda i: (-(exact[id(i)] % 1), i.position))
    extra = 1 if order.index(item) < over else 0
    return round_down(own) + extra


def _maybe(inside: Value, value: Value) -> Value:
    """A part of a sum that may not belong to it."""
    if inside is True:
        return value
    low, high = v.interval(value)
    return v.unknown((inside, value), None if low is None else min(low, ZERO), high)


def _same(ev: Evaluation, node: m.Expression, a: Item, b: Item) -> Value:
    x, y = evaluate(ev, node, a), evaluate(ev, node, b)
    return v.unknown((x, y)) if isinstance(x, Unknown) or isinstance(y, Unknown) else x == y


def _rooted(node: m.Expression) -> bool:
    """Whether an expression reads only the case itself."""
    return all(
        not isinstance(n, m.Reference) or (len(n.steps) == 1 and n.steps[0].kind == "root") for n in m.walk(node)
    )
