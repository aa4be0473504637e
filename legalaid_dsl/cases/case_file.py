"""Worked examples (``.case`` files): the facts they give, as a case file would."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation, order_key
from ..basics.problem import Problem, RulesetError, did_you_mean, listed, problem
from ..basics.quantity import decimal_text, number_for
from ..basics.source import Span
from ..basics.source_text import called, read_source
from ..language import tree
from ..language.grammar import build_parser, language_of, word_of
from ..language.parsing.parse import read_file
from ..language.recovery.phrases import number_in_words
from ..language.recovery.words import language_name
from ..rulebook.model import ROOT, Rulebook, Term
from ..rulebook.resolve.addresses import cited
from ..rulebook.resolve.expressions import Resolver
from ..rulebook.resolve.glossary import Glossary
from ..rulebook.resolve.headings import apart, cut_apart
from ..rulebook.resolve.type_errors import described
from ..rulebook.units import Unit
from . import case_checks as checks
from .worked import Expected as Expected
from .worked import WorkedCase as WorkedCase


def read_cases(rulebook: Rulebook, paths: list[Path]) -> list[WorkedCase]:
    """The examples of the files, in order. Raises RulesetError with every problem."""
    problems: list[Problem] = []
    examples: list[tuple[str, tree.Example]] = []
    parsers: dict[str, Any] = {}
    guessed: list[Span] = []
    lost: list[str] = []
    lexicon = rulebook.glossary.lexicon()
    for path in paths:
        source, found = read_source(path, f"{called(path.parent)}/{path.name}")
        lang = language_of(source.text)
        if lang not in parsers:
            parsers[lang] = build_parser(lang, lexicon)
        read = read_file(source, parsers[lang], lang, lexicon)
        problems += [*found, *read.problems]
        guessed += read.guessed
        lost += read.lost
        examples += [(lang, e) for e in read.nodes]
    cases, more = make_cases(rulebook, examples)
    problems += checks.standing(more, problems, guessed, lost)
    if problems:
        raise RulesetError(problems)
    return cases


def make_cases(
    rulebook: Rulebook, examples: Iterable[tuple[str, tree.Example]], beside: Iterable[str] = ()
) -> tuple[list[WorkedCase], list[Problem]]:
    """Examples already parsed, each with its language: made ready as far as they can be, and every problem.

    ``beside``: the keys of examples that are not among them, for hints.
    """
    problems: list[Problem] = []
    reader = _Reader(rulebook, {}, problems, beside=tuple(beside))
    return [reader.case(lang, example) for lang, example in examples], problems


class _Wrong(Exception):
    pass


@attrs.define(slots=True)
class _Reader:
    rulebook: Rulebook
    known: dict[str, WorkedCase]
    problems: list[Problem]
    given: list[tuple[tuple[object, ...], str, Span]] = attrs.Factory(list)  # facts of the example in hand
    pointed: list[tuple[str, str, Span]] = attrs.Factory(list)  # items that it speaks of
    beside: tuple[str, ...] = ()

    @property
    def glossary(self) -> Glossary:
        return self.rulebook.glossary

    def fail(self, code: str, node: tree.Node, **values: Any) -> _Wrong:
        assert node.span is not None
        self.problems.append(problem(code, node.span, **values))
        return _Wrong()

    def case(self, lang: str, node: tree.Example) -> WorkedCase:
        case = WorkedCase(node.key, node)
        if node.key in self.known:
            also = [(checks.case_span(self.known[node.key].node), "name-first-here")]
            self.problems.append(problem("case-twice", checks.case_span(node), key=node.key, also=also))
        self.given, self.pointed = [], []
        before = len(self.problems)
        for line in node.lines:
            self.problems += checks.options(self.rulebook, line)
            try:
                case = self._line(lang, line, case)
            except _Wrong:
                continue
        self.problems += [*checks.items(case, self.pointed), *checks.twice(self.given)]
        if len(self.problems) == before:
            self.problems += checks.expects_nothing(case)
        case.facts.setdefault("case_id", case.key)
        self.known[node.key] = case
        return case

    def _line(self, lang: str, line: tree.CaseLine, case: WorkedCase) -> WorkedCase:
        match line:
            case tree.Like(key=key):
                if key not in self.known:
                    raise self.fail("no-such-case", line, key=key, near=(key, [*self.beside, *self.known]))
                other = self.known[key]
                facts, handles = copy.deepcopy((other.facts, other.handles))
                facts.pop("case_id", None)
                return attrs.evolve(
                    case, facts=facts, handles=handles, figures=other.figures, readings=dict(other.readings)
                )
            case tree.Pair():
                self._put(lang, ROOT, case.facts, line)
            case tree.GivenThing():
                self._thing(lang, line, case)
            case tree.Without():
                self._without(lang, line, case)
            case tree.WithFigures(key=key):
                case.figures = key
            case tree.WithReading(key=key, choice=choice):
                if key not in self.rulebook.readings:
                    raise self.fail("no-such-reading", line, key=key, near=(key, self.rulebook.readings))
                case.readings[key] = choice
            case tree.ExpectStatus():
                case.status = line
            case tree.ExpectFinding():
                case.findings.append(line)
            case tree.ExpectFact(pair=pair):
                case.expected.append(self._expected(lang, ROOT, "", pair))
            case tree.ExpectThing(thing=thing, identifier=identifier, pairs=pairs):
                key = self._thing_key(lang, thing)
                assert line.span is not None
                self.pointed.append((key, identifier, thing.span or line.span))
                case.expected += [self._expected(lang, key, identifier, p) for p in pairs]
            case tree.Because(addresses=addresses, negated=negated):
                for a, b in cut_apart(addresses):
                    self.problems.append(apart(a, b, Citation(self.rulebook.id)))
                    raise _Wrong
                case.because += [(c, negated, a) for a in addresses for c in self._citations(a)]
        return case

    def _resolver(self, lang: str) -> Resolver:
        return Resolver(self.glossary, lang, ROOT, Citation(self.rulebook.id), self.problems, lambda _, at: (at,))

    # -------------------------------------------------------------- names

    def _thing_key(self, lang: str, name: tree.Name) -> str:
        for entry in self.glossary.find(lang, name.words):
            if entry.kind == "thing":
                return entry.key
        raise self.fail("unknown-name", name, name=name.words, near=(name.words, self.glossary.names(lang, ["thing"])))

    def _term(self, lang: str, thing: str, name: tree.Name) -> Term:
        for entry in self.glossary.find(lang, name.words):
            if entry.kind == "term" and self.rulebook.terms[entry.key].thing == thing:
                return self.rulebook.terms[entry.key]
        candidates = [t.names[lang] for t in self.rulebook.terms_of(thing)]
        raise self.fail("unknown-name", name, name=name.words, near=(name.words, candidates))

    def _citations(self, node: tree.Address) -> list[Citation]:
        instrument = self.rulebook.id
        if node.instrument:
            by_number = {i.number: i.key for i in self.rulebook.instruments.values()}
            if node.instrument not in by_number:
                raise self.fail(
                    "no-such-instrument",
                    node,
                    name=node.instrument,
                    near=(node.instrument, by_number),
                    there=", ".join(by_number),
                )
            instrument = by_number[node.instrument]
        if not node.article or tree.THIS in (*node.articles, *node.clauses, *node.points, *node.subs):
            raise self.fail("no-article", node, word=node.span.text() if node.span is not None else "…")
        found = cited(node, Citation(instrument), self.rulebook.provisions)
        for citation in found:
            if citation not in self.rulebook.provisions:
                raise self.fail(
                    "no-such-provision", node, name=_named(citation), there=_beside(citation, self.rulebook)
                )
        return list(found)

    # -------------------------------------------------------------- facts

    def _thing(self, lang: str, line: tree.GivenThing, case: WorkedCase) -> None:
        key = self._thing_key(lang, line.thing)
        place = case.facts
        if line.owner is not None:
            owner = (self._thing_key(lang, line.owner[0]), line.owner[1])
            if owner not in case.handles:
                raise self.fail("no-such-item", line, identifier=line.owner[1])
            place = case.handles[owner]
        handle = (key, line.identifier)
        if handle not in case.handles:
            item: dict[str, Any] = {"id": line.identifier} if self.rulebook.things[key].identified else {}
            place.setdefault(key, []).append(item)
            case.handles[handle] = item
        for pair in line.pairs:
            self._put(lang, key, case.handles[handle], pair)

    def _without(self, lang: str, line: tree.Without, case: WorkedCase) -> None:
        name = line.name
        if line.identifier:
            key = self._thing_key(lang, name)
            if (key, line.identifier) not in case.handles:
                there = [known for kind, known in case.handles if kind == key]
                raise self.fail("no-such-item", name, identifier=line.identifier, near=(line.identifier, there))
            item = case.handles.pop((key, line.identifier))
            held = list_with(case.facts, item)
            held[:] = [x for x in held if x is not item]
            _forget(case)
            return
        entries = self.glossary.find(lang, name.words)
        for entry in entries:
            if entry.kind == "thing":
                case.facts[entry.key] = []
                _forget(case)
                return
            if entry.kind == "term" and self.rulebook.terms[entry.key].thing == ROOT:
                case.facts.pop(self.rulebook.terms[entry.key].path[0], None)
                return
        known = self.glossary.names(lang, ["thing", "term"])
        raise self.fail("unknown-name", name, name=name.words, near=(name.words, known))

    def _put(self, lang: str, thing: str, place: dict[str, Any], pair: tree.Pair) -> None:
        term = self._term(lang, thing, pair.name)
        if not term.fact:
            raise self.fail("no-fact", pair.name, name=pair.name.words, also=self._declared(term))
        if pair.name.span is not None:
            self.given.append(((id(place), term.key), pair.name.words, pair.name.span))
        value = self._value(lang, term, pair)
        for key in term.path[:-1]:
            place = place.setdefault(key, {})
        if value is _UNKNOWN:
            place.pop(term.path[-1], None)
        else:
            place[term.path[-1]] = value

    def _expected(self, lang: str, thing: str, identifier: str, pair: tree.Pair) -> Expected:
        term = self._term(lang, thing, pair.name)
        return Expected(term, identifier, self._value(lang, term, pair), pair)

    def _value(self, lang: str, term: Term, pair: tree.Pair) -> Any:
        values = [self._one(lang, term, v) for v in pair.values]
        if values[0] in (_UNKNOWN, _NONE):
            return _UNKNOWN if values[0] is _UNKNOWN else []
        return values if term.type.kind == "choices" else values[0]

    def _one(self, lang: str, term: Term, node: tree.CaseValue) -> Any:
        match node:
            case tree.Word(kind="unknown"):
                return _UNKNOWN
            case tree.Word(kind="none"):
                return _NONE
            case tree.Word(kind="yes" | "no") if term.type.kind == "yes_or_no":
                return node.kind == "yes"
            case tree.Word(kind="text" | "identifier") if term.type.kind in ("text", "reference"):
                if term.type.kind == "reference" and node.span is not None:
                    self.pointed.append((term.type.key, node.text, node.span))
                return node.text
            case tree.DateValue(value=value) if term.type.kind == "date":
                return value.isoformat()
            case tree.Quantity() if term.type.kind == "number":
                return self._amount(lang, term, node)
            case tree.Name(words=words) if term.type.kind in ("choice", "choices"):
                for entry in self.glossary.find(lang, words):
                    if entry.kind == "choice" and entry.vocabulary == term.type.key:
                        return entry.key
                raise self._foreign(lang, term, node)
            case tree.Name(words=words) if (right := number_in_words(words, lang)) is not None:
                raise self.fail("number-words", node, found=words, word=right)
        kind = described(self._resolver(lang), term.type)
        near = (node.words, [word_of(lang, w) for w in ("YES", "NO", "NONE", "UNKNOWN")]) if isinstance(node, tree.Name) else None
        if near is not None and did_you_mean(*near) is None:
            near = None
        raise self.fail("wrong-value-in-case", node, name=term.names, kind=kind, near=near, also=self._declared(term))

    def _amount(self, lang: str, term: Term, node: tree.Quantity) -> str:
        resolver = self._resolver(lang)
        keys = [e.key for w in (node.unit, node.per) if w for e in self.glossary.find(lang, w) if e.kind == "unit"]
        if Unit.of(*keys) != term.type.unit:
            unit = resolver.unit_name(term.type.unit) if term.type.unit.powers else ""
            number = number_for(node.value, lang)
            right = " ".join(filter(None, (number, unit[lang] if isinstance(unit, Bilingual) else "")))
            kind = described(resolver, term.type)
            raise self.fail("wrong-unit-in-case", node, name=term.names, kind=kind, right=right, also=self._declared(term))
        if term.type.key == "percent" and not node.percent and node.value > 1 and node.value.denominator == 1:
            right = f"{number_for(node.value, lang)}%"  # 0.4 says 40%; 40 does not
            raise self.fail("wrong-unit-in-case", node, name=term.names, kind=described(resolver, term.type), right=right, also=self._declared(term))
        return decimal_text(node.value)

    def _foreign(self, lang: str, term: Term, node: tree.Name) -> _Wrong:
        """A choice that the list does not have, or has in the other language."""
        known = self.rulebook.vocabularies[term.type.key].choices.values()
        own = next((c.names[lang] for c in known if node.words in (c.names.en, c.names.vi)), None)
        if own is not None:
            return self.fail("name-other-language", node, found=node.words, word=own, own=language_name(lang))
        names = [c.names[lang] for c in known]
        also = self._declared(term)
        return self.fail("foreign-choice", node, name=node.words, near=(node.words, names), there=listed(names), also=also)

    def _declared(self, term: Term) -> list[tuple[Span, str]]:
        return [(term.span, "declared-here")] if term.span is not None else []


def list_with(held: Any, item: Any) -> list[Any]:
    """The list in the facts in which the very item stands, however deep. Raises KeyError when there is none."""
    waiting = [held]
    while waiting:
        current = waiting.pop()
        if isinstance(current, list) and any(x is item for x in current):
            return current
        waiting += current.values() if isinstance(current, dict) else current if isinstance(current, list) else ()
    raise KeyError("no list")


def _named(citation: Citation) -> Bilingual:
    return Bilingual(citation.name("en"), citation.name("vi"))


def _beside(citation: Citation, rulebook: Rulebook) -> Bilingual:
    """The provisions that stand where one was looked for in vain."""
    above = citation.chain()[1:]
    parent = next((c for c in above if c in rulebook.provisions or not c.article), above[-1])
    inside = sorted((c for c in rulebook.provisions if c != parent and c.chain()[1] == parent), key=order_key)
    return Bilingual(*("; ".join(c.name(lang) for c in inside) or "–" for lang in ("en", "vi")))


_UNKNOWN = "\0unknown"
_NONE = "\0none"
UNKNOWN = _UNKNOWN


def _forget(case: WorkedCase) -> None:
    """Drop the names of what is no longer among the facts: one of them is free for another item."""
    there: set[int] = set()
    waiting: list[Any] = [case.facts]
    while waiting:
        held = waiting.pop()
        there.add(id(held))
        waiting += held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
    for handle in [h for h, item in case.handles.items() if id(item) not in there]:
        del case.handles[handle]
