"""A determination as the contract's JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from ...basics.citation import Citation, order_key
from ...basics.quantity import decimal_text, is_decimal, round_down, round_up
from ...engine.budget import DEFAULT
from ...engine.interpreter.cited import instead, provisions
from ...engine.interpreter.determine import Determination, Finding
from ...engine.interpreter.facts import Item
from ...engine.interpreter.trace import Decision
from ...engine.questions import question
from ...engine.values import Need, Unknown
from ...rulebook.meaning import Reference, walk
from ...rulebook.model import ROOT, Rulebook
from ..facts.strict_json import Refusal
from .trace import trace_list
from .values import value_text


def result_dict(rulebook: Rulebook, found: Determination, *, trace: bool = True, most: int = DEFAULT.bytes) -> dict[str, Any]:
    """The whole result of one case. Raises LimitPassed where the trace is larger than ``most`` bytes."""
    facts = found.facts
    assert facts is not None
    result: dict[str, Any] = _head(rulebook, facts.root.facts.get(f"{ROOT}.case_id"), found.status)
    result["law_at"] = found.law_at.isoformat() if isinstance(found.law_at, date) else None
    for term in found.result_terms(ROOT):
        assert term.result is not None
        _put(result, term.result.key, found.results.get((term.key, id(facts.root)), Unknown()))
    for thing in rulebook.things.values():
        terms = found.result_terms(thing.key)
        if thing.key != ROOT and terms:
            result[thing.key] = [_item(found, i) for i in facts.all(thing.key)] if found.status != "refused" else []
    if found.bounds:
        result["bounds"] = {k: _outward(*pair) for k, pair in found.bounds.items()}
    asked_by = _asked_by(found)
    result["needs"] = [need_dict(rulebook, n, asked_by.get(n, ())) for n in found.needs]
    result["openings"] = [{**_said(o), "path": o.subject, "withholds": list(o.withholds)} for o in found.openings]
    result["findings"] = [{**_said(f), **({"path": f.subject} if f.subject else {})} for f in found.findings]
    result["figures"] = [
        {
            "key": f.key, "value": f.value, "status": f.status, "source": f.source.en,
            "source_text": f.source.to_dict(), "cites": [c.path for c in f.cites],
        }
        for f in found.figures
    ]  # fmt: skip
    result["reliability"] = found.reliability
    result["readings"] = [
        {
            "id": key, "chosen": chosen, "others": [c for c in rulebook.readings[key].choices if c != chosen],
            "cites": [rulebook.readings[key].citation.path],
        }
        for key, chosen in found.readings
    ]  # fmt: skip
    result["trace"] = trace_list(rulebook, found, most) if trace else []
    return result


def refused_dict(rulebook: Rulebook, refusals: Iterable[Refusal], case_id: Any = None) -> dict[str, Any]:
    """The result of facts that could not be read."""
    known = isinstance(case_id, str) and not any(0xD800 <= ord(c) <= 0xDFFF for c in case_id)
    result = _head(rulebook, case_id if known else None, "refused")
    result["law_at"] = None
    for term in rulebook.terms_of(ROOT):
        if term.result is not None:
            result[term.result.key] = None
    for thing in rulebook.things.values():
        if thing.key != ROOT and any(t.result is not None for t in rulebook.terms_of(thing.key)):
            result[thing.key] = []
    result["needs"] = []
    result["openings"] = []
    result["findings"] = [
        {"code": r.code, "message": r.message.to_dict(), "cites": [], "path": r.path} for r in refusals
    ]
    return {**result, "figures": [], "reliability": None, "readings": [], "trace": []}


def _outward(low: Fraction, high: Fraction) -> list[str]:
    """Bounds in decimals; what does not end is rounded away from the middle, so they still contain."""
    step = Fraction(1, 10**6)
    return [decimal_text(low if is_decimal(low) else round_down(low, step)),
            decimal_text(high if is_decimal(high) else round_up(high, step))]  # fmt: skip


def _head(rulebook: Rulebook, case_id: str | None, status: str) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "status": status,
        "ruleset": {"id": rulebook.id, "digest": rulebook.digest},
    }


def _put(result: dict[str, Any], key: str, value: Any) -> None:
    result[key] = value_text(value)
    if isinstance(value, Fraction) and not is_decimal(value):
        result[f"{key}_exact"] = f"{value.numerator}/{value.denominator}"


def _item(found: Determination, item: Item) -> dict[str, Any]:
    result: dict[str, Any] = {"id": item.id}
    for term in found.result_terms(item.thing):
        assert term.result is not None
        if (term.key, id(item)) in found.results:
            _put(result, term.result.key, found.results[(term.key, id(item))])
    result["cites"] = [c.path for c in item_citations(found, item)]
    return result


def item_citations(found: Determination, item: Item) -> list[Citation]:
    """The provisions behind the results of one item: what its own decisions rest on (what
    speaks for a yes, what speaks against a no), and the ceilings that cut it."""
    cites: set[Citation] = set()
    keys = [t.key for t in found.result_terms(item.thing)]
    decisions = found.evaluation.decisions if found.evaluation is not None else {}
    waiting = [decisions[(key, id(item))] for key in keys if (key, id(item)) in decisions]
    seen: set[int] = set()
    while waiting:
        decision = waiting.pop()
        if id(decision) in seen:
            continue
        seen.add(id(decision))
        if not found.rulebook.terms[decision.term].in_passing:
            cites.update(decision.refused_by() if decision.value is False else decision.cites())
        cut = {n.term for c in decision.cuts if c.took for n in walk(c.meaning) if isinstance(n, Reference)}
        for read in decision.reads.values():
            if isinstance(read, Decision) and (read.item is item or read.term in cut):
                agrees = not isinstance(read.value, bool) or read.value is (decision.value is not False)
                if agrees:
                    waiting.append(read)
    return sorted(provisions(cites), key=order_key)


def need_dict(rulebook: Rulebook, need: Need, cites: Iterable[Citation]) -> dict[str, Any]:
    """One thing to ask, and the provisions that ask for it."""
    return {
        "what": need.what, "key": need.key, "path": need.path,
        "question": question(rulebook, need).to_dict(), "cites": [c.path for c in cites],
    }  # fmt: skip


def _said(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "message": finding.message.to_dict(), "cites": [c.path for c in finding.cites]}


def _asked_by(found: Determination) -> dict[Need, list[Citation]]:
    """For each thing that is wanted, the rules of the first decision that stopped for want of it."""
    asked: dict[Need, list[Citation]] = {}
    open_ones = [d for d in found.decisions if isinstance(d.value, Unknown)]
    for own in (True, False):  # what it wants itself; then what is wanted only to see who belongs to a group
        told: set[int] = set()
        for decision in open_ones:
            for need in (n for u in decision.value.sources(told, own=own) for n in u.missing):
                if need not in asked:
                    doubtful = [c for c in decision.considered if isinstance(c.outcome, Unknown)]
                    held = [c for c in decision.considered if c.outcome is True and c.rule.kind != "requirement"]
                    cites = sorted({c.rule.citation for c in doubtful or held}, key=order_key)
                    asked[need] = list(provisions(cites)) or (list(instead(found.decisions, decision)) if cites else []) or cites
    return asked


def item_values(found: Determination, thing: str) -> list[dict[str, Any]]:
    """The results of each item as the interpreter has them, in the shape of ``outcome.Outcome.items``."""
    facts = found.facts
    if facts is None or found.status == "refused":
        return []
    return [{"id": item.id, **_values(found, item)} for item in facts.all(thing)]


def root_values(found: Determination) -> dict[str, Any]:
    """The results of the case as the interpreter has them."""
    if found.facts is None or found.status == "refused":
        return {t.result.key: None for t in found.result_terms(ROOT) if t.result is not None}
    return _values(found, found.facts.root)


def _values(found: Determination, item: Item) -> dict[str, Any]:
    values = {}
    for term in found.result_terms(item.thing):
        if term.result is not None and (term.key, id(item)) in found.results:
            value = found.results[(term.key, id(item))]
            values[term.result.key] = None if isinstance(value, Unknown) else value
    return values
