"""The smallest case of each kind of change, and a search for one where no cases are given."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import attrs

from ...api import Rules
from ...making.domain import domain_of
from ...making.search import TRIES, Search, Seen, examples, examples_of_acts, features, find
from ...making.shrink import shrink, size
from ..outcomes.kinds import KINDS, Kind, kind_of
from ..outcomes.outcome import Options, decide
from .breakdown import facts_of
from .claims import Claim
from .compare import Compared, Comparison, compare_one

MOST_STEPS: Final = 200  # of shrinking, for one kind of change
_PATIENCE: Final = 150  # further cases looked at after the last new kind


@attrs.frozen(slots=True, eq=False)
class Smallest:
    """A case of one kind of change, made small; ``like``: the given case that it came from."""

    kind: Kind
    compared: Compared
    like: Compared | None = None


def smallest_of(comparison: Comparison) -> list[Smallest]:
    """For each kind of change among the cases: the smallest, with everything left out that can be."""
    found = []
    for kind in KINDS:
        rows = [r for r in comparison.of(kind) if isinstance(_plain(r), dict)]
        if kind != "unchanged" and rows:
            counting = [r for r in rows if r.counts] or rows
            least = min(counting, key=lambda r: size(_plain(r)))
            found.append(Smallest(kind, _small(comparison, least), least))
    return found


def _plain(row: Compared) -> Any:
    return facts_of(row.case) or row.case


def _small(comparison: Comparison, row: Compared) -> Compared:
    """The row's case shrunk as long as the same becomes of it."""

    def again(case: Any) -> Compared:
        return compare_one(comparison.base, comparison.amended, case, comparison.options)

    def still(case: Any) -> bool:
        before = decide(comparison.base, case, comparison.options)
        if before.status != row.before.status:
            return False
        after = decide(comparison.amended, case, comparison.options)
        return after.status == row.after.status and kind_of(before, after) == row.kind

    facts = {k: v for k, v in _plain(row).items() if v is not None}
    return again(shrink(facts, still, MOST_STEPS)) if still(facts) else row


# ------------------------------------------------------------------ without cases


@attrs.frozen(slots=True, eq=False)
class Witnesses:
    """Cases found by search, the telling ones first; none means none on the stated domain."""

    found: tuple[Smallest, ...]
    search: Search


def witnesses(
    base: Rules, amended: Rules, options: Options | None = None, claim: Claim | None = None, *,
    tries: int = TRIES, seed: int = 0,
) -> Witnesses:  # fmt: skip
    """Search for cases that differ, one of each kind of change; or for one that refutes the claim."""
    chosen = options or Options()

    def look(case: Any) -> Seen:
        row = compare_one(base, amended, case, chosen)
        label: Hashable | None = (row.kind, row.counts) if row.kind != "unchanged" else None
        if claim is not None:
            label = ("broken", row.counts) if claim.broken(row.before, row.after) else None
        return Seen(label, features(row.before) | {("kind", row.kind)})

    def enough(found: Mapping[Hashable, Any], since: int) -> bool:
        """Numbers on both sides tell most; one of them is waited for as long as may be."""
        telling = [label for label in found if isinstance(label, tuple) and label[1]]
        return bool(telling) and (claim is not None or since > _PATIENCE)

    domain = domain_of(base.rulebook, amended.rulebook)
    search = find(domain, look, starts=[*examples_of_acts(amended.rulebook), *examples(base.rulebook)], tries=tries, seed=seed, enough=enough)
    rows = [compare_one(base, amended, case, chosen) for case in search.found.values()]
    best: dict[Kind, Compared] = {}
    for row in sorted(rows, key=lambda r: (not r.counts, size(r.case))):
        best.setdefault(row.kind, row)
    ordered = sorted(best.values(), key=lambda r: (not r.counts, KINDS.index(r.kind)))
    return Witnesses(tuple(Smallest(r.kind, r) for r in ordered), search)
