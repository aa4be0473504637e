"""The facts of one case as the engine reads them: items with their facts, and their lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs


@attrs.frozen(slots=True, eq=False)
class Item:
    """One thing of a case. Facts that are not given are absent from ``facts``.

    ``lists``: thing → its items in order; None when it is not known which there are.
    """

    thing: str
    id: str
    position: int
    path: str  # "" for the case, else "entries[3]"
    facts: Mapping[str, Any]
    lists: dict[str, tuple[Item, ...] | None] = attrs.field(factory=dict, repr=False)
    owner: Item | None = attrs.field(default=None, repr=False)

    def path_of(self, *path: str) -> str:
        return ".".join(([self.path] if self.path else []) + list(path))


@attrs.frozen(slots=True, eq=False)
class Facts:
    """A whole case: its root item and all items by thing, in order."""

    root: Item
    items: Mapping[str, tuple[Item, ...]]
    unknown_lists: Mapping[str, tuple[tuple[Item, str], ...]]  # thing → (owner, path) not given

    def all(self, thing: str) -> tuple[Item, ...]:
        return self.items.get(thing, ())
