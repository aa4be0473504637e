"""Rows: the lowered form printed as one flat Python function over integers, for one case at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from ...rulebook.model import ROOT
from ..lowered import operations, whole_columns
from ..lowered.from_tables import Cells, CellSums
from ..lowered.passes.schedule import (
    INPUTS,
    WHOLE,
    Loop,
    delay,
    exported,
    gathers,
    in_waves,
    is_column,
    levels,
    needed,
    readers,
)
from ..lowered.sizes import within
from ..lowered.steps import Lowered, Node
from . import running_ceilings as filling
from .aggregates import Accumulator, accumulator
from .step_text import Names, Writer, nested

MOST_INLINED: Final = 24  # steps that are written into one expression where they are read

Input = tuple[str, ...]  # ("fact", term) · ("count", thing) · ("unlisted" | "owner", thing, owner)


@attrs.frozen(slots=True, eq=False)
class Printed:
    """The function with what it takes and gives. Its text is plain Python."""

    source: str
    inputs: tuple[Input, ...]
    roots: tuple[int, ...]
    function: Callable[..., tuple[Any, ...]]
    dates: tuple[str, ...] | None  # there is a quicker function for cases where these facts rise from item to item


def print_rows(lowered: Lowered, roots: Sequence[int], ordered: bool = False) -> Printed:
    """A function of the facts' columns that gives the codes of the roots, in order.

    ``ordered``: for cases in which the dates that ceilings are filled by rise from item to item.
    """
    form, dates = filling.along(lowered, ordered)
    printer = _Printer(form, tuple(roots))
    source = printer.source()
    held = {
        "ratio": operations.ratio, "pick": operations.pick, "includes": operations.includes, "first": operations.first,
        "coalesce": operations.coalesce, "set_of": operations.set_of, "rounded": operations.rounded, "ranked": operations.ranked,
        "within": within, "in_force": operations.in_force, "inverse": whole_columns.inverse, "share": whole_columns.share,
        "add_up": whole_columns.add_up, "run": whole_columns.run, "bisect_right": bisect_right, "Vague": filling.Vague, **printer.names.held,
    }  # fmt: skip
    exec(compile(source, f"<rows of {lowered.ruleset}>", "exec"), held)
    return Printed(source, tuple(printer.inputs), tuple(roots), held["rows"], dates)


@attrs.define(slots=True, eq=False)
class _Printer:
    lowered: Lowered
    roots: tuple[int, ...]
    names: Names = attrs.Factory(Names)
    inputs: dict[Input, str] = attrs.Factory(dict)
    lines: list[str] = attrs.Factory(list)
    places: list[int] = attrs.Factory(list)
    level: dict[int, int] = attrs.Factory(dict)
    readers: dict[int, list[int]] = attrs.Factory(dict)
    waves: dict[int, list[int]] = attrs.Factory(dict)
    loops: dict[tuple[int, str], Loop] = attrs.Factory(dict)
    inlined: frozenset[int] = frozenset()
    ends: frozenset[int] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.ends = frozenset(self.roots)
    scalars: dict[int, str] = attrs.Factory(dict)  # columns of the case, assigned
    columns: dict[int, str] = attrs.Factory(dict)  # lists of codes
    local: dict[int, str] = attrs.Factory(dict)  # inside the present loop
    writer: Writer = attrs.field(init=False)
    hoisted: dict[str, str] = attrs.Factory(dict)

    @property
    def nodes(self) -> tuple[Node, ...]:
        return self.lowered.nodes

    def source(self) -> str:
        self.places = needed(self.lowered, self.roots)
        self.level = levels(self.lowered, self.places, self.roots)
        self.readers = readers(self.nodes, self.places)
        self.inlined = self._inlined()
        self.writer = Writer(self.nodes, self.names, self.text, self.inlined)
        self.waves, self.loops = in_waves(self.nodes, self.places, self.level)
        for place in self.places:
            if self.nodes[place].op in INPUTS:
                self._input(place)
        things = self.lowered.things()
        for level in range(max(self.level.values(), default=0) + 1):
            self._between(level)
            for thing in things:
                if (level, thing) in self.loops:
                    self._loop(thing, level)
        results = "".join(f"{self._result(r)}, " for r in self.roots)  # a tuple of any length, also of none
        takes = ", ".join(self.inputs.values())
        return "\n".join([f"def rows({takes}):", *(f"    {line}" for line in self.lines), f"    return ({results})\n"])

    def _inlined(self) -> frozenset[int]:
        """The steps that are written where they are read: those that one step reads once, and that are not long."""
        weight, found = dict[int, int](), set[int]()
        for place in self.places:
            node = self.nodes[place]
            weight[place] = 1 + sum(weight[a] for a in node.args if a in found)
            reading = self.readers.get(place, ())
            if len(reading) != 1 or place in self.ends or weight[place] > MOST_INLINED:
                continue
            reader = self.nodes[reading[0]]
            if node.op in (*INPUTS, *WHOLE, "agg", "fill") or reader.args.count(place) > 1:
                continue
            if is_column(node):
                apart = reader.op == "agg" or exported(self.nodes, reading, self.level, place)
            else:
                apart = is_column(reader) or reader.op in WHOLE or reader.op == "agg"
            if not apart:
                found.add(place)
        return frozenset(found)

    # -------------------------------------------------------------- names

    def take(self, key: Input) -> str:
        if key not in self.inputs:
            self.inputs[key] = f"f{len(self.inputs)}"
        return self.inputs[key]

    def count(self, thing: str) -> str:
        return self.take(("count", thing))

    def _input(self, place: int) -> None:
        node = self.nodes[place]
        if node.op == "owned":
            thing, owner = node.data
            others = [o for o in self.lowered.shape(thing).owners if o != ROOT]
            names = [self.take(("owner", thing, o)) for o in (others if owner == ROOT else [owner])]
            test = " and ".join(f"{n}_ < 0" for n in names) if owner == ROOT else f"{names[0]}_ >= 0"
            loop = ", ".join(f"{n}_" for n in names)
            source = names[0] if len(names) == 1 else f"zip({', '.join(names)})"
            self.columns[place] = f"c{place}"
            self.lines.append(f"c{place} = [3 if {test} else 0 for {loop} in {source}]")
            return
        name = self.take((node.op, *node.data))
        (self.columns if is_column(node) else self.scalars)[place] = name

    def text(self, place: int) -> str:
        """The expression of a step where it is read."""
        node = self.nodes[place]
        if node.op == "const":
            code = node.data[0]
            return repr(code) if code is None or isinstance(code, int) else self.names.keep("K", code, lambda: code)
        found = self.local.get(place) or self.scalars.get(place)
        if found is not None:
            return found
        if is_column(node) and place in self.columns:
            raise AssertionError(f"step {place} is read outside its loop")
        return self._written(place)

    def _written(self, place: int) -> str:
        node = self.nodes[place]
        if node.op == "hop":
            return f"{self._ended(node.args[0])}[{self.text(node.args[1])}]"
        if node.op == "cells":
            return self._cells(node)
        if node.op == "table" and is_column(node):
            return self._looked_up(node)
        return self.writer.expression(place)

    def _looked_up(self, node: Node) -> str:
        """A table in a loop; the part that the case alone decides is looked up before it."""
        name = self.names.keep("T", node.data, lambda: nested(*node.data))
        inner = 0
        while inner < len(node.args) and not is_column(self.nodes[node.args[inner]]):
            inner += 1
        if inner:
            prefix = name + "".join(f"[{self.text(a)}]" for a in node.args[:inner])
            if prefix not in self.hoisted:
                self.hoisted[prefix] = f"h{len(self.hoisted)}"
                self.lines.append(f"{self.hoisted[prefix]} = {prefix}")
            name = self.hoisted[prefix]
        return name + "".join(f"[{self.text(a)}]" for a in node.args[inner:])

    def _cells(self, node: Node) -> str:
        table = next(t for t in self.lowered.tables if t.key == node.data[0])
        parts = [self.nodes[a] for a in node.args]
        lists = [p.kind == "choices" for p in parts]
        unknowns = [p.unknown for p in parts]
        name = self.names.keep(
            "C", (node.data, tuple(unknowns), tuple(lists)),
            lambda: Cells(CellSums(table, node.data[1]), unknowns, lists),
        )  # fmt: skip
        return f"{name}[{', '.join(self.text(a) for a in node.args) or '()'}]"

    def _ended(self, place: int) -> str:
        """A column with the code of what is unknown at its end, where -1 finds it."""
        return self.hoisted[f"end{place}"]

    def _end(self, place: int) -> None:
        if f"end{place}" not in self.hoisted:
            self.hoisted[f"end{place}"] = f"e{place}"
            self.lines.append(f"e{place} = {self.columns[place]} + [{self.nodes[place].unknown}]")

    # -------------------------------------------------------------- between the loops

    def _between(self, level: int) -> None:
        self.local = {}
        for place in self.waves.get(level, ()):
            node = self.nodes[place]
            if node.op in INPUTS or node.op == "const":
                continue
            if node.op in WHOLE or (node.op == "agg" and not gathers(self.nodes, node)):
                self._whole(place, node)
            elif node.op != "agg" and not is_column(node) and place not in self.inlined:
                self.lines.append(f"v{place} = {self._written(place)}")
                self.scalars[place] = f"v{place}"

    def column(self, place: int, thing: str) -> str:
        """A step as a list with one code an item."""
        if is_column(self.nodes[place]):
            return self.columns[place]
        return f"[{self.text(place)}] * {self.count(thing)}"

    def _whole(self, place: int, node: Node) -> None:
        def columns(places: Sequence[int], thing: str) -> str:
            return f"[{', '.join(self.column(p, thing) for p in places)}]"

        match node.op:
            case "agg":
                text = accumulator(self, place).alone()
            case "any":
                text = f"3 if 3 in {self.column(node.args[0], node.data[0])} else 0"
            case "inverse":
                text = f"inverse({self.column(node.args[0], self.nodes[node.args[0]].thing)}, {self.count(node.thing)})"
            case "add_up":
                outcome, own, total = node.args
                thing = node.data[0]
                text = (
                    f"add_up({self.column(outcome, thing)}, {self.column(own, thing)}, {self.text(total)}, "
                    f"{node.data[1]}, {node.data[2]})"
                )
            case "share":
                text = self._share(node, columns)
            case _:
                text = self._run(node, columns)
        self.lines.append(f"v{place} = {text}")
        (self.columns if is_column(node) else self.scalars)[place] = f"v{place}"

    def _share(self, node: Node, columns: Callable[[Sequence[int], str], str]) -> str:
        thing, in_order, dated, _ = node.data
        base = [self.column(p, thing) for p in node.args[:4]]
        dates = self.column(node.args[4], thing) if dated else "None"
        keys = node.args[5 if dated else 4 :]
        unknowns = tuple(self.nodes[k].unknown for k in keys)
        return f"share({in_order}, {', '.join(base)}, {dates}, {columns(keys, thing)}, {unknowns})"

    def _run(self, node: Node, columns: Callable[[Sequence[int], str], str]) -> str:
        name, thing, _, flags, _, ranked, skips = node.data
        rest = list(node.args)
        given = {flag: self.column(rest.pop(0), thing) for flag in flags.replace("b", "")}
        unknowns = tuple(self.nodes[k].unknown for k in rest)
        parts = [given.get(flag, "None") for flag in "vwmd"]
        return (
            f"run({name!r}, {', '.join(parts)}, {columns(rest, thing)}, {unknowns}, {'b' in flags}, {ranked}, {skips}, "
            f"{node.unknown}, {self.count(thing)})"
        )

    # -------------------------------------------------------------- loops

    def _loop(self, thing: str, level: int) -> None:
        """One loop over the items of a thing, for all steps of a wave and the sums over them."""
        inside, sums = self.loops[(level, thing)]
        kept = {p for p in inside if p in self.ends or exported(self.nodes, self.readers.get(p, ()), self.level, p)}
        read = self._read([*inside, *sums], thing, level)
        self.local = {p: f"x{p}" for p in read}
        gathered = [accumulator(self, p) for p in sums]
        for one in gathered:
            self.lines += one.before()
        for place in sorted(kept):
            self.lines += [f"c{place} = []", f"a{place} = c{place}.append"]
        for place in inside:
            if self.nodes[place].op == "hop":
                self._end(self.nodes[place].args[0])
        body = self._body(inside, kept)
        for one in gathered:
            body += one.inside()
        self._head(read, thing, body)
        for place in kept:
            self.columns[place] = f"c{place}"
        self.local = {}
        for place in inside:
            self.writer.checks.pop(place, None)  # told by names of this loop
        for one in gathered:
            self._after(one)

    def _body(self, inside: list[int], kept: set[int]) -> list[str]:
        """The lines for one item: what is read once is written where it is read."""
        body: list[str] = []
        bundles = self._bundles(inside)
        for place in inside:
            if self.nodes[place].op == "fill":
                self.lines += filling.before(self, place, self.nodes[place])
                body += filling.inside(self, place, self.nodes[place])
                self.local[place] = f"x{place}"
                if place in kept:
                    body.append(f"a{place}(x{place})")
            elif place in bundles:
                if bundles[place]:
                    body.append(self._bundled(bundles[place]))
                if place in kept:
                    body.append(f"a{place}(x{place})")
            elif place not in self.inlined:
                body.append(f"x{place} = {self._written(place)}")
                self.local[place] = f"x{place}"
                if place in kept:
                    body.append(f"a{place}(x{place})")
        return body

    def _bundles(self, inside: list[int]) -> dict[int, list[int]]:
        """Tables over the same axes are looked up together: by the first of them, all."""
        groups: dict[tuple[int, ...], list[int]] = {}
        for place in inside:
            if self.nodes[place].op == "table" and len(self.nodes[place].args) > 1:
                groups.setdefault(self.nodes[place].args, []).append(place)
        found: dict[int, list[int]] = {}
        for group in groups.values():
            if len(group) > 1:
                found.update({place: [] for place in group})
                found[group[0]] = group
        return found

    def _bundled(self, group: list[int]) -> str:
        tables = [self.nodes[p].data for p in group]
        data = (tables[0][0], tuple(zip(*(table for _, table in tables), strict=True)))
        text = self._looked_up(attrs.evolve(self.nodes[group[0]], data=data))
        names = ", ".join(f"x{p}" for p in group)
        self.local.update({p: f"x{p}" for p in group})
        return f"{names} = {text}"

    def _head(self, read: list[int], thing: str, body: list[str]) -> None:
        names = ", ".join(f"x{p}" for p in read)
        sources = ", ".join(self.columns[p] for p in read)
        if not read:
            line = f"for _ in range({self.count(thing)}):"
        elif len(read) == 1:
            line = f"for {names} in {sources}:"
        else:
            line = f"for {names} in zip({sources}):"
        self.lines += [line, *(f"    {b}" for b in body or ["pass"])]

    def _after(self, one: Accumulator) -> None:
        self.lines += one.after()
        node = self.nodes[one.place]
        (self.columns if is_column(node) else self.scalars)[one.place] = f"v{one.place}"

    def _read(self, readers: list[int], thing: str, level: int) -> list[int]:
        """The columns made before that the loop goes along."""
        found: dict[int, None] = {}
        for reader in readers:
            node = self.nodes[reader]
            args = node.args[1:] if node.op == "hop" else node.args
            for arg in args:
                if self.nodes[arg].thing == thing and arg in self.columns:
                    found[arg] = None
        return list(found)

    def _result(self, place: int) -> str:
        node = self.nodes[place]
        return self.columns[place] if is_column(node) else self.text(place)


__all__ = ["Printed", "delay", "print_rows"]
