"""Expressions with their names resolved: what the engine evaluates.

``written`` is the node they came from; it is no part of equality, so two rules that say
the same are equal wherever they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

import attrs

from ..basics.citation import Citation
from .units import PLAIN, Unit

if TYPE_CHECKING:
    from ..language import tree


@attrs.frozen(slots=True)
class Meant:
    written: tree.Expression | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)


@attrs.frozen(slots=True)
class Constant(Meant):
    """A number, a date, the key of a choice, or (of no vocabulary) a text."""

    value: Fraction | date | str
    unit: Unit = PLAIN
    vocabulary: str = ""


@attrs.frozen(slots=True)
class Step:
    """From one thing to another: along a reference, its inverse, to the owner, to the case."""

    kind: Literal["reference", "inverse", "owner", "root"]
    term: str = ""


@attrs.frozen(slots=True)
class Reference(Meant):
    """A term of the thing reached by ``steps`` from the thing in hand."""

    steps: tuple[Step, ...]
    term: str


@attrs.frozen(slots=True)
class Cells(Meant):
    """Sum of a table's cells; one argument a column, None for all of it."""

    table: str
    arguments: tuple[Expression | Several | None, ...]


@attrs.frozen(slots=True)
class Several(Meant):
    """Several choices; as a value, the list of them."""

    items: tuple[Expression, ...]


@attrs.frozen(slots=True)
class FigureOn(Meant):
    figure: str
    on: Expression


@attrs.frozen(slots=True)
class OnScale(Meant):
    """What a scale gives at a date for an amount: each part by its rate, or the value of the whole range.

    ``inverse``: the greatest amount for which the parts give this.
    """

    figure: str
    on: Expression
    amount: Expression
    kind: Literal["parts", "ranges", "inverse"]


@attrs.frozen(slots=True)
class Arithmetic(Meant):
    first: Expression
    rest: tuple[tuple[Literal["+", "-", "*", "/"], Expression], ...]


@attrs.frozen(slots=True)
class Operation(Meant):
    """What engine/operations.py has under ``kind``: of dates (``unit`` and ``month_ends`` as written), or of several values."""

    kind: Literal["between", "after", "before", "start", "end", "lowest", "highest", "either"]
    operands: tuple[Expression, ...]
    unit: str = ""
    month_ends: str = ""
    ranked_by: str = ""  # the rising vocabulary that lowest and highest compare by


@attrs.frozen(slots=True)
class Group(Meant):
    """Things of one kind: all in the case, or ``its`` own; ``of``: only those listed there."""

    thing: str
    its: bool
    of: str
    same: tuple[Expression, ...]
    before: bool
    where: Expression | None


@attrs.frozen(slots=True)
class Aggregate(Meant):
    kind: Literal["total", "highest", "lowest", "number"]
    value: Expression | None
    group: Group
    empty: Expression | None
    ranked_by: str = ""  # the rising vocabulary that highest and lowest compare by


@attrs.frozen(slots=True)
class CountOf(Meant):
    """How many choices a list holds."""

    value: Expression


@attrs.frozen(slots=True)
class Compare(Meant):
    sign: Literal["<", "<=", ">", ">=", "=", "before", "after", "not before", "not after"]
    left: Expression
    right: Expression


@attrs.frozen(slots=True)
class Same(Meant):
    left: Expression
    right: Expression
    negated: bool


@attrs.frozen(slots=True)
class Among(Meant):
    value: Expression
    items: frozenset[str]
    negated: bool


@attrs.frozen(slots=True)
class Includes(Meant):
    """Whether the list holds any of the choices (or of the values of terms)."""

    value: Expression
    items: frozenset[str]
    terms: tuple[Expression, ...]


@attrs.frozen(slots=True)
class Stated(Meant):
    value: Expression
    negated: bool
    required: bool


@attrs.frozen(slots=True)
class Within(Meant):
    """Whether a ground at one of the provisions holds in its own words."""

    provisions: tuple[Citation, ...]


@attrs.frozen(slots=True)
class AsUnder(Meant):
    """What the rules on the term at the provisions would decide in their own words."""

    term: str
    provisions: tuple[Citation, ...]


@attrs.frozen(slots=True)
class Negated(Meant):
    operand: Expression


@attrs.frozen(slots=True)
class Logic(Meant):
    kind: Literal["and", "or"]
    operands: tuple[Expression, ...]


Expression = (
    Constant | Reference | Cells | FigureOn | OnScale | Arithmetic | Operation | Aggregate | CountOf | Compare
    | Same | Among | Includes | Stated | Within | AsUnder | Several | Negated | Logic
)  # fmt: skip


# Conditions that are known before any case.
ALWAYS: Final = Compare("=", Constant(Fraction(0)), Constant(Fraction(0)))
NEVER: Final = Compare("=", Constant(Fraction(0)), Constant(Fraction(1)))


def joined(kind: Literal["and", "or"], operands: Sequence[Expression], written: tree.Expression | None) -> Expression:
    """Conditions joined by “and” or “or”, without those that are known before any case."""
    from ..language import nodes  # what is kept is joined already

    deciding, idle = (NEVER, ALWAYS) if kind == "and" else (ALWAYS, NEVER)
    if any(o == deciding for o in operands):
        return deciding
    left = tuple(o for o in operands if o != idle)
    if len(left) < 2:
        return left[0] if left else idle
    if written is None or len(left) < len(operands):
        words = tuple(o.written for o in left if o.written is not None)
        place = next((w.span for w in (*((written,) if written is not None else ()), *words) if w.span is not None), None)
        written = nodes.Logic(kind, words, span=place) if len(words) == len(left) else None
    return Logic(kind, left, written=written)


def negation(operand: Expression, written: tree.Expression | None) -> Expression:
    """The contrary of a condition."""
    if operand in (ALWAYS, NEVER):
        return NEVER if operand == ALWAYS else ALWAYS
    return Negated(operand, written=written)


def children(node: Expression | Several | Group) -> list[Expression]:
    """The expressions directly inside a node."""
    match node:
        case Cells(arguments=arguments):
            return [e for a in arguments if a is not None
                    for e in (a.items if isinstance(a, Several) else (a,))]  # fmt: skip
        case Several(items=items) | Logic(operands=items) | Operation(operands=items):
            return list(items)
        case FigureOn(on=value) | CountOf(value=value) | Among(value=value) | Stated(value=value):
            return [value]
        case Includes(value=value, terms=terms):
            return [value, *terms]
        case OnScale(on=on, amount=amount):
            return [on, amount]
        case Arithmetic(first=first, rest=rest):
            return [first, *(e for _, e in rest)]
        case Group(same=same, where=where):
            return [*same, *([where] if where is not None else [])]
        case Aggregate(value=value, group=group, empty=empty):
            return [*(e for e in (value, empty) if e is not None), *children(group)]
        case Compare(left=left, right=right) | Same(left=left, right=right):
            return [left, right]
        case Negated(operand=operand):
            return [operand]
        case _:
            return []


def walk(node: Expression) -> list[Expression]:
    """The node and everything inside it."""
    found: list[Expression] = []
    waiting = [node]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting += children(current)
    return found


def depth(node: Expression) -> int:
    """How many expressions stand in one another, at most."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        current, at = waiting.pop()
        deepest = max(deepest, at)
        waiting += [(child, at + 1) for child in children(current)]
    return deepest
