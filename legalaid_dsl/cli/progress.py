"""That something is still under way: a line on standard error, on a terminal only, for whatever takes longer than two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from fractions import Fraction
from threading import Event, Lock, Thread
from typing import Any, Final, TextIO, TypeVar

import click

from ..basics.quantity import grouped
from .wording.saying import notice

AFTER: Final = 2.0  # seconds of silence
EVERY: Final = 1.0  # seconds between two looks
A = TypeVar("A")


class Working(AbstractContextManager["Working"]):
    """Says how far the work is while it goes on; what is printed meanwhile goes through ``echo``."""

    def __init__(
        self, lang: str, total: int = 0, stream: TextIO | None = None, shown: bool | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """``total``: how many there are, where it is known; ``shown``: else only where the stream is a terminal."""
        self.lang, self.total, self.done, self.clock = lang, total, 0, clock
        self.stream: TextIO | None = stream or sys.stderr  # None: it was closed before we began
        self.shown = (self.stream is not None and self.stream.isatty()) if shown is None else shown
        self._start, self._width = clock(), 0
        self._over, self._lock = Event(), Lock()
        self._thread = Thread(target=self._watch, daemon=True) if self.shown else None

    def __enter__(self) -> Working:
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self.clear()

    def step(self, number: int = 1) -> None:
        """So many more are done."""
        self.done += number

    def each(self, things: Iterable[A]) -> Iterator[A]:
        """The things, each counted once the next is asked for."""
        for thing in things:
            yield thing
            self.step()

    def echo(self, text: str = "") -> None:
        """Print a line to standard output, where no half line of ours stands."""
        with self._lock:
            self._wipe()
            click.echo(text)

    def clear(self) -> None:
        """Take the line away."""
        with self._lock:
            self._wipe()

    def say(self) -> None:
        """Write the line anew."""
        code = "done-of" if self.total and self.done else "done" if self.done else "at-work"
        numbers = {"done": self.done, "total": self.total, "seconds": int(self.clock() - self._start)}
        text = notice(code, **{k: grouped(Fraction(n), self.lang) for k, n in numbers.items()})[self.lang]
        with self._lock:
            self._wipe()
            self._write(text)
            self._width = len(text)

    def _wipe(self) -> None:
        if self._width:
            self._write("\r" + " " * self._width + "\r")
            self._width = 0

    def _write(self, text: str) -> None:
        if self.stream is not None:
            self.stream.write(text)
            self.stream.flush()

    def _watch(self) -> None:
        pause = AFTER
        while not self._over.wait(pause):
            self.say()
            pause = EVERY
