"""Exact arithmetic on whole columns: int64 numerators whose size is watched, never a float."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import gcd
from typing import Any

import attrs
import numpy as np

from ..dates import LAST
from ..lowered import operations
from ..lowered.steps import YES
from .batch import LIMIT, Array, Numbers, fit, width

Doubt = Callable[[Any], None]  # told which items are too large to be worked out in 64 bits


def both_known(a: Any, b: Any) -> Any:
    if a is None:
        return b
    return a if b is None else a & b


def constant(value: int | None) -> Numbers:
    return Numbers(0, np.False_) if value is None else Numbers(value, top=abs(value))


def scaled(x: Numbers, factor: int, doubt: Doubt) -> Numbers:
    """Numerators by a constant."""
    if factor == 1:
        return x
    return multiplied(x, Numbers(factor, top=abs(factor)), doubt)


def multiplied(a: Numbers, b: Numbers, doubt: Doubt) -> Numbers:
    if a.below is not None or b.below is not None:
        a, b = attrs.evolve(a, codes=a.long), attrs.evolve(b, codes=b.long)
        if a.most * b.most >= LIMIT:
            a, b = _crossed(a, b)
    codes, top = _product(a.codes, b.codes, a, b, doubt)
    below = a.below if b.below is None else b.below if a.below is None else None
    if a.below is not None and b.below is not None:
        below, _ = _product(a.below, b.below, Numbers(a.below), Numbers(b.below), doubt)
    return Numbers(codes, both_known(a.known, b.known), below, top)


def _crossed(a: Numbers, b: Numbers) -> tuple[Numbers, Numbers]:
    """The same product of fractions, with what cancels taken out."""
    over, under = (1 if x.below is None else x.below for x in (a, b))
    first, second = np.gcd(a.codes, under), np.gcd(b.codes, over)
    first, second = np.where(first == 0, 1, first), np.where(second == 0, 1, second)
    return Numbers(a.codes // first, a.known, over // second), Numbers(b.codes // second, b.known, under // first)


def _product(x: Any, y: Any, a: Numbers, b: Numbers, doubt: Doubt) -> tuple[Any, int]:
    top = a.most * b.most
    if top >= LIMIT:
        a.top, b.top = a.bound(), b.bound()
        top = a.top * b.top
    x, y = fit(max(a.most, b.most, top), x, y)
    if top >= LIMIT:
        large = np.abs(x) > LIMIT // np.maximum(np.abs(y), 1)
        doubt(large)
        x, top = np.where(large, 0, x), LIMIT - 1
    return x * y, top


def added(a: Numbers, b: Numbers, sign: int, doubt: Doubt) -> Numbers:
    """a + b or a - b."""
    a, b = same_below(a, b, doubt)
    top = a.most + b.most
    if top >= LIMIT:
        a.top, b.top = a.bound(), b.bound()
        top = a.top + b.top
    if top >= LIMIT:
        large = (np.abs(a.codes) >= LIMIT // 2) | (np.abs(b.codes) >= LIMIT // 2)
        doubt(large)
        a, b, top = (
            attrs.evolve(a, codes=np.where(large, 0, a.codes)),
            attrs.evolve(b, codes=np.where(large, 0, b.codes)),
            LIMIT - 1,
        )
    x, y = fit(top, a.codes, b.codes)
    codes = x + y if sign > 0 else x - y
    return Numbers(codes, both_known(a.known, b.known), a.below, top)


def same_below(a: Numbers, b: Numbers, doubt: Doubt) -> tuple[Numbers, Numbers]:
    """Both over one denominator."""
    if a.below is None and b.below is None:
        return a, b
    over_a, over_b = (1 if x.below is None else x.below for x in (a, b))
    if over_a is over_b:
        return a, b
    shared = np.lcm(over_a, over_b)
    left = multiplied(attrs.evolve(a, below=None), Numbers(shared // over_a), doubt)
    right = multiplied(attrs.evolve(b, below=None), Numbers(shared // over_b), doubt)
    return attrs.evolve(left, below=shared, known=a.known), attrs.evolve(right, below=shared, known=b.known)


def extreme(a: Numbers, b: Numbers, smallest: bool, doubt: Doubt) -> Numbers:
    a, b = same_below(a, b, doubt)
    top = max(a.most, b.most)
    x, y = fit(top, a.codes, b.codes)
    codes = np.minimum(x, y) if smallest else np.maximum(x, y)
    return Numbers(codes, both_known(a.known, b.known), a.below, top)


def divided(a: Numbers, b: Numbers, by_a: int, by_b: int, doubt: Doubt) -> Numbers:
    """A fraction in lowest terms; by nothing it is unknown."""
    common = gcd(by_a, by_b)
    above, below = scaled(a, by_a // common, doubt), scaled(b, by_b // common, doubt)
    under_a, under_b = above.below, below.below  # scaling may have taken out what cancels
    if under_a is not None or under_b is not None:
        above = multiplied(attrs.evolve(above, below=None), Numbers(1 if under_b is None else under_b), doubt)
        below = multiplied(attrs.evolve(below, below=None), Numbers(1 if under_a is None else under_a), doubt)
    zero = np.equal(below.codes, 0)  # a truth of NumPy also where a constant divides
    over, under = above.long, np.where(zero, 1, below.long)
    shared = np.gcd(over, under) * np.where(under < 0, -1, 1)
    known = both_known(both_known(a.known, b.known), ~zero)
    return Numbers(over // shared, known, under // shared, above.top)


def rounded(x: Numbers, data: tuple[Any, ...], doubt: Doubt) -> Numbers:
    """Whole steps: ``(n * up // down) * step``."""
    mode, up, down, step = data
    above = scaled(attrs.evolve(x, below=None), up, doubt)
    below: Any = down
    if x.below is not None:
        below = multiplied(Numbers(x.below), Numbers(down, top=down), doubt).codes
    if mode in ("half_up", "half_even"):
        above = added(scaled(above, 2, doubt), Numbers(below), 1, doubt)
        below = 2 * below
    (over,) = fit(max(above.most, below) if isinstance(below, int) else LIMIT, above.codes)
    codes = -(-over // below) if mode == "up" else over // below
    if mode == "half_even":  # a half that went up to an odd number comes down again
        codes = codes - ((over % below == 0) & (codes % 2 == 1))
    top = above.most // below + 1 if isinstance(below, int) else 0
    if top and np.ndim(codes):
        codes = codes.astype(width(top), copy=False)
    return scaled(Numbers(codes, x.known, top=top), step, doubt)


def compared(sign: str, a: Numbers, b: Numbers, doubt: Doubt) -> Array:
    """Yes, no or doubt as codes."""
    a, b = same_below(a, b, doubt)
    x, y = a.codes, b.codes
    held = x < y if sign == "<" else x <= y if sign == "<=" else x == y
    known = both_known(a.known, b.known)
    return yes(held) if known is None else yes(held & known) | ~known


def band(x: Numbers, limits: Sequence[int], kind: Any) -> Array:
    """The place of each number among limits; past them where it is unknown."""
    found: Any = kind(0)
    for limit in limits:
        found = found + (x.codes >= limit).view(np.uint8)
    codes: Array = np.asarray(found, kind)
    return codes if x.known is None else np.where(x.known, codes, kind(len(limits) + 1))


def known_codes(x: Numbers, count: int) -> Array:
    if x.known is None:
        return np.full(count, YES, np.uint8)
    return np.broadcast_to(yes(x.known), (count,))


def yes(held: Any) -> Array:
    """Truths as codes."""
    found: Array = np.asarray(held).view(np.uint8) * np.uint8(YES)
    return found


def chosen(which: Array, values: list[Numbers]) -> Numbers:
    """The value at the place that ``which`` gives; unknown past the end."""
    top = max(v.most for v in values)
    kind: Any = width(top) if all(v.below is None for v in values) else np.int64
    codes: Any = None
    known: Any = None
    every = all(v.known is None for v in values)
    for place, value in enumerate(values):
        # by products, not by choices: what a processor cannot guess costs it more
        here = which == place
        if value.most:
            part = np.multiply(value.codes if np.ndim(value.codes) else kind(value.codes), here, out=np.empty(which.shape, kind))
            codes = part if codes is None else np.add(codes, part, out=codes)
        if not every:
            sure = here if value.known is None else here & value.known
            known = sure if known is None else known | sure
    if codes is None:
        codes = np.zeros(which.shape, kind)
    past = which >= len(values)
    if every and past.any():
        known = ~past
    below: Any = None
    if any(v.below is not None for v in values):
        below = past.astype(np.int64)
        for place, value in enumerate(values):
            below = below + (which == place) * (1 if value.below is None else value.below)
    return Numbers(codes, known, below, top)


def ranked(data: tuple[bool, int], parts: Sequence[Any]) -> Any:
    """The lowest or highest of choices that rise; unknown where one is."""
    highest, size = data
    codes = np.stack(np.broadcast_arrays(*parts))
    return np.where((codes == size).any(axis=0), size, codes.max(axis=0) if highest else codes.min(axis=0))


def on_dates(data: tuple[Any, ...], parts: Sequence[Numbers], count: int) -> Numbers:
    """What an operation on dates gives, worked out once for each combination of codes."""
    columns = np.stack([np.broadcast_to(p.codes, (count,)) for p in parts], axis=1)
    known = np.ones(count, bool)
    for part in parts:
        known &= True if part.known is None else np.broadcast_to(part.known, (count,))
    found = np.zeros(count, np.int64)
    some, back = np.unique(columns[known], axis=0, return_inverse=True)
    each = [operations.on_dates(data, row) for row in some.tolist()]
    found[known] = np.array([0 if x is None else x for x in each], np.int64)[back.reshape(-1)]
    known[known] = np.array([x is not None for x in each], bool)[back.reshape(-1)]
    return Numbers(found, known, None, LAST)
