"""A case decided again and held against its receipt: the same, or the first decision that differs and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from ..basics.bilingual import BilingualError
from ..basics.citation import Citation, order_key
from ..basics.worded import beside
from ..rulebook.model import Rulebook
from .receipt import FORM, receipt_of

if TYPE_CHECKING:
    from ..api import Rules

Why = Literal["facts", "law", "figures", "readings", "engine"]
_SAY: Final = beside(__file__)
_PARTS = (
    "facts", "ruleset", "figures", "readings", "law_at", "status", "result", "answer", "decisions", "rules", "used",
)  # fmt: skip


class NoSuchReceipt(BilingualError):
    """A file that is no receipt, or of a form that this version does not read."""


@attrs.frozen(slots=True)
class Changed:
    """What differs. ``term`` and ``path``: the first decision that does, "" where no decision but only a finding does."""

    why: Why
    term: str = ""
    path: str = ""
    provisions: tuple[str, ...] = ()
    engines: tuple[str, str] = ("", "")

    def to_dict(self) -> dict[str, Any]:
        return {
            "why": self.why, "term": self.term, "path": self.path, "provisions": list(self.provisions),
            "engines": list(self.engines),
        }  # fmt: skip


def read_receipt(text: str) -> dict[str, Any]:
    """A receipt from its text. Raises NoSuchReceipt."""
    try:
        found = json.loads(text)
        body = found["receipt"]
        if body["form"] != FORM or not isinstance(found["engine"], str):
            raise ValueError(body["form"])
        if not all(key in body for key in _PARTS):
            raise KeyError
        for entry in body["decisions"]:
            _ = entry["term"], entry["path"], entry["cites"], entry["digest"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NoSuchReceipt.of(_SAY("no_receipt")) from None
    return dict(found)


def replay(rules: Rules, receipt: Mapping[str, Any], case: str, figures: str | Path | None = None) -> Changed | None:
    """Decide the case again, under the readings of the receipt; None where it comes out the same.

    Raises FiguresError, and NoReceipt. A reading that the rules no longer have is passed over, which shows as a difference.
    """
    result = rules.evaluate(case, figures=figures, readings=_known(rules, receipt["receipt"]["readings"]))
    return changed(receipt, receipt_of(result, case))


def changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changed | None:
    """The first difference between two receipts; None where all that was decided is the same."""
    before, after = old["receipt"], new["receipt"]
    if before["facts"] != after["facts"]:
        return Changed("facts")
    found = list(_differing(before, after))
    if not found and before["result"] == after["result"] and before["status"] == after["status"]:
        return None
    engines = (str(old["engine"]), str(new["engine"]))
    if engines[0] != engines[1] and _all_rules_differ(before, after):  # the program has another form for rules: they cannot be held together
        after = {**after, "rules": before["rules"], "ruleset": before["ruleset"]}
    for entry in found:
        why = _why(before, after, entry)
        if why is not None:
            return Changed(why[0], entry["term"], entry["path"], why[1], engines)
    first: dict[str, Any] = found[0] if found else {"term": "", "path": "", "cites": _other_figures(before, after)}
    provisions = _other_addresses(before, after, "") or tuple(first["cites"])
    return Changed(_otherwise(before, after), first["term"], first["path"], provisions, engines)


def told(found: Changed | None, book: Rulebook, lang: str) -> str:
    """A difference in words, one thing a line."""
    if found is None:
        return _SAY("same")[lang]
    lines = [_SAY("not_same", why=_SAY("because", found.why))[lang]]
    if found.term:
        term = book.terms.get(found.term)
        name = term.names[lang] if term is not None else found.term
        lines.append(_SAY("first_decision", name=name, where=f" ({found.path})" if found.path else "")[lang])
    lines += [_SAY("provision", cited=_cited(book, path, lang))[lang] for path in found.provisions]
    if found.why == "engine":
        lines.append(" → ".join(found.engines))
    return "\n".join(lines)


def _cited(book: Rulebook, path: str, lang: str) -> str:
    try:
        return f"{book.cite(Citation.from_path(path), lang)} [{path}]"
    except (KeyError, ValueError):  # of an instrument that the rules do not use any more
        return path


def _known(rules: Rules, readings: Mapping[str, str]) -> dict[str, str]:
    books = [r.rulebook for _, r in rules.timeline.periods] if rules.timeline is not None else [rules.rulebook]
    having = {key: book.readings[key] for book in books for key in readings if key in book.readings}
    return {key: choice for key, choice in readings.items() if key in having and choice in having[key].choices}


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The decisions that differ, those that others rest on first: of the old ones, then those that are new."""
    new = {(d["term"], d["path"]): d for d in after["decisions"]}
    old = {(d["term"], d["path"]) for d in before["decisions"]}
    for entry in before["decisions"]:
        now = new.get((entry["term"], entry["path"]))
        if now is None or now["digest"] != entry["digest"]:
            yield {**entry, "figures": [*entry.get("figures", ()), *(now or {}).get("figures", ())]}
    yield from (d for slot, d in new.items() if slot not in old)


def _why(before: Mapping[str, Any], after: Mapping[str, Any], entry: Mapping[str, Any]) -> tuple[Why, tuple[str, ...]] | None:
    """Why one decision differs by itself; None where only what it reads does."""
    if entry["term"] in before["rules"] and entry["term"] in after["rules"]:
        addresses = _other_addresses(before, after, entry["term"])
        if addresses:
            return "law", addresses
    used = [{figure["key"]: figure for figure in side["used"]} for side in (before, after)]
    for key in entry.get("figures", ()):
        old, new = (side.get(key) for side in used)
        if (old or {}).get("digest") != (new or {}).get("digest"):
            figure = new or old or {}
            why: Why = "figures" if (old or figure)["given"] or figure["given"] else "law"
            return why, tuple(figure["cites"] or entry["cites"])
    return None


def _other_addresses(before: Mapping[str, Any], after: Mapping[str, Any], term: str) -> tuple[str, ...]:
    """The provisions that say something else of a term than they did."""
    old, new = before["rules"].get(term, {}), after["rules"].get(term, {})
    found = {address for address in (*old, *new) if old.get(address) != new.get(address)}
    return tuple(sorted(found, key=lambda path: order_key(Citation.from_path(path))))


def _all_rules_differ(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    both = [(old[a], after["rules"][t][a]) for t, old in before["rules"].items() for a in old if a in after["rules"].get(t, {})]
    return all(old != new for old, new in both)


def _other_figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The provisions of figures that only one side rests on."""
    found = [f for f in (*before["used"], *after["used"]) if (f in before["used"]) is not (f in after["used"])]
    return list(dict.fromkeys(path for figure in found for path in figure["cites"]))


def _otherwise(before: Mapping[str, Any], after: Mapping[str, Any]) -> Why:
    if before["readings"] != after["readings"]:
        return "readings"
    if before["figures"] != after["figures"]:
        return "figures"
    return "law" if before["ruleset"]["meaning"] != after["ruleset"]["meaning"] else "engine"


