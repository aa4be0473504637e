"""Cases near the boundaries of the rules: a case file with one or two facts changed, and the change in words."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual, joined
from ...basics.quantity import decimal_text, grouped
from ...basics.worded import said
from ...making.places import held, items, listing, put
from ...rulebook import meaning as m
from ...rulebook.model import PRESENCE, ROOT, Rulebook, Term, Thing
from ...rulebook.units import Unit
from .finding import WORDS

STEP: Final = Fraction(1, 100)
MOST_OF_A_THING: Final = 3


@attrs.frozen(slots=True)
class Variation:
    """A case file and what was changed in it."""

    facts: dict[str, Any]
    said: tuple[Bilingual, ...] = ()

    def words(self, where: Bilingual) -> Bilingual:
        return joined([*self.said, where])


def thresholds(rulebook: Rulebook) -> dict[Unit, list[Fraction]]:
    """The numbers that the rules compare with and divide by, each with what lies just beside it."""
    found: dict[Unit, set[Fraction]] = {}
    every = [r for rules in rulebook.rules.values() for r in rules] + [*rulebook.refusals, *rulebook.findings]
    for rule in every:
        for top in rule.expressions():
            for node in m.walk(top):
                if isinstance(node, m.Constant) and isinstance(node.value, Fraction):
                    over = tuple((key, 1) for key, power in node.unit.powers if power > 0)
                    found.setdefault(Unit(over), set()).add(node.value)
    return {u: sorted({x for v in vs for x in (Fraction(0), v - STEP, v, v + STEP) if x >= 0}) for u, vs in found.items()}


@attrs.frozen(slots=True)
class Varied:
    """Makes the variations of case files of one ruleset."""

    rulebook: Rulebook
    limits: dict[Unit, list[Fraction]]

    @classmethod
    def of(cls, rulebook: Rulebook) -> Varied:
        return cls(rulebook, thresholds(rulebook))

    def all(self, facts: dict[str, Any]) -> Iterator[Variation]:
        """The case itself; one change; two of which one is how many things there are; two of facts that decide one term."""
        base = Variation(facts)
        yield base
        counts = list(self.counts(base))
        yield from counts
        yield from self.values(base)
        for count in counts:
            yield from (c for c in self.counts(count) if c.said[0] != c.said[1])
        for count in counts:
            yield from self.values(count)
        yield from self.pairs(base)

    # -------------------------------------------------------------- how many

    def counts(self, base: Variation) -> Iterator[Variation]:
        """None, one, two or three of each thing."""
        for thing in self.rulebook.things.values():
            if thing.key == ROOT or any(thing.names.en in s.en for s in base.said):
                continue
            if listing(self.rulebook, base.facts, thing.key):
                found = (self._counted(base, thing, number) for number in range(MOST_OF_A_THING + 1))
                yield from (changed for changed in found if changed is not None)

    def _counted(self, base: Variation, thing: Thing, number: int) -> Variation | None:
        facts = copy.deepcopy(base.facts)
        listed = listing(self.rulebook, facts, thing.key)[0][thing.key]
        if len(listed) == number or not listed:
            return None
        while len(listed) < number:
            listed.append(copy.deepcopy(listed[0]))
            if "id" in listed[-1]:
                listed[-1]["id"] = f"{listed[0]['id']}_{len(listed)}"
        del listed[number:]
        return Variation(facts, (*base.said, joined([Bilingual(str(number)), thing.names], " × ")))

    # -------------------------------------------------------------- values

    def values(self, base: Variation) -> Iterator[Variation]:
        """Each fact of the case, and of the first of each thing, given other values."""
        for term in self.rulebook.terms.values():
            if term.fact:
                yield from self._of_term(base, term)

    def pairs(self, base: Variation) -> Iterator[Variation]:
        """Two facts given other values that the rules on one term read."""
        terms = self.rulebook.terms
        seen: set[tuple[str, str]] = set()
        for rules in self.rulebook.rules.values():
            nodes = (n for r in rules for top in r.expressions() for n in m.walk(top))
            read = sorted({n.term for n in nodes if isinstance(n, m.Reference) and terms[n.term].fact})
            for one, other in combinations(read, 2):
                if (one, other) not in seen:
                    seen.add((one, other))
                    yield from (v for change in self._of_term(base, terms[one]) for v in self._of_term(change, terms[other]))

    def _of_term(self, base: Variation, term: Term) -> Iterator[Variation]:
        for first in items(self.rulebook, base.facts, term.thing)[:1]:
            for value, words in self._candidates(term):
                if held(first, term) != value:
                    facts = copy.deepcopy(base.facts)
                    put(items(self.rulebook, facts, term.thing)[0], term, value)
                    yield Variation(facts, (*base.said, joined([term.names, words], ": ")))

    def _candidates(self, term: Term) -> Iterator[tuple[Any, Bilingual]]:
        kind = term.type
        if kind.kind == "number":
            for number in self.limits.get(kind.unit, [Fraction(0)]):
                yield decimal_text(number), self._number(number, kind.unit)
        elif kind.kind == "yes_or_no":
            yield True, PRESENCE.choices["yes"].names
            yield False, PRESENCE.choices["no"].names
        elif kind.kind in ("choice", "choices"):
            for choice in self.rulebook.vocabularies[kind.key].choices.values():
                yield ([choice.key] if kind.kind == "choices" else choice.key), choice.names
            if kind.kind == "choices":
                yield [], said(WORDS, "none")
        if term.none_unless_stated:
            yield None, said(WORDS, "not_stated")

    def _number(self, number: Fraction, unit: Unit) -> Bilingual:
        def text(lang: str) -> str:
            names = [self.rulebook.units[key][number != 1][lang] for key, _ in unit.powers if key in self.rulebook.units]
            return " ".join([grouped(number, lang), *names])

        return Bilingual(*map(text, LANGUAGES))


# ------------------------------------------------------------------ without an example


def plain_case(rulebook: Rulebook) -> dict[str, Any]:
    """One of each thing with a plain value for every fact: a start where there are no examples."""
    facts: dict[str, Any] = {}

    def fill(thing: str, item: dict[str, Any], depth: int) -> None:
        for term in rulebook.terms_of(thing):
            if term.fact and not term.none_unless_stated:
                put(item, term, _plain(rulebook, term))
        for other in rulebook.things.values():
            if thing in other.listed_in and depth < 3:
                item[other.key] = [{"id": f"{other.key}_1"} if other.identified else {}]
                fill(other.key, item[other.key][0], depth + 1)

    fill(ROOT, facts, 0)
    return facts


def _plain(rulebook: Rulebook, term: Term) -> Any:
    kind = term.type
    match kind.kind:
        case "number":
            return "1"
        case "date":
            return "2025-01-15"
        case "yes_or_no":
            return False
        case "text":
            return "x"
        case "reference":
            return f"{kind.key}_1"
        case _:
            first = next(iter(rulebook.vocabularies[kind.key].choices))
            return [first] if kind.kind == "choices" else first
