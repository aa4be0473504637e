"""What people do not see in a workbook, and what is counted all the same: rows and columns that are hidden or filtered away."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ...basics.bilingual import Bilingual
from ...basics.tabular import Place, wording
from ..portfolio.opened import letters
from .body import Body

MOST: Final = 12  # stretches that are told one by one

Stretches = list[tuple[int, int]]


def notes(body: Body, place: Place | None = None) -> list[Bilingual]:
    """What is said of a sheet that was read, a sentence a kind. ``place``: where, if it is not said beside."""
    rows, columns = _rows(body), _columns(body)
    found = [wording("hidden-sheet", place)] if body.grid.hidden else []
    found += [wording("hidden-rows" if _several(rows) else "hidden-row", place, rows=_told(rows, str))] if rows else []
    found += [wording("hidden-columns" if _several(columns) else "hidden-column", place, columns=_told(columns, letters))] if columns else []
    return found


def _rows(body: Body) -> Stretches:
    hidden = sorted(body.grid.hidden_rows)
    starts = [first for first, _ in hidden]

    def unseen(number: int) -> bool:
        at = bisect_right(starts, number) - 1
        return at >= 0 and number <= hidden[at][1]

    return _stretches(n for n, _ in body.rows() if unseen(n)) if hidden else []


def _columns(body: Body) -> Stretches:
    """From 0; those that hold facts or labels."""
    used = [c.index for c in body.layout.columns if c.used or c is body.layout.key]
    return _stretches(i for i in used if any(first <= i <= last for first, last in body.grid.hidden_columns))


def _stretches(numbers: Iterable[int]) -> Stretches:
    found = Stretches()
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found


def _several(found: Stretches) -> bool:
    return found[0][0] != found[-1][1]


def _told(found: Sequence[tuple[int, int]], name: Callable[[int], str]) -> str:
    told = [name(a) if a == b else f"{name(a)}–{name(b)}" for a, b in found[:MOST]]
    return ", ".join([*told, "…"] if len(found) > MOST else told)
