"""Two rules that decide one thing at once, proved by their own conditions, with values that show it.

Only what is certain is said. Either one rule applies whenever the other does, which then never decides anything alone; or
the two differ in what they ask of one thing, and some value of it, which a case can have, satisfies both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.problem import Problem, problem
from ...basics.quantity import grouped
from .. import meaning as m
from ..model import PRESENCE, Rule
from ..parts import dependencies, grounds_at
from ..resolve.glossary import Glossary
from ..resolve.headings import addressed
from ..resolve.rules import Collector
from ..wording import in_words
from .regions import ABOVE, Box, Region, Subjects, both, points, without
from .trying import Trial, reached

NOT_NEGATIVE: Final[Region] = (((0, Fraction(0), 0), ABOVE),)
MOST_NAMED: Final = 3
Witness = Mapping[int, Region]


@attrs.define(slots=True)
class Overlaps:
    """The rules of one ruleset, compared two and two."""

    collector: Collector
    subjects: Subjects
    _grounds: Mapping[Any, list[Rule]] = attrs.Factory(dict)
    _boxes: dict[int, Box] = attrs.Factory(dict)

    @classmethod
    def of(cls, collector: Collector) -> Overlaps:
        glossary = collector.glossary
        every = [r for rules in collector.rules.values() for r in rules]
        return cls(collector, Subjects(glossary.terms, glossary.vocabularies), grounds_at(every))

    def box(self, rule: Rule) -> Box:
        if id(rule) not in self._boxes:
            self._boxes[id(rule)] = self.subjects.box(conditions(rule))
        return self._boxes[id(rule)]

    def conflicts(self, rules: Sequence[Rule]) -> Iterator[Problem]:
        """Of the rules on one term."""
        values = [(r, self.box(r)) for r in rules if r.kind == "value" and r.span is not None]
        for i, (rule, box) in enumerate(values):
            for other, there in values[:i]:
                if rule.otherwise != other.otherwise or plainly_apart(box.regions, there.regions):
                    continue
                if not same_readings(rule, other) or rule.displaces(other) or other.displaces(rule):
                    continue
                mine, theirs = conditions(rule), conditions(other)
                if not mine or not theirs or mine == theirs:
                    yield said(rule, other, "conflict")
                elif (witness := self._shared(rule, other, rules)) is not None:
                    example, name = self._example(witness), self.collector.glossary.terms[rule.term].names
                    yield said(rule, other, "overlap" if example else "conflict", example=example or "", name=name)

    def _shared(self, rule: Rule, other: Rule, rules: Sequence[Rule]) -> Witness | None:
        """Where both apply for sure, if anywhere."""
        a, b = self.box(rule), self.box(other)
        if self.subjects.empty(a) or self.subjects.empty(b) or self.subjects.apart(a, b):
            return None
        aside = [r for r in rules if r.kind == "open" or r.displaces(rule) or r.displaces(other)]
        aside = [r for r in aside if same_readings(r, rule) and same_readings(r, other)]
        for narrow, wide in ((a, b), (b, a)):
            if self.subjects.entails(narrow, wide):
                doubt = any(not self.subjects.apart(narrow, self.box(r)) for r in aside)
                regions = {s: self._had(s, region) for s, region in narrow.regions.items()}
                empty = any(not points(region, self.subjects.whole(s)) for s, region in regions.items())
                return None if doubt or empty else regions
        if rule.otherwise or any(not self.subjects.apart(a.with_(b), self.box(r)) for r in aside):
            return None
        return self._partly(rule, other)

    def _partly(self, rule: Rule, other: Rule) -> Witness | None:
        """Where two rules both apply that differ only in where one thing lies."""
        a, b = self.box(rule), self.box(other)
        differ = [s for s in a.regions | b.regions if a.regions.get(s) != b.regions.get(s)]
        alike = len(a.alternatives) == len(b.alternatives) and all(x[:2] == y[:2] for x, y in zip(a.alternatives, b.alternatives))
        if len(differ) != 1 or not alike or differ[0] not in a.regions or differ[0] not in b.regions:
            return None
        subject, region = differ[0], both(a.regions[differ[0]], b.regions[differ[0]])
        for refusal in self.collector.refusals:
            region = without(region, self.box(refusal).regions.get(subject, frozenset() if isinstance(region, frozenset) else ()))
        found, read = self._possible(subject, region, dict(rule.readings) | dict(other.readings))
        beside = [self.subjects.nodes[s] for s in a.regions if s != subject] + [n for n, _, _ in a.alternatives]
        beside += [c for r in self.collector.refusals if subject not in self.box(r).regions for c in r.expressions()]
        return {subject: found} if found and not any(self._rests_on(n, read) for n in beside) else None

    def _possible(self, subject: int, region: Region, readings: Mapping[str, str]) -> tuple[Region | None, set[str]]:
        """What of the region a case is free to have, as far as that is certain, and the facts that this rests on."""
        node, terms = self.subjects.nodes[subject], self.subjects.terms
        if isinstance(node, m.Reference) and not terms[node.term].fact:
            if node.steps or isinstance(region, frozenset):
                return None, set()
            trial = Trial(terms, self.collector.rules, {k: r.default for k, r in self.collector.readings.items()} | dict(readings))
            value = reached(trial, node.term, region)
            return (None if value is None else (((0, value, 0), (0, value, 0)),)), trial.asked
        read = self._free(node)
        region = self._had(subject, region)
        return (region if read and points(region, self.subjects.whole(subject)) else None), read

    def _had(self, subject: int, region: Region) -> Region:
        """What of a region a case can have: what it states and what it counts is not negative."""
        node = self.subjects.nodes[subject]
        of_date = isinstance(node, m.Reference) and self.subjects.terms[node.term].type.kind == "date"
        return both(region, NOT_NEGATIVE) if self._free(node) and not of_date and not isinstance(region, frozenset) else region

    def _free(self, node: Any) -> set[str]:
        """The fact that a subject is, or the things or choices that it counts; empty for what a case may not be free to have."""
        match node:
            case m.Reference(term=term) | m.CountOf(value=m.Reference(term=term)) if self.subjects.terms[term].fact:
                return {term}
            case m.Aggregate(kind="number", group=m.Group(thing=thing, its=False, of="", same=(), before=False, where=None)):
                return {f"number of {thing}"}
        return set()

    def _rests_on(self, node: Any, read: set[str]) -> bool:
        return bool(self._terms(node) & read)

    def _terms(self, node: Any) -> set[str]:
        """All that an expression reads, however far away."""
        found: set[str] = set()
        waiting = [n for part in (node if isinstance(node, tuple) else (node,)) if isinstance(part, m.Meant) for n in m.walk(part)]  # type: ignore[arg-type]
        keys: list[str] = []
        for n in waiting:
            keys += _named(n)
            keys += [t for c in (n.provisions if isinstance(n, m.Within) else ()) for r in self._grounds.get(c, ()) for t in r.reads[0]]
        while keys:
            key = keys.pop()
            if key not in found:
                found.add(key)
                for rule in self.collector.rules.get(key, ()):
                    keys += dependencies(rule, self._grounds)  # type: ignore[arg-type]
                    keys += [k for top in rule.expressions() for n in m.walk(top) for k in _named(n)]
        return found

    # -------------------------------------------------------------- in words

    def _example(self, witness: Witness) -> Bilingual | None:
        """A value for each thing, in words; None where there is nothing to name."""
        texts: dict[str, list[str]] = {lang: [] for lang in LANGUAGES}
        for subject, region in witness.items():
            node = self.subjects.nodes[subject]
            found = points(region, self.subjects.whole(subject))
            if not found or isinstance(node, tuple) or node.written is None or len(texts["en"]) == MOST_NAMED:
                continue
            if isinstance(found[0], bool) and not isinstance(node, m.Reference):
                continue
            names = in_words(self.collector.glossary, node.written)
            value = next((x for x in found if x), found[0])  # a plain number rather than zero
            for lang in LANGUAGES:
                texts[lang].append(f"{names[lang]}: {self._shown(node, value, lang)}")
        return Bilingual("; ".join(texts["en"]), "; ".join(texts["vi"])) if texts["en"] else None

    def _shown(self, node: m.Expression, value: Any, lang: str) -> str:
        glossary = self.collector.glossary
        if isinstance(value, bool):
            return PRESENCE.choices["yes" if value else "no"].names[lang]
        if isinstance(value, str):
            term = glossary.terms[node.term] if isinstance(node, m.Reference) else None
            lists = [glossary.vocabularies[term.type.key]] if term is not None else list(glossary.vocabularies.values())
            return next((v.choices[value].names[lang] for v in lists if value in v.choices), value)
        if isinstance(node, m.Reference) and glossary.terms[node.term].type.kind == "date":
            return date.fromordinal(int(value)).isoformat()
        return with_unit(glossary, node, value, lang)


def _named(node: m.Expression) -> list[str]:
    """What an expression reads itself; the number of things is read like a fact."""
    if isinstance(node, m.Aggregate):
        return [f"number of {node.group.thing}"]
    if isinstance(node, m.Reference):
        return [node.term, *(s.term for s in node.steps if s.term)]
    return [node.term] if isinstance(node, m.AsUnder) else []


def with_unit(glossary: Glossary, node: m.Expression, value: Fraction, lang: str) -> str:
    """A number as it is read, with the unit of the term that it is of."""
    unit = glossary.terms[node.term].type.unit if isinstance(node, m.Reference) else None
    names = [glossary.units[k][value != 1][lang] for k, n in (unit.powers if unit is not None else ()) if n > 0 and k in glossary.units]
    return " ".join([grouped(value, lang), *names])


def conditions(rule: Rule) -> list[m.Expression]:
    """All that must hold for a rule to apply."""
    return [*(c for _, c in rule.applies), *([rule.when] if rule.when is not None else [])]


def plainly_apart(a: Mapping[int, Region], b: Mapping[int, Region]) -> bool:
    """Whether two boxes ask different things of one subject: what most pairs of rules do, seen at once."""
    for subject in a if len(a) <= len(b) else b:
        x, y = a.get(subject), b.get(subject)
        if x and y:
            if isinstance(x, frozenset) or isinstance(y, frozenset):
                if not frozenset(x) & frozenset(y):
                    return True
            elif len(x) == len(y) == 1 and (x[0][1] < y[0][0] or y[0][1] < x[0][0]):
                return True
    return False


def same_readings(a: Rule, b: Rule) -> bool:
    """Whether two rules can be in force under one choice of readings."""
    theirs = dict(b.readings)
    return all(theirs.get(key, choice) == choice for key, choice in a.readings)


def said(rule: Rule, other: Rule, code: str, **values: Any) -> Problem:
    """The problem at the later rule, showing the earlier one."""
    assert rule.span is not None
    assert other.span is not None
    return problem(
        code, rule.span, provision=rule.citation, also=[(other.span, "conflict-other")], address=addressed(other.citation),
        other=Bilingual(other.citation.name("en"), other.citation.name("vi")), **values,
    )  # fmt: skip
