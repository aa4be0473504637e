"""The provisions that the addresses of an amending sentence name, in the instruments that its act amends."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ...basics.citation import Citation
from ...basics.problem import RulesetError, problem
from ...language import tree
from ..resolve.addresses import cited
from ..resolve.headings import nowhere
from .act import Sentence, heading_of
from .book import Book, Place


def targets(book: Book, s: Sentence, at: Sequence[tree.Address]) -> list[Citation]:
    """The provisions of all addresses, each of which must be there."""
    found = named_by(book, s, at)
    for citation, address in found:
        if book.place(citation) is None:
            raise RulesetError([nowhere(book.provisions(), citation, address, s.citation)])
    return list(dict.fromkeys(c for c, _ in found))


def named_by(book: Book, s: Sentence, at: Sequence[tree.Address]) -> list[tuple[Citation, tree.Address]]:
    """The provisions that addresses name, whether they are there or not."""
    found: list[tuple[Citation, tree.Address]] = []
    for address in completed(at):
        instrument = _instrument(book, s, address)
        if not address.article or tree.THIS in (*address.articles, *address.clauses, *address.points, *address.subs):
            raise wrong(s, "address-without-article", address)
        named = cited(address, Citation(instrument), book.provisions() if address.run else ())
        found += [(c, address) for c in named]
    return found


def completed(at: Sequence[tree.Address]) -> list[tree.Address]:
    """"clause 1 and clause 3 Article 4": what the first leaves out is said by the last."""
    found = list(at)
    for i in range(len(found) - 2, -1, -1):
        one, after = found[i], found[i + 1]
        if not one.articles:
            parts = {"articles": after.articles[:1]}
            if not one.clauses and one.points and after.points:
                parts["clauses"] = after.clauses[:1]
            one = attrs.evolve(one, **parts)  # type: ignore[arg-type]
        found[i] = attrs.evolve(one, instrument=one.instrument or after.instrument)
    return found


def _instrument(book: Book, s: Sentence, at: tree.Address) -> str:
    headings = {h.number: h for t in book.texts.values() if (h := heading_of(t)) is not None}
    amended = next((h.amends for h in headings.values() if h.key == s.act.instrument), ())
    if at.instrument:
        if at.instrument not in headings:
            near = (at.instrument, headings)
            raise wrong(s, "no-such-instrument", at, name=at.instrument, near=near, there=", ".join(headings))
        return headings[at.instrument].key
    if len(amended) == 1:
        return amended[0]
    raise wrong(s, "amends-which", at, there=", ".join(amended))


def wrong(s: Sentence, code: str, node: tree.Node, **values: object) -> RulesetError:
    """A problem at a part of an amending sentence."""
    assert node.span is not None
    return RulesetError([problem(code, node.span, provision=s.citation, **values)])  # type: ignore[arg-type]


def there(book: Book, citation: Citation) -> Place:
    """Where a provision stands that is known to be there."""
    place = book.place(citation)
    assert place is not None
    return place


def only(book: Book, s: Sentence, at: Sequence[tree.Address]) -> Place:
    """The one provision that an address names."""
    found = targets(book, s, at)
    if len(found) > 1:
        raise wrong(s, "one-provision-only", at[0])
    return there(book, found[0])
