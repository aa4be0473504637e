"""Statements to rules: each gets the address where it stands, and the conditions around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

import attrs

from ..basics.citation import Citation
from ..basics.problem import Problem, problem
from ..language import tree
from . import meaning as m
from .complaints import declared, percent_missing, units_differ
from .expressions import Resolver, Unresolved
from .figures import add_cell, add_figure
from .glossary import GLOSSARY_LINES, Glossary
from .guarantees import never_lowers
from .headings import apart, cut_apart, nowhere
from .model import (
    ROOT,
    DatedValue,
    Instrument,
    KnownTotal,
    Limit,
    NeverLowers,
    Provision,
    Reading,
    Rounding,
    Rule,
    Together,
    Type,
)  # fmt: skip
from .outline import LEVELS, under
from .readings import read_choices

UNSURE = "?"  # the scope after a “for each” that could not be resolved
NOT_RULES = tree.Reading | GLOSSARY_LINES


@attrs.frozen(slots=True)
class Around:
    """What a provision gives to everything inside it."""

    citation: Citation
    applies: tuple[tuple[Citation, tree.Expression], ...] = ()
    despite: tuple[tree.Address, ...] = ()
    scope: str = ""
    cases: tree.Expression | None = None  # “in cases where …:”, until a heading or “in every case:”


@attrs.define(slots=True)
class Collector:
    """Rules, readings, figures and provisions of all files of one ruleset."""

    glossary: Glossary
    instruments: dict[str, Instrument] = attrs.Factory(dict)
    provisions: dict[Citation, Provision] = attrs.Factory(dict)
    readings: dict[str, Reading] = attrs.Factory(dict)
    figures: dict[str, list[DatedValue]] = attrs.Factory(dict)
    totals: list[KnownTotal] = attrs.Factory(list)
    rules: dict[str, list[Rule]] = attrs.Factory(dict)
    refusals: list[Rule] = attrs.Factory(list)
    findings: list[Rule] = attrs.Factory(list)
    guarantees: list[Rule] = attrs.Factory(list)
    never_lowers: list[NeverLowers] = attrs.Factory(list)
    problems: list[Problem] = attrs.Factory(list)
    skipped: list[str] = attrs.Factory(list)  # sentences that mean nothing for what stands above them
    mislabelled: set[Citation] = attrs.Factory(set)  # provisions in which a heading has a wrong label
    doubtful: set[Citation] = attrs.Factory(set)  # provisions whose exception names nothing
    doubled: set[Citation] = attrs.Factory(set)  # provisions written twice
    again: set[str] = attrs.Factory(set)  # readings declared twice: which of their choices is meant is not known

    def ground(self) -> tuple[Any, ...]:
        """What the rules of every file rest on, once all are outlined."""
        choices = {key: tuple(reading.choices) for key, reading in self.readings.items()}
        return self.glossary, self.instruments, self.provisions.keys(), choices, self.mislabelled, self.again

    def part(self) -> Collector:
        """A collector on the same ground, for the rules of one file."""
        return Collector(
            self.glossary, self.instruments, self.provisions, self.readings, self.figures,
            mislabelled=self.mislabelled, again=self.again,
        )  # fmt: skip

    def take(self, part: Collector) -> None:
        """The rules of one file besides those that are here."""
        for key, rules in part.rules.items():
            self.rules.setdefault(key, []).extend(rules)
        for name in ("totals", "refusals", "findings", "guarantees", "never_lowers", "problems", "skipped"):
            getattr(self, name).extend(getattr(part, name))
        self.doubtful |= part.doubtful

    def collect(self, instrument: str, lang: str, blocks: Iterable[tree.Block]) -> None:
        """The rules of one file."""
        above = [Around(Citation(instrument))]
        for block in blocks:
            if isinstance(block.heading, tree.Provision):
                depth = LEVELS.index(block.heading.level)
                if block.heading.level == "example":
                    depth = LEVELS.index("point")
                above = [a for a in above if _depth(a.citation) < depth + 1]
                citation = under(block.heading, above[-1].citation)
                above.append(attrs.evolve(above[-1], citation=citation, cases=None))
            self._block(block, above, lang)

    def _block(self, block: tree.Block, above: list[Around], lang: str) -> None:
        read: tuple[tuple[str, str], ...] = ()
        before: tuple[tree.Expression, ...] = ()  # the cases that “in all other cases” leaves out
        for statement in block.statements:
            around = above[-1]
            match statement:
                case tree.Applies(condition=condition):
                    above[-1] = attrs.evolve(around, applies=(*around.applies, (around.citation, condition)))
                case tree.Despite(addresses=addresses):
                    known = self._excepted(addresses, around.citation)
                    above[-1] = attrs.evolve(around, despite=(*around.despite, *known))
                case tree.Scope(thing=thing):
                    scope = UNSURE  # what follows is not judged when this fails
                    with suppress(Unresolved):
                        scope = self._resolver(around, lang).thing(thing)
                    above[-1] = attrs.evolve(around, scope=scope)
                case tree.Read():
                    read = read_choices(self, statement, around.citation)
                case tree.InCases():
                    before = before if statement.other else ()
                    if statement.condition is not None:
                        before = (statement.condition,)
                    above[-1] = attrs.evolve(around, cases=self._cases(statement, before, around))
                case _:
                    try:
                        self._statement(statement, around, lang, read)
                    except Unresolved:
                        self.skipped += [statement.span.text()] if statement.span is not None else []

    def _cases(
        self, node: tree.InCases, before: tuple[tree.Expression, ...], around: Around
    ) -> tree.Expression | None:
        if not node.other:
            return node.condition
        if not before:
            assert node.span is not None
            self.problems.append(problem("other-than-what", node.span, provision=around.citation))
            return None
        return tree.Negated(before[0], span=before[0].span)

    def _excepted(self, addresses: Sequence[tree.Address], at: Citation) -> list[tree.Address]:
        """Those that name something: an exception names another provision than its own."""
        known: list[tree.Address] = []
        for a, b in cut_apart(addresses):
            self.problems.append(apart(a, b, at))
            self.doubtful.add(at)
            return known
        for address in addresses:
            itself = True
            with suppress(Unresolved):
                itself = any(at.within(target) for target in self.addresses(address, at))
                if itself and address.span is not None:
                    self.problems.append(problem("exception-to-itself", address.span, provision=at))
            if itself:
                self.doubtful.add(at)
            else:
                known.append(address)
        return known

    def _resolver(self, around: Around, lang: str, scope: str | None = None) -> Resolver:
        return Resolver(
            self.glossary, lang, around.scope if scope is None else scope, around.citation,
            self.problems, self.addresses,
        )  # fmt: skip

    def addresses(self, node: tree.Address, at: Citation) -> tuple[Citation, ...]:
        """The provisions that an address names, seen from where it stands."""
        assert node.span is not None
        instrument = at.instrument
        if node.instrument:
            by_number = {i.number: i.key for i in self.instruments.values()}
            if node.instrument not in by_number:
                near = (node.instrument, by_number)
                self.problems.append(problem("no-such-instrument", node.span, provision=at, name=node.instrument, near=near, there=", ".join(by_number)))
                raise Unresolved
            instrument = by_number[node.instrument]
        article = node.article or at.article
        clause = node.clause or (at.clause if not node.article else "")
        targets = [Citation(instrument, article, clause, point) for point in node.points or ("",)]
        for target in targets:
            if target not in self.provisions:
                missing = [c for c in target.chain() if c.article and c not in self.provisions]
                if not any(c.chain()[1] in self.mislabelled for c in missing):
                    self.problems.append(nowhere(self.provisions, target, node, at))
                raise Unresolved
        return tuple(targets)

    # -------------------------------------------------------------- statements

    def _statement(self, node: tree.Statement, around: Around, lang: str, read: tuple[tuple[str, str], ...]) -> None:
        resolver = self._resolver(around, lang)
        if around.scope == UNSURE and not isinstance(node, tree.Figure | tree.Cell):
            self.skipped += [node.span.text()] if node.span is not None else []
            return
        if around.citation == Citation(around.citation.instrument) and not isinstance(node, NOT_RULES) and node.span is not None:
            self.problems.append(problem("no-provision", node.span))
        match node:
            case tree.Figure():
                add_figure(self, node, resolver)
            case tree.Cell():
                add_cell(self, node, resolver)
            case tree.LeftOpen():
                for name in node.names:
                    key = resolver.lookup(name, ("term",))[0].key
                    thing = self.glossary.terms[key].thing
                    inside = self._resolver(around, lang, thing)
                    rule = self._rule("open", node, around, inside, read, key)
                    when = _both(rule.when, inside.condition(node.condition))
                    self._add(attrs.evolve(rule, when=when, code=node.code, message=node.message))
            case tree.Define() | tree.Ground() | tree.Requirement() | tree.Limit():
                self._deciding(node, around, resolver, read)
            case tree.Refuse():
                key = self._term_here(node.name, resolver, fact=True)
                rule = self._rule("refuse", node, around, resolver, read, key)
                when = _both(rule.when, resolver.condition(node.condition))
                self.refusals.append(attrs.evolve(rule, when=when, code=node.code, message=node.message))
            case tree.Finding():
                self._in_scope(node, resolver)
                rule = self._rule("finding", node, around, resolver, read, "")
                when = _both(rule.when, resolver.condition(node.condition))
                self.findings.append(attrs.evolve(rule, when=when, code=node.code, message=node.message))
            case tree.Guarantee():
                self._in_scope(node, resolver)
                rule = self._rule("guarantee", node, around, resolver, read, "")
                when = resolver.condition(node.condition)
                applies = rule.applies if rule.when is None else (*rule.applies, (rule.citation, rule.when))
                self.guarantees.append(attrs.evolve(rule, applies=applies, when=when, code=node.code, message=node.text))
            case tree.NeverLowers():
                self.never_lowers.append(never_lowers(node, resolver))
            case tree.Amending() | tree.Rename() | tree.Settle():
                assert node.span is not None
                self.problems.append(problem("amending-here", node.span, provision=around.citation))
            case _:
                pass  # readings were taken in the first pass, glossary lines before

    def _in_scope(self, node: tree.Node, resolver: Resolver, thing: str = ROOT) -> None:
        if not resolver.scope:
            known = self.glossary.things.get(thing) or next(iter(self.glossary.things.values()), None)
            raise resolver.fail("no-scope", node, thing=known.names if known is not None else "…")

    def _term_here(self, name: tree.Name, resolver: Resolver, *, fact: bool = False) -> str:
        """The key of a term of the thing in hand."""
        entries = resolver.lookup(name, ("term",))
        self._in_scope(name, resolver, self.glossary.terms[entries[0].key].thing)
        here = [e.key for e in entries if self.glossary.terms[e.key].thing == resolver.scope]
        if not here and not self.glossary.terms[entries[0].key].thing:
            raise resolver.fail("figure-undated", name, name=name.words, key=entries[0].key)
        if not here:
            thing = self.glossary.things[self.glossary.terms[entries[0].key].thing].names
            scope = self.glossary.things[resolver.scope].names
            raise resolver.fail("other-scope", name, name=name.words, thing=thing, here=scope, also=declared(resolver, entries[0].key))
        if self.glossary.terms[here[0]].fact and not fact:
            raise resolver.fail("fact-decided", name, name=name.words, also=declared(resolver, here[0]))
        return here[0]

    def _rule(
        self, kind: str, node: tree.Statement, around: Around, resolver: Resolver,
        read: tuple[tuple[str, str], ...], term: str,
    ) -> Rule:  # fmt: skip
        despite = tuple(c for a in around.despite for c in self.addresses(a, around.citation))
        applies = tuple((at, resolver.condition(node)) for at, node in around.applies)
        cases = resolver.condition(around.cases) if around.cases is not None else None
        return Rule(
            kind, term, resolver.scope, around.citation, applies, cases,  # type: ignore[arg-type]
            readings=read, despite=despite, written=node,
        )  # fmt: skip

    def _deciding(
        self, node: tree.Define | tree.Ground | tree.Requirement | tree.Limit, around: Around,
        resolver: Resolver, read: tuple[tuple[str, str], ...],
    ) -> None:  # fmt: skip
        key = self._term_here(node.name, resolver)
        resolver.term_key = key
        kind = self.glossary.terms[key].type
        wanted_yes = isinstance(node, tree.Ground | tree.Requirement)
        if wanted_yes != (kind.kind == "yes_or_no"):
            code = "yes-or-no-decided" if not wanted_yes else "value-needed"
            raise resolver.fail(code, node.name, name=node.name.words, also=declared(resolver, key))
        match node:
            case tree.Ground():
                rule = self._rule("ground", node, around, resolver, read, key)
                self._add(attrs.evolve(rule, when=_both(rule.when, resolver.condition(node.condition))))
            case tree.Requirement():
                rule = self._rule("requirement", node, around, resolver, read, key)
                self._add(attrs.evolve(rule, when=_both(rule.when, resolver.condition(node.condition))))
            case tree.Limit():
                rule = self._rule("limit", node, around, resolver, read, key)
                limit = self.value(node.limit, kind, resolver)
                when = _both(rule.when, self._when(node.condition, resolver))
                self._add(attrs.evolve(rule, when=when, limits=(Limit(node.at_most, limit),)))
            case tree.Define():
                self._define(node, self._rule("value", node, around, resolver, read, key), kind, resolver)

    def _when(self, node: tree.Condition | None, resolver: Resolver) -> m.Expression | None:
        return resolver.condition(node.expression) if node is not None and node.expression is not None else None

    def value(self, node: tree.Expression, kind: Type, resolver: Resolver) -> m.Expression:
        meant, found = resolver.expression(node, kind)
        percent_missing(resolver, kind, node)
        if kind.kind == "choices" and found == Type("choice", key=kind.key):
            meant, found = m.Several((meant,), written=node), kind
        if found != kind:
            if kind.kind == found.kind == "number":
                raise units_differ(resolver, node, kind.unit, found.unit)
            name = self.glossary.terms[resolver.term_key].names if resolver.term_key else "…"
            raise resolver.fail("other-kind", node, name=name, left=resolver.type_name(kind), right=resolver.type_name(found), also=declared(resolver, resolver.term_key))
        return meant

    def _define(self, node: tree.Define, rule: Rule, kind: Type, resolver: Resolver) -> None:
        value = self.value(node.value, kind, resolver)
        limits: list[Limit] = []
        rounding = add_up = None
        for modifier in node.modifiers:
            if kind.kind != "number":
                raise resolver.fail("no-number", modifier, kind=resolver.type_name(kind))
            match modifier:
                case tree.AtMost(limit=limit, together=together):
                    shared = None
                    if together is not None:
                        same = tuple(resolver.term(name) for name in together.same)
                        shared = Together(same, together.in_order)
                    limits.append(Limit(True, self.value(limit, kind, resolver), shared))
                case tree.AtLeast(limit=limit):
                    limits.append(Limit(False, self.value(limit, kind, resolver)))
                case tree.Rounded(mode=mode, step=step):
                    if step is not None:
                        resolver.number(step, kind.unit)
                    rounding = Rounding(mode, step.value if step is not None else Fraction(1))
                case tree.AddUp(total=total):
                    add_up = self.value(total, kind, resolver)
        otherwise = node.condition is not None and node.condition.expression is None
        self._add(
            attrs.evolve(
                rule,
                value=value,
                limits=tuple(limits),
                rounding=rounding,
                add_up_to=add_up,
                when=_both(rule.when, self._when(node.condition, resolver)),
                otherwise=otherwise,
            )
        )

    def _add(self, rule: Rule) -> None:
        self.rules.setdefault(rule.term, []).append(rule)


def _both(first: m.Expression | None, second: m.Expression | None) -> m.Expression | None:
    if first is None or second is None:
        return second if first is None else first
    return m.Logic("and", (first, second), written=tree.Logic("and", tuple(x.written for x in (first, second))))  # type: ignore[misc]


def _depth(citation: Citation) -> int:
    """0 for an instrument, 1 for an article, 2 for a clause, 3 for a point or example."""
    if citation.point or citation.example:
        return 3
    return 2 if citation.clause else 1 if citation.article else 0
