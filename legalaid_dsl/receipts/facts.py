"""Facts as they were read, as plain data: one form for every way to write the same case.

Numbers are decimal text, lists of choices are sorted, what is not known is absent. Labels are no facts and are not there.
"""

from __future__ import annotations

from typing import Any

from ..cases.results.values import value_text
from ..engine.interpreter.facts import Facts, Item


def read_back(facts: Facts) -> dict[str, Any]:
    """The case, with its lists of things."""
    return _item(facts.root)


def _item(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = {key: value_text(value) for key, value in item.facts.items()}
    if item.id:
        found["id"] = item.id
    for thing, items in item.lists.items():
        if items is not None:
            found[thing] = [_item(inner) for inner in items]
    return found
