"""Where names and addresses stand in the files, and what each of them means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.citation import Citation, printed_label
from ...basics.source import Source
from ...language import tree
from ...rulebook.model import ROOT
from ...rulebook.resolve.addresses import cited
from ...rulebook.resolve.glossary import Entry, Glossary
from ...rulebook.resolve.outline import DEPTHS
from ...rulebook.resolve.scopes import steps_to
from .project import CaseFile, State, citation_under

Target = Entry | Citation


@attrs.frozen(slots=True, eq=False)
class Occurrence:
    """A stretch of a file that means something. ``lang``: the language of the words there."""

    source: Source
    start: int
    end: int
    target: Target
    lang: str
    declares: bool = False


def of_law(state: State, file_index: int) -> list[Occurrence]:
    """The occurrences of one rule file."""
    file = state.survey.files[file_index]
    walk = _Walk(state, file.lang, Citation(file.instrument))
    scopes: list[tuple[int, str]] = []
    depth = 0
    for block in file.blocks:
        walk.at = citation_under(block, walk.at)
        if isinstance(block.heading, tree.Provision | tree.Division):
            depth = DEPTHS[block.heading.level]
            scopes = [s for s in scopes if s[0] < depth]
        if isinstance(block.heading, tree.Provision):
            walk.heading(block.heading)
        walk.scope = scopes[-1][1] if scopes else ""
        for statement in block.statements:
            if isinstance(statement, tree.Scope):
                walk.scope = walk.thing(statement.thing) or walk.scope
                scopes = [*(s for s in scopes if s[0] < depth), (depth, walk.scope)]
            else:
                walk.statement(statement)
    return [o for found in walk.found for o in _in_file(state, found)]


def _in_file(state: State, found: Occurrence) -> Iterator[Occurrence]:
    """An occurrence at its place in the file, out of the part that was read."""
    place = state.place(found.source.span(found.start, found.end))
    if place is not None:
        yield attrs.evolve(found, source=place.source, start=place.start, end=place.end)


def of_cases(state: State, file: CaseFile) -> list[Occurrence]:
    """The occurrences of one .case file, at their places in the file."""
    found: list[Occurrence] = []
    for piece in file.pieces:
        walk = _Walk(state, file.lang, Citation(state.survey.key), ROOT)
        for example in piece.examples:
            walk.example(example)
        found += [
            attrs.evolve(o, source=file.source, start=o.start + piece.base, end=o.end + piece.base) for o in walk.found
        ]
    return found


def everywhere(state: State) -> Iterator[tuple[Occurrence, object]]:
    """Every occurrence of a ruleset with the path of its file."""
    for i, file in enumerate(state.survey.files):
        for occurrence in of_law(state, i):
            yield occurrence, file.path
    for cases in state.cases:
        for occurrence in of_cases(state, cases):
            yield occurrence, cases.path


def at(occurrences: Iterable[Occurrence], offset: int) -> Occurrence | None:
    """The narrowest occurrence that an offset stands in."""
    around = [o for o in occurrences if o.start <= offset <= o.end]
    return min(around, key=lambda o: (o.end - o.start, offset == o.end), default=None)


def addressed(node: tree.Address, at: Citation, state: State) -> tuple[Citation, ...]:
    """The provisions that an address names, whether or not they exist."""
    instrument = at.instrument
    if node.instrument:
        by_number = {i.number: i.key for i in state.survey.collector.instruments.values()}
        instrument = by_number.get(node.instrument, "")
    return cited(node, attrs.evolve(at, instrument=instrument), state.survey.collector.provisions)


@attrs.define(slots=True)
class _Walk:
    """Walks the trees of one file, keeping the place and the thing in hand."""

    state: State
    lang: str
    at: Citation
    scope: str = ""
    found: list[Occurrence] = attrs.Factory(list)

    @property
    def glossary(self) -> Glossary:
        return self.state.glossary

    def note(
        self, node: tree.Node, target: Target, *, start: int = -1, end: int = -1, declares: bool = False, lang: str = ""
    ) -> None:
        span = node.span
        if span is None:
            return
        first, last = (span.start, span.end) if start < 0 else (span.start + start, span.start + end)
        self.found.append(Occurrence(span.source, first, last, target, lang or self.lang, declares))

    # -------------------------------------------------------------- headings and statements

    def heading(self, node: tree.Provision) -> None:
        if node.span is not None:
            mark = node.span.text().find(".")
            self.note(node, self.at, start=0, end=mark if mark > 0 else len(node.span.text()), declares=True)

    def statement(self, node: tree.Node) -> None:
        match node:
            case tree.Thing():
                self.declared(node, node.names, Entry("thing", node.key))
            case tree.Unit():
                self.declared(node, node.names, Entry("unit", node.key))
            case tree.Table():
                self.declared(node, node.names, Entry("table", node.key))
            case tree.NamedGroup():
                self.declared(node, node.names, Entry("group", node.key))
                self.group(node.group, None)
            case tree.Choices():
                for item in node.items:
                    self.declared(item, item.names, Entry("choice", item.key, node.key))
            case tree.Term():
                self.declared(node, node.names, Entry("term", node.key))
                if node.type.inverse is not None:
                    self.declared(node, node.type.inverse, Entry("term", node.type.inverse_key))
                if node.result is not None and node.result.condition is not None:
                    self.scope = node.key.partition(".")[0]
                    self.expression(node.result.condition)
            case tree.Reading():
                self.keyed(node, node.key, self.reading_id(node.key, own=True), declares=True)
                self.expression(node.choices)
            case tree.Read():
                for key, _ in node.choices:
                    self.keyed(node, key, self.reading_id(key))
            case _:
                self.expression(node)

    def reading_id(self, key: str, *, own: bool = False) -> Entry:
        known = self.state.survey.collector.readings
        chain = [self.at] if own else [c for c in self.at.chain() if c.article]
        ids = [f"{c.path.partition('/')[2].replace('/', '_')}_{key}" for c in chain]
        return Entry("reading", next((i for i in [*ids, key] if i in known), ids[0] if ids else key))

    def keyed(self, node: tree.Node, key: str, target: Entry, *, declares: bool = False) -> None:
        """The place of a key inside a sentence."""
        text = node.span.text() if node.span is not None else ""
        match = re.search(
            rf"(?<![\w.]){re.escape(key)}(?![\w.]*\w)", re.sub(r'"[^"\n]*"', lambda m: "_" * len(m[0]), text)
        )
        if match is not None:
            self.note(node, target, start=match.start(), end=match.end(), declares=declares)

    def declared(self, node: tree.Node, names: Bilingual, entry: Entry) -> None:
        """Each name in the quotations of a glossary line ("session | sessions" are two)."""
        text = node.span.text() if node.span is not None else ""
        for lang in LANGUAGES:
            for match in re.finditer(rf'{lang}\s+"([^"\n]*)"', text):
                if " ".join(match[1].split()) == getattr(names, lang):
                    for form in re.finditer(r"[^|]+", match[1]):
                        words = form[0].strip()
                        start = match.start(1) + form.start() + len(form[0]) - len(form[0].lstrip())
                        self.note(node, entry, start=start, end=start + len(words), declares=True, lang=lang)
                    break

    # -------------------------------------------------------------- expressions

    def expression(self, node: object) -> None:
        """Whatever stands inside a statement."""
        match node:
            case tree.Path(names=names):
                self.path(names)
            case tree.Aggregate(value=value, group=group, empty=empty):
                self.group(group, value)
                self.expression(empty)
            case tree.Lookup(table=table, arguments=arguments):
                self.name(table, ("table",))
                self.expression(arguments)
            case tree.Name():
                self.name(node)
            case tree.Quantity():
                self.quantity(node)
            case tree.ReadAs(reading=key) | tree.Gives(reading=key) | tree.SharedAs(reading=key):
                self.keyed(node, key, self.reading_id(key))
            case tree.GroupedAs(readings=keys):
                for key in keys:
                    self.keyed(node, key, self.reading_id(key))
            case tree.Address():
                self.address(node)
            case tuple():
                for item in node:
                    self.expression(item)
            case tree.Node():
                for field in attrs.fields(type(node)):
                    if field.name != "span":
                        self.expression(getattr(node, field.name))

    def group(self, group: tree.Group, value: object) -> None:
        thing = self.thing(group.thing)
        self.expression(group.of)
        outside, self.scope = self.scope, thing or self.scope
        self.expression((value, group.same, group.grouped_as, group.where))
        self.scope = outside

    def path(self, names: tuple[tree.Name, ...]) -> None:
        scope = self.scope
        for name in reversed(names):
            entry = self.name(name, scope=scope)
            term = self.glossary.terms.get(entry.key) if entry is not None and entry.kind == "term" else None
            scope = term.type.key if term is not None and term.type.kind == "reference" else scope

    def thing(self, name: tree.Name) -> str:
        entry = self.name(name, ("thing", "group"))
        if entry is not None and entry.kind == "group" and entry.key in self.state.survey.collector.groups:
            declared = self.state.survey.collector.groups[entry.key][0]
            lang = declared.span.source.lang if declared.span is not None else self.lang
            things = [e.key for e in self.glossary.find(lang, declared.group.thing.words) if e.kind == "thing"]
            return things[0] if things else ""
        return entry.key if entry is not None and entry.kind == "thing" else ""

    def name(self, node: tree.Name, kinds: tuple[str, ...] = (), scope: str | None = None) -> Entry | None:
        """Note what a name means here: of several terms, the one nearest to the thing in hand."""
        entries = [e for e in self.glossary.find(self.lang, node.words) if e.kind != "unit"]
        entries = [e for e in entries if e.kind in kinds] or entries
        if not entries:
            return None
        here = self.scope if scope is None else scope
        entry = min(entries, key=lambda e: self._distance(e, here)) if len(entries) > 1 else entries[0]
        self.note(node, entry)
        return entry

    def _distance(self, entry: Entry, scope: str) -> int:
        term = self.glossary.terms.get(entry.key) if entry.kind == "term" else None
        steps = steps_to(self.glossary, scope, term.thing) if term is not None else None
        return 50 if steps is None else len(steps)

    def quantity(self, node: tree.Quantity) -> None:
        text = node.span.text() if node.span is not None else ""
        begin = 0
        for words in (node.unit, node.per):
            entries = [e for e in self.glossary.find(self.lang, words) if e.kind == "unit"] if words else []
            match = (
                re.compile(r"\s+".join(map(re.escape, (words or "").split()))).search(text, begin) if entries else None
            )
            if match is not None:
                self.note(node, entries[0], start=match.start(), end=match.end())
                begin = match.end()

    def address(self, node: tree.Address) -> None:
        """A single provision by the whole address; of several, each by its label."""
        citations = addressed(node, self.at, self.state)
        if len(citations) == 1 or node.span is None:
            self.note(node, citations[0])
            return
        self.note(node, citations[0].chain()[1])
        level = next(x for x in ("sub", "point", "clause", "article") if getattr(citations[0], x))
        begin = 0
        for label in getattr(node, f"{level}s"):
            shown = "|".join({label, printed_label(label, "vi")})
            match = re.compile(rf"(?<!\w)(?:{shown})(?!\w)").search(node.span.text(), begin)
            citation = next((c for c in citations if getattr(c, level) == label), None)
            if match is not None and citation is not None:
                self.note(node, citation, start=match.start(), end=match.end())
                begin = match.end()

    # -------------------------------------------------------------- examples

    def example(self, node: tree.Example) -> None:
        self.keyed(node, node.key, Entry("case", node.key), declares=True)
        for line in node.lines:
            match line:
                case tree.Like(key=key):
                    self.keyed(line, key, Entry("case", key))
                case tree.WithReading(key=key):
                    self.keyed(line, key, Entry("reading", key))
                case tree.GivenThing(thing=thing, owner=owner, pairs=pairs):
                    self.scope = self.thing(thing) or ROOT
                    self.expression(pairs)
                    if owner is not None:
                        self.thing(owner[0])
                case tree.ExpectThing(thing=thing, pairs=pairs):
                    self.scope = self.thing(thing) or ROOT
                    self.expression(pairs)
                case _:
                    self.scope = ROOT
                    self.expression(line)

