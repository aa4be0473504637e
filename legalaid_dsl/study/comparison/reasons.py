"""Which decision first came out otherwise, and what followed from it: read off two traces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ...rulebook.model import ROOT, Rulebook
from ...rulebook.parts import dependencies, grounds_at

Slot = tuple[str, str]  # term, path of the item
Entry = Mapping[str, Any]


@attrs.frozen(slots=True, eq=False)
class Step:
    """A decision that differs; a side is None where the decision was not made at all."""

    slot: Slot
    before: Entry | None
    after: Entry | None

    @property
    def subject(self) -> Mapping[str, str]:
        entry = self.after or self.before
        assert entry is not None
        subject: Mapping[str, str] = entry["subject"]
        return subject

    @property
    def cites(self) -> list[str]:
        """The provisions behind either side."""
        found = [*(self.before["cites"] if self.before else ()), *(self.after["cites"] if self.after else ())]
        return list(dict.fromkeys(found))


@attrs.frozen(slots=True, eq=False)
class Reason:
    """``first``: the decision that made the difference; ``then``: those that differ on account of it;
    ``beside``: others that differ by themselves; ``said``: findings of the second side only (what
    refuses the case, what leaves it open), ``unsaid``: of the first side only."""

    first: Step | None
    then: tuple[Step, ...] = ()
    beside: tuple[Step, ...] = ()
    said: tuple[Mapping[str, Any], ...] = ()
    unsaid: tuple[Mapping[str, Any], ...] = ()

    @property
    def cites(self) -> list[str]:
        found = self.first.cites if self.first is not None else []
        return found or [p for f in (*self.said, *self.unsaid) for p in f["cites"]]


def reason_of(rulebook: Rulebook, before: Mapping[str, Any], after: Mapping[str, Any]) -> Reason:
    """Why two results with their traces differ. ``rulebook``: the amended one."""
    reason = Reason(None, said=_beyond(after, before), unsaid=_beyond(before, after))
    if "refused" in (before["status"], after["status"]):
        return reason
    steps = _steps(before, after)
    differing = {s.slot for s in steps if _value(s.before) != _value(s.after)}
    if not differing:
        cited = [s for s in steps if _cites(s.before) != _cites(s.after)]
        return attrs.evolve(reason, first=cited[0] if cited else None, beside=tuple(cited[1:]))
    moved = [s for s in steps if s.slot in differing]
    sides = [s for s in moved if s.before is not None and s.after is not None]
    known = {s.slot for s in sides}
    # A decision that is made on one side only is asked for, or no longer, because of another.
    behind = _behind(rulebook)
    own = [s for s in sides if not _causes(s, behind) & (known - {s.slot})] or sides[:1] or moved[:1]
    own = _leading(rulebook, own, moved, behind) or own
    first = own[0]
    then = [s for s in _following(first, moved, behind) if s.after is not None]
    return attrs.evolve(reason, first=first, then=tuple(then), beside=tuple(own[1:]))


def _beyond(mine: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """What is said of one side, or left open, and not of the other."""
    known = {(f["code"], f.get("path", "")) for f in (*other["openings"], *other["findings"])}
    return tuple(f for f in (*mine["openings"], *mine["findings"]) if (f["code"], f.get("path", "")) not in known)


def _steps(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Step]:
    """All decisions of both sides, in the order of the second; those only made on the first come last."""
    old = {(e["term"], e["subject"]["path"]): e for e in before["trace"]}
    new = {(e["term"], e["subject"]["path"]): e for e in after["trace"]}
    return [Step(slot, old.get(slot), new.get(slot)) for slot in dict.fromkeys([*new, *old])]


def _value(entry: Entry | None) -> Any:
    return ("none",) if entry is None else (entry["value"],)


def _cites(entry: Entry | None) -> list[str]:
    return [] if entry is None else entry["cites"]


def _reads(step: Step) -> set[Slot]:
    """What a decision rests on. The same term of another item is no cause: it only says where a group was told."""
    sides = (e for e in (step.before, step.after) if e is not None)
    return {(r["term"], r["path"]) for e in sides for r in e["reads"] if r["term"] != step.slot[0]}


def _behind(rulebook: Rulebook) -> Mapping[str, set[str]]:
    """Term → terms that some rule on it reads. (What a trace says was read leaves out what another
    decision had asked before.)"""
    grounds = grounds_at(r for rules in rulebook.rules.values() for r in rules)
    return {key: set().union(*(dependencies(r, grounds) for r in rules)) for key, rules in rulebook.rules.items()}


def _causes(step: Step, behind: Mapping[str, set[str]]) -> set[Slot]:
    """What a decision read, and what it may have read of the same item."""
    return _reads(step) | {(term, step.slot[1]) for term in behind.get(step.slot[0], ())}


def _following(first: Step, moved: list[Step], behind: Mapping[str, set[str]]) -> list[Step]:
    """What differs because ``first`` does, nearest first (a trace lists what others rest on before them)."""
    reached = {first.slot}
    found = []
    for _ in range(2):  # twice: slots of one side only stand at the end
        for step in moved:
            if step.slot not in reached and _causes(step, behind) & reached:
                reached.add(step.slot)
                found.append(step)
    return found


def _leading(rulebook: Rulebook, own: list[Step], moved: list[Step], behind: Mapping[str, set[str]]) -> list[Step]:
    """Those that a decisive result follows from."""
    decisive = {(t.key, "") for t in rulebook.terms_of(ROOT) if t.decisive}
    return [s for s in own if s.slot in decisive or decisive & {x.slot for x in _following(s, moved, behind)}]
