"""A text in both languages of the project."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, Self

import attrs

LANGUAGES: Final = ("en", "vi")


@attrs.frozen(slots=True)
class Bilingual:
    """One text in English and in Vietnamese; a missing one falls back to the other."""

    en: str = ""
    vi: str = ""

    def __getitem__(self, lang: str) -> str:
        first, second = (self.vi, self.en) if lang == "vi" else (self.en, self.vi)
        return first or second

    def to_dict(self) -> dict[str, str]:
        return {"en": self["en"], "vi": self["vi"]}


def joined(texts: Iterable[Bilingual], by: str = "; ") -> Bilingual:
    """Texts one after the other, in each language."""
    return Bilingual(*(by.join(each) for each in zip(*((t["en"], t["vi"]) for t in texts), strict=True)))


class Error(Exception):
    """Whatever this package raises on purpose, for its caller to handle.

    ``code`` stays put from version to version, ``place`` says where (a file and line, a table's row; "" where there
    is none), ``message`` what is wrong in both languages.
    """

    message: Bilingual
    code: str
    place: Any

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.code = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__.removesuffix("Error")).lower()
        cls.place = ""


class BilingualError(Error, ValueError):
    """What somebody asked for is not there; ``message`` says so in both languages, and Python shows English."""

    def __init__(self, en: str, vi: str = "") -> None:
        super().__init__(en, vi)  # so that it can be pickled
        self.message = Bilingual(en, vi)

    @classmethod
    def of(cls, message: Bilingual) -> Self:
        return cls(message.en, message.vi)

    def __str__(self) -> str:
        return self.message.en
