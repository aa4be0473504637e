"""From the meaning to the lowered form: expressions. Rules are in lower_rules.py, groups in lower_groups.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import attrs

from ..rulebook import meaning as m
from ..rulebook.model import ROOT, Term
from .building import Builder
from .lower_tables import table_rows
from .lowered import FACT_SCALE, NO, YES, Node, NotLowerable, TableRows
from .plan import Prepared
from .tables import Figures, dated_value

_SIGNS = {
    "<": ("<", False), "before": ("<", False), "<=": ("<=", False), "not after": ("<=", False),
    ">": ("<", True), "after": ("<", True), ">=": ("<=", True), "not before": ("<=", True), "=": ("=", False),
}  # fmt: skip


@attrs.define(slots=True, eq=False)
class Lowerer:
    """Lowers what the results need, each term once for the thing that it is a term of."""

    prepared: Prepared
    figures: Figures
    steps: Builder = attrs.Factory(Builder)
    terms: dict[str, int] = attrs.Factory(dict)
    tables: dict[str, TableRows] = attrs.Factory(dict)
    clauses: dict[str, int] = attrs.Factory(dict)  # path of a provision → its place
    deciding: dict[str, tuple[int, tuple[int, ...]]] = attrs.Factory(dict)
    took: list[tuple[str, int, bool, int]] = attrs.Factory(list)
    open: list[object] = attrs.Factory(list)  # what is being lowered: nothing may lead back to itself
    owners: dict[str, str] = attrs.Factory(dict)  # thing → where those in hand are surely listed

    def clause(self, path: str) -> int:
        return self.clauses.setdefault(path, len(self.clauses))

    def kind(self, term: Term) -> tuple[str, int]:
        """Kind and size of a term's values."""
        if term.type.kind in ("choice", "choices"):
            return term.type.kind, len(self.prepared.rulebook.vocabularies[term.type.key].choices)
        return term.type.kind, FACT_SCALE if term.type.kind == "number" else 0

    def code(self, vocabulary: str, choice: str) -> int:
        return list(self.prepared.rulebook.vocabularies[vocabulary].choices).index(choice)

    def bits(self, vocabulary: str, choices: Sequence[str] | frozenset[str]) -> int:
        return sum(1 << self.code(vocabulary, c) for c in set(choices))

    # -------------------------------------------------------------- terms

    def term(self, key: str) -> int:
        """A term as a column of its own thing."""
        if key not in self.terms:
            term = self.prepared.rulebook.terms[key]
            if not term.thing:
                raise NotLowerable(f"{key} belongs to no thing")
            if key in self.open:
                raise NotLowerable(f"{key} leads back to itself")
            self.open.append(key)
            around, self.owners = self.owners, {}
            self.terms[key] = self._term(term)
            self.owners = around
            self.open.remove(key)
        return self.terms[key]

    def _term(self, term: Term) -> int:
        from .lower_rules import decision

        if term.inverse_of:
            return self.inverse(term)
        if not term.fact:
            return decision(self, term)
        given = self.fact(term)
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
        from .lower_groups import aggregate
        from .lower_rules import as_under, within

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

    def condition(self, nodes: Sequence[m.Expression], thing: str) -> int:
        return self.steps.both([self.expression(n, thing) for n in nodes])

    def _constant(self, node: m.Constant) -> int:
        match node.value:
            case Fraction() as number:
                return self.steps.number(number)
            case date() as day:
                return self.steps.constant(day.toordinal(), "date")
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
        from .lower_groups import missing

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
            self.tables[table.key] = table_rows(self.prepared.rulebook, self.figures, table)
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
        size = self.tables[table.key].scale
        return self.steps.make("cells", args, "number", data=(table.key, tuple(spec)), size=size, sure=False)

    def _figure_on(self, figure: str, day: int) -> int:
        """A figure in force: the first days of its periods, and the value from each on."""
        values = self.prepared.rulebook.figures.get(figure, ())
        days = {v.from_date for v in values}
        days |= {v.to_date + timedelta(days=1) for v in values if v.to_date is not None}
        starts = sorted(days)
        found = [dated_value(values, d) for d in starts]
        scale = max([f.value.denominator for f in found if f is not None], default=1)
        for f in found:
            if f is not None and scale % f.value.denominator:
                scale *= f.value.denominator
        amounts = tuple(None if f is None else int(f.value * scale) for f in found)
        data = (tuple(d.toordinal() for d in starts), amounts)
        return self.steps.make("dated", (day,), "number", data=data, size=scale, sure=False)


__all__ = ["NO", "YES", "Lowerer"]
