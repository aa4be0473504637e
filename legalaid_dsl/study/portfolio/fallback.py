"""The cases of a chunk that columns leave over: decided by rows, or by the interpreter, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import attrs

from ...api import Result
from ...cases.results.outcome import Outcome, value_of
from ...engine.interpreter.trace import Decision
from ...engine.lowered.passes.schedule import is_column
from ...engine.lowered.sizes import Large
from ...engine.lowered.steps import Lowered
from ...engine.rows.compiled import Compiled
from ...engine.values import Unknown
from ...rulebook.model import ROOT


@attrs.frozen(slots=True, eq=False)
class Told:
    """One case decided alone. ``values``: by thing, per item, the results by key; ``clauses``: the clause that
    decided each term; ``took``: (term, clause, at most, place of the item, amount)."""

    status: str
    by: str
    values: dict[str, list[dict[str, Any]]]
    clauses: dict[str, list[dict[str, str | None]]]
    took: list[tuple[str, str, bool, int, Fraction]]


def told(result: Result, compiled: Compiled | None, things: Sequence[str]) -> Told:
    """What a result says, in the words of a table. ``compiled``: with reasons, where these are wanted."""
    if result.status == "refused":
        return Told("refused", "interpreter", {}, {}, [])
    if result._told is not None and result._told.values is not None:  # several texts, and which governs is not known
        values = {t: result.items(t) for t in things} | {ROOT: [result.case_values()]}
        return Told(result.status, "interpreter", values, {}, [])
    outcome = result._outcome  # what rows said; None where the interpreter was asked
    if outcome is not None:
        try:
            return _by_rows(outcome, compiled, things)
        except Large:
            pass  # what ceilings took is a number that only the interpreter carries
    found = result.determination
    assert found is not None
    values = {t: result.items(t) for t in things}
    values[ROOT] = [result.case_values()]
    clauses: dict[str, list[dict[str, str | None]]] = {t: [{} for _ in values[t]] for t in (ROOT, *things)}
    took = []
    for decision in found.decisions:
        item = decision.item
        clauses[item.thing][item.position][decision.term] = deciding(decision)
        if not isinstance(decision.value, Unknown):
            took += [
                (decision.term, c.citation.path, c.at_most, item.position, c.took) for c in decision.cuts if c.took
            ]
    return Told(result.status, "interpreter", values, clauses, took)


def deciding(decision: Decision) -> str | None:
    """The clause that made a decision, as rows and columns name it."""
    if isinstance(decision.value, Unknown):
        return None
    for considered in decision.considered:
        kind, rule = considered.rule.kind, considered.rule
        if decision.value is False:
            if kind == "requirement" and considered.applies is True and considered.outcome is False:
                return rule.citation.path
        elif kind in ("value", "ground") and considered.outcome is True:
            return rule.citation.path
    return None


def _by_rows(outcome: Outcome, compiled: Compiled | None, things: Sequence[str]) -> Told:
    if compiled is None:
        shown = {t: outcome.items(t) for t in things}
        return Told(outcome.row.status, "rows", {**shown, ROOT: [outcome.case_values()]}, {}, [])
    again = attrs.evolve(outcome, compiled=compiled, row=compiled.row(outcome.snapshot))
    values = {t: again.items(t) for t in things}
    values[ROOT] = [again.case_values()]
    lowered = compiled.lowered
    clauses: dict[str, list[dict[str, str | None]]] = {t: [{} for _ in found] for t, found in values.items()}
    for deciding_one, codes in zip(lowered.deciding, again.row.deciding, strict=True):
        thing = lowered.thing_of(deciding_one.term)
        for place, row in enumerate(clauses.get(thing, [])):
            code = codes[place] if isinstance(codes, list) else codes
            here = deciding_one.clauses
            row[deciding_one.term] = lowered.citations[here[code]] if code < len(here) else None
    return Told(again.row.status, "rows", values, clauses, list(_took(lowered, again.row.took, values)))


def _took(
    lowered: Lowered, columns: Sequence[Any], values: dict[str, Any]
) -> Iterator[tuple[str, str, bool, int, Fraction]]:
    for took, codes in zip(lowered.took, columns, strict=True):
        node, thing = lowered.nodes[took.node], lowered.thing_of(took.term)
        for place in range(len(values.get(thing, ()))):
            amount = value_of(node, codes[place] if is_column(node) else codes)
            if amount:
                yield took.term, lowered.citations[took.clause], took.at_most, place, amount
