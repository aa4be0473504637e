"""The amending acts that stand beside a ruleset, found without parsing them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from ...basics.keywords import language_of, surface
from ...basics.source_text import read_source
from ..files.which import law_files

FOLDER: Final = "amendments"


def shipped_acts(folder: Path) -> dict[str, Path]:
    """The amending acts that stand beside a ruleset, by the name of their files."""
    return {p.stem: p for p in law_files(folder / FOLDER)}


def is_draft(path: Path) -> bool:
    """Whether the heading of an act says that it is a draft, seen without parsing it."""
    source, _ = read_source(path)
    words = surface(language_of(source.text))
    text = re.sub(r'"[^"\n]*"|#[^\n]*', "", source.text)
    heading = re.search(rf"^[ \t]*{words['INSTRUMENT']}\s[^.]*", text, re.MULTILINE)
    return heading is not None and re.search(rf"(?<!\w){words['A_DRAFT']}(?!\w)", heading[0]) is not None
