"""Readings: the choices that a text leaves, and the rules that stand under them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...basics.citation import Citation
from ...basics.problem import Problem, problem
from ...basics.source import Span
from ...language import tree
from ..model import Reading, ReadingChoice
from .resolving import Collecting


def reading_id(at: Citation, key: str) -> str:
    return f"{at.path.partition('/')[2].replace('/', '_')}_{key}"


def add_reading(c: Collecting, node: tree.Reading, at: Citation) -> None:
    """Declare a reading; its choices differ and exactly one is the default."""
    assert node.span is not None
    identifier, here = reading_id(at, node.key), _head(node.span, node.key)
    if identifier in c.readings:
        first = c.readings[identifier].span
        also = [(_head(first, node.key), "name-first-here")] if first is not None else []
        c.problems.append(problem("declared-twice", here, provision=at, key=identifier, also=also))
        c.again |= {identifier, *(choice.key for choice in node.choices)}
        return
    choices: dict[str, tree.ReadingChoice] = {}
    for choice in node.choices:
        span = _head(choice.span, choice.key) if choice.span is not None else here
        if choice.key in choices:
            before = choices[choice.key].span
            also = [(_head(before, choice.key), "name-first-here")] if before is not None else []
            c.problems.append(problem("choice-twice", span, provision=at, key=choice.key, also=also))
        choices.setdefault(choice.key, choice)
    defaults = [choice for choice in node.choices if choice.default]
    if not defaults:
        there = ", ".join(choices)
        c.problems.append(problem("no-default", here, provision=at, key=node.key, choice=next(iter(choices)), there=there))
    for choice in defaults[1:]:
        span, first = (_head(d.span, d.key) if d.span is not None else here for d in (choice, defaults[0]))
        c.problems.append(problem("one-default", span, provision=at, key=node.key, also=[(first, "name-first-here")]))
    made = {key: ReadingChoice(key, choice.text, choice.because) for key, choice in choices.items()}
    default = defaults[0].key if defaults else next(iter(choices))
    c.problems += _carried(c, node, at)
    c.readings[identifier] = Reading(identifier, node.question, made, default, at, span=node.span)


def _carried(c: Collecting, node: tree.Reading, at: Citation) -> Iterator[Problem]:
    """All choices carry one kind of thing: a value each; or a grouping, or a way of sharing."""
    choices = {choice.key: choice.carried for choice in node.choices}
    c.carried[reading_id(at, node.key)] = at, choices
    kinds = {key: _KINDS[carried.kind] if carried is not None else "" for key, carried in choices.items()}
    told = {kind for kind in kinds.values() if kind}
    if len(told) > 1 or (told and "" in kinds.values() and told != {"grouping"}):
        first = next(kind for kind in kinds.values() if kind)
        other = next(choice for choice in node.choices if kinds[choice.key] != first)
        assert other.span is not None
        yield problem("carries-differ", _head(other.span, other.key), provision=at, key=other.key)


def idle(c: Collecting) -> Iterator[Problem]:
    """Readings and choices that no sentence asks for, named groups that nothing uses; asked last, of rules that are otherwise right.

    One choice may go unnamed: it is what holds where the others do not. A part of a law, whose terms others decide, is no whole.
    """
    if any(t.decided_elsewhere and t.key not in c.rules for t in c.glossary.terms.values()):
        return
    for reading in c.readings.values():
        if reading.span is None:
            continue
        key = reading.id.removeprefix(reading_id(reading.citation, ""))
        asked = {choice for asked_for, choice in c.asked if asked_for == reading.id}
        if not asked:
            yield problem("unused-reading", _head(reading.span, key), provision=reading.citation, key=key)
            continue
        left = sorted((k for k in reading.choices if k not in asked), key=lambda k: k != reading.default)
        for choice in left[1:]:
            yield problem("unused-choice", _key(reading.span, choice), provision=reading.citation, key=choice, other=left[0])
    for key, (node, at) in c.groups.items():
        if key not in c.grouped and node.span is not None:
            yield problem("unused-group", _head(node.span, key), provision=at, name=c.glossary.groups[key])


def _key(span: Span, key: str) -> Span:
    """Where a key stands in a sentence, outside its texts."""
    text = re.sub(r'"[^"\n]*"', lambda m: "_" * len(m[0]), span.text())
    found = re.search(rf"(?<![\w.]){key}(?!\w)", text)
    return span.source.span(span.start + found.start(), span.start + found.end()) if found is not None else span


_KINDS: Final = {"value": "value", "same": "grouping", "alone": "grouping", "in_order": "sharing", "pro_rata": "sharing"}


def _head(span: Span, key: str) -> Span:
    """From the beginning of a sentence to its key."""
    at = span.text().find(key)
    return span.source.span(span.start, span.start + at + len(key)) if at >= 0 else span


def find_reading(
    c: Collecting, key: str, at: Citation, node: tree.Node, choice: str | None = None
) -> tuple[str | None, Problem | None]:
    """The id of a reading, by its own key inside its provision or by the whole id; and what is wrong with asking so."""
    assert node.span is not None
    own = [reading_id(above, key) for above in at.chain() if above.article]
    identifier = next((i for i in [*own, key] if i in c.readings), None)
    known = list(c.readings[identifier].choices) if identifier is not None else []
    if c.again and (identifier is None or (choice is not None and choice not in known)):
        return identifier, None  # a reading was declared twice: this one may be what the second was meant to be
    if identifier is None:
        names = [i.removeprefix(reading_id(above, "")) for above in at.chain() if above.article for i in c.readings]
        return None, problem("no-such-reading", node.span, provision=at, key=key, near=(key, [*names, *c.readings]))
    if choice is not None and choice not in known:
        return identifier, problem("no-such-choice", node.span, provision=at, key=choice, near=(choice, known))
    return identifier, None


def read_choices(c: Collecting, node: tree.Read, at: Citation) -> tuple[tuple[str, str], ...]:
    """The readings under which the rules that follow stand."""
    assert node.span is not None
    found = []
    for key, choice in node.choices:
        identifier, wrong = find_reading(c, key, at, node, choice)
        c.problems += [wrong] if wrong is not None else []
        c.asked.add((identifier or key, choice))
        found.append((identifier or key, choice))
    return tuple(found)
