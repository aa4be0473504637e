"""A worked example that would catch a mutant: an existing one, with its facts nudged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any, Final

import attrs

from ...basics.bilingual import Bilingual
from ...basics.citation import Citation
from ...cases.facts.reader import read_facts
from ...cases.facts.strict_json import Refused
from ...cases.results.values import value_text
from ...engine.interpreter.determine import Determination, determine
from ...engine.interpreter.facts import Item
from ...engine.values import Unknown
from ...making.perturb import Focus, Nudge, nudged, nudges
from ...rulebook.model import DatedValue, Rule, Rulebook
from ..examples.runner import citations
from .effects import differs
from .example_text import Told, case_text
from .mutants import Mutant, every_rule, figures_read
from .mutation_runner import Changed, Laboratory, Trial

BASES: Final = 14  # examples to start from
MOST_TRIES: Final = 400  # changed cases to look at, for one mutant; a third of them with two changes at once


@attrs.frozen(slots=True)
class Suggestion:
    """The text of an example that passes as the law stands and fails under the mutant."""

    key: str
    text: Bilingual

    def called_apart(self, taken: set[str]) -> Suggestion:
        """The same under a key of its own, which is then taken too."""
        number = 1
        while f"{self.key}_{number}" in taken:
            number += 1
        key = f"{self.key}_{number}"
        taken.add(key)
        return Suggestion(key, Bilingual(*(t.replace(self.key, key, 1) for t in (self.text.en, self.text.vi))))


def suggestion(laboratory: Laboratory, mutant: Mutant, tries: int = MOST_TRIES) -> Suggestion | None:
    """Look for an example that tells the law from the mutant."""
    book = laboratory.rules.rulebook
    touched = [old for old, _ in mutant.rules] or figures_read(every_rule(book)).get(mutant.key, [])
    usual = [r for r in touched if all(book.readings[key].default == choice for key, choice in r.readings)]
    touched = usual or touched  # what a figure turns on is looked for where the usual readings read it
    if not touched:
        return None
    search = _Search(laboratory, mutant, Changed(mutant.of(book)), touched)
    best: Told | None = None
    for trial, changes in islice(search.tries(tries), tries):
        told = search.tell(trial, changes)
        if told is not None and (best is None or told.rank < best.rank):
            best = search.shorter(trial, changes, told)
            if told.rank == 0:
                break
    if best is None:
        return None
    key = "protects_" + mutant.citation.path.replace("/", "_").removeprefix(f"{book.id}_")
    texts = [case_text(book, best, key, mutant, lang) for lang in ("en", "vi")]
    return Suggestion(key, Bilingual(*texts))


@attrs.frozen(slots=True, eq=False)
class _Search:
    laboratory: Laboratory
    mutant: Mutant
    changed: Changed
    touched: list[Rule]  # the changed rules, or those that read the changed figure

    @property
    def book(self) -> Rulebook:
        return self.laboratory.rules.rulebook

    def bases(self) -> list[Trial]:
        """Examples that use the figure or rest on the provision, then those near it, the shortest first."""
        at, figure = self.mutant.citation, self.mutant.key

        def far(trial: Trial) -> tuple[bool, int, int]:
            shared = [k for k, p in enumerate(at.chain()) if any(c.within(p) for c in trial.cited)]
            without = bool(figure) and not (trial.determined and figure in trial.used)  # what is withheld shows no figure
            return without, min(shared, default=9), len(trial.case.handles)

        able = [t for t in self.laboratory.trials if not self._readings(t) or t.evaluation is not None]
        ordered = sorted(able, key=far)
        step = max(len(ordered) // BASES, 1)
        return list(dict.fromkeys([*ordered[: BASES // 2], *ordered[::step]]))[:BASES]

    def _readings(self, trial: Trial) -> dict[str, str]:
        """The choices of readings under which a changed rule counts, where the example has others: of several rules the one that asks for least."""
        chosen = dict(trial.chosen)
        return min(({k: c for k, c in rule.readings if chosen[k] != c} for rule in self.touched), key=len)

    def tries(self, most: int) -> Iterator[tuple[Trial, tuple[Nudge, ...]]]:
        """Bases as they are, then one nudge, the bases in turn; then two nudges at once."""
        held = [f.from_date for f, _ in self.mutant.figures if isinstance(f, DatedValue)]
        focus = Focus.of(self.book, self.touched, held)
        bases = self.bases()
        each = [list(islice(nudges(self.book, t.case, focus), 150)) for t in bases]
        yield from ((t, ()) for t in bases)
        singles = most * 2 // 3 - len(bases)
        for place in range(max(map(len, each), default=0)):
            for trial, found in zip(bases, each, strict=True):
                if place < len(found) and singles > 0:
                    singles -= 1
                    yield trial, (found[place],)
        chance = Random(len(self.mutant.before.en))
        for _ in range(most // 3):
            place = chance.randrange(len(bases)) if bases else 0
            if bases and len(each[place]) > 1:
                yield bases[place], tuple(chance.sample(each[place], 2))

    def tell(self, trial: Trial, changes: tuple[Nudge, ...]) -> Told | None:
        """What tells the law from the mutant in the nudged example, if anything does."""
        readings = self._readings(trial)
        chosen = {**dict(trial.chosen), **readings}
        try:
            facts = read_facts(self.book, nudged(trial.case, changes))
        except (Refused, KeyError):
            return None
        prepared = self.laboratory.rules.prepared(chosen)
        found = determine(prepared, facts, trial.figures, bounds=False)
        pairs = self.mutant.rules
        if pairs and found.evaluation is not None and not any(self._could(found, *pair) for pair in pairs):
            return None
        other = self.changed.determine(facts, trial.figures, tuple(sorted(chosen.items())))
        return _told(trial, readings, changes, found, other) if other is not None else None

    def shorter(self, trial: Trial, changes: tuple[Nudge, ...], told: Told) -> Told:
        """The same with one change only, where one of two is enough."""
        alone = (self.tell(trial, (c,)) for c in changes) if len(changes) > 1 else ()
        return next((x for x in alone if x is not None and x.rank <= told.rank), told)

    @staticmethod
    def _could(found: Determination, old: Rule, new: Rule | None) -> bool:
        assert found.evaluation is not None
        return differs(found.evaluation, old, new, {})


def _told(
    trial: Trial, readings: Mapping[str, str], changes: tuple[Nudge, ...], found: Determination, other: Determination
) -> Told | None:
    """The first thing in which two determinations differ: values, else findings, else citations."""
    mine, theirs = _values(found), _values(other)
    values = [(*slot, value) for slot, value in mine.items() if value != theirs.get(slot, _NONE)]
    sayable = [v for v in values if _sayable(found, v[0], v[2])]
    codes, others = {f.code for f in found.remarks}, {f.code for f in other.remarks}
    cited, elsewhere = citations(found), citations(other)
    told = Told(trial.case, dict(readings), changes, found.status, (), (), (), ())
    results = [v for v in sayable if found.rulebook.terms[v[0]].result is not None]
    if results:
        return attrs.evolve(told, rank=0 if found.status == "determined" else 1, values=tuple(results[:2]))
    if sayable:
        return attrs.evolve(told, rank=2, values=tuple(sayable[:1]))
    if found.status != other.status or codes != others:
        return attrs.evolve(told, rank=1, findings=tuple(sorted(codes - others)), absent=tuple(sorted(others - codes)))
    if cited != elsewhere:
        fresh, gone = _outer(cited - elsewhere, elsewhere), _outer(elsewhere - cited, cited)
        return attrs.evolve(told, rank=3, because=fresh, not_because=gone) if fresh or gone else None
    return None


_NONE = object()


def _outer(found: frozenset[Citation], others: frozenset[Citation]) -> tuple[Citation, ...]:
    """The citations that a "because" can tell apart: nothing of the others stands in them."""
    return tuple(sorted(c for c in found if not c.example and not any(o.within(c) for o in others)))


def _values(found: Determination) -> dict[tuple[str, str], Any]:
    """Decided values by term and path of the item; those of the trace after the results."""
    assert found.facts is not None
    items: dict[int, Item] = {id(i): i for group in found.facts.items.values() for i in group}
    items[id(found.facts.root)] = found.facts.root
    values = {(d.term, d.item.path): d.value for d in found.decisions}
    values |= {(key, items[slot].path): value for (key, slot), value in found.results.items()}
    return {k: None if isinstance(x, Unknown) else x for k, x in values.items()}


def _sayable(found: Determination, key: str, value: Any) -> bool:
    """Whether a case file can write the value."""
    term = found.rulebook.terms[key]
    if isinstance(value, Fraction):
        text = value_text(value)
        return Fraction(text) == value and value >= 0
    return value is not None and value != frozenset() and term.type.kind != "text"
