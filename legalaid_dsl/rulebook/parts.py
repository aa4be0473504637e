"""What rules read, and where their grounds stand: what checking and deciding both ask."""

from __future__ import annotations

from collections.abc import Iterable

from ..basics.citation import Citation
from .model import Rule


def grounds_at(rules: Iterable[Rule]) -> dict[Citation, list[Rule]]:
    """Provision → grounds that stand at it or inside it."""
    found: dict[Citation, list[Rule]] = {}
    for rule in rules:
        if rule.kind == "ground":
            for citation in rule.citation.chain():
                found.setdefault(citation, []).append(rule)
    return found


def dependencies(rule: Rule, grounds: dict[Citation, list[Rule]]) -> set[str]:
    """The terms that a rule reads. ``grounds``: provision → grounds standing in it."""
    terms, provisions = rule.reads
    found, waiting, seen = set(terms), list(provisions), set[Citation]()
    while waiting:
        citation = waiting.pop()
        if citation not in seen:
            seen.add(citation)
            for ground in grounds.get(citation, []):
                found |= ground.reads[0]
                waiting += ground.reads[1]
    return found
