"""What stands around a sentence, and what those who read one ask of each other: expressions.py, rules.py and asking.py answer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Protocol, Self

import attrs

from ...basics.bilingual import Bilingual
from ...basics.citation import Citation
from ...basics.problem import Problem
from ...language import tree
from .. import meaning as m
from ..model import DatedValue, Instrument, KnownTotal, NeverLowers, Provision, Reading, Rule, Type
from ..units import Unit
from .glossary import Entry, Glossary
from .unresolved import Unresolved

WORDS: Final = Path(__file__).with_name("words.toml")  # of the room
Settled = tuple[tuple[str, str], ...]  # (reading, choice)


@attrs.frozen(slots=True)
class Around:
    """What a provision gives to everything inside it."""

    citation: Citation
    applies: tuple[tuple[Citation, tree.Expression], ...] = ()
    despite: tuple[tree.Address, ...] = ()
    scope: str = ""
    cases: tree.Expression | None = None  # “in cases where …:”, until a heading or “in every case:”
    depth: int = 0  # of the heading


class Resolving(Protocol):
    """Resolves the expressions of one statement."""

    glossary: Glossary
    lang: str
    scope: str  # the thing in hand
    citation: Citation
    problems: list[Problem]
    term_key: str  # the term that the statement decides

    def fail(self, code: str, node: tree.Node, **values: Any) -> Unresolved: ...
    def moved(self, **changes: Any) -> Resolving: ...
    def unit_name(self, unit: Unit) -> Bilingual: ...
    def type_name(self, kind: Type) -> Bilingual: ...
    def lookup(self, name: tree.Name, kinds: Iterable[str]) -> list[Entry]: ...
    def term(self, name: tree.Name, scope: str | None = None) -> m.Reference: ...
    def thing(self, name: tree.Name) -> str: ...
    def condition(self, node: tree.Expression) -> m.Expression: ...
    def expression(self, node: tree.Expression, wanted: Type | None = None) -> tuple[m.Expression, Type]: ...
    def number(self, node: tree.Expression, unit: Unit | None = None) -> tuple[m.Expression, Unit]: ...
    def asking(self, node: tree.Node) -> Asking: ...


class Asking(Protocol):
    """What a sentence may ask of readings and named groups."""

    @property
    def collector(self) -> Collecting: ...
    @property
    def around(self) -> tuple[str, ...]: ...

    def inside(self, group: str) -> Asking: ...
    def is_read_as(self, r: Resolving, node: tree.ReadAs) -> m.Expression: ...
    def carried(
        self, r: Resolving, node: tree.Gives | tree.GroupedAs | tree.SharedAs, key: str
    ) -> tuple[tree.Carried | None, Resolving]: ...


class Collecting(Protocol):
    """Rules, readings, figures and provisions of all files of one ruleset."""

    glossary: Glossary
    instruments: dict[str, Instrument]
    provisions: dict[Citation, Provision]
    readings: dict[str, Reading]
    figures: dict[str, list[DatedValue]]
    totals: list[KnownTotal]
    rules: dict[str, list[Rule]]
    refusals: list[Rule]
    findings: list[Rule]
    guarantees: list[Rule]
    never_lowers: list[NeverLowers]
    problems: list[Problem]
    skipped: list[str]
    mislabelled: set[Citation]
    doubtful: set[Citation]
    doubled: set[Citation]
    groups: dict[str, tuple[tree.NamedGroup, Citation]]
    carried: dict[str, tuple[Citation, dict[str, tree.Carried | None]]]
    asked: set[tuple[str, str]]
    grouped: set[str]
    again: set[str]

    def part(self) -> Self: ...
    def take(self, part: Collecting) -> None: ...
    def statement(self, node: tree.Statement, around: Around, lang: str, read: Settled) -> None: ...
    def value(self, node: tree.Expression, kind: Type, resolver: Resolving) -> m.Expression: ...
