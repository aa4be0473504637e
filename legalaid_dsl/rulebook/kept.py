"""A checked rulebook as data: JSON, so that it can be kept and read again without parsing any rule.

What is kept is what deciding and explaining need: meanings, names, figures, and the wording of the
conditions. Not the written text: drafters' tools read the rules themselves. It is honest by its key: the
digest of every rule file it was made from, and of the code and grammar that made it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import attrs

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation
from . import meaning, model, units

VERSION: Final = 1
_SKIPPED: Final = {"written", "span", "glossary", "wordings", "folder"}
_CLASSES: Final[dict[str, type]] = {
    **{c.__name__: c for m in (model, meaning) for c in vars(m).values() if isinstance(c, type) and attrs.has(c)},
    "Unit": units.Unit, "Citation": Citation, "Bilingual": Bilingual,
}  # fmt: skip
_PACKAGE: Final = Path(__file__).resolve().parent.parent


def sources(rulebook: model.Rulebook) -> list[Path]:
    """The folders of the instruments that a rulebook was read from."""
    home = Path(rulebook.folder).resolve()
    shipped = Path(_beside("rulesets"))
    used = [home.parent / key if (home.parent / key).is_dir() else shipped / key for key in rulebook.instruments]
    return list(dict.fromkeys([home, *(p for p in used if p.name != home.name)]))


def _beside(name: str) -> Path:
    """A folder that the wheel carries inside the package, and a checkout beside it."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def home_of(key: str) -> Path:
    """The folder of a shipped ruleset."""
    return _beside("rulesets") / key


def fingerprint(folders: list[Path]) -> str:
    """Of the rule files in the folders, and of what reads them."""
    total = hashlib.sha256()
    files = [f for folder in folders for f in sorted(folder.glob("*.law"))]
    for room in ("basics", "language", "rulebook"):
        files += sorted((_PACKAGE / room).rglob("*.py"))
    files += sorted(_beside("grammar").rglob("*.lark"))
    for file in files:
        data = file.read_bytes()
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


def to_json(rulebook: model.Rulebook) -> str:
    """The rulebook with the wording of every condition, in both languages."""
    from .wording import wording

    writer = _Writer()
    root = writer.place(rulebook)
    conditions = [
        c for rules in (*rulebook.rules.values(), rulebook.refusals, rulebook.findings) for r in rules
        for c in (*(c for _, c in r.applies), r.when) if c is not None
    ]  # fmt: skip
    words = {}
    for condition in conditions:
        said = wording(rulebook, condition)
        words[writer.place(condition)] = [said.en, said.vi]
    folders = sources(rulebook)
    return json.dumps(
        {
            "version": VERSION, "folders": [str(p) for p in folders], "fingerprint": fingerprint(folders),
            "root": root, "rows": writer.rows, "words": list(words.items()),
        },
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip


# ------------------------------------------------------------------ in


def from_json(text: str, folder: Path) -> model.Rulebook | None:
    """The rulebook of a folder, or None when the rules, or what reads them, have changed since."""
    kept = json.loads(text)
    if not isinstance(kept, dict) or kept.get("version") != VERSION:
        return None
    folders = [Path(p) for p in kept["folders"]]
    if folders[:1] != [folder.resolve()] or kept["fingerprint"] != fingerprint(folders):
        return None
    return _made(kept, folder)


def restored(text: str) -> model.Rulebook:
    """The rulebook as it was kept, for a machine that does not hold its rule files. The same program must read it."""
    kept = json.loads(text)
    return _made(kept, Path(kept["folders"][0]))


def _made(kept: dict[str, Any], folder: Path) -> model.Rulebook:
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
    for name, *parts in kept["rows"]:
        given = dict(zip(names[name], map(value, parts), strict=True))
        if name == "Rulebook":
            given |= {"glossary": None, "folder": str(folder)}
        made.append(_CLASSES[name](**given))
    rulebook = made[kept["root"]]
    assert isinstance(rulebook, model.Rulebook)
    for place, (en, vi) in kept["words"]:
        rulebook.wordings[id(made[place])] = Bilingual(en, vi)
    return rulebook


def load_kept(folder: Path, where: Path) -> model.Rulebook:
    """The rulebook of a folder; kept in the folder ``where``, and made anew when it is not the same any more."""
    file = where / f"{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]}.json"
    try:
        rulebook = from_json(file.read_text("utf-8"), folder)
    except (OSError, ValueError, LookupError, TypeError):
        rulebook = None  # not there, or not what we wrote: the rules themselves are read
    if rulebook is not None:
        return rulebook
    from .load import load_rulebook

    rulebook = load_rulebook(folder)
    waiting = file.with_suffix(f".{os.getpid()}")
    try:
        where.mkdir(parents=True, exist_ok=True)
        waiting.write_text(to_json(rulebook), "utf-8")
        waiting.replace(file)
    except OSError:
        return rulebook  # a place that cannot be written to costs the next process time, nothing else
    return rulebook
