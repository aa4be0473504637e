"""Words that are nearly the same: tone-mark placement, missing diacritics, slips of the keyboard."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

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


@lru_cache(maxsize=8192)
def _letters(text: str) -> tuple[str, str, dict[str, int], dict[str, int]]:
    """A text in lower case and without diacritics, and how often each letter stands in either."""
    lower, plain = text.lower(), folded(text)
    return lower, plain, Counter(lower), Counter(plain)


def _may_reach(a: str, b: str, least: int) -> bool:
    """Whether likeness can be so much: a bound that costs little, by the letters two texts share in whatever order."""
    lower_a, plain_a, counts_a, plain_counts_a = _letters(a)
    lower_b, plain_b, counts_b, plain_counts_b = _letters(b)
    wanted = least - 1  # a bound rounded up reaches what is more than one less
    return _shared(counts_a, counts_b, wanted * (len(lower_a) + len(lower_b))) or (
        _shared(plain_counts_a, plain_counts_b, wanted * (len(plain_a) + len(plain_b)))
    )


def _shared(mine: dict[str, int], theirs: dict[str, int], more_than: int) -> bool:
    shared = 0
    for letter, count in mine.items():
        if letter in theirs:
            other = theirs[letter]
            shared += count if count < other else other
    return 200 * shared > more_than


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """The nearest candidate, or None when nothing is near enough to be meant."""
    return _nearest(word, candidates if isinstance(candidates, tuple) else tuple(candidates))


@lru_cache(maxsize=2048)  # one who types asks again and again for the words around
def _nearest(word: str, candidates: tuple[str, ...]) -> str | None:
    best, most = None, CUTOFF
    for candidate in candidates:
        if candidate != word and most < _WITHIN and _whole_words(word, candidate):
            best, most = candidate, _WITHIN
        if candidate == word or abs(len(candidate) - len(word)) > max(3, len(word) // 2):
            continue
        if not _may_reach(word, candidate, most):
            continue
        score = likeness(word, candidate)
        if score > most or (score == most and best is not None and candidate < best):
            best, most = candidate, score
    return best


def _whole_words(a: str, b: str) -> bool:
    """Whether one text is the other with words missing at an end, three fifths at most."""
    short, long = sorted((a.lower(), b.lower()), key=len)
    return 5 * len(short) >= 2 * len(long) and " " in long and f" {short} " in f" {long} " and (long.startswith(short) or long.endswith(short))


def alike(word: str, candidates: Iterable[str], most: int = 4) -> list[str]:
    """Candidates that share half of the words or more, those that share most first."""
    words = {w for w in folded(word).split() if len(w) > 1}
    shared = {c: len(words & set(folded(c).split())) for c in candidates}
    near = [c for c, n in shared.items() if n and 2 * n >= len(words)]
    return sorted(near, key=lambda c: (-shared[c], len(c), c))[:most]
