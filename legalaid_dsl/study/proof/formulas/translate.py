"""A rulebook under chosen readings, over all cases of a space: each term of each item becomes a named value.

It follows the interpreter step by step (engine/interpreter/evaluate.py, engine/interpreter/decide.py), with its three-valued
conditions; tests compare the two. What it cannot follow becomes "any value", with the reason: a
proof about any value holds for the right one too, and a counterexample is never believed before the
interpreter confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import Any

import attrs

from ....basics.bilingual import Bilingual
from ....engine.lowered.dependence import At, Circle, Decided, Dependence, in_order
from ....engine.plan import Prepared
from ....rulebook import meaning as m
from ....rulebook.model import ROOT, Rule, Rulebook, Term
from . import deciding, groups, scales
from . import values as v
from .logic import Formula, NotTranslated, both, either, every, opposite, some
from .naming import Naming, Slot
from .space import Space, Spot
from .tables import Cells
from .values import Number, Picked, Truth, Value

MOST_NESTED = 12  # decisions that wait for each other on Python's stack
Way = tuple[list[tuple[Formula, Spot]], Formula]  # where a way may lead, and when it leads nowhere


@attrs.define(slots=True, eq=False)
class Translator:
    """``instead``: facts that have another value here than in the space (the second of two cases)."""

    prepared: Prepared
    space: Space
    cells: Cells
    naming: Naming
    label: str = ""
    instead: dict[tuple[str, Spot], Value] = attrs.Factory(dict)
    reasons: dict[Bilingual, None] = attrs.Factory(dict)
    _kept: dict[tuple[At, Spot], tuple[Value, frozenset[Slot]]] = attrs.Factory(dict)  # with the names that it reads
    _referring: dict[tuple[At, Spot], None] = attrs.Factory(dict)
    _dependence: Dependence = attrs.field(init=False)
    chosen: dict[tuple[str, Spot], list[tuple[Rule, Truth]]] = attrs.Factory(dict)
    _deciding: set[Slot] = attrs.Factory(set)

    def __attrs_post_init__(self) -> None:
        self._dependence = Dependence(self.prepared)

    @property
    def book(self) -> Rulebook:
        return self.prepared.rulebook

    # -------------------------------------------------------------- terms

    def value(self, key: str, spot: Spot) -> Value:
        """The value of a term for an item: its fact, or what the rules decide."""
        term = self.book.terms[key]
        if term.inverse_of:
            return Picked(*self._inverse(key, spot), True)
        if term.fact:
            if (key, spot) in self.instead:
                return self.instead[(key, spot)]
            variable = self.space.facts.get((key, spot))
            if variable is None:
                raise _no_variable(term)
            return variable.value
        return self.decide(key, spot)

    def decide(self, key: str, spot: Spot) -> Value:
        slot = (self.label, key, spot.name)
        found = self.naming.find(slot)
        if found is not None:
            return found
        if slot in self._deciding:
            raise NotTranslated("rests_on_itself", name=self.book.terms[key].names)
        self._from_below(key)
        self._deciding.add(slot)
        value: Value | None = None
        with self.naming.reading() as uses:
            try:
                value = deciding.decided(self, key, spot)
            except NotTranslated as left:
                self.reasons[left.reason] = None
            finally:
                self._deciding.discard(slot)
        return self.naming.name(slot, value, uses, self.book.terms[key], self.book, self.space.spots)

    def _from_below(self, decided: Decided) -> None:
        """Where many wait already, decide what this rests on first: for every item, as it may be asked of any."""
        if len(self._deciding) + len(self._referring) < MOST_NESTED:
            return
        around, self._deciding = self._deciding, set()
        addresses, self._referring = self._referring, {}
        with self.naming.reading(), suppress(Circle):  # what goes round in a circle says so when it is decided
            for one in in_order([decided], self._dependence.below):
                if one == decided:
                    continue
                thing = one.thing if isinstance(one, At) else self.book.terms[one].thing
                for spot in [self.space.root] if thing == ROOT else self.space.spots.get(thing, []):
                    with suppress(NotTranslated):
                        self.referred(one, spot) if isinstance(one, At) else self.value(one, spot)
        self._deciding, self._referring = around, addresses

    def referred(self, at: At, spot: Spot) -> Value:
        """A reference by address, followed once. One that leads back to itself decides nothing; here it is not followed."""
        slot = (at, spot)
        if slot not in self._kept:
            if slot in self._referring:
                raise NotTranslated("circle_of_references")
            self._from_below(at)
            self._referring[slot] = None
            try:
                with self.naming.reading() as uses:
                    value = deciding.at_address(self, at, spot)
            finally:
                del self._referring[slot]
            self._kept[slot] = value, frozenset(uses)
        value, read = self._kept[slot]
        self.naming.read(read)
        return value

    def _inverse(self, key: str, spot: Spot) -> tuple[Formula, dict[Any, Formula]]:
        term = self.book.terms[key]
        guards: dict[Any, Formula] = {}
        for other in self.space.spots.get(term.type.key, []):
            fact = self.space.facts[(term.inverse_of, other)]
            guards[other] = both(other.present, fact.stated, fact.behind.get(spot, False))
        return some(guards.values()), guards

    def stated(self, key: str, spot: Spot) -> Formula:
        term = self.book.terms[key]
        if term.inverse_of:
            return self._inverse(key, spot)[0]
        if not term.fact:
            return self.value(key, spot).known
        variable = self.space.facts.get((key, spot))
        if variable is None:
            raise _no_variable(term)
        return variable.stated

    # -------------------------------------------------------------- expressions

    def truth(self, node: m.Expression, spot: Spot) -> Truth:
        found = self.evaluate(node, spot)
        assert isinstance(found, Truth)
        return found

    def number(self, node: m.Expression, spot: Spot) -> Number:
        found = self.evaluate(node, spot)
        assert isinstance(found, Number)
        return found

    def picked(self, node: m.Expression, spot: Spot) -> Picked:
        found = self.evaluate(node, spot)
        assert isinstance(found, Picked)
        return found

    def condition(self, nodes: Iterable[m.Expression], spot: Spot) -> Truth:
        found = []
        for node in nodes:
            found.append(self.truth(node, spot))
            if found[-1].no is True:
                break
        return v.all_of(found)

    def evaluate(self, node: m.Expression, spot: Spot) -> Value:
        match node:
            case m.Constant(value=value):
                return _constant(value)
            case m.Reference(steps=steps, term=term):
                return self._referred(steps, term, spot)
            case m.AsUnder(term=term, provisions=provisions):
                return deciding.as_under(self, term, provisions, spot)
            case m.Several(items=several):
                return _together([self.picked(i, spot) for i in several])
            case m.Arithmetic(first=first, rest=rest):
                result = self.number(first, spot)
                for sign, operand in rest:
                    result = _OPERATIONS[sign](result, self.number(operand, spot))
                return result
            case m.Operation():
                return self._operation(node, spot)
            case m.Aggregate():
                return groups.aggregate(self, node, spot)
            case m.CountOf(value=inner):
                held = self.picked(inner, spot)
                return groups.count([v.truth(g) for g in held.guards.values()], held.known)
            case m.Cells():
                return self.cells.summed(self, node, spot)
            case m.FigureOn(figure=figure, on=on):
                return self._figure_on(figure, self.number(on, spot))
            case m.OnScale(figure=figure, on=on, amount=amount, kind=kind):
                values = self.book.figures.get(figure, ())
                return scales.on_scale(values, kind, self.number(on, spot), self.number(amount, spot))
            case _:
                return self._condition(node, spot)

    def _operation(self, node: m.Operation, spot: Spot) -> Value:
        if node.kind == "either":
            value, condition, other = node.operands
            holds = self.truth(condition, spot)
            found = v.merged([(holds.yes, self.evaluate(value, spot)), (holds.no, self.evaluate(other, spot))])
            if found is not None:
                return found
        elif node.kind in ("lowest", "highest") and not node.ranked_by:
            numbers = [self.number(o, spot) for o in node.operands]
            return reduce(v.at_most if node.kind == "lowest" else v.at_least, numbers)
        raise NotTranslated("calendar")

    def _condition(self, node: m.Expression, spot: Spot) -> Truth:
        match node:
            case m.Logic(kind=kind, operands=operands):
                return self._logic(kind, operands, spot)
            case m.Negated(operand=operand):
                return v.negation(self.truth(operand, spot))
            case m.Compare(sign=sign, left=left, right=right):
                a, b = self.number(left, spot), self.number(right, spot)
                return v.truth(v.compared(sign, a, b), both(a.known, b.known))
            case m.Same(left=left, right=right, negated=negated):
                x, y = self.evaluate(left, spot), self.evaluate(right, spot)
                found = v.truth(v.equal(x, y), both(x.known, y.known))
                return v.negation(found) if negated else found
            case m.Among(value=inner, items=items, negated=negated):
                held = self.picked(inner, spot)
                found = v.truth(some(g for k, g in held.guards.items() if k in items), held.known)
                return v.negation(found) if negated else found
            case m.Includes():
                return self._includes(node, spot)
            case m.Stated():
                return self._stated(node, spot)
            case m.Within(provisions=provisions):
                return deciding.within(self, provisions, spot)
        raise NotTranslated("untranslated", what=type(node).__name__)

    def _logic(self, kind: str, operands: tuple[m.Expression, ...], spot: Spot) -> Truth:
        found = []
        for operand in operands:
            found.append(self.truth(operand, spot))
            if (found[-1].no if kind == "and" else found[-1].yes) is True:
                break
        return (v.all_of if kind == "and" else v.any_of)(found)

    def _includes(self, node: m.Includes, spot: Spot) -> Truth:
        held = self.picked(node.value, spot)
        empty = opposite(some(held.guards.values()))
        sure = some(g for k, g in held.guards.items() if k in node.items)
        wanted = [self.picked(t, spot) for t in node.terms]
        hits = [both(w.known, v.overlap(held, w)) for w in wanted]
        misses = [either(empty, both(w.known, opposite(v.overlap(held, w)))) for w in wanted]
        yes = both(held.known, either(sure, *hits))
        return Truth(yes, both(held.known, opposite(sure), *misses))

    # -------------------------------------------------------------- ways

    def follow(self, steps: Iterable[m.Step], spot: Spot) -> Way:
        """The items that a way may lead to, each with its condition, and when a step of it leads nowhere."""
        here: list[tuple[Formula, Spot]] = [(True, spot)]
        nowhere: Formula = False
        for step in steps:
            there: list[tuple[Formula, Spot]] = []
            for guard, at in here:
                if step.kind == "root":
                    there.append((guard, self.space.root))
                elif step.kind == "owner":
                    if at.owner is None:
                        nowhere = either(nowhere, guard)
                    else:
                        there.append((guard, at.owner))
                elif step.kind == "reference":
                    found = self.value(step.term, at)
                    assert isinstance(found, Picked)
                    there += [(both(guard, found.known, g), s) for s, g in found.guards.items()]  # type: ignore[misc]
                else:
                    known, guards = self._inverse(step.term, at)
                    nowhere = either(nowhere, both(guard, opposite(known)))
                    there += [(both(guard, g), s) for s, g in guards.items()]
            here = [(g, s) for g, s in there if g is not False]
        return here, nowhere

    def _referred(self, steps: tuple[m.Step, ...], key: str, spot: Spot) -> Value:
        if not steps:
            return self.value(key, spot)
        there, _ = self.follow(steps, spot)
        found = v.merged([(g, self.value(key, s)) for g, s in there])
        return found if found is not None else self.naming.nothing(self.book.terms[key])

    def _stated(self, node: m.Stated, spot: Spot) -> Truth:
        if isinstance(node.value, m.Aggregate):
            missing = groups.members(self, node.value.group, spot)[1]
            found = v.truth(opposite(missing))
        else:
            assert isinstance(node.value, m.Reference)
            there, nowhere = self.follow(node.value.steps, spot)
            each = [(g, self.stated(node.value.term, s)) for g, s in there]
            no = nowhere if node.required else either(nowhere, *(both(g, opposite(s)) for g, s in each))
            found = Truth(some(both(g, s) for g, s in each), no)
        return v.negation(found) if node.negated else found

    def _figure_on(self, figure: str, on: Number) -> Number:
        return scales.dated_number(self.book.figures.get(figure, ()), on, lambda dated: dated.number)


def _no_variable(term: Term) -> NotTranslated:
    return NotTranslated("text" if term.type.kind == "text" else "no_fact_of_both", name=term.names)


_OPERATIONS = {"+": v.add, "-": v.subtract, "*": v.multiply, "/": v.divide}


def _constant(value: Any) -> Value:
    if isinstance(value, date):
        return v.constant(Fraction(value.toordinal()))
    if isinstance(value, Fraction):
        return v.constant(value)
    return Picked(True, {value: True}, True)


def _together(parts: list[Picked]) -> Picked:
    if len(parts) == 1:
        return parts[0]
    keys = dict.fromkeys(k for p in parts for k in p.guards)
    guards = {k: some(p.guards.get(k, False) for p in parts) for k in keys}
    return Picked(every(p.known for p in parts), guards)
