"""Work in steps: whoever has no time for all of it takes some, and goes on later where it stopped.

What was done is held by the work itself, so nothing is done twice and nothing can be forgotten in between.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")
Steps = Generator[None, None, T]


def at_once(steps: Steps[T]) -> T:
    """All steps one after the other, and what they come to."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            found: T = done.value
            return found
