"""The words of an instrument: phrases, names and templates that a ruleset brings, in ``explain/`` beside its rules.

``explain/vi.toml`` may hold ``[words]`` (phrases of the layouts, by key), ``[names]`` (what a term is called in answers; by
a choice of a fact where a table says ``by``), ``[required]`` (how the choices asked of a fact are led in) and
``[required_one]`` (the same where there is one alone). Templates of the same name as a shipped one stand in for it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import attrs

from ..basics.bilingual import BilingualError

FOLDER = "explain"


class Unwritable(BilingualError):
    """An explanation that cannot be written: a catalogue of words that cannot be used, a person who is not in the case."""


@attrs.frozen(slots=True)
class Words:
    """What a catalogue says, and how its language writes numbers and dates."""

    words: Mapping[str, str] = attrs.field(factory=dict)
    names: Mapping[str, Any] = attrs.field(factory=dict)
    required: Mapping[str, str] = attrs.field(factory=dict)
    required_one: Mapping[str, str] = attrs.field(factory=dict)
    like: str = ""  # of a third language: whose names, numbers and dates stand in where it has none

    def over(self, other: Words) -> Words:
        """These words, and where they are silent those of another."""
        return Words(
            {**other.words, **self.words}, {**other.names, **self.names}, {**other.required, **self.required},
            {**other.required_one, **self.required_one}, self.like or other.like,
        )  # fmt: skip


@cache
def read_words(path: Path) -> Words:
    """One catalogue; none where there is no such file. Raises Unwritable."""
    if not path.is_file():
        return Words()
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unwritable(f"{path.name}: {error}", f"{path.name} không phải TOML hợp lệ: {error}") from None
    known = {f.name for f in attrs.fields(Words)}
    if not all(key in known and isinstance(part, str if key == "like" else dict) for key, part in found.items()):
        there = ", ".join(sorted(known))
        raise Unwritable(f"{path.name}: a catalogue has the tables {there}", f"{path.name}: danh mục chỉ có các bảng {there}")
    texts = [text for part in ("words", "required", "required_one") for text in found.get(part, {}).values()]
    for name in found.get("names", {}).values():
        texts += [*name.values()] if isinstance(name, dict) else [name]
    if not all(isinstance(text, str) for text in texts):
        raise Unwritable(f"{path.name}: every word is a text", f"{path.name}: mỗi từ phải là một đoạn chữ")
    return Words(**found)


def words_for(folders: tuple[Path, ...], lang: str) -> Words:
    """The words of several folders; the first that has one says it."""
    found = Words()
    for folder in reversed(folders):
        found = read_words(folder / f"{lang}.toml").over(found)
    return found
