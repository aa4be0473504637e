"""What conditions ask of the things they speak of, as far as this is plain: where numbers, dates and choices may lie.

A *subject* is an expression that conditions compare; a *region* is where it lies. Nothing is guessed: a condition that is
not understood is a subject of its own, which is so or not so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

import attrs

from .. import meaning as m
from ..model import Term, Vocabulary

# An end of an interval: (-1 below everything, 0, 1 above everything; the number; -1 just below it, 0 at it, 1 just above it).
End = tuple[int, Fraction, int]
Intervals = tuple[tuple[End, End], ...]
Region = Intervals | frozenset[Any]
BELOW: Final[End] = (-1, Fraction(0), 0)
ABOVE: Final[End] = (1, Fraction(0), 0)
_DATES: Final = {"before": "<", "not before": ">=", "after": ">", "not after": "<="}
_NOT: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_ORDER: Final = {"<": {-1}, "<=": {-1, 0}, ">": {1}, ">=": {1, 0}, "=": {0}}
MOST_SPLIT: Final = 3  # alternatives of a condition that are gone through one by one, one inside another


def compared(sign: str, value: Fraction) -> Intervals:
    """The numbers that compare so with a value."""
    at: End = (0, value, 0)
    match sign:
        case "<":
            return ((BELOW, (0, value, -1)),)
        case "<=":
            return ((BELOW, at),)
        case ">":
            return (((0, value, 1), ABOVE),)
        case ">=":
            return ((at, ABOVE),)
    return ((at, at),)


def both(a: Region, b: Region) -> Region:
    if isinstance(a, frozenset) or isinstance(b, frozenset):
        return frozenset(a) & frozenset(b)
    return tuple((low, high) for x in a for y in b if (low := max(x[0], y[0])) <= (high := min(x[1], y[1])))


def inside(a: Region, b: Region) -> bool:
    """Whether a lies in b for sure."""
    if isinstance(a, frozenset) or isinstance(b, frozenset):
        return frozenset(a) <= frozenset(b)
    return all(any(y[0] <= x[0] and x[1] <= y[1] for y in b) for x in a)


def without(a: Region, b: Region) -> Region:
    """What is left of a beside b."""
    if isinstance(a, frozenset) or isinstance(b, frozenset):
        return frozenset(a) - frozenset(b)
    for low, high in b:
        left: Intervals = () if low == BELOW else ((BELOW, _beside(low, -1)),)
        right: Intervals = () if high == ABOVE else ((_beside(high, 1), ABOVE),)
        a = both(a, (*left, *right))
    return a


def _beside(end: End, side: int) -> End:
    """The end of what lies beyond an end, on that side."""
    rank, value, place = end
    return rank, value, side if place == 0 else 0


def points(region: Region, whole: bool) -> list[Any]:
    """Some of what lies in a region, the plainest first. ``whole``: only whole numbers."""
    if isinstance(region, frozenset):
        return sorted(region, key=str)
    found: list[Fraction] = []
    for low, high in region:
        a = low[1] if low[0] == 0 else (high[1] - 1 if high[0] == 0 else Fraction(0))
        b = high[1] if high[0] == 0 else a + 2
        tries = [a, b, Fraction(a // 1 + 1), (a + b) / 2, a + (b - a) / 4]
        found += [x for x in tries if low <= (0, x, 0) <= high and not (whole and x.denominator != 1)]
    return list(dict.fromkeys(found))


@attrs.define(slots=True)
class Box:
    """What a list of conditions asks: a region for each subject, and alternatives of which one must hold."""

    regions: dict[int, Region] = attrs.Factory(dict)
    alternatives: list[tuple[m.Expression, bool, list[Box]]] = attrs.Factory(list)

    def with_(self, other: Box) -> Box:
        found = Box(dict(self.regions), [*self.alternatives, *other.alternatives])
        for subject, region in other.regions.items():
            found.add(subject, region)
        return found

    def add(self, subject: int, region: Region) -> None:
        self.regions[subject] = both(self.regions[subject], region) if subject in self.regions else region


@attrs.define(slots=True)
class Subjects:
    """Conditions to boxes; each subject has a number. ``terms`` and ``vocabularies`` are those of a glossary."""

    terms: Mapping[str, Term]
    vocabularies: Mapping[str, Vocabulary]
    nodes: list[Any] = attrs.Factory(list)
    _numbers: dict[Any, int] = attrs.Factory(dict)

    def box(self, conditions: Iterable[m.Expression]) -> Box:
        """What all the conditions ask together."""
        found = Box()
        for node in conditions:
            self._add(found, node, True)
        return found

    def _number(self, subject: Any) -> int:
        if subject not in self._numbers:
            self._numbers[subject] = len(self.nodes)
            self.nodes.append(subject)
        return self._numbers[subject]

    def _add(self, box: Box, node: m.Expression, yes: bool) -> None:
        match node:
            case m.Negated(operand=operand):
                self._add(box, operand, not yes)
            case m.Logic(kind=kind, operands=operands) if (kind == "and") is yes:
                for operand in operands:
                    self._add(box, operand, yes)
            case m.Logic(operands=operands):
                self._either(box, node, yes, [self._one(o, yes) for o in operands])
            case _:
                subject, region = self._literal(node, yes)
                box.add(self._number(subject), region)

    def _one(self, node: m.Expression, yes: bool) -> Box:
        found = Box()
        self._add(found, node, yes)
        return found

    @staticmethod
    def _either(box: Box, node: m.Expression, yes: bool, parts: list[Box]) -> None:
        """One of several: a region where all of them speak of one subject, else alternatives."""
        subjects = {s for p in parts for s in p.regions}
        if len(subjects) == 1 and all(len(p.regions) == 1 and not p.alternatives for p in parts):
            regions = [r for p in parts for r in p.regions.values()]
            whole: Any = frozenset[Any]().union(*regions) if isinstance(regions[0], frozenset) else tuple(i for r in regions for i in r)
            box.add(subjects.pop(), whole)
        else:
            box.alternatives.append((node, yes, parts))

    def _literal(self, node: m.Expression, yes: bool) -> tuple[Any, Region]:
        """A subject and where it lies; the condition itself where it is not understood."""
        match node:
            case m.Compare():
                return self._compare(node, yes)
            case m.Same(left=left, right=m.Constant(value=date() as day), negated=negated):
                region = compared("=", Fraction(day.toordinal()))
                return left, region if yes is not negated else without(((BELOW, ABOVE),), region)
            case m.Same(left=left, right=m.Constant(value=str() as value, vocabulary=vocabulary), negated=negated) if vocabulary:
                return self._chosen(left, vocabulary, frozenset([value]), yes is not negated)
            case m.Among(value=m.Reference() as value, items=items, negated=negated):
                return self._chosen(value, self.terms[value.term].type.key, items, yes is not negated)
            case m.Same(left=left, right=right, negated=negated):
                return ("same", left, right), frozenset([yes is not negated])
            case m.Stated(value=value, negated=negated, required=False):
                return ("stated", value), frozenset([yes is not negated])
        return node, frozenset([yes])

    def _chosen(self, subject: m.Expression, vocabulary: str, items: frozenset[str], yes: bool) -> tuple[Any, Region]:
        return subject, items if yes else frozenset(self.vocabularies[vocabulary].choices) - items

    @staticmethod
    def _compare(node: m.Compare, yes: bool) -> tuple[Any, Region]:
        sign = _DATES.get(node.sign, node.sign)
        left, right = node.left, node.right
        if isinstance(left, m.Constant) and not isinstance(right, m.Constant):
            left, right = right, left
            sign = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
        if isinstance(right, m.Constant) and isinstance(right.value, Fraction | date):
            value = right.value if isinstance(right.value, Fraction) else Fraction(right.value.toordinal())
            if sign == "=" and not yes:
                return left, without(((BELOW, ABOVE),), compared("=", value))
            return left, compared(sign if yes else _NOT[sign], value)
        order = frozenset(_ORDER[sign])
        return ("order", left, right), order if yes else frozenset([-1, 0, 1]) - order

    # -------------------------------------------------------------- judging

    def whole(self, subject: int) -> bool:
        """Whether a subject is a whole number for sure: a count, or a day."""
        node = self.nodes[subject]
        if isinstance(node, m.Reference):
            return self.terms[node.term].type.kind == "date"
        return isinstance(node, m.CountOf) or (isinstance(node, m.Aggregate) and node.kind == "number")

    def empty(self, box: Box) -> bool:
        """Whether nothing lies in a box for sure."""
        return any(not points(region, self.whole(s)) for s, region in box.regions.items()) or any(
            self._unstated(box, s) for s in box.regions
        )

    def apart(self, a: Box, b: Box) -> bool:
        """Whether two boxes share nothing, as far as this is plain."""
        joint = a.with_(b)
        if self.empty(joint):
            return True
        return any(all(self.empty(joint.with_(part)) for part in parts) for _, _, parts in joint.alternatives[:MOST_SPLIT])

    def _unstated(self, box: Box, subject: int) -> bool:
        """Whether a subject is said to be without a value, and to have one."""
        node = self.nodes[subject]
        if not (isinstance(node, tuple) and node[0] == "stated" and box.regions[subject] == frozenset([False])):
            return False
        others = [self.nodes[s] for s in box.regions if s != subject]
        return any(o == node[1] or (isinstance(o, tuple) and o[0] != "stated" and node[1] in o[1:]) for o in others)

    def entails(self, a: Box, b: Box, depth: int = 0) -> bool:
        """Whether whatever lies in a lies in b, for sure."""
        if all(self._holds(a, s, region) for s, region in b.regions.items()) and all(
            any(node == n and yes is y for n, y, _ in a.alternatives) or any(self.entails(a, part, depth + 1) for part in parts)
            for node, yes, parts in b.alternatives
        ):
            return True
        if depth >= MOST_SPLIT or not a.alternatives:
            return False
        first, rest = a.alternatives[0], a.alternatives[1:]
        return all(self.entails(Box(dict(a.regions), rest).with_(part), b, depth + 1) for part in first[2])

    def _holds(self, box: Box, subject: int, region: Region) -> bool:
        if subject in box.regions:
            return inside(box.regions[subject], region)
        node = self.nodes[subject]
        if isinstance(node, tuple) and node[0] == "stated" and region == frozenset([True]):
            return self._numbers.get(node[1], -1) in box.regions  # what lies somewhere is stated
        return False
