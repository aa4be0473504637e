"""Tree to text, in either language: the words of the surface, the names of the glossary.

``names`` turns a written name into the name in the language printed:
``names(words, plural, unit)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import attrs

from ...basics.citation import DEFINITIONS, level_name, printed_label
from ...basics.quantity import number_for
from .. import tree
from ..grammar import word_of

WIDTH: Final = 110
Names = Callable[[str, bool, bool], str]

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _FACTOR, _ATOM = range(8)
_SIGNS: Final = {"*": "×", "/": "/", "+": "+", "-": "-"}
_DATE_SIGNS: Final = {
    "before": "IS_BEFORE", "after": "IS_AFTER", "not before": "IS_NOT_BEFORE", "not after": "IS_NOT_AFTER",
}  # fmt: skip
_ROUNDING: Final = {"down": "ROUNDED_DOWN", "up": "ROUNDED_UP", "half_up": "ROUNDED_HALF_UP", "half_even": "ROUNDED_HALF_EVEN"}
_MONTH_ENDS: Final = {"last_day": "SHORTER_MONTHS_LAST_DAY", "day_after": "SHORTER_MONTHS_DAY_AFTER"}
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
            case tree.TextConstant(value=text):
                return f'"{text}"', _ATOM
            case tree.Operation():
                return self._operation(node)
            case tree.Path(names=names):
                return f" {w('OF')} ".join(self.name(n) for n in names), _ATOM
            case tree.Lookup(table=table, arguments=arguments):
                return f"{self.name(table)} {self.list(arguments)}", _ATOM
            case tree.Several(items=items):
                return self.list(items), _ATOM
            case tree.Dated(figure=figure, on=on):
                return f"{self.name(figure)} {w('ON')} {self.name(on)}", _ATOM
            case tree.Scale(brackets=brackets):
                return "; ".join(self._bracket(b).replace(" ", NO_BREAK) for b in brackets), _ATOM
            case tree.OnScale():
                return self._on_scale(node), _ATOM
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
            case tree.ReadAs(reading=reading, choice=choice, negated=negated):
                return f"{reading} {w('IS_NOT_READ_AS' if negated else 'IS_READ_AS')} {choice}".replace(" ", NO_BREAK), _COMPARE
            case tree.Gives(reading=reading):
                return f"{w('WHAT')} {reading} {w('GIVES')}".replace(" ", NO_BREAK), _ATOM
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

    def _operation(self, node: tree.Operation) -> tuple[str, int]:
        w = self.word
        addresses = (tree.Within, tree.AsUnder)  # what ends in an address may go on with the same word
        parts = [f"({self.expression(o)})" if isinstance(o, addresses) else self.expression(o, _ATOM) for o in node.operands]
        ends = f", {w(_MONTH_ENDS[node.month_ends])}".replace(" ", NO_BREAK) if node.month_ends else ""
        ends = ends.replace(NO_BREAK, " ", 1)
        match node.kind:
            case "between":
                return f"{w(f'{node.unit.upper()}_FROM')} {parts[0]} {w('UNTIL')} {parts[1]}{ends}", _FACTOR
            case "after" | "before":
                return f"{parts[0]} {w(node.kind.upper())} {parts[1]}{ends}", _FACTOR
            case "start" | "end":
                return f"{w(f'{node.unit[:-1]}_{node.kind}'.upper())} {parts[0]}", _ATOM
            case "lowest" | "highest":
                return f"{w(f'{node.kind.upper()}_OF')} {self.list(node.operands)}", _ATOM
            case "part_of":
                return f"{parts[0]} {w('OF')} {parts[1]}", _ATOM
        value, condition, other = node.operands
        chosen = f"{self.expression(value, _SUM)} {w('IF')} {self.expression(condition)}"
        return f"({chosen}, {w('ELSE')} {self.expression(other, _SUM)})", _ATOM

    def _bracket(self, node: tree.Bracket) -> str:
        bound = "" if node.bound is None else f" {self.quantity(node.bound)}"
        word = "ABOVE" if node.bound is None else "BELOW" if node.below else "UP_TO"
        return f"{self.word(word)}{bound}: {self.quantity(node.value)}"

    def _on_scale(self, node: tree.OnScale) -> str:
        w = self.word
        scale = self.name(node.scale) + ("" if node.on is None else f" {w('ON')} {self.name(node.on)}")
        amount = self.expression(node.amount, _ATOM)
        return f"{w('AMOUNT_ON_WHICH')} {scale} {w('IS')} {amount}" if node.inverse else f"{scale} {w('APPLIED_TO')} {amount}"

    def _aggregate(self, node: tree.Aggregate) -> str:
        w = self.word
        group = self.group(node.group)
        if node.kind in ("number", "some"):
            return f"{w('NUMBER_OF' if node.kind == 'number' else 'THERE_ARE')} {group}"
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
            parts.append(self.same(node.same))
        if node.grouped_as is not None:
            parts.append(f"{self.grouped_as(node.grouped_as)}")
        if node.before:
            parts.append(w("BEFORE_THIS_ONE"))
        if node.where is not None:
            parts.append(f"{w('WHERE')} ({self.expression(node.where)})")
        return " ".join(parts)

    def same(self, names: Iterable[tree.Name]) -> str:
        return f"{self.word('WITH_THE_SAME')} ({', '.join(self.name(n) for n in names)})"

    def grouped_as(self, node: tree.GroupedAs) -> str:
        keys = ", ".join(node.readings)
        return f"{self.word('GROUPED_AS')} " + (f"({keys})" if len(node.readings) > 1 else keys)

    def address(self, node: tree.Address) -> str:
        """An address; it is never broken over lines, for a line that begins so is a heading."""
        levels = (("SUBPOINT", node.subs), ("POINT", node.points), ("CLAUSE", node.clauses), ("ARTICLE", node.articles))
        parts = [self._labels(level, labels, node) for level, labels in levels if labels]
        if node.instrument:
            parts.append(f'{self.word("OF_INSTRUMENT")} "{node.instrument}"')
        return " ".join(parts).replace(" ", NO_BREAK)

    def level(self, level: str, *, many: bool = False) -> str:
        """The word for a level of provisions, for one or for several."""
        word = level_name("point")[self.lang].lower() if level == "POINT" else self.word(level)
        return word if not many else {"en": f"{word}s", "vi": f"các {word}"}[self.lang]

    def _labels(self, level: str, labels: tuple[str, ...], node: tree.Address) -> str:
        w = self.word
        if labels == (tree.THIS,):
            return w(f"THIS_{level}")
        if labels == (DEFINITIONS,):
            return level_name(DEFINITIONS)[self.lang].lower()
        shown = [printed_label(label, self.lang) for label in labels]
        if len(shown) > 1 and node.run:
            return f"{w('RANGE_FROM')} {self.level(level)} {shown[0]} {w('RANGE_TO')} {self.level(level)} {shown[-1]}"
        if len(shown) > 1 and node.joined:
            shown[-2:] = [f"{shown[-2]} {w('AND')} {shown[-1]}"]
        return f"{self.level(level, many=len(labels) > 1)} {', '.join(shown)}"

    def phrase(self, node: tree.Phrase) -> str:
        """The words of an amending sentence between its quotation marks."""
        lead = {"": "", ",": ", "}.get(node.lead) if node.lead in ("", ",") else f"{self.word(node.lead.upper())} "
        parts = [f"{lead}{self.expression(node.value)}"] if node.value is not None else []
        return ", ".join([*parts, *map(self.modifier, node.modifiers)]) if parts else f", {', '.join(map(self.modifier, node.modifiers))}"

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
                    text += " " + self.together(together).replace(" ", NO_BREAK)
                return text
            case tree.AtLeast(limit=limit):
                return f"{w('AT_LEAST')} {self.expression(limit)}"
            case tree.Rounded(mode=mode, step=step):
                if step is None:
                    return w(_ROUNDING[mode])
                to = f" {w('TO_MULTIPLES_OF')}" if step.value != 1 else ""
                return f"{w(_ROUNDING[mode])}{to} {self.quantity(step)}"
            case tree.AddUp(total=total):
                return f"{w('ROUNDED_TO_ADD_UP_TO')} {self.expression(total)}"


    def together(self, node: tree.Together) -> str:
        """Commas stand where a reading says how: “together, grouped as KEY, shared as KEY”."""
        w = self.word
        text = w("TOGETHER") + (f" {self.same(node.same)}" if node.same else "")
        if node.grouped_as is not None:
            text += f", {self.grouped_as(node.grouped_as)}"
        if node.shared_as is not None:
            return f"{text}, {w('SHARED_AS')} {node.shared_as.reading}"
        comma = "," if node.grouped_as is not None else ""
        return f"{text}{comma} {w('FILLED_IN_ORDER' if node.in_order else 'SHARED_PRO_RATA')}"

    def carried(self, node: tree.Carried) -> str:
        """What a choice carries, without the colon before it."""
        match node.kind:
            case "value":
                assert node.value is not None
                return f"{self.word('GIVES')} {self.expression(node.value)}"
            case "same":
                return self.same(node.same)
        return self.word({"alone": "EACH_ALONE", "in_order": "FILLED_IN_ORDER", "pro_rata": "SHARED_PRO_RATA"}[node.kind])


def could_be(printer: Printer, node: tree.CouldBe) -> str:
    """What something left open could come to."""
    w = printer.word
    text = f"{w('COULD_BE')} {printer.expression(node.least, _SUM)} {w('UP_TO')} {printer.expression(node.most, _SUM)}"
    return f"{text} {w('ONE_HAS_ALL')}" if node.alone else text


def clean(text: str) -> str:
    """Without the marks that keep lines together."""
    return text.replace(NO_BREAK, " ")
