"""A reading settled by law: its question and the rules of its other choices go, those of the chosen one stay."""

from __future__ import annotations

from collections.abc import Iterator

from ...basics.citation import Citation
from ...basics.problem import RulesetError
from ...language import tree
from ...language.layout import Layout
from .act import Sentence
from .book import Book, Edit, Text


def settled_edits(book: Book, s: Sentence, node: tree.Settle) -> list[Edit]:
    """The edits in all files. Raises RulesetError when there is no such reading or choice."""
    known = {_id(c, x): x for _, c, b in book.standing() for x in b.statements if isinstance(x, tree.Reading)}
    reading = known.get(node.reading)
    if reading is None:
        raise RulesetError([s.fails("no-such-reading", key=node.reading, near=(node.reading, known))])
    choices = [c.key for c in reading.choices]
    if node.choice not in choices:
        raise RulesetError([s.fails("no-such-choice", key=node.choice, near=(node.choice, choices))])
    edits: list[Edit] = []
    for text, citation, block in book.standing():
        edits += _in_block(book, text, citation, block, node)
    return edits


def _id(citation: Citation, reading: tree.Reading) -> str:
    return f"{citation.path.partition('/')[2].replace('/', '_')}_{reading.key}"


def _in_block(book: Book, text: Text, citation: Citation, block: tree.Block, node: tree.Settle) -> Iterator[Edit]:
    layout = Layout(book.printer(text.lang, text.lang))
    gone = False
    for statement in block.statements:
        assert statement.span is not None
        there = (text.path, statement.span.start, statement.span.end)
        if isinstance(statement, tree.Reading) and _id(citation, statement) == node.reading:
            yield Edit(*there, "")
        elif isinstance(statement, tree.Read):
            chosen = {choice for key, choice in statement.choices if _names(key, citation, node.reading)}
            gone = bool(chosen - {node.choice})
            if chosen:
                left = tuple(x for x in statement.choices if not _names(x[0], citation, node.reading))
                yield Edit(*there, "" if gone else layout.statement(tree.Read(left)))
        elif gone and not isinstance(statement, tree.Scope):
            yield Edit(*there, "")


def _names(key: str, at: Citation, reading: str) -> bool:
    """Whether a key, seen from a provision, names the reading: by its whole name, or by its own where it stands."""
    own = [f"{c.path.partition('/')[2].replace('/', '_')}_{key}" for c in at.chain() if c.article]
    return reading == key or reading in own
