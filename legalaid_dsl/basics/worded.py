"""What is said in prose: files of words beside the code that says it, one entry a code, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from .bilingual import LANGUAGES, Bilingual


@cache
def words(file: Path) -> Mapping[str, Any]:
    """The entries of a file."""
    return tomllib.loads(file.read_text("utf-8"))


def said(file: Path, /, *code: str, **values: Any) -> Bilingual:
    """The entry of a code (in a table of entries: of its name and a key), filled in; a value that is there in both languages stands in each."""
    entry = words(file)
    for key in code:
        entry = entry[key]
    return Bilingual(*(entry[lang].format(**{k: v[lang] if isinstance(v, Bilingual) else v for k, v in values.items()}) for lang in LANGUAGES))


def counted(number: int) -> Bilingual:
    """A number of things, as each language writes large ones."""
    return Bilingual(f"{number:,}", f"{number:,}".replace(",", "."))
