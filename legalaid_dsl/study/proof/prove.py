"""Claims put to z3: needs the extra ``proof``, so it is imported only when a proof is asked for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

import attrs
import z3

from ...basics.bilingual import Bilingual
from ...basics.quantity import decimal_text
from ...engine.tables import NO_FIGURES, Figures
from ...rulebook.model import ROOT, Rule
from .bounds import Bounds
from .claims import MARK, Always, Claim, NeverFalls, NoLess
from .formulas import values as v
from .formulas.logic import Formula, both, formula, opposite, same, some
from .formulas.naming import Naming, Slot, rounded_terms
from .formulas.space import Decoder, Space, Spot
from .formulas.tables import Cells
from .formulas.translate import Translator
from .formulas.values import Number, Value
from .law import Law, chosen
from .reach import joined
from .solve import Question

LEMMAS = 8  # a smaller truth gets this part of the time for all of them
Given = list[tuple[Formula, frozenset[Slot]]]


@attrs.frozen(slots=True)
class Answer:
    """``case`` with ``figures`` is z3's counterexample; ``reasons``: what of the rules was left open."""

    status: Literal["never", "case", "time"]
    case: dict[str, Any] | None = None
    figures: Figures | None = None
    reasons: tuple[Bilingual, ...] = ()
    joined: frozenset[str] = frozenset()  # of "never": the kinds of things of which it holds up to so many only
    fine: bool = False  # asked of numbers of any fineness


@attrs.define(slots=True, eq=False)
class Prover:
    """One law over one space; what is translated for one claim serves the next."""

    law: Law
    bounds: Bounds
    any_figures: bool
    before: Law | None
    space: Space
    cells: Cells
    naming: Naming
    translator: Translator

    @classmethod
    def of(cls, law: Law, bounds: Bounds, any_figures: bool, before: Law | None = None) -> Prover:
        book = law.book
        space = Space.of(book, bounds, *([before.book] if before is not None else []))
        cells = Cells(None if any_figures else law.figures, bounds.highest_figure, bounds.fine)
        naming = Naming(steps=rounded_terms(book))
        translator = Translator(law.prepared, space, cells, naming)
        return cls(law, bounds, any_figures, before, space, cells, naming, translator)

    def answer(self, claim: Claim, seconds: float) -> Answer:
        match claim:
            case Always(rule=rule):
                return self._always(rule, seconds)
            case NeverFalls(raised=raised, lowered=lowered):
                return self._never_falls(raised, lowered, seconds)
            case NoLess(lowered=lowered):
                return self._no_less(lowered, seconds)
        raise TypeError(claim)

    # -------------------------------------------------------------- the kinds of claim

    def _always(self, rule: Rule, seconds: float) -> Answer:
        with self.naming.reading() as uses:
            each = [(spot, self._broken(rule, spot)) for spot in self._spots(rule.thing)]
        found = some(part for _, part in each)
        return self._asked(_Asked(found, frozenset(uses), self._given(self.translator), each=tuple(each)), seconds)

    def _broken(self, rule: Rule, spot: Spot) -> Formula:
        assert rule.when is not None
        applies = self.translator.condition([c for _, c in rule.applies], spot)
        return both(spot.present, applies.yes, self.translator.truth(rule.when, spot).no)

    def _no_less(self, key: str, seconds: float) -> Answer:
        assert self.before is not None
        old = Translator(self.before.prepared, self.space, self.cells, self.naming, label="before")
        given = self._given(self.translator) + self._given(old)
        with self.naming.reading() as uses:
            found = _less(old.value(key, self.space.root), self.translator.value(key, self.space.root))
        return self._asked(_Asked(found, frozenset(uses), given, each=((self.space.root, found),)), seconds, ("before", "", key))

    def _never_falls(self, raised: str, lowered: str, seconds: float) -> Answer:
        """One question for each item whose fact may be raised."""
        kinds = frozenset[str]()
        for spot in self._spots(self.law.book.terms[raised].thing):
            answer = self._raised(spot, raised, lowered, seconds)
            if answer.status != "never":
                return answer
            kinds |= answer.joined
        return Answer("never", joined=kinds)

    def _raised(self, spot: Spot, raised: str, lowered: str, seconds: float) -> Answer:
        fact = self.space.facts[(raised, spot)]
        more = self.space.count(f"{raised}+{spot.name}")
        limits = (more > 0, self.space.amount(more) <= self.bounds.highest)
        assert isinstance(fact.value, Number)
        term = fact.value.term + self.space.amount(more)
        new = attrs.evolve(fact.value, term=term, high=Fraction(2 * self.bounds.highest + 1))
        label = f"raised {spot.name}"
        second = Translator(
            self.law.prepared, self.space, self.cells, self.naming, label=label, instead={(raised, spot): new}
        )
        with self.naming.reading() as uses:
            fell = _less(self.translator.value(lowered, self.space.root), second.value(lowered, self.space.root))
        given = self._given(self.translator) + self._given(second)
        happens = both(spot.present, fact.stated, fell)
        asked = _Asked(happens, frozenset(uses), given, limits, spot, more, ((self.space.root, fell),))
        return self._asked(asked, seconds, ("", label, lowered))

    def _spots(self, thing: str) -> list[Spot]:
        return [self.space.root] if thing == ROOT else self.space.spots.get(thing, [])

    # -------------------------------------------------------------- asking

    def _asked(self, asked: _Asked, seconds: float, pair: tuple[str, str, str] | None = None) -> Answer:
        """A case first where that is easy; then what never falls between the two of a pair; then all of it."""
        question = self._question(asked)
        if question.bent():
            status, model = question.answer(seconds / 4, straight=True)
            if status == "case":
                return self._decoded(question, asked, model, seconds, straight=True)
        if pair is not None:
            question = self._question(asked, self._lemmas(*pair, asked, seconds / 2))
        status, model = question.answer(seconds)
        if status == "case":
            return self._decoded(question, asked, model, seconds)
        kinds = frozenset[str]()
        if status == "never":
            parts = [*asked.each, *((None, part) for part, _ in question.met)]
            uses = asked.uses.union(*(uses for _, uses in question.met))
            kinds = joined(self.space, self.naming, question.told, parts, uses)
            kinds |= frozenset(self.bounds.most) if question.lemmas else frozenset()  # what those rest on is not looked into
        return Answer(status, reasons=tuple(self.translator.reasons), joined=kinds)

    def _question(self, asked: _Asked, more: Sequence[Any] = ()) -> Question:
        constraints = [*self.space.constraints, *self.cells.constraints, *asked.limits, *more]
        return Question(self.naming, constraints, asked.happens, asked.uses, asked.given, lemmas=bool(more))

    def _lemmas(self, first: str, second: str, last: str, asked: _Asked, seconds: float) -> list[Any]:
        """Smaller truths: which steps on the way to the last never fall either. They spare the way through each."""
        until = time.monotonic() + seconds
        present = asked.spot.present if asked.spot is not None else True
        found: list[Any] = []
        for slot in [s for s in self.naming.definitions if s[0] == second and s[1] != last]:
            twin = (first, *slot[1:])
            if twin not in self.naming.definitions:
                continue
            a, b = self.naming.definitions[twin].value, self.naming.definitions[slot].value
            wrong = [both(present, opposite(same(a.known, b.known)))]
            if isinstance(a, Number):
                wrong.append(both(present, _less(a, b)))
            for happens in wrong:
                question = self._question(_Asked(happens, frozenset({slot, twin}), [], asked.limits), found)
                if happens is not False and time.monotonic() < until and question.answer(seconds / LEMMAS)[0] == "never":
                    found.append(formula(opposite(happens)))
        return found

    def _given(self, tr: Translator) -> Given:
        """That no rule refuses the case, and that this text governs it."""
        found: Given = []
        for rule in tr.book.refusals:
            for spot in self._spots(rule.thing) if chosen(tr.prepared, rule) else ():
                with self.naming.reading() as uses:
                    conditions = [*(c for _, c in rule.applies), *([rule.when] if rule.when is not None else [])]
                    refused = both(spot.present, tr.condition(conditions, spot).yes)
                found.append((opposite(refused), frozenset(uses)))
        timeline = self.law.whole.timeline
        term = next((t for t in tr.book.terms.values() if t.date_of_law), None)
        if tr is self.translator and timeline is not None and term is not None:
            start = next(day for day, rules in timeline.periods if rules is self.law.text)
            with self.naming.reading() as uses:
                day = tr.value(term.key, self.space.root)
                assert isinstance(day, Number)
                held = both(day.known, v.compared(">=", day, v.constant(Fraction(start.toordinal()))))
            found.append((held, frozenset(uses)))
        return found

    def _decoded(self, question: Question, asked: _Asked, model: Any, seconds: float, straight: bool = False) -> Answer:
        """The case of a model; one that needs no tables supplied, if there is any: it is easier to look at."""
        if self.bounds.fine:
            return Answer("case", reasons=tuple(self.translator.reasons))
        if self.cells.given:
            bare = [z3.Not(given) for given in self.cells.given.values()]
            without = attrs.evolve(question, constraints=[*question.constraints, *bare])
            model = without.answer(seconds / 2, straight)[1] or model
        decoder = Decoder(self.space, model)
        case = decoder.case()
        if asked.spot is not None:
            amount = model.eval(asked.raised_by, model_completion=True).as_long() * self.bounds.step
            _at(case, asked.spot)[MARK] = decimal_text(amount)
        figures = self.cells.decoded(decoder, self.law.book) or NO_FIGURES
        return Answer("case", case, figures, tuple(self.translator.reasons))


@attrs.frozen(slots=True, eq=False)
class _Asked:
    """``happens`` is looked for among the cases that meet ``given``; ``spot``: the item whose fact is raised."""

    happens: Formula
    uses: frozenset[Slot]
    given: Given
    limits: tuple[Any, ...] = ()
    spot: Spot | None = None
    raised_by: Any = None
    each: tuple[tuple[Spot, Formula], ...] = ()  # what happens, by the item that it happens to


def _less(a: Value, b: Value) -> Formula:
    """Whether both are known numbers, and the second is less."""
    assert isinstance(a, Number)
    assert isinstance(b, Number)
    return both(a.known, b.known, v.compared("<", b, a))


def _at(case: dict[str, Any], spot: Spot) -> dict[str, Any]:
    """The object of the case file that stands at a spot."""
    if spot.owner is None:
        return case
    found: dict[str, Any] = _at(case, spot.owner)[spot.thing][spot.index]
    return found
