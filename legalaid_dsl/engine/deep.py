"""Long chains of decisions, without Python's stack; and what is said of a division by zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation
from ..rulebook import meaning as m
from .facts import Item
from .trace import Decision
from .values import Opening

if TYPE_CHECKING:
    from .decide import Evaluation

MAX_DEEP: Final = 30  # decisions that wait for each other on Python's stack


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


def undivided(ev: Evaluation, node: m.Arithmetic, item: Item, key: str) -> Opening:
    """A number divided by zero: for which term (``key``, or none), and in which provision."""
    names = ev.rulebook.terms[key].names if key else Bilingual("–", "–")
    rules = ev.rulebook.rules.get(key, ())
    home = (r.citation for r in rules if any(node is n for e in r.expressions() for n in m.walk(e)))
    message = Bilingual(f"A number is divided by zero: {names.en}.", f"Có phép chia cho 0: {names.vi}.")
    return Opening("division_by_zero", message, next(home, Citation(ev.rulebook.id)), item.path)
