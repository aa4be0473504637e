"""How large the numbers of a step can get, worked out when it is made.

The interpreter refuses a number that is too large for law. What is compiled keeps well below that: no number of its own
passes ``MOST``, so that what the interpreter makes of two of them, with twice the digits, is not too large either. A step that
could pass it is looked at while it runs (``watch``), and its case handed over; for all others, nothing has to be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from ..dates import MOST_BETWEEN
from .steps import FACT_SCALE, Node, NotLowerable

MOST: Final = 10**56
MOST_FACT: Final = 10**15 * FACT_SCALE  # numerators of facts that are read quickly
MEMBERS: Final = 2_000  # items of a case that is read quickly
Size = tuple[int, int]  # bounds of the absolute numerator and of the denominator beside the scale
NOTHING: Final[Size] = (0, 1)


class Large(Exception):
    """A number that the interpreter must judge."""


def within(number: Any) -> Any:
    """The number, or Large."""
    if number is not None:
        if type(number) is int:
            if not -MOST <= number <= MOST:
                raise Large
        elif number.denominator > MOST or abs(number.numerator) > MOST:
            raise Large
    return number


def carried(node: Node) -> Node:
    """The step; NotLowerable where it is printed with numbers that are too large."""
    if node.kind == "number" and node.size > MOST:
        raise NotLowerable("a number with too many decimals")
    numbers = node.data if node.op in ("const", "times", "round", "div") else node.data[1] if node.op == "dated" else ()
    if any(isinstance(x, int) and abs(x) > MOST for x in numbers):
        raise NotLowerable(f"{node.op} by a number that is too large")
    return node


def size_of(node: Node, parts: Sequence[Node], sizes: Sequence[Size], most_cells: int = 0) -> Size:
    """How large a number can get from what its step reads. ``most_cells``: the sum of a table's figures."""
    top, low = zip(*sizes, strict=True) if sizes else ((), ())
    match node.op:
        case "const":
            return (abs(node.data[0]), 1) if isinstance(node.data[0], int) else NOTHING
        case "fact":
            return MOST_FACT, 1
        case "dated":
            return max((abs(x) for x in node.data[1] if x is not None), default=0), 1
        case "cells":
            return most_cells, 1
        case "count_of":
            return parts[0].size, 1
        case "on_dates":
            return MOST_BETWEEN, 1
        case "times":
            return top[0] * abs(node.data[0]), low[0]
        case "add" | "sub":
            return top[0] * low[1] + top[1] * low[0], low[0] * low[1]
        case "mul":
            return top[0] * top[1], low[0] * low[1]
        case "div":
            by_a, by_b = (abs(x) for x in node.data)
            return top[0] * by_a * low[1], top[1] * by_b * low[0]
        case "round":
            _, up, down, step = node.data
            return (top[0] * up // down + 2) * abs(step), 1
        case "agg" | "run":
            return _gathered(node, parts, sizes)
        case "share":  # what is cut alike is a quotient
            own, most = sizes[2], sizes[3]
            cut = (own[0] * most[0] * low[1], own[1] * most[1] * top[1] * MEMBERS)
            return own if node.data[1] else (max(cut[0], own[0]), max(cut[1], own[1]))
        case "add_up":
            return top[1] + 1, 1
    numbers = [s for s, p in zip(sizes, parts, strict=True) if p.kind == "number"]
    return max((t for t, _ in numbers), default=0), max((x for _, x in numbers), default=1)


def _gathered(node: Node, parts: Sequence[Node], sizes: Sequence[Size]) -> Size:
    """Of a total, a number, the highest or lowest. Fractions of many items have every denominator in their sum."""
    if node.data[0] not in ("total", "highest", "lowest"):
        return MEMBERS, 1
    top, low = sizes[node.data[3].index("v")]
    if node.data[0] != "total":
        return top, low
    return (top * MEMBERS, 1) if low == 1 else (MOST + 1, MOST + 1)


def exact(node: Node) -> Fraction | None:
    """The number of a constant; None of any other step, and of one that is not known."""
    known = node.op == "const" and isinstance(node.data[0], int)
    return Fraction(node.data[0], node.size) if known else None
