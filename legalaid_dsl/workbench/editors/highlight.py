"""Rule files in colour: a Pygments lexer for .law and .case files in either language."""

from __future__ import annotations

from collections.abc import Iterator
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
from .pieces import pieces

_TOKENS: Final = {
    "heading": Keyword.Declaration, "statement": Keyword, "operator": Operator.Word, "declaration": Keyword.Type,
    "example": Keyword.Namespace, "constant": Keyword.Constant, "space": Whitespace, "comment": Comment.Single,
    "tongue": Keyword.Pseudo, "quotation": String, "date": Literal.Date, "number": Number, "label": Name.Label,
    "key": Name.Attribute, "sign": Operator, "mark": Punctuation, "name": Name, "other": Text,
}  # fmt: skip


class LegalaidLexer(Lexer):  # type: ignore[misc]
    """For pages about rules; the language of the words is seen from the text."""

    name = "Legal aid rules"
    url = "https://pypi.org/project/legalaid-dsl/"
    aliases: ClassVar = ["legalaid", "legalaid-law", "legalaid-case"]
    filenames: ClassVar = ["*.law", "*.case"]
    mimetypes: ClassVar = ["text/x-legalaid"]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, Any, str]]:
        for start, kind, part in pieces(text, language_of(text)):
            yield start, _TOKENS[kind], part
