"""A finding of lint: a problem with a rule's name and a level. The wording stands in rules.toml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from ...basics import worded
from ...basics.bilingual import Bilingual
from ...basics.citation import Citation
from ...basics.problem import Problem
from ...basics.source import Span

_OTHER = Bilingual("the other one", "nội dung kia")


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
        return self.problem.render(lang, _LEVELS[lang][self.level])


_LEVELS = {
    "en": {"error": "error", "warning": "warning", "note": "note"},
    "vi": {"error": "lỗi", "warning": "cảnh báo", "note": "lưu ý"},
}


def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """rule → {level, en, vi, hint}."""
    return worded.words(Path(__file__).with_name("rules.toml"))


def finding(
    rule: str, span: Span, /, *, provision: Citation | None = None, also: Iterable[Span] = (),
    facts: dict[str, Any] | None = None, **values: Any,
) -> Finding:  # fmt: skip
    """Make a finding from its entry. Values may be Bilingual."""
    entry = catalogue()[rule]

    def fill(texts: Mapping[str, Any]) -> Bilingual:
        def text(lang: str) -> str:
            chosen = {k: v[lang] if isinstance(v, Bilingual) else v for k, v in values.items()}
            return str(texts[lang]).format(**chosen)

        return Bilingual(text("en"), text("vi"))

    found = Problem(
        rule, fill(entry), span, fill(entry["hint"]), provision, tuple((s, _OTHER) for s in also), entry["level"] != "error"
    )
    return Finding(rule, entry["level"], found, facts)
