"""Many cases as columns of codes: what the NumPy form of the rules reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from ...rulebook.model import ROOT
from ..lowered.steps import Node

Array = NDArray[Any]
Input = tuple[str, ...]
MOST_FACT: Final = 10**12  # numerators of facts; a case with more is left to rows
LIMIT: Final = 2**62
_WIDTHS: Final = ((2**14, np.int16), (2**30, np.int32))  # what numerators below it are held in: less memory, and more at once


@attrs.define(slots=True, eq=False)
class Numbers:
    """Numbers or dates: numerators, which are known (None: all), denominators (None: all one).

    ``top`` is a bound of the absolute numerators, so that no product can overflow unseen. Numerators may have 16 or 32 bits;
    then two of them may be added or subtracted as they are, and what is done with them else is preceded by ``fit``.
    """

    codes: Any
    known: Any = None
    below: Any = None
    top: int = 0

    def picked(self, take: Callable[[Any], Any]) -> Numbers:
        """The same for some of the items; what is one for all stays so."""

        def part(x: Any) -> Any:
            return x if x is None or np.ndim(x) == 0 else take(x)

        return Numbers(part(self.codes), part(self.known), part(self.below), self.top)

    def bound(self) -> int:
        """The largest absolute numerator there is."""
        codes = self.codes
        if isinstance(codes, int):
            return abs(codes)
        return max(abs(int(codes.max(initial=0))), abs(int(codes.min(initial=0))))

    @property
    def most(self) -> int:
        """A bound of the absolute numerators: the one that is known, else the largest."""
        return self.top or self.bound()

    @property
    def long(self) -> Any:
        """The numerators in 64 bits."""
        return self.codes if isinstance(self.codes, int) else self.codes.astype(np.int64, copy=False)

    def narrowed(self) -> Numbers:
        """In as few bits as all fit, with the bound that tells it."""
        if np.ndim(self.codes) == 0 or self.below is not None:
            return self
        top = max(min(self.bound(), self.top or LIMIT), 1)
        return Numbers(self.codes.astype(width(top), copy=False), self.known, None, top)


def width(top: int) -> Any:
    """What numerators up to a bound are held in."""
    return next((kind for most, kind in _WIDTHS if top < most), np.int64)


def fit(top: int, *parts: Any) -> list[Any]:
    """Numerators as what is worked out with them wants them: none of them and no result is above ``top``."""
    wanted = np.dtype(width(top))
    return [p.astype(wanted) if isinstance(p, np.ndarray) and p.dtype.itemsize < wanted.itemsize else p for p in parts]


def _narrow(columns: Mapping[Input, Any]) -> Mapping[Input, Any]:
    return {key: c.narrowed() if isinstance(c, Numbers) else c for key, c in columns.items()}


@attrs.frozen(slots=True, eq=False)
class Batch:
    """``cases`` many cases. Items of a thing lie together case by case, in order of position.

    ``columns``: by input. Choices are small integers, yes or no is 0, 1 (unknown) or 3; references are
    places among all items of their thing in the batch, or -1; numbers and dates are Numbers.
    ``doubtful``: cases whose facts are not plain; rows must read them.
    """

    cases: int
    case_of: Mapping[str, Array]  # thing → per item, its case
    columns: Mapping[Input, Any] = attrs.field(converter=_narrow)
    doubtful: Array

    def count(self, thing: str) -> int:
        return self.cases if thing in ("", ROOT) else len(self.case_of[thing])


def dtype_of(node: Node) -> Any:
    match node.kind:
        case "yes_or_no":
            return np.uint8
        case "choice":
            return np.uint8 if node.size < 255 else np.int32
        case "choices":
            return np.uint8 if node.size < 8 else np.int32 if node.size < 31 else np.int64
    return np.int64
