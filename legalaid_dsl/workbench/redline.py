"""Two texts of a ruleset side by side: what was struck out and what was put in, provision by provision."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final, Literal

import attrs

from ..basics.citation import Citation
from ..explain.numbers import day
from ..explain.render import fill
from ..language import tree
from ..language.printing.layout import Layout
from ..rulebook.amend.book import at_heading
from ..rulebook.load import Survey
from ..rulebook.wording import printer

TEMPLATES: Final = Path(__file__).parent / "templates"
Kind = Literal["same", "gone", "new"]


@attrs.frozen(slots=True)
class Changed:
    """A provision whose text differs; ``pieces``: its words in order, each the same, gone or new."""

    citation: Citation
    name: str
    pieces: tuple[tuple[Kind, str], ...]


def printed(survey: Survey, lang: str) -> dict[Citation, str]:
    """The text of every provision (and of what stands before the first) in one layout and language."""
    found: dict[Citation, str] = {}
    for file in survey.files:
        layout = Layout(printer(survey.glossary, file.lang, lang))
        at = Citation(file.instrument)
        for block in file.blocks:
            at = at_heading(block.heading, at)
            lines = [layout.heading(block.heading)] if isinstance(block.heading, tree.Provision) else []
            text = "\n".join([*lines, *map(layout.statement, block.statements)])
            found[at] = f"{found[at]}\n{text}" if at in found else text
    return found


def redline(old: Survey, new: Survey, lang: str) -> list[Changed]:
    """The provisions that differ, in the order of the new text; repealed ones where they stood."""
    before, after = printed(old, lang), printed(new, lang)
    order = list(after)
    for citation in (c for c in before if c not in after):
        earlier = [c for c in list(before)[: list(before).index(citation)] if c in order]
        order.insert(order.index(earlier[-1]) + 1 if earlier else 0, citation)
    instruments = new.collector.instruments
    return [
        Changed(c, ", ".join(x for x in (c.name(lang), instruments[c.instrument].short[lang]) if x),
                tuple(_pieces(before.get(c, ""), after.get(c, ""))))
        for c in order if before.get(c, "") != after.get(c, "")
    ]  # fmt: skip


def _pieces(old: str, new: str) -> Iterator[tuple[Kind, str]]:
    """Word by word; a line break is a word."""
    a, b = (re.findall(r"\n[ \t]*|[ \t]+|\S+", text) for text in (old, new))
    for op, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            yield "same", "".join(a[i:j])
        else:
            if i < j:
                yield "gone", "".join(a[i:j])
            if k < m:
                yield "new", "".join(b[k:m])


def redline_text(changes: list[Changed]) -> str:
    """For a terminal: [-gone-] and {+new+}."""
    marks = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    parts = []
    for change in changes:
        body = ""
        for kind, text in change.pieces:
            words = text.rstrip()
            body += marks[kind].format(words) + text[len(words) :] if words else text
        parts.append(f"── {change.name}\n\n{body}\n")
    return "\n".join(parts)


def redline_page(changes: list[Changed], lang: str, title: str, days: tuple[str, str], about: str = "") -> str:
    """A page that stands by itself. ``days``: from which the old and the new text hold; empty: before any act. ``about``: said instead."""
    page = {"lang": lang, "title": title, "days": [day(d, lang) if d else "" for d in days], "changes": changes, "about": about}
    return fill(TEMPLATES, "redline", "html", page=page)
