"""The first edition of the language, read for one end: to be written in the second (``legalaid fmt --upgrade``).

What was a name in the first and begins a sentence of the second would be read otherwise now; only the grammar of the first knows
which words of a file are names. The rest of the first edition is in the second as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import attrs
from lark import Lark, Token, Tree
from lark.exceptions import LarkError

from ..basics.keywords import is_keyword, shipped, surface
from ..basics.quantity import number_for, written_number
from .grammar import LETTER, Lexicon, Quick, any_of

FOLDER: Final = "first_edition"
EXAMPLES: Final = ".case"
_NAMED: Final = frozenset({"thing", "unit", "one_choice", "term", "reference_type", "table"})  # rules of the grammar that give a name
_FIRST: Final = 5  # the priority of names in the lexer: words above it are read before them


@attrs.frozen(slots=True)
class Edit:
    """A part of a text, and what stands there in the second edition."""

    start: int
    end: int
    text: str


def is_taken(lang: str, name: str) -> bool:
    """Whether the second edition reads a name of the first as words of its own."""
    return is_keyword(lang, name) or any(p.match(name) for p in _before_names(lang))


def edits(text: str, lang: str, lexicon: Lexicon, suffix: str, other: dict[tuple[str, str], str]) -> list[Edit] | None:
    """What must change in a file, by place; None where the first edition does not read it.

    ``other``: by language and name the name to be written instead."""
    parser, found = _parser(lang, lexicon), list[Edit]()
    for begin, end in _pieces(text, lang) if suffix == EXAMPLES else [(0, len(text))]:
        try:
            tree = parser.parse(text[begin:end], start="example" if suffix == EXAMPLES else "rules")
        except LarkError:
            return None
        found += [attrs.evolve(edit, start=edit.start + begin, end=edit.end + begin) for edit in _edits(tree, lang, other)]
    return sorted(set(found), key=lambda edit: edit.start)


def _pieces(text: str, lang: str) -> list[tuple[int, int]]:
    """The examples of a file, each with what stands before the next."""
    starts = [m.start() for m in re.finditer(rf"^[ \t]*{surface(lang)['CASE']}\s+[a-z]", text, re.MULTILINE)]
    return list(zip(starts, [*starts[1:], len(text)]))


def _edits(tree: Tree[Any], lang: str, other: dict[tuple[str, str], str]) -> Iterator[Edit]:
    for token in tree.scan_values(lambda value: isinstance(value, Token)):
        start, end = token.start_pos or 0, token.end_pos or 0
        if token.type in ("TERM", "UNIT"):
            words = " ".join(str(token).split())
            new = other.get((lang, words)) or other.get((lang, words[:1].lower() + words[1:]))
            if new is not None:
                yield Edit(start, end, new[:1].upper() + new[1:] if words[:1].isupper() and (lang, words) not in other else new)
        elif token.type in ("NUMBER", "PERCENT"):
            number = re.match(r"[0-9.,]*[0-9]", str(token))
            if number is not None and isinstance(written_number(number[0], lang), str):
                plain = number[0].replace("." if lang == "vi" else ",", "").replace(",", ".")
                yield Edit(start, start + number.end(), number_for(Fraction(plain), lang))
    for named in tree.find_pred(lambda node: str(node.data) in _NAMED):
        yield from _declared(named, other)


def _declared(node: Tree[Any], other: dict[tuple[str, str], str]) -> Iterator[Edit]:
    """The names that a line of the glossary gives, in their quotes."""
    for inner in node.children:
        if not isinstance(inner, Tree) or str(inner.data) != "bitext":
            continue
        for lang, names in zip(inner.children[::2], inner.children[1::2], strict=True):
            assert isinstance(names, Token)
            forms = [form.strip() for form in str(names)[1:-1].split("|")]
            if any((str(lang), form) in other for form in forms):
                new = " | ".join(other.get((str(lang), form), form) for form in forms)
                yield Edit(names.start_pos or 0, names.end_pos or 0, f'"{new}"')


@lru_cache(maxsize=8)
def _parser(lang: str, lexicon: Lexicon) -> Lark:
    terms, units = lexicon.of(lang)
    there = _grammar() / "surface" / lang / "words.lark"
    words = dict(re.findall(r"^([A-Z_]+)(?:\.\d+)?: /(.*)/$", there.read_text("utf-8"), re.MULTILINE))
    reserved = "|".join(pattern.removesuffix(r"(?!\w)") for name, pattern in words.items() if name not in ("NUMBER", "PERCENT"))
    word = rf"(?!(?:{reserved})(?!\w)){LETTER}+(?:-{LETTER}+)*(?!\w)"
    patterns = {"TERM": any_of(terms), "UNIT": any_of(units), "WORD": word}

    def fill(terminal: Any) -> None:
        if terminal.name in patterns:
            terminal.pattern.value = patterns[terminal.name]

    return Lark(
        (_grammar() / "law.lark").read_text("utf-8"), parser="lalr", lexer="contextual", start=["rules", "example"],
        import_paths=[str(there.parent)], maybe_placeholders=False, edit_terminals=fill, _plugins={"ContextualLexer": Quick},
    )  # fmt: skip


def _grammar() -> Path:
    return shipped("grammar") / FOLDER


@cache
def _before_names(lang: str) -> tuple[re.Pattern[str], ...]:
    """The words of the second edition that its lexer reads before any name."""
    text = (shipped("grammar") / "surface" / lang / "words.lark").read_text("utf-8")
    found = re.findall(r"^([A-Z_]+)\.(\d+): /", text, re.MULTILINE)
    return tuple(re.compile(rf"{surface(lang)[name]}(?!\w)") for name, priority in found if int(priority) > _FIRST)


__all__ = ["Edit", "edits", "is_taken"]
