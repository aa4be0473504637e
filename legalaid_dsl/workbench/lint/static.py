"""What can be seen without any case: rules that can never apply, unused terms, names, sources, languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.source_text import called
from ...basics.spelling import only_tone_place
from ...basics.worded import said
from ...rulebook import meaning as m
from ...rulebook.check.overlaps import conditions
from ...rulebook.check.regions import Subjects
from ...rulebook.model import Rule, Rulebook
from ...rulebook.wording import wording
from .finding import WORDS, Finding, finding
from .headnotes import numbers_apart


def look(rulebook: Rulebook) -> Iterator[Finding]:
    """Every finding about the ruleset itself; the instruments that it uses are looked at by themselves."""
    rules = [*(r for found in rulebook.rules.values() for r in found), *rulebook.refusals, *rulebook.findings]
    subjects = Subjects(rulebook.terms, rulebook.vocabularies)
    for rule in rules:
        if rule.citation.instrument == rulebook.id:
            yield from _never(rulebook, subjects, rule)
    yield from _unused(rulebook, rules)
    yield from _unnamed(rulebook, rules)
    yield from _tones(rulebook)
    yield from _sources(rulebook)
    yield from _languages(rulebook)
    yield from numbers_apart(rulebook)


# ------------------------------------------------------------------ rules that can never apply


def _never(rulebook: Rulebook, subjects: Subjects, rule: Rule) -> Iterator[Finding]:
    """Two conditions of a rule that exclude each other."""
    parts = [p for c in conditions(rule) for p in _conjuncts(c)]
    boxes = [subjects.box([p]) for p in parts]
    for i, one in enumerate(parts):
        for j, other in enumerate(parts[:i]):
            if rule.span is not None and subjects.apart(boxes[i], boxes[j]):
                why = said(WORDS, "both_conditions", one=wording(rulebook, other), other=wording(rulebook, one))
                yield finding("never-applies", rule.span, provision=rule.citation, why=why)
                return


def _conjuncts(node: m.Expression) -> list[m.Expression]:
    if isinstance(node, m.Logic) and node.kind == "and":
        return [p for o in node.operands for p in _conjuncts(o)]
    return [node]


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


def _unnamed(rulebook: Rulebook, rules: Iterable[Rule]) -> Iterator[Finding]:
    """Choices that no rule names: what the law says of them is what it says of everything else, or nothing."""
    named = {key: set[str]() for key in rulebook.vocabularies}
    tops = [e for rule in rules for e in rule.expressions()]
    tops += [t.result.condition for t in rulebook.terms.values() if t.result is not None and t.result.condition is not None]
    for node in (n for top in tops for n in m.walk(top)):
        match node:
            case m.Constant(value=str() as value, vocabulary=key) if key:
                named[key].add(value)
            case m.Among(value=m.Reference(term=term), items=items) | m.Includes(value=m.Reference(term=term), items=items):
                named[rulebook.terms[term].type.key] |= items
    for total in rulebook.totals:
        for (_, key), chosen in zip(rulebook.tables[total.table].by, total.selection, strict=True):
            named[key] |= set(chosen or ())
    by_tables = {key for table in rulebook.tables.values() for _, key in table.by}
    used = {t.type.key for t in rulebook.terms.values()}
    for vocabulary in (v for v in rulebook.vocabularies.values() if v.key in used):
        if vocabulary.key in by_tables and not named[vocabulary.key]:
            continue  # only the rows of tables tell its choices apart
        idle = [c.names for c in vocabulary.choices.values() if not named[vocabulary.key] & set(c.also)]
        span = rulebook.glossary.declared_at("choices", vocabulary.key)
        if idle and span is not None:
            names = Bilingual("”, “".join(n.en for n in idle), "”, “".join(n.vi for n in idle))
            yield finding("unnamed-choice", span, names=names)


def _own(rulebook: Rulebook, span: Any) -> bool:
    return str(span.source.name).startswith(f"{called(Path(rulebook.folder))}/")


def _terms(node: m.Expression) -> set[str]:
    found: set[str] = set()
    for inner in m.walk(node):
        match inner:
            case m.Reference(steps=steps, term=term):
                found |= {term, *(s.term for s in steps if s.term)}
            case m.FigureOn(figure=figure) | m.OnScale(figure=figure):
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
        only = rulebook.instruments[rulebook.id].only
        if note is not None and not all(getattr(note, lang) for lang in ((only,) if only else LANGUAGES)) and provision.span is not None:
            if provision.citation.instrument == rulebook.id:
                name = Bilingual(provision.citation.name("en"), provision.citation.name("vi"))
                yield finding("one-language", provision.span, provision=provision.citation, name=name)
