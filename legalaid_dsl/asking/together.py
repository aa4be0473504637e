"""Two things that a case leaves unsaid, and that change the answer only together.

Each alone left the answer as it is. So two of them can matter together only where some decision depends on both, or where
one is looked for only once the other is said: the other pairs are not tried. Of each, a few values spread over all are
tried; of a large case, those of the first places only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import attrs

from ..cases.facts.reader import read_facts
from ..cases.facts.strict_json import Refused
from ..engine.interpreter.decide import Deciding
from ..engine.interpreter.noting import Place, seen
from . import places

if TYPE_CHECKING:
    from .presumed import Slot

MOST: Final = 6  # values of each
WORK: Final = 6_000  # values, times the items of the case that is decided for each

Places = Callable[[Deciding], Iterator[tuple["Slot", list[Any]]]]
Changes = Callable[[Any], tuple[str, ...] | None]


@attrs.frozen(slots=True)
class _Said:
    """A value in a place, and the decisions that it has a part in."""

    slot: Slot
    value: Any
    touched: set[Place]
    ev: Deciding


def together(ev: Deciding, known: Any, absent: Places, changes: Changes) -> Slot | None:
    """The first of two places where what is said changes the answer. ``absent``: places that nothing stands in, with values
    to try; ``changes``: the results that another case changes, None where it changes nothing."""
    items = 1 + sum(len(found) for found in ev.facts.items.values())
    said = list(islice(_each(ev, known, absent), WORK // items))
    there = {slot.path for slot, _ in absent(ev)}
    for i, one in enumerate(said):
        for slot, values in absent(one.ev):
            if slot.path not in there:  # looked for only now
                first = places.put(known, one.slot.path, one.value)
                for value in _spread(values):
                    if (found := changes(places.put(first, slot.path, value))) is not None:
                        return attrs.evolve(one.slot, changes=found)
        for other in said[i + 1 :]:
            if other.slot.path != one.slot.path and not one.touched.isdisjoint(other.touched):
                case = places.put(places.put(known, one.slot.path, one.value), other.slot.path, other.value)
                if (found := changes(case)) is not None:
                    return attrs.evolve(one.slot, changes=found)
    return None


def _each(ev: Deciding, known: Any, absent: Places) -> Iterator[_Said]:
    base = seen(ev, ev.facts)
    for slot, values in absent(ev):
        for value in _spread(values):
            try:
                facts = read_facts(ev.rulebook, places.put(known, slot.path, value))
            except Refused:
                continue  # no such case can be told
            fact = (slot.term.key if slot.term is not None else slot.key, slot.owner)
            yield _Said(slot, value, seen(ev, facts).touched(base, fact), Deciding(ev.prepared, facts, ev.figures))


def _spread(values: list[Any]) -> list[Any]:
    return values[:: -(-len(values) // MOST)] if values else []
