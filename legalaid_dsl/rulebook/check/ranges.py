"""Between which numbers an expression lies in every case, as far as constants and what is never negative tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

import attrs

from ...basics.bilingual import Bilingual
from ...basics.problem import Problem, problem
from ...basics.quantity import ROUND
from .. import meaning as m
from ..model import DatedValue, Limit, Rule, Term
from ..wording import in_words
from .overlaps import Overlaps, same_readings

Range = tuple[Fraction | None, Fraction | None]  # None: no bound on that side
ANY: Final[Range] = (None, None)
ZERO: Final = Fraction(0)
NOT_NEGATIVE: Final[Range] = (ZERO, None)
MOST_DEEP: Final = 20  # terms one behind another; what lies farther is not looked at


@attrs.define(slots=True)
class Ranges:
    """The numbers of one ruleset, in every reading and case."""

    terms: Mapping[str, Term]
    figures: Mapping[str, Sequence[DatedValue]]
    rules: Mapping[str, Iterable[Rule]]
    _known: dict[str, Range] = attrs.Factory(dict)

    def of(self, node: m.Expression, deep: int = 0) -> Range:
        match node:
            case m.Constant(value=Fraction() as value):
                return value, value
            case m.Reference(term=term):
                return self.of_term(term, deep + 1)
            case m.Cells() | m.CountOf() | m.Aggregate(kind="number"):
                return NOT_NEGATIVE
            case m.FigureOn(figure=figure):
                return _hull([(f.value, f.value) for f in self.figures.get(figure, ()) if isinstance(f.value, Fraction)])
            case m.OnScale():
                return NOT_NEGATIVE if self.of(node.amount, deep)[0] is not None else ANY
            case m.Aggregate(kind=kind, value=value, empty=empty) if value is not None:
                one = self.of(value, deep)
                some = _total(one) if kind == "total" else one
                return _hull([some, *([self.of(empty, deep)] if empty is not None else [])])
            case m.Operation(kind="lowest" | "highest", operands=operands):
                return _hull([self.of(x, deep) for x in operands])
            case m.Operation(kind="either", operands=(value, _, other)):
                return _hull([self.of(value, deep), self.of(other, deep)])
            case m.Arithmetic(first=first, rest=rest):
                found = self.of(first, deep)
                for sign, operand in rest:
                    found = _together(found, sign, self.of(operand, deep))
                return found
        return ANY

    def of_term(self, key: str, deep: int) -> Range:
        term = self.terms.get(key)
        if term is None or term.type.kind != "number":
            return ANY
        if term.fact:
            return NOT_NEGATIVE  # the reader takes no other
        if key not in self._known and deep <= MOST_DEEP:
            self._known[key] = ANY  # a circle is a problem of its own
            self._known[key] = self._decided(self.rules.get(key, ()), deep)
        return self._known.get(key, ANY)

    def _decided(self, rules: Iterable[Rule], deep: int) -> Range:
        values = [r for r in rules if r.kind == "value"]
        low, high = _hull([self._ruled(r, deep) for r in values])
        for limit in (x for r in rules if r.kind == "limit" for x in r.limits):  # which may apply or not
            at = self.of(limit.value, deep)
            low = _least([low, at[0]]) if limit.at_most else low
            high = high if limit.at_most else _most([high, at[1]])
        return low, high

    def _ruled(self, rule: Rule, deep: int) -> Range:
        if rule.value is None:
            return ANY
        low, high = self.of(rule.value, deep)
        if rule.add_up_to is not None:
            return NOT_NEGATIVE if low is not None and low >= 0 else ANY
        if rule.rounding is not None:
            low, high = (None if x is None else ROUND[rule.rounding.mode](x, rule.rounding.step) for x in (low, high))
        for limit in sorted(rule.limits, key=lambda x: x.at_most):
            at = self.of(limit.value, deep)
            if limit.together is not None:
                low, high = _least([low, ZERO]), high
            elif limit.at_most:
                low, high = _least([low, at[0]]), at[1] if high is None else high if at[1] is None else min(high, at[1])
            else:
                low, high = at[0] if low is None else low if at[0] is None else max(low, at[0]), _most([high, at[1]])
        return low, high


def _least(ends: list[Fraction | None]) -> Fraction | None:
    return None if None in ends else min(e for e in ends if e is not None)


def _most(ends: list[Fraction | None]) -> Fraction | None:
    return None if None in ends else max(e for e in ends if e is not None)


def _hull(ranges: list[Range]) -> Range:
    return (_least([r[0] for r in ranges]), _most([r[1] for r in ranges])) if ranges else ANY


def _total(one: Range) -> Range:
    """Of any number of things."""
    low, high = one
    return ZERO if low is not None and low >= 0 else None, ZERO if high is not None and high <= 0 else None


def _together(a: Range, sign: str, b: Range) -> Range:
    (al, ah), (bl, bh) = a, b
    match sign:
        case "+":
            return None if al is None or bl is None else al + bl, None if ah is None or bh is None else ah + bh
        case "-":
            return None if al is None or bh is None else al - bh, None if ah is None or bl is None else ah - bl
    if al is None or bl is None or al < 0 or bl < 0:
        return ANY
    if sign == "*":
        return al * bl, None if ah is None or bh is None else ah * bh
    return ZERO if bh is None or bh == 0 else al / bh, None if ah is None or bl == 0 else ah / bl


# ------------------------------------------------------------------ ceilings and floors


def below_floors(overlaps: Overlaps, ranges: Ranges, rules: list[Rule]) -> Iterator[Problem]:
    """Ceilings that lie below a floor whenever both hold, of the rules on one term."""
    limited = [(r, x) for r in rules if r.kind in ("value", "limit") for x in r.limits]
    floors = [(r, x) for r, x in limited if not x.at_most]
    for rule, ceiling in (p for p in limited if p[1].at_most) if floors else ():
        high = ranges.of(ceiling.value)[1]
        for other, floor in floors if high is not None else ():
            low = ranges.of(floor.value)[0]
            if low is not None and high is not None and high < low and _both_hold(overlaps, rule, other):
                yield _said(overlaps, rule, ceiling, floor)


def _both_hold(overlaps: Overlaps, rule: Rule, other: Rule) -> bool:
    """Whether two limits hold together for sure: those of one rule, or where one's conditions are among the other's."""
    if rule is other:
        return True
    if not same_readings(rule, other) or (rule.kind == other.kind == "value"):
        return False
    a, b = overlaps.box(rule), overlaps.box(other)
    if overlaps.subjects.empty(a) or overlaps.subjects.empty(b):
        return False
    value = rule if rule.kind == "value" else other if other.kind == "value" else None
    if value is None:
        return overlaps.subjects.entails(a, b) or overlaps.subjects.entails(b, a)
    decides, limits = (a, b) if value is rule else (b, a)
    always = not value.otherwise and not any(r.displaces(value) for r in overlaps.collector.rules[value.term])
    return overlaps.subjects.entails(decides, limits) or (always and overlaps.subjects.entails(limits, decides))


def _said(overlaps: Overlaps, rule: Rule, ceiling: Limit, floor: Limit) -> Problem:
    glossary = overlaps.collector.glossary
    words = [in_words(glossary, x.value.written) if x.value.written is not None else Bilingual("…", "…") for x in (ceiling, floor)]
    spans = [x.value.written.span if x.value.written is not None else None for x in (ceiling, floor)]
    span = spans[0] or rule.span
    assert span is not None
    also = [(spans[1], "floor-other")] if spans[1] is not None else []
    return problem("ceiling-below-floor", span, provision=rule.citation, also=also, name=glossary.terms[rule.term].names, high=words[0], low=words[1])
