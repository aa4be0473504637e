"""What can be seen without any case: rules that can never apply, unused terms, names, sources, languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ...basics.bilingual import Bilingual
from ...basics.spelling import only_tone_place
from ...rulebook import meaning as m
from ...rulebook.model import Rule, Rulebook
from ...rulebook.wording import wording
from .finding import Finding, finding


def look(rulebook: Rulebook) -> Iterator[Finding]:
    """Every finding about the ruleset itself; the instruments that it uses are looked at by themselves."""
    rules = [*(r for found in rulebook.rules.values() for r in found), *rulebook.refusals, *rulebook.findings]
    for rule in rules:
        if rule.citation.instrument == rulebook.id:
            yield from _never(rulebook, rule)
    yield from _unused(rulebook, rules)
    yield from _tones(rulebook)
    yield from _sources(rulebook)
    yield from _languages(rulebook)


# ------------------------------------------------------------------ rules that can never apply


def _never(rulebook: Rulebook, rule: Rule) -> Iterator[Finding]:
    """Two conditions of a rule that exclude each other."""
    conditions = [c for _, c in rule.applies] + ([rule.when] if rule.when is not None else [])
    parts = [p for c in conditions for p in _conjuncts(c)]
    for i, one in enumerate(parts):
        for other in parts[:i]:
            if excludes(one, other) and rule.span is not None:
                a, b = wording(rulebook, other), wording(rulebook, one)
                why = Bilingual(f"“{a.en}” and “{b.en}”", f"“{a.vi}” và “{b.vi}”")
                yield finding("never-applies", rule.span, provision=rule.citation, why=why)
                return


def _conjuncts(node: m.Expression) -> list[m.Expression]:
    if isinstance(node, m.Logic) and node.kind == "and":
        return [p for o in node.operands for p in _conjuncts(o)]
    return [node]


def excludes(a: m.Expression, b: m.Expression) -> bool:
    """Whether two conditions can never hold together, as far as this is plain."""
    if isinstance(a, m.Negated) and a.operand == b or isinstance(b, m.Negated) and b.operand == a:
        return True
    match a, b:
        case m.Compare(), m.Compare() if a.left == b.left:
            return _apart(a, b)
        case m.Same() | m.Among(), m.Same() | m.Among():
            return _other_choices(a, b)
        case m.Stated(), m.Stated() if a.value == b.value:
            return a.negated != b.negated
        case m.Stated(negated=True), other if not isinstance(other, m.Stated):
            return _reads(other, a.value)
        case other, m.Stated(negated=True) if not isinstance(other, m.Stated):
            return _reads(other, b.value)
    return False


def _reads(node: m.Expression, value: m.Expression) -> bool:
    """Whether a comparison needs the value that is said not to be stated."""
    return isinstance(node, m.Compare | m.Same | m.Among) and value in m.children(node)


_SIDES = {"<": (False, True), "<=": (False, False), ">": (True, True), ">=": (True, False)}


def _apart(a: m.Compare, b: m.Compare) -> bool:
    """Whether two comparisons of one thing with constants leave nothing between them."""
    if not isinstance(a.right, m.Constant) or not isinstance(b.right, m.Constant):
        return False
    x: Any = a.right.value
    y: Any = b.right.value
    if a.sign == b.sign == "=":
        return bool(x != y)
    if "=" in (a.sign, b.sign):
        (value, bound, sign) = (x, y, b.sign) if a.sign == "=" else (y, x, a.sign)
        tests = {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}
        return not tests.get(sign, True)
    if a.sign not in _SIDES or b.sign not in _SIDES or _SIDES[a.sign][0] == _SIDES[b.sign][0]:
        return False
    (low, low_sign), (high, high_sign) = ((x, a.sign), (y, b.sign)) if _SIDES[a.sign][0] else ((y, b.sign), (x, a.sign))
    return bool(low > high or (low == high and (_SIDES[low_sign][1] or _SIDES[high_sign][1])))


def _other_choices(a: m.Same | m.Among, b: m.Same | m.Among) -> bool:
    (of_a, some_a, not_a), (of_b, some_b, not_b) = _choices(a), _choices(b)
    if of_a is None or of_a != of_b or not some_a or not some_b:
        return False
    if not_a and not_b:
        return False
    if not_a or not_b:
        inner, outer = (some_b, some_a) if not_a else (some_a, some_b)
        return inner <= outer
    return not some_a & some_b


def _choices(node: m.Same | m.Among) -> tuple[m.Expression | None, frozenset[Any], bool]:
    if isinstance(node, m.Among):
        return node.value, node.items, node.negated
    if isinstance(node.right, m.Constant):
        return node.left, frozenset([node.right.value]), node.negated
    return None, frozenset(), False


# ------------------------------------------------------------------ terms, names, sources


def _unused(rulebook: Rulebook, rules: Iterable[Rule]) -> Iterator[Finding]:
    """Terms that no rule, result or order reads."""
    read: set[str] = {t.in_order_of for t in rulebook.things.values()}
    for rule in rules:
        if rule.kind in ("refuse", "finding"):
            read.add(rule.term)
        for node in rule.expressions():
            read |= _terms(node)
    for term in rulebook.terms.values():
        if term.result is not None:
            read.add(term.key)
            read |= _terms(term.result.condition) if term.result.condition is not None else set()
    for term in rulebook.terms.values():
        idle = term.key not in read and not term.date_of_law and not term.inverse_of
        if idle and term.type.kind not in ("text", "reference") and term.span is not None and _own(rulebook, term.span):
            yield finding("unused-term", term.span, name=term.names)


def _own(rulebook: Rulebook, span: Any) -> bool:
    name = re.split(r"[\\/]", rulebook.folder)[-1]
    return str(span.source.name).startswith(name + "/")


def _terms(node: m.Expression) -> set[str]:
    found: set[str] = set()
    for inner in m.walk(node):
        match inner:
            case m.Reference(steps=steps, term=term):
                found |= {term, *(s.term for s in steps if s.term)}
            case m.FigureOn(figure=figure):
                found.add(figure)
            case m.AsUnder(term=term):
                found.add(term)
    return found


def _tones(rulebook: Rulebook) -> Iterator[Finding]:
    """Names that differ only in where the tone mark stands."""
    names = [(t.names.vi, t.span) for t in rulebook.terms.values()]
    names += [(c.names.vi, None) for v in rulebook.vocabularies.values() for c in v.choices.values()]
    anywhere = next((t.span for t in rulebook.terms.values() if t.span is not None), None)
    for i, (name, span) in enumerate(names):
        for other, first in names[:i]:
            place = span or first or anywhere
            if only_tone_place(name, other) and place is not None:
                yield finding("tone-mark-names", place, name=name, other=other, also=[first] if span and first else [])


def _sources(rulebook: Rulebook) -> Iterator[Finding]:
    for key, values in rulebook.figures.items():
        for value in values:
            said = re.sub(r"[\W_]+", "", value.source["en"] + value.source["vi"])
            if not said and value.span is not None and value.citation.instrument == rulebook.id:
                yield finding("figure-without-source", value.span, provision=value.citation, name=rulebook.terms[key].names)


def _languages(rulebook: Rulebook) -> Iterator[Finding]:
    for provision in rulebook.provisions.values():
        note = provision.headnote
        if note is not None and not (note.en and note.vi) and provision.span is not None:
            if provision.citation.instrument == rulebook.id:
                name = Bilingual(provision.citation.name("en"), provision.citation.name("vi"))
                yield finding("one-language", provision.span, provision=provision.citation, name=name)
