"""Which text governs a case: amendments hold from their day on, and a case is judged by the day
that the ruleset itself names (the term marked “date of law”)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

import attrs

from .basics.bilingual import BilingualError
from .basics.worded import said
from .cases.facts.reader import read_facts
from .cases.facts.strict_json import Refused, read_json
from .cases.strategy import Told
from .engine.interpreter.decide import Deciding
from .engine.plan import Prepared
from .engine.tables import Figures
from .rulebook.amend.draft_acts import is_draft, shipped_acts
from .rulebook.model import ROOT, Rulebook, Term

if TYPE_CHECKING:
    from .rulebook.amend.load import InForce


WORDS: Final = Path(__file__).with_name("words.toml")


class Governed(Protocol):
    """The rules of one period: a rulebook, under any choice of readings."""

    @property
    def rulebook(self) -> Rulebook: ...

    def prepared(self, readings: Mapping[str, str]) -> Prepared: ...


R = TypeVar("R", bound=Governed)


class UnknownAmendment(BilingualError):
    """An amendment that is neither a file nor stands beside the ruleset."""


def acts_for(folder: Path, wanted: Iterable[str | Path]) -> list[Path]:
    """The files of the acts that are in force, and of the drafts that are asked for by name or path."""
    beside = shipped_acts(folder)
    asked = []
    for one in wanted:
        path = beside.get(str(one)) or Path(one)
        if not path.is_file() or path.suffix != ".law":
            raise UnknownAmendment.of(said(WORDS, "no_amendment", given=one, known=", ".join(beside) or "–"))
        asked.append(path)
    enacted = [path for path in beside.values() if not is_draft(path)]
    return list(dict.fromkeys([*enacted, *asked]))


def in_force(folder: Path, acts: Iterable[Path], at: date | None) -> list[InForce]:
    """The rulebooks of a folder from day to day; ``at``: as known on that day, without later ones."""
    from .rulebook.amend.load import amended

    return [v for v in amended(folder, acts) if at is None or v.from_date <= at]


@attrs.frozen(slots=True, eq=False)
class Timeline(Generic[R]):
    """The rules of every period: (first day, rules), the oldest first."""

    periods: tuple[tuple[date, R], ...]
    texts: tuple[InForce, ...]

    def at(self, day: date) -> R:
        return next(rules for start, rules in reversed(self.periods) if start <= day)

    def text_at(self, day: date) -> InForce:
        return next(text for text in reversed(self.texts) if text.from_date <= day)

    def governing(self, case: Any, figures: Figures, readings: Mapping[str, str]) -> R | None:
        """The rules that govern a case; None when the day that decides it is not known."""
        for _, rules in reversed(self.periods):
            try:
                facts = read_facts(rules.rulebook, read_json(case) if isinstance(case, str) else case)
            except Refused:
                continue
            term = term_of_law(rules.rulebook)
            if term is None:
                return rules
            prepared = rules.prepared({k: c for k, c in readings.items() if k in rules.rulebook.readings})
            day = Deciding(prepared, facts, figures).value(term.key, facts.root)
            return self.at(day) if isinstance(day, date) else None
        return self.periods[-1][1]


def term_of_law(book: Rulebook) -> Term | None:
    """The term whose day a case is judged by."""
    return next((t for t in book.terms.values() if t.date_of_law), None)


def undated(results: Sequence[Any], book: Rulebook) -> Told:
    """What is told of a case whose governing text is not known: what all texts agree on. ``results``: of each text, as the Python door
    gives them; ``book``: of the last text."""
    keys = [t.result.key for t in book.terms_of(ROOT) if t.type.kind == "number" and t.result is not None]
    items = {t: agreed([r.items(t) for r in results]) or [] for t in book.things if t != ROOT}
    values = agreed([r.case_values() for r in results])
    return Told([merged([r.to_dict() for r in results], keys)], results[-1].determination, (values, items))


def merged(results: list[dict[str, Any]], keys: Sequence[str]) -> dict[str, Any]:
    """One result of several. ``keys``: of the numbers that get bounds where they are withheld."""
    first = results[-1]
    found: dict[str, Any] = _agreeing(results)
    if any(r["status"] != first["status"] for r in results) or any(found.get(k) is None and first.get(k) is not None for k in keys):
        found["status"] = "undetermined"  # also where each text is sure, but of another number
    for key in ("needs", "openings", "findings", "figures", "readings"):
        found[key] = list({repr(x): x for r in results for x in r[key]}.values())
    found["bounds"] = _hull(results, keys)
    return {**first, **found, "ruleset": first["ruleset"], "trace": first["trace"]}


def _agreeing(results: list[dict[str, Any]]) -> dict[str, Any]:
    first = results[0]
    return {k: agreed([r.get(k) for r in results]) for k in first}


def agreed(values: Sequence[Any]) -> Any:
    """The value that all have; in lists and objects, part by part; None where they differ."""
    first = values[0]
    if all(v == first for v in values):
        return first
    if all(isinstance(v, dict) for v in values):
        return {k: agreed([v.get(k) for v in values]) for k in first}
    if all(isinstance(v, list) and len(v) == len(first) for v in values):
        return [agreed(list(parts)) for parts in zip(*values, strict=True)]
    return None


def _hull(results: list[dict[str, Any]], decisive: Iterable[str]) -> dict[str, list[str]]:
    """For each number that some text withholds or that differs, from the least to the most."""
    bounds = {}
    for key in decisive:
        pairs = [r.get("bounds", {}).get(key) or ([r[key]] * 2 if r.get(key) is not None else None) for r in results]
        if all(p is not None for p in pairs) and len({tuple(p) for p in pairs if p is not None}) > 1:
            lows, highs = zip(*(p for p in pairs if p is not None), strict=True)
            bounds[key] = [min(lows, key=Fraction), max(highs, key=Fraction)]
        elif pairs[0] is not None and results[0].get(key) is None:
            bounds[key] = list(pairs[0])
    return bounds
