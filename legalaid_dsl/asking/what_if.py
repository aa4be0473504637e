"""What would change an answer: another choice of a reading, or one other fact of a line that is refused or cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import attrs

from ..basics.quantity import decimal_text
from ..cases.results.values import value_text
from ..cases.strategy import Ready, Telling
from ..engine.interpreter.facts import Item
from ..explain.failures import GUARDS
from ..rulebook.model import ROOT, Rulebook, Term
from . import places

if TYPE_CHECKING:
    from ..api import Result

MOST_TRIED: Final = 400  # other cases decided for one answer
DEEP: Final = 6  # decisions that rest on one another, from a ceiling to the facts under it
_PLAIN: Final = Telling(trace=False, bounds=False)

Slot = tuple[str, str]  # the key of a term, and the path of a fact or of an item


def what_if(result: Result) -> list[dict[str, Any]]:
    """What other readings and other facts would make of the results; [] of a case that is refused.

    First every reading that the answer went by, with each other choice: ``{"reading", "choice", "changes"}``; ``changes``
    is empty where the choice changes nothing. Then, for each line that is refused or cut, single facts of which another
    value gives more: ``{"subject", "path", "values", "added", "changes"}``; ``values``: those that do alike, ``added`` to a
    list or in place of what is stated. Each change is ``{"path", "key", "value", "by"}``: a result of the case (path "") or
    of an item, what comes out (None: withheld), and the difference as decimal text (None where either is withheld).
    """
    found = result.to_dict()
    determined = result.determination
    if found["status"] == "refused" or determined is None or determined.facts is None or result._ready is None:
        return []
    trials = _Trials(result, result._ready, _written(result._rules.rulebook, determined.facts.root))
    told = [*trials.readings(found["readings"])]
    lines = _Lines(result._rules.rulebook, found)
    seen: set[str] = set()
    for subject, wanted, slots in lines.candidates():
        for term, path in slots:
            if path not in seen:
                seen.add(path)
                told += trials.facts(subject, wanted, term, path)
    return told


def _written(book: Rulebook, item: Item) -> dict[str, Any]:
    """An item as a case file states it."""
    found: dict[str, Any] = {"id": item.id} if item.id else {}
    for key, value in item.facts.items():
        found = places.put(found, ".".join(book.terms[key].path), value_text(value))
    return {**found, **{thing: [_written(book, i) for i in items] for thing, items in item.lists.items() if items is not None}}


@attrs.define(slots=True, eq=False)
class _Trials:
    """Decides the case with one thing otherwise."""

    result: Result
    ready: Ready
    case: dict[str, Any]
    left: int = MOST_TRIED

    def readings(self, asked: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        chosen = dict(self.ready.prepared.readings)
        for reading in asked:
            for choice in reading["others"]:
                prepared = self.result._rules.prepared({**chosen, reading["id"]: choice})
                yield {"reading": reading["id"], "choice": choice, "changes": self._changes(self._decided(Ready(prepared, self.ready.figures), self.case))}

    def facts(self, subject: str, wanted: Slot | None, term: Term, path: str) -> Iterator[dict[str, Any]]:
        """Values of one fact that give more, those that do alike together, what gives most first."""
        alike: dict[str, dict[str, Any]] = {}
        for value, stated in self._values(term, path):
            if self.left <= 0:
                return
            self.left -= 1
            other = self._decided(self.ready, places.put(self.case, path, value))
            changes = self._changes(other)
            if changes and self._better(other) and (wanted is None or _holds(other, wanted)):
                alike.setdefault(repr(changes), {"subject": subject, "path": path, "values": [], "added": term.type.kind == "choices", "changes": changes})
                alike[repr(changes)]["values"].append(stated)
        yield from alike.values()

    def _values(self, term: Term, path: str) -> Iterator[tuple[Any, Any]]:
        """Other values of a fact, and how each is stated."""
        now = places.at(self.case, path)
        if term.type.kind == "yes_or_no":
            yield now is not True, now is not True
        elif term.type.kind in ("choice", "choices"):
            for key in self.result._rules.rulebook.vocabularies[term.type.key].choices:
                if term.type.kind == "choice" and key != now:
                    yield key, key
                elif isinstance(now, list) and key not in now:
                    yield [*now, key], key

    def _decided(self, ready: Ready, case: dict[str, Any]) -> Result:
        return self.result._rules._evaluated(case, ready, _PLAIN, "rows")

    def _changes(self, other: Result) -> list[dict[str, Any]]:
        if other.status == "refused":
            return []
        before, after = self._values_of(self.result), self._values_of(other)
        return [
            {
                "path": path, "key": key, "value": value_text(after.get((path, key))),
                "by": decimal_text(after[path, key] - value) if _numbers(value, after.get((path, key))) else None,
            }
            for (path, key), value in before.items() if after.get((path, key)) != value
        ]  # fmt: skip

    def _values_of(self, result: Result) -> dict[Slot, Any]:
        """The results of the case, then those of each item."""
        found = {("", key): value for key, value in result.case_values().items()}
        for thing in self.result._rules.rulebook.things:
            for i, item in enumerate(result.items(thing) if thing != ROOT else ()):
                found.update({(f"{thing}[{i}]", key): value for key, value in item.items() if key != "id"})
        return found

    def _better(self, other: Result) -> bool:
        """Whether it gives more of a result of the case, and less of none."""
        before, after = self.result.case_values(), other.case_values()
        both = [(before[key], after[key]) for key in before if _numbers(before[key], after.get(key))]
        return any(b > a for a, b in both) and all(b >= a for a, b in both)


def _numbers(a: Any, b: Any) -> bool:
    return isinstance(a, Fraction) and isinstance(b, Fraction)


def _holds(other: Result, wanted: Slot) -> bool:
    """Whether a line that was refused is so no more."""
    key, path = wanted
    thing, _, place = path.rstrip("]").partition("[")
    items = other.items(thing)
    return int(place) < len(items) and items[int(place)].get(key) is True


@attrs.define(slots=True, eq=False)
class _Lines:
    """Lines that are refused or cut, and the facts that this may be due to."""

    book: Rulebook
    found: Mapping[str, Any]
    by_slot: dict[Slot, Mapping[str, Any]] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.by_slot = {(e["term"], e["subject"]["path"]): e for e in self.found["trace"]}

    def candidates(self) -> Iterator[tuple[str, Slot | None, list[tuple[Term, str]]]]:
        """The path of each such line, what is to hold of it, and the facts to be changed."""
        for entry in self.found["trace"]:
            term, path = self.book.terms[entry["term"]], entry["subject"]["path"]
            if entry["subject"]["thing"] == ROOT:
                continue
            if term.result is not None and entry["value"] is False:
                yield path, (term.result.key, path), self._terms(self._failed(entry, 0))
            elif any(limit.get("took", "0") != "0" for limit in entry.get("limits", ())):
                bounds = [n for limit in entry["limits"] if limit.get("took", "0") != "0" for n in _reads(limit.get("bound", {}))]
                under = [self._slot(entry, place) for place in bounds]
                facts = self._terms(s for slot in under for s in self._under(slot, 0))
                yield path, None, [(t, at) for t, at in facts if not at.startswith(f"{path}.")]  # a line is what it is

    def _terms(self, slots: Iterable[Slot]) -> list[tuple[Term, str]]:
        kinds = ("yes_or_no", "choice", "choices")
        return [(self.book.terms[k], path) for k, path in dict.fromkeys(slots) if self.book.terms[k].fact and self.book.terms[k].type.kind in kinds]

    @staticmethod
    def _slot(entry: Mapping[str, Any], place: int) -> Slot:
        read = entry["reads"][place]
        return read["term"], read["path"]

    def _failed(self, entry: Mapping[str, Any], deep: int) -> Iterator[Slot]:
        """The facts in what failed: of requirements that were not met, else of grounds that did not hold."""
        kept = [x for x in entry.get("not_applied", ()) if "failed" in x]
        for missed in [x for x in kept if x["kind"] == "requirement"] or kept:
            for place in _reads(_asked(missed["failed"])):
                slot = self._slot(entry, place)
                there = self.by_slot.get(slot)
                yield slot
                if there is not None and there["value"] is False and deep < DEEP:
                    yield from self._failed(there, deep + 1)

    def _under(self, slot: Slot, deep: int) -> Iterator[Slot]:
        """The facts that a number rests on."""
        yield slot
        entry = self.by_slot.get(slot)
        if entry is not None and deep < DEEP:
            for place in range(len(entry["reads"])):
                yield from self._under(self._slot(entry, place), deep + 1)


def _asked(node: Mapping[str, Any]) -> dict[str, Any]:
    """What failed, without guards: when the rest is not asked for."""
    if "all" in node:
        return {"all": [_asked(part) for part in node["all"]]}
    if "any" not in node:
        return dict(node)
    asked = [part for part in node["any"] if any(test not in GUARDS for test in _tests(part))]
    return {"any": [_asked(part) for part in asked or node["any"][-1:]]}


def _tests(node: Mapping[str, Any]) -> list[str]:
    parts = [*node.get("all", ()), *node.get("any", ())]
    return [t for part in parts for t in _tests(part)] if parts else [node["test"]]


def _reads(node: Any) -> Iterator[int]:
    """The places in what was read that a part of the trace names."""
    if isinstance(node, Mapping):
        if "read" in node:
            yield node["read"]
        for inner in node.values():
            yield from _reads(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _reads(inner)


__all__ = ["what_if"]
