"""What a sentence says once a reading that it asks for is settled."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final, TypeVar

import attrs

from ...basics.citation import Citation
from ...language import tree
from ...language.printing.expressions import Printer, clean
from ..resolve.readings import reading_id

_ZERO: Final = tree.Quantity(Fraction(0))
YES: Final = tree.Compare("=", _ZERO, _ZERO)
NO: Final = tree.Compare("=", _ZERO, tree.Quantity(Fraction(1)))
T = TypeVar("T")


@attrs.frozen(slots=True)
class Settled:
    """The reading, its choice, and what that carries; ``empty``: names of groups in which nothing is left."""

    reading: str
    choice: str
    carried: tree.Carried | None
    empty: frozenset[str] = frozenset()
    place: Citation = Citation("")

    def at(self, place: Citation) -> Settled:
        """Seen from a provision, where the reading may be called by its own key."""
        return attrs.evolve(self, place=place)

    def names(self, key: str) -> bool:
        return self.reading in (key, *(reading_id(c, key) for c in self.place.chain() if c.article))

    @property
    def alone(self) -> bool:
        return self.carried is not None and self.carried.kind == "alone"

    def nothing(self, group: tree.Group) -> bool:
        """Whether nothing is in a group any more: what stands before it, of those that are each alone."""
        grouped = group.grouped_as is not None and any(map(self.names, group.grouped_as.readings))
        return group.thing.words in self.empty or (grouped and self.alone and group.before)

    # -------------------------------------------------------------- statements

    def statement(self, node: tree.Statement) -> tree.Statement | None:
        """The sentence as it is now; None where it says nothing any more."""
        match node:
            case tree.NamedGroup(group=group) if self.nothing(group):
                return None
            case tree.ByCases():
                return self._by_cases(node)
        said: Any = self._inside(node)
        if said == node:
            return node
        condition = said.condition if hasattr(said, "condition") else None
        if isinstance(condition, tree.Condition):
            if condition.expression == NO:
                return None
            return attrs.evolve(said, condition=None) if condition.expression == YES else said  # type: ignore[no-any-return]
        idle = isinstance(said, tree.Requirement | tree.Guarantee | tree.Applies)
        if condition in (YES, NO) and isinstance(said, tree.Ground | tree.Supports | tree.LeftOpen | tree.Refuse | tree.Finding | tree.Requirement | tree.Guarantee | tree.Applies):
            return None if (condition == YES) is idle else said
        return said  # type: ignore[no-any-return]

    def _by_cases(self, node: tree.ByCases) -> tree.Statement | None:
        said = [self._inside(b) for b in node.branches]
        held = [b for b in said if b.condition is None or b.condition.expression != NO]
        sure = [b for b in held if b.condition is not None and b.condition.expression == YES]
        if sure:
            held = [b for b in held if b.condition is None or b.condition.expression is not None]
        if len(held) > 1:
            return attrs.evolve(node, branches=tuple(held))
        if not held:
            return None
        only = held[0]
        return tree.Define(node.name, only.value, only.modifiers, None if sure else only.condition, span=node.span)

    # -------------------------------------------------------------- what stands in them

    def _inside(self, node: T) -> T:
        """A node with what it holds as it is now."""
        if isinstance(node, tuple):
            return tuple(map(self._inside, node))  # type: ignore[return-value]
        if not isinstance(node, tree.Node):
            return node
        made: Any = self._one(node)
        if made is not None:
            return made  # type: ignore[no-any-return]
        fields = {a.name: getattr(node, a.name) for a in attrs.fields(type(node)) if a.name != "span"}
        changed = {name: new for name, old in fields.items() if (new := self._inside(old)) != old}
        return attrs.evolve(node, **changed) if changed else node

    def _one(self, node: tree.Node) -> tree.Node | None:
        """A node that the choice itself makes into another; None for any other."""
        match node:
            case tree.ReadAs(reading=key, choice=choice, negated=negated) if self.names(key):
                return YES if (choice == self.choice) is not negated else NO
            case tree.Gives(reading=key) if self.names(key) and self.carried is not None:
                return self.carried.value
            case tree.Negated(operand=operand) if (held := self._inside(operand)) in (YES, NO):
                return NO if held == YES else YES
            case tree.Logic(kind=kind, operands=operands):
                return self._logic(kind, operands, node)
            case tree.Aggregate(group=group, empty=empty) if self.nothing(group):
                return _ZERO if node.kind == "number" else self._inside(empty)
            case tree.Group(grouped_as=tree.GroupedAs()):
                made, left = self._grouping(node.same, node.grouped_as)
                return attrs.evolve(node, same=made, grouped_as=left, where=self._inside(node.where))
            case tree.AtMost(together=tree.Together() as together):
                return attrs.evolve(node, limit=self._inside(node.limit), together=self._together(together))
        return None

    def _logic(self, kind: str, operands: tuple[tree.Expression, ...], node: tree.Logic) -> tree.Expression:
        said = tuple(map(self._inside, operands))
        deciding, idle = (NO, YES) if kind == "and" else (YES, NO)
        left = tuple(x for x in said if x != idle)
        if deciding in left:
            return deciding
        return attrs.evolve(node, operands=left) if len(left) > 1 else left[0] if left else idle

    def _grouping(
        self, same: tuple[tree.Name, ...], grouped: tree.GroupedAs | None
    ) -> tuple[tuple[tree.Name, ...], tree.GroupedAs | None]:
        keys = grouped.readings if grouped is not None else ()
        left = tuple(key for key in keys if not self.names(key))
        if len(left) < len(keys) and self.carried is not None:
            same = tuple(dict.fromkeys((*same, *self.carried.same)))
        return same, tree.GroupedAs(left) if left else None

    def _together(self, node: tree.Together) -> tree.Together | None:
        keys = node.grouped_as.readings if node.grouped_as is not None else ()
        if self.alone and any(map(self.names, keys)):
            return None
        same, left = self._grouping(node.same, node.grouped_as)
        made = attrs.evolve(node, same=same, grouped_as=left)
        if node.shared_as is not None and self.names(node.shared_as.reading):
            return attrs.evolve(made, shared_as=None, in_order=self.carried is not None and self.carried.kind == "in_order")
        return made


def in_tongue(carried: tree.Carried | None, printer: Printer) -> tree.Carried | None:
    """What a choice carries, with the names of the printer's language."""

    def told(node: Any) -> Any:
        if isinstance(node, tuple):
            return tuple(map(told, node))
        if isinstance(node, tree.Name):
            return tree.Name(clean(printer.name(node)))
        if isinstance(node, tree.Quantity):
            unit, per = (printer.names(x, False, True) if x is not None else None for x in (node.unit, node.per))
            return tree.Quantity(node.value, unit, per, node.percent)
        if isinstance(node, tree.Node):
            return attrs.evolve(node, **{a.name: told(getattr(node, a.name)) for a in attrs.fields(type(node)) if a.name != "span"})
        return node

    return told(carried) if carried is not None else None


__all__ = ["Settled", "in_tongue"]
