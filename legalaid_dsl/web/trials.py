"""One worked example decided, and what is different from how it was decided before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from ..api import Rules, UnknownReading
from ..basics.bilingual import Bilingual
from ..basics.worded import words, yes_no
from ..cases.case_file import WorkedCase
from ..engine.tables import FiguresError
from ..explain.numbers import number
from ..rulebook.model import ROOT, Rulebook, Term
from ..workbench.examples.runner import citations, judge

WORDS: Final = words(Path(__file__).with_suffix(".toml"))
STATUSES: Final[Mapping[str, Mapping[str, str]]] = WORDS["statuses"]


@attrs.frozen(slots=True, eq=False)
class Trial:
    """What came out of an example: ``found`` as the contract's JSON, ``failures`` in both languages."""

    key: str
    text: Bilingual | None
    found: Mapping[str, Any]
    failures: tuple[Bilingual, ...]

    def told(self, before: Trial | None, book: Rulebook, lang: str, line: int) -> dict[str, Any]:
        changes = list(_changes(before.found, self.found, book, lang)) if before is not None else []
        decisive = next((t for t in reversed(list(book.terms_of(ROOT))) if t.decisive and t.result is not None), None)
        value = shown(book, decisive, self.found.get(decisive.result.key), lang) if decisive is not None and decisive.result else ""
        return {
            "key": self.key, "text": self.text[lang] if self.text is not None else "", "passed": not self.failures,
            "failures": [f[lang] for f in self.failures], "status": STATUSES[self.found["status"]][lang], "value": value,
            "changes": changes, "line": line,
        }  # fmt: skip


def tried(rules: Rules, case: WorkedCase, readings: Mapping[str, str] | None = None) -> Trial:
    """``readings``: chosen where the example says nothing of them. Decided by the interpreter: rules that change with every key are not worth printing as Python first."""
    try:
        result = rules.evaluate(case.facts, figures=case.figures, readings={**(readings or {}), **case.readings}, by="interpreter")
    except (UnknownReading, FiguresError) as error:
        return Trial(case.key, case.node.text, {"status": "refused"}, (error.message,))
    found = result.to_dict()
    codes = frozenset(f["code"] for f in (*found["openings"], *found["findings"]))
    determined = result.determination
    failures = judge(case, determined, result.status, codes, citations(determined))
    return Trial(case.key, case.node.text, found, tuple(f.message for f in failures))


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], book: Rulebook, lang: str) -> Iterator[dict[str, str]]:
    """Each result that differs, those of the case first."""
    if old["status"] != new["status"]:
        yield {"name": WORDS["status"][lang], "before": STATUSES[old["status"]][lang], "after": STATUSES[new["status"]][lang]}
    yield from _of_terms(book, ROOT, old, new, lang, "")
    for thing in book.things.values():
        after = {item["id"]: item for item in new.get(thing.key, ()) if isinstance(item, Mapping) and "id" in item}
        for item in old.get(thing.key, ()):
            if isinstance(item, Mapping) and item.get("id") in after:
                yield from _of_terms(book, thing.key, item, after[item["id"]], lang, f"{thing.names[lang]} {item['id']}: ")


def _of_terms(
    book: Rulebook, thing: str, old: Mapping[str, Any], new: Mapping[str, Any], lang: str, lead: str
) -> Iterator[dict[str, str]]:
    for term in book.terms_of(thing):
        if term.result is not None and old.get(term.result.key) != new.get(term.result.key):
            before, after = (shown(book, term, side.get(term.result.key), lang) for side in (old, new))
            yield {"name": f"{lead}{term.names[lang]}", "before": before, "after": after}


def shown(book: Rulebook, term: Term, value: Any, lang: str) -> str:
    """A value of the contract's JSON as people write it."""
    if value is None:
        return "–"
    match term.type.kind:
        case "number":
            unit = next((book.units[k][1][lang] for k, n in term.type.unit.powers if n > 0), "")
            return f"{number(str(value), lang)} {unit}".strip()
        case "yes_or_no":
            return yes_no(bool(value))[lang]
        case "choice":
            choices = book.vocabularies[term.type.key].choices
            return choices[value].names[lang] if value in choices else str(value)
        case _:
            return str(value)
