"""Whether the worked examples would notice a change of the law: each mutant, run against them.

A mutant is caught when an example that passes now would fail. For one that is not, an example
that would catch it is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from multiprocessing import get_all_start_methods, get_context

import attrs

from ..api import Rules
from ..cases.worked import WorkedCase
from .laboratory import Laboratory
from .mutants import Mutant, mutants
from .suggest import Suggestion, suggestion

FEW = 40  # mutants for which a second process is not worth its start


@attrs.frozen(slots=True, eq=False)
class Verdict:
    """A mutant with the example that catches it; when none does, one that would, if it was found."""

    mutant: Mutant
    caught_by: str
    suggestion: Suggestion | None = None


def experiment(
    rules: Rules, cases: Iterable[WorkedCase], only: str = "", *, workers: int = 1, suggest: bool = True
) -> Iterator[Verdict]:
    """The verdict on every mutant whose address or words contain ``only``, in the order of the law's text."""
    laboratory = Laboratory.of(rules, cases)
    wanted = only.casefold()
    every = [x for x in mutants(rules.rulebook) if wanted in f"{x.citation} {x.says('en')} {x.says('vi')}".casefold()]
    if workers < 2 or len(every) < FEW or "fork" not in get_all_start_methods():
        yield from (_verdict(laboratory, mutant, suggest) for mutant in every)
        return
    _at_work[:] = [(laboratory, every, suggest)]
    try:
        with get_context("fork").Pool(workers) as pool:
            for i, (caught_by, found) in enumerate(pool.imap(_work, range(len(every)), chunksize=2)):
                yield Verdict(every[i], caught_by, found)
    finally:
        _at_work.clear()


def _verdict(laboratory: Laboratory, mutant: Mutant, suggest: bool) -> Verdict:
    caught_by = laboratory.caught_by(mutant)
    return Verdict(mutant, caught_by, suggestion(laboratory, mutant) if suggest and not caught_by else None)


_at_work: list[tuple[Laboratory, list[Mutant], bool]] = []  # what forked workers find in their memory


def _work(place: int) -> tuple[str, Suggestion | None]:
    laboratory, every, suggest = _at_work[0]
    found = _verdict(laboratory, every[place], suggest)
    return found.caught_by, found.suggestion
