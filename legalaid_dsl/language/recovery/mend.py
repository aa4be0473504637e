"""Trying the mends of a sentence until it can be read; each that is needed is one problem."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ...basics.problem import Problem, problem
from ...basics.source import Span
from .. import tree
from ..grammar import surface
from . import missing, phrases, shapes, words
from .draft import Draft
from .expected import expected
from .failure import Candidate, Failure, Names
from .formulas import nearest_formula

Read = Callable[[Draft], Any]

_GENERATORS: Final = (
    words.swallowed_slips, words.keyword_slips, words.unit_slips, words.label_slips, missing.stop_slips, missing.bracket_slips,
    *phrases.GENERATORS, *shapes.GENERATORS, words.name_slips, words.phrase_slips, missing.wrong_mark_slips, missing.missing_slips, missing.extra_slips,
)  # fmt: skip
# what was meant is plain, so what else is wrong with the sentence may be said, too
SURE: Final = frozenset({
    "full-stop-missing", "heading-full-stop", "colon-missing", "stop-too-early", "wrong-mark", "typographic-mark",
    "keyword-misspelt", "keyword-capital", "keyword-other-language", "tone-mark-place", "text-language", "text-absent",
    "point-capital", "quotation-missing", "bracket-not-closed", "name-other-language", "source-missing", "source-standing",
})  # fmt: skip
_MOST_MENDS: Final = 6
_MOST_LINES: Final = 20  # at which reading may begin again
_MOST_TRIES: Final = 400
_MOST_READ: Final = 150_000  # characters read again for one slip, over all tries
_LONGEST: Final = 6_000  # a sentence longer than this is not mended


@attrs.frozen(slots=True)
class Mended:
    """What was read at last (None when the sentence could not be saved), and what was wrong."""

    result: Any
    draft: Draft
    problems: tuple[Problem, ...]
    rest: int | None = None  # where another sentence begins that had run into this one
    sure: bool = False  # that this is what was meant


def mend(
    draft: Draft, read: Read, lang: str, names: Names, closed: frozenset[int], begin: Callable[[], None]
) -> Mended:
    """Read a sentence, mending it as often as it takes. ``begin``: what is read next is what mends are made to."""
    problems: list[Problem] = []
    sure, written = True, draft
    for _ in range(_MOST_MENDS):
        begin()
        stopped = stop_of(draft, read)
        if not isinstance(stopped, UnexpectedInput):
            return Mended(stopped, draft, tuple(problems), sure=sure)
        failure = failure_of(stopped, draft, lang, names)
        if len(draft.text) > _LONGEST:
            return Mended(None, draft, (*problems, unreadable(failure)))
        split = _split(failure, read)
        best, whole = _best(failure, read)
        if split is not None and (best is None or not whole or best.rank > 2):
            found = _problem(split, draft, lang)
            first = draft.edited(split.edits).cut(0, split.edits[0][0] + 1)
            silent = _closes(split, draft, closed)
            return Mended(read(first), first, (*problems, *([] if silent else [found])), _there(written, draft, split.edits[0][0]), sure)
        if best is None:
            known = next((c for c in _unique(failure) if not c.edits), None)
            last = _problem(known, draft, lang) if known is not None else unreadable(failure)
            again = _next_line(failure, read)
            if again is None:
                return Mended(None, draft, (*problems, last))
            return Mended(None, draft.cut(0, again), (*problems, last), _there(written, draft, again))
        if not _closes(best, draft, closed):
            problems.append(_problem(best, draft, lang))
        sure = sure and (best.sure or best.code in SURE)
        draft = draft.edited(best.edits)
    return Mended(None, draft, tuple(problems))


def _there(written: Draft, mended: Draft, at: int) -> int | None:
    """The place in a sentence as it was written that a place in the mended one came from, if something stands there."""
    place = bisect_left(written.origin, mended.origin[at])
    return place if 0 < place < len(written.text) else None


def stop_of(draft: Draft, read: Read) -> Any:
    """What was read, or the error that stopped it."""
    try:
        return read(draft)
    except UnexpectedInput as error:
        error.__context__ = None  # this and the traceback would hold the frames of all that is being read
        return error.with_traceback(None)


def failure_of(error: UnexpectedInput, draft: Draft, lang: str, names: Names) -> Failure:
    """The place and the expectations of a reading error."""
    at, ended = place_of(error, draft)
    if isinstance(error, UnexpectedToken):
        accepts = set(error.accepts or error.expected or ())
    else:
        assert isinstance(error, UnexpectedCharacters)
        accepts = set(error.allowed or ())
    return Failure.of(draft, at, frozenset(accepts), lang, names, ended)


def place_of(error: UnexpectedInput, draft: Draft) -> tuple[int, bool]:
    """Where reading stopped, and whether because the text had ended."""
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return len(draft.text), True
    return error.pos_in_stream or 0, False


BEGINNINGS: Final = (
    "WHEN", "ONLY_WHEN", "OTHERWISE", "AT_MOST", "AT_LEAST", "AND", "OR", "ROUNDED_DOWN", "ROUNDED_UP",
    "ROUNDED_HALF_UP", "ROUNDED_TO_ADD_UP_TO", "IS", "FROM", "TO", "OFFICIAL", "SECONDARY", "SUPPLIED",
    "ILLUSTRATIVE", "ASKED", "KEY_IS", "RESULT", "IN_PASSING", "DECISIVE", "DECIDED_ELSEWHERE", "LISTED_IN",
    "NONE_UNLESS_STATED", "NO_UNLESS_STATED", "IDENTIFIED", "COMPLETE_FOR", "BY", "OVER", "WHERE", "ALSO", "EACH_ONCE",
)  # fmt: skip


def continues(f: Failure) -> bool:
    """Whether what stands where reading stopped can only go on with a sentence, never begin one."""
    if f.token is None or f.token.text in ("en", "vi"):
        return f.token is not None
    lasts = range(f.index, min(f.index + 6, len(f.tokens)))
    begun = any(f.any_keyword(f.text(f.index, j), *BEGINNINGS) for j in lasts)
    return begun and f.own_name_here() not in f.names.own


def _split(f: Failure, read: Read) -> Candidate | None:
    """A missing full stop between two sentences, when the first of them is whole."""
    if f.token is None or continues(f):
        return None
    for candidate in missing.stop_slips(f):
        first = f.draft.edited(candidate.edits).cut(0, candidate.edits[0][0] + 1)
        if not isinstance(stop_of(first, read), UnexpectedInput):
            return candidate
    return None


def _best(f: Failure, read: Read) -> tuple[Candidate | None, bool]:
    """The likeliest mend after which the sentence can be read, or at least read further."""
    tried: set[tuple[Any, ...]] = set()
    candidates = sorted(_unique(f), key=lambda c: c.rank)
    best: tuple[int, ...] | None = None
    chosen: Candidate | None = None
    most = min(_MOST_TRIES, _MOST_READ // (len(f.draft.text) + 1))
    for number, candidate in enumerate(candidates[:most]):
        if best is not None and best[:2] == (0, 0) and candidate.rank > best[2]:
            break
        if not candidate.edits or candidate.edits in tried:
            continue
        tried.add(candidate.edits)
        draft = f.draft.edited(candidate.edits)
        stopped = stop_of(draft, read)
        if not isinstance(stopped, UnexpectedInput):
            score = (0, _strange(stopped, f.names), candidate.rank, number, 0)
        else:
            gain = _gain(f, candidate, place_of(stopped, draft))
            if gain <= 0:
                continue
            score = (1, 0, candidate.rank, -gain, number)
        if best is None or score < best:
            best, chosen = score, candidate
    return chosen, best is not None and best[0] == 0


def _strange(read: Any, names: Names) -> int:
    """How many of the names in what was read are in no glossary: the fewer, the likelier the mend."""
    found, waiting = 0, [read]
    known = {*names.own, *names.units}
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.Name):
            found += bool(known) and not {node.words, node.words[:1].lower() + node.words[1:]} & known
        elif isinstance(node, list | tuple):
            waiting += node
        elif isinstance(node, tree.Node):
            waiting += [getattr(node, a.name) for a in attrs.fields(type(node)) if a.name != "span"]
    return found


def _gain(f: Failure, candidate: Candidate, stopped: tuple[int, bool]) -> int:
    """How much further reading came; 0 when it stopped at or before what was mended."""
    at, ended = stopped
    grown = sum(len(new) - (end - start) for start, end, new in candidate.edits)
    reached = len(f.draft.text) if ended else at - grown
    last = max([f.at, *(end for _, end, _ in candidate.edits)])
    behind = [t for t in f.tokens if last <= t.start < reached]
    return (reached - last) if len(behind) >= (1 if candidate.rank <= 3 else 2) else 0


def _unique(f: Failure) -> Iterable[Candidate]:
    for generator in _GENERATORS:
        yield from generator(f)


def _closes(candidate: Candidate, draft: Draft, closed: frozenset[int]) -> bool:
    """Whether only the mark is put back that a quotation closed by us had swallowed."""
    start, end, new = candidate.edits[0]
    before = draft.text[:start].rstrip()
    return start == end and new in (".", ",", ";", ":") and before.endswith('"') and draft.origin[len(before) - 1] in closed


def _problem(candidate: Candidate, draft: Draft, lang: str) -> Problem:
    return problem(candidate.code, draft.span(candidate.start, candidate.end), **candidate.values)


def _next_line(f: Failure, read: Read) -> int | None:
    """Where a line begins, after reading stopped, with which the rest is a sentence of its own."""
    starts = [m.end() for m in re.finditer(r"\n(?=[^\s#])", f.draft.text) if m.end() > f.tokens[0].start]
    here = [s for s in starts if s > f.at or (f.token is not None and s == f.token.start)][:_MOST_LINES]
    return next((s for s in here if not isinstance(stop_of(f.draft.cut(s, len(f.draft.text)), read), UnexpectedInput)), None)


def _beside_heading(f: Failure, line: Span) -> bool:
    """Whether words stand on the line of a heading: a headnote without its quotation marks."""
    lead = line.source.text[: line.start].rpartition("\n")[2]
    heading = "|".join(surface(f.lang)[n] for n in ("ARTICLE", "CLAUSE", "POINT", "EXAMPLE", "CASE"))
    return f.tokens[0].is_word and re.match(rf"\s*(?:{heading})\s", lead) is not None


def unreadable(f: Failure) -> Problem:
    """The sentence cannot be saved: what stands where reading stopped, and what could."""
    draft, could = f.draft, expected(f.accepts, f.lang)
    formula = nearest_formula(draft.text[f.tokens[0].start :], f.lang) if f.tokens else None
    if formula is not None:
        end = draft.text.find("\n", f.tokens[0].start)
        return problem("unknown-formula", draft.span(f.tokens[0].start, len(draft.text) if end < 0 else end), word=formula)
    whole = draft.span(f.tokens[0].start if f.tokens else 0, f.before.end if f.before is not None else len(draft.text))
    if f.token is None:
        return problem("unfinished", whole, expected=could)
    if f.token.text in (".", ",", ";", ")") and f.before is not None and (joint := words.keyword_before(f)):
        first, found = joint
        return problem("nothing-after", draft.span(first, f.token.end), before=found, expected=could)
    if f.index and f.starts_line(f.token) and words.keyword_before(f):
        return problem("unfinished", whole, expected=could)
    end = draft.text.find("\n", f.tokens[0].start)
    line = draft.span(f.tokens[0].start, len(draft.text) if end < 0 else end)
    if _beside_heading(f, line):
        return problem("quotation-missing", line, word=f'{f.lang} "{line.text().strip()}"')
    if f.names.own and words.no_sentence(f):
        return problem("no-sentence", line)
    return problem("not-understood", draft.span(f.token.start, f.token.end), found=f.token.text, expected=could)
