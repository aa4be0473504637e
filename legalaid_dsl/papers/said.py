"""The words of papers and forms, in both languages: ``words.toml`` beside this file, a table a paper; what a ruleset adds of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs

from ..basics.bilingual import Bilingual, BilingualError
from ..basics.worded import beside
from ..rulebook.model import Rulebook

FILE: Final = "papers.toml"  # beside the rules: labels, forms, what a leaflet is made of


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))


def say(paper: str, key: str, lang: str, /, **values: object) -> str:
    """One sentence or name, filled in."""
    return _words()[paper][key][lang].format(**values)


both: Final = beside(__file__)  # one, in both languages


def words(table: str, lang: str) -> dict[str, str]:
    """All of a table, for a template."""
    return {key: both[lang] for key, both in _words()[table].items()}


@attrs.frozen
class Form:
    """A schedule that a ruleset names. ``demanded``: keys of the facts that its clause asks for; ``cites``: that clause."""

    key: str
    title: Bilingual
    about: Bilingual
    demanded: tuple[str, ...]
    cites: tuple[str, ...]
    preset: Mapping[str, str]


@attrs.frozen
class OfRuleset:
    """What a ruleset says of its papers. ``labels``: thing → key of a label → what it is called."""

    labels: Mapping[str, Mapping[str, Bilingual]] = attrs.field(factory=dict)
    forms: Mapping[str, Form] = attrs.field(factory=dict)
    leaflets: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    known_by: tuple[str, ...] = ()  # labels by which one person is known in several files, the surest first
    across: Mapping[str, str] = attrs.field(factory=dict)


class UnusablePapers(BilingualError):
    """What a ruleset says of its papers cannot be used."""


def of_ruleset(book: Rulebook) -> OfRuleset:
    """Read from the ruleset's own file; nothing where there is none. Raises UnusablePapers."""
    path = Path(book.folder) / FILE
    if not book.folder or not path.is_file():
        return OfRuleset()
    try:
        return _read(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise UnusablePapers.of(both("unknown", "papers", file=FILE, why=f"{type(error).__name__}: {error}")) from None


def _read(found: Mapping[str, Any]) -> OfRuleset:
    labels = {thing: {key: Bilingual(**both) for key, both in named.items()} for thing, named in found.get("labels", {}).items()}
    forms = {
        key: Form(key, Bilingual(**f["title"]), Bilingual(**f["about"]), tuple(f["demanded"]), tuple(f["cites"]), dict(f.get("preset", {})))
        for key, f in found.get("forms", {}).items()
    }
    leaflets = {key: {"title": Bilingual(**x["title"]), "for": Bilingual(**x["for"]), "sections": [_section(s) for s in x["sections"]]} for key, x in found.get("leaflets", {}).items()}
    return OfRuleset(labels, forms, leaflets, tuple(found.get("people", {}).get("labels", ())), dict(found.get("across", {})))


def _section(found: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": Bilingual(**found["title"]), **{key: tuple(found.get(key, ())) for key in ("provisions", "figures", "examples")}}
