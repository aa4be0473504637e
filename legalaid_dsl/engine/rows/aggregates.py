"""Totals, numbers and extremes as the text of a loop: what stands before it, in it, and after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import attrs

from ..lowered.passes.schedule import is_column
from ..lowered.steps import Node
from .step_text import unknown_test


class Printing(Protocol):
    """What the printer of rows gives to its aggregates."""

    @property
    def nodes(self) -> Sequence[Node]: ...
    def text(self, place: int) -> str: ...
    def count(self, thing: str) -> str: ...
    def column(self, place: int, thing: str) -> str: ...


@attrs.frozen(slots=True, eq=False)
class Accumulator:
    """One aggregate: ``kind``, and the steps for whose each member is, its value, whether it belongs."""

    printer: Printing
    place: int
    node: Node
    kind: str
    reference: int | None
    value: int | None
    where: int | None
    missing: int | None

    @property
    def by_item(self) -> bool:
        return bool(self.node.data[2] == "item")

    # -------------------------------------------------------------- before and after

    def alone(self) -> str:
        """Without a loop: how many there are, or whether there are any."""
        count = self.printer.count(self.node.data[1])
        if self.kind == "some":
            return f"(3 if {count} else 0)"
        assert self.kind == "number" or self.value is not None
        if self.kind == "number":
            found = count
        else:
            text, unknown = self.printer.text(self.value or 0), self.node.unknown
            found = f"({text} if {count} else {unknown})"
            if self.kind == "total":
                always = text.lstrip("-").isdigit()  # a constant: Python warns of one that is compared with nothing
                found = f"({text} * {count})" if always else f"(0 if not {count} else {text} * {count} if {text} is not None else None)"
        if self.missing is None:
            return found
        return f"({self.node.unknown} if {self.printer.text(self.missing)} else {found})"

    def before(self) -> list[str]:
        p, start = self.place, {"some": "0", "number": "0", "total": "0"}.get(self.kind, "None")
        if not self.by_item:
            doubt = "0" if self.missing is None else self.printer.text(self.missing)
            return [f"s{p} = {start}", *([f"u{p} = {doubt}"] if self.kind != "some" else [])]
        size = self.printer.count(self.node.thing)
        doubts = f"[0] * {size}" if self.missing is None else self.printer.column(self.missing, self.node.thing)
        return [f"s{p} = [{start}] * {size}", f"u{p} = list({doubts})", f"w{p} = 0"]

    def after(self) -> list[str]:
        p, unknown = self.place, self.node.unknown
        if not self.by_item:
            return [f"v{p} = {self._closed(f's{p}', f'u{p}')}"]
        if self.kind == "some":
            return [f"v{p} = [3] * len(s{p}) if w{p} else s{p}"]
        if self.kind in ("number", "total"):
            doubtful = f"[{unknown} if w{p} or u_ else s_ for s_, u_ in zip(s{p}, u{p})]"
            return [f"v{p} = {doubtful} if w{p} or any(u{p}) else s{p}"]
        return [f"v{p} = [{self._closed('s_', f'(w{p} or u_)')} for s_, u_ in zip(s{p}, u{p})]"]

    def _closed(self, found: str, doubt: str) -> str:
        """The result, unless something is in doubt that can change it."""
        unknown = self.node.unknown
        if self.kind == "some":
            return found
        if self.kind in ("number", "total"):
            return f"{unknown} if {doubt} else {found}"
        ranked = self.node.data[5]
        if ranked:
            last = ranked - 1 if self.kind == "highest" else 0
            return f"{unknown} if {found} is None or ({doubt} and {found} != {last}) else {found}"
        return f"{unknown} if {found} is None or {doubt} else {found}"

    # -------------------------------------------------------------- inside

    def inside(self) -> list[str]:
        """The lines for one member."""
        if not self.by_item:
            return self._member(f"s{self.place}", f"u{self.place}")
        assert self.reference is not None
        r = self.printer.text(self.reference)
        here = self._member(f"s{self.place}[{r}]", f"u{self.place}[{r}]")
        lines = [f"if {r} >= 0:", *(f"    {line}" for line in here)]
        if self.printer.nodes[self.reference].op != "owner":
            doubts = [] if self.where is None else [f"{self.printer.text(self.where)}"]
            if self.kind == "total" and self.node.data[6] and self.value is not None:
                doubts.append(f"{self.printer.text(self.value)} != 0")
            lines += [f"elif {' and '.join(doubts)}:" if doubts else "else:", f"    w{self.place} = 1"]
        return lines

    def _member(self, found: str, doubt: str) -> list[str]:
        if self.kind == "some":
            return (
                [f"if {self.printer.text(self.where)}:", f"    {found} = 3"]
                if self.where is not None
                else [f"{found} = 3"]
            )
        added = self._added(found, doubt)
        if self.where is None:
            return added
        where = self.printer.text(self.where)
        if self.printer.nodes[self.where].sure:
            return [f"if {where}:", *(f"    {line}" for line in added)]
        return [f"if {where} == 3:", *(f"    {line}" for line in added), f"elif {where}:", f"    {doubt} = 1"]

    def _added(self, found: str, doubt: str) -> list[str]:
        if self.kind == "number":
            return [f"{found} += 1"]
        assert self.value is not None
        value, node = self.printer.text(self.value), self.printer.nodes[self.value]
        if self.kind == "total":
            line = f"{found} += {value}" if self.node.whole else f"{found} = within({found} + {value})"
        else:
            sign = ">" if self.kind == "highest" else "<"
            test = f"{found} is None or {value} {sign} {found}"
            if node.sure:
                return [f"if {test}:", f"    {found} = {value}"]
            return [f"if {unknown_test(node, value)}:", f"    {doubt} = 1", f"elif {test}:", f"    {found} = {value}"]
        if node.sure:
            return [line]
        return [f"if {unknown_test(node, value)}:", f"    {doubt} = 1", "else:", f"    {line}"]


def accumulator(printer: Printing, place: int) -> Accumulator:
    """The aggregate at a place."""
    node = printer.nodes[place]
    kind, _, _, flags, _, _, _ = node.data
    args = list(node.args)
    given = {flag: args.pop(0) for flag in flags.replace("b", "")}
    return Accumulator(
        printer, place, node, kind, given.get("r"), given.get("v"), given.get("w"), given.get("m")
    )  # fmt: skip


__all__ = ["Accumulator", "accumulator", "is_column"]
