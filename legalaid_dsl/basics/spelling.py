"""Words that are nearly the same: tone-mark placement, missing diacritics, slips of the keyboard."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import attrs

_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
CUTOFF: Final = 74
_WITHIN: Final = 88  # the score of a name with words too few or too many at an end


@lru_cache(maxsize=4096)
def tone_key(text: str) -> str:
    """The text with the tone of each syllable moved to its end: equal for "hòa" and "hoà"."""
    words = []
    for word in unicodedata.normalize("NFD", text.lower()).split():
        tones = "".join(c for c in word if c in _TONES)
        words.append("".join(c for c in word if c not in _TONES) + tones)
    return unicodedata.normalize("NFC", " ".join(words))


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Lower case without any diacritics: "Khoản" and "khoan" become equal, đ becomes d."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def only_tone_place(a: str, b: str) -> bool:
    """Whether two texts differ, and only in where the tone mark of a syllable stands."""
    return a.lower() != b.lower() and tone_key(a) == tone_key(b)


@lru_cache(maxsize=16384)
def likeness(a: str, b: str) -> int:
    """100 for the same words, less the more letters differ; diacritics count a little."""
    if a == b:
        return 100
    plain_a, plain_b = folded(a), folded(b)
    if plain_a == plain_b:
        return 97
    exact = _per_cent(a.lower(), b.lower())
    if not a.isascii() and not b.isascii():
        return exact  # both are written with diacritics, so these count
    return max(exact, _per_cent(plain_a, plain_b) - 2)


def _per_cent(a: str, b: str) -> int:
    return round(100 * difflib.SequenceMatcher(None, a, b).ratio())


@attrs.frozen(slots=True)
class _Letters:
    """A text in lower case and without diacritics, and the letters of each: a bit for the first "a", one for the second …"""

    text: str
    lower: str
    plain: str
    lower_bits: int
    plain_bits: int

    def may_reach(self, other: _Letters, least: int) -> bool:
        """Whether likeness can be so much: a bound that costs little, by the letters two texts share in whatever order."""
        wanted = least - 1  # a bound rounded up reaches what is more than one less
        shared = (self.lower_bits & other.lower_bits).bit_count()
        if 200 * shared > wanted * (len(self.lower) + len(other.lower)):
            return True
        shared = (self.plain_bits & other.plain_bits).bit_count()
        return 200 * shared > wanted * (len(self.plain) + len(other.plain))


@attrs.define(slots=True)
class _Candidates:
    """Texts among which the nearest is looked for. Letters that none of them has have no bit: nothing shares them."""

    rows: tuple[_Letters, ...]
    _bits: dict[tuple[str, int], int]

    @classmethod
    def of(cls, texts: Iterable[str]) -> _Candidates:
        made = cls((), {})
        made.rows = tuple(made.letters(text, grow=True) for text in texts)
        return made

    def letters(self, text: str, *, grow: bool = False) -> _Letters:
        lower, plain = text.lower(), folded(text)
        return _Letters(text, lower, plain, self._word(lower, grow), self._word(plain, grow))

    def _word(self, text: str, grow: bool) -> int:
        word, seen = 0, Counter[str]()
        for letter in text:
            slot = letter, seen[letter]
            seen[letter] += 1
            if grow:
                self._bits.setdefault(slot, len(self._bits))
            if slot in self._bits:
                word |= 1 << self._bits[slot]
        return word


_candidates = lru_cache(maxsize=32)(_Candidates.of)


def within_reach(word: str, candidates: tuple[str, ...], least: int) -> set[str]:
    """The candidates that may be so like the word; for the others it need not be worked out."""
    among = _candidates(candidates)
    mine = among.letters(word)
    return {row.text for row in among.rows if mine.may_reach(row, least)}


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """The nearest candidate, or None when nothing is near enough to be meant."""
    return _nearest(word, candidates if isinstance(candidates, tuple) else tuple(candidates))


@lru_cache(maxsize=4096)  # one who types asks again and again for the words around
def _nearest(word: str, candidates: tuple[str, ...]) -> str | None:
    best, most = None, CUTOFF
    among = _candidates(candidates)
    mine, furthest = among.letters(word), max(3, len(word) // 2)
    for row in among.rows:
        candidate = row.text
        if candidate == word:
            continue
        if most < _WITHIN and _whole_words(mine.lower, row.lower):
            best, most = candidate, _WITHIN
        if abs(len(candidate) - len(word)) > furthest or not mine.may_reach(row, most):
            continue
        score = likeness(word, candidate)
        if score > most or (score == most and best is not None and candidate < best):
            best, most = candidate, score
    return best


def _whole_words(a: str, b: str) -> bool:
    """Whether one text is the other with words missing at an end, three fifths at most."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if 5 * len(short) < 2 * len(long) or " " not in long or not (long.startswith(short) or long.endswith(short)):
        return False
    return f" {short} " in f" {long} "


def alike(word: str, candidates: Iterable[str], most: int = 4) -> list[str]:
    """Candidates that share half of the words or more, those that share most first."""
    words = {w for w in folded(word).split() if len(w) > 1}
    shared = {c: len(words & set(folded(c).split())) for c in candidates}
    near = [c for c, n in shared.items() if n and 2 * n >= len(words)]
    return sorted(near, key=lambda c: (-shared[c], len(c), c))[:most]
