"""What the server says by itself, from ``words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def words(room: str, lang: str) -> Mapping[str, str]:
    """The words of one module of the server (hover, examples, problems) in a language."""
    found: Mapping[str, str] = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))[room][lang]
    return found
