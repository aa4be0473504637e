"""Which rules decide a term for an item, and what they give: the grounds of a yes or no, the rule of a number or a choice."""

from __future__ import annotations

from fractions import Fraction

from ...rulebook.model import Rule
from .. import values as v
from ..plan import Plan
from ..values import Opening, Unknown, Value
from .ceilings_and_floors import limited
from .evaluate import evaluate
from .evaluation import Evaluation
from .facts import Item
from .left_open import declared, open_value
from .trace import Considered, Decision


def yes_or_no(ev: Evaluation, plan: Plan, item: Item, decision: Decision) -> Value:
    """Any ground, and every requirement. An exception puts grounds aside where it applies."""
    results = []
    for planned in plan.grounds:
        rule = planned.rule
        applies = ev.condition(planned.applies, item)
        result = v.all_of([applies, evaluate(ev, rule.when, item)]) if applies is not False else False  # type: ignore[arg-type]
        displaced_by = None
        for i in planned.exceptions if result is not False else ():
            other = plan.grounds[i]
            instead = ev.condition(other.applies, item)
            if isinstance(instead, Unknown) and other.rule.when == rule.when:
                continue  # the exception says the same: whether it applies is not needed
            if instead is True:
                displaced_by = other.rule.citation
            result = v.all_of([result, v.negation(instead)])
        results.append(result)
        decision.considered.append(Considered(rule, applies, result, displaced_by))
    parts = [v.any_of(results)]
    for planned in plan.requirements:
        applies = ev.condition(planned.applies, item)
        met = evaluate(ev, planned.rule.when, item) if applies is not False else True  # type: ignore[arg-type]
        decision.considered.append(Considered(planned.rule, applies, met))
        parts.append(v.any_of([v.negation(applies), met]))
    return v.all_of(parts)


def choose(ev: Evaluation, key: str, item: Item) -> list[tuple[Rule, Value]]:
    """The value rules that decide, or may decide: (rule, True or Unknown)."""
    plans = ev.prepared.plans[key].values
    outcomes: list[Value] = [None] * len(plans)

    def outcome(i: int) -> Value:
        if outcomes[i] is None:
            doubts: list[Value] = []
            for j in plans[i].exceptions:
                instead = outcome(j)
                if instead is True:
                    outcomes[i] = False
                    return False
                if isinstance(instead, Unknown) and plans[i].rule.gives != plans[j].rule.gives:
                    doubts.append(v.negation(instead))
            own = ev.condition(plans[i].conditions, item)
            outcomes[i] = v.all_of([own, *doubts]) if doubts else own
        return outcomes[i]

    found = [(p.rule, outcome(i)) for i, p in enumerate(plans) if not p.rule.otherwise]
    found = [(r, c) for r, c in found if c is not False]
    if not any(c is True for _, c in found):
        rest = v.all_of([v.negation(c) for _, c in found])
        for i, planned in enumerate(plans):
            if planned.rule.otherwise:
                last = v.all_of([rest, outcome(i)])
                if last is not False:
                    found.append((planned.rule, last))
    return found


def amount(ev: Evaluation, key: str, plan: Plan, item: Item, decision: Decision) -> Value:
    """What the rule that decides gives, under its limits; what is left open where none does, or several."""
    openings = _openings(ev, plan, item, decision)
    certain = [o for sure, o in openings if sure is True]
    if certain:
        tried = ev.supposed.get((key, id(item)))
        return open_value(certain) if tried is None else tried
    found = ev.candidates(key, item)
    sure = [r for r, c in found if c is True]
    decision.considered += [Considered(r, True, c) for r, c in found]
    decision.considered += [
        Considered(p.rule, True, False) for p in plan.values if not any(p.rule is f for f, _ in found)
    ]
    doubts = [c for _, c in found if isinstance(c, Unknown)] + [c for c, _ in openings if isinstance(c, Unknown)]
    if len(sure) > 1:
        return Unknown(open=(ev.conflict(key, item, sure),))
    if not found:
        return Unknown(open=(ev.gap(key, item),))
    results = [(r, limited(ev, plan, r, item, decision)) for r, _ in found]
    if not doubts:
        return results[0][1]
    doubted = {r.citation for r, c in found if c is not True}
    decision.cuts[:] = [c for c in decision.cuts if c.citation not in doubted]  # what may not apply cuts nothing yet
    if sure and all(sure[0].gives == r.gives for r, _ in found) and not openings:
        return next(x for r, x in results if r is sure[0])
    might = [open_value([o]) for _, o in openings]
    parts = [*doubts, *(x for _, x in results)]
    numbers = [x for x in (*might, *(x for _, x in results)) if isinstance(x, Fraction | Unknown)]
    whole = len(numbers) == len(results) + len(might)
    return v.unknown(parts, *(v.hull(numbers) if whole else (None, None)))


def _openings(ev: Evaluation, plan: Plan, item: Item, decision: Decision) -> list[tuple[Value, Opening]]:
    found = []
    for planned in plan.openings:
        sure = ev.condition(planned.conditions, item)
        decision.considered.append(Considered(planned.rule, True, sure))
        if sure is not False:
            found.append((sure, declared(ev, planned.rule, item)))
    return found
