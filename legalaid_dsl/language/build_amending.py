"""Sentences of amending law and guarantees: one method a rule of grammar/law.lark."""

from __future__ import annotations

from typing import Any

from lark import v_args

from ..basics.bilingual import Bilingual
from . import tree
from .children import Placed, is_token, of_kind


@v_args(meta=True)
class AmendingBuilder(Placed):
    """Amending sentences, each with its terms."""

    def in_cases(self, meta: Any, c: list[Any]) -> tree.InCases:
        return tree.InCases(c[1], span=self.at(meta))

    def in_other_cases(self, meta: Any, c: list[Any]) -> tree.InCases:
        return tree.InCases(None, True, span=self.at(meta))

    def in_every_case(self, meta: Any, c: list[Any]) -> tree.InCases:
        return tree.InCases(span=self.at(meta))

    def guarantee(self, meta: Any, c: list[Any]) -> tree.Guarantee:
        return tree.Guarantee(str(c[1]), c[2], c[4], span=self.at(meta))

    def never_lowers(self, meta: Any, c: list[Any]) -> tree.NeverLowers:
        raised, lowered = of_kind(c, tree.Name)
        return tree.NeverLowers(str(c[1]), c[2], raised, lowered, span=self.at(meta))

    def amends(self, meta: Any, c: list[Any]) -> tuple[str, str]:
        return ("amends", str(c[1]))

    def a_draft(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("draft", True)

    def takes_effect(self, meta: Any, c: list[Any]) -> tuple[str, Any]:
        return ("from_date", self.day(c[1]))  # type: ignore[attr-defined]

    def old_text_holds(self, meta: Any, c: list[Any]) -> tuple[str, Any]:
        return ("old_text_when", c[1])

    def _terms(self, c: list[Any]) -> tree.Terms:
        return tree.Terms(**dict(of_kind(c, tuple)))

    def phrase(self, meta: Any, c: list[Any]) -> Any:
        return c[0]

    def replace_phrase(self, meta: Any, c: list[Any]) -> tree.ReplacePhrase:
        return tree.ReplacePhrase(c[1], self._terms(c), c[3], c[5], span=self.at(meta))

    def replace_provision(self, meta: Any, c: list[Any]) -> tree.ReplaceProvision:
        return tree.ReplaceProvision(c[1], self._terms(c), span=self.at(meta))

    def add_after(self, meta: Any, c: list[Any]) -> tree.AddAfter:
        return tree.AddAfter(c[1], self._terms(c), span=self.at(meta))

    def add_to(self, meta: Any, c: list[Any]) -> tree.AddTo:
        return tree.AddTo(c[1], self._terms(c), span=self.at(meta))

    def repeal(self, meta: Any, c: list[Any]) -> tree.Repeal:
        return tree.Repeal(c[1], self._terms(c), span=self.at(meta))

    def suspend(self, meta: Any, c: list[Any]) -> tree.Suspend:
        first, last = (self.day(t) for t in c if is_token(t, "DATE"))  # type: ignore[attr-defined]
        return tree.Suspend(c[1], tree.Terms(), first, last, span=self.at(meta))

    def renumber(self, meta: Any, c: list[Any]) -> tree.Renumber:
        level = c[3].type.lower()
        return tree.Renumber(c[1], self._terms(c), level, c[4], span=self.at(meta))

    def settle(self, meta: Any, c: list[Any]) -> tree.Settle:
        return tree.Settle(str(c[1]), str(c[3]), self._terms(c), span=self.at(meta))

    def rename(self, meta: Any, c: list[Any]) -> tree.Rename:
        return tree.Rename(c[1], of_kind(c, Bilingual)[0], self._terms(c), span=self.at(meta))
