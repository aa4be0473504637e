"""The grammar with one surface's words and one lexicon's names, as a Lark parser.

LALR with the contextual lexer. The tests build it with ``strict=True``, which proves that
no two rules and no two terminals collide; that proof is too slow for every start.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from functools import cache, lru_cache
from typing import Any, Final

import attrs
from lark import Lark
from lark.common import LexerConf
from lark.lexer import ContextualLexer, PatternRE, TerminalDef
from lark.parser_frontends import ParsingFrontend

from ..basics.bilingual import LANGUAGES
from ..basics.keywords import is_keyword
from ..basics.keywords import language_of as language_of
from ..basics.keywords import shipped as shipped
from ..basics.keywords import surface as surface
from ..basics.keywords import word_of as word_of


@attrs.frozen(slots=True)
class Lexicon:
    """The names that the glossary gives, per language, as written words."""

    terms: tuple[tuple[str, str], ...] = ()  # (language, words)
    units: tuple[tuple[str, str], ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()  # a name in English and the same in Vietnamese

    def of(self, lang: str) -> tuple[list[str], list[str]]:
        return (
            sorted({w for where, w in self.terms if where == lang}, key=lambda w: (-len(w), w)),
            sorted({w for where, w in self.units if where == lang}, key=lambda w: (-len(w), w)),
        )


_NOTHING: Final = "(?!)."
LETTER: Final = r"[^\W\d_]"
_STARTS: Final = ("block", "example")


@lru_cache(maxsize=32)
def build_parser(lang: str, lexicon: Lexicon, *, strict: bool = False) -> Lark:
    """A parser for one language; start symbols ``block`` and ``example``.

    Built once for the same names: a parser holds no state of what it parsed.
    """
    return _built(lang, lexicon, strict) if strict else _relexed(_tables(lang), lang, lexicon)


@cache
def _tables(lang: str) -> Lark:
    """The shape of the language does not change with the names of a glossary: its tables are worked out once."""
    return _built(lang, Lexicon(), strict=False)


def _relexed(first: Lark, lang: str, lexicon: Lexicon) -> Lark:
    """A parser with the tables of ``first`` and the names of another lexicon."""
    terms, units = lexicon.of(lang)
    patterns = {"TERM": any_of(terms), "UNIT": any_of(units)}
    frontend = first.parser
    conf = copy(frontend.lexer_conf)
    conf.terminals = [copy(t) for t in conf.terminals]
    for terminal in conf.terminals:
        if terminal.name in patterns:
            terminal.pattern = PatternRE(patterns[terminal.name], terminal.pattern.flags)
    conf.terminals_by_name = {t.name: t for t in conf.terminals}
    conf.skip_validation = True
    made = copy(first)
    made.parser = ParsingFrontend(conf, frontend.parser_conf, frontend.options, parser=frontend.parser)
    made.lexer_conf, made.terminals, made._terminals_dict = conf, list(conf.terminals), conf.terminals_by_name
    return made


def _built(lang: str, lexicon: Lexicon, strict: bool) -> Lark:
    terms, units = lexicon.of(lang)
    words = surface(lang)
    reserved = "|".join(words[name] for name in words if name not in _NUMBERS)
    patterns = {
        "TERM": any_of(terms),
        "UNIT": any_of(units),
        "READING_KEY": rf"[a-z][a-z0-9_]*(?=\s+(?:{words['IS_READ_AS']}|{words['IS_NOT_READ_AS']})(?!\w))",
        "WORD": rf"(?!(?:{reserved})(?!\w)){LETTER}+(?:-{LETTER}+)*(?!\w)",
    }

    def fill(terminal: TerminalDef) -> None:
        if terminal.name in patterns:
            terminal.pattern.value = patterns[terminal.name]

    return Lark(
        (shipped("grammar") / "law.lark").read_text("utf-8"),
        parser="lalr",
        lexer="contextual",
        strict=strict,
        start=list(_STARTS),
        import_paths=[str(shipped("grammar") / "surface" / lang)],
        propagate_positions=True,
        maybe_placeholders=True,
        edit_terminals=fill,
        _plugins={} if strict else {"ContextualLexer": Quick},
    )


class Quick(ContextualLexer):
    """Without the proof that no terminals collide, which the tests make (``strict``)."""

    def __init__(self, conf: LexerConf, states: dict[int, Any], always_accept: Any = ()) -> None:
        conf = copy(conf)
        conf.skip_validation = True
        super().__init__(conf, states, always_accept)


@lru_cache(maxsize=32)
def untreed(parser: Lark) -> Lark:
    """The same parser, making no trees: for those who only ask whether and where reading stops."""
    made, frontend, lalr = copy(parser), copy(parser.parser), copy(parser.parser.parser)
    lalr.parser = copy(lalr.parser)
    lalr.parser.callbacks = {}
    frontend.parser, made.parser = lalr, frontend
    return made


_NUMBERS: Final = ("NUMBER", "PERCENT")


def any_of(names: Iterable[str]) -> str:
    """Longest first; a capital first letter is allowed, as at the start of a sentence."""
    patterns = []
    for name in names:
        first, rest = re.escape(name[0]), r"\s+".join(map(re.escape, name[1:].split(" ")))
        upper = re.escape(name[0].upper())
        patterns.append((first if first == upper else f"[{first}{upper}]") + rest)
    return rf"(?:{'|'.join(patterns)})(?!\w)" if patterns else _NOTHING


def declared_names(text: str, every: bool = False) -> Lexicon:
    """The names that a file's glossary lines declare, found before it is parsed. ``every``: also those that no sentence could use."""
    terms: list[tuple[str, str]] = []
    units: list[tuple[str, str]] = []
    both: list[tuple[str, str]] = []
    for keyword, pairs in _DECLARATION.findall(text):
        into = units if keyword else terms
        forms: dict[str, list[str]] = {lang: [] for lang in LANGUAGES}
        for lang, names in re.findall(r'(en|vi)\s+"([^"\n]*)"', pairs):
            forms[lang] = [name.strip() for name in names.split("|") if name.strip()]
        for lang in LANGUAGES:  # a name in one language stands in files of the other too
            there = forms[lang] or next((found for found in forms.values() if found), [])
            into += [(lang, name) for name in there if every or not is_keyword(lang, name)]
        both += [(en, forms["vi"][0]) for en in reversed(forms["en"]) if forms["vi"]]
    return Lexicon(tuple(terms), tuple(units), tuple(both))


_UNIT_WORDS: Final = tuple(surface(lang)["UNIT_IS"] for lang in LANGUAGES)
_DECLARATION: Final = re.compile(
    rf'(?:\b({"|".join(_UNIT_WORDS)})\s{{1,99}})?\b((?:(?:en|vi)\s{{1,99}}"[^"\n]*"\s{{0,99}}){{1,2}})'
    rf"(?:{'|'.join(surface(lang)['KEY_IS'] for lang in LANGUAGES)})(?!\w)"
)


def merge(lexicons: Iterable[Lexicon]) -> Lexicon:
    every = list(lexicons)
    return Lexicon(
        tuple(dict.fromkeys(pair for v in every for pair in v.terms)),
        tuple(dict.fromkeys(pair for v in every for pair in v.units)),
        tuple(dict.fromkeys(pair for v in every for pair in v.pairs)),
    )
