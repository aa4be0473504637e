"""Which rule decides a term for an item, and what comes of it; every decision is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import attrs

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation
from ..basics.quantity import round_down, round_half_up, round_up
from ..rulebook import meaning as m
from ..rulebook.model import Limit, Rounding, Rule, Rulebook
from . import sharing
from . import values as v
from .deep import MAX_DEEP, TooDeep, from_below, undivided
from .evaluate import evaluate
from .facts import Facts, Item
from .plan import Plan, Prepared
from .tables import Figures, UsedFigure
from .trace import Considered, Cut, Decision
from .values import ZERO, Need, Opening, Unknown, Value

_ROUND = {"down": round_down, "up": round_up, "half_up": round_half_up}


@attrs.define(slots=True, eq=False)
class Evaluation:
    """One evaluation of one case. Decisions are made once each and kept.

    ``supposed``: facts that are tried out, by (term, id of the item).
    """

    prepared: Prepared
    facts: Facts
    figures: Figures
    supposed: Mapping[tuple[str, int], Value] = attrs.Factory(dict)
    decisions: dict[tuple[str, int], Decision] = attrs.Factory(dict)
    _stack: list[Decision] = attrs.Factory(list)
    _choices: dict[tuple[str, int], list[tuple[Rule, Value]]] = attrs.Factory(dict)
    _belongs: dict[tuple[int, int], Value] = attrs.Factory(dict)
    referring: set[tuple[int, int]] = attrs.Factory(set)  # references by address that are being followed
    sharers: dict[int, list[tuple[Item, Value]]] = attrs.Factory(dict)

    @property
    def rulebook(self) -> Rulebook:
        return self.prepared.rulebook

    def suppose(self, key: str, item: Item, value: Value) -> Evaluation:
        """The same case with one more fact. What is known already is so whatever the fact is."""
        trial = Evaluation(self.prepared, self.facts, self.figures, {**self.supposed, (key, id(item)): value})
        trial.decisions = {k: d for k, d in self.decisions.items() if not isinstance(d.value, Unknown)}
        trial._choices = {k: c for k, c in self._choices.items() if all(x is True for _, x in c)}
        trial._belongs = {k: b for k, b in self._belongs.items() if not isinstance(b, Unknown)}
        return trial

    # -------------------------------------------------------------- facts

    def value(self, key: str, item: Item) -> Value:
        """The value of a term for an item: its fact, or the decision on it."""
        term = self.rulebook.terms[key]
        if term.inverse_of:
            found = self.inverse(key, item)
            return found if found is not None else Unknown()
        if not term.fact:
            return self.decide(key, item).value
        if self._stack:
            self._stack[-1].reads[(key, item.path)] = (key, item)
        if key in item.facts:
            return item.facts[key]
        if self.supposed and (key, id(item)) in self.supposed:
            return self.supposed[(key, id(item))]
        if term.no_unless_stated:
            return False
        need = Need("fact", ".".join(term.path), item.path_of(*term.path), (), key)
        return Unknown((need,), low=ZERO if term.type.kind == "number" else None)

    def stated(self, key: str, item: Item) -> Value:
        term = self.rulebook.terms[key]
        if term.inverse_of:
            return self.inverse(key, item) is not None
        if not term.fact:
            return not isinstance(self.value(key, item), Unknown)
        return key in item.facts or (key, id(item)) in self.supposed

    def inverse(self, key: str, item: Item) -> Item | None:
        """The item whose reference points here."""
        term = self.rulebook.terms[key]
        for other in self.facts.all(term.type.key):
            there = other.facts.get(term.inverse_of, self.supposed.get((term.inverse_of, id(other))))
            if there is item:
                return other
        return None

    def is_list(self, node: m.Expression) -> bool:
        return isinstance(node, m.Reference) and self.rulebook.terms[node.term].type.kind == "choices"

    @staticmethod
    def listed(value: Any) -> list[str]:
        return sorted(value)

    def unknown_list(self, item: Item, thing: str) -> Unknown:
        owner = item if thing in item.lists else self.facts.root
        return Unknown((Need("fact", thing, owner.path_of(thing), (), thing),))

    def belongs(self, item: Item, owner: Item) -> Value:
        """Whether the item's reference to that kind of thing is to this one."""
        slot = (id(item), id(owner))
        if slot not in self._belongs:
            key = self.prepared.relations.get((item.thing, owner.thing))
            there = self.value(key, item) if key is not None else item.owner
            self._belongs[slot] = v.unknown([there]) if isinstance(there, Unknown) else there is owner
        return self._belongs[slot]

    def before(self, a: Item, b: Item) -> Value:
        """Whether a comes before b: in order of the thing's date, then of position."""
        if a is b:
            return False
        key = self.rulebook.things[a.thing].in_order_of
        if not key:
            return a.position < b.position
        x, y = self.value(key, a), self.value(key, b)
        if isinstance(x, Unknown) or isinstance(y, Unknown):
            return v.unknown((x, y))
        return bool((x, a.position) < (y, b.position))

    def pass_through(self, provision: Citation) -> None:
        """Note a provision that the decision in hand was led to by its address."""
        if self._stack:
            self._stack[-1].through[provision] = None

    def use(self, figure: UsedFigure) -> None:
        if self._stack:
            self._stack[-1].figures[figure] = None

    # -------------------------------------------------------------- decisions

    def decide(self, key: str, item: Item) -> Decision:
        """The decision on a term for an item."""
        slot = (key, id(item))
        decision = self.decisions.get(slot)
        if decision is None and not self._stack:
            decision = from_below(self._decided, key, item)
        elif decision is None:
            decision = self._decided(key, item)
        if self._stack:
            self._stack[-1].reads[(key, item.path)] = decision
        return decision

    def _decided(self, key: str, item: Item) -> Decision:
        if len(self._stack) >= MAX_DEEP:
            raise TooDeep(key, item)
        slot = (key, id(item))
        decision = self.decisions.get(slot)  # one that was too deep may stand by now
        if decision is None:
            plan = self.prepared.plans[key]
            decision = Decision(key, item, plan.switched)
            self._stack.append(decision)
            try:
                if plan.yes_or_no:
                    decision.value = self._yes_or_no(plan, item, decision)
                else:
                    decision.value = self._amount(key, plan, item, decision)
            finally:
                self._stack.pop()
            self.decisions[slot] = decision
        return decision

    def condition(self, nodes: Iterable[m.Expression], item: Item) -> Value:
        """Whether all conditions hold; the first false one ends it. One decision asks each once."""
        doubts = []
        kept = self._stack[-1].conditions if self._stack and self._stack[-1].item is item else None
        for node in nodes:
            if kept is None:
                result = evaluate(self, node, item)
            elif id(node) in kept:
                result = kept[id(node)]
            else:
                result = kept[id(node)] = evaluate(self, node, item)
            if result is False:
                return False
            if result is not True:
                doubts.append(result)
        return v.unknown(doubts) if doubts else True

    def _yes_or_no(self, plan: Plan, item: Item, decision: Decision) -> Value:
        """Any ground, and every requirement. An exception puts grounds aside where it applies."""
        results = []
        for planned in plan.grounds:
            rule = planned.rule
            applies = self.condition(planned.applies, item)
            result = v.all_of([applies, evaluate(self, rule.when, item)]) if applies is not False else False  # type: ignore[arg-type]
            displaced_by = None
            for i in planned.exceptions if result is not False else ():
                other = plan.grounds[i]
                instead = self.condition(other.applies, item)
                if isinstance(instead, Unknown) and other.rule.when == rule.when:
                    continue  # the exception says the same: whether it applies is not needed
                if instead is True:
                    displaced_by = other.rule.citation
                result = v.all_of([result, v.negation(instead)])
            results.append(result)
            decision.considered.append(Considered(rule, applies, result, displaced_by))
        parts = [v.any_of(results)]
        for planned in plan.requirements:
            applies = self.condition(planned.applies, item)
            met = evaluate(self, planned.rule.when, item) if applies is not False else True  # type: ignore[arg-type]
            decision.considered.append(Considered(planned.rule, applies, met))
            parts.append(v.any_of([v.negation(applies), met]))
        return v.all_of(parts)

    # -------------------------------------------------------------- values

    def candidates(self, key: str, item: Item) -> list[tuple[Rule, Value]]:
        """The value rules that decide, or may decide: (rule, True or Unknown)."""
        slot = (key, id(item))
        if slot not in self._choices:
            self._choices[slot] = self._choose(key, item)
        return self._choices[slot]

    def _choose(self, key: str, item: Item) -> list[tuple[Rule, Value]]:
        plans = self.prepared.plans[key].values
        outcomes: list[Value] = [None] * len(plans)

        def outcome(i: int) -> Value:
            if outcomes[i] is None:
                doubts: list[Value] = []
                for j in plans[i].exceptions:
                    instead = outcome(j)
                    if instead is True:
                        outcomes[i] = False
                        return False
                    if isinstance(instead, Unknown) and not _alike(plans[i].rule, plans[j].rule):
                        doubts.append(v.negation(instead))
                own = self.condition(plans[i].conditions, item)
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

    def _amount(self, key: str, plan: Plan, item: Item, decision: Decision) -> Value:
        openings = self._openings(plan, item, decision)
        if any(o is True for o, _ in openings):
            return Unknown(openings=tuple(o for sure, o in openings if sure is True))
        found = self.candidates(key, item)
        sure = [r for r, c in found if c is True]
        decision.considered += [Considered(r, True, c) for r, c in found]
        decision.considered += [
            Considered(p.rule, True, False) for p in plan.values if not any(p.rule is f for f, _ in found)
        ]
        doubts = [c for _, c in found if isinstance(c, Unknown)] + [c for c, _ in openings if isinstance(c, Unknown)]
        if len(sure) > 1:
            return Unknown(openings=(self.conflict(key, item, sure),))
        if not found:
            return Unknown(openings=(self.gap(key, item),))
        results = [(r, self._limited(plan, self._ruled(r, item, decision), item, decision)) for r, _ in found]
        if not doubts:
            return results[0][1]
        if sure and all(_alike(sure[0], r) for r, _ in found) and not openings:
            return next(x for r, x in results if r is sure[0])
        parts = [*doubts, *(x for _, x in results)]
        numbers = [x for _, x in results if isinstance(x, Fraction | Unknown)]
        return v.unknown(parts, *(v.hull(numbers) if len(numbers) == len(results) else (None, None)))

    def _openings(self, plan: Plan, item: Item, decision: Decision) -> list[tuple[Value, Opening]]:
        found = []
        for planned in plan.openings:
            rule = planned.rule
            sure = self.condition(planned.conditions, item)
            decision.considered.append(Considered(rule, True, sure))
            if sure is not False:
                opening = Opening(rule.code, rule.message or Bilingual(), rule.citation, item.path)
                found.append((sure, opening))
        return found

    def gap(self, key: str, item: Item) -> Opening:
        names = self.rulebook.terms[key].names
        message = Bilingual(f"No rule decides: {names.en}.", f"Không có quy định nào xác định: {names.vi}.")
        return Opening("no_rule", message, Citation(self.rulebook.id), item.path)

    def undivided(self, node: m.Arithmetic, item: Item) -> Opening:
        return undivided(self, node, item, self._stack[-1].term if self._stack else "")

    def conflict(self, key: str, item: Item, rules: list[Rule]) -> Opening:
        names = self.rulebook.terms[key].names
        places = [" / ".join(r.citation.name(lang) for r in rules) for lang in ("en", "vi")]
        message = Bilingual(
            f"Several rules decide at once: {names.en} ({places[0]}).",
            f"Nhiều quy định cùng quyết định: {names.vi} ({places[1]}).",
        )
        return Opening("conflict", message, rules[0].citation, item.path)

    def base(self, rule: Rule, item: Item) -> Value:
        """The value of a rule before its ceilings and floors."""
        assert rule.value is not None
        value = evaluate(self, rule.value, item)
        return _rounded(value, rule.rounding) if rule.rounding is not None else value

    def _ruled(self, rule: Rule, item: Item, decision: Decision) -> Value:
        if rule.add_up_to is not None:
            return sharing.adding_up(self, rule, item)
        value = self.base(rule, item)
        for limit in sorted(rule.limits, key=lambda x: x.at_most):
            if limit.together is not None:
                value = sharing.together(self, rule, limit, item, value, decision)
            else:
                value = self._cut(limit, rule.citation, value, item, decision)
        return value

    def _limited(self, plan: Plan, value: Value, item: Item, decision: Decision) -> Value:
        """Ceilings and floors that stand in provisions of their own; floors first."""
        for planned in plan.limits:
            rule = planned.rule
            applies = self.condition(planned.conditions, item)
            decision.considered.append(Considered(rule, applies, applies))
            if applies is False:
                continue
            cut = self._cut(rule.limits[0], rule.citation, value, item, decision)
            value = cut if applies is True else v.unknown((applies, value, cut), *v.hull((value, cut)))
        return value

    def shared_ceiling(self, key: str) -> Fraction | None:
        """The most that all items together can have of a term, when one ceiling is shared by all."""
        return sharing.shared_ceiling(self, key)

    def _cut(self, limit: Limit, citation: Citation, value: Value, item: Item, decision: Decision) -> Value:
        bound = evaluate(self, limit.value, item)
        result = v.at_most(value, bound) if limit.at_most else v.at_least(value, bound)
        if isinstance(value, Fraction) and isinstance(bound, Fraction):
            took = max(value - bound, ZERO) if limit.at_most else max(bound - value, ZERO)
            decision.cuts.append(Cut(citation, limit.at_most, bound, took, limit.value))
        return result


def _alike(a: Rule, b: Rule) -> bool:
    """Whether two rules decide the same by the same words."""
    return (a.value, a.limits, a.rounding, a.add_up_to) == (b.value, b.limits, b.rounding, b.add_up_to)


def _rounded(value: Value, rounding: Rounding) -> Value:
    return v.monotone(value, lambda x: _ROUND[rounding.mode](x, rounding.step))
