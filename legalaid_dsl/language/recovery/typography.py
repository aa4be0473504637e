"""Slips in single marks that can be seen before any sentence is read: what Word and habit put in.

Each is mended where it stands, so that one slip is one problem and the rest of the file is still read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import attrs

from ...basics.letters import mended_letter
from ...basics.problem import MAX_PROBLEMS, Problem, problem
from ...basics.source import Source
from ...basics.worded import words
from ..grammar import surface, word_of
from .draft import Draft, Edit
from .lines import BULLETS, mend_lines

_CURLY: Final = "“”„‟«»"
_TYPOGRAPHIC: Final = {
    "’": "'", "‘": "'", "–": "-", "—": "-", "÷": "/", "·": "×", "∙": "×", "[": "(", "]": ")", "{": "(", "}": ")",
    "…": ".",
}  # fmt: skip
_SIGNS: Final = {"=>": ">=", "=<": "<=", "==": "=", "⩾": ">=", "⩽": "<="}
_NOT_EQUAL: Final = ("!=", "<>", "≠", "=/=")
_SIGN: Final = re.compile(r"=/=|=>|=<|==|[<>] +=|⩾|⩽|!=|<>|≠|&&?|\|\|?")
_DAY: Final = r"[0-9]{1,2}"
_DATES: Final = re.compile(
    rf"(?<![\w/.-])(?:(?:(?<!từ )(?<!hết )ngày\s+)?(?P<d>{_DAY})[/.-](?P<m>{_DAY})[/.-](?P<y>[0-9]{{4}})(?![\w/]|-[0-9])"
    rf"|(?P<y2>[0-9]{{4}})(?P<sep>[/.-])(?P<m2>{_DAY})(?P=sep)(?P<d2>{_DAY})(?![\w/]|-[0-9])"
    rf"|(?:(?<!từ )(?<!hết )ngày\s+)?(?P<d3>{_DAY})\s+tháng\s+(?P<m3>{_DAY})\s*,?\s+năm\s+(?P<y3>[0-9]{{4}})(?!\w)"
    rf"|(?P<d4>{_DAY})(?:st|nd|rd|th)?\s+(?P<n4>[A-Za-z]{{3,9}})\.?,?\s+(?P<y4>[0-9]{{4}})(?!\w)"
    rf"|(?P<n5>[A-Za-z]{{3,9}})\.?\s+(?P<d5>{_DAY})(?:st|nd|rd|th)?,?\s+(?P<y5>[0-9]{{4}})(?!\w))"
)
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPACED: Final = re.compile(r"(?<![\w.,/-])[0-9]{1,3}(?:[ \u00a0][0-9]{3})+(?![\w.,]*[0-9])(?!\w)")
_PERCENT: Final = re.compile(r"(?<![\w.,/-])(?P<n>[0-9]+(?:[.,][0-9]+)?)\s+(?:phần\s+trăm|per\s*cent)(?!\w)")
_QUOTED: Final = re.compile(f"[{_CURLY}']")
_POINTED: Final = re.compile(r"(?<![\w.,)])[.,][0-9]+(?![\w.,]*[.,][0-9])")
_SINGLE: Final = re.compile(r"(?<!\w)(?:en|vi)\s+'(?P<text>[^'\"\n]*)'")
_STRANGE: Final = re.compile(
    r"\w[\u0300-\u036f]+|[ÐƉðɖ]|[^\x20-\x7e\n\t\u00a1-\u00cf\u00d1-\u00ef\u00f1-\u024f\u1ea0-\u1ef9\u2013-\u2026]"
)
_OPEN_MARKS: Final = re.compile("[" + re.escape("".join(_TYPOGRAPHIC)) + BULLETS + "]")
_SEGMENT: Final = re.compile(r'"[^"\n]*"?|#[^\n]*')


def synonyms() -> Mapping[str, Mapping[str, Any]]:
    """Words written instead of keywords, per language; and the names of months."""
    return words(Path(__file__).with_name("synonyms.toml"))


@attrs.frozen(slots=True)
class Marked:
    """A file with its marks mended, the problems, and where a quotation was closed for the drafter."""

    draft: Draft
    problems: tuple[Problem, ...]
    closed: frozenset[int]


def mend_marks(source: Source, lang: str) -> Marked:
    """Mend the letters, quotation marks, signs and dates of a file."""
    draft = _letters(Draft.of(source))
    problems: list[Problem] = []
    closed: set[int] = set()
    draft = mend_lines(draft, lang, source.name.endswith(".case"), problems)
    draft = _quotes(draft, lang, problems, closed)
    for step in (_signs, _numbers, _measures):
        found = list(islice(step(draft, lang), MAX_PROBLEMS))  # no more are told of a file
        problems += [p for p, _ in found if p is not None]
        if found:
            draft = draft.edited(e for _, e in found)
    return Marked(draft, tuple(problems), frozenset(closed))


def mended_text(text: str, lang: str) -> str:
    """Only the text."""
    return mend_marks(Source("", text), lang).draft.text


def _letters(draft: Draft) -> Draft:
    """Composed letters, no look-alikes, no hidden characters: check_characters has complained of them."""
    text = draft.text
    edits: list[Edit] = []
    for m in _STRANGE.finditer(text):
        new = mended_letter(m[0])
        if new != m[0]:
            edits.append((m.start(), m.end(), new))
    return draft.edited(edits) if edits else draft


# ------------------------------------------------------------------ quotations


def _quotes(draft: Draft, lang: str, problems: list[Problem], closed: set[int]) -> Draft:
    """Straight quotation marks, each closed on its line; those of a typewriter and of a book are the same to a reader."""
    edits: list[Edit] = []
    offset = 0
    for line in draft.text.split("\n"):
        if len(problems) >= MAX_PROBLEMS:
            break
        if _QUOTED.search(line) or line.count('"') % 2:
            edits += _line_quotes(draft, line, offset, lang, problems, closed)
        offset += len(line) + 1
    return draft.edited(edits) if edits else draft


def _line_quotes(
    draft: Draft, line: str, offset: int, lang: str, problems: list[Problem], closed: set[int]
) -> list[Edit]:
    for m in _SINGLE.finditer(line):
        a, b = offset + m.start("text") - 1, offset + m.end("text") + 1
        problems.append(problem("typographic-mark", draft.span(a, b), found="'…'", right='"…"'))
        return [(a, a + 1, '"'), (b - 1, b, '"')]
    edits: list[Edit] = []
    start = -1
    for i, character in enumerate(line):
        if character == "#" and start < 0:
            break
        if character == '"' or (character in _CURLY and (start < 0 or line[start] in _CURLY)):
            if character != '"':
                edits.append((offset + i, offset + i + 1, '"'))
            start = -1 if start >= 0 else i
    if start < 0:
        return edits
    return edits + _close(draft, line, offset, start, lang, problems, closed)


def _close(
    draft: Draft, line: str, offset: int, start: int, lang: str, problems: list[Problem], closed: set[int]
) -> list[Edit]:
    """Close a quotation that its line leaves open: where the next words of the sentence begin."""
    curly = next((i for i in range(start + 1, len(line)) if line[i] in _CURLY), -1)
    if curly > 0:
        span = draft.span(offset + start, offset + curly + 1)
        problems.append(problem("typographic-mark", span, found=line[curly], right='"…"'))
        return [(offset + curly, offset + curly + 1, '"')]
    for m in re.finditer(r'"[^"]*"', line):
        stray = re.search(r"(?<!\s)\s+(?:en|vi)\s*$", m[0][:-1])
        if stray is not None:
            start, at = m.start(), m.start() + stray.start()
            break
    else:
        key = re.search(rf"(?<!\s)\s+(?:{surface(lang)['KEY_IS']})\s+[a-z][\w.]*\s*[,.;]", line[start:])
        at = start + key.start() if key is not None else len(line.rstrip())
    problems.append(problem("text-not-closed", draft.span(offset + start, offset + at)))
    closed.add(draft.origin[offset + at - 1])
    return [(offset + at, offset + at, '"')]


# ------------------------------------------------------------------ signs, dates, numbers


def _open_text(text: str) -> Iterator[tuple[int, str]]:
    """The stretches of a text outside quotations and comments."""
    at = 0
    for m in _SEGMENT.finditer(text):
        yield at, text[at : m.start()]
        at = m.end()
    yield at, text[at:]


def _signs(draft: Draft, lang: str) -> Iterator[tuple[Problem | None, Edit]]:
    for offset, part in _open_text(draft.text):
        for m in _OPEN_MARKS.finditer(part):
            a, right = offset + m.start(), _TYPOGRAPHIC.get(m[0])
            if right is None:
                yield problem("bullet", draft.span(a, a + 1), found=m[0]), (a, a + 1, "")
                continue
            yield problem("typographic-mark", draft.span(a, a + 1), found=m[0], right=f"“{right}”"), (a, a + 1, right)
        for m in _SIGN.finditer(part):
            a, b = offset + m.start(), offset + m.end()
            code, new = "wrong-sign", _SIGNS.get(m[0]) or (m[0].replace(" ", "") if m[0][0] in "<>" else "=")
            if m[0] in _NOT_EQUAL:
                code = "no-unequal-sign"
            elif m[0][0] in "&|":
                new = word_of(lang, "AND" if m[0][0] == "&" else "OR")
            yield problem(code, draft.span(a, b), found=m[0], right=new), (a, b, new)
    for m in re.finditer(r"^[ \t]*(//|--|/\*|\*(?= )|;;|%)[^\n]*", draft.text, re.MULTILINE):
        a, b = m.start(1), m.end(1)
        yield problem("comment-mark", draft.span(a, m.end()), found=m[1]), (a, b, "#")


def _numbers(draft: Draft, lang: str) -> Iterator[tuple[Problem | None, Edit]]:
    for offset, part in _open_text(draft.text):
        for pattern, code, right in _NUMBER_SLIPS:
            for m in pattern.finditer(part):
                new = right(m)
                if new is None or new == m[0]:
                    continue
                a, b = offset + m.start(), offset + m.end()
                known = code != "date-form" or _real(new)
                found = problem(code, draft.span(a, b), found=" ".join(m[0].split()), right=new) if known else None
                yield found, (a, b, new)


@cache
def _measure(lang: str) -> re.Pattern[str]:
    """"3 hours or more", "từ đủ 3 giờ trở lên": the words would be read as names."""
    said = synonyms()["measures"][lang]

    def either(words: list[str]) -> str:
        return "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in words)

    number = r"(?<![\w.,])[0-9][\d.,]{0,40}+(?:\s?%)?(?:[ \t]+(?!\d)\w{1,40}+){0,4}?"  # bounded: a line of digits is no trap
    after = rf"(?:(?P<more>{either(said['more'])})|(?P<less>{either(said['less'])}))"
    return re.compile(rf"(?:(?<!\w)(?:{either(said['lead'])})\s*){{0,2}}(?P<n>{number})\s+{after}(?!\w)")


def _measures(draft: Draft, lang: str) -> Iterator[tuple[Problem | None, Edit]]:
    for offset, part in _open_text(draft.text):
        for m in _measure(lang).finditer(part):
            a, b = offset + m.start(), offset + m.end()
            right = f"{'>=' if m['more'] else '<='} {m['n']}"
            yield problem("say-instead", draft.span(a, b), found=" ".join(m[0].split()), word=right), (a, b, right)


def _real(text: str) -> bool:
    try:
        return 1900 <= date.fromisoformat(text).year <= 2200
    except ValueError:
        return False


def _iso(m: re.Match[str]) -> str | None:
    """The date as the language writes it; None for what is no date after all."""
    if _ISO.fullmatch(m[0]):
        return None
    for i in ("", "2", "3", "4", "5"):
        if m[f"d{i}"] is None:
            continue
        month = m[f"m{i}"] if i in ("", "2", "3") else _month(m[f"n{i}"])
        if month is None:
            return None
        return f"{m[f'y{i}']}-{int(month):02}-{int(m[f'd{i}']):02}"
    return None


def _month(name: str) -> int | None:
    months: Mapping[str, int] = synonyms()["months"]
    return next((n for full, n in months.items() if name.lower() in (full, full[:3])), None)


_NUMBER_SLIPS: Final[tuple[tuple[re.Pattern[str], str, Callable[[re.Match[str]], str | None]], ...]] = (
    (_DATES, "date-form", _iso),
    (_SPACED, "number-spaced", lambda m: re.sub(r"\s", "", m[0])),
    (_POINTED, "number-zero", lambda m: "0" + m[0]),
    (_PERCENT, "percent-sign", lambda m: m["n"] + "%"),
)

__all__ = ["Marked", "mend_marks", "mended_text", "synonyms"]
