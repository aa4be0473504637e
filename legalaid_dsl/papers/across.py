"""Several files held against one another: who worked longer than a day has, at two places at once, and what stands twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final, Literal

import attrs

from ..basics.quantity import decimal_text, parse_decimal
from ..rulebook.model import ROOT, Rulebook, Term
from .columns import labels_of, listed, value_at
from .said import OfRuleset

ID: Final = "id"
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])[:hg]([0-5][0-9])?")

Kind = Literal["long_day", "overlap", "case_twice", "line_twice"]


@attrs.frozen
class Person:
    """``by``: the label by which somebody is known in several files, or ``id``; ``key``: its value, plainly written."""

    by: str
    key: str
    name: str


@attrs.frozen
class Line:
    """A line of work. ``case``: the place of its file in what was given; ``said``: everything that it states but its id."""

    case: int
    case_id: str
    id: str
    who: Person
    day: str
    hours: Fraction | None
    span: tuple[int, int] | None  # minutes of the day
    said: tuple[tuple[str, str], ...]


@attrs.frozen
class Found:
    """What a person should look at. ``hours``: of a day that is too long; ``lines``: those concerned."""

    kind: Kind
    who: Person | None
    day: str
    hours: str
    lines: tuple[Line, ...]
    cases: tuple[str, ...] = ()


@attrs.frozen
class Files:
    """Reads the lines of several cases. ``same_ids``: an id means the same person in every file."""

    book: Rulebook
    own: OfRuleset
    same_ids: bool = False

    def found(self, cases: Iterable[Mapping[str, Any]]) -> list[Found]:
        """Everything of note in the lines of the cases; the same files in the same order give the same."""
        given = list(cases)
        lines = [line for place, case in enumerate(given) for line in self.lines(place, case)]
        return [*self._lines_twice(lines), *self._long_days(lines), *self._overlaps(lines)]

    def lines(self, place: int, case: Mapping[str, Any]) -> Iterator[Line]:
        for thing in self.book.things.values():
            if thing.key == ROOT or not thing.in_order_of:
                continue
            facts = [t for t in self.book.terms_of(thing.key) if t.fact and not t.inverse_of]
            to = next((t for t in facts if t.type.kind == "reference"), None)
            when = self.book.terms[thing.in_order_of]
            for item in listed(case, thing.key) if to is not None else ():
                assert to is not None
                who = self.person(place, case, to.type.key, str(value_at(item, to.path) or ""))
                yield Line(
                    place, str(case.get("case_id") or ""), str(item.get(ID, "")), who, str(value_at(item, when.path) or ""),
                    self._time(item, thing.key), self._span(item), self._said(facts, to, item),
                )  # fmt: skip

    def person(self, place: int, case: Mapping[str, Any], thing: str, identifier: str) -> Person:
        """Who somebody is: by the first label that the ruleset trusts; an id alone counts within its own file only."""
        labels = labels_of(next((i for i in listed(case, thing) if i.get(ID) == identifier), {}))
        name = str(labels.get("name") or identifier)
        for key in self.own.known_by:
            if value := str(labels.get(key) or "").strip():
                return Person(key, plainly(value), name)
        return Person(ID, identifier if self.same_ids else f"{place}/{identifier}", name)

    def _time(self, item: Mapping[str, Any], thing: str) -> Fraction | None:
        term = self.book.terms.get(self.own.across.get("time", ""))
        value = value_at(item, term.path) if term is not None and term.thing == thing else None
        try:
            return parse_decimal(str(value)) if value is not None else None
        except ValueError:
            return None

    def _span(self, item: Mapping[str, Any]) -> tuple[int, int] | None:
        """From when to when, where the labels tell it and it can be read."""
        labels = labels_of(item)
        ends = [_TIME.fullmatch(str(labels.get(self.own.across.get(k, ""), "")).strip()) for k in ("from", "to")]
        if any(e is None for e in ends):
            return None
        start, end = (int(e[1]) * 60 + int(e[2] or 0) for e in ends if e is not None)
        return (start, end) if start < end else None

    def _said(self, facts: list[Term], to: Term, item: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        told = ((t.key, value_at(item, t.path)) for t in facts if t is not to)
        return tuple((key, str(sorted(value) if isinstance(value, list) else value)) for key, value in told if value is not None)

    # ------------------------------------------------------------ what is of note

    def cases_twice(self, cases: list[Mapping[str, Any]]) -> Iterator[Found]:
        """Files that were given more than once, by their number."""
        ids = [str(c.get("case_id") or "") for c in cases]
        for one in dict.fromkeys(ids):
            if one and ids.count(one) > 1:
                yield Found("case_twice", None, "", "", (), tuple(one for i in ids if i == one))

    def _lines_twice(self, lines: list[Line]) -> Iterator[Found]:
        """The same work of the same person, on the same day, word for word."""
        same: dict[tuple[Any, ...], list[Line]] = {}
        for line in lines:
            if line.day:
                same.setdefault((line.who.by, line.who.key, line.said), []).append(line)
        for found in same.values():
            if len(found) > 1:
                yield Found("line_twice", found[0].who, found[0].day, "", tuple(found))

    def _long_days(self, lines: list[Line]) -> Iterator[Found]:
        most = self.own.across.get("of_a_day")
        for found in _by_day(lines).values():
            hours = sum((x.hours for x in found if x.hours is not None), Fraction(0))
            if most is not None and hours > parse_decimal(most):
                yield Found("long_day", found[0].who, found[0].day, decimal_text(hours), tuple(found))

    def _overlaps(self, lines: list[Line]) -> Iterator[Found]:
        for found in _by_day(lines).values():
            spans = sorted((x for x in found if x.span is not None), key=lambda x: (x.span, x.case))
            for i, first in enumerate(spans):
                for second in spans[i + 1 :]:
                    if first.span is not None and second.span is not None and second.span[0] < first.span[1]:
                        yield Found("overlap", first.who, first.day, "", (first, second))


def _by_day(lines: list[Line]) -> dict[tuple[str, str, str], list[Line]]:
    found: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        if line.day:
            found.setdefault((line.who.by, line.who.key, line.day), []).append(line)
    return found


def plainly(text: str) -> str:
    """A name as it is compared: one form of each letter, small letters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
