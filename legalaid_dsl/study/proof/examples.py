"""Cases made at random within bounds (``making``), with values at and beside those that the rules themselves name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import attrs

from ...asking import places
from ...basics.problem import RulesetError
from ...engine.interpreter.facts import Item
from ...making.domain import Domain, domain_of
from ...making.places import Case, held, items, put
from ...making.random_cases import Generator
from ...making.search import examples
from .bounds import Bounds, asked_whether_stated, optional
from .law import Law, refusals

REPAIRS: Final = 8


def cases(law: Law, bounds: Bounds, seed: int) -> Iterator[Case]:
    """Complete cases without end, few of them refused; the same seed gives the same cases."""
    starts = _periods(law)
    domain = _within(domain_of(law.book), bounds, starts)
    maker = Generator.of(domain, seed, complete=True)
    worked = _examples(law)
    while True:
        if worked and maker.chance.random() < 0.5:
            case = _moved(domain, maker.changed(maker.chance.choice(worked)), starts, maker)
        else:
            case = maker.random_case()
        for _ in range(REPAIRS):
            ev = law.read(case)
            found = next(refusals(ev), None) if ev is not None else None
            if found is None:
                break
            case = _again(law, maker, case, found[0].term, found[1])
        if ev is not None and found is None:
            yield case


def _within(domain: Domain, bounds: Bounds, starts: list[date]) -> Domain:
    """No more of a thing, and no other number, than a proof is about."""

    def able(numbers: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        return tuple(sorted({min(n // bounds.step * bounds.step, Fraction(bounds.highest)) for n in numbers}))

    return attrs.evolve(
        domain, counts={thing: bounds.most.get(thing, 1) for thing in domain.counts}, near_days=tuple(starts),
        numbers={powers: able(numbers) or (Fraction(0), Fraction(1)) for powers, numbers in domain.numbers.items()},
    )  # fmt: skip


def _periods(law: Law) -> list[date]:
    """The first day of each text of an amended law."""
    timeline = law.whole.timeline
    return sorted(day for day, _ in timeline.periods if day > date.min) if timeline is not None else []


def _examples(law: Law) -> list[Case]:
    """The worked examples beside the rules, for what they are like; none where they do not fit an amended text."""
    try:
        return examples(law.book)
    except RulesetError:
        return []


def _moved(domain: Domain, case: Case, starts: list[date], maker: Generator) -> Case:
    """Often moved to the time of an amended text."""
    dated = [(item, t) for t in domain.facts if t.type.kind == "date" for item in items(domain.book, case, t.thing) if held(item, t)]
    if dated and starts and maker.chance.random() < 0.8:
        days = [date.fromisoformat(held(item, term)) for item, term in dated]
        by = maker.chance.choice(starts) + timedelta(days=maker.chance.choice([0, 1, 400])) - maker.chance.choice(sorted(days))
        for (item, term), day in zip(dated, days, strict=True):
            put(item, term, (day + by).isoformat())
    return case


def _again(law: Law, maker: Generator, case: Case, key: str, item: Item) -> Case:
    """Another value for the fact for which a case was refused; where it was for no fact, another case."""
    term = law.book.terms.get(key)
    if term is None or not term.fact:
        return maker.random_case()
    place = places.at(case, item.path)
    put(place, term, None if optional(term, asked_whether_stated(law.book)) else maker.value(term, case, place))
    return case
