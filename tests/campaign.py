"""What README's test command tries a little of, and ``--long`` much of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import settings

LONG = False  # set by conftest before any test is read


T = TypeVar("T")


def size(usual: T, long: T) -> T:
    """How much is tried: in the usual run, and in the long one."""
    return long if LONG else usual


def examples(usual: int, long: int, **more: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many random cases by Hypothesis in the usual run, and so many in the long one; no deadline in either."""

    def decorated(test: Callable[..., None]) -> Callable[..., None]:
        found: Callable[..., None] = settings(max_examples=size(usual, long), deadline=None, **more)(test)
        return pytest.mark.longer(found)

    return decorated
