"""What each amending sentence does to the files: as edits of their texts."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ...basics.citation import Citation
from ...language import tree
from ...language.printing.layout import Layout
from ..resolve.headings import named
from ..resolve.outline import DEPTHS
from .act import Sentence
from .addresses import named_by, only, targets, there, wrong
from .book import Book, Edit, Place, Text
from .declared import declared_edits
from .phrases import phrase_edits
from .renaming import rename_edits, renumber_edits
from .settling import settled_edits


def edits_of(book: Book, s: Sentence) -> list[Edit]:
    """The edits that carry a sentence out. Raises RulesetError when it cannot be carried out."""
    match s.node:
        case tree.ReplacePhrase() | tree.InsertPhrase() | tree.OmitPhrase():
            return phrase_edits(book, s, s.node)
        case tree.ReplaceProvision():
            place = only(book, s, s.node.at)
            _same_heading(s, place)
            return [Edit(place.text.path, place.start, place.end, new_text(book, s, place.text))]
        case tree.Retitle():
            return [_retitled(book, s, only(book, s, s.node.at))]
        case tree.AddAfter():
            return _add_after(book, s, s.node)
        case tree.AddTo():
            place = only(book, s, s.node.at)
            end = place.blocks[0][1].span
            assert end is not None
            return [Edit(place.text.path, end.end, end.end, _apart(book, place, new_text(book, s, place.text)))]
        case tree.Repeal(at=at):
            return [_deleted(there(book, c)) for c in _outermost(targets(book, s, at))]
        case tree.Suspend(at=at):
            return [e for c in targets(book, s, at) for e in _suspended(there(book, c))]
        case tree.Renumber():
            return renumber_edits(book, s, s.node, only(book, s, s.node.at))
        case tree.Rename():
            return rename_edits(book, s, s.node)
        case tree.Settle():
            return settled_edits(book, s, s.node)
        case _:
            return declared_edits(book, s)


def _outermost(citations: list[Citation]) -> list[Citation]:
    """Without those that lie in another: what is repealed with its article is not repealed twice."""
    return [c for c in citations if not any(c != other and c.within(other) for other in citations)]


def touched(book: Book, s: Sentence) -> list[Citation]:
    """The provisions that a sentence changes; none for names and figures."""
    return targets(book, s, s.node.at) if isinstance(s.node, tree.Amending) else []


# ------------------------------------------------------------------ text


def new_text(book: Book, s: Sentence, into: Text) -> str:
    """The text that a sentence brings, in the language of the file that it goes into."""
    if s.act.lang == into.lang:
        spans = [b.span for b in s.new]
        return "\n\n".join(x.text() for x in spans if x is not None)
    layout = Layout(book.printer(s.act.lang, into.lang))
    blocks = []
    for block in s.new:
        lines = [layout.heading(block.heading)] if block.heading is not None else []
        blocks.append("\n".join([*lines, *map(layout.statement, block.statements)]))
    return "\n\n".join(blocks)


def _same_heading(s: Sentence, place: Place) -> None:
    heading, old = s.new[0].heading, place.blocks[0][1].heading
    assert isinstance(old, tree.Provision)
    if not isinstance(heading, tree.Provision) or (heading.level, heading.label) != (old.level, old.label):
        node = heading if heading is not None else s.new[0].statements[0]
        raise wrong(s, "heading-differs", node, name=named(place.citation))


def _retitled(book: Book, s: Sentence, place: Place) -> Edit:
    """Another heading over the same rules."""
    _same_heading(s, place)
    heading = s.new[0].heading
    assert heading is not None
    more: list[tree.Node] = [x for b in s.new for x in b.statements]
    more += [b.heading for b in s.new[1:] if b.heading is not None]
    if more:
        raise wrong(s, "title-only", more[0], name=named(place.citation))
    printed = Layout(book.printer(s.act.lang, place.text.lang)).heading(heading)
    return Edit(place.text.path, place.heading.start, place.heading.end, printed)


def _add_after(book: Book, s: Sentence, node: tree.AddAfter) -> list[Edit]:
    place = only(book, s, node.at)
    old = place.blocks[0][1].heading
    assert isinstance(old, tree.Provision)
    new = s.new[0].heading
    if not isinstance(new, tree.Provision) or new.level != old.level:
        found = new if new is not None else s.new[0].statements[0]
        raise wrong(s, "heading-differs-level", found, name=named(place.citation))
    brought = []
    for heading in (b.heading for b in s.new):
        if isinstance(heading, tree.Provision) and heading.level == old.level:
            citation = attrs.evolve(place.citation, **{heading.level: heading.label})
            brought.append(citation)
            if (standing := book.place(citation)) is not None:
                also = [(standing.heading, "name-first-here")]
                raise wrong(s, "provision-there", heading, name=named(citation), also=also)
    _as_named(book, s, node, brought)
    return [Edit(place.text.path, place.end, place.end, "\n\n" + new_text(book, s, place.text))]


def _as_named(book: Book, s: Sentence, node: tree.AddAfter, brought: list[Citation]) -> None:
    """The text that follows is that of the provisions which the sentence names."""
    if not node.new:
        return
    after = {c for c, _ in named_by(book, s, node.at)}
    said = [c for c, _ in named_by(book, s, (*node.new, *node.at)) if c not in after]
    if said != brought:
        first = next((c for c in said if c not in brought), said[-1])
        heading = s.new[0].heading
        assert heading is not None
        raise wrong(s, "heading-differs", heading, name=named(first))


def _apart(book: Book, place: Place, text: str) -> str:
    """Sentences put at the end of a provision: out of any reading or cases, and leaving the scope as it was."""
    layout = Layout(book.printer(place.text.lang, place.text.lang))
    statements = place.blocks[0][1].statements
    last: dict[type, tree.Statement] = {type(x): x for x in statements}
    before = [x for x in (last.get(tree.Read), last.get(tree.InCases)) if x not in (None, tree.Read(()), tree.InCases())]
    lead = [layout.statement(tree.Read(()) if isinstance(x, tree.Read) else tree.InCases()) for x in before]
    scope = scope_at(place)
    after = [layout.statement(tree.Scope(scope))] if scope is not None and len(place.blocks) > 1 else []
    return "\n" + "\n".join([*lead, text, *after])


def scope_at(place: Place, *, start: bool = False) -> tree.Name | None:
    """What “for each” holds where a provision's own sentences end, or begin."""
    levels: list[tuple[int, tree.Name | None]] = [(0, None)]
    target = place.blocks[0][1]
    for block in place.text.blocks:
        if isinstance(block.heading, tree.Provision | tree.Division):
            depth = DEPTHS[block.heading.level]
            levels = [x for x in levels if x[0] < depth]
            levels.append((depth, levels[-1][1]))
        if block is target and start:
            break
        for statement in block.statements:
            if isinstance(statement, tree.Scope):
                levels[-1] = (levels[-1][0], statement.thing)
        if block is target:
            break
    return levels[-1][1]


def _deleted(place: Place) -> Edit:
    text = place.text.source.text
    end = place.end
    while end < len(text) and text[end] in " \t\n":
        end += 1
    return Edit(place.text.path, place.start, end, "")


def _suspended(place: Place) -> Iterator[Edit]:
    """The sentences go, the headings stay; readings and groups stay too, for others may name them."""
    for _, block in place.blocks:
        for statement in block.statements:
            if not isinstance(statement, tree.Reading | tree.NamedGroup) and statement.span is not None:
                yield Edit(place.text.path, statement.span.start, statement.span.end, "")
