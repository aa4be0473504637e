"""The data file of made-up portfolios (``portfolio.toml``), read and looked at before a case is made of it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np

from ..basics.quantity import parse_decimal
from ..basics.system import reason
from ..basics.tabular import Place, wording
from ..engine.columns.batch import Array
from ..rulebook.model import ROOT, Rulebook, Term
from ..study.portfolio.opened import SourceError, limited

FILE: Final = "portfolio.toml"
BYTES: Final = 1_000_000
MOST: Final = 2**31  # what running weights stay below
MOST_ITEMS: Final = 2_000  # of a thing in a case
WAYS: Final = ("years", "days_before", "between", "one_of", "one_of_things", "weights")
WEIGHTED: Final = ("years", "days_before", "weights")
WAYS_OF: Final = {
    "date": ("years", "days_before", "between"), "reference": ("one_of_things",), "choice": ("weights", "one_of"),
}  # fmt: skip


@attrs.frozen(slots=True, eq=False)
class Draw:
    """How a fact (``places``: a value each) or the number of a thing comes about. ``upto``: running weights."""

    key: str
    when: Mapping[str, frozenset[str]]
    values: tuple[str, ...]
    upto: Array
    way: str  # one of WAYS
    of: tuple[str, ...]
    once_a_case: bool


@attrs.frozen(slots=True, eq=False)
class Recipe:
    """A data file, read. ``raw``: as it was written, with sources."""

    raw: Mapping[str, Any]
    counts: tuple[Draw, ...]
    facts: tuple[Draw, ...]

    @property
    def by(self) -> tuple[str, ...]:
        return tuple(self.raw.get("by", ()))


def read_recipe(path: Path, rulebook: Rulebook) -> Recipe:
    """Raises SourceError for what is no such file, and for a fact, thing or value that the glossary does not have."""
    place = Place(file=path.name)
    try:
        limited("file", path.stat().st_size, BYTES, place)
        raw = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise SourceError.of("damaged", place, why=reason(error)) from None
    except UnicodeDecodeError as error:
        byte = f"0x{error.object[error.start]:02X}"
        raise SourceError.of("not-utf-8", place, byte=byte) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourceError.of("recipe-toml", place, why=error) from None
    draws = raw.get("draw")
    if not isinstance(draws, list) or not all(isinstance(d, dict) for d in draws):
        raise _shape(place, "draw", "draws")
    _whole(place, raw)
    reader = _Reader(place, rulebook, {str(d["thing"]) for d in draws if "thing" in d})
    # as they are made: facts of the case, then how many of each thing, then the facts of these
    keys = [str(d.get("fact")) for d in draws]  # all draws of a fact are made where its first stands
    ranked = sorted(draws, key=lambda d: (_rank(d), keys.index(str(d.get("fact")))))
    made = {id(d): reader.draw(d) for d in ranked}
    return Recipe(raw, tuple(made[id(d)] for d in draws if "thing" in d), tuple(made[id(d)] for d in draws if "fact" in d))


def _rank(draw: Mapping[str, Any]) -> int:
    return 1 if "thing" in draw else 0 if str(draw.get("fact")).startswith(f"{ROOT}.") else 2


def _shape(place: Place, key: str, wanted: str, **values: Any) -> SourceError:
    return SourceError.of("recipe-shape", place, key=key, wanted=wording(f"shape.{wanted}", **values))


def _whole(place: Place, raw: Mapping[str, Any]) -> None:
    """What is said beside the draws."""
    if not _texts(raw.get("by", [])):
        raise _shape(place, "by", "texts")
    group = raw.get("group")
    if group is None:
        return
    named = isinstance(group, dict) and all(isinstance(group.get(k), str) and group[k] for k in ("column", "en", "vi", "value"))
    sizes = group.get("sizes") if named else None
    if not isinstance(sizes, list) or not sizes or not all(_number(n) and n > 0 for n in sizes) or sum(sizes) >= MOST:
        raise _shape(place, "group", "group")


def _texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(t, str) for t in found)


def _number(found: Any) -> bool:
    return type(found) is int and 0 <= found < MOST


@attrs.define(slots=True)
class _Reader:
    """Reads draws in the order in which they are made. ``drawn``: the facts that are known by then."""

    place: Place
    book: Rulebook
    counted: set[str]
    drawn: set[str] = attrs.Factory(set)
    now: str = ""

    def draw(self, raw: Mapping[str, Any]) -> Draw:
        subject = [k for k in ("fact", "thing") if k in raw]
        ways = [w for w in WAYS if w in raw and not (w == "weights" and "days_before" in raw)]
        if len(subject) != 1 or not isinstance(raw[subject[0]], str):
            raise _shape(self.place, "draw", "subject")
        key, where = raw[subject[0]], attrs.evolve(self.place, column=raw[subject[0]])
        if len(ways) != 1:
            raise _shape(where, "draw", "way", there=WAYS)
        way, self.now = ways[0], key
        thing = self._thing(key, where) if subject == ["thing"] else self._fact(key, where).thing
        weights = self._weights(raw, way, where)
        named = raw[way] if way in ("days_before", "between", "one_of") else ()
        of = (named,) if isinstance(named, str) else tuple(named) if _texts(list(named) if isinstance(named, Sequence) else 0) else (None,)
        when = self._when(raw.get("when", {}), ROOT if subject == ["thing"] else thing, where)
        if subject == ["thing"]:
            self._counts(weights, way, where)
        else:
            self._ways(self.book.terms[key], way, tuple(weights), of, where)
            self.drawn.add(key)
        if type(raw.get("once_a_case", False)) is not bool:
            raise _shape(where, "once_a_case", "way", there="true, false")
        upto = np.cumsum(list(weights.values()), dtype=np.int64)
        return Draw(key, when, tuple(weights), upto, way, of, raw.get("once_a_case", False))

    def _thing(self, key: str, where: Place) -> str:
        if key not in self.book.things or key == ROOT:
            raise SourceError.of("recipe-no-thing", where, name=key)
        return key

    def _fact(self, key: Any, where: Place) -> Term:
        if not isinstance(key, str) or key not in self.book.terms or not self.book.terms[key].fact:
            raise SourceError.of("recipe-no-fact", where, name=key)
        term = self.book.terms[key]
        if term.thing != ROOT and term.thing not in self.counted:
            raise SourceError.of("recipe-no-thing", where, name=term.thing)
        return term

    def _weights(self, raw: Mapping[str, Any], way: str, where: Place) -> dict[str, int]:
        if way not in WEIGHTED:
            return {}
        found = raw.get("weights" if way == "days_before" else way)
        if not isinstance(found, dict) or not all(map(_number, found.values())) or not 0 < sum(found.values()) < MOST:
            raise _shape(where, "weights", "weights")
        return found

    def _when(self, raw: Any, thing: str, where: Place) -> dict[str, frozenset[str]]:
        if not isinstance(raw, dict):
            raise _shape(where, "when", "earlier")
        for name, values in raw.items():
            term = self._earlier(name, thing, "when", where)
            if not _texts(values):
                raise _shape(where, "when", "texts")
            self._values(term, values, where)
        return {k: frozenset(v) for k, v in raw.items()}

    def _earlier(self, name: Any, thing: str, key: str, where: Place) -> Term:
        term = self._fact(name, where)
        if name not in self.drawn or name == self.now or term.thing not in (ROOT, thing):
            raise _shape(where, key, "earlier")
        return term

    def _counts(self, weights: Mapping[str, int], way: str, where: Place) -> None:
        if way != "weights" or not all(k.isascii() and k.isdecimal() and len(k) < 10 and int(k) <= MOST_ITEMS for k in weights):
            raise _shape(where, "weights", "whole")

    def _ways(self, term: Term, way: str, values: Sequence[str], of: Sequence[Any], where: Place) -> None:
        if way not in WAYS_OF.get(term.type.kind, ("weights",)):
            raise _shape(where, way, "kind")
        if way in ("days_before", "between"):
            if len(of) != (2 if way == "between" else 1) or any(
                self._earlier(k, term.thing, way, where).type.kind != "date" for k in of
            ):  # fmt: skip
                raise _shape(where, way, "pair")
        if way == "one_of" and (len(of) != 1 or self._earlier(of[0], term.thing, way, where).type.kind != "choices"):
            raise _shape(where, way, "kind")
        if way == "one_of_things" and (term.type.key not in self.counted or term.thing == ROOT):
            raise SourceError.of("recipe-no-thing", where, name=term.type.key)
        if way in ("years", "days_before"):
            whole = all(v.isascii() and v.isdecimal() and len(v) < 6 for v in values)
            if not whole or (way == "years" and not all(1900 <= int(v) <= 2200 for v in values)):
                raise _shape(where, way, "years" if way == "years" else "whole")
        elif way == "weights":
            self._values(term, values, where)

    def _values(self, term: Term, values: Sequence[str], where: Place) -> None:
        """Raises SourceError for one that the fact cannot have."""
        for value in values:
            match term.type.kind:
                case "choice" | "choices":
                    known = self.book.vocabularies[term.type.key].choices
                    parts = value.split(";") if term.type.kind == "choices" else [value]
                    right = all(p in known for p in parts)
                case "yes_or_no":
                    right = value in ("yes", "no")
                case "number":
                    right = _decimal(value)
                case kind:
                    right = kind == "text" and bool(value)
            if not right:
                raise SourceError.of("recipe-value", where, name=term.key, value=value)


def _decimal(text: str) -> bool:
    try:
        return parse_decimal(text) >= 0
    except ValueError:
        return False
