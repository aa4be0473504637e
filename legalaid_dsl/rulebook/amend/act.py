"""An amending act: its sentences in order, each with the text that it brings and the day it takes effect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import attrs

from ...basics.citation import Citation
from ...basics.problem import Problem, problem
from ...basics.source import Span
from ...language import tree
from .book import Text, at_heading

BRINGS_TEXT: Final = (tree.ReplaceProvision, tree.AddAfter, tree.AddTo)
DECLARES: Final = (tree.Thing, tree.Unit, tree.Choices, tree.Term, tree.Table, tree.Figure, tree.Cell)


@attrs.frozen(slots=True, eq=False)
class Sentence:
    """One amending sentence. ``new``: the blocks that follow it (a block without heading: sentences)."""

    act: Text
    citation: Citation  # the provision of the act in which it stands
    place: int  # its place in the act
    node: tree.Statement
    new: tuple[tree.Block, ...]
    from_date: date

    @property
    def span(self) -> Span:
        assert self.node.span is not None
        return self.node.span

    @property
    def old_text_when(self) -> tree.Expression | None:
        return self.node.terms.old_text_when if isinstance(self.node, tree.Amending) else None

    @property
    def splits(self) -> bool:
        """Whether an effect can be laid at its door; what only declares names stands for all of the act."""
        return not isinstance(self.node, (*DECLARES, tree.Rename, tree.Renumber)) or isinstance(
            self.node, tree.Figure | tree.Cell
        )

    def fails(self, code: str, *, span: Span | None = None, **values: object) -> Problem:
        return problem(code, span or self.span, provision=self.citation, **values)  # type: ignore[arg-type]


@attrs.frozen(slots=True, eq=False)
class Act:
    """An amending instrument as it stands. ``draft``: it changes nothing until it is asked for."""

    text: Text
    heading: tree.Instrument
    sentences: tuple[Sentence, ...]
    problems: tuple[Problem, ...]

    @property
    def key(self) -> str:
        return self.heading.key

    @property
    def path(self) -> Path:
        return self.text.path


def heading_of(text: Text) -> tree.Instrument | None:
    return next((b.heading for b in text.blocks if isinstance(b.heading, tree.Instrument)), None)


def read_act(text: Text, heading: tree.Instrument) -> Act:
    """The sentences of an act; what stands in it and amends nothing is a problem."""
    reader = _Reader(text, heading)
    at = Citation(text.instrument)
    for block in text.blocks:
        own = not reader.belongs(block)
        if own:
            at = at_heading(block.heading, at)
        reader.block(block, at, own)
    return Act(text, heading, tuple(reader.sentences()), tuple(reader.problems))


@attrs.define(slots=True)
class _Reader:
    text: Text
    heading: tree.Instrument
    problems: list[Problem] = attrs.Factory(list)
    _found: list[tuple[Citation, tree.Statement, list[tree.Block]]] = attrs.Factory(list)
    _open: bool = False  # whether what follows is the text that the last sentence brings

    def belongs(self, block: tree.Block) -> bool:
        """Whether a block is new text: what follows such a sentence, up to the next article of the act."""
        if not self._open or not isinstance(block.heading, tree.Provision):
            return False
        node, new = self._found[-1][1], self._found[-1][2]
        if not isinstance(node, tree.ReplaceProvision | tree.AddAfter):
            return False
        whole_article = not node.at.clause and not node.at.points
        return block.heading.level != "article" or (whole_article and not new)

    def block(self, block: tree.Block, at: Citation, own: bool) -> None:
        heading = None if own else block.heading
        if own:
            self._open = False
            if isinstance(block.heading, tree.Provision) and block.heading.level != "article":
                assert block.heading.span is not None
                self.problems.append(problem("act-has-articles", block.heading.span, provision=at))
        kept: list[tree.Statement] = []
        for statement in block.statements:
            if isinstance(statement, tree.Amending | tree.Rename | tree.Settle):
                self._close(heading, kept, at)
                heading, kept = None, []
                self._found.append((at, statement, []))
                self._open = isinstance(statement, BRINGS_TEXT)
            else:
                kept.append(statement)
        self._close(heading, kept, at)

    def _close(self, heading: tree.Heading | None, kept: list[tree.Statement], at: Citation) -> None:
        """Sentences before the next amending one: new text, or glossary lines and figures of the act itself."""
        if self._open:
            if heading is not None or kept:
                self._found[-1][2].append(tree.Block(heading, tuple(kept), span=_around(heading, kept)))
            return
        loose = _around(None, [s for s in kept if not isinstance(s, DECLARES)])
        if loose is not None:
            self.problems.append(problem("amends-nothing", loose, provision=at))
        self._found += [(at, s, []) for s in kept if isinstance(s, DECLARES)]

    def sentences(self) -> Iterator[Sentence]:
        for place, (at, node, new) in enumerate(self._found):
            own = node.terms.from_date if isinstance(node, tree.Amending | tree.Rename | tree.Settle) else None
            if isinstance(node, tree.Suspend):
                own = node.from_date
            day = own or self.heading.in_force_from
            assert node.span is not None
            if day is None:
                self.problems.append(problem("act-without-day", node.span, provision=at))
                continue
            if isinstance(node, BRINGS_TEXT) and not new:
                self.problems.append(problem("text-missing-after", node.span, provision=at))
                continue
            yield Sentence(self.text, at, place, node, tuple(new), day)


def _around(heading: tree.Heading | None, statements: list[tree.Statement]) -> Span | None:
    spans = [n.span for n in (heading, *statements) if n is not None and n.span is not None]
    return spans[0].source.span(spans[0].start, spans[-1].end) if spans else None
