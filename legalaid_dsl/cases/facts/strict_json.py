"""JSON text to plain values, strictly: what json quietly accepts is refused here."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import attrs

from ...basics.bilingual import Bilingual
from ...basics.quantity import MAX_FACT_DIGITS, MAX_INTEGER_DIGITS, decimal_text, is_decimal
from ...basics.worded import counted, said

MAX_BYTES: Final = 8_000_000
MAX_DEPTH: Final = 32
MAX_DIGITS: Final = MAX_INTEGER_DIGITS + MAX_FACT_DIGITS  # before or after the point
MAX_NODES: Final = 400_000
MAX_INTEGER: Final = 10**15
_WORDS: Final = Path(__file__).with_name("refusals.toml")


UNUSABLE: Final = (
    "circular", "limit", "missing-id", "no-case", "no-date", "no-number", "no-such-choice", "repeated", "repeated-id", "taken",
    "unknown-id", "unknown-key", "wrong-type",
)  # fmt: skip  codes of facts that cannot be used


@attrs.frozen(slots=True)
class Refusal:
    """Why facts are refused: a code, the path in the case file, and the reason."""

    code: str
    path: str
    message: Bilingual


class Refused(Exception):
    """Facts that no rule can be asked about."""

    def __init__(self, refusals: list[Refusal]) -> None:
        self.refusals = refusals
        super().__init__("; ".join(f"{r.path or '.'}: {r.message.en}" for r in refusals[:10]))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.refusals,)


def past(path: str, most: int, reason: str) -> Refusal:
    """A limit that is passed: its name and its value."""
    return refusal("limit", path, reason, most=counted(most))


def too_deep(path: str) -> Refusal:
    return past(path, MAX_DEPTH, "too-deep")


def too_large() -> Refusal:
    return past("", MAX_BYTES, "too-large")


def refusal(code: str, path: str, reason: str = "", **values: Any) -> Refusal:
    """``reason``: the entry of ``refusals.toml`` that says why, where it is not that of the code."""
    return Refusal(code, path, said(_WORDS, reason or code, **values))


class _Float:
    """A JSON number with a fraction or exponent; refused where its path is known."""


@attrs.frozen
class _Duplicate:
    key: str


def read_json(text: str) -> Any:
    """Plain values of one JSON text. Raises Refused."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise Refused([too_large()])
    if _depth(text) > MAX_DEPTH:
        raise Refused([too_deep("")])
    try:
        return json.loads(
            text.removeprefix("\ufeff"), object_pairs_hook=_object, parse_float=lambda _: _Float(),
            parse_constant=lambda _: _Float(), parse_int=_integer,
        )  # fmt: skip
    except ValueError as error:
        if not isinstance(error, json.JSONDecodeError):
            raise Refused([refusal("no-json", "")]) from None
        raise Refused([refusal("no-json", "", "no-json-at", why=error.msg, line=error.lineno, column=error.colno)]) from None


_MARKS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[][{}]', re.DOTALL)  # possessive: nothing is kept to be tried again


def _depth(text: str) -> int:
    deepest = depth = 0
    for found in _MARKS.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    return deepest


def _integer(digits: str) -> int:
    return int(digits[:18])  # what is cut off is out of range all the same: see plain()


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found: dict[str, Any] = {}
    for key, value in pairs:
        key = unicodedata.normalize("NFC", key)
        found[key] = _Duplicate(key) if key in found else value
    return found


def plain(value: Any) -> Any:
    """Python values of an embedding program to plain ones: dict, list, str, int, bool, None.

    Days, decimals and fractions become text, any mapping a dict, tuples lists.
    Cycles, foreign types and too many nodes are refused; text becomes NFC.
    """
    budget = [MAX_NODES]

    def convert(node: Any, path: str, above: frozenset[int]) -> Any:
        budget[0] -= 1
        if budget[0] < 0:
            raise Refused([past(path, MAX_NODES, "too-many-values")])
        match node:
            case _Float() | float():
                raise Refused([refusal("no-float", path)])
            case _Duplicate(key=key):
                raise Refused([refusal("duplicate-key", path, key=key)])
            case None | bool():
                return node
            case int():
                if abs(node) >= MAX_INTEGER:
                    raise Refused([refusal("no-number", path, "too-many-digits")])
                return int(node)
            case str():
                return _text(node, path)
            case date() if not isinstance(node, datetime):  # a moment is no day until somebody says where
                return node.isoformat()
            case Decimal() | Fraction():
                return _exact(node, path)
            case Mapping() | list() | tuple():
                if id(node) in above or len(above) >= MAX_DEPTH:
                    raise Refused([too_deep(path)])
                inside = above | {id(node)}
                if isinstance(node, Mapping):
                    return {k: convert(x, f"{path}.{k}" if path else k, inside) for k, x in _keys(node, path)}
                return [convert(x, f"{path}[{i}]", inside) for i, x in enumerate(node)]
            case _:
                raise Refused([refusal("wrong-type", path, "no-fact", kind=type(node).__name__)])

    return convert(value, "", frozenset())


def _exact(number: Decimal | Fraction, path: str) -> str:
    """A number as decimal text; one that does not end in decimals, or is too long, is refused."""
    if isinstance(number, Fraction) or (number.is_finite() and abs(number.adjusted()) <= MAX_DIGITS):
        found = Fraction(number)
        if is_decimal(found):
            return decimal_text(found)
    raise Refused([refusal("no-number", path, "endless-number")])


def _keys(node: Mapping[Any, Any], path: str) -> list[tuple[str, Any]]:
    """The pairs of an object, its keys in NFC and each there once."""
    found: dict[str, Any] = {}
    for key, value in node.items():
        if not isinstance(key, str):
            raise Refused([refusal("wrong-type", path, "text-keys")])
        name = _text(key, path)
        found[name] = _Duplicate(name) if name in found else value
    return list(found.items())


def _text(text: str, path: str) -> str:
    """NFC; also of a subclass, such as a choice of an enum."""
    if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise Refused([refusal("broken-text", path)])
    return unicodedata.normalize("NFC", str.__str__(text))
