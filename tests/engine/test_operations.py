"""Rows and columns do to every code what the one table of operations says: each step by itself, over any codes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numpy")
import numpy as np

from legalaid_dsl.engine.columns.batch import Batch, Numbers, dtype_of
from legalaid_dsl.engine.columns.program import print_columns
from legalaid_dsl.engine.lowered import whole_columns
from legalaid_dsl.engine.lowered.operations import OPERATIONS
from legalaid_dsl.engine.lowered.steps import DOUBT, NO, YES, Lowered, Node, ThingShape
from legalaid_dsl.engine.rows.program import print_rows

LINE = "line"
CONDITIONS = ("and", "or", "not", "not_true", "or_doubt")
EDGES = sorted({sign * n for n in (2**14 - 1, 2**14, 2**15, 2**30 - 1, 2**30, 2**31 - 1, 2**31, 2**32 + 1, 10**12) for sign in (1, -1)})  # of 16 and 32 bits, and of facts
Draw = Any


@attrs.frozen
class Drawn:
    """A step over facts, and what the facts of each item are."""

    node: Node
    parts: tuple[Node, ...]
    codes: list[tuple[Any, ...]]


def fact(place: int, kind: str, size: int, sure: bool = False) -> Node:
    return Node("fact", (), (f"{LINE}.f{place}",), LINE, kind, size, sure)


def codes_of(node: Node) -> st.SearchStrategy[Any]:
    known: st.SearchStrategy[Any]
    match node.kind:
        case "yes_or_no":
            known = st.sampled_from([NO, YES])
        case "choice":
            known = st.integers(0, node.size - 1) if node.size else st.just(0)
        case "choices":
            known = st.integers(0, (1 << node.size) - 1)
        case "date":
            known = st.integers(738_000, 738_040)
        case _:
            known = st.one_of(st.integers(-40, 400), st.integers(-40, 400), st.sampled_from(EDGES))
    return known if node.sure else st.one_of(known, known, st.just(node.unknown))


@st.composite
def drawn(draw: Draw, op: str) -> Drawn:
    """A step of an operation with all that it may hold."""

    def several(kind: str, size: int, least: int, most: int) -> list[Node]:
        return [fact(i, kind, size, draw(st.booleans())) for i in range(draw(st.integers(least, most)))]

    size = draw(st.integers(1, 5))
    kind, of, data = "number", 1, tuple[Any, ...]()
    match op:
        case "and" | "or":
            parts, kind = several("yes_or_no", 0, 1, 5), "yes_or_no"
        case "not" | "not_true" | "or_doubt":
            parts, kind = several("yes_or_no", 0, 1, 1), "yes_or_no"
        case "known":
            parts, kind = [fact(0, draw(st.sampled_from(["number", "choice", "choices"])), size)], "yes_or_no"
        case "same":
            parts, kind = several("choice", size, 2, 2), "yes_or_no"
        case "among":
            parts, kind, data = several("choice", size, 1, 1), "yes_or_no", (draw(st.integers(0, (1 << size) - 1)),)
        case "includes":
            others = [fact(i, draw(st.sampled_from(["choice", "choices"])), size, draw(st.booleans())) for i in range(1, draw(st.integers(1, 4)))]
            held = draw(st.integers(0, (1 << size) - 1))
            parts, kind, data = [fact(0, "choices", size, draw(st.booleans())), *others], "yes_or_no", (held,)
        case "count_of":
            parts = several("choices", size, 1, 1)
        case "set_of":
            parts, kind, of = several("choice", size, 1, 12), "choices", size
        case "pick":
            count, opened = draw(st.integers(1, 7)), draw(st.booleans())
            same = tuple(draw(st.lists(st.integers(0, 2), min_size=count, max_size=count)))
            parts, kind, of, data = several("yes_or_no", 0, count + opened, count + opened), "choice", count, (count, opened, same)
        case "first":
            parts, kind = several("yes_or_no", 0, 1, 12), "choice"
            of = len(parts)
        case "shifted":
            by = draw(st.integers(0, 3))
            parts, kind, of, data = several("choice", size, 1, 1), "choice", size + by, (by,)
        case "shifted_first":
            parts, kind, of, data = several("yes_or_no", 0, 1, 1), "choice", size, (draw(st.integers(0, size - 1)),)
        case "coalesce":
            parts, kind, of = [fact(i, "choice", size) for i in range(draw(st.integers(1, 12)))], "choice", size
        case "case":
            kind, of = draw(st.sampled_from([("number", 1), ("choice", size), ("yes_or_no", 0)]))
            values = [fact(i, kind, of, draw(st.booleans())) for i in range(1, draw(st.integers(2, 5)))]
            parts = [fact(0, "choice", len(values), draw(st.booleans())), *values]
        case "compare":
            parts, kind, data = several("number", 1, 2, 2), "yes_or_no", (draw(st.sampled_from(["<", "<=", "="])),)
        case "times":
            parts, data = several("number", 1, 1, 1), (draw(st.one_of(st.integers(-9, 9), st.sampled_from(EDGES))),)
        case "div":
            parts, data = several("number", 1, 2, 2), (draw(st.integers(1, 9)), draw(st.integers(1, 9)))
        case "round":
            mode, ups = draw(st.sampled_from(["down", "up", "half_up", "half_even"])), st.one_of(st.integers(1, 9), st.sampled_from([2**30, 2**31]))
            parts, data = several("number", 1, 1, 1), (mode, draw(ups), draw(ups), draw(ups))
        case "ranked":
            parts, kind, of, data = several("choice", size, 1, 5), "choice", size, (draw(st.booleans()), size)
        case "on_dates":
            parts, data = several("date", 0, 2, 2), draw(st.sampled_from([("between", "months", "", 1), ("between", "years", "", 1)]))
        case _:
            parts = several("number", 1, 2, 2)
    sure = all(p.sure for p in parts) and op not in ("pick", "div", "case", "first", "coalesce", "or_doubt", "ranked", "shifted", "shifted_first")
    node = Node(op, tuple(range(len(parts))), data, LINE, kind, of, sure or kind == "number" and op == "known", op != "div")
    codes = draw(st.lists(st.tuples(*map(codes_of, parts)), min_size=1, max_size=6))
    return Drawn(node, tuple(parts), codes)


def form(nodes: Sequence[Node]) -> Lowered:
    shapes = (ThingShape("case", False, (), ((LINE, False),), ()), ThingShape(LINE, False, (), (), ("case",)))
    return Lowered("made", "", (), tuple(nodes), shapes, (), (), (), (), (), ())


def by_rows(nodes: Sequence[Node], columns: Sequence[Sequence[Any]]) -> list[Any]:
    printed = print_rows(form(nodes), [len(nodes) - 1])
    given = {node.data[0]: list(column) for node, column in zip(nodes, columns) if node.op == "fact"}
    found = printed.function(*(given[i[1]] if i[0] == "fact" else len(columns[0]) for i in printed.inputs))[0]
    return list(found)


def by_columns(nodes: Sequence[Node], columns: Sequence[Sequence[Any]], case_of: Sequence[int]) -> list[Any]:
    """``...`` for what is left to rows."""

    def column(node: Node, codes: Sequence[Any]) -> Any:
        if node.kind not in ("number", "date"):
            return np.array(codes, dtype_of(node))
        known = np.array([c is not None for c in codes])
        return Numbers(np.array([c or 0 for c in codes], np.int64), None if node.sure else known, None, 10**12)

    facts = {("fact", node.data[0]): column(node, codes) for node, codes in zip(nodes, columns) if node.op == "fact"}
    cases = max(case_of) + 1
    batch = Batch(cases, {LINE: np.array(case_of)}, facts, np.zeros(cases, bool))
    run = print_columns(form(nodes), [len(nodes) - 1]).run(batch)
    found, count = run.values[len(nodes) - 1], len(case_of)
    left = [bool(run.doubt[c]) for c in case_of]
    if not isinstance(found, Numbers):
        return [... if out else int(x) for out, x in zip(left, np.broadcast_to(found, (count,)))]
    wide = run.wide(found, LINE)
    return [
        ... if left[i] else None if wide.known is not None and not wide.known[i]
        else Fraction(int(wide.codes[i]), 1 if wide.below is None else int(wide.below[i]))
        for i in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("op", sorted(OPERATIONS))
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_each_step_gives_what_the_table_says(op: str, data: st.DataObject) -> None:
    one = data.draw(drawn(op))
    expected = [OPERATIONS[op](one.node, one.parts, codes) for codes in one.codes]
    nodes, columns = (*one.parts, one.node), list(zip(*one.codes, strict=True))
    assert by_rows(nodes, columns) == expected
    found = by_columns(nodes, columns, range(len(one.codes)))
    assert [x for x in found if x is not ...] == [x for x, y in zip(expected, found) if y is not ...]
    large = any(isinstance(c, int) and abs(c) > 400 for codes in (one.node.data, *one.codes) for c in codes)
    assert op == "div" or large or ... not in found  # of small numbers only a division by nothing may be left


# ------------------------------------------------------------------ steps that look at several items


@st.composite
def lines(draw: Draw, kinds: Sequence[tuple[str, int]]) -> tuple[list[Node], list[list[Any]]]:
    """Of half of the cases everything is known, and no number below nothing: columns leave little of them to rows."""
    nodes = [fact(i, kind, size) for i, (kind, size) in enumerate(kinds)]
    plain = draw(st.booleans())
    drawn_from = [
        st.one_of(st.integers(0, 30), st.sampled_from([e for e in EDGES if e > 0])) if plain and n.kind == "number" else codes_of(attrs.evolve(n, sure=plain)) for n in nodes
    ]  # fmt: skip
    items = draw(st.lists(st.tuples(*drawn_from), min_size=1, max_size=7))
    return nodes, [list(column) for column in zip(*items, strict=True)]


def agreed(nodes: Sequence[Node], columns: Sequence[Sequence[Any]], expected: Sequence[Any]) -> None:
    """Of items of which it is known whether the rule decides them: of the others nothing is read."""
    count, asked = len(columns[0]), [outcome != DOUBT for outcome in columns[0]]
    assert [x for x, here in zip(by_rows(nodes, columns), asked) if here] == [x for x, here in zip(expected, asked) if here]
    found = by_columns(nodes, [[*c, *c] for c in columns], [0] * count + [1] * count)  # two cases alike
    assert all(x is ... or x == y or not here for x, y, here in zip(found, [*expected, *expected], [*asked, *asked], strict=True)), (found, expected)


@settings(max_examples=150, deadline=None)
@given(lines([("yes_or_no", 0), ("number", 1), ("number", 1), ("date", 0), ("choice", 2)]), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_shared_ceilings(made: tuple[list[Node], list[list[Any]]], in_order: bool, dated: bool, keyed: bool, one: bool) -> None:
    nodes, columns = made
    outcome, own, most, days, keys = columns
    if one:  # ceiling for all
        most[:] = [most[0]] * len(most)
        nodes[2] = Node("const", (), (most[0],), "", "number", 1, most[0] is not None)
    args = (0, 1, 1, 2, *([3] if dated else []), *([4] if keyed else []))
    node = Node("share", args, (LINE, in_order, dated, int(keyed)), LINE, "number", 1, False, in_order)
    expected = whole_columns.share(in_order, outcome, own, own, most, days if dated else None, [keys] if keyed else [], [2] if keyed else [])
    agreed([*nodes, node], columns, expected)


@settings(max_examples=100, deadline=None)
@given(lines([("yes_or_no", 0), ("number", 1)]), st.integers(1, 4), st.sampled_from([0, 1, 2, 3, 4, -1, 8, None]))
def test_rounding_that_adds_up(made: tuple[list[Node], list[list[Any]]], scale: int, more: int | None) -> None:
    nodes, columns = made
    outcome, own = columns
    total = None if more is None else more + sum(x // scale for x, o in zip(own, outcome) if o and x is not None)
    nodes[1] = attrs.evolve(nodes[1], size=scale)
    held = Node("const", (), (total,), "", "number", 1, total is not None)
    node = Node("add_up", (0, 1, 2), (LINE, scale, 1), LINE, "number", 1, False)
    expected = whole_columns.add_up(outcome, own, total, scale, 1)
    decided = [x if o else ... for x, o in zip(expected, outcome)]
    given = [*nodes, held, node]
    assert [x if o else ... for x, o in zip(by_rows(given, columns), outcome)] == decided
    found = by_columns(given, columns, [0] * len(own))
    assert all(x is ... or y is ... or x == y for x, y in zip(found, decided, strict=True)), (found, decided)
