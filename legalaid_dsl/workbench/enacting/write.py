"""The act that turns one text of the rules into another: written in the usual formulas, carried out, and held against the text."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

import attrs

from ...basics.bilingual import Bilingual
from ...basics.citation import Citation
from ...basics.output import write_whole
from ...basics.problem import Problem, RulesetError
from ...basics.worded import said
from ...language import tree
from ...language.parsing.parser_cache import Parsers, shared
from ...language.printing.layout import Layout
from ...rulebook.amend.book import Book, Edit
from ...rulebook.amend.load import with_acts
from ...rulebook.amend.timeline import timeline
from ...rulebook.load import Survey, survey
from ...rulebook.wording import printer
from ..rewrite import rewrite_source
from .changes import Change, Said, Standing, changes, same_words

WORDS: Final = Path(__file__).with_name("words.toml")
ROUNDS: Final = 40  # each gives up one way of saying something; there are three or four of each


@attrs.frozen(slots=True)
class Heading:
    """What an act is called, and from which day it holds."""

    key: str
    number: str
    names: Bilingual
    from_date: date
    draft: bool = True


@attrs.frozen(slots=True)
class Enacted:
    """``text``: of the act; "" where nothing differs. ``left``: what differs and is not said in it, and for each the reason."""

    text: str
    left: tuple[tuple[Citation, Bilingual], ...]


def enact(base: Survey, edited: Survey, heading: Heading, lang: str) -> Enacted:
    """The act in a language. Raises RulesetError when either text has errors.

    Both surveys are of whole files: what an editor keeps sentence by sentence has places of its own.
    """
    errors = [p for side in (base, edited) for p in side.problems if not p.warning]
    if errors:
        raise RulesetError(errors)
    parsers = shared()
    old = Standing.of(Book.of(base, parsers))
    new = Standing.of(Book.of(_in_the_same_tongues(base, edited, parsers), parsers))
    return _Writer(base, old, new, heading, lang, parsers).written()


def _in_the_same_tongues(base: Survey, edited: Survey, parsers: Parsers) -> Survey:
    """The edited text with every file in the tongue in which it was: what is only said otherwise is no change."""
    was = {f.path.name: f.lang for f in base.files}
    turned = {
        f.path: rewrite_source(f.source, edited.glossary, was[f.path.name], parsers)
        for f in edited.files if was.get(f.path.name, f.lang) != f.lang
    }  # fmt: skip
    if not turned:
        return edited
    texts = {f.path: f.source.text for f in edited.files} | turned
    return survey(next(f.path for f in edited.files if f.instrument == edited.key).parent, texts, parsers)


@attrs.define(slots=True, eq=False)
class _Writer:
    base: Survey
    old: Standing
    new: Standing
    heading: Heading
    lang: str
    parsers: Parsers
    why: dict[Citation, Bilingual] = attrs.Factory(dict)

    def written(self) -> Enacted:
        found = list(changes(self.old, self.new, self._address))
        ways = dict.fromkeys(range(len(found)), 0)
        for _ in range(ROUNDS):
            text, starts = self._text(found, ways)
            if not starts:
                break
            wrong = self._wrong(text, starts, found)
            if not wrong:
                break
            for i in wrong:
                ways[i] += 1
        else:
            ways = {i: len(c.ways) for i, c in enumerate(found)}
        text, starts = self._text(found, ways)
        plain = said(WORDS, "no_formula")
        left = [(c.at, self.why.get(c.at, plain)) for i, c in enumerate(found) if ways[i] >= len(c.ways)]
        return Enacted(text if starts else "", tuple(left))

    # -------------------------------------------------------------- printing

    def _address(self, at: Citation) -> tree.Address:
        number = ""
        if self.base.key != at.instrument:
            number = self.base.collector.instruments[at.instrument].number
        parts = {"subs": at.sub, "points": at.point, "clauses": at.clause, "articles": at.article}
        return tree.Address(**{k: (v,) if v else () for k, v in parts.items()}, instrument=number)  # type: ignore[arg-type]

    def _text(self, found: list[Change], ways: dict[int, int]) -> tuple[str, dict[int, int]]:
        """The act, and where in it each change begins."""
        said = [(i, c, c.ways[ways[i]]) for i, c in enumerate(found) if ways[i] < len(c.ways)]
        amends = tuple(dict.fromkeys([*(c.at.instrument for _, c, _ in said)])) or (self.base.key,)
        own = Layout(printer(self.new.book.glossary, self.lang, self.lang))
        first = tree.Instrument(self.heading.number, self.heading.key, self.heading.names, self.heading.from_date, amends=amends,
                                draft=self.heading.draft)  # fmt: skip
        text, starts = own.heading(first) + "\n", {}
        for number, (i, change, sentences) in enumerate(said, 1):
            name = Bilingual(*(self._named(change.at, x) for x in ("en", "vi")))
            text += "\n" + own.heading(tree.Provision("article", str(number), name)) + "\n"
            starts[i] = len(text)
            text += "\n".join(self._sentence(change.at, s) for s in sentences) + "\n"
        return text, starts

    def _named(self, at: Citation, lang: str) -> str:
        instrument = self.base.collector.instruments[at.instrument].short[lang]
        name = at.name(lang)
        parts = [name[:1].upper() + name[1:]] if name else []
        return ", ".join([*parts, *([instrument] if at.instrument != self.base.key or not name else [])])

    def _sentence(self, at: Citation, said: Said) -> str:
        layout = Layout(printer(self.new.book.glossary, self._written(at), self.lang))
        lines = [layout.statement(said.node)]
        for block in said.brings:
            lines += ["", layout.heading(block.heading)] if block.heading is not None else []
            lines += [layout.statement(s) for s in block.statements]
        return "\n".join(lines)

    def _written(self, at: Citation) -> str:
        """The tongue in which a provision is written."""
        around = at.chain()
        found = next((t.lang for t, c, _ in self.new.book.standing() if c in around), None)
        return found or next(t.lang for t, c, _ in self.new.book.standing() if c.instrument == at.instrument)

    # -------------------------------------------------------------- carried out

    def _wrong(self, text: str, starts: dict[int, int], found: list[Change]) -> set[int]:
        """The changes that the act does not make, or that stand in its way."""
        with tempfile.TemporaryDirectory() as room:
            path = Path(room).resolve() / f"{self.heading.key}.law"
            write_whole(path, text)
            try:
                book = with_acts(self.base, [path], self.parsers)
                texts = timeline(book)[-1].texts
                made = Standing.of(self._after(book, texts))
            except RulesetError as error:
                return self._blamed(error.problems, starts, found, path.name)
        missed = [c for c in {**made.own, **self.new.own} if not self._same(made, c)]
        blamed = {i for i in starts if any(self._concerns(found[i], c) for c in missed)}
        for i in blamed:
            self.why.setdefault(found[i].at, said(WORDS, "another_text"))
        return blamed

    def _after(self, book: Book, texts: dict[Path, str] | object) -> Book:
        base = Book.of(self.base, self.parsers)
        assert isinstance(texts, dict)
        edits = [Edit(p, 0, len(base.texts[p].source.text), t) for p, t in texts.items() if t != base.texts[p].source.text]
        return base.edited(edits)

    def _same(self, made: Standing, at: Citation) -> bool:
        if made.own.get(at) == self.new.own.get(at):
            return True
        if at not in made.own or at not in self.new.own:
            return False
        # the headnote of words that were replaced follows them, where the drafter left it as it was
        kept = [b.heading for b in self.old.own.get(at, ())] == [b.heading for b in self.new.own[at]]
        return same_words(made, self.new, at) and kept

    @staticmethod
    def _concerns(change: Change, at: Citation) -> bool:
        return at.within(change.at) or change.at.within(at) if at.article and change.at.article else at == change.at

    def _blamed(self, problems: Iterable[Problem], starts: dict[int, int], found: list[Change], name: str) -> set[int]:
        """The changes in whose sentences the problems stand; where none does, the last one."""
        blamed = set()
        for one in problems:
            inside = [i for i, start in starts.items() if start <= one.span.start] if one.span.source.name.endswith(name) else []
            at = max(inside, key=lambda i: starts[i]) if inside else max(starts, key=lambda i: starts[i])
            blamed.add(at)
            self.why[found[at].at] = one.message
        return blamed


def lines_left(found: Enacted, base: Survey, lang: str) -> list[str]:
    """What an act does not say, a line each."""
    lines = []
    for at, why in found.left:
        name = at.name(lang) or base.collector.instruments[at.instrument].short[lang]
        lines.append(f"{name}: {why[lang]}")
    return lines
