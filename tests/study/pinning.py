"""One case of a space: its facts as constraints, to compare the translation with the interpreter."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import z3

from legalaid_dsl.study.proof.formulas.logic import formula
from legalaid_dsl.study.proof.formulas.space import Space, Spot


def pinned(space: Space, case: dict[str, Any]) -> tuple[list[Any], dict[str, Spot]]:
    """The constraints that make the space this one case, and the spot of each path of the case file."""
    found: list[Any] = []
    paths: dict[str, Spot] = {}
    ids: dict[tuple[str, str], Spot] = {}
    seen: list[tuple[Spot, dict[str, Any] | None]] = []

    def visit(spot: Spot, item: dict[str, Any] | None, path: str) -> None:
        seen.append((spot, item))
        if item is not None:
            paths[path] = spot
            if "id" in item:
                ids[(spot.thing, item["id"])] = spot
        for (thing, owner), (listed, spots) in space.lists.items():
            if owner is spot:
                held = None if item is None else item.get(thing)
                if not isinstance(listed, bool):
                    found.append(formula(listed) == (held is not None))
                assert len(held or []) <= len(spots), "outside the bounds"
                for i, inner in enumerate(spots):
                    there = held[i] if held and i < len(held) else None
                    found.append(inner.present if there is not None else z3.Not(inner.present))
                    visit(inner, there, f"{path}.{thing}[{i}]" if path else f"{thing}[{i}]")

    visit(space.root, case, "")
    for spot, item in seen:
        for term in space.book.terms_of(spot.thing):
            variable = space.facts.get((term.key, spot))
            if variable is None or item is None:
                continue
            held: Any = item
            for key in term.path:
                held = held.get(key) if isinstance(held, dict) else None
            if not isinstance(variable.stated, bool):
                found.append(variable.stated == (held is not None))
            else:
                assert held is not None, f"{term.key} is needed"
            if held is not None:
                found += _value(space, term, variable.behind, held, ids)
    return found, paths


def _value(space: Space, term: Any, behind: Any, held: Any, ids: dict[tuple[str, str], Spot]) -> list[Any]:
    match term.type.kind:
        case "number":
            count = Fraction(held) / space.bounds.step
            assert count.denominator == 1, "not on the grid"
            return [behind == int(count)]
        case "date":
            return [behind == date.fromisoformat(held).toordinal()]
        case "yes_or_no":
            return [behind == held]
        case "choices":
            return [b == (c in held) for c, b in behind.items()]
        case "choice":
            return [b == (c == held) for c, b in behind.items()]
    return [b == (s is ids[(term.type.key, held)]) for s, b in behind.items()]
