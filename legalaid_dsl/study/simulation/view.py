"""A simulation in words and pictures: the records that its templates print. Lengths are whole tenths of a percent."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import attrs

from ...basics.neutral import visible
from ...basics.quantity import decimal_text
from ...basics.worded import said
from ...explain.numbers import number
from ...explain.render import TEMPLATES as EXPLAINING
from ...explain.render import fill
from ...rulebook.model import Term
from ..comparison.words import Teller, shortened
from ..files import digest_of_rules
from ..outcomes.difference import difference
from ..outcomes.outcome import result_key
from ..render import TEMPLATES
from .grounds_view import Governed, RefusedCells, amended_cases, governed, refused_cells
from .groups import WORDS, By, Label
from .naming import group_name
from .scenarios_view import ChoiceLine, Part, choices, parts
from .simulate import REFUSED, Simulation
from .summary import Summary, summary
from .tables_out import in_order, tables_of
from .tally import EDGES, KINDS, Cell, Tally
from .workbook import FILE

HALF: Final = 1000  # the longest bar to one side, in tenths of a percent of it
MOST_SAME: Final = 3  # groups without any change that a chart shows
MOST_MISSING: Final = 8  # listed on the page; the table has them all


@attrs.frozen(slots=True)
class Total:
    name: str
    before: str
    after: str
    change: str
    percent: str
    gained: str
    lost: str


@attrs.frozen(slots=True)
class Share:
    """How many cases became what. ``width``: of the whole strip, in tenths of a percent."""

    kind: str
    number: str
    percent: str
    width: int


@attrs.frozen(slots=True)
class Group:
    """``changes``: by number; ``lost`` and ``gained``: lengths of bars; ``sign``: of the net change."""

    name: str
    number: str
    more: str
    less: str
    left_out: int
    changes: tuple[str, ...]
    gained_text: str
    lost_text: str
    lost: int
    gained: int
    sign: int


@attrs.frozen(slots=True)
class Breakdown:
    name: str
    things: str  # empty: the groups are of cases
    groups: tuple[Group, ...]
    years: bool = False  # days, by their year
    shown: tuple[Group, ...] = ()  # those that the chart shows
    same: str = ""  # how many others there are, in which nothing changes; empty: none


@attrs.frozen(slots=True)
class Step:
    """A column of the histogram: so many cases changed by at least ``low`` and less than ``high``."""

    low: str
    high: str
    label: str
    sign: int
    number: str
    length: int


@attrs.frozen(slots=True)
class Ceiling:
    clause: str
    term: str
    at_most: bool
    number_before: str
    before: str
    number_after: str
    after: str
    change: str


@attrs.frozen(slots=True)
class Missing:
    what: str  # fact or figure that is missing, opening, refused
    question: str
    key: str
    number: str


@attrs.frozen(slots=True)
class SimulationView:
    lang: str
    ruleset: str
    base: str
    amended: str
    digest_before: str
    digest_after: str
    digest_portfolio: str
    provisions: str
    figures: str
    readings: tuple[str, ...]
    reliability: str
    synthetic: str  # how many cases are made up; empty: none
    number: str
    both: str
    left_out: str  # empty: none
    states: tuple[tuple[str, str, str], ...]  # state, before, after
    measures: tuple[str, ...]
    money: str  # the name of the last number
    totals: tuple[Total, ...]
    shares: tuple[Share, ...]
    steps: tuple[Step, ...]
    breakdowns: tuple[Breakdown, ...]
    ceilings: tuple[Ceiling, ...]
    missing: tuple[Missing, ...]
    more_missing: int
    looked_at: str
    parts: tuple[Part, ...]
    unsplit: str  # cases that no part can be given a share of; empty: none
    choices: tuple[ChoiceLine, ...]  # of readings, that make a difference
    same_choices: tuple[ChoiceLine, ...]
    files: tuple[str, ...]
    summary: Summary | None
    governed: tuple[Governed, ...]
    amended_cases: str  # that an amended text governed; empty: every case is decided by both texts
    refused: RefusedCells | None
    unseen: tuple[str, ...]  # what was counted though it is hidden


def simulation_page(view: SimulationView, format: str) -> str:
    """``format``: text or html."""
    return fill((TEMPLATES, EXPLAINING), "simulate", format, v=view)


def simulation_view(asked: Simulation, tally: Tally, lang: str) -> SimulationView:
    """What a simulation says, in one language."""
    base, amended = asked.base.rulebook, asked.amended.rulebook
    teller = Teller.of(base, amended, lang)
    terms, whole, inputs = asked.measures, tally.whole, asked.inputs()
    left = whole.number - whole.both
    states = ("determined", "undetermined", "refused")
    turned, same = choices(asked, tally, teller)
    return SimulationView(
        lang=lang, ruleset=amended.instruments[amended.id].names[lang], base=_called(asked.names[0]), amended=_called(asked.names[1]),
        digest_before=digest_of_rules(asked.base), digest_after=digest_of_rules(asked.amended), digest_portfolio=inputs["portfolio"],
        provisions=teller.after.cites(c.path for c in difference(base, amended).provisions),
        figures=_called(str(asked.options.figures or "")), readings=tuple(f"{k}={v}" for k, v in inputs["readings"].items()),
        reliability=asked.reliability, synthetic=count(tally.synthetic, lang) if tally.synthetic else "",
        number=count(whole.number, lang), both=count(whole.both, lang), left_out=count(left, lang) if left else "",
        states=tuple((s, count(b, lang), count(a, lang)) for s, b, a in zip(states, whole.before, whole.after, strict=True)),
        measures=tuple(teller.after.title(t.names) for t in terms),
        money=teller.after.title(terms[-1].names) if terms else "",
        totals=tuple(_total(t, whole, teller) for t in terms), shares=_shares(whole, lang),
        steps=_steps(tally, lang), breakdowns=tuple(_breakdown(asked, tally, by, teller, terms) for by in asked.by),
        ceilings=tuple(_ceilings(tally, teller)), missing=tuple(_missing(tally, lang))[:MOST_MISSING],
        more_missing=max(len(tally.missing) - MOST_MISSING, 0),
        looked_at=count(tally.looked_at, lang),
        parts=parts(asked, tally, teller), unsplit=count(tally.unsplit, lang) if tally.unsplit else "",
        choices=turned, same_choices=same,
        files=(*(f"tables/{name}.csv" for name in tables_of(asked)), FILE, *([REFUSED] if tally.refused else []), "cases/"),
        summary=summary(asked, tally, teller), governed=governed(asked, tally, lang),
        amended_cases=amended_cases(tally, lang), refused=refused_cells(tally.refused, lang),
        unseen=tuple(visible(note[lang]) for note in tally.unseen),
    )  # fmt: skip


def _called(text: str) -> str:
    """A folder or file as a reader wants it: without where it lies on somebody's machine, acts by their names."""
    return " + ".join(Path(part).name.removesuffix(".law") or part for part in text.split("+"))


def count(n: int, lang: str) -> str:
    return number(str(n), lang)


def _percent(part: Fraction, whole: Fraction, lang: str) -> str:
    if not whole:
        return ""
    return number(decimal_text(shortened(part / whole * 100)), lang).replace("-", "−") + "%"


def _total(term: Term, cell: Cell, teller: Teller) -> Total:
    before, after, gained, lost = cell.sums.get(result_key(term), [Fraction(0)] * 4)
    change = after - before
    return Total(
        teller.after.title(term.names), teller.number(term, shortened(before)), teller.number(term, shortened(after)),
        teller.change(term, shortened(change)), ("+" if change > 0 else "") + _percent(change, before, teller.lang),
        teller.change(term, shortened(gained)), teller.change(term, shortened(lost)),
    )  # fmt: skip


def _shares(cell: Cell, lang: str) -> tuple[Share, ...]:
    found = []
    for kind, n in zip(KINDS, cell.kinds, strict=True):
        if n:
            width = max(HALF * n // cell.number, 4)
            found.append(Share(kind, count(n, lang), _percent(Fraction(n), Fraction(cell.number), lang), width))
    return tuple(found)


def _steps(tally: Tally, lang: str) -> tuple[Step, ...]:
    """From the greatest loss to the greatest gain, without gaps on either side."""
    if not tally.steps:
        return ()
    sizes = [abs(k) for k in tally.steps]
    places = range(min(sizes), max(sizes) + 1)
    lowest, highest = min(tally.steps), max(tally.steps)
    most = max(tally.steps.values())
    shown = [-p for p in reversed(places) if p <= -lowest] + [p for p in places if p <= highest]
    return tuple(_step(k, tally.steps.get(k, 0), most, lang) for k in shown)


def _step(step: int, n: int, most: int, lang: str) -> Step:
    size = abs(step)
    low = EDGES[size - 2] if size > 1 else 0
    high = count(EDGES[size - 1], lang) if size <= len(EDGES) else ""
    sign = 1 if step > 0 else -1
    label = ("+" if sign > 0 else "−") + _brief(low, lang)
    return Step(count(low, lang), high, label, sign, count(n, lang) if n else "", -(-HALF * n // most))


def _brief(value: int, lang: str) -> str:
    """10,000 as 10k: what stands under a column."""
    for size, sign in ((10**9, "billions"), (10**6, "millions"), (10**3, "thousands")):
        if value >= size:
            return count(value // size, lang) + " " + said(WORDS, sign)[lang]
    return count(value, lang)


# ------------------------------------------------------------------ groups


def _breakdown(asked: Simulation, tally: Tally, by: By, teller: Teller, terms: Sequence[Term]) -> Breakdown:
    cells = in_order(asked, tally, by)
    last = result_key(terms[-1]) if terms else ""
    longest = max((abs(x) for _, c in cells for x in c.sums.get(last, [Fraction(0)] * 4)[2:]), default=Fraction(0))
    groups = tuple(_group(by, label, cell, teller, terms, longest) for label, cell in cells)
    years = by.term is not None and by.term.type.kind == "date"
    changed = tuple(g for g in groups if g.gained or g.lost)
    many = not changed or (len(groups) - len(changed) > MOST_SAME and not years)
    shown, same = (changed, count(len(groups) - len(changed), teller.lang)) if many else (groups, "")
    if by.term is None:
        return Breakdown(by.title[teller.lang] if by.title is not None else by.name, "", groups, years, shown, same)
    things = teller.after.rulebook.things[by.term.thing].plurals[teller.lang] if by.of_items else ""
    return Breakdown(teller.after.title(by.term.names), things, groups, years, shown, same)


def _group(by: By, label: Label, cell: Cell, teller: Teller, terms: Sequence[Term], longest: Fraction) -> Group:
    lang, zero = teller.lang, [Fraction(0)] * 4
    last = terms[-1]
    _, _, gained, lost = cell.sums.get(result_key(last), zero)
    net = gained + lost
    changes = [cell.sums.get(result_key(t), zero) for t in terms]
    return Group(
        group_name(by, label, teller), count(cell.number, lang), count(cell.kinds[0], lang), count(cell.kinds[1], lang), cell.number - cell.both,
        tuple(teller.change(t, shortened(c[1] - c[0])) if c[1] != c[0] else "" for t, c in zip(terms, changes, strict=True)),
        teller.change(last, shortened(gained)), teller.change(last, shortened(lost)), _length(lost, longest), _length(gained, longest),
        1 if net > 0 else -1 if net < 0 else 0,
    )  # fmt: skip


def _length(value: Fraction, longest: Fraction) -> int:
    """At least a pixel where there is anything."""
    return max(int(HALF * abs(value) / longest), 1) if value and longest else 0


def _ceilings(tally: Tally, teller: Teller) -> Any:
    """The greatest first."""
    found = []
    for (_, key, clause, kind, set_by), (n_before, before, n_after, after) in tally.ceilings.items():
        phrases = teller.after if key in teller.after.rulebook.terms else teller.before
        term = phrases.term(key)
        record = Ceiling(
            phrases.cites([set_by or clause]), phrases.title(term.names), kind == "at_most", count(int(n_before), teller.lang),
            _amount(phrases, term, before), count(int(n_after), teller.lang), _amount(phrases, term, after),
            _signed(phrases, term, after - before),
        )  # fmt: skip
        found.append(((kind != "at_most", -max(before, after), clause), record))
    return [record for _, record in sorted(found, key=lambda pair: pair[0])]


def _amount(phrases: Any, term: Term, value: Fraction) -> str:
    return str(phrases.value(term, decimal_text(shortened(abs(value)))))


def _signed(phrases: Any, term: Term, value: Fraction) -> str:
    return "" if not value else ("+" if value > 0 else "−") + _amount(phrases, term, value)


def _missing(tally: Tally, lang: str) -> Any:
    for (what, key, en, vi), n in sorted(tally.missing.items(), key=lambda pair: (-pair[1], pair[0])):
        yield Missing(what, {"en": en, "vi": vi}[lang], key, count(n, lang))
