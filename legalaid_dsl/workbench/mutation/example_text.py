"""The text of a worked example made from another: what differs in the facts, and what is expected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from ...basics.bilingual import Bilingual
from ...basics.citation import Citation
from ...basics.quantity import parse_decimal
from ...basics.worded import said
from ...cases.case_file import WorkedCase
from ...engine.interpreter.facts import Item
from ...language import tree
from ...language.printing.expressions import Printer
from ...language.printing.layout import Layout
from ...making.perturb import THE_CASE, Handle, Nudge
from ...rulebook.model import ROOT, Rulebook, Term
from .mutants import WORDS, Mutant


@attrs.frozen(slots=True)
class Told:
    """An example with nudged facts, and what is so in it but would not be under the mutant.

    ``rank``: how telling it is; 0 is a value of a determined case.
    """

    base: WorkedCase
    readings: dict[str, str]
    changes: tuple[Nudge, ...]
    status: str
    values: tuple[tuple[str, str, Any], ...]  # (term, path of the item, value)
    findings: tuple[str, ...]
    because: tuple[Citation, ...]
    not_because: tuple[Citation, ...]
    absent: tuple[str, ...] = ()  # findings that there must not be
    rank: int = 0


def case_text(book: Rulebook, told: Told, key: str, mutant: Mutant, lang: str) -> str:
    """The example as it would stand in a case file."""
    writer = _Writer(book, told, lang)
    names = Bilingual(_headnote(mutant, "en"), _headnote(mutant, "vi"))
    example = tree.Example(key, names, tuple(writer.lines()))
    layout = Layout(Printer(lang, lambda words, plural, unit: words))
    return "\n".join(text for _, text in layout.example(example)) + "\n"


def _headnote(mutant: Mutant, lang: str) -> str:
    """What the example is there for."""
    place, before, after = mutant.place[lang], mutant.before[lang].replace("`", ""), mutant.after[lang]
    told = bool(after) and mutant.kind != "condition"
    text = said(WORDS, "told", before=before, after=after)[lang] if told else before
    return f"{place[:1].upper()}{place[1:]}: {text}".replace('"', "”")


@attrs.frozen(slots=True)
class _Writer:
    book: Rulebook
    told: Told
    lang: str

    def lines(self) -> Iterable[tree.CaseLine]:
        told = self.told
        yield tree.Like(told.base.key)
        for key, choice in told.readings.items():
            yield tree.WithReading(key, choice)
        for nudge in told.changes:
            yield from self._given(nudge)
        yield tree.ExpectStatus(told.status)  # type: ignore[arg-type]
        for term, path, value in told.values:
            yield self._expected(self.book.terms[term], path, value)
        yield from (tree.ExpectFinding(code) for code in told.findings)
        yield from (tree.ExpectFinding(code, True) for code in told.absent)
        yield from (tree.Because((self._address(c),)) for c in told.because)
        yield from (tree.Because((self._address(c),), True) for c in told.not_because)

    def _given(self, nudge: Nudge) -> Iterable[tree.CaseLine]:
        thing = self._thing(nudge.handle[0])
        if nudge.kind == "remove":
            yield tree.Without(thing, nudge.handle[1])
            return
        if nudge.kind == "add":
            item = self.told.base.handles[nudge.handle]
            terms = [t for t in self.book.terms_of(nudge.handle[0]) if t.fact and _at(item, t) is not None]
            yield tree.GivenThing(thing, nudge.value, None, tuple(self._pair(t, _at(item, t)) for t in terms))
            return
        pair = self._pair(self.book.terms[nudge.term], nudge.value)
        yield pair if nudge.handle == THE_CASE else tree.GivenThing(thing, nudge.handle[1], None, (pair,))

    def _expected(self, term: Term, path: str, value: Any) -> tree.CaseLine:
        pair = self._pair(term, value)
        if term.thing == ROOT:
            return tree.ExpectFact(pair)
        return tree.ExpectThing(self._thing(term.thing), self._label(term.thing, path), (pair,))

    def _label(self, thing: str, path: str) -> str:
        """The label of the item at a path; those without an id are counted as they were given."""
        place = int(path.rpartition("[")[2].removesuffix("]"))
        gone = [n.handle for n in self.told.changes if n.kind == "remove"]
        labels = [h[1] for h in self.told.base.handles if h[0] == thing and h not in gone]
        labels += [n.value for n in self.told.changes if n.kind == "add" and n.handle[0] == thing]
        return labels[place] if place < len(labels) else path

    # -------------------------------------------------------------- words

    def _thing(self, key: str) -> tree.Name:
        return tree.Name(self.book.things[key].names[self.lang])

    def _pair(self, term: Term, value: Any) -> tree.Pair:
        values = value if isinstance(value, list | tuple | frozenset) else [value]
        words = tuple(self._value(term, v) for v in sorted(values, key=str)) or (tree.Word("none"),)
        return tree.Pair(tree.Name(term.names[self.lang]), words)

    def _value(self, term: Term, value: Any) -> tree.CaseValue:
        match value:
            case None:
                return tree.Word("unknown")
            case bool():
                return tree.Word("yes" if value else "no")
            case Fraction():
                return self._quantity(term, value)
            case date():
                return tree.DateValue(value)
            case Item(id=identifier):
                return tree.Word("identifier", identifier)
        if term.type.kind == "number":
            return self._quantity(term, parse_decimal(str(value)))
        if term.type.kind == "date":
            return tree.DateValue(date.fromisoformat(value))
        if term.type.kind in ("choice", "choices"):
            return tree.Name(self.book.vocabularies[term.type.key].choices[value].names[self.lang])
        return tree.Word("identifier" if term.type.kind == "reference" else "text", str(value))

    def _quantity(self, term: Term, value: Fraction) -> tree.Quantity:
        over = [k for k, n in term.type.unit.powers if n > 0]
        under = [k for k, n in term.type.unit.powers if n < 0]
        if term.type.key == "percent":
            return tree.Quantity(value, percent=True)
        unit = self.book.units[over[0]][value != 1][self.lang] if over else None
        return tree.Quantity(value, unit, self.book.units[under[0]][0][self.lang] if under else None)

    def _address(self, citation: Citation) -> tree.Address:
        number = "" if citation.instrument == self.book.id else self.book.instruments[citation.instrument].number
        return tree.Address.of(citation, number)


def _at(item: Any, term: Term) -> Any:
    for key in term.path:
        item = item.get(key) if isinstance(item, dict) else None
    return item


__all__ = ["Handle", "Told", "case_text"]
