"""The lowered form of a rulebook under one choice of readings and figures: a flat list of steps.

Every step works on whole columns of one kind of thing (the case, the items of a list, …) and names the
steps that it reads by their place in the list. Numbers are integers: the value is ``n / scale``.
What is unknown has a code of its own, so that the steps say exactly what the interpreter says:

=============  ==========================================  =========
kind           codes                                       unknown
=============  ==========================================  =========
yes_or_no      0 no, 3 yes (and, or are ``&``, ``|``)      1
choice         place in the vocabulary                     its size
choices        bits of the vocabulary                      1 << size
reference      place among the items of its thing          -1
number, date   numerator over scale; proleptic ordinal     None
text           the text                                    None
=============  ==========================================  =========
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import attrs

from ...rulebook.model import ROOT

NO: Final = 0
DOUBT: Final = 1
YES: Final = 3
FACT_SCALE: Final = 10_000  # facts with finer decimals are left to the interpreter
VERSION: Final = 3
MOST_LISTED: Final = 8  # choices of a vocabulary of which every combination is a code in a table


class NotLowerable(Exception):
    """The rulebook says something that has no lowered form; the interpreter decides it."""


@attrs.frozen(slots=True)
class Node:
    """One step. ``thing``: of what it is a column; "" for a constant.

    ``size``: how many choices its vocabulary has, or the scale of a number.
    ``sure``: it is never unknown. ``whole``: its numerators are integers, not fractions.
    """

    op: str
    args: tuple[int, ...]
    data: tuple[Any, ...]
    thing: str
    kind: str
    size: int = 0
    sure: bool = False
    whole: bool = True

    @property
    def unknown(self) -> int | None:
        """The code of what is not known."""
        match self.kind:
            case "yes_or_no":
                return DOUBT
            case "choice":
                return self.size
            case "choices":
                return 1 << self.size
            case "reference":
                return -1
        return None

    @property
    def codes(self) -> int:
        """How many codes there are, when they are few enough to be listed; else 0."""
        match self.kind:
            case "yes_or_no":
                return 4
            case "choice":
                return self.size + 1
            case "choices":
                return (1 << self.size) + 1 if self.size <= MOST_LISTED else 0
        return 0


@attrs.frozen(slots=True)
class FactColumn:
    """How a fact is read: its path in the item, and what it may be."""

    term: str
    path: tuple[str, ...]
    kind: str
    choices: tuple[str, ...] = ()  # of its vocabulary, in order
    also: tuple[int, ...] = ()  # per choice: the bits of what it is too
    each_once: bool = False
    target: str = ""  # thing of a reference
    one_to_one: bool = False
    no_unless_stated: bool = False


@attrs.frozen(slots=True)
class ThingShape:
    """How the items of a thing are read: their facts and the lists inside them."""

    key: str
    identified: bool
    facts: tuple[FactColumn, ...]
    lists: tuple[tuple[str, bool], ...]  # (thing, none unless stated)
    owners: tuple[str, ...]


@attrs.frozen(slots=True)
class Shown:
    """A result: of which thing, under which key; ``condition`` says for which items it is shown."""

    term: str
    key: str
    thing: str
    condition: int | None
    value: int
    decisive: bool


@attrs.frozen(slots=True)
class Deciding:
    """Which rule decided a term: the step gives a place in ``clauses``; one past the end is none."""

    term: str
    node: int
    clauses: tuple[int, ...]  # places in the table of citations


@attrs.frozen(slots=True)
class Took:
    """What a ceiling took away (or a floor gave) where it was reached."""

    term: str
    clause: int
    at_most: bool
    node: int


@attrs.frozen(slots=True)
class TableRows:
    """A table of figures by codes; a combination of ``complete`` columns is supplied as a whole."""

    key: str
    sizes: tuple[int, ...]  # choices of each column
    complete: tuple[int, ...]
    scale: int
    rows: tuple[tuple[tuple[int, ...], int], ...]
    totals: tuple[tuple[tuple[tuple[int, ...] | None, ...], int], ...]


@attrs.frozen(slots=True)
class Lowered:
    """Everything that rows and columns are printed from. Plain data: see ``to_json``."""

    ruleset: str
    digest: str
    readings: tuple[tuple[str, str], ...]
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    shapes: tuple[ThingShape, ...] = attrs.field(repr=False)
    tables: tuple[TableRows, ...] = attrs.field(repr=False)
    refusals: tuple[int, ...]
    shown: tuple[Shown, ...] = attrs.field(repr=False)
    deciding: tuple[Deciding, ...] = attrs.field(repr=False)
    took: tuple[Took, ...] = attrs.field(repr=False)
    citations: tuple[str, ...]

    def shape(self, thing: str) -> ThingShape:
        return next(s for s in self.shapes if s.key == thing)

    def thing_of(self, term: str) -> str:
        """The thing that a term is a term of."""
        return term.partition(".")[0]

    def things(self) -> list[str]:
        """Every thing but the case."""
        return [s.key for s in self.shapes if s.key != ROOT]

    def to_json(self) -> str:
        """As data: loading it runs nothing."""
        return json.dumps({"version": VERSION, **attrs.asdict(self)}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Lowered:
        """Raises ValueError when the text is of another version or no lowered form."""
        found = json.loads(text)
        if not isinstance(found, dict) or found.pop("version", None) != VERSION:
            raise ValueError("no lowered form of this version")
        parts: dict[str, Any] = {key: _frozen(value) for key, value in found.items()}
        makers: Mapping[str, Any] = {
            "nodes": Node, "tables": TableRows, "shown": Shown, "deciding": Deciding, "took": Took,
        }  # fmt: skip
        for key, maker in makers.items():
            parts[key] = tuple(maker(**item) for item in parts[key])
        parts["shapes"] = tuple(
            ThingShape(**{**shape, "facts": tuple(FactColumn(**f) for f in shape["facts"])})
            for shape in parts["shapes"]
        )
        return cls(**parts)


def _frozen(value: Any) -> Any:
    """Lists as tuples, all the way down."""
    if isinstance(value, list):
        return tuple(_frozen(v) for v in value)
    if isinstance(value, dict):
        return {key: _frozen(v) for key, v in value.items()}
    return value
