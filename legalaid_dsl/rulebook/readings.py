"""Readings: the choices that a text leaves, and the rules that stand under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..basics.citation import Citation
from ..basics.problem import problem
from ..basics.source import Span
from ..language import tree
from .model import Reading, ReadingChoice

if TYPE_CHECKING:
    from .rules import Collector


def reading_id(at: Citation, key: str) -> str:
    return f"{at.path.partition('/')[2].replace('/', '_')}_{key}"


def add_reading(c: Collector, node: tree.Reading, at: Citation) -> None:
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
    c.readings[identifier] = Reading(identifier, node.question, made, default, at, span=node.span)


def _head(span: Span, key: str) -> Span:
    """From the beginning of a sentence to its key."""
    at = span.text().find(key)
    return span.source.span(span.start, span.start + at + len(key)) if at >= 0 else span


def read_choices(c: Collector, node: tree.Read, at: Citation) -> tuple[tuple[str, str], ...]:
    """The readings under which the rules that follow stand."""
    assert node.span is not None
    found = []
    for key, choice in node.choices:
        own = [reading_id(above, key) for above in at.chain() if above.article]
        identifier = next((i for i in [*own, key] if i in c.readings), None)
        known = list(c.readings[identifier].choices) if identifier is not None else []
        span = node.span.source.span(node.span.start, node.span.end)
        if c.again and (identifier is None or choice not in known):
            pass  # a reading was declared twice: this one may be what the second was meant to be
        elif identifier is None:
            names = [i.removeprefix(reading_id(above, "")) for above in at.chain() if above.article for i in c.readings]
            c.problems.append(problem("no-such-reading", span, provision=at, key=key, near=(key, [*names, *c.readings])))
        elif choice not in known:
            c.problems.append(problem("no-such-choice", span, provision=at, key=choice, near=(choice, known)))
        found.append((identifier or key, choice))
    return tuple(found)
