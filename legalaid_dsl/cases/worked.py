"""A worked example made ready: the facts that it gives and what it expects."""

from __future__ import annotations

from typing import Any

import attrs

from ..basics.citation import Citation
from ..engine.tables import NONE
from ..language import tree
from ..rulebook.model import Term


@attrs.frozen(slots=True)
class Expected:
    """One value that an example expects: of a term, for the case ("") or an item."""

    term: Term
    identifier: str
    value: Any
    node: tree.Node


@attrs.define(slots=True)
class WorkedCase:
    """An example made ready: facts, options, and what is expected."""

    key: str
    node: tree.Example
    facts: dict[str, Any] = attrs.Factory(dict)
    handles: dict[tuple[str, str], dict[str, Any]] = attrs.Factory(dict)
    figures: str = NONE  # what somebody supplied later is no part of an example
    readings: dict[str, str] = attrs.Factory(dict)
    status: tree.ExpectStatus | None = None
    expected: list[Expected] = attrs.Factory(list)
    findings: list[tree.ExpectFinding] = attrs.Factory(list)
    because: list[tuple[Citation, bool, tree.Node]] = attrs.Factory(list)
