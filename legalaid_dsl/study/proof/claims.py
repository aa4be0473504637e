"""What is asked of the law, as the interpreter checks it on one case or on a pair of cases.

A case against a claim on a pair carries a mark on the item of which a fact is raised, and by how
much; so it can be made smaller like any other.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any, Protocol

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual, joined
from ...basics.quantity import decimal_text, grouped
from ...cases.results.values import value_text
from ...engine.interpreter.decide import Deciding
from ...engine.interpreter.evaluate import evaluate
from ...engine.values import Unknown
from ...rulebook import meaning as m
from ...rulebook.model import ROOT, Rule
from .bounds import Bounds
from .law import Law, broken, falls, result
from .words import said

RAISES = [Fraction(0), Fraction(1, 2), *map(Fraction, (1, 2, 3, 4, 10, 25))]  # or one step, where that is more
MARK = "\0raised by"
Case = dict[str, Any]


class Claim(Protocol):
    """``breaks``: whether a case shows that it does not hold; ``sure``: how many results of it are known; ``shown``: the numbers."""

    def breaks(self, case: Case) -> bool: ...
    def sure(self, case: Case) -> int: ...
    def tried(self, case: Case, bounds: Bounds, rng: Random) -> Case: ...
    def shown(self, case: Case, second: Case | None) -> Bilingual: ...


def known(ev: Deciding | None) -> int:
    """How many of the results that matter most are known."""
    if ev is None:
        return 0
    decisive = [t for t in ev.rulebook.terms_of(ROOT) if t.decisive]
    return sum(not isinstance(ev.value(t.key, ev.facts.root), Unknown) for t in decisive)


@attrs.frozen(slots=True)
class Always:
    """A guarantee: it holds for every item."""

    law: Law
    rule: Rule

    def breaks(self, case: Case) -> bool:
        ev = self.law.evaluation(case)
        return ev is not None and broken(ev, self.rule) is not None

    def sure(self, case: Case) -> int:
        return known(self.law.evaluation(case))

    def tried(self, case: Case, bounds: Bounds, rng: Random) -> Case:
        return case

    def shown(self, case: Case, second: Case | None) -> Bilingual:
        """What the guarantee reads of the item for which it does not hold."""
        ev, book = self.law.evaluation(case), self.law.book
        item = broken(ev, self.rule) if ev is not None else None
        assert ev is not None
        assert item is not None
        assert self.rule.when is not None
        here = book.things[item.thing].names
        parts = [] if item.thing == ROOT else [joined([here, Bilingual(item.id or item.path)], " ")]
        read = {
            node.term: node for node in m.walk(self.rule.when)
            if isinstance(node, m.Reference) and not node.steps and book.terms[node.term].thing == item.thing
        }  # fmt: skip
        for key, node in read.items():
            value = evaluate(ev, node, item)
            if not isinstance(value, Unknown):
                parts.append(joined([book.terms[key].names, _text(value)], ": "))
        return joined(parts)


@attrs.frozen(slots=True)
class NeverFalls:
    """More of a fact never gives less of a result."""

    law: Law
    raised: str
    lowered: str

    def breaks(self, case: Case) -> bool:
        pair = self.pair(case)
        if pair is None:
            return False
        first, second = (result(self.law.evaluation(c), self.lowered) for c in pair)
        return falls(first, second)

    def sure(self, case: Case) -> int:
        pair = self.pair(case)
        return known(self.law.evaluation(pair[0])) if pair is not None else 0

    def pair(self, case: Case) -> tuple[Case, Case] | None:
        """The case without and with the fact raised; None where nothing is marked, or the fact is missing."""
        first, second = copy.deepcopy(case), copy.deepcopy(case)
        for plain in walk(first):
            plain.pop(MARK, None)
        path = self.law.book.terms[self.raised].path
        for item in walk(second):
            more = item.pop(MARK, None)
            if more is not None:
                place = item
                for key in path[:-1]:
                    place = place.get(key) or {}
                if path[-1] not in place or Fraction(more) <= 0:
                    return None
                place[path[-1]] = decimal_text(Fraction(place[path[-1]]) + Fraction(more))
                return first, second
        return None

    def tried(self, case: Case, bounds: Bounds, rng: Random) -> Case:
        thing = self.law.book.terms[self.raised].thing
        items = [case] if thing == ROOT else [i for found in walk(case) for i in found.get(thing) or []]
        if items:
            more = max(rng.choice(RAISES) // bounds.step, 1) * bounds.step
            rng.choice(items)[MARK] = decimal_text(more)
        return case

    def shown(self, case: Case, second: Case | None) -> Bilingual:
        assert second is not None
        first, then = (_text(result(self.law.evaluation(c), self.lowered)) for c in (case, second))
        return said("raised", name=self.law.book.terms[self.lowered].names, first=first, then=then)


@attrs.frozen(slots=True)
class NoLess:
    """The law gives no case less of a result than the law before it did."""

    before: Law
    law: Law
    lowered: str

    def breaks(self, case: Case) -> bool:
        return falls(*self.results(case))

    def results(self, case: Case) -> tuple[Any, Any]:
        first, second = self.before.evaluation(case), self.law.evaluation(case)
        if first is None or second is None:
            return None, None
        return result(first, self.lowered), result(second, self.lowered)

    def sure(self, case: Case) -> int:
        return min(known(self.before.evaluation(case)), known(self.law.evaluation(case)))

    def tried(self, case: Case, bounds: Bounds, rng: Random) -> Case:
        return case

    def shown(self, case: Case, second: Case | None) -> Bilingual:
        first, then = map(_text, self.results(case))
        return said("amended", name=self.law.book.terms[self.lowered].names, first=first, then=then)


def _text(value: Any) -> Bilingual:
    if isinstance(value, Fraction):
        return Bilingual(*(grouped(value, lang) for lang in LANGUAGES))
    found = value_text(value)
    return Bilingual(", ".join(found) if isinstance(found, list) else str(found))


def walk(node: Any) -> Iterator[Case]:
    """Every object of a case file."""
    if isinstance(node, dict):
        yield node
        for value in list(node.values()):
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)
