"""What a schedule asks for: for each list of things a sheet, for each fact a column, as the glossary has them. Each carries its key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from ..basics.bilingual import LANGUAGES, Bilingual
from ..rulebook.model import ROOT, Rulebook, Term
from .said import OfRuleset

LABELS: Final = "labels"
MOST_AT_ONCE: Final = 5  # columns for a fact that takes several choices of a list
SHORT: Final = 6  # choices; of such a list there is a column for each


@attrs.frozen
class Column:
    """``key``: ``certified_by#2``, ``labels.name``, ``id``, ``no`` (the number of a row), ``of`` (of the row above it), ``list:offences``."""

    key: str
    name: Bilingual
    kind: str  # number, date, yes_or_no, text, choice, choices, reference; label, id, no, of, list
    path: tuple[str, ...] = ()
    vocabulary: str = ""  # of a choice; of a reference the thing
    term: Term | None = None
    place: int = 0  # of several columns for one fact


@attrs.frozen
class Page:
    """One sheet. ``inside``: the lists from the case to these things (``documents``, ``offences``); empty for the case itself."""

    key: str
    thing: str
    inside: tuple[str, ...]
    name: Bilingual
    columns: tuple[Column, ...]

    @property
    def owner(self) -> str:
        return ".".join(self.inside[:-1])


def pages(book: Rulebook, own: OfRuleset, facts: Mapping[str, Any] | None = None) -> list[Page]:
    """The case, then every list. ``facts``: whose labels have columns too, beside those that the ruleset names."""
    found = [Page(ROOT, ROOT, (), _title(book, ROOT), tuple(_columns(book, own, ROOT, (), facts)))]
    waiting: list[tuple[str, tuple[str, ...]]] = [(ROOT, ())] if ROOT in book.things else []
    while waiting:
        owner, above = waiting.pop(0)
        for thing in book.things.values():
            if owner in thing.listed_in and thing.key not in above:
                inside = (*above, thing.key)
                name = _title(book, thing.key, owner if above else "")
                found.append(Page(".".join(inside), thing.key, inside, name, tuple(_columns(book, own, thing.key, inside, facts))))
                waiting.append((thing.key, inside))
    return found


def _title(book: Rulebook, thing: str, owner: str = "") -> Bilingual:
    names = book.things[thing].names if thing == ROOT else book.things[thing].plurals
    return Bilingual(*(names[x] + (f" ({book.things[owner].names[x]})" if owner else "") for x in LANGUAGES))


def _columns(book: Rulebook, own: OfRuleset, thing: str, inside: tuple[str, ...], facts: Mapping[str, Any] | None) -> Iterator[Column]:
    if thing != ROOT:
        if len(inside) > 1:
            yield Column("of", book.things[inside[-2]].names, "of", vocabulary=".".join(inside[:-1]))
        yield Column("id", Bilingual(), "id") if book.things[thing].identified else Column("no", Bilingual(), "no")
    for term in sorted(book.terms_of(thing), key=lambda t: t.type.kind != "text"):
        if term.fact and not term.inverse_of:
            several = term.type.kind == "choices"
            yield from _of_fact(book, term, max((len(value_at(i, term.path) or ()) for i, _ in items_of(facts or {}, inside) if several), default=0))
    for other in book.things.values():
        if thing in other.listed_in and other.key not in inside:
            yield Column(f"list:{other.key}", other.plurals, "list", (other.key,))
    named = {**own.labels.get(thing, {}), **{key: Bilingual(key, key) for key in _labels(facts, inside) if key not in own.labels.get(thing, {})}}
    for key, name in named.items():
        yield Column(f"{LABELS}.{key}", name, "label", (LABELS, key))


def _of_fact(book: Rulebook, term: Term, held: int) -> Iterator[Column]:
    """``held``: how many choices at once the facts have."""
    key, kind, vocabulary = ".".join(term.path), term.type.kind, term.type.key
    if kind != "choices":
        yield Column(key, term.names, kind, term.path, vocabulary, term)
        return
    most = len(book.vocabularies[vocabulary].choices)
    for place in range(1, max(held, most if most <= SHORT else MOST_AT_ONCE) + 1):
        name = Bilingual(*(f"{term.names[lang]} ({place})" for lang in LANGUAGES))
        yield Column(f"{key}#{place}", name, kind, term.path, vocabulary, term, place)


def _labels(facts: Mapping[str, Any] | None, inside: tuple[str, ...]) -> list[str]:
    """The keys of labels that the items of a list have."""
    return list(dict.fromkeys(key for item, _ in items_of(facts or {}, inside) for key in labels_of(item)))


def items_of(facts: Mapping[str, Any], inside: tuple[str, ...]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The items of a list, with the one that each stands in."""
    found: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = [(facts, {})]
    for key in inside:
        found = [(inner, item) for item, _ in found for inner in item.get(key) or ()]
    return found


def labels_of(item: Any) -> Mapping[str, Any]:
    """The labels of an item; none where it has none that could be read."""
    labels = item.get(LABELS) if isinstance(item, Mapping) else None
    return labels if isinstance(labels, Mapping) else {}


def listed(facts: Mapping[str, Any], thing: str) -> list[Mapping[str, Any]]:
    """The items of a list of the case, as far as they are items."""
    items = facts.get(thing)
    return [i for i in items if isinstance(i, Mapping)] if isinstance(items, list | tuple) else []


def value_at(item: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = item
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
