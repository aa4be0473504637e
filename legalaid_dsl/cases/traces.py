"""The trace as data: every decision with its citations, what it read, what was cut or kept out."""

from __future__ import annotations

from typing import Any

from ..basics.bilingual import Bilingual
from ..basics.quantity import decimal_text
from ..engine.decide import Evaluation
from ..engine.determine import Determination
from ..engine.evaluate import evaluate
from ..engine.trace import Considered, Cut, Decision
from ..engine.values import Unknown
from ..rulebook.meaning import Reference, walk
from ..rulebook.model import Rulebook
from ..rulebook.wording import wording
from .values import value_text


def trace_list(rulebook: Rulebook, found: Determination) -> list[dict[str, Any]]:
    """The decisions behind the results, those that others rest on first."""
    ev = found.evaluation
    return [_decision(rulebook, ev, d) for d in found.decisions] if ev is not None else []


def _decision(rulebook: Rulebook, ev: Evaluation, decision: Decision) -> dict[str, Any]:
    term = rulebook.terms[decision.term]
    entry: dict[str, Any] = {
        "term": decision.term,
        "subject": {"thing": decision.item.thing, "id": decision.item.id, "path": decision.item.path},
        "value": value_text(decision.value),
        "cites": [c.path for c in decision.cites()],
        "reads": [_read(rulebook, read) for read in decision.reads.values()],
    }
    if term.type.unit.powers:
        entry["unit"] = dict(term.type.unit.powers)
    if decision.cuts:
        entry["limits"] = [_limit(decision, cut) for cut in decision.cuts]
    not_applied = _not_applied(rulebook, ev, decision)
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
    if isinstance(read, Decision):
        return {"term": read.term, "path": read.item.path, "value": value_text(read.value)}
    key, item = read
    value = item.facts.get(key, False if rulebook.terms[key].no_unless_stated else None)
    return {"term": key, "path": item.path_of(*rulebook.terms[key].path), "value": value_text(value)}


def _limit(decision: Decision, cut: Cut) -> dict[str, Any]:
    """A ceiling or floor: its limit, what it took or gave, and the provisions that set it."""
    named = {n.term for n in walk(cut.meaning) if isinstance(n, Reference)}
    cites = {cut.citation: None}
    for read in decision.reads.values():
        if isinstance(read, Decision) and read.term in named:
            cites.update(dict.fromkeys(read.cites()))
    return {
        "kind": "at_most" if cut.at_most else "at_least",
        "limit": decimal_text(cut.limit),
        "took" if cut.at_most else "gave": decimal_text(cut.took),
        "shared": cut.shared,
        "cites": [c.path for c in cites],
    }


def _not_applied(rulebook: Rulebook, ev: Evaluation, decision: Decision) -> list[dict[str, Any]]:
    """What did not apply, each with the condition that kept it out; one entry a condition."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for considered in decision.considered:
        if considered.outcome is False:
            entry = _kept_out(rulebook, ev, decision, considered)
            found.setdefault((entry["cites"][0], entry["condition"]["en"]), entry)
    return list(found.values())


def _kept_out(rulebook: Rulebook, ev: Evaluation, decision: Decision, considered: Considered) -> dict[str, Any]:
    rule = considered.rule
    at, words = rule.citation, Bilingual()
    if considered.displaced_by is None:
        for citation, condition in rule.applies:
            kept = decision.conditions
            if (kept[id(condition)] if id(condition) in kept else evaluate(ev, condition, decision.item)) is False:
                at, words = citation, wording(rulebook, condition)
                break
        else:
            words = wording(rulebook, rule.when) if rule.when is not None else words
    entry: dict[str, Any] = {"kind": rule.kind, "cites": [at.path], "condition": words.to_dict()}
    if considered.displaced_by is not None:
        entry["displaced_by"] = considered.displaced_by.path
    return entry
