"""What the glossary calls the columns, sheets and values of tables: which facts a header may mean, which choice a cell names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import attrs

from ...basics.bilingual import Bilingual
from ...engine.lowered.steps import FactColumn, ThingShape
from ...rulebook.model import ROOT, Rulebook, Term
from .written import bare, key_of, written

BEHIND: Final = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")
ID, CASE, LABEL, PASSED = "id", "case", "labels", ""
FILE_NUMBER: Final = ("case_id",)  # the fact that says what a file calls itself


@attrs.frozen(slots=True)
class Meaning:
    """What a column is. ``column``: its name in a table of that thing; empty where it is passed over.
    ``kind``: of its cells, as facts have them; also text of ids and labels, place of owners."""

    thing: str
    column: str
    kind: str


@attrs.frozen(slots=True, eq=False)
class Choices:
    """The choices of a vocabulary by how they are written."""

    keys: Mapping[str, str]  # key, or a name in either tongue → key
    bares: Mapping[str, str]  # without diacritics, where one choice only is written so
    names: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, named: Mapping[str, Iterable[str]]) -> Choices:
        keys, bares = dict[str, str](), dict[str, set[str]]()
        for key, names in named.items():
            for name in (key, *names):
                keys[key_of(name)] = key
                bares.setdefault(bare(name), set()).add(key)
        alone = {b: next(iter(k)) for b, k in bares.items() if len(k) == 1}
        return cls(keys, alone, {k: tuple(n) for k, n in named.items()})  # type: ignore[misc]

    def find(self, text: str) -> str | None:
        """A choice by its key or name; without diacritics only where the text has none at all."""
        plain = key_of(text)
        found = self.keys.get(plain)
        return self.bares.get(plain) if found is None and plain.isascii() else found


@attrs.frozen(slots=True, eq=False)
class Words:
    """The names of one glossary, as tables may use them."""

    shapes: Mapping[str, ThingShape]
    headers: Mapping[str, tuple[Meaning, ...]]
    bares: Mapping[str, tuple[Meaning, ...]]
    things: Mapping[str, str]  # names of things, and of their tables → thing
    choices: Mapping[str, Choices]  # by term
    units: Mapping[str, tuple[str, ...]]  # by term: what its unit is called
    clocks: frozenset[str]  # terms that are measured by the clock
    titles: Mapping[str, tuple[str, str]]  # by term: its names
    called: Mapping[str, tuple[str, str]]  # by thing
    file_number: str  # the column of the cases that tells them apart, where there is no id

    def meanings(self, header: str, saved: Mapping[str, Meaning] | None = None) -> tuple[Meaning, ...]:
        """What a header may mean; nothing where no name is written so."""
        for text in (header, BEHIND.sub(self._remark, header)):
            plain = key_of(text)
            if saved and plain in saved:
                return (saved[plain],)
            found = self.headers.get(plain) or (self.bares.get(plain, ()) if plain.isascii() else ())
            if found:
                return found
        return ()

    def _remark(self, found: re.Match[str]) -> str:
        """What stands in brackets is left out where it only says how the cells are written."""
        inside = key_of(found[1])
        units = {key_of(u) for names in self.units.values() for u in names}
        return "" if not inside or inside in written().remarks or inside in units else found[0]

    def fact(self, meaning: Meaning) -> FactColumn | None:
        return next((f for f in self.shapes[meaning.thing].facts if ".".join(f.path) == meaning.column), None)

    def title(self, meaning: Meaning, lang: str) -> str:
        """What people call a column."""
        names = self.titles.get(f"{meaning.thing}.{meaning.column}")
        return names[lang == "vi"] if names else meaning.column


def words_of(rulebook: Rulebook, shapes: Iterable[ThingShape]) -> Words:
    """The names of a rulebook's facts, things and choices."""
    by_thing = {s.key: s for s in shapes}
    terms = {t.key: t for t in rulebook.terms.values() if t.fact and t.thing in by_thing}
    number = next((t for t in terms.values() if t.thing == ROOT and t.path == FILE_NUMBER), None)
    headers = _headers(rulebook, by_thing, terms, (".".join(number.path), *_names(number.names)) if number else ())
    bares: dict[str, dict[Meaning, None]] = {}
    for text, meanings in headers.items():
        bares.setdefault(bare(text), {}).update(meanings)
    return Words(
        by_thing, {k: tuple(v) for k, v in headers.items()}, {k: tuple(v) for k, v in bares.items()}, _things(rulebook, by_thing),
        {k: _choices(rulebook, t) for k, t in terms.items() if t.type.kind in ("choice", "choices")},
        {k: _units(rulebook, t) for k, t in terms.items() if t.type.kind == "number"},
        frozenset(k for k, t in terms.items() if t.type.unit.powers == ((written().clock, 1),)),
        {k: _names(t.names) for k, t in terms.items()},
        {k: _names(t.names) for k, t in rulebook.things.items()},
        ".".join(number.path) if number else "",
    )  # fmt: skip


def _headers(
    rulebook: Rulebook, shapes: Mapping[str, ThingShape], terms: Mapping[str, Term], number: tuple[str, ...]
) -> dict[str, dict[Meaning, None]]:
    """What each name may mean. ``number``: the names of the fact by which a file calls itself."""
    headers: dict[str, dict[Meaning, None]] = {}

    def add(text: str, meaning: Meaning) -> None:
        if text:
            headers.setdefault(key_of(text), {})[meaning] = None

    for shape in shapes.values():
        for fact in shape.facts:
            name = ".".join(fact.path)
            for text in (name, f"{shape.key}.{name}", *_names(terms[fact.term].names)):
                add(text, Meaning(shape.key, name, fact.kind))
        for inner, _ in shape.lists:
            add(inner, Meaning(shape.key, inner, "listed"))
        for owner in (o for o in shape.owners if o != ROOT):
            add(owner, Meaning(shape.key, owner, "place"))
        if shape.key == ROOT or shape.identified:
            add(ID, Meaning(shape.key, ID, "text"))
    known = {k for k, found in headers.items() if any(m.thing == ROOT for m in found)}
    for shape in shapes.values():
        for text in (*written().case, *number):
            if shape.key != ROOT:
                add(text, Meaning(shape.key, CASE, "text"))
            elif key_of(text) not in known:
                add(text, Meaning(ROOT, ID, "text"))
    _named_items(rulebook, shapes, add)
    for text, key in written().labels.items():
        if text not in headers:
            headers[text] = {Meaning(ROOT, f"{LABEL}.{key}", "label"): None}
    for text in written().passed:
        headers.setdefault(text, {})[Meaning(ROOT, PASSED, "")] = None
    return headers


def _names(names: Bilingual) -> tuple[str, str]:
    return names.en, names.vi


def _named_items(rulebook: Rulebook, shapes: Mapping[str, ThingShape], add: Callable[[str, Meaning], None]) -> None:
    """An item's own name over a column: its id among its like, a reference to it elsewhere."""
    for key, thing in rulebook.things.items():
        if key == ROOT or not thing.identified:
            continue
        for text in _names(thing.names):
            add(text, Meaning(key, ID, "text"))
            for other in shapes.values():
                to = [f for f in other.facts if f.kind == "reference" and f.target == key and other.key != key]
                if len(to) == 1:
                    add(text, Meaning(other.key, ".".join(to[0].path), "reference"))


def _things(rulebook: Rulebook, shapes: Mapping[str, ThingShape]) -> dict[str, str]:
    found = {key_of("cases"): ROOT}
    for key in shapes:
        found[key_of(key)] = key
        thing = rulebook.things.get(key)
        for text in (*_names(thing.names), *_names(thing.plurals)) if thing else ():
            found.setdefault(key_of(text), key)
    return found


def _choices(rulebook: Rulebook, term: Term) -> Choices:
    return Choices.of({c.key: _names(c.names) for c in rulebook.vocabularies[term.type.key].choices.values()})


def _units(rulebook: Rulebook, term: Term) -> tuple[str, ...]:
    """The names of a unit that stands alone."""
    powers = term.type.unit.powers
    if len(powers) != 1 or powers[0][1] != 1 or powers[0][0] not in rulebook.units:
        return ()
    one, many = rulebook.units[powers[0][0]]
    return tuple(dict.fromkeys(n for n in (*_names(one), *_names(many), powers[0][0]) if n))


NO_WORDS: Final = Words({}, {}, {}, {}, {}, {}, frozenset(), {}, {}, "")  # of a table that is read by the letter
