"""Steps over numbers that may be no whole ones, as calls of loop_numbers.py."""

from __future__ import annotations

from collections.abc import Sequence

from .loop_writing import NONE
from .lowered import NO, YES, Node, NotLowerable

Pair = tuple[str, str]  # numerator and denominator


def expression(node: Node, parts: Sequence[Pair], unknowns: Sequence[int]) -> str:
    """The numerator of a step, or where it is no whole number both. ``unknowns``: the codes of what is not known."""
    pairs = ", ".join(f"{x}, {d}" for x, d in parts)
    match node.op:
        case "times":
            return f"mul({pairs}, {node.data[0]}, 1)"
        case "mul" | "add":
            return f"{node.op}({pairs})"
        case "sub":
            (x, under), (y, other) = parts
            return f"add({x}, {under}, ({NONE} if {y} == {NONE} else -{y}), {other})"
        case "div":
            (x, under), (y, other) = parts
            by_x, by_y = node.data
            return f"div(*mul({x}, {under}, {by_x}, 1), *mul({y}, {other}, {by_y}, 1))"
        case "min" | "max":
            return f"lesser({pairs}, {1 if node.op == 'min' else -1})"
        case "case":
            which, values = parts[0][0], parts[1:]
            tests = "".join(f"({x}, {d}) if {which} == {i} else " for i, (x, d) in enumerate(values))
            return f"({tests}({NONE}, 1))"
        case "round":
            mode, up, down, step = node.data
            if step != 1:
                raise NotLowerable("fractions in steps")
            return f"floored({pairs}, {up}, {down}, {mode == 'half_up'}, {mode == 'up'})"
        case "compare":
            return f"compared({pairs}, {['<', '=', '<='].index(node.data[0]) - 1})"
        case "known":
            return f"({NO} if {parts[0][0]} == {unknowns[0]} else {YES})"
    raise NotLowerable(f"fractions in {node.op}")
