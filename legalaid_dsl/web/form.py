"""The answer beside the form of a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from ..api import Result, Rules, UnknownReading
from ..cases.form import form as form  # the studio asks by it
from ..engine.tables import FiguresError
from ..explain.view import make_view
from ..service.problems import wrong

Json = dict[str, Any]
LAYERS: Final = ("explanation", "what_if", "statement")  # what_if: the explanation, and what would change it


def answer(rules: Rules, facts: Any, figures: str | None, readings: Mapping[str, str], lang: str, layer: str) -> tuple[Json, Result]:
    """A case decided: what is shown at once, and a page; the result itself. Raises Problem for options that the rules do not have."""
    try:
        result = rules.evaluate(facts, figures=figures, readings=readings, by="interpreter")
    except (UnknownReading, FiguresError) as error:
        raise wrong(error.message) from None
    found = result.to_dict()
    view = make_view(rules.rulebook, found, lang)
    further = layer == "what_if"
    page = result.explain(lang, "html", layer="explanation" if further else layer, what_if=further) if layer else ""
    told = {
        "status": result.status, "reliability": view.reliability,
        "money": [attrs.asdict(line) for line in view.money], "results": [attrs.asdict(line) for line in view.results],
        "questions": [attrs.asdict(q) for q in view.questions], "needs": [n["path"] for n in found["needs"] if "path" in n],
        "openings": [attrs.asdict(o) for o in view.openings], "findings": [attrs.asdict(f) for f in view.findings],
        "refused": [attrs.asdict(r) for r in view.refused], "page": page,
    }  # fmt: skip
    return told, result
