"""Figures of law as a rule file states them: dated values, and known totals of a table's cells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from ...basics.problem import Problem, problem
from ...language import tree
from .. import meaning as m
from ..model import Bracket, DatedValue, KnownTotal, Type
from ..units import PLAIN
from .resolving import Collecting, Resolving

SCALES = ("scale", "ranges")  # kinds of a dated figure that has brackets


def add_figure(c: Collecting, node: tree.Figure, resolver: Resolving) -> None:
    """A value from a day on; its periods may not overlap."""
    key = resolver.term_key = resolver.lookup(node.name, ("term",))[0].key
    term = c.glossary.terms[key]
    if term.thing:
        raise resolver.fail("figure-of-thing", node.name, name=term.names, key=term.path[-1])
    kind = term.type
    value: Fraction | date = Fraction(0)
    brackets = tuple[Bracket, ...]()
    if isinstance(node.value, tree.Scale) or kind.kind in SCALES:
        brackets = _brackets(node.value, kind, resolver)
    else:
        meant = c.value(node.value, kind, resolver)
        if not isinstance(meant, m.Constant) or not isinstance(meant.value, Fraction | date):
            raise resolver.fail("figure-no-number", node.value)
        value = meant.value
    found = DatedValue(
        value, node.from_date, node.to_date, node.note.status, node.note.source,
        resolver.citation, brackets, span=node.span,
    )  # fmt: skip
    if node.to_date is not None and node.to_date < node.from_date:
        raise resolver.fail("period-reversed", node)
    for other in c.figures.setdefault(key, []):
        if _overlap(other, found):
            also = [(other.span, "name-first-here")] if other.span is not None else []
            raise resolver.fail("periods-overlap", node, name=node.name.words, also=also)
    c.figures[key].append(found)


def add_cell(c: Collecting, node: tree.Cell, resolver: Resolving) -> None:
    """What the cells of a selection are together."""
    cells, kind = resolver.expression(tree.Lookup(node.table, node.arguments, span=node.span))
    assert isinstance(cells, m.Cells)
    number = _number(c, node.value, kind, resolver)
    selection: list[tuple[str, ...] | None] = []
    for argument in cells.arguments:
        if argument is None:
            selection.append(None)
            continue
        items = argument.items if isinstance(argument, m.Several) else (argument,)
        selection.append(tuple(str(i.value) for i in items if isinstance(i, m.Constant)))
    c.totals.append(
        KnownTotal(cells.table, tuple(selection), number, node.note.status, node.note.source, resolver.citation)
    )


def _number(c: Collecting, node: tree.Expression, kind: Type, resolver: Resolving) -> Fraction:
    value = c.value(node, kind, resolver)
    if not isinstance(value, m.Constant) or not isinstance(value.value, Fraction):
        raise resolver.fail("figure-no-number", node)
    return value.value


def _brackets(node: tree.Expression, kind: Type, resolver: Resolving) -> tuple[Bracket, ...]:
    """The brackets of a scale: their bounds rise, and the last has none, so that every amount has its place."""
    if not isinstance(node, tree.Scale) or kind.kind not in SCALES:
        raise resolver.fail("scale-or-number", node, name=resolver.glossary.terms[resolver.term_key].names)
    found: list[Bracket] = []
    for one in node.brackets:
        resolver.number(one.value, kind.unit if kind.kind == "ranges" else PLAIN)
        if one.value.percent != (kind.key == "percent"):
            raise resolver.fail("bracket-percent", one.value, name=resolver.glossary.terms[resolver.term_key].names)
        if one.bound is not None:
            resolver.number(one.bound, kind.of)
        bound = one.bound.value if one.bound is not None else None
        before = found[-1] if found else None
        if before is not None and (before.bound is None or bound is not None and (bound, not one.below) <= (before.bound, not before.below)):
            raise resolver.fail("brackets-fall", one)
        found.append(Bracket(bound, one.value.value, one.below))
    if found[-1].bound is not None:
        raise resolver.fail("brackets-end", node.brackets[-1])
    return tuple(found)


def _overlap(a: DatedValue, b: DatedValue) -> bool:
    last = date(9999, 12, 31)
    return a.from_date <= (b.to_date or last) and b.from_date <= (a.to_date or last)


def gaps(collector: Collecting) -> Iterator[Problem]:
    """Days between two periods for which a figure has no value: a warning, for the law may have left them out."""
    for key, values in collector.figures.items():
        for before, after in pairwise(sorted(values, key=lambda v: v.from_date)):
            if before.to_date is None or after.span is None or before.span is None:
                continue
            first, last = before.to_date + timedelta(days=1), after.from_date - timedelta(days=1)
            if first <= last:
                also = [(before.span, "period-before")]
                name = collector.glossary.terms[key].names
                yield problem("period-gap", after.span, provision=after.citation, also=also, name=name, first=first, last=last)
