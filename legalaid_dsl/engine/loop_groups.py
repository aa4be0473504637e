"""What items of a case share, as lines of a loop over machine integers: sums, ceilings, rounding that adds up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .batch import LIMIT
from .loop_writing import FRACTION, NONE, code_of
from .lowered import Node, NotLowerable
from .tops import WATCHED


class Looping(Protocol):
    """What the printer of loops gives to these."""

    @property
    def nodes(self) -> Sequence[Node]: ...
    def name(self, place: int) -> str: ...
    def at(self, place: int, index: str) -> str: ...
    def below(self, place: int) -> str: ...
    def under(self, place: int, index: str) -> str: ...
    def span(self, thing: str) -> str: ...


class Sum:
    """An aggregate that goes through its members: the lines before the loop, for one member, and after it."""

    def __init__(self, printer: Looping, place: int) -> None:
        self.printer, self.place, self.node = printer, place, printer.nodes[place]
        self.kind, self.thing, relation, flags, _, self.ranked, self.skips = self.node.data
        args = list(self.node.args)
        self.given = {flag: args.pop(0) for flag in flags.replace("b", "")}
        self.by_item = relation == "item"
        self.start = "0" if self.kind in ("some", "number", "total") else str(NONE)
        self.whole = self.node.whole
        if not self.whole and self.kind != "total":
            raise NotLowerable("the highest of fractions")

    def before(self) -> list[str]:
        p, missing = self.place, self.given.get("m")
        if not self.by_item:
            low = [] if self.whole else [f"g{p} = 1"]
            return [f"s{p} = {self.start}", *low, f"u{p} = {'0' if missing is None else self.printer.name(missing)}"]
        doubt = "0" if missing is None else self.printer.at(missing, "k")
        first = self.printer.span(self.node.thing).partition(",")[0]
        return [
            f"w{p} = 0", f"for k in range({self.printer.span(self.node.thing)}):",
            f"    s{p}[k - {first}] = {self.start}", f"    u{p}[k - {first}] = {doubt}",
            *([] if self.whole else [f"    g{p}[k - {first}] = 1"]),
        ]  # fmt: skip

    def inside(self) -> list[str]:
        p = self.place
        if not self.by_item:
            return self._member(f"s{p}", f"u{p}", f"g{p}")
        reference = self.given["r"]
        r = self.printer.name(reference)
        here = f"[{r} - {self.printer.span(self.node.thing).partition(',')[0]}]"
        lines = [f"if {r} >= 0:", *(f"    {line}" for line in self._member(f"s{p}{here}", f"u{p}{here}", f"g{p}{here}"))]
        if self.printer.nodes[reference].op != "owner":
            doubts = [f"{self.printer.name(self.given['w'])} != 0"] if "w" in self.given else []
            if self.kind == "total" and self.skips:
                doubts.append(f"{self.printer.name(self.given['v'])} != 0")
            lines += [f"elif {' and '.join(doubts)}:" if doubts else "else:", f"    w{p} = 1"]
        return lines

    def _member(self, found: str, doubt: str, low: str) -> list[str]:
        where = self.printer.name(self.given["w"]) if "w" in self.given else None
        if self.kind == "some":
            return [f"{found} = 3"] if where is None else [f"if {where} != 0:", f"    {found} = 3"]
        added = self._added(found, doubt, low)
        if where is None:
            return added
        return [f"if {where} == 3:", *(f"    {line}" for line in added), f"elif {where} != 0:", f"    {doubt} = 1"]

    def _added(self, found: str, doubt: str, low: str) -> list[str]:
        if self.kind == "number":
            return [f"{found} += 1"]
        value = self.printer.name(self.given["v"])
        unknown = code_of(self.printer.nodes[self.given["v"]])
        if not self.whole:
            return [
                f"if {value} == {unknown}:", f"    {doubt} = 1", "else:",
                f"    {found}, {low} = add({found}, {low}, {value}, {self.printer.below(self.given['v'])})",
                f"    if {found} == {FRACTION}:", "        left[i] = 1", f"        {found} = 0", f"        {low} = 1",
            ]  # fmt: skip
        if self.kind == "total":
            return [f"if {value} == {unknown}:", f"    {doubt} = 1", "else:", f"    {found} += {value}"]
        sign = ">" if self.kind == "highest" else "<"
        return [
            f"if {value} == {unknown}:", f"    {doubt} = 1",
            f"elif {found} == {NONE} or {value} {sign} {found}:", f"    {found} = {value}",
        ]  # fmt: skip

    def after(self) -> list[str]:
        p = self.place
        if not self.by_item:
            low = [] if self.whole else [f"d{p} = g{p}"]
            return [f"v{p} = {self._closed(f's{p}', f'u{p} != 0')}", *low]
        here = f"[k - {self.printer.span(self.node.thing).partition(',')[0]}]"
        value = f"(3 if w{p} else s{p}{here})" if self.kind == "some" else self._closed(f"s{p}{here}", f"(w{p} != 0 or u{p}{here} != 0)")
        return [
            f"for k in range({self.printer.span(self.node.thing)}):", f"    {self.printer.at(p, 'k')} = {value}",
            *([] if self.whole else [f"    {self.printer.under(p, 'k')} = g{p}{here}"]),
        ]  # fmt: skip

    def _closed(self, found: str, doubt: str) -> str:
        """The result, unless something is in doubt that can change it."""
        unknown = code_of(self.node)
        if self.kind == "some":
            return found
        if self.kind in ("number", "total"):
            return f"({unknown} if {doubt} else {found})"
        if self.ranked:
            last = self.ranked - 1 if self.kind == "highest" else 0
            return f"({unknown} if {found} == {NONE} or ({doubt} and {found} != {last}) else {found})"
        return f"({unknown} if {found} == {NONE} or {doubt} else {found})"

    def alone(self) -> str:
        """Without a loop: how many there are, or whether there are any."""
        start, end = self.printer.span(self.thing).split(", ")
        count = f"({end} - {start})"
        if self.kind == "some":
            return f"(3 if {count} else 0)"
        if self.kind == "number":
            found = count
        else:
            text, unknown = self.printer.name(self.given["v"]), code_of(self.printer.nodes[self.given["v"]])
            found = f"({unknown} if {text} == {unknown} else {text} * {count})" if self.kind == "total" else text
        if "m" not in self.given:
            return found
        return f"({code_of(self.node)} if {self.printer.name(self.given['m'])} != 0 else {found})"


def share(printer: Looping, place: int) -> list[str]:
    """What each item keeps under a ceiling that they share. What is vague about it is left to rows."""
    node = printer.nodes[place]
    thing, in_order, dated, _ = node.data
    if node.args[1] != node.args[2]:
        raise NotLowerable("a ceiling on a part of what is counted")
    if not all(printer.nodes[a].whole for a in node.args[2:4]):
        raise NotLowerable("a ceiling on fractions")
    keys = node.args[5 if dated else 4 :]

    def vague(j: str) -> list[str]:
        tests = [f"{printer.at(node.args[0], j)} != 3", f"{printer.at(node.args[2], j)} == {NONE}", f"{printer.at(node.args[3], j)} == {NONE}"]
        tests += [f"{printer.at(node.args[4], j)} == {NONE}"] if dated else []
        return [*tests, *(f"{printer.at(k, j)} == {code_of(printer.nodes[k])}" for k in keys)]

    def concerned(j: str) -> str:
        return f"{printer.at(node.args[0], j)} != 0 and {printer.at(node.args[2], j)} != 0"

    own_place = printer.at(place, "j")
    beside = [concerned("k"), *(f"{printer.at(key, 'k')} == {printer.at(key, 'j')}" for key in keys)]
    if in_order:
        earlier = "k < j"
        if dated:
            day = [printer.at(node.args[4], j) for j in "kj"]
            earlier = f"({day[0]} < {day[1]} or ({day[0]} == {day[1]} and k < j))"
        beside = [earlier, *beside]
        # what is left is never more than what the item has
        kept = ["o = max(m - o, 0)", f"{own_place} = min(y, o)"]
    else:
        low = printer.under(place, "j")
        kept = [
            "if o == 0:", f"    {own_place} = {NONE}", "elif m < o:", f"    {own_place}, {low} = lowest(product(y, m), o)",
            f"if {own_place} == {FRACTION}:", "    left[i] = 1", f"    {own_place} = {NONE}",
        ]  # fmt: skip
    ones = [] if node.whole else [f"    {printer.under(place, 'j')} = 1"]
    return [
        # where all together keep below it, nobody need be asked who comes before whom
        "t = 0",
        f"for j in range({printer.span(thing)}):",
        f"    if {concerned('j')}:",
        f"        t += {printer.at(node.args[2], 'j')} if {printer.at(node.args[2], 'j')} >= 0 else {WATCHED}",
        f"for j in range({printer.span(thing)}):",
        f"    y = {printer.at(node.args[2], 'j')}",
        f"    {own_place} = y", *ones,
        f"    if {concerned('j')}:",
        f"        if {' or '.join(vague('j'))}:",
        "            left[i] = 1",
        f"        elif t > {printer.at(node.args[3], 'j')}:",
        f"            m = {printer.at(node.args[3], 'j')}",
        "            o = 0",
        f"            for k in range({printer.span(thing)}):",
        f"                if {' and '.join(beside)}:",
        f"                    o += {printer.at(node.args[2], 'k')}",
        *(f"            {line}" for line in kept),
    ]


def add_up(printer: Looping, place: int) -> list[str]:
    """Largest remainder: floors first, then one each to the largest fractions, in order."""
    outcome, own, total = printer.nodes[place].args
    thing, scale, scale_of_total = printer.nodes[place].data
    whole, span = printer.name(total), printer.span(thing)
    if not printer.nodes[total].whole:
        raise NotLowerable("a total that is a fraction")

    def counts(j: str) -> str:
        return f"{printer.at(outcome, j)} != 0"

    def under(j: str) -> str:
        return f"product({printer.under(own, j)}, {scale})"

    def rest(j: str) -> str:
        return f"{printer.at(own, j)} % {under(j)}, {under(j)}"

    return [
        f"o = 0 if {whole} != {NONE} else 1", "y = 0",
        f"for j in range({span}):",
        f"    {printer.at(place, 'j')} = {NONE}",
        f"    if {counts('j')}:",
        f"        if {printer.at(own, 'j')} == {NONE}:", "            o = 1",
        f"        elif {under('j')} == {FRACTION} or abs({printer.at(own, 'j')} // {under('j')}) > {WATCHED}:", "            left[i] = 1", "            o = 1",
        "        else:", f"            y += {printer.at(own, 'j')} // {under('j')}",
        f"if o == 0 and abs(y) > {LIMIT // scale_of_total}:", "    left[i] = 1", "    o = 1",
        "if o == 0:",
        f"    y = {whole} - y * {scale_of_total}",
        f"    for j in range({span}):",
        f"        if {counts('j')}:",
        "            o = 0",
        f"            for k in range({span}):",
        f"                if {counts('k')}:",
        f"                    m = order({rest('k')}, {rest('j')})",
        f"                    if m == {FRACTION}:", "                        left[i] = 1",
        "                    elif m == 1 or (m == 0 and k < j):", "                        o += 1",
        f"            {printer.at(place, 'j')} = {printer.at(own, 'j')} // {under('j')} + (1 if o * {scale_of_total} < y else 0)",
    ]  # fmt: skip
