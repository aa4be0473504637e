"""What could have stood in a place, in the drafter's words and no longer than he reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ...basics.bilingual import Bilingual
from ..grammar import surface, word_of
from .failure import SIGNS

_MOST: Final = 4
_KINDS: Final = {
    "TERM": ("a name from the glossary", "một tên trong bảng thuật ngữ"),
    "WORD": ("a name from the glossary", "một tên trong bảng thuật ngữ"),
    "NUMBER": ("a number", "một số"),
    "PERCENT": ("a number", "một số"),
    "DATE": ("a date such as 2021-07-15", "một ngày như 2021-07-15"),
    "UNIT": ("a unit", "một đơn vị"),
    "STRING": ('a text in "…"', 'một đoạn chữ trong "…"'),
    "KEY": ("a key such as case.form", "một mã như case.form"),
    "LANGUAGE": ('a text: en "…" vi "…"', 'một đoạn chữ: vi "…" en "…"'),
    "ORDINAL": ("a number", "một số thứ tự"),
    "LETTERS": ("the letter of a point", "chữ cái của điểm"),
    "LABEL": ("an identifier such as P1", "một mã như P1"),
}
# what a drafter most often means, first
_FIRST: Final = ("_STOP", "TERM", "WHEN", "IS", "NUMBER", "_COMMA", "UNIT", "STRING", "LANGUAGE", "KEY", "KEY_IS", "AND", "OR")
_SENTENCE: Final = ("DESPITE", "APPLIES_WHEN", "FINDING", "FACT", "TABLE")


def expected(terminals: Iterable[str], lang: str) -> Bilingual:
    """At most four things, the commonest first."""
    names = sorted(set(terminals), key=lambda n: (_FIRST.index(n) if n in _FIRST else len(_FIRST), n))

    def text(reader: str) -> str:
        if sum(n in names for n in _SENTENCE) >= 3:
            return {"en": "a new sentence or heading", "vi": "một câu mới hoặc một tiêu đề"}[reader]
        if {"TERM", "NUMBER"} <= set(names):
            return {"en": "a name from the glossary, a number or a date", "vi": "một tên trong bảng thuật ngữ, một số hoặc một ngày"}[reader]
        shown: list[str] = []
        for name in names:
            if name in SIGNS:
                shown.append(f"“{SIGNS[name]}”")
            elif name in _KINDS:
                shown.append(_KINDS[name][reader == "vi"])
            elif name in surface(lang):
                shown.append(f"“{word_of(lang, name)}”")
        shown = list(dict.fromkeys(shown))
        more = {"en": " or ", "vi": " hoặc "}[reader]
        return more.join(shown[:_MOST]) + (" …" if len(shown) > _MOST else "")

    return Bilingual(text("en"), text("vi"))
