"""Ceilings filled in order, as running numbers in the loop itself: where the items stand in that order."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ..lowered.steps import Lowered, Node
from .aggregates import Printing
from .step_text import is_atom, unknown_test


class Vague(Exception):
    """It is not known with whom an item shares a ceiling: the loop cannot tell, pairs must be compared."""


def along(lowered: Lowered, ordered: bool) -> tuple[Lowered, tuple[str, ...] | None]:
    """The form with such ceilings as steps of a loop; and, where more of them can be so when dates rise from item
    to item (or keys are known), the facts that are these dates; else None.
    """
    nodes, dates, more = list(lowered.nodes), dict[str, None](), False
    for place, node in enumerate(lowered.nodes):
        if node.op != "share" or not node.data[1] or node.args[1] != node.args[2]:
            continue
        if node.data[2]:
            date = lowered.nodes[node.args[4]]
            if date.op != "fact":
                continue
            dates[date.data[0]] = None
        if node.data[2] or node.data[3]:
            more = True
            if not ordered:
                continue
        nodes[place] = attrs.evolve(node, op="fill")
    return attrs.evolve(lowered, nodes=tuple(nodes)), tuple(dates) if more else None


def _certain(printer: Printing, node: Node) -> bool:
    """Whether it is always known who uses how much, and of what."""
    return not node.data[3] and all(printer.nodes[a].sure for a in (node.args[0], *node.args[2:4]))


def before(printer: Printing, place: int, node: Node) -> list[str]:
    """What stands before the loop: how much is used (by key), and whether that is vague."""
    used = f"u{place} = {'{}' if node.data[3] else 0}"
    return [used] if _certain(printer, node) else [used, f"q{place} = 0"]


def inside(printer: Printing, place: int, node: Node) -> list[str]:
    """The lines for one item. After one of which it is not known what it uses, nothing is known."""
    keys = list(node.args[5 if node.data[2] else 4 :])
    p, x, y, o, m = place, f"x{place}", f"y{place}", f"o{place}", f"m{place}"
    if _certain(printer, node):
        return _plainly(printer, place, node)
    outcome, most = printer.nodes[node.args[0]], printer.nodes[node.args[3]]
    decides = printer.text(node.args[0])
    lines = [] if is_atom(decides) else [f"{o} = {decides}"]
    o = decides if is_atom(decides) else o
    lines += [f"{x} = {printer.text(node.args[2])}", f"if {o} and {x} != 0:"]
    inner = [f"{y} = {x}"]
    if most.op == "const" and most.sure:
        m = printer.text(node.args[3])
    else:
        inner.append(f"{m} = {printer.text(node.args[3])}")
    used, vague = f"u{p}", f"q{p}"
    if keys:
        inner += _named(printer, p, keys)
        used, vague = f"b{p}", f"b{p} is None"
    doubtful = f"{y} is None" if outcome.sure else f"{y} is None or {o} != 3"
    cut = f"{y} > {m} - {used}:", f"    {x} = {m} - {used} if {m} > {used} else 0 if {y} > 0 else {y}"
    inner += [
        f"if {vague} or {doubtful}:", f"    {x} = None",
        f"    if {doubtful}:", f"        u{p}[k{p}] = None" if keys else f"        q{p} = 1",
        "else:",
        *([f"    if {m} is None:", f"        {x} = None", f"    elif {cut[0]}"] if not most.sure else [f"    if {cut[0]}"]),
        f"    {cut[1]}",
        f"    {_adds(node, f'u{p}[k{p}]', f'b{p}', y) if keys else _adds(node, f'u{p}', f'u{p}', y)}",
    ]  # fmt: skip
    return [*lines, *(f"    {line}" for line in inner)]


def _plainly(printer: Printing, p: int, node: Node) -> list[str]:
    """The same where nothing can be unknown."""
    outcome, most = printer.text(node.args[0]), printer.text(node.args[3])
    lines = [f"x{p} = {printer.text(node.args[2])}"]
    inner = [] if most.isidentifier() or most.isdigit() else [f"m{p} = {most}"]
    m = f"m{p}" if inner else most
    inner += [f"y{p} = x{p}", f"if y{p} > {m} - u{p}: x{p} = {m} - u{p} if {m} > u{p} else 0 if y{p} > 0 else y{p}", _adds(node, f"u{p}", f"u{p}", f"y{p}")]
    return [*lines, *inner] if outcome == "3" else [*lines, f"if {outcome}:", *(f"    {line}" for line in inner)]


def _adds(node: Node, place: str, used: str, more: str) -> str:
    """The line that adds; a sum of fractions is looked at, as it may come to have any denominator."""
    if not node.whole:
        return f"{place} = within({used} + {more})"
    return f"{place} += {more}" if place == used else f"{place} = {used} + {more}"


def _named(printer: Printing, p: int, keys: Sequence[int]) -> list[str]:
    texts = ", ".join(printer.text(k) for k in keys)
    names = [f"k{p}"] if len(keys) == 1 else [f"k{p}[{i}]" for i in range(len(keys))]
    tests = [
        unknown_test(printer.nodes[k], name) for k, name in zip(keys, names, strict=True) if not printer.nodes[k].sure
    ]  # fmt: skip
    return [
        f"k{p} = {texts if len(keys) == 1 else f'({texts})'}", *([f"if {' or '.join(tests)}: raise Vague"] if tests else []),
        f"b{p} = u{p}.get(k{p}, 0)",
    ]  # fmt: skip
