"""Facts to columns of codes, quickly and as strictly as ``read.py``: whatever is not plainly right is
left to it, and it says what is wrong.

The reader is printed from the glossary as one flat function, like the rows that it feeds.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

import attrs

from ...engine.lowered.steps import DOUBT, FACT_SCALE, NO, YES, FactColumn, ThingShape
from ...rulebook.model import ROOT

MAX_QUICK: Final = 2_000  # items of a case
MAX_CHOICES: Final = 64  # in one list
MAX_TEXT: Final = 250_000  # characters: surely below the limit in bytes
MOST_INSIDE: Final = 20  # levels of lines; each list in another takes two
MOST_OBJECTS: Final = 2_000  # kinds of objects, in each list that they stand in
KEPT: Final = 50_000  # numbers that are remembered
_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,30})?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMALS: Final = len(str(FACT_SCALE)) - 1

Input = tuple[str, ...]
Snapshot = tuple[Any, ...]


class NotPlain(Exception):
    """Facts that the careful reader must look at."""


class Dates(dict[Any, Any]):
    """Days by their text; there are only so many."""

    def __missing__(self, text: Any) -> int:
        if not isinstance(text, str) or not _DATE.fullmatch(text):
            raise NotPlain
        day = date.fromisoformat(text)
        if not 1900 <= day.year <= 2200:
            raise NotPlain
        self[str(text)] = found = day.toordinal()
        return found


class Numbers(dict[Any, Any]):
    """Numerators over FACT_SCALE by their text."""

    def __missing__(self, text: str) -> int:
        if not _NUMBER.fullmatch(text):
            raise NotPlain
        whole, _, part = text.partition(".")
        part = part.rstrip("0")
        if len(part) > _DECIMALS:
            raise NotPlain
        found = int(whole + part.ljust(_DECIMALS, "0"))
        if len(self) < KEPT:
            self[text] = found
        return found


def clean(text: Any) -> bool:
    """Whether a text is as the careful reader would keep it."""
    if type(text) is not str:
        return False
    if text.isascii():
        return True
    return unicodedata.is_normalized("NFC", text) and not any(0xD800 <= ord(c) <= 0xDFFF for c in text)


def linked_once(references: Iterable[int]) -> bool:
    """Whether no two lead to the same, and none leads back to itself."""
    links = {i: r for i, r in enumerate(references) if r >= 0}
    if len(set(links.values())) != len(links):
        return False
    for start in links:
        at, steps = start, 0
        while at in links and steps <= len(links):
            at, steps = links[at], steps + 1
        if steps > len(links):
            return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotPlain
    return found


def quick_json(text: str) -> Any:
    """Plain values of a JSON text. Raises NotPlain."""
    if len(text) > MAX_TEXT or text[:1] == "\ufeff":
        raise NotPlain
    try:
        return json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise NotPlain from None


@attrs.frozen(slots=True, eq=False)
class QuickReader:
    """Reads the facts of one ruleset. ``inputs`` names the columns of a snapshot."""

    shapes: tuple[ThingShape, ...]
    inputs: tuple[Input, ...]
    source: str
    _function: Callable[[Any], Snapshot]

    def read(self, case: Any) -> Snapshot | None:
        """The columns, or None: then the careful reader must say what the facts are."""
        try:
            return self._function(case)
        except (NotPlain, KeyError, TypeError, ValueError, AttributeError):
            return None  # what is wrong, if anything is, the careful reader says

    def plain(self, snapshot: Snapshot) -> dict[str, Any]:
        """The facts as a case file would give them."""
        return _Plain(self, dict(zip(self.inputs, snapshot, strict=True))).case()


def quick_reader(shapes: tuple[ThingShape, ...]) -> QuickReader:
    """Print the reader of a ruleset."""
    printer = _Printer({s.key: s for s in shapes})
    source = printer.print()
    held: dict[str, Any] = {
        "Doubt": NotPlain, "clean": clean, "linked_once": linked_once, "dates": Dates({None: None}),
        "numbers": Numbers(), **printer.held,
    }  # fmt: skip
    exec(compile(source, "<reader of facts>", "exec"), held)
    return QuickReader(shapes, tuple(printer.inputs), source, held["read"])


@attrs.define(slots=True, eq=False)
class _Printer:
    shapes: dict[str, ThingShape]
    inputs: dict[Input, str] = attrs.Factory(dict)
    held: dict[str, Any] = attrs.Factory(dict)
    lines: list[str] = attrs.Factory(list)
    count: int = 0
    printed: int = 0  # objects: one that stands in several lists is read in each

    def print(self) -> str:
        things = [s for s in self.shapes.values() if s.key != ROOT]
        for shape in things:
            self.inputs[("count", shape.key)] = f"n_{len(self.inputs)}"
            keys: list[Input] = [("fact", f.term) for f in shape.facts]
            keys += [("id", shape.key)] if shape.identified else []
            keys += [("owner", shape.key, o) for o in shape.owners if o != ROOT]
            keys += [("unlisted", t, shape.key) for t, _ in shape.lists]
            for key in keys:
                self.inputs[key] = name = f"c_{len(self.inputs)}"
                self.lines += [f"{name} = []", f"a{name} = {name}.append"]
            if shape.identified:
                self.lines.append(f"{self._ids(shape.key)} = {{}}")
        self._item(self.shapes[ROOT], "case", 0, ())
        for shape in things:
            self._finish(shape)
        results = "".join(f"{name}, " for name in self.inputs.values())  # a tuple of any length, also of none
        return "\n".join(["def read(case):", *(f"    {line}" for line in self.lines), f"    return ({results})\n"])

    def _ids(self, thing: str) -> str:
        """The places of items by their id. No text of a file is part of a name."""
        return f"ids{self.inputs[('id', thing)]}"

    def hold(self, prefix: str, value: Any) -> str:
        self.count += 1
        name = f"{prefix}_{self.count}"
        self.held[name] = value
        return name

    def _item(self, shape: ThingShape, name: str, depth: int, owners: tuple[tuple[str, str], ...]) -> None:
        """The lines that read one object; ``owners``: (thing, its index) around it."""
        self.printed += 1
        if depth > MOST_INSIDE or self.printed > MOST_OBJECTS:
            raise NotPlain("lists too deep in one another")
        pad = "    " * depth
        keys = {f.path[0] for f in shape.facts} | {t for t, _ in shape.lists} | ({"id"} if shape.identified else set())
        known = self.hold("keys", frozenset(keys))
        self.lines += [
            f"{pad}if type({name}) is not dict or not {known}.issuperset({name}): raise Doubt",
            f"{pad}g = {name}.get",
        ]
        inner: dict[str, list[FactColumn]] = {}
        for fact in shape.facts:
            if len(fact.path) == 1:
                self._fact(shape, fact, f"g({fact.path[0]!r})", pad)
            else:
                inner.setdefault(fact.path[0], []).append(fact)
        for key, facts in inner.items():
            if any(len(f.path) != 2 for f in facts):
                raise NotPlain
            held = self.hold("keys", frozenset(f.path[1] for f in facts))
            self.lines += [
                f"{pad}h = g({key!r})", f"{pad}if h is None: h = {{}}",
                f"{pad}elif type(h) is not dict or not {held}.issuperset(h): raise Doubt",
            ]  # fmt: skip
            for fact in facts:
                self._fact(shape, fact, f"h.get({fact.path[1]!r})", pad)
        if shape.identified:
            ids = self._ids(shape.key)
            self.lines += [
                f"{pad}v = g('id')", f"{pad}if not v or not clean(v) or v in {ids}: raise Doubt",
                f"{pad}{ids}[v] = len({ids})", f"{pad}a{self.inputs[('id', shape.key)]}(v)",
            ]  # fmt: skip
        for owner in (o for o in shape.owners if o != ROOT):
            index = next((i for thing, i in owners if thing == owner), "-1")
            self.lines.append(f"{pad}a{self.inputs[('owner', shape.key, owner)]}({index})")
        for thing, none_unless_stated in shape.lists:
            self._list(shape, thing, none_unless_stated, name, depth)

    def _list(self, shape: ThingShape, thing: str, none_unless_stated: bool, name: str, depth: int) -> None:
        pad = "    " * depth
        key: Input = ("unlisted", thing, shape.key)
        items, item = f"l{depth}", f"i{depth}"
        self.lines.append(f"{pad}{items} = {name}.get({thing!r})")
        if shape.key == ROOT:
            self.inputs[key] = flag = f"c_{len(self.inputs)}"
            set_flag = f"{flag} = {{}}"
        else:
            set_flag = f"a{self.inputs[key]}({{}})"
        absent = NO if none_unless_stated else YES
        self.lines += [
            f"{pad}if {items} is None: {set_flag.format(absent)}",
            f"{pad}else:",
            f"{pad}    if type({items}) is not list or len({items}) > {MAX_QUICK}: raise Doubt",
            f"{pad}    {set_flag.format(NO)}",
        ]
        owner = self.count = self.count + 1
        place = f"o{owner}"
        if shape.key != ROOT:  # its own place: it is the last that was begun
            first = next(iter(self._columns(shape)), "")
            if not first:
                raise NotPlain(f"{shape.key} has nothing but lists")
            self.lines.append(f"{pad}    {place} = len({first}) - 1")
        self.lines.append(f"{pad}    for {item} in {items}:")
        start = len(self.lines)
        owners = () if shape.key == ROOT else ((shape.key, place),)
        self._item(self.shapes[thing], item, depth + 2, owners)
        if len(self.lines) == start:
            self.lines.append(f"{pad}        pass")

    def _columns(self, shape: ThingShape) -> list[str]:
        return [self.inputs[("fact", f.term)] for f in shape.facts]

    def _fact(self, shape: ThingShape, fact: FactColumn, source: str, pad: str) -> None:
        lines, value = self._value(fact, source)
        if shape.key == ROOT:
            self.inputs[("fact", fact.term)] = name = f"c_{len(self.inputs)}"
            last = f"{name} = {value}"
        else:
            last = f"a{self.inputs[('fact', fact.term)]}({value})"
        self.lines += [f"{pad}{line}" for line in [*lines, last]]

    def _value(self, fact: FactColumn, source: str) -> tuple[list[str], str]:
        """Lines that check the fact, and the text of its code."""
        match fact.kind:
            case "choice":
                codes = self.hold("k", {None: len(fact.choices), **{c: i for i, c in enumerate(fact.choices)}})
                return [], f"{codes}[{source}]"
            case "choices":
                bits = self.hold("k", dict(zip(fact.choices, fact.also, strict=True)))
                once = " or len(set(v)) != len(v)" if fact.each_once else ""
                return [
                    f"v = {source}", f"if v is None: x = {1 << len(fact.choices)}", "else:",
                    f"    if type(v) is not list or len(v) > {MAX_CHOICES}{once}: raise Doubt", "    x = 0",
                    f"    for w in v: x |= {bits}[w]",
                ], "x"  # fmt: skip
            case "date":
                return [], f"dates[{source}]"
            case "number":
                return [
                    f"v = {source}", "if type(v) is str: x = numbers[v]", "elif v is None: x = None",
                    f"elif type(v) is int and 0 <= v < {10**15}: x = v * {FACT_SCALE}", "else: raise Doubt",
                ], "x"  # fmt: skip
            case "yes_or_no":
                return [
                    f"v = {source}", f"x = {YES} if v is True else {NO} if v is False else {DOUBT}",
                    f"if x == {DOUBT} and v is not None: raise Doubt",
                ], "x"  # fmt: skip
            case _:
                return [f"v = {source}", "if v is not None and not clean(v): raise Doubt"], "v"

    def _finish(self, shape: ThingShape) -> None:
        """How many there are; and references by id, once all ids are known."""
        columns = self._columns(shape) or [self.inputs[k] for k in self.inputs if k[1] == shape.key and k[0] == "id"]
        count = self.inputs[("count", shape.key)]
        self.lines.append(f"{count} = len({columns[0]})" if columns else f"{count} = 0")
        self.lines.append(f"if {count} > {MAX_QUICK}: raise Doubt")
        for fact in shape.facts:
            if fact.kind == "reference":
                if not self.shapes[fact.target].identified:
                    raise NotPlain(f"{fact.target} have no ids")
                name = self.inputs[("fact", fact.term)]
                self.lines.append(f"{name} = [-1 if v is None else {self._ids(fact.target)}[v] for v in {name}]")
                if fact.one_to_one:
                    self.lines.append(f"if not linked_once({name}): raise Doubt")


@attrs.define(slots=True, eq=False)
class _Plain:
    """Columns back to a case file's values."""

    reader: QuickReader
    columns: dict[Input, Any]

    def case(self) -> dict[str, Any]:
        return self._item(self._shape(ROOT), None)

    def _shape(self, thing: str) -> ThingShape:
        return next(s for s in self.reader.shapes if s.key == thing)

    def _item(self, shape: ThingShape, place: int | None) -> dict[str, Any]:
        def at(key: Input) -> Any:
            return self.columns[key] if place is None else self.columns[key][place]

        found: dict[str, Any] = {"id": at(("id", shape.key))} if shape.identified else {}
        for fact in shape.facts:
            value = self._value(fact, at(("fact", fact.term)))
            if value is not None:
                inside = found
                for key in fact.path[:-1]:
                    inside = inside.setdefault(key, {})
                inside[fact.path[-1]] = value
        for thing, _ in shape.lists:
            if at(("unlisted", thing, shape.key)) == NO:
                found[thing] = [self._item(self._shape(thing), i) for i in self._own(thing, shape.key, place)]
        return found

    def _own(self, thing: str, owner: str, place: int | None) -> list[int]:
        others = [o for o in self._shape(thing).owners if o != ROOT]
        every = range(self.columns[("count", thing)])
        if owner == ROOT:
            return [i for i in every if all(self.columns[("owner", thing, o)][i] < 0 for o in others)]
        return [i for i in every if self.columns[("owner", thing, owner)][i] == place]

    def _value(self, fact: FactColumn, code: Any) -> Any:
        match fact.kind:
            case "choice":
                return fact.choices[code] if code < len(fact.choices) else None
            case "choices":
                count = len(fact.choices)
                return None if code >> count & 1 else [c for i, c in enumerate(fact.choices) if code >> i & 1]
            case "date":
                return None if code is None else date.fromordinal(code).isoformat()
            case "number":
                return None if code is None else f"{code // FACT_SCALE}.{code % FACT_SCALE:0{_DECIMALS}d}"
            case "yes_or_no":
                return None if code == DOUBT else code == YES
            case "reference":
                return None if code < 0 else self.columns[("id", fact.target)][code]
            case _:
                return code
