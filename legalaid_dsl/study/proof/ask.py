"""Guarantees asked of a law: proved, refuted by a case that the interpreter confirms, or not decided."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Literal

import attrs

from ...basics.bilingual import Bilingual, joined
from ...basics.citation import Citation
from ...engine.tables import Figures
from ...making.shrink import shrink
from ...rulebook.model import NeverLowers, Rule, Term
from . import examples as generated
from .bounds import Bounds
from .claims import Always, Case, Claim, NeverFalls, NoLess
from .law import Law, chosen
from .words import said

if TYPE_CHECKING:
    from .prove import Answer, Prover

SEED = 20210715
QUICK = 100  # so many cases are tried before a proof is; more where a proof is about two cases, and slow
QUICK_PAIRS = 6 * QUICK
Said = Literal["proved", "not_refuted", "refuted", "not_decided", "set_aside"]


@attrs.frozen(slots=True)
class Verdict:
    """What came of one guarantee. ``not_refuted``: it holds for all cases that ``reason`` names, and larger ones are not covered.

    ``case``: a case for which it does not hold, and ``second`` the one with the fact raised;
    ``figures``: tables that the case needs. ``reason``: of what it holds, or why it is not decided.
    """

    key: str
    citation: Citation | None
    message: Bilingual
    verdict: Said
    reason: Bilingual
    tried: int = 0
    seconds: float = 0.0
    case: Case | None = None
    second: Case | None = None
    figures: Figures | None = None


@attrs.define(slots=True, eq=False)
class Asker:
    """``law``: the rules asked. ``any_figures``: tables are not supplied, and a proof holds whatever they say."""

    law: Law
    bounds: Bounds
    prove: bool = True
    seconds: float = 20.0
    cases: int = 2000
    any_figures: bool = True
    _provers: dict[bool, Prover] = attrs.Factory(dict)  # by whether their numbers are of any fineness

    def all(self, only: str = "") -> list[Verdict]:
        """Every guarantee of the law, in the order of the rules."""
        book = self.law.book
        found: list[Verdict] = []
        every: list[Rule | NeverLowers] = [*book.guarantees, *book.never_lowers]
        for one in every:
            if not only or only == one.code:
                found.append(self.guarantee(one))
        return found

    def guarantee(self, one: Rule | NeverLowers) -> Verdict:
        message = one.message or Bilingual()
        if isinstance(one, NeverLowers):
            claim: Claim = NeverFalls(self.law, one.raised, one.lowered)
        elif chosen(self.law.prepared, one):
            claim = Always(self.law, one)
        else:
            wanted = ", ".join(f"{key}={choice}" for key, choice in one.readings)
            return Verdict(one.code, one.citation, message, "set_aside", said("set_aside", wanted=wanted))
        return self._asked(one.code, one.citation, message, claim)

    def no_less(self, before: Law, term: Term) -> Verdict:
        """Whether the law gives no case less of a result than the law before it."""
        claim = NoLess(before, self.law, term.key)
        return self._asked(f"never_less_{term.path[-1]}", None, said("no_less", name=term.names), claim, before)

    # -------------------------------------------------------------- one claim

    def _asked(
        self, key: str, citation: Citation | None, message: Bilingual, claim: Claim, before: Law | None = None
    ) -> Verdict:
        start = time.monotonic()
        verdict = Verdict(key, citation, message, "not_decided", Bilingual())
        trials = self._trials(verdict, claim)
        quick = min(self.cases, (QUICK_PAIRS if isinstance(claim, NeverFalls) else QUICK) if self.prove else self.cases)
        for found in islice(trials, quick):
            if found.verdict == "refuted":
                return attrs.evolve(found, seconds=time.monotonic() - start)
        answer, why = self._proof(claim, before)
        if answer is not None and answer.status == "never":
            reason = self.bounds.covered(self.law.book, answer.joined, answer.fine)
            shown: Said = "not_refuted" if answer.joined or not answer.fine else "proved"
            return Verdict(key, citation, message, shown, reason, seconds=time.monotonic() - start)
        verdict = attrs.evolve(verdict, reason=why)
        if answer is not None and answer.case is not None and answer.figures is not None:
            confirmed = self._refuted(verdict, claim, answer.case, answer.figures)
            if confirmed is not None:
                return attrs.evolve(confirmed, seconds=time.monotonic() - start)
            verdict = attrs.evolve(verdict, reason=_untranslated(answer.reasons) or said("not_confirmed"))
        tried = quick
        for found in islice(trials, self.cases - quick):
            tried = found.tried
            if found.verdict == "refuted":
                return attrs.evolve(found, seconds=time.monotonic() - start)
        domain = self.bounds.covered(self.law.book, self.bounds.most)
        reason = said("none_against", reason=verdict.reason, tried=tried, domain=domain)
        return attrs.evolve(verdict, tried=tried, reason=reason, seconds=time.monotonic() - start)

    def _proof(self, claim: Claim, before: Law | None) -> tuple[Answer | None, Bilingual]:
        """What z3 says, where it is there and asked; else why not."""
        if not self.prove:
            return None, said("not_asked")
        if find_spec("z3") is None:
            return None, said("no_prover")
        from .formulas.logic import NotTranslated
        from .prove import Prover

        try:
            for fine in (True, False):  # first of all numbers; a case can be read off among those of some fineness
                prover = self._provers.get(fine) if before is None else None
                if prover is None:
                    prover = Prover.of(self.law, attrs.evolve(self.bounds, fine=fine), self.any_figures, before)
                if before is None:
                    self._provers[fine] = prover
                answer = attrs.evolve(prover.answer(claim, self.seconds), fine=fine)
                if answer.status == "never":
                    break
        except NotTranslated as left:
            return None, said("not_translated", reasons=left.reason)
        return answer, _untranslated(answer.reasons) or said("too_long", seconds=self.seconds)

    def _trials(self, verdict: Verdict, claim: Claim) -> Iterator[Verdict]:
        """Cases made at random, one by one; the first against the claim refutes it."""
        rng = Random(SEED)
        for tried, case in enumerate(generated.cases(self.law, self.bounds, SEED), 1):
            found = self._refuted(verdict, claim, claim.tried(case, self.bounds, rng), self.law.figures)
            yield attrs.evolve(found or verdict, tried=tried)

    def _refuted(self, verdict: Verdict, claim: Claim, case: Case, figures: Figures) -> Verdict | None:
        """Refuted, if the interpreter says so too: by the smallest case that can be made of this one."""
        asked = _under(claim, figures)
        if not asked.breaks(case):
            return None
        sure = asked.sure(case)
        small = shrink(case, lambda c: asked.breaks(c) and asked.sure(c) >= sure)
        second = None
        if isinstance(asked, NeverFalls):
            pair = asked.pair(small)
            assert pair is not None
            small, second = pair
        reason = asked.shown(small, second)
        return attrs.evolve(verdict, verdict="refuted", case=small, second=second, figures=figures, reason=reason)


def _untranslated(reasons: Sequence[Bilingual]) -> Bilingual | None:
    """What of the rules z3 was not told."""
    return said("not_translated", reasons=joined(reasons)) if reasons else None


def _under(claim: Claim, figures: Figures) -> Claim:
    """The claim under other figures."""
    match claim:
        case Always(law=law) | NeverFalls(law=law):
            return attrs.evolve(claim, law=law.under(figures))
        case NoLess(before=before, law=law):
            return attrs.evolve(claim, before=before.under(figures), law=law.under(figures))
    raise TypeError(claim)
