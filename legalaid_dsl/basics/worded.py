"""What is said in prose: files of words beside the code that says it, one entry a code, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache, partial
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
    return Bilingual(*(entry[lang].format(**in_each(values, lang)) for lang in LANGUAGES))


def in_each(values: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What fills in a text of a language, of values some of which are there in both."""
    return {key: value[lang] if isinstance(value, Bilingual) else value for key, value in values.items()}


def beside(module: str, name: str = "words") -> Callable[..., Bilingual]:
    """``said`` of the file of words beside a module (its ``__file__``)."""
    return partial(said, Path(module).with_name(f"{name}.toml"))


def yes_no(value: bool) -> Bilingual:
    return said(Path(__file__).with_name("words.toml"), "yes" if value else "no")


def counted(number: int) -> Bilingual:
    """A number of things, as each language writes large ones."""
    return Bilingual(f"{number:,}", f"{number:,}".replace(",", "."))
