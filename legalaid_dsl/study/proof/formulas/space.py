"""All cases within the bounds at once: every fact is a variable, every item may be there or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import z3

from ....rulebook.model import ROOT, Rulebook, Term
from ..bounds import FIRST_YEAR, LAST_YEAR, Bounds, asked_whether_stated, optional
from .logic import Formula, both, either, exactly_one, formula, opposite, some
from .values import Number, Picked, Truth, Value

FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()


@attrs.frozen(slots=True, eq=False, repr=False)
class Spot:
    """A place where an item may stand. ``place``: its number among all of its kind, in order of reading."""

    thing: str
    place: int
    index: int  # in its list
    owner: Spot | None
    present: Formula

    @property
    def name(self) -> str:
        return f"{self.thing}{self.place + 1}"

    @property
    def id(self) -> str:
        return f"{self.thing[0].upper()}{self.place + 1}"


@attrs.frozen(slots=True, eq=False)
class FactVariable:
    """A fact: whether it is stated, its value, and the z3 variables behind it (one, or one a choice)."""

    stated: Formula
    value: Value
    behind: Any


@attrs.define(slots=True, eq=False)
class Space:
    """The facts of every case within the bounds, as variables."""

    book: Rulebook
    bounds: Bounds
    root: Spot = attrs.Factory(lambda: Spot(ROOT, 0, 0, None, True))
    spots: dict[str, list[Spot]] = attrs.Factory(dict)
    lists: dict[tuple[str, Spot], tuple[Formula, tuple[Spot, ...]]] = attrs.Factory(dict)
    facts: dict[tuple[str, Spot], FactVariable] = attrs.Factory(dict)
    constraints: list[Any] = attrs.Factory(list)
    asked: frozenset[str] = frozenset()

    @classmethod
    def of(cls, book: Rulebook, bounds: Bounds, *others: Rulebook) -> Space:
        """``others``: rulebooks that are asked of the same cases."""
        asked = frozenset(key for b in (book, *others) for key in asked_whether_stated(b))
        space = cls(book, bounds, asked=asked)
        space.spots[ROOT] = [space.root]
        space._fill(space.root)
        for spot in space.all_spots():
            for term in book.terms_of(spot.thing):
                if term.fact and not term.inverse_of and term.type.kind != "text":
                    space._fact(term, spot)
        space._one_to_one()
        return space

    def all_spots(self) -> Iterator[Spot]:
        for spots in self.spots.values():
            yield from spots

    def require(self, *parts: Formula) -> None:
        self.constraints += [formula(p) for p in parts if p is not True]

    # -------------------------------------------------------------- items

    def _fill(self, owner: Spot) -> None:
        """The lists of an item, and in turn those of the items in them, in the order in which a case file is read."""
        for thing in self.book.things.values():
            if owner.thing not in thing.listed_in:
                continue
            listed: Formula = True
            if thing.key in self.asked and not thing.none_unless_stated:
                listed = z3.Bool(f"{owner.name}.{thing.key}?")
            every = self.spots.setdefault(thing.key, [])
            own: list[Spot] = []
            for i in range(self.bounds.most.get(thing.key, 1)):
                before = own[-1].present if own else both(listed, owner.present)
                present = z3.Bool(f"{thing.key}{len(every) + 1}?")
                self.require(z3.Implies(present, formula(before)))
                spot = Spot(thing.key, len(every), i, owner, present)
                every.append(spot)
                own.append(spot)
                self._fill(spot)
            self.lists[(thing.key, owner)] = (listed, tuple(own))

    # -------------------------------------------------------------- facts

    def _fact(self, term: Term, spot: Spot) -> None:
        name = f"{spot.name}.{'.'.join(term.path)}"
        stated: Formula = z3.Bool(f"{name}?") if optional(term, self.asked) else True
        match term.type.kind:
            case "number":
                behind = self.count(name)
                highest = Fraction(self.bounds.highest)
                self.require(behind >= 0, behind <= (self.bounds.highest + 1 if self.bounds.fine else int(highest / self.bounds.step)))
                value: Value = Number(stated, self.amount(behind), Fraction(0), highest + self.bounds.fine)
            case "date":
                behind = z3.Int(name)
                self.require(behind >= FIRST_DAY, behind <= LAST_DAY)
                value = Number(stated, z3.ToReal(behind), Fraction(FIRST_DAY), Fraction(LAST_DAY))
            case "yes_or_no":
                behind = z3.Bool(name)
                yes = both(stated, behind)
                value = Truth(yes, opposite(yes) if term.no_unless_stated else both(stated, opposite(behind)))
            case "choice":
                behind = {c: z3.Bool(f"{name}={c}") for c in self.book.vocabularies[term.type.key].choices}
                self.require(*exactly_one(behind.values()))
                value = Picked(stated, behind, True)
            case "choices":
                choices = self.book.vocabularies[term.type.key].choices
                behind = {c: z3.Bool(f"{name}:{c}") for c in choices}
                held: dict[Any, Formula] = {k: some(behind[c.key] for c in choices.values() if k in c.also) for k in choices}
                empty = term.none_unless_stated  # what is not stated is a list of none
                value = Picked(True, {k: both(stated, f) for k, f in held.items()}) if empty else Picked(stated, held)
            case _:
                behind = {s: z3.Bool(f"{name}->{s.name}") for s in self.spots.get(term.type.key, [])}
                there = formula(some(both(b, s.present) for s, b in behind.items()))
                self.require(z3.Implies(formula(both(spot.present, stated)), there))
                self.require(*exactly_one(behind.values())[1:])
                value = Picked(stated, behind, True)
        self.facts[(term.key, spot)] = FactVariable(stated, value, behind)

    def count(self, name: str) -> Any:
        """The variable of a number that a case states: so many steps; itself, where numbers are of any fineness."""
        return z3.Real(name) if self.bounds.fine else z3.Int(name)

    def amount(self, count: Any) -> Any:
        """The number for its variable."""
        return count if self.bounds.fine else z3.ToReal(count) * z3.RealVal(self.bounds.step)

    def _one_to_one(self) -> None:
        """References that may lead nowhere twice and never back: a case file that breaks this is refused."""
        for term in self.book.terms.values():
            if term.fact and term.one_to_one and not term.inverse_of:
                links = {
                    (a, b): both(a.present, self.facts[(term.key, a)].stated, link)
                    for a in self.spots.get(term.thing, [])
                    for b, link in self.facts[(term.key, a)].behind.items()
                }
                for (a, b), link in links.items():
                    self.require(*(opposite(both(link, x)) for (c, d), x in links.items() if d is b and c is not a))
                    rank = {s: z3.Int(f"{term.key}#{s.name}") for s in (a, b)}
                    self.require(either(opposite(link), rank[a] > rank[b] if a is not b else False))


@attrs.frozen(slots=True, eq=False)
class Decoder:
    """A model back to a case file."""

    space: Space
    model: Any

    def holds(self, part: Formula) -> bool:
        return part if isinstance(part, bool) else z3.is_true(self.model.eval(part, model_completion=True))

    def number(self, term: Any) -> Fraction:
        found = self.model.eval(term, model_completion=True)
        return Fraction(found.as_long()) if z3.is_int_value(found) else Fraction(found.as_fraction())

    def case(self) -> dict[str, Any]:
        return self._item(self.space.root)

    def _item(self, spot: Spot) -> dict[str, Any]:
        book = self.space.book
        item: dict[str, Any] = {"id": spot.id} if book.things[spot.thing].identified else {}
        for term in book.terms_of(spot.thing):
            variable = self.space.facts.get((term.key, spot))
            if variable is not None and self.holds(variable.stated):
                place = item
                for key in term.path[:-1]:
                    place = place.setdefault(key, {})
                place[term.path[-1]] = self._value(term, variable)
        for (thing, owner), (listed, spots) in self.space.lists.items():
            if owner is spot and self.holds(listed):
                found = [self._item(s) for s in spots if self.holds(s.present)]
                if found or not book.things[thing].none_unless_stated:
                    item[thing] = found
        return item

    def _value(self, term: Term, variable: FactVariable) -> Any:
        from ....basics.quantity import decimal_text

        match term.type.kind:
            case "number":
                count = self.model.eval(variable.behind, model_completion=True).as_long()
                return decimal_text(count * self.space.bounds.step)
            case "date":
                return date.fromordinal(self.model.eval(variable.behind, model_completion=True).as_long()).isoformat()
            case "yes_or_no":
                return self.holds(variable.behind)
            case "choices":
                return [c for c, held in variable.behind.items() if self.holds(held)]
            case "choice":
                return next(c for c, held in variable.behind.items() if self.holds(held))
            case _:
                return next(s.id for s, held in variable.behind.items() if self.holds(held) and self.holds(s.present))
