"""Operations on dates and on several values, as the parse tree has them."""

from __future__ import annotations

from typing import Any, Final

from lark import Token, v_args

from .. import tree
from .children import Placed, is_token, of_kind

MONTH_ENDS: Final = {"SHORTER_MONTHS_LAST_DAY": "last_day", "SHORTER_MONTHS_DAY_AFTER": "day_after"}
UNITS: Final = {"YEARS_FROM": "years", "MONTHS_FROM": "months", "WEEKS_FROM": "weeks", "DAYS_FROM": "days"}


@v_args(meta=True)
class OperationBuilder(Placed):
    """One method a rule of the grammar; ``Builder`` has all the others."""

    def between(self, meta: Any, c: list[Any]) -> tree.Operation:
        return self._operation("between", meta, c, UNITS[c[0].type])

    def moved(self, meta: Any, c: list[Any]) -> tree.Operation:
        return self._operation(next(t for t in c if is_token(t, "AFTER", "BEFORE")).type.lower(), meta, c)

    def edge(self, meta: Any, c: list[Any]) -> tree.Operation:
        unit, _, edge = c[0].type.lower().partition("_")
        return self._operation(edge, meta, c, f"{unit}s")

    def extreme_of(self, meta: Any, c: list[Any]) -> tree.Operation:
        kind: Any = "lowest" if is_token(c[0], "LOWEST_OF") else "highest"
        return tree.Operation(kind, next(iter(of_kind(c, tuple))), span=self.at(meta))

    def either(self, meta: Any, c: list[Any]) -> tree.Operation:
        return self._operation("either", meta, c)

    def part_of(self, meta: Any, c: list[Any]) -> tree.Operation:
        return tree.Operation("part_of", (self.percent(meta, c[:1]), c[2]), span=self.at(meta))

    def text_constant(self, meta: Any, c: list[Any]) -> tree.TextConstant:
        return tree.TextConstant(self.text(c[0]), span=self.at(meta))

    def percent(self, meta: Any, c: list[Any]) -> tree.Quantity:
        raise NotImplementedError  # Builder has it

    def _operation(self, kind: Any, meta: Any, c: list[Any], unit: str = "") -> tree.Operation:
        operands = tuple(x for x in c if x is not None and not isinstance(x, Token))
        ends: Any = next((MONTH_ENDS[x.type] for x in c if is_token(x, *MONTH_ENDS)), "")
        return tree.Operation(kind, operands, unit, ends, span=self.at(meta))
