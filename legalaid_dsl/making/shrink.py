"""Making a case smaller while something about it stays true."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from ..basics.quantity import decimal_text, parse_decimal

MOST_TRIES: Final = 300
Case = dict[str, Any]
Place = tuple[Any, ...]


def size(case: Any) -> tuple[int, int, str]:
    """Fewest items first, then the shortest file; the text itself settles what is left."""
    text = case if isinstance(case, str) else json.dumps(case, ensure_ascii=False, sort_keys=True)
    facts = case if isinstance(case, dict) else {}
    return (_items(facts), len(text), text)


def _items(value: Any) -> int:
    if isinstance(value, dict):
        return sum(_items(v) for v in value.values())
    if isinstance(value, list):
        return sum(1 + _items(v) for v in value if isinstance(v, dict))
    return 0


def shrink(case: Case, still: Callable[[Case], bool], most: int = MOST_TRIES) -> Case:
    """The smallest case that greedy steps reach: items and facts left out, numbers made plain.

    ``still`` must hold for the case itself; it is asked at most ``most`` times.
    """
    left = most
    best = copy.deepcopy(case)
    smaller = True
    while smaller:
        smaller = False
        for step in (_halves, _items_out, _items_joined, _facts_out, _choices_out, _plainer_numbers):
            at = 0
            while at < len(candidates := step(best)):  # what failed before is not tried again in this round
                if left == 0:
                    return best
                left -= 1
                made = candidates[at]()
                if made is not None and still(made):
                    best, smaller = made, True
                else:
                    at += 1
    return best


Candidates = list[Callable[[], Case | None]]


def _halves(case: Case) -> Candidates:
    """Without the second half, or the first, of a long list of items."""
    found: Candidates = []
    for place in _places(case, ()):
        value = _at(case, place)
        if isinstance(value, list) and len(value) > 3 and isinstance(value[0], dict):
            middle = len(value) // 2
            found += [partial(_kept, case, place, 0, middle), partial(_kept, case, place, middle, len(value))]
    return found


def _items_out(case: Case) -> Candidates:
    places = [p for p in _places(case, ()) if isinstance(p[-1], int) and _is_item(case, p)]
    return [partial(_without_item, case, p) for p in reversed(places)]


def _items_joined(case: Case) -> Candidates:
    places = [p for p in _places(case, ()) if isinstance(p[-1], int) and p[-1] and _is_item(case, p)]
    return [partial(_merged, case, p) for p in reversed(places)]


def _facts_out(case: Case) -> Candidates:
    return [partial(_without, case, p) for p in _places(case, ()) if not isinstance(p[-1], int) and p[-1] != "id"]


def _choices_out(case: Case) -> Candidates:
    places = [p for p in _places(case, ()) if isinstance(p[-1], int) and not _is_item(case, p)]
    return [partial(_without, case, p) for p in reversed(places)]


def _plainer_numbers(case: Case) -> Candidates:
    found: Candidates = []
    for place in _places(case, ()):
        value = _at(case, place)
        if isinstance(value, str) and place[-1] != "id":
            found += [partial(_with, case, place, plain) for plain in _plainer(value)]
    return found


# ------------------------------------------------------------------ steps


def _places(value: Any, place: Place) -> Iterator[Place]:
    """Every place of a case, outer ones first."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*place, key)
        yield from _places(inner, (*place, key))


def _at(case: Any, place: Place) -> Any:
    for key in place:
        case = case[key]
    return case


def _is_item(case: Case, place: Place) -> bool:
    return isinstance(_at(case, place), dict)


def _with(case: Case, place: Place, value: Any) -> Case:
    made = copy.deepcopy(case)
    _at(made, place[:-1])[place[-1]] = value
    return made


def _without(case: Case, place: Place) -> Case:
    made = copy.deepcopy(case)
    del _at(made, place[:-1])[place[-1]]
    return made


def _kept(case: Case, place: Place, start: int, end: int) -> Case:
    """With a part of a list only, and without what refers to the rest of it."""
    whole = _at(case, place)
    made = _with(case, place, whole[start:end])
    for item in whole[:start] + whole[end:]:
        if item.get("id") is not None:
            made = _cleared(made, item["id"])
    return made


def _without_item(case: Case, place: Place) -> Case:
    """Without the item, and without those that refer to it."""
    gone = _at(case, place).get("id")
    made = _without(case, place)
    return _cleared(made, gone) if gone is not None else made


def _merged(case: Case, place: Place) -> Case | None:
    """Without the item, its numbers added to those of the one before it."""
    if place[-1] == 0 or not _is_item(case, place):
        return None
    before = (*place[:-1], place[-1] - 1)
    mine, other = _at(case, place), _at(case, before)
    sums = {k: _sum(v, other.get(k)) for k, v in mine.items() if k != "id"}
    sums = {k: v for k, v in sums.items() if v is not None}
    return _without_item(_with(case, before, {**other, **sums}), place) if sums else None


def _sum(a: Any, b: Any) -> str | None:
    try:
        return decimal_text(parse_decimal(a) + parse_decimal(b))
    except (TypeError, ValueError):
        return None


def _cleared(value: Any, gone: str) -> Any:
    if isinstance(value, list):
        kept = [v for v in value if not (isinstance(v, dict) and gone in [x for k, x in v.items() if k != "id"])]
        return [_cleared(v, gone) for v in kept]
    return {k: _cleared(v, gone) for k, v in value.items()} if isinstance(value, dict) else value


def _plainer(text: str) -> Iterator[str]:
    """Numbers that are shorter to write, or as short and smaller."""
    try:
        number = parse_decimal(text)
    except ValueError:
        return
    whole = int(number)
    for other in (0, 1, 2, 3, 4, 5, 8, 10, whole // 2, whole - 1, whole):
        shown = decimal_text(type(number)(max(other, 0)))
        if (len(shown), max(other, 0)) < (len(text), number):
            yield shown
