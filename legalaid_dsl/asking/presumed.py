"""What a case leaves unsaid, and would be decided otherwise if it were said.

The engine tells which absent facts it looked for; each of them is given every value that the rules can tell apart, one
at a time, until the answer is another one; then several at a time (``together``). A fact that nobody looked for, or whose every
value leaves the answer as it is, is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import attrs

from ..cases.facts.reader import read_facts
from ..cases.results.values import value_text
from ..engine.interpreter.bounds import numbers_named, values_told_apart
from ..engine.interpreter.cited import provisions
from ..engine.interpreter.decide import Deciding
from ..engine.interpreter.determine import Determination
from ..engine.interpreter.facts import Item
from ..engine.interpreter.noting import looked_for, waits
from ..engine.interpreter.trace import Decision
from ..engine.interpreter.unsaid import Confirmed, Trials, waited_for
from ..rulebook.model import ROOT, Rulebook, Term
from . import places
from .together import together

if TYPE_CHECKING:
    from ..api import Result

WORK: Final = 3_000  # cases decided to find what matters only together, times the items of each
MOST_SLOW: Final = 8  # values tried by the interpreter, where what is withheld must be compared by what it waits for


@attrs.frozen(slots=True)
class Slot:
    """A place for a fact (or, without a term, for a list) that nothing stands in, and what another value changes."""

    key: str
    owner: str  # path of the item
    path: str
    term: Term | None
    cites: tuple[str, ...]
    changes: tuple[str, ...] = ()  # results of the case


Again = Callable[[Any], "Result"]


def presumed(
    found: Determination, result: Result, known: Any, confirmed: Confirmed, again: Again
) -> Slot | None:
    """The first place where something said could change the answer, alone or together with what is said in another."""
    assert found.evaluation is not None
    ev = found.evaluation
    trials = Trials(WORK // (1 + sum(len(items) for items in ev.facts.items.values())))
    if not waited_for(ev, read_facts(ev.rulebook, known), confirmed, trials):
        return None  # whatever is said
    answer = _answer(found.rulebook, result)
    for slot, values in _places(found, ev, confirmed):
        changed = _changes(ev, result, answer, known, slot, values, again)
        if changed is not None:
            return attrs.evolve(slot, changes=changed)

    def changes(case: Any) -> tuple[str, ...] | None:
        other = again(case)
        if (other.status == "refused" and other.determination is None) or _answer(found.rulebook, other) == answer:
            return None
        return _differing(result, other)

    said = together(ev, known, confirmed, _values, changes, trials)
    for slot, _ in _places(found, ev, confirmed):
        if slot.path in said:
            return attrs.evolve(slot, changes=changes(places.said(known, said)) or ())
    return None


def _places(found: Determination, ev: Deciding, confirmed: Confirmed) -> Iterator[tuple[Slot, list[Any]]]:
    """Absent facts that the engine looked for, and lists that are presumed empty: of the case first, then item by item."""
    book = found.rulebook
    noted = looked_for(ev)
    for item in [ev.facts.root, *(i for t in book.things for i in ev.facts.all(t) if t != ROOT)]:
        for term in book.terms_of(item.thing):
            path = item.path_of(*term.path)
            if term.fact and (term.key, id(item)) in noted and not confirmed(path):
                cites = _cites(noted[(term.key, id(item))], term)
                yield Slot(term.key, item.path, path, term, cites), _values(ev, term.key, item)
        for thing in book.things.values():
            path = item.path_of(thing.key)
            if item.thing in thing.listed_in and thing.none_unless_stated and not item.lists.get(thing.key) and not confirmed(path):
                yield Slot(thing.key, item.path, path, None, ()), _values(ev, thing.key, item)


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
        return [[_one(ev, key)]]
    if term.type.kind == "number":
        return [value_text(x) for x in numbers_named(ev)]
    values = [v for v in values_told_apart(ev, term) if v is not item]
    if term.type.kind == "date":
        own = {x for i in (ev.facts.root, *(i for found in ev.facts.items.values() for i in found)) for x in i.facts.values() if isinstance(x, date)}
        values.sort(key=lambda day: (min((abs((day - x).days) for x in own), default=0), day))
    return [value_text(v) for v in values]


def _one(ev: Deciding, thing: str) -> dict[str, str]:
    """An item of which nothing is said."""
    if not ev.rulebook.things[thing].identified:
        return {}
    taken = {i.id for i in ev.facts.all(thing)}
    return {"id": next(x for x in (f"{thing[0]}{n}" for n in range(len(taken) + 1)) if x not in taken)}


def _changes(
    ev: Deciding, result: Result, answer: Any, known: Any, slot: Slot, values: list[Any], again: Again
) -> tuple[str, ...] | None:
    """The results of the case that some value changes; None where no value changes anything."""
    book = ev.rulebook
    withheld = result.status == "undetermined"
    wanting = withheld and bool(result.to_dict()["needs"])  # else the law leaves it open whatever is said, or wants more then
    waiting = waits(ev, ev.facts) if wanting else None
    for place, value in enumerate(values):
        case = places.put(known, slot.path, value)
        other = again(case)
        if other.status == "refused" and other.determination is None:
            continue  # no such case can be told
        differs = _answer(book, other) != answer
        if not differs and withheld and place < MOST_SLOW:
            differs = waits(ev, read_facts(book, case)) != waiting if wanting else bool(other.to_dict()["needs"])
        if differs:
            return _differing(result, other)
    return None


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
