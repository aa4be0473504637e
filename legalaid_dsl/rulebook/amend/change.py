"""What each amending sentence does to the files: as edits of their texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.citation import Citation
from ...basics.problem import RulesetError, problem
from ...language import tree
from ...language.layout import Layout
from ...language.printing import clean
from ..headings import named, nowhere
from .act import Sentence, heading_of
from .book import Book, Edit, Place, Text, inside
from .declared import declared_edits
from .renaming import rename_edits, renumber_edits
from .settling import settled_edits


def edits_of(book: Book, s: Sentence) -> list[Edit]:
    """The edits that carry a sentence out. Raises RulesetError when it cannot be carried out."""
    match s.node:
        case tree.ReplacePhrase():
            return _phrase(book, s, s.node)
        case tree.ReplaceProvision():
            place = _one(book, s, s.node.at)
            _same_heading(s, place)
            return [Edit(place.text.path, place.start, place.end, new_text(book, s, place.text))]
        case tree.AddAfter():
            return _add_after(book, s, s.node)
        case tree.AddTo():
            place = _one(book, s, s.node.at)
            end = place.blocks[0][1].span
            assert end is not None
            return [Edit(place.text.path, end.end, end.end, _apart(book, place, new_text(book, s, place.text)))]
        case tree.Repeal(at=at):
            return [_deleted(p) for c in targets(book, s, at) for p in [_there(book, c)]]
        case tree.Suspend(at=at):
            return [e for c in targets(book, s, at) for e in _suspended(_there(book, c))]
        case tree.Renumber():
            return renumber_edits(book, s, s.node, _one(book, s, s.node.at))
        case tree.Rename():
            return rename_edits(book, s, s.node)
        case tree.Settle():
            return settled_edits(book, s, s.node)
        case _:
            return declared_edits(book, s)


def touched(book: Book, s: Sentence) -> list[Citation]:
    """The provisions that a sentence changes; none for names and figures."""
    return targets(book, s, s.node.at) if isinstance(s.node, tree.Amending) else []


# ------------------------------------------------------------------ addresses


def targets(book: Book, s: Sentence, at: tree.Address) -> list[Citation]:
    """The provisions that an address names in the instruments that the act amends."""
    assert at.span is not None
    headings = {h.number: h for t in book.texts.values() if (h := heading_of(t)) is not None}
    amended = next((h.amends for h in headings.values() if h.key == s.act.instrument), ())
    if at.instrument:
        if at.instrument not in headings:
            near = (at.instrument, headings)
            raise _wrong(s, "no-such-instrument", at, name=at.instrument, near=near, there=", ".join(headings))
        instrument = headings[at.instrument].key
    elif len(amended) == 1:
        instrument = amended[0]
    else:
        raise _wrong(s, "amends-which", at, there=", ".join(amended))
    if not at.article:
        raise _wrong(s, "address-without-article", at)
    found = [Citation(instrument, at.article, at.clause, p) for p in at.points or ("",)]
    for citation in found:
        if book.place(citation) is None:
            raise RulesetError([nowhere(book.provisions(), citation, at, s.citation)])
    return found


def _wrong(s: Sentence, code: str, node: tree.Node, **values: object) -> RulesetError:
    assert node.span is not None
    return RulesetError([problem(code, node.span, provision=s.citation, **values)])  # type: ignore[arg-type]


def _there(book: Book, citation: Citation) -> Place:
    place = book.place(citation)
    assert place is not None
    return place


def _one(book: Book, s: Sentence, at: tree.Address) -> Place:
    found = targets(book, s, at)
    if len(found) > 1:
        raise _wrong(s, "one-provision-only", at)
    return _there(book, found[0])


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
        raise _wrong(s, "heading-differs", node, name=named(place.citation))


def _add_after(book: Book, s: Sentence, node: tree.AddAfter) -> list[Edit]:
    place = _one(book, s, node.at)
    old, new = place.blocks[0][1].heading, s.new[0].heading
    assert isinstance(old, tree.Provision)
    if not isinstance(new, tree.Provision) or new.level != old.level:
        found = new if new is not None else s.new[0].statements[0]
        raise _wrong(s, "heading-differs-level", found, name=named(place.citation))
    citation = attrs.evolve(place.citation, **{new.level: new.label})
    there = book.place(citation)
    if there is not None:
        raise _wrong(s, "provision-there", new, name=named(citation), also=[(there.heading, "name-first-here")])
    return [Edit(place.text.path, place.end, place.end, "\n\n" + new_text(book, s, place.text))]


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
        if isinstance(block.heading, tree.Provision):
            depth = ("article", "clause", "point", "example").index(block.heading.level) + 1
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
    """The sentences go, the headings stay; readings stay too, for others may name them."""
    for _, block in place.blocks:
        for statement in block.statements:
            if not isinstance(statement, tree.Reading) and statement.span is not None:
                yield Edit(place.text.path, statement.span.start, statement.span.end, "")


# ------------------------------------------------------------------ phrases


def _phrase(book: Book, s: Sentence, node: tree.ReplacePhrase) -> list[Edit]:
    """The one place where an expression stands; the headnotes that say it follow."""
    wanted = clean(book.printer(s.act.lang, "en").expression(node.old))
    found: list[tuple[Text, tree.Block, tree.Expression]] = []
    places = [_there(book, c) for c in targets(book, s, node.at)]
    for place in places:
        english = book.printer(place.text.lang, "en")
        for _, block in place.blocks:
            for each in (n for x in block.statements for n in inside(x)):
                if isinstance(each, tree.Expression) and clean(english.expression(each)) == wanted:
                    found.append((place.text, block, each))
    if not found:
        there = _quantities(book, places)
        also = [(places[0].heading, "phrase-not-here")]
        raise _wrong(s, "phrase-not-found", node.old, name=named(places[0].citation), there=there, also=also)
    if len(found) > 1:
        also = [(n.span, "phrase-here") for _, _, n in found if n.span is not None]
        raise _wrong(s, "phrase-twice", node.old, name=named(places[0].citation), count=len(found), also=also)
    text, block, old = found[0]
    assert old.span is not None
    printed = book.printer(s.act.lang, text.lang).instead(node.new, old)
    return [Edit(text.path, old.span.start, old.span.end, printed), *_headnote(book, s, node, text, block)]


def _quantities(book: Book, places: list[Place]) -> Bilingual:
    """The figures that stand in provisions, for a hint."""
    found: dict[str, str] = {}
    for place in places:
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
        printer = book.printer(s.act.lang, lang)
        old, new = (clean(printer.expression(n)) for n in (node.old, node.new))
        pattern = rf'({lang}\s+"[^"]*?)(?<!\w){re.escape(old)}(?!\w)'
        if len(re.findall(pattern, changed)) == 1:
            changed = re.sub(pattern, lambda m, new=new: m[1] + new, changed)  # type: ignore[misc]
    if changed != heading.span.text():
        yield Edit(text.path, heading.span.start, heading.span.end, changed)
