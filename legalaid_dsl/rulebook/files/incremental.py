"""What the files of a ruleset mean, kept for one who reads it again at every keystroke (an editor).

What a file means rests on its own sentences, on the glossary, and on the provisions and readings of all
files. Where these are as before, so is what it means: its rules are the same objects, wherever they stand now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from ...basics.source import Source
from ...language import tree
from ..resolve.glossary import GLOSSARY_LINES, Glossary
from ..resolve.rules import Collector


@attrs.frozen(slots=True)
class File:
    """One parsed rule file of one instrument."""

    instrument: str
    lang: str
    path: Path
    source: Source
    blocks: tuple[tree.Block, ...]


@attrs.define(slots=True)
class Meanings:
    """The last glossary, and what each file was last found to mean."""

    _glossary: tuple[Sequence[tree.Statement], dict[str, str], Glossary] | None = None
    _ground: tuple[Any, ...] = ()  # what every file rests on, besides its own sentences
    _files: dict[Path, tuple[File, Collector]] = attrs.Factory(dict)

    def glossary(self, files: Sequence[File]) -> Glossary:
        """The glossary lines of all files."""
        lines = [s for file in files for block in file.blocks for s in block.statements if isinstance(s, GLOSSARY_LINES)]
        headings = [block.heading for file in files for block in file.blocks if isinstance(block.heading, tree.Instrument)]
        alone = {h.key: h.only for h in headings if h.only}
        named = {file.source.name: alone[file.instrument] for file in files if file.instrument in alone}
        if self._glossary is None or named != self._glossary[1] or not _same(lines, self._glossary[0]):
            self._glossary = lines, named, Glossary.of(lines, named)
        return self._glossary[2]

    def collect(self, whole: Collector, files: Iterable[File]) -> None:
        """The rules of all files, whose provisions and readings are known by now."""
        ground = whole.ground()
        if self._ground != ground:
            self._files.clear()
        elif self._ground[0] is not ground[0]:  # what is said of a file may point to lines of the glossary
            self._files = {path: kept for path, kept in self._files.items() if not kept[1].problems}
        self._ground = ground
        for file in files:
            before, part = self._files.get(file.path, (None, None))
            if before is None or part is None or _has_figures(file) or not _alike(before, file):
                part = whole.part()
                part.collect(file.instrument, file.lang, file.blocks)
                self._files[file.path] = file, part
            whole.take(part)


def _has_figures(file: File) -> bool:
    """Whether their periods overlap with those of other files is seen only when they are collected."""
    return any(isinstance(s, tree.Figure | tree.Figures) for block in file.blocks for s in block.statements)


def _alike(before: File, file: File) -> bool:
    same = (before.instrument, before.lang) == (file.instrument, file.lang)
    return same and _same(before.blocks, file.blocks)


def _same(some: Sequence[object], others: Sequence[object]) -> bool:
    return len(some) == len(others) and all(a is b for a, b in zip(some, others))
