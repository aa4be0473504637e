"""How much work something is, counted in calls of functions: the same on an idle machine and on a busy one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

T = TypeVar("T")


def within(most: int, work: Callable[[], T]) -> T:
    """What ``work`` gives; the test fails as soon as it has called more than ``most`` functions, of Python or of C."""
    return counted(work, most)[0]


def calls(work: Callable[[], object]) -> int:
    """How many functions ``work`` calls, of Python and of C, in this thread."""
    return counted(work)[1]


def counted(work: Callable[[], T], most: int = sys.maxsize) -> tuple[T, int]:
    """What ``work`` gives, and how many functions it calls."""
    count = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")
        if count > most:
            sys.setprofile(None)
            pytest.fail(f"more than {most} calls of functions")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        result = work()
    finally:
        sys.setprofile(before)
    return result, count
