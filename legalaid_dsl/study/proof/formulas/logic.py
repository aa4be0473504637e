"""Formulas that fold as they are built: a formula is a plain bool or a z3 one."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import z3

from ..words import said

MOST_PAIRED = 40  # parts of which every two are said to exclude each other
Formula = Any  # bool | z3.BoolRef
Term = Any  # Fraction | z3.ArithRef


class NotTranslated(Exception):
    """Something that has no exact translation: the reason, by its code in ``words.toml``."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.reason = said(code, **values)


def both(*parts: Formula) -> Formula:
    return every(parts)


def either(*parts: Formula) -> Formula:
    return some(parts)


def every(parts: Iterable[Formula]) -> Formula:
    return _joined(parts, True)


def some(parts: Iterable[Formula]) -> Formula:
    return _joined(parts, False)


def _joined(parts: Iterable[Formula], neutral: bool) -> Formula:
    found: dict[int, Any] = {}
    inverses: set[int] = set()
    for part in parts:
        if isinstance(part, bool):
            if part is not neutral:
                return part
            continue
        inverse = part.arg(0).get_id() if z3.is_not(part) else None
        if inverse in found or part.get_id() in inverses:
            return not neutral
        found[part.get_id()] = part
        if inverse is not None:
            inverses.add(inverse)
    if not found:
        return neutral
    if len(found) == 1:
        return next(iter(found.values()))
    return z3.And(*found.values()) if neutral else z3.Or(*found.values())


def opposite(part: Formula) -> Formula:
    if isinstance(part, bool):
        return not part
    return part.arg(0) if z3.is_not(part) else z3.Not(part)


def same(a: Formula, b: Formula) -> Formula:
    """Whether two formulas hold alike."""
    if isinstance(a, bool):
        return b if a else opposite(b)
    if isinstance(b, bool):
        return a if b else opposite(a)
    return True if a.eq(b) else a == b


def formula(part: Formula) -> Any:
    """As z3 takes it."""
    return z3.BoolVal(part) if isinstance(part, bool) else part


def number(term: Term) -> Any:
    return z3.RealVal(term) if isinstance(term, Fraction) else term


def pick(guard: Formula, a: Term, b: Term) -> Term:
    """The one number or the other."""
    if isinstance(guard, bool):
        return a if guard else b
    if a is b or (isinstance(a, Fraction) and isinstance(b, Fraction) and a == b):
        return a
    return z3.If(guard, number(a), number(b))


def exactly_one(parts: Iterable[Formula]) -> list[Formula]:
    found = list(parts)
    return [some(found), *at_most_one(found)]


def at_most_one(parts: Iterable[Formula]) -> list[Formula]:
    found = list(parts)
    if len(found) > MOST_PAIRED:
        return [z3.AtMost(*(formula(p) for p in found), 1)]
    return [opposite(both(a, b)) for i, a in enumerate(found) for b in found[i + 1 :]]
