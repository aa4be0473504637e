"""What somebody typed, as an answer to a question."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Final

from ..basics.bilingual import LANGUAGES, BilingualError
from ..basics.neutral import visible
from ..basics.worded import words
from .question import Question

WORDS: Final = Path(__file__).with_name("words.toml")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_LOCAL: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class Said(Enum):
    """Answers that are no value."""

    UNKNOWN = "unknown"
    WHY = "why"


class NotUnderstood(BilingualError):
    """What was typed is no answer to the question; ``message`` says what is."""


def understood(question: Question, text: str, lang: str) -> Any:
    """The answer as ``Question.answered`` takes it, or ``Said``. Raises NotUnderstood.

    Numbers and days are read as the language writes them (3,5 and 30/9/2026 in Vietnamese), choices by their place in
    the list, their key or their name in either language. Nothing typed is what the question presumes.
    """
    plain = _plain(text)
    if plain in _means("why"):
        return Said.WHY
    if plain in _means("unknown"):
        return Said.UNKNOWN
    if not plain:
        return _presumed(question)
    match question.type:
        case "yes_or_no":
            return _yes_or_no(question, plain)
        case "list" | "more":
            return _another(question, plain, text.strip())
        case "text":
            return text.strip()
    if question.presumed and plain in _means("no"):
        return _presumed(question)
    match question.type:
        case "number":
            return _number(text.strip(), lang)
        case "date":
            return _date(text.strip(), lang)
        case "choices":
            return list(dict.fromkeys(_choice(question, part) for part in re.split("[,;]", text) if part.strip()))
    return _choice(question, text)


def _presumed(question: Question) -> Any:
    if question.presumed:
        return Said.UNKNOWN if question.presumption is None and question.type != "list" else False
    raise _wrong("list" if question.type in ("list", "more") else question.type)


def _yes_or_no(question: Question, plain: str) -> bool:
    if plain in _means("yes"):
        return True
    if plain in _means("no"):
        return False
    raise _wrong(question.type)


def _another(question: Question, plain: str, text: str) -> Any:
    if plain in _means("yes") or plain in _means("no"):
        return plain in _means("yes")
    if question.identified:
        return text
    raise _wrong("yes_or_no")


def _number(text: str, lang: str) -> str:
    given = text.replace(",", ".") if lang == "vi" else text
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", given):
        raise _wrong("number", text)
    return given


def _date(text: str, lang: str) -> str:
    parts: tuple[str, ...] = ()
    if found := _ISO.fullmatch(text):
        parts = found.groups()
    elif lang == "vi" and (found := _LOCAL.fullmatch(text)):
        parts = found.groups()[::-1]
    try:
        return date(*map(int, parts)).isoformat()
    except (TypeError, ValueError):
        raise _wrong("date", text) from None


def _choice(question: Question, text: str) -> str:
    plain, keys = _plain(text), list(question.choices)
    for key, names in question.choices.items():
        if plain in (_plain(key), *(_plain(names[lang]) for lang in LANGUAGES)):
            return key
    if plain.isascii() and plain.isdigit() and 1 <= int(plain[:9]) <= len(keys):
        return keys[int(plain) - 1]
    raise _wrong("choice", text.strip())


def _wrong(kind: str, given: str = "") -> NotUnderstood:
    said = words(WORDS)["wrong"]
    texts = said.get(kind, said["choice"])
    return NotUnderstood(*(texts[lang].format(given=visible(given)) for lang in LANGUAGES))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()


def _means(meaning: str) -> frozenset[str]:
    return frozenset(words(WORDS)[meaning])


__all__ = ["NotUnderstood", "Said", "understood"]
