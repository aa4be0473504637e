"""Where a file can be cut: at the headings of provisions, and at the ends of sentences."""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import Final

from ...basics.bilingual import LANGUAGES
from ...basics.spelling import likeness
from ..grammar import surface
from ..recovery.lines import after_end

HEADINGS: Final = ("INSTRUMENT", "PART", "CHAPTER", "SECTION", "ARTICLE", "CLAUSE", "POINT", "SUBPOINT", "EXAMPLE")

_MARKS: Final = re.compile(r'"[^"\n]*"?|#[^\n]*|[.:]')
_LIST: Final = re.compile(r'\s*(?:#[^\n]*\n\s*)*(?:en|vi)\s+"')
_BITEXT: Final = re.compile(r'(?>\s*(?:(?:(?:en|vi)\s+)?"[^"\n]*"\s*)+)(?!(?:key|mã)\s)')
_LINE_END: Final = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_SHORT: Final = re.compile(r'\s*[^\s"]+(?:\s+[^\s".:]+){1,2}\s*[.:;,)]?')
_HEADING_LINE: Final = re.compile(
    r"^[ \t]*(?P<word>[^\W\d_]+(?:[ \t]+[^\W\d_]+)?)[ \t]+(?P<label>[^\W_]{1,4})[ \t]*(?P<mark>[.:;,)]*)[ \t]*(?:(?:en|vi)[ \t]+\".*|#.*)?$",
    re.MULTILINE,
)
_CASE_LINE: Final = re.compile(r"^[ \t]*(?P<word>[^\W\d_]+(?:[ \t]+[^\W\d_]+)?)[ \t]+[a-z]\w*[.:;,]?[ \t]*(?:(?:en|vi)[ \t]+\".*)?$", re.MULTILINE)


def pieces(text: str, lang: str, example: bool) -> list[tuple[int, int]]:
    """Where the headings cut the file; also those with a slip in them."""
    words = surface(lang)
    names = ("CASE",) if example else HEADINGS
    label = r"\s+[a-z]" if example else r'\s+(?:"|(?:[^\s.]{1,4}|[A-Z]*[0-9][0-9-]*)\.)'
    this = "|".join(words[n] for n in words if n.startswith("THIS_"))  # "khoản này." is an address, no heading
    pattern = rf"^[ \t]*(?!{this})(?:{'|'.join(words[n] for n in names)})(?!\w){label}"
    cuts = {m.start() for m in re.finditer(pattern, text, re.MULTILINE)}
    if not example:
        cuts |= {m.start() for m in re.finditer(rf"^[ \t]*{words['DEFINITIONS']}\s*\.", text, re.MULTILINE)}
    for line in (_CASE_LINE if example else _HEADING_LINE).finditer(text):
        if line.start() not in cuts and _meant_as_heading(line["word"], names) and after_end(text, line.start()):
            cuts.add(line.start())
    places = [0, *sorted(c for c in cuts if c), len(text)]
    return list(itertools.pairwise(places))


def _meant_as_heading(word: str, names: tuple[str, ...]) -> bool:
    """Whether a line begins with a heading's word, or something near it, in either language."""
    if not word[0].isupper() and len(names) > 1:
        return False
    return any(likeness(word, w) >= 75 for w in _heading_words(names))


@cache
def _heading_words(names: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for lang in LANGUAGES:
        for name in names:
            word = re.sub(r"\(\?:[^)]*\)\??|s\?$", "", surface(lang)[name])
            found.append(re.sub(r"\[(.).\]", r"\1", word).replace(r"\s+", " "))
    return tuple(found)


def sentences(text: str, example: bool) -> list[tuple[int, int]]:
    """Where the sentences of a piece stand: each ends with a full stop, or a colon at a line end."""
    found: list[tuple[int, int]] = []
    start, quoted = 0, False
    for mark in _MARKS.finditer(text):
        if mark.start() < start:
            continue
        if mark[0][0] == '"':
            quoted = True
        if mark[0] not in (".", ":") or not _ends(text, mark, quoted, example):
            continue
        end = mark.end()
        if _SHORT.fullmatch(_bare(text[start:end])):
            headnote = _BITEXT.match(text, end)
            end = headnote.end() if headnote is not None else end
        found.append((start, end))
        start, quoted = end, False
    if _bare(text[start:]).strip():
        found.append((start, len(text)))
    elif found:
        found[-1] = (found[-1][0], len(text))
    return found


def _ends(text: str, mark: re.Match[str], quoted: bool, example: bool) -> bool:
    end = mark.end()
    if mark[0] == ".":
        return end == len(text) or text[end] in " \t\n#"
    if example or quoted:
        return False
    return bool(_LINE_END.match(text, end)) and not _LIST.match(text, end)


def _bare(text: str) -> str:
    return re.sub(r"#[^\n]*", "", text)


__all__ = ["HEADINGS", "pieces", "sentences"]
