"""The small changes that an expression of law can suffer: a sign, a number, a condition, an address.

Each change goes with the words as they stand and the words as they would be, in the tree that
was written, so that it can be shown to a drafter in either language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, Literal

import attrs

from ...basics.citation import Citation, order_key
from ...basics.quantity import decimal_text
from ...language import tree
from ...rulebook import meaning as m
from ...rulebook.resolve.addresses import readdressed
from ...rulebook.resolve.glossary import Glossary

Kind = Literal["sign", "number", "condition", "citation", "list", "limit", "rounding", "figure"]
Put = Callable[[Any], m.Expression]

_SIGNS: Final[dict[str, tuple[str, ...]]] = {
    "<": ("<=",), "<=": ("<",), ">": (">=",), ">=": (">",), "=": ("<=", ">="),
    "before": ("not after",), "not after": ("before",), "after": ("not before",), "not before": ("after",),
}  # fmt: skip


@attrs.frozen(slots=True)
class Change:
    """One change of an expression. ``new`` is None when ``old`` is left out.

    ``around``: what is shown with it, the smallest condition (or the value) that it stands in.
    """

    kind: Kind
    meant: m.Expression | None  # the whole expression, changed; None: there is none any more
    old: tree.Node | None
    new: tree.Node | None = None
    around: tree.Node | None = None


@attrs.frozen(slots=True)
class Changer:
    """Finds the changes of expressions. ``provisions``: all addresses, for neighbours of one named."""

    glossary: Glossary
    provisions: tuple[Citation, ...]

    def condition(self, node: m.Expression, *, negate: bool = True) -> Iterator[Change]:
        """Changes of a condition: an operand dropped or negated, and whatever stands inside."""
        if isinstance(node, m.Logic):
            yield from self._operands(node)
            return
        if isinstance(node, m.Negated) and isinstance(node.operand, m.Logic):
            for change in self.condition(node.operand):
                yield attrs.evolve(change, meant=_kept(change, lambda x: attrs.evolve(node, operand=x)))
        elif negate and not isinstance(node, m.Compare):
            yield self._negated(node)
        for change in self.value(node):
            yield change if change.around is not None else attrs.evolve(change, around=node.written)

    def _operands(self, node: m.Logic) -> Iterator[Change]:
        for i, operand in enumerate(node.operands):
            rest = node.operands[:i] + node.operands[i + 1 :]
            yield Change("condition", rest[0] if len(rest) == 1 else attrs.evolve(node, operands=rest), operand.written)
            for change in self.condition(operand):
                always = node.kind == "and" and isinstance(change.meant, m.Compare) and _always(change.meant)
                if not always:  # the same as the operand dropped
                    yield attrs.evolve(change, meant=_kept(change, _placed(node, "operands", i)))

    @staticmethod
    def _negated(node: m.Expression) -> Change:
        written: Any = node.written
        if isinstance(node, m.Negated):
            return Change("condition", node.operand, written, node.operand.written, written)
        said = isinstance(written, tree.Same | tree.Among | tree.Stated)  # “there are” has no form that says not
        if said and (isinstance(node, m.Same | m.Among) or (isinstance(node, m.Stated) and not node.required)):
            other = attrs.evolve(written, negated=not node.negated)
            return Change("condition", attrs.evolve(node, negated=not node.negated), written, other, written)
        return Change("condition", m.Negated(node), written, tree.Negated(written, span=written.span), written)

    def value(self, node: m.Expression | m.Group) -> Iterator[Change]:
        """Changes anywhere inside an expression that is no condition itself."""
        if isinstance(node, m.Compare) and isinstance(node.written, tree.ReadAs):
            return  # what a chosen reading settles: it has no sign and no number of its own
        yield from self._own(node)
        if isinstance(node, m.Negated):
            for change in self.value(node.operand) if not isinstance(node.operand, m.Logic) else ():
                yield attrs.evolve(change, meant=_kept(change, lambda x: attrs.evolve(node, operand=x)))
            return
        for child, put in _inside(node):
            if isinstance(node, m.Compare) and child is node.right and _counts(node.left):
                yield from self._whole(node)
                continue
            condition = isinstance(node, m.Group) and child is node.where
            for change in self.condition(child) if condition else self.value(child):
                yield attrs.evolve(change, meant=_kept(change, put))

    @staticmethod
    def _whole(node: m.Compare) -> Iterator[Change]:
        """The other number for a count: one way, "> 1" for ">= 1", says the same as the other sign."""
        held = node.right
        if isinstance(held, m.Constant) and isinstance(held.value, Fraction):
            same_as_sign = {">": -1, ">=": 1, "<": 1, "<=": -1}.get(node.sign, 0)
            for value in steps(held.value, held.written):
                if value - held.value != same_as_sign:
                    written: Any = held.written
                    changed = attrs.evolve(node, right=attrs.evolve(held, value=value))
                    yield Change("number", changed, written, attrs.evolve(written, value=value))

    def _own(self, node: m.Expression | m.Group) -> Iterator[Change]:
        """Changes of the node itself."""
        written: Any = node.written
        match node:
            case m.Compare(sign=sign):
                for other in _SIGNS[sign] if not _never_below(node) else (">=",):
                    yield Change("sign", _set(node, "sign")(other), written, attrs.evolve(written, sign=other))
            case m.Constant(value=Fraction() as number):
                for value in steps(number, written):
                    shown = attrs.evolve(written, value=value) if written is not None else None
                    yield Change("number", attrs.evolve(node, value=value), written, shown)
            case m.Constant(value=date() as day):
                for other_day in (day + timedelta(days=1), day - timedelta(days=1)):
                    shown = attrs.evolve(written, value=other_day)
                    yield Change("number", attrs.evolve(node, value=other_day), written, shown)
            case m.Among(items=items) | m.Includes(items=items) if len(items) > 1:
                for item in sorted(items):
                    words = self._item(written, item)
                    yield Change("list", attrs.evolve(node, items=items - {item}), words, around=written)
            case m.Several(items=several) if len(several) > 1:
                for i, listed in enumerate(several):
                    rest = several[:i] + several[i + 1 :]
                    yield Change("list", attrs.evolve(node, items=rest), listed.written, around=written)
            case m.Within() | m.AsUnder():
                yield from self._addressed(node)
            case m.Group(where=where) if where is not None:
                yield Change("condition", attrs.evolve(node, where=None), where.written)  # type: ignore[arg-type]

    def _item(self, written: tree.Node | None, key: str) -> tree.Node | None:
        """The words that name a choice in a written list."""
        for item in getattr(written, "items", ()):
            words = item.names[-1].words if isinstance(item, tree.Path) else ""
            if any(e.key == key for lang in ("en", "vi") for e in self.glossary.find(lang, words)):
                return item  # type: ignore[no-any-return]
        return written

    def _addressed(self, node: m.Within | m.AsUnder) -> Iterator[Change]:
        """One address fewer of several; the neighbour of one that stands alone."""
        written = node.written
        assert isinstance(written, tree.Within | tree.AsUnder)
        address, targets = written.address, node.provisions
        if len(targets) > 1:
            for i in range(len(targets)):
                fewer = readdressed(attrs.evolve(address, run=False), targets[:i] + targets[i + 1 :])
                shown = attrs.evolve(written, address=fewer)
                changed = attrs.evolve(node, provisions=targets[:i] + targets[i + 1 :])
                yield Change("citation", changed, written, shown)
            return
        other = self.neighbour(targets[0])
        if other is not None:
            shown = attrs.evolve(written, address=readdressed(address, (other,)))
            yield Change("citation", attrs.evolve(node, provisions=(other,)), written, shown)

    def neighbour(self, target: Citation) -> Citation | None:
        """The provision that stands next to one, in the same article or clause."""
        above = target.chain()[1] if target.article else target
        beside = sorted(
            (c for c in self.provisions if c != above and c.chain()[1:2] == [above] and not c.example), key=order_key
        )
        if target not in beside or len(beside) < 2:
            return None
        place = beside.index(target)
        return beside[place + 1] if place + 1 < len(beside) else beside[place - 1]


def _never_below(node: m.Compare) -> bool:
    """Whether "= 0" and "<= 0" are the same: quantities of law are never below zero, unless one is taken from another."""
    taken = [n for n in m.walk(node.left) if isinstance(n, m.Arithmetic) and any(s == "-" for s, _ in n.rest)]
    return node.sign == "=" and isinstance(node.right, m.Constant) and node.right.value == 0 and not taken


def _always(node: m.Compare) -> bool:
    """Whether it says no more than that a quantity is not below zero."""
    return node.sign == ">=" and _never_below(attrs.evolve(node, sign="="))


def _counts(node: m.Expression) -> bool:
    return isinstance(node, m.CountOf) or (isinstance(node, m.Aggregate) and node.kind == "number")


def steps(number: Fraction, written: tree.Node | None) -> list[Fraction]:
    """A little more and a little less, by the last place that was written."""
    places = len(decimal_text(number).partition(".")[2])
    step = Fraction(1, 100) if isinstance(written, tree.Quantity) and written.percent else Fraction(1, 10**places)
    return [v for v in (number + step, number - step) if v >= 0]


def _kept(change: Change, put: Put) -> m.Expression | None:
    return put(change.meant) if change.meant is not None else None


def _placed(node: Any, name: str, place: int) -> Put:
    """Puts another expression at one place of a node's tuple."""

    def put(new: Any) -> m.Expression:
        old = getattr(node, name)
        return attrs.evolve(node, **{name: (*old[:place], new, *old[place + 1 :])})  # type: ignore[no-any-return]

    return put


def _set(node: Any, name: str) -> Put:
    return lambda new: attrs.evolve(node, **{name: new})


def _inside(node: Any) -> Iterator[tuple[Any, Put]]:
    """The expressions and groups directly inside a node, each with how to replace it."""
    for field in attrs.fields(type(node)):
        held = getattr(node, field.name)
        if isinstance(held, m.Meant):
            yield held, _set(node, field.name)
        elif isinstance(held, tuple):
            for i, entry in enumerate(held):
                if isinstance(entry, m.Meant):
                    yield entry, _placed(node, field.name, i)
                elif isinstance(entry, tuple) and isinstance(entry[-1], m.Meant):
                    yield entry[-1], _paired(node, field.name, i, entry[0])


def _paired(node: Any, name: str, place: int, sign: Any) -> Put:
    put = _placed(node, name, place)
    return lambda new: put((sign, new))


def swapped(node: Any, old: Any, new: Any) -> Any:
    """A written tree with one node in it (by identity) replaced."""
    if node is old:
        return new
    if isinstance(node, tuple):
        return tuple(swapped(x, old, new) for x in node)
    if not isinstance(node, tree.Node):
        return node
    changed = {f.name: swapped(getattr(node, f.name), old, new) for f in attrs.fields(type(node)) if f.name != "span"}
    same = all(changed[name] is getattr(node, name) or changed[name] == getattr(node, name) for name in changed)
    return node if same else attrs.evolve(node, **changed)
