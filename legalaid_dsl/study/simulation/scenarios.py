"""A portfolio under further texts: each set of an amendment's parts, and each other choice of a reading.

What a part adds is split as in attribution.py (Shapley's value); as that is a sum of differences, sums over groups of
cases are enough, but for the few cases that some set of parts leaves undetermined: these are split one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from ...api import Rules
from ...basics.worded import said
from ...engine.columns.batch import Array
from ..comparison.attribution import MakeRules, Set, Split, weight
from ..comparison.rulesets import NotThere
from ..outcomes.outcome import Options
from ..portfolio.deciding import Decider
from ..portfolio.pieces import Piece, ReadPart
from ..portfolio.run import Study
from .exact import Exact, exact_column
from .groups import WORDS, Grouping
from .tally import ALL, Sides, Tally, count_cell, states_of

MOST_PARTS: Final = 6  # of which every set is decided
Choice = tuple[str, str]  # reading, choice


@attrs.frozen(slots=True, eq=False)
class Decided:
    """A piece under one text: states by case, numbers by key."""

    states: Array
    numbers: Mapping[str, Exact]


@attrs.define(slots=True, eq=False)
class Pieces:
    """Decides one piece under many texts, reading its facts once."""

    piece: Piece
    keys: Sequence[str]
    _parts: dict[Any, ReadPart] = attrs.Factory(dict)

    def under(self, decider: Decider) -> Decided:
        shapes = decider.reader.shapes
        if shapes not in self._parts:
            self._parts[shapes] = decider.read(self.piece)
        table = decider.cases(decider.split(self._parts[shapes]))
        return Decided(states_of(table), numbers_of(table, self.keys))


def numbers_of(table: pa.Table, keys: Sequence[str]) -> dict[str, Exact]:
    return {key: exact_column(table, key) for key in keys}


def by_act(parts: Sequence[str], make: MakeRules) -> tuple[tuple[str, ...], MakeRules]:
    """The same amendment with whole acts as its parts."""
    acts = tuple(dict.fromkeys(p.partition("/")[0] for p in parts))
    return acts, lambda chosen: make(frozenset(p for p in parts if p.partition("/")[0] in chosen))


@attrs.frozen(slots=True, eq=False)
class Further:
    """What is asked besides the two texts. ``sets``: a decider for each set of parts that can stand by itself."""

    split: Split | None
    sets: Mapping[Set, Decider]
    choices: Mapping[Choice, tuple[Decider, Decider]]

    @property
    def inputs(self) -> dict[str, Any]:
        parts = list(self.split.parts) if self.split is not None else []
        return {"parts": parts, "choices": [list(c) for c in self.choices]}

    def count(
        self, tally: Tally, piece: Piece, sides: Sides, whole: tuple[Decided, Decided], groups: Sequence[Grouping],
        facts: Callable[[int], Any],
    ) -> None:  # fmt: skip
        """Add what one piece comes to. ``whole``: without any part, and with all; ``facts``: of a case by its place."""
        pieces = Pieces(piece, list(sides.numbers))
        if self.split is not None:
            _Splitting(self, tally, sides, whole, groups, facts).count(pieces)
        for choice, (before, after) in self.choices.items():
            old, new = pieces.under(before), pieces.under(after)
            numbers = {key: (old.numbers[key], new.numbers[key]) for key in sides.numbers}
            count_cell(tally.choices, choice, Sides(old.states, new.states, numbers))


@attrs.frozen(slots=True, eq=False)
class _Splitting:
    further: Further
    tally: Tally
    sides: Sides
    whole: tuple[Decided, Decided]
    groups: Sequence[Grouping]
    facts: Callable[[int], Any]

    def count(self, pieces: Pieces) -> None:
        split = self.further.split
        assert split is not None
        every = _subsets(split.parts)
        ends = {frozenset[str](): self.whole[0], frozenset(split.parts): self.whole[1]}
        own = {able: pieces.under(decider) for able, decider in self.further.sets.items()}
        found = {s: ends[s] if s in ends else own.get(split.standing(s)) or ends[split.standing(s)] for s in every}
        able = self.sides.both.copy()
        for one in found.values():
            able &= one.states == 0
            for number in one.numbers.values():
                able &= number.known
        for by, labels, codes in self._groupings():
            sums = {s: self._sums(one, able, codes, len(labels)) for s, one in found.items()}
            there = np.bincount(codes, minlength=len(labels))
            for row, label in enumerate(labels):
                if not there[row]:
                    continue
                for part in split.parts:
                    for key in self.sides.numbers:
                        values = {s: found_sums[key][row] for s, found_sums in sums.items()}
                        self._add(part, by, label, key, _share(split.parts, part, values))
        for place in np.flatnonzero(self.sides.both & ~able):
            self._alone(split, int(place))

    def _groupings(self) -> Iterator[tuple[str, Sequence[tuple[str, ...]], Array]]:
        yield ALL, [()], np.zeros(len(self.sides.before), np.int64)
        for group in self.groups:
            if group.case_of is None:
                yield group.by.name, group.labels, group.codes

    def _sums(self, one: Decided, able: Array, codes: Array, count: int) -> dict[str, list[Fraction]]:
        return {key: number.sums(able, codes, count) for key, number in one.numbers.items()}

    def _alone(self, split: Split, place: int) -> None:
        """A case that some set of parts leaves undetermined."""
        shares, _ = split.case(place, self.facts(place), [])
        if shares.whole is None or not shares.parts:
            self.tally.unsplit += 1
            return
        for by, labels, codes in self._groupings():
            for part, numbers in shares.parts.items():
                for key in self.sides.numbers:
                    self._add(part, by, labels[int(codes[place])], key, numbers[key])

    def _add(self, part: str, by: str, label: tuple[str, ...], key: str, amount: Fraction) -> None:
        slot = (part, by, label)
        sums = self.tally.shares.setdefault(slot, {})
        sums[key] = sums.get(key, Fraction(0)) + amount


def _subsets(parts: Sequence[str]) -> list[Set]:
    return [frozenset(c) for size in range(len(parts) + 1) for c in combinations(parts, size)]


def _share(parts: Sequence[str], part: str, values: Mapping[Set, Fraction]) -> Fraction:
    others = [s for s in values if part not in s]
    return sum((weight(len(parts), len(s)) * (values[s | {part}] - values[s]) for s in others), Fraction(0))


def further(
    rules: tuple[Rules, Rules], cases: Any, options: Options, parts: tuple[Sequence[str], MakeRules] | None, each_reading: bool,
    others: Sequence[str] = (),
) -> Further:
    """Make ready what is asked besides. ``others``: columns of the cases that are no facts and known. Raises NotThere for more parts than
    can be split."""

    def decider(text: Rules, readings: Mapping[str, str]) -> Decider:
        there = {k for one in text.every for k in one.rulebook.readings}
        known = {k: c for k, c in readings.items() if k in there}
        return Study(text, cases, options.figures, known, False, others=others).decider()

    split, sets = None, {}
    if parts is not None:
        names, make = parts if len(parts[0]) <= MOST_PARTS else by_act(*parts)
        if len(names) > MOST_PARTS:
            raise NotThere.of(said(WORDS, "too_many_parts", number=len(names), most=MOST_PARTS))
        split = Split(make, tuple(names), options)
        ends = (frozenset[str](), frozenset(names))
        for able in dict.fromkeys(split.standing(s) for s in _subsets(split.parts)):
            text = split.ruleset(able)
            if able not in ends and text is not None:
                sets[able] = decider(text, options.readings)
    choices = {}
    for key, choice in _others(rules, options) if each_reading else ():
        chosen = {**options.readings, key: choice}
        choices[key, choice] = (decider(rules[0], chosen), decider(rules[1], chosen))
    return Further(split, sets, choices)


def _others(rules: tuple[Rules, Rules], options: Options) -> list[Choice]:
    """The choices of each reading that are not the one in force."""
    found: dict[Choice, None] = {}
    for key, reading in {**rules[0].rulebook.readings, **rules[1].rulebook.readings}.items():
        now = options.readings.get(key, reading.default)
        every = [r.rulebook.readings[key].choices for r in rules if key in r.rulebook.readings]
        for choice in reading.choices:
            if choice != now and all(choice in choices for choices in every):
                found[key, choice] = None
    return list(found)
