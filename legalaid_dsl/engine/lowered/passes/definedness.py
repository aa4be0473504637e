"""Which steps are never unknown, once tables have shown what their conditions leave open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from ..steps import NO, Lowered, Node

_FOLLOWS: Final = frozenset({
    "case", "times", "add", "sub", "mul", "round", "min", "max", "compare", "same", "among", "includes", "count_of",
    "set_of", "band", "and", "or", "not", "add_up", "watch",
})  # fmt: skip


def made_sure(lowered: Lowered) -> Lowered:
    """The same form, in which each step says whether it can be unknown by what it reads."""
    nodes: list[Node] = []
    for node in lowered.nodes:
        nodes.append(node if node.sure or not _sure(nodes, node) else attrs.evolve(node, sure=True))
    return attrs.evolve(lowered, nodes=tuple(nodes))


def _sure(nodes: Sequence[Node], node: Node) -> bool:
    parts = [nodes[a] for a in node.args]
    if not all(part.sure for part in parts):
        return False
    if node.op == "share":  # filled in order: what is left is always known
        return bool(node.data[1]) and node.args[1] == node.args[2]
    if node.op == "agg":
        name, flags = node.data[0], node.data[3]
        args = dict(zip(flags.replace("b", ""), parts, strict=False))
        listed = "m" not in args or (args["m"].op == "const" and args["m"].data[0] == NO)
        found = "r" not in args or args["r"].op == "owner"
        return name in ("total", "number") and listed and found
    return node.op in _FOLLOWS
