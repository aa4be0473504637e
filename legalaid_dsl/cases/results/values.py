"""Values of the engine as JSON writes them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from ...basics.quantity import decimal_text
from ...engine.interpreter.facts import Item
from ...rulebook.model import Vocabulary


def value_text(value: Any, choices: Vocabulary | None = None) -> Any:
    """Numbers as decimal text, dates as YYYY-MM-DD, things by their id; what is unknown is None.

    A list of choices stands in the order of the glossary where ``choices`` gives it.
    """
    match value:
        case bool() | str() | None:
            return value
        case Fraction():
            return decimal_text(value)
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(value) if choices is None else list(choices.in_order(value))
        case Item(id=identifier, path=path):
            return identifier or path
        case _:
            return None
