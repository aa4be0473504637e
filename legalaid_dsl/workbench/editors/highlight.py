"""Rule files in colour: a Pygments lexer for .law and .case files in either language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar, Final

from pygments.lexer import Lexer  # type: ignore[import-untyped]
from pygments.token import (  # type: ignore[import-untyped]
    Comment,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    Whitespace,
)

from ...language.grammar import language_of
from .vocabulary import keywords

_OF_KIND: Final = {
    "heading": Keyword.Declaration, "statement": Keyword, "operator": Operator.Word, "declaration": Keyword.Type,
    "example": Keyword.Namespace, "constant": Keyword.Constant,
}  # fmt: skip
_PARTS: Final = (
    ("space", r"\s+", Whitespace),
    ("comment", r"#[^\n]*", Comment.Single),
    ("string", r'(?:en|vi)(?=\s+")', Keyword.Pseudo),
    ("quotation", r'"[^"\n]*"?', String),
    ("date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", Literal.Date),
    ("number", r"[0-9]+(?:[.,][0-9]+)*(?:\s?%)?", Number),
    ("label", r"[A-Za-z]+[0-9][A-Za-z0-9_-]*(?!\w)", Name.Label),
    ("keyword", "", Keyword),
    ("key", r"[a-z][a-z0-9]*(?:[_.][a-z0-9_]+)+(?!\w)", Name.Attribute),
    ("sign", r"<=|>=|[<>=≤≥+×*/−-]", Operator),
    ("mark", r"[.,:;()]", Punctuation),
    ("name", r"[^\W\d_]+(?:['’-][^\W\d_]+)*", Name),
    ("other", r".", Text),
)


class LegalaidLexer(Lexer):  # type: ignore[misc]
    """For pages about rules; the language of the words is seen from the text."""

    name = "Legal aid rules"
    url = "https://pypi.org/project/legalaid-dsl/"
    aliases: ClassVar = ["legalaid", "legalaid-law", "legalaid-case"]
    filenames: ClassVar = ["*.law", "*.case"]
    mimetypes: ClassVar = ["text/x-legalaid"]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, Any, str]]:
        lang = language_of(text)
        whole, kinds = _pattern(lang), {name: token for name, _, token in _PARTS}
        for match in whole.finditer(text):
            part = match.lastgroup or "other"
            token = _of_word(lang, " ".join(match[0].split())) if part == "keyword" else kinds[part]
            yield match.start(), token, match[0]


@cache
def _pattern(lang: str) -> re.Pattern[str]:
    words = "|".join(k.pattern for k in keywords(lang))
    patterns = {name: pattern for name, pattern, _ in _PARTS} | {"keyword": rf"(?<!\w)(?:{words})(?!\w)"}
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in patterns.items()))


@cache
def _of_word(lang: str, words: str) -> Any:
    kind = next((k.kind for k in keywords(lang) if re.fullmatch(k.pattern, words)), "statement")
    return _OF_KIND[kind]
