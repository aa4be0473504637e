"""Glossary lines of Lark's parse tree to ours: one method a rule of grammar/law.lark."""

from __future__ import annotations

from typing import Any

from lark import v_args

from ...basics.bilingual import Bilingual
from .. import tree
from .children import Placed, is_token, of_kind


@v_args(meta=True)
class GlossaryBuilder(Placed):
    """Things, units, lists of choices, terms, tables."""

    def thing(self, meta: Any, c: list[Any]) -> tree.Thing:
        options = of_kind(c, tuple)
        return tree.Thing(
            c[1], str(c[3]),
            listed_in=tuple(v for k, v in options if k == "listed_in"),
            in_order_of=next((v for k, v in options if k == "in_order_of"), ""),
            none_unless_stated=("none_unless_stated", True) in options,
            identified=("identified", True) in options,
            span=self.at(meta),
        )  # fmt: skip

    def listed_in(self, meta: Any, c: list[Any]) -> tuple[str, str]:
        return ("listed_in", str(c[1]))

    def in_order_of(self, meta: Any, c: list[Any]) -> tuple[str, str]:
        return ("in_order_of", str(c[1]))

    def unit(self, meta: Any, c: list[Any]) -> tree.Unit:
        return tree.Unit(c[1], str(c[3]), span=self.at(meta))

    def choices(self, meta: Any, c: list[Any]) -> tree.Choices:
        key = next(str(t) for t in c if is_token(t, "KEY"))
        return tree.Choices(key, c[1] is not None, tuple(of_kind(c, tree.OneChoice)), span=self.at(meta))

    def one_choice(self, meta: Any, c: list[Any]) -> tree.OneChoice:
        also = str(c[4]) if c[4] is not None else ""
        return tree.OneChoice(c[0], str(c[2]), also, span=self.at(meta))

    def term(self, meta: Any, c: list[Any]) -> tree.Term:
        options = dict(of_kind(c, tuple))
        return tree.Term(
            c[1], str(c[3]), is_token(c[0], "FACT"), of_kind(c, tree.TypeName)[0], **options, span=self.at(meta)
        )

    def number_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        keys = [str(t) for t in c if is_token(t, "KEY")]
        unit, per = [*keys, "", ""][:2]
        return tree.TypeName("number", unit=unit, per=per, span=self.at(meta))

    def percentage_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        return tree.TypeName("number", key="percent", span=self.at(meta))

    def date_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        return tree.TypeName("date", span=self.at(meta))

    def yes_or_no_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        return tree.TypeName("yes_or_no", span=self.at(meta))

    def text_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        return tree.TypeName("text", span=self.at(meta))

    def choice_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        return tree.TypeName("choice", str(c[1]), span=self.at(meta))

    def choices_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        return tree.TypeName("choices", str(c[1]), span=self.at(meta))

    def reference_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        inverse_key = str(c[5]) if c[5] is not None else ""
        return tree.TypeName("reference", str(c[1]), inverse=c[3], inverse_key=inverse_key, span=self.at(meta))

    def scale_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        of = tree.TypeName("number", unit=str(c[1]))
        return tree.TypeName("scale", "percent", of=of, span=self.at(meta))

    def ranges_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        of, value = of_kind(c, tree.TypeName)
        return tree.TypeName("ranges", value.key, value.unit, value.per, of=of, span=self.at(meta))

    def as_of(self, meta: Any, c: list[Any]) -> tuple[str, Any]:
        return ("as_of", c[1])

    def none_unless_stated(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("none_unless_stated", True)

    def no_unless_stated(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("no_unless_stated", True)

    def identified(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("identified", True)

    def each_once(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("each_once", True)

    def result(self, meta: Any, c: list[Any]) -> tuple[str, tree.Result]:
        return ("result", tree.Result(str(c[1]), c[3], span=self.at(meta)))

    def decisive(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("decisive", True)

    def date_of_law(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("date_of_law", True)

    def in_passing(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("in_passing", True)

    def decided_elsewhere(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("decided_elsewhere", True)

    def asked(self, meta: Any, c: list[Any]) -> tuple[str, Bilingual]:
        return ("asked", c[1])

    def named_group(self, meta: Any, c: list[Any]) -> tree.NamedGroup:
        return tree.NamedGroup(c[1], str(c[3]), c[5], span=self.at(meta))

    def table(self, meta: Any, c: list[Any]) -> tree.Table:
        kind = ""
        found: dict[str, list[str]] = {"KEY_IS": [], "BY": [], "A_NUMBER": [], "COMPLETE_FOR": []}
        for token in c:
            if is_token(token, *found):
                kind = token.type
            elif is_token(token, "KEY"):
                found[kind].append(str(token))
        return tree.Table(
            c[1], found["KEY_IS"][0], tuple(found["BY"]), found["A_NUMBER"][0],
            tuple(found["COMPLETE_FOR"]), span=self.at(meta),
        )  # fmt: skip
