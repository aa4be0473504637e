"""What a proof is about: how many things of each kind a case has at most, and which values its facts take."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual, joined
from ...basics.quantity import MAX_FRACTION_DIGITS, MAX_INTEGER_DIGITS, decimal_text, grouped, is_decimal
from ...rulebook import meaning as m
from ...rulebook.model import ROOT, Rule, Rulebook, Term, Thing
from .words import said

FIRST_YEAR, LAST_YEAR = 1900, 2200  # the days that a case file may state


@attrs.frozen(slots=True)
class Bounds:
    """``most``: how many of each thing, in each list. Numbers: all that a case may state, by ``step``; of any fineness when
    ``fine``, which is what a proof is asked for first: then no number is left out, but no case can be read off."""

    most: Mapping[str, int]
    step: Fraction = Fraction(1, 100)
    fine: bool = False
    highest: int = 10**MAX_INTEGER_DIGITS - 1  # what a case may state has no more digits
    highest_figure: int = 10**MAX_INTEGER_DIGITS - 1  # nor has a cell of a table; by halves

    @classmethod
    def default(cls, book: Rulebook, **more: int) -> Bounds:
        """Three of what is put in order of date, one of what need not be there, two of anything else; numbers a place finer than
        any that the rules name."""
        most = {t.key: _usual(t) for t in book.things.values() if t.key != ROOT}
        return cls({**most, **more}, _finer(book))

    def covered(self, book: Rulebook, kinds: Collection[str], fine: bool = False) -> Bilingual:
        """What a proof is about, where that is not every complete case: so many of each of these kinds; by which steps."""
        found = [(n, book.things[k]) for k, n in self.most.items() if k in book.things and k in kinds]
        counts = [Bilingual(f"{n} {(thing.names if n == 1 else thing.plurals)['en']}", f"{n} {thing.names['vi']}") for n, thing in found]
        parts = [said("in_lists", counts=joined(counts, ", "))] if counts else []
        if not fine:
            parts.append(said("by_steps", step=Bilingual(*(grouped(self.step, lang) for lang in LANGUAGES))))
        return joined(parts)


def _finer(book: Rulebook) -> Fraction:
    """One decimal place more than the numbers that the rules compare and compute with, and at least two."""
    places = 1
    for rule in every_rule(book):
        for node in (n for e in rule.expressions() for n in m.walk(e)):
            if isinstance(node, m.Constant) and isinstance(node.value, Fraction) and is_decimal(node.value):
                places = max(places, len(decimal_text(node.value).partition(".")[2]))
    return Fraction(1, 10 ** min(places + 1, MAX_FRACTION_DIGITS))


def _usual(thing: Thing) -> int:
    if thing.none_unless_stated:
        return 1
    return 3 if thing.in_order_of else 2


def every_rule(book: Rulebook) -> Iterator[Rule]:
    for rules in book.rules.values():
        yield from rules
    yield from (*book.refusals, *book.guarantees)


def asked_whether_stated(book: Rulebook) -> frozenset[str]:
    """Facts, and things whose list, some rule asks to be stated: they may be absent from a complete case."""
    found = set()
    for rule in every_rule(book):
        for top in rule.expressions():
            for node in m.walk(top):
                if isinstance(node, m.Stated) and isinstance(node.value, m.Reference):
                    found.add(node.value.term)
                elif isinstance(node, m.Stated) and isinstance(node.value, m.Aggregate):
                    found.add(node.value.group.thing)
    return frozenset(found)


def optional(term: Term, asked: frozenset[str]) -> bool:
    """Whether a complete case may leave the fact out."""
    return term.none_unless_stated or term.no_unless_stated or term.key in asked
