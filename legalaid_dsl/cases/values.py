"""Values of the engine as JSON writes them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from ..basics.quantity import decimal_text
from ..engine.facts import Item


def value_text(value: Any) -> Any:
    """Numbers as decimal text, dates as YYYY-MM-DD, things by their id; what is unknown is None."""
    match value:
        case bool() | str() | None:
            return value
        case Fraction():
            return decimal_text(value)
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case Item(id=identifier, path=path):
            return identifier or path
        case _:
            return None
