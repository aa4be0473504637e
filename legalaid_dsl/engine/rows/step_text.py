"""The text of one step for one item, as Python over integers: what rows.py puts into its loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from typing import Any, Final

import attrs

from ..lowered.operations import NEGATED, on_dates, pick
from ..lowered.steps import DOUBT, NO, YES, Node

STRICT: Final = {"times", "add", "sub", "mul", "min", "max", "round"}
MOST_CHECKS: Final = 4  # names that are asked instead of the number worked out from them
MOST_BANDS: Final = 6  # limits that are tried one after the other
SMALL_PICK: Final = 5  # conditions that are looked up together
MOST_BESIDE: Final = 8  # alternatives that are tried one after the other in one expression
MOST_JOINED: Final = 40  # parts of one expression without brackets
MOST_BITS: Final = 250  # choices that are looked up in a table


@attrs.define(slots=True, eq=False)
class Names:
    """Values that the text refers to by name: tables, sums of cells, and the like."""

    held: dict[str, Any] = attrs.Factory(dict)
    _places: dict[Any, str] = attrs.Factory(dict)
    count: int = 0

    def keep(self, prefix: str, key: Any, value: Callable[[], Any]) -> str:
        """A name for a value; one for equal keys."""
        if (prefix, key) not in self._places:
            name = f"{prefix}{len(self._places)}"
            self._places[(prefix, key)] = name
            self.held[name] = value()
        return self._places[(prefix, key)]

    def temporary(self) -> str:
        self.count += 1
        return f"t{self.count}"


def _on_dates(data: tuple[Any, ...], *codes: Any) -> int | None:
    return on_dates(data, codes)


def is_atom(text: str) -> bool:
    return text.isidentifier() or text.lstrip("-").isdigit()


def unknown_test(node: Node, text: str) -> str:
    """Whether a value is unknown; the text is an atom."""
    return f"{text} is None" if node.unknown is None else f"{text} == {node.unknown}"


def nested(sizes: Sequence[int], table: Sequence[Any]) -> Any:
    """A flat table as tuples in tuples, one level an axis."""
    for size in reversed(sizes):
        table = [tuple(table[i : i + size]) for i in range(0, len(table), size)]
    return table[0]


def pick_table(data: tuple[Any, ...], count: int) -> tuple[int, ...]:
    """The decision for every combination of conditions, each in two bits, the first lowest."""
    codes = [c if c != 2 else DOUBT for c in range(4)]
    found = [pick(data[0], data[1], data[2], tuple(reversed(some))) for some in product(codes, repeat=count)]
    return tuple(found)


def joined(parts: Sequence[str], sign: str) -> str:
    """Parts with a sign between them, bracketed by forty: Python reads no chain of thousands."""
    while len(parts) > MOST_JOINED:
        pieces = range(0, len(parts), MOST_JOINED)
        parts = [f"({sign.join(parts[i : i + MOST_JOINED])})" for i in pieces]
    return sign.join(parts)


def cases(which: str, values: Sequence[str], start: int = 0) -> str:
    """The value at a place, the last one for all after it: one after the other, or by halves where there are many."""
    if len(values) <= MOST_BESIDE:
        return f"({''.join(f'{v} if {which} == {i} else ' for i, v in enumerate(values[:-1], start))}{values[-1]})"
    half = len(values) // 2
    low, high = cases(which, values[:half], start), cases(which, values[half:], start + half)
    return f"({low} if {which} < {start + half} else {high})"


@attrs.define(slots=True, eq=False)
class Writer:
    """Writes steps as expressions. ``text`` gives the expression of a step that is read; ``inlined`` are those that
    are written where they are read, once and never deep; all others have names.
    """

    nodes: Sequence[Node]
    names: Names
    text: Callable[[int], str]
    inlined: frozenset[int]
    checks: dict[int, list[str]] = attrs.Factory(dict)  # of steps that have names: what tells that they are known

    def expression(self, place: int) -> str:
        """The whole expression of a step, unknown included."""
        node = self.nodes[place]
        if node.op in STRICT:
            checks, code = self._strict(place)
            if len(checks) <= MOST_CHECKS and not any(":=" in c for c in checks):
                self.checks[place] = checks
            return f"(None if {' or '.join(checks)} else {code})" if checks else code
        written: str = getattr(self, f"_{node.op}")(node)
        return written

    def atom(self, place: int) -> tuple[str, str]:
        """(text for the first use, text for the later ones)."""
        text = self.text(place)
        if is_atom(text):
            return text, text
        name = self.names.temporary()
        return f"({name} := {text})", name

    # -------------------------------------------------------------- numbers

    def _operand(self, place: int) -> tuple[list[str], str]:
        """The checks that a number is known, and its text after them."""
        node = self.nodes[place]
        if not node.sure and node.op in STRICT and place in self.inlined:
            return self._strict(place)
        text = self.text(place)
        if node.sure:
            return [], text
        if is_atom(text):
            return self.checks.get(place) or [f"{text} is None"], text
        name = self.names.temporary()
        return [f"({name} := {text}) is None"], name

    def _strict(self, place: int) -> tuple[list[str], str]:
        node = self.nodes[place]
        checks: list[str] = []
        parts = []
        for arg in node.args:
            more, text = self._operand(arg)
            checks += [c for c in more if c not in checks]
            parts.append(text)
        return checks, self._formula(node, parts)

    def _formula(self, node: Node, parts: list[str]) -> str:
        match node.op:
            case "times":
                return parts[0] if node.data[0] == 1 else f"({parts[0]} * {node.data[0]})"
            case "add" | "sub" | "mul":
                sign = {"add": "+", "sub": "-", "mul": "*"}[node.op]
                return f"({parts[0]} {sign} {parts[1]})"
            case "min" | "max":
                (x, later_x), (y, later_y) = (self._again(p) for p in parts)
                return f"({later_x} if {x} {'<=' if node.op == 'min' else '>='} {y} else {later_y})"
            case _:
                mode, up, down, step = node.data
                above = parts[0] if up == 1 else f"{parts[0]} * {up}"
                if mode == "down":
                    text = f"{above} // {down}"
                elif mode == "up":
                    text = f"-(-{above} // {down})"
                elif mode == "half_even":
                    return f"rounded({parts[0]}, {mode!r}, {up}, {down}, {step})"
                else:
                    text = f"(2 * {above} + {down}) // {2 * down}"
                return f"({text})" if step == 1 else f"({text} * {step})"

    def _again(self, text: str) -> tuple[str, str]:
        if is_atom(text):
            return text, text
        name = self.names.temporary()
        return f"({name} := {text})", name

    def _div(self, node: Node) -> str:
        (more, x), (others, y) = self._operand(node.args[0]), self._operand(node.args[1])
        code = f"ratio({x} * {node.data[0]}, {y} * {node.data[1]})"
        checks = [*more, *others]
        return f"(None if {' or '.join(checks)} else {code})" if checks else code

    def _compare(self, node: Node) -> str:
        checks, parts = [], []
        for arg in node.args:
            more, text = self._operand(arg)
            checks += more
            parts.append(text)
        sign = "==" if node.data[0] == "=" else node.data[0]
        code = f"3 if {parts[0]} {sign} {parts[1]} else 0"
        return f"(1 if {' or '.join(checks)} else {code})" if checks else f"({code})"

    def _band(self, node: Node) -> str:
        """The place of a number among limits: one comparison after the other, or halving them."""
        checks, text = self._operand(node.args[0])
        checks = list(dict.fromkeys(checks))
        if len(node.data) > MOST_BANDS:
            code = f"bisect_right({self.names.keep('B', node.data, lambda: node.data)}, {text})"
        else:
            first, later = self._again(text)
            tests = [f"{i} if {later if i else first} < {limit} else " for i, limit in enumerate(node.data)]
            code = f"{''.join(tests)}{len(node.data)}"
        return f"({node.unknown} if {' or '.join(checks)} else {code})" if checks else f"({code})"

    def _dated(self, node: Node) -> str:
        starts = self.names.keep("D", node.data[0], lambda: node.data[0])
        amounts = self.names.keep("A", (node.data, "amounts"), lambda: node.data[1])
        return f"in_force({starts}, {amounts}, {self.text(node.args[0])})"

    def _on_dates(self, node: Node) -> str:
        name = self.names.keep("O", node.data, lambda: partial(_on_dates, node.data))
        return f"{name}({', '.join(self.text(a) for a in node.args)})"

    def _ranked(self, node: Node) -> str:
        return f"ranked({node.data}, ({', '.join(self.text(a) for a in node.args)},))"

    # -------------------------------------------------------------- conditions

    def _and(self, node: Node) -> str:
        return f"({joined([self.text(a) for a in node.args], ' & ')})"

    def _or(self, node: Node) -> str:
        return f"({joined([self.text(a) for a in node.args], ' | ')})"

    def _not(self, node: Node) -> str:
        if self.nodes[node.args[0]].sure:
            return f"(3 - {self.text(node.args[0])})"
        return f"{self.names.keep('N', 'not', lambda: NEGATED)}[{self.text(node.args[0])}]"

    def _not_true(self, node: Node) -> str:
        return f"(0 if {self.text(node.args[0])} == 3 else 3)"

    def _or_doubt(self, node: Node) -> str:
        return f"({self.text(node.args[0])} | 1)"

    def _known(self, node: Node) -> str:
        part = self.nodes[node.args[0]]
        text = self.text(node.args[0])
        return f"({NO} if {unknown_test(part, text)} else {YES})"

    def _same(self, node: Node) -> str:
        (x, later_x), (y, later_y) = self.atom(node.args[0]), self.atom(node.args[1])
        a, b = (self.nodes[p] for p in node.args)
        checks = [unknown_test(n, t) for n, t in ((a, x), (b, y)) if not n.sure]
        code = f"3 if {later_x if not a.sure else x} == {later_y if not b.sure else y} else 0"
        return f"(1 if {' or '.join(checks)} else {code})" if checks else f"({code})"

    def _among(self, node: Node) -> str:
        part = self.nodes[node.args[0]]
        if part.size > MOST_BITS:
            (code, later), bits = self.atom(node.args[0]), self.names.keep("M", node.data, lambda: node.data[0])
            return f"(1 if {code} == {part.unknown} else 3 if {bits} >> {later} & 1 else 0)"
        table = tuple(
            DOUBT if code == part.unknown else YES if node.data[0] >> code & 1 else NO for code in range(part.size + 1)
        )
        return f"{self.names.keep('M', table, lambda: table)}[{self.text(node.args[0])}]"

    def _includes(self, node: Node) -> str:
        held, later = self.atom(node.args[0])
        parts = [self.nodes[a] for a in node.args]
        known = f"1 if {unknown_test(parts[0], held)} else " if not parts[0].sure else ""
        if len(node.args) == 1:
            return f"({known}3 if {later if known else held} & {node.data[0]} else 0)"
        if len(node.args) == 2 and parts[1].kind == "choices" and not node.data[0]:
            wanted, again = self.atom(node.args[1])
            doubt = f"(1 if {later} else 0) if {unknown_test(parts[1], wanted)} else " if not parts[1].sure else ""
            return f"({known}{doubt}3 if {later} & {again if doubt else wanted} else 0)"
        rest = ", ".join(self.text(a) for a in node.args[1:])
        many = tuple(p.kind == "choices" for p in parts[1:])
        unknowns = tuple(p.unknown for p in parts[1:])
        return f"({known}includes({node.data[0]}, {later if known else held}, ({rest},), {many}, {unknowns}))"

    def _count_of(self, node: Node) -> str:
        text, later = self.atom(node.args[0])
        if self.nodes[node.args[0]].sure:
            return f"{text}.bit_count()" if not text.isdigit() else f"({text}).bit_count()"
        return f"(None if {unknown_test(self.nodes[node.args[0]], text)} else {later}.bit_count())"

    def _set_of(self, node: Node) -> str:
        if len(node.args) > MOST_BESIDE:
            texts, unknowns = ", ".join(self.text(a) for a in node.args), tuple(self.nodes[a].unknown for a in node.args)
            return f"set_of(({texts}), {unknowns}, {node.unknown})"
        atoms = [self.atom(a) for a in node.args]
        checks = [
            unknown_test(self.nodes[p], first)
            for p, (first, _) in zip(node.args, atoms, strict=True) if not self.nodes[p].sure
        ]  # fmt: skip
        bits = " | ".join(
            f"1 << {later if not self.nodes[p].sure else first}"
            for p, (first, later) in zip(node.args, atoms, strict=True)
        )
        return f"({node.unknown} if {' or '.join(checks)} else {bits})" if checks else f"({bits})"

    # -------------------------------------------------------------- choosing

    def _pick(self, node: Node) -> str:
        count = len(node.args)
        if count == 1:
            return f"(0 if {self.text(node.args[0])} == 3 else 1)"
        if count > SMALL_PICK:
            return (
                f"pick({node.data[0]}, {node.data[1]}, {node.data[2]}, ({', '.join(self.text(a) for a in node.args)}))"
            )
        table = self.names.keep("P", (node.data, count), lambda: pick_table(node.data, count))
        index = " | ".join(self.text(a) + (f" << {2 * i}" if i else "") for i, a in enumerate(node.args))
        return f"{table}[{index}]"

    def _first(self, node: Node) -> str:
        if len(node.args) > MOST_BESIDE:
            return f"first(({', '.join(self.text(a) for a in node.args)}))"
        tests = [f"{i} if {self.text(a)} == 3 else " for i, a in enumerate(node.args)]
        return f"({''.join(tests)}{len(node.args)})"

    def _shifted(self, node: Node) -> str:
        part = self.nodes[node.args[0]]
        table = (*(c + node.data[0] for c in range(part.size)), node.size)
        return f"{self.names.keep('S', table, lambda: table)}[{self.text(node.args[0])}]"

    def _shifted_first(self, node: Node) -> str:
        return f"({node.data[0]} if {self.text(node.args[0])} == 3 else {node.size})"

    def _coalesce(self, node: Node) -> str:
        if len(node.args) > MOST_BESIDE:
            return f"coalesce(({', '.join(self.text(a) for a in node.args)}), {node.size})"
        atoms = [self.atom(a) for a in node.args[:-1]]
        tests = [f"{later} if {first} != {node.size} else " for first, later in atoms]
        return f"({''.join(tests)}{self.text(node.args[-1])})"

    def _case(self, node: Node) -> str:
        which, later = self.atom(node.args[0])
        values = [self._as(node, a) for a in node.args[1:]]
        values += [] if self.nodes[node.args[0]].sure else [str(node.unknown)]
        if len(values) > MOST_BESIDE:
            # it is named before the halves ask for it
            return cases(which, values) if which == later else f"({cases(later, values)} if {which} >= 0 else None)"
        tests = [f"{v} if {which if not i else later} == {i} else " for i, v in enumerate(values[:-1])]
        return f"({''.join(tests)}{values[-1]})"

    def _as(self, node: Node, place: int) -> str:
        """A value in the codes of the step that passes it on."""
        part = self.nodes[place]
        text = self.text(place)
        return str(node.unknown) if part.op == "const" and part.data[0] == part.unknown else text

    def _table(self, node: Node) -> str:
        name = self.names.keep("T", node.data, lambda: nested(*node.data))
        return name + "".join(f"[{self.text(a)}]" for a in node.args)

    def _watch(self, node: Node) -> str:
        return f"within({self.text(node.args[0])})"

    def _over(self, node: Node) -> str:
        return f"({self.text(node.args[0])} if {self.text(node.args[1])} >= 0 else {node.unknown})"
