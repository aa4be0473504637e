"""Sentences that ask for a reading: each is made into rules once for every choice that makes a difference to it.

A sentence is read with no choice settled; where it asks for a reading, reading it stops (``Asks``) and begins again with
each of the choices in turn. What it asks is then known, so the rules that come of it say nothing of readings but the
choices under which they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from ...basics.citation import Citation
from ...basics.problem import problem
from ...basics.source import Span
from ...language import tree
from .. import meaning as m
from ..model import Rule
from .readings import find_reading
from .resolving import Around, Collecting, Resolving, Settled
from .unresolved import Unresolved

MOST_WAYS: Final = 256  # rules of one sentence


class Asks(Exception):
    """Raised inside a sentence that asks for a reading of which no choice is settled yet."""

    def __init__(self, reading: str) -> None:
        super().__init__(reading)
        self.reading = reading


@attrs.frozen(slots=True)
class Asked:
    """What a sentence may ask, and the choices settled for it so far."""

    collector: Collecting
    settled: Mapping[str, str] = attrs.Factory(dict)
    around: tuple[str, ...] = ()  # the groups inside whose declaration something stands

    def inside(self, group: str) -> Asked:
        return attrs.evolve(self, around=(*self.around, group))

    def _settled(self, r: Resolving, node: tree.Node, key: str) -> str:
        """The id of a reading that is asked for, once a choice of it is settled."""
        identifier, found = find_reading(self.collector, key, r.citation, node)
        if found is not None:
            r.problems.append(found)
        if identifier is None:
            raise Unresolved
        if identifier not in self.settled:
            raise Asks(identifier)
        return identifier

    def is_read_as(self, r: Resolving, node: tree.ReadAs) -> m.Expression:
        """Whether the choice is the one that is settled: known before any case."""
        identifier, found = find_reading(self.collector, node.reading, r.citation, node, node.choice)
        if found is not None:
            r.problems.append(found)
        if identifier is None or found is not None:
            raise Unresolved
        self.collector.asked.add((identifier, node.choice))
        chosen = self.settled[self._settled(r, node, node.reading)]
        return attrs.evolve(m.ALWAYS if (chosen == node.choice) is not node.negated else m.NEVER, written=node)

    def carried(self, r: Resolving, node: tree.Gives | tree.GroupedAs | tree.SharedAs, key: str) -> tuple[tree.Carried | None, Resolving]:
        """What the settled choice carries, and a resolver that reads it where the reading is declared."""
        identifier = self._settled(r, node, key)
        home, choices = self.collector.carried[identifier]
        self.collector.asked.update((identifier, choice) for choice in choices)
        kinds = {k for c in choices.values() for k in ([c.kind] if c is not None else [])}
        wanted = {tree.Gives: {"value"}, tree.GroupedAs: {"same", "alone"}, tree.SharedAs: {"in_order", "pro_rata"}}[type(node)]
        if not kinds & wanted:
            raise r.fail("carries-other", node, key=key)
        found = choices[self.settled[identifier]]
        lang = found.span.source.lang if found is not None and found.span is not None else r.lang
        return found, r.moved(lang=lang, citation=home)


def every_way(c: Collecting, statement: tree.Statement, around: Around, lang: str, read: Settled) -> None:
    """A sentence as one rule; or as one for each choice of the readings that it asks for."""
    waiting = [read]
    made: list[Collecting] = []
    while waiting:
        settled = waiting.pop(0)
        part = c.part()
        try:
            part.statement(statement, around, lang, settled)
        except Asks as asks:
            waiting += [(*settled, (asks.reading, choice)) for choice in c.readings[asks.reading].choices]
            if len(waiting) + len(made) > MOST_WAYS and statement.span is not None:
                c.problems.append(problem("asks-too-much", statement.span, provision=around.citation, limit=MOST_WAYS))
                return
            continue
        except Unresolved:
            part.skipped += [statement.span.text()] if statement.span is not None and not made else []
        made.append(part)
    said = set[tuple[str, Span]]()
    for part in made:
        part.problems = [p for p in part.problems if (p.code, p.span) not in said]
        said |= {(p.code, p.span) for p in part.problems}
        c.take(part)


def home_of(c: Collecting, node: tree.NamedGroup, at: Citation) -> None:
    """Note where a group is declared: its words are read there. A second declaration is the glossary's problem."""
    c.groups.setdefault(node.key, (node, at))


def parts(c: Collecting, node: tree.ByCases | tree.Figures | tree.Cells, at: Citation) -> Iterator[tree.Statement]:
    """Each branch of a value by cases, each line of a list of figures, as a sentence of its own, where it stands."""
    match node:
        case tree.Figures(name=name, note=note, lines=lines):
            yield from (tree.Figure(name, x.value, x.from_date, x.to_date, note, span=x.span) for x in lines)
        case tree.Cells(table=table, note=note, lines=cells):
            yield from (tree.Cell(table, x.arguments, x.value, note, span=x.span) for x in cells)
        case tree.ByCases():
            yield from _branches(c, node, at)


def _branches(c: Collecting, node: tree.ByCases, at: Citation) -> Iterator[tree.Define]:
    for branch in node.branches:
        assert branch.span is not None
        last = branch is node.branches[-1]
        if branch.condition is None:
            c.problems.append(problem("branch-without-when", branch.span, provision=at))
        elif branch.condition.expression is None and not last:
            c.problems.append(problem("otherwise-not-last", branch.span, provision=at))
        else:
            yield tree.Define(node.name, branch.value, branch.modifiers, branch.condition, span=branch.span)


def folded(rule: Rule) -> Iterator[Rule]:
    """The rule without conditions that are known before any case; none where it can never apply."""
    needed = rule.kind in ("requirement", "guarantee")  # their own condition must hold, it is none under which they stand
    if any(c == m.NEVER for _, c in rule.applies) or rule.when == (m.ALWAYS if needed else m.NEVER):
        return
    applies = tuple((at, c) for at, c in rule.applies if c != m.ALWAYS)
    when = None if rule.when == m.ALWAYS and rule.kind in ("value", "limit") else rule.when
    yield rule if when is rule.when and len(applies) == len(rule.applies) else attrs.evolve(rule, applies=applies, when=when)


def both(first: m.Expression | None, second: m.Expression | None) -> m.Expression | None:
    if first is None or second is None:
        return second if first is None else first
    return m.joined("and", (first, second), None)
