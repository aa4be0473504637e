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

BRINGS_TEXT: Final = (tree.ReplaceProvision, tree.Retitle, tree.AddAfter, tree.AddTo)
AMENDS: Final = (tree.Amending, tree.Rename, tree.Settle)
OF_THE_ACT: Final = (tree.TakesEffect, tree.OldTextContinues)  # said of all its sentences
DECLARES: Final = (tree.Thing, tree.Unit, tree.Choices, tree.Term, tree.Table, tree.Figure, tree.Cell, tree.Figures, tree.Cells, tree.NamedGroup)


@attrs.frozen(slots=True, eq=False)
class Sentence:
    """One amending sentence. ``new``: the blocks that follow it (a block without heading: sentences)."""

    act: Text
    citation: Citation  # the provision of the act in which it stands
    place: int  # its place in the act
    node: tree.Statement
    new: tuple[tree.Block, ...]
    from_date: date
    transitional: tree.Expression | None = None  # what the act says of all its sentences

    @property
    def span(self) -> Span:
        assert self.node.span is not None
        return self.node.span

    @property
    def old_text_when(self) -> tree.Expression | None:
        if not isinstance(self.node, tree.Amending):
            return None
        own = self.node.terms.old_text_when
        return self.transitional if own is None and not isinstance(self.node, tree.Renumber | tree.Suspend) else own

    @property
    def splits(self) -> bool:
        """Whether an effect can be laid at its door; what only declares names stands for all of the act."""
        return not isinstance(self.node, (*DECLARES, tree.Rename, tree.Renumber)) or isinstance(
            self.node, tree.Figure | tree.Cell | tree.Figures | tree.Cells
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
    _day: tree.TakesEffect | None = None
    _transitional: tree.OldTextContinues | None = None
    _open: bool = False  # whether what follows is the text that the last sentence brings

    def belongs(self, block: tree.Block) -> bool:
        """Whether a block is new text: what follows such a sentence, up to the next article of the act."""
        if not self._open or not isinstance(block.heading, tree.Provision):
            return False
        node, new = self._found[-1][1], self._found[-1][2]
        if not isinstance(node, tree.ReplaceProvision | tree.Retitle | tree.AddAfter):
            return False
        whole_article = not node.at[0].clause and not node.at[0].points and not node.at[0].subs
        many = len(node.new) if isinstance(node, tree.AddAfter) else 1
        articles = sum(isinstance(b.heading, tree.Provision) and b.heading.level == "article" for b in new)
        return block.heading.level != "article" or (whole_article and articles < max(1, many))

    def block(self, block: tree.Block, at: Citation, own: bool) -> None:
        heading = None if own else block.heading
        if own:
            self._open = False
            if isinstance(block.heading, tree.Provision) and block.heading.level != "article":
                assert block.heading.span is not None
                self.problems.append(problem("act-has-articles", block.heading.span, provision=at))
        kept: list[tree.Statement] = []
        for statement in block.statements:
            if isinstance(statement, OF_THE_ACT):
                self._close(heading, kept, at)
                heading, kept, self._open = None, [], False
                self._of_the_act(statement, at)
            elif isinstance(statement, AMENDS):
                self._close(heading, kept, at)
                heading, kept = None, []
                self._found.append((at, statement, []))
                self._open = isinstance(statement, BRINGS_TEXT)
            else:
                kept.append(statement)
        self._close(heading, kept, at)

    def _of_the_act(self, node: tree.TakesEffect | tree.OldTextContinues, at: Citation) -> None:
        """The day of the act, and the cases that keep the old text: each is said once."""
        assert node.span is not None
        said = self._day if isinstance(node, tree.TakesEffect) else self._transitional
        if said is not None and said.span is not None:
            self.problems.append(problem("said-once", node.span, provision=at, also=[(said.span, "name-first-here")]))
        if isinstance(node, tree.OldTextContinues):
            self._transitional = node
            return
        self._day = node
        first = self.heading.in_force_from
        if first is not None and first != node.day and self.heading.span is not None:
            also = [(self.heading.span, "day-in-heading")]
            self.problems.append(problem("days-differ", node.span, provision=at, day=first.isoformat(), also=also))

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
            own = node.terms.from_date if isinstance(node, AMENDS) else None
            if isinstance(node, tree.Suspend):
                own = node.from_date
            day = own or (self._day.day if self._day is not None else self.heading.in_force_from)
            assert node.span is not None
            if day is None:
                self.problems.append(problem("act-without-day", node.span, provision=at))
                continue
            if isinstance(node, BRINGS_TEXT) and not new:
                self.problems.append(problem("text-missing-after", node.span, provision=at))
                continue
            cases = self._transitional.condition if self._transitional is not None else None
            yield Sentence(self.text, at, place, node, tuple(new), day, cases)


def _around(heading: tree.Heading | None, statements: list[tree.Statement]) -> Span | None:
    spans = [n.span for n in (heading, *statements) if n is not None and n.span is not None]
    return spans[0].source.span(spans[0].start, spans[-1].end) if spans else None
