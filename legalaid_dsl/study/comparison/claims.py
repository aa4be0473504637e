"""What is claimed of an amendment ("the amount is not lower"), and the cases that refute it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Literal

import attrs

from ...basics.bilingual import BilingualError
from ...basics.problem import did_you_mean
from ...basics.worded import said
from ...rulebook.model import ROOT, Rulebook, Term
from ..outcomes.outcome import Outcome, exact, result_key

WORDS: Final = Path(__file__).with_name("words.toml")
Relation = Literal["not lower", "not higher", "unchanged"]
RELATIONS: Final[dict[str, Relation]] = {
    "not lower": "not lower", "not higher": "not higher", "unchanged": "unchanged",
    "không giảm": "not lower", "không tăng": "not higher", "không đổi": "unchanged",
}  # fmt: skip


class UnknownClaim(BilingualError):
    """A claim that cannot be read."""


@attrs.frozen(slots=True)
class Claim:
    """``results``: the results it is about, of the case and of items: (thing, key)."""

    text: str
    relation: Relation
    results: tuple[Term, ...]

    def broken(self, before: Outcome, after: Outcome) -> bool:
        """Whether the case refutes it. Only numbers that both sides give can."""
        return any(self._against(old, new) for old, new in self._pairs(before, after))

    def silent(self, before: Outcome, after: Outcome) -> bool:
        """Whether it cannot be said: the base gives a number and the other side does not."""
        return any(old is not None and new is None for old, new in self._pairs(before, after))

    def _against(self, old: Fraction | None, new: Fraction | None) -> bool:
        if old is None or new is None:
            return False
        match self.relation:
            case "not lower":
                return new < old
            case "not higher":
                return new > old
        return new != old

    def _pairs(self, before: Outcome, after: Outcome) -> Iterator[tuple[Fraction | None, Fraction | None]]:
        for term in self.results:
            key = result_key(term)
            for old, new in _items(before.raw, after.raw, term.thing):
                yield exact(old, key), exact(new, key)


def _items(before: Any, after: Any, thing: str) -> Iterator[tuple[Any, Any]]:
    """The items of both results, by id, else by place; an item of one side only stands beside nothing."""
    if thing == ROOT:
        yield before, after
        return
    old, new = before.get(thing) or [], after.get(thing) or []
    other = {i.get("id") or n: i for n, i in enumerate(new)}
    for n, item in enumerate(old):
        yield item, other.get(item.get("id") or n, {})


def read_claim(book: Rulebook, text: str) -> Claim:
    """``amount not lower``: of the case and of everyone who has a result of that name;
    ``providers.amount not lower``, ``case.amount unchanged``: of those only."""
    match = re.fullmatch(rf"\s*(\S+)\s+({'|'.join(RELATIONS)})\s*", text)
    if match is None:
        known = ", ".join(f"“amount {r}”" for r in dict.fromkeys(RELATIONS.values()))
        raise UnknownClaim.of(said(WORDS, "no_claim", text=text, known=known))
    name, relation = match[1], RELATIONS[match[2]]
    numbers = [t for t in book.terms.values() if t.result is not None and t.type.kind == "number"]
    thing, _, key = name.rpartition(".")
    chosen = [t for t in numbers if result_key(t) == key and thing in ("", t.thing)]
    if not chosen:
        known_keys = dict.fromkeys([*(result_key(t) for t in numbers), *(f"{t.thing}.{result_key(t)}" for t in numbers)])
        near = did_you_mean(name, known_keys)
        raise UnknownClaim.of(said(WORDS, "no_result_like" if near else "no_result", name=name, near=near))
    return Claim(text.strip(), relation, tuple(chosen))
