"""Sentences on lines: what fits on one, where the others are broken, and the words of a language for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual
from .expressions import NO_BREAK, WIDTH, Printer, clean

_LEVELS: Final = {"sub": "SUBPOINT"}
_JOINTS: Final = (re.compile(r" (?=(?:and|or|và|hoặc|over|trong các) )"), re.compile(r" (?=[+×/-] )"))
_TEXT: Final = re.compile(rf'(?:{"|".join(LANGUAGES)}){NO_BREAK}"')


@attrs.frozen(slots=True)
class Sentences:
    """Puts sentences of one language on lines."""

    printer: Printer

    def w(self, terminal: str) -> str:
        return self.printer.word(terminal)

    def texts(self, text: Bilingual) -> list[str]:
        order = LANGUAGES if self.printer.lang == "en" else LANGUAGES[::-1]
        return [f'{lang} "{getattr(text, lang)}"'.replace(" ", NO_BREAK) for lang in order if getattr(text, lang)]

    def sentence(self, head: str, tails: Sequence[str] = (), end: str = ".", indent: str = "  ") -> str:
        """One line when it fits; else a tail goes on the line before it where there is room, a clause after a text never."""
        whole = " ".join([head, *tails]) + end
        if len(whole) <= WIDTH or (not tails and len(head) + 1 <= WIDTH):
            return clean(whole)
        lines = [head]
        for i, tail in enumerate(tails):
            more = f"{lines[-1]} {tail}" + (end if i == len(tails) - 1 else "")
            after_text = lines[-1].endswith(('"', '",')) and not tail.startswith(":") and not _TEXT.match(tail)
            if len(more) <= WIDTH and not after_text:
                lines[-1] += f" {tail}"
            else:
                lines.append(indent + tail)
        lines[-1] += end
        return clean("\n".join(wrapped for line in lines for wrapped in _wrap(line)))

    def comma(self, head: str, modifiers: Iterable[str]) -> tuple[str, list[str]]:
        """Commas stand at the end of the line before."""
        parts = [head, *modifiers]
        return (parts[0] + ("," if parts[1:] else "")), [p + "," for p in parts[1:-1]] + parts[-1:] * (len(parts) > 1)

    def level(self, name: str) -> str:
        """The word for a level of provisions; one point, whatever number the keyword allows."""
        return self.printer.level(_LEVELS.get(name, name.upper()))


def _wrap(line: str) -> list[str]:
    """Break a long line before a word that joins, else before a sign, else at a space; NBSPs hold together."""
    indent = len(line) - len(line.lstrip(" "))
    lines = []
    while len(line) > WIDTH:
        cut = _cut(line[: WIDTH + 1], indent)
        if cut <= indent:
            break
        lines.append(line[:cut].rstrip())
        line = " " * (indent + 2 if len(lines) == 1 else indent) + line[cut:].lstrip(" ")
        indent = len(line) - len(line.lstrip(" "))
    return [*lines, line]


def _cut(window: str, indent: int) -> int:
    for joint in _JOINTS:
        if cuts := [m.start() for m in joint.finditer(window) if m.start() > indent + 20]:
            return cuts[-1]
    return window.rfind(" ", indent + 1)
