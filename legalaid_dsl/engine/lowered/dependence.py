"""Which decisions rest on which, so that each is worked out after those below it: no chain of rules is climbed by recursion.

A decision is a term, or a reference by address: what the grounds, or the rules on a term, decide at some provisions.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

import attrs

from ...basics.citation import Citation
from ...rulebook import meaning as m
from ...rulebook.model import Rule
from ..plan import Prepared, switched

Key = TypeVar("Key", bound=Hashable)


@attrs.frozen(slots=True)
class At:
    """A reference by address. ``term``: of the rules that are asked for; "" for grounds."""

    term: str
    provisions: tuple[Citation, ...]
    thing: str


Decided = str | At


class Circle(Exception):
    """What leads back to itself."""


def in_order(starts: Iterable[Key], below: Callable[[Key], Iterable[Key]], done: Container[Key] = ()) -> Iterator[Key]:
    """The starts and all that they rest on, each once and after what it rests on. Raises Circle."""
    closed: set[Key] = set()
    for start in starts:
        way = {} if start in closed or start in done else {start: iter(below(start))}  # from the start down
        while way:
            last = next(reversed(way))
            for other in way[last]:
                if other in way:
                    raise Circle
                if other not in closed and other not in done:
                    way[other] = iter(below(other))
                    break
            else:
                del way[last]
                closed.add(last)
                yield last


@attrs.define(slots=True, eq=False)
class Dependence:
    """What each decision of a rulebook rests on; facts are left out, as nothing is below them."""

    prepared: Prepared
    _kept: dict[tuple[int, str], tuple[Decided, ...]] = attrs.Factory(dict)  # by expression and thing

    def below(self, decided: Decided) -> list[Decided]:
        if isinstance(decided, At):
            rules = at_grounds(self.prepared, decided) if not decided.term else at_values(self.prepared, decided)
            return self._of((e for conditions, rule in rules for e in (*conditions, *_worth(rule))), decided.thing)
        term = self.prepared.rulebook.terms[decided]
        if term.inverse_of:
            return self._decided([term.inverse_of])
        plan = self.prepared.plans[decided]
        kinds = (plan.values, plan.grounds, plan.requirements, plan.limits, plan.openings)
        rules_on = [p.rule for kind in kinds for p in kind]
        found = self._of((e for rule in rules_on for e in rule.expressions()), term.thing)
        if any(x.together is not None and x.together.in_order for rule in rules_on for x in rule.limits):
            found += self._decided([self.prepared.rulebook.things[term.thing].in_order_of])
        return found

    def _of(self, expressions: Iterable[m.Expression], thing: str) -> list[Decided]:
        found: dict[Decided, None] = {}
        for node in expressions:
            slot = (id(node), thing)
            if slot not in self._kept:
                self._kept[slot] = tuple(dict.fromkeys(self._walked(node, thing)))
            found.update(dict.fromkeys(self._kept[slot]))
        return list(found)

    def _walked(self, top: m.Expression, thing: str) -> Iterator[Decided]:
        waiting: list[tuple[m.Expression, str]] = [(top, thing)]
        while waiting:
            node, at = waiting.pop()
            match node:
                case m.Reference(steps=steps, term=term):
                    yield from self._decided([term, *(s.term for s in steps)])
                case m.AsUnder(term=term, provisions=provisions):
                    yield At(term, provisions, at)
                case m.Within(provisions=provisions):
                    yield At("", provisions, at)
                case m.Aggregate(value=value, group=group, empty=empty):
                    yield from self._grouped(group, at)
                    inside = [e for e in (value, group.where, *group.same) if e is not None]
                    waiting += [(e, group.thing) for e in inside]
                    waiting += [] if empty is None else [(empty, at)]
                    continue
            waiting += [(e, at) for e in m.children(node)]

    def _grouped(self, group: m.Group, at: str) -> Iterator[Decided]:
        """The reference between the members and whose they are; the date that puts them in order."""
        keys = [self.prepared.relations.get((group.thing, at), "")] if group.its else []
        keys += [self.prepared.rulebook.things[group.thing].in_order_of] if group.before else []
        yield from self._decided(keys)

    def _decided(self, keys: Iterable[str]) -> list[Decided]:
        """Those that are no facts."""
        terms = self.prepared.rulebook.terms
        return [k for k in keys if k and (not terms[k].fact or terms[k].inverse_of)]


def at_grounds(prepared: Prepared, at: At) -> list[tuple[list[m.Expression], Rule]]:
    """The grounds that stand in the provisions, each with its conditions by its own words."""
    found = []
    for provision in at.provisions:
        for rule in prepared.grounds.get(provision, ()):
            if rule.thing == at.thing and rule.when is not None:
                around = [c for where, c in rule.applies if where != provision and where.within(provision)]
                found.append(([*switched(rule, prepared.switches), *around, rule.when], rule))
    return found


def at_values(prepared: Prepared, at: At) -> list[tuple[list[m.Expression], Rule]]:
    """The value rules on the term at the provisions, each with its conditions by its own words."""
    found = []
    for rule in prepared.rules.get(at.term, ()):
        home = next((p for p in at.provisions if rule.citation.within(p)), None)
        if rule.kind == "value" and rule.value is not None and home is not None:
            around = [c for where, c in rule.applies if where != home and where.within(home)]
            switches = switched(rule, prepared.switches)
            found.append(([*switches, *around, *([rule.when] if rule.when is not None else [])], rule))
    return found


def _worth(rule: Rule) -> Sequence[m.Expression]:
    return () if rule.value is None else (rule.value,)
