"""From the meaning to the lowered form: expressions. Rules are in from_rules.py, groups in from_groups.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from typing import Final

import attrs

from ...rulebook import meaning as m
from ...rulebook.model import ROOT, Term
from ..plan import Prepared
from ..tables import Figures
from .dependence import At, Circle, Decided, Dependence, in_order
from .from_groups import aggregate, missing
from .from_operations import operated
from .from_rules import as_under, decision, referred, within
from .from_scales import dated_number, on_scale
from .from_tables import table_rows
from .node_builder import Builder
from .steps import FACT_SCALE, NO, YES, Node, NotLowerable, TableRows

_SIGNS = {
    "<": ("<", False), "before": ("<", False), "<=": ("<=", False), "not after": ("<=", False),
    ">": ("<", True), "after": ("<", True), ">=": ("<=", True), "not before": ("<=", True), "=": ("=", False),
}  # fmt: skip


MOST_NESTED: Final = 12  # decisions that wait for each other on Python's stack; what lies below is lowered before
MOST_WITHIN: Final = 180  # expressions inside one another, through all of these
MOST_CHOICES: Final = 4_000  # of a vocabulary of which lists are read


@attrs.define(slots=True, eq=False)
class Lowerer:
    """Lowers what the results need, each term once for the thing that it is a term of."""

    prepared: Prepared
    figures: Figures
    others: tuple[Figures, ...] = ()
    steps: Builder = attrs.Factory(Builder)
    terms: dict[str, int] = attrs.Factory(dict)
    tables: dict[str, TableRows] = attrs.Factory(dict)
    clauses: dict[str, int] = attrs.Factory(dict)  # path of a provision → its place
    deciding: dict[str, tuple[int, tuple[int, ...]]] = attrs.Factory(dict)
    took: list[tuple[str, int, bool, int]] = attrs.Factory(list)
    referred: dict[tuple[At, tuple[tuple[str, str], ...]], int] = attrs.Factory(dict)
    open: dict[Decided, None] = attrs.Factory(dict)  # what is being lowered: nothing may lead back to itself
    owners: dict[str, str] = attrs.Factory(dict)  # thing → where those in hand are surely listed
    dependence: Dependence = attrs.field(init=False)
    _codes: dict[str, dict[str, int]] = attrs.Factory(dict)
    _made: dict[tuple[int, str], int] = attrs.Factory(dict)  # expressions that were lowered, by thing
    _depth: int = 0

    def __attrs_post_init__(self) -> None:
        self.dependence = Dependence(self.prepared)

    def clause(self, path: str) -> int:
        return self.clauses.setdefault(path, len(self.clauses))

    def kind(self, term: Term) -> tuple[str, int]:
        """Kind and size of a term's values."""
        if term.type.kind in ("choice", "choices"):
            size = len(self.prepared.rulebook.vocabularies[term.type.key].choices)
            if size > MOST_CHOICES and term.type.kind == "choices":
                raise NotLowerable("lists of too many choices")
            return term.type.kind, size
        return term.type.kind, FACT_SCALE if term.type.kind == "number" else 0

    def code(self, vocabulary: str, choice: str) -> int:
        if vocabulary not in self._codes:
            choices = self.prepared.rulebook.vocabularies[vocabulary].choices
            self._codes[vocabulary] = {key: place for place, key in enumerate(choices)}
        return self._codes[vocabulary][choice]

    def bits(self, vocabulary: str, choices: Sequence[str] | frozenset[str]) -> int:
        found = 0
        for choice in choices:
            found |= 1 << self.code(vocabulary, choice)
        return found

    # -------------------------------------------------------------- terms

    def term(self, key: str) -> int:
        """A term as a column of its own thing."""
        if key not in self.terms:
            term = self.prepared.rulebook.terms[key]
            if not term.thing:
                raise NotLowerable(f"{key} belongs to no thing")
            self.settled(key)
            if key not in self.terms:
                with self.entered(key, {}):
                    self.terms[key] = self._term(term)
        return self.terms[key]

    def settled(self, decided: Decided) -> None:
        """Where many wait already, lower what this rests on first, from below."""
        if (len(self.open) < MOST_NESTED and self._depth < MOST_WITHIN // 4) or decided in self.open:
            return
        around, self.open, owners, self.owners = self.open, {}, self.owners, {}
        try:
            for one in in_order([decided], self.dependence.below, _Done(self)):
                if one == decided:
                    continue  # it is lowered by who asked for it
                if isinstance(one, str):
                    self.term(one)
                else:
                    referred(self, one)
        except Circle:
            raise NotLowerable("what leads back to itself") from None
        self.open, self.owners = around, owners

    @contextmanager
    def entered(self, decided: Decided, owners: dict[str, str]) -> Iterator[None]:
        """While something is lowered. Raises NotLowerable where it leads back to itself."""
        if decided in self.open:
            raise NotLowerable(f"{decided} leads back to itself")
        self.open[decided] = None
        around, self.owners = self.owners, owners
        yield
        self.owners = around
        del self.open[decided]

    def _term(self, term: Term) -> int:
        if term.inverse_of:
            return self.inverse(term)
        if not term.fact:
            return decision(self, term)
        given = self.fact(term)
        if term.none_unless_stated and term.type.kind == "choices":
            known = self.steps.known(given)
            none = self.steps.constant(0, "choices", self.kind(term)[1])
            which = self.steps.make("pick", (known, self.steps.negated(known)), "choice", data=(2, False, (0, 1)), size=2)
            return self.steps.chosen(which, (given, none))
        return self.steps.negated(self.steps.not_true(given)) if term.no_unless_stated else given

    def fact(self, term: Term) -> int:
        """A fact as it is given."""
        kind, size = self.kind(term)
        return self.steps.add(Node("fact", (), (term.key,), term.thing, kind, size))

    def inverse(self, term: Term) -> int:
        """The item whose reference points here; what it points to is a fact."""
        forward = self.term(term.inverse_of)
        return self.steps.add(
            Node("inverse", (forward,), (term.thing, term.type.key), term.thing, "reference")
        )  # fmt: skip

    def hop(self, value: int, way: int) -> int:
        """A column of another thing, seen along references from here."""
        node = self.steps.nodes[value]
        if node.thing in ("", ROOT):
            # also of the case, what lies behind an unknown reference is unknown
            return self.steps.make("over", (value, way), node.kind, size=node.size, sure=False)
        thing = self.steps.nodes[way].thing
        return self.steps.make("hop", (value, way), node.kind, size=node.size, sure=False, thing=thing)

    def along(self, steps: Sequence[m.Step], value: int, thing: str) -> int:
        """The value at the end of a way from ``thing``: seen from there."""
        way = self.way(steps, thing)
        if way is None:
            return value
        return self.hop(value, way)

    def way(self, steps: Sequence[m.Step], thing: str) -> int | None:
        """The references of a way made one; None when it ends at the case or begins there."""
        found: int | None = None
        at = thing
        for step in steps:
            if step.kind == "root":
                if found is not None:
                    raise NotLowerable("the case behind a reference")
                at = ROOT
                continue
            if step.kind == "owner":
                owners = self.prepared.rulebook.things[at].listed_in
                if len(owners) != 1 and at not in self.owners:
                    raise NotLowerable("an owner of several kinds")
                owner = owners[0] if len(owners) == 1 else self.owners[at]
                next_one = self.steps.add(Node("owner", (), (at, owner), at, "reference", 0, len(owners) == 1))
                at = owner
            else:
                next_one = self.term(step.term)
                at = self.prepared.rulebook.terms[step.term].type.key
            found = next_one if found is None else self.hop(next_one, found)
        return found

    # -------------------------------------------------------------- expressions

    def expression(self, node: m.Expression, thing: str) -> int:
        """An expression for the items of a thing; what it reads of the case stays a column of the case."""
        slot = (id(node), thing)
        found = None if self.owners else self._made.get(slot)
        if found is None:
            self._depth += 1
            if self._depth > MOST_WITHIN:
                raise NotLowerable("expressions too deep in one another")
            found = self._expression(node, thing)
            self._depth -= 1
            if not self.owners:
                self._made[slot] = found
        return found

    def _expression(self, node: m.Expression, thing: str) -> int:
        b = self.steps
        match node:
            case m.Constant():
                return self._constant(node)
            case m.Reference(steps=steps, term=term):
                return self.along(steps, self.term(term), thing)
            case m.Logic(kind=kind, operands=operands):
                parts = [self.expression(o, thing) for o in operands]
                return b.both(parts) if kind == "and" else b.either(parts)
            case m.Negated(operand=operand):
                return b.negated(self.expression(operand, thing))
            case m.Compare(sign=sign, left=left, right=right):
                name, turned = _SIGNS[sign]
                x, y = self.expression(left, thing), self.expression(right, thing)
                return b.compared(name, y, x) if turned else b.compared(name, x, y)
            case m.Same():
                return self._same(node, thing)
            case m.Among(value=value, items=items, negated=negated):
                return self._among(self.expression(value, thing), value, items, negated)
            case m.Includes():
                return self._includes(node, thing)
            case m.Stated():
                return self._stated(node, thing)
            case m.Arithmetic(first=first, rest=rest):
                result = self.expression(first, thing)
                for operation, operand in rest:
                    result = b.arithmetic(operation, result, self.expression(operand, thing))
                return result
            case m.Operation():
                return operated(self, node, thing)
            case m.CountOf(value=value):
                return b.make("count_of", (self.expression(value, thing),), "number", size=1)
            case m.Several(items=items):
                return self._several(items, thing)
            case m.Aggregate():
                return aggregate(self, node, thing)
            case m.Within(provisions=provisions):
                return within(self, provisions, thing)
            case m.AsUnder(term=term, provisions=provisions):
                return as_under(self, term, provisions, thing)
            case m.Cells():
                return self._cells(node, thing)
            case m.FigureOn(figure=figure, on=on):
                return self._figure_on(figure, self.expression(on, thing))
            case m.OnScale(figure=figure, on=on, amount=amount, kind=how):
                dated = self.prepared.rulebook.figures.get(figure, ())
                return on_scale(self.steps, figure, dated, how, self.expression(on, thing), self.expression(amount, thing))

    def condition(self, nodes: Sequence[m.Expression], thing: str) -> int:
        return self.steps.both([self.expression(n, thing) for n in nodes])

    def _constant(self, node: m.Constant) -> int:
        match node.value:
            case Fraction() as number:
                return self.steps.number(number)
            case date() as day:
                return self.steps.constant(day.toordinal(), "date")
            case text if not node.vocabulary:
                return self.steps.constant(text, "text")
            case choice:
                size = len(self.prepared.rulebook.vocabularies[node.vocabulary].choices)
                return self.steps.constant(self.code(node.vocabulary, choice), "choice", size)

    def vocabulary(self, node: m.Expression) -> str:
        """The vocabulary of the choices that an expression gives."""
        match node:
            case m.Constant(vocabulary=vocabulary):
                return vocabulary
            case m.Reference(term=term) | m.AsUnder(term=term):
                return self.prepared.rulebook.terms[term].type.key
            case m.Several(items=items) if items:
                return self.vocabulary(items[0])
            case m.Aggregate(ranked_by=ranked) if ranked:
                return ranked
        raise NotLowerable("choices of no vocabulary")

    def _same(self, node: m.Same, thing: str) -> int:
        x, y = self.expression(node.left, thing), self.expression(node.right, thing)
        if self.steps.nodes[x].kind in ("number", "date"):
            same = self.steps.compared("=", x, y)
        else:
            same = self.steps.make("same", (x, y), "yes_or_no")
        return self.steps.negated(same) if node.negated else same

    def _among(self, value: int, node: m.Expression, items: frozenset[str], negated: bool) -> int:
        vocabulary = self.vocabulary(node)
        data = (self.bits(vocabulary, items),)
        found = self.steps.make("among", (value,), "yes_or_no", data=data)
        return self.steps.negated(found) if negated else found

    def _includes(self, node: m.Includes, thing: str) -> int:
        held = self.expression(node.value, thing)
        bits = self.bits(self.vocabulary(node.value), node.items)
        wanted = [self.expression(t, thing) for t in node.terms]
        return self.steps.make("includes", (held, *wanted), "yes_or_no", data=(bits,))

    def _several(self, items: Sequence[m.Expression], thing: str) -> int:
        size = len(self.prepared.rulebook.vocabularies[self.vocabulary(items[0])].choices)
        if all(isinstance(i, m.Constant) for i in items):
            keys = [str(i.value) for i in items if isinstance(i, m.Constant)]
            return self.steps.constant(self.bits(self.vocabulary(items[0]), keys), "choices", size)
        parts = [self.expression(i, thing) for i in items]
        if any(self.steps.nodes[p].kind != "choice" for p in parts):
            raise NotLowerable("a list of lists")
        return self.steps.make("set_of", parts, "choices", size=size)

    # -------------------------------------------------------------- what is stated

    def _stated(self, node: m.Stated, thing: str) -> int:
        if isinstance(node.value, m.Aggregate):
            stated = self.steps.negated(missing(self, node.value.group, thing))
        elif isinstance(node.value, m.Reference):
            stated = self._given(node.value, thing, node.required)
        else:
            raise NotLowerable("stated of no term")
        return self.steps.negated(stated) if node.negated else stated

    def _given(self, node: m.Reference, thing: str, required: bool) -> int:
        """Yes, no, or in doubt when the way there is. A required fact that is not given is in doubt."""
        given = self._is_given(self.prepared.rulebook.terms[node.term])
        if required:
            given = self.steps.make("or_doubt", (given,), "yes_or_no", sure=False)
        if any(s.kind in ("inverse", "owner") for s in node.steps):
            raise NotLowerable("stated behind an inverse")
        return self.along(node.steps, given, thing)

    def _is_given(self, term: Term) -> int:
        fact = term.fact and not term.inverse_of
        return self.steps.known(self.fact(term) if fact else self.term(term.key))

    # -------------------------------------------------------------- figures

    def _cells(self, node: m.Cells, thing: str) -> int:
        table = self.prepared.rulebook.tables[node.table]
        if table.key not in self.tables:
            self.tables[table.key] = table_rows(self.prepared.rulebook, self.figures, table, self.others)
        spec: list[object] = []
        args: list[int] = []
        for argument, (_, vocabulary) in zip(node.arguments, table.by, strict=True):
            parts = argument.items if isinstance(argument, m.Several) else (argument,)
            if argument is None:
                spec.append(None)
            elif all(isinstance(p, m.Constant) for p in parts):
                keys = [str(p.value) for p in parts if isinstance(p, m.Constant)]
                spec.append(tuple(self.code(vocabulary, k) for k in keys))
            elif isinstance(argument, m.Several):
                raise NotLowerable("several terms in one column of a table")
            else:
                spec.append(len(args))
                args.append(self.expression(argument, thing))
        rows = self.tables[table.key]
        every = [rows, *(table_rows(self.prepared.rulebook, f, table, (self.figures, *self.others)) for f in self.others)]
        data, most = (table.key, tuple(spec)), max(sum(abs(n) for _, n in (*r.rows, *r.totals)) for r in every)
        return self.steps.make("cells", args, "number", data=data, size=rows.scale, sure=False, most_cells=most)

    def _figure_on(self, figure: str, day: int) -> int:
        """A figure in force: the first days of its periods, and the value from each on."""
        values = self.prepared.rulebook.figures.get(figure, ())
        return dated_number(self.steps, figure, values, day, lambda found: found.number, "date" if any(f.is_date for f in values) else "number")


@attrs.frozen(slots=True, eq=False)
class _Done:
    """What a lowerer has lowered already."""

    low: Lowerer

    def __contains__(self, decided: object) -> bool:
        return decided in self.low.terms or (isinstance(decided, At) and (decided, ()) in self.low.referred)


__all__ = ["NO", "YES", "Lowerer"]
