"""The Python door: load a ruleset once, evaluate many cases, from any thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs

from .basics.citation import Citation
from .basics.keywords import shipped
from .basics.problem import did_you_mean
from .cases.ready import Ready, Told, tell
from .cases.results import item_values, root_values
from .engine.determine import Determination
from .engine.plan import Prepared
from .engine.tables import Figures, load_figures
from .in_time import Timeline, UnknownAmendment, acts_for, in_force, undated
from .rulebook.model import ROOT, Rulebook
from .rulebook.official import texts_of

if TYPE_CHECKING:
    from .cases.outcome import Outcome
    from .rulebook.amend.load import InForce

SHIPPED = "circular_02_2021"


class UnknownReading(ValueError):
    """A reading, or a choice of one, that the ruleset does not have."""


@attrs.define(slots=True, eq=False)
class Result:
    """What the rules say of one case.

    The results that the ruleset declares for the case are attributes (``amount``,
    ``sessions``, …): decimal text, or None where they are withheld. They are there at once;
    the rest (the trace, what was cited, the explanation) is made when it is first asked for,
    by the interpreter, from the same facts.
    """

    _rules: Rules
    _ready: Ready
    _outcome: Outcome | None
    _trace: bool
    _told: Told | None = None

    @property
    def status(self) -> Literal["determined", "undetermined", "refused"]:
        status: Literal["determined", "undetermined", "refused"]
        status = self._all.found["status"] if self._outcome is None else self._outcome.row.status  # type: ignore[assignment]
        return status

    @property
    def determination(self) -> Determination | None:
        """The interpreter's own record; None when the facts could not be read."""
        return self._all.determination

    @property
    def _all(self) -> Told:
        if self._told is None:
            assert self._outcome is not None
            facts = self._ready.facts(self._outcome)
            self._told = tell(self._ready.prepared, self._ready.figures, facts, self._trace)
        return self._told

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            if self._outcome is not None and name in self._outcome.compiled.of_case:
                return self._outcome.text(name)
            if name in self._all.found:
                return self._all.found[name]
        raise AttributeError(name)

    @property
    def outcome(self) -> Outcome | None:
        """What rows said; None where the interpreter was asked."""
        return self._outcome

    def case_values(self) -> dict[str, Any]:
        """The results of the case, by their keys: exact values, not text."""
        if self._outcome is not None:
            return self._outcome.case_values()
        found = self._all.determination
        return {} if found is None else root_values(found)

    def items(self, thing: str) -> list[dict[str, Any]]:
        """The results of each item of a thing (``entries``), by their keys: exact values, not text."""
        if self._outcome is not None:
            return self._outcome.items(thing)
        found = self._all.determination
        return [] if found is None else item_values(found, thing)

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON."""
        return dict(self._all.found)

    def explain(self, lang: str = "en", format: str = "text") -> str:
        """The explanation: ``lang`` en or vi; ``format`` text, markdown or html."""
        from .explain.render import explain

        return explain(self._rules.rulebook, self._all.found, lang, format, self._rules.texts(lang))


@attrs.frozen(slots=True, eq=False)
class Rules:
    """A loaded ruleset. Nothing in it changes, so one serves many threads."""

    rulebook: Rulebook = attrs.field(repr=lambda book: book.id)
    _prepared: dict[tuple[tuple[str, str], ...], Prepared] = attrs.field(factory=dict, repr=False)
    _figures: dict[str, Figures] = attrs.field(factory=dict, repr=False)
    _texts: dict[str, Mapping[Citation, str]] = attrs.field(factory=dict, repr=False)
    _ready: dict[Any, Ready] = attrs.field(factory=dict, repr=False)
    timeline: Timeline[Rules] | None = attrs.field(default=None, repr=False)

    def evaluate(
        self, case: Any, *, figures: str | Path | None = None, readings: Mapping[str, str] | None = None,
        trace: bool = True, by: Literal["rows", "interpreter"] = "rows",
    ) -> Result:  # fmt: skip
        """Decide one case: a mapping of facts, or its JSON text.

        Raises UnknownReading and FiguresError for wrong options; facts that cannot be used
        give a result that is refused. Under amendments the text that governs the case decides it.
        ``by``: rows are the quick form of the same rules; the interpreter is asked where they cannot
        decide, or when it is named.
        """
        if self.timeline is not None:
            return self._in_time(self.timeline, case, {"figures": figures, "readings": readings, "trace": trace, "by": by})
        ready = self.ready(figures, readings)
        outcome = ready.outcome(case) if by == "rows" else None
        told = tell(ready.prepared, ready.figures, case, trace) if outcome is None else None
        return Result(self, ready, outcome, trace, told)

    def ready(self, figures: str | Path | None = None, readings: Mapping[str, str] | None = None) -> Ready:
        """The rules under a choice of figures and readings, as evaluations share them."""
        slot = (figures, tuple(sorted(readings.items())) if readings else ())
        found = self._ready.get(slot)
        if found is None:
            prepared, tables = self.prepared(readings or {}), self.figures(figures)
            found = self._ready.setdefault(slot, Ready(prepared, tables))
        return found

    def at(self, day: date) -> Rules:
        """The rules as their text stands on a day, for every case."""
        return self.timeline.at(day) if self.timeline is not None else self

    def _in_time(self, timeline: Timeline[Rules], case: Any, options: dict[str, Any]) -> Result:
        readings = options["readings"] or {}
        known = {k: r for _, rules in timeline.periods for k, r in rules.rulebook.readings.items()}
        for key in readings:
            if key not in known:
                raise UnknownReading(_unknown("reading", key, known))
        governing = timeline.governing(case, self.figures(options["figures"]), readings)
        if governing is not None:
            return governing.evaluate(case, **{**options, "readings": governing.own(readings)})
        results = [r.evaluate(case, **{**options, "readings": r.own(readings)}) for _, r in timeline.periods]
        decisive = [t.result.key for t in self.rulebook.terms_of(ROOT) if t.decisive and t.result is not None]
        found = undated([r.to_dict() for r in results], decisive)
        told = Told(found, results[-1].determination)
        return Result(self, timeline.periods[-1][1].ready(options["figures"], {}), None, options["trace"], told)

    def own(self, readings: Mapping[str, str]) -> dict[str, str]:
        """Those readings that this text still leaves open."""
        return {k: c for k, c in readings.items() if k in self.rulebook.readings}

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
    folder: str | Path | None = None, *, amendments: Iterable[str | Path] = (), at: date | None = None,
    keep: Path | None = None,
) -> Rules:  # fmt: skip
    """Load a ruleset: a folder, or the shipped circular. Raises RulesetError with every problem.

    ``amendments``: amending acts, as files or by the name under which they stand beside the ruleset;
    those in force there are always read, drafts only when named. ``at``: only what takes effect by
    that day is known. A ruleset is never changed: amending gives a new one.
    ``keep``: a folder of your own where the checked rules are kept as data, so that the next process need
    not parse them; rules so kept decide and explain, but have no written text for drafters' tools.
    """
    path = Path(folder) if folder is not None else shipped("rulesets") / SHIPPED
    acts = acts_for(path, amendments)
    if acts and (periods := in_force(path, acts, at)):
        return rules_of(periods)
    if keep is not None:
        from .rulebook.kept import load_kept

        return Rules(load_kept(path, keep))
    from .rulebook.load import load_rulebook

    return Rules(load_rulebook(path))


def rules_of(periods: list[InForce]) -> Rules:
    """The rules whose text changes from period to period."""
    rules = tuple((p.from_date, Rules(p.rulebook)) for p in periods)
    return Rules(rules[-1][1].rulebook, timeline=Timeline(rules, tuple(periods)))


__all__ = ["ROOT", "Result", "Rules", "UnknownAmendment", "UnknownReading", "load", "rules_of"]
