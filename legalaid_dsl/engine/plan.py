"""What can be worked out of a rulebook before any case: the rules on each term, by kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from ..basics.citation import Citation
from ..rulebook import meaning as m
from ..rulebook.model import Rule, Rulebook
from ..rulebook.parts import grounds_at

Switches = Mapping[tuple[str, str], m.Expression]  # (reading, choice) → the condition that it is chosen, where cases say so
NO_SWITCHES: Final[Switches] = {}


def switched(rule: Rule, switches: Switches) -> tuple[m.Expression, ...]:
    """The conditions under which the readings of a rule are chosen; none where they were chosen before any case."""
    return tuple(switches[reading] for reading in rule.readings) if switches else ()


@attrs.frozen(slots=True, eq=False)
class Planned:
    """A rule with what can be worked out before any case: its conditions, its exceptions."""

    rule: Rule
    conditions: tuple[m.Expression, ...]  # of the provisions around it, then its own
    applies: tuple[m.Expression, ...]
    exceptions: tuple[int, ...]  # places of the rules that displace it, in the same list

    @classmethod
    def of(cls, rule: Rule, switches: Switches = NO_SWITCHES, exceptions: tuple[int, ...] = ()) -> Planned:
        applies = (*switched(rule, switches), *(c for _, c in rule.applies))
        return cls(rule, (*applies, rule.when) if rule.when is not None else applies, applies, exceptions)

    @classmethod
    def all(cls, rules: Iterable[Rule], kind: str, switches: Switches = NO_SWITCHES) -> tuple[Planned, ...]:
        found = [r for r in rules if r.kind == kind]
        despite = [(i, x) for i, x in enumerate(found) if x.despite]
        return tuple(cls.of(r, switches, tuple(i for i, x in despite if x is not r and x.displaces(r))) for r in found)


@attrs.frozen(slots=True, eq=False)
class Plan:
    """The rules on one term, by kind."""

    yes_or_no: bool
    values: tuple[Planned, ...]
    grounds: tuple[Planned, ...]
    requirements: tuple[Planned, ...]
    limits: tuple[Planned, ...]
    openings: tuple[Planned, ...]
    supports: tuple[Planned, ...]  # provisions that are cited too
    switched: tuple[str, ...]  # readings that the rules depend on
    deep: int  # frames of Python's stack that deciding it takes, about


@attrs.frozen(slots=True, eq=False)
class Prepared:
    """A rulebook under one choice of readings: what evaluations share. Never changes."""

    rulebook: Rulebook
    readings: Mapping[str, str]
    rules: Mapping[str, tuple[Rule, ...]]
    grounds: Mapping[Citation, list[Rule]]
    relations: Mapping[tuple[str, str], str]  # (thing, other thing) → the reference between them
    plans: Mapping[str, Plan]
    switches: Switches = NO_SWITCHES
    _by_choice: dict[tuple[str, str], list[list[Planned]]] = attrs.field(factory=dict, repr=False)
    _about_case: dict[int, tuple[m.Expression, bool]] = attrs.field(factory=dict, repr=False)
    _never_negative: dict[int, tuple[m.Expression, bool]] = attrs.field(factory=dict, repr=False)

    def about_case(self, node: m.Expression) -> bool:
        """Whether an expression is about the case alone, and so has one value whichever item asks."""
        found = self._about_case.get(id(node))
        if found is None:
            if isinstance(node, m.Reference):
                alone = bool(node.steps) and node.steps[0].kind == "root"
            else:
                inner = m.children(node)
                alone = not isinstance(node, m.Aggregate) and bool(inner) and all(isinstance(n, m.Constant) or self.about_case(n) for n in inner)
            found = self._about_case[id(node)] = node, alone
        return found[1]

    def by_choice(self, term: str, reading: str) -> list[list[Planned]]:
        """For each choice of a reading the rules on a term that it switches on, the other readings as they are."""
        found = self._by_choice.get((term, reading))
        if found is None:
            rules = [r for r in self.rulebook.rules[term] if reading in dict(r.readings)]
            found = self._by_choice[(term, reading)] = [
                [Planned.of(r) for r in rules if all(({**self.readings, reading: choice})[k] == c for k, c in r.readings)]
                for choice in self.rulebook.readings[reading].choices
            ]
        return found

    def never_negative(self, node: m.Expression) -> bool:
        """Whether a number is 0 or more in every case, as far as the rules show it."""
        found = self._never_negative.get(id(node))
        if found is None:
            from ..rulebook.check.ranges import Ranges  # few evaluations ask

            low = Ranges(self.rulebook.terms, self.rulebook.figures, self.rules).of(node)[0]
            found = self._never_negative[id(node)] = node, low is not None and low >= 0
        return found[1]

    def chosen(self, rule: Rule) -> bool:
        """Whether a rule counts under the readings that were chosen; every rule does where each case chooses its own."""
        return bool(self.switches) or all(self.readings[key] == choice for key, choice in rule.readings)

    @classmethod
    def make(cls, rulebook: Rulebook, readings: Mapping[str, str], switches: Switches = NO_SWITCHES) -> Prepared:
        """``switches``: every rule is kept, under the condition that its readings are chosen."""

        def chosen(rule: Rule) -> bool:
            return bool(switches) or all(readings[key] == choice for key, choice in rule.readings)

        rules = {k: tuple(r for r in found if chosen(r)) for k, found in rulebook.rules.items()}
        relations = {
            (t.thing, t.type.key): t.key
            for t in rulebook.terms.values()
            if t.type.kind == "reference" and not t.one_to_one and not t.inverse_of
        }
        plans = {}
        for term in rulebook.terms.values():
            found = rules.get(term.key, ())
            limits = sorted(Planned.all(found, "limit", switches), key=lambda p: p.rule.limits[0].at_most)
            switched = tuple(dict.fromkeys(key for r in rulebook.rules.get(term.key, ()) for key, _ in r.readings))
            plans[term.key] = Plan(
                term.type.kind == "yes_or_no", Planned.all(found, "value", switches), Planned.all(found, "ground", switches),
                Planned.all(found, "requirement", switches), tuple(limits), Planned.all(found, "open", switches),
                Planned.all(found, "support", switches), switched,
                10 + 2 * max((m.depth(e) for r in found for e in r.expressions()), default=0),
            )  # fmt: skip
        every = [r for found in rules.values() for r in found]
        return cls(rulebook, readings, rules, grounds_at(every), relations, plans, switches)
