"""Provisions to cite where helper terms were decided by definitions: those of the rules that asked for them."""

from __future__ import annotations

from collections.abc import Iterable

from ...basics.citation import Citation, order_key
from ..values import Unknown
from .trace import Decision


def provisions(cites: Iterable[Citation]) -> tuple[Citation, ...]:
    """Without definitions."""
    return tuple(c for c in cites if not c.defines)


def instead(decisions: Iterable[Decision], start: Decision) -> tuple[Citation, ...]:
    """The provisions of the nearest decisions that rest on one, by what may have decided there; none where no provision does."""
    readers: dict[int, list[Decision]] = {}
    waiting, seen = list(decisions), set[int]()
    while waiting:
        decision = waiting.pop()
        if id(decision) in seen:
            continue
        seen.add(id(decision))
        for read in decision.reads.values():
            if isinstance(read, Decision):
                readers.setdefault(id(read), []).append(decision)
                waiting.append(read)
    level, met = [start], {id(start)}
    while level:
        above = {id(d): d for x in level for d in readers.get(id(x), ()) if id(d) not in met}
        level, met = list(above.values()), met | above.keys()
        found = provisions(c for d in level for c in _deciding(d))
        if found:
            return tuple(sorted(set(found), key=order_key))
    return ()


def _deciding(decision: Decision) -> list[Citation]:
    """The rules that decided; where it is not known whether any does, those that may."""
    doubtful = [c for c in decision.considered if isinstance(c.outcome, Unknown)]
    held = [c for c in decision.considered if c.outcome is True and c.rule.kind not in ("requirement", "support")]
    return [c.rule.citation for c in doubtful or held]
