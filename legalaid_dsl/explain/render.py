"""Renders explanations: sandboxed, strict about missing names, escaped by format."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from ..basics.bilingual import LANGUAGES
from ..basics.citation import Citation
from ..rulebook.model import Rulebook
from .view import make_view

FORMATS: Final = {"text": "txt", "markdown": "md", "html": "html"}
TEMPLATES: Final = Path(__file__).parent / "templates"
_FILTERS: Final = ("join", "length", "upper")
_HIDDEN: Final = frozenset(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, *range(0x200B, 0x200E), 0xAD]
)


def explain(
    rulebook: Rulebook, result: Mapping[str, Any], lang: str = "en", format: str = "text",
    texts: Mapping[Citation, str] | None = None,
) -> str:  # fmt: skip
    """An explanation of a result with its trace. ``lang`` en or vi; ``format`` text, markdown, html;
    ``texts``: the official text of provisions, quoted where they are cited.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no language {lang!r}; there are: {', '.join(LANGUAGES)}")
    if format not in FORMATS:
        raise ValueError(f"no format {format!r}; there are: {', '.join(FORMATS)}")
    view = make_view(rulebook, result, lang, texts)
    return fill(TEMPLATES, "layout", format, v=view)


def fill(folder: Path, layout: str, format: str, **values: Any) -> str:
    """A layout of a folder of templates, filled; hidden characters are made visible."""
    template = _environment(folder, format).get_template(f"{layout}.{FORMATS[format]}.j2")
    return _visible(template.render(**values)).strip() + "\n"


@cache
def _environment(folder: Path, format: str) -> ImmutableSandboxedEnvironment:
    """One a format: HTML escapes for HTML, Markdown and text for themselves."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.clear()
    environment.filters = {k: f for k, f in environment.filters.items() if k in _FILTERS}
    if format != "html":
        escape = _markdown if format == "markdown" else Markup
        environment.finalize = lambda value: value if isinstance(value, Markup) else escape(value)
    return environment


def _markdown(value: object) -> Markup:
    """Text in which no mark of Markdown or HTML is left."""
    text = str(value)
    for mark in "\\`*_[]<>#|":
        text = text.replace(mark, "\\" + mark)
    return Markup(text)


def _visible(text: str) -> str:
    """Hidden characters of facts are shown by their code."""
    return "".join(f"⟨U+{ord(c):04X}⟩" if ord(c) in _HIDDEN else c for c in text)
