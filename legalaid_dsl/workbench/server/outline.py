"""The outline of a file: articles, clauses, points and examples of the law; worked examples of a .case file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs

from ...basics.citation import Citation
from ...language import tree
from ...language.printing.expressions import clean
from ...language.printing.layout import Layout
from ...rulebook.resolve.outline import DEPTHS
from ...rulebook.wording import printer
from .project import State, citation_under


@attrs.define(slots=True, eq=False)
class Entry:
    """One line of an outline. ``whole``: from its heading to where the next one begins."""

    name: str
    detail: str
    level: str
    whole: tuple[int, int]
    heading: tuple[int, int]
    inside: list[Entry] = attrs.Factory(list)


def outline(state: State, path: Path, lang: str) -> list[Entry]:
    entries = list(_cases(state, path, lang)) or list(_provisions(state, path, lang))
    source = state.source_of(path)
    end = len(source.text.rstrip()) if source is not None else 0
    roots: list[Entry] = []
    open_: list[tuple[int, Entry]] = []
    for depth, entry in entries:
        while open_ and open_[-1][0] >= depth:
            closed = open_.pop()[1]
            closed.whole = (closed.whole[0], max(closed.heading[1], entry.whole[0] - 1))
        (open_[-1][1].inside if open_ else roots).append(entry)
        open_.append((depth, entry))
    for _, entry in open_:
        entry.whole = (entry.whole[0], max(end, entry.heading[1]))
    return roots


def _provisions(state: State, path: Path, lang: str) -> Iterator[tuple[int, Entry]]:
    for file in state.survey.files:
        if file.path != path:
            continue
        at = Citation(file.instrument)
        for block in file.blocks:
            at = citation_under(block, at)
            heading = block.heading
            if heading is None or heading.span is None:
                continue
            there = state.place(heading.span)
            if there is None:
                continue
            place = (there.start, there.end)
            if isinstance(heading, tree.Instrument):
                yield 0, Entry(heading.number, heading.names[lang], "instrument", place, place)
                continue
            name = clean(Layout(printer(state.glossary, file.lang, lang)).heading(attrs.evolve(heading, headnote=None))).rstrip(".")
            detail = heading.headnote[lang] if heading.headnote is not None else ""
            yield DEPTHS[heading.level], Entry(name[:1].upper() + name[1:], detail, heading.level, place, place)


def _cases(state: State, path: Path, lang: str) -> Iterator[tuple[int, Entry]]:
    for file in state.cases_at(path):
        for piece in file.pieces:
            for example in piece.examples:
                if example.span is not None:
                    start, end = example.span.start + piece.base, example.span.end + piece.base
                    line = file.source.text.find("\n", start, end)
                    detail = example.text[lang] if example.text is not None else ""
                    yield 1, Entry(example.key, detail, "case", (start, end), (start, line if line > 0 else end))
