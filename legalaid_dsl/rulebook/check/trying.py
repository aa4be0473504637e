"""Whether a number that the rules decide can lie in a region at all: worked out for one item by plain arithmetic.

This proves, it does not decide cases: whatever is more than sums of the item's own facts and constants gives None, and then
nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import islice, product
from typing import Final

import attrs

from ...basics.quantity import ROUND
from .. import meaning as m
from ..model import Rule, Term
from .regions import Region, inside, points

MOST_TRIES: Final = 60
MOST_FACTS: Final = 2
MOST_DEEP: Final = 12


@attrs.define(slots=True)
class Trial:
    """Terms decided for one item of which only some numbers are known."""

    terms: Mapping[str, Term]
    rules: Mapping[str, Sequence[Rule]]
    readings: Mapping[str, str]
    facts: dict[str, Fraction] = attrs.Factory(dict)
    asked: set[str] = attrs.Factory(set)  # the facts that were read

    def value(self, key: str, deep: int = 0) -> Fraction | None:
        term = self.terms[key]
        if term.fact:
            self.asked.add(key)
            return self.facts.get(key) if term.type.kind == "number" else None
        rules = [r for r in self.rules.get(key, ()) if all(self.readings.get(k) == c for k, c in r.readings)]
        if deep > MOST_DEEP or any(r.kind not in ("value", "limit") or r.despite for r in rules):
            return None
        held = [(r, self._applies(r, deep)) for r in rules]
        if any(h is None for _, h in held):
            return None
        values = [r for r, h in held if h and r.kind == "value"]
        named = [r for r in values if not r.otherwise] or values
        if len(named) != 1 or named[0].value is None or named[0].add_up_to is not None:
            return None
        return self._limited(named[0], [r for r, h in held if h and r.kind == "limit"], deep)

    def _limited(self, rule: Rule, others: list[Rule], deep: int) -> Fraction | None:
        assert rule.value is not None
        value = self.number(rule.value, deep)
        if value is not None and rule.rounding is not None:
            value = ROUND[rule.rounding.mode](value, rule.rounding.step)
        for limit in sorted((x for r in (rule, *others) for x in r.limits), key=lambda x: x.at_most):
            bound = self.number(limit.value, deep) if limit.together is None else None
            if value is None or bound is None:
                return None
            value = min(value, bound) if limit.at_most else max(value, bound)
        return value

    def _applies(self, rule: Rule, deep: int) -> bool | None:
        found = [self.holds(c, deep) for c in (*(c for _, c in rule.applies), *([rule.when] if rule.when is not None else []))]
        return False if False in found else None if None in found else True

    def holds(self, node: m.Expression, deep: int) -> bool | None:
        """Whether a condition holds; None where that is not plain."""
        match node:
            case m.Compare(sign="<" | "<=" | ">" | ">=" | "=" as sign, left=left, right=right):
                a, b = self.number(left, deep), self.number(right, deep)
                if a is None or b is None:
                    return None
                return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "=": a == b}[sign]
            case m.Negated(operand=operand):
                found = self.holds(operand, deep)
                return None if found is None else not found
            case m.Logic(kind=kind, operands=operands):
                parts = [self.holds(o, deep) for o in operands]
                decides = kind == "or"
                return decides if decides in parts else None if None in parts else not decides
        return None

    def number(self, node: m.Expression, deep: int) -> Fraction | None:
        match node:
            case m.Constant(value=Fraction() as value):
                return value
            case m.Reference(steps=(), term=term):
                return self.value(term, deep + 1)
            case m.Arithmetic(first=first, rest=rest):
                total = self.number(first, deep)
                for sign, operand in rest:
                    right = self.number(operand, deep)
                    if total is None or right is None or (sign == "/" and right == 0):
                        return None
                    total = total / right if sign == "/" else {"+": total + right, "-": total - right, "*": total * right}[sign]
                return total
        return None


def reached(trial: Trial, key: str, region: Region) -> Fraction | None:
    """A value of the term in the region that some facts lead to; None where none was found."""
    trial.value(key)
    wanted = points(region, False)
    for _ in range(MOST_FACTS):  # facts that are read only once others are known
        trial.facts.update({f: trial.facts.get(f, Fraction(1)) for f in trial.asked})
        trial.value(key)
    facts = sorted(trial.asked)
    if not 0 < len(facts) <= MOST_FACTS or any(trial.terms[f].type.kind != "number" for f in facts):
        return None
    tries = [x for x in dict.fromkeys([*wanted, Fraction(0), Fraction(1), *(w + 1 for w in wanted)]) if x >= 0]
    for values in islice(product(tries, repeat=len(facts)), MOST_TRIES):
        trial.facts = dict(zip(facts, values, strict=True))
        found = trial.value(key)
        if found is not None and inside((((0, found, 0), (0, found, 0)),), region):
            return found
    return None
