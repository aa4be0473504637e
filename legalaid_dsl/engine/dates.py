"""The calendar: days moved, counted and put at the edge of a month, quarter or year.

Days are proleptic ordinals, as in the lowered form. Everything is total: what has no answer between the first and
the last day that law here knows is None.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2200, 12, 31)
FIRST: Final = FIRST_DAY.toordinal()
LAST: Final = LAST_DAY.toordinal()
MOST_BETWEEN: Final = LAST - FIRST  # days, and so also weeks, months, years
MONTHS: Final = {"months": 1, "quarters": 3, "years": 12}
DAYS: Final = {"days": 1, "weeks": 7}


def moved(day: int, count: Any, unit: str, ends: str) -> int | None:
    """A day so many units later (earlier, where fewer than none). ``ends``: in a month that has no such day,
    its last day (``last_day``) or the day after that (``day_after``). None: no whole number, or outside the calendar."""
    if Fraction(count).denominator != 1 or abs(count) > MOST_BETWEEN:
        return None
    later = day + int(count) * DAYS[unit] if unit in DAYS else _months_later(day, int(count) * MONTHS[unit], ends)
    return later if FIRST <= later <= LAST else None


def _months_later(day: int, months: int, ends: str) -> int:
    start = date.fromordinal(day)
    place = start.year * 12 + start.month - 1 + months
    if not FIRST_DAY.year * 12 <= place < (LAST_DAY.year + 1) * 12:
        return 0
    year, month = place // 12, place % 12 + 1
    last = monthrange(year, month)[1]
    over = start.day > last
    found = date(year, month, min(start.day, last)).toordinal()
    return found + 1 if over and ends == "day_after" else found


def between(first: int, second: int, unit: str, ends: str) -> int:
    """How many whole units lie between two days; below nought where the second comes first."""
    if second < first:
        return -between(second, first, unit, ends)
    if unit in DAYS:
        return (second - first) // DAYS[unit]
    a, b = date.fromordinal(first), date.fromordinal(second)
    months = (b.year - a.year) * 12 + b.month - a.month
    if _months_later(first, months, ends) > second:
        months -= 1
    return months // MONTHS[unit]


def edge(day: int, unit: str, last: bool) -> int:
    """The first or last day of the month, quarter or year that a day lies in."""
    here = date.fromordinal(day)
    size = MONTHS[unit]
    month = (here.month - 1) // size * size + 1
    if not last:
        return here.replace(month=month, day=1).toordinal()
    month += size - 1
    return date(here.year, month, monthrange(here.year, month)[1]).toordinal()


# What ``Operation`` of rulebook/meaning.py means on dates, for the interpreter and for every compiled form:
# (operands, unit, rule for the ends of months) → ordinal or number; None: no answer.
ON_DATES: Final[dict[str, Callable[[Sequence[Any], str, str], int | None]]] = {
    "between": lambda x, unit, ends: between(x[0], x[1], unit, ends),
    "after": lambda x, unit, ends: moved(x[1], x[0], unit, ends),
    "before": lambda x, unit, ends: moved(x[1], -x[0], unit, ends),
    "start": lambda x, unit, ends: edge(x[0], unit, False),
    "end": lambda x, unit, ends: edge(x[0], unit, True),
}
