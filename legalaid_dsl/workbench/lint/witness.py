"""Gaps and overlaps, each with a case that shows it: the engine decides cases near the boundaries of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import attrs

from ...api import Rules
from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.worded import said
from ...cases.case_file import read_cases
from ...cases.facts.reader import read_facts
from ...cases.facts.strict_json import Refused
from ...engine.interpreter.decide import Deciding
from ...engine.interpreter.determine import determine
from ...engine.interpreter.facts import Item
from ...engine.tables import NONE
from ...rulebook.model import ROOT, Rule
from ..examples.runner import case_files
from .finding import WORDS, Finding, finding
from .variations import Variation, Varied, plain_case


@attrs.frozen(slots=True)
class Limits:
    """How far lint looks: cases it starts from, and variations of each."""

    starts: int = 8
    variations: int = 220


def try_cases(rules: Rules, folder: Path, limits: Limits, tried: Callable[[], None] = lambda: None) -> Iterator[Finding]:
    """One finding a term for gaps, one a pair of rules for overlaps: the first witness met is the simplest."""
    if ROOT not in rules.rulebook.things:
        return  # figures alone: there is no case to try
    varied = Varied.of(rules.rulebook)
    seen: set[tuple[Any, ...]] = set()
    for where, facts in starts(rules, folder, limits.starts):
        for variation in islice(varied.all(facts), limits.variations):
            tried()
            for found in _try(rules, variation, where):
                slot = (found.rule, found.problem.span, tuple(s for s, _ in found.problem.also))
                if slot not in seen:
                    seen.add(slot)
                    yield found


def starts(rules: Rules, folder: Path, most: int) -> list[tuple[Bilingual, dict[str, Any]]]:
    """Cases to start from: a plain one, and worked examples of as many files as there may be."""
    found = [(said(WORDS, "plain"), plain_case(rules.rulebook))]
    files: dict[str, list[Any]] = {}
    for case in read_cases(rules.rulebook, case_files(folder)):
        if not case.readings and case.node.span is not None:
            files.setdefault(case.node.span.source.name, []).append(case)
    rows = list(files.values())
    known = "case.case_id" in rules.rulebook.terms
    for turn in range(max(map(len, rows), default=0)):
        for cases in rows:
            if turn < len(cases) and len(found) < most:
                facts = {k: v for k, v in cases[turn].facts.items() if k != "case_id" or known}
                found.append((said(WORDS, "as_in_example", key=cases[turn].key), facts))
    return found


def _try(rules: Rules, variation: Variation, where: Bilingual) -> Iterator[Finding]:
    try:
        facts = read_facts(rules.rulebook, variation.facts)
    except Refused:
        return
    found = determine(rules.prepared({}), facts, rules.figures(NONE), bounds=False)
    if found.evaluation is None:
        return
    for (key, _), decision in list(found.evaluation.decisions.items()):
        term = rules.rulebook.terms[key]
        if term.type.kind != "yes_or_no" and found.evaluation.prepared.plans[key].values:
            yield from _judged(rules, found.evaluation, key, decision.item, variation, where)


def _judged(
    rules: Rules, ev: Deciding, key: str, item: Item, variation: Variation, where: Bilingual
) -> Iterator[Finding]:
    """Whether no rule, or more than one, decides a term for an item."""
    if any(ev.condition(p.conditions, item) is not False for p in ev.prepared.plans[key].openings):
        return  # the ruleset says itself that the law leaves this open
    candidates = ev.candidates(key, item)
    sure = [rule for rule, outcome in candidates if outcome is True]
    names, case = rules.rulebook.terms[key].names, variation.words(where)
    if not candidates:
        first = ev.prepared.plans[key].values[0].rule
        if first.span is not None:
            yield finding("gap", first.span, provision=first.citation, facts=variation.facts, name=names, case=case)
    elif len(sure) > 1:
        yield from _overlap(sure[0], sure[1], names, case, variation)


def _overlap(a: Rule, b: Rule, names: Bilingual, case: Bilingual, variation: Variation) -> Iterator[Finding]:
    if a.span is None or b.span is None:
        return
    one, other = (Bilingual(*map(r.citation.name, LANGUAGES)) for r in (a, b))
    places = said(WORDS, "two_rules", place=one) if one == other else said(WORDS, "both", one=one, other=other)
    yield finding(
        "overlap", b.span, provision=b.citation, also=[a.span], facts=variation.facts,
        places=places, name=names, case=case,
    )  # fmt: skip
