"""One case to one determination: refusals, results, bounds, needs, findings, trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Literal

import attrs

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation
from ..rulebook.model import ROOT, STATUSES, Rule, Rulebook, Term
from .decide import Evaluation
from .evaluate import evaluate
from .facts import Facts, Item
from .plan import Prepared
from .tables import Figures, UsedFigure
from .trace import Decision
from .values import Need, Opening, Unknown, Value, unknown

Interval = tuple[Fraction, Fraction]


@attrs.frozen(slots=True)
class Finding:
    """Something for a person to judge; the numbers stand all the same."""

    code: str
    message: Bilingual
    cites: tuple[Citation, ...]
    subject: str


@attrs.frozen(slots=True, eq=False)
class Determination:
    """What the rules say of one case. Values are the engine's own; cases/results.py prints them."""

    rulebook: Rulebook
    status: Literal["determined", "undetermined", "refused"]
    facts: Facts | None
    results: Mapping[tuple[str, int], Value]  # (term, id of the item) → value
    bounds: Mapping[str, Interval]
    needs: tuple[Need, ...]
    findings: tuple[Finding, ...]
    figures: tuple[UsedFigure, ...]
    reliability: str
    readings: tuple[tuple[str, str], ...]
    law_at: Value
    decisions: tuple[Decision, ...]
    evaluation: Evaluation | None = None

    def result_terms(self, thing: str) -> list[Term]:
        return [t for t in self.rulebook.terms_of(thing) if t.result is not None]


def determine(prepared: Prepared, facts: Facts, figures: Figures, *, bounds: bool = True) -> Determination:
    """Evaluate one case. Pure: the same arguments give the same determination."""
    from .bounds import narrow

    ev = Evaluation(prepared, facts, figures)
    refused = [_finding(r, i) for r, i in _holding(ev, prepared.rulebook.refusals)]
    if refused:
        return _refused(prepared, facts, refused)
    decisive = [t for t in prepared.rulebook.terms_of(ROOT) if t.decisive]
    results = _results(ev)
    open_ones = [x for t in decisive if isinstance(x := results[(t.key, id(facts.root))], Unknown)]
    reached = _closure(ev, [t for t in prepared.rulebook.terms.values() if t.result is not None])
    used = _figures(reached)
    why = unknown(open_ones)
    found = [_finding(r, i) for r, i in _holding(ev, prepared.rulebook.findings)]
    found += [_opened(o) for o in why.openings]
    found += [_broken(r, i) for r, i in _failing(ev, prepared.rulebook.guarantees)]
    intervals: Mapping[str, Interval] = {}
    if open_ones and bounds and not why.openings:
        intervals = narrow(ev, decisive, results, why.needs)
    mattered = _readings(ev, reached)
    dated = next((t for t in prepared.rulebook.terms.values() if t.date_of_law), None)
    return Determination(
        prepared.rulebook, "undetermined" if open_ones else "determined", facts, results, intervals,
        why.needs, _unique(found), used, _weakest(used),
        tuple((key, prepared.readings[key]) for key in prepared.rulebook.readings if key in mattered),
        ev.value(dated.key, facts.root) if dated is not None else None, tuple(reached), ev,
    )  # fmt: skip


def _refused(prepared: Prepared, facts: Facts, findings: list[Finding]) -> Determination:
    return Determination(
        prepared.rulebook, "refused", facts, {}, {}, (), _unique(findings), (), "official", (), None, ()
    )


def _results(ev: Evaluation) -> dict[tuple[str, int], Value]:
    """Every result of every item; those whose condition does not hold are left out."""
    found: dict[tuple[str, int], Value] = {}
    for term in ev.rulebook.terms.values():
        if term.result is None:
            continue
        items = [ev.facts.root] if term.thing == ROOT else ev.facts.all(term.thing)
        for item in items:
            condition = term.result.condition
            shown = True if condition is None else evaluate(ev, condition, item)
            if shown is not False:
                value = ev.value(term.key, item)
                found[(term.key, id(item))] = value if shown is True else unknown([shown])
    return found


def _holding(ev: Evaluation, rules: Iterable[Rule]) -> list[tuple[Rule, Item]]:
    """Refusals and findings that hold, in the order of the rules, then of the items."""
    found = []
    for rule in rules:
        if not all(ev.prepared.readings[key] == choice for key, choice in rule.readings):
            continue
        for item in [ev.facts.root] if rule.thing == ROOT else ev.facts.all(rule.thing):
            conditions = [c for _, c in rule.applies] + ([rule.when] if rule.when is not None else [])
            if ev.condition(conditions, item) is True:
                found.append((rule, item))
    return found


def _finding(rule: Rule, item: Item) -> Finding:
    subject = item.path_of(*rule.term.split(".")[1:]) if rule.term else item.path
    return Finding(rule.code, rule.message or Bilingual(), (rule.citation,), subject)


def _failing(ev: Evaluation, rules: Iterable[Rule]) -> list[tuple[Rule, Item]]:
    """Guarantees that do not hold, where they should."""
    found = []
    for rule in rules:
        if rule.when is not None and all(ev.prepared.readings[key] == choice for key, choice in rule.readings):
            for item in [ev.facts.root] if rule.thing == ROOT else ev.facts.all(rule.thing):
                if ev.condition([c for _, c in rule.applies], item) is True and evaluate(ev, rule.when, item) is False:
                    found.append((rule, item))
    return found


def _broken(rule: Rule, item: Item) -> Finding:
    text = rule.message or Bilingual()
    message = Bilingual(f"A guarantee does not hold: {text.en}", f"Bảo đảm không được giữ: {text.vi}")
    return Finding(f"guarantee_{rule.code}", message, (rule.citation,), item.path)


def _opened(opening: Opening) -> Finding:
    return Finding(opening.code, opening.message, (opening.citation,), opening.subject)


def _unique(findings: list[Finding]) -> tuple[Finding, ...]:
    """One finding a code: several provisions or items that say the same are put together."""
    found: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        general = not finding.subject or any(f.code == finding.code and f.subject == "" for f in findings)
        slot = (finding.code, "" if general else finding.subject)
        if slot in found:
            cites = dict.fromkeys([*found[slot].cites, *finding.cites])
            message = found[slot].message
            if finding.message not in (message,) and finding.message.en not in message.en:
                message = Bilingual(f"{message.en} {finding.message.en}", f"{message.vi} {finding.message.vi}")
            found[slot] = attrs.evolve(found[slot], cites=tuple(cites), message=message)
        else:
            found[slot] = finding
    return tuple(found.values())


def _closure(ev: Evaluation, terms: Iterable[Term]) -> list[Decision]:
    """The decisions behind the results, those they rest on before them."""
    keys = {t.key for t in terms}
    done: dict[int, Decision] = {}
    for decision in list(ev.decisions.values()):
        if decision.term in keys:
            _visit(decision, done)
    return list(done.values())


def _visit(decision: Decision, done: dict[int, Decision]) -> None:
    if id(decision) in done:
        return
    for read in decision.reads.values():
        if isinstance(read, Decision):
            _visit(read, done)
    done.setdefault(id(decision), decision)


def _readings(ev: Evaluation, decisions: list[Decision]) -> set[str]:
    """The readings that could have mattered: some choice of theirs does something else here."""
    found: set[str] = set()
    for decision in decisions:
        for key in decision.readings:
            if key not in found:
                rules = [r for r in ev.rulebook.rules[decision.term] if key in dict(r.readings)]
                effects = {_effect(ev, rules, key, c, decision.item) for c in ev.rulebook.readings[key].choices}
                if len(effects) > 1:
                    found.add(key)
    return found


def _effect(ev: Evaluation, rules: list[Rule], key: str, choice: str, item: Item) -> frozenset[object]:
    """What the rules that a reading switches do for an item under one choice, the other readings as they are:
    the grounds that may hold, the requirements that may fail, the words of the values that may decide."""
    readings = {**ev.prepared.readings, key: choice}
    effect: set[object] = set()
    for rule in rules:
        if not all(readings[k] == c for k, c in rule.readings):
            continue
        outcome = ev.condition([*(c for _, c in rule.applies), *([rule.when] if rule.when is not None else [])], item)
        if rule.kind == "requirement":
            applies = ev.condition([c for _, c in rule.applies], item)
            if applies is not False and outcome is not True:
                effect.add(("requirement", outcome is False))
        elif outcome is not False:
            words = (rule.value, rule.limits, rule.rounding, rule.add_up_to, rule.otherwise)
            effect.add((rule.kind, outcome is True, words, rule.code))
    return frozenset(effect)


def _figures(decisions: Iterable[Decision]) -> tuple[UsedFigure, ...]:
    return tuple(dict.fromkeys(f for d in decisions for f in d.figures))


def _weakest(figures: Iterable[UsedFigure]) -> str:
    """The least reliable status among the figures; the rules' own numbers are official."""
    return max((f.status for f in figures), key=STATUSES.index, default="official")
