"""Everything that a comparison says, before it is put into words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

from ...api import Rules
from ...making.search import TRIES, Search
from ...rulebook.model import STATUSES
from ..outcomes.outcome import Options, check_readings, decide
from .attribution import Attribution, MakeRules, attribute
from .breakdown import Breakdown, break_down, column
from .claims import Claim, read_claim
from .compare import Compared, Comparison, compare
from .reasons import Reason
from .smallest import Smallest, smallest_of, witnesses
from .words import explained

MOST_LISTED: Final = 20  # cases in prose; data has all of them


@attrs.frozen(slots=True)
class Wanted:
    """What is asked of a comparison."""

    by: tuple[str, ...] = ()
    claim: str = ""
    listed: int = MOST_LISTED
    tries: int = TRIES
    seed: int = 0


@attrs.frozen(slots=True, eq=False)
class Claimed:
    """A claim and the cases that refute it, or of which it cannot be said."""

    claim: Claim
    broken: tuple[Compared, ...]
    silent: tuple[Compared, ...]
    looked_at: int


@attrs.frozen(slots=True, eq=False)
class Report:
    """``search``: where no cases were given, and ``smallest`` are what it found."""

    names: tuple[str, str]
    comparison: Comparison
    wanted: Wanted
    breakdowns: tuple[Breakdown, ...]
    smallest: tuple[Smallest, ...]
    search: Search | None
    claimed: Claimed | None
    attribution: Attribution | None

    def reason(self, row: Compared) -> Reason:
        """Why a case differs; decided once more, with traces."""
        made = self.comparison
        sides = [decide(r, row.case, made.options, trace=True).raw for r in (made.base, made.amended)]
        return explained(row, made.amended.rulebook, sides[0], sides[1])

    @property
    def changed(self) -> list[Compared]:
        return [row for row in self.comparison.rows if row.kind != "unchanged"]

    @property
    def reliability(self) -> str:
        """The weakest status among the figures used anywhere."""
        rows = [*self.comparison.rows, *(s.compared for s in self.smallest)]
        found = {o.raw["reliability"] for row in rows for o in (row.before, row.after)} - {None}
        return max(found, key=[str(s) for s in STATUSES].index, default="official")


def report(
    base: Rules, amended: Rules, cases: Sequence[Any], options: Options, wanted: Wanted,
    names: tuple[str, str] = ("", ""), parts: tuple[tuple[str, ...], MakeRules] | None = None,
) -> Report:  # fmt: skip
    """Compare over the cases; without any, search for a witness. ``parts``: to attribute to."""
    check_readings(options, base, amended)
    claim = read_claim(amended.rulebook, wanted.claim) if wanted.claim else None
    terms = [column(amended.rulebook, text) for text in wanted.by]
    made = compare(base, amended, cases, options)
    search: Search | None = None
    if cases:
        smallest = smallest_of(made)
    else:
        looked = witnesses(base, amended, options, claim, tries=wanted.tries, seed=wanted.seed)
        smallest, search = list(looked.found), looked.search
    claimed = _claimed(claim, made.rows if cases else [s.compared for s in smallest], search) if claim else None
    over = list(cases) or [s.compared.case for s in smallest]
    attribution = attribute(parts[1], parts[0], over, options, seed=wanted.seed) if parts and parts[0] else None
    breakdowns = tuple(break_down(made, term) for term in terms) if cases else ()
    return Report(names, made, wanted, breakdowns, tuple(smallest), search, claimed, attribution)


def _claimed(claim: Claim, rows: Iterable[Compared], search: Search | None) -> Claimed:
    found = list(rows)
    broken = tuple(r for r in found if claim.broken(r.before, r.after))
    silent = tuple(r for r in found if r not in broken and claim.silent(r.before, r.after))
    return Claimed(claim, broken, silent, search.tried if search is not None else len(found))
