"""How large the numbers of a form can get, step by step: where machine integers must be watched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from .batch import LIMIT
from .loop_writing import NUMERIC
from .lowered import Node, NotLowerable

MOST_IN_LOOPS: Final = 10**9  # numerators of facts; a batch with more is left to columns
MEMBERS: Final = 1_000  # items of a kind in a case; likewise
WATCHED: Final = 2**52  # what a watched step may come to: sums over all members stay below 2**62


def watched(nodes: Sequence[Node], places: Sequence[int], tables: dict[int, Any]) -> set[int]:
    """The steps whose results may be larger than WATCHED, so that each has to be looked at. Raises NotLowerable where
    something else can be too large."""
    tops: dict[int, int] = {}
    found: set[int] = set()
    for place in places:
        node = nodes[place]
        if node.kind in NUMERIC and node.op in ("table", "cells", "dated"):
            table = tables[place]
            tops[place] = table[1][2] if node.op == "dated" else table[2]
            continue
        if any(isinstance(x, int) and abs(x) >= LIMIT // 4 for x in _numerals(node)):
            raise NotLowerable(f"{node.op} by numbers beyond 64 bits")
        fractions = not node.whole or not all(nodes[a].whole for a in node.args)
        if fractions and node.op not in ("share", "add_up"):
            tops[place] = WATCHED  # fractions are watched wherever they are worked out
            continue
        tops[place], made = _top(node, [tops[a] for a in node.args])
        if node.op in ("times", "add", "sub", "mul", "round") and made > WATCHED:
            found.add(place)
            tops[place] = WATCHED
        elif made >= LIMIT:
            raise NotLowerable(f"{node.op} beyond 64 bits")
    return found


def _numerals(node: Node) -> Iterator[Any]:
    """What a step is printed with."""
    for x in node.data if node.op not in ("table", "dated", "cells") else ():
        yield from x if isinstance(x, tuple) else (x,)


def _top(node: Node, parts: list[int]) -> tuple[int, int]:
    """(a bound of the result, a bound of everything worked out for it), of absolute numerators."""
    match node.op:
        case "const":
            return (abs(node.data[0]) if isinstance(node.data[0], int) else 0,) * 2
        case "fact":
            return (MOST_IN_LOOPS if node.kind == "number" else 2**22,) * 2
        case "times":
            return (parts[0] * abs(node.data[0]),) * 2
        case "add" | "sub":
            return (parts[0] + parts[1],) * 2
        case "mul":
            return (parts[0] * parts[1],) * 2
        case "round":
            _, up, down, step = node.data
            above = 2 * parts[0] * up + down
            return (above // down + 1) * step, max(above, (above // down + 1) * step)
        case "agg":
            return (max(parts, default=1) * MEMBERS,) * 2
        case "share":
            own, ceiling = parts[2], parts[3]
            return own, max(max(own, WATCHED) * MEMBERS, ceiling)  # a product of them is looked at where it is made
        case "add_up":
            return WATCHED + 1, max(WATCHED * MEMBERS, MEMBERS * node.data[2], parts[2])
    return (max(parts, default=0) if node.kind in NUMERIC else 0,) * 2
