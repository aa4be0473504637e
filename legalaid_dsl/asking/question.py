"""A question about a case, and what an answer makes of the facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from ..basics.bilingual import Bilingual
from . import places

Kind = Literal["number", "date", "yes_or_no", "text", "choice", "choices", "reference", "list", "more"]


@attrs.frozen(slots=True)
class Narrowing:
    """What an answer does to the interval of one result: ``low`` and ``high`` as it is now, in decimals, ``left`` the
    width that the least helpful of the answers tried leaves, ``share`` the part of the width that is gone, "0" to "1"."""

    low: str
    high: str
    left: str
    share: str


@attrs.frozen(slots=True)
class Question:
    """One question about a case.

    ``path`` is where the answer belongs in the case file; ``choices`` are names by the key that the file holds (of a
    reference the ids of items). ``type`` list asks whether there is any item at all, more whether another follows.
    ``presumed``: the fact has a meaning when nothing is said; the question only confirms it; where not ``examined``,
    it could not be told whether another answer changes anything. ``cites`` are the provisions that ask, ``settles`` how much of each result's interval an answer takes away (where it has one).
    """

    key: str
    path: str
    type: Kind
    text: Bilingual
    about: Bilingual
    choices: Mapping[str, Bilingual]
    unit: Bilingual | None
    cites: tuple[str, ...]
    why: Bilingual
    withholds: tuple[str, ...]
    settles: Mapping[str, Narrowing]
    presumed: bool = False
    presumption: Any = None
    identified: bool = False  # items of the list have ids
    examined: bool = True

    def answered(self, facts: Mapping[str, Any], value: Any) -> dict[str, Any]:
        """The facts with an answer, as the case file holds it. The facts given stay as they are.

        A list is answered by its items, all of them; or by True (there is one) and False (none), as is the question
        whether another follows, which also takes the id of the next, or the next as an object.
        """
        if self.type not in ("list", "more"):
            return places.put(facts, self.path, value)
        told = places.at(facts, self.path)
        held = list(told[:-1]) if self.type == "more" and isinstance(told, list | tuple) else []
        if value is False:
            return places.put(facts, self.path, held)
        if isinstance(value, list | tuple):
            return places.put(facts, self.path, [*held, *value])
        return places.put(facts, self.path, [*held, self._next(held, value), None])

    def _next(self, held: list[Any], value: Any) -> dict[str, Any]:
        if isinstance(value, Mapping):
            return dict(value)
        if not self.identified:
            return {}
        taken = {x.get("id") for x in held}
        numbered = (f"{self.key[0]}{n}" for n in range(1, len(held) + 2))
        return {"id": value if isinstance(value, str) else next(x for x in numbered if x not in taken)}

    def unknown(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts with the answer “I do not know”: the fact stays unknown (null), and is not asked again."""
        if self.type == "more":
            return self.answered(facts, False)
        return places.put(facts, self.path, None)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        both = {"question": self.text, "about": self.about, "why": self.why}
        return {
            "key": self.key, "path": self.path, "type": self.type, **{k: t.to_dict() for k, t in both.items()},
            "choices": {key: names.to_dict() for key, names in self.choices.items()},
            "unit": None if self.unit is None else self.unit.to_dict(), "cites": list(self.cites),
            "withholds": list(self.withholds), "settles": {k: attrs.asdict(n) for k, n in self.settles.items()},
            "presumed": self.presumed, "identified": self.identified, "examined": self.examined,
        }  # fmt: skip
