"""Rules in the lowered form: which one decides, what it gives, what its ceilings take."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import Final

import attrs

from ...basics.citation import Citation
from ...rulebook import meaning as m
from ...rulebook.model import Limit, Rule, Term
from ..plan import Plan, Planned
from .dependence import At, Circle, at_grounds, at_values, in_order
from .lowering import Lowering
from .node_builder import MOST_FLAT
from .steps import NO, Node, NotLowerable

LIMIT: Final = ("limit",)  # of one that puts a value under a limit: where no rule decides, no limit is asked for
AS_UNDER: Final = ("as_under",)  # of a step that chooses: in doubt, only what decides is wanted, no value
MOST_LISTED: Final = 64  # rules on a term whose places are bits of a number


def decision(low: Lowering, term: Term) -> int:
    """The value of a term that the rules decide, as a column of its thing."""
    plan = low.prepared.plans[term.key]
    return yes_or_no(low, plan, term) if plan.yes_or_no else amount(low, plan, term)


# ------------------------------------------------------------------ yes or no


def yes_or_no(low: Lowering, plan: Plan, term: Term) -> int:
    """Any ground, and every requirement."""
    b, thing = low.steps, term.thing
    grounds = [_ground(low, plan, p, thing) for p in plan.grounds]
    applies = [low.condition(p.applies, thing) for p in plan.requirements]
    met = [low.expression(_when(p.rule), thing) for p in plan.requirements]
    kept = [b.either([b.negated(a), x]) for a, x in zip(applies, met, strict=True)]
    value = b.both([b.either(grounds), *kept])
    failed = [b.both([a, b.negated(x)]) for a, x in zip(applies, met, strict=True)]
    rules = [p.rule for p in (*plan.requirements, *plan.grounds)]
    low.deciding[term.key] = (_speaks(low, value, failed, grounds), tuple(low.clause(r.citation.path) for r in rules))
    return value


def _speaks(low: Lowering, value: int, failed: Sequence[int], grounds: Sequence[int]) -> int:
    """What made it so: the first requirement not met, or the first ground where it is a yes."""
    b, size = low.steps, len(failed) + len(grounds)

    def first(parts: Sequence[int], after: int) -> int:
        if not parts:
            return b.add(Node("const", (), (size,), "", "choice", size))
        found = b.make("first", parts, "choice", size=len(parts), sure=False)
        return b.make("shifted", (found,), "choice", data=(after,), size=size)

    shifted, against = first(grounds, len(failed)), first(failed, 0)
    which = b.make("pick", (value, b.negated(value)), "choice", data=(2, False, (0, 1)), size=2, sure=False)
    return b.chosen(which, (shifted, against))


def _when(rule: Rule) -> m.Expression:
    if rule.when is None:
        raise NotLowerable("a ground without condition")
    return rule.when


def _ground(low: Lowering, plan: Plan, planned: Planned, thing: str) -> int:
    """Its own words, unless an exception puts it aside; one that says the same need not be known to."""
    b, rule = low.steps, planned.rule
    parts = [low.condition(planned.applies, thing), low.expression(_when(rule), thing)]
    for i in planned.exceptions:
        other = plan.grounds[i]
        instead = low.condition(other.applies, thing)
        parts.append(b.not_true(instead) if other.rule.when == rule.when else b.negated(instead))
    return b.both(parts)


def within(low: Lowering, provisions: tuple[Citation, ...], thing: str) -> int:
    """Whether a ground standing in one of the provisions holds by its own words."""
    return referred(low, At("", provisions, thing))


def as_under(low: Lowering, key: str, provisions: tuple[Citation, ...], thing: str) -> int:
    """What the value rules on a term at the provisions decide by their own words."""
    return referred(low, At(key, provisions, thing))


def referred(low: Lowering, at: At) -> int:
    """A reference by address, lowered once. One that leads back to itself decides nothing: left to the interpreter."""
    slot = (at, tuple(low.owners.items()))
    if slot not in low.referred:
        low.settled(at)
        with low.entered(at, low.owners):
            low.referred[slot] = _values_at(low, at) if at.term else _grounds_at(low, at)
    return low.referred[slot]


def _grounds_at(low: Lowering, at: At) -> int:
    return low.steps.either([low.condition(conditions, at.thing) for conditions, _ in at_grounds(low.prepared, at)])


def _values_at(low: Lowering, at: At) -> int:
    found = at_values(low.prepared, at)
    conditions = [low.condition(c, at.thing) for c, _ in found]
    values = [base(low, rule, at.thing) for _, rule in found]
    if not values:
        return unknown(low, low.prepared.rulebook.terms[at.term])
    return low.steps.chosen(_pick(low, conditions, [], list(range(len(values)))), values, AS_UNDER)


# ------------------------------------------------------------------ values


def unknown(low: Lowering, term: Term) -> int:
    """The value of a term on which nothing is ruled."""
    kind, size = low.kind(term)
    node = Node("const", (), (), "", kind, size)
    return low.steps.add(attrs.evolve(node, data=(node.unknown,)))


def amount(low: Lowering, plan: Plan, term: Term) -> int:
    """The value of the one rule that decides, within the limits that stand by themselves."""
    thing, rules = term.thing, [p.rule for p in plan.values]
    if not rules:
        return unknown(low, term)
    outcomes = _outcomes(low, plan, thing)
    opened = [low.condition(p.conditions, thing) for p in plan.openings]
    which = _pick(low, outcomes, opened, _alike(rules))
    low.deciding[term.key] = (which, tuple(low.clause(r.citation.path) for r in rules))
    values = [_ruled(low, term, rule, outcomes[i], which, i) for i, rule in enumerate(rules)]
    value = low.steps.chosen(which, values)
    for planned in plan.limits:
        applies = low.condition(planned.conditions, thing)
        limit, path = planned.rule.limits[0], planned.rule.citation.path
        value = _limited(low, term, limit, path, value, applies)
    clash = _clash(low, plan, which, thing)
    if low.steps.is_constant(clash, NO):
        return value
    return low.steps.chosen(_pick(low, [low.steps.negated(clash)], [], [0]), [value], LIMIT)


def _clash(low: Lowering, plan: Plan, which: int, thing: str) -> int:
    """Whether a ceiling that applies lies below a floor that does: then neither gives way."""
    b = low.steps
    alone = [(-1, p.rule.limits[0], low.condition(p.conditions, thing)) for p in plan.limits]
    clashes = []
    for place, rule in enumerate(p.rule for p in plan.values):
        own = [x for x in rule.limits if x.together is None] if rule.add_up_to is None else []
        decides = _is_at(low, which, place) if own else 0
        both = [*((place, limit, decides) for limit in own), *alone]
        clashes += [
            b.both([f_applies, c_applies, b.compared("<", low.expression(c.value, thing), low.expression(f.value, thing))])
            for i, f, f_applies in both if not f.at_most
            for j, c, c_applies in both if c.at_most and (max(i, j) >= 0 or place == 0)
        ]  # fmt: skip
    return b.either(clashes)


def _alike(rules: Sequence[Rule]) -> list[int]:
    """For each rule the place of the first that decides by the same words."""
    firsts: dict[Hashable, int] = {}
    return [firsts.setdefault(r.gives, i) for i, r in enumerate(rules)]


def _outcomes(low: Lowering, plan: Plan, thing: str) -> list[int]:
    """Whether each value rule decides: exceptions before the rules they except, ``otherwise`` last."""
    b, plans = low.steps, plan.values
    alike = _alike([p.rule for p in plans])
    done: dict[int, int] = {}
    try:
        order = list(in_order(range(len(plans)), lambda i: plans[i].exceptions))
    except Circle:
        raise NotLowerable("exceptions in a circle") from None
    aside: dict[tuple[int, ...], tuple[int, set[int]]] = {}  # many exceptions: that none applies, and their words
    for i in order:
        parts, exceptions = [low.condition(plans[i].conditions, thing)], plans[i].exceptions
        if len(exceptions) > MOST_FLAT and exceptions not in aside:
            aside[exceptions] = b.both([b.negated(done[j]) for j in exceptions]), {alike[j] for j in exceptions}
        if exceptions in aside and alike[i] not in aside[exceptions][1]:
            parts.append(aside[exceptions][0])
        else:
            parts += [b.not_true(done[j]) if alike[j] == alike[i] else b.negated(done[j]) for j in exceptions]
        done[i] = b.both(parts)
    found = [done[i] for i in range(len(plans))]
    rest = b.both([b.negated(c) for c, p in zip(found, plans, strict=True) if not p.rule.otherwise])
    return [b.both([rest, c]) if p.rule.otherwise else c for c, p in zip(found, plans, strict=True)]


def _pick(low: Lowering, conditions: Sequence[int], opened: Sequence[int], same: Sequence[int]) -> int:
    """The place of the one that holds; unknown when none or several do, when one in doubt would decide
    otherwise, or when the law leaves it open. ``same``: the first that decides by the same words."""
    b = low.steps
    if not opened and len(conditions) == 1:
        only = conditions[0]
        if b.nodes[only].op == "const" and b.nodes[only].sure:
            code = 0 if b.nodes[only].data[0] else 1
            return b.add(Node("const", (), (code,), "", "choice", 1, code == 0))
    parts = [*conditions, *([b.either(opened)] if opened else [])]
    data = (len(conditions), bool(opened), tuple(same))
    return b.make("pick", parts, "choice", data=data, size=len(conditions), sure=False)


def base(low: Lowering, rule: Rule, thing: str) -> int:
    """The value of a rule before its ceilings and floors."""
    assert rule.value is not None
    value = low.expression(rule.value, thing)
    if rule.rounding is None:
        return value
    return low.steps.rounded(value, rule.rounding.mode, Fraction(rule.rounding.step))


def _ruled(low: Lowering, term: Term, rule: Rule, outcome: int, which: int, place: int) -> int:
    """The value under the rule's own limits."""
    if rule.add_up_to is not None:
        return _adding_up(low, rule, outcome, term.thing)
    own = value = base(low, rule, term.thing)
    for limit in sorted(rule.limits, key=lambda x: x.at_most):
        decides = _is_at(low, which, place)
        if limit.together is not None:
            value = _together(low, term, rule, limit, outcome, own, value, decides)
        else:
            value = _limited(low, term, limit, rule.citation.path, value, decides, True)
    return value


def _is_at(low: Lowering, which: int, place: int) -> int:
    """Whether it is the rule at that place which decides."""
    size = low.steps.nodes[which].size
    if size <= MOST_LISTED:
        return low.steps.make("among", (which,), "yes_or_no", data=(1 << place,))
    return low.steps.make("same", (which, low.steps.constant(place, "choice", size)), "yes_or_no")


def _limited(low: Lowering, term: Term, limit: Limit, path: str, value: int, applies: int, always: bool = False) -> int:
    """Under a ceiling, or over a floor. One that may apply leaves the value in doubt."""
    b = low.steps
    bound = low.expression(limit.value, term.thing)
    after = b.bounded("min" if limit.at_most else "max", value, bound)
    over = b.arithmetic("-", value, bound) if limit.at_most else b.arithmetic("-", bound, value)
    taken = b.bounded("max", over, b.number(Fraction(0)))
    _record(low, term, path, limit.at_most, applies, taken)
    if always:
        return after
    which = b.make("pick", (applies, b.negated(applies)), "choice", data=(2, False, (0, 1)), size=2, sure=False)
    if b.nodes[applies].sure:
        which = b.make("pick", (applies, b.negated(applies)), "choice", data=(2, False, (0, 1)), size=2, sure=True)
    return b.chosen(which, (after, value), LIMIT)


def _record(low: Lowering, term: Term, path: str, at_most: bool, applies: int, taken: int) -> None:
    """What was taken where the limit applies, else unknown."""
    b = low.steps
    which = b.make("pick", (applies,), "choice", data=(1, False, (0,)), size=1, sure=False)
    low.took.append((term.key, low.clause(path), at_most, b.chosen(which, (taken,))))


# ------------------------------------------------------------------ what items share


def _together(
    low: Lowering, term: Term, rule: Rule, limit: Limit, outcome: int, own_base: int, value: int, decides: int
) -> int:
    """A ceiling for several items: filled in order, or all that is above 0 cut alike."""
    b = low.steps
    assert limit.together is not None
    keys = [low.expression(e, term.thing) for e in limit.together.same]
    ceiling = low.expression(limit.value, term.thing)
    size, (before, own, most) = b.alike((own_base, value, ceiling))
    args = [outcome, before, own, most]
    order = low.prepared.rulebook.things[term.thing].in_order_of if limit.together.in_order else ""
    if order:
        args.append(low.term(order))
    data = (term.thing, limit.together.in_order, bool(order), len(keys))
    after = b.make(
        "share", [*args, *keys], "number", data=data, size=size, sure=False, thing=term.thing,
        whole=limit.together.in_order and all(b.nodes[p].whole for p in (before, own, most)),
    )  # fmt: skip
    some = b.negated(b.compared("=" if limit.together.in_order else "<=", value, b.number(Fraction(0))))
    applies = b.both([decides, some])
    _record(low, term, rule.citation.path, True, applies, b.arithmetic("-", value, after))
    return after


def _adding_up(low: Lowering, rule: Rule, outcome: int, thing: str) -> int:
    """Largest remainder: floors first, then one each to the largest fractions, in order."""
    b = low.steps
    own = base(low, rule, thing)
    assert rule.add_up_to is not None
    total = low.expression(rule.add_up_to, thing)
    data = (thing, b.nodes[own].size, b.nodes[total].size)
    return b.make("add_up", (outcome, own, total), "number", data=data, size=1, sure=False, whole=True, thing=thing)
