"""Rule text cut into pieces by what each is, for whatever colours it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from .vocabulary import keywords

PARTS: Final = {
    "space": r"\s+", "comment": r"#[^\n]*", "tongue": r'(?:en|vi)(?=\s+")', "quotation": r'"[^"\n]*"?',
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", "number": r"[0-9]+(?:[.,][0-9]+)*(?:\s?%)?",
    "label": r"[A-Za-z]+[0-9][A-Za-z0-9_-]*(?!\w)", "keyword": "", "key": r"[a-z][a-z0-9]*(?:[_.][a-z0-9_]+)+(?!\w)",
    "sign": r"<=|>=|[<>=≤≥+×*/−-]", "mark": r"[.,:;()]", "name": r"[^\W\d_]+(?:['’-][^\W\d_]+)*", "other": r".",
}  # fmt: skip


def pieces(text: str, lang: str) -> Iterator[tuple[int, str, str]]:
    """(where, kind, the very text) in order, without gaps. ``kind``: a name of PARTS, for a keyword what it is for
    (heading, statement, operator, declaration, example, constant). ``lang``: whose keywords."""
    for match in _pattern(lang).finditer(text):
        part = match.lastgroup or "other"
        yield match.start(), _kind(lang, " ".join(match[0].split())) if part == "keyword" else part, match[0]


@cache
def _pattern(lang: str) -> re.Pattern[str]:
    words = "|".join(k.pattern for k in keywords(lang))
    patterns = PARTS | {"keyword": rf"(?<!\w)(?:{words})(?!\w)"}
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in patterns.items()))


@cache
def _kind(lang: str, words: str) -> str:
    return next((k.kind for k in keywords(lang) if re.fullmatch(k.pattern, words)), "statement")
