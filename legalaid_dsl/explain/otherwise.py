"""What would have changed an answer, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ..rulebook.model import ROOT, Term
from .phrases import Phrases
from .records import Change, Otherwise

SHOWN: Final = 3  # changes that are told where the last result of the case stays as it is
Told = Mapping[str, Any]


@attrs.frozen(slots=True)
class WhatIf:
    """Reads what ``asking/what_if.py`` found for its reader. ``last``: the key of the result that all lead to."""

    phrases: Phrases
    told: tuple[Told, ...]
    last: str | None
    subject_of: Callable[[str], str]

    def of_reading(self, key: str) -> tuple[Otherwise, ...]:
        """The other choices of a reading that change something."""
        choices = self.phrases.rulebook.readings[key].choices
        found = (t for t in self.told if t.get("reading") == key and t["changes"])
        return tuple(Otherwise("", (choices[t["choice"]].text[self.phrases.lang],), False, self._changes(t)) for t in found)

    def of_line(self, path: str) -> tuple[Otherwise, ...]:
        """Single facts of which another value gives more."""
        return tuple(self._fact(t) for t in self.told if t.get("subject") == path)

    def _fact(self, told: Told) -> Otherwise:
        thing, _, key = told["path"].rpartition("].")
        thing = thing.rpartition("[")[0].rpartition(".")[2] or ROOT
        term = next(t for t in self.phrases.rulebook.terms_of(thing) if ".".join(t.path) == key)
        values = tuple(self.phrases.value(term, v) for v in told["values"])
        return Otherwise(self.phrases.named(term), values, told["added"], self._changes(told))

    def _changes(self, told: Told) -> tuple[Change, ...]:
        """Of the last result of the case; else of that of each who is paid; else of a few others."""
        changes: list[Told] = list(told["changes"])
        paid = [c for c in changes if c["key"] == self.last]
        return tuple(self._said([c for c in paid if not c["path"]] or paid or changes[:SHOWN]))

    def _said(self, changes: Iterable[Told]) -> Iterator[Change]:
        for change in changes:
            thing = change["path"].partition("[")[0]
            term = self._term(thing or ROOT, change["key"])
            by = change["by"]
            sign = "" if by is None else "−" if by.startswith("-") else "+"
            subject = self.subject_of(change["path"]) if thing else ""
            value = self.phrases.value(term, change["value"])
            yield Change(self.phrases.called(term, change["path"]), subject, value, sign and sign + self.phrases.value(term, by.lstrip("-")))

    def _term(self, thing: str, key: str) -> Term:
        return next(t for t in self.phrases.rulebook.terms_of(thing) if t.result is not None and t.result.key == key)


__all__ = ["WhatIf"]
