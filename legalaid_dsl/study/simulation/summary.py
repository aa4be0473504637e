"""The first page of a report, for whoever decides: what changes, who gains, who loses, what a year costs, what is uncertain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Final

import attrs

from ...basics.quantity import decimal_text, round_half_up
from ...basics.worded import said
from ...explain.numbers import day, number
from ...rulebook.model import Term
from ..comparison.words import Teller, shortened
from ..outcomes.outcome import result_key, shares
from .groups import WORDS, By
from .naming import group_name
from .simulate import Simulation
from .tables_out import in_order
from .tally import SUMS, Cell, Tally

MOST: Final = 3  # groups that are named as winners, and as losers
_SIZES: Final = ((10**9, "billion"), (10**6, "million"))


@attrs.frozen(slots=True)
class Title:
    """Of the acts, in one language; ``whole``: the whole titles of drafts, where the short ones are shown."""

    lang: str
    acts: str
    days: str
    whole: tuple[str, ...]


@attrs.frozen(slots=True)
class Mean:
    """``of``: case, or the key of the thing whose items are meant."""

    of: str
    number: str
    before: str
    after: str
    change: str


@attrs.frozen(slots=True)
class Named:
    """A group with what it gains or loses on balance."""

    by: str
    name: str
    change: str


@attrs.frozen(slots=True)
class Summary:
    """``a_year``: empty where the portfolio has no days; ``choices``: from the least to the most under other readings."""

    titles: tuple[Title, ...]
    change: str
    before: str
    after: str
    sign: int
    years: str
    a_year: str
    a_year_after: str
    gained: str
    lost: str
    means: tuple[Mean, ...]
    winners: tuple[Named, ...]
    losers: tuple[Named, ...]
    open_readings: str
    choices: tuple[str, str] | None


def brief(teller: Teller, term: Term, value: Fraction, sign: bool = False, by: Fraction | None = None) -> str:
    """A sum as it is said: 66,8 tỷ đồng. Below a million as it is. ``by``: what it is said beside, in whose size it is said too."""
    size = next(((n, said(WORDS, code)[teller.lang]) for n, code in _SIZES if abs(value if by is None else by) >= n), None)
    if size is None:
        return teller.change(term, shortened(value)) if sign else teller.number(term, shortened(value))
    unit = teller.number(term, Fraction(2)).removeprefix("2").strip()
    shown = number(decimal_text(round_half_up(abs(value) / size[0], Fraction(1, 10))), teller.lang)
    mark = "−" if value < 0 else "+" if sign else ""
    return f"{mark}{shown} {size[1]} {unit}"


def summary(asked: Simulation, tally: Tally, teller: Teller) -> Summary | None:
    """None where the rulesets have no number in common."""
    if not asked.measures:
        return None
    term = asked.measures[-1]
    key = result_key(term)
    before, after, gained, lost = _sums(tally.whole, key)
    years, book = _years(asked, tally), asked.amended.rulebook
    changes = [c[1] - c[0] for c in (_sums(cell, key) for cell in tally.choices.values())]
    least, most = min([*changes, after - before]), max([*changes, after - before])
    named = sorted(_groups(asked, tally, teller, key), key=lambda pair: pair[0])
    return Summary(
        titles(asked, teller.lang), brief(teller, term, after - before, True) if after != before else "",
        *_sides(teller, term, before, after), (after > before) - (after < before),
        number(str(years), teller.lang) if years else "", brief(teller, term, (after - before) / years, True) if years and after != before else "",
        brief(teller, term, after / years) if years else "",
        brief(teller, term, gained, True) if gained else "", brief(teller, term, lost, True) if lost else "",
        tuple(_means(asked, tally, teller, term)),
        tuple(_named(n, v, by, teller, term) for v, n, by in reversed(named) if v > 0)[:MOST],
        tuple(_named(n, v, by, teller, term) for v, n, by in named if v < 0)[:MOST],
        number(str(len({**asked.base.rulebook.readings, **book.readings})), teller.lang),
        (brief(teller, term, least, True), brief(teller, term, most, True)) if tally.choices and least != most else None,
    )  # fmt: skip


def _sides(teller: Teller, term: Term, before: Fraction, after: Fraction) -> tuple[str, str]:
    """Two sums of which the difference is told beside them: they are said in its size, so that they differ by it."""
    by = after - before or None
    return brief(teller, term, before, by=by), brief(teller, term, after, by=by)


def titles(asked: Simulation, lang: str) -> tuple[Title, ...]:
    """The acts that the amended text went through beyond the base, in the language of the page and in the other."""
    book, known = asked.amended.rulebook, asked.base.rulebook.act_names
    days: dict[str, date] = {}
    for one in (a for found in book.amended_by.values() for a in found):
        key = one.citation.instrument
        if key not in known:
            days[key] = min(one.from_date, days.get(key, one.from_date))
    order = sorted(days, key=lambda key: (days[key], key))
    return tuple(_title(asked, order, days, x) for x in (lang, "en" if lang == "vi" else "vi")) if order else ()


def _title(asked: Simulation, order: list[str], days: dict[str, date], lang: str) -> Title:
    book = asked.amended.rulebook
    names = [book.act_names[key][lang] for key in order]
    whole = [d[lang] for d in book.drafts if d not in asked.base.rulebook.drafts]
    if len(names) == len(whole) == 1:
        names, whole = whole, []
    shown = "; ".join(day(d.isoformat(), lang) for d in dict.fromkeys(days[key] for key in order))
    return Title(lang, "; ".join(names), shown, tuple(whole))


def _sums(cell: Cell, key: str) -> list[Fraction]:
    return cell.sums.get(key, [Fraction(0)] * len(SUMS))


def _years(asked: Simulation, tally: Tally) -> int:
    """How many years the cases are from: by the first day that the report is broken down by."""
    by = next((b for b in asked.by if b.term is not None and b.term.type.kind == "date" and not b.of_items), None)
    return sum(1 for label, cell in in_order(asked, tally, by) if label and cell.both) if by is not None else 0


def _means(asked: Simulation, tally: Tally, teller: Teller, term: Term) -> Iterator[Mean]:
    """What a case gets on average, and each of those who share in it, where the report counts them."""
    key, found = result_key(term), [("case", tally.whole)]
    for thing in shares(asked.amended.rulebook):
        by = next((b for b in asked.by if b.of_items and b.term is not None and b.term.thing == thing), None)
        if by is not None:
            every = Cell()
            for _, cell in in_order(asked, tally, by):
                every.add(cell)
            found.append((thing, every))
    for thing, cell in found:
        before, after, *_ = _sums(cell, key)
        if cell.both:
            n = Fraction(cell.both)
            values = [round_half_up(x / n) if x >= 0 else -round_half_up(-x / n) for x in (before, after)]
            change = values[1] - values[0]
            said = [teller.number(term, v) for v in values]
            yield Mean(thing, number(str(cell.both), teller.lang), said[0], said[1], teller.change(term, change) if change else "")


def _groups(asked: Simulation, tally: Tally, teller: Teller, key: str) -> Iterator[tuple[Fraction, tuple[str, ...], By]]:
    """(net change, label, column) of every group that says what it is; days are told by themselves."""
    for by in asked.by:
        if by.term is None or by.term.type.kind != "date":
            for label, cell in in_order(asked, tally, by):
                before, after, *_ = _sums(cell, key)
                if label and after != before:
                    yield after - before, label, by


def _named(label: tuple[str, ...], value: Fraction, by: By, teller: Teller, term: Term) -> Named:
    title = teller.after.title(by.term.names) if by.term is not None else by.title[teller.lang] if by.title is not None else by.name
    return Named(title, group_name(by, label, teller), brief(teller, term, value, True))
