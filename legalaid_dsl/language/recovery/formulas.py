"""An amending sentence in words that are not known: the formula that comes nearest."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ...basics.spelling import likeness
from .typography import synonyms


def nearest_formula(text: str, lang: str) -> str | None:
    """The formula that a sentence was probably meant to be; None for one that does not begin like any."""
    shape = _shape(text)
    about_words = '"' in shape
    begun = [f["say"] for f in _formulas(lang) if any(re.match(rf"{re.escape(v)}(?!\w)", shape) for v in f["verbs"])]
    near = [say for say in begun if ('"' in say) == about_words] or begun
    return max(near, key=lambda say: likeness(shape, _shape(say)), default=None)


@cache
def _formulas(lang: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = synonyms()["formulas"][lang]
    return found


def _shape(text: str) -> str:
    """The words of a sentence, whatever is quoted in it and whatever numbers it names."""
    line = text.strip().partition("\n")[0].lower()
    return re.sub(r"\s+", " ", re.sub(r"[0-9]+", "1", re.sub(r'["“][^"”]*["”]', '"…"', line)))
