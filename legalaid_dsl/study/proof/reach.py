"""How far a proof reaches: what it would have to be asked again for, were there more things of a kind than it was about.

A proof that speaks of each item by itself holds for any number of them. It does not where something that it was told joins the
items of a list: a total, a ceiling that they share, what another item refers to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import z3

from ...rulebook.model import ROOT
from .formulas.logic import Formula
from .formulas.naming import EVERY, Definition, Naming, Slot
from .formulas.space import Space, Spot
from .formulas.values import Number


def joined(
    space: Space, naming: Naming, told: Sequence[Definition], parts: Sequence[tuple[Spot | None, Formula]], uses: Iterable[Slot]
) -> frozenset[str]:
    """The kinds of things of which a proof knew all. ``told``: the definitions that it rests on; ``parts``: its other formulas,
    each with the item that it is about, where it is about one; ``uses``: the names that these read."""
    places, uses = _Places(space, naming), frozenset(uses)
    every = [*told, *places.ranged(told, uses)]
    found = {slot[1] for slot in uses.union(*(one.uses for one in every)) if slot[0] == EVERY}
    for one in every:
        found |= places.joined(places.named.get(one.slot[2]), places.read(one.says) | places.of_slots(one.uses))
    for own, part in parts:
        if not isinstance(part, bool):
            found |= places.joined(own, places.read([part]))
    return frozenset(found)


class _Places:
    """Which item a variable or a name belongs to."""

    def __init__(self, space: Space, naming: Naming) -> None:
        self.naming = naming
        self.named = {spot.name: spot for spot in space.all_spots()}
        self.variables: dict[str, Spot] = {}
        for spot in space.all_spots():
            if spot.thing != ROOT:
                self.variables |= dict.fromkeys(_names([spot.present]), spot)
        for (_, owner), (listed, spots) in space.lists.items():
            for name in _names([listed]) - _names([owner.present]):
                self.variables |= {name: spots[0]} if spots else {}
        for (_, spot), fact in space.facts.items():
            behind = fact.behind.values() if isinstance(fact.behind, dict) else [fact.behind]
            self.variables |= {name: spot for name in _names([fact.stated, *behind]) if spot.thing != ROOT}
        for slot, definition in naming.definitions.items():
            at = self.named.get(slot[2])
            if at is not None and at.thing != ROOT:
                self.variables |= dict.fromkeys(_value_names(definition), at)

    def read(self, formulas: Iterable[Any]) -> set[Spot]:
        return {self.variables[name] for name in _names(formulas) if name in self.variables}

    def of_slots(self, slots: Iterable[Slot]) -> set[Spot]:
        """The items that names belong to; of a name for a sum, those that it is made of."""
        found, seen, waiting = set[Spot](), set[Slot](), list(slots)
        while waiting:
            slot = waiting.pop()
            if slot in seen:
                continue
            seen.add(slot)
            at = self.named.get(slot[2])
            if at is not None:
                found |= {at} if at.thing != ROOT else set()
            elif slot in self.naming.definitions:
                found |= self.read(self.naming.definitions[slot].says)
                waiting += self.naming.definitions[slot].uses
        return found

    def ranged(self, told: Iterable[Definition], uses: Iterable[Slot]) -> list[Definition]:
        """Definitions that were not told, but whose numbers have a range: all on which a name that was read rests."""
        every, known = self.naming.definitions, {one.slot for one in told}
        waiting = [*uses, *(slot for one in told for slot in one.uses)]
        found: dict[Slot, Definition] = {}
        while waiting:
            slot = waiting.pop()
            if slot not in found and slot not in known and slot in every and isinstance(every[slot].value, Number):
                found[slot] = every[slot]
                waiting += every[slot].uses
        return list(found.values())

    def joined(self, own: Spot | None, read: set[Spot]) -> set[str]:
        """The kinds of what is read besides the item itself and those that it stands in; of no item in particular, besides one."""
        if own is None:
            kinds = [spot.thing for spot in read]
            return {kind for kind in kinds if kinds.count(kind) > 1}
        around = set(_around(own))
        return {spot.thing for spot in read if spot not in around}


def _around(spot: Spot | None) -> Iterator[Spot]:
    while spot is not None:
        yield spot
        spot = spot.owner


def _value_names(definition: Definition) -> set[str]:
    """The variables that a definition gives a meaning to: those on the left of what it says."""
    return _names(one.arg(0) for one in definition.says if z3.is_eq(one))


def _names(formulas: Iterable[Any]) -> set[str]:
    """The variables of formulas."""
    found, seen, waiting = set[str](), set[int](), [f for f in formulas if isinstance(f, z3.ExprRef)]
    while waiting:
        one = waiting.pop()
        if one.get_id() in seen:
            continue
        seen.add(one.get_id())
        if z3.is_const(one) and one.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            found.add(one.decl().name())
        waiting += one.children()
    return found
