"""Tables of a portfolio from case files, and what the interpreter says of each case."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pyarrow as pa

import legalaid_dsl as la
from legalaid_dsl.cases.strategy import Ready
from legalaid_dsl.engine.lowered.from_rulebook import shapes
from legalaid_dsl.engine.lowered.steps import ThingShape


def tables_of(rules: la.Rules, cases: list[dict[str, Any]], text_only: bool = False) -> dict[str, pa.Table]:
    """One table a thing; every list that some case leaves unknown has its own column in the table of cases."""
    things = {s.key: s for s in shapes(rules.rulebook)}
    rows: dict[str, list[dict[str, Any]]] = {t: [] for t in things}

    def add(thing: str, item: dict[str, Any], case: str, owner: dict[str, int]) -> None:
        shape: ThingShape = things[thing]
        row: dict[str, Any] = {"id": case} if thing == "case" else {"case": case, **owner}
        if shape.identified:
            row["id"] = item.get("id")
        for fact in shape.facts:
            value: Any = item
            for key in fact.path:
                value = value.get(key) if isinstance(value, dict) else None
            if isinstance(value, list) and text_only:
                value = ";".join(value) or " "
            elif isinstance(value, bool) and text_only:
                value = "true" if value else "false"
            elif isinstance(value, int) and not isinstance(value, bool):
                value = str(value)
            row[".".join(fact.path)] = value
        rows[thing].append(row)
        for inner, _ in shape.lists:
            if thing == "case" or inner in item:
                row[inner] = item.get(inner) is not None
            for i, one in enumerate(item.get(inner) or ()):
                place = {} if thing == "case" else {thing: sum(1 for r in rows[thing] if r["case"] == case) - 1}
                del i
                add(inner, one, case, place)

    for number, case in enumerate(cases):
        add("case", case, f"N{number}", {})
    found = {}
    for thing, listed in rows.items():
        names = list(dict.fromkeys(k for row in listed for k in row))
        if text_only:
            listed = [{k: str(v).lower() if isinstance(v, bool | int) else v for k, v in r.items()} for r in listed]
        found["cases" if thing == "case" else thing] = pa.table(
            {n: pa.array([r.get(n) for r in listed]) for n in names}
        )
    return {name: table for name, table in found.items() if table.num_columns}


def as_exact(row: dict[str, Any], key: str) -> Any:
    """A number of a table, exactly."""
    text = row.get(f"{key}_exact")
    value = row.get(key)
    return Fraction(text) if text else value if value is None or isinstance(value, bool | str) else Fraction(value)


def same(rules: la.Rules, ready: Ready, cases: list[dict[str, Any]], tables: dict[str, pa.Table], options: Any) -> None:
    """The tables say of each case what the interpreter says."""
    del ready
    per_case: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name in ("entries", "providers"):
        for row in tables[name].to_pylist():
            per_case.setdefault(row["case"], {}).setdefault(name, []).append(row)
    assert tables["cases"].num_rows == len(cases)
    for row, case in zip(tables["cases"].to_pylist(), cases, strict=True):
        theirs = rules.evaluate(case, by="interpreter", trace=False, **options)
        assert row["status"] == theirs.status, row
        for key, value in theirs.case_values().items() if theirs.status != "refused" else ():
            assert as_exact(row, key) == value, (row["id"], key)
        for name in ("entries", "providers"):
            items = theirs.items(name)
            mine = per_case.get(row["id"], {}).get(name, [])
            assert len(mine) == len(items)
            for one, other in zip(mine, items, strict=True):
                for key, value in other.items():
                    assert as_exact(one, key) == value if key != "id" else one["id"] == value, (row["id"], key)
