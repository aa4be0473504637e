"""Long chains of decisions, without Python's stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .facts import Item
from .trace import Decision

MAX_DEEP: Final = 400  # frames of Python's stack, about, for decisions that wait for each other


class TooDeep(Exception):
    """A decision that is asked for too deep in others."""

    def __init__(self, key: str, item: Item) -> None:
        self.key, self.item = key, item


def from_below(decide: Callable[[str, Item], Decision], key: str, item: Item) -> Decision:
    """A decision that rests on a long chain of others: what lies too deep is decided before it."""
    waiting = [(key, item)]
    while True:
        try:
            decision = decide(*waiting[-1])
        except TooDeep as deep:
            waiting.append((deep.key, deep.item))
            continue
        waiting.pop()
        if not waiting:
            return decision
