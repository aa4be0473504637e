"""The next question about a case: what the engine wants, in its order; then what is presumed and could be otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from ..basics.bilingual import LANGUAGES, Bilingual
from ..basics.citation import Citation
from ..basics.quantity import decimal_text
from ..basics.worded import said
from ..cases.facts.strict_json import read_json
from ..engine.interpreter.bounds import values_told_apart
from ..engine.interpreter.determine import Determination
from ..engine.interpreter.facts import Item
from ..engine.questions import asked_of
from ..engine.values import Unknown, interval
from ..rulebook.model import ROOT, Rulebook, Term, Thing
from . import places
from .presumed import Slot, presumed
from .question import Narrowing, Question
from .understood import WORDS

if TYPE_CHECKING:
    from ..api import Result, Rules

MOST_TRIED: Final = 12  # values of a fact that are tried to see how much an answer narrows
NUMBERS: Final = (Fraction(0), Fraction(1), Fraction(1000))


def ask(
    rules: Rules, facts: Mapping[str, Any] | str, figures: str | Path | None = None, readings: Mapping[str, str] | None = None
) -> Question | None:
    """The next question; None when no answer could change what the rules say, or the facts cannot be used.

    Raises UnknownReading and FiguresError for wrong options.
    """
    case = read_json(facts) if isinstance(facts, str) else facts
    known = places.closed(case)
    result = rules.evaluate(known, figures=figures, readings=readings, trace=False, bounds=False, by="interpreter")
    found = result.determination
    if found is None or found.facts is None or found.evaluation is None:
        return None
    making = _Making(found, {i.path: i for i in _items(found)})
    needs = [n for n in result.to_dict()["needs"] if n["what"] == "fact" and places.at(case, n["path"]) is places.MISSING]
    for path in places.still_open(case):
        inside = next((n for n in needs if n["path"].startswith(f"{path}[")), None)
        return making.needed(inside) if inside is not None else making.more(path)
    if needs:
        return making.needed(needs[0])

    def again(other: Any) -> Result:
        return rules.evaluate(other, figures=figures, readings=readings, trace=False, bounds=False)

    def confirmed(path: str) -> bool:
        return places.at(case, path) is not places.MISSING

    slot = presumed(found, result, known, confirmed, again)
    return making.confirming(slot) if slot is not None else None


def _items(found: Determination) -> Iterable[Item]:
    assert found.facts is not None
    yield found.facts.root
    for items in found.facts.items.values():
        yield from items


class _Making:
    """Questions as records, from what an evaluation said."""

    def __init__(self, found: Determination, items: Mapping[str, Item]) -> None:
        self.found, self.items = found, items
        self.book: Rulebook = found.rulebook

    def needed(self, need: Mapping[str, Any]) -> Question:
        """A question that the engine puts."""
        item = self.items[need["path"][: -len(need["key"])].rstrip(".")]
        term = self.book.terms.get(f"{item.thing}.{need['key']}")
        text = Bilingual(**need["question"])
        withheld = self._withheld(need["path"])
        if term is not None and term.fact:
            return self._fact(term, item, text, need["cites"], withheld, self._settles(term, item, withheld))
        return self._list(self.book.things[need["key"]], need["path"], item, text, need["cites"], withheld)

    def more(self, path: str) -> Question:
        """Whether another item follows."""
        key = path.rpartition(".")[2]
        thing, owner = self.book.things[key], self.items[path[: -len(key)].rstrip(".")]
        text = said(WORDS, "another", thing=thing.names)
        return self._list(thing, path, owner, text, (), (), kind="more")

    def confirming(self, slot: Slot) -> Question:
        """A question about what is presumed."""
        if slot.term is None:
            thing = self.book.things[slot.key]
            text = said(WORDS, "any", thing=thing.names)
            question = self._list(thing, slot.path, slot.item, text, slot.cites, slot.changes, presumed=True)
        else:
            question = self._fact(slot.term, slot.item, asked_of(slot.term), slot.cites, slot.changes, {}, presumed=True)
        if slot.examined:
            return question
        unexamined = said(WORDS, "unexamined")
        return attrs.evolve(question, examined=False, why=Bilingual(*(f"{question.why[lang]} {unexamined[lang]}" for lang in LANGUAGES)))

    # -------------------------------------------------------------- records

    def _fact(
        self, term: Term, item: Item, text: Bilingual, cites: Iterable[str], withholds: tuple[str, ...],
        settles: Mapping[str, Narrowing], presumed: bool = False,
    ) -> Question:  # fmt: skip
        named = [self.book.units[k][1] for k, n in term.type.unit.powers if n > 0]
        presumption = False if term.no_unless_stated else None
        optional = presumed and (term.none_unless_stated or term.no_unless_stated)
        kind: Any = term.type.kind
        return Question(
            term.key, item.path_of(*term.path), kind, text, self._about(item), self._choices(term, item),
            named[0] if named else None, tuple(cites), self._why(tuple(cites), withholds, optional), withholds, settles, optional, presumption,
        )  # fmt: skip

    def _list(
        self, thing: Thing, path: str, owner: Item, text: Bilingual, cites: Iterable[str], withholds: tuple[str, ...],
        kind: Any = "list", presumed: bool = False,
    ) -> Question:  # fmt: skip
        why = self._why(tuple(cites), withholds, presumed)
        return Question(
            thing.key, path, kind, text, self._about(owner), {}, None, tuple(cites), why, withholds, {}, presumed, None, thing.identified
        )

    def _about(self, item: Item) -> Bilingual:
        """Which item a question is about; nothing for the case itself."""
        if item.thing == ROOT:
            return Bilingual()
        names, which = self.book.things[item.thing].names, item.id or str(item.position + 1)
        return Bilingual(f"{names.en} {which}", f"{names.vi} {which}")

    def _choices(self, term: Term, item: Item) -> Mapping[str, Bilingual]:
        if term.type.kind in ("choice", "choices"):
            return {key: choice.names for key, choice in self.book.vocabularies[term.type.key].choices.items()}
        if term.type.kind == "reference":
            return {i.id: self._about(i) for i in self.items.values() if i.thing == term.type.key and i is not item}
        return {}

    def _why(self, cites: Sequence[str], withholds: tuple[str, ...], presumed: bool) -> Bilingual:
        """Which provision asks, and for which results."""
        names = {t.result.key: t.names for t in self.book.terms.values() if t.result is not None and t.thing == ROOT}
        cited = Bilingual(*("; ".join(self._cited(c, lang) for c in cites) for lang in LANGUAGES))
        results = Bilingual(*(", ".join(names[k][lang] for k in withholds if k in names) for lang in LANGUAGES))
        parts = [said(WORDS, "read_by", provisions=cited)] if cited.en else []
        parts += [said(WORDS, "presumed")] if presumed else [said(WORDS, "withholds", results=results)] if results.en else []
        return Bilingual(*(" ".join(p[lang] for p in parts) for lang in LANGUAGES))

    def _cited(self, path: str, lang: str) -> str:
        citation = Citation.from_path(path)
        name, own = self.book.cite(citation, lang), self.book.instruments.get(citation.instrument)
        if own is None or citation.instrument == self.book.id:
            return name or citation.instrument
        return ", ".join(x for x in (name, own.short[lang]) if x)

    # -------------------------------------------------------------- what an answer gives

    def _withheld(self, path: str) -> tuple[str, ...]:
        """The results of the case that wait for a fact."""
        found: list[str] = []
        assert self.found.facts is not None
        for term in self.found.result_terms(ROOT):
            value = self.found.results.get((term.key, id(self.found.facts.root)))
            if isinstance(value, Unknown) and term.result is not None and any(n.path == path for n in value.needs):
                found.append(term.result.key)
        return tuple(found)

    def _settles(self, term: Term, item: Item, withheld: Iterable[str]) -> dict[str, Narrowing]:
        """The width of each interval that is left after the least helpful answer."""
        ev = self.found.evaluation
        assert ev is not None
        now: dict[str, tuple[str, Fraction, Fraction]] = {}
        for shown in self.found.result_terms(ROOT):
            low, high = interval(self.found.results.get((shown.key, id(ev.facts.root)), Unknown()))
            if low is None or high is None or low == high or shown.result is None or shown.type.kind != "number":
                continue
            if shown.result.key in withheld:
                now[shown.key] = (shown.result.key, low, high)
        if not now:
            return {}
        values = list(NUMBERS if term.type.kind == "number" else values_told_apart(ev, term))
        if not values:
            return {}
        left: dict[str, Fraction] = dict.fromkeys(now, Fraction(0))
        for value in values[:: len(values) // MOST_TRIED + 1]:  # spread over the range
            trial = ev.suppose({(term.key, id(item)): value})
            for key, (_, low, high) in now.items():
                least, most = interval(trial.value(key, ev.facts.root))
                width = high - low if least is None or most is None else min(most - least, high - low)
                left[key] = max(left[key], width)
        return {
            name: Narrowing(decimal_text(low), decimal_text(high), decimal_text(left[key]), decimal_text(1 - left[key] / (high - low)))
            for key, (name, low, high) in now.items()
        }  # fmt: skip
