"""The page that decides a case by itself: the rules as a script (as ``export --to javascript`` writes them), a form, examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from ..api import Rules
from ..cases.form import form
from ..engine.lowered.steps import NotLowerable
from ..engine.script.form import form_of
from ..engine.script.module import module_of
from ..engine.tables import NONE
from ..rulebook.model import ROOT
from ..workbench.examples.runner import Outcome
from .address import link_to
from .choices import title_of
from .gather import Law
from .search import in_script
from .text import named

SCRIPT: Final = Path(__file__).parent / "assets" / "try.js"
ILLUSTRATIVE: Final = "illustrative"
MOST: Final = 4  # examples of a file that can be loaded


def script_of(law: Law, lang: str, words: dict[str, str]) -> str:
    """The script of the page; empty where the rules have no form that a script can go through."""
    rules = law.rules
    try:
        module = module_of(form_of(rules.rulebook, _supplies(rules), {}))
    except NotLowerable:
        return ""
    data = in_script({
        "lang": lang, "words": words, "form": form(rules.rulebook, lang), "results": _results(law, lang), "clauses": _clauses(law, lang),
        "examples": [_example(o, lang) for o in _chosen(law)],
    })  # fmt: skip
    return _inline(module) + f"\nconst DATA = {data};\n{SCRIPT.read_text('utf-8')}"


def _inline(module: str) -> str:
    """A module that may stand in a page: nothing in its texts ends the script."""
    return module.replace("</", "<\\/").replace("<!--", "<\\!--")


def _supplies(rules: Rules) -> dict[str, Any]:
    there = (Path(rules.rulebook.folder) / "tables" / ILLUSTRATIVE).is_dir()
    return {NONE: rules.figures(NONE)} | ({ILLUSTRATIVE: rules.figures(ILLUSTRATIVE)} if there else {})


def _results(law: Law, lang: str) -> dict[str, Any]:
    """Thing → its name, and the results that it has: key, name, unit; those of the case that decide first."""
    book, found = law.rulebook, {}
    for thing in dict.fromkeys([ROOT, *book.things]):
        terms = [t for t in book.terms_of(thing) if t.result is not None]
        rows = [
            {"key": t.result.key, "name": t.names[lang], "unit": next((book.units[k][1][lang] for k, n in t.type.unit.powers if n > 0), ""),
             "choices": {c.key: c.names[lang] for c in book.vocabularies[t.type.key].choices.values()} if t.type.kind == "choice" else {}}
            for t in sorted(terms, key=lambda t: not t.decisive) if t.result is not None
        ]  # fmt: skip
        found[thing] = {"name": book.things[thing].names[lang] if thing in book.things else "", "results": rows}
    return found


def _clauses(law: Law, lang: str) -> dict[str, dict[str, str]]:
    """Path → the provision as it is cited, and its place in the book; helper terms are no clause that one reads."""
    book = law.rulebook
    return {c.path: {"name": named(book, c, lang), "href": link_to(c)} for c in book.provisions if not c.defines}


def _chosen(law: Law) -> list[Outcome]:
    """A few examples of each file, those first that the file begins with."""
    found: dict[str, list[Outcome]] = {}
    for outcome in law.outcomes:
        span = outcome.case.node.span
        found.setdefault(span.source.name if span is not None else "", []).append(outcome)
    return [o for outcomes in found.values() for o in outcomes[:MOST] if o.case.figures in (NONE, ILLUSTRATIVE)]


def _example(outcome: Outcome, lang: str) -> dict[str, Any]:
    case = outcome.case
    return {"key": case.key, "title": title_of(outcome, lang), "facts": case.facts, "figures": case.figures, "readings": case.readings}
