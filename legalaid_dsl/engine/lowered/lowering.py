"""What rules, groups and operations ask of the one that lowers them; from_expression.py answers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from ...rulebook import meaning as m
from ...rulebook.model import Term
from ..plan import Prepared
from .dependence import At, Decided
from .node_builder import Builder


class Lowering(Protocol):
    """One ruleset on its way to steps. A method gives the place of the step that it made, or that was there."""

    prepared: Prepared
    steps: Builder
    deciding: dict[str, tuple[int, tuple[int, ...]]]
    took: list[tuple[str, int, bool, int]]
    referred: dict[tuple[At, tuple[tuple[str, str], ...]], int]
    owners: dict[str, str]

    def clause(self, path: str) -> int: ...
    def kind(self, term: Term) -> tuple[str, int]: ...
    def term(self, key: str) -> int: ...
    def settled(self, decided: Decided) -> None: ...
    def entered(self, decided: Decided, owners: dict[str, str]) -> AbstractContextManager[None]: ...
    def expression(self, node: m.Expression, thing: str) -> int: ...
    def condition(self, nodes: Sequence[m.Expression], thing: str) -> int: ...
