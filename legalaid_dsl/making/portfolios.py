"""Synthetic portfolios: cases made up to the proportions of a data file, marked as such, the same for the same seed.

The data file (``portfolio.toml`` beside a ruleset) says how often each value of each fact comes and where that is
known from. Nothing here knows what the facts mean; their kinds come from the glossary.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from ..engine.columns.batch import Array
from ..rulebook.model import ROOT, Rulebook, Term
from ..study.files import Tables
from ..study.portfolio.headers import MARK
from ..study.portfolio.sources import CASES
from .proportions import FILE as FILE
from .proportions import Draw, Recipe
from .proportions import read_recipe as read_recipe

AT_ONCE: Final = 16_384  # cases made together; part of what a seed means
EPOCH: Final = date(1970, 1, 1).toordinal()
NOT_STATED: Final = -1


@attrs.define(slots=True, eq=False)
class Column:
    """Values of a fact: codes of texts, or days since 1970. NOT_STATED where there is none."""

    codes: Array
    values: list[str] = attrs.Factory(list)
    stated: Array | None = None  # of days, as days may be before 1970


@attrs.define(slots=True, eq=False)
class Making:
    """Some cases while they are made. ``case_of``: per item of a thing the place of its case."""

    rulebook: Rulebook
    size: int
    bits: np.random.PCG64
    later: int  # years to add to every drawn year
    case_of: dict[str, Array] = attrs.Factory(dict)
    columns: dict[str, Column] = attrs.Factory(dict)

    def below(self, upper: Any, count: int) -> Array:
        """Whole numbers below ``upper`` (under 2^31), from the generator's raw bits: the same in every NumPy."""
        raw = (self.bits.random_raw(count) >> np.uint64(32)).astype(np.int64)
        found: Array = (raw * upper) >> 32
        return found

    def count(self, thing: str) -> int:
        return self.size if thing == ROOT else len(self.case_of[thing])

    def where(self, draw: Draw, thing: str) -> Array:
        """Of which items the conditions of a draw hold."""
        held: Array = np.ones(self.count(thing), bool)
        for key, wanted in draw.when.items():
            column = self.columns[key]
            fits = np.isin(column.codes, [i for i, v in enumerate(column.values) if v in wanted])
            held &= self.spread(fits, key, thing)
        return held

    def spread(self, values: Array, key: str, thing: str) -> Array:
        """A column of the case, seen from its items."""
        return values[self.case_of[thing]] if key.startswith(f"{ROOT}.") and thing != ROOT else values

    def pick(self, draw: Draw, thing: str) -> Array:
        """The places of drawn values."""
        count = self.size if draw.once_a_case else self.count(thing)
        places = np.searchsorted(draw.upto, self.below(int(draw.upto[-1]), count), side="right")
        return places[self.case_of[thing]] if draw.once_a_case and thing != ROOT else places

    def in_order(self, values: Array, thing: str) -> Array:
        """The same values, rising within each case."""
        return values if thing == ROOT else values[np.lexsort((values, self.case_of[thing]))]


def make_counts(making: Making, draws: tuple[Draw, ...]) -> None:
    """How many of each thing every case has."""
    for thing in dict.fromkeys(d.key for d in draws):
        number = np.zeros(making.size, np.int64)
        still_open = np.ones(making.size, bool)
        for draw in (d for d in draws if d.key == thing):
            here = still_open & making.where(draw, ROOT)
            number[here] = np.array([int(v) for v in draw.values])[making.pick(draw, ROOT)][here]
            still_open &= ~here
        making.case_of[thing] = np.repeat(np.arange(making.size), number)


def make_fact(making: Making, key: str, draws: list[Draw]) -> None:
    """One fact, by the first draw whose conditions hold."""
    term = making.rulebook.terms[key]
    count = making.count(term.thing)
    column = Column(np.full(count, NOT_STATED, np.int64), stated=np.zeros(count, bool))
    still_open = np.ones(count, bool)
    for draw in draws:
        here = still_open & making.where(draw, term.thing)
        found = _drawn(making, draw, term, column)
        column.codes[here] = found[here]
        assert column.stated is not None
        column.stated |= here
        still_open &= ~here
    making.columns[key] = column


def _drawn(making: Making, draw: Draw, term: Term, column: Column) -> Array:
    """A value for every item, whether it is wanted or not: so that draws do not depend on each other."""
    thing, count = term.thing, making.count(term.thing)
    match draw.way:
        case "years":
            years = [int(v) + making.later for v in draw.values]
            first = np.array([date(y, 1, 1).toordinal() - EPOCH for y in years])[making.pick(draw, thing)]
            days: Array = first + making.below(365, count)
            return days
        case "days_before":
            back = np.array([int(v) for v in draw.values])[making.pick(draw, thing)]
            found: Array = making.spread(making.columns[draw.of[0]].codes, draw.of[0], thing) - back
            return found
        case "between":
            start, end = (making.spread(making.columns[k].codes, k, thing) for k in draw.of)
            return making.in_order(start + making.below(end - start + 1, count), thing)
        case "one_of":
            return _one_of(making, draw, thing, column)
        case "one_of_things":
            there = np.bincount(making.case_of[term.type.key], minlength=making.size)
            return making.below(there[making.case_of[thing]], count)
    codes = np.array([_code(column, v) for v in draw.values])
    return codes[making.pick(draw, thing)]


def _one_of(making: Making, draw: Draw, thing: str, column: Column) -> Array:
    """One of the values that the case has, in their order as the lines of the case go on."""
    lists = making.columns[draw.of[0]]
    texts = [v.split(";") for v in lists.values]
    mine = making.spread(lists.codes, draw.of[0], thing)
    lengths = np.array([len(t) for t in texts] + [1])[mine]
    place = making.in_order(making.below(lengths, making.count(thing)), thing)
    table = np.full((len(texts) + 1, max(map(len, texts))), NOT_STATED)
    for i, values in enumerate(texts):
        table[i, : len(values)] = [_code(column, v) for v in values]
    found: Array = table[mine, place]
    return found


def _code(column: Column, value: str) -> int:
    if value not in column.values:
        column.values.append(value)
    return column.values.index(value)


# ------------------------------------------------------------------ tables


def made_tables(recipe: Recipe, rulebook: Rulebook, seed: int, first: int, size: int, later: int) -> dict[str, pa.Table]:
    """Cases ``first`` to ``first + size`` (from 0) as tables. ``later``: years added to every drawn year."""
    making = Making(rulebook, size, np.random.PCG64([seed, first]), later)
    for key in dict.fromkeys(d.key for d in recipe.facts if d.key.startswith(f"{ROOT}.")):
        make_fact(making, key, [d for d in recipe.facts if d.key == key])
    make_counts(making, recipe.counts)
    for key in dict.fromkeys(d.key for d in recipe.facts if not d.key.startswith(f"{ROOT}.")):
        make_fact(making, key, [d for d in recipe.facts if d.key == key])
    ids = pa.array([f"SYN-{seed}-{n:08}" for n in range(first, first + size)])
    head = {"id": ids, MARK: pa.array([True] * size), **_group(making, recipe)}
    found = {CASES: pa.table({**head, **_facts(making, ROOT)})}
    for thing, case_of in making.case_of.items():
        head = {"case": ids.take(pa.array(case_of))}
        if rulebook.things[thing].identified:
            head["id"] = _ids(thing, _places(case_of))
        found[thing] = pa.table({**head, **_facts(making, thing)})
    return found


def _group(making: Making, recipe: Recipe) -> dict[str, pa.Array]:
    """The payer of each case, where the data file has payers."""
    group = recipe.raw.get("group")
    if group is None:
        return {}
    upto = np.cumsum(group["sizes"])
    places = np.searchsorted(upto, making.below(int(upto[-1]), making.size), side="right")
    names = pa.array([f"{group['value']} {i + 1:02}" for i in range(len(upto))])
    return {group["column"]: names.take(pa.array(places))}


def _facts(making: Making, thing: str) -> dict[str, pa.Array]:
    """The facts of a thing as Arrow columns, named by their path."""
    found = {}
    for key, column in making.columns.items():
        term = making.rulebook.terms[key]
        if term.thing == thing:
            found[".".join(term.path)] = _array(term, column)
    return found


def _array(term: Term, column: Column) -> pa.Array:
    assert column.stated is not None
    empty = ~column.stated
    match term.type.kind:
        case "date":
            return pa.array(column.codes.astype(np.int32), pa.date32(), mask=empty)
        case "reference":
            return _ids(term.type.key, column.codes)
        case "yes_or_no":
            yes = np.array([v == "yes" for v in column.values])
            return pa.array(yes[column.codes], mask=empty | (column.codes < 0))
    places = pa.array(column.codes.astype(np.int32), mask=empty | (column.codes < 0))
    return pa.DictionaryArray.from_arrays(places, pa.array(column.values, pa.string())).cast(pa.string())


def _places(case_of: Array) -> Array:
    """The place of each item among those of its case, from 0."""
    found: Array = np.arange(len(case_of)) - np.searchsorted(case_of, case_of)
    return found


def _ids(thing: str, places: Array) -> pa.Array:
    most = int(places.max(initial=0)) + 1
    return pa.array([f"{thing[0].upper()}{i + 1}" for i in range(most)]).take(pa.array(places))


def parts(recipe: Recipe, rulebook: Rulebook, number: int, seed: int, later: int = 0) -> Iterator[dict[str, pa.Table]]:
    """The portfolio a piece at a time."""
    for first in range(0, number, AT_ONCE):
        yield made_tables(recipe, rulebook, seed, first, min(AT_ONCE, number - first), later)


def write_portfolio(
    folder: Path, recipe: Recipe, rulebook: Rulebook, number: int, seed: int, first_year: int | None = None
) -> Path:
    """A synthetic portfolio as Parquet tables in a folder. ``first_year``: the earliest year in which a case ends."""
    years = [int(v) for d in recipe.facts if d.way == "years" for v in d.values]
    later = first_year - min(years) if first_year is not None and years else 0
    told = f"made up, not real: {number} cases, seed {seed}, proportions of {FILE}"
    with Tables(folder, {MARK: told}) as tables:
        for made in parts(recipe, rulebook, number, seed, later):
            tables.write(made)
    return folder
