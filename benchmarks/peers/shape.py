"""What all peers have in common. No import of weight: a peer's cold start is measured through this module."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from benchmarks.w1_cases import Portfolio

Facts = dict[str, Any]  # of a case file
Answer = tuple[int, int, "tuple[int, ...] | None"]  # half sessions, đồng, half sessions paid by line (None: not said)


class NotHere(Exception):
    """Why a peer cannot be run on this machine."""


class Peer:
    """One way to decide W1. What prepares facts and what reads answers is not timed; ``one`` and ``many`` are."""

    name: ClassVar[str] = ""
    reasons: ClassVar[str] = "none"  # what it says of why, in a few words
    leaves_out: ClassVar[str] = ""  # what part of the work it does not do
    singly: ClassVar[bool] = True  # it can decide one case
    together: ClassVar[bool] = False  # it decides many cases in one go
    each: ClassVar[bool] = False  # many are decided one by one all the same: a case alone costs as much
    batch: ClassVar[int] = 1_000_000  # cases together, at most

    def given(self, case: Facts) -> Any:
        """The facts of a case in the form that this peer takes."""
        raise NotImplementedError

    def one(self, given: Any) -> Any:
        """Decide one case."""
        raise NotImplementedError

    def told(self, answer: Any) -> Answer:
        raise NotImplementedError

    def many_given(self, cases: Portfolio) -> Any:
        raise NotImplementedError

    def many(self, given: Any) -> Any:
        """Decide all of them."""
        raise NotImplementedError

    def many_told(self, answer: Any) -> list[Answer]:
        raise NotImplementedError

    def seconds(self) -> float | None:
        """CPU seconds of the last call, when the work is done in a process with its own clock."""
        return None


Makers = list[Callable[[], Peer]]  # of a module, in the order of the table; making one may take time of its own
