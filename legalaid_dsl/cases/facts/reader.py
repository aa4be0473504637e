"""Plain values to facts, by the glossary: types, vocabularies, references, unknown keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any, Final

import attrs

from ...basics.problem import did_you_mean
from ...basics.quantity import MAX_FACT_DIGITS, MAX_INTEGER_DIGITS, parse_decimal
from ...engine.interpreter.facts import Facts, Item
from ...engine.values import Need, Unknown
from ...rulebook.model import ROOT, Rulebook, Term
from .strict_json import Refusal, Refused, past, plain, refusal

MAX_ITEMS: Final = 20_000
MAX_HINTS: Final = 50
MAX_LABELS: Final = 50
MAX_LABEL: Final = 200  # characters
LABELS: Final = "labels"  # of a case or an item: names, addresses; no rule reads them, papers may print them
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER: Final = re.compile(rf"[0-9]{{1,{MAX_INTEGER_DIGITS}}}(\.[0-9]{{1,{MAX_FACT_DIGITS}}})?")


def read_facts(rulebook: Rulebook, case: Any) -> Facts:
    """The facts of one case. Raises Refused with every fault found."""
    reader = _Reader(rulebook)
    values = plain(case)
    if ROOT not in rulebook.things:
        raise Refused([refusal("no-case", "")])
    if not isinstance(values, dict):
        raise Refused([refusal("wrong-type", "", "case")])
    root = reader.item(ROOT, values, "", 0, None)
    reader.references()
    if reader.refusals:
        raise Refused(reader.refusals)
    return Facts(root, {k: tuple(v) for k, v in reader.items.items()}, {k: tuple(v) for k, v in reader.unknown.items()})


@attrs.define(slots=True)
class _Reader:
    rulebook: Rulebook
    refusals: list[Refusal] = attrs.Factory(list)
    items: dict[str, list[Item]] = attrs.Factory(dict)
    unknown: dict[str, list[tuple[Item, str]]] = attrs.Factory(dict)
    _read: int = 0
    _pending: list[tuple[Term, dict[str, Any], str, str]] = attrs.Factory(list)

    def refuse(self, code: str, path: str, reason: str = "", **values: Any) -> None:
        self.refusals.append(refusal(code, path, reason, **values))

    def near(self, word: Any, known: Iterable[str]) -> str | None:
        """What was meant, for the first refusals only: comparing every word with every other takes long."""
        return did_you_mean(word, known) if isinstance(word, str) and len(self.refusals) < MAX_HINTS else None

    def item(self, thing: str, values: dict[str, Any], path: str, position: int, owner: Item | None) -> Item:
        facts: dict[str, Any] = {}
        declared = self.rulebook.things.get(thing)  # none: the case itself, of a ruleset that speaks of nothing in one
        identifier = ""
        rest = dict(values)
        if declared is not None and declared.identified:
            identifier = rest.pop("id", None) or ""
            if not isinstance(identifier, str) or not identifier:
                self.refuse("missing-id", _join(path, "id"))
                identifier = ""
        item = Item(thing, identifier, position, path, facts, {}, owner)
        lists = [t for t in self.rulebook.things.values() if thing in t.listed_in]
        for term in self.rulebook.terms_of(thing):
            if term.fact:
                self._fact(term, rest, facts, path)
        if LABELS not in {t.path[0] for t in self.rulebook.terms_of(thing) if t.fact}:
            self._labels(rest.pop(LABELS, None), _join(path, LABELS))
        for inner in lists:
            self._list(item, inner.key, inner.none_unless_stated, rest.pop(inner.key, None), path)
        self._unknown_keys(thing, rest, path, [t.key for t in lists])
        return item

    def _labels(self, value: Any, path: str) -> None:
        if value is None:
            return
        texts = value if isinstance(value, dict) else {"": None}
        if not all(isinstance(x, str) for x in texts.values()):
            self.refuse("wrong-type", path, "labels")
        elif len(texts) > MAX_LABELS:
            self.refusals.append(past(path, MAX_LABELS, "too-many-labels"))
        elif any(len(str(x)) > MAX_LABEL for pair in texts.items() for x in pair):
            self.refusals.append(past(path, MAX_LABEL, "too-long-label"))

    def _fact(self, term: Term, rest: dict[str, Any], facts: dict[str, Any], path: str) -> None:
        """Take a fact out of ``rest``; a nested one (``a.b``) out of the object under its first key."""
        place: Any = rest
        for key in term.path[:-1]:
            place = place.get(key) if isinstance(place, dict) else None
            if place is not None and not isinstance(place, dict):
                self.refuse("wrong-type", _join(path, key), "object")
                rest.pop(term.path[0], None)
                return
        value = place.pop(term.path[-1], None) if isinstance(place, dict) else None
        if value is not None:
            where = _join(path, *term.path)
            if term.type.kind == "reference":
                self._pending.append((term, facts, value, where))
            else:
                found = self._value(term, value, where)
                if found is not None:
                    facts[term.key] = found

    def _value(self, term: Term, value: Any, path: str) -> Any:
        match term.type.kind:
            case "number":
                return self._number(value, path)
            case "date":
                return self._date(value, path)
            case "yes_or_no":
                if isinstance(value, bool):
                    return value
                self.refuse("wrong-type", path, "truth")
            case "text":
                if isinstance(value, str):
                    return value
                self.refuse("wrong-type", path, "text")
            case "choice":
                return self._choice(term.type.key, value, path)
            case "choices":
                return self._choices(term, value, path)
        return None

    def _number(self, value: Any, path: str) -> Fraction | None:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
            return Fraction(value)
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            return parse_decimal(value)
        self.refuse("no-number", path, "number")
        return None

    def _date(self, value: Any, path: str) -> date | None:
        if isinstance(value, str) and _DATE.fullmatch(value):
            try:
                found = date.fromisoformat(value)
                if 1900 <= found.year <= 2200:
                    return found
            except ValueError:
                pass
        self.refuse("no-date", path, "date")
        return None

    def _choice(self, vocabulary: str, value: Any, path: str) -> str | None:
        choices = self.rulebook.vocabularies[vocabulary].choices
        if isinstance(value, str) and value in choices:
            return value
        near = self.near(value, choices)
        shown = near or ", ".join(list(choices)[:6]) + (" …" if len(choices) > 6 else "")
        self.refuse("no-such-choice", path, "choice-near" if near else "choice", value=value, vocabulary=vocabulary, there=shown)
        return None

    def _choices(self, term: Term, value: Any, path: str) -> frozenset[str] | None:
        if not isinstance(value, list):
            self.refuse("wrong-type", path, "list")
            return None
        vocabulary = self.rulebook.vocabularies[term.type.key]
        found: list[str] = []
        for i, entry in enumerate(value):
            choice = self._choice(vocabulary.key, entry, f"{path}[{i}]")
            if choice is not None and choice in found and term.each_once:
                self.refuse("repeated", f"{path}[{i}]", choice=choice)
            found += [choice] if choice is not None else []
        return frozenset(kind for c in found for kind in vocabulary.choices[c].also)

    def _list(self, item: Item, thing: str, none_unless_stated: bool, value: Any, path: str) -> None:
        where = _join(path, thing)
        if value is None:
            item.lists[thing] = () if none_unless_stated else None
            if not none_unless_stated:
                self.unknown.setdefault(thing, []).append((item, where))
            return
        if not isinstance(value, list):
            self.refuse("wrong-type", where, "list")
            return
        if len(value) > MAX_ITEMS:
            self.refusals.append(past(where, MAX_ITEMS, "too-many-items"))
            return
        self._read += len(value)
        if self._read > MAX_ITEMS:
            raise Refused([past(where, MAX_ITEMS, "too-many-items")])
        every = self.items.setdefault(thing, [])
        own: list[Item] = []
        ids: set[str] = {i.id for i in every}
        for i, entry in enumerate(value):
            place = f"{where}[{i}]"
            if not isinstance(entry, dict):
                self.refuse("wrong-type", place, "object")
                continue
            found = self.item(thing, entry, place, len(every), item)
            if found.id and found.id in ids:
                self.refuse("repeated-id", _join(place, "id"), id=found.id)
            ids.add(found.id)
            every.append(found)
            own.append(found)
        item.lists[thing] = tuple(own)

    def _unknown_keys(self, thing: str, rest: dict[str, Any], path: str, lists: list[str]) -> None:
        paths = [(key,) for key in (*lists, "id")] + [t.path for t in self.rulebook.terms_of(thing) if t.fact]
        self._beside(paths, rest, path)

    def _beside(self, paths: list[tuple[str, ...]], rest: dict[str, Any], path: str) -> None:
        """What is left where these paths lead through, when all facts have been taken."""
        known = [p[0] for p in paths]
        for key, value in rest.items():
            inner = [p[1:] for p in paths if p[0] == key and len(p) > 1]
            if inner and isinstance(value, dict):
                self._beside(inner, value, _join(path, key))
            elif not inner or value is not None:
                self._unknown_key(key, _join(path, key), known)

    def _unknown_key(self, key: str, path: str, known: list[str]) -> None:
        near = self.near(key, known)
        self.refuse("unknown-key", path, "unknown-key-near" if near else "", key=key, near=near)

    # -------------------------------------------------------------- references

    def references(self) -> None:
        """References by id; those whose inverse has a name are one to one and lead nowhere twice."""
        taken: set[tuple[str, str]] = set()
        links: dict[str, dict[int, tuple[Item, str]]] = {}
        by_id = {thing: {i.id: i for i in items} for thing, items in self.items.items()}
        owners = {id(i.facts): i for items in self.items.values() for i in items}
        for term, facts, value, path in self._pending:
            if not isinstance(value, str):
                self.refuse("wrong-type", path, "id")
                continue
            if term.type.key not in by_id and term.type.key in self.unknown:
                _, where = self.unknown[term.type.key][0]
                facts[term.key] = Unknown((Need("fact", term.type.key, where, (), term.type.key),))
                continue
            items = by_id.get(term.type.key, {})
            if value not in items:
                near = self.near(value, items)
                self.refuse("unknown-id", path, "unknown-id-near" if near else "", id=value, near=near)
                continue
            facts[term.key] = items[value]
            if term.one_to_one:
                if (term.key, value) in taken:
                    self.refuse("taken", path, id=value)
                taken.add((term.key, value))
                links.setdefault(term.key, {})[id(owners[id(facts)])] = (items[value], path)
        for found in links.values():
            for path in _circles(found):
                self.refuse("circular", path)


def _circles(links: dict[int, tuple[Item, str]]) -> list[str]:
    """The path of the last link of each circle; every link is followed once."""
    order = {key: place for place, key in enumerate(links)}
    done: set[int] = set()
    found = []
    for start in links:
        trail: list[int] = []
        at = start
        while at in links and at not in done:
            done.add(at)
            trail.append(at)
            at = id(links[at][0])
        if at in trail:
            found.append(links[max(trail[trail.index(at) :], key=order.__getitem__)][1])
    return found


def _join(path: str, *parts: str) -> str:
    return ".".join([*([path] if path else []), *parts])
