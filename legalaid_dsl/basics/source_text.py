"""Source text read safely: its bytes, its characters, how deep its brackets go."""

from __future__ import annotations

import os
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from .formats import named_format
from .letters import lookalike
from .problem import MAX_PROBLEMS, Problem, problem
from .source import Source
from .system import reason

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 64

_MARKS: Final = re.compile(r'"[^"\n]*"?|#[^\n]*|[()]')

# Controls, format characters (bidi, zero-width, tags) and separators of lines; and what is as
# invisible without being one of these: variation selectors, fillers.
_HIDDEN_KINDS: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_HIDDEN: Final = frozenset(
    [
        0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, 0xFFA0,
        *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0),
    ]
)  # fmt: skip
_BASES: Final = "aăâeêioôơuưy"
_TONES: Final = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VIETNAMESE: Final = frozenset(
    letter
    for base in _BASES
    for tone in _TONES
    for letter in (
        unicodedata.normalize("NFC", base + tone),
        unicodedata.normalize("NFC", (base + tone).upper()),
    )
) | frozenset("đĐ")
_SIGNS: Final = frozenset("½¼¾×≤≥−–—…“”‘’§°÷·∙≠«»„‟⩾⩽•●○▪■□◦‣⁃➢➤✓✔❖◆")


def real(path: Path) -> Path:
    """Where a path leads through links; links in a circle lead nowhere, and no file is found there (pathlib raises)."""
    return Path(os.path.realpath(path))


def called(folder: Path) -> str:
    """What a folder is called, also where it is given as “.” or “..”."""
    return folder.name if folder.name not in ("", "..") else real(folder).name


def read_source(path: Path, name: str | None = None) -> tuple[Source, list[Problem]]:
    """Read a rule file. A file that cannot be used at all gives an empty source and a problem."""
    source, problems = read_unchecked(path, name)
    return source, problems or check_characters(source)


def read_unchecked(path: Path, name: str | None = None) -> tuple[Source, list[Problem]]:
    """As read_source, for one who knows that the same text was looked through before."""
    shown = name or str(path)
    empty = Source(shown, "")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # its size is not asked for: a pipe has none
    except OSError as error:
        return empty, [problem("file-unreadable", empty.span(0, 0), why=reason(error))]
    except ValueError:  # NUL in its name
        return empty, [problem("file-unreadable", empty.span(0, 0), why=shown)]
    return _decoded(data, shown)


def decode_source(data: bytes, name: str) -> tuple[Source, list[Problem]]:
    """Decode UTF-8 strictly (one BOM is accepted) and refuse what hides or misleads."""
    source, problems = _decoded(data, name)
    return source, problems or check_characters(source)


def _decoded(data: bytes, name: str) -> tuple[Source, list[Problem]]:
    empty = Source(name, "")
    if len(data) > MAX_BYTES:
        return empty, [problem("file-too-large", empty.span(0, 0), limit=MAX_BYTES)]
    if data.count(b"\0") * 3 > len(data) and named_format(data) is not None:  # its bytes may happen to be those of UTF-8, too
        return empty, [not_utf_8(data, 0, name)]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return empty, [not_utf_8(data, error.start, name)]
    return Source(name, text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")), []


def not_utf_8(data: bytes, byte: int, name: str) -> Problem:
    """What a file is instead, where its first bytes tell."""
    what = named_format(data)
    return problem("not-utf-8", Source(name, "").span(0, 0), hint_from="is-instead" if what else "", byte=byte, what=what)


def check_characters(source: Source) -> list[Problem]:
    """The first hidden or foreign character of each line; of what is not NFC only the first of all."""
    problems: list[Problem] = []
    offset = 0
    for line in source.text.split("\n"):
        if not line.isascii() or not line.isprintable():
            found = _strange(line)
            if found is not None:
                at, code = found
                if code == "not-composed" and any(p.code == code for p in problems):
                    offset += len(line) + 1
                    continue  # one cause, one message: fmt puts them all together
                span = source.span(offset + at, offset + at + 1)
                right = lookalike(line[at])
                space = unicodedata.category(line[at]) == "Zs"
                hint = "type-again" if right and code == "foreign-character" else ""
                code = "strange-space" if space else code
                problems.append(problem(code, span, hint_from=hint, code_point=f"U+{ord(line[at]):04X}", right=right))
                if len(problems) >= MAX_PROBLEMS:
                    break
        offset += len(line) + 1
    return problems


def bracket_too_deep(text: str) -> int | None:
    """Where more than MAX_DEPTH brackets are open; those in quotations and comments do not count."""
    depth = 0
    for mark in _MARKS.finditer(text):
        depth += (mark[0] == "(") - (mark[0] == ")")
        if depth > MAX_DEPTH:
            return mark.start()
    return None


@lru_cache(maxsize=4096)  # an editor has the same lines looked through at every keystroke
def _strange(line: str) -> tuple[int, str] | None:
    in_string = in_comment = False
    for i, character in enumerate(line):
        if character == '"':
            in_string = not in_string
        elif character == "#" and not in_string:
            in_comment = True
        number, kind = ord(character), unicodedata.category(character)
        if character != "\t" and (kind in _HIDDEN_KINDS or number in _HIDDEN):
            return i, "hidden-character"
        if kind.startswith("M") or not unicodedata.is_normalized("NFC", character):
            return i, "not-composed"
        if number > 0x7F and character not in _VIETNAMESE and character not in _SIGNS:
            if not (in_string or in_comment) or character in "ÐƉ" or 0x370 <= number < 0x600:
                return i, "foreign-character"
    return None
