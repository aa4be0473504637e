"""Tree to text, in either language: the words of the surface, the names of the glossary.

``names`` turns a written name into the name in the language printed:
``names(words, plural, unit)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import attrs

from ..basics.citation import printed_point
from ..basics.quantity import number_for
from . import tree
from .grammar import word_of

WIDTH: Final = 110
Names = Callable[[str, bool, bool], str]

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _ATOM = range(7)
_SIGNS: Final = {"*": "×", "/": "/", "+": "+", "-": "-"}
_DATE_SIGNS: Final = {
    "before": "IS_BEFORE", "after": "IS_AFTER", "not before": "IS_NOT_BEFORE", "not after": "IS_NOT_AFTER",
}  # fmt: skip
_ROUNDING: Final = {"down": "ROUNDED_DOWN", "up": "ROUNDED_UP", "half_up": "ROUNDED_HALF_UP"}
NO_BREAK: Final = "\u00a0"


@attrs.frozen(slots=True)
class Printer:
    """Prints nodes in one language."""

    lang: str
    names: Names

    def word(self, terminal: str) -> str:
        return word_of(self.lang, terminal)

    # -------------------------------------------------------------- expressions

    def expression(self, node: tree.Expression, outer: int = _OR) -> str:
        text, level = self._expression(node)
        return f"({text})" if level < outer else text

    def instead(self, new: tree.Expression, old: tree.Expression) -> str:
        """An expression as it stands in another's place: in brackets where it binds less tightly."""
        return clean(self.expression(new, self._expression(old)[1]))

    def name(self, node: tree.Name, *, plural: bool = False) -> str:
        return self.names(node.words, plural, False).replace(" ", NO_BREAK)

    def list(self, nodes: Iterable[tree.Expression]) -> str:
        return "(" + ", ".join(self.expression(n, _SUM) for n in nodes) + ")"

    def _expression(self, node: tree.Expression) -> tuple[str, int]:
        w = self.word
        match node:
            case tree.Quantity():
                return self.quantity(node), _ATOM
            case tree.DateValue(value=value):
                return value.isoformat(), _ATOM
            case tree.Path(names=names):
                return f" {w('OF')} ".join(self.name(n) for n in names), _ATOM
            case tree.Lookup(table=table, arguments=arguments):
                return f"{self.name(table)} {self.list(arguments)}", _ATOM
            case tree.Several(items=items):
                return self.list(items), _ATOM
            case tree.Dated(figure=figure, on=on):
                return f"{self.name(figure)} {w('ON')} {self.name(on)}", _ATOM
            case tree.Arithmetic(first=first, rest=rest):
                level = _SUM if rest[0][0] in "+-" else _PRODUCT
                parts = [self.expression(first, level + 1)]
                parts += [f"{_SIGNS[sign]} {self.expression(x, level + 1)}" for sign, x in rest]
                return " ".join(parts), level
            case tree.Aggregate():
                return self._aggregate(node), _ATOM
            case tree.Compare(sign=sign, left=left, right=right):
                words = w(_DATE_SIGNS[sign]) if sign in _DATE_SIGNS else str(sign)
                return f"{self.expression(left, _SUM)} {words} {self.expression(right, _SUM)}", _COMPARE
            case tree.Same(left=left, right=right, negated=negated):
                shown = w("IS_NOT" if negated else "IS")
                return f"{self.expression(left, _SUM)} {shown} {self.expression(right, _SUM)}", _COMPARE
            case tree.Among(value=value, items=items, negated=negated):
                shown = w("IS_NOT_AMONG" if negated else "IS_AMONG")
                return f"{self.expression(value, _SUM)} {shown} {self.list(items)}", _COMPARE
            case tree.Includes(value=value, items=items):
                return f"{self.expression(value, _SUM)} {w('INCLUDES')} {self.list(items)}", _COMPARE
            case tree.Stated(value=value, negated=negated, required=required):
                shown = w("MUST_BE_STATED" if required else "IS_NOT_STATED" if negated else "IS_STATED")
                return f"{self.expression(value, _SUM)} {shown}", _COMPARE
            case tree.Within(address=address):
                return f"{w('WITHIN')} {self.address(address)}".replace(" ", NO_BREAK), _ATOM
            case tree.AsUnder(address=address):
                return f"{w('AS_UNDER')} {self.address(address)}".replace(" ", NO_BREAK), _ATOM
            case tree.Negated(operand=operand):
                return f"{w('NOT')} {self.expression(operand, _NOT)}", _NOT
            case tree.Logic(kind=kind, operands=operands):
                level = _AND if kind == "and" else _OR
                joint = w("AND" if kind == "and" else "OR")
                return f" {joint} ".join(self.expression(o, level + 1) for o in operands), level

    def quantity(self, node: tree.Quantity) -> str:
        if node.percent:
            return number_for(node.value * 100, self.lang) + "%"
        parts = [number_for(node.value, self.lang)]
        if node.unit is not None:
            parts.append(self.names(node.unit, node.value != 1, True))
        if node.per is not None:
            parts += [self.word("PER"), self.names(node.per, False, True)]
        return " ".join(parts)

    def _aggregate(self, node: tree.Aggregate) -> str:
        w = self.word
        group = self.group(node.group)
        if node.kind == "number":
            return f"{w('NUMBER_OF')} {group}"
        assert node.value is not None
        head = w({"total": "TOTAL_OF", "highest": "HIGHEST", "lowest": "LOWEST"}[node.kind])
        text = f"{head} {self.expression(node.value, _SUM)} {w('OVER')} {group}"
        if node.needed:
            return f"{text} " + f"({w('NEEDED')} {w('IF_NONE')})".replace(" ", NO_BREAK)
        if node.empty is not None:
            nothing = f"({self.expression(node.empty, _SUM)} {w('IF_NONE')})"
            return f"{text} {nothing.replace(' ', NO_BREAK)}"
        return text

    def group(self, node: tree.Group) -> str:
        w = self.word
        name = self.name(node.thing, plural=True)
        parts = [name]
        if node.its:
            parts = [w("ITS"), name] if self.lang == "en" else [name, w("ITS")]
        if node.of is not None:
            parts += [w("OF"), self.name(node.of, plural=True)]
        if node.same:
            parts.append(f"{w('WITH_THE_SAME')} ({', '.join(self.name(n) for n in node.same)})")
        if node.before:
            parts.append(w("BEFORE_THIS_ONE"))
        if node.where is not None:
            parts.append(f"{w('WHERE')} ({self.expression(node.where)})")
        return " ".join(parts)

    def address(self, node: tree.Address) -> str:
        """An address; it is never broken over lines, for a line that begins so is a heading."""
        w = self.word
        parts = []
        if node.points:
            letters = ", ".join(printed_point(p, self.lang) for p in node.points)
            many = len(node.points) > 1
            point = {"en": "points" if many else "point", "vi": "các điểm" if many else "điểm"}[self.lang]
            parts.append(f"{point} {letters}")
        if node.clause:
            parts.append(f"{w('CLAUSE')} {node.clause}")
        if node.article:
            parts.append(f"{w('ARTICLE')} {node.article}")
        if node.instrument:
            parts.append(f'{w("OF_INSTRUMENT")} "{node.instrument}"')
        return " ".join(parts).replace(" ", NO_BREAK)

    # -------------------------------------------------------------- statements

    def condition(self, node: tree.Condition | None) -> str:
        if node is None:
            return ""
        if node.expression is None:
            return " " + self.word("OTHERWISE")
        return f" {self.word('WHEN')} {self.expression(node.expression)}"

    def modifier(self, node: tree.Modifier) -> str:
        w = self.word
        match node:
            case tree.AtMost(limit=limit, together=together):
                text = f"{w('AT_MOST')} {self.expression(limit)}"
                if together is not None:
                    shared = [w("TOGETHER")]
                    if together.same:
                        shared.append(f"{w('WITH_THE_SAME')} ({', '.join(self.name(n) for n in together.same)})")
                    shared.append(w("FILLED_IN_ORDER" if together.in_order else "SHARED_PRO_RATA"))
                    text += " " + " ".join(shared).replace(" ", NO_BREAK)
                return text
            case tree.AtLeast(limit=limit):
                return f"{w('AT_LEAST')} {self.expression(limit)}"
            case tree.Rounded(mode=mode, step=step):
                return w(_ROUNDING[mode]) + (f" {self.quantity(step)}" if step is not None else "")
            case tree.AddUp(total=total):
                return f"{w('ROUNDED_TO_ADD_UP_TO')} {self.expression(total)}"


def clean(text: str) -> str:
    """Without the marks that keep lines together."""
    return text.replace(NO_BREAK, " ")
