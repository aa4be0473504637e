"""Studies as text, Markdown or a page of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..explain.render import fill
from . import records

TEMPLATES: Final = Path(__file__).parent / "templates"


def page(view: records.CompareView | records.ReadingsView, format: str) -> str:
    """``format``: text, markdown or html."""
    if isinstance(view, records.ReadingsView):
        return fill(TEMPLATES, "readings", format, v=view)
    return fill(TEMPLATES, "compare", format, v=view)


def because(found: records.Because, lang: str) -> str:
    """Why, in sentences."""
    return fill(TEMPLATES, "because", "text", b=found, lang=lang).strip()
