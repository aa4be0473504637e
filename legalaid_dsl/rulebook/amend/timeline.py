"""Amending acts in order of the days on which their sentences take effect: the text of every day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import attrs

from ...basics.citation import Citation
from ...basics.problem import Problem, RulesetError
from ...language import tree
from .act import Act, Sentence, heading_of, read_act
from .book import Book
from .change import edits_of, touched
from .transition import with_transition


@attrs.frozen(slots=True, eq=False)
class Version:
    """The files from a day on, by path; ``sentences``: those in effect."""

    from_date: date
    texts: Mapping[Path, str]
    sentences: tuple[Sentence, ...]
    changed: Mapping[Citation, tuple[Sentence, ...]]  # the provisions that they changed


def timeline(book: Book, wanted: Callable[[Sentence], bool] = lambda s: True) -> list[Version]:
    """The versions of the rules, the text before any amendment first. ``book``: the rules and the acts.

    Raises RulesetError with the problem of the first sentence that cannot be carried out.
    """
    acts = acts_of(book)
    problems = [p for act in acts for p in act.problems]
    if problems:
        raise RulesetError(problems)
    runner = _Runner(book, wanted)
    versions = [Version(date.min, _rules(book, book), (), {})]
    for day in runner.days():
        runner.until(day)
        text, changed = runner.suspended(day)
        versions.append(Version(day, _rules(text, book), runner.in_effect(day), changed))
    return versions


def acts_of(book: Book) -> list[Act]:
    found = [(t, h) for t in book.texts.values() if (h := heading_of(t)) is not None and h.amends]
    return [read_act(text, heading) for text, heading in found]


def _rules(book: Book, before: Book) -> dict[Path, str]:
    """The files of the rules; those that changed in the one layout."""
    acts = {act.path for act in acts_of(book)}
    return {
        path: text.source.text if before.texts[path].nodes == text.nodes else book.laid_out(path)
        for path, text in book.texts.items() if path not in acts
    }  # fmt: skip


@attrs.define(slots=True)
class _Runner:
    """Carries sentences out, day by day."""

    book: Book
    wanted: Callable[[Sentence], bool]
    done: list[Sentence] = attrs.Factory(list)
    changed: dict[Citation, tuple[Sentence, ...]] = attrs.Factory(dict)

    def days(self) -> list[date]:
        """Every day on which the text changes."""
        found: set[date] = set()
        for s in self._all():
            found.add(s.from_date)
            if isinstance(s.node, tree.Suspend):
                if s.node.to_date < s.node.from_date:
                    raise RulesetError([s.fails("period-reversed")])
                found.add(s.node.to_date + timedelta(days=1))
        return sorted(found)

    def _all(self) -> list[Sentence]:
        """In order of effect; acts that take effect on one day in the order in which they were given."""
        found = [s for act in acts_of(self.book) for s in act.sentences if self.wanted(s)]
        return sorted(found, key=lambda s: s.from_date)

    def _waiting(self) -> list[Sentence]:
        done = {(s.act.path, s.place) for s in self.done}
        return [s for s in self._all() if (s.act.path, s.place) not in done and not isinstance(s.node, tree.Suspend)]

    def until(self, day: date) -> None:
        """Carry out what takes effect up to a day."""
        start, first = self.book, len(self.done)
        while (waiting := self._waiting()) and waiting[0].from_date <= day:
            s = waiting[0]
            self._not_too_late(s)
            before = self.book
            try:
                self.book = carried_out(self.book, s)
                _note(self.changed, changed_by(before, self.book), s)
            except RulesetError:
                _no_fight(start, [*self.done[first:], s])
                raise
            self.done.append(s)
        _no_fight(start, self.done[first:])

    def _not_too_late(self, s: Sentence) -> None:
        """An act is amended before it takes effect; later, the text that it changed is."""
        for citation in touched(self.book, s):
            late = next((d for d in self.done if d.citation.within(citation)), None)
            if late is not None:
                raise RulesetError([s.fails("took-effect-already", also=[(late.span, "amended-here")])])

    def in_effect(self, day: date) -> tuple[Sentence, ...]:
        return (*self.done, *self._suspending(day))

    def _suspending(self, day: date) -> list[Sentence]:
        return [
            s for s in self._all()
            if isinstance(s.node, tree.Suspend) and s.node.from_date <= day <= s.node.to_date
        ]  # fmt: skip

    def suspended(self, day: date) -> tuple[Book, dict[Citation, tuple[Sentence, ...]]]:
        """The book without what is suspended on a day, and all that was changed in it."""
        book, changed = self.book, dict(self.changed)
        for s in self._suspending(day):
            after = carried_out(book, s)
            _note(changed, changed_by(book, after), s)
            book = after
        return book, changed


def changed_by(before: Book, after: Book) -> list[Citation]:
    """The provisions whose own text differs, or is new."""
    earlier = {c: b for _, c, b in before.standing()}
    return [c for _, c, b in after.standing() if c.article and earlier.get(c) != b]


def _note(changed: dict[Citation, tuple[Sentence, ...]], citations: Iterable[Citation], s: Sentence) -> None:
    for citation in citations:
        changed[citation] = (*changed.get(citation, ()), s)


def carried_out(book: Book, s: Sentence) -> Book:
    """The book after one sentence. Raises RulesetError: it cannot be, or it changes nothing."""
    edits = edits_of(book, s)
    try:
        after = book.edited(edits)
        after = with_transition(book, after, s)
    except RulesetError as error:
        raise RulesetError([_at_sentence(p, s) for p in error.problems]) from None
    if all(after.texts[path].nodes == text.nodes for path, text in book.texts.items()):
        raise RulesetError([s.fails("changes-nothing")])
    return after


def _at_sentence(found: Problem, s: Sentence) -> Problem:
    """A problem of the text after an amendment, shown at the sentence that makes it."""
    if found.span.source is s.act.source:
        return found
    return attrs.evolve(found, span=s.span, provision=s.citation, also=())


def _no_fight(book: Book, sentences: list[Sentence]) -> None:
    """Two sentences of one day on one provision must give the same text in either order."""
    for a, b in combinations(sentences, 2):
        if a.from_date != b.from_date or not _overlap(touched_safely(book, a), touched_safely(book, b)):
            continue
        results = []
        for order in ((a, b), (b, a)):
            result: Book | None = book
            for s in order:
                result = _attempt(result, s) if result is not None else None
            results.append(None if result is None else {p: t.nodes for p, t in result.texts.items()})
        alone = all(_attempt(book, s) is not None for s in (a, b))
        if alone and (results[0] is None or results[0] != results[1]):
            raise RulesetError([b.fails("amendments-fight", also=[(a.span, "amended-here")])])


def touched_safely(book: Book, s: Sentence) -> list[Citation]:
    try:
        return touched(book, s)
    except RulesetError:
        return []  # it stands only after an earlier sentence of the day


def _attempt(book: Book, s: Sentence) -> Book | None:
    try:
        return carried_out(book, s)
    except RulesetError:
        return None


def _overlap(a: Iterable[Citation], b: Iterable[Citation]) -> bool:
    return any(x.within(y) or y.within(x) for x in a for y in b)
