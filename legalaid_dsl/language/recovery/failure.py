"""A sentence that did not parse: where it stopped, what could have stood there, and its words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import attrs

from ..grammar import Lexicon, surface, word_of
from .draft import Draft, Edit

_TOKEN: Final = re.compile(
    r'"[^"\n]*"?|#[^\n]*|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]+(?:[.,][0-9]+)*\s?%?'
    r"|[^\W\d_]+(?:[-'/][^\W\d_]+)*(?:[._]?\w+)*|<=|>=|\S"
)
MARKS: Final = {".": "_STOP", ",": "_COMMA", ":": "_COLON", ";": "_SEMICOLON", "(": "_OPEN", ")": "_CLOSE"}
SIGNS: Final = {
    **{name: mark for mark, name in MARKS.items()},
    "PLUS": "+", "MINUS": "-", "TIMES": "×", "DIVIDED_BY": "/", "LESS": "<", "MORE": ">",
    "LESS_EQUAL": "<=", "MORE_EQUAL": ">=", "EQUAL": "=",
}  # fmt: skip
COMPARING: Final = ("<", ">", "<=", ">=", "=", "≤", "≥")


@attrs.frozen(slots=True)
class Token:
    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha() and not any(c.isdigit() for c in self.text)

    @property
    def is_number(self) -> bool:
        return self.text[0].isdigit()


@attrs.frozen(slots=True)
class Names:
    """The glossary's names for one language, and those of the other with their equal here."""

    own: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    foreign: dict[str, str] = attrs.Factory(dict)
    own_words: frozenset[str] = frozenset()  # those that the names consist of
    longest: int = 0  # letters of a name

    @classmethod
    def of(cls, lexicon: Lexicon | None, lang: str) -> Names:
        return _names(lexicon, lang) if lexicon is not None else cls()


class _Words(tuple[str, ...]):
    """Names in their order; whether a word is among them is asked thousands of times a sentence."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.known = frozenset(words)

    def __contains__(self, word: object) -> bool:
        return word in self.known


@lru_cache(maxsize=8)
def _names(lexicon: Lexicon, lang: str) -> Names:
    terms, units = lexicon.of(lang)
    pairs = [(vi, en) if lang == "en" else (en, vi) for en, vi in lexicon.pairs]
    foreign = {other: own for other, own in pairs if other != own}
    single = frozenset(word for name in terms for word in name.split())
    longest = max(map(len, (*terms, *units)), default=0)
    return Names(_Words(tuple(terms)), _Words(tuple(units)), foreign, single, longest)


@attrs.frozen(slots=True)
class Candidate:
    """One mend with the problem that it would be. A lower rank is the likelier slip."""

    rank: int
    edits: tuple[Edit, ...]
    code: str
    start: int
    end: int
    values: dict[str, Any] = attrs.Factory(dict)
    sure: bool = False  # so plainly meant that what is wrong besides may be said, too


@attrs.frozen(slots=True)
class Failure:
    """``at``: where reading stopped; ``accepts``: the terminals that could have come there."""

    draft: Draft
    at: int
    accepts: frozenset[str]
    lang: str
    names: Names
    tokens: tuple[Token, ...]
    index: int  # of the first token that did not fit
    ended: bool  # the text ended too soon

    @classmethod
    def of(cls, draft: Draft, at: int, accepts: frozenset[str], lang: str, names: Names, ended: bool) -> Failure:
        tokens = tuple(
            Token(m[0].rstrip(), m.start(), m.start() + len(m[0].rstrip()))
            for m in _TOKEN.finditer(draft.text)
            if not m[0].startswith("#")
        )
        index = next((i for i, t in enumerate(tokens) if t.end > at), len(tokens))
        return cls(draft, at, accepts, lang, names, tokens, len(tokens) if ended else index, ended)

    def own_name_before(self) -> str:
        """The longest name of the glossary that ends just before reading stopped, or the word there."""
        last = self.index - 1
        known = {*self.names.own, *self.names.units}
        firsts = [i for i in range(max(0, last - 9), last + 1) if self.text(i, last) in known]
        return self.text(min([*firsts, last]), last)

    def own_name_here(self) -> str:
        """The longest name of the glossary that begins where reading stopped, or the word there."""
        lasts = [j for j in range(self.index, min(self.index + 9, len(self.tokens))) if self.text(self.index, j) in self.names.own]
        return self.text(self.index, max([*lasts, self.index]))

    @property
    def token(self) -> Token | None:
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    @property
    def before(self) -> Token | None:
        return self.tokens[self.index - 1] if self.index else None

    def text(self, first: int, last: int) -> str:
        """The words from one token to another, with single spaces."""
        return " ".join(self.draft.text[self.tokens[first].start : self.tokens[last].end].split())

    def known_here(self) -> bool:
        """Whether a name or a keyword begins where reading stopped, or nothing that looks like one."""
        token = self.token
        if token is None or not token.is_word or not self.names.own or token.text in ("en", "vi") or re.search(r"[._]", token.text):
            return True
        own = self.own_name_here()
        if {own, own[0].lower() + own[1:]} & {*self.names.own, *self.names.units}:
            return True
        lasts = range(self.index, min(self.index + 6, len(self.tokens)))
        return any(re.fullmatch(p, self.text(self.index, j)) for j in lasts for p in surface(self.lang).values())

    def keyword(self, terminal: str) -> str:
        return SIGNS.get(terminal) or word_of(self.lang, terminal)

    def starts_line(self, token: Token) -> bool:
        text = self.draft.text
        return not text[text.rfind("\n", 0, token.start) + 1 : token.start].strip()

    def matches(self, terminal: str, text: str) -> bool:
        return re.fullmatch(surface(self.lang)[terminal], text) is not None

    def at_keyword(self, terminal: str) -> bool:
        """Whether a keyword begins where reading stopped."""
        last = self.index + len(self.keyword(terminal).split()) - 1
        return last < len(self.tokens) and self.matches(terminal, self.text(self.index, last))

    def any_keyword(self, text: str, *terminals: str) -> bool:
        return any(self.matches(t, text) for t in terminals)

    def windows(self, longest: int) -> list[tuple[int, int]]:
        """Runs of words (first, last) around where reading stopped, and at the sentence's start."""
        first = {*range(max(0, self.index - 5), min(self.index + 2, len(self.tokens))), *range(min(3, len(self.tokens)))}
        found = []
        for i in sorted(first):
            for j in range(i, min(i + longest, len(self.tokens))):
                if not (self.tokens[j].is_word or (j > i and self.tokens[j].text == "'")):
                    break
                found.append((i, j))
        return found
