"""Headings and addresses that are not as the law's are: what is said of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.citation import POINT_LETTERS, Citation, is_number, is_point, level_name, order_key
from ...basics.problem import Problem, problem
from ...basics.source import Span
from ...language import tree
from ...language.recovery.words import label_meant


def named(citation: Citation) -> Bilingual:
    """A provision as it is cited, in both languages."""
    return Bilingual(citation.name("en"), citation.name("vi"))


def nowhere(provisions: Collection[Citation], target: Citation, node: tree.Address, at: Citation) -> Problem:
    """A provision that is not there: the outermost that is missing, and those that stand where it was looked for."""
    assert node.span is not None
    missing = next((c for c in reversed(target.chain()) if c.article and c not in provisions), target)
    above = missing.chain()[1:]
    parent = next((c for c in above if c in provisions or not c.article), above[-1])
    inside = sorted((c for c in provisions if c != parent and c.chain()[1] == parent), key=order_key)
    meant = _elsewhere(provisions, target, node) if not inside else None
    if meant is not None:
        word = Bilingual(*(f"{node.span.text()} {addressed(Citation('', clause=meant.clause))[lang]}" for lang in LANGUAGES))
        return problem("no-such-provision", node.span, provision=at, name=named(missing), word=word, hint_from="did-you-mean-here")

    def there(lang: str) -> str:
        return "; ".join(c.name(lang) for c in inside) or "–"

    return problem(
        "no-such-provision", node.span, provision=at, name=named(missing),
        there=Bilingual(there("en"), there("vi")),
    )  # fmt: skip


def _elsewhere(provisions: Collection[Citation], target: Citation, node: tree.Address) -> Citation | None:
    """The one clause of the article in which all the points stand that were named without a clause."""
    if node.clauses or node.articles or node.subs or not node.points:
        return None
    article = Citation(target.instrument, target.article)
    clauses = {c.chain()[1] for c in provisions if c.point and c.within(article)}
    found = [c for c in clauses if all(attrs.evolve(c, point=p) in provisions for p in node.points)]
    return found[0] if len(found) == 1 else None


def out_of_order(
    heading: tree.Provision, here: Citation, last: dict[tuple[Citation, str], tree.Provision]
) -> list[Problem]:
    """A provision that stands after one that comes later in the law."""
    slot = (here.chain()[1], heading.level)
    before = last.get(slot) if not here.defines else None
    if not here.defines:
        last[slot] = heading
    if before is not None and before.span is not None:
        other = attrs.evolve(here, **{heading.level: before.label})
        if order_key(here) < order_key(other):
            also = [(heading_span(before), "name-first-here")]
            return [problem("provision-order", heading_span(heading), provision=here, also=also, name=named(here), other=named(other))]
    return []


def cut_apart(addresses: Sequence[tree.Address]) -> Iterator[tuple[tree.Address, tree.Address]]:
    """Addresses cut in two by a comma: "clause 3, Article 9" names a clause and a whole article."""
    for a, b in pairwise(addresses):
        if not a.article and (a.clause or a.points or a.subs) and not b.points and (b.article and not b.clause or b.clause and not a.clause):
            yield a, b


def apart(a: tree.Address, b: tree.Address, at: Citation) -> Problem:
    """One address cut in two."""
    assert a.span is not None
    assert b.span is not None
    span = a.span.source.span(a.span.start, b.span.end)
    return problem("address-form", span, provision=at, found=span.text(), word=f"{a.span.text()} {b.span.text()}")


def heading_span(heading: tree.Provision) -> Span:
    """The words of a heading, without its headnote."""
    assert heading.span is not None
    end = heading.span.text().find(".")
    return heading.span.source.span(heading.span.start, heading.span.start + end + 1) if end >= 0 else heading.span


def this_what(level: str, node: tree.Address, at: Citation) -> Problem:
    """"This clause" where there is none."""
    assert node.span is not None
    name = level_name(level)
    return problem("this-what", node.span, provision=at, found=node.span.text(), level=Bilingual(name.en.lower(), name.vi.lower()))


def labelled(heading: tree.Provision, here: Citation, *, free: bool = False) -> Iterator[Problem]:
    """Articles and clauses are numbered, points lettered; each stands in an article. ``free``: labels are as they are."""
    assert heading.span is not None
    if here.defines:
        if here.chain()[1] == Citation(here.instrument, here.article):  # said once, of the outermost
            yield problem("definitions-undivided", heading_span(heading), provision=here)
        return
    if not here.article:
        yield problem("stands-in-nothing", heading_span(heading), name=named(here))
    if free or heading.level == "sub":
        return
    level = level_name(heading.level)
    if heading.level == "point" and re.match("[a-z]", heading.label) and not is_point(heading.label):
        letters = ", ".join(POINT_LETTERS)
        yield problem("no-such-letter", heading_span(heading), provision=here, label=heading.label, letters=letters)
    elif not (is_point if heading.level == "point" else is_number)(heading.label):
        low = heading.label.lower()
        word = label_meant(heading.label, heading.level.upper())
        code = "point-capital" if heading.level == "point" and word == low else "wrong-label"
        yield problem(code, heading_span(heading), provision=here, label=heading.label, level=level, word=word)


def addressed(citation: Citation) -> Bilingual:
    """A provision as rules name it: "clause 3 Article 9"."""
    english = re.sub("Clause|Point|Sub-point", lambda m: m[0].lower(), citation.name("en").replace(",", ""))
    return Bilingual(english, citation.name("vi"))
