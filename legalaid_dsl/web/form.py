"""The form of a case, made from the glossary; and the answer beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ..api import Result, Rules, UnknownReading
from ..engine.tables import FiguresError
from ..explain.view import make_view
from ..rulebook.model import ROOT, Rulebook, Term
from ..service.problems import wrong

Json = dict[str, Any]


def form(book: Rulebook, lang: str) -> Json:
    """The facts and lists of every thing, by its key; the readings that may be chosen."""
    readings = [
        {"id": r.id, "question": r.question[lang], "default": r.default, "cites": r.citation.name(lang),
         "choices": [{"key": c.key, "name": c.text[lang]} for c in r.choices.values()]}
        for r in book.readings.values()
    ]  # fmt: skip
    things = {key: _thing(book, key, lang) for key in dict.fromkeys([ROOT, *book.things])}
    return {"root": ROOT, "things": things, "readings": readings}


def _thing(book: Rulebook, key: str, lang: str) -> Json:
    own = book.things.get(key)
    lists = [
        {"key": t.key, "name": t.plurals[lang], "one": t.names[lang], "none": t.none_unless_stated, "identified": t.identified}
        for t in book.things.values() if key in t.listed_in
    ]  # fmt: skip
    facts = [_fact(book, t, lang) for t in book.terms_of(key) if t.fact]
    return {"facts": facts, "lists": lists, "identified": own is not None and own.identified}


def _fact(book: Rulebook, term: Term, lang: str) -> Json:
    names = [term.names.vi, term.names.en, ".".join(term.path)]
    found: Json = {
        "path": list(term.path), "name": term.names[lang], "names": names, "kind": term.type.kind,
        "asked": term.asked[lang] if term.asked is not None else "", "optional": term.none_unless_stated or term.no_unless_stated,
    }  # fmt: skip
    if term.type.kind in ("choice", "choices"):
        choices = book.vocabularies[term.type.key].choices.values()
        found["choices"] = [{"key": c.key, "name": c.names[lang], "names": [c.names.vi, c.names.en, c.key]} for c in choices]
    elif term.type.kind == "number":
        found["unit"] = next((book.units[k][1][lang] for k, n in term.type.unit.powers if n > 0), "")
    elif term.type.kind == "reference":
        found["of"] = term.type.key
    return found


def answer(rules: Rules, facts: Any, figures: str | None, readings: Mapping[str, str], lang: str, layer: str) -> tuple[Json, Result]:
    """A case decided: what is shown at once, and a page; the result itself. Raises Problem for options that the rules do not have."""
    try:
        result = rules.evaluate(facts, figures=figures, readings=readings, by="interpreter")
    except (UnknownReading, FiguresError) as error:
        raise wrong(error.message) from None
    found = result.to_dict()
    view = make_view(rules.rulebook, found, lang)
    page = result.explain(lang, "html", layer=layer) if layer else ""
    told = {
        "status": result.status, "reliability": view.reliability,
        "money": [attrs.asdict(line) for line in view.money], "results": [attrs.asdict(line) for line in view.results],
        "questions": [attrs.asdict(q) for q in view.questions], "needs": [n["path"] for n in found["needs"] if "path" in n],
        "openings": [attrs.asdict(o) for o in view.openings], "findings": [attrs.asdict(f) for f in view.findings],
        "refused": [attrs.asdict(r) for r in view.refused], "page": page,
    }  # fmt: skip
    return told, result
