"""Making steps of the lowered form: equal ones once, constants folded, numbers on a common scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any, Final

import attrs

from ...rulebook.model import ROOT
from .sizes import MOST, NOTHING, Size, carried, exact, size_of
from .steps import DOUBT, NO, YES, Node, NotLowerable

MOST_FLAT: Final = 16  # parts of a condition that are taken over into one which reads it: longer ones stay a step


@attrs.define(slots=True, eq=False)
class Builder:
    """The growing list of steps. Methods give the place of a step in it."""

    nodes: list[Node] = attrs.Factory(list)
    sizes: list[Size] = attrs.Factory(list)  # of each step: how large its number can get
    _places: dict[Node, int] = attrs.Factory(dict)

    def add(self, node: Node, most_cells: int = 0) -> int:
        """The place of the step; an equal one is made once. A number that could become too large is watched."""
        place = self._places.get(node)
        if place is None:
            parts = [self.nodes[a] for a in node.args]
            numeric = carried(node).kind == "number"
            size = size_of(node, parts, [self.sizes[a] for a in node.args], most_cells) if numeric else NOTHING
            place = self._places[node] = self._put(node, (min(size[0], MOST), min(size[1], MOST)))
            if max(size) > MOST:
                watch = Node("watch", (place,), (), node.thing, node.kind, node.size, node.sure, node.whole)
                place = self._places[node] = self._put(watch, self.sizes[place])
        return place

    def _put(self, node: Node, size: Size) -> int:
        self.nodes.append(node)
        self.sizes.append(size)
        return len(self.nodes) - 1

    def make(
        self, op: str, args: Sequence[int], kind: str, *, data: tuple[Any, ...] = (), size: int = 0,
        sure: bool | None = None, whole: bool | None = None, thing: str | None = None, most_cells: int = 0,
    ) -> int:  # fmt: skip
        """A step whose thing, sureness and wholeness follow from what it reads unless they are said."""
        parts = [self.nodes[a] for a in args]
        where = self.thing_of(args) if thing is None else thing
        known = all(p.sure for p in parts) if sure is None else sure
        integers = kind not in ("number", "date") or (all(p.whole for p in parts) if whole is None else whole)
        return self.add(Node(op, tuple(args), data, where, kind, size, known, integers), most_cells)

    def thing_of(self, args: Iterable[int]) -> str:
        """The thing of which a step that reads these is a column."""
        found = ""
        for place in args:
            thing = self.nodes[place].thing
            if thing and thing != found:
                if found not in ("", ROOT) and thing != ROOT:
                    raise NotLowerable(f"{found} and {thing} in one step")
                found = thing if found in ("", ROOT) else found
        return found

    # -------------------------------------------------------------- constants and logic

    def constant(self, code: Any, kind: str, size: int = 0) -> int:
        return self.add(Node("const", (), (code,), "", kind, size, True))

    def truth(self, code: int) -> int:
        return self.add(Node("const", (), (code,), "", "yes_or_no", 0, code != DOUBT))

    def is_constant(self, place: int, code: Any) -> bool:
        node = self.nodes[place]
        return node.op == "const" and node.data[0] == code

    def both(self, args: Iterable[int]) -> int:
        """Kleene's and."""
        return self._logic("and", args, NO, YES)

    def either(self, args: Iterable[int]) -> int:
        """Kleene's or."""
        return self._logic("or", args, YES, NO)

    def _logic(self, op: str, args: Iterable[int], ends: int, nothing: int) -> int:
        found: dict[int, None] = {}
        for place in args:
            if self.is_constant(place, ends):
                return self.truth(ends)
            node = self.nodes[place]
            inner = node.args if node.op == op and len(node.args) <= MOST_FLAT else (place,)
            found.update(dict.fromkeys(i for i in inner if not self.is_constant(i, nothing)))
        if not found:
            return self.truth(nothing)
        return next(iter(found)) if len(found) == 1 else self.make(op, tuple(found), "yes_or_no")

    def negated(self, place: int) -> int:
        node = self.nodes[place]
        if node.op == "const":
            return self.truth({NO: YES, YES: NO}.get(node.data[0], DOUBT))
        return node.args[0] if node.op == "not" else self.make("not", (place,), "yes_or_no")

    def not_true(self, place: int) -> int:
        """Yes unless it is surely so."""
        node = self.nodes[place]
        if node.sure:
            return self.negated(place)
        return self.make("not_true", (place,), "yes_or_no", sure=True)

    def known(self, place: int) -> int:
        node = self.nodes[place]
        return self.truth(YES) if node.sure else self.make("known", (place,), "yes_or_no", sure=True)

    # -------------------------------------------------------------- numbers

    def number(self, value: Fraction) -> int:
        return self.constant(value.numerator, "number", value.denominator)

    def rescaled(self, place: int, scale: int) -> int:
        """The same number with another, wider scale."""
        node = self.nodes[place]
        if node.size == scale:
            return place
        factor = scale // node.size
        if node.op == "const":
            code = None if node.data[0] is None else node.data[0] * factor
            return self.add(attrs.evolve(node, data=(code,), size=scale))
        return self.make("times", (place,), "number", data=(factor,), size=scale)

    def alike(self, places: Sequence[int]) -> tuple[int, list[int]]:
        """Numbers on their common scale; others as they are."""
        if not places or self.nodes[places[0]].kind != "number":
            return self.nodes[places[0]].size if places else 0, list(places)
        scale = lcm(*(self.nodes[p].size for p in places))
        return scale, [self.rescaled(p, scale) for p in places]

    def times(self, place: int, factor: Fraction) -> int:
        """A number by a constant."""
        node, known = self.nodes[place], exact(self.nodes[place])
        below = node.size * factor.denominator
        common = gcd(factor.numerator, below)
        if known is not None:
            return self.number(known * factor)
        return self.make(
            "times", (place,), "number", data=(factor.numerator // common,), size=below // common
        )  # fmt: skip

    def arithmetic(self, sign: str, a: int, b: int) -> int:
        left, right = self.nodes[a], self.nodes[b]
        if sign in "+-":
            scale, parts = self.alike((a, b))
            if self.is_constant(parts[1], 0):
                return parts[0]
            if sign == "+" and self.is_constant(parts[0], 0):
                return parts[1]
            return self.make("add" if sign == "+" else "sub", parts, "number", size=scale)
        if sign == "*":
            for one, other in ((left, b), (right, a)):
                factor = exact(one)
                if factor is not None:
                    return self.times(other, factor)
            return self.make("mul", (a, b), "number", size=left.size * right.size)
        factor = exact(right)
        if factor:
            return self.times(a, 1 / factor)
        return self.make(
            "div", (a, b), "number", data=(right.size, left.size), size=1, sure=False, whole=False
        )  # fmt: skip

    def rounded(self, place: int, mode: str, step: Fraction) -> int:
        """``(n * up // down) * step``: the value in whole steps."""
        node = self.nodes[place]
        up, down = step.denominator, node.size * step.numerator
        common = gcd(up, down)
        data = (mode, up // common, down // common, step.numerator)
        return self.make("round", (place,), "number", data=data, size=step.denominator, whole=True)

    def bounded(self, op: str, a: int, b: int) -> int:
        """``min`` or ``max``."""
        scale, parts = self.alike((a, b))
        return self.make(op, parts, self.nodes[a].kind, size=scale)

    def compared(self, sign: str, a: int, b: int) -> int:
        """``<``, ``<=`` or ``=`` between numbers or dates."""
        _, parts = self.alike((a, b))
        x, y = (self.nodes[p].data[0] if self.nodes[p].op == "const" else None for p in parts)
        if x is not None and y is not None:
            return self.truth(YES if {"<": x < y, "<=": x <= y, "=": x == y}[sign] else NO)
        return self.make("compare", parts, "yes_or_no", data=(sign,))

    def chosen(self, which: int, values: Sequence[int], data: tuple[Any, ...] = ()) -> int:
        """The value at the place that ``which`` gives."""
        size, parts = self.alike(values)
        kinds = {self.nodes[p].kind for p in parts}
        if len(kinds) != 1:
            raise NotLowerable("values of several kinds")
        if len(set(parts)) == 1 and self.nodes[which].sure:
            return parts[0]
        return self.make("case", (which, *parts), kinds.pop(), data=data, size=size)
