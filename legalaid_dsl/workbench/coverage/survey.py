"""Coverage in legal units: what the worked examples decide of every article, clause and point.

A sentence of law is shown at work by an example in which it holds and one in which it does
not; a comparison by an example that stands exactly on its boundary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import attrs

from ...api import Rules
from ...basics.bilingual import Bilingual
from ...basics.citation import Citation, order_key
from ...cases.case_file import WorkedCase
from ...engine.interpreter.decide import Deciding
from ...engine.interpreter.determine import Determination
from ...engine.values import Unknown
from ...rulebook.model import ROOT, Provision, Rule, Rulebook
from ...rulebook.wording import wording
from ..examples.runner import Outcome
from .boundaries import Place, boundaries_of, never

State = Literal["never_decided", "partly", "never_failed", "boundary", "covered"]
STATES: tuple[State, ...] = ("covered", "boundary", "never_failed", "partly", "never_decided")  # rising in gravity


@attrs.define(slots=True)
class Boundary:
    """One comparison, and how often the examples stood below, on and above its boundary.

    ``certain``: it holds wherever it can be told, so no example can show the contrary.
    """

    words: Bilingual
    certain: bool = False
    below: int = 0
    at: int = 0
    above: int = 0
    held: int = 0
    failed: int = 0

    @property
    def tested(self) -> bool:
        """An example on the boundary itself, one in which it holds, one in which it does not."""
        return bool(self.at and self.held and (self.failed or self.certain))


@attrs.define(slots=True)
class Sentence:
    """One sentence of law with what became of it in the examples."""

    rules: list[Rule]  # one for each term that it decides
    always: bool  # it has no condition under which it would not hold
    held: int = 0
    failed: int = 0
    boundaries: list[Boundary] = attrs.Factory(list)

    @property
    def state(self) -> State:
        if not self.held:
            return "never_decided"
        if not self.failed and not self.always:
            return "never_failed"
        return "covered" if all(b.tested for b in self.boundaries) else "boundary"


@attrs.define(slots=True)
class Covered:
    """A provision with its sentences, and the examples whose result rests on it.

    ``binding``: it has rules or figures. ``heading``: comparisons that it gives to all under it.
    """

    provision: Provision
    sentences: list[Sentence]
    heading: list[Boundary]
    binding: bool
    decided_by: list[WorkedCase] = attrs.Factory(list)

    @property
    def shown_by(self) -> WorkedCase | None:
        """The example that is there for this provision: one that names it as its reason."""
        at = self.provision.citation
        named = (c for c in self.decided_by if any(w == at and not negated for w, negated, _ in c.because))
        return next(named, self.decided_by[0] if self.decided_by else None)

    @property
    def boundaries(self) -> list[Boundary]:
        return [*self.heading, *(b for s in self.sentences for b in s.boundaries)]

    @property
    def state(self) -> State:
        """The gravest thing to be said of it: "partly" when a sentence of it was never seen to hold."""
        if not self.decided_by:
            return "never_decided"
        states = {s.state for s in self.sentences}
        if "never_decided" in states:
            return "partly"
        if "never_failed" in states:
            return "never_failed"
        return "covered" if all(b.tested for b in self.boundaries) else "boundary"


@attrs.frozen(slots=True)
class Coverage:
    """The provisions in the order of the law, the ruleset's own instrument first."""

    rulebook: Rulebook
    provisions: tuple[Covered, ...]
    examples: int

    @property
    def binding(self) -> list[Covered]:
        return [p for p in self.provisions if p.binding]

    def count(self, state: State) -> int:
        return sum(1 for p in self.binding if p.state == state)

    @property
    def boundaries(self) -> list[Boundary]:
        return [b for p in self.binding for b in p.boundaries]


def coverage(rules: Rules, outcomes: Iterable[Outcome]) -> Coverage:
    """What the examples, run, show of every provision."""
    rulebook = rules.rulebook
    survey, count = _Survey.of(rulebook), 0
    for outcome in outcomes:
        survey.add(rules, outcome)
        count += 1
    found = sorted(survey.provisions.values(), key=lambda p: _place(rulebook, p.provision.citation))
    return Coverage(rulebook, tuple(found), count)


def _place(rulebook: Rulebook, citation: Citation) -> tuple[object, ...]:
    return (citation.instrument != rulebook.id, order_key(citation))


@attrs.define(slots=True)
class _Survey:
    """Counts, example by example."""

    rulebook: Rulebook
    provisions: dict[Citation, Covered]
    sentences: dict[int, Sentence]  # by rule
    boundaries: list[tuple[Rule, Place, Boundary]]

    @classmethod
    def of(cls, book: Rulebook) -> _Survey:
        figured = {f.citation for v in book.figures.values() for f in v} | {t.citation for t in book.totals}
        survey = cls(book, {c: Covered(p, [], [], c in figured) for c, p in book.provisions.items()}, {}, [])
        written: dict[int, Sentence] = {}
        for rule in _every(book):
            sentence = written.get(id(rule.written))
            if sentence is None:
                sentence = written[id(rule.written)] = Sentence([], _always(book, rule))
                survey.provisions[rule.citation].sentences.append(sentence)
                survey.provisions[rule.citation].binding = True
            sentence.rules.append(rule)
            survey.sentences[id(rule)] = sentence
        survey._find_boundaries()
        return survey

    def _find_boundaries(self) -> None:
        seen: dict[int, Boundary] = {}
        for rule in _every(self.rulebook):
            for place in boundaries_of(rule):
                slot = id(place.compare.written)
                if slot not in seen:
                    seen[slot] = Boundary(wording(self.rulebook, place.compare), never(self.rulebook, place.compare, False))
                    own = place.citation == rule.citation and not place.heading
                    home = self.provisions[place.citation]
                    (self.sentences[id(rule)].boundaries if own else home.heading).append(seen[slot])
                self.boundaries.append((rule, place, seen[slot]))

    def add(self, rules: Rules, outcome: Outcome) -> None:
        for citation in outcome.cited & self.provisions.keys():  # an instrument as a whole is no provision
            self.provisions[citation].decided_by.append(outcome.case)
        found = outcome.result.determination
        if found is None:
            return
        held, failed = dict[int, None](), dict[int, None]()
        for rule, holds in [*_decided(found), *_found(self.rulebook, found)]:
            (held if holds else failed)[id(self.sentences[id(rule)])] = None
        for sentence in {id(s): s for s in self.sentences.values()}.values():
            sentence.held += id(sentence) in held
            sentence.failed += id(sentence) in failed
        if found.evaluation is not None:
            self._compare(found.evaluation)
        elif found.facts is not None:  # refused before any other rule was read
            case = outcome.case
            ev = Deciding(rules.prepared(case.readings), found.facts, rules.figures(case.figures))
            self._compare(ev, refused=True)

    def _compare(self, ev: Deciding, refused: bool = False) -> None:
        """Where this example stands at every boundary that matters to it."""
        chosen = ev.prepared.readings
        seen: dict[int, set[tuple[int, bool]]] = {}
        for rule, place, boundary in self.boundaries:
            if all(chosen[key] == choice for key, choice in rule.readings) and (rule.kind == "refuse" or not refused):
                seen.setdefault(id(boundary), set()).update(place.met(ev, rule))
        for _, _, boundary in {id(b): (r, p, b) for r, p, b in self.boundaries}.values():
            met = seen.get(id(boundary), set())
            boundary.below += any(side < 0 for side, _ in met)
            boundary.at += any(side == 0 for side, _ in met)
            boundary.above += any(side > 0 for side, _ in met)
            boundary.held += any(holds for _, holds in met)
            boundary.failed += any(not holds for _, holds in met)


def _every(book: Rulebook) -> Iterator[Rule]:
    """All rules in the order in which they stand in the law."""
    rules = [*(r for found in book.rules.values() for r in found), *book.refusals, *book.findings]
    yield from sorted(rules, key=lambda r: (r.span.source.name, r.span.start) if r.span is not None else ("", 0))


def _always(book: Rulebook, rule: Rule) -> bool:
    """A rule without any condition that could be seen not to hold, and without an exception to it."""
    if rule.applies or rule.otherwise or rule.when is not None and not never(book, rule.when, False):
        return False
    if rule.kind == "ground":
        return True
    return rule.kind == "value" and not any(other.displaces(rule) for other in book.rules.get(rule.term, ()))


def _decided(found: Determination) -> Iterable[tuple[Rule, bool]]:
    """(rule, whether it made a difference) for every rule that a decision looked at.

    A requirement makes its difference where it is not met, a ceiling where it cuts.
    """
    for decision in found.decisions:
        cuts = {c.citation for c in decision.cuts if c.took or (c.limit == decision.value and not c.shared)}
        for seen in decision.considered:
            if isinstance(seen.outcome, Unknown):
                continue
            match seen.rule.kind:
                case "requirement":
                    yield seen.rule, seen.outcome is False and seen.applies is True
                case "limit":
                    yield seen.rule, seen.outcome is True and seen.rule.citation in cuts
                case _:
                    yield seen.rule, seen.outcome is True


def _found(book: Rulebook, found: Determination) -> Iterable[tuple[Rule, bool]]:
    """The same of findings and refusals, which stand in no decision."""
    assert found.facts is not None
    codes = {f.code for f in found.findings}
    for rule in (*book.refusals, *(book.findings if found.status != "refused" else ())):
        looked_at = rule.thing == ROOT or bool(found.facts.all(rule.thing))
        if looked_at and (rule.code in codes or found.status != "refused"):
            yield rule, rule.code in codes
