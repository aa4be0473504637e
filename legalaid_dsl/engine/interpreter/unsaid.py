"""What the results of a case still wait for when nothing is presumed: every fact and list that the case leaves unsaid is
unknown, also one whose absence has a meaning. Where nothing waits, nothing that could be said makes a difference."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import product
from math import prod
from typing import Final

import attrs

from ...rulebook.model import ROOT
from ..values import ZERO, Need, Unknown, Value, unknown
from .bounds import numbers_named, values_told_apart
from .decide import Deciding
from .determine import results_of
from .facts import Facts, Item
from .trace import Decision

MOST_PLACES: Final = 3  # that one decision may wait for, to be decided for all that may stand there
MOST_TRIED: Final = 60  # ways of that

Confirmed = Callable[[str], bool]  # whether a place is spoken of, if only to say that nothing is known


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

    def suppose(self, supposed: Mapping[tuple[str, int], Value], turns: object = None, none: Container[str] = ()) -> _Unsaid:
        """``none``: places that are said to be empty."""
        every, before = {**self.supposed, **supposed}, self.confirmed
        return _Unsaid(
            self.prepared, self.facts, self.figures, every, self.meter, base=self,
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

    def _ways(self, need: Need, items: Mapping[str, Item]) -> list[tuple[dict[tuple[str, int], Value], str]]:
        """What may stand in a place: what is said, or the path of what is empty."""
        term, item = self.rulebook.terms[need.figure], items[need.path.removesuffix(need.key).rstrip(".")]
        values = numbers_named(self) if term.type.kind == "number" else values_told_apart(self, term)
        return [({}, need.path), *(({(term.key, id(item)): value}, "") for value in values if value is not item)]

    def _same(self, decision: Decision, ways: Iterable[tuple[tuple[dict[tuple[str, int], Value], str], ...]]) -> Value:
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


def waited_for(ev: Deciding, facts: Facts, confirmed: Confirmed, trials: Trials) -> dict[str, Need]:
    """The unsaid places that the results, or a refusal, wait for, by their path. ``facts`` are used up."""
    lists = {thing: list(found) for thing, found in facts.unknown_lists.items()}
    items = {i.path: i for i in (facts.root, *(i for found in facts.items.values() for i in found))}
    for item in items.values():
        for thing, there in item.lists.items():
            if there == () and ev.rulebook.things[thing].none_unless_stated and not confirmed(item.path_of(thing)):
                item.lists[thing] = None
                lists.setdefault(thing, []).append((item, item.path_of(thing)))
    every = _Unsaid(ev.prepared, attrs.evolve(facts, unknown_lists={k: tuple(x) for k, x in lists.items()}), ev.figures, confirmed=confirmed)
    trials.spend()
    found = every.waiting()
    if not found:
        return {}
    every.settle(items, trials)
    return every.suppose({}).waiting()


def _refusals(ev: Deciding) -> Iterator[Value]:
    for rule in ev.rulebook.refusals:
        if all(ev.prepared.readings[key] == choice for key, choice in rule.readings):
            for item in [ev.facts.root] if rule.thing == ROOT else ev.facts.all(rule.thing):
                yield ev.condition([c for _, c in rule.applies] + ([rule.when] if rule.when is not None else []), item)
