"""Names for what the rules decide: a proof uses as few of their definitions as it needs. And what a translation answers to its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, Protocol

import attrs
import z3

from ....engine.lowered.dependence import At
from ....engine.plan import Prepared
from ....rulebook import meaning as m
from ....rulebook.model import Rule, Rulebook, Term
from .logic import Formula, at_most_one, both, either, formula, number, opposite, same, some
from .parts import Parts
from .space import Space, Spot
from .values import Number, Picked, Truth, Value, of_cases

Slot = tuple[str, str, str]  # (label of the translation, term, item)
EVERY = "#"  # the label of what stands for all things of a kind


@attrs.frozen(slots=True, eq=False)
class Definition:
    """What a name stands for: ``says`` (equations), what is so in any case, the names that it reads."""

    slot: Slot
    value: Value
    says: tuple[Any, ...]
    always: tuple[Any, ...]
    uses: frozenset[Slot]
    raw: Value | None
    bent: int = 0  # so many equations, the last ones, multiply or divide by what is no constant


@attrs.define(slots=True, eq=False)
class Naming:
    """The definitions of one or several translations over one space."""

    definitions: dict[Slot, Definition] = attrs.Factory(dict)
    steps: dict[str, Fraction] = attrs.Factory(dict)  # terms that are rounded, and to what
    _reading: list[set[Slot]] = attrs.Factory(list)
    _alias: dict[Slot, Slot] = attrs.Factory(dict)
    _shared: dict[Slot, Any] = attrs.Factory(dict)
    _alike: dict[tuple[str, str], list[Definition]] = attrs.Factory(dict)

    def find(self, slot: Slot) -> Value | None:
        slot = self._alias.get(slot, slot)
        found = self.definitions.get(slot)
        if found is None:
            return None
        self._read(slot)
        return found.value

    def read(self, slots: Iterable[Slot]) -> None:
        """What is used again reads these once more."""
        for slot in slots:
            self._read(slot)

    def read_all(self, thing: str) -> None:
        """A formula that is being made rests on there being no more of a thing than have a place."""
        slot = (EVERY, thing, "")
        self.definitions.setdefault(slot, Definition(slot, Truth(True, False), (), (), frozenset(), None))
        self._read(slot)

    def _read(self, slot: Slot) -> None:
        if self._reading:
            self._reading[-1].add(slot)

    @contextmanager
    def reading(self) -> Iterator[set[Slot]]:
        """Which names a formula reads, while it is made."""
        uses: set[Slot] = set()
        self._reading.append(uses)
        try:
            yield uses
        finally:
            self._reading.pop()

    def name(
        self, slot: Slot, raw: Value | None, uses: set[Slot], term: Term, book: Rulebook, spots: Mapping[str, list[Spot]]
    ) -> Value:
        """A name for a value; the same as in another translation where the same is said. ``raw`` None: any value."""
        twins = self._alike.setdefault(slot[1:], [])
        for other in twins:
            if raw is not None and other.raw is not None and _alike(raw, other.raw):
                self._alias[slot] = other.slot
                self._read(other.slot)
                return other.value
        name = ".".join(x for x in slot if x)
        namer = _Namer(name, term.type.kind in ("choice", "reference"), self.steps.get(term.key))
        value = namer.named(raw if raw is not None else _anything(name, term, book, spots))
        bent = isinstance(raw, Number) and not raw.cases and raw.parts is None and _bent(raw.term)
        last = (2 if namer.step is not None else 1) if bent else 0
        found = Definition(slot, value, tuple(namer.says), tuple(namer.always), frozenset(uses), raw, last)
        self.definitions[slot] = found
        twins.append(found)
        self._read(slot)
        return value

    def shared(self, name: str, term: Any, high: Fraction) -> Any:
        """A name for a number, not negative, that the values of several items are made of."""
        if isinstance(term, Fraction) or not term.children():
            return term
        slot = ("", name, str(term.get_id()))
        if slot not in self.definitions:
            variable = z3.Real(".".join(slot[1:]))
            uses = frozenset(self._reading[-1]) if self._reading else frozenset()
            always = (variable >= 0, variable <= number(high))
            raw = Number(True, term)
            self.definitions[slot] = Definition(slot, raw, (variable == term,), always, uses, raw)
            self._shared[slot] = variable
        self._read(slot)
        return self._shared[slot]

    def nothing(self, term: Term) -> Value:
        """The value of a term reached over a way that leads nowhere: unknown."""
        if term.type.kind == "yes_or_no":
            return Truth(False, False)
        if term.type.kind in ("number", "date"):
            return of_cases(False, [])
        return Picked(False, {}, term.type.kind != "choices")


def _anything(name: str, term: Term, book: Rulebook, spots: Mapping[str, list[Spot]]) -> Value:
    """A value of a term's kind of which nothing is known."""
    known = z3.Bool(f"{name}~known")
    match term.type.kind:
        case "yes_or_no":
            holds = z3.Bool(f"{name}~")
            return Truth(both(known, holds), both(known, opposite(holds)))
        case "number" | "date":
            return Number(known, z3.Real(f"{name}~"))
        case "reference":
            keys: list[Any] = list(spots.get(term.type.key, []))
        case _:
            keys = list(book.vocabularies[term.type.key].choices)
    return Picked(known, {k: z3.Bool(f"{name}~{getattr(k, 'name', k)}") for k in keys})


@attrs.define(slots=True)
class _Namer:
    name: str
    one: bool  # a choice is one of several, not a list of them
    step: Fraction | None  # what it is rounded to
    says: list[Any] = attrs.Factory(list)
    always: list[Any] = attrs.Factory(list)

    def named(self, raw: Value) -> Value:
        if isinstance(raw, Truth):
            return self._truth(raw)
        if isinstance(raw, Number):
            return self._number(raw)
        known = self._bool("known", raw.known)
        found = Picked(known, {k: self._bool(getattr(k, "name", str(k)), g) for k, g in raw.guards.items()}, self.one)
        if self.one:
            for part in (some(found.guards.values()), *at_most_one(found.guards.values())):
                self._so(either(opposite(known), part))
        return found

    def _bool(self, what: str, part: Formula) -> Formula:
        if isinstance(part, bool) or z3.is_const(part) or (z3.is_not(part) and z3.is_const(part.arg(0))):
            return part
        variable = z3.Bool(f"{self.name}:{what}")
        self.says.append(variable == part)
        return variable

    def _truth(self, raw: Truth) -> Truth:
        if same(raw.no, opposite(raw.yes)) is True:
            yes = self._bool("yes", raw.yes)
            return Truth(yes, opposite(yes))
        found = Truth(self._bool("yes", raw.yes), self._bool("no", raw.no))
        self._so(opposite(both(found.yes, found.no)))
        return found

    def _number(self, raw: Number) -> Number:
        known = self._bool("known", raw.known)
        if raw.cases:
            guards = [self._bool(f"={value}", guard) for guard, value in raw.cases]
            for part in (some(guards), *at_most_one(guards)):
                self._so(either(opposite(known), part))
            return of_cases(known, zip(guards, (x for _, x in raw.cases), strict=True))
        variable, parts = self._variable(raw)
        # what an unknown number is like is not said: where a divisor is nothing its term may be anything
        for bound, part in ((raw.low, lambda b: variable >= b), (raw.high, lambda b: variable <= b)):
            if bound is not None:
                self._so(either(opposite(known), part(number(bound))))
        return Number(known, variable, raw.low, raw.high, parts=parts)

    def _variable(self, raw: Number) -> tuple[Any, Parts | None]:
        parts = raw.parts
        if parts is not None and isinstance(parts.rest, Fraction) and parts.rest == 0:
            whole = z3.Int(f"{self.name}#")
            self.says.append(whole == parts.whole)
            found = Parts(parts.step, whole, Fraction(0))
            return found.term, found
        if self.step is not None:
            found = Parts(self.step, z3.Int(f"{self.name}#"), z3.Real(f"{self.name}%"))
            self.always += [found.rest >= 0, found.rest < number(self.step)]
            floor = z3.ToInt(number(raw.term) / number(self.step))
            self.says += [found.whole == floor, found.rest == number(raw.term) - z3.ToReal(floor) * number(self.step)]
            return found.term, found
        variable = z3.Real(self.name)
        self.says.append(variable == raw.term)
        return variable, None

    def _so(self, part: Formula) -> None:
        if part is not True:
            self.always.append(formula(part))


def _bent(term: Any) -> bool:
    """Whether a product or quotient of two variable numbers stands in a term."""
    waiting, seen = [term], set[int]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, Fraction) or node.get_id() in seen:
            continue
        seen.add(node.get_id())
        parts = node.children()
        variable = [p for p in parts if not z3.is_rational_value(p) and not z3.is_int_value(p)]
        if z3.is_mul(node) and len(variable) > 1 or z3.is_div(node) and len(parts) == 2 and parts[1] in variable:
            return True
        waiting += parts
    return False


def rounded_terms(book: Rulebook) -> dict[str, Fraction]:
    """Terms that some rule rounds, alone or in a total, and the step."""
    found = {}
    for rule in (r for rules in book.rules.values() for r in rules):
        if rule.rounding is not None or rule.add_up_to is not None:
            value = rule.value.value if isinstance(rule.value, m.Aggregate) else rule.value
            if isinstance(value, m.Reference):
                found[value.term] = rule.rounding.step if rule.rounding is not None else Fraction(1)
    return found


def _alike(a: Value, b: Value) -> bool:
    """Whether two values are the same formulas."""
    if isinstance(a, Truth) and isinstance(b, Truth):
        return same(a.yes, b.yes) is True and same(a.no, b.no) is True
    if isinstance(a, Picked) and isinstance(b, Picked):
        return (
            same(a.known, b.known) is True
            and a.guards.keys() == b.guards.keys()
            and all(same(g, b.guards[k]) is True for k, g in a.guards.items())
        )
    if isinstance(a, Number) and isinstance(b, Number):
        return same(a.known, b.known) is True and bool(number(a.term).eq(number(b.term)))
    return False


class Translating(Protocol):
    """What decisions, groups and tables ask of the one that translates them; translate.py answers."""

    prepared: Prepared
    space: Space
    naming: Naming
    chosen: dict[tuple[str, Spot], list[tuple[Rule, Truth]]]

    @property
    def book(self) -> Rulebook: ...

    def value(self, key: str, spot: Spot) -> Value: ...
    def referred(self, at: At, spot: Spot) -> Value: ...
    def truth(self, node: m.Expression, spot: Spot) -> Truth: ...
    def number(self, node: m.Expression, spot: Spot) -> Number: ...
    def picked(self, node: m.Expression, spot: Spot) -> Picked: ...
    def condition(self, nodes: Iterable[m.Expression], spot: Spot) -> Truth: ...
    def evaluate(self, node: m.Expression, spot: Spot) -> Value: ...
