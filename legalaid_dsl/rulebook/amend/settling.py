"""A reading settled by law: its question and the rules of its other choices go, those of the chosen one stay.

Sentences that ask for the reading say afterwards what the chosen one makes of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ...basics.citation import Citation
from ...basics.problem import RulesetError
from ...language import tree
from ...language.printing.layout import Layout
from ..resolve.readings import reading_id
from .act import Sentence
from .book import Book, Edit, Text
from .settled_words import Settled, in_tongue


def settled_edits(book: Book, s: Sentence, node: tree.Settle) -> list[Edit]:
    """The edits in all files. Raises RulesetError when there is no such reading or choice."""
    known = {reading_id(c, x.key): (t, x) for t, c, b in book.standing() for x in b.statements if isinstance(x, tree.Reading)}
    if node.reading not in known:
        raise RulesetError([s.fails("no-such-reading", key=node.reading, near=(node.reading, known))])
    home, reading = known[node.reading]
    choice = next((c for c in reading.choices if c.key == node.choice), None)
    if choice is None:
        raise RulesetError([s.fails("no-such-choice", key=node.choice, near=(node.choice, [c.key for c in reading.choices]))])
    settled = Settled(node.reading, choice.key, choice.carried)
    named: dict[str, set[str]] = {"en": set(), "vi": set()}  # groups in which nothing is left
    for _, citation, block in book.standing():
        for x in block.statements:
            if isinstance(x, tree.NamedGroup) and settled.at(citation).nothing(x.group):
                for lang, words in named.items():
                    words.update(part.strip() for part in x.names[lang].split("|"))
    edits: list[Edit] = []
    for text, citation, block in book.standing():
        carried = in_tongue(choice.carried, book.printer(home.lang, text.lang)) if text.lang != home.lang else choice.carried
        edits += _in_block(book, text, citation, block, attrs.evolve(settled, carried=carried, empty=frozenset(named[text.lang])))
    return edits


def _in_block(book: Book, text: Text, citation: Citation, block: tree.Block, settled: Settled) -> Iterator[Edit]:
    layout = Layout(book.printer(text.lang, text.lang))
    here = settled.at(citation)
    gone = False
    for statement in block.statements:
        assert statement.span is not None
        there = (text.path, statement.span.start, statement.span.end)
        if isinstance(statement, tree.Reading) and reading_id(citation, statement.key) == settled.reading:
            yield Edit(*there, "")
        elif isinstance(statement, tree.Read):
            chosen = {choice for key, choice in statement.choices if here.names(key)}
            gone = bool(chosen - {settled.choice})
            if chosen:
                left = tuple(x for x in statement.choices if not here.names(x[0]))
                yield Edit(*there, "" if gone else layout.statement(tree.Read(left)))
        elif gone and not isinstance(statement, tree.Scope):
            yield Edit(*there, "")
        elif (said := here.statement(statement)) != statement:
            yield Edit(*there, layout.statement(said) if said is not None else "")
