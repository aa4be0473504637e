"""What could have stood in a place, in the drafter's words and no longer than he reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.worded import said, words
from ..grammar import surface, word_of
from .failure import SIGNS

WORDS: Final = Path(__file__).with_name("words.toml")
_MOST: Final = 4
# what a drafter most often means, first
_FIRST: Final = ("_STOP", "TERM", "WHEN", "IS", "NUMBER", "_COMMA", "UNIT", "STRING", "LANGUAGE", "KEY", "KEY_IS", "AND", "OR")
_SENTENCE: Final = ("DESPITE", "APPLIES_WHEN", "FINDING", "FACT", "TABLE")


def expected(terminals: Iterable[str], lang: str) -> Bilingual:
    """At most four things, the commonest first."""
    names = sorted(set(terminals), key=lambda n: (_FIRST.index(n) if n in _FIRST else len(_FIRST), n))

    if sum(n in names for n in _SENTENCE) >= 3:
        return said(WORDS, "sentence")
    if {"TERM", "NUMBER"} <= set(names):
        return said(WORDS, "value")

    def text(reader: str) -> str:
        shown = [x for x in dict.fromkeys(_shown(name, lang, reader) for name in names) if x]
        return words(WORDS)["or"][reader].join(shown[:_MOST]) + (" …" if len(shown) > _MOST else "")  # type: ignore[no-any-return]

    return Bilingual(*map(text, LANGUAGES))


def _shown(name: str, lang: str, reader: str) -> str:
    kinds = words(WORDS)["kinds"]
    if name in SIGNS:
        return f"“{SIGNS[name]}”"
    if name in kinds:
        return str(kinds[name][reader])
    return f"“{word_of(lang, name)}”" if name in surface(lang) else ""
