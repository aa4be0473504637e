"""The parts of an amendment where only its result is known: the provisions at which two rulebooks differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from ...api import Rules
from ...basics.citation import Citation, order_key
from ...rulebook.model import Rule, Rulebook
from ..outcomes.difference import difference
from .attribution import MakeRules


def parts_by_provision(base: Rules, amended: Rules) -> tuple[tuple[str, ...], MakeRules]:
    """The provisions that differ, and the ruleset in which some of them are as amended."""
    found = difference(base.rulebook, amended.rulebook)
    names = tuple(c.path for c in found.provisions)

    def make(chosen: frozenset[str]) -> Rules:
        if not chosen:
            return base
        if chosen == frozenset(names):
            return amended
        return Rules(_mixed(base.rulebook, amended.rulebook, {Citation.from_path(p) for p in chosen}))

    return names, make


def _mixed(base: Rulebook, amended: Rulebook, chosen: set[Citation]) -> Rulebook:
    """The amended rulebook, with the base's rules and figures at provisions that are not chosen."""
    def pick(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
        """Each side's own where the other has none; the rest stands as it stood in the base."""
        mine = [x for x in old if x.citation not in chosen]
        theirs = [x for x in new if x.citation in chosen]
        return tuple(sorted([*mine, *theirs], key=_order(old, new)))

    keys = dict.fromkeys([*base.rules, *amended.rules])
    rules = {k: pick(base.rules.get(k, ()), amended.rules.get(k, ())) for k in keys}
    figures = {k: pick(base.figures.get(k, ()), amended.figures.get(k, ())) for k in {**base.figures, **amended.figures}}
    return attrs.evolve(
        amended, rules={k: r for k, r in rules.items() if r}, figures=figures,
        totals=pick(base.totals, amended.totals), refusals=pick(base.refusals, amended.refusals),
        findings=pick(base.findings, amended.findings),
        readings=_readings(base.readings, amended.readings, chosen),
        terms={**base.terms, **amended.terms}, things={**base.things, **amended.things},
        vocabularies={**base.vocabularies, **amended.vocabularies}, units={**base.units, **amended.units},
        tables={**base.tables, **amended.tables}, provisions={**base.provisions, **amended.provisions},
        wordings={}, digest=f"{base.digest}+{'+'.join(sorted(c.path for c in chosen))}",
    )  # fmt: skip


def _readings(old: Mapping[str, Any], new: Mapping[str, Any], chosen: set[Citation]) -> dict[str, Any]:
    """What is settled in the amended text alone is still asked by the base's rules that stand beside its own."""
    merged = {**new, **{k: r for k, r in old.items() if r.citation not in chosen or k not in new}}
    return {k: merged[k] for k in dict.fromkeys([*old, *new])}


def _order(old: tuple[Any, ...], new: tuple[Any, ...]) -> Callable[[Rule], Any]:
    places = {id(x): i for found in (old, new) for i, x in enumerate(found)}
    return lambda x: (order_key(x.citation), places[id(x)])
