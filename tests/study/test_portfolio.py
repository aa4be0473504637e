"""A portfolio decided by columns says what the interpreter says, whatever it is read from."""

from __future__ import annotations

import csv
import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

import legalaid_dsl as la
from legalaid_dsl.study.outcomes.outcome import Options, decide
from legalaid_dsl.study.portfolio.run import Study
from legalaid_dsl.study.portfolio.sources import SourceError, chunks, open_tables
from tests.engine.agreement import some_readings
from tests.oracle import generate
from tests.study.making import same, tables_of

OPTIONS: dict[str, Any] = {"figures": "illustrative"}


def portfolio(seed: int, count: int, missing: float = 0.0) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    return [generate.random_case(rng, missing=missing) for _ in range(count)]


def write_csv(table: pa.Table, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table.column_names)
        for row in table.to_pylist():
            writer.writerow(["" if v is None else v for v in row.values()])


@pytest.mark.parametrize("missing", [0.0, 0.1])
@pytest.mark.parametrize("figures", ["illustrative", None])
def test_tables_in_memory(rules: la.Rules, missing: float, figures: str | None) -> None:
    cases = portfolio(1, 60, missing)
    found = la.study(rules, tables_of(rules, cases), figures=figures, chunk=16).tables()
    same(rules, rules.ready(figures), cases, found, {"figures": figures})
    by = found["cases"]["decided_by"].to_pylist()
    assert by.count("columns") > (55 if not missing else 30)


@pytest.mark.long
def test_what_decides_is_made_ready_once(root: Path) -> None:
    """Another study of the same rules takes over what the first has made; comparing cases, which reads all of a result, makes no rows."""
    small = root / "tests" / "rulesets_small" / "late_books"
    own = la.load(small)
    for _ in range(5):
        assert decide(own, {"kind": "novel", "days_late": "6"}, Options()).numbers["fine"] == 5
    assert own.ready().compiled is None
    first, second = (Study(own, []).decider().columns for _ in range(2))
    assert first is not None and first is second
    assert Study(own, [], reasons=False).decider().columns is not first


def test_other_readings(rules: la.Rules) -> None:
    for seed in range(1, 4):
        cases, chosen = portfolio(seed, 25), some_readings(rules, seed)
        found = la.study(rules, tables_of(rules, cases), readings=chosen, **OPTIONS).tables()
        same(rules, rules.ready(**OPTIONS), cases, found, {**OPTIONS, "readings": chosen})


def test_parquet_csv_and_excel(rules: la.Rules, tmp_path: Path) -> None:
    import openpyxl

    cases = portfolio(2, 40)
    for case in cases:  # an empty cell says nothing, not that there are none
        if case.get("stages") == []:
            case["stages"] = ["appeal"] if case["form"] != "extrajudicial_representation" else None
        for entry in case["entries"]:
            entry["certified_by"] = entry.get("certified_by") or ["branch"]
    for name, table in tables_of(rules, cases).items():
        (tmp_path / "p").mkdir(exist_ok=True)
        pyarrow.parquet.write_table(table, tmp_path / "p" / f"{name}.parquet", row_group_size=50)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in tables_of(rules, cases, text_only=True).items():
        (tmp_path / "c").mkdir(exist_ok=True)
        write_csv(table, tmp_path / "c" / f"{name}.csv")
        sheet = book.create_sheet(name)
        sheet.append(table.column_names)
        for row in table.to_pylist():
            sheet.append(list(row.values()))
    book.save(tmp_path / "all.xlsx")
    for source in ("p", "c", "all.xlsx"):
        found = la.study(rules, tmp_path / source, chunk=16, **OPTIONS).tables()
        same(rules, rules.ready(**OPTIONS), cases, found, OPTIONS)


def test_json_lines_one_bad_line_harms_no_other(rules: la.Rules, tmp_path: Path) -> None:
    rng = random.Random(3)
    cases = portfolio(3, 30, 0.1) + [generate.malformed_case(rng)[0] for _ in range(10)]
    lines = [json.dumps(c, ensure_ascii=False) for c in cases]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join([*lines, "{ no json", ""]), "utf-8")
    found = la.study(rules, path, chunk=16, **OPTIONS).tables()
    assert found["cases"]["status"].to_pylist()[-1] == "refused"
    kept = {n: t if n != "cases" else t.slice(0, len(cases)) for n, t in found.items()}
    # cases are told apart by their line here: file numbers may repeat
    for name in ("entries", "providers"):
        assert kept[name].num_rows == sum(len(rules.evaluate(c, **OPTIONS).items(name)) for c in cases)
    for row, case in zip(kept["cases"].to_pylist(), cases, strict=True):
        theirs = rules.evaluate(case, by="interpreter", trace=False, **OPTIONS)
        assert row["status"] == theirs.status
        assert str(row["amount"]) == str(theirs.amount)


def test_clauses_and_ceilings_are_those_of_the_trace(rules: la.Rules) -> None:
    cases = portfolio(5, 40, 0.05)
    found = la.study(rules, tables_of(rules, cases), **OPTIONS).tables()
    taken: dict[tuple[str, str, str | None], list[tuple[str, Fraction]]] = {}
    for row in found["ceilings"].to_pylist():
        taken.setdefault((row["case"], row["term"], row["id"]), []).append((row["clause"], Fraction(row["took"])))
    for row, case in zip(found["cases"].to_pylist(), cases, strict=True):
        decisions = rules.evaluate(case, by="interpreter", **OPTIONS).determination
        for decision in decisions.decisions if decisions else ():
            if decision.item.thing == "case" and decision.value is not None and not hasattr(decision.value, "needs"):
                sure = [
                    c.rule.citation.path for c in decision.considered if c.rule.kind == "value" and c.outcome is True
                ]
                column = f"by_{decision.term.partition('.')[2]}"
                assert not sure or row[column] == sure[0], (row["id"], decision.term)
            if decision.item.thing != "entries" or hasattr(decision.value, "needs"):
                continue
            theirs = sorted((c.citation.path, c.took) for c in decision.cuts if c.took)
            assert sorted(taken.get((row["id"], decision.term, decision.item.id), [])) == theirs


def test_memory_is_bounded_by_the_chunk(rules: la.Rules, tmp_path: Path) -> None:
    """A study hands out its tables while it reads."""
    cases = portfolio(7, 40)
    for name, table in tables_of(rules, cases).items():
        pyarrow.parquet.write_table(table, tmp_path / f"{name}.parquet", row_group_size=10)
    sizes = [t["cases"].num_rows for t in la.study(rules, tmp_path, chunk=10, **OPTIONS)]
    assert sizes == [10, 10, 10, 10]


def test_a_file_that_was_read_is_let_go(tmp_path: Path) -> None:
    """Arrow's own reading ahead keeps the bytes of a whole file; a portfolio may be larger than memory."""
    rng = random.Random(0)
    with pyarrow.parquet.ParquetWriter(tmp_path / "cases.parquet", pa.schema([("id", pa.string())])) as writer:
        for _ in range(40):
            writer.write_table(pa.table({"id": [rng.randbytes(256).hex() for _ in range(1_000)]}))
    size, before, most = (tmp_path / "cases.parquet").stat().st_size, pa.total_allocated_bytes(), 0
    for piece in chunks(open_tables(tmp_path), [], 1_000):
        assert piece.cases.num_rows == 1_000
        most = max(most, pa.total_allocated_bytes() - before)
    assert size > 10_000_000 and most < size // 3


def test_what_cannot_be_read_is_said(rules: la.Rules) -> None:
    cases = tables_of(rules, portfolio(8, 5))
    for wrong, words in (
        ({**cases, "lines": cases["entries"]}, "no table"),
        ({**cases, "entries": cases["entries"].append_column("hourz", pa.nulls(cases["entries"].num_rows))}, "hourz"),
        ({**cases, "cases": cases["cases"].drop_columns(["id"])}, "id"),
        ({**cases, "cases": pa.concat_tables([cases["cases"], cases["cases"]])}, "own"),
        ({**cases, "entries": cases["entries"].take(pa.array(range(cases["entries"].num_rows - 1, -1, -1)))}, "order"),
    ):
        with pytest.raises(SourceError, match=words):
            la.study(rules, wrong, **OPTIONS).tables()
