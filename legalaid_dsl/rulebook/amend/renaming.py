"""A provision under another number, a thing under another name: every mention follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.citation import Citation, printed_label
from ...basics.problem import RulesetError, problem
from ...language import tree
from ...language.printing.expressions import clean
from ..resolve.addresses import cited, readdressed
from ..resolve.glossary import Entry, plural, singular
from ..resolve.headings import named
from .act import Sentence, heading_of
from .book import Book, Edit, Place, Text, at_heading, inside

LEVELS = ("article", "clause", "point", "sub")


def renumber_edits(book: Book, s: Sentence, node: tree.Renumber, place: Place) -> list[Edit]:
    """The heading gets its new label; addresses and the names of readings follow."""
    old = place.citation
    heading = place.blocks[0][1].heading
    assert isinstance(heading, tree.Provision)
    assert heading.span is not None
    if heading.level != node.level:
        raise RulesetError([s.fails("renumber-level", name=named(old))])
    new = attrs.evolve(old, **{node.level: node.label})
    if new != old and (there := book.place(new)) is not None:
        raise RulesetError([s.fails("provision-there", name=named(new), also=[(there.heading, "name-first-here")])])
    text = heading.span.text()
    label = printed_label(node.label, place.text.lang)
    changed = re.sub(r"^(\S+\s+)[^.\s]+(\s*\.)", lambda m: f"{m[1]}{label}{m[2]}", text)
    edits = [Edit(place.text.path, heading.span.start, heading.span.end, changed)]
    ids = _reading_ids(place, new)
    for each in book.texts.values():
        edits += _addresses(book, each, old, new)
        edits += _readings(each, ids)
    return edits


def _moved(citation: Citation, old: Citation, new: Citation) -> Citation:
    level = next(n for n in LEVELS if getattr(old, n) != getattr(new, n))
    return attrs.evolve(citation, **{level: getattr(new, level)})


def _addresses(book: Book, text: Text, old: Citation, new: Citation) -> Iterator[Edit]:
    """Every address that names the provision, or one inside it."""
    numbers = {h.number: h.key for t in book.texts.values() if (h := heading_of(t)) is not None}
    at = Citation(_home(text, numbers))
    provisions = book.provisions()
    if old == new:
        return
    for node in text.nodes:
        if isinstance(node, tree.Block):
            at = at_heading(node.heading, at)
        for address in inside(node):
            if not isinstance(address, tree.Address) or address.span is None:
                continue
            instrument = numbers.get(address.instrument, "") if address.instrument else at.instrument
            named_ones = cited(address, attrs.evolve(at, instrument=instrument), provisions if address.run else ())
            if any(c.within(old) for c in named_ones):
                written = readdressed(address, tuple(_moved(c, old, new) if c.within(old) else c for c in named_ones))
                if written == address:
                    continue
                printed = clean(book.printer(text.lang, text.lang).address(written))
                yield Edit(text.path, address.span.start, address.span.end, printed)


def _home(text: Text, numbers: dict[str, str]) -> str:
    """The instrument that addresses in a file are read against; for an act, the one it amends."""
    heading = heading_of(text)
    return heading.amends[0] if heading is not None and len(heading.amends) == 1 else text.instrument


def _reading_ids(place: Place, new: Citation) -> dict[str, str]:
    found = {}
    for citation, block in place.blocks:
        for statement in block.statements:
            if isinstance(statement, tree.Reading):
                moved = _moved(citation, place.citation, new) if new != place.citation else citation
                before, after = (c.path.partition("/")[2].replace("/", "_") for c in (citation, moved))
                found[f"{before}_{statement.key}"] = f"{after}_{statement.key}"
    return found


def _readings(text: Text, ids: dict[str, str]) -> Iterator[Edit]:
    for node in inside(text.nodes):
        keys = [k for k, _ in node.choices] if isinstance(node, tree.Read) else []
        keys += [node.key] if isinstance(node, tree.WithReading) else []
        keys += [node.reading] if isinstance(node, tree.ReadAs | tree.Gives | tree.SharedAs) else []
        keys += node.readings if isinstance(node, tree.GroupedAs) else []
        if node.span is not None and any(k in ids for k in keys):
            written = node.span.text()
            for key in keys:
                written = re.sub(rf"(?<!\w){key}(?!\w)", ids.get(key, key), written)
            yield Edit(text.path, node.span.start, node.span.end, written)


# ------------------------------------------------------------------ names


def rename_edits(book: Book, s: Sentence, node: tree.Rename) -> list[Edit]:
    """The glossary line and every mention get the new name."""
    entries = book.glossary.find(s.act.lang, node.name.words)
    if not entries:
        near = (node.name.words, book.glossary.names(s.act.lang, ("term", "choice", "thing", "table")))
        assert node.name.span is not None
        raise RulesetError([problem("unknown-name", node.name.span, provision=s.citation, name=node.name.words, near=near)])
    if len(entries) > 1 or entries[0].kind == "unit":
        raise RulesetError([s.fails("rename-which", name=node.name.words)])
    entry = entries[0]
    old = _names(book, entry)
    edits: list[Edit] = []
    for text in book.texts.values():
        edits += _declared(text, entry, node.names)
        if text.path == s.act.path:
            continue
        forms = {old[0][text.lang], old[1][text.lang]}
        for each in inside(text.nodes):
            if isinstance(each, tree.Name) and each.span is not None:
                words = each.words if each.words in forms else each.words[:1].lower() + each.words[1:]
                if words in forms:
                    new = plural(node.names) if words == old[1][text.lang] != old[0][text.lang] else singular(node.names)
                    edits.append(Edit(text.path, each.span.start, each.span.end, new[text.lang]))
    return edits


def _names(book: Book, entry: Entry) -> tuple[Bilingual, Bilingual]:
    """Singular and plural in both languages."""
    forms = [Bilingual(*(book.glossary.words(entry, lang, plural=many) for lang in LANGUAGES)) for many in (False, True)]
    return forms[0], forms[1]


def _declared(text: Text, entry: Entry, names: Bilingual) -> Iterator[Edit]:
    for node in inside(text.nodes):
        declares = isinstance(node, tree.Term | tree.Thing | tree.Table | tree.OneChoice | tree.NamedGroup) and node.key == entry.key
        if declares and node.span is not None:
            written = node.span.text()
            for lang in LANGUAGES:
                said = getattr(names, lang)
                if said:
                    written = re.sub(rf'(?<!\w){lang}\s+"[^"]*"', f'{lang} "{said}"', written, count=1)
            if written != node.span.text():
                yield Edit(text.path, node.span.start, node.span.end, written)
