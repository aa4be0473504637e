"""The facts and results of a ruleset as types in a .pyi file, made from the glossary.

The result is no subclass of ``legalaid_dsl.Result``, which takes any name: a name that is not there is then an error of
the type checker.
"""

from __future__ import annotations

from collections.abc import Iterable
from keyword import iskeyword

from ..rulebook.model import ROOT, Rulebook, Term
from .facts.reader import LABELS

_HEAD = '''"""The types of ruleset {id} ({digest}), written by legalaid stubs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypedDict

import legalaid_dsl as la

Number: TypeAlias = int | str | Decimal | Fraction
Day: TypeAlias = str | date
'''
_RESULT = '''    case_id: str | None
    law_at: str | None
    ruleset: dict[str, str]
    @property
    def status(self) -> Literal["determined", "undetermined", "refused"]: ...
    @property
    def needs(self) -> list[la.Need]: ...
    @property
    def openings(self) -> list[la.Opening]: ...
    @property
    def findings(self) -> list[la.Finding]: ...
    @property
    def problems(self) -> list[la.Finding]: ...
    @property
    def figures(self) -> list[la.Figure]: ...
    @property
    def readings(self) -> list[la.ChosenReading]: ...
    @property
    def reliability(self) -> str | None: ...
    @property
    def bounds(self) -> dict[str, list[str]]: ...
    @property
    def trace(self) -> list[la.TraceEntry]: ...
    def __getitem__(self, key: {keys}) -> Any: ...
    def case_values(self) -> dict[str, Any]: ...
    def items(self, thing: str) -> list[dict[str, Any]]: ...
    def to_dict(self) -> dict[str, Any]: ...
    def explain(
        self, lang: str = ..., format: str = ..., *, layer: str = ..., who: Iterable[str] = ..., template: str | Path | None = ...,
        link: Callable[[str], str] | None = ...,
    ) -> str: ...
'''
_RULES = '''class Rules:
    def evaluate(
        self, case: Facts | str, *, figures: str | Path | None = ..., readings: Mapping[str, str] | None = ..., trace: bool = ...,
        bounds: bool = ..., budget: la.Budget | None = ..., by: Literal["rows", "interpreter"] = ...,
    ) -> Result: ...
    def ask(
        self, facts: Facts | str, *, figures: str | Path | None = ..., readings: Mapping[str, str] | None = ...
    ) -> la.Question | None: ...
    def at(self, day: date) -> Rules: ...
'''


def stubs_of(book: Rulebook) -> str:
    """The text of the file. Facts are dictionaries of which every key but an id may be absent."""
    parts = [_HEAD.format(id=book.id, digest=book.digest)]
    reached = [t for t in book.things if t == ROOT or book.things[t].listed_in]
    for thing in reached:
        parts.append(_facts(book, thing))
    shown = {t: [x for x in book.terms_of(t) if x.result is not None] for t in book.things}
    for thing, terms in shown.items():
        if thing != ROOT and terms:
            parts.append(_typed_dict(f"{_name(thing)}Result", [("id", "str"), ("cites", "list[str]"), *_values(book, terms)], total=False))
    lists = [(t, f"list[{_name(t)}Result]") for t, terms in shown.items() if t != ROOT and terms]
    declared = [*_values(book, shown.get(ROOT, [])), *lists]
    keys = ", ".join(f'"{key}"' for key, _ in declared)
    lines = [f"    {key}: {kind}\n" for key, kind in declared if _plain(key)]
    parts.append("class Result:\n" + "".join(lines) + _RESULT.format(keys=f"Literal[{keys}]" if keys else "str"))
    return "\n".join([*parts, _RULES])


def _facts(book: Rulebook, thing: str) -> str:
    inside: dict[str, list[tuple[str, str]]] = {}
    keys: list[tuple[str, str]] = [("id", "str")] if thing in book.things and book.things[thing].identified else []
    for term in book.terms_of(thing):
        if term.fact and len(term.path) == 1:
            keys.append((term.path[0], f"{_fact(book, term)} | None"))
        elif term.fact:
            inside.setdefault(term.path[0], []).append((".".join(term.path[1:]), f"{_fact(book, term)} | None"))
    before = []
    for key, found in inside.items():
        name = f"{_name(thing)}{_name(key)}"
        deep = any("." in k for k, _ in found)
        keys.append((key, "Mapping[str, Any] | None" if deep else f"{name} | None"))
        before += [] if deep else [_typed_dict(name, found, total=False)]
    keys += [(t.key, f"Sequence[{_name(t.key)}] | None") for t in book.things.values() if thing in t.listed_in]
    if LABELS not in dict(keys):
        keys.append((LABELS, "Mapping[str, str] | None"))
    return "\n".join([*before, _typed_dict("Facts" if thing == ROOT else _name(thing), keys, total=False)])


def _typed_dict(name: str, keys: Iterable[tuple[str, str]], *, total: bool) -> str:
    """In the functional form where a key is no name of Python (``class`` of an offence)."""
    pairs = list(keys)
    if all(_plain(key) for key, _ in pairs):
        return f"class {name}(TypedDict, total={total}):\n" + ("".join(f"    {k}: {v}\n" for k, v in pairs) or "    ...\n")
    inner = ", ".join(f'"{key}": {kind}' for key, kind in pairs)
    return f'{name} = TypedDict("{name}", {{{inner}}}, total={total})\n'


def _plain(key: str) -> bool:
    return key.isidentifier() and not iskeyword(key)


def _name(key: str) -> str:
    return "".join(part.title() for part in key.split("_"))


def _fact(book: Rulebook, term: Term) -> str:
    match term.type.kind:
        case "number":
            return "Number"
        case "date":
            return "Day"
        case "yes_or_no":
            return "bool"
        case "choice":
            return _literal(book, term)
        case "choices":
            return f"Sequence[{_literal(book, term)}]"
    return "str"


def _values(book: Rulebook, terms: Iterable[Term]) -> list[tuple[str, str]]:
    """Results as JSON writes them; what is withheld is None."""
    found: list[tuple[str, str]] = []
    for term in terms:
        assert term.result is not None
        kind = {"yes_or_no": "bool", "choice": _literal(book, term), "choices": "list[str]"}.get(term.type.kind, "str")
        found.append((term.result.key, f"{kind} | None"))
    return found


def _literal(book: Rulebook, term: Term) -> str:
    if term.type.kind not in ("choice", "choices"):
        return "str"
    return "Literal[" + ", ".join(f'"{key}"' for key in book.vocabularies[term.type.key].choices) + "]"
