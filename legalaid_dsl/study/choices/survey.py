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

from ...api import Rules
from ...rulebook.model import Term
from ..outcomes.difference import all_rules
from ..outcomes.kinds import KINDS, Kind, kind_of
from ..outcomes.outcome import Options, Outcome, check_readings, decide, measures

MOST_COMBINATIONS: Final = 40
_MOST_TOGETHER: Final = 6  # choices in one combination
_DECISIONS: Final = 10  # for each combination to look at: so many more cases may be decided again

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
    ``skipped``: how many more there are than were looked at; ``unpaired``: cases of which only
    readings that matter alone were combined."""

    rules: Rules
    options: Options
    cases: tuple[CaseReadings, ...]
    alone: tuple[Effect, ...]
    combined: tuple[Effect, ...]
    skipped: int
    unpaired: int

    @property
    def measures(self) -> list[Term]:
        return measures(self.rules.rulebook)


@attrs.define(slots=True)
class _Budget:
    """How many further decisions may be made; so that a long file takes no hours."""

    left: int


def readings(rules: Rules, cases: Iterable[Any], options: Options | None = None,
             most: int = MOST_COMBINATIONS) -> Survey:  # fmt: skip
    """Each reading and each choice over the cases, alone and in up to ``most`` combinations."""
    chosen = options or Options()
    check_readings(chosen, rules)
    joined, budget = _joined(rules), _Budget(_DECISIONS * most // 2)
    found, unpaired = [], 0
    for place, case in enumerate(cases, 1):
        made = _one(rules, case, chosen, place)
        if budget.left > 0:
            made = attrs.evolve(made, together=_together(rules, chosen, made, joined, budget))
        else:
            unpaired += 1
        found.append(made)
    keys = [c for key in rules.rulebook.readings for c in _others(rules, chosen, key)]
    alone = [_effect(rules, chosen, found, (c,)) for c in keys if any(c in case.alone for case in found)]
    budget.left = _DECISIONS * most
    tuples = _combinations(rules, chosen, found, alone)
    combined = []
    for choices in tuples[:most]:
        if budget.left <= 0:
            break
        combined.append(_effect(rules, chosen, found, choices, budget))
    skipped = len(tuples) - len(combined)
    return Survey(rules, chosen, tuple(found), tuple(alone), tuple(combined), skipped, unpaired)


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
    """Readings on which a refusal or a finding depends: no decision shows that they matter."""
    return [key for rule in (*rules.rulebook.refusals, *rules.rulebook.findings) for key, _ in rule.readings]


# ------------------------------------------------------------------ one case


def _one(rules: Rules, case: Any, options: Options, place: int) -> CaseReadings:
    """Every choice alone."""
    default = decide(rules, case, options)
    outcomes: dict[Chosen, Outcome] = {NONE: default}
    live = [r["id"] for r in default.raw["readings"]]
    live += [key for key in _always(rules) if key not in live]
    choices = [c for key in live for c in _others(rules, options, key)]
    alone = {c: _under(rules, case, options, outcomes, frozenset([c])) for c in choices}
    made = CaseReadings(place, case, default, tuple(live), alone, frozenset(), outcomes)
    return attrs.evolve(made, together=frozenset(key for key, _ in made.mattered))


def _under(
    rules: Rules, case: Any, options: Options, known: dict[Chosen, Outcome], chosen: Chosen, budget: _Budget | None = None
) -> Outcome:
    if chosen not in known:
        if budget is not None:
            budget.left -= 1
        changed = attrs.evolve(options, readings={**options.readings, **dict(chosen)})
        known[chosen] = decide(rules, case, changed)
    return known[chosen]


def _together(
    rules: Rules, options: Options, made: CaseReadings, joined: set[frozenset[str]], budget: _Budget
) -> frozenset[str]:
    """Readings that matter alone, that matter beside such a choice, or that one rule joins and that
    matter together."""
    strong = {key for key, _ in made.mattered}
    found: set[str] = set(strong)
    for first in made.mattered:
        now = {r["id"] for r in made.alone[first].raw["readings"]} | set(made.live)
        for key in sorted(now - found):
            pairs = [frozenset([first, second]) for second in _others(rules, options, key)]
            if any(_changes(rules, options, made, made.alone[first], pair, budget) for pair in pairs):
                found.add(key)
    for a, b in combinations([key for key in made.live if key not in found], 2):
        if frozenset([a, b]) in joined:
            pairs = [frozenset(p) for p in product(_others(rules, options, a), _others(rules, options, b))]
            if any(_changes(rules, options, made, made.default, pair, budget) for pair in pairs):
                found |= {a, b}
    return frozenset(found)


def _changes(
    rules: Rules, options: Options, made: CaseReadings, against: Outcome, chosen: Chosen, budget: _Budget
) -> bool:
    return kind_of(against, _under(rules, made.case, options, made.outcomes, chosen, budget)) != "unchanged"


# ------------------------------------------------------------------ many cases


def _combinations(
    rules: Rules, options: Options, found: list[CaseReadings], alone: list[Effect]
) -> list[tuple[Choice, ...]]:
    """Combinations of two choices and more that meet in some case: the fewest choices first, then
    those that decide most alone."""
    every: dict[frozenset[str], None] = {}
    for group in sorted({c.together for c in found}, key=lambda g: (len(g), sorted(g))):
        for size in range(2, min(len(group), _MOST_TOGETHER) + 1):
            every.update(dict.fromkeys(map(frozenset, combinations(sorted(group), size))))
    weight = {e.chosen[0]: e.decided for e in alone}
    tuples = [t for keys in every for t in _choices(rules, options, keys)]
    return sorted(tuples, key=lambda t: (len(t), -sum(weight.get(c, 0) for c in t), t))


def _choices(rules: Rules, options: Options, keys: frozenset[str]) -> Iterator[tuple[Choice, ...]]:
    order = [key for key in rules.rulebook.readings if key in keys]
    yield from product(*(_others(rules, options, key) for key in order))


def _effect(
    rules: Rules, options: Options, found: list[CaseReadings], chosen: tuple[Choice, ...], budget: _Budget | None = None
) -> Effect:
    keys = [t.result.key for t in measures(rules.rulebook) if t.result is not None]
    counts: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    changes, apart = dict.fromkeys(keys, Fraction(0)), dict.fromkeys(keys, Fraction(0))
    left_out = 0
    for case in found:
        outcome = _restricted(rules, options, case, chosen, budget)
        counts[case.kind(outcome)] += 1
        left_out += not (case.default.determined and outcome.determined)
        for key in keys:
            changes[key] += _change(case.default, outcome, key)
            singles = (case.alone.get(c) for c in chosen)
            apart[key] += sum((_change(case.default, o, key) for o in singles if o is not None), Fraction(0))
    return Effect(chosen, counts, changes, left_out, apart)


def _restricted(
    rules: Rules, options: Options, case: CaseReadings, chosen: tuple[Choice, ...], budget: _Budget | None
) -> Outcome:
    """What the choices make of a case: those that cannot matter there are left out."""
    if len(chosen) == 1:
        return case.alone.get(chosen[0], case.default)
    matter = frozenset(c for c in chosen if c[0] in case.together)
    return _under(rules, case.case, options, case.outcomes, matter, budget)


def _change(before: Outcome, after: Outcome, key: str) -> Fraction:
    old, new = before.numbers[key], after.numbers[key]
    if not (before.determined and after.determined) or old is None or new is None:
        return Fraction(0)
    return new - old
