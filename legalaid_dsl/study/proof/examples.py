"""Cases made at random within bounds, with values at and beside those that the rules themselves name.

One door, ``cases``, so that another maker of cases can take its place.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import attrs

from ...basics.problem import RulesetError
from ...basics.quantity import decimal_text
from ...cases.case_file import read_cases
from ...engine.interpreter.facts import Item
from ...rulebook import meaning as m
from ...rulebook.model import ROOT, Rulebook, Term
from ...workbench.examples.runner import case_files
from .bounds import Bounds, asked_whether_stated, every_rule, optional
from .law import Law, refusals

REPAIRS = 8


def cases(law: Law, bounds: Bounds, seed: int) -> Iterator[dict[str, Any]]:
    """Complete cases without end, few of them refused; the same seed gives the same cases."""
    rng = Random(seed)
    maker = _Maker.of(law.book, bounds, rng, [day for day, _ in _periods(law)])
    examples = _examples(law)
    while True:
        worked = examples and rng.random() < 0.5
        case = maker.varied(copy.deepcopy(rng.choice(examples))) if worked else maker.case()
        for _ in range(REPAIRS):
            ev = law.read(case)
            found = next(refusals(ev), None) if ev is not None else None
            if found is None:
                break
            maker.again(case, found[0].term, found[1])
        if ev is not None and found is None:
            yield case


def _periods(law: Law) -> list[tuple[date, Any]]:
    timeline = law.whole.timeline
    return [(day, rules) for day, rules in timeline.periods if day > date.min] if timeline is not None else []


def _examples(law: Law) -> list[dict[str, Any]]:
    """The worked examples beside the rules, for what they are like; none where they do not fit an amended text."""
    try:
        found = read_cases(law.book, case_files(Path(law.book.folder)))
    except RulesetError:
        return []
    return [{k: x for k, x in c.facts.items() if k != "case_id"} for c in found]


@attrs.define(slots=True, eq=False)
class _Maker:
    book: Rulebook
    bounds: Bounds
    rng: Random
    asked: frozenset[str]
    numbers: list[Fraction]
    days: list[date]
    starts: list[date]  # of the periods of an amended text
    base: date = date(2000, 1, 1)
    one_day: bool = False
    plain: float = 0.0

    @classmethod
    def of(cls, book: Rulebook, bounds: Bounds, rng: Random, more_days: list[date]) -> _Maker:
        numbers, days = set[Fraction](), set(more_days)
        for rule in every_rule(book):
            for node in (n for e in rule.expressions() for n in m.walk(e)):
                if isinstance(node, m.Constant):
                    numbers |= {node.value} if isinstance(node.value, Fraction) else set()
                    days |= {node.value} if isinstance(node.value, date) else set()
        days |= {d.from_date for values in book.figures.values() for d in values}
        small = sorted(n for n in numbers if 0 <= n <= bounds.highest)
        held = sorted(days) or [date(2020, 1, 1)]
        return cls(book, bounds, rng, asked_whether_stated(book), small or [Fraction(1)], held, sorted(more_days))

    def case(self) -> dict[str, Any]:
        """Dates: all one day, or days after one that the rules name; optional facts: few, or many."""
        self.base = self.rng.choice(self.days) + timedelta(days=self.rng.choice([-1, 0, 0, 1, 30]))
        self.one_day = self.rng.random() < 0.4
        self.plain = self.rng.choice([0.1, 0.25, 0.5])
        ids: dict[str, list[str]] = {}
        return self._item(ROOT, ids, self._counts(ids))

    def varied(self, case: dict[str, Any]) -> dict[str, Any]:
        """A worked example with up to three facts changed; often moved to the time of an amended text."""
        objects = [(thing, item) for thing, item in _things(self.book, ROOT, case)]
        for _ in range(self.rng.randint(0, 3)):
            thing, item = self.rng.choice(objects)
            terms = [t for t in self.book.terms_of(thing) if t.fact and t.type.kind not in ("text", "reference")]
            if terms:
                term = self.rng.choice(terms)
                self._put(item, term, self._value(term, {}, item))
        held = sorted(d for _, item in objects for d in _days(item))
        if held and self.starts and self.rng.random() < 0.8:
            by = self.rng.choice(self.starts) + timedelta(days=self.rng.choice([0, 1, 400])) - self.rng.choice(held)
            for _, item in objects:
                item.update({k: (date.fromisoformat(x) + by).isoformat() for k, x in item.items() if _days({k: x})})
        return case

    def _counts(self, ids: dict[str, list[str]]) -> dict[str, int]:
        """How many in each list; the identified ones get their ids first, so that others may refer to them."""
        counts: dict[str, int] = {}
        for thing in self.book.things.values():
            if thing.key != ROOT:
                most = self.bounds.most.get(thing.key, 1)
                counts[thing.key] = self.rng.randint(0, most) if self.rng.random() < 0.5 else most
        for term in self.book.terms.values():
            if term.fact and term.type.kind == "reference" and not optional(term, self.asked):
                if not counts.get(term.type.key):
                    counts[term.thing] = 0  # there is nothing that it could refer to
        for thing in self.book.things.values():
            if thing.key != ROOT and thing.identified:
                ids[thing.key] = [f"{thing.key[0].upper()}{i + 1}" for i in range(counts[thing.key])]
        return counts

    def _item(self, thing: str, ids: dict[str, list[str]], counts: dict[str, int], at: int = 0) -> dict[str, Any]:
        item: dict[str, Any] = {"id": ids[thing][at]} if self.book.things[thing].identified else {}
        for term in self.book.terms_of(thing):
            if term.fact and not term.inverse_of and term.type.kind != "text":
                self._put(item, term, self._value(term, ids, item))
        for inner in self.book.things.values():
            if thing in inner.listed_in:
                if inner.key in self.asked and self.rng.random() < 0.1:
                    continue
                item[inner.key] = [self._item(inner.key, ids, counts, i) for i in range(counts[inner.key])]
        return item

    def _put(self, item: dict[str, Any], term: Term, value: Any) -> None:
        place = item
        for key in term.path[:-1]:
            place = place.setdefault(key, {})
        if value is None:
            place.pop(term.path[-1], None)
        else:
            place[term.path[-1]] = value

    def _value(self, term: Term, ids: dict[str, list[str]], item: dict[str, Any]) -> Any:
        rng = self.rng
        usual = 0.9 if not term.none_unless_stated and not term.no_unless_stated else self.plain
        if optional(term, self.asked) and rng.random() > usual:
            return None
        match term.type.kind:
            case "number":
                return decimal_text(self._number())
            case "date":
                return self._day().isoformat()
            case "yes_or_no":
                return rng.random() < 0.5
            case "choice":
                return rng.choice(list(self.book.vocabularies[term.type.key].choices))
            case "choices":
                every = list(self.book.vocabularies[term.type.key].choices)
                return every if rng.random() < 0.5 else rng.sample(every, rng.randint(0, min(3, len(every))))
        others = [i for i in ids.get(term.type.key, []) if i != item.get("id")]
        return rng.choice(others) if others else None

    def _number(self) -> Fraction:
        step, highest = self.bounds.step, Fraction(self.bounds.highest)
        near = self.rng.choice(self.numbers) * self.rng.choice([1, 1, 1, 2, 3, 5, 10]) + self.rng.choice([0, 0, 1, -1]) * step
        return min(max(near // step * step, Fraction(0)), highest)

    def _day(self) -> date:
        if self.one_day and self.rng.random() < 0.9:
            return self.base
        if self.rng.random() < 0.2:
            return self.rng.choice(self.days) + timedelta(days=self.rng.choice([-1, 0, 1]))
        return self.base + timedelta(days=self.rng.choice([0, 0, 1, 2, 10, 60, 200, 400]))

    def again(self, case: dict[str, Any], key: str, item: Item) -> None:
        """Another value for the fact for which a case was refused."""
        term = self.book.terms.get(key)
        if term is None or not term.fact:
            case.clear()
            case.update(self.case())
            return
        value = None if optional(term, self.asked) else self._value(term, {}, {})
        self._put(_at(case, item.path), term, value)


def _things(book: Rulebook, thing: str, item: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every item of a case file, with what it is."""
    yield thing, item
    for inner in book.things.values():
        if thing in inner.listed_in:
            for one in item.get(inner.key) or []:
                yield from _things(book, inner.key, one)


def _days(item: dict[str, Any]) -> list[date]:
    found = []
    for value in item.values():
        if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
            found.append(date.fromisoformat(value))
    return found


def _at(case: dict[str, Any], path: str) -> dict[str, Any]:
    """The object of a case file at a path such as ``a[2].b[0]``."""
    place: Any = case
    for part in filter(None, path.split(".")):
        name, _, index = part.partition("[")
        place = place[name][int(index.removesuffix("]"))]
    return place  # type: ignore[no-any-return]
