"""Which facts that a case does not state an evaluation looked for: only these could make a difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from ..values import Unknown, Value, unknown
from .decide import Deciding
from .determine import refusing, results_of
from .facts import Facts, Item
from .trace import Decision

Slot = tuple[str, int]  # term, id of the item
Place = tuple[str, str, int]  # term, path of the item, number of a group


@attrs.define(slots=True, eq=False)
class _Noting(Deciding):
    noted: dict[Slot, Decision | None] = attrs.Factory(dict)
    readers: dict[tuple[str, str], set[Place]] = attrs.Factory(dict)

    def value(self, key: str, item: Item) -> Value:
        if key not in item.facts:
            self._note(key, item)
        return Deciding.value(self, key, item)

    def stated(self, key: str, item: Item) -> Value:
        if key not in item.facts:
            self._note(key, item)
        return Deciding.stated(self, key, item)

    def inverse(self, key: str, item: Item) -> Item | None:
        term = self.rulebook.terms[key]
        for other in self.facts.all(term.type.key):
            if term.inverse_of not in other.facts:
                self._note(term.inverse_of, other)
        return Deciding.inverse(self, key, item)

    def _note(self, key: str, item: Item) -> None:
        if self.rulebook.terms[key].fact:
            self.noted.setdefault((key, id(item)), self._stack[-1] if self._stack else None)
            self.readers.setdefault((key, item.path), set()).add(_place(self._stack[-1]) if self._stack else _REFUSALS)


def looked_for(ev: Deciding) -> dict[Slot, Decision | None]:
    """The absent facts that the results of a case, or its refusal, look for, each with the first decision that did
    (None: no decision). What only findings look for is left out: they change no result."""
    again = _Noting(ev.prepared, ev.facts, ev.figures)
    refusing(again)
    results_of(again)
    return again.noted


@attrs.frozen(slots=True)
class Seen:
    """One evaluation as what was decided, by its place: values, what each decision read, and which decisions looked for
    an absent fact (term, path of the item)."""

    values: Mapping[Place, Any]
    reads: Mapping[Place, frozenset[Place]]
    readers: Mapping[tuple[str, str], set[Place]]

    def touched(self, base: Seen, fact: tuple[str, str]) -> set[Place]:
        """The decisions that a fact can have a part in, which the base is without: those that read it, are made otherwise
        than there, or read such a one."""
        changed = {at for at, value in self.values.items() if at not in base.values or base.values[at] != value}
        reading = {at for seen in (base, self) for at, read in seen.reads.items() if not changed.isdisjoint(read)}
        return changed | reading | base.readers.get(fact, set())


_REFUSALS: Final[Place] = ("", "", 0)  # what no decision reads, rules that refuse do


def seen(ev: Deciding, facts: Facts) -> Seen:
    """The same rules over other facts."""
    again = _Noting(ev.prepared, facts, ev.figures)
    refusing(again)
    results_of(again)
    found: dict[Place, Decision] = {}
    left = list(again.decisions.values())
    while left:
        one = left.pop()
        if _place(one) not in found:
            found[_place(one)] = one
            left += [read for read in one.reads.values() if isinstance(read, Decision)]
    reads = {
        at: frozenset(_place(r) if isinstance(r, Decision) else (r[0], r[1].path, 0) for r in one.reads.values()) for at, one in found.items()
    }
    return Seen({at: _plain(one.value) for at, one in found.items()}, reads, again.readers)


def _place(decision: Decision) -> Place:
    return decision.term, decision.item.path, decision.group


def _plain(value: Any) -> Any:
    """Comparable from one evaluation to another."""
    return value.path if isinstance(value, Item) else Unknown if isinstance(value, Unknown) else value


def waits(ev: Deciding, facts: Facts) -> tuple[bool, frozenset[str], frozenset[str]]:
    """What the same rules say of other facts where results are withheld: whether they refuse, the paths of what
    is wanted, the codes of what is left open."""
    other = Deciding(ev.prepared, facts, ev.figures)
    why = unknown(value for value in results_of(other).values() if isinstance(value, Unknown))
    return bool(refusing(other)), frozenset(n.path for n in why.needs), frozenset(o.code for o in why.openings)
