"""What a case leaves unsaid, and would be decided otherwise if it were said.

The engine tells which absent facts it looked for; each of them is given every value that the rules can tell apart, one
at a time, until the answer is another one; then several at a time (``together``). A fact that nobody looked for, or whose every
value leaves the answer as it is, is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import attrs

from ..cases.facts.reader import read_facts
from ..cases.results.values import value_text
from ..engine.interpreter.bounds import counts_named, numbers_named
from ..engine.interpreter.cited import provisions
from ..engine.interpreter.decide import Deciding
from ..engine.interpreter.determine import Determination
from ..engine.interpreter.facts import Item
from ..engine.interpreter.noting import looked_for, waits
from ..engine.interpreter.trace import Decision
from ..engine.interpreter.unsaid import Confirmed, Trials, values_of, waited_for
from ..rulebook.model import ROOT, Rulebook, Term
from . import places
from .together import Together

if TYPE_CHECKING:
    from ..api import Result

WORK: Final = 1_000  # cases decided to find what matters only together, times the items of each
CUTS: Final = 40  # of ranges of numbers, for the same; few where the answer is withheld anyway
FEW: Final = 8  # … and values of each place, one at a time, compared by what is wanted then


@attrs.frozen(slots=True)
class Slot:
    """A place for a fact (or, without a term, for a list) that nothing stands in, and what another value changes."""

    key: str
    path: str
    term: Term | None
    cites: tuple[str, ...]
    item: Item
    changes: tuple[str, ...] = ()  # results of the case
    examined: bool = True  # whether another value is known to change something


Again = Callable[[Any], "Result"]


def presumed(
    found: Determination, result: Result, known: Any, confirmed: Confirmed, again: Again
) -> Slot | None:
    """The first place where something said could change the answer, alone or together with what is said in another; else one
    of which it could not be examined whether it does."""
    assert found.evaluation is not None
    ev = found.evaluation
    trials = Trials(WORK // (1 + sum(len(items) for items in ev.facts.items.values())))
    waiting = waited_for(ev, read_facts(ev.rulebook, known), confirmed, trials)
    if not waiting:
        return None  # whatever is said
    answers = _Answers(ev, result, again)
    slots = list(_places(found, ev, confirmed))
    for slot in slots:
        for number, value in enumerate(_values(ev, slot.key, slot.item)):
            changed = answers.changes(places.put(known, slot.path, value), whole=number < FEW)
            if changed is not None:
                return attrs.evolve(slot, changes=changed)
    said, doubt = Together(ev, known, confirmed, _values, answers.changes, trials, FEW if result.status == "undetermined" else CUTS).find()
    if said:
        one = next(slot for slot in slots if slot.path in said)  # else nothing that is said would be read
        return attrs.evolve(one, changes=answers.changes(places.said(known, said)) or ())
    doubted = next((slot for slot in slots if slot.path in doubt), None) or next((slot for slot in slots if doubt), None)
    return attrs.evolve(doubted, examined=False) if doubted is not None else None


def _places(found: Determination, ev: Deciding, confirmed: Confirmed) -> Iterator[Slot]:
    """Absent facts that the engine looked for, and lists that are presumed empty: of the case first, then item by item."""
    book = found.rulebook
    noted = looked_for(ev)
    for item in [ev.facts.root, *(i for t in book.things for i in ev.facts.all(t) if t != ROOT)]:
        for term in book.terms_of(item.thing):
            path = item.path_of(*term.path)
            if term.fact and (term.key, id(item)) in noted and not confirmed(path):
                cites = _cites(noted[(term.key, id(item))], term)
                yield Slot(term.key, path, term, cites, item)
        for thing in book.things.values():
            path = item.path_of(thing.key)
            if item.thing in thing.listed_in and thing.none_unless_stated and not item.lists.get(thing.key) and not confirmed(path):
                yield Slot(thing.key, path, None, (), item)


def _cites(decision: Decision | None, term: Term) -> tuple[str, ...]:
    """The provisions whose rules read the fact where it was looked for first."""
    if decision is None:
        return ()
    rules = [c.rule for c in decision.considered]
    reading = [r for r in rules if term.key in r.reads[0] or term.inverse_of in r.reads[0]] or rules
    return tuple(c.path for c in provisions(dict.fromkeys(r.citation for r in reading)))


def _values(ev: Deciding, key: str, item: Item) -> list[Any]:
    """Values of a fact or a list to try, those that are likely to tell soonest first."""
    term = ev.rulebook.terms.get(key)
    if term is None:
        return [_items(ev, key, count) for count in counts_named(ev, key)]
    if term.type.kind == "number":
        return [value_text(x) for x in numbers_named(ev)]
    values = [v for v in values_of(ev, term) if v is not item]
    if term.type.kind == "date":
        own = {x for i in (ev.facts.root, *(i for found in ev.facts.items.values() for i in found)) for x in i.facts.values() if isinstance(x, date)}
        values.sort(key=lambda day: (min((abs((day - x).days) for x in own), default=0), day))
    return [value_text(v) for v in values]


def _items(ev: Deciding, thing: str, count: int) -> list[dict[str, str]]:
    """So many items of which nothing is said."""
    if not ev.rulebook.things[thing].identified:
        return [{} for _ in range(count)]
    taken = {i.id for i in ev.facts.all(thing)}
    free = (x for n in range(len(taken) + count) if (x := f"{thing[0]}{n}") not in taken)
    return [{"id": name} for name in islice(free, count)]


@attrs.define(slots=True, eq=False)
class _Answers:
    """What other facts change."""

    ev: Deciding
    result: Result
    again: Again
    answer: Any = attrs.field(init=False)
    wanting: bool = attrs.field(init=False)  # else the law leaves it open whatever is said, or wants more then
    waiting: Any = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.answer = _answer(self.ev.rulebook, self.result)
        self.wanting = self.result.status == "undetermined" and bool(self.result.to_dict()["needs"])
        self.waiting = waits(self.ev, self.ev.facts) if self.wanting else None

    def changes(self, case: Any, *, whole: bool = True) -> tuple[str, ...] | None:
        """The results of the case that differ; None where it is answered alike, or no such case can be told. ``whole``: where
        results are withheld also by what they wait for, which takes the interpreter."""
        book, other = self.ev.rulebook, self.again(case)
        if other.status == "refused" and other.determination is None:
            return None
        differs = _answer(book, other) != self.answer
        if not differs and whole and self.result.status == "undetermined":
            differs = waits(self.ev, read_facts(book, case)) != self.waiting if self.wanting else bool(other.to_dict()["needs"])
        return _differing(self.result, other) if differs else None


def _differing(result: Result, other: Result) -> tuple[str, ...]:
    before, after = result.case_values(), other.case_values()
    return tuple(k for k in before if before[k] != after.get(k))


def _answer(book: Rulebook, result: Result) -> Any:
    """What the rules say of the case and of each of its items."""
    things = [t for t in book.things if t != ROOT and any(x.result is not None for x in book.terms_of(t))]
    return result.status, _plain(result.case_values()), [[_plain(i) for i in result.items(t)] for t in things]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.id if isinstance(value, Item) else value for key, value in values.items()}


__all__ = ["Slot", "presumed"]
