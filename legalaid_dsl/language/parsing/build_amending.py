"""Sentences of amending law and guarantees: one method a rule of grammar/law.lark."""

from __future__ import annotations

from typing import Any

from lark import v_args

from ...basics.bilingual import Bilingual
from ...basics.keywords import forms_of
from .. import tree
from .children import Placed, is_token, of_kind

MODIFIERS = (tree.AtMost, tree.AtLeast, tree.Rounded, tree.AddUp)


def _joints(c: list[Any]) -> tuple[str, ...]:
    """What stands before each address but the first: "and", or a comma."""
    before = [c[i - 1] for i, x in enumerate(c) if isinstance(x, tree.Address)]
    return tuple("and" if is_token(x, "AND") else "," for x in before[1:])


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

    def phrase(self, meta: Any, c: list[Any]) -> tree.Phrase:
        lead: Any = c[0].type.lower() if c[0] is not None else ""
        return tree.Phrase(lead, c[1], span=self.at(meta))

    def item_phrase(self, meta: Any, c: list[Any]) -> tree.Phrase:
        modifiers = of_kind(c, *MODIFIERS)
        value = next((x for x in c if x not in modifiers), None)
        return tree.Phrase("," if value is not None else "", value, tuple(modifiers), span=self.at(meta))

    def _places(self, c: list[Any]) -> dict[str, Any]:
        """The addresses of a sentence, what joins them, and its terms."""
        at = tuple(of_kind(c, tree.Address))
        return {"at": at, "terms": self._terms(c), "joints": _joints(c)}

    def replace_phrase(self, meta: Any, c: list[Any]) -> tree.ReplacePhrase:
        old, new = of_kind(c, tree.Phrase)
        return tree.ReplacePhrase(**self._places(c), old=old, new=new, span=self.at(meta))

    def insert_phrase(self, meta: Any, c: list[Any]) -> tree.InsertPhrase:
        new, old = of_kind(c, tree.Phrase)
        return tree.InsertPhrase(**self._places(c), old=old, new=new, span=self.at(meta))

    def omit_phrase(self, meta: Any, c: list[Any]) -> tree.OmitPhrase:
        return tree.OmitPhrase(**self._places(c), old=c[1], span=self.at(meta))

    def replace_provision(self, meta: Any, c: list[Any]) -> tree.ReplaceProvision:
        return tree.ReplaceProvision(**self._places(c), verb=c[0].type.lower(), span=self.at(meta))

    def retitle(self, meta: Any, c: list[Any]) -> tree.Retitle:
        return tree.Retitle(**self._places(c), span=self.at(meta))

    def new_provisions(self, meta: Any, c: list[Any]) -> list[Any]:
        return c

    def add_after(self, meta: Any, c: list[Any]) -> tree.AddAfter:
        named = c[1] or []
        new = tuple(of_kind(named, tree.Address))
        return tree.AddAfter(**self._places(c), new=new, new_joints=_joints(named), span=self.at(meta))

    def add_to(self, meta: Any, c: list[Any]) -> tree.AddTo:
        return tree.AddTo(**self._places(c), span=self.at(meta))

    def repeal(self, meta: Any, c: list[Any]) -> tree.Repeal:
        return tree.Repeal(**self._places(c), span=self.at(meta))

    def ends(self, meta: Any, c: list[Any]) -> tree.Repeal:
        day = next(self.day(t) for t in c if is_token(t, "DATE"))  # type: ignore[attr-defined]
        at = tuple(of_kind(c, tree.Address))
        return tree.Repeal(at, tree.Terms(day, c[-1]), True, joints=_joints(c), span=self.at(meta))

    def takes_effect_here(self, meta: Any, c: list[Any]) -> tree.TakesEffect:
        day = self.day(next(t for t in c if is_token(t, "DATE")))  # type: ignore[attr-defined]
        return tree.TakesEffect(self._kind(c[0]), day, span=self.at(meta))

    def old_text_continues(self, meta: Any, c: list[Any]) -> tree.OldTextContinues:
        return tree.OldTextContinues(c[1], span=self.at(meta))

    def _kind(self, token: Any) -> int:
        """Which of the words for instruments stands in a keyword."""
        said = " ".join(str(token).split()).lower()
        return [form.lower() for form in forms_of(self.lang, token.type)].index(said)

    def suspend(self, meta: Any, c: list[Any]) -> tree.Suspend:
        first, last = (self.day(t) for t in c if is_token(t, "DATE"))  # type: ignore[attr-defined]
        return tree.Suspend((c[1],), tree.Terms(), first, last, span=self.at(meta))

    def renumber(self, meta: Any, c: list[Any]) -> tree.Renumber:
        level = c[3].type.lower().replace("subpoint", "sub")
        return tree.Renumber((c[1],), self._terms(c), level, c[4], span=self.at(meta))

    def settle(self, meta: Any, c: list[Any]) -> tree.Settle:
        return tree.Settle(str(c[1]), str(c[3]), self._terms(c), span=self.at(meta))

    def rename(self, meta: Any, c: list[Any]) -> tree.Rename:
        return tree.Rename(c[1], of_kind(c, Bilingual)[0], self._terms(c), span=self.at(meta))
