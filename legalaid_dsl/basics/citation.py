"""Addresses of provisions: instrument, article, clause, point, worked example.

Vietnamese points are lettered a b c d đ e g h i k l m n o p q r s t u v x y; in ASCII
paths đ is written ``dd`` (``circular_02_2021/art_4/cl_1/pt_dd``).
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

import attrs

POINT_LETTERS: Final = (*"abcd", "dd", *"eghiklmnopqrstuvxy")

_PREFIXES: Final = (("art", "article"), ("cl", "clause"), ("pt", "point"), ("ex", "example"))
_WORDS: Final = {
    "en": {"example": "Example", "point": "Point", "clause": "Clause", "article": "Article"},
    "vi": {"example": "ví dụ", "point": "điểm", "clause": "khoản", "article": "Điều"},
}


@attrs.frozen(slots=True, order=True)
class Citation:
    """The address of one provision. Parts that are empty are not given."""

    instrument: str
    article: str = ""
    clause: str = ""
    point: str = ""
    example: str = ""

    @classmethod
    def from_path(cls, path: str) -> Citation:
        """Read ``instrument/art_N/cl_N/pt_x``. Raises ValueError when it is no such path."""
        instrument, *parts = path.split("/")
        fields: dict[str, str] = {}
        for part in parts:
            prefix, _, label = part.partition("_")
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
                parts.append(f"{prefix}_{label}")
        return "/".join(parts)

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
        for name in ("example", "point", "clause", "article"):
            if getattr(result[-1], name):
                result.append(attrs.evolve(result[-1], **{name: ""}))
        return tuple(result[1:])

    def name(self, lang: str) -> str:
        """As the law is cited: "Point a, Clause 2, Article 3", "điểm a khoản 2 Điều 3"."""
        words = _WORDS[lang]
        parts = []
        for field in ("example", "point", "clause", "article"):
            label = getattr(self, field)
            if label:
                shown = printed_point(label, lang) if field == "point" else label
                parts.append(f"{words[field]} {shown}")
        return (", " if lang == "en" else " ").join(parts)


def printed_point(letter: str, lang: str) -> str:
    """The letter as printed: dd is đ in Vietnamese."""
    return "đ" if letter == "dd" and lang == "vi" else letter


def point_key(letter: str) -> str:
    """The ASCII key of a point's letter."""
    return "dd" if letter == "đ" else letter


def order_key(citation: Citation) -> tuple[object, ...]:
    """Sort key in the order of the law's text."""

    def number(label: str) -> tuple[int, str]:
        digits = "".join(c for c in label if c.isascii() and c.isdigit())
        return (int(digits or 0), label)

    letters = POINT_LETTERS
    point = letters.index(citation.point) + 1 if citation.point in letters else 0
    return (
        citation.instrument,
        number(citation.article),
        number(citation.clause),
        point,
        citation.point,
        number(citation.example),
    )
