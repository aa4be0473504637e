"""Keys that are taken: those that the engine writes into results, and those that the reader of facts uses itself.

One list for the checker and for whoever writes results. A rule file may give none of them to a result of its own, nor to
a kind of thing that stands in the result: what is found under a key is then always what the documentation says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from ..basics.problem import Problem, problem
from .model import ROOT

if TYPE_CHECKING:
    from .resolve.glossary import Glossary

RESULT: Final = (
    "case_id", "status", "ruleset", "law_at", "bounds", "needs", "openings", "findings", "figures", "reliability", "readings", "trace",
    "refused", "labels",
)  # fmt: skip
ITEM: Final = ("id", "cites")  # of each item that stands in the result
INSIDE: Final = (  # of needs, openings, findings, figures, readings, the ruleset, and the decisions of the trace
    "en", "vi", "digest", "what", "key", "path", "question", "code", "message", "withholds", "value", "source", "source_text",
    "chosen", "others", "term", "subject", "thing", "reads", "unit", "limits", "not_applied", "missing", "left_open",
    "kind", "limit", "took", "gave", "shared", "condition", "displaced_by", "exact", "rule", "sentence", "told", "sum", "rounding",
    "before", "after", "beside", "binds", "bound", "failed", "op", "of", "on", "over", "mode", "step", "to", "test", "left", "right", "choices",
    "all", "any", "read", "slices", "part", "factor",
)  # fmt: skip
TABLES: Final = ("cases", "case", "ceilings", "decided_by", "governed_by")  # of results as tables
METHODS: Final = ("case_values", "determination", "explain", "items", "problems", "receipt", "to_dict", "what_if")  # of api.Result, which has results as attributes
EXACT: Final = "_exact"  # ends the key of the exact number beside one that does not end in decimals

TAKEN: Final = frozenset((*RESULT, *ITEM, *INSIDE, *TABLES, *METHODS))
READ: Final = {"id": "", "labels": "", "case_id": "text"}  # keys that the reader of facts uses → the one type of a fact there


def taken(key: str) -> bool:
    """Whether a key may not be given to a result, or to things that stand in the result."""
    return key in TAKEN or key.endswith(EXACT)


def check_keys(glossary: Glossary) -> Iterator[Problem]:
    """Keys of results, things and facts that are taken, or that two of them share."""
    yield from _results(glossary)
    yield from _things(glossary)
    yield from _facts(glossary)


def _listed() -> dict[str, Any]:
    """The keys for a message, in parts short enough to be shown whole."""
    rest = sorted((*INSIDE, *METHODS))
    third = -(-len(rest) // 3)
    parts = (sorted((*RESULT, *ITEM, *TABLES)), rest[:third], rest[third : 2 * third], rest[2 * third :])
    names = ("first", "second", "third", "fourth")
    return {name: ", ".join(part) for name, part in zip(names, parts, strict=True)} | {"exact": f"…{EXACT}"}


def _results(glossary: Glossary) -> Iterator[Problem]:
    """A result is written beside what the engine writes, and beside the lists of things that have results."""
    shown: dict[tuple[str, str], str] = {}
    lists = {glossary.terms[key].thing for key in glossary.results if key in glossary.terms}
    for key, result in glossary.results.items():
        term = glossary.terms[key]
        span = result.span or term.span
        if span is None:
            continue
        first = glossary.terms.get(shown.setdefault((term.thing, result.key), key))
        if taken(result.key):
            yield problem("key-of-results", span, key=result.key, **_listed())
        elif term.thing == ROOT and result.key in lists:
            yield problem("key-of-list", span, key=result.key)
        elif first is not None and first.key != key and None in (result.condition, glossary.results[first.key].condition):
            also = [(first.span, "name-first-here")] if first.span is not None else []
            yield problem("result-twice", span, key=result.key, name=first.names, also=also)


def _things(glossary: Glossary) -> Iterator[Problem]:
    """Each kind of thing is a list in the facts, and in the result where it has results."""
    shown = {glossary.terms[key].thing for key in glossary.results}
    for thing in glossary.things.values():
        span = glossary.declared_at("thing", thing.key)
        if thing.key != ROOT and span is not None:
            if thing.key in READ:
                yield problem("key-of-reader", span, key=thing.key, there=", ".join(READ))
            elif thing.key in shown and taken(thing.key):
                yield problem("key-of-results", span, key=thing.key, **_listed())


def _facts(glossary: Glossary) -> Iterator[Problem]:
    """Facts stand in the case file beside the lists of things and beside what the reader asks for itself."""
    facts = [t for t in glossary.terms.values() if t.fact and not t.inverse_of and t.span is not None]
    for term in facts:
        assert term.span is not None
        first = term.path[0]
        if first == "case_id" and term.thing == ROOT:
            if term.path != ("case_id",) or term.type.kind != "text":
                yield problem("file-number-is-text", term.span, name=term.names)
        elif first in READ and READ[first] == "":
            yield problem("key-of-reader", term.span, key=first, there=", ".join(READ))
        elif any(first == t.key and term.thing in t.listed_in for t in glossary.things.values()):
            yield problem("key-of-list", term.span, key=first)
    by_path = {(t.thing, t.path): t for t in facts}
    for term in facts:
        outer = next((o for n in range(1, len(term.path)) if (o := by_path.get((term.thing, term.path[:n]))) is not None), None)
        if outer is not None and outer.span is not None and term.span is not None:
            yield problem("key-inside-key", term.span, key=term.key, other=outer.key, also=[(outer.span, "name-first-here")])
