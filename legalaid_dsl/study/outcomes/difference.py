"""Where two rulebooks say something else: provisions, and the numbers and days in what differs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any

import attrs

from ...basics.citation import Citation, order_key
from ...rulebook import meaning as m
from ...rulebook.model import Rule, Rulebook


@attrs.frozen(slots=True)
class Difference:
    """Rules that only one of two rulebooks has; the provisions of figures, totals and readings that
    differ; and the provisions of all of it."""

    removed: tuple[Rule, ...]
    added: tuple[Rule, ...]
    figures: tuple[Citation, ...]
    provisions: tuple[Citation, ...]  # in the order of the law

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.removed + self.added

    def constants(self) -> list[m.Constant]:
        """The constants of rules that differ."""
        return [c for rule in self.rules for c in constants(rule)]

    def terms(self) -> set[str]:
        """The terms that differing rules decide or read."""
        found = {rule.term for rule in self.rules}
        for rule in self.rules:
            for top in rule.expressions():
                found |= {n.term for n in m.walk(top) if isinstance(n, m.Reference)}
        return found


def all_rules(book: Rulebook) -> list[Rule]:
    return [*(r for rules in book.rules.values() for r in rules), *book.refusals, *book.findings]


def constants(rule: Rule) -> Iterator[m.Constant]:
    for top in rule.expressions():
        yield from (n for n in m.walk(top) if isinstance(n, m.Constant))


def difference(base: Rulebook, amended: Rulebook) -> Difference:
    """What one says and the other does not; words of headnotes and places in files are no part of it."""
    old, new = all_rules(base), all_rules(amended)
    removed, added = _beyond(old, new), _beyond(new, old)
    figures = [v.citation for a, b in ((base, amended), (amended, base)) for v in _figures_beyond(a, b)]
    found = {r.citation for r in removed + added} | set(figures)
    return Difference(tuple(removed), tuple(added), tuple(figures), tuple(sorted(found, key=order_key)))


def _beyond(mine: Iterable[Rule], other: Iterable[Rule]) -> list[Rule]:
    """Rules of ``mine`` that ``other`` lacks; a rule that stands twice must stand twice there."""
    left: dict[Hashable, int] = {}
    for rule in other:
        left[_slot(rule)] = left.get(_slot(rule), 0) + 1
    found = []
    for rule in mine:
        slot = _slot(rule)
        if left.get(slot, 0):
            left[slot] -= 1
        else:
            found.append(rule)
    return found


def _slot(rule: Rule) -> Hashable:
    return rule


def _figures_beyond(a: Rulebook, b: Rulebook) -> list[Any]:
    found: list[Any] = [v for key, values in a.figures.items() for v in values if v not in b.figures.get(key, ())]
    found += [t for t in a.totals if t not in b.totals]
    return found + [r for key, r in a.readings.items() if b.readings.get(key) != r]
