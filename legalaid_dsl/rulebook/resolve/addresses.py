"""Which provisions an address names: several, a run, or the one in which it stands."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import Any

import attrs

from ...basics.citation import Citation, order_key
from ...language import tree

_LEVELS = ("article", "clause", "point", "sub")


def cited(node: tree.Address, at: Citation, provisions: Collection[Citation] = ()) -> tuple[Citation, ...]:
    """The provisions that an address names, seen from where it stands, whether or not they exist.

    Parts outside those that are named are those of ``at``. A run from one to another takes in what stands between them
    among ``provisions``, so also what was put in later.
    """
    parts: list[tuple[str, ...]] = []
    named = False  # whether this part, or one around it, is in the address
    for level in _LEVELS:
        labels: tuple[str, ...] = getattr(node, f"{level}s")
        here = getattr(at, level)
        inside = any(getattr(node, f"{x}s") for x in _LEVELS[_LEVELS.index(level) + 1 :])
        parts.append(tuple(here if x == tree.THIS else x for x in labels) or ((here,) if inside and not named else ("",)))
        named = named or bool(labels)
    found = [Citation(at.instrument, a, c, p, sub=s) for a, c, p, s in product(*parts)]
    return tuple(_between(found[0], found[-1], provisions)) if node.run else tuple(found)


def _between(first: Citation, last: Citation, provisions: Collection[Citation]) -> list[Citation]:
    """From one provision to another beside it; only the two where one of them is not there."""
    if first not in provisions or last not in provisions:
        return [first, last]
    above, ends = first.chain()[1], (order_key(first), order_key(last))
    beside = [c for c in provisions if c.chain()[1:2] == [above] and not c.example and ends[0] <= order_key(c) <= ends[1]]
    return sorted(beside, key=order_key)


def lacks_here(node: tree.Address, at: Citation) -> str:
    """The level of "this clause" where the address stands in none; empty if there is no such."""
    return next((x for x in _LEVELS if getattr(node, f"{x}s") == (tree.THIS,) and not getattr(at, x)), "")


def readdressed(node: tree.Address, moved: tuple[Citation, ...]) -> tree.Address:
    """An address that names these provisions in place of those that it named: what it leaves out stays out."""
    ends = (moved[0], moved[-1]) if node.run else moved
    given = {x: getattr(node, f"{x}s") for x in _LEVELS}
    parts: dict[str, Any] = {
        f"{level}s": tuple(dict.fromkeys(getattr(c, level) for c in ends))
        for level, labels in given.items() if labels and labels != (tree.THIS,)
    }  # fmt: skip
    return attrs.evolve(node, **parts)
