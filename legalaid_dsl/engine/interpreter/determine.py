"""One case to one determination: refusals, results, bounds, needs, findings, trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Literal

import attrs

from ...basics.bilingual import Bilingual
from ...basics.citation import Citation
from ...rulebook.model import ROOT, STATUSES, Rule, Rulebook, Term
from ..budget import DEFAULT, Budget, LimitPassed, Meter
from ..plan import Planned, Prepared
from ..tables import Figures, UsedFigure
from ..values import Need, Opening, Unknown, Value, unknown
from .bounds import narrow
from .cited import instead, provisions
from .decide import Deciding
from .evaluate import evaluate
from .facts import Facts, Item
from .trace import Decision

Interval = tuple[Fraction, Fraction]


@attrs.frozen(slots=True)
class Finding:
    """Something for a person to judge; the numbers stand all the same."""

    code: str
    message: Bilingual
    cites: tuple[Citation, ...]
    subject: str
    withholds: tuple[str, ...] = ()


@attrs.frozen(slots=True, eq=False, repr=False)
class Determination:
    """What the rules say of one case. Values are the engine's own; cases/results/ prints them.

    ``openings``: what the law leaves open, each with the keys of the results that it withholds.
    """

    rulebook: Rulebook
    status: Literal["determined", "undetermined", "refused"]
    facts: Facts | None
    results: Mapping[tuple[str, int], Value]  # (term, id of the item) → value
    bounds: Mapping[str, Interval]
    needs: tuple[Need, ...]
    openings: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    figures: tuple[UsedFigure, ...]
    reliability: str | None  # the weakest status of the figures; None where none was used
    readings: tuple[tuple[str, str], ...]
    law_at: Value
    decisions: tuple[Decision, ...]
    evaluation: Deciding | None = None

    def __repr__(self) -> str:
        return f"<Determination {self.rulebook.id} {self.status}>"

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """What is left open and what a person should judge."""
        return (*self.openings, *self.findings)

    def result_terms(self, thing: str) -> list[Term]:
        return [t for t in self.rulebook.terms_of(thing) if t.result is not None]


def determine(
    prepared: Prepared, facts: Facts, figures: Figures, *, bounds: bool = True, budget: Budget = DEFAULT
) -> Determination:
    """Evaluate one case. Pure: the same arguments give the same determination.

    A case that passes a limit of the budget is refused. ``bounds``: whether withheld numbers get an interval.
    """
    ev = Deciding(prepared, facts, figures, meter=Meter(budget))
    try:
        return determined(ev, bounds)
    except LimitPassed as passed:
        return refused_for(prepared, facts, passed)


def refused_for(prepared: Prepared, facts: Facts, passed: LimitPassed) -> Determination:
    """The refusal of a case that costs more than it may."""
    cites = (passed.citation,) if passed.citation is not None else ()
    return _refused(prepared, facts, [Finding("limit", passed.message, cites, passed.path)])


def determined(ev: Deciding, bounds: bool) -> Determination:
    """All that an evaluation says. Raises LimitPassed."""
    prepared, facts = ev.prepared, ev.facts
    refused = [_finding(r, i) for r, i in refusing(ev)]
    if refused:
        return _refused(prepared, facts, refused)
    results = results_of(ev)
    withheld = [
        t for t in prepared.rulebook.terms_of(ROOT)
        if t.result is not None and isinstance(results.get((t.key, id(facts.root))), Unknown)
    ]  # fmt: skip
    why = unknown(results[(t.key, id(facts.root))] for t in withheld)
    reached = _closure(ev, [t for t in prepared.rulebook.terms.values() if t.result is not None])
    used = _figures(reached)
    found = [_finding(r, i) for r, i in _holding(ev, prepared.rulebook.findings)]
    found += [_broken(r, i) for r, i in _failing(ev, prepared.rulebook.guarantees)]
    intervals = narrow(ev, withheld, why.needs, _is_refused) if withheld and bounds else {}
    mattered = _readings(ev, reached)
    dated = next((t for t in prepared.rulebook.terms.values() if t.date_of_law), None)
    return Determination(
        prepared.rulebook, "undetermined" if withheld else "determined", facts, results, intervals,
        _most_first(why.needs, [results[(t.key, id(facts.root))] for t in withheld]), _openings(ev, results) if withheld else (), _unique(found), used, _weakest(used),
        tuple((key, prepared.readings[key]) for key in prepared.rulebook.readings if key in mattered),
        ev.value(dated.key, facts.root) if dated is not None else None, tuple(reached), ev,
    )  # fmt: skip


def _most_first(needs: Iterable[Need], withheld: Iterable[Value]) -> tuple[Need, ...]:
    """What is wanted, in the order in which asking helps most: what withholds most results, and of equals what is
    wanted of the case before what is wanted of one of its items."""
    holds: dict[Need, int] = {}
    for value in withheld:
        for need in value.needs if isinstance(value, Unknown) else ():
            holds[need] = holds.get(need, 0) + 1
    return tuple(sorted(needs, key=lambda n: (-holds.get(n, 0), "[" in n.path if n.what == "fact" else 1)))


def _is_refused(ev: Deciding) -> bool:
    return bool(refusing(ev))


def refusing(ev: Deciding) -> list[tuple[Rule, Item]]:
    """The rules that refuse the case, each with the item that it is about."""
    return _holding(ev, ev.rulebook.refusals)


def _refused(prepared: Prepared, facts: Facts, findings: list[Finding]) -> Determination:
    return Determination(
        prepared.rulebook, "refused", facts, {}, {}, (), (), _unique(findings), (), None, (), None, ()
    )


def _openings(ev: Deciding, results: Mapping[tuple[str, int], Value]) -> tuple[Finding, ...]:
    """What the law leaves open about the results: one entry a code, with what each withholds."""
    why = unknown(value for value in results.values() if isinstance(value, Unknown))
    if not why.openings:
        return ()
    withheld: dict[str, dict[str, None]] = {}
    codes: dict[int, frozenset[str]] = {}
    for (key, _), value in results.items():
        result = ev.rulebook.terms[key].result
        if isinstance(value, Unknown) and result is not None:
            for code in _codes(value, codes):
                withheld.setdefault(code, {})[result.key] = None
    places: dict[tuple[str, tuple[Citation, ...]], set[str]] = {}
    told = [_at_provisions(ev, o) for o in why.openings]
    for o in told:
        places.setdefault((o.code, o.cites), set()).add(o.subject)
    one = {slot: found.pop() if len(found) == 1 else "" for slot, found in places.items()}  # of several items: of none
    found = _unique(Finding(o.code, o.message, o.cites, one[(o.code, o.cites)]) for o in told)
    return tuple(attrs.evolve(f, withholds=tuple(withheld[f.code])) for f in found)


def _at_provisions(ev: Deciding, opening: Opening) -> Opening:
    """What is left open in a definition is told of the provisions that rest on it."""
    if not any(c.defines for c in opening.cites):
        return opening
    decision = ev.decisions.get(opening.slot)
    cites = provisions(opening.cites) or (instead(ev.decisions.values(), decision) if decision is not None else ())
    return attrs.evolve(opening, cites=cites) if cites else opening


def _codes(value: Unknown, known: dict[int, frozenset[str]]) -> frozenset[str]:
    """The codes of what is left open behind a value; ``known``: of those worked out already, each once."""
    waiting = [value]
    while waiting:
        at = waiting[-1]
        later = [p for p in at.parts if id(p) not in known]
        if id(at) in known or not later:
            waiting.pop()
            known[id(at)] = frozenset(o.code for o in at.open).union(*(known[id(p)] for p in at.parts))
        else:
            waiting += later
    return known[id(value)]


def results_of(ev: Deciding) -> dict[tuple[str, int], Value]:
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
                if isinstance(value, Unknown) and term.type.kind == "yes_or_no" and term.thing != ROOT:
                    value = _agreed(ev, term, item, value)
                found[(term.key, id(item))] = value if shown is True else unknown([shown])
    return found


def _agreed(ev: Deciding, term: Term, item: Item, value: Unknown) -> Value:
    """A yes or no of an item that every choice of a missing fact of the case gives; else as it was."""
    for need in value.needs:
        fact = ev.rulebook.terms.get(need.figure)
        if need.what == "fact" and fact is not None and fact.thing == ROOT and fact.type.kind == "choice":
            slot = (fact.key, id(ev.facts.root))
            choices = ev.rulebook.vocabularies[fact.type.key].choices
            found = {_tried(ev, slot, choice).value(term.key, item) for choice in choices}
            if len(found) == 1 and not isinstance(only := found.pop(), Unknown):
                return only
    return value


def _tried(ev: Deciding, slot: tuple[str, int], choice: str) -> Deciding:
    trial: Deciding = ev.kept(("tried", *slot, choice), lambda: ev.suppose({slot: choice}))
    return trial


def _holding(ev: Deciding, rules: Iterable[Rule]) -> list[tuple[Rule, Item]]:
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


def _failing(ev: Deciding, rules: Iterable[Rule]) -> list[tuple[Rule, Item]]:
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


def _unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding a code: several provisions or items that say the same are put together."""
    findings = tuple(findings)
    general_codes = {f.code for f in findings if not f.subject}
    found: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        general = finding.code in general_codes
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


def _closure(ev: Deciding, terms: Iterable[Term]) -> list[Decision]:
    """The decisions behind the results, those they rest on before them."""
    keys = {t.key for t in terms}
    done: dict[int, Decision] = {}
    entered: set[int] = set()
    waiting = [(d, False) for d in reversed(ev.decisions.values()) if d.term in keys]
    while waiting:
        decision, left = waiting.pop()
        if left:
            done.setdefault(id(decision), decision)
        elif id(decision) not in entered:
            entered.add(id(decision))
            waiting.append((decision, True))
            waiting += [(r, False) for r in reversed(decision.reads.values()) if isinstance(r, Decision)]
    return _told_once(list(done.values()))


def _told_once(decisions: list[Decision]) -> list[Decision]:
    """What was read of a group stands with the first decision that asked for it; the others refer to that one."""
    first: dict[int, Decision] = {}
    for decision in decisions:
        waiting = [] if decision.group else list(reversed(decision.reads.items()))
        if not any(isinstance(r, Decision) and r.group for _, r in waiting):
            continue
        reads: dict[tuple[str, str], Decision | tuple[str, Item]] = {}
        while waiting:
            key, read = waiting.pop()
            if not (isinstance(read, Decision) and read.group):
                reads[key] = read
            elif id(read) in first:
                told = first[id(read)]
                if told is not decision:
                    reads[(told.term, told.item.path)] = told
            else:
                first[id(read)] = decision
                waiting += reversed(read.reads.items())
                decision.figures |= read.figures
        decision.reads = reads
    return [d for d in decisions if not d.group]


def _readings(ev: Deciding, decisions: list[Decision]) -> set[str]:
    """The readings that could have mattered: some choice of theirs does something else here."""
    found: set[str] = set()
    for decision in decisions:
        for key in decision.readings:
            if key not in found:
                choices = ev.prepared.by_choice(decision.term, key)
                if len({_effect(ev, rules, decision.item) for rules in choices}) > 1:
                    found.add(key)
    return found


def _effect(ev: Deciding, rules: Iterable[Planned], item: Item) -> frozenset[object]:
    """What the rules of one choice of a reading do for an item: the grounds that may hold, the requirements that may
    fail, the words of the values that may decide."""
    effect: set[object] = set()
    for planned in rules:
        rule, outcome = planned.rule, ev.condition(planned.conditions, item)
        if rule.kind == "requirement":
            if outcome is not True and ev.condition(planned.applies, item) is not False:
                effect.add(("requirement", outcome is False))
        elif outcome is not False:
            words = (rule.value, rule.limits, rule.rounding, rule.add_up_to, rule.otherwise)
            effect.add((rule.kind, outcome is True, words, rule.code))
    return frozenset(effect)


def _figures(decisions: Iterable[Decision]) -> tuple[UsedFigure, ...]:
    return tuple(dict.fromkeys(f for d in decisions for f in d.figures))


def _weakest(figures: Iterable[UsedFigure]) -> str | None:
    """The least reliable status among the figures; None where no figure was used."""
    return max((f.status for f in figures), key=STATUSES.index, default=None)
