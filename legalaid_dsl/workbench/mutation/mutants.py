"""Mutants: a rulebook with one sentence of the law changed in one place.

What a mutant changes is a sentence as it is written (it may decide several terms), or a
condition that a heading gives to everything under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.citation import Citation, order_key
from ...basics.quantity import number_for
from ...basics.source import Span
from ...basics.worded import said
from ...language import tree
from ...language.grammar import word_of
from ...language.printing.expressions import clean
from ...rulebook import meaning as m
from ...rulebook.model import DatedValue, KnownTotal, Limit, Rule, Rulebook
from ...rulebook.wording import printer
from .changes import Change, Changer, Kind, steps, swapped

WORDS: Final = Path(__file__).with_name("words.toml")


@attrs.frozen(slots=True, eq=False)
class Mutant:
    """One change. ``rules``: each rule that it touches with what it becomes (None: it is gone).

    ``before`` and ``after`` are the words; an empty ``after`` says that they are left out.
    """

    kind: Kind
    citation: Citation
    place: Bilingual  # the provision as it is cited
    span: Span | None
    before: Bilingual
    after: Bilingual
    rules: tuple[tuple[Rule, Rule | None], ...] = ()
    figures: tuple[tuple[DatedValue | KnownTotal, DatedValue | KnownTotal], ...] = ()
    key: str = ""  # of the figure or table

    def of(self, rulebook: Rulebook) -> Rulebook:
        """The rulebook with the change made."""
        if self.figures:
            held: dict[int, Any] = {id(old): new for old, new in self.figures}
            figures = {k: tuple(held.get(id(f), f) for f in v) for k, v in rulebook.figures.items()}
            totals = tuple(held.get(id(t), t) for t in rulebook.totals)
            return attrs.evolve(rulebook, figures=figures, totals=totals, wordings={})
        changes = {id(old): new for old, new in self.rules}

        def swap(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
            return tuple(x for r in rules if (x := changes.get(id(r), r)) is not None)

        rules = dict(rulebook.rules)
        for key in {old.term for old, _ in self.rules} & rules.keys():
            rules[key] = swap(rules[key])
        return attrs.evolve(
            rulebook, rules=rules, refusals=swap(rulebook.refusals), findings=swap(rulebook.findings), wordings={}
        )

    def says(self, lang: str) -> str:
        """In the words of the law: what could be changed without anybody noticing."""
        place = self.place[lang][:1].upper() + self.place[lang][1:]
        return said(WORDS, "same" if self.after.en else "same_without", place=place, before=self.before, after=self.after)[lang]


def mutants(rulebook: Rulebook) -> list[Mutant]:
    """Every mutant of a rulebook, in the order of the law's text, its own instrument first."""
    maker = _Maker(rulebook, Changer(rulebook.glossary, tuple(c for c in rulebook.provisions)))
    found = [*maker.sentences(), *maker.headings(), *maker.figures()]
    found.sort(key=lambda x: (x.citation.instrument != rulebook.id, order_key(x.citation)))
    return found


@attrs.frozen(slots=True)
class _Maker:
    rulebook: Rulebook
    changer: Changer

    def words(self, node: tree.Node | None) -> Bilingual:
        """A written piece of a sentence in both languages."""
        if node is None or node.span is None:
            return Bilingual()
        written = node.span.source.lang

        def text(lang: str) -> str:
            p = printer(self.rulebook.glossary, written, lang)
            if isinstance(node, tree.AtMost | tree.AtLeast | tree.Rounded):
                return clean(p.modifier(node))
            if isinstance(node, tree.Limit):
                word = word_of(lang, "AT_MOST" if node.at_most else "AT_LEAST")
                return clean(f"{p.name(node.name)} {word} {p.expression(node.limit)}")
            if isinstance(node, tree.Figure | tree.Cell):
                return clean(
                    f"{p.name(node.name if isinstance(node, tree.Figure) else node.table)} {p.expression(node.value)}"
                )
            return clean(p.expression(node))  # type: ignore[arg-type]

        return Bilingual(text("en"), text("vi"))

    def _mutant(self, change: Change, at: Citation, rules: Iterable[tuple[Rule, Rule | None]]) -> Mutant:
        span = change.old.span if change.old is not None else None
        if change.new is None:
            before, after = self.words(change.old), Bilingual()
            if change.kind == "list" and change.around is not None:
                before = said(WORDS, "item", item=before, list=self.words(change.around))
        else:
            around = change.around or change.old
            before, after = self.words(around), self.words(swapped(around, change.old, change.new))
        return Mutant(change.kind, at, cited_as(self.rulebook, at), span, before, after, tuple(rules))

    # -------------------------------------------------------------- sentences

    def sentences(self) -> Iterator[Mutant]:
        """Each sentence by itself, under each choice of readings; one that decides several terms is changed for all of them."""
        same: dict[Any, list[Rule]] = {}
        for rule in every_rule(self.rulebook):
            same.setdefault((id(rule.written), rule.readings), []).append(rule)
        for rules in same.values():
            for variants in zip(*(list(self._variants(r)) for r in rules), strict=True):
                yield self._mutant(variants[0][0], rules[0].citation, zip(rules, (v[1] for v in variants), strict=True))
            yield from self._exceptions(rules)

    def _variants(self, rule: Rule) -> Iterator[tuple[Change, Rule | None]]:
        """(what changes, the changed rule) for everything the sentence itself says."""
        if rule.when is not None:
            for change in self.changer.condition(rule.when):
                yield change, attrs.evolve(rule, when=change.meant)
            if rule.kind in ("value", "limit"):
                yield Change("condition", None, rule.when.written), attrs.evolve(rule, when=None)
        for name in ("value", "add_up_to"):
            node = getattr(rule, name)
            for change in self.changer.value(node) if node is not None else ():
                changed: Any = {name: change.meant}
                yield attrs.evolve(change, around=change.around or node.written), attrs.evolve(rule, **changed)
        yield from self._limits(rule)
        if rule.rounding is not None:
            yield from self._rounding(rule)

    def _limits(self, rule: Rule) -> Iterator[tuple[Change, Rule | None]]:
        written = _modifiers(rule, tree.AtMost, tree.AtLeast) if rule.kind == "value" else [rule.written]
        for i, limit in enumerate(rule.limits):
            rest = (*rule.limits[:i], *rule.limits[i + 1 :])
            gone = attrs.evolve(rule, limits=rest) if rule.kind == "value" else None
            yield Change("limit", None, written[i]), gone
            for change in self.changer.value(limit.value):
                assert change.meant is not None
                new = Limit(limit.at_most, change.meant, limit.together)
                limits = (*rule.limits[:i], new, *rule.limits[i + 1 :])
                yield attrs.evolve(change, around=change.around or written[i]), attrs.evolve(rule, limits=limits)

    @staticmethod
    def _rounding(rule: Rule) -> Iterator[tuple[Change, Rule]]:
        assert rule.rounding is not None
        (written,) = _modifiers(rule, tree.Rounded)
        mode = rule.rounding.mode
        for other in ("down", "up", "half_up"):
            if other != mode:
                change = Change("rounding", None, written, attrs.evolve(written, mode=other))
                yield change, attrs.evolve(rule, rounding=attrs.evolve(rule.rounding, mode=other))

    def _exceptions(self, rules: list[Rule]) -> Iterator[Mutant]:
        """An exception no longer declared, where that makes a difference to what displaces what."""
        for target in dict.fromkeys(t for r in rules for t in r.despite):
            fewer = {id(r): attrs.evolve(r, despite=tuple(t for t in r.despite if t != target)) for r in rules}
            others = [(r, o) for r in rules for o in self.rulebook.rules.get(r.term, ()) if o.kind == r.kind]
            if any(r.displaces(o) and not fewer[id(r)].displaces(o) for r, o in others):
                name = cited_as(self.rulebook, target)
                texts = [f"{word_of(lang, 'DESPITE')} {name[lang]}" for lang in LANGUAGES]
                pairs = tuple((r, fewer[id(r)]) for r in rules)
                at = rules[0].citation
                yield Mutant(
                    "citation", at, cited_as(self.rulebook, at), rules[0].span, Bilingual(*texts), Bilingual(), pairs
                )

    # -------------------------------------------------------------- headings and figures

    def headings(self) -> Iterator[Mutant]:
        """A condition that a heading gives to all rules under it."""
        shared: dict[int, list[tuple[Rule, int]]] = {}
        for rule in every_rule(self.rulebook):
            for i, (_, condition) in enumerate(rule.applies):
                shared.setdefault(id(condition.written), []).append((rule, i))
        for places in shared.values():
            rule, i = places[0]
            at, condition = rule.applies[i]
            pairs = ((r, attrs.evolve(r, applies=_without(r.applies, k))) for r, k in places)
            yield self._mutant(Change("condition", None, condition.written), at, pairs)
            for variants in zip(*(list(self.changer.condition(r.applies[k][1])) for r, k in places), strict=True):
                changed = (
                    (r, attrs.evolve(r, applies=(*r.applies[:k], (r.applies[k][0], v.meant), *r.applies[k + 1 :])))
                    for (r, k), v in zip(places, variants, strict=True)
                )
                yield self._mutant(variants[0], at, changed)

    def figures(self) -> Iterator[Mutant]:
        """Figures that stand in the law: another value, and another first day."""
        read = figures_read(every_rule(self.rulebook))
        for key, values in self.rulebook.figures.items():
            for held in values:
                name = self.rulebook.terms[key].names
                named = Bilingual(*(f"{name[lang]} {held.from_date.isoformat()}" for lang in LANGUAGES))
                yield from () if held.brackets else self._values(key, held, named)
                yield from self._first_days(key, held, name)
        for total in self.rulebook.totals:
            if total.table in read:
                yield from self._values(total.table, total, self._cell_named(total))

    def _values(self, key: str, held: DatedValue | KnownTotal, named: Bilingual) -> Iterator[Mutant]:
        now = held.value
        if not isinstance(now, Fraction):
            return  # a day: its first days are changed
        for value in steps(now, None):
            numbers = [Bilingual(*(number_for(v, lang) for lang in LANGUAGES)) for v in (now, value)]
            before, after = [Bilingual(f"{named.en}: {n.en}", f"{named.vi}: {n.vi}") for n in numbers]
            yield self._figured(key, held, before, after, ((held, attrs.evolve(held, value=value)),))

    def _first_days(self, key: str, held: DatedValue, name: Bilingual) -> Iterator[Mutant]:
        """A day earlier or later; what was in force until then ends a day earlier or later too."""
        day = timedelta(days=1)
        for first in (held.from_date + day, held.from_date - day):
            pairs = [(held, attrs.evolve(held, from_date=first))]
            pairs += [
                (other, attrs.evolve(other, to_date=first - day))
                for other in self.rulebook.figures[key]
                if other.to_date == held.from_date - day
            ]
            words = [
                Bilingual(*(f"{name[lang]} {word_of(lang, 'FROM')} {d.isoformat()}" for lang in LANGUAGES))
                for d in (held.from_date, first)
            ]
            yield self._figured(key, held, words[0], words[1], tuple(pairs))

    def _figured(
        self, key: str, held: DatedValue | KnownTotal, before: Bilingual, after: Bilingual, pairs: tuple[Any, ...]
    ) -> Mutant:
        place, span = cited_as(self.rulebook, held.citation), getattr(held, "span", None)
        return Mutant("figure", held.citation, place, span, before, after, figures=pairs, key=key)

    def _cell_named(self, held: KnownTotal) -> Bilingual:
        """A cell with what selects it."""
        book = self.rulebook
        table = book.tables[held.table]
        choices = [
            [book.vocabularies[vocabulary].choices[c].names for c in selected]
            for (_, vocabulary), selected in zip(table.by, held.selection, strict=False)
            if selected is not None
        ]
        return Bilingual(
            *(
                f"{table.names[lang]} ({'; '.join(', '.join(n[lang] for n in names) for names in choices)})"
                for lang in LANGUAGES
            )
        )


def every_rule(book: Rulebook) -> list[Rule]:
    return [*(r for rules in book.rules.values() for r in rules), *book.refusals, *book.findings]


def cited_as(rulebook: Rulebook, citation: Citation) -> Bilingual:
    """A provision as the ruleset cites it: one of another instrument with the name of that."""

    def name(lang: str) -> str:
        if citation.instrument == rulebook.id:
            return rulebook.cite(citation, lang) or rulebook.instruments[rulebook.id].short[lang]
        parts = (rulebook.cite(citation, lang), rulebook.instruments[citation.instrument].short[lang])
        return (", " if lang == "en" else " ").join(p for p in parts if p)

    return Bilingual(name("en"), name("vi"))


def figures_read(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """For each figure and table, the rules that read it."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for node in (n for e in rule.expressions() for n in m.walk(e)):
            if isinstance(node, m.Cells | m.FigureOn | m.OnScale):
                found.setdefault(node.table if isinstance(node, m.Cells) else node.figure, []).append(rule)
    return found


def _modifiers(rule: Rule, *kinds: type) -> list[Any]:
    return [x for x in getattr(rule.written, "modifiers", ()) if isinstance(x, kinds)]


def _without(items: tuple[Any, ...], place: int) -> tuple[Any, ...]:
    return (*items[:place], *items[place + 1 :])
