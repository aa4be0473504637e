"""Where the facts of a case file stand, as JSON has them: the items of a thing, and the value of a fact of one."""

from __future__ import annotations

from typing import Any

from ..rulebook.model import ROOT, Rulebook, Term

Case = dict[str, Any]


def items(book: Rulebook, case: Case, thing: str) -> list[Case]:
    """The items of a thing, wherever they are listed."""
    if thing == ROOT:
        return [case]
    return [item for owner in listing(book, case, thing) for item in owner[thing]]


def listing(book: Rulebook, case: Case, thing: str) -> list[Case]:
    """The items that hold a list of a thing."""
    declared = book.things.get(thing)
    owners = [o for k in declared.listed_in for o in items(book, case, k)] if declared is not None else []
    return [o for o in owners if isinstance(o.get(thing), list)]


def held(item: Any, term: Term) -> Any:
    """The value of a fact; None where it is not stated."""
    for key in term.path:
        item = item.get(key) if isinstance(item, dict) else None
    return item


def put(item: Case, term: Term, value: Any) -> None:
    """Set a fact; None takes it away."""
    for key in term.path[:-1]:
        item = item.setdefault(key, {})
    if value is None:
        item.pop(term.path[-1], None)
    else:
        item[term.path[-1]] = value
