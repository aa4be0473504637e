"""What a ruleset says of a case, reduced to what can be compared: a status, exact numbers, details."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import attrs

from ...api import Rules
from ...rulebook.model import ROOT, Rulebook, Term

_ABOUT: Final = ("case_id", "ruleset", "reliability", "law_at")


@attrs.frozen(slots=True)
class Options:
    """Under which figures and readings cases are decided."""

    figures: str | Path | None = None
    readings: Mapping[str, str] = attrs.Factory(dict)


@attrs.frozen(slots=True, eq=False)
class Outcome:
    """One result. ``numbers``: the decisive numbers by their key, None where they are withheld."""

    status: str
    numbers: Mapping[str, Fraction | None]
    raw: Mapping[str, Any] = attrs.field(repr=False)
    shares: tuple[str, ...] = ()  # the things that have every decisive number of their own

    @property
    def determined(self) -> bool:
        return self.status == "determined"

    def details(self) -> dict[str, Any]:
        """What else of the result counts: the shares of those who have one, bounds, openings."""
        shown: dict[str, Any] = {k: v for k, v in self.raw.items() if not isinstance(v, list) and k not in _ABOUT}
        for thing in self.shares:
            shown[thing] = [{k: v for k, v in item.items() if k != "cites"} for item in self.raw[thing]]
        shown["needs"] = sorted((n["what"], n["path"], n["key"]) for n in self.raw["needs"])
        shown["findings"] = sorted((f["code"], f.get("path", "")) for f in (*self.raw["openings"], *self.raw["findings"]))
        return shown


def measures(rulebook: Rulebook) -> list[Term]:
    """The decisive numbers, in the order of the glossary; the last is the one that all lead to."""
    return [
        t for t in rulebook.terms_of(ROOT) if t.decisive and t.result is not None and t.type.kind == "number"
    ]  # fmt: skip


def shares(rulebook: Rulebook) -> tuple[str, ...]:
    """The things that have every decisive number of their own: what each provider gets, not each line."""
    keys = {result_key(t) for t in measures(rulebook)}
    found = {t: {result_key(x) for x in rulebook.terms_of(t) if x.result is not None} for t in rulebook.things if t != ROOT}
    return tuple(thing for thing, own in found.items() if keys and keys <= own)


def result_key(term: Term) -> str:
    return term.result.key if term.result is not None else term.path[-1]


def exact(raw: Mapping[str, Any], key: str) -> Fraction | None:
    """A number of a result, exactly."""
    text = raw.get(f"{key}_exact") or raw.get(key)
    return Fraction(text) if isinstance(text, str) else None


def decide(rules: Rules, case: Any, options: Options, *, trace: bool = False) -> Outcome:
    """Decide one case: a mapping, or its JSON text. A reading that this ruleset does not have is passed
    over: another one that it is compared with may have it (check_readings).

    By the interpreter: all of a result is read, which rows would ask it for once they had decided."""
    known = {key: choice for key, choice in options.readings.items() if key in rules.rulebook.readings}
    result = rules.evaluate(case, figures=options.figures, readings=known, trace=trace, by="interpreter")
    raw = result.to_dict()
    keys = [result_key(t) for t in measures(rules.rulebook)]
    return Outcome(raw["status"], {key: exact(raw, key) for key in keys}, raw, shares(rules.rulebook))


def check_readings(options: Options, *rules: Rules) -> None:
    """Raises UnknownReading for a reading that none of the rulesets has, or a choice that one lacks."""
    for key, choice in options.readings.items():
        having = [r for r in rules if key in r.rulebook.readings] or rules[-1:]
        for ruleset in having:
            ruleset.prepared({key: choice})
