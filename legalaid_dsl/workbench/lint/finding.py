"""A finding of lint: a problem with a rule's name and a level. The wording stands in rules.toml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from ...basics.citation import Citation
from ...basics.problem import Problem
from ...basics.source import Span
from ...basics.worded import said, words

RULES, WORDS = (Path(__file__).with_name(name) for name in ("rules.toml", "words.toml"))


@attrs.frozen(slots=True)
class Finding:
    """``facts``: the case file of the witness, where there is one."""

    rule: str
    level: str
    problem: Problem
    facts: dict[str, Any] | None = attrs.field(default=None, eq=False)

    def sort_key(self) -> tuple[Any, ...]:
        return (*self.problem.sort_key(), self.problem.message.en)

    def render(self, lang: str) -> str:
        return self.problem.render(lang, said(WORDS, "levels", self.level)[lang])


def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """rule → {level, en, vi, hint}."""
    return words(RULES)


def finding(
    rule: str, span: Span, /, *, provision: Citation | None = None, also: Iterable[Span] = (),
    facts: dict[str, Any] | None = None, **values: Any,
) -> Finding:  # fmt: skip
    """Make a finding from its entry. Values may be Bilingual."""
    level = catalogue()[rule]["level"]
    message, hint, other = said(RULES, rule, **values), said(RULES, rule, "hint", **values), said(WORDS, "other")
    found = Problem(rule, message, span, hint, provision, tuple((s, other) for s in also), level != "error")
    return Finding(rule, level, found, facts)
