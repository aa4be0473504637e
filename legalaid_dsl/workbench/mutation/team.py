"""The same work on many mutants, in processes that each open the ruleset anew: no memory is shared, so every system does it alike."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from ...api import load
from ...basics.worded import said
from ...cases.case_file import read_cases
from ..examples.runner import case_files
from .mutants import WORDS, Mutant, mutants
from .mutation_runner import Laboratory
from .suggest import suggestion

FEW: Final = 40  # pieces of work for which other processes are not worth their start, which takes some seconds each
MOST: Final = 61  # processes: Windows waits for no more
AHEAD: Final = 4  # pieces handed out before they are asked for, for each process
TASKS: Final = ("caught_by", "suggestion")


class FilesChanged(Exception):
    """The files were edited while the work was under way; the message is in both languages."""

    message = said(WORDS, "edited")


class Team(AbstractContextManager["Team"]):
    """Works on mutants of a laboratory: here, or in several processes once there is enough to do."""

    def __init__(self, laboratory: Laboratory, target: Path | None = None, workers: int = 1, few: int = FEW) -> None:
        """``target``: the ruleset or the file of examples from which the laboratory can be opened again."""
        self.laboratory, self.target, self.few = laboratory, target, few
        self.workers = min(workers, MOST)
        self._pool: ProcessPoolExecutor | None = None

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def each(self, task: str, things: Sequence[Mutant], *more: Any) -> Iterator[Any]:
        """What the task gives for each, in order. Raises FilesChanged."""
        if self.target is None or self.workers < 2 or (self._pool is None and len(things) < self.few):
            yield from (done(self.laboratory, task, thing, *more) for thing in things)
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.workers, get_context("spawn"), initializer=_begin, initargs=(self.target,)
            )
        places = {id(x): n for n, x in enumerate(self.laboratory.mutants)}
        waiting: deque[Future[Any]] = deque()
        for thing in things:
            waiting.append(self._pool.submit(_one, task, places[id(thing)], thing.says("en"), *more))
            if len(waiting) > AHEAD * self.workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def done(laboratory: Laboratory, task: str, mutant: Mutant, *more: Any) -> Any:
    """One piece of work: the example that catches a mutant, or one that would."""
    match task:
        case "caught_by":
            return laboratory.caught_by(mutant)
        case "suggestion":
            return suggestion(laboratory, mutant, *more)
    raise ValueError(f"no task {task!r}; there are: {', '.join(TASKS)}")


def opened(target: Path) -> Laboratory:
    """The laboratory of a ruleset folder, or of one file of examples. Raises RulesetError."""
    rules = load(target if target.is_dir() else target.parent)
    return Laboratory.of(rules, read_cases(rules.rulebook, case_files(target)))


# ------------------------------------------------------------------ in the other process

_here: list[tuple[Laboratory, Sequence[Mutant]]] = []  # of a process that does nothing else


def _begin(target: Path) -> None:
    laboratory = opened(target)
    _here[:] = [(laboratory, mutants(laboratory.rules.rulebook))]


def _one(task: str, place: int, said: str, *more: Any) -> Any:
    laboratory, every = _here[0]
    if place >= len(every) or every[place].says("en") != said:
        raise FilesChanged
    return done(laboratory, task, every[place], *more)
