"""Whether the worked examples would notice a change of the law: each mutant, run against them.

A mutant is caught when an example that passes now would fail. For one that is not, an example
that would catch it is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from multiprocessing import get_all_start_methods, get_context
from typing import Any, Final, TypeVar

import attrs

from .laboratory import Laboratory
from .mutants import Mutant, mutants
from .suggest import MOST_TRIES, Suggestion, suggestion

FEW: Final = 40  # pieces of work for which a second process is not worth its start
ALL_TRIES: Final = 10_000  # changed cases to look at, for all mutants together
LEAST_TRIES: Final = 60  # … and for one of them at the least
A = TypeVar("A")
B = TypeVar("B")


@attrs.frozen(slots=True, eq=False)
class Verdict:
    """A mutant with the example that catches it ("" when none does)."""

    mutant: Mutant
    caught_by: str


def verdicts(laboratory: Laboratory, only: str = "", workers: int = 1) -> Iterator[Verdict]:
    """The verdict on every mutant whose address or words contain ``only``, in the order of the law's text."""
    wanted = only.casefold()
    every = [
        x
        for x in mutants(laboratory.rules.rulebook)
        if wanted in f"{x.citation} {x.says('en')} {x.says('vi')}".casefold()
    ]
    for mutant, caught_by in zip(every, shared(laboratory.caught_by, every, workers), strict=True):
        yield Verdict(mutant, caught_by)


def suggestions(laboratory: Laboratory, found: list[Mutant], workers: int = 1) -> Iterator[Suggestion | None]:
    """For each mutant that no example catches, one that would; the more there are, the shorter the search."""
    tries = min(max(ALL_TRIES // max(len(found), 1), LEAST_TRIES), MOST_TRIES)
    taken = {t.case.key for t in laboratory.trials}
    for suggested in shared(lambda mutant: suggestion(laboratory, mutant, tries), found, workers):
        yield suggested.called_apart(taken) if suggested is not None else None


def shared(work: Callable[[A], B], things: list[A], workers: int) -> Iterator[B]:
    """The work on each thing, in order; by several processes where the system can fork them."""
    if workers < 2 or len(things) < FEW or "fork" not in get_all_start_methods():
        yield from map(work, things)
        return
    _at_work[:] = [work, things]
    try:
        with get_context("fork").Pool(workers) as pool:
            yield from pool.imap(_one, range(len(things)), chunksize=2)
    finally:
        _at_work.clear()


_at_work: list[Any] = []  # the work and the things, as forked processes find them in their memory


def _one(place: int) -> Any:
    work, things = _at_work
    return work(things[place])
