"""Readings, and what asks for them, of Lark's parse tree to ours: one method a rule of grammar/law.lark."""

from __future__ import annotations

from typing import Any

from lark import v_args

from ...basics.bilingual import Bilingual
from .. import tree
from .children import Placed, is_token, of_kind


@v_args(meta=True)
class ReadingBuilder(Placed):
    """Questions and choices, the sentences under a choice, the expressions that ask."""

    def way(self, meta: Any, c: list[Any]) -> str:
        return "in_order" if is_token(c[-1], "FILLED_IN_ORDER") else "pro_rata"

    def shared_as(self, meta: Any, c: list[Any]) -> tree.SharedAs:
        return tree.SharedAs(str(c[-1]), span=self.at(meta))

    def grouped_as(self, meta: Any, c: list[Any]) -> tree.GroupedAs:
        return tree.GroupedAs(tuple(map(str, c[1:])), span=self.at(meta))

    def reading(self, meta: Any, c: list[Any]) -> tree.Reading:
        return tree.Reading(str(c[1]), c[2], tuple(of_kind(c, tree.ReadingChoice)), span=self.at(meta))

    def reading_choice(self, meta: Any, c: list[Any]) -> tree.ReadingChoice:
        texts = of_kind(c, Bilingual)
        because = texts[1] if len(texts) > 1 else None
        return tree.ReadingChoice(str(c[0]), c[1] is not None, texts[0], because, c[-1], span=self.at(meta))

    def carried(self, meta: Any, c: list[Any]) -> tree.Carried:
        span = self.at(meta)
        if isinstance(c[-1], tuple):
            return tree.Carried("same", same=c[-1], span=span)
        if len(c) > 1:
            return tree.Carried("value", c[-1], span=span)
        kinds = {"EACH_ALONE": "alone", "FILLED_IN_ORDER": "in_order", "SHARED_PRO_RATA": "pro_rata"}
        return tree.Carried(kinds[c[0].type], span=span)  # type: ignore[arg-type]

    def read(self, meta: Any, c: list[Any]) -> tree.Read:
        keys = [str(t) for t in c if is_token(t, "KEY")]
        return tree.Read(tuple(zip(keys[::2], keys[1::2], strict=True)), span=self.at(meta))

    def every_reading(self, meta: Any, c: list[Any]) -> tree.Read:
        return tree.Read((), span=self.at(meta))

    def read_as(self, meta: Any, c: list[Any]) -> tree.ReadAs:
        return tree.ReadAs(str(c[0]), str(c[2]), is_token(c[1], "IS_NOT_READ_AS"), span=self.at(meta))

    not_read_as = read_as

    def what_gives(self, meta: Any, c: list[Any]) -> tree.Gives:
        return tree.Gives(str(c[1]), span=self.at(meta))
