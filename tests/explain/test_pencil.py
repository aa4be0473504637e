"""The pencil test: every line of arithmetic comes out, and every number in it is a fact, a figure or the result of another line."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.cases.case_file import read_cases
from legalaid_dsl.explain.records import View
from legalaid_dsl.explain.view import make_view
from legalaid_dsl.workbench.examples.runner import case_files

HERE = Path(__file__).parent
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def amount(text: str) -> Fraction:
    value = Fraction(text.rstrip("%").replace(",", "").replace("−", "-"))
    return value / 100 if text.endswith("%") else value


def worked_out(formula: str) -> Fraction:
    """A formula by the rules of arithmetic alone."""
    text = re.sub(r"([\d.]+)%", r"(\1/100)", formula.replace(",", "").replace("×", "*").replace("−", "-"))

    def value(node: ast.expr) -> Fraction:
        match node:
            case ast.UnaryOp(operand=operand):
                return -value(operand)
            case ast.BinOp(left=left, op=op, right=right):
                a, b = value(left), value(right)
                return {ast.Add: lambda: a + b, ast.Sub: lambda: a - b, ast.Mult: lambda: a * b, ast.Div: lambda: a / b}[type(op)]()
            case ast.Constant():
                return Fraction(ast.get_source_segment(text, node) or "")
        raise AssertionError(formula)

    return value(ast.parse(text, mode="eval").body)


def lines(view: View) -> Iterator[str]:
    """Every line of arithmetic that is printed, as signs."""
    sums = [line for g in view.groups for line in g.lines] + [line for p in view.people for line in p.sums]
    rows = [row for table in (*view.work, *(t for p in view.people for t in p.work)) for row in table.rows]
    sums += [line for row in rows for line in row.cut]
    for line in sums:
        if line.figure:
            continue
        if line.sign:
            yield f"{line.formula}{' = ' * bool(line.formula)}{line.before} {line.sign} {line.bound} → {line.value}"
        else:
            yield f"{line.formula}{' = ' + line.before if line.before else ''} {'→' if line.before else '='} {line.value}"
    for row in rows:
        yield from (re.sub(r"^[^0-9]*: ", "", told) for told in row.sums)  # without its name


def check(line: str) -> list[str]:
    """One line comes out; gives the numbers that it takes from elsewhere."""
    found = re.match(r"^(?:(.*?) = )?(−?[\d.,]+) ([<>]) ([\d.,− ]+?) → ([\d.,]+)", line)
    if found is not None:
        formula, before, sign, bound, value = found.groups()
        assert formula is None or worked_out(formula) == amount(before), line
        assert (amount(before) > worked_out(bound)) == (sign == ">"), line
        assert worked_out(bound) == amount(value), line
        return NUMBER.findall(formula or '') + NUMBER.findall(bound)
    formula, *rest = re.split(r" (?:=|→) ", line)
    value = amount(re.match(r"[\d.,]+%?", rest[-1])[0])  # type: ignore[index]
    if len(rest) == 2:
        assert worked_out(formula) == amount(rest[0]), line
    assert abs(worked_out(formula) - value) < 1, line
    if len(rest) == 1 and "đồng" not in line:
        assert abs(worked_out(formula) - value) < Fraction(1, 10**5), line
    return NUMBER.findall(formula)


def numbers_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from numbers_of(inner)
    elif isinstance(value, str | int):
        yield from NUMBER.findall(str(value))


def shared_before(result: dict[str, Any]) -> set[Fraction]:
    """What the lines before one had together of a ceiling that they share: the sum of lines that are shown."""
    return {amount(x["beside"]) for e in result["trace"] for x in e.get("limits", ()) if "beside" in x}


def pencil(rules: la.Rules, case: Any, **options: Any) -> int:
    result = rules.evaluate(case, **options).to_dict()
    view = make_view(rules.rulebook, result, "en")
    known = {amount(n) for n in numbers_of(case)} | {amount(f["value"]) for f in result["figures"]}
    sentences = " ".join(e["rule"]["sentence"]["en"] for e in result["trace"] if "sentence" in e.get("rule", {}))
    limits = {amount(x["limit"]) for e in result["trace"] for x in e.get("limits", ()) if "bound" not in x}
    said = [amount(n) for n in NUMBER.findall(sentences)]
    known |= limits | {*said, *(n / 100 for n in said)}
    count = 0
    found = list(lines(view))
    known |= {amount(NUMBER.search(re.split(r"[=→]", line)[-1])[0]) for line in found}  # type: ignore[index]
    known |= {amount(line.value.split(" ")[0]) for g in view.groups for line in g.lines if line.figure}
    cells = [c for t in view.work for row in t.rows for c in row.cells]
    known |= {amount(m[0]) for c in cells if (m := NUMBER.match(c))}
    known |= shared_before(result)
    for line in found:
        for number in check(line):
            assert amount(number) in known or amount(number) / 100 in known, (number, line)
        count += 1
    return count


@pytest.mark.parametrize("name", sorted(p.stem for p in (HERE / "golden").glob("*.json")))
def test_the_golden_cases(rules: la.Rules, name: str) -> None:
    given = json.loads((HERE / "golden" / f"{name}.json").read_text("utf-8"))
    pencil(rules, given["case"], figures=given.get("figures"))


def test_two_providers_from_the_statement_alone(rules: la.Rules, root: Path) -> None:
    case = json.loads((root / "docs" / "cases" / "two_providers.json").read_text("utf-8"))
    assert pencil(rules, case) > 8
    text = rules.evaluate(case).explain("vi", layer="statement", who=["P1"])
    for line in ("23 × 130% = 29,9 buổi", "29,9 × 0,38 = 11,362 > 10 → 10 mức lương cơ sở", "10 × 1/3 × 2.530.000 = 8.433.333 đồng"):
        assert line in text
    assert text.index("8.433.333") < text.index("23 × 130%")  # money first
    assert "P2" not in text
    assert "(của người thực hiện khác): 8/4 = 2 buổi" in text  # what stands in the total and not in P1's own lines


@pytest.mark.parametrize("hours", ["8", "11", "2.5"])
def test_a_statement_needs_no_other_page(rules: la.Rules, root: Path, hours: str) -> None:
    """Every number of a person's arithmetic is of the page: his lines, a figure, the law's own, or what another line gives."""
    case = json.loads((root / "docs" / "cases" / "two_providers.json").read_text("utf-8"))
    case["entries"][1]["hours"] = hours
    result = rules.evaluate(case).to_dict()
    sentences = " ".join(e["rule"]["sentence"]["en"] for e in result["trace"] if "sentence" in e.get("rule", {}))
    limits = {amount(x["limit"]) for e in result["trace"] for x in e.get("limits", ()) if "bound" not in x}
    law = limits | {amount(f["value"]) for f in result["figures"]} | {amount(n) / k for n in NUMBER.findall(sentences) for k in (1, 100)}
    for person in make_view(rules.rulebook, result, "en").people:
        rows = [row for table in person.work for row in table.rows]
        page = {amount(line.value.split(" ")[0]) for line in person.sums} | {amount(m[0]) for r in rows for c in r.cells if (m := NUMBER.match(c))}
        others = {amount(n) for n in NUMBER.findall(hours)} | {amount("4")}  # the hours of the other line are a fact, told in its operation
        for line in person.sums:
            for number in NUMBER.findall(line.formula):
                assert {amount(number), amount(number + "%")} & (page | law | others), (number, line)


@pytest.mark.long
def test_the_worked_examples(rules: la.Rules, root: Path) -> None:
    cases = read_cases(rules.rulebook, case_files(root / "rulesets" / "circular_02_2021"))[::6]
    counted = sum(pencil(rules, c.facts, figures="illustrative", readings=c.readings) for c in cases)
    assert counted > 200
