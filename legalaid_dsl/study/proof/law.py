"""The law that a guarantee is asked of: rules under chosen readings and figures, for the cases that they govern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ...api import Rules
from ...cases.facts.reader import read_facts
from ...cases.facts.strict_json import Refused
from ...engine.interpreter.decide import Deciding
from ...engine.interpreter.evaluate import evaluate
from ...engine.interpreter.facts import Item
from ...engine.plan import Prepared
from ...engine.tables import Figures
from ...engine.values import Unknown, Value
from ...rulebook.model import ROOT, Rule, Rulebook


@attrs.frozen(slots=True, eq=False)
class Law:
    """``text``: the rules of one period; ``whole``: the same under all its amendments, which says what governs a case."""

    text: Rules
    whole: Rules
    readings: Mapping[str, str]
    figures: Figures

    @property
    def book(self) -> Rulebook:
        return self.text.rulebook

    @property
    def prepared(self) -> Prepared:
        return self.text.prepared({k: c for k, c in self.readings.items() if k in self.book.readings})

    def under(self, figures: Figures) -> Law:
        return attrs.evolve(self, figures=figures)

    def read(self, case: dict[str, Any]) -> Deciding | None:
        """The case before any rule is asked; None where its facts cannot be used."""
        try:
            return Deciding(self.prepared, read_facts(self.book, case), self.figures)
        except Refused:
            return None

    def evaluation(self, case: dict[str, Any]) -> Deciding | None:
        """The case as this text decides it; None where it is refused or another text governs it."""
        ev = self.read(case)
        if ev is None or next(refusals(ev), None) is not None:
            return None
        timeline = self.whole.timeline
        if timeline is not None and timeline.governing(case, self.figures, dict(self.readings)) is not self.text:
            return None
        return ev


def refusals(ev: Deciding) -> Iterator[tuple[Rule, Item]]:
    """The rules that refuse a case."""
    for rule in ev.rulebook.refusals:
        if chosen(ev.prepared, rule):
            for item in items(ev, rule.thing):
                conditions = [*(c for _, c in rule.applies), *([rule.when] if rule.when is not None else [])]
                if ev.condition(conditions, item) is True:
                    yield rule, item


def broken(ev: Deciding, rule: Rule) -> Item | None:
    """The first item for which a guarantee does not hold, where it should."""
    if rule.when is None:
        return None
    for item in items(ev, rule.thing):
        if ev.condition([c for _, c in rule.applies], item) is True and evaluate(ev, rule.when, item) is False:
            return item
    return None


def result(ev: Deciding | None, key: str) -> Value:
    """What a case gives for a term of the case; None where it is refused."""
    return ev.value(key, ev.facts.root) if ev is not None else None


def falls(before: Value, after: Value) -> bool:
    """Whether the second number is known to be less than the first."""
    known = before is not None and after is not None and not isinstance(before, Unknown) and not isinstance(after, Unknown)
    return bool(known and after < before)


def items(ev: Deciding, thing: str) -> tuple[Item, ...]:
    return (ev.facts.root,) if thing == ROOT else ev.facts.all(thing)


def chosen(prepared: Prepared, rule: Rule) -> bool:
    """Whether a rule stands under the readings."""
    return all(prepared.readings[key] == choice for key, choice in rule.readings)
