"""Which facts that a case does not state an evaluation looked for: only these could make a difference."""

from __future__ import annotations

import attrs

from ..values import Unknown, Value, unknown
from .decide import Deciding
from .determine import refusing, results_of
from .facts import Facts, Item
from .trace import Decision

Slot = tuple[str, int]  # term, id of the item


@attrs.define(slots=True, eq=False)
class _Noting(Deciding):
    noted: dict[Slot, Decision | None] = attrs.Factory(dict)

    def value(self, key: str, item: Item) -> Value:
        if key not in item.facts:
            self._note(key, item)
        return Deciding.value(self, key, item)

    def stated(self, key: str, item: Item) -> Value:
        if key not in item.facts:
            self._note(key, item)
        return Deciding.stated(self, key, item)

    def inverse(self, key: str, item: Item) -> Item | Unknown | None:
        term = self.rulebook.terms[key]
        for other in self.facts.all(term.type.key):
            if term.inverse_of not in other.facts:
                self._note(term.inverse_of, other)
        return Deciding.inverse(self, key, item)

    def _note(self, key: str, item: Item) -> None:
        if self.rulebook.terms[key].fact:
            self.noted.setdefault((key, id(item)), self._stack[-1] if self._stack else None)


def looked_for(ev: Deciding) -> dict[Slot, Decision | None]:
    """The absent facts that the results of a case, or its refusal, look for, each with the first decision that did
    (None: no decision). What only findings look for is left out: they change no result."""
    again = _Noting(ev.prepared, ev.facts, ev.figures)
    refusing(again)
    results_of(again)
    return again.noted


def waits(ev: Deciding, facts: Facts) -> tuple[bool, frozenset[str], frozenset[str]]:
    """What the same rules say of other facts where results are withheld: whether they refuse, the paths of what
    is wanted, the codes of what is left open."""
    other = Deciding(ev.prepared, facts, ev.figures)
    why = unknown(value for value in results_of(other).values() if isinstance(value, Unknown))
    return bool(refusing(other)), frozenset(n.path for n in why.needs), frozenset(o.code for o in why.openings)
