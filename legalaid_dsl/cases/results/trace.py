"""The trace as data: every decision with its citations, its sum, what it read, what was cut or kept out."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import attrs

from ...basics.bilingual import Bilingual
from ...basics.quantity import decimal_text
from ...engine.budget import LimitPassed, Meter
from ...engine.interpreter.decide import Deciding
from ...engine.interpreter.determine import Determination
from ...engine.interpreter.trace import Considered, Cut, Decision
from ...engine.scales import Slice
from ...engine.values import Unknown
from ...rulebook.meaning import Constant, Reference, Several, walk
from ...rulebook.model import Rule, Rulebook
from ...rulebook.wording import sentence, wording
from .failures import failure
from .sums import Telling, put_value, rounding_of
from .values import value_text

_FIXED, _READ = 300, 100  # bytes of a decision, and of each thing it read, about


@attrs.define(slots=True, eq=False)
class _Book:
    """The trace as it is written: which rules and totals it has told already, each with the first that needs them."""

    rulebook: Rulebook
    ev: Deciding
    entries: list[dict[str, Any]] = attrs.Factory(list)
    rules: dict[int, int] = attrs.Factory(dict)
    totals: set[tuple[Any, ...]] = attrs.Factory(set)
    kept_out: dict[tuple[int, int], dict[str, Any]] = attrs.Factory(dict)  # the same for every item, but for what failed


def trace_list(rulebook: Rulebook, found: Determination, most: int) -> list[dict[str, Any]]:
    """The decisions behind the results, those that others rest on first. Raises LimitPassed past ``most`` bytes."""
    ev = found.evaluation
    if ev is None:
        return []
    book = _Book(rulebook, ev)
    size = 0
    counted, ev.meter = ev.meter, Meter()  # what is told was counted when it was decided
    try:
        for decision in found.decisions:
            entry = _decision(book, decision)
            book.entries.append(entry)
            size += _FIXED + _READ * len(entry["reads"]) + len(str(entry["value"]))
            if size > most:
                raise LimitPassed("bytes", most, next(iter(decision.cites()), None), decision.item.path)
    finally:
        ev.meter = counted
    return book.entries


def _decision(book: _Book, decision: Decision) -> dict[str, Any]:
    rulebook, term = book.rulebook, book.rulebook.terms[decision.term]
    entry: dict[str, Any] = {
        "term": decision.term,
        "subject": {"thing": decision.item.thing, "id": decision.item.id, "path": decision.item.path},
    }
    put_value(entry, decision.value)
    entry["value"] = _text(rulebook, decision.term, decision.value)
    entry["cites"] = [c.path for c in decision.cites()]
    entry["reads"] = [_read(rulebook, read) for read in decision.reads.values()]
    if term.type.unit.powers:
        entry["unit"] = dict(term.type.unit.powers)
    _sum(book, entry, decision)
    if decision.cuts:
        entry["limits"] = _limits(book, decision)
    if decision.slices:
        entry["slices"] = [_slice(one) for one in decision.slices]
    not_applied = _not_applied(book, decision)
    if not_applied:
        entry["not_applied"] = not_applied
    if decision.readings:
        entry["readings"] = list(decision.readings)
    if decision.figures:
        entry["figures"] = [f.key for f in decision.figures]
    if isinstance(decision.value, Unknown):
        own = list(decision.value.sources(own=True))
        entry["missing"] = list(dict.fromkeys(n.path for u in own for n in u.missing))
        entry["left_open"] = list(dict.fromkeys(o.code for u in own for o in u.open))
    return entry


def _slice(one: Slice) -> dict[str, Any]:
    """A part of an amount in a bracket of a scale: ``to`` is left out in the last."""
    ends = {"over": decimal_text(one.low)} | ({} if one.high is None else {"to": decimal_text(one.high)})
    part = {"part": decimal_text(one.amount), "factor": decimal_text(one.rate), "value": decimal_text(one.gives)}
    return {"term": one.figure, **ends, **part}


def _sum(book: _Book, entry: dict[str, Any], decision: Decision) -> None:
    """The sentence that decided, and the operation that it says, before roundings and limits."""
    rule = _deciding(decision)
    if rule is None:
        return
    told = book.rules.setdefault(id(rule), len(book.entries))
    entry["rule"] = {"cites": rule.citation.path}
    entry["rule"] |= {"sentence": sentence(book.rulebook, rule).to_dict()} if told == len(book.entries) else {"told": told}
    if rule.kind != "value" or rule.value is None or isinstance(rule.value, Constant | Several):
        return
    telling = Telling(book.ev, decision, book.totals)
    entry["sum"] = telling.operand(rule.value)
    rounding = rounding_of(telling, rule)
    if rounding is not None:
        entry["rounding"] = rounding


def _deciding(decision: Decision) -> Rule | None:
    """The rule that decided: the only one of a value, the first of several grounds, the first requirement not met."""
    if decision.value is False:
        failed = (c.rule for c in decision.considered if c.rule.kind == "requirement" and c.outcome is False)
        return next(failed, None)
    held = (c.rule for c in decision.considered if c.rule.kind in ("value", "ground") and c.outcome is True)
    return None if isinstance(decision.value, Unknown) and not decision.cuts else next(held, None)


def _read(rulebook: Rulebook, read: Decision | tuple[str, Any]) -> dict[str, Any]:
    if isinstance(read, Decision):
        return {"term": read.term, "path": read.item.path, "value": _text(rulebook, read.term, read.value)}
    key, item = read
    value = item.facts.get(key, False if rulebook.terms[key].no_unless_stated else None)
    return {"term": key, "path": item.path_of(*rulebook.terms[key].path), "value": _text(rulebook, key, value)}


def _text(rulebook: Rulebook, key: str, value: Any) -> Any:
    """The value of a term, lists in the order of the glossary; a group of items is no term and has none."""
    term = rulebook.terms.get(key)
    return value_text(value, rulebook.vocabularies.get(term.type.key) if term is not None else None)


def _limits(book: _Book, decision: Decision) -> list[dict[str, Any]]:
    """Each ceiling and floor once: its bound, what it took or gave, and every provision that sets that bound."""
    found: dict[tuple[bool, Fraction, bool], dict[str, Any]] = {}
    value = decision.value if isinstance(decision.value, Fraction) else None
    telling = Telling(book.ev, decision, book.totals)
    for cut in decision.cuts:
        slot, cites = (cut.at_most, cut.limit, cut.shared), _set_by(decision, cut)
        if slot in found:
            found[slot]["cites"] = list(dict.fromkeys([*found[slot]["cites"], *cites]))
            continue
        after = cut.before - cut.took if cut.at_most else cut.before + cut.took
        found[slot] = {
            "kind": "at_most" if cut.at_most else "at_least", "limit": decimal_text(cut.limit),
            "took" if cut.at_most else "gave": decimal_text(cut.took), "shared": cut.shared,
            "before": decimal_text(cut.before), "after": decimal_text(after), "cites": cites,
        }  # fmt: skip
        if not isinstance(cut.meaning, Constant):
            found[slot]["bound"] = telling.operand(cut.meaning)
        if cut.beside is not None:
            found[slot]["beside"] = decimal_text(cut.beside)
        if cut.limit == value and not cut.shared:
            found[slot]["binds"] = True
    return list(found.values())


def _set_by(decision: Decision, cut: Cut) -> list[str]:
    """The provision of a limit, and those of what it names."""
    named = {n.term for n in walk(cut.meaning) if isinstance(n, Reference)}
    cites = {cut.citation: None}
    for read in decision.reads.values():
        if isinstance(read, Decision) and read.term in named:
            cites.update(dict.fromkeys(read.cites()))
    return [c.path for c in cites]


def _not_applied(book: _Book, decision: Decision) -> list[dict[str, Any]]:
    """What did not apply, each with the condition that kept it out; one entry a condition."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for considered in decision.considered:
        if considered.outcome is False:
            entry, around = _kept_out(book, decision, considered)
            slot = (entry["cites"][0], entry["condition"]["en"])
            if slot not in found:
                entry = {**entry, "cites": [*entry["cites"]], "condition": {**entry["condition"]}}  # of each item its own: it may be changed
                found[slot] = entry if around else _with_failure(book, decision, considered, entry)
    return list(found.values())


def _kept_out(book: _Book, decision: Decision, considered: Considered) -> tuple[dict[str, Any], bool]:
    """One rule that did not apply, and whether it was a provision around it that did not."""
    rule, place = considered.rule, -1
    if considered.displaced_by is not None:
        return {
            "kind": rule.kind, "cites": [rule.citation.path], "condition": Bilingual().to_dict(),
            "displaced_by": considered.displaced_by.path,
        }, True  # fmt: skip
    kept = decision.conditions
    for i, (_, condition) in enumerate(rule.applies):
        known = kept.get(id(condition))
        if (known if known is not None else book.ev.of(condition, decision.item)) is False:
            place = i
            break
    slot = (id(rule), place)
    if slot not in book.kept_out:
        at = rule.applies[place][0] if place >= 0 else rule.citation
        words = rule.applies[place][1] if place >= 0 else rule.when
        said = wording(book.rulebook, words) if words is not None else Bilingual()
        book.kept_out[slot] = {"kind": rule.kind, "cites": [at.path], "condition": said.to_dict()}
    return book.kept_out[slot], place >= 0


def _with_failure(book: _Book, decision: Decision, considered: Considered, entry: dict[str, Any]) -> dict[str, Any]:
    """Of a yes or no that is no, also which part of the rule's own condition failed."""
    if decision.value is False and considered.rule.when is not None:
        failed = failure(Telling(book.ev, decision, book.totals), considered.rule.when)
        if failed is not None:
            return {**entry, "failed": failed}
    return entry
