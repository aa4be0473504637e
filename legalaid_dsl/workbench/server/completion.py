"""What could come next: keywords of the file's language, names, choices, addresses, keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import attrs

from ...basics.citation import Citation, order_key
from ...language import tree
from ...language.grammar import surface, word_of
from ...language.parsing.parse import A_CASE
from ...language.parsing.parser_cache import Parsers, expected
from ...rulebook.resolve.glossary import Entry
from ...rulebook.resolve.readings import reading_id
from ...rulebook.wording import printer
from .hover import entry_detail
from .project import State

WORDS_BACK = 6  # names are several words: how far back one may have begun
_END = re.compile(r'"[^"\n]*"?|#[^\n]*|[.:;](?=\s|$)')


@attrs.frozen(slots=True)
class Candidate:
    """``typed``: how many characters before the cursor it takes the place of."""

    text: str
    kind: str  # keyword, term, choice, thing, table, unit, address, key
    detail: str
    typed: int
    rank: int = 5


def complete(state: State, parsers: Parsers, lang: str, before: str, example: bool, at: Citation) -> list[Candidate]:
    """``before``: the file's text up to the cursor; ``at``: the provision it stands in."""
    sentences = _sentences(before)
    lead = A_CASE[lang] if example else ""
    parser = parsers.parser(lang, state.survey.lexicon)
    found: dict[str, Candidate] = {}
    for sentence in sentences:
        for start in _starts(sentence):
            typed = sentence[start:]
            terminals = expected(parser, lead + sentence[:start], "example" if example else "block")
            for candidate in _candidates(state, lang, terminals or set(), sentence[:start], at):
                fits = " ".join(candidate.text.casefold().split()).startswith(" ".join(typed.casefold().split()))
                whole = candidate.text.casefold() == typed.strip().casefold()
                if fits and not whole and candidate.text not in found:
                    found[candidate.text] = attrs.evolve(
                        candidate, typed=len(typed), rank=candidate.rank - 3 * len(typed.split()[1:])
                    )
        if found:
            break
    return sorted(found.values(), key=lambda c: (c.rank, -c.typed, c.text))


def _sentences(before: str) -> list[str]:
    """The sentence that the cursor stands in, as far as it is written: from the last mark that ends one,
    or from the end of a heading's texts. None inside a quotation or a comment."""
    tail = before[-4000:]
    begin = quoted = 0
    for match in _END.finditer(tail):
        if match[0][0] in '"#':
            if match.end() == len(tail) and (match[0][0] == "#" or match[0].count('"') == 1):
                return []
            quoted = match.end()
        elif match[0] != ";":
            begin = match.end()
    starts = [begin, quoted] if quoted > begin else [begin]
    return [tail[start:].lstrip() for start in starts]


def _starts(sentence: str) -> list[int]:
    """Where the name being typed may have begun: the last word, the one before it, …; the longest first."""
    words = [m.start() for m in re.finditer(r"(?<![^\s(,;])[^\s(,;]", sentence)][-WORDS_BACK:]
    ends = [] if sentence and not sentence[-1].isspace() and sentence[-1] not in "(,;" else [len(sentence)]
    return [*words, *ends] if sentence else [0]


def _candidates(state: State, lang: str, terminals: set[str], before: str, at: Citation) -> Iterator[Candidate]:
    if "TERM" in terminals or "WORD" in terminals:
        yield from _names(state, lang, before)
    if "UNIT" in terminals:
        yield from (Candidate(words, "unit", "", 0, 2) for words in state.glossary.names(lang, ("unit",)))
    if "ARTICLE" in terminals and {"CLAUSE", "POINT"} <= terminals and before.strip():
        yield from _addresses(state, lang, at)
    if "READING_KEY" in terminals:
        for key in _near(state.survey.collector.readings, at):
            yield Candidate(f"{key} {word_of(lang, 'IS_READ_AS')}", "key", "", 0, 5)
    if "KEY" in terminals:
        yield from _keys(state, lang, before)
    words = surface(lang)
    for terminal in terminals & set(words) - {"NUMBER", "PERCENT"}:
        yield Candidate(word_of(lang, terminal), "keyword", "", 0, 6)


def _near(readings: Iterable[str], at: Citation) -> Iterator[str]:
    """How each reading is called here: by its own key inside its provision, else by its id."""
    own = [reading_id(c, "") for c in at.chain() if c.article]
    for key in readings:
        yield next((key.removeprefix(lead) for lead in own if key.startswith(lead)), key)


def _names(state: State, lang: str, before: str) -> Iterator[Candidate]:
    """All names; first the choices of the list that the words before speak of."""
    wanted = _vocabulary(state, lang, before)
    for kind in ("term", "choice", "thing", "table", "group"):
        for words in state.glossary.names(lang, (kind,)):
            for entry in state.glossary.find(lang, words):
                if entry.kind == kind:
                    near = kind == "choice" and entry.vocabulary == wanted
                    rank = 1 if near else {"term": 3, "choice": 5, "thing": 4, "table": 4, "group": 4}[kind]
                    yield Candidate(words, kind, entry_detail(state, entry, lang), 0, rank)


def _vocabulary(state: State, lang: str, before: str) -> str:
    """The list of choices of the last term named."""
    best: tuple[int, str] = (-1, "")
    text = " ".join(before.split()).casefold()
    for term in state.glossary.terms.values():
        if term.type.kind in ("choice", "choices"):
            place = text.rfind(term.names[lang].casefold())
            best = max(best, (place + len(term.names[lang]) if place >= 0 else -1, term.type.key))
    return best[1] if best[0] >= 0 else ""


def _addresses(state: State, lang: str, at: Citation) -> Iterator[Candidate]:
    """Provisions of the instrument in hand; those of the same article without its number."""
    show = printer(state.glossary, lang, lang)
    collector = state.survey.collector
    for citation in sorted(collector.provisions, key=order_key):
        if citation.instrument != at.instrument or not citation.article or citation.example:
            continue
        near = citation.article == at.article and (citation.clause or citation.point)
        node = tree.Address.of(attrs.evolve(citation, article="") if near else citation)
        headnote = collector.provisions[citation].headnote
        yield Candidate(
            show.address(node).replace("\u00a0", " "),
            "address",
            headnote[lang] if headnote else "",
            0,
            2 if near else 4,
        )


def _keys(state: State, lang: str, before: str) -> Iterator[Candidate]:
    """Keys of what the last keyword asks for."""
    words, glossary, readings = surface(lang), state.glossary, state.survey.collector.readings
    called = [*readings, *(r.rpartition("_")[2] for r in readings)]
    chosen = [
        key for name, r in readings.items() for key in r.choices
        if re.search(rf"(?<![a-z0-9])(?:{re.escape(name)}|{re.escape(name.rpartition('_')[2])})\W", before)
    ]  # fmt: skip
    sources: dict[str, Iterable[str]] = {
        "LIKE": [e.key for c in state.cases for p in c.pieces for e in p.examples],
        "WITH_READING": readings, "READ": called,
        "ONE_OF": glossary.vocabularies, "SOME_OF": glossary.vocabularies, "BY": glossary.vocabularies,
        "REFERENCE_TO": glossary.things, "LISTED_IN": glossary.things, "A_NUMBER": glossary.units,
        "PER": glossary.units,
        "FINDING": [f.code for f in state.survey.collector.findings],
        "AS": chosen, "IS_READ_AS": chosen, "IS_NOT_READ_AS": chosen,
        "WHAT": called, "GROUPED_AS": called, "SHARED_AS": called,
    }  # fmt: skip
    last = ("", -1)
    for terminal in sources:
        for match in re.finditer(rf"(?<!\w){words[terminal]}(?!\w)", before):
            last = max(last, (terminal, match.end()), key=lambda item: item[1])
    for key in dict.fromkeys(k for k in sources.get(last[0], ()) if not k.startswith("_")):
        yield Candidate(key, "key", "", 0, 1)


__all__ = ["Candidate", "Entry", "complete"]
