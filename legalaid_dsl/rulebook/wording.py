"""Rules in words, in either language: written expressions printed with the glossary's names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ..basics.bilingual import Bilingual
from .meaning import Meant
from .model import Rulebook

if TYPE_CHECKING:  # a rulebook that was kept has its wordings, and needs no printer
    from ..language import tree
    from ..language.printing import Printer
    from .glossary import Glossary


def printer(glossary: Glossary, written: str, lang: str) -> Printer:
    """A printer in ``lang`` of trees that were written in ``written``."""

    from ..language.printing import Printer

    def names(words: str, plural: bool, unit: bool) -> str:
        entries = [e for e in glossary.find(written, words) if (e.kind == "unit") is unit]
        return glossary.words(entries[0], lang, plural=plural) if entries else words

    return Printer(lang, names)


@cache
def _language(text: str) -> str:
    from ..language.grammar import language_of

    return language_of(text)


def wording(rulebook: Rulebook, node: Meant) -> Bilingual:
    """A resolved expression in both languages, as it was written."""
    slot = id(node)
    if slot not in rulebook.wordings:
        written = node.written
        rulebook.wordings[slot] = in_words(rulebook.glossary, written) if written is not None else Bilingual()
    return rulebook.wordings[slot]


def in_words(glossary: Glossary, node: tree.Expression) -> Bilingual:
    """An expression in both languages."""
    from ..language.printing import clean

    written = _language(node.span.source.text) if node.span is not None else "en"
    return Bilingual(*(clean(printer(glossary, written, lang).expression(node)) for lang in ("en", "vi")))
