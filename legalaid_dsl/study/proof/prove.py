"""Claims put to z3: needs the extra ``proof``, so it is imported only when a proof is asked for."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, Literal

import attrs
import z3

from ...basics.quantity import decimal_text
from ...engine.tables import NO_FIGURES, Figures
from ...rulebook.model import ROOT, Rule
from . import values as v
from .bounds import Bounds
from .claims import MARK, Always, Claim, NeverFalls, NoLess
from .law import Law, chosen
from .logic import Formula, both, formula, opposite, same, some
from .naming import Naming, Slot, rounded_terms
from .solve import Question
from .space import Decoder, Space, Spot
from .tables import Cells
from .translate import Translator
from .values import Number

LEMMA_SECONDS = 1.5
Given = list[tuple[Formula, frozenset[Slot]]]


@attrs.frozen(slots=True)
class Answer:
    """``case`` with ``figures`` is z3's counterexample; ``reasons``: what of the rules was left open."""

    status: Literal["never", "case", "time"]
    case: dict[str, Any] | None = None
    figures: Figures | None = None
    reasons: tuple[tuple[str, str], ...] = ()


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
        cells = Cells(None if any_figures else law.figures, bounds.highest_figure)
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
        tr = self.translator
        with self.naming.reading() as uses:
            spots = [self.space.root] if rule.thing == ROOT else self.space.spots.get(rule.thing, [])
            found = some(self._broken(tr, rule, spot) for spot in spots)
        return self._asked(found, uses, self._given(tr), [], seconds)

    def _broken(self, tr: Translator, rule: Rule, spot: Spot) -> Formula:
        assert rule.when is not None
        applies = tr.condition([c for _, c in rule.applies], spot)
        return both(spot.present, applies.yes, tr.truth(rule.when, spot).no)

    def _no_less(self, key: str, seconds: float) -> Answer:
        assert self.before is not None
        old = Translator(self.before.prepared, self.space, self.cells, self.naming, label="before")
        given = self._given(self.translator) + self._given(old)
        with self.naming.reading() as uses:
            a, b = old.value(key, self.space.root), self.translator.value(key, self.space.root)
            found = both(a.known, b.known, v.compared("<", b, a))  # type: ignore[arg-type]
        lemmas = self._lemmas("before", "", key, True, [], seconds)
        return self._asked(found, uses, given, lemmas, seconds)

    def _never_falls(self, raised: str, lowered: str, seconds: float) -> Answer:
        """One question for each item whose fact may be raised."""
        thing = self.law.book.terms[raised].thing
        last = Answer("never")
        for spot in [self.space.root] if thing == ROOT else self.space.spots.get(thing, []):
            answer = self._raised(spot, raised, lowered, seconds)
            if answer.status == "case":
                return answer
            last = answer if answer.status == "time" else last
        return last

    def _raised(self, spot: Spot, raised: str, lowered: str, seconds: float) -> Answer:
        fact = self.space.facts[(raised, spot)]
        more = z3.Int(f"{raised}+{spot.name}")
        limits = [more >= 1, more <= int(self.bounds.highest / self.bounds.step)]
        assert isinstance(fact.value, Number)
        step = z3.ToReal(more) * z3.RealVal(self.bounds.step)
        new = attrs.evolve(fact.value, term=fact.value.term + step, high=Fraction(2 * self.bounds.highest))
        label = f"raised {spot.name}"
        second = Translator(
            self.law.prepared, self.space, self.cells, self.naming, label=label, instead={(raised, spot): new}
        )
        with self.naming.reading() as uses:
            a, b = self.translator.value(lowered, self.space.root), second.value(lowered, self.space.root)
            found = both(spot.present, fact.stated, a.known, b.known, v.compared("<", b, a))  # type: ignore[arg-type]
        limits += self._lemmas("", label, lowered, spot.present, limits, seconds)
        given = self._given(self.translator) + self._given(second)
        answer = self._asked(found, uses, given, limits, seconds, spot, more)
        return answer

    def _lemmas(
        self, first: str, second: str, last: str, present: Formula, limits: list[Any], seconds: float
    ) -> list[Any]:
        """Smaller truths first: which steps on the way to the last never fall either. They spare the way through each."""
        until = time.monotonic() + seconds
        found: list[Any] = []
        for slot in [s for s in self.naming.definitions if s[0] == second and s[1] != last]:
            twin = (first, *slot[1:])
            if twin not in self.naming.definitions or time.monotonic() > until:
                continue
            a, b = self.naming.definitions[twin].value, self.naming.definitions[slot].value
            wrong = [both(present, opposite(same(a.known, b.known)))]
            if isinstance(a, Number) and isinstance(b, Number):
                wrong.append(both(present, a.known, b.known, v.compared("<", b, a)))
            for happens in wrong:
                question = Question(self.naming, self._constraints(limits + found), happens, frozenset({slot, twin}))
                if happens is not False and question.answer(LEMMA_SECONDS)[0] == "never":
                    found.append(formula(opposite(happens)))
        return found

    # -------------------------------------------------------------- asking

    def _constraints(self, more: list[Any]) -> list[Any]:
        return [*self.space.constraints, *self.cells.constraints, *more]

    def _given(self, tr: Translator) -> Given:
        """That no rule refuses the case, and that this text governs it."""
        found: Given = []
        for rule in tr.book.refusals:
            if chosen(tr.prepared, rule):
                for spot in [self.space.root] if rule.thing == ROOT else self.space.spots.get(rule.thing, []):
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

    def _asked(
        self, happens: Formula, uses: Iterable[Slot], given: Given, more: list[Any], seconds: float,
        spot: Spot | None = None, raised_by: Any = None,
    ) -> Answer:  # fmt: skip
        question = Question(self.naming, self._constraints(more), happens, frozenset(uses), given)
        status, model = question.answer(seconds)
        reasons = tuple(self.translator.reasons)
        if status != "case":
            return Answer(status, reasons=reasons)
        decoder = Decoder(self.space, model)
        case = decoder.case()
        if spot is not None:
            amount = model.eval(raised_by, model_completion=True).as_long() * self.bounds.step
            item = next(i for i in _of(case, spot))
            item[MARK] = decimal_text(amount)
        return Answer(status, case, self.cells.decoded(decoder, self.law.book) or NO_FIGURES, reasons)


def _of(case: dict[str, Any], spot: Spot) -> Iterator[dict[str, Any]]:
    """The object of the case file that stands at a spot."""
    if spot.thing == ROOT:
        yield case
        return
    owner = next(_of(case, spot.owner)) if spot.owner is not None else case
    yield owner[spot.thing][spot.index]


