"""Things that a case leaves unsaid, and that change the answer only together, however many they are.

What has been said so far is decided with all the rest unknown. Where nothing waits any more, nothing further can matter;
else what waits tells what to say next: each of its values, and that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from ..cases.facts.reader import read_facts
from ..cases.facts.strict_json import Refused
from ..engine.interpreter.decide import Deciding
from ..engine.interpreter.facts import Item
from ..engine.interpreter.unsaid import Confirmed, Trials, waited_for
from . import places

WAYS: Final = 6  # of saying something of every place at once, tried first

Said = dict[str, Any]  # path → value
Values = Callable[[Deciding, str, Item], list[Any]]  # of a term or a list
Changes = Callable[[Any], tuple[str, ...] | None]


def together(ev: Deciding, known: Any, confirmed: Confirmed, values: Values, changes: Changes, trials: Trials) -> Said:
    """What, said together, changes the answer, though less of it would not; nothing where nothing does, or where it was not
    found in so many trials. ``changes``: the results that another case changes, None where it changes nothing."""

    def differs(said: Said) -> bool:
        return changes(places.said(known, said)) is not None

    nothing: tuple[Said, frozenset[str]] = {}, frozenset()
    waiting = [nothing]  # what is said, and of what that there is none
    while waiting and trials.left > 0:
        said, none = waiting.pop()
        if len(said) > 1 and differs(said):
            return _least(said, differs)
        more = _more(ev, places.said(known, said), lambda path, none=none: path in none or confirmed(path), values, trials)  # type: ignore[misc]
        if (said, none) == nothing:
            more = list(more)
            for whole in _whole(more):
                if differs(whole):
                    return _least(whole, differs)
        for path, tried in islice(more, 1):
            waiting.append((said, none | {path}))
            waiting += [({**said, path: value}, none) for value in reversed(tried)]
    return {}


def _more(ev: Deciding, case: Any, confirmed: Confirmed, values: Values, trials: Trials) -> Iterable[tuple[str, list[Any]]]:
    """The places that the answer still waits for, with what may stand there."""
    try:
        facts = read_facts(ev.rulebook, case)
    except Refused:
        return  # no such case can be told
    items = {i.path: i for i in (facts.root, *(i for found in facts.items.values() for i in found))}
    now = Deciding(ev.prepared, facts, ev.figures)
    for need in waited_for(ev, facts, confirmed, trials).values():
        tried = values(now, need.figure, items[need.path.removesuffix(need.key).rstrip(".")])
        if tried:
            yield need.path, tried


def _whole(more: Iterable[tuple[str, list[Any]]]) -> Iterator[Said]:
    """Something said of every place, in a few ways."""
    for way in range(WAYS):
        yield {path: tried[way * len(tried) // WAYS] for path, tried in more}


def _least(said: Said, differs: Callable[[Said], bool]) -> Said:
    """As much of it as makes the difference: nothing more can be left out. Large parts are left out first."""
    block = len(said)
    while True:
        before, block = said, max(block // 2, 1)
        for start in range(0, len(before), block):
            gone = [path for path in list(before)[start : start + block] if path in said]
            fewer = {path: value for path, value in said.items() if not any(path == x or path.startswith(f"{x}[") for x in gone)}
            if gone and differs(fewer):
                said = fewer
        if block == 1 and said == before:
            return said
