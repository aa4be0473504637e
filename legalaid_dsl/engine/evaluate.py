"""The interpreter of expressions: plain, exact, total. Its decisions are in decide.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..basics.quantity import decimal_text
from ..rulebook import meaning as m
from ..rulebook.model import ROOT, Table
from . import values as v
from .facts import Item
from .referring import as_under, within
from .tables import UsedFigure, dated_value, sum_cells
from .values import ZERO, Need, Unknown, Value

if TYPE_CHECKING:
    from .decide import Evaluation

NOTHING = Unknown()  # reached over a reference that is not given


def evaluate(ev: Evaluation, node: m.Expression, item: Item) -> Value:
    """The value of an expression for an item."""
    kind = type(node)  # the commonest first
    if kind is m.Reference:
        there = follow(ev, node.steps, item) if node.steps else item  # type: ignore[union-attr]
        return ev.value(node.term, there) if isinstance(there, Item) else there  # type: ignore[union-attr]
    if kind is m.Constant:
        return node.value  # type: ignore[union-attr]
    if kind is m.Logic:
        return _logic(ev, node, item)  # type: ignore[arg-type]
    return _KINDS[kind](ev, node, item)


def _negated(ev: Evaluation, node: m.Negated, item: Item) -> Value:
    return v.negation(evaluate(ev, node.operand, item))


def _same_as(ev: Evaluation, node: m.Same, item: Item) -> Value:
    a, b = evaluate(ev, node.left, item), evaluate(ev, node.right, item)
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
        zero = Unknown(openings=(ev.undivided(node, item),)) if sign == "/" and right == 0 else None
        result = _OPERATIONS[sign](result, right) if zero is None else v.unknown((result, zero))
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


_OPERATIONS = {"+": v.add, "-": v.subtract, "*": v.multiply, "/": v.divide}


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
            if there is None:
                return NOTHING
            item = there
    return item


def _compare(ev: Evaluation, node: m.Compare, item: Item) -> Value:
    a, b = evaluate(ev, node.left, item), evaluate(ev, node.right, item)
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return v.unknown((a, b))
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
        _, missing = members(ev, node.value.group, item)
        stated: Value = not missing
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


# ------------------------------------------------------------------ groups


def members(ev: Evaluation, group: m.Group, item: Item) -> tuple[list[tuple[Item, Value]], list[Unknown]]:
    """The items of a group, each with whether it belongs (True or Unknown), and the lists
    that are not known."""
    missing: list[Unknown] = []
    thing = group.thing
    listed = thing in item.lists
    if group.its and listed:
        found = item.lists[thing]
        if found is None:
            missing.append(ev.unknown_list(item, thing))
        candidates: list[tuple[Item, Value]] = [(i, True) for i in found or ()]
    else:
        for owner, _ in ev.facts.unknown_lists.get(thing, ()):
            if not group.of or owner.thing == group.of:
                missing.append(ev.unknown_list(owner, thing))
        everything = ev.facts.all(thing)
        if group.of:
            everything = tuple(i for i in everything if i.owner is not None and i.owner.thing == group.of)
        candidates = [(i, True) for i in everything]
        if group.its and item.thing != ROOT:
            candidates = [(i, ev.belongs(i, item)) for i in everything]
    result = []
    for candidate, belongs in candidates:
        parts = [belongs]
        if belongs is not False:
            if group.before:
                parts.append(ev.before(candidate, item))
            parts += [_equal(ev, e, candidate, item) for e in group.same]
        if group.where is not None and not any(p is False for p in parts):
            parts.append(evaluate(ev, group.where, candidate))
        inside = v.all_of(parts)
        if inside is not False:
            result.append((candidate, inside))
    return result, missing


def _equal(ev: Evaluation, node: m.Expression, a: Item, b: Item) -> Value:
    if a is b:
        return True
    x, y = evaluate(ev, node, a), evaluate(ev, node, b)
    return v.unknown((x, y)) if isinstance(x, Unknown) or isinstance(y, Unknown) else x == y


def _aggregate(ev: Evaluation, node: m.Aggregate, item: Item) -> Value:
    found, missing = members(ev, node.group, item)
    if node.kind == "number":
        sure = Fraction(sum(1 for _, inside in found if inside is True))
        open_ones = [inside for _, inside in found if inside is not True]
        if open_ones or missing:
            return v.unknown([*open_ones, *missing], sure, None if missing else sure + len(open_ones))
        return sure
    assert node.value is not None
    valued = [(evaluate(ev, node.value, i), inside) for i, inside in found]
    if not found and not missing:
        return evaluate(ev, node.empty, item) if node.empty is not None else ev.unknown_list(item, node.group.thing)
    if node.kind == "total":
        return _total(ev, node, valued, missing)
    return _extreme(ev, node, valued, missing)


def _total(ev: Evaluation, node: m.Aggregate, valued: list[tuple[Value, Value]], missing: list[Unknown]) -> Value:
    result: Value = ZERO
    for value, inside in valued:
        if value == ZERO and node.group.where is None:
            continue  # adds nothing, whoever's it is
        if inside is not True:
            low, high = v.interval(value)
            low = None if low is None else min(low, ZERO)
            high = None if high is None else max(high, ZERO)
            value = v.unknown((inside, value), low, high)
        result = v.add(result, value)
    if missing:
        result = v.add(result, v.unknown(missing, ZERO))  # what is summed is never negative
    if isinstance(result, Unknown) and isinstance(node.value, m.Reference):
        ceiling = ev.shared_ceiling(node.value.term)
        if ceiling is not None:
            result = v.at_most(result, Unknown(high=ceiling, low=result.low))
    return result


def _extreme(ev: Evaluation, node: m.Aggregate, valued: list[tuple[Value, Value]], missing: list[Unknown]) -> Value:
    highest = node.kind == "highest"
    ranks = {c.key: c.rank for c in ev.rulebook.vocabularies[node.ranked_by].choices.values()} if node.ranked_by else {}

    def rank(value: Value) -> Value:
        return ranks[value] if ranks else value

    known = [x for x, inside in valued if inside is True and not isinstance(x, Unknown)]
    best = (max if highest else min)(known, key=rank) if known else None
    doubts = [p for pair in valued for p in pair if isinstance(p, Unknown)] + list(missing)
    if doubts:
        last = (max if highest else min)(ranks.values(), default=None)
        if best is not None and ranks and rank(best) == last:
            return best
        return v.unknown(doubts, *_extreme_bounds(valued, missing, highest, bool(ranks)))
    return best


def _extreme_bounds(
    valued: list[tuple[Value, Value]], missing: list[Unknown], highest: bool, ranked: bool
) -> tuple[Fraction | None, Fraction | None]:
    if ranked or missing or not all(isinstance(x, Fraction | Unknown) for x, _ in valued):
        return None, None
    return v.hull([x for x, _ in valued] + ([] if all(i is True for _, i in valued) else [ZERO]))


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
        selection.append(tuple(keys) if not any(isinstance(x, Unknown) for x in chosen) else None)
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
        amounts = [x.value for x in values]
        return v.unknown([on], min(amounts, default=None), max(amounts, default=None))
    found = dated_value(values, on)
    if found is None:
        return Unknown((Need("figure", figure, f"{figure}[{on.isoformat()}]", (), figure),), low=ZERO)
    ev.use(UsedFigure(figure, decimal_text(found.value), found.status, found.source, (found.citation,)))
    return found.value


_KINDS: dict[type, Callable[[Evaluation, Any, Item], Value]] = {
    m.Negated: _negated, m.Compare: _compare, m.Same: _same_as, m.Among: _among, m.Includes: _includes,
    m.Stated: _stated, m.Several: _several, m.Arithmetic: _arithmetic, m.Aggregate: _aggregate, m.CountOf: _count_of,
    m.Cells: _cells, m.FigureOn: lambda ev, node, item: _figure_on(ev, node.figure, evaluate(ev, node.on, item)),
    m.Within: lambda ev, node, item: within(ev, node.provisions, item),
    m.AsUnder: lambda ev, node, item: as_under(ev, node.term, node.provisions, item),
}  # fmt: skip
