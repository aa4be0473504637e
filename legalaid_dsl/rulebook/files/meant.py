"""What a rulebook decides, as plain data: nothing of its layout, comments, tongue, or names for people.

Its digest stays the same when rules are laid out anew or translated, and changes with every number, condition or
address. Texts for people (names, questions, messages, sources) are left out: they change no decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, Final

import attrs

from ...basics.bilingual import Bilingual
from ...basics.canonical import digest
from ...basics.citation import Citation
from .. import model

_LEFT_OUT: Final = frozenset({
    "written", "span", "glossary", "wordings", "folder", "digest", "drafts", "amended_by", "instruments", "provisions", "units",
    "cited_as", "names", "plurals", "asked", "message", "source", "headnote", "question", "text", "because",
})  # fmt: skip
_IN_ORDER: Final = ("choices", "things", "terms")  # their order shows in results


def meaning_digest(periods: Iterable[tuple[date, model.Rulebook]]) -> str:
    """The digest of what a text decides, from day to day."""
    return digest([[day.isoformat(), meant(book)] for day, book in periods])


def meant(value: Any) -> Any:
    """Rules, expressions, figures, or a whole rulebook as JSON."""
    match value:
        case None | bool() | str():
            return value
        case int() | Fraction():
            return {"n": str(value)}
        case date():
            return {"d": value.isoformat()}
        case Citation():
            return value.path
        case Bilingual():
            return None
        case frozenset():
            return sorted(value)
        case tuple() | list():
            return [meant(inner) for inner in value]
        case Mapping():
            return {_key(key): meant(inner) for key, inner in value.items()}
        case model.Type():
            return [value.kind, meant(value.unit), "" if value.key == "percent" else value.key, meant(value.of)]
    found: dict[str, Any] = {"is": type(value).__name__}
    kind: Any = type(value)
    for name in _fields(kind):
        inner = getattr(value, name)
        if name in _IN_ORDER and isinstance(inner, Mapping):
            found[name] = [[_key(key), meant(one)] for key, one in inner.items()]
        else:
            found[name] = meant(inner)
    return found


def rules_by_address(book: model.Rulebook, term: str = "") -> dict[str, str]:
    """The digest of what each provision says of a term, by its address; without a term, of refusals, findings and guarantees."""
    found: dict[str, list[Any]] = {}
    for rule in book.rules.get(term, ()) if term else (*book.refusals, *book.findings, *book.guarantees):
        found.setdefault(rule.citation.path, []).append(meant(rule))
    return {address: digest(rules) for address, rules in found.items()}


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in attrs.fields(kind) if f.name not in _LEFT_OUT)


def _key(key: Any) -> str:
    return key.path if isinstance(key, Citation) else str(key)
