"""Places in a case as JSON: what stands at a path, a copy with something else there, lists that are still being told.

A list whose last element is null is not told to its end: another item may follow. So the case file itself says how
far somebody came. ``closed`` gives the case as the rules read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
MISSING: Final = object()


def steps(path: str) -> list[str | int]:
    """``entries[3].date`` → ``["entries", 3, "date"]``."""
    return [key or int(number) for key, number in _STEP.findall(path)]


def at(case: Any, path: str) -> Any:
    """What stands at a path; ``MISSING`` where nothing does, not even null."""
    for step in steps(path):
        if isinstance(step, int):
            if not isinstance(case, list) or step >= len(case):
                return MISSING
        elif not isinstance(case, Mapping) or step not in case:
            return MISSING
        case = case[step]
    return case


def put(case: Any, path: str, value: Any) -> dict[str, Any]:
    """The case with a value at a path; objects on the way to it are made."""
    found: dict[str, Any] = _put(case, steps(path), value)
    return found


def _put(case: Any, way: list[str | int], value: Any) -> Any:
    if not way:
        return value
    step, *rest = way
    if isinstance(step, int):
        return [_put(x, rest, value) if i == step else x for i, x in enumerate(case)]
    inside = dict(case) if isinstance(case, Mapping) else {}
    inside[step] = _put(inside.get(step), rest, value)
    return inside


def said(case: Any, values: Mapping[str, Any]) -> Any:
    """The case with values at several paths; a list before what stands in it."""
    for path, value in values.items():
        case = put(case, path, value)
    return case


def closed(value: Any) -> Any:
    """The case without the marks of lists that are still being told."""
    if isinstance(value, Mapping):
        return {key: closed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [closed(x) for x in (value[:-1] if value and value[-1] is None else value)]
    return value


def still_open(value: Any, path: str = "") -> Iterator[str]:
    """The paths of lists that are still being told, the innermost first."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from still_open(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for i, inner in enumerate(value):
            yield from still_open(inner, f"{path}[{i}]")
        if value and value[-1] is None:
            yield path
