"""Why an expression means nothing: the sentence for each way in which names, units and signs go wrong."""

from __future__ import annotations

from ...basics.bilingual import Bilingual, joined
from ...basics.problem import MOST_LISTED
from ...basics.quantity import number_for
from ...basics.source import Span
from ...basics.spelling import did_you_mean
from ...basics.worded import said
from ...language import tree
from ...language.grammar import surface, word_of
from ...language.recovery.phrases import number_in_words
from ...language.recovery.typography import synonyms
from ...language.recovery.words import language_name, near_keyword
from ..model import Type
from ..units import Unit
from .resolving import WORDS, Resolving
from .unresolved import Unresolved


def no_name(r: Resolving, name: tree.Name, wanted: tuple[str, ...]) -> Unresolved:
    """Why a name means nothing here: of another sort, of the other language, or unknown."""
    other = r.glossary.find(r.lang, name.words)
    if other:
        kinds = {"name": name.words, "kind": said(WORDS, "sorts", other[0].kind), "wanted": said(WORDS, "sorts", wanted[0])}
        if other[0].kind == "choice" and "term" in wanted:
            terms = [t for t in r.glossary.terms.values() if t.type.key == other[0].vocabulary]
            if terms:
                return r.fail("choice-alone", name, name=name.words, term=terms[0].names, also=declared(r, terms[0].key))
        if wanted == ("table",) and other[0].kind != "unit":
            right = f"{name.words}, ("
            return r.fail("word-missing", name, word=",", before=name.words, found="(", right=right)
        meant = did_you_mean(name.words, r.glossary.names(r.lang, wanted))
        return r.fail("other-sort", name, near=(name.words, [meant]) if meant else None, **kinds)
    words = number_in_words(name.words, r.lang)
    if words is not None and words.partition(" ")[2] in ("", *r.glossary.names(r.lang, ["unit"])):
        return r.fail("number-words", name, found=name.words, word=words)
    there = "vi" if r.lang == "en" else "en"
    foreign = [e for e in r.glossary.find(there, name.words) if e.kind in wanted]
    if foreign:
        own = r.glossary.words(foreign[0], r.lang)
        return r.fail("name-other-language", name, found=name.words, word=own, own=language_name(r.lang))
    candidates = r.glossary.names(r.lang, wanted)
    other_words = synonyms()[r.lang].get(name.words.lower())
    meant_by = [other_words] if isinstance(other_words, str) else other_words or []
    keyword = next((word_of(r.lang, s) for s in meant_by if s in surface(r.lang)), None)
    keyword = None if did_you_mean(name.words, candidates) else keyword or near_keyword(name.words, r.lang)
    if keyword is not None:
        return r.fail("unknown-name", name, name=name.words, word=keyword, hint_from="did-you-mean")
    return r.fail("unknown-name", name, name=name.words, near=(name.words, candidates))


def declared(r: Resolving, key: str) -> list[tuple[Span, str]]:
    """The glossary line of a term, as a second place of a problem."""
    term = r.glossary.terms.get(key)
    return [(term.span, "declared-here")] if term is not None and term.span is not None else []


def of_node(r: Resolving, *nodes: tree.Expression) -> list[tuple[Span, str]]:
    """The glossary line of the one term that one of the expressions is."""
    for node in nodes:
        if isinstance(node, tree.Path) and len(node.names) == 1:
            for entry in r.glossary.find(r.lang, node.names[0].words):
                if entry.kind == "term":
                    return declared(r, entry.key)
    return []


def percent_missing(r: Resolving, kind: Type, node: tree.Expression) -> None:
    """A percentage written as a plain number: 40 for 40%."""
    if kind.key == "percent" and isinstance(node, tree.Quantity) and not node.percent and node.unit is None and node.value:
        right = number_for(node.value if node.value > 1 else node.value * 100, r.lang) + "%"
        found = number_for(node.value, r.lang)
        raise r.fail("percent-missing", node, found=found, right=right, also=declared(r, r.term_key))


def units_differ(
    r: Resolving, node: tree.Expression, wanted: Unit, found: Unit, also: list[tuple[Span, str]] | None = None
) -> Unresolved:
    """A unit that is not the one needed; a bare number is asked for its unit."""
    places = declared(r, r.term_key) if also is None else also
    if isinstance(node, tree.Quantity) and not node.percent:
        number = number_for(node.value, r.lang)
        if node.unit is None and wanted.powers:
            return r.fail("unit-missing", node, number=number, unit=r.unit_name(wanted), also=places)
        if node.unit is not None and not wanted.powers:
            return r.fail("unit-too-many", node, unit=node.unit, also=places)
        if node.unit is not None and wanted.powers:
            names = {"left": r.unit_name(wanted), "right": r.unit_name(found)}
            return r.fail("units-differ", node, number=number, also=places, hint_from="write-unit", **names)
    return _differ(r, node, wanted, found, places)


def mixed(
    r: Resolving, node: tree.Expression, left: tuple[tree.Expression, Unit], right: tuple[tree.Expression, Unit]
) -> Unresolved:
    """Two sides of a sum or a comparison whose units differ."""
    for (side, found), (other, wanted) in ((right, left), (left, right)):
        if isinstance(side, tree.Quantity) and not side.percent and (found.powers or wanted.powers):
            return units_differ(r, side, wanted, found, of_node(r, other))
    return _differ(r, node, left[1], right[1], of_node(r, left[0], right[0]))


def _differ(r: Resolving, node: tree.Expression, left: Unit, right: Unit, also: list[tuple[Span, str]]) -> Unresolved:
    names = {"left": r.unit_name(left), "right": r.unit_name(right)}
    if left.powers and right.powers:
        return r.fail("units-differ", node, rate=r.unit_name(left.divided_by(right)), also=also, **names)
    unit = r.unit_name(left if left.powers else right)
    return r.fail("units-differ", node, unit=unit, also=also, hint_from="times-unit", **names)


def no_condition(r: Resolving, node: tree.Expression, kind: Type) -> Unresolved:
    """A value where a condition is needed; how values of its kind are compared."""
    written = node.span.text() if node.span is not None else "…"
    sign = {"choice": "IS", "text": "IS", "reference": "IS", "date": "IS_BEFORE", "choices": "INCLUDES"}.get(kind.kind)
    word = f"{' '.join(written.split())} {word_of(r.lang, sign) if sign else '>'} …"
    return r.fail("no-condition", node, kind=described(r, kind), word=word, also=of_node(r, node))


def described(r: Resolving, kind: Type) -> Bilingual:
    """A kind of value as a drafter would say it."""
    match kind.kind:
        case "number" if kind.key == "percent":
            return said(WORDS, "percentage")
        case "number" if kind.unit.powers:
            return said(WORDS, "number_of", unit=r.unit_name(kind.unit))
        case "number" | "date":
            return said(WORDS, kind.kind)
        case "choice" | "choices" if kind.key in r.glossary.vocabularies:
            known = [c.names for c in r.glossary.vocabularies[kind.key].choices.values()]
            more = " …" if len(known) > MOST_LISTED else ""
            return said(WORDS, "one_of", known=joined(known[:MOST_LISTED], ", "), more=more)
    return r.type_name(kind)


def wrong_sign(r: Resolving, node: tree.Compare, side: tree.Expression, kind: Type, wanted: str) -> Unresolved:
    """A sign that does not compare values of this kind; what would."""
    if wanted == "date":
        return r.fail("before-with-numbers", side, kind=r.type_name(kind))
    left, right = (n.span.text() if n.span is not None else "" for n in (node.left, node.right))
    if kind.kind == "date":
        terminal = {"=": "IS", "<": "IS_BEFORE", ">": "IS_AFTER", "<=": "IS_NOT_AFTER", ">=": "IS_NOT_BEFORE"}[node.sign]
        return r.fail("sign-with-dates", node, sign=node.sign, word=f"{left} {word_of(r.lang, terminal)} {right}")
    if kind.kind in ("choice", "text", "reference"):
        word = f"{left} {word_of(r.lang, 'IS')} {right if node.sign == '=' else '…'}"
        return r.fail("sign-with-choices", node, also=of_node(r, side), sign=node.sign, word=word, kind=r.type_name(kind))
    return r.fail("no-number", side, kind=r.type_name(kind))


def slashed(r: Resolving, before: tree.Expression, operand: tree.Expression) -> None:
    """Raises where a slash stands for “per” (a unit after it), or where a fraction is written out with a unit."""
    if isinstance(before, tree.Quantity) and isinstance(operand, tree.Quantity) and operand.value:
        value = before.value / operand.value
        if operand.unit is not None and before.unit is None and (value * 10**6).denominator == 1:
            raise r.fail("fraction", operand, word=f"{number_for(value, r.lang)} {operand.unit}")
    name = operand.names[0].words if isinstance(operand, tree.Path) and len(operand.names) == 1 else ""
    kinds = {e.kind for e in r.glossary.find(r.lang, name)} if name else set()
    if kinds == {"unit"} and isinstance(before, tree.Quantity) and before.unit is not None:
        word = f"{number_for(before.value, r.lang)} {before.unit} {word_of(r.lang, 'PER')} {name}"
        raise r.fail("unit-after-slash", operand, name=name, word=word)
