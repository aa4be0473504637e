"""Text from outside made harmless where people read it: on one line, every character of it seen.

What is hidden is listed here, not asked of ``unicodedata``, so that the same bytes come out under every Python.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

# Controls, formats (the bidirectional ones too), lone surrogates, private use, separators, blank letters, selectors.
_HIDDEN: Final = (
    "\\x00-\\x1f\\x7f-\\x9f\\xad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u115f\\u1160\\u1680\\u17b4\\u17b5"
    "\\u180b-\\u180f\\u2000-\\u200f\\u2028-\\u202e\\u205f-\\u206f\\u2800\\u3000\\u3164\\ud800-\\uf8ff\\ufe00-\\ufe0f\\ufeff"
    "\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff\\U000110bd\\U000110cd\\U00013430-\\U0001343f\\U0001bca0-\\U0001bca3"
    "\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff\\U000f0000-\\U0010ffff"
)
HIDDEN: Final = re.compile(f"[{_HIDDEN}]")
_IN_LINE: Final = re.compile(rf"(?!\t)[{_HIDDEN}]")
_IN_JSON: Final = re.compile(rf"(?!\n)[{_HIDDEN}]")  # a line break in JSON stands between values, never in a text
# Spaces at an end cannot be seen; many in a row carry what follows to the next line of a terminal.
_SPACES: Final = re.compile("^[ \u00a0\u202f]+|[ \u00a0\u202f]+$|[ \u00a0\u202f]{4,}")
# Marks beyond three on one letter reach into the lines above and below.
_MARKS: Final = "\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_STACK: Final = re.compile(f"(?<=[{_MARKS}]{{3}})[{_MARKS}]+")


def visible(text: str) -> str:
    """The text on one line: hidden characters by their code (⟨U+202E⟩), spaces that cannot be seen as ␣."""
    if text.isascii() and text.isprintable() and "    " not in text and text.strip(" ") == text:
        return text
    text = _STACK.sub(lambda found: "".join(map(_code, found[0])), HIDDEN.sub(lambda found: _code(found[0]), text))
    return _SPACES.sub(lambda found: "␣" * len(found[0]), text)


def in_place(line: str) -> str:
    """A line of a file for a terminal: a sign for each hidden character, so that columns stay; tabs are kept."""
    return _IN_LINE.sub("\N{REPLACEMENT CHARACTER}", line)


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON that reads as given, with hidden characters escaped: the same values, a line stays a line."""
    return _IN_JSON.sub(_escape, json.dumps(value, ensure_ascii=False, indent=indent))


def _code(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
