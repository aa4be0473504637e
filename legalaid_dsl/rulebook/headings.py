"""Headings and addresses that are not as the law's are: what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..basics.bilingual import Bilingual
from ..basics.citation import POINT_LETTERS, Citation, order_key
from ..basics.problem import Problem, problem
from ..language import tree

LEVEL_NAMES = {
    "en": {"article": "Article", "clause": "Clause", "point": "Point", "example": "Example"},
    "vi": {"article": "Điều", "clause": "Khoản", "point": "Điểm", "example": "Ví dụ"},
}


def named(citation: Citation) -> Bilingual:
    """A provision as it is cited, in both languages."""
    return Bilingual(citation.name("en"), citation.name("vi"))


def nowhere(provisions: Collection[Citation], target: Citation, node: tree.Address, at: Citation) -> Problem:
    """A provision that is not there; those that stand where it was looked for."""
    assert node.span is not None
    above = target.chain()[1:]
    parent = next((c for c in above if c in provisions or not c.article), above[-1])
    inside = sorted((c for c in provisions if c != parent and c.chain()[1] == parent), key=order_key)

    def there(lang: str) -> str:
        return "; ".join(c.name(lang) for c in inside) or "–"

    return problem(
        "no-such-provision", node.span, provision=at, name=named(target),
        there=Bilingual(there("en"), there("vi")),
    )  # fmt: skip


def labelled(heading: tree.Provision, here: Citation) -> Iterator[Problem]:
    """Articles and clauses are numbered, points lettered; each stands in an article."""
    assert heading.span is not None
    numbered = heading.label[:1].isdigit()
    level = Bilingual(*(LEVEL_NAMES[lang][heading.level] for lang in ("en", "vi")))
    if heading.level == "point" and not numbered and heading.label not in POINT_LETTERS:
        letters = ", ".join(POINT_LETTERS)
        yield problem("no-such-letter", heading.span, provision=here, label=heading.label, letters=letters)
    elif numbered == (heading.level == "point"):
        word = "a" if numbered else "1"
        yield problem("wrong-label", heading.span, provision=here, label=heading.label, level=level, word=word)
    if not here.article:
        yield problem("stands-in-nothing", heading.span, name=named(here))


def addressed(citation: Citation) -> Bilingual:
    """A provision as rules name it: "clause 3 Article 9"."""
    english = citation.name("en").replace(",", "").replace("Clause", "clause").replace("Point", "point")
    return Bilingual(english, citation.name("vi"))
