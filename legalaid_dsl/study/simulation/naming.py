"""Groups as reports call them."""

from __future__ import annotations

from ..comparison.view import named
from ..comparison.words import Teller
from .groups import By, Label


def group_name(by: By, label: Label, teller: Teller) -> str:
    """A group as it is called; empty where the case does not say."""
    return " + ".join(_value(by, v, teller) for v in _listed(by, label, teller))


def _listed(by: By, label: Label, teller: Teller) -> Label:
    """Several values as the vocabulary lists them."""
    known = teller.after.rulebook.vocabularies.get(by.term.type.key) if by.term is not None else None
    order = list(known.choices) if known is not None else []
    return tuple(sorted(label, key=lambda v: order.index(v) if v in order else len(order)))


def _value(by: By, value: str, teller: Teller) -> str:
    if by.term is not None:
        return named(value, by.term, teller)
    given = by.value
    if given and value.startswith(given + " ") and by.title is not None:
        return f"{by.title[teller.lang]} {value.removeprefix(given + ' ')}"
    return value
