"""Rules up to the limits: no recursion over them in anything that reads or writes text, and work that grows as they do (counted)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.problem import MAX_PROBLEMS
from legalaid_dsl.rulebook.load import survey
from legalaid_dsl.workbench.rewrite import rewrite

Make = Callable[[int], tuple[str, str]]  # lines of the glossary, and what stands under the article


def name(i: int) -> str:
    return "q" + "".join(chr(97 + i // 26**n % 26) for n in range(4)) + "w"


def chain(n: int) -> tuple[str, str]:
    terms = "".join(f'term en "{name(i)}" vi "{name(i)}" key case.{name(i)}, a number of hours.\n' for i in range(n))
    rules = "".join(f"{name(i)} is {name(i + 1)} + 1 hour.\n" for i in range(n - 1))
    return terms, f"pay is {name(0)}.\n{rules}{name(n - 1)} is time.\n"


def choices(n: int) -> tuple[str, str]:
    listed = ";\n".join(f'en "{name(i)}" vi "{name(i)}" key {name(i)}' for i in range(n))
    terms = f'choices key kinds:\n{listed}.\nfact en "kind" vi "loại" key case.kind, one of kinds.\n'
    return terms, f"pay is 1 hour when kind is among ({', '.join(map(name, range(n)))}).\npay is 2 hours otherwise.\n"


def brackets(n: int) -> tuple[str, str]:
    return "", f"pay is {' + '.join(['(' * 64 + 'time' + ')' * 64] * n)}.\n"


SHAPES: dict[str, tuple[Make, int]] = {
    "summands": (lambda n: ("", f"pay is {' + '.join(['time'] * n)}.\n"), 60),
    "factors": (lambda n: ("", f"pay is time × {' × '.join(['2'] * n)}.\n"), 60),
    "or": (lambda n: ("", f"pay is 1 hour when {' or '.join(['urgent'] * n)}.\npay is 2 hours otherwise.\n"), 60),
    "at most": (lambda n: ("", f"pay is time{', at most 8 hours' * n}.\n"), 40),
    "clauses": (lambda n: ("", "pay is 1 hour.\n" + "".join(f'Clause {i}. en "x" vi "y"\n' for i in range(1, n))), 40),
    "chain": (chain, 30), "choices": (choices, 30), "brackets": (brackets, 3),
}  # fmt: skip


def law(head: str, made: tuple[str, str]) -> bytes:
    glossary, article, start = head.partition("Article 1.")
    return (glossary + made[0] + article + start + made[1]).encode()


def counted(work: Callable[[], Any]) -> tuple[int, int]:
    """How many calls a piece of work makes, of Python's functions and of C's; and how deep they stand in each other."""
    calls = deep = deepest = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls, deep, deepest
        calls += event in ("call", "c_call")
        deep += (event == "call") - (event == "return")
        deepest = max(deepest, deep)

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls, deepest


@pytest.mark.parametrize("shape", SHAPES)
def test_x02_checking_formatting_and_translating_grow_with_the_rules(write: Any, head: str, shape: str) -> None:
    make, size = SHAPES[shape]
    found: dict[str, list[tuple[int, int]]] = {"check": [], "fmt": [], "translate": []}
    for n in (size, 2 * size, 3 * size):
        folder = write(law(head, make(n)))
        known = survey(folder)  # warm: tables of the parser are made once
        assert known.problems == ()
        rewrite(folder / "a.law", known.glossary, "vi")
        found["check"].append(counted(lambda folder=folder: survey(folder)))
        found["fmt"].append(counted(lambda folder=folder, known=known: rewrite(folder / "a.law", known.glossary)))
        found["translate"].append(
            counted(lambda folder=folder, known=known: rewrite(folder / "a.law", known.glossary, "vi"))
        )
    for what, (first, second, third) in found.items():
        assert third[0] - second[0] < 1.5 * (second[0] - first[0]) + 2000, (what, first, second, third)
        assert third[1] <= second[1] + 30, (what, first, second, third)


@pytest.mark.long
@pytest.mark.parametrize("shape, n", [("summands", 20_000), ("or", 10_000), ("brackets", 50)])
def test_x02_the_longest_sentences_are_read_and_printed(write: Any, head: str, shape: str, n: int) -> None:
    folder = write(law(head, SHAPES[shape][0](n)))
    known = survey(folder)
    assert known.problems == ()
    assert len(rewrite(folder / "a.law", known.glossary)) > 4 * n


def test_x10_a_circle_of_thousands_is_one_problem(write: Any, head: str) -> None:
    terms, rules = chain(600)
    found = survey(
        write(law(head, (terms, rules.replace(f"{name(599)} is time.", f"{name(599)} is {name(0)} + 1 hour."))))
    ).problems
    assert [p.code for p in found] == ["cycle"]


@pytest.mark.parametrize(
    "body",
    [
        "pay is 1 hour.\n" * 300,
        'finding f en "a" vi "b" when time.\n' * 300,
        "pay is zzz.\n" * 300,
        "x . " * 300,
        '"\n' * 300,
    ],
)
def test_x06_fifty_problems_of_a_file_are_told(write: Any, body: str) -> None:
    assert 0 < len(survey(write(body)).problems) <= MAX_PROBLEMS


HOSTILE = ("items", "keys", "get", "values", "self", "mro", "__class__", "__init__", "_x", "class", "lambda", "import")


@pytest.mark.parametrize("key", [k for k in HOSTILE if not k.startswith("_")])
def test_x09_a_fact_and_a_result_may_be_called_like_what_python_has(write: Any, head: str, key: str) -> None:
    own = f'fact en "odd" vi "lạ" key case.{key}, a number of hours.\nterm en "sum" vi "tổng số" key case.{key}_sum, a number of hours, result {key}_sum.\n'
    rules = la.load(write(law(head, (own, "pay is odd + time.\nsum is odd + odd.\n"))))
    result = rules.evaluate({key: "2", "time": "1"})
    assert result.to_dict()["pay"] == "3"
    assert result.to_dict()[f"{key}_sum"] == "4"
    for lang in ("en", "vi"):
        for form in ("text", "markdown", "html"):
            said = result.explain(lang=lang, format=form)
            assert not [
                w for w in ("bound method", "built-in", "&lt;class", "<class", "function", "object at") if w in said
            ]


@pytest.mark.parametrize("key", [k for k in HOSTILE if k.startswith("_")])
def test_x09_no_key_begins_with_a_line(write: Any, head: str, key: str) -> None:
    assert survey(
        write(law(head, (f'fact en "odd" vi "lạ" key case.{key}, a number of hours.\n', "pay is time.\n")))
    ).problems


def test_x08_a_long_chain_is_evaluated(write: Callable[[bytes], Path], head: str) -> None:
    rules = la.load(write(law(head, chain(300))))
    assert rules.evaluate({"time": "1"}).to_dict()["pay"] == "300"
