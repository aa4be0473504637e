"""Sentences of law as pages show them: both tongues side by side, in pieces that a page colours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

from ..basics.citation import Citation
from ..language import tree
from ..language.printing.expressions import Printer
from ..language.printing.layout import Layout
from ..rulebook.model import Rulebook
from ..rulebook.wording import printer
from ..workbench.coverage.page import typeset
from ..workbench.coverage.survey import Boundary, Covered, Sentence
from ..workbench.editors.pieces import pieces
from .gather import Line

DECLARED: Final = (tree.Thing, tree.Unit, tree.Choices, tree.Term, tree.Table)  # these stand on a page of their own
BEGIN: Final = "\ue000"  # of a name of the glossary, in what is printed for a page
END: Final = "\ue001"
_BOTH: Final = re.compile(r'\b(en|vi)\s+"([^"]*)"\s+(?!\1)(en|vi)\s+"([^"]*)"')
Pieces = Sequence[tuple[str, str]]  # kind and text


def coloured(text: str, lang: str) -> Pieces:
    """The pieces of a text; neighbours of one kind are one. Names of the glossary stand between marks: no word of
    theirs is taken for a keyword."""
    found: list[tuple[str, str]] = []
    for i, stretch in enumerate(re.split(f"[{BEGIN}{END}]", text)):
        for kind, part in ((k, p) for _, k, p in pieces(stretch, lang)) if not i % 2 else (("", stretch),):
            plain = "" if kind in ("space", "name", "mark", "other") else kind
            if found and found[-1][0] == plain:
                found[-1] = plain, found[-1][1] + part
            else:
                found.append((plain, part))
    return found


@attrs.frozen(slots=True)
class Printed:
    """Prints sentences of a rulebook for pages in one language, the other beside."""

    rulebook: Rulebook
    lang: str
    _layouts: dict[tuple[str, str], Layout] = attrs.field(factory=dict, repr=False, eq=False)

    def layout(self, written: str, lang: str) -> Layout:
        """Prints in ``lang`` what was written in ``written``."""
        if (written, lang) not in self._layouts:
            names = printer(self.rulebook.glossary, written, lang).names
            marked = Printer(lang, lambda words, plural, unit: f"{BEGIN}{names(words, plural, unit)}{END}")
            self._layouts[written, lang] = Layout(marked)
        return self._layouts[written, lang]

    @property
    def langs(self) -> tuple[str, str]:
        return (self.lang, "en" if self.lang == "vi" else "vi")

    def rows(self, lines: Iterable[Line], covered: Covered | None) -> list[dict[str, Any]]:
        """The sentences of a provision, but for the glossary's; those that decide with what examples show of them."""
        sentences = covered.sentences if covered is not None else []
        return [self._row(line, sentences) for line in lines if not isinstance(line.node, DECLARED)]

    def _row(self, line: Line, sentences: Iterable[Sentence]) -> dict[str, Any]:
        own = [s for s in sentences if any(_stands_in(r.written, line.node) for r in s.rules)]
        states = [s.state for s in own]
        order = ("never_decided", "never_failed", "boundary", "covered")
        return {
            "texts": [(lang, self.pieces(line, lang)) for lang in self.langs],
            "reading": line.node.question[self.lang] if isinstance(line.node, tree.Reading) else "",
            "frame": isinstance(line.node, tree.Scope | tree.Read | tree.Applies | tree.Despite),
            "state": next((s for s in order if s in states), ""),
            "boundaries": [self.boundary(b) for s in own for b in s.boundaries if not b.tested],
        }

    def pieces(self, line: Line, lang: str) -> Pieces:
        return coloured(flowing(one_tongue(self.layout(line.lang, lang).statement(line.node), lang)), lang)

    def example(self, node: tree.Example, written: str) -> list[Pieces]:
        """The lines of an example but its heading, in the language of the page."""
        layout = self.layout(written, self.lang)
        return [coloured(flowing(layout.case_line(line)), self.lang) for line in node.lines]

    def boundary(self, boundary: Boundary) -> dict[str, Any]:
        """A comparison with how many examples stand below, on and above it."""
        sides = (("below", boundary.below), ("at", boundary.at), ("above", boundary.above))
        return {"words": typeset(boundary.words[self.lang]), "sides": sides}


def one_tongue(text: str, lang: str) -> str:
    """A sentence with its messages in one language only, where they stand in both; beside it stands the other."""
    return _BOTH.sub(lambda m: f'"{m[2] if m[1] == lang else m[4]}"', text)


def flowing(text: str) -> str:
    """A sentence without the line ends of its file: a page breaks it by its own width, and after each alternative."""
    lines, quoted = [""], False
    for character in " ".join(text.split()):
        quoted ^= character == '"'
        if character == " " and lines[-1].endswith(";") and not quoted:
            lines.append("")
        else:
            lines[-1] += character
    return typeset("\n".join(lines))


def _stands_in(written: Any, node: tree.Statement) -> bool:
    """Whether what a rule was written as is a sentence, or an alternative of it."""
    if written is node:
        return True
    inner, outer = getattr(written, "span", None), node.span
    return inner is not None and outer is not None and inner.source is outer.source and outer.start <= inner.start < outer.end


def named(rulebook: Rulebook, citation: Citation, lang: str) -> str:
    """A provision with its instrument, as the law is cited; the ruleset's own is left out."""
    own = rulebook.cite(citation, lang)
    short = rulebook.instruments[citation.instrument].short[lang]
    if not own:
        return short
    shown = own if citation.instrument == rulebook.id else f"{own}, {short}" if lang == "en" else f"{own} {short}"
    return shown[:1].upper() + shown[1:]
