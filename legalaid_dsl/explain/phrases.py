"""Names, values, citations and subjects of a rulebook, as a language writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs
from markupsafe import Markup, escape

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation, order_key, points_named
from ..basics.neutral import visible
from ..basics.quantity import decimal_text, parse_decimal
from ..rulebook.model import ROOT, Rulebook, Term
from .numbers import day, number
from .words import Words


@attrs.define(slots=True)
class Phrases:
    """What sentences about one rulebook are made of. Remembers what was cited."""

    rulebook: Rulebook
    lang: str
    cited: dict[str, None] = attrs.field(factory=dict, kw_only=True)
    _cites: dict[frozenset[str], str] = attrs.field(factory=dict, init=False)
    words: Words = attrs.field(factory=Words, kw_only=True)
    about: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict, kw_only=True)  # item path → facts that name it
    link: Callable[[str], str] | None = attrs.field(default=None, kw_only=True)  # path of a provision → where it can be read

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

    def named(self, term: Term, path: str = "") -> str:
        """What a term is called in an answer: by the instrument's own words, which may go by a fact of the item."""
        said = self.words.names.get(term.key)
        if isinstance(said, Mapping):
            said = said.get(self.about.get(path, {}).get(said.get("by", "")), said.get("otherwise"))
        return said if isinstance(said, str) else term.names[self.lang]

    def called(self, term: Term, path: str = "") -> str:
        """The same at the beginning of a line."""
        text = self.named(term, path)
        return text[:1].upper() + text[1:]

    def lead(self, key: str, choices: int) -> str:
        """How the choices that are asked of a fact are led in, or the only one, where the instrument says it."""
        one = self.words.required_one.get(key) if choices == 1 else None
        return one or self.words.required.get(key, "")

    def title(self, names: Bilingual) -> str:
        """A name at the beginning of a line."""
        text = names[self.lang]
        return text[:1].upper() + text[1:]

    def decimal(self, text: str, factor: int = 1) -> str:
        """A number of the trace as the language writes it."""
        return number(decimal_text(parse_decimal(text) * factor), self.lang)

    def amount(self, term: Term, text: str, *, whole: bool = False) -> str:
        """What a scale is applied to, or with ``whole`` what ranges give, with its unit."""
        kind = attrs.evolve(term.type, kind="number", unit=term.type.unit if whole else term.type.of, key=term.type.key if whole else "")
        return self._quantity(attrs.evolve(term, type=kind), text)

    def brackets(self, term: Term, text: str) -> str:
        """The brackets of a scale: "up to 5,000,000 đồng: 5%; above: 10%"."""
        words = {"en": ("up to", "below", "above"), "vi": ("đến", "dưới", "trên mức đó")}[self.lang]
        shown = []
        for part in text.split("; "):
            bound, _, value = part.rpartition(": ")
            word = words[2] if not bound else words[0] if bound.startswith("<=") else words[1]
            upto = f" {self.amount(term, bound.lstrip('<='))}" if bound else ""
            shown.append(f"{word}{upto}: {self.amount(term, value, whole=True)}")
        return "; ".join(shown)

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
        """Citations as the law is cited; those of another instrument name it. Where helper terms are defined no law is cited."""
        asked = frozenset(paths)
        if asked not in self._cites:
            found = sorted({c for p in asked if not (c := Citation.from_path(p)).defines}, key=order_key)
            self.cited.update(dict.fromkeys(c.path for c in found))
            found = [c for c in found if not any(c in other.chain()[1:] for other in found)]  # a point names the clause that it stands in
            self._cites[asked] = "; ".join(self._cite(c) for c in found) if self.link is None else Markup("; ").join(map(self._linked, found))
        return self._cites[asked]

    def places(self, paths: Iterable[str]) -> str:
        """Provisions inside a sentence, the points of one clause together."""
        clauses: dict[Citation, list[Citation]] = {}
        for citation in sorted(map(Citation.from_path, paths), key=order_key):
            clauses.setdefault(citation.chain()[1] if citation.point and not citation.sub else citation, []).append(citation)
        plain = {c for c in clauses if c.instrument == self.rulebook.id and self.rulebook.cite(c, self.lang) == c.name(self.lang)}
        return "; ".join(
            points_named(points, self.lang) if len(points) > 1 and clause in plain else self.cites(p.path for p in points)
            for clause, points in clauses.items()
        )

    def _linked(self, citation: Citation) -> Markup:
        """A citation that leads to the provision, for a page of HTML."""
        if self.link is None or citation.instrument not in self.rulebook.instruments:  # an amending act has no page
            return escape(visible(self._cite(citation)))
        return Markup('<a href="{}">{}</a>').format(escape(visible(self.link(citation.path))), escape(visible(self._cite(citation))))

    def _cite(self, citation: Citation) -> str:
        name = self.rulebook.cite(citation, self.lang)
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
        own = f"{thing} {subject['id'] or (int(place[1]) + 1 if place else '')}"
        around = re.match(r"(\w+)\[(\d+)\]\.", subject["path"])
        return f"{own}, {self._around(around[1], int(around[2]))}" if around is not None else own

    def _around(self, thing: str, place: int) -> str:
        """The item that another stands in, which tells it from those of the same number elsewhere: by the kind that it is."""
        known = self.about.get(f"{thing}[{place}]", {})
        kinds = [self.value(self.term(k), v) for k, v in known.items() if v is not None and self.term(k).type.kind == "choice"]
        return ": ".join((f"{self.rulebook.things[thing].names[self.lang]} {place + 1}", *kinds[:1]))

    def title_of(self, subject: Mapping[str, str]) -> str:
        text = self.subject(subject)
        return text[:1].upper() + text[1:]
