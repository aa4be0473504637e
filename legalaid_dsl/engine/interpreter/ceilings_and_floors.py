"""What a rule gives once its ceilings and floors, and those of other provisions, have been applied."""

from __future__ import annotations

from fractions import Fraction

from ...basics.citation import Citation
from ...rulebook.model import Limit, Rule
from .. import values as v
from ..plan import Plan
from ..values import ZERO, Unknown, Value
from .evaluation import Evaluation
from .facts import Item
from .groups import shared_ceilings as sharing
from .left_open import below_floor
from .trace import Cut, Decision

Bound = tuple[bool, Fraction, Citation]  # a ceiling or a floor, how much, and where it stands


def limited(ev: Evaluation, plan: Plan, rule: Rule, item: Item, decision: Decision) -> Value:
    """The value of a rule under every limit; floors first. A ceiling below a floor is left open."""
    if rule.add_up_to is not None:
        value = sharing.adding_up(ev, rule, item)
    else:
        value = ev.base(rule, item)
    bounds: list[Bound] = []
    for limit in sorted(rule.limits, key=lambda x: x.at_most) if rule.add_up_to is None else ():
        if limit.together is not None:
            value = sharing.together(ev, rule, limit, item, value, decision)
        else:
            value = _cut(ev, limit, rule.citation, value, item, decision, bounds)
    for planned in plan.limits:
        other = planned.rule
        applies = ev.condition(planned.conditions, item)
        decision.note(other, applies, applies)
        if applies is not False:
            sure = bounds if applies is True else []
            cut = _cut(ev, other.limits[0], other.citation, value, item, decision, sure)
            value = cut if applies is True else v.unknown((applies, value, cut), *v.hull((value, cut)))
    floors = max((b for at_most, b, _ in bounds if not at_most), default=None)
    ceilings = min((b for at_most, b, _ in bounds if at_most), default=None)
    if floors is None or ceilings is None or floors <= ceilings:
        return value
    opening = below_floor(
        ev, rule.term, item, [c for at_most, b, c in bounds if at_most and b == ceilings],
        [c for at_most, b, c in bounds if not at_most and b == floors],
    )  # fmt: skip
    return Unknown(open=(opening,))


def _cut(
    ev: Evaluation, limit: Limit, citation: Citation, value: Value, item: Item, decision: Decision, bounds: list[Bound]
) -> Value:
    bound = ev.of(limit.value, item)
    result = (v.at_most if limit.at_most else v.at_least)(value, bound, ev.turns)
    if isinstance(bound, Fraction):
        bounds.append((limit.at_most, bound, citation))
        if isinstance(value, Fraction):
            took = max(value - bound, ZERO) if limit.at_most else max(bound - value, ZERO)
            decision.cuts.append(Cut(citation, limit.at_most, bound, took, limit.value, value))
    return result
