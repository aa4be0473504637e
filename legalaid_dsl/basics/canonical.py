"""JSON in the canonical form of RFC 8785, and digests of it. No number here has a fraction, so none is a float."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

_SAFE: Final = 2**53  # beyond it two readers of JSON may see two numbers


def canonical(value: Any) -> bytes:
    """The one text of a JSON value, in UTF-8. Raises ValueError for what has none: floats, large integers, halves of characters."""
    text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def digest(value: Any) -> str:
    """``sha256:`` and the digest of the canonical text."""
    return digest_of_bytes(canonical(value))


def digest_of_bytes(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _ordered(value: Any) -> Any:
    """Members of objects in the order of their UTF-16 code units."""
    match value:
        case None | bool() | str():
            return value
        case int():
            if abs(value) >= _SAFE:
                raise ValueError("an integer beyond 2^53 has no canonical form; write it as text")
            return value
        case Mapping():
            return {key: _ordered(value[key]) for key in sorted(value, key=lambda k: k.encode("utf-16-be"))}
        case list() | tuple():
            return [_ordered(inner) for inner in value]
    raise ValueError(f"a {type(value).__name__} has no canonical form")
