"""What each part of an amendment adds to a portfolio, and what other readings make of it: records for the templates."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import attrs

from ..comparison.view import part_name
from ..comparison.words import Teller, shortened
from ..outcomes.outcome import result_key
from .simulate import Simulation
from .tally import ALL, Tally

HALF = 1000  # the longest bar to one side, in tenths of a percent of it


@attrs.frozen(slots=True)
class Part:
    """``shares``: by number; ``width``: of its bar, by the last of them; ``sign``: of that."""

    name: str
    shares: tuple[str, ...]
    width: int
    sign: int


@attrs.frozen(slots=True)
class ChoiceLine:
    """The comparison under another choice of a reading, by the last of the numbers."""

    question: str
    provision: str
    choice: str
    key: str
    both: str
    before: str
    after: str
    change: str
    differs: bool  # from what the choice in force gives


def parts(asked: Simulation, tally: Tally, teller: Teller) -> tuple[Part, ...]:
    """In the order of the acts."""
    terms = asked.measures
    found = {part: sums for (part, by, _), sums in tally.shares.items() if by == ALL}
    last = {part: sums.get(result_key(terms[-1]), Fraction(0)) for part, sums in found.items()} if terms else {}
    longest = max((abs(x) for x in last.values()), default=Fraction(0))
    return tuple(
        Part(
            part_name(part, teller), tuple(teller.change(t, shortened(sums[result_key(t)])) for t in terms),
            max(int(HALF * abs(last[part]) / longest), 1) if last[part] else 0, 1 if last[part] > 0 else -1 if last[part] < 0 else 0,
        )
        for part, sums in found.items()
    )  # fmt: skip


def choices(asked: Simulation, tally: Tally, teller: Teller) -> tuple[tuple[ChoiceLine, ...], tuple[ChoiceLine, ...]]:
    """(those that make a difference to the sums, the others), in the order of the law."""
    lines = list(_choices(asked, tally, teller))
    return tuple(line for line in lines if line.differs), tuple(line for line in lines if not line.differs)


def _choices(asked: Simulation, tally: Tally, teller: Teller) -> Iterator[ChoiceLine]:
    if not asked.measures:
        return
    term, lang = asked.measures[-1], teller.lang
    default = tally.whole.sums.get(result_key(term), [Fraction(0)] * 4)
    for (key, choice), cell in tally.choices.items():
        reading = {**asked.base.rulebook.readings, **asked.amended.rulebook.readings}[key]
        before, after, *_ = sums = cell.sums.get(result_key(term), [Fraction(0)] * 4)
        yield ChoiceLine(
            reading.question[lang], teller.after.cites([reading.citation.path]), reading.choices[choice].text[lang],
            f"{key}={choice}", teller.count(cell.both), teller.number(term, shortened(before)), teller.number(term, shortened(after)),
            teller.change(term, shortened(after - before)), (sums, cell.both) != (default, tally.whole.both),
        )  # fmt: skip
