"""What facts can be: the values that rules of one or two rulebooks tell apart, and just beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import gcd, lcm
from typing import Any, Final

import attrs

from ..basics.quantity import decimal_text, is_decimal, round_down, round_up
from ..rulebook import meaning as m
from ..rulebook.model import ROOT, Rule, Rulebook, Term
from ..study.outcomes.difference import Difference, all_rules, constants, difference

MOST_OF_A_THING: Final = 3
MOST_NUMBERS: Final = 120  # of one unit
_PLACES: Final = Fraction(1, 100)

Powers = tuple[tuple[str, int], ...]


@attrs.frozen(slots=True, eq=False)
class Domain:
    """The stated domain that cases are made from. ``near``: values in the rules under study."""

    books: tuple[Rulebook, ...]
    facts: tuple[Term, ...]
    choices: Mapping[str, tuple[str, ...]]
    numbers: Mapping[Powers, tuple[Fraction, ...]]
    near_numbers: Mapping[Powers, tuple[Fraction, ...]]
    days: tuple[date, ...]
    near_days: tuple[date, ...]
    counts: Mapping[str, int]  # most items of each thing
    rules: tuple[Rule, ...]
    near_rules: tuple[Rule, ...]

    @property
    def book(self) -> Rulebook:
        return self.books[0]

    def facts_of(self, thing: str) -> list[Term]:
        return [t for t in self.facts if t.thing == thing]

    def values(self, term: Term, near: bool = False) -> list[Any]:
        """The values of a fact as a case file writes them; of lists only their members."""
        match term.type.kind:
            case "number":
                numbers = (self.near_numbers if near else self.numbers).get(term.type.unit.powers, ())
                return [decimal_text(n) for n in numbers]
            case "date":
                return [d.isoformat() for d in (self.near_days if near else self.days)]
            case "yes_or_no":
                return [True, False]
            case "choice" | "choices":
                return list(self.choices[term.type.key])
        return []

    def stated(self) -> dict[str, Any]:
        """The domain as data: how many of each thing, which values of each fact."""
        return {
            "items": dict(self.counts),
            "facts": {t.key: self.values(t) for t in self.facts if t.type.kind not in ("text", "reference")},
        }


def domain_of(base: Rulebook, amended: Rulebook | None = None, focus: Difference | None = None) -> Domain:
    """The domain of a rulebook, or of what two have in common; ``focus``: else what differs between them."""
    books = (base,) if amended is None else (base, amended)
    studied = focus or (difference(base, amended) if amended is not None else Difference((), (), (), ()))
    rules = tuple(dict.fromkeys(r for book in books for r in all_rules(book)))
    rates = [c for r in rules for c in constants(r) if len(c.unit.powers) > 1]
    numbers = _numbers([c for r in rules for c in constants(r)], rates)
    near = _numbers(studied.constants(), rates)
    counted = {t.type.unit.powers for t in base.terms.values() if t.fact and t.type.kind == "number"}
    return Domain(
        books, _facts(books), _choices(books),
        {p: _around(numbers.get(p, set()), numbers.get(p, set())) for p in counted},
        {p: _around(near.get(p, set()), numbers.get(p, set())) for p in counted},
        _days(rules, books), _days(studied.rules, (), _figure_days(books, studied)),
        _counts(base, rules), rules, studied.rules,
    )  # fmt: skip


def _facts(books: tuple[Rulebook, ...]) -> tuple[Term, ...]:
    """Facts that every rulebook asks for in the same form."""
    shared = [t for t in books[0].terms.values() if t.fact and not t.inverse_of]
    return tuple(t for t in shared if all(t.key in b.terms and b.terms[t.key].type == t.type for b in books))


def _choices(books: tuple[Rulebook, ...]) -> dict[str, tuple[str, ...]]:
    return {
        key: tuple(c for c in v.choices if all(c in b.vocabularies[key].choices for b in books))
        for key, v in books[0].vocabularies.items()
        if all(key in b.vocabularies for b in books)
    }


def _counts(book: Rulebook, rules: Iterable[Rule]) -> dict[str, int]:
    """As many of a thing as a rule counts up to, and one more; at least two."""
    most = {thing: 2 for thing in book.things if thing != ROOT}
    for rule in rules:
        for node in (n for top in rule.expressions() for n in m.walk(top)):
            if isinstance(node, m.Compare) and isinstance(node.right, m.Constant):
                value = node.right.value
                things = [n.group.thing for n in m.walk(node.left) if isinstance(n, m.Aggregate) and n.kind == "number"]
                for thing in things if isinstance(value, Fraction) else ():
                    assert isinstance(value, Fraction)
                    most[thing] = max(most[thing], min(int(value) + 1, MOST_OF_A_THING))
    return most


# ------------------------------------------------------------------ numbers


def _numbers(found: Iterable[m.Constant], rates: Iterable[m.Constant]) -> dict[Powers, set[Fraction]]:
    """Constants by unit; also what they come to through the rates of the rules (30 sessions are 120 hours)."""
    sets: dict[Powers, set[Fraction]] = {}
    for constant in found:
        if isinstance(constant.value, Fraction):
            over = tuple((k, 1) for k, n in constant.unit.powers if n > 0)
            sets.setdefault(over if len(constant.unit.powers) > 1 else constant.unit.powers, set()).add(constant.value)
    for _ in range(2):
        for rate in rates:
            over = tuple((k, 1) for k, n in rate.unit.powers if n > 0)
            under = tuple((k, 1) for k, n in rate.unit.powers if n < 0)
            if isinstance(rate.value, Fraction) and rate.value:
                more = {v * rate.value for v in sets.get(under, ())}
                fewer = {v / rate.value for v in sets.get(over, ()) if v != rate.value}
                sets.setdefault(over, set()).update(more)
                sets.setdefault(under, set()).update(fewer)
    return sets


def _around(found: set[Fraction], all_of_unit: set[Fraction]) -> tuple[Fraction, ...]:
    """Each with what lies just beside it, in decimals that a case file can write."""
    step = _step(v for v in all_of_unit if v and is_decimal(v))
    values: set[Fraction] = set()
    for value in sorted(found)[:MOST_NUMBERS]:
        if is_decimal(value):
            values |= {value - step, value, value + step}
        else:
            values |= {round_down(value, _PLACES), round_up(value, _PLACES)}
    if found:
        values |= {Fraction(0), step, round_up(max(found) * 2) + step}
    return tuple(sorted(v for v in values if v >= 0))


def _step(values: Iterable[Fraction]) -> Fraction:
    """Half the greatest number of which all are multiples, as for bounds; not finer than a hundredth."""
    numbers = list(values)
    if not numbers:
        return Fraction(1, 2)
    denominator = lcm(*(n.denominator for n in numbers))
    return max(Fraction(gcd(*(int(n * denominator) for n in numbers)), denominator) / 2, _PLACES)


# ------------------------------------------------------------------ days


def _days(rules: Iterable[Rule], books: Iterable[Rulebook], more: Iterable[date] = ()) -> tuple[date, ...]:
    """Days that rules, figures and instruments name, with the days around them."""
    named = {c.value for r in rules for c in constants(r) if isinstance(c.value, date)} | set(more)
    for book in books:
        named |= {d for values in book.figures.values() for f in values for d in (f.from_date, f.to_date) if d}
        named |= {i.in_force_from for i in book.instruments.values() if i.in_force_from is not None}
    return tuple(sorted({d + timedelta(days=k) for d in named for k in (-1, 0, 1) if 1901 <= d.year <= 2199}))


def _figure_days(books: tuple[Rulebook, ...], focus: Difference) -> list[date]:
    """First and last days of figures at provisions that differ."""
    values = [f for book in books for found in book.figures.values() for f in found if f.citation in focus.figures]
    return [d for f in values for d in (f.from_date, f.to_date) if d is not None]
