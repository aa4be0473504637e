"""Waivers in comments: ``# lint: allow gap because …`` on the line of a finding, or just above its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import attrs

from ...basics.source import Source, Span
from ...basics.source_text import called, read_source
from .finding import Finding, catalogue, finding

_WAIVER: Final = re.compile(
    r"#\s*lint:\s*(?:allow|cho\s+phép)\s+(?P<rule>[a-z-]+)(?:\s+(?:because|vì)\s+(?P<reason>\S[^\n]*))?[^\n]*"
)


@attrs.frozen(slots=True)
class Waiver:
    rule: str
    reason: str
    lines: tuple[int, int]  # its own, and the last line of comments that it stands in, plus one
    span: Span


def waivers(source: Source) -> list[Waiver]:
    """The waivers of a file."""
    found = []
    for m in _WAIVER.finditer(source.text):
        span = source.span(m.start(), m.end())
        line = last = span.place()[0]
        if source.line(line).lstrip().startswith("#"):
            while last < source.line_count and source.line(last).lstrip().startswith("#"):
                last += 1
        found.append(Waiver(m["rule"], m["reason"] or "", (line, last), span))
    return found


def waive(found: Iterable[Finding], folder: Path) -> list[Finding]:
    """Without what is waived with a reason; with waivers that lack one, or that nothing needs."""
    by_file: dict[str, list[Waiver]] = {}
    for path in sorted(folder.glob("*.law")):
        source, _ = read_source(path, f"{called(folder)}/{path.name}")
        by_file[source.name] = waivers(source)
    used: set[Span] = set()
    kept = []
    for one in found:
        first = one.problem.span.place()[0]
        last = one.problem.span.source.place(max(one.problem.span.end - 1, one.problem.span.start))[0]
        mine = [
            w for w in by_file.get(one.problem.span.source.name, ())
            if w.rule == one.rule and w.lines[0] <= last and w.lines[1] >= first
        ]  # fmt: skip
        used.update(w.span for w in mine)
        if not any(w.reason for w in mine):
            kept.append(one)
    for waiver in (w for ws in by_file.values() for w in ws):
        if not waiver.reason or waiver.rule not in catalogue():
            kept.append(finding("waiver-without-reason", waiver.span, rule=waiver.rule))
        elif waiver.span not in used:
            kept.append(finding("waiver-not-needed", waiver.span, rule=waiver.rule))
    return kept
