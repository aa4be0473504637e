"""Rules under every choice of their readings at once: which one is chosen is a fact of the case."""

from __future__ import annotations

from typing import Final

import attrs

from ...basics.bilingual import Bilingual
from ...rulebook import meaning as m
from ...rulebook.model import ROOT, Choice, Reading, Rulebook, Term, Type, Vocabulary
from ..plan import Prepared

UNDER: Final = "reading:"  # no key of a glossary holds a colon


def with_every_reading(rulebook: Rulebook) -> Prepared:
    """Each rule under the condition that its readings are chosen; without readings, the rules as they are."""
    terms, vocabularies = dict(rulebook.terms), dict(rulebook.vocabularies)
    switches: dict[tuple[str, str], m.Expression] = {}
    for reading in rulebook.readings.values():
        term = _term(reading)
        terms[term.key] = term
        vocabularies[term.type.key] = _vocabulary(reading)
        asked = m.Reference((m.Step("root"),), term.key)
        for choice in reading.choices:
            switches[(reading.id, choice)] = m.Same(asked, m.Constant(choice, vocabulary=term.type.key), False)
    book = attrs.evolve(rulebook, terms=terms, vocabularies=vocabularies)
    return Prepared.make(book, {key: r.default for key, r in rulebook.readings.items()}, switches)


def fact_of(reading: str) -> str:
    """The key of the fact that says how a reading is chosen."""
    return f"{ROOT}.{UNDER}{reading}"


def _term(reading: Reading) -> Term:
    names = Bilingual(reading.id, reading.id)
    return Term(
        key=fact_of(reading.id), thing=ROOT, path=(UNDER, reading.id), names=names, type=Type("choice", key=UNDER + reading.id), fact=True,
        none_unless_stated=False, no_unless_stated=False, each_once=False, inverse_of="", one_to_one=False, asked=None, result=None,
        decisive=False, date_of_law=False, in_passing=False, decided_elsewhere=False,
    )  # fmt: skip


def _vocabulary(reading: Reading) -> Vocabulary:
    choices = {key: Choice(key, c.text, (key,), i) for i, (key, c) in enumerate(reading.choices.items())}
    return Vocabulary(UNDER + reading.id, False, choices)
