"""Slips in words: keywords misspelt or of the other language, names of the glossary, units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.spelling import did_you_mean, folded, likeness, only_tone_place
from ..grammar import surface, word_of
from ..marks import synonyms
from .failure import SIGNS, Candidate, Failure

_LANGUAGE_NAMES = {"en": Bilingual("English", "tiếng Anh"), "vi": Bilingual("Vietnamese", "tiếng Việt")}
_CAPITAL = ("INSTRUMENT", "ARTICLE", "CLAUSE", "POINT", "EXAMPLE", "CASE")


@cache
def keywords(lang: str) -> dict[str, tuple[str, ...]]:
    """Keyword in lower case → the terminals that it can be."""
    found: dict[str, list[str]] = {}
    for name in surface(lang):
        if name not in ("NUMBER", "PERCENT"):
            word = word_of(lang, name).lower()
            found.setdefault(word, []).append(name)
    return {word: tuple(names) for word, names in found.items()}


def _printed(f: Failure, terminal: str, first: int) -> str:
    """The keyword as it is written here: headings begin with a capital letter at a line start."""
    if terminal in SIGNS:
        return SIGNS[terminal]
    word = word_of(f.lang, terminal)
    capital = terminal in _CAPITAL and f.starts_line(f.tokens[first])
    return word[0].upper() + word[1:] if capital else word


def keyword_slips(f: Failure) -> Iterator[Candidate]:
    """A keyword misspelt, written with a capital, said otherwise, or of the other language."""
    other = "vi" if f.lang == "en" else "en"
    for i, j in f.windows(6):
        phrase = f.text(i, j)
        yield from _replaced(f, i, j, phrase, 1, "say-instead", _said(phrase, f.lang))
        if phrase.lower() not in keywords(f.lang):
            terminals = keywords(other).get(phrase.lower(), ())
            yield from _replaced(f, i, j, phrase, 1, "keyword-other-language", terminals, other=_LANGUAGE_NAMES[other])
            yield from _replaced(f, i, j, phrase, 2, "say-instead", _said(phrase, other))
        yield from _misspelt(f, i, j, phrase)


def _said(phrase: str, lang: str) -> tuple[str, ...]:
    terminal = synonyms()[lang].get(phrase.lower())
    return (terminal,) if terminal else ()


def _replaced(
    f: Failure, i: int, j: int, phrase: str, rank: int, code: str, terminals: tuple[str, ...], **values: Bilingual
) -> Iterator[Candidate]:
    start, end = f.tokens[i].start, f.tokens[j].end
    for terminal in terminals:
        word = _printed(f, terminal, i)
        if word != phrase:
            shown = {"found": phrase, "word": word, "own": _LANGUAGE_NAMES[f.lang], **values}
            yield Candidate(rank, ((start, end, word),), code, start, end, shown)


def _misspelt(f: Failure, i: int, j: int, phrase: str) -> Iterator[Candidate]:
    words = len(phrase.split())
    for word, terminals in keywords(f.lang).items():
        if abs(len(word.split()) - words) > 1 or abs(len(word) - len(phrase)) > 3:
            continue
        score = likeness(phrase, word)
        right = _printed(f, terminals[0], i)
        if score < (0.75 if len(word) > 3 else 0.65) or right == phrase:
            continue
        code = "tone-mark-place" if only_tone_place(phrase, word) else "keyword-misspelt"
        if folded(phrase) == folded(word) and phrase.lower() == word:
            code = "keyword-capital"
        start, end = f.tokens[i].start, f.tokens[j].end
        for terminal in terminals:
            right = _printed(f, terminal, i)
            rank = 1 if score > 0.96 else 2 + (score < 0.85)
            yield Candidate(rank, ((start, end, right),), code, start, end, {"found": phrase, "word": right})


def name_slips(f: Failure) -> Iterator[Candidate]:
    """A name of the glossary misspelt, or in the other language."""
    for i, j in f.windows(9):
        phrase = f.text(i, j)
        start, end = f.tokens[i].start, f.tokens[j].end
        own = f.names.foreign.get(phrase) or f.names.foreign.get(phrase[:1].lower() + phrase[1:])
        if own is not None and phrase not in f.names.own:
            values = {"found": phrase, "word": own, "own": _LANGUAGE_NAMES[f.lang]}
            yield Candidate(1, ((start, end, own),), "name-other-language", start, end, values)
        if phrase in f.names.own or len(phrase) < 4:
            continue
        near = did_you_mean(phrase, f.names.own)
        if near is not None and likeness(phrase, near) >= 0.8:
            rank = 2 if likeness(phrase, near) > 0.9 else 3
            values = {"name": phrase, "near": (phrase, [near])}
            yield Candidate(rank, ((start, end, near),), "unknown-name", start, end, values)


def unit_slips(f: Failure) -> Iterator[Candidate]:
    """A word after a number that is no unit of the glossary."""
    for at in (f.index, f.index - 1):
        if not 0 < at < len(f.tokens) or not f.tokens[at].is_word or not f.tokens[at - 1].is_number:
            continue
        if f.tokens[at].text in keywords(f.lang) or "UNIT" not in f.accepts and at == f.index:
            continue
        for last in range(at, min(at + 3, len(f.tokens))):
            if not f.tokens[last].is_word or f.tokens[last].text.lower() in keywords(f.lang):
                break
            yield from _unit(f, at, last)


def _unit(f: Failure, first: int, last: int) -> Iterator[Candidate]:
    phrase = f.text(first, last)
    start, end = f.tokens[first].start, f.tokens[last].end
    foreign = f.names.foreign.get(phrase)
    near = foreign if foreign in f.names.units else did_you_mean(phrase, f.names.units)
    for unit in dict.fromkeys([*([near] if near else []), *f.names.units]):
        there = ", ".join(sorted(f.names.units))
        values = {"found": phrase, "word": near or "", "there": there}
        code = "unknown-unit" if near else "unknown-unit-there"
        yield Candidate(1 + (last - first), ((start, end, unit),), code, start, end, values)


def label_slips(f: Failure) -> Iterator[Candidate]:
    """The number or letter of a heading, or of an address, written otherwise."""
    for i in range(min(f.index, len(f.tokens) - 1), max(f.index - 2, 0), -1):
        token, word = f.tokens[i], f.tokens[i - 1].text
        level = next((n for n in ("ARTICLE", "CLAUSE", "POINT", "EXAMPLE") if f.matches(n, word)), None)
        if level is None:
            continue
        new = _label(token.text, level)
        if new and new != token.text:
            values = {"label": token.text, "word": new, "level": word}
            code = "point-capital" if level == "POINT" and token.text.lower() == new else "wrong-label"
            yield Candidate(1, ((token.start, token.end, new),), code, token.start, token.end, values)


_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_SPELT = (
    ("one", "một", "first", "nhất"), ("two", "hai", "second"), ("three", "ba", "third"), ("four", "bốn"), ("five", "năm"),
    ("six", "sáu"), ("seven", "bảy"), ("eight", "tám"), ("nine", "chín"), ("ten", "mười"),
)  # fmt: skip


def _label(text: str, level: str) -> str:
    low = text.lower()
    if level == "POINT":
        return low if re.fullmatch(r"[a-zđ]{1,2}", low) else "a"
    for number, words in enumerate(_SPELT, 1):
        if low in words:
            return str(number)
    return str(_ROMAN.index(low) + 1) if low in _ROMAN else "1"


def foreign_words(lang: str) -> tuple[str, ...]:
    """The keywords of the other language."""
    return tuple(w for other in LANGUAGES if other != lang for w in keywords(other))
