"""A survey of readings in words: the records that its templates print."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import attrs

from ...basics.worded import said
from ...rulebook.model import STATUSES, ReadingChoice, Term
from ...rulebook.model import Reading as Declared
from .. import records
from ..comparison.claims import WORDS
from ..comparison.compare import Compared
from ..comparison.reasons import Reason, reason_of
from ..comparison.words import Teller
from ..outcomes.outcome import Outcome, decide, result_key
from .survey import CaseReadings, Choice, Effect, Survey

MOST_COMBINED = 12  # in prose; data has all of them
MOST_EXPLAINED = 20  # cases


def reasons_of(found: Survey) -> dict[tuple[int, Choice], Reason]:
    """Why each choice that matters does, for a few cases."""
    reasons: dict[tuple[int, Choice], Reason] = {}
    for case in found.cases if len(found.cases) <= MOST_EXPLAINED else ():
        mattered = case.mattered
        before = _traced(found, case, None) if mattered else {}
        for choice in mattered:
            after = _traced(found, case, choice)
            reasons[case.place, choice] = reason_of(found.rules.rulebook, before, after)
    return reasons


def _traced(found: Survey, case: CaseReadings, choice: Choice | None) -> Mapping[str, Any]:
    chosen = {**found.options.readings, **(dict([choice]) if choice is not None else {})}
    return decide(found.rules, case.case, attrs.evolve(found.options, readings=chosen), trace=True).raw


def readings_view(found: Survey, lang: str) -> records.ReadingsView:
    """What a survey says, in one language."""
    book = found.rules.rulebook
    teller = Teller.of(book, book, lang)
    single = found.cases[0] if len(found.cases) == 1 else None
    joint = sorted((e for e in found.combined if _interacts(e)), key=lambda e: -_interplay(e))
    least, most = _extremes(found)
    statuses = {o.raw["reliability"] for c in found.cases for o in (c.default, *c.alone.values())} - {None}
    return records.ReadingsView(
        lang=lang, ruleset=book.instruments[book.id].names[lang],
        reliability=max(statuses, key=[str(s) for s in STATUSES].index, default="official"),
        number=len(found.cases), name=teller.name(single.default.raw["case_id"] or "", 1) if single else "",
        results=_results(single.default, found.measures, teller) if single else "",
        columns=tuple(teller.after.title(t.names) for t in found.measures),
        readings=() if single else tuple(_readings(found, teller)),
        choices=tuple(_choices(found, single, teller)) if single else (),
        without=tuple(_without(found, teller)),
        left_out=sum(1 for c in found.cases if not c.default.determined),
        combined=tuple(_effect(found, e, teller) for e in joint[:MOST_COMBINED]),
        adding_up=len(found.combined) - len(joint), more_combined=max(len(joint) - MOST_COMBINED, 0),
        least=_effect(found, least, teller) if least is not None else None,
        most=_effect(found, most, teller) if most is not None else None,
        skipped=found.skipped, unpaired=found.unpaired,
    )  # fmt: skip


def _money(changes: Mapping[str, Fraction]) -> Fraction:
    """The last of the numbers, to which all others lead."""
    return list(changes.values())[-1] if changes else Fraction(0)


def _interplay(effect: Effect) -> Fraction:
    return abs(_money(effect.changes) - _money(effect.apart))


def _extremes(found: Survey) -> tuple[Effect | None, Effect | None]:
    """What comes out lowest and highest of all that was looked at, alone or combined."""
    every = [*found.alone, *found.combined]
    low = min(every, key=lambda e: (_money(e.changes), len(e.chosen)), default=None)
    high = max(every, key=lambda e: (_money(e.changes), -len(e.chosen)), default=None)
    return (
        low if low is not None and _money(low.changes) < 0 else None,
        high if high is not None and _money(high.changes) > 0 else None,
    )


def _declared(found: Survey, choice: Choice) -> tuple[Declared, ReadingChoice, ReadingChoice]:
    """The reading, the choice in force, the other choice."""
    reading = found.rules.rulebook.readings[choice[0]]
    now = found.options.readings.get(choice[0], reading.default)
    return reading, reading.choices[now], reading.choices[choice[1]]


# ------------------------------------------------------------------ many cases


def _readings(found: Survey, teller: Teller) -> list[records.Reading]:
    """The readings that decide something, in the order of the law."""
    shown = []
    for key, reading in found.rules.rulebook.readings.items():
        effects = [e for e in found.alone if e.chosen[0][0] == key and e.decided]
        if effects:
            now = _declared(found, effects[0].chosen[0])[1]
            shown.append(
                records.Reading(
                    key, reading.question[teller.lang], now.text[teller.lang],
                    now.because[teller.lang] if now.because is not None else "", teller.after.cites([reading.citation.path]),
                    tuple(_effect(found, e, teller) for e in effects),
                )
            )  # fmt: skip
    return shown


def _effect(found: Survey, effect: Effect, teller: Teller) -> records.Effect:
    terms = found.measures
    changes = tuple(teller.change(t, c) if (c := effect.changes[result_key(t)]) else "" for t in terms)
    apart = tuple(teller.change(t, effect.apart[result_key(t)]) for t in terms) if _interacts(effect) else ()
    return records.Effect(
        tuple(_declared(found, c)[2].text[teller.lang] for c in effect.chosen),
        tuple("=".join(c) for c in effect.chosen), effect.decided,
        tuple((kind, n) for kind, n in effect.counts.items() if n and kind != "unchanged"), changes, apart,
        effect.left_out - sum(1 for c in found.cases if not c.default.determined),
    )  # fmt: skip


def _interacts(effect: Effect) -> bool:
    return len(effect.chosen) > 1 and dict(effect.apart) != dict(effect.changes)


# ------------------------------------------------------------------ one case


def _results(outcome: Outcome, terms: list[Term], teller: Teller) -> str:
    if outcome.status == "refused":
        return said(WORDS, "refused")[teller.lang]
    return ", ".join(teller.number(t, outcome.numbers[result_key(t)]) for t in terms)


def _choices(found: Survey, case: CaseReadings, teller: Teller) -> list[records.Choice]:
    """The choices that matter to a case, each with what comes of it and why."""
    shown = []
    reasons = reasons_of(found)
    for choice in case.mattered:
        outcome = case.alone[choice]
        reading, now, other = _declared(found, choice)
        row = Compared(case.place, case.case, case.default, outcome, case.kind(outcome))
        shown.append(
            records.Choice(
                "=".join(choice), reading.question[teller.lang], teller.after.cites([reading.citation.path]),
                now.text[teller.lang], other.text[teller.lang], _results(case.default, found.measures, teller),
                _results(outcome, found.measures, teller), teller.case(row, reasons[case.place, choice]),
            )
        )  # fmt: skip
    return shown


def _without(found: Survey, teller: Teller) -> list[str]:
    """The questions on which nothing turns, though rules that apply stand under them."""
    decided = {e.chosen[0][0] for e in found.alone if e.decided}
    keys = dict.fromkeys(e.chosen[0][0] for e in found.alone if e.chosen[0][0] not in decided)
    return [found.rules.rulebook.readings[key].question[teller.lang] for key in keys]
