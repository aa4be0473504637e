"""Search without a server: everything that can be found, as one script; accents and case make no difference."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

SCRIPT: Final = Path(__file__).parent / "assets" / "search.js"
_IN_SCRIPT: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def plain(text: str) -> str:
    """Lower case, without accents, đ as d, one space between words: as both the index and what is looked for are compared."""
    apart = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


def script_of(entries: Iterable[tuple[str, str, str, str]]) -> str:
    """The script of the page of search. ``entries``: kind, title, link, what else is searched."""
    rows = [[kind, title, link, plain(f"{title} {text}")] for kind, title, link, text in entries]
    return f'"use strict";\nconst ENTRIES = {in_script(rows)};\n{SCRIPT.read_text("utf-8")}'


def in_script(value: object) -> str:
    """JSON that may stand in a script of a page: nothing in it ends the script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, code in _IN_SCRIPT.items():
        text = text.replace(character, code)
    return text
