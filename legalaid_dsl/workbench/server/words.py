"""What the server says by itself, from ``words.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ...basics import worded


def words(room: str, lang: str) -> Mapping[str, str]:
    """The words of one module of the server (hover, examples, problems) in a language."""
    found: Mapping[str, str] = worded.words(Path(__file__).with_name("words.toml"))[room][lang]
    return found
