"""Which problems stand on their own feet: none is reported that only follows from another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ...basics.bilingual import LANGUAGES
from ...basics.problem import Problem
from ...basics.source import Span
from ...basics.spelling import likeness
from ...language.grammar import surface

_END: Final = re.compile(r'[.:](?=\s|$)|"(?=\s*\n)')
_NAMES: Final = re.compile(r'(?:en|vi)\s+"([^"\n]*)"')
_READING: Final = re.compile(rf"\s*(?:{'|'.join(surface(lang)['READING'] for lang in LANGUAGES)})\s")
_DECLARING: Final = re.compile(
    rf"\s*(?:#[^\n]*\n\s*)*(?:{'|'.join(surface(lang)[n] for lang in LANGUAGES for n in ('THING', 'UNIT_IS', 'CHOICES', 'FACT', 'DERIVED', 'TABLE'))})\s"
)
_KEYS: Final = re.compile(rf"(?:{'|'.join(surface(lang)['KEY_IS'] for lang in LANGUAGES)})\s+\w+\.(\w+)")
_ONCE: Final = ("no-scope", "other-scope", "stands-in-nothing", "no-provision")  # one missing “for each” is one problem for all sentences under it
_MISLEADING: Final = ("no-such-reading", "no-such-choice", "no-such-provision", "no-such-instrument", "one-default", "no-default")
_NOTHING_DECIDES: Final = ("never-decided", "never-yes", "no-figure", "nothing-to-limit")


def sentence_around(span: Span) -> str:
    """The text of the sentence in which a span stands."""
    text = span.source.text
    start = max((m.end() for m in _END.finditer(text, max(0, span.start - 3000), span.start)), default=0)
    end = _END.search(text, max(span.end - 1, span.start))
    return text[start : end.end() if end is not None else len(text)]


def named(words: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether one of the words stands in one of the texts."""
    return any(re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text, re.IGNORECASE) for w in words for text in texts)


def unknown_for_good(problems: list[Problem], lost: Iterable[str]) -> list[Problem]:
    """Without names that are unknown only for a slip in the line that declares them."""
    sentences = [*lost, *(sentence_around(p.span) for p in problems if not p.code.startswith("unknown-"))]
    declaring = [s for s in sentences if _DECLARING.match(s)]
    return [p for p in problems if not (p.code.startswith("unknown-") and named(p.about, declaring))]


def standing(
    declared: list[Problem], meant: list[Problem], lost: Iterable[str], guessed: Iterable[Span], mended: Iterable[Problem] = ()
) -> list[Problem]:
    """Problems of meaning that do not come from a sentence that could not be read, or from a declaration.

    ``declared``: the problems of the glossary, ``mended`` those after which it is read as it was meant;
    ``meant``: those of the rules.
    """
    right = list(mended)
    texts, unsure = list(lost), list(guessed)
    wrong = [*texts, *(s.text() for s in unsure), *(sentence_around(s) for p in declared if p not in right for s in (p.span, *(s for s, _ in p.also)))]
    names = {name.strip() for text in wrong for quoted in _NAMES.findall(text) for name in quoted.split("|")} - {""}
    names |= {key.replace("_", " ") for text in wrong for key in _KEYS.findall(text)}  # a term is often used by its key's words
    belonging_to_nothing = {s for p in meant if p.code == "figure-undated" for s in p.about}
    kept: list[Problem] = []
    places: set[tuple[str, str, int, int]] = set()
    once: set[tuple[str, str, str]] = set()
    for p in [*declared, *meant]:
        places_above = p.provision.chain() if p.provision is not None and p.code not in _ONCE[2:] else [""]
        slots = {(p.code, str(above), p.span.source.name) for above in places_above}
        unread = p.code in ("no-such-reading", "no-such-choice") and any(_READING.match(s.text()) for s in unsure)
        inside = unread or any(s.source is p.span.source and s.start <= p.span.start <= s.end for s in unsure)
        follows = p in meant and named(names, [sentence_around(p.span)])
        undated = p.code == "figure-without-date" and p.about & belonging_to_nothing
        place = (p.code, p.span.source.name, p.span.start, p.span.end)
        twice = place in places  # the condition of a provision is read again for each rule in it
        places.add(place)
        if twice or inside or follows or undated or named(p.about, texts) or (p.code in _ONCE and slots & once):
            continue
        once.add((p.code, str(places_above[0]), p.span.source.name))
        kept.append(p)
    return kept


def _begun(words: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether one of the texts begins with nearly these words."""
    starts = [" ".join(text.split()) for text in texts]
    return any(likeness(w, start[: len(w)]) >= 80 for w in words for start in starts)


def standing_as_a_whole(found: Iterable[Problem], before: Iterable[Problem], lost: Iterable[str]) -> list[Problem]:
    """Problems of the ruleset as a whole that no earlier problem explains."""
    earlier = list(before)
    texts = [*lost, *(sentence_around(p.span) for p in earlier)]
    misled = {p.span.source.name for p in earlier if p.code in _MISLEADING} if not lost else None
    kept = []
    for p in found:
        if p.code in _NOTHING_DECIDES and (named(p.about, texts) or _begun(p.about, texts)):
            continue
        if p.code == "period-gap" and any(e.span.source is p.span.source for e in earlier):
            continue
        if p.code in ("conflict", "overlap") and (misled is None or p.span.source.name in misled):
            continue
        kept.append(p)
    return kept


NOT_READ: Final = ("file-empty", "file-unreadable", "file-too-large", "not-utf-8")


def without_files(problems: Iterable[Problem]) -> list[Problem]:
    """When whole files could not be read, only that: what they hold may be missed anywhere."""
    every = list(problems)
    return [p for p in every if p.code in NOT_READ] or every


def without_heading(problems: Iterable[Problem], lost: Iterable[str]) -> list[Problem]:
    """Leaves out that no file names the instrument, when its heading could not be read."""
    headings = "|".join(surface(lang)["INSTRUMENT"] for lang in LANGUAGES)
    broken = any(re.match(rf"\s*(?:#[^\n]*\n\s*)*(?:{headings})", text) for text in lost)
    return [p for p in problems if not (broken and p.code == "no-instrument")]
