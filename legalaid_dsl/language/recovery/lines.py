"""Slips of whole lines, seen before any sentence is read: marks of a merge, bullets, headings without their word or number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from ...basics.citation import POINT_LETTERS, label_key, printed_label
from ...basics.problem import MAX_PROBLEMS, Problem, problem
from ..grammar import surface, word_of
from .draft import Draft, Edit

Found = tuple[Problem, list[Edit]]

BULLETS: Final = "•●○▪■□◦‣⁃➢➤✓✔❖◆"
_BULLET: Final = re.compile(rf"^[ \t]*(?P<mark>[{BULLETS}*+–—-])[ \t]+(?=\S)", re.MULTILINE)
_MERGE: Final = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?:[ \t][^\n]*)?$", re.MULTILINE)
_TYPED: Final = re.compile(r"^[ \t]*(?P<mark>(?:(?P<point>[a-zđ]{1,2})\)|(?P<clause>[0-9]{1,3}[a-zđ]?)[.)]))(?=\s)", re.MULTILINE)
_LEVELS: Final = ("ARTICLE", "CLAUSE", "POINT")


def mend_lines(draft: Draft, lang: str, example: bool, problems: list[Problem]) -> Draft:
    """The text without them; what was wrong is added to the problems."""
    steps = (_merges, _bullets) if example else (_merges, _bullets, _typed, _unlabelled)
    for step in steps:
        found = list(islice(step(draft, lang), MAX_PROBLEMS))
        problems += [p for p, _ in found]
        if found:
            draft = draft.edited(e for _, edits in found for e in edits)
    return draft


def after_end(text: str, at: int) -> bool:
    """Whether what stands before is finished, so that a sentence or heading can begin here."""
    before = re.sub(r"#[^\n]*", "", text[max(0, at - 2000) : at]).rstrip()
    return not before or before[-1] in '.:"'


def _merges(draft: Draft, lang: str) -> Iterator[Found]:
    """Two versions side by side: the first is read, the second with the marks is left out."""
    marks = list(_MERGE.finditer(draft.text))
    while marks:
        last = next((i for i, m in enumerate(marks) if m[0][0] == ">"), len(marks) - 1)
        here, marks = marks[: last + 1], marks[last + 1 :]
        spans = [draft.span(m.start(), m.end()) for m in here]
        edits = [(here[0].start(), here[0].end(), "")]
        if len(here) > 1:
            edits.append((here[1].start(), here[-1].end(), ""))
        yield problem("merge-mark", spans[0], also=[(s, "merge-mark-other") for s in spans[1:]]), edits


def _bullets(draft: Draft, lang: str) -> Iterator[Found]:
    for m in _BULLET.finditer(draft.text):
        a, b = m.span("mark")
        if m["mark"] in BULLETS or after_end(draft.text, m.start()):
            yield problem("bullet", draft.span(a, b), found=m["mark"]), [(a, m.end(), "")]


def _typed(draft: Draft, lang: str) -> Iterator[Found]:
    """A heading numbered as word processors do: "a)" for a point, "2." for a clause; the law's own wording after it goes in quotes."""
    pasted = False
    for m in _TYPED.finditer(draft.text):
        if not after_end(draft.text, m.start()) or (m["point"] and label_key(m["point"]) not in POINT_LETTERS):
            continue
        word = word_of(lang, "POINT" if m["point"] else "CLAUSE")
        right = f"{word[0].upper()}{word[1:]} {m['point'] or m['clause']}."
        a, b = m.span("mark")
        end = draft.text.find("\n", b) if "\n" in draft.text[b:] else len(draft.text)
        rest = draft.text[b:end].strip()
        begun = re.match(rf"(?:{surface(lang)['FOR_EACH']}|{surface(lang)['IN_CASES_WHERE']})", rest) is not None
        pasted = bool(rest) and '"' not in rest and not begun and (rest[-1] in ":;" or pasted)
        if pasted:  # no rule ends so
            quoted = f'{right} {lang} "{rest}"'
            yield problem("heading-typed", draft.span(a, b), hint_from="wording-quoted", found=m["mark"], right=right, lang=lang), [(a, end, quoted)]
        else:
            yield problem("heading-typed", draft.span(a, b), found=m["mark"], right=right), [(a, b, right)]
    words = "|".join(surface(lang)[name] for name in _LEVELS)
    bracketed = rf"^[ \t]*(?P<mark>(?P<word>{words})[ \t]*\(?(?P<label>[0-9]{{1,3}}[a-zđ]?|[a-zđ]{{1,2}})\)[.:]?)(?=\s)"
    for m in re.finditer(bracketed, draft.text, re.MULTILINE):
        if after_end(draft.text, m.start()):
            right, (a, b) = f"{m['word']} {m['label']}.", m.span("mark")
            yield problem("heading-typed", draft.span(a, b), found=m["mark"], right=right), [(a, b, right)]


def _unlabelled(draft: Draft, lang: str) -> Iterator[Found]:
    """The word of a heading without number or letter: it gets the one that comes next."""
    words = surface(lang)
    level = "|".join(f"(?P<{name}>{words[name]})" for name in _LEVELS)
    heading = re.compile(rf'^[ \t]*(?P<word>{level})(?!\w)(?:[ \t]+(?P<label>(?!(?:en|vi)\b)[^\s.:"]+)|[ \t]*(?=[.:]|$|(?:en|vi)\b))', re.MULTILINE)
    before = dict.fromkeys(_LEVELS, "")
    for m in heading.finditer(draft.text):
        if not m["word"][0].isupper() or not after_end(draft.text, m.start()):
            continue
        at = next(i for i, name in enumerate(_LEVELS) if m[name])
        label = m["label"] or _next(before[_LEVELS[at]], _LEVELS[at], lang)
        before |= dict.fromkeys(_LEVELS[at + 1:], "") | {_LEVELS[at]: label}
        if m["label"] is None:
            a, b = m.span("word")
            right = f"{m['word']} {label}."
            yield problem("heading-unlabelled", draft.span(a, b), found=m["word"], right=right), [(b, b, f" {label}")]


def _next(label: str, level: str, lang: str) -> str:
    if level != "POINT":
        digits = re.match(r"[0-9]*", label)
        return str(int(digits[0] if digits and digits[0] else 0) + 1)
    key = label_key(label)
    following = POINT_LETTERS.index(key) + 1 if key in POINT_LETTERS else 0
    return printed_label(POINT_LETTERS[min(following, len(POINT_LETTERS) - 1)], lang)
