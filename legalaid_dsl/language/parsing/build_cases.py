"""Worked examples of Lark's parse tree to ours: one method a rule of grammar/law.lark."""

from __future__ import annotations

from typing import Any

from lark import v_args

from .. import tree
from .children import Placed, is_token, of_kind


@v_args(meta=True)
class CaseBuilder(Placed):
    """What an example gives and expects."""

    def example(self, meta: Any, c: list[Any]) -> tree.Example:
        return tree.Example(str(c[1]), c[2], tuple(c[3:]), span=self.at(meta))

    def like(self, meta: Any, c: list[Any]) -> tree.Like:
        return tree.Like(str(c[1]), span=self.at(meta))

    def given_fact(self, meta: Any, c: list[Any]) -> tree.Pair:
        pair: tree.Pair = c[0]
        return pair

    def given_thing(self, meta: Any, c: list[Any]) -> tree.GivenThing:
        names = of_kind(c, tree.Name)
        labels = of_kind(c, tree.Word)
        owner = (names[1], labels[1].text) if len(names) > 1 else None
        return tree.GivenThing(names[0], labels[0].text, owner, c[-1] or (), span=self.at(meta))

    def without(self, meta: Any, c: list[Any]) -> tree.Without:
        return tree.Without(c[1], c[2].text if c[2] else "", span=self.at(meta))

    def with_figures(self, meta: Any, c: list[Any]) -> tree.WithFigures:
        return tree.WithFigures(str(c[1]), span=self.at(meta))

    def with_reading(self, meta: Any, c: list[Any]) -> tree.WithReading:
        return tree.WithReading(str(c[1]), str(c[3]), span=self.at(meta))

    def expect_status(self, meta: Any, c: list[Any]) -> tree.ExpectStatus:
        return tree.ExpectStatus(c[1].type.lower(), span=self.at(meta))

    def expect_finding(self, meta: Any, c: list[Any]) -> tree.ExpectFinding:
        return tree.ExpectFinding(str(c[3]), c[1] is not None, span=self.at(meta))

    def expect_fact(self, meta: Any, c: list[Any]) -> tree.ExpectFact:
        return tree.ExpectFact(c[1], span=self.at(meta))

    def expect_thing(self, meta: Any, c: list[Any]) -> tree.ExpectThing:
        return tree.ExpectThing(c[1], c[2].text, c[3], span=self.at(meta))

    def because(self, meta: Any, c: list[Any]) -> tree.Because:
        negated = is_token(c[0], "NOT_BECAUSE")
        return tree.Because(tuple(of_kind(c, tree.Address)), negated, span=self.at(meta))

    def not_because(self, meta: Any, c: list[Any]) -> tree.Because:
        return self.because(meta, c)

    def pairs(self, meta: Any, c: list[Any]) -> tuple[tree.Pair, ...]:
        return tuple(c)

    def pair(self, meta: Any, c: list[Any]) -> tree.Pair:
        return tree.Pair(c[0], tuple(c[2:]), span=self.at(meta))

    def yes(self, meta: Any, c: list[Any]) -> tree.Word:
        return tree.Word("yes", span=self.at(meta))

    def no(self, meta: Any, c: list[Any]) -> tree.Word:
        return tree.Word("no", span=self.at(meta))

    def none(self, meta: Any, c: list[Any]) -> tree.Word:
        return tree.Word("none", span=self.at(meta))

    def unknown(self, meta: Any, c: list[Any]) -> tree.Word:
        return tree.Word("unknown", span=self.at(meta))

    def text_value(self, meta: Any, c: list[Any]) -> tree.Word:
        return tree.Word("text", self.text(c[0]), span=self.at(meta))

    def identifier(self, meta: Any, c: list[Any]) -> tree.Word:
        token = c[0]
        text = self.text(token) if is_token(token, "STRING") else str(token)
        return tree.Word("identifier", text, span=self.at(meta))
