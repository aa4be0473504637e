"""Rules in words, in either language: written expressions printed with the glossary's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..basics.bilingual import Bilingual
from .meaning import Meant
from .model import Rule, Rulebook

if TYPE_CHECKING:  # a rulebook that was kept has its wordings, and needs no printer
    from ..language import tree
    from ..language.printing.expressions import Printer
    from .resolve.glossary import Glossary


def printer(glossary: Glossary, written: str, lang: str) -> Printer:
    """A printer in ``lang`` of trees that were written in ``written``."""

    from ..language.printing.expressions import Printer

    def names(words: str, plural: bool, unit: bool) -> str:
        entries = [e for e in glossary.find(written, words) if (e.kind == "unit") is unit]
        return glossary.words(entries[0], lang, plural=plural) if entries else words

    return Printer(lang, names)


def wording(rulebook: Rulebook, node: Meant) -> Bilingual:
    """A resolved expression in both languages, as it was written."""
    slot = id(node)
    if slot not in rulebook.wordings:
        written = node.written
        rulebook.wordings[slot] = in_words(rulebook.glossary, written) if written is not None else Bilingual()
    return rulebook.wordings[slot]


def in_words(glossary: Glossary, node: tree.Expression) -> Bilingual:
    """An expression in both languages."""
    from ..language.printing.expressions import clean

    written = node.span.source.lang if node.span is not None else "en"
    return Bilingual(*(clean(printer(glossary, written, lang).expression(node)) for lang in ("en", "vi")))


def sentence(rulebook: Rulebook, rule: Rule) -> Bilingual:
    """A rule as it is written, in both languages, on one line."""
    slot = id(rule)
    if slot not in rulebook.wordings:
        node = rule.written
        rulebook.wordings[slot] = _printed(rulebook.glossary, node) if node is not None else Bilingual()
    return rulebook.wordings[slot]


def _printed(glossary: Glossary, node: tree.Statement) -> Bilingual:
    from ..language.printing.layout import Layout

    written = node.span.source.lang if node.span is not None else "en"
    said = (" ".join(Layout(printer(glossary, written, lang)).statement(node).split()) for lang in ("en", "vi"))
    return Bilingual(*(text[:1].upper() + text[1:] for text in said))
