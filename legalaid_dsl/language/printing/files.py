"""Whole files laid out; comments and paragraph breaks are kept."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...basics.source import Source
from .. import tree
from .expressions import Printer
from .layout import Layout


def lay_out(source: Source, parsed: Sequence[tree.Block | tree.Example], printer: Printer) -> str:
    """A whole file: its nodes in order, with comments and blank lines where they stood."""
    layout = Layout(printer)
    nodes: list[tuple[tree.Node, str]] = []
    for part in parsed:
        if isinstance(part, tree.Example):
            nodes += layout.example(part)
            continue
        if part.heading is not None:
            nodes.append((part.heading, layout.heading(part.heading)))
        nodes += [(s, layout.statement(s)) for s in part.statements]
    comments = list(re.finditer(r"#[^\n]*", re.sub(r'"[^"\n]*"', lambda m: "_" * len(m[0]), source.text)))
    out: list[str] = []
    at = 0
    for node, text in nodes:
        assert node.span is not None
        while comments and comments[0].start() < node.span.start:
            at = _comment(source, comments.pop(0), out, at)
        _blank(source, at, node.span.start, out)
        out.append(text)
        at = node.span.end if not isinstance(node, tree.Example) else node.span.start + 1
        after = source.text.find("\n", at)
        if (
            comments
            and at <= comments[0].start() < (after if after >= 0 else len(source.text))
            and not isinstance(node, tree.Example)
        ):
            comment = comments.pop(0)
            out[-1] += "  " + source.text[comment.start() : comment.end()].rstrip()
            at = comment.end()
    for comment in comments:
        at = _comment(source, comment, out, at)
    return "\n".join(out).strip("\n") + "\n"


def _comment(source: Source, comment: re.Match[str], out: list[str], at: int) -> int:
    _blank(source, at, comment.start(), out)
    out.append(source.text[comment.start() : comment.end()].rstrip())
    return comment.end()


def _blank(source: Source, start: int, end: int, out: list[str]) -> None:
    """One blank line where the source has one or more."""
    if out and re.search(r"\n[ \t]*\n", source.text[start:end]):
        out.append("")
