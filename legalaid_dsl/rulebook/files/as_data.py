"""A checked rulebook as data: JSON, so that it can be kept and read again without parsing any rule.

What is kept is what deciding and explaining need: meanings, names, figures, and the wording of the
conditions. Not the written text: drafters' tools read the rules themselves. Only the program that wrote it
reads it again. ``cached.py`` keeps it in a folder, under what a load would read.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import attrs

from ...basics.bilingual import Bilingual
from ...basics.citation import Citation
from ...basics.keywords import shipped
from .. import meaning, model, units
from ..wording import sentence, wording

Period = tuple[date, model.Rulebook]  # the rules from a day on

_SKIPPED: Final = {"written", "span", "glossary", "wordings", "folder"}
_CLASSES: Final[dict[str, type]] = {
    **{c.__name__: c for m in (model, meaning) for c in vars(m).values() if isinstance(c, type) and attrs.has(c)},
    "Unit": units.Unit, "Citation": Citation, "Bilingual": Bilingual,
}  # fmt: skip
_PACKAGE: Final = Path(__file__).resolve().parent.parent.parent


class Damaged(ValueError):
    """Data that is no rulebook, or that another version of this program wrote."""


@cache
def program() -> str:
    """A digest of what makes a rulebook of rule files: this program, the same wherever it is installed."""
    total = hashlib.sha256()
    files = [f for room in ("basics", "language", "rulebook") for f in sorted((_PACKAGE / room).rglob("*.py"))]
    for file in [*files, *sorted(shipped("grammar").rglob("*.lark"))]:
        data = file.read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{file.parent.name}/{file.name} {len(data)}\n".encode())
        total.update(data)
    return total.hexdigest()


# ------------------------------------------------------------------ out


@attrs.define(slots=True, eq=False)
class _Writer:
    """Objects as rows of a table, each once; values refer to them by their place."""

    rows: list[list[Any]] = attrs.Factory(list)
    _places: dict[int, int] = attrs.Factory(dict)
    _held: list[Any] = attrs.Factory(list)  # so that ids stay those of living objects

    def value(self, value: Any) -> Any:
        match value:
            case None | bool() | str() | int():
                return value
            case Fraction():
                return {"n": str(value)}
            case date():
                return {"d": value.isoformat()}
            case tuple() | list():
                return [self.value(v) for v in value]
            case frozenset():
                return {"s": sorted(value)}
            case Mapping():
                return {"m": [[self.value(k), self.value(v)] for k, v in value.items()]}
            case _:
                return {"o": self.place(value)}

    def place(self, item: Any) -> int:
        if id(item) not in self._places:
            kind = type(item)
            if _CLASSES.get(kind.__name__) is not kind:
                raise TypeError(f"{kind.__name__} is no part of a rulebook")
            parts = [self.value(getattr(item, f.name)) for f in _fields(kind)]
            self.rows.append([kind.__name__, *parts])
            self._places[id(item)] = len(self.rows) - 1
            self._held.append(item)
        return self._places[id(item)]


def _fields(kind: type) -> list[Any]:
    return [f for f in attrs.fields(kind) if f.name not in _SKIPPED]


def periods_to_json(periods: Sequence[Period]) -> str:
    """The rulebooks of a text, from day to day where it changes, with the wording of every condition and rule in both languages."""
    writer = _Writer()
    roots = [[day.isoformat(), writer.place(rulebook)] for day, rulebook in periods]
    words = {}
    for _, rulebook in periods:
        for condition in _conditions(rulebook):
            said = wording(rulebook, condition)
            words[writer.place(condition)] = [said.en, said.vi]
        for rule in _deciding(rulebook):
            said = sentence(rulebook, rule)
            words[writer.place(rule)] = [said.en, said.vi]
    kept = {
        "program": program(), "folder": periods[0][1].folder, "roots": roots, "rows": writer.rows, "words": list(words.items()),
    }  # fmt: skip
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def packed(periods: Sequence[Period]) -> bytes:
    """The same, compressed."""
    return zlib.compress(periods_to_json(periods).encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=4)
def unpacked(data: bytes) -> list[Period]:
    """The rulebooks of compressed data; a process makes them once. Raises Damaged."""
    return restored_periods(zlib.decompress(data).decode("utf-8", "surrogatepass"))


def _conditions(rulebook: model.Rulebook) -> list[meaning.Expression]:
    """What a trace may have to say in words: why a rule did not apply."""
    rules = [r for found in (*rulebook.rules.values(), rulebook.refusals, rulebook.findings) for r in found]
    return [c for r in rules for c in (*(c for _, c in r.applies), r.when) if c is not None]


def _deciding(rulebook: model.Rulebook) -> list[model.Rule]:
    """The rules whose sentences a trace shows."""
    return [r for found in rulebook.rules.values() for r in found if r.kind in ("value", "ground", "requirement")]


# ------------------------------------------------------------------ in


def restored_periods(text: str, folder: Path | None = None) -> list[Period]:
    """The rulebooks as they were kept, the oldest first, for a machine that may not hold their files. ``folder``: where these are now.
    Raises Damaged."""
    try:
        kept = json.loads(text)
        if kept["program"] != program():
            raise Damaged("these rules were kept by another version of legalaid-dsl")
        made = _made(kept["rows"], str(folder if folder is not None else kept["folder"]))
        periods = [(date.fromisoformat(day), made[place]) for day, place in kept["roots"]]
        if not periods or not all(isinstance(book, model.Rulebook) for _, book in periods):
            raise Damaged("no rulebook")
        words = {id(made[place]): Bilingual(en, vi) for place, (en, vi) in kept["words"]}
        for _, rulebook in periods:
            rulebook.wordings.update((id(x), words[id(x)]) for x in (*_conditions(rulebook), *_deciding(rulebook)))
    except Damaged:
        raise
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise Damaged(f"no rulebook: {type(error).__name__}") from None
    return periods


def _made(rows: list[Any], folder: str) -> list[Any]:
    """The objects of the rows, in their order."""
    made: list[Any] = []

    def value(kept_value: Any) -> Any:
        if isinstance(kept_value, list):
            return tuple(value(v) for v in kept_value)
        if not isinstance(kept_value, dict):
            return kept_value
        ((kind, inner),) = kept_value.items()
        match kind:
            case "o":
                return made[inner]
            case "n":
                return Fraction(inner)
            case "d":
                return date.fromisoformat(inner)
            case "s":
                return frozenset(inner)
        return {value(k): value(v) for k, v in inner}

    names = {name: [f.name for f in _fields(kind)] for name, kind in _CLASSES.items()}
    for name, *parts in rows:
        given = dict(zip(names[name], map(value, parts), strict=True))
        if name == "Rulebook":
            given |= {"glossary": None, "folder": folder}
        made.append(_CLASSES[name](**given))
    return made
