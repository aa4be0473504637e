"""The Python door: load a ruleset once, evaluate many cases, from any thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import attrs

from .basics.citation import Citation
from .basics.problem import did_you_mean
from .cases.plain import Refused, read_json
from .cases.read import read_facts
from .cases.results import refused_dict, result_dict
from .engine.determine import Determination, determine
from .engine.plan import Prepared
from .engine.tables import Figures, load_figures
from .in_time import Timeline, UnknownAmendment, in_force, undated
from .language.grammar import shipped
from .rulebook.load import load_rulebook
from .rulebook.model import ROOT, Rulebook
from .rulebook.official import texts_of

SHIPPED = "circular_02_2021"


class UnknownReading(ValueError):
    """A reading, or a choice of one, that the ruleset does not have."""


@attrs.frozen(slots=True, eq=False)
class Result:
    """What the rules say of one case.

    The results that the ruleset declares for the case are attributes (``amount``,
    ``sessions``, …): decimal text, or None where they are withheld.
    """

    _rules: Rules
    _dict: Mapping[str, Any]
    determination: Determination | None

    @property
    def status(self) -> Literal["determined", "undetermined", "refused"]:
        status: Literal["determined", "undetermined", "refused"] = self._dict["status"]
        return status

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self._dict:
            return self._dict[name]
        raise AttributeError(name)

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON."""
        return dict(self._dict)

    def explain(self, lang: str = "en", format: str = "text") -> str:
        """The explanation: ``lang`` en or vi; ``format`` text, markdown or html."""
        from .explain.render import explain

        return explain(self._rules.rulebook, self._dict, lang, format, self._rules.texts(lang))


@attrs.frozen(slots=True, eq=False)
class Rules:
    """A loaded ruleset. Nothing in it changes, so one serves many threads."""

    rulebook: Rulebook = attrs.field(repr=lambda book: book.id)
    _prepared: dict[tuple[tuple[str, str], ...], Prepared] = attrs.field(factory=dict, repr=False)
    _figures: dict[str, Figures] = attrs.field(factory=dict, repr=False)
    _texts: dict[str, Mapping[Citation, str]] = attrs.field(factory=dict, repr=False)
    timeline: Timeline[Rules] | None = attrs.field(default=None, repr=False)

    def evaluate(
        self, case: Any, *, figures: str | Path | None = None, readings: Mapping[str, str] | None = None,
        trace: bool = True,
    ) -> Result:  # fmt: skip
        """Decide one case: a mapping of facts, or its JSON text.

        Raises UnknownReading and FiguresError for wrong options; facts that cannot be used
        give a result that is refused. Under amendments the text that governs the case decides it.
        """
        if self.timeline is not None:
            return self._in_time(self.timeline, case, figures, readings or {}, trace)
        prepared = self.prepared(readings or {})
        tables = self.figures(figures)
        try:
            case = read_json(case) if isinstance(case, str) else case
            facts = read_facts(self.rulebook, case)
        except Refused as error:
            case_id = case.get("case_id") if isinstance(case, Mapping) else None
            return Result(self, refused_dict(self.rulebook, error.refusals, case_id), None)
        found = determine(prepared, facts, tables)
        return Result(self, result_dict(self.rulebook, found, trace=trace), found)

    def at(self, day: date) -> Rules:
        """The rules as their text stands on a day, for every case."""
        return self.timeline.at(day) if self.timeline is not None else self

    def _in_time(
        self, timeline: Timeline[Rules], case: Any, figures: str | Path | None, readings: Mapping[str, str], trace: bool
    ) -> Result:
        governing = timeline.governing(case, self.figures(figures), readings)
        if governing is not None:
            return governing.evaluate(case, figures=figures, readings=readings, trace=trace)
        results = [r.evaluate(case, figures=figures, readings=readings, trace=trace) for _, r in timeline.periods]
        decisive = [t.result.key for t in self.rulebook.terms_of(ROOT) if t.decisive and t.result is not None]
        return Result(self, undated([r.to_dict() for r in results], decisive), results[-1].determination)

    def prepared(self, readings: Mapping[str, str]) -> Prepared:
        """The rulebook under a choice of readings; those not named keep their default."""
        chosen = {key: r.default for key, r in self.rulebook.readings.items()}
        for key, choice in readings.items():
            if key not in chosen:
                raise UnknownReading(_unknown("reading", key, chosen))
            if choice not in self.rulebook.readings[key].choices:
                raise UnknownReading(_unknown(f"choice of {key}", choice, self.rulebook.readings[key].choices))
            chosen[key] = choice
        slot = tuple(sorted(chosen.items()))
        if slot not in self._prepared:
            self._prepared[slot] = Prepared.make(self.rulebook, chosen)
        return self._prepared[slot]

    def texts(self, lang: str) -> Mapping[Citation, str]:
        """The official text attached to the ruleset (``legalaid law attach``), to be quoted."""
        if lang not in self._texts:
            self._texts[lang] = texts_of(Path(self.rulebook.folder), self.rulebook.instruments, lang)
        return self._texts[lang]

    def figures(self, choice: str | Path | None) -> Figures:
        slot = str(choice or "")
        if slot not in self._figures:
            self._figures[slot] = load_figures(self.rulebook, choice)
        return self._figures[slot]


def _unknown(what: str, key: str, known: Mapping[str, Any]) -> str:
    near = did_you_mean(key, known)
    return f"no {what} “{key}”" + (f"; did you mean “{near}”?" if near else f"; there are: {', '.join(known)}")


def load(
    folder: str | Path | None = None, *, amendments: Iterable[str | Path] = (), at: date | None = None
) -> Rules:
    """Load a ruleset: a folder, or the shipped circular. Raises RulesetError with every problem.

    ``amendments``: amending acts, as files or by the name under which they stand beside the ruleset;
    those in force there are always read, drafts only when named. ``at``: only what takes effect by
    that day is known. A ruleset is never changed: amending gives a new one.
    """
    path = Path(folder) if folder is not None else shipped("rulesets") / SHIPPED
    periods = in_force(path, amendments, at)
    if not periods:
        return Rules(load_rulebook(path))
    rules = tuple((p.from_date, Rules(p.rulebook)) for p in periods)
    return Rules(rules[-1][1].rulebook, timeline=Timeline(rules, tuple(periods)))


__all__ = ["ROOT", "Result", "Rules", "UnknownAmendment", "UnknownReading", "load"]
