"""The glossary lines of all files of a ruleset, put together and indexed by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.keywords import is_keyword
from ...basics.problem import Problem, problem
from ...basics.source import Span
from ...basics.spelling import did_you_mean
from ...language import tree
from ...language.grammar import Lexicon
from ...language.recovery.words import language_name
from ..model import PRESENCE, ROOT, Choice, Table, Term, Thing, Type, Vocabulary
from ..reserved import check_keys
from ..units import PLAIN, Unit

GLOSSARY_LINES = tree.Thing | tree.Unit | tree.Choices | tree.Term | tree.Table | tree.NamedGroup


@attrs.frozen(slots=True)
class Entry:
    """What a name means: kind is term, choice, thing, table, group or unit."""

    kind: str
    key: str
    vocabulary: str = ""


@attrs.define(slots=True)
class Glossary:
    """Two are equal when they say the same, wherever it stands."""

    things: dict[str, Thing] = attrs.Factory(dict)
    vocabularies: dict[str, Vocabulary] = attrs.Factory(lambda: {PRESENCE.key: PRESENCE})
    terms: dict[str, Term] = attrs.Factory(dict)
    tables: dict[str, Table] = attrs.Factory(dict)
    units: dict[str, tuple[Bilingual, Bilingual]] = attrs.Factory(dict)
    groups: dict[str, Bilingual] = attrs.Factory(dict)  # their names
    results: dict[str, tree.Result] = attrs.Factory(dict)
    as_of: dict[str, tree.Expression] = attrs.Factory(dict)  # of a figure: its date where none is said
    problems: list[Problem] = attrs.field(factory=list, eq=False)
    mended: list[Problem] = attrs.field(factory=list, eq=False)  # those after which a term is read as it was meant
    _index: dict[str, dict[str, list[Entry]]] = attrs.Factory(lambda: {lang: {} for lang in LANGUAGES})
    _declared: dict[tuple[str, str], Span | None] = attrs.field(factory=dict, eq=False)
    _only: dict[str, str] = attrs.field(factory=dict, eq=False, alias="_only")

    @classmethod
    def of(cls, statements: Iterable[tree.Statement], only: Mapping[str, str] | None = None) -> Glossary:
        """The glossary of the lines that are among the statements of all files. ``only``: the one language of a file, by its
        name, where the instrument says that it has one."""
        glossary = cls(_only=dict(only or {}))
        tables = []
        for statement in statements:
            if isinstance(statement, tree.Table):
                tables.append(statement)
            else:
                glossary.add(statement)
        glossary.finish(tables)
        return glossary

    def find(self, lang: str, words: str) -> list[Entry]:
        """Every meaning of a name; a capital first letter is no difference."""
        index = self._index[lang]
        return index.get(words) or index.get(words[:1].lower() + words[1:]) or []

    def names(self, lang: str, kinds: Iterable[str]) -> list[str]:
        wanted = set(kinds)
        return [w for w, entries in self._index[lang].items() if any(e.kind in wanted for e in entries)]

    def lexicon(self) -> Lexicon:
        """All names, for the lexer of files that use this glossary."""
        terms, units, pairs = [], [], []
        for lang, index in self._index.items():
            for words, entries in index.items():
                kinds = {e.kind for e in entries}
                terms += [(lang, words)] if kinds - {"unit"} else []
                units += [(lang, words)] if "unit" in kinds else []
                pairs += [(words, self.words(entries[0], "vi"))] if lang == "en" else []
        return Lexicon(tuple(terms), tuple(units), tuple(pairs))

    def words(self, entry: Entry, lang: str, *, plural: bool = False) -> str:
        """The name of a meaning in a language."""
        match entry.kind:
            case "term":
                return self.terms[entry.key].names[lang]
            case "choice":
                return self.vocabularies[entry.vocabulary].choices[entry.key].names[lang]
            case "thing":
                thing = self.things[entry.key]
                return (thing.plurals if plural else thing.names)[lang]
            case "table":
                return self.tables[entry.key].names[lang]
            case "group":
                return self.groups[entry.key][lang]
            case _:
                return self.units[entry.key][plural][lang]

    def _name(self, names: Bilingual, entry: Entry, span: Span | None) -> None:
        for lang in LANGUAGES:
            for words in _forms(names, lang):
                if is_keyword(lang, words):
                    if span is not None and getattr(names, lang):
                        self.problems.append(problem("name-keyword", name_span(span), name=words))
                    continue
                entries = self._index[lang].setdefault(words, [])
                if entry in entries:
                    continue
                clash = [e for e in entries if e.kind == entry.kind and e.vocabulary == entry.vocabulary]
                if clash and span is not None:
                    first = self._declared.get((clash[0].kind, clash[0].key))
                    also = [(first, "name-first-here")] if first is not None else []
                    self.problems.append(problem("name-taken", span, name=words, also=also))
                entries.append(entry)

    def _declare(self, entry: Entry, names: Bilingual, span: Span | None, same: bool) -> bool:
        """Note a declaration; a second one under the same key must say the same."""
        slot = (entry.kind + entry.vocabulary, entry.key)
        if slot in self._declared:
            if not same and span is not None:
                first = self._declared[slot]
                also = [(first, "name-first-here")] if first is not None else []
                self.problems.append(problem("declared-twice", span, key=entry.key, also=also))
            return False
        self._declared[slot] = span
        only = self._only.get(span.source.name) if span is not None else None
        lacking = [lang for lang in ((only,) if only else LANGUAGES) if not getattr(names, lang)]
        if lacking and span is not None:
            self.problems.append(problem("name-lacking", name_span(span), name=names, language=language_name(lacking[0]), lang=lacking[0]))
        self._name(names, entry, span)
        return True

    def add(self, node: tree.Statement) -> bool:
        """Take a glossary line; False when the statement is none."""
        match node:
            case tree.Thing():
                self._add_thing(node)
            case tree.Unit():
                forms = singular(node.names), plural(node.names)
                same = self.units.get(node.key) == forms
                if self._declare(Entry("unit", node.key), node.names, node.span, same):
                    self.units[node.key] = forms
            case tree.Choices():
                self._add_choices(node)
            case tree.Table():
                pass  # its columns need every vocabulary: finish()
            case tree.Term():
                self._add_term(node)
            case tree.NamedGroup(names=names, key=key, span=span):
                if self._declare(Entry("group", key), names, span, False):
                    self.groups[key] = singular(names)
            case _:
                return False
        return True

    def _add_thing(self, node: tree.Thing) -> None:
        thing = Thing(
            node.key, singular(node.names), plural(node.names), node.listed_in,
            f"{node.key}.{node.in_order_of}" if node.in_order_of else "", node.none_unless_stated,
            node.identified,
        )  # fmt: skip
        same = self.things.get(node.key) == thing
        if self._declare(Entry("thing", node.key), node.names, node.span, same):
            self.things[node.key] = thing

    def _add_choices(self, node: tree.Choices) -> None:
        also = {c.key: c.also for c in node.items}
        found: dict[str, Choice] = {}
        for rank, item in enumerate(node.items):
            if item.key in found and item.span is not None:
                first = next(i.span for i in node.items if i.key == item.key)
                places = [(first, "name-first-here")] if first is not None else []
                self.problems.append(problem("declared-twice", item.span, key=item.key, also=places))
            kinds, key = [item.key], item.also
            while key and key not in kinds:
                kinds.append(key)
                key = also.get(key, "")
            found[item.key] = Choice(item.key, singular(item.names), tuple(kinds), rank)
        vocabulary = Vocabulary(node.key, node.rising, found)
        if node.key in self.vocabularies:
            if self.vocabularies[node.key] != vocabulary and node.span is not None:
                before = self._declared.get(("choices", node.key))
                places = [(before, "name-first-here")] if before is not None else []
                self.problems.append(problem("declared-twice", node.span, key=node.key, also=places))
            return
        self.vocabularies[node.key] = vocabulary
        self._declared[("choices", node.key)] = node.span
        for item in node.items:
            self._declare(Entry("choice", item.key, node.key), item.names, item.span, True)

    def _add_term(self, node: tree.Term) -> None:
        thing, _, path = node.key.partition(".")
        if not path or thing not in self.things:
            if not path and not node.fact:
                thing, path = "", node.key  # a dated figure belongs to no thing
            elif node.span is not None:
                self.problems.append(problem("term-of-no-thing", node.span, key=node.key, there=", ".join(self.things)))
                return
        named = node.type
        of = Unit.of(named.of.unit, named.of.per) if named.of is not None else PLAIN
        unit = Unit.of(named.unit, named.per) if named.kind in ("number", "ranges") else of if named.kind == "scale" else PLAIN
        kind = Type(named.kind, unit, named.key, of)
        if (node.as_of is not None or named.of is not None) and (thing or node.fact):
            if node.span is not None:
                self.problems.append(problem("no-dated-figure", node.span, key=node.key, name=singular(node.names)))
            return
        term = Term(
            node.key, thing, tuple(path.split(".")), singular(node.names), kind, node.fact,
            node.none_unless_stated, node.no_unless_stated, node.each_once, "", named.inverse is not None,
            node.asked, None, node.decisive, node.date_of_law, node.in_passing,
            node.decided_elsewhere, span=node.span,
        )  # fmt: skip
        if not self._declare(Entry("term", node.key), node.names, node.span, False):
            return
        self.terms[node.key] = term
        if node.result is not None:
            self.results[node.key] = node.result
        if node.as_of is not None:
            self.as_of[node.key] = node.as_of
        if named.inverse is not None:
            inverse = attrs.evolve(
                term, key=named.inverse_key, thing=named.key, path=(named.inverse_key.partition(".")[2],),
                names=named.inverse, type=Type("reference", PLAIN, thing), fact=False,
                inverse_of=node.key, one_to_one=False, asked=None,
            )  # fmt: skip
            if self._declare(Entry("term", inverse.key), named.inverse, node.span, False):
                self.terms[inverse.key] = inverse

    def finish(self, tables: Iterable[tree.Table]) -> None:
        """Tables, once every vocabulary is known; and what keys refer to."""
        for node in tables:
            columns = tuple((key, self._column(key)) for key in node.by)
            for key, vocabulary in columns:
                if not vocabulary and node.span is not None:
                    self.problems.append(problem("no-such-column", node.span, key=key))
            table = Table(node.key, node.names, columns, Unit.of(node.unit), node.unit, node.complete_for)
            same = self.tables.get(node.key) == table
            if self._declare(Entry("table", node.key), node.names, node.span, same):
                self.tables[node.key] = table
        for term in list(self.terms.values()):
            self._check_type(term)
        self.problems += check_keys(self)

    def declared_at(self, kind: str, key: str, vocabulary: str = "") -> Span | None:
        """Where a name was declared first."""
        return self._declared.get((kind + vocabulary, key))

    def _column(self, key: str) -> str:
        """A column is named after a vocabulary, or a term of it (offence_class)."""
        if key in self.vocabularies:
            return key
        for term in self.terms.values():
            if term.path[-1] == key and term.type.kind == "choice":
                return term.type.key
        return ""

    def _check_type(self, term: Term) -> None:
        if term.span is None:
            return
        if term.decisive and term.thing != ROOT:
            self.problems.append(problem("decisive-of-many", term.span, name=term.names))
        kind = term.type
        if kind.kind in ("choice", "choices") and kind.key not in self.vocabularies:
            near = (kind.key, self.vocabularies)
            self.problems.append(problem("no-such-choices", term.span, key=kind.key, near=near))
        elif kind.kind == "reference" and kind.key not in self.things:
            self.problems.append(problem("no-such-thing", term.span, key=kind.key, near=(kind.key, self.things)))
        for key, power in {**dict(kind.unit.powers), **dict(kind.of.powers)}.items():
            if key not in self.units:
                meant = did_you_mean(key, self.units)
                if meant is not None:  # the rules are read with the unit that was meant
                    unit = kind.unit.times(Unit(((key, power),)), -1).times(Unit(((meant, power),)))
                    self.terms[term.key] = attrs.evolve(term, type=attrs.evolve(kind, unit=unit))
                found = problem("no-such-unit", term.span, key=key, near=(key, self.units))
                self.problems.append(found)
                self.mended += [found] if meant is not None else []


def name_span(span: Span) -> Span:
    """The names in a declaration, or its whole."""
    m = re.search(r'(?:\s*(?:en|vi)\s+"[^"\n]*")+', span.text())
    return span.source.span(span.start + m.start() + 1 if m.start() else span.start, span.start + m.end()) if m else span


def _forms(names: Bilingual, lang: str) -> list[str]:
    text = getattr(names, lang) or names[lang]
    return [part.strip() for part in text.split("|") if part.strip()] or [""]


def singular(names: Bilingual) -> Bilingual:
    """The first of the forms that stand before and after |: singular, or short."""
    return Bilingual(_forms(names, "en")[0], _forms(names, "vi")[0])


def plural(names: Bilingual) -> Bilingual:
    """The last of the forms: plural, or whole."""
    return Bilingual(_forms(names, "en")[-1], _forms(names, "vi")[-1])
