"""Which cells of its tables a ruleset can ask for: by where rules look them up, and by what its own rules refuse or never count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import attrs

from ..api import Rules
from ..engine.tables import NONE, Cell
from ..rulebook import meaning as m
from ..rulebook.model import ROOT, Rule, Rulebook, Table, Term

Choices = Mapping[str, str]  # facts of the case by key, each with one choice


@attrs.frozen
class Asked:
    """A table that is to be supplied. ``cells``: every cell that a case could reach, in the order of the glossary."""

    table: Table
    cells: tuple[Cell, ...]

    @cached_property
    def groups(self) -> dict[Cell, list[Cell]]:
        """The cells by what a supply is made of (``complete for``)."""
        places = [i for i, (column, _) in enumerate(self.table.by) if column in self.table.complete_for]
        found: dict[Cell, list[Cell]] = {}
        for cell in self.cells:
            found.setdefault(tuple(cell[i] for i in places), []).append(cell)
        return found


@lru_cache(maxsize=2)
def asked_tables(rules: Rules) -> tuple[Asked, ...]:
    """The tables that rules look up and for which the law, as it is written down here, does not give every figure."""
    book = rules.rulebook
    reach = _Reach(rules)
    found = []
    for table in book.tables.values():
        if not _given(book, table) and (lookups := list(_lookups(book, table.key))):
            columns = {cell for rule, node in lookups for case in _cases(book, rule) for cell in product(*reach.columns(table, node, case))}
            places = [list(book.vocabularies[vocabulary].choices) for _, vocabulary in table.by]
            cells = sorted(columns, key=lambda cell: [order.index(c) for order, c in zip(places, cell, strict=True)])
            found.append(Asked(table, tuple(cells)))
    return tuple(found)


def _given(book: Rulebook, table: Table) -> bool:
    """Whether a figure stands for every combination by itself."""
    single = [t for t in book.totals if t.table == table.key and all(s is not None and len(s) == 1 for s in t.selection)]
    known = {tuple(next(iter(s)) for s in t.selection if s is not None) for t in single}
    return known >= set(product(*(book.vocabularies[v].choices for _, v in table.by)))


def _lookups(book: Rulebook, key: str) -> Iterator[tuple[Rule, m.Cells]]:
    """Where rules look a table up."""
    for rule in (r for rules in (*book.rules.values(), book.findings, book.refusals) for r in rules):
        for node in (n for top in rule.expressions() for n in m.walk(top)):
            if isinstance(node, m.Cells) and node.table == key:
                yield rule, node


def _cases(book: Rulebook, rule: Rule) -> list[Choices]:
    """What a case must be for a rule to apply: the choices of its facts that the conditions name, combined."""
    asked: dict[str, list[str]] = {}
    for condition in [*(c for _, c in rule.applies), *([rule.when] if rule.when is not None else [])]:
        for term, choices in _required(book, condition):
            asked[term] = [c for c in asked.get(term, choices) if c in choices]
    return [dict(zip(asked, one, strict=True)) for one in product(*asked.values())]


def _required(book: Rulebook, condition: m.Expression) -> Iterator[tuple[str, list[str]]]:
    """The choices that the conjuncts of a condition ask of facts of the case."""
    if isinstance(condition, m.Logic) and condition.kind == "and":
        for operand in condition.operands:
            yield from _required(book, operand)
        return
    value, wanted = None, list[str]()
    if isinstance(condition, m.Same) and not condition.negated and isinstance(condition.right, m.Constant):
        value, wanted = condition.left, [str(condition.right.value)]
    elif isinstance(condition, m.Among) and not condition.negated:
        value, wanted = condition.value, sorted(condition.items)
    if isinstance(value, m.Reference):
        term = book.terms[value.term]
        if term.fact and term.thing == ROOT and term.type.kind == "choice":
            yield term.key, wanted


@attrs.frozen
class _Reach:
    """Asks the rules themselves, with one fact at a time: what they refuse, and which lines they never count."""

    rules: Rules
    _known: dict[tuple[tuple[tuple[str, str], ...], str], list[str]] = attrs.field(factory=dict)

    def columns(self, table: Table, node: m.Cells, case: Choices) -> list[list[str]]:
        """The choices of each column that one lookup can come to in a case of that kind."""
        found = []
        for argument, (_, vocabulary) in zip(node.arguments, table.by, strict=True):
            named = argument.items if isinstance(argument, m.Several) else (argument,)
            plain = [str(a.value) for a in named if isinstance(a, m.Constant)]
            found.append(plain if len(plain) == len(named) else self.choices(vocabulary, case))
        return found

    def choices(self, vocabulary: str, case: Choices) -> list[str]:
        """The choices of a vocabulary that a case of that kind can have."""
        slot = (tuple(sorted(case.items())), vocabulary)
        if slot not in self._known:
            self._known[slot] = self._found(vocabulary, case)
        return self._known[slot]

    def _found(self, vocabulary: str, case: Choices) -> list[str]:
        book = self.rules.rulebook
        every = list(book.vocabularies[vocabulary].choices)
        facts = [t for t in book.terms.values() if t.fact and t.type.kind in ("choice", "choices") and t.type.key == vocabulary]
        own = [t for t in facts if t.thing == ROOT]
        if own:
            return [c for c in every if any(self._accepted(t, c, case) for t in own)]
        lines = [t for t in facts if t.thing != ROOT and book.things[t.thing].in_order_of]
        counted = {c for t in lines for c in self._counted(t, every, case)}
        return [c for c in every if c in counted] if lines else every

    def _accepted(self, fact: Term, choice: str, case: Choices) -> bool:
        if fact.key in case:
            return case[fact.key] == choice
        value: Any = [choice] if fact.type.kind == "choices" else choice
        return bool(self._told(case, {fact.key: value})["status"] != "refused")

    def _counted(self, fact: Term, every: list[str], case: Choices) -> list[str]:
        """Those of which no line is known not to count, whatever else is true of it."""
        book = self.rules.rulebook
        several = fact.type.kind == "choices"
        named = {"id": ""} if book.things[fact.thing].identified else {}
        items = [_put({**named, **({"id": str(i)} if named else {})}, fact.path, [c] if several else c) for i, c in enumerate(every)]
        keys = [t.result.key for t in book.terms_of(fact.thing) if t.result is not None and t.type.kind == "yes_or_no"]
        found = self._told(case, {}, {fact.thing: items})
        told = found.get(fact.thing) or [{} for _ in every]
        return [c for c, item in zip(every, told, strict=True) if not any(item.get(k) is False for k in keys)]

    def _told(self, case: Choices, more: Mapping[str, Any], lists: Mapping[str, Any] | None = None) -> dict[str, Any]:
        facts: dict[str, Any] = dict(lists or {})
        for key, value in {**case, **more}.items():
            _put(facts, self.rules.rulebook.terms[key].path, value)
        return self.rules.evaluate(facts, figures=NONE, bounds=False, trace=False, by="interpreter").to_dict()


def _put(facts: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    inner = facts
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    inner[path[-1]] = value
    return facts
