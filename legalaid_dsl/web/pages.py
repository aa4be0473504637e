"""The pages and what they are dressed with: words in both languages, styles, scripts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from ..basics.bilingual import LANGUAGES
from ..explain.render import TEMPLATES as EXPLAINING
from ..explain.render import environment, fill
from ..workbench.editors.vocabulary import keywords

HERE: Final = Path(__file__).parent
BUILT: Final = "built"  # by npm, from editor/ (docs/studio.md)
PAGES: Final = {"law": "/", "changes": "/studio/changes", "case": "/studio/case"}
_KINDS: Final = {".js": "text/javascript", ".css": "text/css"}


def page(name: str, lang: str, root: Path, fixed: bool) -> str:
    """One page of the studio, whole. ``root``: of the ruleset."""
    said = words(lang)
    other = "en" if lang == "vi" else "vi"
    return fill((HERE / "templates", EXPLAINING), name, "html", w=said, lang=lang, other=other, here=name, pages=PAGES,
                ruleset=root.name, root=root.as_uri(), fixed=fixed)  # fmt: skip


def asset(name: str) -> tuple[str, str] | None:
    """The text and media type of a style or script, None where there is none of the name."""
    if name == "look.css":  # that of explanations
        module = environment((HERE / "templates", EXPLAINING), "html").get_template("style.j2").make_module()
        return str(module.style), _KINDS[".css"]  # type: ignore[attr-defined]
    found = _assets().get(name)
    return (found, _KINDS[Path(name).suffix]) if found is not None else None


@cache
def _assets() -> Mapping[str, str]:
    return {p.name: p.read_text("utf-8") for folder in ("assets", BUILT) for p in (HERE / folder).iterdir() if p.suffix in _KINDS}


@cache
def colours() -> dict[str, list[tuple[str, str]]]:
    """The keywords of each tongue, as patterns, with what they are for: the longest first."""
    return {lang: [(k.pattern, k.kind) for k in keywords(lang)] for lang in LANGUAGES}


@cache
def words(lang: str) -> dict[str, str]:
    """All that pages and scripts say by themselves."""
    found: dict[str, dict[str, str]] = tomllib.loads((HERE / "words.toml").read_text("utf-8"))
    return {key: said[lang] for key, said in found.items()}
