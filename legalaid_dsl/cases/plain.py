"""JSON text to plain values, strictly: what json quietly accepts is refused here."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, Final

import attrs

from ..basics.bilingual import Bilingual

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 32
MAX_NODES: Final = 200_000
MAX_INTEGER: Final = 10**15


UNUSABLE: Final = (
    "circular", "missing-id", "no-date", "no-number", "no-such-choice", "repeated", "repeated-id", "taken", "too-many",
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


def refusal(code: str, path: str, en: str, vi: str) -> Refusal:
    return Refusal(code, path, Bilingual(en, vi))


class _Float:
    """A JSON number with a fraction or exponent; refused where its path is known."""


@attrs.frozen
class _Duplicate:
    key: str


def read_json(text: str) -> Any:
    """Plain values of one JSON text. Raises Refused."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise Refused([refusal("too-large", "", "The case is larger than 1 MB.", "Hồ sơ lớn hơn 1 MB.")])
    if _depth(text) > MAX_DEPTH:
        raise Refused([refusal("too-deep", "", f"More than {MAX_DEPTH} levels.", f"Lồng nhau quá {MAX_DEPTH} cấp.")])
    try:
        return json.loads(
            text.removeprefix("\ufeff"), object_pairs_hook=_object, parse_float=lambda _: _Float(),
            parse_constant=lambda _: _Float(), parse_int=_integer,
        )  # fmt: skip
    except ValueError as error:
        where = f" ({error.msg}, line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Refused([refusal("no-json", "", f"This is no JSON{where}.", f"Đây không phải JSON{where}.")]) from None


def _depth(text: str) -> int:
    deepest = depth = 0
    for mark in re.findall(r'"(?:[^"\\]|\\.)*"?|[][{}]', text, re.DOTALL):
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

    Cycles, foreign types and too many nodes are refused; text becomes NFC.
    """
    budget = [MAX_NODES]

    def convert(node: Any, path: str, above: frozenset[int]) -> Any:
        budget[0] -= 1
        if budget[0] < 0:
            raise Refused([refusal("too-large", path, "The case has too many values.", "Hồ sơ có quá nhiều giá trị.")])
        match node:
            case _Float() | float():
                raise Refused(
                    [
                        refusal(
                            "no-float",
                            path,
                            'A number must be a decimal text such as "3.5" or an integer.',
                            'Số phải viết dạng chữ số thập phân như "3.5" hoặc số nguyên.',
                        )
                    ]
                )
            case _Duplicate(key=key):
                raise Refused(
                    [
                        refusal(
                            "duplicate-key", path, f"The key “{key}” is given twice.", f"Khóa “{key}” được ghi hai lần."
                        )
                    ]
                )
            case None | bool():
                return node
            case int():
                if abs(node) >= MAX_INTEGER:
                    raise Refused(
                        [refusal("no-number", path, "A number has at most 15 digits.", "Số có tối đa 15 chữ số.")]
                    )
                return int(node)
            case str():
                return _text(node, path)
            case dict() | list() | tuple():
                if id(node) in above or len(above) >= MAX_DEPTH:
                    raise Refused(
                        [refusal("too-deep", path, f"More than {MAX_DEPTH} levels.", f"Lồng nhau quá {MAX_DEPTH} cấp.")]
                    )
                inside = above | {id(node)}
                if isinstance(node, dict):
                    return {k: convert(x, f"{path}.{k}" if path else k, inside) for k, x in _keys(node, path)}
                return [convert(x, f"{path}[{i}]", inside) for i, x in enumerate(node)]
            case _:
                name = type(node).__name__
                raise Refused(
                    [
                        refusal(
                            "wrong-type",
                            path,
                            f"A value of kind {name} is no fact.",
                            f"Giá trị kiểu {name} không phải dữ kiện.",
                        )
                    ]
                )

    return convert(value, "", frozenset())


def _keys(node: dict[Any, Any], path: str) -> list[tuple[str, Any]]:
    """The pairs of an object, its keys in NFC and each there once."""
    found: dict[str, Any] = {}
    for key, value in node.items():
        if not isinstance(key, str):
            raise Refused([refusal("wrong-type", path, "Keys must be text.", "Khóa phải là văn bản.")])
        name = _text(key, path)
        found[name] = _Duplicate(name) if name in found else value
    return list(found.items())


def _text(text: str, path: str) -> str:
    """NFC; also of a subclass, such as a choice of an enum."""
    if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise Refused(
            [refusal("broken-text", path, "The text holds half a character.", "Văn bản có ký tự không hợp lệ.")]
        )
    return unicodedata.normalize("NFC", str.__str__(text))
