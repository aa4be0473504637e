"""What each step that looks at several items at once does to codes: shared ceilings, rounding that adds up, sums before an item.

Lists have one code an item; None is unknown. Where nothing is in doubt the work grows with the
number of items; where something is, every pair is looked at, as the interpreter does.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from itertools import repeat
from typing import Any

from .operations import ratio
from .sizes import within
from .steps import DOUBT, NO, YES

Codes = Sequence[Any]


def plus(a: Any, b: Any) -> Any:
    """A sum; one of fractions is looked at, as it may come to have any denominator."""
    found = a + b
    return found if type(found) is int else within(found)


def inverse(references: Codes, size: int) -> list[int]:
    """Per item: the first whose reference points to it, or -1."""
    found = [-1] * size
    for place in range(len(references) - 1, -1, -1):
        if references[place] >= 0:
            found[references[place]] = place
    return found


# ------------------------------------------------------------------ shared ceilings


def share(
    in_order: bool, outcome: Codes, base: Codes, own: Codes, most: Codes, dates: Codes | None, keys: Sequence[Codes],
    unknowns: Sequence[Any],
) -> Codes:  # fmt: skip
    """What each item keeps under a ceiling that they share."""
    if YES not in outcome and DOUBT not in outcome:
        return own
    names: Sequence[Any] | None = None if not keys else keys[0] if len(keys) == 1 else list(zip(*keys, strict=True))
    if in_order and base is own and all(u not in k for k, u in zip(keys, unknowns, strict=True)):
        found = _one_pass(outcome, own, most, dates, names)
        if found is not None:
            return found
    count = len(outcome)
    sharers = [i for i in range(count) if outcome[i] and not _nothing(base[i], in_order)]
    if not sharers and all(not outcome[i] or _nothing(own[i], in_order) for i in range(count)):
        return own
    plain = base is own and all(
        outcome[i] == YES and base[i] is not None and (dates is None or dates[i] is not None) for i in sharers
    )
    plain = plain and all(k[i] != u for k, u in zip(keys, unknowns, strict=True) for i in sharers)
    if not plain:
        return _pairs(in_order, outcome, base, own, most, dates, keys, unknowns, sharers)
    named = [()] * count if names is None else names
    return _filled(sharers, own, most, dates, named) if in_order else _cut_alike(sharers, own, most, named)


def _nothing(value: Any, in_order: bool) -> bool:
    """Whether there is nothing to fit under a ceiling: 0, or less where all are cut alike."""
    return value is not None and (value == 0 or (not in_order and value < 0))


def _one_pass(
    outcome: Codes, own: Codes, most: Codes, dates: Codes | None, names: Sequence[Any] | None
) -> list[Any] | None:
    """As most files are: nothing in doubt, and in order of date already. None where they are not."""
    result: list[Any] = []
    keep = result.append
    used: dict[Any, Any] = {}
    last = before = 0
    for decides, value, ceiling, day, name in zip(
        outcome, own, most, repeat(0) if dates is None else dates, repeat(None) if names is None else names
    ):
        if not decides or value == 0:
            keep(value)
            continue
        if value is None or decides != YES or ceiling is None or day is None or day < last:
            return None
        last = day
        if name is not None:
            before = used.get(name, 0)
        left = ceiling - before
        if value > left:
            keep(left if left > 0 else min(value, 0))  # nothing is left: what is below nothing stays as it is
        else:
            keep(value)
        before = plus(before, value)
        if name is not None:
            used[name] = before
    return result


def _filled(sharers: list[int], own: Codes, most: Codes, dates: Codes | None, names: Codes) -> list[Any]:
    result = list(own)
    used: dict[Any, Any] = {}
    if dates is not None:
        sharers = sorted(sharers, key=dates.__getitem__)  # equal dates stay in order of position
    for i in sharers:
        before = used.get(names[i], 0)
        value = own[i]
        used[names[i]] = plus(before, value)
        ceiling = most[i]
        if ceiling is None:
            result[i] = None
        elif value > ceiling - before:
            left = ceiling - before if ceiling > before else 0
            result[i] = value if value < left else left
    return result


def _cut_alike(sharers: list[int], own: Codes, most: Codes, names: Codes) -> list[Any]:
    result = list(own)
    totals: dict[Any, Any] = {}
    for i in sharers:
        totals[names[i]] = plus(totals.get(names[i], 0), own[i])
    for i in sharers:
        result[i] = None if most[i] is None else _part(own[i], most[i], totals[names[i]])
    return result


def _part(own: Any, most: Any, total: Any) -> Any:
    if not total:
        return None
    part = Fraction(most) / Fraction(total)
    return own if part >= 1 else ratio(own * part, 1)


def _pairs(
    in_order: bool, outcome: Codes, base: Codes, own: Codes, most: Codes, dates: Codes | None, keys: Sequence[Codes],
    unknowns: Sequence[Any], sharers: list[int],
) -> list[Any]:  # fmt: skip
    """Every item against every other: a doubtful one leaves those it may share with in doubt."""
    result = list(own)
    for i in range(len(outcome)):
        if not outcome[i] or _nothing(own[i], in_order):
            continue
        others: Any = 0
        for j in sharers:
            belongs = outcome[j] & _same(keys, unknowns, j, i) if j != i else NO
            if belongs and in_order:
                belongs &= _before(dates, j, i)
            if belongs == NO or others is None:
                continue
            others = plus(others, base[j]) if belongs == YES and base[j] is not None else None
        if own[i] is None or most[i] is None or others is None:
            result[i] = None
        elif in_order:
            result[i] = min(own[i], max(most[i] - others, 0))
        else:
            result[i] = _part(own[i], most[i], own[i] + others)
    return result


def _same(keys: Sequence[Codes], unknowns: Sequence[Any], a: int, b: int) -> int:
    found = YES
    for column, unknown in zip(keys, unknowns, strict=True):
        if column[a] == unknown or column[b] == unknown:
            found &= DOUBT
        elif column[a] != column[b]:
            return NO
    return found


def _before(dates: Codes | None, a: int, b: int) -> int:
    if a == b:
        return NO
    if dates is None:
        return YES if a < b else NO
    if dates[a] is None or dates[b] is None:
        return DOUBT
    return YES if (dates[a], a) < (dates[b], b) else NO


# ------------------------------------------------------------------ rounding that adds up


def add_up(outcome: Codes, own: Codes, total: Any, scale: int, scale_of_total: int) -> list[Any]:
    """Largest remainder: floors first, then one each to the largest fractions, in order."""
    items = [i for i in range(len(outcome)) if outcome[i]]
    if total is None or any(own[i] is None for i in items):
        return [None] * len(outcome)
    floors = {i: own[i] // scale for i in items}
    over = total - sum(floors.values()) * scale_of_total
    order = sorted(items, key=lambda i: -(own[i] % scale))
    result: list[Any] = [None] * len(outcome)
    for rank, i in enumerate(order):
        result[i] = floors[i] + (1 if rank * scale_of_total < over else 0)
    return result


# ------------------------------------------------------------------ sums over others of its kind


def run(
    name: str, values: Codes | None, where: Codes | None, missing: Codes | None, dates: Codes | None, keys: Sequence[Codes],
    unknowns: Sequence[Any], before: bool, ranked: int, skips: bool, unknown: Any, count: int,
) -> list[Any]:  # fmt: skip
    """Per item: the total, number, highest or lowest over those with the same keys, or those before it."""
    plain = not missing and (where is None or DOUBT not in where) and not (dates is not None and None in dates)
    plain = plain and all(u not in k for k, u in zip(keys, unknowns, strict=True))
    plain = plain and (values is None or all(v is not None and v != unknown for v in values))
    if plain and before:
        return _running(name, values, where, dates, keys, unknown, count)
    result = []
    for i in range(count):
        found: list[tuple[Any, int]] = []
        for j in range(count):
            inside = _same(keys, unknowns, j, i) if j != i else YES
            if before and inside:
                inside &= _before(dates, j, i)
            if where is not None and inside:
                inside &= where[j]
            if inside:
                found.append((None if values is None else values[j], inside))
        result.append(_gathered(name, found, bool(missing and missing[i] == YES), ranked, skips, unknown))
    return result


def _gathered(name: str, found: list[tuple[Any, int]], missing: bool, ranked: int, skips: bool, unknown: Any) -> Any:
    if name == "some":
        return YES if found else NO
    if name == "number":
        return None if missing or any(inside != YES for _, inside in found) else len(found)
    if name == "total":
        counted = [(v, inside) for v, inside in found if not (skips and v == 0)]
        if missing or any(v is None or inside != YES for v, inside in counted):
            return None
        return reduce(plus, (v for v, _ in counted), 0)
    known = [v for v, inside in found if inside == YES and v != unknown]
    doubts = missing or len(known) != len(found)
    best = None if not known else max(known) if name == "highest" else min(known)
    last = ranked - 1 if name == "highest" else 0
    if best is None or (doubts and not (ranked and best == last)):
        return unknown
    return best


def _running(
    name: str,
    values: Codes | None,
    where: Codes | None,
    dates: Codes | None,
    keys: Sequence[Codes],
    unknown: Any,
    count: int,
) -> list[Any]:
    order = sorted(range(count), key=dates.__getitem__) if dates is not None else list(range(count))
    names: Sequence[Any] = [()] * count if not keys else list(zip(*keys, strict=True))
    held: dict[Any, Any] = {}
    result: list[Any] = [None] * count
    for i in order:
        before = held.get(names[i])
        if name in ("total", "number"):
            result[i] = before or 0
        elif name == "some":
            result[i] = NO if before is None else YES
        else:
            result[i] = unknown if before is None else before
        if where is None or where[i]:
            value = 1 if values is None else values[i]
            if before is None:
                held[names[i]] = value
            elif name in ("highest", "lowest"):
                held[names[i]] = max(before, value) if name == "highest" else min(before, value)
            else:
                held[names[i]] = plus(before, value)
    return result
