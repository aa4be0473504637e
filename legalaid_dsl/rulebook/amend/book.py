"""The rule files of a ruleset as texts that can be changed; where each provision stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from ...basics.citation import Citation
from ...basics.problem import Problem, RulesetError
from ...basics.source import Source, Span
from ...language import tree
from ...language.grammar import Lexicon, declared_names, merge
from ...language.parsing.parser_cache import Parsers
from ...language.printing.expressions import Printer
from ...language.printing.files import lay_out
from ..load import Survey
from ..resolve.glossary import Glossary
from ..resolve.outline import at_heading as at_heading
from ..wording import printer


@attrs.frozen(slots=True, eq=False)
class Text:
    """One file of an instrument: its language, its text, and what the text says."""

    instrument: str
    path: Path
    lang: str
    source: Source
    nodes: tuple[tree.Block | tree.Example, ...]

    @property
    def blocks(self) -> tuple[tree.Block, ...]:
        return tuple(n for n in self.nodes if isinstance(n, tree.Block))


@attrs.frozen(slots=True)
class Edit:
    """A stretch of a file, and what shall stand there."""

    path: Path
    start: int
    end: int
    text: str


@attrs.frozen(slots=True)
class Place:
    """Where a provision stands: its own block, and those of the provisions inside it."""

    text: Text
    citation: Citation
    blocks: tuple[tuple[Citation, tree.Block], ...]

    @property
    def start(self) -> int:
        return _span(self.blocks[0][1]).start

    @property
    def end(self) -> int:
        return _span(self.blocks[-1][1]).end

    @property
    def heading(self) -> Span:
        heading = self.blocks[0][1].heading
        assert heading is not None
        return _span(heading)


def _span(node: tree.Node) -> Span:
    assert node.span is not None
    return node.span


@attrs.frozen(slots=True, eq=False)
class Book:
    """All files by path, and the glossary that their lines give. Editing gives a new book."""

    texts: Mapping[Path, Text]
    glossary: Glossary
    parsers: Parsers

    @classmethod
    def of(cls, survey: Survey, parsers: Parsers) -> Book:
        texts = {f.path: Text(f.instrument, f.path, f.lang, f.source, f.blocks) for f in survey.files}
        return cls(texts, survey.glossary, parsers)

    def lexicon(self, more: Iterable[Lexicon] = ()) -> Lexicon:
        return merge([*(declared_names(t.source.text) for t in self.texts.values()), *more])

    def edited(self, edits: Iterable[Edit]) -> Book:
        """The book with its files changed. Raises RulesetError when a new text cannot be read."""
        by_path: dict[Path, list[Edit]] = {}
        for edit in edits:
            by_path.setdefault(edit.path, []).append(edit)
        sources = {}
        for path, found in by_path.items():
            text = self.texts[path].source.text
            for edit in sorted(found, key=lambda e: (e.start, e.end), reverse=True):
                text = text[: edit.start] + edit.text + text[edit.end :]
            sources[path] = Source(self.texts[path].source.name, text)
        return self._read(sources)

    def _read(self, sources: Mapping[Path, Source]) -> Book:
        lexicon = merge(declared_names(sources.get(p, t.source).text) for p, t in self.texts.items())
        texts, problems = dict(self.texts), list[Problem]()
        for path, source in sources.items():
            kept = self.parsers.parse(source, texts[path].lang, lexicon)
            problems += kept.found.problems
            texts[path] = attrs.evolve(texts[path], source=kept.source, nodes=tuple(kept.found.nodes))
        if problems:
            raise RulesetError(problems)
        return Book(texts, Glossary.of(s for t in texts.values() for b in t.blocks for s in b.statements), self.parsers)

    def laid_out(self, path: Path) -> str:
        text = self.texts[path]
        return lay_out(text.source, text.nodes, self.printer(text.lang, text.lang))

    def printer(self, written: str, lang: str) -> Printer:
        return printer(self.glossary, written, lang)

    # -------------------------------------------------------------- places

    def standing(self) -> Iterator[tuple[Text, Citation, tree.Block]]:
        """Every block with the provision that it is the text of."""
        for text in self.texts.values():
            at = Citation(text.instrument)
            for block in text.blocks:
                at = at_heading(block.heading, at)
                yield text, at, block

    def place(self, citation: Citation) -> Place | None:
        found = [(t, c, b) for t, c, b in self.standing() if c.within(citation) and c.article]
        if not found or found[0][1] != citation:
            return None
        return Place(found[0][0], citation, tuple((c, b) for t, c, b in found if t is found[0][0]))

    def provisions(self) -> list[Citation]:
        return [c for _, c, b in self.standing() if isinstance(b.heading, tree.Provision)]


def inside(node: Any) -> Iterator[tree.Node]:
    """A node and all nodes in it, in the order in which they are written."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, tree.Node):
            yield current
            values = [getattr(current, a.name) for a in attrs.fields(type(current)) if a.name != "span"]
            waiting += [v for v in reversed(values) if isinstance(v, tree.Node | tuple)]
        elif isinstance(current, tuple):
            waiting += [v for v in reversed(current) if isinstance(v, tree.Node | tuple)]
