"""Cases made from a rulebook alone: random but well formed, and led towards the rules under study."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import attrs

from ..basics.citation import Citation
from ..rulebook import meaning as m
from ..rulebook.model import ROOT, Rule, Term
from ..rulebook.parts import grounds_at
from .domain import Domain
from .places import Case, held, items, put

_DEPTH: Final = 4
_OFFSETS: Final = (0, 0, 0, 1, -1, 30, -30, 365, -365)


@attrs.define(slots=True)
class Generator:
    """Makes cases. The same seed gives the same cases."""

    domain: Domain
    chance: Random
    complete: bool = False  # no fact is missing that a case should state
    anchor: date = date(2020, 1, 1)
    _grounds: dict[Citation, list[Rule]] = attrs.Factory(dict)
    _deciding: dict[str, list[Rule]] = attrs.Factory(dict)

    @classmethod
    def of(cls, domain: Domain, seed: int = 0, complete: bool = False) -> Generator:
        made = cls(domain, Random(seed), complete)
        made._grounds = grounds_at(domain.rules)
        for rule in domain.rules:
            made._deciding.setdefault(rule.term, []).append(rule)
        return made

    def _happens(self, percent: int) -> bool:
        return self.chance.randrange(100) < percent

    # -------------------------------------------------------------- whole cases

    def random_case(self) -> Case:
        """Every fact that the glossary asks for, and now and then one that may be absent."""
        days = self.domain.near_days or self.domain.days
        self.anchor = self.chance.choice(days) if days else self.anchor
        case: Case = {}
        self._fill(ROOT, case, case)
        return case

    def _fill(self, thing: str, item: Case, case: Case) -> None:
        for inner in self.domain.book.things.values():
            if thing in inner.listed_in and (not inner.none_unless_stated or self._happens(20)):
                item[inner.key] = []
                for _ in range(self.chance.choice([0, *range(1, self.domain.counts[inner.key] + 1), 1, 1, 1])):
                    self.add(inner.key, item, case)
        for term in self.domain.facts_of(thing):
            rare = term.none_unless_stated or term.no_unless_stated
            if self._happens(12 if rare else 100 if self.complete else 97):
                put(item, term, self.value(term, case, item))

    def add(self, thing: str, owner: Case, case: Case) -> Case:
        """A new item at the end of its list."""
        item: Case = {}
        if self.domain.book.things[thing].identified:
            taken = {i.get("id") for i in items(self.domain.book, case, thing)}
            item["id"] = next(i for n in range(1, 99) if (i := f"{thing[:1].upper()}{n}") not in taken)
        owner.setdefault(thing, []).append(item)
        self._fill(thing, item, case)
        return item

    def value(self, term: Term, case: Case, item: Case) -> Any:
        """A value of a fact: more often one that the rules under study name."""
        kind = term.type.kind
        if kind == "reference":
            ids = [i["id"] for i in items(self.domain.book, case, term.type.key) if i is not item and "id" in i]
            return self.chance.choice(ids) if ids else None
        if kind == "choices":
            return self._several(self.domain.values(term))
        if kind == "date" and self._happens(80):
            return (self.anchor + timedelta(days=self.chance.choice(_OFFSETS))).isoformat()
        near = self.domain.values(term, near=True) if kind in ("number", "date") else []
        values = near if near and self._happens(60) else self.domain.values(term)
        return self.chance.choice(values) if values else None

    def _several(self, choices: list[str]) -> list[str]:
        size = self.chance.choice([0, 1, 1, 2, len(choices), len(choices)])
        return sorted(self.chance.sample(choices, min(size, len(choices))), key=choices.index)

    # -------------------------------------------------------------- changes of a case

    def changed(self, case: Case) -> Case:
        """A copy, changed in one to three places, often so that some rule applies."""
        case = copy.deepcopy(case)
        for _ in range(self.chance.choice([1, 1, 2, 3])):
            draw = self.chance.randrange(100)
            if draw < 35 and self.domain.near_rules:
                self.lead(case, self.chance.choice(self.domain.near_rules))
            elif draw < 60:
                self.lead(case, self.chance.choice(self.domain.rules))
            elif draw < 75:
                self._resize(case)
            else:
                self._revalue(case)
        return case

    def _resize(self, case: Case) -> None:
        """One item more (a copy of another, or a new one), or one fewer."""
        things = [t for t in self.domain.book.things.values() if t.key != ROOT]
        thing = self.chance.choice(things) if things else None
        owners = [o for k in thing.listed_in for o in items(self.domain.book, case, k)] if thing is not None else []
        if thing is None or not owners:
            return
        owner = self.chance.choice(owners)
        held = owner.get(thing.key) or []
        if held and (self._happens(30) or len(held) >= self.domain.counts[thing.key]):
            held.pop(self.chance.randrange(len(held)))
            return
        item = self.add(thing.key, owner, case)
        if held and self._happens(60):
            like = copy.deepcopy(self.chance.choice(held))
            item.update({k: v for k, v in like.items() if k != "id"})

    def _revalue(self, case: Case) -> None:
        term = self.chance.choice(self.domain.facts)
        found = items(self.domain.book, case, term.thing)
        if found:
            item = self.chance.choice(found)
            unset = self._happens(50 if term.none_unless_stated else 0 if self.complete else 5)
            put(item, term, None if unset else self.value(term, case, item))

    # -------------------------------------------------------------- towards a rule

    def lead(self, case: Case, rule: Rule, item: Case | None = None, depth: int = _DEPTH) -> None:
        """Change facts so that the rule's conditions hold, as far as they speak of facts."""
        at = item if item is not None else self._some(rule.thing, case)
        if at is None:
            return
        conditions = [c for _, c in rule.applies] + ([rule.when] if rule.when is not None else [])
        for condition in conditions:
            self._wish(case, at, condition, True, depth)

    def _some(self, thing: str, case: Case) -> Case | None:
        """An item of a thing; one is made where there is none."""
        found = items(self.domain.book, case, thing)
        if found:
            return self.chance.choice(found)
        declared = self.domain.book.things.get(thing)
        owners = [o for k in declared.listed_in for o in items(self.domain.book, case, k)] if declared is not None else []
        return self.add(thing, owners[0], case) if owners else None

    def _wish(self, case: Case, item: Case, node: m.Expression, holds: bool, depth: int) -> None:
        """Make a condition come out as wanted."""
        match node:
            case m.Logic(kind=kind, operands=operands):
                every = (kind == "and") is holds
                for operand in operands if every else [self.chance.choice(operands)]:
                    self._wish(case, item, operand, holds, depth)
            case m.Negated(operand=operand):
                self._wish(case, item, operand, not holds, depth)
            case m.Same(left=m.Reference() as left, right=m.Constant(value=value), negated=negated):
                self._choose(case, item, left, {str(value)}, holds is not negated)
            case m.Among(value=m.Reference() as left, items=listed, negated=negated):
                self._choose(case, item, left, set(listed), holds is not negated)
            case m.Includes(value=m.Reference() as left, items=listed):
                self._include(case, item, left, set(listed), holds)
            case m.Stated(value=m.Reference() as left, negated=negated):
                self._state(case, item, left, holds is not negated)
            case m.Compare(left=m.Reference() as left, right=m.Constant()):
                self._compare(case, item, left, node)
            case m.Compare(left=m.Aggregate(kind="number", group=group), right=m.Constant()):
                self._number_of(case, group, node, depth)
            case m.Reference() if depth:
                self._decide(case, item, node, holds, depth)
            case m.Within(provisions=provisions) if depth and holds:
                grounds = self._grounds.get(self.chance.choice(provisions), [])
                if grounds:
                    self.lead(case, self.chance.choice(grounds), item, depth - 1)

    def _reached(self, case: Case, item: Case, reference: m.Reference) -> tuple[Case, Term] | None:
        """The item and fact that a reference leads to; None for what rules decide."""
        term = next((t for t in self.domain.facts if t.key == reference.term), None)
        at: Case | None = item
        for step in reference.steps:
            at = case if step.kind == "root" else self._along(case, at, step)
        return (at, term) if term is not None and at is not None else None

    def _along(self, case: Case, item: Case | None, step: m.Step) -> Case | None:
        term = self.domain.book.terms.get(step.term)
        if item is None or term is None or step.kind != "reference":
            return None
        wanted = held(item, term)
        return next((i for i in items(self.domain.book, case, term.type.key) if i.get("id") == wanted), None)

    def _choose(self, case: Case, item: Case, reference: m.Reference, listed: set[str], inside: bool) -> None:
        found = self._reached(case, item, reference)
        if found is None or found[1].type.kind != "choice":
            return
        able = [v for v in self.domain.values(found[1]) if (v in listed) is inside]
        if able and held(*found) not in able:
            put(*found, self.chance.choice(able))

    def _include(self, case: Case, item: Case, reference: m.Reference, listed: set[str], inside: bool) -> None:
        found = self._reached(case, item, reference)
        if found is None or found[1].type.kind != "choices":
            return
        values = self.domain.values(found[1])
        if inside:
            able = [v for v in values if v in listed]
            put(*found, [self.chance.choice(able)] if able else values)
        else:
            put(*found, [v for v in held(*found) or [] if v not in listed])

    def _state(self, case: Case, item: Case, reference: m.Reference, stated: bool) -> None:
        found = self._reached(case, item, reference)
        if found is not None and (held(*found) is not None) is not stated:
            put(*found, self.value(found[1], case, found[0]) if stated else None)

    def _compare(self, case: Case, item: Case, reference: m.Reference, node: m.Compare) -> None:
        """A boundary value of the fact, whichever side: both are worth a look."""
        found = self._reached(case, item, reference)
        if found is not None:
            values = self.domain.values(found[1], near=True) or self.domain.values(found[1])
            put(*found, self.chance.choice(values) if values else None)

    def _number_of(self, case: Case, group: m.Group, node: m.Compare, depth: int) -> None:
        """As many items as are counted up to, each so that it is counted."""
        assert isinstance(node.right, m.Constant)
        wanted = int(node.right.value) + (node.sign == ">")  # type: ignore[arg-type]
        for _ in range(min(max(wanted, 1), self.domain.counts.get(group.thing, 1))):
            some = self._some(group.thing, case)
            if some is not None and group.where is not None:
                self._wish(case, some, group.where, True, depth - 1)
        if len(items(self.domain.book, case, group.thing)) < wanted <= self.domain.counts.get(group.thing, 1):
            self._resize(case)

    def _decide(self, case: Case, item: Case, reference: m.Reference, holds: bool, depth: int) -> None:
        """A yes-or-no: a fact is set; for what rules decide, one of their grounds is sought."""
        found = self._reached(case, item, reference)
        if found is not None:
            put(*found, holds)
            return
        grounds = [r for r in self._deciding.get(reference.term, ()) if r.kind in ("ground", "requirement")]
        if grounds and holds and not reference.steps:
            self.lead(case, self.chance.choice(grounds), item, depth - 1)


def boundary_rows(domain: Domain, case: Case) -> Iterator[Case]:
    """The case with one fact at a time given every value that the rules under study tell apart."""
    for term in domain.facts:
        near = domain.values(term, near=True) if term.type.kind in ("number", "date") else []
        for place in range(len(items(domain.book, case, term.thing))) if near else ():
            for value in near:
                row = copy.deepcopy(case)
                put(items(domain.book, row, term.thing)[place], term, value)
                yield row
