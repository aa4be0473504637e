"""What to ask a person for a fact or figure that is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..basics.bilingual import LANGUAGES, Bilingual
from ..basics.worded import said
from ..rulebook.model import Rulebook, Term, Thing
from .values import Need

_WORDS: Final = Path(__file__).with_name("questions.toml")


def question(rulebook: Rulebook, need: Need) -> Bilingual:
    """The question that the glossary gives for a fact; one made from the names for a figure."""
    if need.what == "figure":
        return _figure_question(rulebook, need)
    term = rulebook.terms.get(need.figure)
    if term is not None:
        return asked_of(term)
    return asked_list(rulebook.things[need.figure])


def asked_of(term: Term) -> Bilingual:
    """The question that asks for a fact."""
    names = term.names
    kind = term.type.kind if term.type.kind in ("yes_or_no", "number", "date") else "fact"
    return term.asked or said(_WORDS, kind, name=Bilingual(names.en, f"{names.vi[:1].upper()}{names.vi[1:]}"))


def asked_list(thing: Thing) -> Bilingual:
    """The question that asks for all items of a kind."""
    return said(_WORDS, "list", names=thing.plurals)


def _figure_question(rulebook: Rulebook, need: Need) -> Bilingual:
    table = rulebook.tables.get(need.figure)
    if table is None:
        return said(_WORDS, "figure", name=rulebook.terms[need.figure].names, path=need.path)
    vocabularies = dict(table.by)

    def cell(lang: str) -> str:
        return ", ".join(
            rulebook.vocabularies[vocabularies[column]].choices[choice].names[lang] for column, choice in need.detail
        )

    cells = Bilingual(*map(cell, LANGUAGES))
    return said(_WORDS, "cell", unit=rulebook.units[table.value_column][1], table=table.names, cell=cells)
