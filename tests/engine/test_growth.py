"""Everything compiled does each step once: linear in rules, without Python's stack, in pieces that Python reads."""

from __future__ import annotations

import io
import keyword
import random
import tokenize
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.engine.columns.program import print_columns
from legalaid_dsl.engine.lowered.dependence import Circle, in_order
from legalaid_dsl.engine.lowered.node_builder import Builder
from legalaid_dsl.engine.lowered.passes.constant_tables import fold
from legalaid_dsl.engine.lowered.sizes import MOST, Large
from legalaid_dsl.engine.lowered.steps import (
    DOUBT,
    FACT_SCALE,
    NO,
    YES,
    FactColumn,
    Lowered,
    Node,
    NotLowerable,
    ThingShape,
)
from legalaid_dsl.engine.rows.compiled import Compiled, roots_of
from legalaid_dsl.engine.rows.program import print_rows
from tests.counting import calls, counted
from tests.engine.agreement import agree
from tests.engine.growing import SHAPES, grows, ruleset

N = 60


def compiled(rules: la.Rules) -> tuple[int, Compiled]:
    ready = rules.ready(None)
    found, count = counted(ready.compile)
    assert found is not None
    return count, found


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_rules_take_twice_the_work(shape: str, tmp_path: Path) -> None:
    found = []
    for n in (N, 2 * N):
        count, one = compiled(ruleset(tmp_path / str(n), shape, n))
        columns = calls(partial(print_columns, one.lowered, roots_of(one.lowered, True)))
        again, reasons = counted(one.with_reasons)
        found.append((count, columns, reasons, len(one.lowered.nodes), len(one.source), len(again.source)))
    grows(*found)


@pytest.mark.parametrize("shape", SHAPES)
def test_long_rulesets_say_what_the_interpreter_says(shape: str, tmp_path: Path) -> None:
    ready = ruleset(tmp_path, shape, 24).ready(None)
    rng = random.Random(3)
    assert ready.compile() is not None
    said = [agree(ready, case(ready, rng)) for _ in range(25)]
    assert "determined" in said


def case(ready: Any, rng: random.Random) -> dict[str, Any]:
    """Any case of one of the growing rulesets."""

    def value(kind: str) -> Any:
        if rng.random() < 0.03:
            return None
        return rng.random() < 0.6 if kind == "yes_or_no" else rng.choice(["0", "1", "3.5", "12.25", "40", "611", "1000"])

    made: dict[str, Any] = {}
    for term in ready.prepared.rulebook.terms.values():
        if term.fact and term.thing == "case":
            made[term.path[0]] = value(term.type.kind)
    made["lines"] = [{"id": str(i), "span": value("number")} for i in range(rng.randint(0, 4))]
    return made


# ------------------------------------------------------------------ up to the limits of a rule file


def form(steps: Builder, root: int) -> Lowered:
    """A lowered form of the case alone, whose facts are the steps of that name."""
    facts = [FactColumn(n.data[0], (n.data[0],), n.kind) for n in steps.nodes if n.op == "fact"]
    shape = ThingShape("case", False, tuple(facts), (), ())
    return Lowered("t", "", (), tuple(steps.nodes), (shape,), (), (root,), (), (), (), ())


def number(steps: Builder, name: str = "case.n") -> int:
    return steps.add(Node("fact", (), (name,), "case", "number", FACT_SCALE))


def flag(steps: Builder, name: str) -> int:
    return steps.add(Node("fact", (), (name,), "case", "yes_or_no"))


def printed(steps: Builder, root: int) -> tuple[Lowered, Callable[..., Any], list[str]]:
    """The form, the function, and the facts that it takes."""
    lowered = fold(form(steps, root))
    one = print_rows(lowered, lowered.refusals)
    return lowered, one.function, [key[1] for key in one.inputs]


def test_twenty_thousand_summands() -> None:
    steps = Builder()
    total = fact = number(steps)
    for _ in range(20_000):
        total = steps.arithmetic("+", total, fact)
    _, rows, _ = printed(steps, total)
    assert rows(3)[0] == 3 * 20_001
    assert rows(None)[0] is None


def test_ten_thousand_alternatives() -> None:
    steps = Builder()
    found = steps.either([flag(steps, f"case.f{i}") for i in range(10_000)])
    _, rows, _ = printed(steps, found)
    codes = [NO] * 10_000
    assert rows(*codes)[0] == NO
    codes[7_000] = DOUBT
    assert rows(*codes)[0] == DOUBT
    codes[9_999] = YES
    assert rows(*codes)[0] == YES


def test_five_thousand_rules_on_one_term() -> None:
    steps = Builder()
    fact, count = number(steps), 5_000
    conditions = [steps.compared("=", fact, steps.number(Fraction(i))) for i in range(count)]
    which = steps.make("pick", conditions, "choice", data=(count, False, tuple(range(count))), size=count, sure=False)
    value = steps.chosen(which, [steps.arithmetic("+", fact, steps.number(Fraction(i))) for i in range(count)])
    _, rows, _ = printed(steps, value)
    for i in (0, 1, 8, 9, 2_499, 2_500, 4_999):
        assert rows(i * FACT_SCALE)[0] == 2 * i * FACT_SCALE
    assert rows(count * FACT_SCALE)[0] is None


def test_five_thousand_grounds_say_which_comes_first() -> None:
    steps, count = Builder(), 5_000
    found = steps.make("first", [flag(steps, f"case.f{i}") for i in range(count)], "choice", size=count, sure=False)
    _, rows, _ = printed(steps, found)
    codes = [NO] * count
    assert rows(*codes)[0] == count
    for i in (4_999, 4_000, 3):
        codes[i] = YES
        assert rows(*codes)[0] == i


def test_long_ways_are_followed_without_the_stack() -> None:
    below = {i: [i + 1, i + 2] for i in range(100_000)}
    found = list(in_order([0], lambda i: below.get(i, [])))
    assert len(found) == len(set(found)) == 100_002
    places = {one: place for place, one in enumerate(found)}
    assert all(places[other] < places[one] for one, others in below.items() for other in others)
    below[99_999] = [0]
    with pytest.raises(Circle):
        list(in_order([0], lambda i: below.get(i, [])))


@pytest.mark.parametrize("shape", ["chain", "chain_of_lines", "addresses"])
def test_chains_of_hundreds_of_rules_are_carried(shape: str, tmp_path: Path) -> None:
    _, one = compiled(ruleset(tmp_path, shape, 400))
    assert one.lowered.nodes


# ------------------------------------------------------------------ numbers that grow


POWERS = """term en "power" vi "lũy thừa" key case.power, a number of hours, decisive, result power.
"""


def powers(folder: Path, factors: int) -> la.Rules:
    ruleset(folder, "summands", 1)
    head = (folder / "instrument.law").read_text("utf-8").replace("key case.time, a number of hours", "key case.time, a number")
    head = head.replace("a number of hours, decisive", "a number, decisive")
    (folder / "instrument.law").write_text(head + POWERS.replace(" of hours", ""), "utf-8")
    rule = f"for each case:\npay is time.\npower is {' × '.join(['time'] * factors)}.\n"
    (folder / "article_01.law").write_text(f'Article 1. en "A" vi "A"\n{rule}', "utf-8")
    return la.load(folder)


def test_a_number_that_grows_is_left_to_the_interpreter(tmp_path: Path) -> None:
    ready = powers(tmp_path, 6).ready(None)
    assert ready.compile() is not None
    assert agree(ready, {"time": "9"}) == "determined"
    assert agree(ready, {"time": "999999999"}) == "careful"  # 10**54 over 10**24


def test_more_decimals_than_can_be_carried(tmp_path: Path) -> None:
    assert powers(tmp_path, 40).ready(None).compile() is None


def test_usual_numbers_are_not_looked_at(root: Path) -> None:
    for folder in ("w1", "w2"):
        one = la.load(root / "benchmarks" / folder).ready(None).compile()
        assert one is not None
        assert "within(" not in one.with_reasons().source


DOES = {"+": Fraction.__add__, "-": Fraction.__sub__, "*": Fraction.__mul__, "/": Fraction.__truediv__}
WORK = st.lists(st.tuples(st.sampled_from("+-*/"), st.integers(0, 3)), min_size=1, max_size=40)


@given(WORK, st.lists(st.integers(0, 10**18), min_size=3, max_size=3))
@settings(max_examples=150, deadline=None)
def test_no_number_is_larger_than_its_bound(work: list[tuple[str, int]], codes: list[int]) -> None:
    """Whatever is done to numbers: rows give exactly what it comes to, or leave it."""
    steps = Builder()
    made = [number(steps, f"case.n{i}") for i in range(3)] + [steps.number(Fraction(7, 3))]
    exact: list[Fraction | None] = [*(Fraction(c, FACT_SCALE) for c in codes), Fraction(7, 3)]
    try:
        for sign, back in work:
            made.append(steps.arithmetic(sign, made[-1], made[-1 - back]))
            x, y = exact[-1], exact[-1 - back]
            exact.append(None if x is None or y is None or (sign == "/" and not y) else DOES[sign](x, y))
    except NotLowerable:
        return
    lowered, rows, names = printed(steps, made[-1])
    try:
        found = rows(*(codes[int(name[-1])] for name in names))[0]
    except Large:
        return
    node = lowered.nodes[lowered.refusals[0]]
    assert (None if found is None else Fraction(found) / node.size) == exact[-1]
    assert all(x is None or max(abs(x.numerator), x.denominator) < MOST * MOST * 10**4 for x in exact)


# ------------------------------------------------------------------ names in generated text


KEY = st.one_of(
    st.sampled_from([*(k for k in keyword.kwlist if k.islower()), "id", "ids", "rows", "read", "len", "n_0", "c_1", "x1", "f0", "left", "np", "within", "type"]),
    st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
)


def written(folder: Path, thing: str, empty: str, number_key: str, flag_key: str) -> la.Rules:
    """Two kinds of things, with keys of any kind; the second has a key with a dot, and nothing but ids."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "instrument.law").write_text(
        f"""Instrument "T" key t en "T" vi "T", from 2020-01-01.
thing en "case | cases" vi "vụ việc" key case.
thing en "line | lines" vi "dòng" key {thing}, listed in case, identified.
thing en "mark | marks" vi "dấu" key {empty}, listed in case, identified.
unit en "hour | hours" vi "giờ" key hours.
fact en "span" vi "khoảng" key {thing}.{number_key}, a number of hours.
fact en "open" vi "mở" key {thing}.{flag_key}, yes or no.
term en "kept" vi "giữ" key {thing}.{number_key}_, a number of hours, result {number_key}_.
term en "pay" vi "tiền" key case.pay_, a number of hours, decisive, result pay_.
""", "utf-8")  # fmt: skip
    (folder / "article_01.law").write_text(
        """Article 1. en "A" vi "A"
for each line:
kept is span, at most 5 hours together filled in order when open.
kept is 0 hours otherwise.
for each case:
pay is total of kept over lines (0 hours if none) + number of marks × 1 hour.
""".replace("number of marks × 1 hour", "1 hour"), "utf-8")  # fmt: skip
    return la.load(folder)


def words(source: str) -> list[str]:
    """The tokens of a generated text without its strings."""
    found = tokenize.generate_tokens(io.StringIO(source).readline)
    return [t.string for t in found if t.type != tokenize.STRING]


def sources(rules: la.Rules) -> list[list[str]]:
    ready = rules.ready(None)
    one = ready.compile()
    assert one is not None
    assert ready.reader is not None
    return [words(s) for s in (ready.reader.source, one.source, one.with_reasons().source)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    return sources(written(tmp_path_factory.mktemp("plain"), "lines", "empty.one", "number", "flag"))


@given(st.lists(KEY, min_size=4, max_size=4, unique=True), KEY)
@settings(max_examples=25, deadline=None)
def test_keys_are_no_part_of_generated_text(plain: Any, tmp_path_factory: pytest.TempPathFactory, keys: list[str], part: str) -> None:
    thing, empty, number_key, flag_key = keys
    if {thing, empty} & {"case", "pay_", "case_id"} or {number_key, flag_key} & {"id"} or f"{number_key}_" == flag_key:
        return
    try:
        rules = written(tmp_path_factory.mktemp("keys"), thing, f"{empty}.{part}", number_key, flag_key)
    except la.RulesetError:
        return  # a key that is kept for something else
    assert sources(rules) == plain
    ready = rules.ready(None)
    for lines in ([], [("2", True), ("7.5", True), ("9", False)], [("2", None)]):
        made = {thing: [{"id": str(i), number_key: n, flag_key: f} for i, (n, f) in enumerate(lines)], f"{empty}.{part}": [{"id": "m"}]}
        assert agree(ready, made) in ("determined", "undetermined")


def test_a_thing_with_a_dotted_key(tmp_path: Path) -> None:
    rules = written(tmp_path, "lines", "a.b", "hours", "open")
    made = {"lines": [{"id": "x", "hours": "3", "open": True}], "a.b": [{"id": "y"}]}
    assert [rules.evaluate(made).status for _ in range(5)] == ["determined"] * 5


def test_a_constant_that_is_a_fraction(tmp_path: Path) -> None:
    powers(tmp_path, 1)
    article = tmp_path / "article_01.law"
    article.write_text(article.read_text("utf-8").replace("power is time", "power is time + 1 / (1 + 2)"), "utf-8")
    ready = la.load(tmp_path).ready(None)
    assert ready.compile() is not None
    assert agree(ready, {"time": "2"}) == "determined"
