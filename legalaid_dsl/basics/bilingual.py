"""A text in both languages of the project."""

from __future__ import annotations

from typing import Final

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
