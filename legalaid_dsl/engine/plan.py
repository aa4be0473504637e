"""What can be worked out of a rulebook before any case: the rules on each term, by kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from ..basics.citation import Citation
from ..rulebook import meaning as m
from ..rulebook.model import Rule, Rulebook
from ..rulebook.parts import grounds_at


@attrs.frozen(slots=True, eq=False)
class Planned:
    """A rule with what can be worked out before any case: its conditions, its exceptions."""

    rule: Rule
    conditions: tuple[m.Expression, ...]  # of the provisions around it, then its own
    applies: tuple[m.Expression, ...]
    exceptions: tuple[int, ...]  # places of the rules that displace it, in the same list

    @classmethod
    def all(cls, rules: Iterable[Rule], kind: str) -> tuple[Planned, ...]:
        found = [r for r in rules if r.kind == kind]
        plans = []
        for rule in found:
            applies = tuple(c for _, c in rule.applies)
            conditions = (*applies, rule.when) if rule.when is not None else applies
            exceptions = tuple(i for i, x in enumerate(found) if x is not rule and x.displaces(rule))
            plans.append(cls(rule, conditions, applies, exceptions))
        return tuple(plans)


@attrs.frozen(slots=True, eq=False)
class Plan:
    """The rules on one term, by kind."""

    yes_or_no: bool
    values: tuple[Planned, ...]
    grounds: tuple[Planned, ...]
    requirements: tuple[Planned, ...]
    limits: tuple[Planned, ...]
    openings: tuple[Planned, ...]
    switched: tuple[str, ...]  # readings that the rules depend on


@attrs.frozen(slots=True, eq=False)
class Prepared:
    """A rulebook under one choice of readings: what evaluations share. Never changes."""

    rulebook: Rulebook
    readings: Mapping[str, str]
    rules: Mapping[str, tuple[Rule, ...]]
    grounds: Mapping[Citation, list[Rule]]
    relations: Mapping[tuple[str, str], str]  # (thing, other thing) → the reference between them
    plans: Mapping[str, Plan]

    @classmethod
    def make(cls, rulebook: Rulebook, readings: Mapping[str, str]) -> Prepared:
        def chosen(rule: Rule) -> bool:
            return all(readings[key] == choice for key, choice in rule.readings)

        rules = {k: tuple(r for r in found if chosen(r)) for k, found in rulebook.rules.items()}
        relations = {
            (t.thing, t.type.key): t.key
            for t in rulebook.terms.values()
            if t.type.kind == "reference" and not t.one_to_one and not t.inverse_of
        }
        plans = {}
        for term in rulebook.terms.values():
            found = rules.get(term.key, ())
            limits = sorted(Planned.all(found, "limit"), key=lambda p: p.rule.limits[0].at_most)
            switched = tuple(dict.fromkeys(key for r in rulebook.rules.get(term.key, ()) for key, _ in r.readings))
            plans[term.key] = Plan(
                term.type.kind == "yes_or_no", Planned.all(found, "value"), Planned.all(found, "ground"),
                Planned.all(found, "requirement"), tuple(limits), Planned.all(found, "open"), switched,
            )  # fmt: skip
        every = [r for found in rules.values() for r in found]
        return cls(rulebook, readings, rules, grounds_at(every), relations, plans)
