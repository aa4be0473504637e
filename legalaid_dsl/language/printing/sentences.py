"""Sentences on lines: what fits on one, where the others are broken, and the words of a language for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual
from .expressions import NO_BREAK, WIDTH, Printer, clean

_LEVELS: Final = {"sub": "SUBPOINT"}


@attrs.frozen(slots=True)
class Sentences:
    """Puts sentences of one language on lines."""

    printer: Printer

    def w(self, terminal: str) -> str:
        return self.printer.word(terminal)

    def texts(self, text: Bilingual) -> list[str]:
        order = LANGUAGES if self.printer.lang == "en" else LANGUAGES[::-1]
        return [f'{lang} "{getattr(text, lang)}"'.replace(" ", NO_BREAK) for lang in order if getattr(text, lang)]

    def sentence(self, head: str, tails: Sequence[str] = (), end: str = ".") -> str:
        """One line when it fits; else each tail on a line of its own, and long lines wrapped."""
        whole = " ".join([head, *tails]) + end
        if len(whole) <= WIDTH or (not tails and len(head) + 1 <= WIDTH):
            return clean(whole)
        lines = [head, *("  " + t for t in tails)]
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
    """Break a long line before "and"/"or" or after a comma, else at a space; NBSPs hold together."""
    indent = len(line) - len(line.lstrip(" "))
    lines = []
    while len(line) > WIDTH:
        window = line[: WIDTH + 1]
        cuts = [
            m.start()
            for m in re.finditer(r" (?=(?:and|or|và|hoặc|over|trong các) )", window)
            if m.start() > indent + 20
        ]
        cut = cuts[-1] if cuts else window.rfind(" ", indent + 1)
        if cut <= indent:
            break
        lines.append(line[:cut].rstrip())
        line = " " * (indent + 2 if len(lines) == 1 else indent) + line[cut:].lstrip(" ")
        indent = len(line) - len(line.lstrip(" "))
    return [*lines, line]
