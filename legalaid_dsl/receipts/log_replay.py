"""Kept answers decided again under a new text or other readings: which would change, and by which provision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs

from ..engine.tables import FiguresError
from .log import CHECKPOINT
from .receipt import receipt_of
from .replay import Changed, changed

if TYPE_CHECKING:
    from ..api import Rules

# same; reasons: the same answer on other grounds; changed; and why the rest could not be decided again
Outcome = Literal["same", "reasons", "changed", "no_facts", "masked", "other_ruleset", "no_figures"]


@attrs.frozen(slots=True)
class Replayed:
    """One entry. ``before`` and ``after``: the results of the case, by their keys, and its ``status``."""

    seq: int
    request_id: str
    outcome: Outcome
    changed: Changed | None = None
    before: Mapping[str, Any] = attrs.Factory(dict)
    after: Mapping[str, Any] = attrs.Factory(dict)

    def to_dict(self) -> dict[str, Any]:
        why = None if self.changed is None else self.changed.to_dict()
        return {
            "seq": self.seq, "request_id": self.request_id, "outcome": self.outcome, "changed": why, "before": dict(self.before),
            "after": dict(self.after),
        }  # fmt: skip


def replayed(
    entries: Iterable[Mapping[str, Any]], rules: Rules, readings: Mapping[str, str] | None = None, figures: Mapping[str, Path] | None = None
) -> Iterator[Replayed]:
    """Each decision under these rules; ``readings`` prevail over those that were asked for, ``figures``: folders by their name
    in the log. Raises UnknownReading for a reading that these rules do not have."""
    every = [r for _, r in rules.timeline.periods] if rules.timeline is not None else [rules]
    wanted = dict(readings or {})
    for key, choice in wanted.items():
        having = [r for r in every if key in r.rulebook.readings] or every[-1:]
        having[-1].prepared({key: choice})
    for entry in (e for e in entries if CHECKPOINT not in e):
        yield _again(entry, rules, wanted, figures or {})


def results_of(result: Any) -> dict[str, Any]:
    """What a log keeps of an answer beside its digests: the status, and the results of the case."""
    return {"status": result.status, **dict(result._texts())}


def counts(found: Iterable[Replayed]) -> dict[str, int]:
    return dict(Counter(one.outcome for one in found))


def _again(entry: Mapping[str, Any], rules: Rules, readings: Mapping[str, str], figures: Mapping[str, Path]) -> Replayed:
    def without(outcome: Outcome) -> Replayed:
        return Replayed(entry["seq"], entry["request_id"], outcome)

    if entry["receipt"]["ruleset"]["id"] != rules.rulebook.id:
        return without("other_ruleset")
    if "facts" not in entry:
        return without("no_facts")
    if not entry["replayable"]:
        return without("masked")
    asked = entry["asked"]
    day = asked.get("law_at")
    text = rules.at(date.fromisoformat(day)) if day else rules
    chosen = {**_known(text, asked["readings"]), **readings}
    try:
        result = text.evaluate(
            entry["facts"], figures=figures.get(asked["figures"], asked["figures"]), readings=chosen if text.timeline else text.own(chosen)
        )
    except FiguresError:
        return without("no_figures")
    new = receipt_of(result)["receipt"] if result.determination is not None else None
    if new is None:  # facts that the new rules cannot read
        return Replayed(entry["seq"], entry["request_id"], "changed", Changed("law"), entry["results"], results_of(result))
    found = changed({"receipt": entry["kept"], "engine": entry["engine"]}, {"receipt": new, "engine": _engine()})
    outcome: Outcome = "same" if found is None else "reasons" if entry["kept"]["answer"] == new["answer"] else "changed"
    return Replayed(entry["seq"], entry["request_id"], outcome, found, entry["results"], results_of(result))


def _known(rules: Rules, readings: Mapping[str, str]) -> dict[str, str]:
    """Those readings that the new text still leaves open."""
    books = [r.rulebook for _, r in rules.timeline.periods] if rules.timeline is not None else [rules.rulebook]
    return {k: c for k, c in readings.items() if any(k in b.readings and c in b.readings[k].choices for b in books)}


def _engine() -> str:
    from .. import __version__

    return __version__
