"""Glossary lines and figures of an act: what was declared before says the new, what was not is added."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import attrs

from ...basics.problem import RulesetError
from ...language import tree
from ...language.printing.expressions import clean
from ...language.printing.layout import Layout
from .act import Sentence, heading_of
from .book import Book, Edit, Text

KEYED: Final = (tree.Thing, tree.Unit, tree.Choices, tree.Term, tree.Table, tree.NamedGroup)


def declared_edits(book: Book, s: Sentence) -> list[Edit]:
    """The edits for a glossary line, a dated figure or a cell of a table."""
    match s.node:
        case tree.Figure() | tree.Figures():
            return _figure(book, s, s.node)
        case tree.Cell() | tree.Cells():
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


def _figure(book: Book, s: Sentence, node: tree.Figure | tree.Figures) -> list[Edit]:
    """From its first day (to its last) the new value; before, and after, what was."""
    wanted = clean(book.printer(s.act.lang, "en").name(node.name))
    found: list[tuple[Text, tree.Figure | tree.Figures]] = []
    for text, old in _statements(book, s):
        if isinstance(old, tree.Figure | tree.Figures) and clean(book.printer(text.lang, "en").name(old.name)) == wanted:
            found.append((text, old))
    if not found:
        raise RulesetError([s.fails("no-figure-to-change", name=node.name.words)])
    edits = []
    for text, old in found:
        assert old.span is not None
        lines = before = _lines(old)
        for new in _lines(node):
            lines = tuple(part for line in lines for part in _left(line, new))
        if lines != before:
            edits.append(Edit(text.path, old.span.start, old.span.end, _figure_text(book, text, old, lines)))
    text, last = max(found, key=lambda x: max(line.from_date for line in _lines(x[1])))
    assert last.span is not None
    edits.append(Edit(text.path, last.span.end, last.span.end, "\n" + _printed(book, s, node, text)))
    return edits


def _lines(node: tree.Figure | tree.Figures) -> tuple[tree.DatedLine, ...]:
    return node.lines if isinstance(node, tree.Figures) else (tree.DatedLine(node.value, node.from_date, node.to_date),)


def _figure_text(book: Book, text: Text, old: tree.Figure | tree.Figures, lines: tuple[tree.DatedLine, ...]) -> str:
    """What is left of a sentence or a list of figures."""
    layout = Layout(book.printer(text.lang, text.lang))
    if isinstance(old, tree.Figures):
        return layout.statement(attrs.evolve(old, lines=lines)) if lines else ""
    return "\n".join(layout.statement(attrs.evolve(old, from_date=x.from_date, to_date=x.to_date)) for x in lines)


def _left(old: tree.DatedLine, new: tree.DatedLine) -> Iterator[tree.DatedLine]:
    """What is left of a period when another takes days of it."""
    day, last = timedelta(days=1), date(9999, 12, 31)
    old_end, new_end = old.to_date or last, new.to_date or last
    if old.from_date < new.from_date:
        end = min(old_end, new.from_date - day)
        yield attrs.evolve(old, to_date=None if end == last else end)
    if old_end > new_end:
        yield attrs.evolve(old, from_date=max(old.from_date, new_end + day))


def _cell(book: Book, s: Sentence, node: tree.Cell | tree.Cells) -> list[Edit]:
    """The new totals after the sentence that held the old ones, which leaves them out."""
    wanted = {_selection(book, s.act.lang, node.table, x) for x in _cells(node)}
    edits: list[Edit] = []
    for text, old in _statements(book, s):
        if not isinstance(old, tree.Cell | tree.Cells) or old.span is None:
            continue
        left = tuple(x for x in _cells(old) if _selection(book, text.lang, old.table, x) not in wanted)
        if len(left) < len(_cells(old)):
            wanted -= {_selection(book, text.lang, old.table, x) for x in _cells(old)}
            layout = Layout(book.printer(text.lang, text.lang))
            said = [layout.statement(attrs.evolve(old, lines=left))] if isinstance(old, tree.Cells) and left else []
            said += [_printed(book, s, node, text)] if not edits else []
            edits.append(Edit(text.path, old.span.start, old.span.end, "\n".join(said)))
    if wanted:
        raise RulesetError([s.fails("no-cell-to-change")])
    return edits


def _cells(node: tree.Cell | tree.Cells) -> tuple[tree.CellLine, ...]:
    return node.lines if isinstance(node, tree.Cells) else (tree.CellLine(node.arguments, node.value),)


def _selection(book: Book, lang: str, table: tree.Name, line: tree.CellLine) -> str:
    printer = book.printer(lang, "en")
    return clean(f"{printer.name(table)} {printer.list(line.arguments)}")
