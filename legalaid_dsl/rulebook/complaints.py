"""Why an expression means nothing: the sentence for each way in which names, units and signs go wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..basics.bilingual import Bilingual
from ..basics.quantity import number_for
from ..basics.spelling import did_you_mean
from ..language import tree
from ..language.grammar import word_of
from ..language.slips.words import near_keyword
from .model import Type
from .units import Unit

if TYPE_CHECKING:
    from .expressions import Resolver, Unresolved

SORTS = {
    "term": Bilingual("a term", "thuật ngữ"), "choice": Bilingual("a choice", "lựa chọn"),
    "thing": Bilingual("a thing", "đối tượng"), "table": Bilingual("a table", "bảng"), "unit": Bilingual("a unit", "đơn vị"),
}  # fmt: skip
LANGUAGE_NAMES = {"en": Bilingual("English", "tiếng Anh"), "vi": Bilingual("Vietnamese", "tiếng Việt")}


def no_name(r: Resolver, name: tree.Name, wanted: tuple[str, ...]) -> Unresolved:
    """Why a name means nothing here: of another sort, of the other language, or unknown."""
    other = r.glossary.find(r.lang, name.words)
    if other:
        kinds = {"name": name.words, "kind": SORTS[other[0].kind], "wanted": SORTS[wanted[0]]}
        if other[0].kind == "choice" and "term" in wanted:
            terms = [t for t in r.glossary.terms.values() if t.type.key == other[0].vocabulary]
            if terms:
                return r.fail("choice-alone", name, name=name.words, term=terms[0].names)
        return r.fail("other-sort", name, **kinds)
    there = "vi" if r.lang == "en" else "en"
    foreign = [e for e in r.glossary.find(there, name.words) if e.kind in wanted]
    if foreign:
        own = r.glossary.words(foreign[0], r.lang)
        return r.fail("name-other-language", name, found=name.words, word=own, own=LANGUAGE_NAMES[r.lang])
    candidates = r.glossary.names(r.lang, wanted)
    keyword = None if did_you_mean(name.words, candidates) else near_keyword(name.words, r.lang)
    if keyword is not None:
        return r.fail("unknown-name", name, name=name.words, word=keyword, hint_from="did-you-mean")
    return r.fail("unknown-name", name, name=name.words, near=(name.words, candidates))


def units_differ(r: Resolver, node: tree.Expression, wanted: Unit, found: Unit) -> Unresolved:
    """A unit that is not the one needed; a bare number is asked for its unit."""
    if isinstance(node, tree.Quantity) and not node.percent:
        if node.unit is None and wanted.powers:
            number = number_for(node.value, r.lang)
            return r.fail("unit-missing", node, number=number, unit=r.unit_name(wanted))
        if node.unit is not None and not wanted.powers:
            return r.fail("unit-too-many", node, unit=node.unit)
    return r.fail("units-differ", node, left=r.unit_name(wanted), right=r.unit_name(found))


def mixed(
    r: Resolver, node: tree.Expression, left: tuple[tree.Expression, Unit], right: tuple[tree.Expression, Unit]
) -> Unresolved:
    """Two sides of a sum or a comparison whose units differ."""
    for (side, found), (_, wanted) in ((left, right), (right, left)):
        bare = isinstance(side, tree.Quantity) and not side.percent and bool(found.powers) != bool(wanted.powers)
        if bare:
            return units_differ(r, side, wanted, found)
    return r.fail("units-differ", node, left=r.unit_name(left[1]), right=r.unit_name(right[1]))


def wrong_sign(r: Resolver, node: tree.Compare, side: tree.Expression, kind: Type, wanted: str) -> Unresolved:
    """A sign that does not compare values of this kind; what would."""
    if wanted == "date":
        return r.fail("before-with-numbers", side, kind=r.type_name(kind))
    left, right = (n.span.text() if n.span is not None else "" for n in (node.left, node.right))
    if kind.kind == "date":
        terminal = {"=": "IS", "<": "IS_BEFORE", ">": "IS_AFTER", "<=": "IS_NOT_AFTER", ">=": "IS_NOT_BEFORE"}[node.sign]
        return r.fail("sign-with-dates", node, sign=node.sign, word=f"{left} {word_of(r.lang, terminal)} {right}")
    if kind.kind in ("choice", "text", "reference") and node.sign == "=":
        word = f"{left} {word_of(r.lang, 'IS')} {right}"
        return r.fail("sign-with-choices", node, sign=node.sign, word=word, kind=r.type_name(kind))
    return r.fail("no-number", side, kind=r.type_name(kind))
