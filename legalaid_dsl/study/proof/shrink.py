"""A case made smaller while it still shows the same: fewer items, facts, days, smaller numbers."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from ...basics.quantity import decimal_text
from .claims import Case, walk

Change = Callable[[Case], None]


def shrunk(case: Case, still: Callable[[Case], bool], seconds: float = 8.0) -> Case:
    """Greedy: each change that keeps the case telling is kept; until none does, or time is up."""
    until = time.monotonic() + seconds
    changed = True
    while changed:
        changed = False
        for kind in (_fewer_items, _fewer_facts, _smaller_numbers, _shorter_lists, _fewer_days):
            place = 0
            while time.monotonic() < until:
                changes = list(kind(case))
                if place >= len(changes):
                    break
                trial = copy.deepcopy(case)
                changes[place](trial)
                if trial != case and still(trial):
                    case, changed = trial, True
                else:
                    place += 1
    return case


def _objects(case: Case) -> list[Case]:
    return list(walk(case))


def _fewer_items(case: Case) -> Iterator[Change]:
    """Without one item of a list, and without those that refer to it."""
    for i, item in enumerate(_objects(case)):
        for key, value in item.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                for at in reversed(range(len(value))):
                    yield lambda c, i=i, key=key, at=at: _remove(c, i, key, at)  # type: ignore[misc]


def _remove(case: Case, i: int, key: str, at: int) -> None:
    gone = _objects(case)[i][key].pop(at).get("id")
    for item in _objects(case) if gone else []:
        for name, value in item.items():
            if isinstance(value, list):
                item[name] = [x for x in value if not (isinstance(x, dict) and gone in x.values())]


def _fewer_facts(case: Case) -> Iterator[Change]:
    for i, item in enumerate(_objects(case)):
        for key in item:
            if key != "id":
                yield lambda c, i=i, key=key: _objects(c)[i].pop(key, None)  # type: ignore[misc]


def _smaller_numbers(case: Case) -> Iterator[Change]:
    for i, item in enumerate(_objects(case)):
        for key, value in item.items():
            held = _number(value)
            if held is not None:
                smaller = [*map(Fraction, (0, 1, 2, 4, held // 2, held // 1)), held - 1, held - Fraction(1, 2)]
                for other in dict.fromkeys(x for x in smaller if 0 <= x < held):
                    yield lambda c, i=i, key=key, x=other: _objects(c)[i].update({key: decimal_text(x)})  # type: ignore[misc]


def _number(value: Any) -> Fraction | None:
    try:
        return Fraction(value) if isinstance(value, str) else None
    except (ValueError, ZeroDivisionError):
        return None


def _shorter_lists(case: Case) -> Iterator[Change]:
    for i, item in enumerate(_objects(case)):
        for key, value in item.items():
            if isinstance(value, list) and value and not isinstance(value[0], dict):
                half = len(value) // 2
                for kept in (value[:half], value[half:], *([*value[:k], *value[k + 1 :]] for k in range(len(value)))):
                    yield lambda c, i=i, key=key, kept=kept: _objects(c)[i].update({key: list(kept)})  # type: ignore[misc]


def _fewer_days(case: Case) -> Iterator[Change]:
    """A day that stands elsewhere in the case, and more often."""
    held = [x for item in _objects(case) for x in item.values() if _is_day(x)]
    for i, item in enumerate(_objects(case)):
        for key, value in item.items():
            if _is_day(value):
                for other in sorted(set(held), key=lambda d: (-held.count(d), d)):
                    if (held.count(other), value) > (held.count(value), other):
                        yield lambda c, i=i, key=key, x=other: _objects(c)[i].update({key: x})  # type: ignore[misc]


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-"
