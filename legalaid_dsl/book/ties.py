"""How provisions hang together: exceptions, references, and who uses what another decides; and a picture of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

import attrs

from ..basics.citation import Citation, order_key
from ..rulebook.model import Rule, Rulebook
from .address import page_of
from .text import named

Kind = Literal["exception", "reference", "use"]
KINDS: Final[tuple[Kind, ...]] = ("exception", "reference", "use")
_ROW: Final = 30  # units of the picture
_WIDTH: Final = 340
_LABELS: Final = 146
_TOP: Final = 20


@attrs.frozen(slots=True)
class Tie:
    """``source`` displaces ``target`` (exception), names it (reference), or reads what it decides (use)."""

    kind: Kind
    source: Citation
    target: Citation


def rules_of(book: Rulebook) -> Iterator[Rule]:
    """All that is written as a rule."""
    yield from (r for found in book.rules.values() for r in found)
    yield from (*book.refusals, *book.findings, *book.guarantees)


def ties(book: Rulebook) -> list[Tie]:
    """Each tie once, in the order of the law."""
    found: dict[Tie, None] = {}
    decided = {term: {r.citation: None for r in rules} for term, rules in book.rules.items()}
    figures = {key: {v.citation: None for v in values} for key, values in book.figures.items()}
    for rule in rules_of(book):
        terms, provisions = rule.reads
        found |= {Tie("exception", rule.citation, t): None for t in rule.despite}
        found |= {Tie("reference", rule.citation, t): None for t in provisions}
        uses = (c for term in sorted(terms) for c in (*decided.get(term, ()), *figures.get(term, ())))
        found |= {Tie("use", rule.citation, c): None for c in uses}
    known = [t for t in found if t.source != t.target and t.target in book.provisions and t.source in book.provisions]
    return sorted(known, key=lambda t: (KINDS.index(t.kind), _place(book, t.source), _place(book, t.target)))


def _place(book: Rulebook, citation: Citation) -> tuple[object, ...]:
    return (citation.instrument != book.id, order_key(citation))


def of_provision(found: Iterable[Tie], citation: Citation) -> dict[str, list[Citation]]:
    """What a provision is tied to: ``exception`` and the like to what it points at, ``exception_of`` from where."""
    said: dict[str, dict[Citation, None]] = {}
    for tie in found:
        if tie.source == citation:
            said.setdefault(tie.kind, {})[tie.target] = None
        if tie.target == citation:
            said.setdefault(f"{tie.kind}_of", {})[tie.source] = None
    return {kind: list(places) for kind, places in said.items()}


def picture(book: Rulebook, found: Iterable[Tie], lang: str) -> dict[str, Any]:
    """The articles in a column with arcs between them: numbers of an SVG, all whole."""
    pairs = Counter((t.kind, _article(t.source), _article(t.target)) for t in found)
    pairs = Counter({k: n for k, n in pairs.items() if k[1] != k[2]})
    articles = sorted({c for _, a, b in pairs for c in (a, b)}, key=lambda c: _place(book, c))
    rows = {c: _TOP + _ROW * i for i, c in enumerate(articles)}
    most = max((abs(rows[a] - rows[b]) for _, a, b in pairs), default=1) or 1
    drawn = sorted(pairs.items(), key=lambda x: -KINDS.index(x[0][0]))  # what is rare lies above
    return {
        "width": _WIDTH, "height": _TOP * 2 + _ROW * max(len(articles) - 1, 0),
        "nodes": [{"x": _LABELS, "y": y, "label": _label(book, c, lang), "full": named(book, c, lang), "href": page_of(c)} for c, y in rows.items()],
        "arcs": [{"kind": kind, "d": _arc(rows[a], rows[b], most), "n": n, "from": named(book, a, lang), "to": named(book, b, lang)}
                 for (kind, a, b), n in drawn],
    }  # fmt: skip


def _article(citation: Citation) -> Citation:
    return Citation(citation.instrument, citation.article)


def _label(book: Rulebook, citation: Citation, lang: str) -> str:
    """What fits beside a dot: the article, with the number of an instrument that is not the ruleset's own."""
    own = citation.name(lang) if citation.article else ""
    number = book.instruments[citation.instrument].number
    shown = own if citation.instrument == book.id else f"{own} · {'/'.join(number.split('/')[:2])[:14]}" if own else number[:18]
    return shown[:1].upper() + shown[1:]


def _arc(start: int, end: int, most: int) -> str:
    """From one dot to another, the further bowed the further they are apart."""
    bow = _LABELS + 8 + 24 + (_WIDTH - _LABELS - 50) * abs(end - start) // most
    return f"M {_LABELS + 6} {start} C {bow} {start}, {bow} {end}, {_LABELS + 6} {end}"


def listed(found: Mapping[str, list[Citation]], kinds: Iterable[str]) -> list[tuple[str, list[Citation]]]:
    """Those kinds of ties that there are, in an order."""
    return [(kind, found[kind]) for kind in kinds if found.get(kind)]
