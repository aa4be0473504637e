"""Addresses of provisions: instrument, article, clause, point, sub-point, worked example.

Vietnamese points are lettered a b c d đ e g h i k l m n o p q r s t u v x y; in ASCII
paths đ is written ``dd`` (``circular_02_2021/art_4/cl_1/pt_dd``). What was put in later has the label of what it
follows with a letter or a number more: Article 5a, Clause 1a, Point a1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Final

import attrs

from .bilingual import LANGUAGES, Bilingual
from .worded import words

POINT_LETTERS: Final = (*"abcd", "dd", *"eghiklmnopqrstuvxy")

DEFINITIONS: Final = "definitions"  # in place of an article: helper terms of an instrument, which are no clause of it
_PREFIXES: Final = (("art", "article"), ("cl", "clause"), ("pt", "point"), ("sub", "sub"), ("ex", "example"))
_INWARDS: Final = ("example", "sub", "point", "clause", "article")
_NAMES: Final[Mapping[str, Mapping[str, str]]] = words(Path(__file__).with_name("words.toml"))["levels"]  # level → language


@attrs.frozen(slots=True, order=True, cache_hash=True)
class Citation:
    """The address of one provision. Parts that are empty are not given."""

    instrument: str
    article: str = ""
    clause: str = ""
    point: str = ""
    example: str = ""
    sub: str = ""

    @classmethod
    def from_path(cls, path: str) -> Citation:
        """Read ``instrument/art_N/cl_N/pt_x``. Raises ValueError when it is no such path."""
        return _read(path)

    @classmethod
    def _of(cls, path: str) -> Citation:
        instrument, *parts = path.split("/")
        fields: dict[str, str] = {}
        for part in parts:
            prefix, _, label = part.partition("_") if part != DEFINITIONS else ("art", "", part)
            name = dict(_PREFIXES).get(prefix)
            if name is None or not label or name in fields:
                raise ValueError(f"no path of a provision: {path!r}")
            fields[name] = label
        return cls(instrument, **fields)

    @cached_property
    def path(self) -> str:
        parts = [self.instrument]
        for prefix, name in _PREFIXES:
            label = getattr(self, name)
            if label:
                parts.append(f"{prefix}_{label}" if label != DEFINITIONS else label)
        return "/".join(parts)

    @property
    def defines(self) -> bool:
        """Whether this is where an instrument defines its helper terms, rather than a provision of it."""
        return self.article == DEFINITIONS

    def __str__(self) -> str:
        return self.path

    def within(self, other: Citation) -> bool:
        """Whether this provision is ``other`` or stands inside it."""
        return self.instrument == other.instrument and all(
            not getattr(other, name) or getattr(other, name) == getattr(self, name) for _, name in _PREFIXES
        )

    def chain(self) -> list[Citation]:
        """The provision and those that contain it, the innermost first."""
        return [self, *self._around]

    @cached_property
    def _around(self) -> tuple[Citation, ...]:
        result = [self]
        for name in _INWARDS:
            if getattr(result[-1], name):
                result.append(attrs.evolve(result[-1], **{name: ""}))
        return tuple(result[1:])

    def under(self, level: str, label: str) -> Citation:
        """The address of a heading of a level that comes after one at this address."""
        levels = [name for _, name in _PREFIXES]
        above = {name: getattr(self, name) for name in levels[: levels.index(level)]}
        if level == "example":
            above |= {"point": "", "sub": ""}
        return Citation(self.instrument, **{**above, level: label})

    def name(self, lang: str) -> str:
        """As the law is cited: "Point a, Clause 2, Article 3", "điểm a khoản 2 Điều 3"."""
        if self.defines:
            return _NAMES[DEFINITIONS][lang]
        parts = []
        for field in _INWARDS:
            label = getattr(self, field)
            if label:
                parts.append(f"{_NAMES[field][lang]} {printed_label(label, lang)}")
        return (", " if lang == "en" else " ").join(parts)


def points_named(points: Sequence[Citation], lang: str) -> str:
    """Several points of one clause as the law is cited: "Points a, b, Clause 1, Article 5", "các điểm a, b khoản 1 Điều 5"."""
    labels = ", ".join(printed_label(p.point, lang) for p in points)
    return f"{_NAMES['points'][lang]} {labels}{', ' if lang == 'en' else ' '}{points[0].chain()[1].name(lang)}"


def level_name(level: str) -> Bilingual:
    """The word for a level of provisions, as a heading begins with it."""
    return Bilingual(*(_NAMES[level][lang][:1].upper() + _NAMES[level][lang][1:] for lang in LANGUAGES))


_read = lru_cache(maxsize=4096)(Citation._of)  # every explanation reads the same few hundred


def printed_label(label: str, lang: str) -> str:
    """The label as printed: dd is đ in Vietnamese."""
    return label.replace("dd", "đ") if lang == "vi" else label


def label_key(label: str) -> str:
    """The ASCII key of a provision's number or letter."""
    return label.replace("đ", "dd")


def is_point(label: str) -> bool:
    """Whether Vietnamese law letters a point so: a letter, and a number where it was put in later."""
    return bool(re.fullmatch(rf"(?:{'|'.join(POINT_LETTERS)})(?:[1-9][0-9]?)?", label))


def is_number(label: str) -> bool:
    """Whether Vietnamese law numbers an article or clause so: a number, and a letter where it was put in later."""
    return bool(re.fullmatch(rf"[0-9]+(?:{'|'.join(POINT_LETTERS)})?", label))


LEVELS_OF_PATTERNS: Final = ("part", "chapter", "section", "article", "clause", "point", "sub", "example")
_PLACE: Final = re.compile(r"\{([a-z]+)\}")


def pattern_levels(pattern: str) -> tuple[str, ...]:
    """The levels that a pattern of citation names, in its order."""
    return tuple(_PLACE.findall(pattern))


def by_pattern(pattern: str, labels: Mapping[str, str]) -> str:
    """A citation as an instrument has it: ``§ {article}({clause})({point})``.

    What stands before a level belongs to it, and so do brackets that close behind it; a level without label is left out
    with them.
    """
    texts, levels = _PLACE.split(pattern)[::2], pattern_levels(pattern)
    shown = ""
    for i, level in enumerate(levels):
        before, after = texts[i], texts[i + 1]
        if i:
            before = before.lstrip(")]}”»")
        closing = after[: len(after) - len(after.lstrip(")]}”»"))]
        if labels.get(level):
            shown += f"{before}{labels[level]}{closing}"
    return shown.strip()


_LABEL: Final = re.compile(r"([0-9]*)([^\W\d_]*)([0-9]*)(.*)")
_ALPHABET: Final = ("", *"abcd", "dd", *"efghijklmnopqrstuvwxyz")


@cache
def _place(label: str) -> tuple[int, int, str, int, str]:
    """A label as it is counted: 5 before 5a before 6, a before a1 before b."""
    match = _LABEL.fullmatch(label)
    assert match is not None
    letters = match[2].lower()
    known = _ALPHABET.index(letters) if letters in _ALPHABET else len(_ALPHABET)
    return int(match[1] or 0), known, letters, int(match[3] or 0), match[4]


def order_key(citation: Citation) -> tuple[object, ...]:
    """Sort key in the order of the law's text."""
    labels = (citation.article, citation.clause, citation.point, citation.sub, citation.example)
    return (citation.instrument, citation.defines, *map(_place, labels))
