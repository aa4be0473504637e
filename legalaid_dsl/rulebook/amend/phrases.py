"""Phrases replaced, inserted and left out: where rule words stand in provisions, and what shall stand there.

A phrase is looked for in the tree, so it reaches a file in the other tongue, and a number however it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.problem import Problem, RulesetError, problem
from ...basics.source import Span
from ...language import tree
from ...language.printing.expressions import clean
from ..resolve.headings import named
from .act import Sentence
from .addresses import targets, there, wrong
from .book import Book, Edit, Place, Text, inside

PHRASES = (tree.ReplacePhrase, tree.InsertPhrase, tree.OmitPhrase)
PhraseSentence = tree.ReplacePhrase | tree.InsertPhrase | tree.OmitPhrase
_LISTS = {tree.Among: "items", tree.Includes: "items", tree.Several: "items", tree.Lookup: "arguments", tree.Cell: "arguments"}


@attrs.frozen(slots=True)
class Found:
    """A phrase where it stands: its node, what holds it, and the nodes that stand beside it in a list or a condition."""

    text: Text
    block: tree.Block
    node: tree.Node
    holder: tree.Node
    beside: Sequence[tree.Node] = ()

    @property
    def place(self) -> int:
        return next((i for i, n in enumerate(self.beside) if n is self.node), 0)

    @property
    def span(self) -> Span:
        assert self.node.span is not None
        return self.node.span

    @property
    def whole(self) -> tuple[int, int]:
        """With the comma or the joint that goes with it."""
        if self.place:
            return _span(self.beside[self.place - 1]).end, self.span.end
        if len(self.beside) > 1:
            return self.span.start, _span(self.beside[1]).start
        return self.span.start, self.span.end


def phrase_edits(book: Book, s: Sentence, node: PhraseSentence) -> list[Edit]:
    """The edits of a sentence about a phrase. Raises RulesetError when it does not stand in one of the provisions."""
    edits: dict[Edit, None] = {}
    blocks: dict[int, tuple[Text, tree.Block]] = {}
    for citation in targets(book, s, node.at):
        place = there(book, citation)
        occurrences = list(_occurrences(book, s, node.old, place))
        if not occurrences:
            raise _not_there(book, s, node.old, place)
        for found in occurrences:
            edits[_edit(book, s, node, found)] = None
            blocks[id(found.block)] = (found.text, found.block)
    if isinstance(node, tree.ReplacePhrase):
        for text, block in blocks.values():
            edits |= dict.fromkeys(_headnote(book, s, node, text, block))
    return list(edits)


def _span(node: tree.Node) -> Span:
    assert node.span is not None
    return node.span


def _not_there(book: Book, s: Sentence, phrase: tree.Phrase, place: Place) -> RulesetError:
    also = [(place.heading, "phrase-not-here")]
    said = _quantities(book, place)
    return wrong(s, "phrase-not-found", phrase, name=named(place.citation), there=said, also=also)


# ------------------------------------------------------------------ where it stands


def _occurrences(book: Book, s: Sentence, phrase: tree.Phrase, place: Place) -> Iterator[Found]:
    """Every place where a phrase stands in a provision; what lies inside one that was found is no other."""
    wanted = _wording(book, s.act.lang, phrase)
    for _, block in place.blocks:
        end = -1
        for node, holder in _held(block.statements):
            said = _said(book, place.text.lang, node, phrase)
            if said != wanted or node.span is None or node.span.start < end:
                continue
            found = Found(place.text, block, node, holder, _beside(node, holder))
            if phrase.lead in ("and", "or") and not (isinstance(holder, tree.Logic) and holder.kind == phrase.lead and found.place):
                continue
            if phrase.lead == "," and not (found.place and not isinstance(holder, tree.Logic)):
                continue
            end = node.span.end
            yield found


def _held(statements: Sequence[tree.Statement]) -> Iterator[tuple[tree.Node, tree.Node]]:
    """Each node with the one that holds it, in the order of writing."""
    for statement in statements:
        waiting: list[tuple[tree.Node, tree.Node]] = [(statement, statement)]
        while waiting:
            node, holder = waiting.pop()
            yield node, holder
            waiting += [(n, node) for n in reversed(_children(node))]


def _children(node: tree.Node) -> list[tree.Node]:
    found: list[tree.Node] = []
    for field in attrs.fields(type(node)):
        values: list[object] = [getattr(node, field.name)] if field.name != "span" else []
        while values:
            value = values.pop(0)
            if isinstance(value, tree.Node):
                found.append(value)
            elif isinstance(value, tuple):
                values = [*value, *values]
    return sorted(found, key=lambda n: n.span.start if n.span is not None else 0)


def _beside(node: tree.Node, holder: tree.Node) -> Sequence[tree.Node]:
    if isinstance(holder, tree.Logic):
        return holder.operands
    found: Sequence[tree.Node] = getattr(holder, _LISTS[type(holder)]) if type(holder) in _LISTS else ()
    if isinstance(node, tree.Modifier):
        return ()
    return found if any(n is node for n in found) else ()


def _wording(book: Book, lang: str, phrase: tree.Phrase) -> tuple[str, ...]:
    printer = book.printer(lang, "en")
    if phrase.modifiers:
        return tuple(clean(printer.modifier(m)) for m in phrase.modifiers)
    assert phrase.value is not None
    return (clean(printer.expression(phrase.value)),)


def _said(book: Book, lang: str, node: tree.Node, phrase: tree.Phrase) -> tuple[str, ...]:
    printer = book.printer(lang, "en")
    if phrase.modifiers:
        return (clean(printer.modifier(node)),) if isinstance(node, tree.Modifier) else ()
    if isinstance(node, tree.Name):
        return (clean(printer.name(node)),)
    return (clean(printer.expression(node)),) if isinstance(node, tree.Expression) else ()


# ------------------------------------------------------------------ what shall stand there


def _edit(book: Book, s: Sentence, node: PhraseSentence, found: Found) -> Edit:
    into = book.printer(s.act.lang, found.text.lang)
    path, span = found.text.path, found.span
    match node:
        case tree.ReplacePhrase(new=new):
            if new.modifiers or node.old.modifiers:
                return Edit(path, span.start, span.end, clean(into.phrase(new)))
            if new.lead:
                start = _span(found.beside[found.place - 1]).end if node.old.lead else span.start
                return Edit(path, start, span.end, _joined(clean(into.phrase(new))))
            assert new.value is not None
            if isinstance(found.node, tree.Name):
                return Edit(path, span.start, span.end, clean(into.expression(new.value)))
            return Edit(path, span.start, span.end, into.instead(new.value, found.node))  # type: ignore[arg-type]
        case tree.InsertPhrase(new=new):
            return _inserted(book, s, node, found, clean(into.phrase(new)))
        case tree.OmitPhrase():
            if not node.old.modifiers and len(found.beside) < 2:
                raise wrong(s, "phrase-cannot-go", node.old, name=_both(book, s, node.old))
            return Edit(path, *found.whole, "")


def _both(book: Book, s: Sentence, phrase: tree.Phrase) -> Bilingual:
    return Bilingual(*(clean(book.printer(s.act.lang, lang).phrase(phrase)) for lang in LANGUAGES))


def _joined(text: str) -> str:
    return text if text.startswith(",") else f" {text}"


def _inserted(book: Book, s: Sentence, node: tree.InsertPhrase, found: Found, text: str) -> Edit:
    """After what is there, and belonging to it: in brackets with it where the words around would take it away."""
    path, span, new = found.text.path, found.span, node.new
    in_list = bool(found.beside) and not isinstance(found.holder, tree.Logic)
    if not new.lead and not new.modifiers:
        if not in_list:
            raise wrong(s, "phrase-not-joined", new, name=_both(book, s, new))
        text = f", {text}"
    if new.lead in ("and", "or"):
        own = span.text()
        if isinstance(found.node, tree.Logic) and found.node.kind != new.lead:
            own = f"({own})"
        taken = isinstance(found.holder, tree.Negated) or (
            isinstance(found.holder, tree.Logic) and found.holder.kind == "and" and new.lead == "or"
        )
        whole = f"{own} {text}"
        return Edit(path, span.start, span.end, f"({whole})" if taken else whole)
    return Edit(path, span.end, span.end, _joined(text))


# ------------------------------------------------------------------ headnotes


def _quantities(book: Book, place: Place) -> Bilingual:
    """The figures that stand in a provision, for a hint."""
    found: dict[str, str] = {}
    printers = [book.printer(place.text.lang, lang) for lang in LANGUAGES]
    for n in (n for _, b in place.blocks for n in inside(b.statements)):
        if isinstance(n, tree.Quantity):
            found.setdefault(*(clean(p.quantity(n)) for p in printers))
    return Bilingual("; ".join(found) or "–", "; ".join(found.values()) or "–")


def _headnote(book: Book, s: Sentence, node: tree.ReplacePhrase, text: Text, block: tree.Block) -> Iterator[Edit]:
    """The headnote of the provision says the new words too, in either language."""
    heading = block.heading
    if not isinstance(heading, tree.Provision) or heading.headnote is None or heading.span is None:
        return
    changed = heading.span.text()
    for lang in LANGUAGES:
        old, new = (_plain(book, s.act.lang, lang, phrase) for phrase in (node.old, node.new))
        pattern = rf'({lang}\s+"[^"]*?)(?<!\w){re.escape(old)}(?!\w)'
        if old and new and len(re.findall(pattern, changed)) == 1:
            changed = re.sub(pattern, lambda m, new=new: m[1] + new, changed)  # type: ignore[misc]
    if changed != heading.span.text():
        yield Edit(text.path, heading.span.start, heading.span.end, changed)


def _plain(book: Book, written: str, lang: str, phrase: tree.Phrase) -> str:
    return clean(book.printer(written, lang).expression(phrase.value)) if phrase.value is not None else ""


def headnotes_that_say(before: Book, after: Book, sentences: Sequence[Sentence]) -> Iterator[Problem]:
    """A warning for each phrase that headnotes still hold after the amendment: the drafter looks at them."""
    for s in sentences:
        if not isinstance(s.node, PHRASES):
            continue
        said = {lang: _plain(before, s.act.lang, lang, s.node.old) for lang in LANGUAGES}
        kept = isinstance(s.node, tree.InsertPhrase)
        homes = {c.instrument for c in targets(before, s, s.node.at)}
        found = [
            c for _, c, b in after.standing()
            if c.instrument in homes and isinstance(b.heading, tree.Provision) and b.heading.headnote is not None
            and (not kept or any(c.within(t) for t in targets(before, s, s.node.at)))
            and any(said[lang] and _holds(b.heading.headnote[lang], said[lang]) for lang in LANGUAGES)
        ]  # fmt: skip
        if found:
            said_in = Bilingual(*("; ".join(c.name(lang) for c in found) for lang in LANGUAGES))
            yield problem("headnotes-hold", _span(s.node.old), provision=s.citation, there=said_in)


def _holds(text: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None
