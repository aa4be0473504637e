"""What loops do to numbers that are no whole ones: a numerator and a denominator, in lowest terms, as machine integers.

Compiled by Numba. ``NONE`` over 1 is not known; ``FRACTION`` over 1 is too large to go on with: its case is left to rows.
"""

from __future__ import annotations

from typing import Any

from numba import njit
from numba.core.errors import NumbaError as NumbaError

from .loop_writing import FRACTION, NONE
from .tops import WATCHED

MOST = 2**61  # of a numerator or denominator: two of them can be added
machine: Any = njit(error_model="numpy", nogil=True)


@machine
def gcd(a: int, b: int) -> int:
    a, b = abs(a), abs(b)
    while b:
        a, b = b, a % b
    return a


@machine
def product(a: int, b: int) -> int:
    """FRACTION where it is too large."""
    if a == FRACTION or b == FRACTION or abs(a) > MOST // max(abs(b), 1):
        return FRACTION
    return a * b


@machine
def lowest(above: int, below: int) -> tuple[int, int]:
    if above == FRACTION or below == FRACTION:
        return FRACTION, 1
    shared = max(gcd(above, below), 1)
    if below < 0:
        shared = -shared
    return above // shared, below // shared


@machine
def mul(a: int, under_a: int, b: int, under_b: int) -> tuple[int, int]:
    if a == NONE or b == NONE:
        return NONE, 1
    first, under_b = lowest(a, under_b)
    second, under_a = lowest(b, under_a)
    above, below = product(first, second), product(under_a, under_b)
    if above == FRACTION or below == FRACTION:
        return FRACTION, 1
    return above, below


@machine
def div(a: int, under_a: int, b: int, under_b: int) -> tuple[int, int]:
    """By nothing it is not known."""
    if a == NONE or b == NONE or b == 0:
        return NONE, 1
    over, under = lowest(under_b, b)
    return mul(a, under_a, over, under)


@machine
def add(a: int, under_a: int, b: int, under_b: int) -> tuple[int, int]:
    if a == NONE or b == NONE:
        return NONE, 1
    shared = gcd(under_a, under_b)
    x, y = product(a, under_b // shared), product(b, under_a // shared)
    if x == FRACTION or y == FRACTION:
        return FRACTION, 1
    return lowest(x + y, product(under_a // shared, under_b))


@machine
def order(a: int, under_a: int, b: int, under_b: int) -> int:
    """-1, 0 or 1 as a is less, the same or more; FRACTION where that is too large to tell."""
    x, y = product(a, under_b), product(b, under_a)
    if x == FRACTION or y == FRACTION:
        return FRACTION
    return -1 if x < y else 1 if x > y else 0


@machine
def compared(a: int, under_a: int, b: int, under_b: int, sign: int) -> int:
    """Yes, no or doubt: a less (``sign`` -1), the same (0), or less or the same (1); FRACTION where it is too large to tell."""
    if a == NONE or b == NONE:
        return 1
    found = order(a, under_a, b, under_b)
    if found == FRACTION:
        return FRACTION
    held = found < 0 if sign < 0 else found == 0 if sign == 0 else found <= 0
    return 3 if held else 0


@machine
def lesser(a: int, under_a: int, b: int, under_b: int, sign: int) -> tuple[int, int]:
    """The smaller (``sign`` 1) or larger (-1) of two."""
    if a == NONE or b == NONE:
        return NONE, 1
    found = order(a, under_a, b, under_b)
    if found == FRACTION:
        return FRACTION, 1
    if found * sign <= 0:
        return a, under_a
    return b, under_b


@machine
def floored(a: int, under_a: int, up: int, down: int, half: bool, upwards: bool) -> int:
    """``a * up / down`` in whole steps: to the nearest (``half``), up, or down."""
    if a == NONE:
        return NONE
    above, below = product(a, up), product(under_a, down)
    if half:
        above, below = product(above, 2), product(below, 2)
        if above != FRACTION and below != FRACTION:
            above += below // 2
    if above == FRACTION or below == FRACTION:
        return FRACTION
    found = -(-above // below) if upwards else above // below
    return FRACTION if abs(found) > WATCHED else found


@machine
def bits_of(bits: int) -> int:
    count = 0
    while bits:
        bits &= bits - 1
        count += 1
    return count


@machine
def pick(size: int, opened: bool, same: Any, conditions: Any) -> int:
    """As operations.pick."""
    sure, which = 0, size
    for i in range(size):
        if conditions[i] == 3:
            sure, which = sure + 1, i
    if sure != 1 or (opened and conditions[len(conditions) - 1] != 0):
        return size
    for i in range(size):
        if conditions[i] != 0 and same[i] != same[which]:
            return size
    return which


HELD = {f.py_func.__name__: f for f in (gcd, product, lowest, mul, div, add, order, compared, lesser, floored, bits_of, pick)}
