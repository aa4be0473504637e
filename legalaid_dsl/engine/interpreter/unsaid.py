"""What the results of a case still wait for when nothing is presumed: every fact and list that the case leaves unsaid is
unknown, also one whose absence has a meaning. Where nothing waits, nothing that could be said makes a difference.

Of a place it may also be known that something stands there, of a number in which range, and not what."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from types import MappingProxyType
from typing import Final

import attrs

from ...rulebook.model import ROOT, Term
from ..values import ZERO, Line, Need, Turns, Unknown, Value, lined, unknown
from .bounds import MAX_SUBSETS, MOST, counted_by_calendar, texts_named, values_told_apart
from .decide import Deciding
from .determine import results_of
from .facts import Facts, Item
from .trace import Decision

MOST_PLACES: Final = 3  # that one decision may wait for, to be decided for all that may stand there
MOST_TRIED: Final = 60  # ways of that

Confirmed = Callable[[str], bool]  # whether a place is spoken of, if only to say that nothing is known
Range = tuple[Fraction, Fraction]
Some = Mapping[str, Range | None]  # paths at which something stands, a number of that range
Slot = tuple[str, int]  # term, id of the item


@attrs.define(slots=True, eq=False)
class Trials:
    """How often a case may still be decided."""

    left: int

    def spend(self) -> bool:
        self.left -= 1
        return self.left >= 0


@attrs.define(slots=True, eq=False)
class _Unsaid(Deciding):
    confirmed: Confirmed = bool

    def value(self, key: str, item: Item) -> Value:
        if self._unsaid(key, item):
            if self._stack:
                self._stack[-1].reads[(key, item.path)] = (key, item)
            return Unknown((self._need(key, item),), low=ZERO if self.rulebook.terms[key].type.kind == "number" else None)
        return Deciding.value(self, key, item)

    def stated(self, key: str, item: Item) -> Value:
        if self._unsaid(key, item):
            return Unknown((self._need(key, item),))
        if self.rulebook.terms[key].inverse_of:
            there = self.inverse(key, item)
            return there if isinstance(there, Unknown) else there is not None
        return Deciding.stated(self, key, item)

    def inverse(self, key: str, item: Item) -> Item | Unknown | None:
        term = self.rulebook.terms[key]
        found = Deciding.inverse(self, key, item)
        doubts = [
            Unknown((self._need(term.inverse_of, other),))
            for other in self.facts.all(term.type.key)
            if other is not item and self._unsaid(term.inverse_of, other)
        ]
        return unknown(doubts) if found is None and doubts else found

    def suppose(self, supposed: Mapping[Slot, Value], turns: Turns | None = None, none: Container[str] = ()) -> _Unsaid:
        """``none``: places that are said to be empty."""
        every, before = {**self.supposed, **supposed}, self.confirmed
        return _Unsaid(
            self.prepared, self.facts, self.figures, every, self.meter, turns if turns is not None else self.turns, base=self,
            confirmed=(lambda path: path in none or before(path)) if none else before,
        )  # fmt: skip

    def waiting(self) -> dict[str, Need]:
        """The unsaid places that the results, or a refusal, wait for, by their path."""
        doubts = [*_refusals(self), *results_of(self).values()]
        doubts += [self.value(t.key, self.facts.root) for t in self.rulebook.terms.values() if t.date_of_law]
        every = unknown(x for x in doubts if isinstance(x, Unknown)).needs
        return {n.path: n for n in every if n.what == "fact" and not self.confirmed(n.path)}

    def settle(self, items: Mapping[str, Item], trials: Trials) -> None:
        """Decisions that wait for a few places, and are the same whatever stands there: of each as if it were known."""
        for slot, decision in list(self.decisions.items()):
            places = self._few(decision.value) if isinstance(decision.value, Unknown) else None
            if places:
                every = [self._ways(need, items) for need in places]
                if prod(len(ways) for ways in every) > MOST_TRIED:
                    continue
                value = self._same(decision, (way for way in product(*every) if trials.spend()))
                if value is not None and trials.left >= 0:
                    self.decisions[slot] = attrs.evolve(decision, value=value)

    def _few(self, value: Unknown) -> list[Need] | None:
        """The places that a value waits for; None where it waits for many, or for something else too."""
        found: dict[str, Need] = {}
        for source in value.sources():
            for need in source.missing:
                found[need.path] = need
                if len(found) > MOST_PLACES or need.what != "fact" or need.figure in self.rulebook.things or self.confirmed(need.path):
                    return None
        return list(found.values())

    def _ways(self, need: Need, items: Mapping[str, Item]) -> list[tuple[dict[Slot, Value], str]]:
        """What may stand in a place: what is said, or the path of what is empty."""
        term, item = self.rulebook.terms[need.figure], items[need.path.removesuffix(need.key).rstrip(".")]
        if (term.key, id(item)) in self.supposed:
            return [({}, "")]
        values: list[Value] = [value for value in values_of(self, term) if value is not item]
        if not listed(self, term):
            values.append(_something(need, term, None))
        return [({}, need.path), *(({(term.key, id(item)): value}, "") for value in values)]

    def _same(self, decision: Decision, ways: Iterable[tuple[tuple[dict[Slot, Value], str], ...]]) -> Value:
        """What a decision comes to in every way; None where that is not one thing."""
        found: Value = None
        for way in ways:
            trial = self.suppose({k: x for said, _ in way for k, x in said.items()}, none={path for _, path in way if path})
            value = trial.value(decision.term, decision.item)
            if isinstance(value, Unknown) or (found is not None and value != found):
                return None
            found = value
        return found

    def _unsaid(self, key: str, item: Item) -> bool:
        term = self.rulebook.terms[key]
        if not term.fact or key in item.facts or (key, id(item)) in self.supposed or self.confirmed(item.path_of(*term.path)):
            return False
        thing = term.type.key if term.type.kind == "reference" else ""
        return not thing or thing in self.facts.unknown_lists or any(i is not item for i in self.facts.all(thing))  # else: to nothing

    def _need(self, key: str, item: Item) -> Need:
        path = self.rulebook.terms[key].path
        return Need("fact", ".".join(path), item.path_of(*path), (), key)


def waited_for(
    ev: Deciding, facts: Facts, confirmed: Confirmed, trials: Trials, some: Some = MappingProxyType({}), turns: Turns | None = None
) -> dict[str, Need]:
    """The unsaid places that the results, or a refusal, wait for, by their path: of ``some`` those on whose value it
    depends. ``facts`` are used up. With ``turns`` the first number of ``some`` is tried over its range: where it turns."""
    lists = {thing: list(found) for thing, found in facts.unknown_lists.items()}
    items = {i.path: i for i in (facts.root, *(i for found in facts.items.values() for i in found))}
    for item in items.values():
        for thing, there in item.lists.items():
            if there == () and ev.rulebook.things[thing].none_unless_stated and not confirmed(item.path_of(thing)):
                item.lists[thing] = None
                lists.setdefault(thing, []).append((item, item.path_of(thing)))
    whole = attrs.evolve(facts, unknown_lists={k: tuple(x) for k, x in lists.items()})
    every = _Unsaid(ev.prepared, whole, ev.figures, _supposed(ev, items, some, turns is not None), turns=turns, confirmed=confirmed)
    trials.spend()
    found = every.waiting()
    if not found.keys() - some.keys():
        return found
    every.settle(items, trials)
    return every.suppose({}).waiting()


def _supposed(ev: Deciding, items: Mapping[str, Item], some: Some, over: bool) -> dict[Slot, Value]:
    """Facts of which it is only known that they are stated; ``over``: the first number as one that is tried over its range."""
    found: dict[Slot, Value] = {}
    for item in items.values():
        for term in ev.rulebook.terms_of(item.thing):
            path = item.path_of(*term.path)
            if term.fact and path in some:
                need = Need("fact", ".".join(term.path), path, (), term.key)
                found[(term.key, id(item))] = _something(need, term, some[path])
    first = next((path for path, pair in some.items() if pair is not None), None)
    for slot, value in found.items() if over else ():
        if value.low is not None and value.high is not None and any(n.path == first for n in value.missing):
            found[slot] = lined((value,), Line(ZERO, Fraction(1), value.low, value.high))
    return found


def _something(need: Need, term: Term, pair: Range | None) -> Unknown:
    low, high = pair or ((ZERO, MOST) if term.type.kind == "number" else (None, None))
    return Unknown((need,), (), low, high)


def listed(ev: Deciding, term: Term) -> bool:
    """Whether ``values_of`` a fact are all that the rules can tell apart."""
    match term.type.kind:
        case "yes_or_no" | "choice" | "reference":
            return True
        case "choices":
            return len(ev.rulebook.vocabularies[term.type.key].choices) <= MAX_SUBSETS
        case "date":
            return not counted_by_calendar(ev)
        case "text":
            return texts_named(ev)[1]
        case _:
            return False


def values_of(ev: Deciding, term: Term) -> list[Value]:
    """Values of a fact that the rules can tell apart, also of several days among each other; of a number none."""
    values: list[Value] = list(texts_named(ev)[0] if term.type.kind == "text" else values_told_apart(ev, term))
    if term.type.kind == "date":
        values += [a + (b - a) / 2 for a, b in pairwise(sorted(values)) if (b - a).days > 2]
    return values


def _refusals(ev: Deciding) -> Iterator[Value]:
    for rule in ev.rulebook.refusals:
        if all(ev.prepared.readings[key] == choice for key, choice in rule.readings):
            for item in [ev.facts.root] if rule.thing == ROOT else ev.facts.all(rule.thing):
                yield ev.condition([c for _, c in rule.applies] + ([rule.when] if rule.when is not None else []), item)
