"""One evaluation of one case: what its facts are, and its decisions, each made once and recorded. Which rules decide is in deciding_rules.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import attrs

from ...basics.citation import Citation
from ...rulebook import meaning as m
from ...rulebook.model import Rule, Rulebook
from .. import values as v
from ..budget import LimitPassed, Meter
from ..plan import Prepared
from ..scales import Slice
from ..tables import Figures, UsedFigure
from ..values import ZERO, Need, Opening, Turns, Unknown, Value
from .deciding_rules import amount, choose, yes_or_no
from .evaluate import evaluate
from .facts import Facts, Item
from .groups import shared_ceilings as sharing
from .groups.members import FIRST, Members, Row, Running
from .left_open import circle, conflict, gap, no_such_day, undivided
from .operations import rounded
from .trace import Considered, Decision
from .worklist import MAX_DEEP, TooDeep, from_below


@attrs.define(slots=True, eq=False)
class Deciding:
    """One evaluation of one case. Decisions are made once each and kept.

    ``supposed``: facts that are tried out, by (term, id of the item).
    """

    prepared: Prepared
    facts: Facts
    figures: Figures
    supposed: Mapping[tuple[str, int], Value] = attrs.Factory(dict)
    meter: Meter = attrs.Factory(Meter)
    turns: Turns | None = None  # while a number is tried out over a range
    decisions: dict[tuple[str, int], Decision] = attrs.Factory(dict)
    _base: Deciding | None = None  # of a trial: what it is tried on
    _stack: list[Decision] = attrs.Factory(list)
    _deep: int = 0  # frames of Python's stack that the decisions in hand take, about
    _choices: dict[tuple[str, int], list[tuple[Rule, Value]]] = attrs.Factory(dict)
    _groups: dict[tuple[int, int], Members[Any]] = attrs.Factory(dict)
    _kept: dict[Any, Any] = attrs.Factory(dict)
    _once: dict[int, tuple[Value, Decision]] = attrs.Factory(dict)  # tests of the case alone, with what they read
    referring: set[tuple[int, int]] = attrs.Factory(set)  # references by address that are being followed

    @property
    def rulebook(self) -> Rulebook:
        return self.prepared.rulebook

    def suppose(self, supposed: Mapping[tuple[str, int], Value], turns: Turns | None = None) -> Deciding:
        """The same case with more facts. What is known already is so whatever the facts are."""
        every = {**self.supposed, **supposed}
        return Deciding(self.prepared, self.facts, self.figures, every, self.meter, turns if turns is not None else self.turns, base=self)

    def settled(self, slot: tuple[str, int]) -> Decision | None:
        """The decision in hand, or one of what this is tried on that nothing can change."""
        found = self.decisions.get(slot)
        base = self._base
        while found is None and base is not None:
            before = base.decisions.get(slot)
            found = before if before is not None and not isinstance(before.value, Unknown) else None
            base = base._base
        return found

    def of(self, node: m.Expression, item: Item) -> Value:
        """The value of an expression for an item."""
        return evaluate(self, node, item)

    def kept(self, slot: Any, make: Callable[[], Any]) -> Any:
        """What one evaluation works out once."""
        if slot not in self._kept:
            self._kept[slot] = make()
        return self._kept[slot]

    def once(self, node: m.Expression, item: Item, work: Callable[..., Value]) -> Value:
        """A test of the case alone, which every item asks: looked at once; each decision that asks notes what it read."""
        if not self._stack:
            return work(self, node, item)
        known = self._once.get(id(node))
        if known is None:
            at = self._stack[-1]
            own = Decision(at.term, at.item, at.readings, considered=at.considered)
            self._stack[-1] = own
            try:
                value = work(self, node, item)
            finally:
                self._stack[-1] = at
                at.note_read(own)
            if not isinstance(value, Unknown):
                self._once[id(node)] = value, own
            return value
        self._stack[-1].note_read(known[1])
        return known[0]

    def passed(self, name: str, value: int) -> LimitPassed:
        """A limit passed by the decision in hand: what it says, and the provision that spent it."""
        if not self._stack:
            return LimitPassed(name, value, Citation(self.rulebook.id))
        at = self._stack[-1]
        rules = [c.rule for c in at.considered] or list(self.prepared.rules.get(at.term, ()))
        return LimitPassed(name, value, rules[-1].citation if rules else Citation(self.rulebook.id), at.item.path)

    # -------------------------------------------------------------- facts

    def value(self, key: str, item: Item) -> Value:
        """The value of a term for an item: its fact, or the decision on it."""
        term = self.prepared.rulebook.terms[key]
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
        if term.none_unless_stated and term.type.kind == "choices":
            return frozenset()
        need = Need("fact", ".".join(term.path), item.path_of(*term.path), (), key)
        return Unknown((need,), low=ZERO if term.type.kind == "number" else None)

    def stated(self, key: str, item: Item) -> Value:
        term = self.rulebook.terms[key]
        if term.inverse_of:
            return self.inverse(key, item) is not None
        if not term.fact:
            return not isinstance(self.value(key, item), Unknown)
        return key in item.facts or (key, id(item)) in self.supposed

    def inverse(self, key: str, item: Item) -> Item | Unknown | None:
        """The item whose reference points here."""
        term = self.rulebook.terms[key]

        def referring() -> dict[int, Item]:
            found = {}
            for other in reversed(self.facts.all(term.type.key)):
                there = other.facts.get(term.inverse_of, self.supposed.get((term.inverse_of, id(other))))
                found[id(there)] = other
            return found

        turned: dict[int, Item] = self.kept(("inverse", key), referring)
        return turned.get(id(item))

    def is_list(self, node: m.Expression) -> bool:
        return isinstance(node, m.Reference) and self.rulebook.terms[node.term].type.kind == "choices"

    @staticmethod
    def listed(value: Any) -> list[str]:
        return sorted(value)

    def unknown_list(self, item: Item, thing: str) -> Unknown:
        owner = item if thing in item.lists else self.facts.root
        return Unknown((Need("fact", thing, owner.path_of(thing), (), thing),))

    def unknown_lists(self, thing: str, of: str) -> Unknown | None:
        """Why it is not known which items of a thing there are (in the items of another); None where it is."""

        def missing() -> Unknown | None:
            owners = [o for o, _ in self.facts.unknown_lists.get(thing, ()) if not of or o.thing == of]
            return v.unknown([self.unknown_list(o, thing) for o in owners]) if owners else None

        found: Unknown | None = self.kept(("lists", thing, of), missing)
        return found

    def owner(self, item: Item, thing: str) -> Value:
        """The item of a thing that an item belongs to: by its reference, else where it is listed."""
        key = self.prepared.relations.get((item.thing, thing))
        return self.value(key, item) if key is not None else item.owner

    def day(self, item: Item) -> Value:
        """The day that puts an item in order among those of its kind; what has none keeps its place."""
        key = self.rulebook.things[item.thing].in_order_of
        return self.value(key, item) if key else FIRST

    def members(
        self, slot: tuple[int, int], items: Callable[[], Iterable[Item]],
        look: Callable[[Item], Row | None], running: Running[Any],
    ) -> Members[Any] | None:  # fmt: skip
        """The items of a group, looked at once for all that ask; None when that leads back to itself."""
        found = self._groups.get(slot) or self._sure_group(slot)
        if found is None:
            record = Decision("", self.facts.root, (), group=len(self._groups) + 1)
            found = self._groups[slot] = Members(running, record, list(reversed(tuple(items()))))
        if found.building:
            return None
        if found.waiting:
            self._stack.append(found.record)
            try:
                found.build(look)
            finally:
                self._stack.pop()
        if self._stack:
            self._stack[-1].reads[("", str(found.record.group))] = found.record
        return found

    def _sure_group(self, slot: tuple[int, int]) -> Members[Any] | None:
        """Of a trial: the group as it was, where nothing about it was unknown."""
        base = self._base
        while base is not None:
            found = base._groups.get(slot)
            if found is not None and not found.waiting and found.sure:
                return found
            base = base._base
        return None

    def pass_through(self, provision: Citation) -> None:
        """Note a provision that the decision in hand was led to by its address."""
        if self._stack:
            self._stack[-1].through[provision] = None

    def use(self, figure: UsedFigure) -> None:
        if self._stack:
            self._stack[-1].figures[figure] = None

    def sliced(self, found: Iterable[Slice]) -> None:
        """The parts in which a scale was applied, for the decision in hand."""
        if self._stack:
            self._stack[-1].slices.update(dict.fromkeys(found))

    # -------------------------------------------------------------- decisions

    def decide(self, key: str, item: Item) -> Decision:
        """The decision on a term for an item."""
        decision = self.settled((key, id(item)))
        if decision is None and not self._stack:
            decision = from_below(self._decided, key, item)
        elif decision is None:
            decision = self._decided(key, item)
        if self._stack:
            self._stack[-1].reads[(key, item.path)] = decision
        return decision

    def _decided(self, key: str, item: Item) -> Decision:
        slot = (key, id(item))
        decision = self.settled(slot)  # one that was too deep may stand by now
        if decision is not None:
            return decision
        plan = self.prepared.plans[key]
        if self._deep and self._deep + plan.deep > MAX_DEEP:
            raise TooDeep(key, item)
        self.meter.decision(self)
        decision = Decision(key, item, plan.switched)
        self._stack.append(decision)
        self._deep += plan.deep
        try:
            value = yes_or_no(self, plan, item, decision) if plan.yes_or_no else amount(self, key, plan, item, decision)
            self.meter.number(value, self)
            if plan.supports and self._base is None and value is not False and not isinstance(value, Unknown):
                decision.considered += [Considered(p.rule, True, self.condition(p.conditions, item)) for p in plan.supports]
        finally:
            self._stack.pop()
            self._deep -= plan.deep
        decision.value = v.apart(value, slot, self.turns) if isinstance(value, Unknown) else value
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

    # -------------------------------------------------------------- values

    def candidates(self, key: str, item: Item) -> list[tuple[Rule, Value]]:
        """The value rules that decide, or may decide: (rule, True or Unknown)."""
        slot = (key, id(item))
        if slot not in self._choices:
            self._choices[slot] = choose(self, key, item)
        return self._choices[slot]

    def may_decide(self, rule: Rule, item: Item) -> bool:
        return any(r is rule for r, _ in self.candidates(rule.term, item))

    def gap(self, key: str, item: Item) -> Opening:
        return gap(self, key, item)

    def conflict(self, key: str, item: Item, rules: list[Rule]) -> Opening:
        return conflict(self, key, item, rules)

    def undivided(self, node: m.Arithmetic, item: Item) -> Opening:
        return undivided(self, node, item, self._stack[-1].term if self._stack else "")

    def no_such_day(self, node: m.Operation, item: Item) -> Opening:
        return no_such_day(self, node, item, self._stack[-1].term if self._stack else "")

    def circle(self, item: Item, provision: Citation | None = None) -> Opening:
        return circle(item, provision or Citation(self.rulebook.id))

    def base(self, rule: Rule, item: Item) -> Value:
        """The value of a rule before its ceilings and floors."""
        assert rule.value is not None
        value = evaluate(self, rule.value, item)
        return rounded(value, rule.rounding, self.turns) if rule.rounding is not None else value

    def most_together(self, key: str) -> Fraction | None:
        """The most that a term comes to over all items; what is looked at for it is no part of the decision in hand."""
        self._stack.append(Decision("", self.facts.root, ()))
        try:
            return sharing.most_together(self, key)
        finally:
            self._stack.pop()
