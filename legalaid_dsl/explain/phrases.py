"""Names, values, citations and subjects of a rulebook, as a language writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation, order_key
from ..basics.quantity import decimal_text, parse_decimal
from ..rulebook.model import ROOT, Rulebook, Term
from .numbers import day, number


@attrs.define(slots=True)
class Phrases:
    """What sentences about one rulebook are made of. Remembers what was cited."""

    rulebook: Rulebook
    lang: str
    cited: dict[str, None] = attrs.field(factory=dict, kw_only=True)

    def term(self, key: str) -> Term:
        return self.rulebook.terms[key]

    def value(self, term: Term, value: Any) -> str:
        """A value of the trace with its unit, as the language writes it."""
        if value is None:
            return {"en": "not determined", "vi": "chưa xác định"}[self.lang]
        kind = term.type
        if isinstance(value, bool):
            return {"en": ("no", "yes"), "vi": ("không", "có")}[self.lang][value]
        if kind.kind == "number":
            return self._quantity(term, value)
        if kind.kind == "date":
            return day(value, self.lang)
        if kind.kind in ("choice", "choices"):
            choices = self.rulebook.vocabularies[kind.key].choices
            keys = [value] if isinstance(value, str) else sorted(value, key=list(choices).index)
            return ", ".join(choices[k].names[self.lang] for k in keys)
        return str(value)

    def title(self, names: Bilingual) -> str:
        """A name at the beginning of a line."""
        text = names[self.lang]
        return text[:1].upper() + text[1:]

    def _quantity(self, term: Term, text: str) -> str:
        if term.type.key == "percent":
            return number(decimal_text(parse_decimal(text) * 100), self.lang) + "%"
        shown = number(text, self.lang)
        over = [k for k, n in term.type.unit.powers if n > 0]
        under = [k for k, n in term.type.unit.powers if n < 0]
        for key in over:
            shown += " " + self.rulebook.units[key][text != "1"][self.lang]
        for key in under:
            shown += {"en": " per ", "vi": "/"}[self.lang] + self.rulebook.units[key][0][self.lang]
        return shown

    def cites(self, paths: Iterable[str]) -> str:
        """Citations as the law is cited; those of another instrument name it."""
        found = sorted({Citation.from_path(p) for p in paths}, key=order_key)
        self.cited.update(dict.fromkeys(c.path for c in found))
        return "; ".join(self._cite(c) for c in found)

    def _cite(self, citation: Citation) -> str:
        name = citation.name(self.lang)
        if citation.instrument == self.rulebook.id:
            return name
        known = self.rulebook.instruments.get(citation.instrument)
        short = known.short if known is not None else self.rulebook.act_names[citation.instrument]
        return (", " if self.lang == "en" else " ").join(x for x in (name, short[self.lang]) if x)

    def subject(self, subject: Mapping[str, str]) -> str:
        if subject["thing"] == ROOT:
            return ""
        thing = self.rulebook.things[subject["thing"]].names[self.lang]
        place = re.search(r"\[(\d+)\]$", subject["path"])
        return f"{thing} {subject['id'] or (int(place[1]) + 1 if place else '')}"

    def title_of(self, subject: Mapping[str, str]) -> str:
        text = self.subject(subject)
        return text[:1].upper() + text[1:]
