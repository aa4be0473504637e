"""The old text for some cases, the new for all others: both stand in the provision, each with its cases."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

import attrs

from ...basics.citation import Citation
from ...basics.problem import RulesetError
from ...language import tree
from ...language.printing.layout import Layout
from .act import Sentence
from .book import Book, Edit, Place, Text, at_heading
from .change import scope_at

AROUND: Final = (tree.Applies, tree.Despite)
ONCE: Final = (tree.Reading, tree.Figure, tree.Cell, tree.Figures, tree.Cells, tree.Guarantee, tree.NeverLowers, tree.NamedGroup)


def with_transition(before: Book, after: Book, s: Sentence) -> Book:
    """The book after a sentence, with the old text kept for the cases that it names."""
    if s.old_text_when is None:
        return after
    edits: list[Edit] = []
    for path, new in after.texts.items():
        old = before.texts[path]
        if old.source.text != new.source.text:
            edits += _in_file(after, s, old, new)
    return after.edited(edits)


def _in_file(book: Book, s: Sentence, old: Text, new: Text) -> Iterator[Edit]:
    olds, news = dict(_blocks(old)), dict(_blocks(new))
    for citation, block in news.items():
        earlier = olds.get(citation)
        if citation.article and block.span is not None and (earlier is None or earlier.statements != block.statements):
            merged = _merged(book, s, new, citation, block, old, earlier)
            yield Edit(new.path, block.span.start, block.span.end, merged)
    gone = [c for c in olds if c.article and c not in news]
    if gone:
        yield from _kept(book, s, old, new, gone)


def _blocks(text: Text) -> Iterator[tuple[Citation, tree.Block]]:
    at = Citation(text.instrument)
    for block in text.blocks:
        at = at_heading(block.heading, at)
        yield at, block


def _kept(book: Book, s: Sentence, old: Text, new: Text, gone: list[Citation]) -> Iterator[Edit]:
    """Provisions that were repealed, put back after what stood before them, for the old cases only."""
    order = list(dict(_blocks(old)))
    olds, news = dict(_blocks(old)), dict(_blocks(new))
    for citation in gone:
        before = [c for c in order[: order.index(citation)] if c in news]
        span = news[before[-1]].span if before else None
        block = olds[citation]
        empty = attrs.evolve(block, statements=())
        assert span is not None
        merged = _merged(book, s, new, citation, empty, old, block)
        yield Edit(new.path, span.end, span.end, "\n\n" + merged)


def _merged(
    book: Book, s: Sentence, new: Text, citation: Citation, block: tree.Block, old: Text, earlier: tree.Block | None
) -> str:
    """One provision with both texts."""
    layout = Layout(book.printer(new.lang, new.lang))
    then: tuple[tree.Statement, ...] = earlier.statements if earlier is not None else ()
    _same_around(s, then, block.statements)
    assert block.heading is not None
    lines = [layout.heading(block.heading)]
    cases = Layout(book.printer(s.act.lang, new.lang)).statement(tree.InCases(s.old_text_when))
    others = layout.statement(tree.InCases(None, True))
    if _same_shape(then, block.statements):
        for alike, group in groupby(zip(then, block.statements, strict=True), key=lambda pair: pair[0] == pair[1]):
            olds, news = zip(*group, strict=True)
            said = [*map(layout.statement, news)]
            lines += said if alike else [cases, *map(layout.statement, olds), others, *said, _everywhere(layout)]
        return "\n".join(lines)
    around = [x for x in (block.statements or then) if isinstance(x, AROUND)]
    once = [x for x in (*then, *block.statements) if isinstance(x, ONCE)]
    lines += map(layout.statement, dict.fromkeys([*around, *once]))
    scope = scope_at(Place(new, citation, ((citation, block),)), start=True) if block.span is not None else None
    for head, statements in ((cases, then), (others, block.statements)):
        told = [x for x in statements if not isinstance(x, (*AROUND, *ONCE))]
        lines.append(head)
        if told and not isinstance(told[0], tree.Scope) and scope is not None:
            lines.append(layout.statement(tree.Scope(scope)))
        lines += map(layout.statement, told)
        if [x for x in told if isinstance(x, tree.Read)][-1:] not in ([], [tree.Read(())]):
            lines.append(layout.statement(tree.Read(())))
    return "\n".join([*lines, _everywhere(layout)])


def _everywhere(layout: Layout) -> str:
    return layout.statement(tree.InCases())


def _same_shape(then: tuple[tree.Statement, ...], now: tuple[tree.Statement, ...]) -> bool:
    """Whether only sentences that decide differ, one for one: then each is put beside the other."""
    fixed = (*AROUND, *ONCE, tree.Scope, tree.Read, tree.InCases)
    return len(then) == len(now) and all(
        a == b or not (isinstance(a, fixed) or isinstance(b, fixed)) for a, b in zip(then, now, strict=True)
    )


def _same_around(s: Sentence, then: tuple[tree.Statement, ...], now: tuple[tree.Statement, ...]) -> None:
    """“applies when” and “despite” hold for a whole provision, so they cannot differ between the two texts."""
    first, second = ([x for x in part if isinstance(x, AROUND)] for part in (then, now))
    if then and now and first != second:
        raise RulesetError([s.fails("transition-around")])
