"""A case against a guarantee as a worked example (``.case``), to be kept beside the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs

from ...basics.quantity import parse_decimal
from ...language import tree
from ...language.printing.expressions import Printer
from ...language.printing.layout import Layout
from ...rulebook.model import ROOT, Rulebook, Term
from .ask import Verdict


def example_text(book: Rulebook, verdict: Verdict, readings: dict[str, str], lang: str) -> str:
    """The facts, and that the guarantee is found broken."""
    assert verdict.case is not None
    writer = _Writer(book, lang)
    lines = [tree.WithReading(k, c) for k, c in readings.items()]
    found = tree.ExpectFinding(f"guarantee_{verdict.key}")
    example = tree.Example(f"against_{verdict.key}", verdict.message, (*lines, *writer.case(verdict.case), found))
    layout = Layout(Printer(lang, lambda words, plural, unit: words))
    return "\n".join(text for _, text in layout.example(example)) + "\n"


@attrs.define(slots=True)
class _Writer:
    book: Rulebook
    lang: str
    counts: dict[str, int] = attrs.Factory(dict)

    def case(self, case: dict[str, Any]) -> Iterator[tree.CaseLine]:
        yield from self._pairs(ROOT, case)
        yield from self._lists(ROOT, case, None)

    def _pairs(self, thing: str, item: dict[str, Any]) -> list[tree.Pair]:
        found = []
        for term in self.book.terms_of(thing):
            held: Any = item if term.fact else None
            for key in term.path:
                held = held.get(key) if isinstance(held, dict) else None
            if held is not None:
                values = held if isinstance(held, list) else [held]
                words = tuple(self._value(term, x) for x in values) or (tree.Word("none"),)
                found.append(tree.Pair(tree.Name(term.names[self.lang]), words))
        return found

    def _lists(self, thing: str, item: dict[str, Any], owner: tuple[tree.Name, str] | None) -> Iterator[tree.CaseLine]:
        for inner in self.book.things.values():
            if thing not in inner.listed_in or inner.key not in item:
                continue
            name = tree.Name(inner.names[self.lang])
            if not item[inner.key] and owner is None:
                yield tree.Without(name, "")
            for one in item[inner.key]:
                self.counts[inner.key] = self.counts.get(inner.key, 0) + 1
                label = one.get("id") or f"{inner.key[0].upper()}{self.counts[inner.key]}"
                yield tree.GivenThing(name, label, owner, tuple(self._pairs(inner.key, one)))
                yield from self._lists(inner.key, one, (name, label))

    def _value(self, term: Term, value: Any) -> tree.CaseValue:
        match term.type.kind:
            case "yes_or_no":
                return tree.Word("yes" if value else "no")
            case "date":
                return tree.DateValue(date.fromisoformat(value))
            case "choice" | "choices":
                return tree.Name(self.book.vocabularies[term.type.key].choices[value].names[self.lang])
            case "number":
                return self._quantity(term, str(value))
        return tree.Word("identifier" if term.type.kind == "reference" else "text", str(value))

    def _quantity(self, term: Term, text: str) -> tree.Quantity:
        value = parse_decimal(text)
        over = [k for k, n in term.type.unit.powers if n > 0]
        under = [k for k, n in term.type.unit.powers if n < 0]
        if term.type.key == "percent":
            return tree.Quantity(value, percent=True)
        unit = self.book.units[over[0]][value != 1][self.lang] if over else None
        return tree.Quantity(value, unit, self.book.units[under[0]][0][self.lang] if under else None)
