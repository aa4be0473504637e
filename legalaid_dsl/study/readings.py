"""What the choice of a reading decides: of each case, and of many together.

A reading that no rule of a case turns on cannot change it (``result.readings`` lists those that
could); choices are tried alone first. Choices are combined that made a difference alone, that make
one beside such a choice, or that one rule depends on together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations, product
from typing import Any, Final

import attrs

from ..api import Rules
from ..rulebook.model import Term
from .difference import all_rules
from .kinds import KINDS, Kind, kind_of
from .outcomes import Options, Outcome, decide, measures

MOST_COMBINATIONS: Final = 200

Choice = tuple[str, str]  # reading, choice
Chosen = frozenset[Choice]
NONE: Final[Chosen] = frozenset()


@attrs.frozen(slots=True, eq=False)
class CaseReadings:
    """One case: what each choice alone makes of it, and which readings can work together."""

    place: int
    case: Any
    default: Outcome
    live: tuple[str, ...]
    alone: Mapping[Choice, Outcome]
    together: frozenset[str]  # readings whose choices are combined
    outcomes: dict[Chosen, Outcome] = attrs.field(repr=False)

    def kind(self, outcome: Outcome) -> Kind:
        return kind_of(self.default, outcome)

    @property
    def mattered(self) -> list[Choice]:
        return [c for c, outcome in self.alone.items() if self.kind(outcome) != "unchanged"]


@attrs.frozen(slots=True)
class Effect:
    """What choices decide, against the readings chosen otherwise: cases by kind, and the sums of
    the changes of each number over cases determined under both."""

    chosen: tuple[Choice, ...]
    counts: Mapping[Kind, int]
    changes: Mapping[str, Fraction]
    left_out: int
    apart: Mapping[str, Fraction]  # what the choices alone come to, added up

    @property
    def decided(self) -> int:
        return sum(n for kind, n in self.counts.items() if kind != "unchanged")


@attrs.frozen(slots=True, eq=False)
class Survey:
    """Many cases under every reading. ``combined``: only combinations whose readings meet in a case;
    ``skipped``: how many more there are than were looked at."""

    rules: Rules
    options: Options
    cases: tuple[CaseReadings, ...]
    alone: tuple[Effect, ...]
    combined: tuple[Effect, ...]
    skipped: int

    @property
    def measures(self) -> list[Term]:
        return measures(self.rules.rulebook)


def readings(rules: Rules, cases: Iterable[Any], options: Options | None = None,
             most: int = MOST_COMBINATIONS) -> Survey:  # fmt: skip
    """Each reading and each choice over the cases, alone and combined."""
    chosen = options or Options()
    joined = _joined(rules)
    found = tuple(_one(rules, case, chosen, i, joined) for i, case in enumerate(cases, 1))
    keys = [c for key in rules.rulebook.readings for c in _others(rules, chosen, key)]
    alone = [_effect(rules, chosen, found, (c,)) for c in keys if any(c in case.alone for case in found)]
    tuples, skipped = _combinations(rules, chosen, found, most)
    combined = tuple(_effect(rules, chosen, found, t) for t in tuples)
    return Survey(rules, chosen, found, tuple(alone), combined, skipped)


def _others(rules: Rules, options: Options, key: str) -> list[Choice]:
    """The choices of a reading that are not the one in force."""
    reading = rules.rulebook.readings[key]
    now = options.readings.get(key, reading.default)
    return [(key, choice) for choice in reading.choices if choice != now]


def _joined(rules: Rules) -> set[frozenset[str]]:
    """Pairs of readings that one rule depends on."""
    keys = [[key for key, _ in rule.readings] for rule in all_rules(rules.rulebook)]
    return {frozenset(pair) for found in keys for pair in combinations(found, 2)}


def _always(rules: Rules) -> list[str]:
    """Readings on which a refusal depends: they matter before any decision is made."""
    return [key for rule in rules.rulebook.refusals for key, _ in rule.readings]


# ------------------------------------------------------------------ one case


def _one(rules: Rules, case: Any, options: Options, place: int, joined: set[frozenset[str]]) -> CaseReadings:
    default = decide(rules, case, options)
    outcomes: dict[Chosen, Outcome] = {NONE: default}
    live = [r["id"] for r in default.raw["readings"]]
    live += [key for key in _always(rules) if key not in live]
    alone = {c: _under(rules, case, options, outcomes, frozenset([c])) for key in live for c in _others(rules, options, key)}
    made = CaseReadings(place, case, default, tuple(live), alone, frozenset(), outcomes)
    strong = {key for key, _ in made.mattered}
    together = strong | _beside(rules, options, made, strong, joined)
    return attrs.evolve(made, together=frozenset(together if len(together) > 1 else strong))


def _under(rules: Rules, case: Any, options: Options, known: dict[Chosen, Outcome], chosen: Chosen) -> Outcome:
    if chosen not in known:
        changed = attrs.evolve(options, readings={**options.readings, **dict(chosen)})
        known[chosen] = decide(rules, case, changed)
    return known[chosen]


def _beside(
    rules: Rules, options: Options, made: CaseReadings, strong: set[str], joined: set[frozenset[str]]
) -> set[str]:
    """Readings that make no difference alone, but do beside another choice (or may, in one rule)."""
    found: set[str] = set()
    for first in made.mattered:
        now = {r["id"] for r in made.alone[first].raw["readings"]} | set(made.live)
        for key in now - strong - found:
            for second in _others(rules, options, key):
                both = _under(rules, made.case, options, made.outcomes, frozenset([first, second]))
                if kind_of(made.alone[first], both) != "unchanged":
                    found.add(key)
                    break
    weak = [key for key in made.live if key not in strong | found]
    for a, b in combinations(weak, 2):
        if frozenset([a, b]) in joined:
            for pair in product(_others(rules, options, a), _others(rules, options, b)):
                both = _under(rules, made.case, options, made.outcomes, frozenset(pair))
                if kind_of(made.default, both) != "unchanged":
                    found |= {a, b}
    return found


# ------------------------------------------------------------------ many cases


def _combinations(
    rules: Rules, options: Options, found: tuple[CaseReadings, ...], most: int
) -> tuple[list[tuple[Choice, ...]], int]:
    """Combinations of two choices and more, the fewest first: all of them meet in some case."""
    groups = {case.together for case in found if len(case.together) > 1}
    every: dict[frozenset[str], None] = {}
    for group in sorted(groups, key=lambda g: (len(g), sorted(g))):
        for size in range(2, len(group) + 1):
            for keys in combinations(sorted(group), size):
                if len(every) > 20 * most:
                    break
                every.setdefault(frozenset(keys))
    ordered = sorted(every, key=lambda k: (len(k), sorted(k)))
    tuples = [t for keys in ordered for t in _choices(rules, options, keys)]
    return tuples[:most], max(len(tuples) - most, 0)


def _choices(rules: Rules, options: Options, keys: frozenset[str]) -> Iterator[tuple[Choice, ...]]:
    order = [key for key in rules.rulebook.readings if key in keys]
    yield from product(*(_others(rules, options, key) for key in order))


def _effect(rules: Rules, options: Options, found: tuple[CaseReadings, ...], chosen: tuple[Choice, ...]) -> Effect:
    keys = [t.result.key for t in measures(rules.rulebook) if t.result is not None]
    counts: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    changes, apart = dict.fromkeys(keys, Fraction(0)), dict.fromkeys(keys, Fraction(0))
    left_out = 0
    for case in found:
        outcome = _restricted(rules, options, case, chosen)
        counts[case.kind(outcome)] += 1
        left_out += not (case.default.determined and outcome.determined)
        for key in keys:
            changes[key] += _change(case.default, outcome, key)
            singles = (case.alone.get(c) for c in chosen)
            apart[key] += sum((_change(case.default, o, key) for o in singles if o is not None), Fraction(0))
    return Effect(chosen, counts, changes, left_out, apart)


def _restricted(rules: Rules, options: Options, case: CaseReadings, chosen: tuple[Choice, ...]) -> Outcome:
    """What the choices make of a case: those that cannot matter there are left out."""
    if len(chosen) == 1:
        return case.alone.get(chosen[0], case.default)
    return _under(rules, case.case, options, case.outcomes, frozenset(c for c in chosen if c[0] in case.together))


def _change(before: Outcome, after: Outcome, key: str) -> Fraction:
    old, new = before.numbers[key], after.numbers[key]
    if not (before.determined and after.determined) or old is None or new is None:
        return Fraction(0)
    return new - old
