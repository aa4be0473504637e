"""What is wrong with a table from outside, as data: a code, a place (file, sheet, line, column) and what would be right.

The wording stands in ``tables.toml`` beside this file, one entry a code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Self

import attrs

from .bilingual import LANGUAGES, Bilingual, Error
from .quantity import decimal_text, grouped
from .worded import words

SHOWN: Final = 60  # characters of a value that a message repeats
MOST: Final = 15  # digits before or after the mark; a number with more keeps its exponent


@attrs.frozen(slots=True)
class Place:
    """Where in a table. ``line``: of a text, counted from 1; ``row``: of a sheet, of Parquet or of a table in memory, likewise."""

    file: str = ""
    sheet: str = ""
    table: str = ""
    line: int | None = None
    row: int | None = None
    cell: str = ""  # as spreadsheets call it: B3
    column: str = ""
    case: str = ""

    def named(self, lang: str) -> str:
        words = _wordings()["place"]
        return ", ".join(words[k][lang].format(shown(v, lang)) for k, v in attrs.asdict(self).items() if v not in ("", None))


class TableError(Error, ValueError):
    """A table that cannot be used. ``message``: the place, what is wrong there and what would be right, in both languages."""

    def __init__(self, message: Bilingual, code: str, place: Place) -> None:
        self.message, self.code, self.place = message, code, place
        super().__init__(message, code, place)  # all of it, so that it comes whole out of another process

    def __str__(self) -> str:
        return self.message.en

    @classmethod
    def of(cls, code: str, place: Place | None = None, **values: Any) -> Self:
        """From the entry of a code; values fill its braces. A Bilingual value gives each language its own."""
        where = place or Place()
        return cls(wording(code, where, **values), code, where)


def wording(code: str, place: Place | None = None, **values: Any) -> Bilingual:
    """The message of a code, its place before and its hint after it."""
    entry = _wordings()[code]
    texts = []
    for lang in LANGUAGES:
        filled = _filled(values, lang)
        parts = [entry[lang].format(**filled)]
        if "hint" in entry:
            parts.append(entry["hint"][lang].format(**filled))
        where = place.named(lang) if place is not None else ""
        texts.append((f"{where}: " if where else "") + "; ".join(parts))
    return Bilingual(*texts)


def parts_of(code: str, **values: Any) -> tuple[Bilingual, Bilingual]:
    """The message of a code without its place, and apart from it what would be right."""
    entry, texts = _wordings()[code], []
    for part in (entry, entry.get("hint", {})):
        said = [part.get(lang, "").format(**_filled(values, lang)) for lang in LANGUAGES]
        texts.append(Bilingual(*said))
    return texts[0], texts[1]


def _filled(values: dict[str, Any], lang: str) -> dict[str, str]:
    return {k: shown(v[lang] if isinstance(v, Bilingual) else v, lang) for k, v in values.items()}


def shown(value: Any, lang: str = "en") -> str:
    """A value from outside as the tongue writes it, short and on one line, its hidden characters to be seen."""
    match value:
        case bool():
            return str(_wordings()["truth.yes" if value else "truth.no"][lang])
        case int():
            return grouped(Fraction(value), lang) if value > 9_999 else str(value)
        case float() | Decimal() if (exact := Decimal(str(value))).is_finite() and abs(exact.adjusted()) < MOST:
            return decimal_text(Fraction(exact)).replace(".", "," if lang == "vi" else ".")
        case list() | tuple() | set() | frozenset():
            return ", ".join(shown(v, lang) for v in value)
        case datetime() if value.time() == time.min:
            return value.date().isoformat()
    text = str(value)
    cut = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)


def _wordings() -> Mapping[str, Any]:
    """code → {en, vi, hint?: {en, vi}}."""
    return words(Path(__file__).with_name("tables.toml"))
