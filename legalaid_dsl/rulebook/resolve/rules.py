"""Statements to rules: each gets the address where it stands, and the conditions around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

import attrs

from ...basics.citation import Citation
from ...basics.problem import Problem, problem
from ...language import tree
from .. import meaning as m
from ..model import (
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
from .addresses import cited, lacks_here
from .asking import Asked, both, every_way, folded, parts
from .expressions import Resolver, Unresolved
from .figures import add_cell, add_figure
from .glossary import GLOSSARY_LINES, Glossary
from .groups import same_terms
from .guarantees import never_lowers
from .headings import apart, cut_apart, nowhere, this_what
from .outline import DEPTHS, at_heading
from .readings import read_choices
from .resolving import Around, Collecting, Resolving, Settled
from .type_errors import declared, percent_missing, units_differ

UNSURE = "?"  # the scope after a “for each” that could not be resolved
NOT_RULES = tree.Reading | GLOSSARY_LINES


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
    groups: dict[str, tuple[tree.NamedGroup, Citation]] = attrs.Factory(dict)  # by key, each with where it is declared
    carried: dict[str, tuple[Citation, dict[str, tree.Carried | None]]] = attrs.Factory(dict)  # by reading: what its choices carry
    asked: set[tuple[str, str]] = attrs.Factory(set)  # (reading, choice) that some sentence asks for
    grouped: set[str] = attrs.Factory(set)  # named groups that are used
    again: set[str] = attrs.Factory(set)  # readings declared twice: which of their choices is meant is not known

    def ground(self) -> tuple[Any, ...]:
        """What the rules of every file rest on, once all are outlined."""
        choices = {key: tuple(reading.choices) for key, reading in self.readings.items()}
        return self.glossary, self.instruments, self.provisions.keys(), choices, self.mislabelled, self.again, self.groups, self.carried

    def part(self) -> Collector:
        """A collector on the same ground, for the rules of one file."""
        return Collector(
            self.glossary, self.instruments, self.provisions, self.readings, self.figures,
            mislabelled=self.mislabelled, again=self.again, groups=self.groups, carried=self.carried,
        )  # fmt: skip

    def take(self, part: Collecting) -> None:
        """The rules of one file besides those that are here."""
        for key, rules in part.rules.items():
            self.rules.setdefault(key, []).extend(rules)
        for name in ("totals", "refusals", "findings", "guarantees", "never_lowers", "problems", "skipped"):
            getattr(self, name).extend(getattr(part, name))
        self.doubtful |= part.doubtful
        self.asked |= part.asked
        self.grouped |= part.grouped

    def collect(self, instrument: str, lang: str, blocks: Iterable[tree.Block]) -> None:
        """The rules of one file."""
        above = [Around(Citation(instrument))]
        for block in blocks:
            if isinstance(block.heading, tree.Provision | tree.Division):
                depth = DEPTHS[block.heading.level]
                above = [a for a in above if a.depth < depth]
                citation = at_heading(block.heading, above[-1].citation)
                above.append(attrs.evolve(above[-1], citation=citation, cases=None, depth=depth))
            self._block(block, above, lang)

    def _block(self, block: tree.Block, above: list[Around], lang: str) -> None:
        read: Settled = ()
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
                case tree.ByCases() | tree.Figures() | tree.Cells():
                    for part in parts(self, statement, around.citation):
                        every_way(self, part, around, lang, read)
                case _:
                    every_way(self, statement, around, lang, read)

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

    def _resolver(self, around: Around, lang: str, scope: str | None = None, read: Settled = ()) -> Resolver:
        return Resolver(
            self.glossary, lang, around.scope if scope is None else scope, around.citation,
            self.problems, self.addresses, asked=Asked(self, dict(read)),
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
        if level := lacks_here(node, at):
            self.problems.append(this_what(level, node, at))
            raise Unresolved
        targets = cited(node, attrs.evolve(at, instrument=instrument), self.provisions)
        for target in targets:
            if target not in self.provisions:
                missing = [c for c in target.chain() if c.article and c not in self.provisions]
                if not any(c.chain()[1] in self.mislabelled for c in missing):
                    self.problems.append(nowhere(self.provisions, target, node, at))
                raise Unresolved
        return targets

    # -------------------------------------------------------------- statements

    def statement(self, node: tree.Statement, around: Around, lang: str, read: Settled) -> None:
        resolver = self._resolver(around, lang, read=read)
        if around.scope == UNSURE and not isinstance(node, tree.Figure | tree.Cell):
            self.skipped += [node.span.text()] if node.span is not None else []
            return
        if around.citation == Citation(around.citation.instrument) and not isinstance(node, NOT_RULES) and node.span is not None:
            self.problems.append(problem("no-provision", node.span))
        if around.citation.defines and isinstance(node, tree.Refuse | tree.Finding | tree.LeftOpen | tree.Guarantee | tree.Supports):
            raise resolver.fail("no-definition", node)
        match node:
            case tree.Figure():
                add_figure(self, node, resolver)
            case tree.Cell():
                add_cell(self, node, resolver)
            case tree.LeftOpen():
                for name in node.names:
                    key = resolver.lookup(name, ("term",))[0].key
                    thing = self.glossary.terms[key].thing
                    inside = self._resolver(around, lang, thing, read)
                    rule = self._rule("open", node, around, inside, read, key)
                    when = both(rule.when, inside.condition(node.condition))
                    between = self._could_be(node.could_be, key, inside)
                    alone = node.could_be is not None and node.could_be.alone
                    self._add(attrs.evolve(rule, when=when, code=node.code, message=node.message, between=between, alone=alone))
            case tree.Supports():
                key = self._term_here(node.name, resolver)
                rule = self._rule("support", node, around, resolver, read, key)
                self._add(attrs.evolve(rule, when=both(rule.when, resolver.condition(node.condition))))
            case tree.Define() | tree.Ground() | tree.Requirement() | tree.Limit():
                self._deciding(node, around, resolver, read)
            case tree.Refuse():
                key = self._term_here(node.name, resolver, fact=True)
                rule = self._rule("refuse", node, around, resolver, read, key)
                when = both(rule.when, resolver.condition(node.condition))
                self.refusals += folded(attrs.evolve(rule, when=when, code=node.code, message=node.message))
            case tree.Finding():
                self._in_scope(node, resolver)
                rule = self._rule("finding", node, around, resolver, read, "")
                when = both(rule.when, resolver.condition(node.condition))
                self.findings += folded(attrs.evolve(rule, when=when, code=node.code, message=node.message))
            case tree.Guarantee():
                self._in_scope(node, resolver)
                rule = self._rule("guarantee", node, around, resolver, read, "")
                when = resolver.condition(node.condition)
                applies = rule.applies if rule.when is None else (*rule.applies, (rule.citation, rule.when))
                self.guarantees += folded(attrs.evolve(rule, applies=applies, when=when, code=node.code, message=node.text))
            case tree.NeverLowers():
                self.never_lowers.append(never_lowers(node, resolver))
            case tree.Amending() | tree.Rename() | tree.Settle() | tree.OldTextContinues():
                assert node.span is not None
                self.problems.append(problem("amending-here", node.span, provision=around.citation))
            case tree.TakesEffect():
                first = self.instruments[around.citation.instrument].in_force_from
                if first != node.day:
                    assert node.span is not None
                    said = first.isoformat() if first is not None else "–"
                    self.problems.append(problem("days-differ", node.span, provision=around.citation, day=said))
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
        read: Settled, term: str,
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
        resolver: Resolver, read: Settled,
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
                self._add(attrs.evolve(rule, when=both(rule.when, resolver.condition(node.condition))))
            case tree.Requirement():
                rule = self._rule("requirement", node, around, resolver, read, key)
                self._add(attrs.evolve(rule, when=both(rule.when, resolver.condition(node.condition))))
            case tree.Limit():
                rule = self._rule("limit", node, around, resolver, read, key)
                limit = self.value(node.limit, kind, resolver)
                when = both(rule.when, self._when(node.condition, resolver))
                self._add(attrs.evolve(rule, when=when, limits=(Limit(node.at_most, limit),)))
            case tree.Define():
                self._define(node, self._rule("value", node, around, resolver, read, key), kind, resolver)

    def _could_be(
        self, node: tree.CouldBe | None, key: str, resolver: Resolver
    ) -> tuple[m.Expression, m.Expression] | None:
        """The least and the most that something left open could come to, in its unit."""
        if node is None:
            return None
        kind, resolver.term_key = self.glossary.terms[key].type, key
        if kind.kind != "number":
            raise resolver.fail("no-number", node, kind=resolver.type_name(kind))
        return self.value(node.least, kind, resolver), self.value(node.most, kind, resolver)

    def _when(self, node: tree.Condition | None, resolver: Resolver) -> m.Expression | None:
        return resolver.condition(node.expression) if node is not None and node.expression is not None else None

    def value(self, node: tree.Expression, kind: Type, resolver: Resolving) -> m.Expression:
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
                        shared = self._together(together, resolver)
                    limits.append(Limit(True, self.value(limit, kind, resolver), shared))
                case tree.AtLeast(limit=limit):
                    limits.append(Limit(False, self.value(limit, kind, resolver)))
                case tree.Rounded(mode=mode, step=step):
                    if step is not None:
                        resolver.number(step, kind.unit)
                        if not step.value:
                            raise resolver.fail("step-of-nothing", step)
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
                when=both(rule.when, self._when(node.condition, resolver)),
                otherwise=otherwise,
            )
        )

    def _together(self, node: tree.Together, resolver: Resolver) -> Together | None:
        """A common ceiling; None where the reading gives each thing a ceiling of its own."""
        in_order = node.in_order
        if node.shared_as is not None:
            way, _ = resolver.asking(node).carried(resolver, node.shared_as, node.shared_as.reading)
            in_order = way is not None and way.kind == "in_order"
        same = same_terms(resolver, node.same, node.grouped_as, resolver.scope)
        return Together(same, in_order) if same is not None else None

    def _add(self, rule: Rule) -> None:
        for found in folded(rule):
            self.rules.setdefault(found.term, []).append(found)
