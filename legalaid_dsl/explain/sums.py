"""The arithmetic of a result: lines that a reader can follow with a pencil, from the sums of the trace alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import attrs

from ..basics.citation import Citation
from ..basics.quantity import decimal_text, is_decimal
from ..rulebook.model import Term
from .numbers import number
from .phrases import Phrases
from .records import SumLine

Entry = Mapping[str, Any]
Node = Mapping[str, Any]
Slot = tuple[str, str]
_SIGNS: Final = {"+": " + ", "-": " − ", "*": " × ", "/": "/", "total": " + "}
_WEIGHT: Final = {"+": 0, "-": 0, "total": 0, "*": 1, "/": 2}
_MOST_PARTS: Final = 40  # of a total that is written out
_DEEP: Final = 60  # operations in one another


def exact(node: Mapping[str, Any]) -> Fraction | None:
    """The number that a part of the trace tells; None where it is none."""
    text = node.get("exact") or node.get("value")
    return _fraction(text) if isinstance(text, str) else None


@lru_cache(maxsize=4096)
def _fraction(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except ValueError:
        return None


@attrs.define(slots=True)
class Trace:
    """The decisions of a result by what they are on."""

    entries: list[Entry]
    by_slot: dict[Slot, Entry] = attrs.field(init=False)
    totals: dict[tuple[str, str, str], list[Node]] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.by_slot = {(e["term"], e["subject"]["path"]): e for e in self.entries}
        for entry in self.entries:
            for node in _operations(entry.get("sum", {})):
                if node["op"] == "total" and "of" in node:
                    parts = [entry["reads"][n["read"]] if "read" in n else n for n in node["of"]]
                    self.totals.setdefault(_slot_of(node), parts)

    def read(self, entry: Entry, node: Node) -> Node:
        """What an operand names: an entry of the trace, or a fact with its value."""
        if "read" in node:
            read: Node = entry["reads"][node["read"]]
            return self.by_slot.get((read["term"], read["path"]), read)
        if "term" in node and "path" in node:
            return self.by_slot.get((node["term"], node["path"]), node)
        return node

    def parts(self, node: Node) -> list[Node] | None:
        """The parts of a total, which may stand with another decision."""
        return node["of"] if "of" in node else self.totals.get(_slot_of(node))


def _slot_of(node: Node) -> tuple[str, str, str]:
    return node.get("term", ""), node["over"], node["value"] or ""


def _operations(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if "op" in found:
            yield found
        waiting += found.get("of", ())


@attrs.define(slots=True)
class Arithmetic:
    """Writes sums of one trace in one language. ``cells``: the things whose items stand in a table of their own."""

    phrases: Phrases
    trace: Trace
    tables: frozenset[str]
    figures: Mapping[str, str]  # key of a figure → its name
    _operands: dict[int, list[Node] | None] = attrs.Factory(dict)  # by the operation of the trace, which is asked for again and again

    def lines(self, slots: Iterable[Slot], own: str = "") -> list[SumLine]:
        """The lines that lead to some results, each once, what others rest on before them. ``own``: the item that they are
        told to, who does not see the lines of others: of a total, what others have in it is told too."""
        found: dict[Slot, SumLine | None] = {}
        for slot in slots:
            entry = self.trace.by_slot.get(slot)
            if entry is not None:
                self._gather(entry, found, entry["subject"]["thing"], 0, own)
        return [line for line in found.values() if line is not None]

    def summed(self, slots: Iterable[Slot]) -> set[Slot]:
        """The decisions whose numbers go into some results, and not only bound them."""
        found: set[Slot] = set()
        waiting = [e for e in map(self.trace.by_slot.get, slots) if e is not None]
        while waiting:
            entry = waiting.pop()
            slot = (entry["term"], entry["subject"]["path"])
            if slot not in found:
                found.add(slot)
                waiting += (e for e in self._operands_of(entry) if "subject" in e)
        return found

    def _operands_of(self, entry: Entry) -> Iterator[Entry]:
        waiting = [entry.get("sum", {})]
        while waiting:
            node = waiting.pop()
            if "op" in node:
                waiting += (self.trace.parts(node) if node["op"] == "total" else node.get("of")) or ()
            elif node:
                yield self.trace.read(entry, node)

    def _gather(self, entry: Entry, found: dict[Slot, SumLine | None], thing: str, deep: int, own: str) -> None:
        slot = (entry["term"], entry["subject"]["path"])
        if slot in found or deep > _DEEP:
            return
        found[slot] = None
        source, chain = self._source(entry)
        elsewhere = next((e for e in chain if e["subject"]["path"] != slot[1]), None)
        if elsewhere is not None:  # said where it is decided, once for all who use it
            if self._followed(elsewhere, thing, entry):
                self._gather(elsewhere, found, thing, deep + 1, own)
            return
        for inner in self._named(source):
            if self._followed(inner, thing, entry):
                self._gather(inner, found, thing, deep + 1, own)
        found.update(self._totals(source, own))
        found.update({(link["term"], link["subject"]["path"]): None for link in chain})
        found.pop(slot)  # stands after what it rests on
        found[slot] = self.line(entry, source)

    def _followed(self, inner: Entry, thing: str, entry: Entry) -> bool:
        """Whether a decision is said here: those on items of a table stand in it."""
        there = inner["subject"]["thing"]
        return there not in self.tables or (there == thing and inner["subject"]["path"] == entry["subject"]["path"])

    def _totals(self, entry: Entry, own: str) -> Iterator[tuple[Slot, SumLine]]:
        """The totals inside an operation, as lines of their own."""
        for node in list(_operations(entry.get("sum", {})))[1:]:
            parts = self._parts(entry, node) if node["op"] == "total" else None
            term = self.phrases.rulebook.terms.get(node.get("term", ""))
            if parts is not None and len(parts) > 1 and term is not None and node["value"] is not None:
                value = self.phrases.value(term, node["value"])
                if own:
                    yield from self._of_others(entry, parts, own)
                line = SumLine(
                    self.phrases.called(term), "", self.formula(entry, node, 0), "", "", "", value, False,
                    self.phrases.cites(entry["cites"]), entry.get("rule", {}).get("cites", ""), "", whose="all",
                )  # fmt: skip
                yield ("total", f"{term.key} {node['value']}"), line

    def _of_others(self, entry: Entry, parts: list[Node], own: str) -> Iterator[tuple[Slot, SumLine]]:
        """How what others have in a total came about: of one line of theirs all of it, of several the sum of them."""
        for part in parts:
            there = self.trace.read(entry, part)
            if "subject" in there and there["subject"]["path"] != own:
                slot = (there["term"], there["subject"]["path"])
                source, chain = self._source(there)
                alone = next((e for e in chain if e["subject"]["thing"] in self.tables), None)
                told = self.lines([(alone["term"], alone["subject"]["path"])]) if alone is not None else [self.line(there, source)]
                for i, line in enumerate(told):
                    if line is not None:
                        yield ("other", f"{slot} {i}"), attrs.evolve(line, subject="", whose="other")

    def _source(self, entry: Entry) -> tuple[Entry, list[Entry]]:
        """The entry whose operation a value is, past those that only pass it on."""
        chain: list[Entry] = []
        while True:
            only = self._only(entry, entry.get("sum", {}))
            if only is None or "subject" not in only or _cut(entry):
                return entry, chain
            entry = only
            chain.append(entry)

    def _only(self, entry: Entry, node: Node) -> Node | None:
        """The one operand that a sum comes to, where the others change nothing (× 100 %, + 0)."""
        if "op" not in node:
            return self.trace.read(entry, node) if node else None
        parts = self._parts(entry, node)
        return self._only(entry, parts[0]) if parts is not None and len(parts) == 1 else None

    def _node(self, entry: Entry) -> Node:
        """The sum of a decision, without operations that change nothing around the one that does."""
        node: Node = entry.get("sum", {})
        while "op" in node:
            parts = self._parts(entry, node)
            if parts is None or len(parts) != 1 or "op" not in parts[0]:
                break
            node = parts[0]
        return node

    def _parts(self, entry: Entry, node: Node) -> list[Node] | None:
        """The operands of an operation that change something."""
        if id(node) not in self._operands:
            self._operands[id(node)] = self._changing(entry, node)
        return self._operands[id(node)]

    def _changing(self, entry: Entry, node: Node) -> list[Node] | None:
        parts = self.trace.parts(node) if node["op"] == "total" else node.get("of")
        if parts is None or node["op"] not in _SIGNS:
            return None
        first = [] if node["op"] in ("*", "+", "total") else parts[:1]
        kept = [*first, *(p for p in parts[len(first) :] if not self._idle(node["op"], self.trace.read(entry, p)))]
        if node["op"] == "+" and len(kept) == 1 and _of_the_rule(kept[0]):
            return parts  # the number of a rule alone would not say what it is added to
        return kept or parts[:1]

    def _idle(self, op: str, operand: Node) -> bool:
        """Whether an operand changes nothing: nothing added, a hundred per cent of something."""
        if op in ("*", "/"):
            term = self.phrases.rulebook.terms.get(operand.get("term", ""))
            return term is not None and term.type.key == "percent" and exact(operand) == 1
        return exact(operand) == 0

    def _named(self, entry: Entry) -> Iterator[Entry]:
        """The decisions that an operation, or the bound of a limit that was reached, names."""
        waiting = [entry.get("sum", {}), *(x["bound"] for x in entry.get("limits", ()) if "bound" in x and _did(x))]
        while waiting:
            node = waiting.pop(0)
            there = self.trace.read(entry, node)
            if "subject" in there:
                yield there
            parts = self._parts(entry, node) if "op" in node else None
            waiting[:0] = (parts if parts is not None else node.get("of")) or ()

    # -------------------------------------------------------------- one line

    def line(self, entry: Entry, source: Entry) -> SumLine | None:
        """One decision as arithmetic; None where it only passes a number on, or is no number."""
        term, value = self.phrases.term(entry["term"]), exact(entry)
        if value is None or term.type.kind != "number":
            return None
        alone = "op" not in self._node(source) or self._only(source, self._node(source)) is not None
        formula = "" if alone else self.formula(source, self._node(source), 0)
        figure = self._node(source).get("op") == "figure"
        cut = _cut(entry) or _cut(source)
        if cut and _pro_rata(cut):
            formula, cut, alone = self._in_proportion(term, cut), None, False
        if source.get("slices"):
            formula = self._slices(source["slices"])
        elif not cut and formula == self._number(term, value):
            return None  # a number that only says itself
        if not (formula or cut) or (figure and not self._of_table(source)):
            return None
        before = Fraction(cut["before"]) if cut else exact(self._node(source)) if "op" in self._node(source) else value
        shown = self.phrases.value(term, decimal_text(value))
        cites = self.phrases.cites([*entry["cites"], *source["cites"], *self._constants(source), *(cut["cites"] if cut else ())])
        rounded = (before is not None and not cut and before != value) or not is_decimal(value)
        named = source if figure and not cut else entry  # a figure is called what it is, not what was not taken off it
        return SumLine(
            self.phrases.called(self.phrases.term(named["term"]), named["subject"]["path"]), self.phrases.subject(entry["subject"]), "" if figure else formula,
            self._number(term, before) if before is not None and (cut or (rounded and is_decimal(before) and before != value)) else "",
            ("<" if cut["kind"] == "at_least" else ">") if cut else "", self._bound(term, cut) if cut else "",
            shown, rounded, cites, source.get("rule", {}).get("cites", ""), formula if figure else "", self._because(source),
            self.phrases.value(term, beside(cut)) if cut and beside(cut) != "0" else "", passed=source is not entry,
        )  # fmt: skip

    def _because(self, source: Entry) -> str:
        """The headnote of the rule of a sum that adds, or takes from, a number of the rule itself."""
        node = self._node(source)
        path = source.get("rule", {}).get("cites", "")
        if not path or node.get("op") not in ("+", "-") or not any(map(_of_the_rule, self._parts(source, node) or ())):
            return ""
        provision = self.phrases.rulebook.provisions.get(Citation.from_path(path))
        text = provision.headnote[self.phrases.lang] if provision is not None and provision.headnote is not None else ""
        return f"{text[:1].lower()}{text[1:]}".rstrip(".")

    def _slices(self, slices: Iterable[Mapping[str, Any]]) -> str:
        """What a scale gives, each part by its rate."""
        lang = self.phrases.lang
        return " + ".join(f"{number(s['part'], lang)} × {number(decimal_text(Fraction(s['factor']) * 100), lang)}%" for s in slices)

    def _bound(self, term: Term, cut: Mapping[str, Any]) -> str:
        """The bound of a limit; of a shared one what others had first is taken off."""
        beside = Fraction(cut.get("beside", "0"))
        text = self._number(term, Fraction(cut["limit"]))
        if beside and beside >= Fraction(cut["limit"]):
            return "0"  # nothing is left of it
        return f"{text} − {self._number(term, beside)}" if beside else text

    def _in_proportion(self, term: Term, cut: Mapping[str, Any]) -> str:
        """What a ceiling that is shared in proportion leaves of a number."""
        own, limit, beside = (self._number(term, Fraction(cut[key])) for key in ("before", "limit", "beside"))
        return f"{own} × {limit}/({own} + {beside})"

    def _of_table(self, source: Entry) -> bool:
        return any("[" in f for f in self._node(source).get("figures", ()))

    def _constants(self, entry: Entry) -> list[str]:
        """The provisions of numbers that stand in a line and have none of their own."""
        found: list[str] = []
        for inner in self._named(entry):
            source, _ = self._source(inner)
            if "op" not in source.get("sum", {}) and not _cut(source):
                found += source["cites"]
        return found

    def formula(self, entry: Entry, node: Node, weight: int, deep: int = 0) -> str:
        """An operation as it is written; what does not end in decimals by its own operation."""
        op = node["op"]
        if op == "figure":
            return self._figure(node)
        parts = self._parts(entry, node)
        if parts is None or deep > _DEEP:
            return self._number_of(node)
        if len(parts) > _MOST_PARTS:
            return self._number_of(node)
        if len(parts) == 1:
            return self._operand(entry, parts[0], weight, deep)
        written = [self._operand(entry, p, _weight(op, i), deep) for i, p in enumerate(parts)]
        text = _SIGNS[op].join(written)
        return f"({text})" if _WEIGHT[op] < weight else text

    def _operand(self, entry: Entry, node: Node, weight: int, deep: int) -> str:
        if "op" in node:
            inside = node["op"] in _SIGNS and node["op"] != "total"
            return self.formula(entry, node, weight, deep + 1) if inside else self._number_of(node)
        there = self.trace.read(entry, node)
        source = self._source(there)[0] if "subject" in there else there
        value = exact(there)
        if value is not None and not is_decimal(value) and "op" in self._node(source) and not _cut(source):
            return self.formula(source, self._node(source), weight, deep + 1)
        if value is not None and "term" not in there and "unit" not in there:  # a plain number of a rule, by what it makes
            term = self.phrases.term(entry["term"])
            return self._number(term, value)
        return self._number_of(there)

    def _figure(self, node: Node) -> str:
        """The name of a figure that a number is."""
        return "; ".join(self.figures.get(k, k) for k in node.get("figures", ()))

    def _number_of(self, node: Node) -> str:
        value = exact(node)
        if value is None:
            return "…"
        key = node.get("term", "")
        term = self.phrases.rulebook.terms.get(key) if "subject" in node or "path" in node else None
        return self._number(term, value)

    def _number(self, term: Term | None, value: Fraction) -> str:
        if term is not None and term.type.key == "percent":
            return number(decimal_text(value * 100), self.phrases.lang) + "%"
        return number(decimal_text(value), self.phrases.lang).replace("-", "−")


def written(line: SumLine, first: bool) -> str:
    """A line inside a row: Full sessions: 30.5/4 = 7.625 → 7; without a name what the row itself tells."""
    name = "" if line.passed else f"{line.name if first else line.name[:1].lower() + line.name[1:]}: "
    between = f" = {line.before}" if line.before else ""
    return f"{name}{line.formula}{between} {'→' if line.before else '='} {line.value}"


def _of_the_rule(node: Node) -> bool:
    """Whether a number stands in the rule itself, rather than being read or worked out."""
    return "unit" in node and "read" not in node and "op" not in node and "term" not in node


def _weight(op: str, place: int) -> int:
    """From which weight on an operand needs no brackets: a row is read from the left."""
    return (1 if place == 0 else 3) if op == "/" else _WEIGHT[op] + (place > 0 and op == "-")


def beside(limit: Mapping[str, Any]) -> str:
    """What others had first of a shared ceiling, of which no more than all is to be had."""
    return decimal_text(min(Fraction(limit["beside"]), Fraction(limit["limit"]))) if "beside" in limit else "0"


def _did(limit: Mapping[str, Any]) -> bool:
    return bool(limit.get("took", limit.get("gave")) != "0")


def _pro_rata(cut: Mapping[str, Any]) -> bool:
    """Whether a shared ceiling cut all alike, and not what came last."""
    beside = Fraction(cut.get("beside", "0"))
    return bool(beside) and abs(Fraction(cut["after"]) - max(Fraction(cut["limit"]) - beside, Fraction(0))) > Fraction(1, 10**5)


def _cut(entry: Entry) -> Mapping[str, Any] | None:
    """The last limit that changed the number."""
    return next((x for x in reversed(entry.get("limits", ())) if _did(x)), None)
