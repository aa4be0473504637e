"""Groups of things, by their words or by their names, and what is asked over all of a group."""

from __future__ import annotations

from fractions import Fraction

import attrs

from ...language import tree
from ...language.grammar import word_of
from .. import meaning as m
from ..model import PRESENCE, YES_OR_NO, Type
from .resolving import Resolving
from .type_errors import units_differ
from .unresolved import Unresolved


def _named(r: Resolving, node: tree.Group, key: str) -> tuple[m.Group | None, Resolving, bool]:
    """A group by its name, as it was declared; ``where`` may still narrow it."""
    asked = r.asking(node)
    declared, home = asked.collector.groups[key]
    if key in asked.around:
        raise r.fail("group-in-itself", node.thing, name=node.thing.words)
    if node.its or node.of is not None or node.same or node.before or node.grouped_as is not None:
        raise r.fail("named-group-changed", node, name=node.thing.words)
    asked.collector.grouped.add(key)
    lang = declared.span.source.lang if declared.span is not None else r.lang
    there = r.moved(lang=lang, citation=home, asked=asked.inside(key))
    group, inside, alone = group_of(there, declared.group)
    inside = r.moved(scope=inside.scope)
    if node.where is not None and group is not None:
        where = m.joined("and", [x for x in (group.where, inside.condition(node.where)) if x is not None], None)
        group = _narrowed(group, where)
    return group, inside, alone


def _narrowed(group: m.Group, where: m.Expression | None) -> m.Group | None:
    """A group of those for which a condition holds; None where nothing can be in it."""
    if where == m.NEVER:
        return None
    return attrs.evolve(group, where=None if where == m.ALWAYS else where)


def same_terms(r: Resolving, names: tuple[tree.Name, ...], grouped: tree.GroupedAs | None, scope: str) -> tuple[m.Expression, ...] | None:
    """The terms that the things of a group have in common; None where each is alone."""
    there = r.moved(scope=scope)
    found = [there.term(name) for name in names]
    for key in grouped.readings if grouped is not None else ():
        carried, home = r.asking(grouped).carried(there, grouped, key)  # type: ignore[arg-type]
        if carried is not None and carried.kind == "alone":
            return None
        found += [home.term(name) for name in carried.same] if carried is not None else []
    return tuple(dict.fromkeys(found))


def group_of(r: Resolving, node: tree.Group) -> tuple[m.Group | None, Resolving, bool]:
    """The group (None: nothing is ever in it), a resolver whose thing in hand is one of it, and whether that is all of it."""
    entries = r.lookup(node.thing, ("thing", "group"))
    if entries[0].kind == "group":
        return _named(r, node, entries[0].key)
    thing = entries[0].key
    of = r.thing(node.of) if node.of is not None else ""
    inside = r.moved(scope=thing)
    if (node.same or node.before or node.grouped_as is not None) and r.scope != thing:
        raise r.fail("same-as-nothing", node)
    same = same_terms(r, node.same, node.grouped_as, thing)
    where = inside.condition(node.where) if node.where is not None else None
    found = _narrowed(m.Group(thing, node.its, of, same or (), node.before, None, written=None), where)
    if same is None and node.before:
        return None, inside, False
    if same is None and found is not None and found.where is not None:
        raise r.fail("alone-where", node)
    return found, inside, same is None


def _if_none(r: Resolving, node: tree.Expression, kind: Type) -> m.Expression:
    """What holds where nothing is in a group."""
    empty, other = r.expression(node, kind)
    if other != kind:
        if kind.kind == other.kind == "number":
            raise units_differ(r, node, kind.unit, other.unit)
        raise r.fail("units-differ", node, left=r.type_name(kind), right=r.type_name(other))
    return empty


def _there_are(group: m.Group, node: tree.Aggregate) -> m.Same:
    """Whether a group has any member: the highest of what its members say, so that one that surely belongs settles it."""
    yes, no = (m.Constant(key, vocabulary=PRESENCE.key) for key in ("yes", "no"))
    return m.Same(m.Aggregate("highest", yes, group, no, PRESENCE.key), yes, False, written=node)


def aggregate(r: Resolving, node: tree.Aggregate) -> tuple[m.Expression, Type]:
    """A total, a highest or lowest value, a number of things, whether there are any."""
    if node.kind == "number" and node.group.where is None:
        entries = r.glossary.find(r.lang, node.group.thing.words)
        if not any(e.kind in ("thing", "group") for e in entries):
            reference = r.term(node.group.thing)
            if r.glossary.terms[reference.term].type.kind == "choices":
                return m.CountOf(reference, written=node), Type("number")
    group, inside, alone = group_of(r, node.group)
    if node.kind == "some":
        nothing = m.ALWAYS if alone and group is not None else m.NEVER
        return (nothing if group is None or alone else _there_are(group, node)), YES_OR_NO
    if node.value is None:
        if group is None or alone:
            return m.Constant(Fraction(int(alone)), written=node), Type("number")
        return m.Aggregate("number", None, group, None, written=node), Type("number")
    value, kind = inside.expression(node.value)
    ranked = ""
    if node.kind == "total" and kind.kind != "number":
        raise r.fail("no-number", node.value, kind=r.type_name(kind))
    if kind.kind == "choice" and kind.key not in r.glossary.vocabularies:
        raise Unresolved  # the glossary line of the term has been told of
    if kind.kind == "choice" and r.glossary.vocabularies[kind.key].rising:
        ranked = kind.key
    elif kind.kind not in ("number", "date"):
        raise r.fail("no-order", node.value)
    if node.empty is None and not node.needed:
        unit = r.unit_name(kind.unit)[r.lang] if kind.unit.powers else ""
        empty_case = f"0 {unit}".strip() if kind.kind == "number" else word_of(r.lang, "NEEDED")
        raise r.fail("no-empty-case", node, empty=empty_case)
    empty = _if_none(r, node.empty, kind) if node.empty is not None else None
    if group is None and empty is None:
        raise r.fail("group-empty", node)
    if group is None or alone:
        return (value if group is not None else empty), kind  # type: ignore[return-value]
    return m.Aggregate(node.kind, value, group, empty, ranked, written=node), kind
