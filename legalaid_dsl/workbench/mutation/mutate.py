"""Whether the worked examples would notice a change of the law: each mutant, run against them.

A mutant is caught when an example that passes now would fail. For one that is not, an example
that would catch it is looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from .mutants import Mutant
from .mutation_runner import Laboratory
from .suggest import MOST_TRIES, Suggestion
from .team import Team

ALL_TRIES: Final = 10_000  # changed cases to look at, for all mutants together
LEAST_TRIES: Final = 60  # … and for one of them at the least


@attrs.frozen(slots=True, eq=False)
class Verdict:
    """A mutant with the example that catches it ("" when none does)."""

    mutant: Mutant
    caught_by: str


def verdicts(laboratory: Laboratory, only: str = "", team: Team | None = None) -> Iterator[Verdict]:
    """The verdict on every mutant whose address or words contain ``only``, in the order of the law's text."""
    every = wanted(laboratory, only)
    found = (team or Team(laboratory)).each("caught_by", every)
    for mutant, caught_by in zip(every, found, strict=True):
        yield Verdict(mutant, caught_by)


def wanted(laboratory: Laboratory, only: str = "") -> list[Mutant]:
    """The mutants whose address or words contain ``only``."""
    words = only.casefold()
    return [x for x in laboratory.mutants if words in f"{x.citation} {x.says('en')} {x.says('vi')}".casefold()]


def suggestions(laboratory: Laboratory, found: list[Mutant], team: Team | None = None) -> Iterator[Suggestion | None]:
    """For each mutant that no example catches, one that would; the more there are, the shorter the search."""
    tries = min(max(ALL_TRIES // max(len(found), 1), LEAST_TRIES), MOST_TRIES)
    taken = {case.key for case in laboratory.cases}
    for suggested in (team or Team(laboratory)).each("suggestion", found, tries):
        yield suggested.called_apart(taken) if suggested is not None else None
