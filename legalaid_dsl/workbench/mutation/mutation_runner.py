"""The worked examples, each run once as the law stands, ready to be run again under a changed law.

Only examples that could notice a change are run again: those in which the changed rule was
looked at and would say something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

import attrs

from ...api import Rules
from ...basics.citation import Citation
from ...cases.case_file import WorkedCase
from ...cases.facts.reader import read_facts
from ...cases.facts.strict_json import Refused
from ...engine.interpreter.decide import Deciding
from ...engine.interpreter.determine import Determination, determine
from ...engine.interpreter.facts import Facts
from ...engine.plan import Prepared
from ...engine.tables import Figures
from ...rulebook import meaning as m
from ...rulebook.model import KnownTotal, Rule, Rulebook
from ...rulebook.parts import grounds_at
from ..examples.runner import citations, judge
from .effects import States, differs
from .mutants import Mutant, mutants

KEPT: Final = 8  # examples of a provision that are tried first, for they caught something there


@attrs.frozen(slots=True, eq=False)
class Trial:
    """An example that passes, ready to be run again; ``looked_at``: the rules (by id) that could matter."""

    case: WorkedCase
    facts: Facts
    figures: Figures
    chosen: tuple[tuple[str, str], ...]  # readings
    looked_at: frozenset[int]
    used: frozenset[str]  # figures
    determined: bool
    cited: frozenset[Citation]
    evaluation: Deciding | None  # None when the case was refused
    _said: States = attrs.field(factory=dict, repr=False)

    def could_notice(self, mutant: Mutant) -> bool:
        """Whether the change could make a difference here."""
        if mutant.key:
            return mutant.key in self.used or not self.determined or isinstance(mutant.figures[0][0], KnownTotal)
        touched = [pair for pair in mutant.rules if id(pair[0]) in self.looked_at]
        return bool(touched) and (
            self.evaluation is None or any(differs(self.evaluation, *pair, self._said) for pair in touched)
        )


@attrs.define(slots=True, eq=False)
class Laboratory:
    """A ruleset with its examples, each run once, when that is first asked for."""

    rules: Rules
    cases: Sequence[WorkedCase]
    _last: dict[Citation, tuple[str, ...]] = attrs.field(factory=dict, repr=False)

    @classmethod
    def of(cls, rules: Rules, cases: Iterable[WorkedCase]) -> Laboratory:
        """Of a ruleset and examples; those that fail now, or whose facts cannot be read, protect nothing."""
        return cls(rules, list(cases))

    @cached_property
    def mutants(self) -> Sequence[Mutant]:
        """Every change of the law, in the order of its text."""
        return mutants(self.rules.rulebook)

    @cached_property
    def trials(self) -> list[Trial]:
        """The examples that pass, each with what the law says of it as it stands."""
        reach = _Reach.of(self.rules.rulebook)
        return [trial for case in self.cases if (trial := self._trial(case, reach)) is not None]

    def _trial(self, case: WorkedCase, reach: _Reach) -> Trial | None:
        prepared, figures = self.rules.prepared(case.readings), self.rules.figures(case.figures)
        try:
            facts = read_facts(self.rules.rulebook, case.facts)
        except Refused:
            return None
        found = determine(prepared, facts, figures, bounds=False)
        if not passes(case, found):
            return None
        used = frozenset(f.key for f in found.figures)
        chosen = tuple(sorted(prepared.readings.items()))
        looked_at = reach.looked_at(found)
        determined, cited = found.status == "determined", citations(found)
        return Trial(case, facts, figures, chosen, looked_at, used, determined, cited, found.evaluation)

    def caught_by(self, mutant: Mutant) -> str:
        """The key of an example that fails under the mutant, or nothing."""
        changed = Changed(mutant.of(self.rules.rulebook))
        last = self._last.get(mutant.citation, ())
        for trial in self._likely_first(mutant, last):
            if not trial.could_notice(mutant):
                continue
            if not passes(trial.case, changed.determine(trial.facts, trial.figures, trial.chosen)):
                self._last[mutant.citation] = (trial.case.key, *(k for k in last if k != trial.case.key))[:KEPT]
                return trial.case.key
        return ""

    def _likely_first(self, mutant: Mutant, last: tuple[str, ...]) -> list[Trial]:
        """What caught another mutant of the provision, what chooses the readings of the changed rule, what
        rests on the provision, what names it as its reason; of those the shortest."""
        readings = dict(mutant.rules[0][0].readings).items() if mutant.rules else set()

        def order(trial: Trial) -> tuple[bool, int, bool, bool, int]:
            case = trial.case
            named = any(at == mutant.citation for at, _, _ in case.because)
            chosen = len(case.readings.items() & readings)
            return case.key not in last, -chosen, mutant.citation not in trial.cited, not named, len(case.handles)

        return sorted(self.trials, key=order)


@attrs.frozen(slots=True, eq=False)
class Changed:
    """A changed rulebook, prepared once for each choice of readings."""

    rulebook: Rulebook
    _prepared: dict[tuple[tuple[str, str], ...], Prepared] = attrs.field(factory=dict)

    def determine(self, facts: Facts, figures: Figures, chosen: tuple[tuple[str, str], ...]) -> Determination | None:
        """What the changed law says of a case; None when it leads into a circle."""
        if chosen not in self._prepared:
            self._prepared[chosen] = Prepared.make(self.rulebook, dict(chosen))
        try:
            return determine(self._prepared[chosen], facts, figures, bounds=False)
        except RecursionError:
            return None


def passes(case: WorkedCase, found: Determination | None) -> bool:
    """Whether everything that the example expects is so."""
    if found is None:
        return False
    codes = frozenset(f.code for f in found.remarks)
    return not judge(case, found, found.status, codes, citations(found) if case.because else frozenset())


# ------------------------------------------------------------------ which rules were looked at


@attrs.frozen(slots=True, eq=False)
class _Reach:
    """For each term, the rules (by id) that deciding it looks at: its own, and those that they
    look at by address. ``always``: findings and refusals, which every case meets."""

    by_term: Mapping[str, frozenset[int]]
    always: frozenset[int]

    @classmethod
    def of(cls, book: Rulebook) -> _Reach:
        every = [r for rules in book.rules.values() for r in rules]
        addressed = {id(r): _addressed(book, grounds_at(every), r) for r in [*every, *book.refusals, *book.findings]}

        def closed(rules: Iterable[Rule]) -> frozenset[int]:
            found: dict[int, Rule] = {}
            waiting = list(rules)
            while waiting:
                rule = waiting.pop()
                if id(rule) not in found:
                    found[id(rule)] = rule
                    waiting += addressed[id(rule)]
            return frozenset(found)

        by_term = {key: closed(rules) for key, rules in book.rules.items()}
        return cls(by_term, closed([*book.refusals, *book.findings]))

    def looked_at(self, found: Determination) -> frozenset[int]:
        terms = {key for key, _ in found.evaluation.decisions} if found.evaluation is not None else set(self.by_term)
        return self.always.union(*(self.by_term.get(key, frozenset()) for key in terms))


def _addressed(book: Rulebook, grounds: Mapping[Citation, list[Rule]], rule: Rule) -> list[Rule]:
    """The rules that a rule looks at by their address."""
    found: list[Rule] = []
    for expression in rule.expressions():
        for node in m.walk(expression):
            if isinstance(node, m.Within):
                found += [g for p in node.provisions for g in grounds.get(p, ())]
            elif isinstance(node, m.AsUnder):
                found += [
                    r for r in book.rules.get(node.term, ()) if any(r.citation.within(p) for p in node.provisions)
                ]
    return found
