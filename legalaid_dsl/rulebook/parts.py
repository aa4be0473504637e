"""The expressions of a rule, and where its grounds stand: what checking and deciding both ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..basics.citation import Citation
from . import meaning as m
from .model import Rule


def expressions(rule: Rule) -> Iterator[m.Expression]:
    """Every expression of a rule."""
    yield from (condition for _, condition in rule.applies)
    for node in (rule.when, rule.value, rule.add_up_to):
        if node is not None:
            yield node
    for limit in rule.limits:
        yield limit.value
        if limit.together is not None:
            yield from limit.together.same


def grounds_at(rules: Iterable[Rule]) -> dict[Citation, list[Rule]]:
    """Provision → grounds that stand at it or inside it."""
    found: dict[Citation, list[Rule]] = {}
    for rule in rules:
        if rule.kind == "ground":
            for citation in rule.citation.chain():
                found.setdefault(citation, []).append(rule)
    return found
