"""Glossary lines and figures of an act: what was declared before says the new, what was not is added."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import attrs

from ...basics.problem import RulesetError
from ...language import tree
from ...language.layout import Layout
from ...language.printing import clean
from .act import Sentence, heading_of
from .book import Book, Edit, Text

KEYED: Final = (tree.Thing, tree.Unit, tree.Choices, tree.Term, tree.Table)


def declared_edits(book: Book, s: Sentence) -> list[Edit]:
    """The edits for a glossary line, a dated figure or a cell of a table."""
    match s.node:
        case tree.Figure():
            return _figure(book, s, s.node)
        case tree.Cell():
            return _cell(book, s, s.node)
        case _:
            return _line(book, s)


def _statements(book: Book, s: Sentence) -> Iterator[tuple[Text, tree.Statement]]:
    """The statements of the rules themselves; those of amending acts are left out."""
    for text in book.texts.values():
        heading = heading_of(text)
        if heading is None or not heading.amends:
            yield from ((text, x) for b in text.blocks for x in b.statements)


def _printed(book: Book, s: Sentence, node: tree.Statement, into: Text) -> str:
    return Layout(book.printer(s.act.lang, into.lang)).statement(node)


def _line(book: Book, s: Sentence) -> list[Edit]:
    node = s.node
    assert isinstance(node, KEYED)
    for text, old in _statements(book, s):
        if type(old) is type(node) and old.key == node.key and old.span is not None:
            if isinstance(old, tree.Choices) and isinstance(node, tree.Choices):
                node = _merged(old, node)
            return [Edit(text.path, old.span.start, old.span.end, _printed(book, s, node, text))]
    lines = [(t, x) for t, x in _statements(book, s) if isinstance(x, KEYED) and t.instrument in _amended(book, s)]
    text, last = next(((t, x) for t, x in reversed(lines) if type(x) is type(node)), lines[-1])
    assert last.span is not None
    return [Edit(text.path, last.span.end, last.span.end, "\n" + _printed(book, s, node, text))]


def _amended(book: Book, s: Sentence) -> tuple[str, ...]:
    heading = next(h for t in book.texts.values() if t.instrument == s.act.instrument and (h := heading_of(t)))
    return heading.amends


def _merged(old: tree.Choices, new: tree.Choices) -> tree.Choices:
    """The choices of both; a new one with an old key takes its place."""
    by_key = {c.key: c for c in (*old.items, *new.items)}
    return attrs.evolve(old, items=tuple(by_key.values()))


# ------------------------------------------------------------------ figures


def _figure(book: Book, s: Sentence, node: tree.Figure) -> list[Edit]:
    """From its first day (to its last) the new value; before, and after, what was."""
    wanted = clean(book.printer(s.act.lang, "en").name(node.name))
    found: list[tuple[Text, tree.Figure]] = []
    for text, old in _statements(book, s):
        if isinstance(old, tree.Figure) and clean(book.printer(text.lang, "en").name(old.name)) == wanted:
            found.append((text, old))
    if not found:
        raise RulesetError([s.fails("no-figure-to-change", name=node.name.words)])
    edits = []
    for text, old in found:
        assert old.span is not None
        parts = [_figure_text(book, text, part) for part in _left(old, node)]
        if parts != [_figure_text(book, text, old)]:
            edits.append(Edit(text.path, old.span.start, old.span.end, "\n".join(parts)))
    text, last = max(found, key=lambda x: x[1].from_date)
    assert last.span is not None
    edits.append(Edit(text.path, last.span.end, last.span.end, "\n" + _printed(book, s, node, text)))
    return edits


def _figure_text(book: Book, text: Text, node: tree.Figure) -> str:
    return Layout(book.printer(text.lang, text.lang)).statement(node)


def _left(old: tree.Figure, new: tree.Figure) -> Iterator[tree.Figure]:
    """What is left of a period when another takes days of it."""
    day, last = timedelta(days=1), date(9999, 12, 31)
    old_end, new_end = old.to_date or last, new.to_date or last
    if old.from_date < new.from_date:
        end = min(old_end, new.from_date - day)
        yield attrs.evolve(old, to_date=None if end == last else end)
    if old_end > new_end:
        yield attrs.evolve(old, from_date=max(old.from_date, new_end + day))


def _cell(book: Book, s: Sentence, node: tree.Cell) -> list[Edit]:
    wanted = _selection(book, s.act.lang, node)
    for text, old in _statements(book, s):
        if isinstance(old, tree.Cell) and old.span is not None and _selection(book, text.lang, old) == wanted:
            return [Edit(text.path, old.span.start, old.span.end, _printed(book, s, node, text))]
    raise RulesetError([s.fails("no-cell-to-change")])


def _selection(book: Book, lang: str, node: tree.Cell) -> str:
    printer = book.printer(lang, "en")
    return clean(f"{printer.name(node.table)} {printer.list(node.arguments)}")
