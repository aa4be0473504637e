"""Loops: the lowered form printed as one loop over cases, for a compiler of machine code (Numba, extra ``numba``).

It says what columns say, or leaves a case to rows: where what is shared is vague, and where a quotient is no whole number.
Machine integers cannot overflow unseen: before a batch is run it is worked out how large any number can get.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np

from ..rulebook.model import ROOT
from . import filling
from . import loop_fractions as fractions
from . import loop_groups as groups
from .batch import LIMIT, Array, Batch, Numbers, dtype_of
from .column_steps import Run
from .columns import Columns, cell_sums
from .loop_writing import FRACTION, NONE, NUMERIC, LoopWriter, code_of
from .lowered import Lowered, Node, NotLowerable
from .tops import MEMBERS, MOST_IN_LOOPS, WATCHED, watched
from .waves import INPUTS, WHOLE, exported, gathers, is_column, levels, needed

Input = tuple[str, ...]


@attrs.frozen(slots=True, eq=False)
class Loops:
    """The compiled loop of some roots; where a batch has numbers too large for it, ``columns`` take over."""

    columns: Columns
    inputs: tuple[Input, ...]
    things: tuple[str, ...]
    lists: dict[str, tuple[int, ...]]  # thing → the roots that are worked out for it, the case first
    source: str = attrs.field(repr=False)
    function: Any = attrs.field(repr=False)

    def run(self, batch: Batch) -> Run:
        """Work out a batch, as ``Columns.run`` does; only the roots have values."""
        lowered = self.columns.lowered
        if not self._fits(batch):
            return self.columns.run(batch)
        starts = [_starts(batch.case_of[t], batch.cases) for t in self.things]
        given = [_codes(batch, key, self.columns) for key in self.inputs]
        left, *found = self.function(batch.cases, *starts, *given)
        run = Run(self.columns, batch, batch.doubtful | (left != 0))
        for roots, codes, below in zip(self.lists.values(), found[::2], found[1::2], strict=True):
            under = iter(below)
            for root, row in zip(roots, codes, strict=True):
                node = lowered.nodes[root]
                run.values[root] = _value(node, row, None if node.whole else next(under))
        for root in self.columns.roots:
            if root not in run.values:  # an input or a constant, shown as it is
                run.values[root] = run.step(root)
        return run


    def _fits(self, batch: Batch) -> bool:
        """Whether facts and lists are as small as the loop was printed for."""
        numbers = (batch.columns[key] for key in self.inputs)
        if any(isinstance(n, Numbers) and n.bound() > MOST_IN_LOOPS for n in numbers):
            return False
        return all(not len(c) or int(np.bincount(c).max()) <= MEMBERS for c in batch.case_of.values())


def _codes(batch: Batch, key: Input, columns: Columns) -> Array:
    value = batch.columns[key]
    if not isinstance(value, Numbers):
        return np.ascontiguousarray(value)
    thing = key[1].partition(".")[0]
    codes = np.broadcast_to(np.asarray(value.codes, np.int64), (batch.count(thing),))
    return np.ascontiguousarray(codes if value.known is None else np.where(value.known, codes, NONE))


def _starts(case_of: Array, cases: int) -> Array:
    """Where the items of each case begin, and the last end."""
    found = np.zeros(cases + 1, np.int64)
    np.cumsum(np.bincount(case_of, minlength=cases), out=found[1:])
    return found


def _value(node: Node, codes: Array, below: Array | None) -> Any:
    if node.kind not in NUMERIC:
        return codes.astype(dtype_of(node))
    known = codes != NONE
    every = bool(known.all())
    return Numbers(codes if every else np.where(known, codes, 0), None if every else known, below)


def print_loops(columns: Columns) -> Loops:
    """Compiled here, which takes half a minute for a long text. Raises NotLowerable, and ImportError without Numba."""
    from .loop_numbers import HELD, NumbaError, machine

    printer = _Printer(columns)
    source = printer.source()
    held: dict[str, Any] = {"np": np, **HELD, **printer.writer.held}
    exec(compile(source, f"<loops of {columns.lowered.ruleset}>", "exec"), held)
    decide = machine(held["decide"])
    try:  # with no cases: what cannot be compiled is known here, and columns decide
        decide(0, *(np.zeros(1, np.int64) for _ in printer.things), *(np.zeros(0, printer.kind_of(key)) for key in printer.inputs))
    except NumbaError as error:
        raise NotLowerable(f"no machine code: {str(error)[:200]}") from error
    return Loops(
        columns, tuple(printer.inputs), tuple(printer.things), {t: tuple(r) for t, r in printer.lists.items()}, source, decide,
    )  # fmt: skip


INDENT: Final = "        "


@attrs.define(slots=True, eq=False)
class _Printer:
    columns: Columns
    inputs: dict[Input, str] = attrs.Factory(dict)
    things: list[str] = attrs.Factory(list)
    lists: dict[str, list[int]] = attrs.Factory(dict)  # roots by their thing
    writer: LoopWriter = attrs.field(init=False)
    places: list[int] = attrs.Factory(list)
    level: dict[int, int] = attrs.Factory(dict)
    watched: set[int] = attrs.Factory(set)
    nodes: tuple[Node, ...] = ()
    lines: list[str] = attrs.Factory(list)
    head: list[str] = attrs.Factory(list)  # arrays, made once
    local: set[int] = attrs.Factory(set)  # columns that have a name inside the present loop

    @property
    def lowered(self) -> Lowered:
        return self.columns.lowered

    def source(self) -> str:
        self.nodes = filling.along(self.lowered, False)[0].nodes
        self.watched = watched(self.lowered.nodes, self.columns.steps, self.columns.tables)
        self.writer = LoopWriter(self.nodes, self.name)
        roots = list(dict.fromkeys(self.columns.roots))
        self.things = self.lowered.things()
        self.places = needed(self.lowered, roots)
        self.level = levels(self.lowered, self.places, roots)
        made = [r for r in roots if self.nodes[r].op != "const" and self.nodes[r].op not in ("fact", "unlisted", "owner")]
        self.lists = {thing: [r for r in made if (self.nodes[r].thing or ROOT) == thing] for thing in (ROOT, *self.things)}
        for place in self.places:
            if self.nodes[place].op in INPUTS:
                self._input(place)
        for level in range(max(self.level.values(), default=0) + 1):
            self._between(level)
            for thing in self.things:
                self._loop(thing, level)
        for i, root in enumerate(self.lists[ROOT]):
            self.lines.append(f"out_{ROOT}[{i}, i] = {self.name(root)}")
            if not self.nodes[root].whole:
                self.lines.append(f"low_{ROOT}[{self._low(ROOT).index(root)}, i] = {self.below(root)}")
        return self._whole_text()

    def _whole_text(self) -> str:
        ends = [f"n_{t} = st_{t}[cases]" for t in self.things]
        outs = [f"n_{ROOT} = cases", "left = np.zeros(cases, np.uint8)"]
        outs += [f"out_{t} = np.empty(({len(roots)}, n_{t}), np.int64)" for t, roots in self.lists.items()]
        outs += [f"low_{t} = np.empty(({len(self._low(t))}, n_{t}), np.int64)" for t in self.lists]
        spans = [f"b_{t} = st_{t}[i]; e_{t} = st_{t}[i + 1]" for t in self.things]
        takes = ", ".join(["cases", *(f"st_{t}" for t in self.things), *self.inputs.values()])
        gives = ", ".join(["left", *(f"{x}_{t}" for t in self.lists for x in ("out", "low"))])
        return "\n".join([
            f"def decide({takes}):", *(f"    {line}" for line in (*ends, *outs, *self.head)), "    for i in range(cases):",
            *(f"{INDENT}{line}" for line in (*spans, *self.lines)), f"    return ({gives},)\n",
        ])  # fmt: skip

    def _low(self, thing: str) -> list[int]:
        """The roots of a thing that may be fractions."""
        return [r for r in self.lists[thing] if not self.nodes[r].whole]

    # -------------------------------------------------------------- names

    def below(self, place: int) -> str:
        """The denominator of a number for the item in hand."""
        node = self.nodes[place]
        if node.whole:
            return "1"
        return f"d{place}" if place in self.local or not is_column(node) else self.under(place, "j")

    def under(self, place: int, index: str) -> str:
        """The denominator of a number for one of the items of its thing."""
        node = self.nodes[place]
        if node.whole:
            return "1"
        if not is_column(node):
            return f"d{place}"
        return f"e{place}[{index}]" if place in self.columns.roots else f"e{place}[{index} - b_{node.thing}]"

    def name(self, place: int) -> str:
        """The name of a step for the item in hand, j."""
        node = self.nodes[place]
        if node.op == "const":
            return str(code_of(node) if node.data[0] is None else node.data[0])
        if is_column(node):
            return f"x{place}" if place in self.local else self.at(place, "j")
        return f"v{place}"

    def at(self, place: int, index: str) -> str:
        """A step for one of the items of its thing."""
        node = self.nodes[place]
        if not is_column(node):
            return self.name(place)
        if node.op in INPUTS and node.op != "owned":
            return f"np.int64({self.inputs[(node.op, *node.data)]}[{index}])"
        if place in self.columns.roots:
            return f"c{place}[{index}]"
        return f"c{place}[{index} - b_{node.thing}]"  # of one case only: it stays in the nearest memory

    def kind_of(self, key: Input) -> Any:
        """The type of an input's codes."""
        if key[0] == "fact":
            return dtype_of(next(n for n in self.nodes if n.op == "fact" and n.data == key[1:]))
        return np.uint8 if key[0] == "unlisted" else np.int64

    def span(self, thing: str) -> str:
        return f"b_{thing}, e_{thing}"

    def _input(self, place: int) -> None:
        node = self.nodes[place]
        if node.op == "owned":
            self._owned(place, node)
            return
        key: Input = (node.op, *node.data)
        name = self.inputs.setdefault(key, f"f{len(self.inputs)}")
        if not is_column(node):
            self.lines.append(f"v{place} = np.int64({name}[i])")

    def _owned(self, place: int, node: Node) -> None:
        thing, owner = node.data
        others = [o for o in self.lowered.shape(thing).owners if o != ROOT]
        names = [self.inputs.setdefault(("owner", thing, o), f"f{len(self.inputs)}") for o in (others if owner == ROOT else [owner])]
        tests = " and ".join(f"{n}[j] < 0" for n in names) if owner == ROOT else f"{names[0]}[j] >= 0"
        self._array(place)
        self.lines += [f"for j in range({self.span(thing)}):", f"    {self.at(place, 'j')} = 3 if {tests} else 0"]

    def _array(self, place: int) -> None:
        thing = self.nodes[place].thing
        for name, kind, rows in (("c", "out", self.lists[thing]), ("e", "low", self._low(thing))):
            if name == "c" or not self.nodes[place].whole:
                own = f"{kind}_{thing}[{rows.index(place)}]" if place in rows else f"np.empty({MEMBERS}, np.int64)"
                self.head.append(f"{name}{place} = {own}")

    def _assigned(self, name: str, place: int) -> list[str]:
        node = self.nodes[place]
        if not node.whole or any(not self.nodes[a].whole for a in node.args):
            return self._fraction(name, place, node)
        if node.op == "cells":
            text = self.writer.cells(node, [self.name(a) for a in node.args], cell_sums(self.lowered, node))
        elif node.op == "hop":
            way = self.name(node.args[1])
            text = f"({self.at(node.args[0], way)} if {way} >= 0 else {code_of(node)})"
        else:
            text = self.writer.expression(place)
        if place in self.watched:
            return self._looked_at(name, text, node)
        return [f"{name} = {text}"]

    def _fraction(self, name: str, place: int, node: Node) -> list[str]:
        """A step over numbers that may be no whole ones."""
        parts = [(self.name(a), self.below(a)) for a in node.args]
        text = fractions.expression(node, parts, [code_of(self.nodes[a]) for a in node.args])
        low = f"d{place}"
        gives = name if node.whole else f"{name}, {low}"
        return [
            f"{gives} = {text}", f"if {name} == {FRACTION}:", "    left[i] = 1", f"    {name} = {code_of(node)}",
            *([] if node.whole else [f"    {low} = 1"]),
        ]  # fmt: skip

    def _looked_at(self, name: str, text: str, node: Node) -> list[str]:
        """A step that may come to more than a machine integer should hold: then its case is left to rows."""
        parts = [self.name(a) for a in node.args]
        known = " and ".join(f"{p} != {NONE}" for p in parts)
        match node.op:
            case "times":
                large = f"abs({parts[0]}) > {WATCHED // abs(node.data[0] or 1)}"
            case "round":
                _, up, down, step = node.data
                most = min(WATCHED * down // (2 * up * step), (LIMIT - down) // (2 * up))
                large = f"abs({parts[0]}) > {max(most, 0)}"
            case "mul":
                large = f"abs({parts[0]}) > {WATCHED} // max(abs({parts[1]}), 1)"
            case _:
                large = f"abs({parts[0]} {'+' if node.op == 'add' else '-'} {parts[1]}) > {WATCHED}"
        return [f"if {known} and ({large}):", "    left[i] = 1", f"    {name} = {NONE}", "else:", f"    {name} = {text}"]

    def _filled(self, place: int) -> list[str]:
        """What still fits under a ceiling that is filled one after the other."""
        node = self.nodes[place]
        outcome, _, own, most = (self.name(a) for a in node.args[:4])
        return [
            f"x{place} = {own}",
            f"if {outcome} != 0 and {own} != 0:",
            f"    if {outcome} != 3 or {own} == {NONE} or {most} == {NONE}:", "        left[i] = 1",
            "    else:", f"        x{place} = min({own}, max({most} - o{place}, 0))", f"        o{place} += {own}",
        ]  # fmt: skip

    # -------------------------------------------------------------- between the loops

    def _between(self, level: int) -> None:
        for place in self.places:
            node = self.nodes[place]
            if self.level[place] != level or node.op in INPUTS or node.op == "const":
                continue
            if node.op in WHOLE:
                self._whole(place, node)
            elif node.op == "agg":
                if not gathers(self.nodes, node):
                    if is_column(node):
                        raise NotLowerable("a number of items by item")
                    if not node.whole:
                        raise NotLowerable("a fraction times a number of items")
                    self.lines.append(f"v{place} = {groups.Sum(self, place).alone()}")
            elif not is_column(node):
                self.lines += self._assigned(f"v{place}", place)

    def _whole(self, place: int, node: Node) -> None:
        if node.op == "any":
            found = self.at(node.args[0], "j")
            self.lines += [f"v{place} = 0", f"for j in range({self.span(node.data[0])}):", f"    if {found} == 3:", f"        v{place} = 3"]
            return
        self._array(place)
        if node.op == "inverse":
            way = self.nodes[node.args[0]].thing
            self.lines += [
                f"for j in range({self.span(node.thing)}):", f"    {self.at(place, 'j')} = -1",
                f"for j in range(e_{way} - 1, b_{way} - 1, -1):", f"    o = {self.at(node.args[0], 'j')}",
                "    if o >= 0:", f"        {self.at(place, 'o')} = j",
            ]  # fmt: skip
        elif node.op == "share":
            self.lines += groups.share(self, place)
        elif node.op == "add_up":
            self.lines += groups.add_up(self, place)
        else:
            raise NotLowerable(f"loops of {node.op}")

    # -------------------------------------------------------------- loops

    def _loop(self, thing: str, level: int) -> None:
        inside = [
            p for p in self.places
            if self.level[p] == level and self.nodes[p].thing == thing and self.nodes[p].op not in (*INPUTS, *WHOLE, "agg")
        ]  # fmt: skip
        sums = [
            groups.Sum(self, p) for p in self.places
            if self.nodes[p].op == "agg" and self.nodes[p].data[1] == thing and gathers(self.nodes, self.nodes[p])
            and self.level[p] - 1 == level
        ]  # fmt: skip
        if not inside and not sums:
            return
        for one in sums:
            if is_column(self.nodes[one.place]):
                self._array(one.place)
                self.head += [f"{x}{one.place} = np.empty({MEMBERS}, np.int64)" for x in ("su" if self.nodes[one.place].whole else "sug")]
            self.lines += one.before()
        body: list[str] = []
        self.local = set()
        for place in self._read(inside, sums, thing):
            body.append(f"x{place} = {self.at(place, 'j')}")
            body += [] if self.nodes[place].whole else [f"d{place} = {self.under(place, 'j')}"]
            self.local.add(place)
        for place in inside:
            if self.nodes[place].op == "fill":
                self.lines.append(f"o{place} = 0")
                body += self._filled(place)
            else:
                body += self._assigned(f"x{place}", place)
            self.local.add(place)
            if place in self.columns.roots or exported(self.nodes, self.places, self.level, place):
                self._array(place)
                body.append(f"{self.at(place, 'j')} = x{place}")
                body += [] if self.nodes[place].whole else [f"{self.under(place, 'j')} = d{place}"]
        for one in sums:
            body += one.inside()
        self.lines += [f"for j in range({self.span(thing)}):", *(f"    {line}" for line in body)]
        self.local = set()
        for one in sums:
            self.lines += one.after()

    def _read(self, inside: Sequence[int], sums: Sequence[groups.Sum], thing: str) -> list[int]:
        """The columns made before that the loop goes along."""
        found: dict[int, None] = {}
        for reader in [*inside, *(s.place for s in sums)]:
            node = self.nodes[reader]
            for arg in node.args[1:] if node.op == "hop" else node.args:
                if self.nodes[arg].thing == thing and arg not in inside and is_column(self.nodes[arg]):
                    found[arg] = None
        return list(found)
