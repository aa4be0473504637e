"""What is said of a verdict, from ``words.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ...basics import worded
from ...basics.bilingual import Bilingual

WORDS: Final = Path(__file__).with_name("words.toml")
VERDICTS: Final[Mapping[str, Mapping[str, str]]] = worded.words(WORDS)["verdicts"]
ABOUT: Final[Mapping[str, Mapping[str, str]]] = worded.words(WORDS)["about"]


def said(code: str, **values: Any) -> Bilingual:
    return worded.said(WORDS, code, **values)
