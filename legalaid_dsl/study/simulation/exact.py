"""Columns of exact numbers: whole numbers over one power of ten, and the few fractions that do not end."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import pyarrow as pa

from ...engine.columns.batch import Array
from ..portfolio.results_as_arrow import DIGITS, decimals, exact_text


@attrs.frozen(slots=True, eq=False)
class Exact:
    """``codes`` (64 bits, one a row) over 10^``places``; where not ``known``, 0. ``odd``: rows whose number
    is a fraction that no decimal says, or too large for the codes."""

    codes: Array
    known: Array
    places: int
    odd: Mapping[int, Fraction]

    def at(self, row: int) -> Fraction:
        return self.odd.get(row, Fraction(int(self.codes[row]), 10**self.places))

    def signs(self) -> Array:
        """-1, 0 or 1 a row; 0 where it is not known."""
        found: Array = np.sign(self.codes)
        for row, value in self.odd.items():
            found[row] = 1 if value > 0 else -1 if value < 0 else 0
        return found

    def minus(self, other: Exact) -> Exact:
        """Known where both are."""
        places = max(self.places, other.places)
        known = self.known & other.known
        mine, theirs = (x.codes * 10 ** (places - x.places) for x in (self, other))
        large = {int(r) for x in (self, other) for r in np.flatnonzero(np.abs(x.codes) >= 2**61 // 10 ** (places - x.places))}
        odd = {r: self.at(r) - other.at(r) for r in sorted({*self.odd, *other.odd, *large}) if known[r]}
        codes = np.where(known, mine - theirs, 0)
        codes[list(odd)] = 0
        return Exact(codes, known, places, odd)

    def take(self, places: Array, there: Array) -> Exact:
        """The rows at these places; not known where not ``there``."""
        safe = np.where(there, places, 0)
        if not len(self.codes):
            nothing = np.zeros(len(places), np.int64)
            return Exact(nothing, nothing != 0, self.places, {})
        known = there & self.known[safe]
        odd = {int(i): self.odd[int(safe[i])] for i in np.flatnonzero(np.isin(safe, list(self.odd)) & known)} if self.odd else {}
        return Exact(np.where(known, self.codes[safe], 0), known, self.places, odd)

    def sums(self, where: Array, group: Array, count: int) -> list[Fraction]:
        """The sum of each group, over the rows ``where``. ``group``: a row's group, below ``count``."""
        codes = np.where(where, self.codes, 0)
        wide = int(np.abs(codes).max(initial=0)) * max(len(codes), 1) >= 2**62
        totals = np.zeros(count, object if wide else np.int64)
        np.add.at(totals, group, codes.astype(object) if wide else codes)
        found = [Fraction(int(t), 10**self.places) for t in totals]
        for row, value in self.odd.items():
            if where[row]:
                found[int(group[row])] += value
        return found

    def columns(self, name: str) -> dict[str, pa.Array]:
        """As Arrow columns: decimals, and beside them fractions as text where there are any."""
        codes, kind = self.codes.copy(), pa.decimal128(DIGITS, self.places)
        for row, value in self.odd.items():
            codes[row] = int(value * 10**self.places)
        found = {name: decimals(codes, self.known, kind) if self.places else pa.array(codes, mask=~self.known)}
        texts = [exact_text(self.odd[i], self.places) if i in self.odd else None for i in range(len(codes))] if self.odd else None
        found[f"{name}_exact"] = pa.array(texts, pa.string()) if texts else pa.nulls(len(codes), pa.string())
        return found


def exact_column(table: pa.Table, key: str) -> Exact:
    """A number of a table of results."""
    column = table[key].combine_chunks()
    column = pa.concat_arrays([column]) if column.offset else column
    known = column.is_valid().to_numpy(zero_copy_only=False)
    odd: dict[int, Fraction] = {}
    places = 0
    if pa.types.is_decimal(column.type):
        places = column.type.scale
        codes, large = _halves(column, known)
        odd |= {int(i): Fraction(column[int(i)].as_py()) for i in np.flatnonzero(large)}
    else:
        codes = column.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    if f"{key}_exact" in table.column_names:
        odd |= _fractions(table[f"{key}_exact"])
    codes[list(odd)] = 0
    return Exact(codes, known, places, odd)


def _halves(column: Any, known: Array) -> tuple[Array, Array]:
    """(the low 64 bits of decimals, which do not fit them)."""
    halves = np.frombuffer(column.buffers()[1], np.int64, 2 * len(column), 16 * column.offset).reshape(-1, 2)
    low = np.where(known, halves[:, 0], 0)
    # half of the range stays free, so that a difference and a change of scale cannot overflow
    large = known & ((halves[:, 1] != halves[:, 0] >> 63) | (np.abs(low) >> 52 != 0))
    return low, large


def _fractions(column: Any) -> dict[int, Fraction]:
    if column.null_count == len(column):
        return {}
    return {i: Fraction(text) for i, text in enumerate(column.to_pylist()) if text is not None}
