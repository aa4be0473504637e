"""Which rule decides a term and what comes of it, for all cases at once (follows engine/interpreter/decide.py, interpreter/shared_ceilings.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import attrs

from ....basics.citation import Citation
from ....engine.lowered.dependence import At, Circle, at_grounds, at_values, in_order
from ....engine.plan import Plan, Planned
from ....rulebook.model import Limit, Rounding, Rule
from . import groups
from . import values as v
from .groups import same
from .logic import Formula, NotTranslated, both, either, every, opposite
from .naming import Translating
from .space import Spot
from .values import Number, Truth, Value

FEW_RULES = 20  # on one term: each is said apart to decide where all others do not
MOST_RULES = 400
ZERO = v.constant(Fraction(0))
DOWN = Rounding("down", Fraction(1))


def decided(tr: Translating, key: str, spot: Spot) -> Value | None:
    """What the rules decide; None stands for: never known."""
    plan = tr.prepared.plans[key]
    if plan.yes_or_no:
        return _yes_or_no(tr, plan, spot)
    found = _value(tr, key, plan, spot)
    return found if found is not None else tr.naming.nothing(tr.book.terms[key])


# ------------------------------------------------------------------ yes or no


def _yes_or_no(tr: Translating, plan: Plan, spot: Spot) -> Truth:
    results = []
    for planned in plan.grounds:
        rule = planned.rule
        result = tr.condition(planned.conditions, spot)
        for i in planned.exceptions:
            other = plan.grounds[i]
            instead = tr.condition(other.applies, spot)
            alike = other.rule.when == rule.when  # then whether the exception applies is not needed
            put_aside = opposite(instead.yes) if alike else instead.no
            result = Truth(both(result.yes, put_aside), either(result.no, instead.yes))
        results.append(result)
    parts = [v.any_of(results)]
    for planned in plan.requirements:
        applies = tr.condition(planned.applies, spot)
        if applies.no is not True and planned.rule.when is not None:
            parts.append(v.any_of([v.negation(applies), tr.truth(planned.rule.when, spot)]))
    return v.all_of(parts)


# ------------------------------------------------------------------ values


def candidates(tr: Translating, key: str, spot: Spot) -> list[tuple[Rule, Truth]]:
    """The value rules, each with whether it decides."""
    if (key, spot) not in tr.chosen:
        tr.chosen[(key, spot)] = _choose(tr, tr.prepared.plans[key].values, spot)
    return tr.chosen[(key, spot)]


def _choose(tr: Translating, plans: Sequence[Planned], spot: Spot) -> list[tuple[Rule, Truth]]:
    if len(plans) > MOST_RULES:
        raise NotTranslated("too_many_rules")
    outcomes: dict[int, Truth] = {}
    try:
        order = list(in_order(range(len(plans)), lambda i: plans[i].exceptions))
    except Circle:
        raise NotTranslated("circle") from None
    for i in order:
        own = tr.condition(plans[i].conditions, spot)
        yes, no = own.yes, own.no
        for j in plans[i].exceptions:
            instead = outcomes[j]
            aside = opposite(instead.yes) if plans[i].rule.gives == plans[j].rule.gives else instead.no
            yes, no = both(yes, aside), either(no, instead.yes)
        outcomes[i] = Truth(yes, no)

    found = [(p.rule, outcomes[i]) for i, p in enumerate(plans) if not p.rule.otherwise]
    none_sure = [opposite(c.yes) for _, c in found]
    all_out = [c.no for _, c in found]
    for i, planned in enumerate(plans):
        if planned.rule.otherwise:
            own = outcomes[i]
            found.append((planned.rule, Truth(both(own.yes, *all_out), either(own.no, opposite(every(none_sure))))))
    return [(r, c) for r, c in found if c.no is not True]


def _value(tr: Translating, key: str, plan: Plan, spot: Spot) -> Value | None:
    closed = every(tr.condition(p.conditions, spot).no for p in plan.openings)
    if closed is False:
        return None
    found = candidates(tr, key, spot)
    parts = []
    for (rule, outcome), others in zip(found, _others(found), strict=True):
        decides = both(closed, outcome.yes, *others)
        if decides is not False:
            bounds: list[Bound] = []
            value = _limited(tr, plan, _ruled(tr, rule, spot, bounds), spot, bounds)
            parts.append((decides, _unless_clashing(value, bounds)))
    return v.merged(parts)


def _others(found: Sequence[tuple[Rule, Truth]]) -> Iterator[list[Formula]]:
    """For each rule that no other decides. Of many rules, what is said of those before and after is said once."""
    if len(found) <= FEW_RULES or len({(r.value, r.limits, r.rounding, r.add_up_to) for r, _ in found}) < len(found):
        for rule, _ in found:
            yield [
                either(o.no, both(opposite(o.yes), opposite(o.no))) if rule.gives == r.gives else o.no
                for r, o in found if r is not rule
            ]  # fmt: skip
        return
    after: list[Formula] = [True]
    for _, outcome in reversed(found[1:]):
        after.append(both(outcome.no, after[-1]))
    before: Formula = True
    for (_, outcome), rest in zip(found, reversed(after), strict=True):
        yield [before, rest]
        before = both(before, outcome.no)


def base(tr: Translating, rule: Rule, spot: Spot) -> Value:
    """The value of a rule before its ceilings and floors."""
    assert rule.value is not None
    value = tr.evaluate(rule.value, spot)
    return v.rounded(value, rule.rounding) if rule.rounding is not None and isinstance(value, Number) else value


Bound = tuple[bool, Formula, Number]  # a ceiling or a floor, whether it applies, and how much


def _unless_clashing(value: Value, bounds: list[Bound]) -> Value:
    """A ceiling that lies below a floor leaves the number open."""
    if not isinstance(value, Number):
        return value
    clashes = [
        both(x, y, floor.known, ceiling.known, v.compared("<", ceiling, floor))
        for at_most, x, floor in bounds if not at_most
        for also, y, ceiling in bounds if also
    ]  # fmt: skip
    return attrs.evolve(value, known=both(value.known, opposite(either(*clashes)))) if clashes else value


def _ruled(tr: Translating, rule: Rule, spot: Spot, bounds: list[Bound]) -> Value:
    if rule.add_up_to is not None:
        return _adding_up(tr, rule, spot)
    value = base(tr, rule, spot)
    for limit in sorted(rule.limits, key=lambda x: x.at_most):
        assert isinstance(value, Number)
        if limit.together is not None:
            value = _together(tr, rule, limit, spot, value)
        else:
            value = _cut(tr, limit, value, spot, True, bounds)
    return value


def _cut(tr: Translating, limit: Limit, value: Number, spot: Spot, applies: Formula, bounds: list[Bound]) -> Number:
    bound = tr.number(limit.value, spot)
    bounds.append((limit.at_most, applies, bound))
    return v.at_most(value, bound) if limit.at_most else v.at_least(value, bound)


def _limited(tr: Translating, plan: Plan, value: Value, spot: Spot, bounds: list[Bound]) -> Value:
    """Ceilings and floors that stand in provisions of their own; floors first."""
    for planned in plan.limits:
        applies = tr.condition(planned.conditions, spot)
        if applies.no is True:
            continue
        assert isinstance(value, Number)
        cut = _cut(tr, planned.rule.limits[0], value, spot, applies.yes, bounds)
        found = v.merged([(applies.yes, cut), (applies.no, value)])
        assert isinstance(found, Number)
        value = found
    return value


# ------------------------------------------------------------------ what items share


def _together(tr: Translating, rule: Rule, limit: Limit, spot: Spot, own: Number) -> Number:
    """A ceiling for several items: filled in order, or all that is above 0 cut alike. Nothing stays nothing."""
    assert limit.together is not None
    nothing = v.compared("=" if limit.together.in_order else "<=", own, ZERO)
    ceiling = tr.number(limit.value, spot)
    sum_of = v.constant(Fraction(0)) if limit.together.in_order else own
    for other in tr.space.spots.get(spot.thing, []):
        decides = next((c for r, c in candidates(tr, rule.term, other) if r is rule), v.NO)
        if other is spot or decides.no is True:
            continue
        part = base(tr, rule, other)
        assert isinstance(part, Number)
        belongs = [v.truth(other.present), decides, *(same(tr, e, other, spot) for e in limit.together.same)]
        if limit.together.in_order:
            belongs.append(groups.before(tr, other, spot))
        if not limit.together.in_order:
            part = v.at_least(part, ZERO)
        sum_of = v.add(sum_of, _part(part, v.all_of(belongs)))
    if limit.together.in_order:
        result = v.at_most(own, v.at_least(v.subtract(ceiling, sum_of), ZERO))
    else:
        result = v.multiply(own, v.at_most(v.divide(ceiling, sum_of), v.constant(Fraction(1))))
    found = v.merged([(nothing, own), (opposite(nothing), result)])
    assert isinstance(found, Number)
    return Number(both(own.known, found.known), found.term, found.low, found.high, found.cases)


def _part(value: Number, belongs: Truth) -> Number:
    """What an item adds to a sum, where it belongs to it; one that is nothing adds nothing."""
    nothing = both(value.known, v.compared("=", value, ZERO))
    known = either(belongs.no, nothing, both(belongs.yes, value.known))
    found = v.merged([(belongs.yes, value), (opposite(belongs.yes), ZERO)])
    assert isinstance(found, Number)
    return attrs.evolve(found, known=known)


def _adding_up(tr: Translating, rule: Rule, spot: Spot) -> Number:
    """Largest remainder: floors first, then one each to the largest fractions, in order."""
    assert rule.add_up_to is not None
    total = tr.number(rule.add_up_to, spot)
    sharing = []
    for other in tr.space.spots.get(spot.thing, []):
        decides = next((c for r, c in candidates(tr, rule.term, other) if r is rule), v.NO)
        exact = base(tr, rule, other)
        assert isinstance(exact, Number)
        floor = v.rounded(exact, DOWN)
        sharing.append((other, both(other.present, opposite(decides.no)), exact, floor, v.subtract(exact, floor)))
    own = next(x for x in sharing if x[0] is spot)
    known = both(total.known, own[2].known, *(either(opposite(i), x.known) for _, i, x, _, _ in sharing))
    over = total
    for _, inside, _, floor, _ in sharing:
        over = v.subtract(over, _part(floor, v.truth(inside)))
    ahead = [
        v.truth(both(inside, v.compared(">=" if other.place < spot.place else ">", rest, own[4])))
        for other, inside, _, _, rest in sharing if other is not spot
    ]  # fmt: skip
    rank = _how_many([t.yes for t in ahead])
    extra = v.compared("<", rank, over)
    low, high = own[3].low, own[3].high
    one = v.of_cases(True, [(extra, Fraction(1)), (opposite(extra), Fraction(0))])
    found = v.add(own[3], one)
    return attrs.evolve(found, known=known, low=low, high=None if high is None else high + 1)


def _how_many(parts: Sequence[Formula]) -> Number:
    return groups.count([v.truth(p) for p in parts], True)


# ------------------------------------------------------------------ references by address


def within(tr: Translating, provisions: tuple[Citation, ...], spot: Spot) -> Truth:
    """Whether a ground standing in one of the provisions holds by its own words."""
    found = tr.referred(At("", provisions, spot.thing), spot)
    assert isinstance(found, Truth)
    return found


def as_under(tr: Translating, key: str, provisions: tuple[Citation, ...], spot: Spot) -> Value:
    """What the value rules at the provisions decide by their own words."""
    return tr.referred(At(key, provisions, spot.thing), spot)


def at_address(tr: Translating, at: At, spot: Spot) -> Value:
    """What a reference by address comes to."""
    if not at.term:
        return v.any_of([tr.condition(conditions, spot) for conditions, _ in at_grounds(tr.prepared, at)])
    found = [(rule, tr.condition(conditions, spot)) for conditions, rule in at_values(tr.prepared, at)]
    if len(found) > MOST_RULES:
        raise NotTranslated("too_many_rules")
    parts = [
        (both(o.yes, *(x.no for r, x in found if r is not rule)), base(tr, rule, spot))
        for rule, o in found if o.no is not True
    ]  # fmt: skip
    result = v.merged(parts)
    return result if result is not None else tr.naming.nothing(tr.book.terms[at.term])


__all__ = ["as_under", "at_address", "candidates", "decided", "within"]
