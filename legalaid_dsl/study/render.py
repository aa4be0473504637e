"""Studies as text, Markdown or a page of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import attrs
from markupsafe import Markup

from ..explain.render import fill
from . import records

TEMPLATES: Final = Path(__file__).parent / "templates"


def page(view: records.CompareView | records.ReadingsView, format: str) -> str:
    """``format``: text, markdown or html."""
    if isinstance(view, records.ReadingsView):
        return fill(TEMPLATES, "readings", format, v=view)
    if format == "markdown":
        view = attrs.evolve(view, smallest=tuple(_fenced(c) for c in view.smallest))
    return fill(TEMPLATES, "compare", format, v=view)


def _fenced(case: records.Case) -> records.Case:
    """Between fences nothing is escaped; a line of JSON never is a fence."""
    return attrs.evolve(case, facts=Markup(case.facts))


def because(found: records.Because, lang: str) -> str:
    """Why, in sentences."""
    return fill(TEMPLATES, "because", "text", b=found, lang=lang).strip()
