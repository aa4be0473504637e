"""What the choice of a reading does, shown by the examples that are worked under it: each decided again by the default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from ..api import Result
from ..basics.citation import Citation
from ..explain.phrases import Phrases
from ..rulebook.model import ROOT, Reading, Rulebook
from ..workbench.examples.runner import Outcome
from .gather import Law
from .text import named

MOST: Final = 4  # examples that a choice shows


@attrs.frozen(slots=True)
class Effect:
    """An example under a choice, and the same facts under the default."""

    outcome: Outcome
    default: Result


def effects(law: Law) -> Mapping[tuple[str, str], list[Effect]]:
    """(reading, choice) → the examples that it changes. Only a reading that stands alone in an example shows what it does."""
    found: dict[tuple[str, str], list[Effect]] = {}
    for outcome in law.outcomes:
        chosen = outcome.case.readings
        key, choice = next(iter(chosen.items())) if len(chosen) == 1 else ("", "")
        if key in law.rulebook.readings and choice != law.rulebook.readings[key].default:
            default = law.rules.evaluate(outcome.case.facts, figures=outcome.case.figures)
            if _said(default, law.rulebook) != _said(outcome.result, law.rulebook):
                found.setdefault((key, choice), []).append(Effect(outcome, default))
    return found


def _said(result: Result, book: Rulebook) -> tuple[Any, ...]:
    """The status and the decisive numbers."""
    keys = [t.result.key for t in book.terms_of(ROOT) if t.decisive and t.result is not None]
    return (result.status, *(getattr(result, k, None) for k in keys))


def outcome_text(result: Result, phrases: Phrases, statuses: Mapping[str, str]) -> str:
    """What came out, in a few words: the last decisive number, or that there is none."""
    terms = [t for t in phrases.rulebook.terms_of(ROOT) if t.decisive and t.result is not None]
    values = [(t, getattr(result, t.result.key, None)) for t in terms if t.result is not None]
    shown = [phrases.value(t, v) for t, v in values if v is not None]
    return shown[-1] if shown and result.status == "determined" else statuses[result.status]


@attrs.frozen(slots=True)
class Told:
    """Readings as pages show them."""

    law: Law
    phrases: Phrases
    statuses: Mapping[str, str]
    found: Mapping[tuple[str, str], list[Effect]]
    links: Mapping[str, str]  # example → where it stands

    def reading(self, reading: Reading) -> dict[str, Any]:
        lang = self.phrases.lang
        return {
            "id": reading.id, "question": reading.question[lang], "at": named(self.law.rulebook, reading.citation, lang),
            "citation": reading.citation, "choices": [self._choice(reading, key) for key in reading.choices],
        }  # fmt: skip

    def of(self, citation: Citation) -> list[dict[str, Any]]:
        """Those that stand in a provision."""
        return [self.reading(r) for r in self.law.rulebook.readings.values() if r.citation == citation]

    def _choice(self, reading: Reading, key: str) -> dict[str, Any]:
        choice, lang = reading.choices[key], self.phrases.lang
        shown = self.found.get((reading.id, key), [])
        return {
            "key": key, "text": choice.text[lang], "default": key == reading.default,
            "because": choice.because[lang] if choice.because is not None else "", "count": len(shown),
            "effects": [self._effect(e) for e in shown[:MOST]],
        }  # fmt: skip

    def _effect(self, effect: Effect) -> dict[str, str]:
        case = effect.outcome.case
        return {
            "title": title_of(effect.outcome, self.phrases.lang), "href": self.links.get(case.key, ""),
            "before": outcome_text(effect.default, self.phrases, self.statuses),
            "after": outcome_text(effect.outcome.result, self.phrases, self.statuses),
        }  # fmt: skip


def title_of(outcome: Outcome, lang: str) -> str:
    """What an example says that it is about, else its key."""
    node = outcome.case.node
    return node.text[lang] if node.text is not None else outcome.case.key
