"""Whether rows say exactly what the interpreter says: every number, every deciding clause, every ceiling."""

from __future__ import annotations

import random
from collections import defaultdict
from fractions import Fraction
from typing import Any

import legalaid_dsl as la
from legalaid_dsl.cases.facts.reader import read_facts
from legalaid_dsl.cases.results.outcome import Outcome
from legalaid_dsl.cases.strategy import Ready
from legalaid_dsl.engine.interpreter.determine import Determination, determine
from legalaid_dsl.engine.interpreter.trace import Decision
from legalaid_dsl.engine.values import Unknown


def some_readings(rules: la.Rules, seed: int) -> dict[str, str]:
    """One choice of readings; seed 0 keeps the defaults."""
    rng = random.Random(seed)
    return {key: rng.choice(list(r.choices)) for key, r in rules.rulebook.readings.items()} if seed else {}


def agree(ready: Ready, case: dict[str, Any]) -> str:
    """Compare one case; gives its status, or "careful" when the quick reader left it to the other."""
    ready.compile()
    outcome = ready.outcome(case)
    if outcome is None:
        return "careful"
    assert ready.compiled is not None
    outcome = Outcome(
        reasons := ready.compiled.with_reasons(), outcome.snapshot, reasons.row(outcome.snapshot), outcome.choices
    )
    facts = read_facts(ready.prepared.rulebook, case)
    found = determine(ready.prepared, facts, ready.figures, bounds=False)
    assert outcome.row.status == found.status
    if found.status != "refused":
        _numbers(outcome, found)
        decided = {(d.term, d.item.path): d for d in found.decisions}
        _clauses(outcome, decided)
        _ceilings(outcome, decided)
    return outcome.row.status


def _numbers(outcome: Outcome, found: Determination) -> None:
    assert found.facts is not None
    mine: dict[str, list[dict[str, Any]]] = {"case": [outcome.case_values()]}
    for thing, items in (("case", (found.facts.root,)), *found.facts.items.items()):
        terms = found.result_terms(thing)
        rows = mine.get(thing) or outcome.items(thing)
        for row, item in zip(rows, items, strict=True):
            theirs = {
                t.result.key: None if isinstance(x := found.results[(t.key, id(item))], Unknown) else x
                for t in terms if t.result is not None and (t.key, id(item)) in found.results
            }  # fmt: skip
            assert {k: v for k, v in row.items() if k != "id"} == theirs, item.path or "case"


def _clauses(outcome: Outcome, decided: dict[tuple[str, str], Decision]) -> None:
    lowered = outcome.compiled.lowered
    codes = {d.term: (d, c) for d, c in zip(lowered.deciding, outcome.row.deciding, strict=True)}
    for (term, path), decision in decided.items():
        if isinstance(decision.value, Unknown) or term not in codes:  # some serve only what a finding or `supports` asks
            continue
        deciding, column = codes[term]
        code = column[decision.item.position] if isinstance(column, list) else column
        mine = [lowered.citations[deciding.clauses[code]]] if code < len(deciding.clauses) else []
        if decision.value is False:
            held = [
                c
                for c in decision.considered
                if c.rule.kind == "requirement" and c.applies is True and c.outcome is False
            ]
        else:
            held = [c for c in decision.considered if c.rule.kind in ("value", "ground") and c.outcome is True]
        assert mine == [c.rule.citation.path for c in held][:1], (term, path)
        assert not mine or mine[0] in [c.path for c in decision.cites()]


def _ceilings(outcome: Outcome, decided: dict[tuple[str, str], Decision]) -> None:
    lowered = outcome.compiled.lowered
    taken: dict[tuple[str, str], list[tuple[str, bool, Fraction]]] = defaultdict(list)
    for took, column in zip(lowered.took, outcome.row.took, strict=True):
        for (term, path), decision in decided.items():
            if term != took.term:
                continue
            code = column[decision.item.position] if isinstance(column, list) else column
            if code is not None:
                amount = Fraction(code) / lowered.nodes[took.node].size
                taken[(term, path)].append((lowered.citations[took.clause], took.at_most, amount))
    for slot, decision in decided.items():
        if not isinstance(decision.value, Unknown):
            assert sorted(taken[slot]) == sorted((c.citation.path, c.at_most, c.took) for c in decision.cuts), slot
