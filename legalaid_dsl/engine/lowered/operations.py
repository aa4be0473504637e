"""What each step that looks at one item only does to codes; whole_columns.py has those that look at several."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

from .. import dates
from .steps import DOUBT, NO, YES, Node

Code = Any
Operation = Callable[[Node, Sequence[Node], Sequence[Code]], Code]

NEGATED: Final = (YES, DOUBT, DOUBT, NO)


def ratio(above: Any, below: Any) -> Any:
    """An integer where it is one, else a fraction; by nothing it is unknown."""
    if not below:
        return None
    found = Fraction(above) / Fraction(below)
    return found.numerator if found.denominator == 1 else found


def rounded(n: Any, mode: str, up: int, down: int, step: int) -> Any:
    """``n * up / down`` in whole steps."""
    if mode == "down":
        return n * up // down * step
    if mode == "up":
        return -(-n * up // down) * step
    half, rest = divmod(2 * n * up + down, 2 * down)
    return (half - (mode == "half_even" and not rest and half % 2)) * step


def compare(sign: str, x: Any, y: Any) -> bool:
    return bool(x < y if sign == "<" else x <= y if sign == "<=" else x == y)


def pick(size: int, opened: bool, same: Sequence[int], conditions: Sequence[int]) -> int:
    """The one rule that decides; ``size`` when it is not known which."""
    if opened and conditions[-1] != NO:
        return size
    found = [i for i in range(size) if conditions[i] != NO]
    sure = [i for i in found if conditions[i] == YES]
    if len(sure) != 1:
        return size
    return sure[0] if all(same[i] == same[sure[0]] for i in found) else size


def coalesce(codes: Sequence[int], nothing: int) -> int:
    """The first that is something."""
    return next((c for c in codes if c != nothing), nothing)


def set_of(codes: Sequence[int], unknowns: Sequence[Any], unknown: Any) -> Any:
    """The bits of several choices."""
    found = 0
    for code, theirs in zip(codes, unknowns, strict=True):
        if code == theirs:
            return unknown
        found |= 1 << code
    return found


def first(conditions: Sequence[int]) -> int:
    return next((i for i, c in enumerate(conditions) if c == YES), len(conditions))


def includes(bits: int, held: int, wanted: Sequence[int], many: Sequence[bool], unknowns: Sequence[Any]) -> int:
    """Whether a list holds any of the choices; the values wanted may be choices or lists."""
    if bits & held:
        return YES
    doubtful = False
    for code, several, unknown in zip(wanted, many, unknowns, strict=True):
        if code == unknown:
            doubtful = True
        elif (code if several else 1 << code) & held:
            return YES
    return DOUBT if doubtful and held else NO


def _includes(node: Node, parts: Sequence[Node], codes: Sequence[Code]) -> Code:
    if codes[0] == parts[0].unknown:
        return DOUBT
    rest = parts[1:]
    return includes(
        node.data[0], codes[0], codes[1:], [p.kind == "choices" for p in rest], [p.unknown for p in rest]
    )  # fmt: skip


def ranked(data: Sequence[Any], codes: Sequence[int]) -> int:
    """The lowest or highest of choices of a rising vocabulary, whose codes rise; unknown where one is."""
    highest, size = data
    return size if size in codes else max(codes) if highest else min(codes)


def on_dates(data: Sequence[Any], codes: Sequence[Any]) -> int | None:
    """A step ``on_dates``: ``data`` is the operation, its unit, the rule for month ends, and the scale of the first code."""
    if None in codes:
        return None
    kind, unit, ends, scale = data
    first = codes[0] if scale == 1 else Fraction(codes[0]) / scale
    return dates.ON_DATES[kind]((first, *codes[1:]), unit, ends)


def in_force(starts: Sequence[int], amounts: Sequence[Any], day: Any) -> Any:
    """The amount of a dated figure; before the first day there is none."""
    if day is None:
        return None
    place = bisect_right(starts, day)
    return amounts[place - 1] if place else None


def _strict(work: Callable[[Node, Sequence[Code]], Code]) -> Operation:
    """Unknown as soon as anything that it reads is."""

    def operation(node: Node, parts: Sequence[Node], codes: Sequence[Code]) -> Code:
        if any(c == p.unknown for c, p in zip(codes, parts, strict=True)):
            return node.unknown
        return work(node, codes)

    return operation


def _and(node: Node, parts: Sequence[Node], codes: Sequence[Code]) -> Code:
    found = YES
    for code in codes:
        found &= code
    return found


def _or(node: Node, parts: Sequence[Node], codes: Sequence[Code]) -> Code:
    found = NO
    for code in codes:
        found |= code
    return found


def _case(node: Node, parts: Sequence[Node], codes: Sequence[Code]) -> Code:
    which = codes[0]
    if which >= len(codes) - 1:
        return node.unknown
    code = codes[which + 1]
    return node.unknown if code == parts[which + 1].unknown else code


OPERATIONS: Final[dict[str, Operation]] = {
    "and": _and,
    "or": _or,
    "not": lambda node, parts, codes: NEGATED[codes[0]],
    "not_true": lambda node, parts, codes: NO if codes[0] == YES else YES,
    "or_doubt": lambda node, parts, codes: YES if codes[0] == YES else DOUBT,
    "known": lambda node, parts, codes: NO if codes[0] == parts[0].unknown else YES,
    "same": _strict(lambda node, codes: YES if codes[0] == codes[1] else NO),
    "among": _strict(lambda node, codes: YES if node.data[0] >> codes[0] & 1 else NO),
    "includes": _includes,
    "count_of": _strict(lambda node, codes: codes[0].bit_count()),
    "set_of": _strict(lambda node, codes: sum(1 << c for c in set(codes))),
    "pick": lambda node, parts, codes: pick(node.data[0], node.data[1], node.data[2], codes),
    "first": lambda node, parts, codes: first(codes),
    "shifted": lambda node, parts, codes: node.size if codes[0] == parts[0].size else codes[0] + node.data[0],
    "shifted_first": lambda node, parts, codes: node.data[0] if codes[0] == YES else node.size,
    "coalesce": lambda node, parts, codes: coalesce(codes, node.size),
    "case": _case,
    "compare": _strict(lambda node, codes: YES if compare(node.data[0], *codes) else NO),
    "times": _strict(lambda node, codes: codes[0] * node.data[0]),
    "add": _strict(lambda node, codes: codes[0] + codes[1]),
    "sub": _strict(lambda node, codes: codes[0] - codes[1]),
    "mul": _strict(lambda node, codes: codes[0] * codes[1]),
    "div": _strict(lambda node, codes: ratio(codes[0] * node.data[0], codes[1] * node.data[1])),
    "min": _strict(lambda node, codes: min(codes)),
    "max": _strict(lambda node, codes: max(codes)),
    "ranked": lambda node, parts, codes: ranked(node.data, codes),
    "on_dates": lambda node, parts, codes: on_dates(node.data, codes),
    "round": _strict(lambda node, codes: rounded(codes[0], *node.data)),
}
