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
    return {name: re.sub(r"\(\?=.*|\(\?!\\w\)$", "", pattern) for name, pattern in found}


@cache
def forms_of(lang: str, terminal: str) -> tuple[str, ...]:
    """How a keyword can be printed: one form, or one for each kind of thing that it can name ("this Act", "this Circular")."""
    pattern = surface(lang)[terminal].replace(r"\s+", " ")
    pattern = re.sub(r"\[.\]\?", "", pattern)
    pattern = re.sub(r"\[(.)(.)\]", r"\2" if terminal in _LOWER else r"\1", pattern)
    pattern = re.sub(r"\(\?:([^)]*)\)\?", r"\1" if terminal in _WHOLE else "", pattern)
    group = re.search(r"\(\?:([^)]*)\)", pattern)
    kinds = [pattern] if group is None else [pattern.replace(group[0], kind) for kind in group[1].split("|")]
    return tuple(re.sub(r".\?", "", kind) for kind in kinds)


def word_of(lang: str, terminal: str) -> str:
    """How a keyword is printed: the first form that its pattern allows."""
    return forms_of(lang, terminal)[0]


_LOWER: Final = ("CLAUSE", "POINT", "SUBPOINT", "THIS_CLAUSE", "THIS_POINT", "THIS_SUBPOINT", "IN", "IN_CASES_WHERE")
_WHOLE: Final = (  # printed with what may be left out
    "A_NUMBER", "SUBSTITUTE", "REPLACE_PHRASE", "WITH_PHRASE", "AFTER_PHRASE", "OLD_TEXT_CONTINUES",
)  # fmt: skip


def is_keyword(lang: str, name: str) -> bool:
    """Whether a name is, as a whole, a word that the sentences of rules are built with."""
    return any(_in_sentences(lang).fullmatch(form) for form in (name, name[:1].lower() + name[1:]))


@cache
def _in_sentences(lang: str) -> re.Pattern[str]:
    return re.compile("|".join(surface(lang)[name] for name in _IN_SENTENCES))


_IN_SENTENCES: Final = (
    "FOR_EACH", "WHEN", "ONLY_WHEN", "OTHERWISE", "AT_MOST", "AT_LEAST", "ROUNDED_DOWN", "ROUNDED_UP", "ROUNDED_HALF_UP", "ROUNDED_HALF_EVEN",
    "TO_MULTIPLES_OF", "AFTER", "BEFORE", "UNTIL", "YEARS_FROM", "MONTHS_FROM", "WEEKS_FROM", "DAYS_FROM",
    "LOWEST_OF", "HIGHEST_OF", "IF", "ELSE",
    "ROUNDED_TO_ADD_UP_TO", "TOGETHER", "WITH_THE_SAME", "FILLED_IN_ORDER", "SHARED_PRO_RATA", "IS_LEFT_OPEN", "COULD_BE",
    "UP_TO", "ONE_HAS_ALL", "OR", "AND", "NOT", "IS", "IS_NOT", "IS_AMONG", "IS_NOT_AMONG", "INCLUDES", "IS_STATED",
    "IS_NOT_STATED", "MUST_BE_STATED", "IS_BEFORE", "IS_AFTER", "IS_NOT_BEFORE", "IS_NOT_AFTER", "OF", "TOTAL_OF", "OVER",
    "HIGHEST", "LOWEST", "NUMBER_OF", "THERE_ARE", "ITS", "BEFORE_THIS_ONE", "WHERE", "IF_NONE", "WITHIN", "AS_UNDER", "PER",
    "YES", "NO", "NONE", "UNKNOWN", "IS_READ_AS", "IS_NOT_READ_AS", "WHAT", "GIVES", "GROUPED_AS", "SHARED_AS", "EACH_ALONE",
)  # fmt: skip  words of glossary lines, headings and examples stand where no name is looked for


@lru_cache(maxsize=64)
@lru_cache(maxsize=256)  # every problem of a file asks
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
    "INSTRUMENT", "PART", "CHAPTER", "SECTION", "ARTICLE", "CLAUSE", "POINT", "SUBPOINT", "EXAMPLE", "FOR_EACH", "FACT", "DERIVED",
    "THING", "UNIT_IS", "CHOICES", "TABLE", "CASE", "EXPECT", "BECAUSE", "LIKE", "WHEN", "REFUSE",
    "FINDING", "READING", "READ", "APPLIES_WHEN", "DESPITE", "FIGURE", "GROUP", "DEFINITIONS", "SUPPORTS", "FIGURES",
)  # fmt: skip


