"""One ES module that decides cases of a ruleset: a runtime written by hand, and the lowered form that it goes through."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

PARTS: Final = ("numbers", "facts", "steps", "columns", "wanted", "results")  # of one module: each uses those before it


def module_of(form: dict[str, Any]) -> str:
    """The text of the module."""
    runtime = "\n".join((files(__package__) / f"{part}.js").read_text("utf-8") for part in PARTS)
    data = json.dumps(form, ensure_ascii=True, separators=(",", ":"))  # no character of it ends a line in JavaScript
    return f"{runtime}\nexport const rules = engine({data});\nexport const {{ decide, decideText }} = rules;\n"
