"""Numbers, decisions and cases of a study as text: what explanations say them with."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import attrs

from ...basics.neutral import json_text
from ...basics.quantity import decimal_text, round_half_up
from ...basics.worded import said
from ...explain.numbers import number
from ...explain.phrases import Phrases
from ...rulebook.model import ROOT, Rulebook, Term
from .. import records
from ..outcomes.outcome import exact, measures, result_key
from .claims import WORDS
from .compare import Compared
from .reasons import Entry, Reason, Step, reason_of

MOST_STEPS = 3  # of what follows, and of what differs beside


def shortened(value: Fraction) -> Fraction:
    """To two places, as sums are shown; the tables have them exactly."""
    return round_half_up(value, Fraction(1, 100)) if value >= 0 else -round_half_up(-value, Fraction(1, 100))


@attrs.frozen(slots=True)
class Teller:
    """Puts what is known of two rulebooks into one language."""

    before: Phrases
    after: Phrases

    @classmethod
    def of(cls, base: Rulebook, amended: Rulebook, lang: str) -> Teller:
        return cls(Phrases(base, lang), Phrases(amended, lang))

    @property
    def lang(self) -> str:
        return self.after.lang

    # -------------------------------------------------------------- numbers

    def count(self, n: int) -> str:
        return number(str(n), self.lang)

    def number(self, term: Term, value: Fraction | None) -> str:
        if value is None:
            return self.after.value(term, None)
        sign = "−" if value < 0 else ""
        return sign + self.after.value(term, decimal_text(abs(value)))

    def change(self, term: Term, value: Fraction | None) -> str:
        """With its sign; nothing where there is none."""
        if value is None:
            return ""
        return ("+" if value > 0 else "") + self.number(term, value)

    # -------------------------------------------------------------- decisions

    def because(self, reason: Reason) -> records.Because:
        shown = [s for s in reason.then if self._telling(s)]
        return records.Because(
            self.step(reason.first) if reason.first is not None else None,
            tuple(self.step(s) for s in shown[:MOST_STEPS]),
            tuple(self.step(s) for s in reason.beside if self._telling(s))[:MOST_STEPS],
            tuple(records.Said(f["message"][self.lang], self.after.cites(f["cites"])) for f in reason.said),
            tuple(records.Said(f["message"][self.lang], self.before.cites(f["cites"])) for f in reason.unsaid),
        )

    def _telling(self, step: Step) -> bool:
        """Steps that a reader wants: not those in passing, nor the results, which are shown themselves."""
        term = self._term(step)
        return not term.in_passing and not (term.thing == ROOT and term.decisive)

    def _term(self, step: Step) -> Term:
        book = self.after.rulebook if step.slot[0] in self.after.rulebook.terms else self.before.rulebook
        return book.terms[step.slot[0]]

    def step(self, step: Step) -> records.Step:
        term = self._term(step)
        teller = self.after if term.key in self.after.rulebook.terms else self.before
        old = step.before["cites"] if step.before is not None else []
        new = step.after["cites"] if step.after is not None else []
        return records.Step(
            teller.title(term.names), teller.subject(step.subject),
            self._value(self.before, step.before), self._value(self.after, step.after),
            self.before.cites(p for p in old if p not in new), self.after.cites(new),
        )  # fmt: skip

    def _value(self, phrases: Phrases, entry: Entry | None) -> str:
        """Empty where the decision was not made; an empty list is none."""
        if entry is None:
            return ""
        shown = phrases.value(phrases.term(entry["term"]), entry["value"])
        return shown or said(WORDS, "none")[self.lang]

    # -------------------------------------------------------------- cases

    def name(self, case_id: str, place: int) -> str:
        return case_id or said(WORDS, "case", place=place)[self.lang]

    def case(self, row: Compared, reason: Reason, **more: str) -> records.Case:
        results = []
        for term in self._results(row):
            old, new = row.before.numbers.get(result_key(term)), row.after.numbers.get(result_key(term))
            change = new - old if old is not None and new is not None else None
            name = self.after.title(term.names)
            results.append(records.Difference(name, self.number(term, old), self.number(term, new), self.change(term, change)))
        results += self._inside(row) if row.kind == "inside" else []
        return records.Case(
            self.name(row.case_id, row.place), row.place, row.kind, row.before.status, row.after.status,
            tuple(results), self.because(reason), **more,
        )  # fmt: skip

    def _results(self, row: Compared) -> list[Term]:
        """The decisive numbers that differ; all where none does."""
        terms = [t for t in measures(self.after.rulebook) if result_key(t) in row.before.numbers]
        if "refused" in (row.before.status, row.after.status):
            return []
        moved = [t for t in terms if row.before.numbers[result_key(t)] != row.after.numbers[result_key(t)]]
        return moved if row.kind != "inside" else []

    def _inside(self, row: Compared) -> list[records.Difference]:
        """Shares that differ where the numbers of the case do not."""
        found = []
        for thing in (self.after.rulebook.things[key] for key in row.after.shares if key in row.before.shares):
            old, new = row.before.raw[thing.key], row.after.raw[thing.key]
            numbers = [t for t in self.after.rulebook.terms_of(thing.key) if t.result and t.type.kind == "number"]
            for term in numbers:
                for a, b in zip(old, new, strict=False):
                    before, after = exact(a, result_key(term)), exact(b, result_key(term))
                    if before != after:
                        change = after - before if before is not None and after is not None else None
                        name = f"{self.after.title(term.names)} ({thing.names[self.lang]} {a.get('id', '')})"
                        values = self.number(term, before), self.number(term, after)
                        found.append(records.Difference(name, *values, self.change(term, change)))
        return found[: 2 * MOST_STEPS]


def explained(row: Compared, amended: Rulebook, before: Mapping[str, Any], after: Mapping[str, Any]) -> Reason:
    """Why a case differs, from its results with their traces."""
    if row.kind == "unchanged":
        return Reason(None)
    return reason_of(amended, before, after)


def case_text(case: Any) -> str:
    """A case file, one item a line; what could not be read as one, as a text of JSON."""
    if not isinstance(case, dict):
        return json_text(case)
    lines = []
    for key, value in case.items():
        shown = json_text(value)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = ",\n".join(f"    {json_text(item)}" for item in value)
            shown = f"[\n{rows}\n  ]"
        lines.append(f"  {json_text(key)}: {shown}")
    return "{\n" + ",\n".join(lines) + "\n}"
