"""What the numbers of a simulation rest on, case by case: by which text each was decided, and which cells were not read."""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from ...basics.neutral import visible
from ...explain.numbers import day, number
from ..portfolio.by_text import FIRST
from ..sheets.refused import Refused
from .simulate import REFUSED, Simulation
from .tally import Tally

MOST_REFUSED: Final = 100  # cells on the page; the file beside it has all


@attrs.frozen(slots=True)
class Governed:
    """One text: the day from which it is in force (empty: before any amendment), the acts of that day, how many cases it governed on
    either side. ``unknown``: where which text governs is not known."""

    day: str
    acts: str
    before: str
    after: str
    unknown: bool = False


@attrs.frozen(slots=True)
class RefusedCell:
    where: str
    case: str
    column: str
    value: str
    reason: str
    right: str


@attrs.frozen(slots=True)
class RefusedCells:
    """``more``: how many are not listed; empty: none."""

    count: str
    cells: tuple[RefusedCell, ...]
    more: str
    file: str = REFUSED


def amended_cases(tally: Tally, lang: str) -> str:
    """How many cases a text after the first governed, on the side of the amended rules; empty where one text decides all."""
    if not tally.governed:
        return ""
    return number(str(sum(n for (side, text), n in tally.governed.items() if side == 1 and text not in ("", FIRST))), lang)


def governed(asked: Simulation, tally: Tally, lang: str) -> tuple[Governed, ...]:
    """The texts that governed cases, the oldest first; none where every case is decided by one text on either side."""
    if not tally.governed:
        return ()
    sides = [{text: n for (side, text), n in tally.governed.items() if side == place} for place in (0, 1)]
    every = [found or {FIRST: tally.whole.number} for found in sides]  # a side of one text
    names = sorted({*every[0], *every[1]}, key=lambda text: (not text, text != FIRST, text))
    acts = _acts(asked, lang)
    return tuple(
        Governed(
            day(text, lang) if text not in ("", FIRST) else "", "; ".join(acts.get(text, ())),
            number(str(every[0].get(text, 0)), lang), number(str(every[1].get(text, 0)), lang), not text,
        )
        for text in names
    )  # fmt: skip


def _acts(asked: Simulation, lang: str) -> dict[str, list[str]]:
    """By day, what the acts are called that amend from then on."""
    found: dict[tuple[date, str], str] = {}
    for text in (*asked.base.every, *asked.amended.every):
        book = text.rulebook
        for one in (a for amended in book.amended_by.values() for a in amended):
            found[one.from_date, one.citation.instrument] = book.act_names[one.citation.instrument][lang]
    days: dict[str, list[str]] = {}
    for (start, _), name in sorted(found.items()):
        days.setdefault(start.isoformat(), []).append(name)
    return days


def refused_cells(found: list[Refused], lang: str) -> RefusedCells | None:
    """Those that the page lists; None where every cell was read."""
    if not found:
        return None
    more = len(found) - MOST_REFUSED
    return RefusedCells(
        number(str(len(found)), lang), tuple(_cell(r, lang) for r in found[:MOST_REFUSED]), number(str(more), lang) if more > 0 else ""
    )


def _cell(one: Refused, lang: str) -> RefusedCell:
    told = {key: visible(text) for key, text in one.told(lang).items()}
    where = " · ".join(told[key] for key in ("file", "sheet", "cell") if told[key])
    return RefusedCell(where, told["case"], told["column"], told["value"], told["reason"], told["right"])
