"""Groups of things in the lowered form: totals, numbers, highest and lowest."""

from __future__ import annotations

import attrs

from ...rulebook import meaning as m
from ...rulebook.model import ROOT
from .lowering import Lowering
from .steps import NO, YES, Node, NotLowerable


@attrs.frozen(slots=True)
class Gathered:
    """A group as steps: whose it is, who belongs, which lists are not known.

    ``relation``: ``all`` of the case, those of an ``item`` by a reference or its own list, or those
    of the ``same`` thing that share keys with it (or come before it).
    """

    thing: str  # of the members
    relation: str
    reference: int | None
    keys: tuple[int, ...]
    before: bool
    date: int | None
    where: int | None
    missing: int
    result: str  # thing of the result


def gather(low: Lowering, group: m.Group, thing: str) -> Gathered:
    """The group of an item of ``thing``."""
    book = low.prepared.rulebook
    listed = thing in book.things[group.thing].listed_in
    where: list[int] = []
    relation, reference, result = "all", None, ROOT
    if group.its and listed and thing != ROOT:
        relation, reference, result = "item", _owner(low, group.thing, thing), thing
    elif group.its and listed:
        where += _owned(low, group.thing, ROOT)
    else:
        where += _owned(low, group.thing, group.of) if group.of else []
        if group.its and thing != ROOT:
            key = low.prepared.relations.get((group.thing, thing))
            reference = low.term(key) if key is not None else _owner(low, group.thing, thing)
            relation, result = "item", thing
    if group.same or group.before:
        if relation != "all" or group.thing != thing:
            raise NotLowerable("things of an item compared with each other")
        relation, result = "same", thing
    keys = tuple(low.expression(e, group.thing) for e in group.same)
    if group.where is not None:
        around, low.owners = low.owners, {**low.owners, **({group.thing: group.of} if group.of else {})}
        where.append(low.expression(group.where, group.thing))
        low.owners = around
    date = book.things[group.thing].in_order_of if group.before else ""
    return Gathered(
        group.thing, relation, reference, keys, group.before, low.term(date) if date else None,
        low.steps.both(where) if where else None, missing(low, group, thing), result,
    )  # fmt: skip


def _owner(low: Lowering, thing: str, owner: str) -> int:
    return low.steps.add(Node("owner", (), (thing, owner), thing, "reference", 0, True))


def _owned(low: Lowering, thing: str, owner: str) -> list[int]:
    """Only those listed in ``owner``, where things of that kind are listed in several."""
    if low.prepared.rulebook.things[thing].listed_in == (owner,):
        return []
    return [low.steps.add(Node("owned", (), (thing, owner), thing, "yes_or_no", 0, True))]


def missing(low: Lowering, group: m.Group, thing: str) -> int:
    """Yes where a list that the group is taken from is not known."""
    book = low.prepared.rulebook
    declared = book.things[group.thing]
    if declared.none_unless_stated:
        return low.steps.truth(NO)
    if group.its and thing in declared.listed_in:
        return _unlisted(low, group.thing, thing)
    found = []
    for owner in declared.listed_in:
        if group.of and owner != group.of:
            continue
        one = _unlisted(low, group.thing, owner)
        if owner != ROOT:
            one = low.steps.add(Node("any", (one,), (owner,), ROOT, "yes_or_no", 0, True))
        found.append(one)
    return low.steps.either(found)


def _unlisted(low: Lowering, thing: str, owner: str) -> int:
    return low.steps.add(Node("unlisted", (), (thing, owner), owner, "yes_or_no", 0, True))


def aggregate(low: Lowering, node: m.Aggregate, thing: str) -> int:
    """A total, a number, the highest or the lowest; ``empty`` where there are none."""
    group = gather(low, node.group, thing)
    if node.kind == "number":
        return _step(low, node, group, None, "number", 1)
    assert node.value is not None
    value = low.expression(node.value, group.thing)
    meant = low.steps.nodes[value]
    found = _step(low, node, group, value, meant.kind, meant.size)
    if node.empty is None:
        if node.kind != "total":
            return found
        nothing = low.steps.constant(None, "number", meant.size)
        nothing = low.steps.add(attrs.evolve(low.steps.nodes[nothing], sure=False))
    else:
        nothing = low.expression(node.empty, thing)
        if node.kind == "total" and low.steps.is_constant(nothing, 0):
            return found  # the total of none
    some = low.steps.either([_step(low, node, group, None, "yes_or_no", 0, op="some"), group.missing])
    which = low.steps.make("pick", (some, low.steps.negated(some)), "choice", data=(2, False, (0, 1)), size=2)
    return low.steps.chosen(which, (found, nothing))


def _step(
    low: Lowering, node: m.Aggregate, group: Gathered, value: int | None, kind: str, size: int, op: str = ""
) -> int:
    """``data``: op, thing, relation, which optional arguments follow, number of keys, and whether a zero
    of a doubtful member adds nothing."""
    date = group.date if group.before and group.keys is not None else None
    parts = [
        ("r", group.reference), ("v", value), ("w", group.where),
        ("m", None if low.steps.is_constant(group.missing, NO) else group.missing), ("d", date),
    ]  # fmt: skip
    flags = "".join(flag for flag, part in parts if part is not None) + ("b" if group.before else "")
    args = [part for _, part in parts if part is not None] + list(group.keys)
    ranked = size if node.ranked_by else 0
    skips = node.group.where is None
    name = op or node.kind
    shape = "agg" if group.relation != "same" else "run"
    sure = name == "some" or (name == "number" and _certain(low, group))
    whole = value is None or low.steps.nodes[value].whole
    return low.steps.make(
        shape, args, kind, data=(name, group.thing, group.relation, flags, len(group.keys), ranked, skips),
        size=size, sure=sure, whole=whole, thing=group.result,
    )  # fmt: skip


def _certain(low: Lowering, group: Gathered) -> bool:
    """Whether who belongs is always known."""
    nodes = low.steps.nodes
    parts = [p for p in (group.reference, group.where) if p is not None]
    return group.relation == "all" and all(nodes[p].sure for p in parts) and low.steps.is_constant(group.missing, NO)


__all__ = ["YES", "Gathered", "aggregate", "gather", "missing"]
