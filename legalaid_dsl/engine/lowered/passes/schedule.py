"""In which order steps are done: waves over the case, then over each kind of thing.

A total over lines is known only after the lines have been gone through, so what reads it waits for
the next wave. Everything that can share a wave does: it is one loop in rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ....rulebook.model import ROOT
from ..steps import Lowered, Node

INPUTS = ("fact", "unlisted", "owner", "owned")
MOST_TRIED = 64  # waves that are looked at for a step that could be in any of them
WHOLE = ("inverse", "share", "add_up", "run", "any")  # made of whole columns, between the loops


def needed(lowered: Lowered, roots: Iterable[int]) -> list[int]:
    """The places of the steps that the roots rest on, in order."""
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += lowered.nodes[place].args
    return sorted(found)


def is_column(node: Node) -> bool:
    return node.thing not in ("", ROOT)


def delay(nodes: Sequence[Node], reader: Node, place: int) -> int:
    """How many waves lie between a step and one that reads it."""
    part = nodes[place]
    if reader.op == "agg":
        return 1 if gathers(nodes, reader) else 0
    if part.op in INPUTS or part.op == "const":
        return 0
    if reader.op in ("share", "add_up", "run", "inverse"):
        return 1 if is_column(part) and not (part.op in WHOLE or part.op == "agg") else 0
    if reader.op == "hop" and place == reader.args[0]:
        return 0 if part.op in WHOLE or part.op == "agg" else 1
    return 0


def gathers(nodes: Sequence[Node], reader: Node) -> bool:
    """Whether an aggregate goes through its members, rather than only counting them all."""
    return any(is_column(nodes[a]) for a in reader.args) or reader.data[2] == "item" or "w" in reader.data[3]


def levels(lowered: Lowered, places: Sequence[int], roots: Iterable[int]) -> dict[int, int]:
    """The wave of each step, as late as those that read it allow."""
    nodes = lowered.nodes
    early: dict[int, int] = {}
    for place in places:
        node = nodes[place]
        early[place] = max((early[a] + delay(nodes, node, a) for a in node.args), default=0)
    last = max(early.values(), default=0)
    late = dict.fromkeys(roots, last)
    for place in reversed(places):
        node = nodes[place]
        for arg in node.args:
            latest = late[place] - delay(nodes, node, arg)
            late[arg] = min(late.get(arg, latest), latest)
    return _together(nodes, places, late)


def _together(nodes: Sequence[Node], places: Sequence[int], late: dict[int, int]) -> dict[int, int]:
    """Steps on the items of a thing moved to the loop of what they read, where that is late enough: then
    nothing has to be kept from one loop for the next."""
    level = dict(late)
    loops: dict[tuple[str, int], int] = {}
    for place in places:
        if _looped(nodes[place]):
            slot = (nodes[place].thing, late[place])
            loops[slot] = loops.get(slot, 0) + 1
    for place in places:
        node = nodes[place]
        soonest = max((level[a] + delay(nodes, node, a) for a in node.args), default=0)
        if node.op == "agg":
            if any(_looped(nodes[a]) for a in node.args):
                level[place] = soonest
        elif _looped(node):
            beside = [
                level[a] for a in node.args
                if nodes[a].thing == node.thing and _looped(nodes[a]) and not (node.op == "hop" and a == node.args[0])
            ]  # fmt: skip
            if not beside:
                near = range(soonest, min(late[place], soonest + MOST_TRIED) + 1)
                beside = [max(near, key=lambda x: loops.get((node.thing, x), 0))]
            if soonest <= max(beside) <= late[place]:
                level[place] = max(beside)
    return level


def _looped(node: Node) -> bool:
    """Whether a step is worked out in a loop over the items of its thing."""
    return is_column(node) and node.op not in (*INPUTS, *WHOLE, "agg")


def readers(nodes: Sequence[Node], places: Iterable[int]) -> dict[int, list[int]]:
    """For each step those that read it, in order."""
    found: dict[int, list[int]] = {}
    for place in places:
        for arg in dict.fromkeys(nodes[place].args):
            found.setdefault(arg, []).append(place)
    return found


Loop = tuple[list[int], list[int]]  # the steps for each item, and the aggregates that go through the items


def in_waves(
    nodes: Sequence[Node], places: Iterable[int], level: Mapping[int, int]
) -> tuple[dict[int, list[int]], dict[tuple[int, str], Loop]]:
    """(the steps of each wave, the loops of each wave by their thing)."""
    waves: dict[int, list[int]] = {}
    loops: dict[tuple[int, str], Loop] = {}
    for place in places:
        node = nodes[place]
        waves.setdefault(level[place], []).append(place)
        if node.op == "agg" and gathers(nodes, node):
            loops.setdefault((level[place] - 1, node.data[1]), ([], []))[1].append(place)
        elif _looped(node):
            loops.setdefault((level[place], node.thing), ([], []))[0].append(place)
    return waves, loops


def exported(nodes: Sequence[Node], readers_of: Iterable[int], level: Mapping[int, int], place: int) -> bool:
    """Whether something outside its loop reads a column."""
    for reader in readers_of:
        node = nodes[reader]
        if node.op in WHOLE or (node.op == "hop" and node.args[0] == place):
            return True
        if (level[reader] - 1 if node.op == "agg" else level[reader]) != level[place]:
            return True
    return False
