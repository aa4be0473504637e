"""Whether a changed rule could make a difference to a case that has been decided already.

A rule is looked at by its conditions, its value and its limits. Where all of these come out
alike before and after a change, and rest on the same decisions, so does everything else.
"""

from __future__ import annotations

from typing import Any

from ...engine.interpreter.decide import Deciding
from ...engine.interpreter.evaluate import evaluate
from ...engine.interpreter.facts import Item
from ...engine.interpreter.trace import Decision
from ...rulebook.model import ROOT, Rule

State = tuple[Any, ...]
States = dict[tuple[int, int], State]  # (rule, item), by id → what the rule says of the item


def differs(ev: Deciding, old: Rule, new: Rule | None, known: States) -> bool:
    """Whether the case could come out, or be reasoned, otherwise under the changed rule.

    ``known`` keeps what the rules as they stand say, for the next change of the same rule.
    """
    items = [ev.facts.root] if old.thing == ROOT else ev.facts.all(old.thing)
    try:
        return any(_differs_for(ev, old, new, item, known) for item in items)
    except RecursionError:
        return True


def _differs_for(ev: Deciding, old: Rule, new: Rule | None, item: Item, known: States) -> bool:
    slot = (id(old), id(item))
    if slot not in known:
        known[slot] = _state(ev, old, item)
    before = known[slot]
    if new is None or (old.rounding, old.despite, len(old.limits)) != (new.rounding, new.despite, len(new.limits)):
        return before[0] is not False
    return before != _state(ev, new, item)


def _state(ev: Deciding, rule: Rule, item: Item) -> State:
    """What a rule says of an item: its conditions, its value, its limits, and what they read."""
    probe = Decision(rule.term, item, ())
    ev._stack.append(probe)  # so that what is read is noted here
    try:
        applies = ev.condition([c for _, c in rule.applies], item)
        when = evaluate(ev, rule.when, item) if rule.when is not None else True
        said: list[Any] = []
        if when is not False and (applies is not False or rule.kind == "value"):
            said += [evaluate(ev, x, item) for x in (rule.value, rule.add_up_to) if x is not None]
            said += [evaluate(ev, limit.value, item) for limit in rule.limits]
    finally:
        ev._stack.pop()
    read = frozenset(key for key, found in probe.reads.items() if isinstance(found, Decision))
    return applies, when, tuple(said), read, tuple(probe.through), tuple(probe.figures)
