"""The interpreter of expressions: plain, exact, total. Its decisions are in decide.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from ...basics.quantity import decimal_text
from ...rulebook import meaning as m
from ...rulebook.model import Bracket, Table
from .. import values as v
from ..scales import brackets_text, in_range, reversed_scale, slices
from ..tables import UsedFigure, dated_value, sum_cells
from ..values import ZERO, Need, Unknown, Value
from .evaluation import Evaluation
from .facts import Item
from .groups.aggregates import aggregate, unknown_lists
from .operations import operation
from .referring import as_under, within

NOTHING = Unknown()  # reached over a reference that is not given


def evaluate(ev: Evaluation, node: m.Expression, item: Item) -> Value:
    """The value of an expression for an item."""
    meter = ev.meter
    meter.steps += 1
    if meter.steps > meter.most:
        raise ev.passed("steps", meter.most)
    kind = type(node)  # the commonest first
    if kind is m.Reference:
        there = follow(ev, node.steps, item) if node.steps else item  # type: ignore[union-attr]
        return ev.value(node.term, there) if isinstance(there, Item) else there  # type: ignore[union-attr]
    if kind is m.Constant:
        return node.value  # type: ignore[union-attr]
    if kind in _TESTS and ev.prepared.about_case(node):
        return ev.once(node, item, _KINDS[kind])
    return _KINDS[kind](ev, node, item)


def _negated(ev: Evaluation, node: m.Negated, item: Item) -> Value:
    return v.negation(evaluate(ev, node.operand, item))


def _same_as(ev: Evaluation, node: m.Same, item: Item) -> Value:
    a = evaluate(ev, node.left, item)
    b = node.right.value if isinstance(node.right, m.Constant) else evaluate(ev, node.right, item)
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return v.unknown((a, b))
    return (a == b) is not node.negated


def _among(ev: Evaluation, node: m.Among, item: Item) -> Value:
    a = evaluate(ev, node.value, item)
    return v.unknown([a]) if isinstance(a, Unknown) else (a in node.items) is not node.negated


def _several(ev: Evaluation, node: m.Several, item: Item) -> Value:
    parts = [evaluate(ev, i, item) for i in node.items]
    doubts = [p for p in parts if isinstance(p, Unknown)]
    return v.unknown(doubts) if doubts else frozenset(parts)


def _arithmetic(ev: Evaluation, node: m.Arithmetic, item: Item) -> Value:
    result = evaluate(ev, node.first, item)
    for sign, operand in node.rest:
        right = evaluate(ev, operand, item)
        zero = Unknown(open=(ev.undivided(node, item),)) if sign == "/" and right == 0 else None
        if zero is not None:
            result = v.unknown((result, zero))
        else:
            result = v.divide(result, right, ev.turns) if sign == "/" else _OPERATIONS[sign](result, right)
        ev.meter.number(result, ev)
    return result


def _count_of(ev: Evaluation, node: m.CountOf, item: Item) -> Value:
    a = evaluate(ev, node.value, item)
    return v.unknown([a], ZERO) if isinstance(a, Unknown) else Fraction(len(ev.listed(a)))


def _logic(ev: Evaluation, node: m.Logic, item: Item) -> Value:
    """Kleene's and/or; the operand that decides ends it."""
    deciding = node.kind == "or"
    doubts = []
    for operand in node.operands:
        result = evaluate(ev, operand, item)
        if result is deciding:
            return deciding
        if result is not (not deciding):
            doubts.append(result)
    return v.unknown(doubts) if doubts else not deciding


_OPERATIONS = {"+": v.add, "-": v.subtract, "*": v.multiply}


def follow(ev: Evaluation, steps: Iterable[m.Step], item: Item) -> Item | Unknown:
    """The item at the end of a way; Unknown when a reference on it is missing or nothing."""
    for step in steps:
        if step.kind == "root":
            item = ev.facts.root
        elif step.kind == "owner":
            if item.owner is None:
                return NOTHING
            item = item.owner
        elif step.kind == "reference":
            there = ev.value(step.term, item)
            if not isinstance(there, Item):
                return there if isinstance(there, Unknown) else NOTHING
            item = there
        else:
            there = ev.inverse(step.term, item)
            if not isinstance(there, Item):
                return there if isinstance(there, Unknown) else NOTHING
            item = there
    return item


def _compare(ev: Evaluation, node: m.Compare, item: Item) -> Value:
    a, b = evaluate(ev, node.left, item), evaluate(ev, node.right, item)
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        side = v.sign(a, b, ev.turns)
        if side is None:
            return v.unknown((a, b))
        a, b = side, 0
    match node.sign:
        case "<" | "before":
            return a < b
        case "<=" | "not after":
            return a <= b
        case ">" | "after":
            return a > b
        case ">=" | "not before":
            return a >= b
        case _:
            return a == b


def _includes(ev: Evaluation, node: m.Includes, item: Item) -> Value:
    held = evaluate(ev, node.value, item)
    wanted = [evaluate(ev, t, item) for t in node.terms]
    if isinstance(held, Unknown):
        return v.unknown([held])
    if node.items & held:
        return True
    for choice in wanted:
        if (isinstance(choice, frozenset) and choice & held) or (isinstance(choice, str) and choice in held):
            return True
    missing = [w for w in wanted if isinstance(w, Unknown)]
    return v.unknown(missing) if missing and held else False


def _stated(ev: Evaluation, node: m.Stated, item: Item) -> Value:
    if isinstance(node.value, m.Aggregate):
        stated: Value = unknown_lists(ev, node.value.group, item) is None
    else:
        assert isinstance(node.value, m.Reference)
        there = follow(ev, node.value.steps, item)
        if isinstance(there, Unknown):
            stated = there if there is not NOTHING else False
        else:
            stated = ev.stated(node.value.term, there)
            if node.required and stated is False:
                return v.unknown([ev.value(node.value.term, there)])
    if isinstance(stated, Unknown):
        return v.unknown([stated])
    return stated is not node.negated


# ------------------------------------------------------------------ figures


def _cells(ev: Evaluation, node: m.Cells, item: Item) -> Value:
    table = ev.rulebook.tables[node.table]
    lists: dict[int, Value] = {}
    for i, argument in enumerate(node.arguments):
        if argument is not None and not isinstance(argument, m.Several) and ev.is_list(argument):
            lists[i] = evaluate(ev, argument, item)
    if any(not isinstance(x, Unknown) and not x for x in lists.values()):
        return ZERO  # a sum over none of them reads nothing else
    selection: list[tuple[str, ...] | None] = []
    doubts: list[Value] = []
    for i, argument in enumerate(node.arguments):
        if argument is None:
            selection.append(None)
            continue
        parts = argument.items if isinstance(argument, m.Several) else (argument,)
        chosen = [lists[i]] if i in lists else [evaluate(ev, p, item) for p in parts]
        doubts += [x for x in chosen if isinstance(x, Unknown)]
        keys: list[str] = []
        for x in chosen:
            if not isinstance(x, Unknown):
                keys += ev.listed(x) if isinstance(x, frozenset) else [x]
        in_order = ev.rulebook.vocabularies[table.by[i][1]].in_order(keys)
        selection.append(in_order if not any(isinstance(x, Unknown) for x in chosen) else None)
    if doubts:
        return v.unknown(doubts, *_cell_bounds(ev, table, tuple(selection), lists))
    found = sum_cells(ev.rulebook, ev.figures, table, tuple(selection))
    for figure in found.used:
        ev.use(figure)
    if found.missing:
        return Unknown(found.missing, low=found.value)
    return found.value


def _cell_bounds(
    ev: Evaluation, table: Table, selection: tuple[tuple[str, ...] | None, ...], lists: dict[int, Value]
) -> tuple[Fraction, Fraction | None]:
    """Between nothing and the sum of everything that is not excluded, if all of it is supplied."""
    most = sum_cells(ev.rulebook, ev.figures, table, selection)
    return ZERO, None if most.missing else most.value


def _figure_on(ev: Evaluation, figure: str, on: Value) -> Value:
    values = ev.rulebook.figures.get(figure, ())
    if isinstance(on, Unknown):
        amounts = [x.value for x in values if isinstance(x.value, Fraction)]
        return v.unknown([on], min(amounts, default=None), max(amounts, default=None))
    found = dated_value(values, on)
    if found is None:
        return Unknown((Need("figure", figure, f"{figure}[{on.isoformat()}]", (), figure),), low=ZERO)
    shown = decimal_text(found.value) if isinstance(found.value, Fraction) else found.value.isoformat()
    ev.use(UsedFigure(figure, shown, found.status, found.source, (found.citation,)))
    return found.value


def _scale_on(ev: Evaluation, node: m.OnScale, item: Item) -> Value:
    amount, on = evaluate(ev, node.amount, item), evaluate(ev, node.on, item)
    values = ev.rulebook.figures.get(node.figure, ())
    if isinstance(on, Unknown):
        low, high = v.hull(_scaled(ev, node, x.brackets, amount) for x in values) if values else (None, None)
        return v.unknown((on, amount), low, high)
    found = dated_value(values, on)
    if found is None:
        return Unknown((Need("figure", node.figure, f"{node.figure}[{on.isoformat()}]", (), node.figure),), low=ZERO)
    text = brackets_text(found.brackets)
    ev.use(UsedFigure(node.figure, text, found.status, found.source, (found.citation,)))
    result = _scaled(ev, node, found.brackets, amount)
    if node.kind == "parts" and not isinstance(amount, Unknown):
        ev.sliced(slices(node.figure, found.brackets, amount))
    return result


def _scaled(ev: Evaluation, node: m.OnScale, brackets: tuple[Bracket, ...], amount: Value) -> Value:
    if node.kind == "ranges":
        return _ranged(ev, brackets, amount)
    total: Value = ZERO
    if node.kind == "inverse":
        total, brackets = reversed_scale(brackets)
    low = ZERO
    for bracket in brackets:
        part = v.at_least(amount, low, ev.turns)
        if bracket.bound is not None:
            part = v.at_most(part, bracket.bound, ev.turns)
        total = v.add(total, v.multiply(v.subtract(part, low), bracket.value))
        low = low if bracket.bound is None else bracket.bound
    return total


def _ranged(ev: Evaluation, brackets: tuple[Bracket, ...], amount: Value) -> Value:
    """The value of the range; where the amount is not known, of every range in which it may lie."""
    if not isinstance(amount, Unknown):
        return in_range(brackets, amount).value
    sides = [1 if b.bound is None else v.sign(b.bound, amount, ev.turns) for b in brackets]  # of the bound, minus the amount
    if ev.turns is not None and None not in sides:
        first = next(i for i, side in enumerate(sides) if side == 1 or (side == 0 and not brackets[i].below))
        return brackets[first].value
    low, high = v.interval(amount)
    first = 0 if low is None else brackets.index(in_range(brackets, low))
    last = len(brackets) - 1 if high is None else brackets.index(in_range(brackets, high))
    possible = [b.value for b in brackets[first : last + 1]]
    return v.unknown([amount], min(possible), max(possible))


_KINDS: dict[type, Callable[[Evaluation, Any, Item], Value]] = {
    m.Logic: _logic, m.Negated: _negated, m.Compare: _compare, m.Same: _same_as, m.Among: _among, m.Includes: _includes,
    m.Stated: _stated, m.Several: _several, m.Arithmetic: _arithmetic, m.Operation: operation, m.Aggregate: aggregate, m.CountOf: _count_of,
    m.Cells: _cells, m.FigureOn: lambda ev, node, item: _figure_on(ev, node.figure, evaluate(ev, node.on, item)),
    m.OnScale: _scale_on,
    m.Within: lambda ev, node, item: within(ev, node.provisions, item),
    m.AsUnder: lambda ev, node, item: as_under(ev, node.term, node.provisions, item),
}  # fmt: skip
_TESTS = frozenset((m.Logic, m.Negated, m.Compare, m.Same, m.Among, m.Includes, m.Stated))  # that many items ask of the case
