"""Codes of results as Arrow columns: exact decimals, names of choices, citations."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ...basics.quantity import is_decimal, round_half_up
from ...engine.columns.batch import Array, Numbers
from ...engine.lowered.steps import NO, YES, Node

DIGITS: Final = 38
PLACES: Final = 6  # of a number that does not end in decimals
EPOCH: Final = 719_163  # the ordinal of 1970-01-01


def places_of(scale: int, whole: bool) -> int | None:
    """Decimal places that hold every number of a scale; None where none do."""
    for places in range(19):
        if 10**places % scale == 0:
            return places if whole else max(places, PLACES)
    return None if whole else PLACES


def may_not_end(node: Node) -> bool:
    """Whether a number may be a fraction that its column cannot say: thirds, or sevenths that every value is counted in."""
    return node.kind == "number" and (not node.whole or places_of(node.size, True) is None)


def number_type(node: Node) -> pa.DataType:
    places = places_of(node.size, node.whole)
    if places == 0:
        return pa.int64()
    return pa.decimal128(DIGITS, PLACES if places is None else places)


def type_of(node: Node) -> pa.DataType:
    match node.kind:
        case "number":
            return number_type(node)
        case "yes_or_no":
            return pa.bool_()
        case "date":
            return pa.date32()
        case "choices":
            return pa.list_(pa.string())
    return pa.string()


def plain_value(node: Node, value: Any) -> Any:
    """An engine's value as Python gives it to Arrow."""
    if isinstance(value, Fraction):
        kind = number_type(node)
        return int(value) if kind == pa.int64() else as_decimal(value, kind.scale)
    return sorted(value) if isinstance(value, frozenset) else value


def as_decimal(value: Fraction, places: int) -> Decimal:
    """Exact where it ends in decimals, else rounded half up as results are printed."""
    if not is_decimal(value) or (value * 10**places).denominator != 1:
        value = round_half_up(value, Fraction(1, 10 ** min(places, PLACES)))
    return Decimal(int(value * 10**places)).scaleb(-places)


def exact_text(value: Any, places: int = PLACES) -> str | None:
    """``25/3`` for what so many decimals cannot say."""
    if isinstance(value, Fraction) and (value * 10**places).denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    return None


def array_of(node: Node, codes: Any, keep: Array, choices: Sequence[str]) -> pa.Array:
    """A column of results; ``keep``: where it is shown."""
    if node.kind == "number":
        return _numbers(node, codes, keep)
    if isinstance(codes, Numbers):  # dates
        known = keep if codes.known is None else keep & codes.known
        return pa.array((codes.long - EPOCH).astype(np.int32), pa.date32(), mask=~known)
    if node.kind == "yes_or_no":
        return pa.array(codes == YES, mask=~(keep & ((codes == YES) | (codes == NO))))
    if node.kind == "choice":
        shown = keep & (codes != node.unknown)
        places = pa.array(np.where(shown, codes, 0).astype(np.int32), mask=~shown)
        return pa.DictionaryArray.from_arrays(places, pa.array(list(choices), pa.string())).cast(pa.string())
    texts = [
        [c for i, c in enumerate(choices) if code >> i & 1] if here and code != node.unknown else None
        for code, here in zip(codes.tolist(), keep.tolist(), strict=True)
    ]  # fmt: skip
    return pa.array(texts, pa.list_(pa.string()))


def _numbers(node: Node, codes: Numbers, keep: Array) -> pa.Array:
    kind = number_type(node)
    known = keep if codes.known is None else keep & codes.known
    if kind == pa.int64():
        return pa.array(codes.long, kind, mask=~known)
    factor = Fraction(10**kind.scale, node.size)
    if factor.denominator == 1 and codes.bound() * factor.numerator < 2**62:
        wide = codes.long * factor.numerator
        if codes.below is not None:
            wide = _rounded(wide, codes.below, kind.scale)
        return decimals(wide, known, kind)
    values = [
        as_decimal(Fraction(int(n), int(d)) / node.size, kind.scale) if here else None
        for n, d, here in zip(codes.long, np.broadcast_to(1 if codes.below is None else codes.below, known.shape), known)
    ]  # fmt: skip
    return pa.array(values, kind)


def _rounded(above: Array, below: Array, places: int) -> Array:
    """Half up; to as many places as results are printed with, unless the fraction ends sooner."""
    ends = above % below == 0
    step = 10 ** max(places - PLACES, 0)
    coarse = (2 * above + below * step) // (2 * below * step) * step
    found: Array = np.where(ends, above // below, coarse)
    return found


def decimals(codes: Array, known: Array, kind: pa.DataType) -> pa.Array:
    """Integers as decimals, through their bytes: the low half and the sign."""
    halves = np.empty((len(codes), 2), np.int64)
    halves[:, 0] = codes
    halves[:, 1] = codes >> 63
    mask = pa.array(known).buffers()[1]
    return pa.Array.from_buffers(kind, len(codes), [mask, pa.py_buffer(halves)])


def exact_of(node: Node, codes: Numbers, keep: Array) -> pa.Array | None:
    """The exact fractions of the numbers that their column cannot say; None where there are none."""
    ends = places_of(node.size, True) is not None
    if codes.below is None and ends:
        return None
    known = keep if codes.known is None else keep & codes.known
    below = np.broadcast_to(1 if codes.below is None else codes.below, known.shape)
    places = np.flatnonzero(known & (below != 1) if ends else known)
    if not len(places):
        return None
    pairs = np.stack([codes.long[places], below[places]], 1)
    distinct, which = np.unique(pairs, axis=0, return_inverse=True)
    held = getattr(number_type(node), "scale", 0)
    texts = [exact_text(Fraction(int(n), int(d)) / node.size, held) for n, d in distinct]
    index = np.full(len(known), len(texts), np.int32)
    index[places] = which.reshape(-1)
    return pa.array(texts, pa.string()).take(pa.array(index, mask=index == len(texts)))


def clauses_of(codes: Array, clauses: Sequence[int], citations: Sequence[str]) -> pa.Array:
    """The clause that decided, by its path; null where none did."""
    named = codes < len(clauses)
    places = np.array([*clauses, 0], np.int32).take(np.minimum(codes, len(clauses)))
    held = pa.array(places, pa.int32(), mask=~named)
    return pa.DictionaryArray.from_arrays(held, pa.array(list(citations), pa.string()))
