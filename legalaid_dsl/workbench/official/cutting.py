"""A plain-text instrument cut into its provisions: articles, clauses, points, worked examples.

What a paragraph without a mark of its own belongs to: after a heading, the article or clause;
between two points, the point before it; after the last point, the clause, unless every earlier
point of the clause has such a paragraph too. A line that looks like a heading but does not
follow the one before it stays running text, and is reported as a doubt.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import attrs

from ...basics.citation import POINT_LETTERS, Citation, label_key

LEVELS: Final = ("article", "clause", "point", "example")
_KEPT_OPEN: Final = tuple('.;:!?…”"')


@attrs.frozen(slots=True)
class Passage:
    """One provision's own words: what stands at it, not what stands in its parts."""

    citation: Citation
    heading: str
    text: str
    line: int

    @property
    def digest(self) -> str:
        return sha256(f"{self.heading}\n{self.text}".encode()).hexdigest()


@attrs.frozen(slots=True)
class Doubt:
    """A line that looks like the heading of a provision, but out of order."""

    line: int
    text: str


@attrs.frozen(slots=True)
class Cut:
    """An instrument in pieces, in the order of its text."""

    preamble: str
    passages: tuple[Passage, ...]
    parts: tuple[str, ...]  # chapters and sections, with their titles
    ending: str
    doubts: tuple[Doubt, ...]


@attrs.define(slots=True)
class _Open:
    """A provision while its lines are read."""

    citation: Citation
    line: int
    heading: str = ""
    paragraphs: list[str] = attrs.Factory(list)
    headed: bool = False  # an article's heading is no paragraph of its own


def normal(text: str) -> str:
    """As it is compared: composed letters, one kind of line end, no mark of order."""
    composed = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    return composed.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")


@cache
def marks(lang: str) -> Mapping[str, re.Pattern[str]]:
    """What lines begin with, per level."""
    table = tomllib.loads((Path(__file__).parent / "instruments.toml").read_text("utf-8"))
    return {name: re.compile(pattern) for name, pattern in table[lang].items()}


def cut(text: str, lang: str, instrument: str) -> Cut:
    """Cut a text. ``instrument`` is the key that its addresses begin with."""
    cutter = _Cutter(marks(lang), instrument)
    for number, line in enumerate(normal(text).split("\n"), 1):
        cutter.line(number, " ".join(line.split()))
    return cutter.finished()


def follows(label: str, last: str) -> bool:
    """Whether a number comes next: 1 first, then one more, or the same with a letter (3, 3a, 3b)."""
    number, letter = _number(label)
    before, last_letter = _number(last)
    if not letter:
        return number == before + 1
    return (number == before and letter > last_letter) or (number == before + 1 and letter == "a")


def _number(label: str) -> tuple[int, str]:
    digits = "".join(c for c in label if c.isdigit())
    return int(digits or 0), label.removeprefix(digits)


def _point_order(key: str) -> tuple[int, str]:
    base = key.rstrip("0123456789")
    place = POINT_LETTERS.index(base) if base in POINT_LETTERS else -1
    return place, key.removeprefix(base)


@attrs.define(slots=True)
class _Cutter:
    marks: Mapping[str, re.Pattern[str]]
    instrument: str
    found: list[_Open] = attrs.Factory(list)
    preamble: list[str] = attrs.Factory(list)
    parts: list[str] = attrs.Factory(list)
    ending: list[str] = attrs.Factory(list)
    doubts: list[Doubt] = attrs.Factory(list)
    _where: str = "preamble"
    _joined: bool = False  # whether the next unmarked line may go on with the paragraph before it

    def line(self, number: int, line: str) -> None:
        if not line:
            self._joined = False
            return
        if self._where == "ending":
            self.ending.append(line)
        elif self.found and self.marks["end"].fullmatch(line):
            self._where = "ending"
            self.ending.append(line)
        elif self._heading(number, line):
            pass
        elif self.marks["part"].fullmatch(line):
            self._where = "part"
            self.parts.append(line)
        elif self._where == "part":
            self.parts[-1] += f" {line}"
        elif self._where == "preamble":
            self.preamble.append(line)
        else:
            self._running(line)

    # -------------------------------------------------------------- headings

    def _heading(self, number: int, line: str) -> bool:
        """Take the line as a heading when it is one and comes next."""
        for level in LEVELS:
            match = self.marks[level].fullmatch(line)
            if match is None or (level != "article" and self._where != "provision"):
                continue
            if self._comes_next(level, match[1]):
                self._open(level, match[1], match[2], number)
                return True
            self.doubts.append(Doubt(number, line[:60]))
        return False

    def _here(self) -> Citation:
        return self.found[-1].citation if self.found else Citation(self.instrument)

    def _comes_next(self, level: str, label: str) -> bool:
        here = self._here()
        match level:
            case "article":
                return not here.article or follows(label, here.article)
            case "clause":
                return follows(label, here.clause or "0")
            case "point":
                last = next((o.citation.point for o in reversed(self.found) if o.citation.point and self._same(o)), "")
                return _point_order(label_key(label)) > (_point_order(last) if last else (-1, ""))
            case _:
                return True

    def _same(self, other: _Open) -> bool:
        here = self._here()
        return (other.citation.article, other.citation.clause) == (here.article, here.clause)

    def _open(self, level: str, label: str, rest: str, number: int) -> None:
        here = self._here()
        values = {name: getattr(here, name) for name in ("article", "clause")[: LEVELS.index(level)]}
        values[level] = label_key(label)
        new = _Open(Citation(self.instrument, **values), number, headed=level == "article")
        if level == "article":
            new.heading = rest
        elif rest:
            new.paragraphs.append(rest)
        self.found.append(new)
        self._where = "provision"
        self._joined = level != "article" and not rest.endswith(_KEPT_OPEN)

    # -------------------------------------------------------------- running text

    def _running(self, line: str) -> None:
        at = self.found[-1]
        if at.headed and not at.heading:
            at.heading = line
            return
        if self._joined and at.paragraphs:
            at.paragraphs[-1] += f" {line}"
        else:
            at.paragraphs.append(line)
        self._joined = not line.endswith(_KEPT_OPEN)

    # -------------------------------------------------------------- the end

    def finished(self) -> Cut:
        self._closing_paragraphs()
        passages = tuple(Passage(o.citation, o.heading, "\n".join(o.paragraphs), o.line) for o in self.found)
        return Cut("\n".join(self.preamble), passages, tuple(self.parts), "\n".join(self.ending), tuple(self.doubts))

    def _closing_paragraphs(self) -> None:
        """What stands after the last point of a clause goes to the clause (see the head of this file)."""
        for owner in [o for o in self.found if not o.citation.point and not o.citation.example]:
            points = [o for o in self.found if o.citation.point and o.citation.chain()[1] == owner.citation]
            if not points:
                continue
            *earlier, last = points
            alike = bool(earlier) and all(len(p.paragraphs) > 1 for p in earlier)
            if len(last.paragraphs) > 1 and not alike:
                owner.paragraphs += last.paragraphs[1:]
                del last.paragraphs[1:]


def texts(passages: Iterable[Passage]) -> dict[Citation, str]:
    """Each provision's own words, its heading before them."""
    return {p.citation: "\n".join(x for x in (p.heading, p.text) if x) for p in passages}
