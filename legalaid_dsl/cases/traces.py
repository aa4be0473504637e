"""The trace as data: every decision with its citations, what it read, what was cut or kept out."""

from __future__ import annotations

from typing import Any

from ..basics.quantity import decimal_text
from ..engine.determine import Determination
from ..engine.trace import Considered, Decision
from ..engine.values import Unknown
from ..rulebook.model import Rulebook


def trace_list(rulebook: Rulebook, found: Determination) -> list[dict[str, Any]]:
    """The decisions behind the results, those that others rest on first."""
    return [_decision(rulebook, d) for d in found.decisions]


def _decision(rulebook: Rulebook, decision: Decision) -> dict[str, Any]:
    from .results import value_text

    term = rulebook.terms[decision.term]
    unit = {key: power for key, power in term.type.unit.powers}
    entry: dict[str, Any] = {
        "term": decision.term,
        "subject": {"thing": decision.item.thing, "id": decision.item.id, "path": decision.item.path},
        "value": value_text(decision.value),
        "cites": [c.path for c in decision.cites()],
        "reads": [_read(rulebook, read) for read in decision.reads.values()],
    }
    if unit:
        entry["unit"] = unit
    limits = [
        {
            "kind": "at_most" if cut.at_most else "at_least", "limit": decimal_text(cut.limit),
            "took" if cut.at_most else "gave": decimal_text(cut.took), "cites": [cut.citation.path],
        }
        for cut in decision.cuts
    ]  # fmt: skip
    if limits:
        entry["limits"] = limits
    not_applied = [_not_applied(c) for c in decision.considered if c.outcome is False]
    if not_applied:
        entry["not_applied"] = not_applied
    if decision.readings:
        entry["readings"] = list(decision.readings)
    if decision.figures:
        entry["figures"] = [f.key for f in decision.figures]
    if isinstance(decision.value, Unknown):
        entry["missing"] = [n.path for n in decision.value.needs]
        entry["left_open"] = [o.code for o in decision.value.openings]
    return entry


def _read(rulebook: Rulebook, read: Decision | tuple[str, Any]) -> dict[str, Any]:
    from .results import value_text

    if isinstance(read, Decision):
        return {"term": read.term, "path": read.item.path, "value": value_text(read.value)}
    key, item = read
    value = item.facts.get(key, False if rulebook.terms[key].no_unless_stated else None)
    return {"term": key, "path": item.path_of(*rulebook.terms[key].path), "value": value_text(value)}


def _not_applied(considered: Considered) -> dict[str, Any]:
    rule = considered.rule
    entry: dict[str, Any] = {"cites": [rule.citation.path], "kind": rule.kind}
    if considered.displaced_by is not None:
        entry["displaced_by"] = considered.displaced_by.path
    elif considered.applies is False:
        entry["kept_out_by"] = "provision"
    else:
        entry["kept_out_by"] = "condition"
    if rule.when is not None and rule.when.written is not None and rule.when.written.span is not None:
        entry["condition"] = " ".join(rule.when.written.span.text().split())
    return entry
