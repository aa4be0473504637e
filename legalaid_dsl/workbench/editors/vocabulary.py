"""The keywords of the language by what they are for, read from the surfaces' own files: for highlighting."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import attrs

from ...basics.bilingual import LANGUAGES
from ...language.grammar import shipped, word_of

# The sections of the words files, by their comments, and what their words are.
SECTIONS: Final = {
    "headings": "heading",
    "statements": "statement",
    "expressions": "operator",
    "glossary": "declaration",
    "worked examples": "example",
}
NOT_WORDS: Final = ("NUMBER", "PERCENT")
HEADINGS: Final = ("CASE",)  # the heading of an example stands among the words of examples
CONSTANTS: Final = ("YES", "NO", "NONE", "UNKNOWN", "DETERMINED", "UNDETERMINED", "REFUSED")


@attrs.frozen(slots=True)
class Keyword:
    """``kind``: heading, statement, operator, declaration, example or constant."""

    terminal: str
    pattern: str  # without what must not follow it
    kind: str


@cache
def keywords(lang: str) -> tuple[Keyword, ...]:
    """All keywords of a surface, the longest first."""
    text = (shipped("grammar") / "surface" / lang / "words.lark").read_text("utf-8")
    found, kind = [], ""
    for line in text.split("\n"):
        if line.startswith("// "):
            kind = SECTIONS.get(line.removeprefix("// ").strip(), kind)
        match = re.fullmatch(r"([A-Z_]+)(?:\.\d+)?: /(.*)/", line)
        if match is not None and match[1] not in NOT_WORDS:
            special = "heading" if match[1] in HEADINGS else "constant" if match[1] in CONSTANTS else kind
            found.append(Keyword(match[1], match[2].removesuffix(r"(?!\w)"), special))
    # the longest first, by what each takes at least: "with (the phrase)" also takes "with" alone
    return tuple(sorted(found, key=lambda k: (-min(len(word_of(lang, k.terminal)), _least(k)), -len(k.pattern), k.terminal)))


def _least(keyword: Keyword) -> int:
    """About how many characters a keyword has without what it may leave out."""
    return len(re.sub(r"\(\?:[^()]*\)\?", "", keyword.pattern).replace(r"\s+", " "))


def sections() -> dict[str, set[str]]:
    """Language → the sections that its words file has; for the test that none is forgotten."""
    found = {}
    for lang in LANGUAGES:
        text = (shipped("grammar") / "surface" / lang / "words.lark").read_text("utf-8")
        found[lang] = set(re.findall(r"^// (.*)$", text, re.MULTILINE))
    return found
