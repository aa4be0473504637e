"""Results from rows: the numbers that a result dictionary holds, without the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from ...engine.lowered.passes.schedule import is_column
from ...engine.lowered.sizes import Large
from ...engine.lowered.steps import DOUBT, NO, YES, Node, Shown
from ...engine.rows.compiled import Compiled, Row
from ...rulebook.model import ROOT
from ..facts.columnar_reader import NotPlain, QuickReader, quick_json
from .values import value_text


def value_of(node: Node, code: Any, choices: Sequence[str] = (), ids: Sequence[str] = ()) -> Any:
    """The engine's value for a code; None for what is unknown."""
    if code == node.unknown:
        return None
    match node.kind:
        case "number":
            return Fraction(code) / node.size
        case "yes_or_no":
            return bool(code == YES)
        case "choice":
            return choices[code]
        case "choices":
            return frozenset(c for i, c in enumerate(choices) if code >> i & 1)
        case "date":
            return date.fromordinal(code)
        case "reference":
            return ids[code]
    return code


@attrs.define(slots=True, eq=False, repr=False)
class Outcome:
    """One case decided by rows: its facts as columns, and the codes of its results."""

    compiled: Compiled
    snapshot: tuple[Any, ...]
    row: Row
    choices: dict[str, tuple[str, ...]]  # term → its vocabulary

    def _at(self, *key: str) -> Any:
        return self.snapshot[self.compiled.inputs.index(key)]

    def case_values(self) -> dict[str, Any]:
        """The results of the case as values."""
        found: dict[str, Any] = {}
        for place, shown in enumerate(self.compiled.lowered.shown):
            if shown.thing == ROOT:
                found.update(self._shown(place, shown, None))
        return found

    def text(self, key: str) -> Any:
        """One result of the case as JSON writes it; raises KeyError where there is none of that key."""
        place, shown = self.compiled.of_case[key]
        if self.row.status == "refused":
            return None
        if shown.condition is None:
            code, node = self.row.values[place], self.compiled.lowered.nodes[shown.value]
            if code is None or (node.size == 1 and node.kind == "number" and isinstance(code, int)):
                return None if code is None else str(code)
        return value_text(self._shown(place, shown, None).get(key))

    def items(self, thing: str) -> list[dict[str, Any]]:
        """The results of each item of a thing as values, after its id."""
        if self.row.status == "refused":
            return []
        count = self._at("count", thing)
        shape = self.compiled.lowered.shape(thing)
        ids = self._at("id", thing) if shape.identified else [""] * count
        rows: list[dict[str, Any]] = [{"id": i} for i in ids]
        for place, shown in enumerate(self.compiled.lowered.shown):
            if shown.thing == thing:
                for i, item in enumerate(rows):
                    item.update(self._shown(place, shown, i))
        return rows

    def _shown(self, place: int, shown: Shown, item: int | None) -> dict[str, Any]:
        if self.row.status == "refused":
            return {shown.key: None}
        condition = YES
        if shown.condition is not None:
            condition = self._code(shown.condition, self.row.conditions[place], item)
            if condition == NO:
                return {}
        if condition == DOUBT:
            return {shown.key: None}
        code = self._code(shown.value, self.row.values[place], item)
        node = self.compiled.lowered.nodes[shown.value]
        ids = self._at("id", node.data[0]) if node.kind == "reference" and node.data else ()
        return {shown.key: value_of(node, code, self.choices.get(shown.term, ()), ids)}

    def _code(self, place: int, codes: Any, item: int | None) -> Any:
        return codes[item] if item is not None and is_column(self.compiled.lowered.nodes[place]) else codes


def decider(
    reader: QuickReader, compiled: Compiled, choices: dict[str, tuple[str, ...]]
) -> Callable[[Any], Outcome | None]:
    """Decides a case by rows; gives None where the careful reader must look at the facts, or the interpreter at a number."""

    def decide(case: Any) -> Outcome | None:
        if isinstance(case, str):
            try:
                case = quick_json(case)
            except NotPlain:
                return None
        snapshot = reader.read(case)
        try:
            if snapshot is None:
                return None
            row = compiled.row(snapshot)
        except Large:
            return None
        return None if compiled.is_for_the_interpreter(snapshot, row) else Outcome(compiled, snapshot, row, choices)

    return decide
