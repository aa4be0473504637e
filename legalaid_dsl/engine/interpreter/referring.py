"""Provisions referred to by their address: what they say in their own words.

The conditions of the provisions around those named are left aside (Article 6 refers so to Article 5).
"""

from __future__ import annotations

from collections.abc import Callable

from ...basics.citation import Citation
from .. import values as v
from ..values import Unknown, Value
from .evaluation import Evaluation
from .facts import Item


def within(ev: Evaluation, provisions: tuple[Citation, ...], item: Item) -> Value:
    """Whether a ground standing in one of the provisions holds."""
    return _followed(ev, provisions, item, lambda: _within(ev, provisions, item))


def as_under(ev: Evaluation, key: str, provisions: tuple[Citation, ...], item: Item) -> Value:
    """What the value rules on a term at the provisions decide."""
    return _followed(ev, provisions, item, lambda: _as_under(ev, key, provisions, item))


def _followed(ev: Evaluation, provisions: tuple[Citation, ...], item: Item, work: Callable[[], Value]) -> Value:
    """A reference that leads back to itself decides nothing."""
    slot = (id(provisions), id(item))
    if slot in ev.referring:
        return Unknown(open=(ev.circle(item, provisions[0]),))
    ev.referring.add(slot)
    try:
        return work()
    finally:
        ev.referring.discard(slot)


def _within(ev: Evaluation, provisions: tuple[Citation, ...], item: Item) -> Value:
    results = []
    for provision in provisions:
        for ground in ev.prepared.grounds.get(provision, ()):
            if ground.thing != item.thing or ground.when is None:
                continue
            inner = [c for at, c in ground.applies if at != provision and at.within(provision)]
            result = ev.condition([*inner, ground.when], item)
            if result is True:
                ev.pass_through(ground.citation)
            results.append(result)
    return v.any_of(results)


def _as_under(ev: Evaluation, key: str, provisions: tuple[Citation, ...], item: Item) -> Value:
    found = []
    for rule in ev.prepared.rules.get(key, ()):
        if rule.kind != "value" or rule.value is None:
            continue
        home = next((p for p in provisions if rule.citation.within(p)), None)
        if home is None:
            continue
        conditions = [c for at, c in rule.applies if at != home and at.within(home)]
        outcome = ev.condition([*conditions, *([rule.when] if rule.when is not None else [])], item)
        if outcome is not False:
            found.append((outcome, rule))
    sure = [r for o, r in found if o is True]
    if len(sure) == 1 and len(found) == 1:
        ev.pass_through(sure[0].citation)
        return ev.base(sure[0], item)
    if len(sure) > 1:
        return Unknown(open=(ev.conflict(key, item, sure),))
    return v.unknown([o for o, _ in found]) if found else Unknown(open=(ev.gap(key, item),))
