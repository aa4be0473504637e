"""How one thing reaches the terms of another: its references, its owner, the case."""

from __future__ import annotations

from ..meaning import Step
from ..model import ROOT
from .glossary import Glossary


def steps_to(glossary: Glossary, scope: str, thing: str) -> tuple[Step, ...] | None:
    """The shortest way from a thing of ``scope`` to the one ``thing`` it belongs with.

    None when there is no way, or when two equally short ones differ.
    """
    if scope == thing or not thing:
        return ()
    if thing == ROOT:
        return (Step("root"),)
    reached: list[tuple[str, tuple[Step, ...]]] = [(scope, ())]
    seen = {scope}
    while reached:
        found: list[tuple[str, tuple[Step, ...]]] = []
        for place, way in reached:
            found += [(target, (*way, step)) for target, step in _next(glossary, place)]
        ways = [way for target, way in found if target == thing]
        if ways:
            return ways[0] if len(ways) == 1 else None
        reached = [(target, way) for target, way in found if target not in seen]
        seen |= {target for target, _ in found}
    return None


def _next(glossary: Glossary, place: str) -> list[tuple[str, Step]]:
    steps: list[tuple[str, Step]] = []
    for term in glossary.terms.values():
        named_twice = term.one_to_one or term.inverse_of  # replacing is no belonging
        if term.thing == place and term.type.kind == "reference" and not named_twice:
            steps.append((term.type.key, Step("reference", term.key)))
    owners = glossary.things[place].listed_in if place in glossary.things else ()
    steps += [(owner, Step("owner")) for owner in owners if owner != ROOT]
    return steps
