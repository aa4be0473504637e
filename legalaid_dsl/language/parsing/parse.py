"""Text to tree. What does not parse is read sentence by sentence, each mended where that can be done.

A mended sentence stands in the tree as it was meant, so no error is caused by another.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any, Final

import attrs
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, VisitError

from ...basics.citation import Citation
from ...basics.problem import MAX_PROBLEMS, Problem, problem
from ...basics.source import Source, Span
from ...basics.source_text import MAX_DEPTH, bracket_too_deep
from .. import tree
from ..grammar import Lexicon
from ..recovery.draft import Draft
from ..recovery.failure import Names
from ..recovery.join import join
from ..recovery.mend import Mended, mend
from ..recovery.reparse import Trials
from ..recovery.typography import mend_marks
from ..resumable import Steps, at_once
from .build import Builder, Mistake
from .sentence_cache import Recall
from .sentences import pieces, sentences

MAX_LEVELS: Final = 2 * MAX_DEPTH  # of a parse tree: what is nested without brackets counts too
_BESIDE: Final = 60  # letters: no keyword is so long, nor a name with a few blanks between its words so much longer
A_CASE: Final = {"en": "Case x.\n", "vi": "Tình huống x.\n"}


@attrs.frozen(slots=True)
class Parsed:
    """A file as far as it could be read; ``lost``: the sentences that could not."""

    nodes: list[Any]
    problems: list[Problem]
    lost: tuple[str, ...] = ()
    guessed: tuple[Span, ...] = ()  # sentences whose mend may not be what was meant
    places: tuple[tuple[int, Citation], ...] = ()  # where each provision begins
    parts: tuple[tuple[Source, int], ...] = ()  # small sources of sentences kept in a memory, and where each begins


def parse_file(source: Source, parser: Lark, lang: str, lexicon: Lexicon | None = None) -> tuple[list[Any], list[Problem]]:
    """The blocks (``.law``) or examples (``.case``) of a file, and every problem found."""
    found = read_file(source, parser, lang, lexicon)
    return found.nodes, found.problems


def read_file(
    source: Source, parser: Lark, lang: str, lexicon: Lexicon | None = None, recall: Recall | None = None
) -> Parsed:
    """As parse_file, with what was lost. ``recall``: what is remembered of the rule file, by one who reads it often."""
    return at_once(reading(source, parser, lang, lexicon, recall))


def reading(source: Source, parser: Lark, lang: str, lexicon: Lexicon | None = None, recall: Recall | None = None) -> Steps[Parsed]:
    """As read_file, in steps: at most one sentence is mended from one to the next.

    The steps end. A file has finitely many pieces, and in a piece each step makes the pair (problems that may still be
    told, characters that wait) smaller, the first counting before the second: a sentence that is done leaves the queue,
    and of one that had run into another only the rest, which is shorter, goes back; two halves that are joined go back
    as one, but not without a problem, and after MAX_PROBLEMS of them the piece is left.
    """
    marked = mend_marks(source, lang)
    reader = _Reader(parser, lang, source.name.endswith(".case"), Names.of(lexicon, lang), marked.closed, recall)
    reader.problems += marked.problems
    draft = marked.draft
    for begin, end in pieces(draft.text, lang, reader.example):
        piece = draft.cut(begin, end)
        if re.sub(r"#[^\n]*", "", piece.text).strip():
            yield from reader.piece(piece)
            yield
        if len(reader.problems) >= MAX_PROBLEMS:
            break
    places = tuple(reader.places)
    problems = [placed(p, places) for p in reader.problems[:MAX_PROBLEMS]]
    parts = tuple(recall.parts.items()) if recall is not None else ()
    return Parsed(reader.nodes, problems, tuple(reader.lost), tuple(reader.guessed), places, parts)


def placed(found: Problem, places: tuple[tuple[int, Citation], ...]) -> Problem:
    """With the provision in which it stands."""
    i = bisect_right([start for start, _ in places], found.span.start) - 1
    if found.provision is not None or i < 0:
        return found
    return attrs.evolve(found, provision=places[i][1])


@attrs.define(slots=True)
class _Reader:
    """Reads the pieces of one file, one after the other."""

    parser: Lark
    lang: str
    example: bool
    names: Names
    closed: frozenset[int]
    recall: Recall | None = None
    nodes: list[Any] = attrs.Factory(list)
    problems: list[Problem] = attrs.Factory(list)
    lost: list[str] = attrs.Factory(list)
    guessed: list[Span] = attrs.Factory(list)
    places: list[tuple[int, Citation]] = attrs.Factory(list)
    at: Citation = Citation("")
    trials: Trials | None = None  # of mends
    fresh: bool = False  # what is read next is what mends are made to

    def piece(self, piece: Draft) -> Steps[None]:
        """One provision or one example: whole, or sentence by sentence."""
        deep = bracket_too_deep(piece.text)
        if deep is not None:
            self.problems.append(problem("nested-too-deep", piece.span(deep, deep + 1), limit=MAX_DEPTH))
            self._lose(piece)
            self._heading_only(piece)
        elif not self._read_whole(piece):  # not while its error is being handled, which would hold all that comes next
            yield from self._by_sentence(piece)
        if self.at.article:
            self.places.append((piece.origin[0], self.at))

    def _read_whole(self, piece: Draft) -> bool:
        """A piece in which every sentence can be read; whether it is one."""
        try:
            recalled = self._recalled(piece)
            if recalled is not None:
                self._assemble(piece, recalled)
                return True
            node, found = self._build(piece)
        except UnexpectedInput:
            return False
        except Mistake as error:
            self.problems.append(error.problem)
            self._lose(piece)
            self._heading_only(piece)
        else:
            self._take(node)
            self.problems += found
        return True

    def _recalled(self, piece: Draft) -> list[tuple[Draft, Any]] | None:
        """Each sentence by the memory; None without one, or when a sentence is a mistake as it stands."""
        if self.recall is None:
            return None
        found: list[tuple[Draft, Any]] = []
        mistaken = False
        for begin, end in sentences(piece.text, self.example):
            sentence = piece.cut(begin, end)
            try:
                found.append((sentence, self.recall.build(sentence, self._build)))
            except Mistake:
                mistaken = True
        return None if mistaken else found

    def _heading_only(self, piece: Draft) -> None:
        """The heading of a block that could not be read, so that its provision still exists."""
        for begin, end in sentences(piece.text, self.example)[:1]:
            try:
                self._take(self._build(piece.cut(begin, end))[0])
            except (UnexpectedInput, Mistake):
                continue

    def _take(self, node: Any) -> None:
        self.nodes.append(node)
        heading = getattr(node, "heading", None)
        if isinstance(heading, tree.Provision):
            self.at = self.at.under(heading.level, heading.label)
        elif isinstance(heading, tree.Division):
            self.at = Citation("")

    def _lose(self, piece: Draft) -> None:
        self.lost.append(piece.text)

    # -------------------------------------------------------------- sentence by sentence

    def _by_sentence(self, piece: Draft) -> Steps[None]:
        waiting = [piece.cut(b, e) for b, e in sentences(piece.text, self.example)]
        done: list[tuple[Draft, Any]] = []
        first = True
        while waiting and len(self.problems) < MAX_PROBLEMS:
            yield
            sentence, waiting = waiting[0], waiting[1:]
            if (known := self._known(sentence)) is not None:
                done.append((sentence, known))
                first = False
                continue
            read = self._line if self.example and not first else self._build
            joined = join(sentence, done[-1][0] if done else None, None, self._any, self.lang)
            if joined is not None:
                self.problems.append(joined.problem)
                done, waiting = done[:-1], [joined.draft, *waiting]
                continue
            mended = self._mended(sentence, read)
            if mended.result is None and (joined := join(sentence, None, next(iter(waiting), None), self._any, self.lang)):
                self.problems.append(joined.problem)
                waiting = [joined.draft, *waiting[1:]]
                continue
            self.problems += mended.problems
            self.guessed += [p.span for p in mended.problems if p.code.startswith("unknown-")]
            if not mended.sure:
                self.guessed.append(sentence.span(0, len(sentence.text)))
            if mended.rest is not None:
                waiting = [sentence.cut(mended.rest, len(sentence.text)), *waiting]
            if mended.result is None:
                self._lose(sentence if mended.rest is None else mended.draft)
            else:
                done.append((mended.draft, mended.result))
            first = False
        self._assemble(piece, done)

    def _known(self, sentence: Draft) -> Any:
        """A sentence that can be read as it stands, by the memory."""
        try:
            return self.recall.build(sentence, self._build) if self.recall is not None else None
        except (UnexpectedInput, Mistake):
            return None

    def _any(self, draft: Draft) -> Any:
        """A sentence wherever it stands in its piece; what is wrong with one that can be read is told when it is."""
        for build in (self._build, self._line):
            try:
                return build(draft)
            except Mistake:
                return None
            except UnexpectedInput:
                if not self.example or build == self._line:
                    raise
        return None

    def _mended(self, sentence: Draft, read: Any) -> Mended:
        def mended(draft: Draft) -> Mended:
            closed = self.closed if draft.source is sentence.source else frozenset()  # nothing was closed in a part
            self.trials = Trials(self.parser, self._start, self.names.longest + _BESIDE)
            try:
                return mend(draft, read, self.lang, self.names, closed, self._begin)
            except Mistake as error:
                return Mended(None, draft, (error.problem,), sure=True)
            finally:
                self.trials = None

        return mended(sentence) if self.recall is None else self.recall.mend(sentence, mended)

    def _begin(self) -> None:
        self.fresh = True

    def _assemble(self, piece: Draft, done: list[tuple[Draft, Any]]) -> None:
        """The sentences of a piece as one block, or one example."""
        nodes = []
        for _, (node, found) in done:
            nodes.append(node)
            self.problems += found
        if not nodes:
            return
        span = piece.span(0, len(piece.text))
        if self.example:
            lines = [line for n in nodes for line in n.lines]
            self._take(tree.Example(nodes[0].key, nodes[0].text, tuple(lines), span=span))
            return
        heading = next((n.heading for n in nodes if n.heading is not None), None)
        for found in (n.heading for n in nodes if n.heading is not None and n.heading is not heading):
            self.problems.append(problem("heading-in-line", found.span))
        statements = tuple(s for n in nodes for s in n.statements)
        self._take(tree.Block(heading, statements, span=span))

    # -------------------------------------------------------------- parsing

    def _build(self, draft: Draft) -> tuple[Any, list[Problem]]:
        parsed = self._parse(draft)
        builder = Builder(draft.source, 0, self.lang, draft.origin)
        deep = _too_deep(parsed)
        if deep is not None:
            raise Mistake(problem("sentence-too-deep", builder.at(deep.meta), limit=MAX_LEVELS))
        try:
            return builder.transform(parsed), builder.problems
        except VisitError as error:
            raise error.orig_exc from None

    def _parse(self, draft: Draft) -> Tree[Token]:
        start = self._start
        if self.recall is not None:
            self.recall.again(draft)
        try:
            if self.trials is not None:
                if self.fresh:
                    self.fresh = False
                    self.trials.begin(draft.text)
                self.trials.read(draft.text)
            return self.parser.parse(draft.text, start=start)
        except UnexpectedInput as error:
            if self.recall is not None:
                self.recall.failed(draft, error)
            raise

    @property
    def _start(self) -> str:
        return "example" if self.example else "block"

    def _line(self, draft: Draft) -> tuple[Any, list[Problem]]:
        """A line of an example: read under a heading that is put before it."""
        lead = A_CASE[self.lang]
        text, origin = lead + draft.text, [draft.origin[0]] * len(lead) + list(draft.origin)
        try:
            return self._build(Draft(draft.source, text, origin))
        except UnexpectedInput as error:
            error.pos_in_stream = (error.pos_in_stream or 0) - len(lead)  # type: ignore[assignment]
            raise


def _too_deep(top: Tree[Token]) -> Tree[Token] | None:
    """The first node below MAX_LEVELS levels, found without recursion."""
    level = [top]
    for _ in range(MAX_LEVELS):
        level = [c for node in level for c in node.children if isinstance(c, Tree)]
        if not level:
            return None
    return level[0]


__all__ = ["MAX_PROBLEMS", "Parsed", "parse_file", "read_file", "tree"]
