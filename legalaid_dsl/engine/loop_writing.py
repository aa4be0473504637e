"""One step of the lowered form as a line of machine integers: what loops.py puts into its loops.

Numbers and days that are not known are ``NONE``. A quotient that is no whole number is ``FRACTION``: its case is left to rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs
import numpy as np

from .lowered import DOUBT, NO, YES, Node, NotLowerable
from .printing import SMALL_PICK, pick_table

NONE: Final = -(2**63)
FRACTION: Final = NONE + 1
NUMERIC: Final = ("number", "date")


@attrs.define(slots=True, eq=False)
class LoopWriter:
    """Writes steps over names. ``name`` gives the name, or the literal, of a step that is read."""

    nodes: Sequence[Node]
    name: Callable[[int], str]
    held: dict[str, Any] = attrs.Factory(dict)
    _kept: dict[Any, str] = attrs.Factory(dict)

    def keep(self, key: Any, make: Callable[[], Any]) -> str:
        """A name for an array; one for equal keys."""
        if key not in self._kept:
            self._kept[key] = name = f"T{len(self._kept)}"
            self.held[name] = make()
        return self._kept[key]

    def expression(self, place: int) -> str:
        node = self.nodes[place]
        write = getattr(self, f"_{node.op}", None)
        if write is None:
            raise NotLowerable(f"loops of {node.op}")
        text: str = write(node, [self.name(a) for a in node.args])
        return text

    def unknown(self, place: int, text: str) -> str:
        node = self.nodes[place]
        return f"{text} == {code_of(node)}"

    def _strictly(self, node: Node, text: str) -> str:
        """The text where everything that it reads is known."""
        tests = [self.unknown(a, self.name(a)) for a in dict.fromkeys(node.args) if not self.nodes[a].sure]
        return f"({code_of(node)} if {' or '.join(tests)} else {text})" if tests else f"({text})"

    # -------------------------------------------------------------- numbers

    def _times(self, node: Node, parts: list[str]) -> str:
        return self._strictly(node, f"{parts[0]} * {node.data[0]}")

    def _add(self, node: Node, parts: list[str]) -> str:
        return self._strictly(node, f"{parts[0]} + {parts[1]}")

    def _sub(self, node: Node, parts: list[str]) -> str:
        return self._strictly(node, f"{parts[0]} - {parts[1]}")

    def _mul(self, node: Node, parts: list[str]) -> str:
        return self._strictly(node, f"{parts[0]} * {parts[1]}")

    def _min(self, node: Node, parts: list[str]) -> str:
        return self._strictly(node, f"{parts[0]} if {parts[0]} <= {parts[1]} else {parts[1]}")

    def _max(self, node: Node, parts: list[str]) -> str:
        return self._strictly(node, f"{parts[0]} if {parts[0]} >= {parts[1]} else {parts[1]}")

    def _round(self, node: Node, parts: list[str]) -> str:
        mode, up, down, step = node.data
        above = f"{parts[0]} * {up}"
        text = {"down": f"{above} // {down}", "up": f"-(-{above} // {down})"}.get(mode, f"(2 * {above} + {down}) // {2 * down}")
        return self._strictly(node, f"({text}) * {step}")

    def _compare(self, node: Node, parts: list[str]) -> str:
        sign = "==" if node.data[0] == "=" else node.data[0]
        return self._strictly(node, f"3 if {parts[0]} {sign} {parts[1]} else 0")

    def _band(self, node: Node, parts: list[str]) -> str:
        tests = "".join(f"{i} if {parts[0]} < {limit} else " for i, limit in enumerate(node.data))
        return self._strictly(node, f"{tests}{len(node.data)}")

    def _dated(self, node: Node, parts: list[str]) -> str:
        starts, amounts = node.data
        days = self.keep(("days", starts), lambda: np.array(starts, np.int64))
        values = self.keep(("amounts", node.data), lambda: _codes((None, *amounts)))
        return self._strictly(node, f"np.int64({values}[np.searchsorted({days}, {parts[0]}, side='right')])")

    # -------------------------------------------------------------- conditions

    def _and(self, node: Node, parts: list[str]) -> str:
        return f"({' & '.join(parts)})"

    def _or(self, node: Node, parts: list[str]) -> str:
        return f"({' | '.join(parts)})"

    def _not(self, node: Node, parts: list[str]) -> str:
        return f"(1 if {parts[0]} == 1 else 3 - {parts[0]})"

    def _not_true(self, node: Node, parts: list[str]) -> str:
        return f"(0 if {parts[0]} == 3 else 3)"

    def _or_doubt(self, node: Node, parts: list[str]) -> str:
        return f"({parts[0]} | 1)"

    def _known(self, node: Node, parts: list[str]) -> str:
        return f"({NO} if {self.unknown(node.args[0], parts[0])} else {YES})"

    def _same(self, node: Node, parts: list[str]) -> str:
        return self._strictly(node, f"3 if {parts[0]} == {parts[1]} else 0")

    def _among(self, node: Node, parts: list[str]) -> str:
        part = self.nodes[node.args[0]]
        codes = tuple(DOUBT if c == part.unknown else YES if node.data[0] >> c & 1 else NO for c in range(part.size + 1))
        return f"np.int64({self._table_of(codes)}[{parts[0]}])"

    def _includes(self, node: Node, parts: list[str]) -> str:
        held, known = parts[0], [f"{parts[0]} & {node.data[0]}"]
        doubts = []
        for place, text in zip(node.args[1:], parts[1:], strict=True):
            meant = self.nodes[place]
            bits = text if meant.kind == "choices" else f"(1 << {text})"
            sure = "" if meant.sure else f"{text} != {meant.unknown} and "
            known.append(f"({sure}{held} & {bits} != 0)")
            doubts += [] if meant.sure else [f"{text} == {meant.unknown}"]
        doubt = f"1 if ({' or '.join(doubts)}) and {held} != 0 else 0" if doubts else "0"
        text = f"(3 if {' or '.join(k if k.startswith('(') else f'({k}) != 0' for k in known)} else {doubt})"
        whole = self.nodes[node.args[0]]
        return text if whole.sure else f"(1 if {held} == {whole.unknown} else {text})"

    def _count_of(self, node: Node, parts: list[str]) -> str:
        return self._strictly(node, f"bits_of({parts[0]})")

    def _set_of(self, node: Node, parts: list[str]) -> str:
        return self._strictly(node, " | ".join(f"(1 << {p})" for p in parts))

    # -------------------------------------------------------------- choosing

    def _pick(self, node: Node, parts: list[str]) -> str:
        if len(parts) > SMALL_PICK:
            size, opened, same = node.data
            alike = self.keep(("same", same), lambda: np.array(same, np.int64))
            conditions = ", ".join(f"np.int64({p})" for p in parts)
            return f"pick({size}, {opened}, {alike}, ({conditions},))"
        table = self._table_of(pick_table(node.data, len(parts)))
        return f"np.int64({table}[{' | '.join(f'({p} << {2 * i})' for i, p in enumerate(parts))}])"

    def _first(self, node: Node, parts: list[str]) -> str:
        return f"({''.join(f'{i} if {p} == 3 else ' for i, p in enumerate(parts))}{len(parts)})"

    def _shifted(self, node: Node, parts: list[str]) -> str:
        return f"({node.size} if {parts[0]} == {self.nodes[node.args[0]].size} else {parts[0]} + {node.data[0]})"

    def _shifted_first(self, node: Node, parts: list[str]) -> str:
        return f"({node.data[0]} if {parts[0]} == 3 else {node.size})"

    def _coalesce(self, node: Node, parts: list[str]) -> str:
        return f"({''.join(f'{p} if {p} != {node.size} else ' for p in parts[:-1])}{parts[-1]})"

    def _case(self, node: Node, parts: list[str]) -> str:
        mine = code_of(node)
        values = []
        for place, text in zip(node.args[1:], parts[1:], strict=True):
            theirs = code_of(self.nodes[place])
            same = theirs == mine or self.nodes[place].sure
            values.append(text if same else f"({mine} if {text} == {theirs} else {text})")
        tests = "".join(f"{v} if {parts[0]} == {i} else " for i, v in enumerate(values))
        return f"({tests}{mine})"

    def _table(self, node: Node, parts: list[str]) -> str:
        sizes, table = node.data
        return f"np.int64({self._table_of(table)}[{_index(sizes, parts)}])"

    def _over(self, node: Node, parts: list[str]) -> str:
        return f"({parts[0]} if {parts[1]} >= 0 else {code_of(node)})"

    def cells(self, node: Node, parts: list[str], table: Sequence[Any]) -> str:
        """``table``: every sum that the arguments can ask for."""
        sizes = [self.nodes[a].codes for a in node.args]
        name = self.keep((node.op, node.data, node.args), lambda: _codes(table))
        return f"np.int64({name}[{_index(sizes, parts) if parts else 0}])"

    def _table_of(self, codes: Sequence[Any]) -> str:
        return self.keep(("table", tuple(codes)), lambda: _codes(codes))


def code_of(node: Node) -> int:
    """The code of what is not known."""
    return NONE if node.kind in NUMERIC else node.unknown if node.unknown is not None else NONE


def _index(sizes: Sequence[int], parts: Sequence[str]) -> str:
    text = parts[0]
    for size, part in zip(sizes[1:], parts[1:], strict=True):
        text = f"({text}) * {size} + {part}"
    return text


def _codes(table: Sequence[Any]) -> Any:
    if not all(c is None or isinstance(c, int) for c in table):
        raise NotLowerable("a table of fractions")
    if any(c is not None and abs(c) >= 2**62 for c in table):
        raise NotLowerable("numbers beyond 64 bits")
    codes = np.array([NONE if c is None else c for c in table], np.int64)
    kinds = (np.int8, np.int16, np.int32)  # small, so that many tables stay in the nearest memory
    return codes.astype(next((k for k in kinds if np.iinfo(k).min <= codes.min(initial=0) and codes.max(initial=0) <= np.iinfo(k).max), np.int64))
