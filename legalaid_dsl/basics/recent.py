"""What was asked for last is kept, and what was not is let go: callers may ask for any number of choices."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """At most so many things by what they were made for. Any thread may ask; two that ask for the same at once get one."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._found: OrderedDict[Any, T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._found)

    def get(self, slot: Any, make: Callable[[], T]) -> T:
        """What there is for a slot, else what is made for it."""
        with suppress(KeyError):
            self._found.move_to_end(slot)
            return self._found[slot]
        found = self._found.setdefault(slot, make())
        while len(self._found) > self.most:
            with suppress(KeyError):
                self._found.popitem(last=False)
        return found
