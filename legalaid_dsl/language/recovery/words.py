"""Slips in words: keywords misspelt or of the other language, names of the glossary, units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.spelling import did_you_mean, folded, likeness, only_tone_place, within_reach
from ...basics.worded import said
from ..grammar import surface, word_of
from .expected import WORDS
from .failure import COMPARING, SIGNS, Candidate, Failure
from .typography import synonyms

_CAPITAL = ("INSTRUMENT", "ARTICLE", "CLAUSE", "POINT", "EXAMPLE", "CASE")
_UNASKED = ("NUMBER", "PERCENT", "IF", "ELSE", "AFTER", "BEFORE", "UNTIL")  # said for other keywords oftener than misspelt


def language_name(lang: str) -> Bilingual:
    return said(WORDS, "languages", lang)


@cache
def keywords(lang: str) -> dict[str, tuple[str, ...]]:
    """Keyword in lower case → the terminals that it can be."""
    found: dict[str, list[str]] = {}
    for name in surface(lang):
        if name not in _UNASKED:
            word = word_of(lang, name).lower()
            found.setdefault(word, []).append(name)
    return {word: tuple(names) for word, names in found.items()}


def _printed(f: Failure, terminal: str, first: int) -> str:
    """The keyword as it is written here: headings begin with a capital letter at a line start."""
    if terminal in SIGNS:
        return SIGNS[terminal]
    if " " in terminal:  # one word for two of ours
        return " ".join(_printed(f, part, first) for part in terminal.split())
    word = word_of(f.lang, terminal)
    capital = terminal in _CAPITAL and f.starts_line(f.tokens[first])
    return word[0].upper() + word[1:] if capital else word


def keyword_slips(f: Failure) -> Iterator[Candidate]:
    """A keyword misspelt, written with a capital, said otherwise, or of the other language."""
    other = "vi" if f.lang == "en" else "en"
    for i, j in f.windows(6):
        phrase = f.text(i, j)
        rank = 5 if phrase.lower() in keywords(f.lang) else 1
        yield from _replaced(f, i, j, phrase, rank, "say-instead", _said(phrase, f.lang))
        if phrase.lower() not in keywords(f.lang):
            terminals = keywords(other).get(phrase.lower(), ())
            yield from _replaced(f, i, j, phrase, 1, "keyword-other-language", terminals, other=language_name(other))
            yield from _replaced(f, i, j, phrase, 2, "say-instead", _said(phrase, other))
        yield from _misspelt(f, i, j, phrase)


def _said(phrase: str, lang: str) -> tuple[str, ...]:
    found = synonyms()[lang].get(phrase.lower(), ())
    return (found,) if isinstance(found, str) else tuple(found)


def _replaced(
    f: Failure, i: int, j: int, phrase: str, rank: int, code: str, terminals: tuple[str, ...], **values: Bilingual
) -> Iterator[Candidate]:
    start, end = f.tokens[i].start, f.tokens[j].end
    for terminal in terminals:
        word = _printed(f, terminal, i)
        if word != phrase:
            shown = {"found": phrase, "word": word, "own": language_name(f.lang), **values}
            yield Candidate(rank, ((start, end, word),), code, start, end, shown)
            if terminal in _LISTED and (items := _items_after(f, j)):
                edit = (start, items[1], f"{word} ({items[0]})")
                yield Candidate(rank, (edit,), code, start, end, shown | {"word": f"{word} ({items[0]})"}, sure=True)


_LISTED = ("IS_AMONG", "IS_NOT_AMONG", "INCLUDES")


def _items_after(f: Failure, last: int) -> tuple[str, int] | None:
    """The names that follow without brackets, joined by commas or "or", and where they end."""
    items: list[str] = []
    while last + 1 < len(f.tokens):
        ends = [j for j in range(last + 1, min(last + 10, len(f.tokens))) if f.text(last + 1, j) in f.names.own]
        if not ends:
            break
        items.append(f.text(last + 1, max(ends)))
        last = max(ends)
        if last + 1 == len(f.tokens) or f.tokens[last + 1].text not in (",", f.keyword("OR"), f.keyword("AND")):
            return ", ".join(items), f.tokens[last].end
        last += 1
    return None


def _misspelt(f: Failure, i: int, j: int, phrase: str) -> Iterator[Candidate]:
    for word, score in _near(phrase, f.lang):
        terminals = keywords(f.lang)[word]
        if _printed(f, terminals[0], i) == phrase or _part_of_name(f, i, j):
            continue
        code = "tone-mark-place" if only_tone_place(phrase, word) else "keyword-misspelt"
        if folded(phrase) == folded(word) and phrase.lower() == word:
            code = "keyword-capital"
        start, end = f.tokens[i].start, f.tokens[j].end
        for terminal in terminals:
            right = _printed(f, terminal, i)
            rank = 1 if score > 96 else 2 + (score < 85)
            yield Candidate(rank, ((start, end, right),), code, start, end, {"found": phrase, "word": right})


@lru_cache(maxsize=8192)  # one who types is asked about the same words at every keystroke
def _near(phrase: str, lang: str) -> tuple[tuple[str, int], ...]:
    """The keywords that a phrase may be a slip of, each with how like it is."""
    words, found = len(phrase.split()), []
    reached = within_reach(phrase, tuple(keywords(lang)), 75)
    for word in keywords(lang):
        if abs(len(word.split()) - words) > 1 or abs(len(word) - len(phrase)) > 3 + (words != len(word.split())):
            continue
        score = likeness(phrase, word) if word in reached else 0
        if len(word) <= 4 and score < 75 and _one_letter_off(phrase.lower(), word):
            score = 76
        least = 75 if words == len(word.split()) else 82
        if score >= least and not (words > 1 and word in phrase.lower().split()):
            found.append((word, score))
    return tuple(found)


def keyword_before(f: Failure) -> tuple[int, str] | None:
    """The keyword or sign that stands just before where reading stopped, and where it begins."""
    last = f.index - 1
    for first in range(max(0, last - 5), last + 1):
        if f.text(first, last).lower() in keywords(f.lang) or f.text(first, last) in (*COMPARING, "+", "-", "×", "/", "*"):
            return f.tokens[first].start, f.text(first, last)
    return None


def no_sentence(f: Failure) -> bool:
    """Whether a line begins with words that are neither names nor keywords."""
    first = Failure.of(f.draft, 0, frozenset(), f.lang, f.names, False)
    line = [t for t in f.tokens if f.draft.text.count("\n", f.tokens[0].start, t.start) == 0]
    early = f.index <= 2 or (f.token is not None and f.index <= len(line) and f.starts_line(f.token))
    return early and first.token is not None and not first.known_here() and (len(line) > 1 or len(line) < len(f.tokens))


def _part_of_name(f: Failure, i: int, j: int) -> bool:
    """Whether words are, with those beside them, a name with a slip in it."""
    around = [(i, last) for last in range(j + 1, min(j + 4, len(f.tokens)))] + [(first, j) for first in range(max(0, i - 3), i)]
    phrases = [f.text(a, b) for a, b in around if all(t.is_word for t in f.tokens[a : b + 1])]
    return any((near := did_you_mean(p, f.names.own)) is not None and likeness(p, near) >= 90 for p in phrases if p not in f.names.own)


def phrase_slips(f: Failure) -> Iterator[Candidate]:
    """Words in a row, not all of which are names: taken together, a name that is not in the glossary."""
    begin = {name.split()[0] for name in f.names.own}  # a name may begin with a word that is a keyword, too

    def plain(i: int) -> bool:
        if not f.tokens[i].is_word or _said_otherwise(f, i):
            return False
        around = [(a, b) for a in range(max(0, i - 5), i + 1) for b in range(i, min(a + 6, len(f.tokens)))]
        found = [f.text(a, b) for a, b in around if f.text(a, b).lower() in keywords(f.lang)]
        return all(" " not in word and word in begin for word in found)

    here = f.index if f.token is not None and plain(f.index) else f.index - 1
    if here < 0 or not plain(here) or not f.names.own:
        return
    first = last = here
    while first > 0 and plain(first - 1):
        first -= 1
    while last + 1 < len(f.tokens) and plain(last + 1):
        last += 1
    phrase = f.text(first, last)
    if first == last or _covered(f, first, last):
        return
    start, end = f.tokens[first].start, f.tokens[last].end
    values = {"name": phrase, "near": (phrase, f.names.own)}
    meant = did_you_mean(phrase, f.names.own)
    edit = (start, end, meant or f.names.own[-1])
    yield Candidate(3, (edit,), "unknown-name", start, end, values, sure=meant is not None)


def _covered(f: Failure, first: int, last: int) -> bool:
    """Whether words are names one after the other."""
    reached = first
    while reached <= last:
        ends = [j for j in range(reached, last + 1) if f.text(reached, j) in f.names.own]
        if not ends:
            return False
        reached = max(ends) + 1
    return True


def _one_letter_off(a: str, b: str) -> bool:
    """Whether one letter is another, is missing, or is one too many."""
    if len(a) == len(b):
        return len(a) > 1 and sum(x != y for x, y in zip(a, b, strict=True)) == 1
    short, long = sorted((a, b), key=len)
    return len(long) == len(short) + 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def near_keyword(words: str, lang: str) -> str | None:
    """The keyword that a name was probably meant to be, or one of whose words it nearly is."""
    whole = did_you_mean(words, keywords(lang))
    if whole is not None:
        return whole
    parts = {part: word for word in keywords(lang) for part in word.split() if len(part) > 3}
    part = did_you_mean(words, parts)
    return parts[part] if part is not None else None


def _said_otherwise(f: Failure, i: int) -> bool:
    """Whether a word is a keyword, or one that people write instead of one, and in no name."""
    word = f.tokens[i].text
    return word not in f.names.own_words and (word in keywords(f.lang) or bool(_said(word, f.lang)))


def name_slips(f: Failure) -> Iterator[Candidate]:
    """A name of the glossary misspelt, or in the other language."""
    for i, j in f.windows(9):
        phrase = f.text(i, j)
        start, end = f.tokens[i].start, f.tokens[j].end
        own = f.names.foreign.get(phrase) or f.names.foreign.get(phrase[:1].lower() + phrase[1:])
        if own is not None and phrase not in f.names.own:
            values = {"found": phrase, "word": own, "own": language_name(f.lang)}
            yield Candidate(1, ((start, end, own),), "name-other-language", start, end, values)
        if phrase in f.names.own or len(phrase) < 4:
            continue
        if any(_said_otherwise(f, k) for k in range(i, j + 1)):
            continue
        beside = j > i and ((f.text(i + 1, j) in f.names.own and i) or (f.text(i, j - 1) in f.names.own and j))
        if beside and (len(f.tokens[beside].text) > 3 or near_keyword(f.tokens[beside].text, f.lang)):
            continue  # a keyword or a slip beside a name
        near = did_you_mean(phrase, f.names.own)
        if near is not None and likeness(phrase, near) >= 80:
            rank = 2 if likeness(phrase, near) > 90 else 3
            values = {"name": phrase, "near": (phrase, [near])}
            yield Candidate(rank, ((start, end, near),), "unknown-name", start, end, values, sure=True)


def unit_slips(f: Failure) -> Iterator[Candidate]:
    """A word after a number that is no unit of the glossary."""
    for at in (f.index, f.index - 1):
        if not 0 < at < len(f.tokens) or not f.tokens[at].is_word or not f.tokens[at - 1].is_number:
            continue
        known = set(keywords(f.lang).get(f.tokens[at].text, ())) & f.accepts
        if known or f.tokens[at].text in f.names.units or ("UNIT" not in f.accepts and at == f.index):
            continue
        for last in range(at, min(at + 3, len(f.tokens))):
            if not f.tokens[last].is_word or (last > at and f.tokens[last].text.lower() in keywords(f.lang)):
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
        yield Candidate(1 + (last - first), ((start, end, unit),), code, start, end, values, sure=unit == near)


def label_slips(f: Failure) -> Iterator[Candidate]:
    """The number or letter of a heading, or of an address, written otherwise."""
    for i in range(min(f.index, len(f.tokens) - 1), max(f.index - 2, 0), -1):
        token, word = f.tokens[i], f.tokens[i - 1].text
        level = next((n for n in ("ARTICLE", "CLAUSE", "POINT", "EXAMPLE") if f.matches(n, word)), None)
        if level is None:
            continue
        new = label_meant(token.text, level)
        if new and new != token.text:
            values = {"label": token.text, "word": new, "level": word}
            code = "point-capital" if level == "POINT" and token.text.lower() == new else "wrong-label"
            yield Candidate(1, ((token.start, token.end, new),), code, token.start, token.end, values)


_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


def label_meant(text: str, level: str) -> str:
    """The number or letter that was probably meant by a label of a level."""
    low = text.lower()
    if level == "POINT":
        return low if re.fullmatch(r"[a-zđ]{1,2}", low) else "a"
    numbers = synonyms()["numbers"]
    spelt = (synonyms()["ordinals"] | numbers["en"] | numbers["vi"]).get(low)
    if spelt and isinstance(spelt, int):
        return str(spelt)
    digits = re.match(r"[0-9]*", low)
    return str(_ROMAN.index(low) + 1) if low in _ROMAN else digits[0] if digits and digits[0] else "1"


def foreign_words(lang: str) -> tuple[str, ...]:
    """The keywords of the other language."""
    return tuple(w for other in LANGUAGES if other != lang for w in keywords(other))


def swallowed_slips(f: Failure) -> Iterator[Candidate]:
    """A keyword that was read as the beginning of a name: "total hours" is one name, "total (hours)" is not."""
    own = set(f.names.own)
    for i, j in f.windows(9):
        phrase = f.text(i, j)
        if phrase not in own:
            continue
        for k in range(i, j):
            if f.text(i, k).lower() not in keywords(f.lang):
                continue
            last = max((n for n in range(k + 1, min(k + 10, len(f.tokens))) if f.text(k + 1, n) in own), default=-1)
            if last >= 0:
                start, end = f.tokens[k + 1].start, f.tokens[last].end
                word = f"{f.text(i, k)} ({f.text(k + 1, last)})"
                edits = ((start, start, "("), (end, end, ")"))
                values = {"found": phrase, "word": word}
                yield Candidate(0, edits, "read-as-name", f.tokens[i].start, f.tokens[j].end, values)
