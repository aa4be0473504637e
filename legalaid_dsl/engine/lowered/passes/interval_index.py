"""Numbers that are compared with several constants: all that matters is between which of them they lie.

Each such number gets one step ``band``, the place among the constants, and every comparison becomes a table over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Final

import attrs

from ..steps import DOUBT, NO, YES, Node

MOST_LIMITS: Final = 50  # constants that one number is compared with


@attrs.frozen(slots=True)
class Interval:
    """A comparison as numerators of a number: from ``low`` (None: any) up to, not with, ``high``."""

    number: int  # the place of its step
    low: int | None
    high: int | None

    def ends(self) -> list[int]:
        return [end for end in (self.low, self.high) if end is not None]

    def codes(self, limits: Sequence[int]) -> list[int]:
        """Yes or no for each band, doubt for what is unknown."""
        first = 0 if self.low is None else limits.index(self.low) + 1
        last = len(limits) if self.high is None else limits.index(self.high)
        return [*(YES if first <= band <= last else NO for band in range(len(limits) + 1)), DOUBT]


def bands(nodes: Sequence[Node], places: Iterable[int]) -> tuple[dict[int, Interval], dict[int, tuple[int, ...]]]:
    """(the comparisons that become tables, the limits of each number that they are about)."""
    known = Known.of(nodes)
    found = {place: interval for place in places if (interval := _interval(known, place)) is not None}
    limits: dict[int, set[int]] = {}
    times: dict[int, int] = {}
    for interval in found.values():
        limits.setdefault(interval.number, set()).update(interval.ends())
        times[interval.number] = times.get(interval.number, 0) + 1
    several = {number for number, count in times.items() if count > 1 and 0 < len(limits[number]) <= MOST_LIMITS}
    kept = {place: interval for place, interval in found.items() if interval.number in several}
    return kept, {number: tuple(sorted(limits[number])) for number in several}


@attrs.frozen(slots=True, eq=False)
class Known:
    """What is known of the numbers of a form, each step after those that it reads."""

    nodes: Sequence[Node]
    unscaled: list[tuple[Fraction, int]] = attrs.Factory(list)  # a factor, and the step whose numerators it multiplies
    never_negative: list[bool] = attrs.Factory(list)

    @classmethod
    def of(cls, nodes: Sequence[Node]) -> Known:
        found = cls(nodes)
        for place, node in enumerate(nodes):
            factor, under = Fraction(1), place
            if node.op == "times" and node.data[0] > 0:
                factor, under = found.unscaled[node.args[0]]
                factor *= node.data[0]
            found.unscaled.append((factor, under))
            found.never_negative.append(found._never_negative(node))
        return found

    def _never_negative(self, node: Node) -> bool:
        """Whether a number cannot be below nought: no fact is, nor what is left of one after whole parts of it."""
        parts = [self.never_negative[a] for a in node.args]
        match node.op:
            case "const":
                return isinstance(node.data[0], int) and node.data[0] >= 0
            case "fact" | "count_of":
                return node.kind == "number"
            case "times":
                return bool(node.data[0] >= 0) and parts[0]
            case "round" | "add" | "mul" | "min" | "watch":
                return all(parts)
            case "max":
                return any(parts)
            case "sub":
                return parts[0] and self._part_of(node.args[1], node.args[0])
        return False

    def _part_of(self, place: int, whole: int) -> bool:
        """Whether a number is another one (not below nought) in whole steps downwards, or a share of that."""
        share, place = self.unscaled[place]
        node = self.nodes[place]
        if node.op == "round" and node.data[0] == "down":
            _, up, down, step = node.data
            inner, place = self.unscaled[node.args[0]]
            share *= inner * Fraction(up * step, down)
        of, whole = self.unscaled[whole]
        return place == whole and share <= of


def _interval(known: Known, place: int) -> Interval | None:
    nodes, node = known.nodes, known.nodes[place]
    if node.op != "compare":
        return None
    sign, (left, right) = node.data[0], node.args
    constant = nodes[right] if nodes[right].op == "const" else nodes[left]
    if constant.op != "const" or not isinstance(constant.data[0], int):
        return None
    low: int | None
    high: int | None
    number, value = left if constant is nodes[right] else right, Fraction(constant.data[0])
    factor, number = known.unscaled[number]
    value /= factor
    if not nodes[number].whole or nodes[number].op == "const":
        return None
    if sign == "=":
        if value.denominator != 1:
            return None
        low, high = int(value), int(value) + 1
    elif constant is nodes[right]:
        low, high = None, ceil(value) if sign == "<" else floor(value) + 1
    else:
        low, high = floor(value) + 1 if sign == "<" else ceil(value), None
    if known.never_negative[number]:
        low = None if low is not None and low <= 0 else low
        if high is not None and high <= 0:
            return None  # never: rare enough
    return Interval(number, low, high)
