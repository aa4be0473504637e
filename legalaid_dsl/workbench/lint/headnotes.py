"""Headnotes that say another number than the rules under them: a rule was changed, and its summary was not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.citation import Citation
from ...rulebook import meaning as m
from ...rulebook.model import Rule, Rulebook
from .finding import Finding, finding

PERCENT: Final = "%"
_NUMBER: Final = r"(?<![\w.,/])(\d+/\d+|\d+(?:[.,]\d+)?)\s*"


def numbers_apart(rulebook: Rulebook) -> Iterator[Finding]:
    """Numbers with a unit that a headnote gives, where the rules under it name others of that unit, and no rule of its
    article names this one. An example of the law reckons with numbers of its own."""
    for provision in rulebook.provisions.values():
        at = provision.citation
        if provision.headnote is None or provision.span is None or at.instrument != rulebook.id or at.example:
            continue
        named, around = _named(rulebook, at), _named(rulebook, at.chain()[-1])
        said: dict[tuple[str, Fraction], Bilingual] = {}
        for lang in LANGUAGES:
            for unit, number, words in _told(rulebook, provision.headnote[lang], lang):
                if named.get(unit) and number not in around[unit]:
                    said.setdefault((unit, number), Bilingual(words, words))
        name = Bilingual(at.name("en"), at.name("vi"))
        for shown in said.values():
            yield finding("headnote-number", provision.span, provision=at, name=name, number=shown)


def _told(rulebook: Rulebook, text: str, lang: str) -> Iterator[tuple[str, Fraction, str]]:
    """Each number of a text that a unit follows: the unit, the number, and how both are written."""
    names = {n[lang].casefold(): key for key, forms in rulebook.units.items() for n in forms}
    either = "|".join(re.escape(n) for n in sorted([*names, PERCENT], key=len, reverse=True))
    for found in re.finditer(rf"{_NUMBER}({either})(?!\w)", text, re.IGNORECASE):
        number, name = found[1], found[2].casefold()
        if not re.match(r"\s*/", text[found.end() :]):
            value = Fraction(number if "/" in number else number.replace(",", "."))
            yield (PERCENT, value / 100, found[0]) if name == PERCENT else (names[name], value, found[0])


def _named(rulebook: Rulebook, at: Citation) -> dict[str, set[Fraction]]:
    """The numbers by their unit that the rules and figures of a provision name."""
    found: dict[str, set[Fraction]] = {}
    for rule in _rules(rulebook):
        if rule.citation.within(at):
            for top in rule.expressions():
                for node in m.walk(top):
                    if isinstance(node, m.Constant) and isinstance(node.value, Fraction):
                        _put(found, [key for key, power in node.unit.powers if power > 0] or [PERCENT], node.value)
    for key, values in rulebook.figures.items():
        unit = [name for name, power in rulebook.terms[key].type.unit.powers if power > 0] or [PERCENT]
        for value in values:
            if value.citation.within(at) and isinstance(value.value, Fraction):
                _put(found, unit, value.value)
    for total in rulebook.totals:
        if total.citation.within(at):
            unit = [name for name, power in rulebook.tables[total.table].unit.powers if power > 0]
            _put(found, unit, total.value)
    return found


def _put(found: dict[str, set[Fraction]], units: Iterable[str], value: Fraction) -> None:
    for unit in units:
        found.setdefault(unit, set()).add(value)


def _rules(rulebook: Rulebook) -> Iterator[Rule]:
    for rules in rulebook.rules.values():
        yield from rules
    yield from rulebook.refusals
    yield from rulebook.findings
