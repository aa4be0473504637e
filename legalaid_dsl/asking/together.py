"""Things that a case leaves unsaid, and that change the answer only together, however many they are.

What has been said so far is decided with all the rest unknown. Where nothing waits any more, nothing further can matter;
else what waits tells what to say next: each value that the rules can tell apart, and that there is none. Of a number it is
said first that it is there; while the answer waits for which, its range is cut where something turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

import attrs

from ..cases.facts.reader import read_facts
from ..cases.facts.strict_json import Refused
from ..cases.results.values import value_text
from ..engine.interpreter.bounds import GRAIN, MOST, cut
from ..engine.interpreter.decide import Deciding
from ..engine.interpreter.facts import Item
from ..engine.interpreter.unsaid import Confirmed, Range, Trials, listed, waited_for
from ..engine.values import Need, Turns
from . import places

WAYS: Final = 6  # of saying something of every place at once, tried first

Said = dict[str, Any]  # path → value
Values = Callable[[Deciding, str, Item], list[Any]]  # of a term or a list: those worth trying
Changes = Callable[[Any], object]


@attrs.frozen(slots=True)
class _State:
    """What is said, of what that there is none, and of what only that it is there (a number in which range)."""

    said: Said = attrs.Factory(dict)
    none: frozenset[str] = frozenset()
    some: Mapping[str, Range | None] = attrs.Factory(dict)

    @property
    def places(self) -> frozenset[str]:
        return frozenset((*self.said, *self.some))

    def saying(self, path: str, value: Any) -> _State:
        return _State({**self.said, path: value}, self.none, {p: x for p, x in self.some.items() if p != path})

    def with_some(self, path: str, pair: Range | None) -> _State:
        """The first is tried over its range: this one after all others."""
        return _State(self.said, self.none, {**{p: x for p, x in self.some.items() if p != path}, path: pair})

    def first(self, path: str) -> _State:
        return _State(self.said, self.none, {path: self.some[path], **self.some})


@attrs.define(slots=True, eq=False)
class Together:
    """The search over one case. ``changes``: of another case, None where it is answered alike."""

    ev: Deciding
    known: Any
    confirmed: Confirmed
    values: Values
    changes: Changes
    trials: Trials
    cuts: int  # of the ranges of numbers

    def find(self) -> tuple[Said, frozenset[str]]:
        """What, said together, changes the answer, though less of it would not. Where nothing was found: places of which it
        cannot be said that they change nothing, as what may stand there has no end or there were no trials left."""
        doubt: frozenset[str] = frozenset()
        states = [_State()]
        while states:
            state = states.pop()
            if self.trials.left <= 0:
                return {}, doubt or state.places | self._waiting(state)[0].keys()
            if state.said and self.differs(state.said):
                return self._least(state.said), frozenset()
            needs, turns = self._waiting(state)
            path = next((p for p in needs if p not in state.some), None)
            if path is not None:
                if not state.places and not state.none:
                    for whole in self._whole(state, needs):
                        if self.differs(whole):
                            return self._least(whole), frozenset()
                states += self._saying(state, path, needs[path])
                continue
            number = next((p for p, pair in state.some.items() if p in needs and pair is not None), None)
            if number is None or self.cuts <= 0:
                doubt = doubt or frozenset(state.places if needs else ())
            elif number != next(iter(state.some)):
                states.append(state.first(number))
            else:
                for ends in self._ends(state):
                    if self.differs(ends):
                        return self._least(ends), frozenset()
                self.cuts -= 1
                states += self._cut(state, number, turns)
        return {}, doubt

    def differs(self, said: Said) -> bool:
        return self.trials.spend() and self.changes(places.said(self.known, said)) is not None

    def _facts(self, state: _State) -> Any:
        return read_facts(self.ev.rulebook, places.said(self.known, state.said))

    def _waiting(self, state: _State) -> tuple[dict[str, Need], Turns]:
        """The places that the answer still waits for, and where it turns over the first number."""
        turns = Turns()

        def spoken(path: str) -> bool:
            return path in state.none or (self.confirmed(path) and path not in state.some)

        try:
            return waited_for(self.ev, self._facts(state), spoken, self.trials, state.some, turns), turns
        except Refused:
            return {}, turns  # no such case can be told

    def _saying(self, state: _State, path: str, need: Need) -> list[_State]:
        """All that may stand in a place; what is looked at first stands last."""
        tried, term = self._tried(state, need), self.ev.rulebook.terms.get(need.figure)
        following = [attrs.evolve(state, none=state.none | {path})]
        if term is None or not listed(self.ev, term):
            following.append(state.with_some(path, (Fraction(0), MOST) if term is not None and term.type.kind == "number" else None))
        if term is None or term.type.kind != "number":
            following += [state.saying(path, value) for value in reversed(tried)]
        return following

    def _tried(self, state: _State, need: Need) -> list[Any]:
        facts = self._facts(state)
        items = {i.path: i for i in (facts.root, *(i for found in facts.items.values() for i in found))}
        return self.values(Deciding(self.ev.prepared, facts, self.ev.figures), need.figure, items[need.path.removesuffix(need.key).rstrip(".")])

    def _cut(self, state: _State, path: str, turns: Turns) -> Iterator[_State]:
        pair = state.some[path]
        assert pair is not None
        at = cut(*pair, turns)
        for low, high in ((pair[0], at - GRAIN), (at + GRAIN, pair[1]), (at, at)):
            if low == high:
                yield state.saying(path, value_text(low))
            elif low < high:
                yield state.with_some(path, (low, high))

    @staticmethod
    def _ends(state: _State) -> Iterator[Said]:
        """The numbers at the ends of their ranges."""
        for end in (0, 1):
            yield {**state.said, **{path: value_text(pair[end]) for path, pair in state.some.items() if pair is not None}}

    def _whole(self, state: _State, needs: Mapping[str, Need]) -> Iterable[Said]:
        """Something said of every place, in a few ways."""
        tried = {path: found for path, need in needs.items() if (found := self._tried(state, need))}
        for way in range(WAYS if tried else 0):
            yield {path: values[way * len(values) // WAYS] for path, values in tried.items()}

    def _least(self, said: Said) -> Said:
        """As much of it as makes the difference: nothing more can be left out. Large parts are left out first."""
        block = len(said)
        while True:
            before, block = said, max(block // 2, 1)
            for start in range(0, len(before), block):
                gone = [path for path in list(before)[start : start + block] if path in said]
                fewer = {path: value for path, value in said.items() if not any(path == x or path.startswith(f"{x}[") for x in gone)}
                if gone and fewer and self.changes(places.said(self.known, fewer)) is not None:
                    said = fewer
            if block == 1 and said == before:
                return said


__all__ = ["Said", "Together"]
