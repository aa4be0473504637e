"""The TextMate grammar of the VS Code extension, made from the words of both surfaces.

``python -m legalaid_dsl.workbench.editors.textmate`` writes it anew; a test fails when it no longer agrees.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from ...basics.bilingual import LANGUAGES
from ...basics.output import write_whole
from ...language.grammar import shipped
from .vocabulary import keywords

FILE: Final = Path("docs/editors/vscode/syntaxes/legalaid.tmLanguage.json")
SCOPES: Final = {
    "heading": "markup.heading.legalaid", "statement": "keyword.control.legalaid",
    "operator": "keyword.operator.word.legalaid",
    "declaration": "storage.type.legalaid", "example": "keyword.other.example.legalaid",
    "constant": "constant.language.legalaid",
}  # fmt: skip
_EDGE: Final = (r"(?<![\p{L}\p{M}\p{N}_])", r"(?![\p{L}\p{M}\p{N}_])")


def grammar() -> dict[str, Any]:
    """The grammar as the JSON file holds it."""
    first = [
        _match("comment.line.number-sign.legalaid", "#.*$"),
        _match("string.quoted.double.legalaid", '"[^"\\n]*"?'),
        _match("storage.modifier.language.legalaid", r'\b(?:en|vi)(?=\s+")'),
        _match("constant.numeric.date.legalaid", r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"),
        _match("constant.numeric.legalaid", r"\b[0-9]+(?:[.,][0-9]+)*(?:\s?%)?"),
        _match("entity.name.label.legalaid", r"\b[A-Za-z]+[0-9][A-Za-z0-9_-]*\b"),
        _match("entity.other.attribute-name.key.legalaid", r"\b[a-z][a-z0-9]*(?:[_.][a-z0-9_]+)+\b"),
    ]
    last = [
        _match("keyword.operator.legalaid", "<=|>=|[<>=≤≥+×*/−-]"),
        _match("punctuation.separator.legalaid", "[.,:;()]"),
    ]
    return {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "Legal aid rules",
        "scopeName": "source.legalaid",
        "fileTypes": ["law", "case"],
        "patterns": [*first, {"include": "#vi"}, {"include": "#en"}, *last],
        "repository": {lang: {"patterns": list(_words(lang))} for lang in LANGUAGES},
    }


def _words(lang: str) -> list[dict[str, str]]:
    """A pattern a keyword, the longest first: the first that fits wins."""
    return [_match(SCOPES[k.kind], f"{_EDGE[0]}(?:{k.pattern}){_EDGE[1]}") for k in keywords(lang)]


def _match(scope: str, pattern: str) -> dict[str, str]:
    return {"name": scope, "match": pattern}


def text() -> str:
    return json.dumps(grammar(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    write_whole(shipped("grammar").parent / FILE, text())
