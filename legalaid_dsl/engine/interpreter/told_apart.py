"""Values of a fact that the rules can tell apart: what they name, and just beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

from ...basics.quantity import MAX_FACT_DIGITS, MAX_INTEGER_DIGITS, is_decimal
from ...rulebook import meaning as m
from ...rulebook.model import Term
from ..dates import FIRST_DAY, LAST_DAY, ON_DATES
from .decide import Deciding

MAX_SUBSETS: Final = 6  # larger lists are only ever asked whether they hold any of some choices
MAX_COUNTED: Final = 20  # items of a list that are made up, to see whether so many make a difference
GRAIN: Final = Fraction(1, 10**MAX_FACT_DIGITS)  # of a number in a case
MOST: Final = 10**MAX_INTEGER_DIGITS - GRAIN


def values_told_apart(ev: Deciding, term: Term) -> Iterable[Any]:
    """Values of a fact that the rules can tell apart; of a number none, as they are ranges."""
    match term.type.kind:
        case "yes_or_no":
            return (False, True)
        case "choice":
            return tuple(ev.rulebook.vocabularies[term.type.key].choices)
        case "choices":
            vocabulary = ev.rulebook.vocabularies[term.type.key].choices
            sizes = range(len(vocabulary) + 1) if len(vocabulary) <= MAX_SUBSETS else (0, 1, len(vocabulary))
            chosen = (c for size in sizes for c in combinations(vocabulary.values(), size))
            return [frozenset(kind for c in some for kind in c.also) for some in chosen]
        case "reference":
            return ev.facts.all(term.type.key)
        case "date":
            return _dates(ev)
        case _:
            return ()


def numbers_named(ev: Deciding) -> list[Fraction]:
    """Numbers that a fact may be and that a rule names, and just beside them."""
    named = {c.value for c in _constants(ev) if isinstance(c.value, Fraction)}
    near = {x + d for x in {*named, Fraction(0), MOST} for d in (-GRAIN, 0, GRAIN)}
    return sorted(x for x in near if 0 <= x <= MOST and is_decimal(x))


def counts_named(ev: Deciding, thing: str) -> list[int]:
    """Numbers of items of a thing to be told from fewer: one, two, and where they are counted those that a rule names, and one more."""
    found = {1, 2}
    if any(isinstance(n, m.Aggregate) and n.kind == "number" and n.group.thing == thing for n in _nodes(ev)):
        named = {c.value for c in _constants(ev) if isinstance(c.value, Fraction) and 0 < c.value < MAX_COUNTED}
        found |= {int(x) + d for x in named for d in (0, 1) if x >= 1}
    return sorted(found)


def texts_named(ev: Deciding) -> tuple[list[str], bool]:
    """Texts that a rule names, and another; whether rules compare texts with nothing else."""

    def is_text(node: m.Expression) -> bool:
        return isinstance(node, m.Reference) and ev.rulebook.terms[node.term].type.kind == "text"

    named: set[str] = set()
    alone = True
    for node in _nodes(ev):
        if isinstance(node, m.Same) and (is_text(node.left) or is_text(node.right)):
            texts = [x.value for x in (node.left, node.right) if isinstance(x, m.Constant)]
            named.update(map(str, texts))
            alone = alone and bool(texts)
        elif isinstance(node, m.Aggregate):
            alone = alone and not any(map(is_text, node.group.same))
    return [*sorted(named), "x" * (1 + max(map(len, named), default=0))], alone


def _dates(ev: Deciding) -> list[date]:
    """The first and the last day there is, and every day that a rule, a figure or another fact names, with
    the days around it."""
    named = {c.value for c in _constants(ev) if isinstance(c.value, date)}
    named |= {x for values in ev.rulebook.figures.values() for f in values for x in (f.from_date, f.to_date) if x}
    items = [ev.facts.root, *(i for found in ev.facts.items.values() for i in found)]
    named |= {x for i in items for x in i.facts.values() if isinstance(x, date)}
    around = {x + timedelta(days=d) for x in named for d in (-1, 0, 1) if FIRST_DAY < x < LAST_DAY}
    return [FIRST_DAY, LAST_DAY, *sorted(around - {FIRST_DAY, LAST_DAY})]


def counted_by_calendar(ev: Deciding) -> bool:
    """Whether the rules count days: then each may make a difference."""
    return any(isinstance(n, m.Operation) and n.kind in ON_DATES for n in _nodes(ev))


def _constants(ev: Deciding) -> Iterable[m.Constant]:
    found: tuple[m.Constant, ...] = ev.kept("constants", lambda: tuple(n for n in _nodes(ev) if isinstance(n, m.Constant)))
    return found


def _nodes(ev: Deciding) -> Iterator[m.Expression]:
    """Everything that the rules are made of."""
    for rules in ev.prepared.rules.values():
        for rule in rules:
            for expression in rule.expressions():
                yield from m.walk(expression)
