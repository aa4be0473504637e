"""The trace holds the sum: operations with their operands, sentences told once, limits with what sets them, what failed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

import legalaid_dsl as la
from tests.oracle import generate


def _product(parts: list[Fraction]) -> Fraction:
    result = Fraction(1)
    for part in parts:
        result *= part
    return result


def exact(node: dict[str, Any]) -> Fraction:
    return Fraction(node.get("exact") or node["value"])


def worked_out(trace: list[dict[str, Any]], entry: dict[str, Any], node: dict[str, Any]) -> Fraction:
    """What an operand comes to, by its own operation alone."""
    if "read" in node:
        read = entry["reads"][node["read"]]
        told = next((e for e in trace if (e["term"], e["subject"]["path"]) == (read["term"], read["path"])), read)
        return exact(told)
    if "of" not in node:
        return exact(node)
    parts = [worked_out(trace, entry, n) for n in node["of"]]
    match node["op"]:
        case "+" | "total":
            found = sum(parts, Fraction(0))
        case "*":
            found = _product(parts)
        case "-":
            found = parts[0] - parts[1]
        case "/":
            found = parts[0] / parts[1]
        case "highest" | "lowest":
            found = (max if node["op"] == "highest" else min)(parts)
        case _:
            return exact(node)
    assert found == exact(node), node
    return found


def numbers(trace: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry in trace:
        if isinstance(entry["value"], str) and "unit" in entry:
            yield entry


@pytest.mark.parametrize("seed", range(3))
def test_every_number_is_its_sum_rounded_and_limited(rules: la.Rules, seed: int) -> None:
    rng = random.Random(seed)
    checked = 0
    for _ in range(25):
        trace = rules.evaluate(generate.random_case(rng), figures="illustrative").to_dict()["trace"]
        for entry in numbers(trace):
            if "sum" not in entry or entry.get("rounding", {}).get("mode") == "adding_up":
                continue
            value = worked_out(trace, entry, entry["sum"])
            if "rounding" in entry:
                step = Fraction(entry["rounding"]["step"])
                value = (value / step + Fraction(1, 2) * (entry["rounding"]["mode"] == "half_up")) // 1 * step
            for limit in entry.get("limits", ()):
                value = value - Fraction(limit["took"]) if "took" in limit else value + Fraction(limit["gave"])
            assert abs(value - exact(entry)) < Fraction(1, 10**5), entry  # limits are told to six places
            checked += 1
    assert checked > 300


def test_a_sentence_stands_with_the_first_decision_by_it(rules: la.Rules) -> None:
    trace = rules.evaluate(generate.random_case(random.Random(4)), figures="illustrative").to_dict()["trace"]
    told = {i for i, e in enumerate(trace) if "sentence" in e.get("rule", {})}
    assert told
    for i, entry in enumerate(trace):
        if "told" in entry.get("rule", {}):
            assert entry["rule"]["told"] in told
            assert entry["rule"]["told"] < i
    said = [e["rule"]["sentence"]["en"] for e in trace if "sentence" in e.get("rule", {})]
    assert len(said) == len(set(said))


CASE: dict[str, Any] = {
    "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30", "aided_person": "accused",
    "offences": [{"class": "very_serious"}], "stages": ["investigation", "prosecution", "first_instance"], "tasks_complete": True,
    "providers": [{"id": p, "kind": "lawyer", "method": "lump_sum", "method_chosen_on": "2026-01-05"} for p in ("P1", "P2")],
    "entries": [
        {"id": "e1", "provider": "P1", "date": "2026-02-02", "task": "file_study", "stage": "investigation", "hours": "4", "certified_by": ["centre"]},
        {"id": "e2", "provider": "P2", "date": "2026-02-03", "task": "court_hearing", "stage": "first_instance", "hours": "8", "certified_by": ["branch"]},
    ],
}  # fmt: skip


def entry_of(rules: la.Rules, case: dict[str, Any], term: str, path: str = "", **options: Any) -> dict[str, Any]:
    if "aided_person" not in rules.rulebook.terms and "case.aided_person" not in rules.rulebook.terms:
        case = {k: v for k, v in case.items() if k != "aided_person"}
    trace = rules.evaluate(case, **options).to_dict()["trace"]
    return next(e for e in trace if (e["term"], e["subject"]["path"]) == (term, path))


def test_a_limit_names_every_provision_that_sets_it(rules: la.Rules) -> None:
    case = {**CASE, "entries": [{**e, "certified_by": ["centre", "judge"]} for e in CASE["entries"]]}
    limits = entry_of(rules, case, "case.level_base_salaries")["limits"]
    ceiling = next(x for x in limits if x["kind"] == "at_most")
    assert (ceiling["before"], ceiling["limit"], ceiling["after"], ceiling["took"]) == ("11.362", "10", "10", "1.362")
    assert {"decree_144_2017/art_13/cl_1", "circular_02_2021/art_9/cl_5", "circular_02_2021/art_10/cl_1"} <= set(ceiling["cites"])


def test_what_failed_is_told_with_the_fact_as_stated(rules: la.Rules) -> None:
    entry = entry_of(rules, CASE, "entries.counts", "entries[1]")
    failed = next(x["failed"] for x in entry["not_applied"] if x["kind"] == "requirement")
    assert failed["test"] == "any of"
    assert failed["choices"] == ["court_clerk", "judge"]
    read = entry["reads"][failed["left"]["read"]]
    assert (read["term"], read["value"]) == ("entries.certified_by", ["branch"])


def test_a_trace_is_linear_in_lines(rules: la.Rules) -> None:
    def length(n: int) -> int:
        lines = [{**CASE["entries"][0], "id": f"e{i}", "date": f"2026-02-{1 + i % 28:02}"} for i in range(n)]
        case = {k: v for k, v in CASE.items() if k != "aided_person"} | {"entries": lines}
        return len(str(rules.evaluate(case).to_dict()["trace"]))

    ten, hundred, two = length(10), length(100), length(200)
    assert hundred < 12 * ten
    assert two < 2.2 * hundred


def test_asking_helps_most_first(rules: la.Rules) -> None:
    case = {k: v for k, v in CASE.items() if k not in ("closed_on", "tasks_complete", "aided_person")}
    needs = [n["key"] for n in rules.evaluate(case).needs]
    assert needs.index("tasks_complete") < needs.index("closed_on")  # the one withholds two results, the other one


def test_no_figure_no_reliability(rules: la.Rules) -> None:
    refused = rules.evaluate({"form": "nothing"})
    assert (refused.status, refused.reliability) == ("refused", None)
