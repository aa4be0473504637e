"""What to ask a person for a fact or figure that is missing."""

from __future__ import annotations

from ...basics.bilingual import Bilingual
from ...engine.values import Need
from ...rulebook.model import Rulebook


def question(rulebook: Rulebook, need: Need) -> Bilingual:
    """The question that the glossary gives for a fact; one made from the names for a figure."""
    if need.what == "figure":
        return _figure_question(rulebook, need)
    term = rulebook.terms.get(need.figure)
    if term is not None:
        names = term.names
        return term.asked or Bilingual(f"What is: {names.en}?", f"{names.vi[:1].upper()}{names.vi[1:]} là gì?")
    thing = rulebook.things[need.figure]
    return Bilingual(
        f"Which are the {thing.plurals.en} (none, or a list)?",
        f"Danh sách {thing.plurals.vi} gồm những gì (hoặc không có)?",
    )


def _figure_question(rulebook: Rulebook, need: Need) -> Bilingual:
    table = rulebook.tables.get(need.figure)
    if table is None:
        names = rulebook.terms[need.figure].names
        return Bilingual(
            f"What was the {names.en} on that day ({need.path})?", f"{names.vi} tại ngày đó là bao nhiêu ({need.path})?"
        )
    vocabularies = dict(table.by)

    def cell(lang: str) -> str:
        return ", ".join(
            rulebook.vocabularies[vocabularies[column]].choices[choice].names[lang] for column, choice in need.detail
        )

    unit = rulebook.units[table.value_column][1]
    return Bilingual(
        f"How many {unit.en} does {table.names.en} give for: {cell('en')}?",
        f"Mức quy định tại {table.names.vi} đối với {cell('vi')} là bao nhiêu {unit.vi}?",
    )
