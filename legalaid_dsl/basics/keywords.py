"""The words of the two tongues, as the surface files give them; and which of them a text is written in."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from .bilingual import LANGUAGES


def shipped(name: str) -> Path:
    """A folder that is shipped beside the package (wheel) or one level up (checkout)."""
    package = Path(__file__).resolve().parent.parent
    beside = package / name
    return beside if beside.is_dir() else package.parent / name


@cache
def surface(lang: str) -> dict[str, str]:
    """Terminal → regular expression, as the surface's file gives it."""
    text = (shipped("grammar") / "surface" / lang / "words.lark").read_text("utf-8")
    found = re.findall(r"^([A-Z_]+)(?:\.\d+)?: /(.*)/$", text, re.MULTILINE)
    return {name: pattern.removesuffix(r"(?!\w)") for name, pattern in found}


@cache
def word_of(lang: str, terminal: str) -> str:
    """How a keyword is printed: the first form that its pattern allows."""
    pattern = surface(lang)[terminal].replace(r"\s+", " ")
    pattern = re.sub(r"\[(.)(.)\]", r"\2" if terminal in _LOWER else r"\1", pattern)
    pattern = re.sub(r"\(\?:([^)]*)\)\?", r"\1" if terminal == "A_NUMBER" else "", pattern)
    return re.sub(r".\?", "", pattern)


_LOWER: Final = ("CLAUSE", "POINT")


@lru_cache(maxsize=64)
def language_of(text: str) -> str:
    """The language of a file: whose words begin more of its lines."""

    def count(lang: str) -> int:
        words = surface(lang)
        starts = "|".join(words[name] for name in _LINE_STARTS)
        return len(re.findall(rf"^[ \t]*(?:{starts})(?!\w)", text, re.MULTILINE))

    def letters(lang: str) -> int:
        found = len(_VIETNAMESE.findall(re.sub(r'"[^"\n]*"|#[^\n]*', "", text)))
        return found if lang == "vi" else 0

    return max(LANGUAGES, key=lambda lang: (count(lang), letters(lang)))


_VIETNAMESE: Final = re.compile("[ăâđêôơưĂÂĐÊÔƠƯạ-ỹẠ-Ỹàáãèéìíòóõùúýỳ]")


_LINE_STARTS: Final = (
    "INSTRUMENT", "ARTICLE", "CLAUSE", "POINT", "EXAMPLE", "FOR_EACH", "FACT", "DERIVED",
    "THING", "UNIT_IS", "CHOICES", "TABLE", "CASE", "EXPECT", "BECAUSE", "LIKE", "WHEN", "REFUSE",
    "FINDING", "READING", "READ", "APPLIES_WHEN", "DESPITE", "FIGURE",
)  # fmt: skip


