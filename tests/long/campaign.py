"""All that decides, over very many cases: `python -m tests.long.campaign --seconds 3600`.

Three parts: the circular under readings drawn at random (every case by rows and columns, every twentieth by the interpreter),
rulesets made at random (every case by all three), and the exported JavaScript module (against rows; every twentieth
case, and what rows leave, against the interpreter; Node.js). What is done is kept in a file after each piece, and a run goes on where the last one ended;
the same piece is always the same cases. The figures are printed as Markdown, or as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

import legalaid_dsl as la
from legalaid_dsl.basics.problem import RulesetError
from legalaid_dsl.cases.strategy import Ready
from legalaid_dsl.engine.columns.program import Columns, print_columns
from legalaid_dsl.engine.lowered.sizes import Large
from legalaid_dsl.engine.lowered.steps import NotLowerable
from legalaid_dsl.engine.rows.compiled import Compiled, roots_of
from legalaid_dsl.engine.script.form import form_of
from legalaid_dsl.engine.script.module import module_of
from legalaid_dsl.study.portfolio.json_lines import batch_of
from tests.engine.agreement import agree, some_readings
from tests.engine.test_columns import codes_of
from tests.long import random_rules
from tests.oracle import generate
from tests.script.agreement import NODE, decided, differences, some_cases

PIECE = 2500  # cases of the circular under one choice of readings
EACH = 20  # of so many cases the interpreter decides one
CASES_OF_A_RULESET = 20
JAVASCRIPT = (1000, 200, 20)  # cases of a piece of the module, of one choice of readings; of so many the interpreter decides one
MOST_KEPT = 50  # differences that are kept with their cases
GOALS = {"circular": 10**6, "rulesets": 10**4, "javascript": 10**5}
Tally = dict[str, Any]


def circular(rules: la.Rules, piece: int) -> Tally:
    """One piece of the first part."""
    rng = Random(f"circular {piece}")
    readings = some_readings(rules, rng.randrange(2**32) if rng.random() < 0.7 else 0)
    ready = rules.ready(rng.choice(["illustrative", None]), readings)
    missing = rng.choice([0.0, 0.0, 0.02, 0.1, 0.3])
    cases = [generate.random_case(rng, missing=missing) for _ in range(PIECE)]
    found = by_columns(ready, cases)
    found["rulesets"] = 0
    judged(found, ready, cases[::EACH])
    return {**found, "cases": PIECE}


def ruleset(piece: int) -> Tally:
    """One ruleset of the second part, and its cases."""
    rng = Random(f"ruleset {piece}")
    with tempfile.TemporaryDirectory() as folder:
        random_rules.write(Path(folder), piece)
        try:
            rules = la.load(folder)
        except RulesetError:
            return {"rulesets": 1, "refused_rulesets": 1}
        ready = rules.ready(None, some_readings(rules, piece))
        cases = [random_rules.case(rng, piece) for _ in range(CASES_OF_A_RULESET)]
        if ready.compile() is None:
            return {"rulesets": 1, "by_the_interpreter_alone": 1, "cases": len(cases)}
        found = by_columns(ready, cases)
        judged(found, ready, cases)
        return {**found, "rulesets": 1, "cases": len(cases)}


@cache
def exported() -> tuple[la.Rules, str, frozenset[str]]:
    """The circular, the text of its module, and the terms whose clauses that gives."""
    rules = la.load()
    form = form_of(rules.rulebook, {name or "none": rules.figures(name) for name in (None, "illustrative")})
    return rules, module_of(form), frozenset(d["term"] for d in form["deciding"])


def javascript(piece: int) -> Tally:
    """One piece of the third part: the pieces of ``tests/script``, and more."""
    rules, text, terms = exported()
    cases, alike, each = JAVASCRIPT
    asked = list(some_cases(rules, piece, cases, alike))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.mjs"
        path.write_text(text, "utf-8")
        said, statuses = differences(rules, terms, asked, decided(path, asked), each)
    found = [{"between": "the module, the engine", "said": one[:3000]} for one in said]
    return {"cases": cases, "differences": found, "left_by_the_module": statuses.pop("careful", 0), "by_the_module": statuses.total()}


def by_columns(ready: Ready, cases: list[dict[str, Any]]) -> Tally:
    """Compare columns with rows, code by code."""
    compiled = ready.compile()
    assert compiled is not None
    assert ready.reader is not None
    compiled = compiled.with_reasons()
    found: Tally = {"differences": []}
    read = [(c, s) for c in cases if (s := ready.reader.read(c)) is not None]
    rows = [(c, s, r) for c, s in read if (r := _row(compiled, s)) is not None]
    found["left_by_the_reader"], found["left_by_rows"] = len(cases) - len(read), len(read) - len(rows)
    roots = roots_of(compiled.lowered, True)
    columns: Columns | None = None
    with suppress(NotLowerable):
        columns = print_columns(compiled.lowered, roots)
    if columns is None or not rows:
        return {**found, "without_columns": len(rows)}
    run = columns.run(batch_of(ready.reader, [s for _, s, _ in rows], np.zeros(len(rows), bool)))
    wrong: dict[int, int] = {}
    for k, place in enumerate(roots):
        if compiled.lowered.nodes[place].kind == "reference":
            continue
        column, at = codes_of(run, place), 0
        for i, (_, _, row) in enumerate(rows):
            theirs = row[k] if isinstance(row[k], list) else [row[k]]
            if not run.doubt[i] and column[at : at + len(theirs)] != theirs:
                wrong.setdefault(i, place)
            at += len(theirs)
    found["differences"] = [{"between": "rows, columns", "step": place, "case": rows[i][0]} for i, place in wrong.items()]
    found["by_columns"], found["left_by_columns"] = int((~run.doubt).sum()), int(run.doubt.sum())
    return found


def _row(compiled: Compiled, snapshot: tuple[Any, ...]) -> tuple[Any, ...] | None:
    try:
        return compiled.codes(snapshot)
    except Large:
        return None


def judged(found: Tally, ready: Ready, cases: list[dict[str, Any]]) -> None:
    """Compare rows with the interpreter: numbers, deciding clauses, ceilings."""
    found["by_the_interpreter"] = 0
    for case in cases:
        try:
            found["by_the_interpreter"] += agree(ready, case) != "careful"
        except AssertionError as error:
            found["differences"].append({"between": "rows, interpreter", "said": str(error)[:300], "case": case})


# ------------------------------------------------------------------ what is kept, and how it goes on


def run(path: Path, goals: dict[str, int], seconds: float, say: Callable[[str], None]) -> Tally:
    """Go on until the goals are reached or the time is over; the progress is kept in the file."""
    kept: Tally = json.loads(path.read_text("utf-8")) if path.exists() else {}
    until = time.monotonic() + seconds
    rules = la.load()
    parts = {
        "circular": (lambda piece: circular(rules, piece), "cases"), "rulesets": (ruleset, "rulesets"), "javascript": (javascript, "cases"),
    }  # fmt: skip
    for name in goals:
        kept.setdefault(name, {"pieces": 0})
    turns = {name: _pieces(kept[name], parts[name][0], goal, parts[name][1]) for name, goal in goals.items()}
    while turns and time.monotonic() < until:
        for name in [n for n in (*goals, *["rulesets"] * 4) if n in turns]:
            if next(turns.get(name, iter(())), None) is None:
                turns.pop(name, None)
        _write(path, kept)
        say(" · ".join(f"{name}: {kept[name].get(parts[name][1], 0):,} of {goal:,}" for name, goal in goals.items()))
    return kept


def _pieces(kept: Tally, work: Callable[[int], Tally], goal: int, counted: str) -> Iterator[int]:
    while kept.get(counted, 0) < goal:
        try:
            found = work(kept["pieces"])
        except Exception:  # what is raised is a difference like any other, and the campaign goes on
            found = {counted: 1, "differences": [{"between": "what was expected, what was raised", "said": traceback.format_exc()[-1500:]}]}
        for key, value in found.items():
            if key == "differences":
                at = [{"piece": kept["pieces"], **d} for d in value]
                kept["different"] = kept.get("different", 0) + len(at)
                kept[key] = [*kept.get(key, []), *at][:MOST_KEPT]
            else:
                kept[key] = kept.get(key, 0) + value
        kept["pieces"] += 1
        yield kept["pieces"]


def _write(path: Path, kept: Tally) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    os.replace(beside, path)


PARTS = {"circular": "the circular", "rulesets": "rulesets made at random", "javascript": "the JavaScript module"}
ROWS = {
    "cases": "cases", "rulesets": "rulesets made at random", "refused_rulesets": "of them refused by check",
    "by_the_interpreter_alone": "of them decided by the interpreter alone", "by_columns": "cases by columns and rows",
    "left_by_columns": "left by columns to rows", "left_by_rows": "left by rows to the interpreter: a large number",
    "left_by_the_reader": "left by the quick reader to the careful one", "without_columns": "cases of rulesets without columns",
    "by_the_interpreter": "cases by rows and the interpreter", "by_the_module": "cases by the module and the engine",
    "left_by_the_module": "left by the module to the engine", "different": "differences",
}  # fmt: skip


def summary(kept: Tally) -> str:
    """As a table for the documentation."""
    lines = [f"| | {' | '.join(PARTS[part] for part in kept)} |", f"|---|{'---:|' * len(kept)}"]
    lines += [f"| {words} | {' | '.join(f'{kept[part].get(key, 0):,}' for part in kept)} |" for key, words in ROWS.items()]
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Exit status 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=GOALS["circular"], help="of the circular")
    parser.add_argument("--rulesets", type=int, default=GOALS["rulesets"])
    parser.add_argument("--javascript", type=int, default=GOALS["javascript"] if NODE else 0, help="cases by the exported module")
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--progress", type=Path, default=Path("campaign.json"))
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    given = parser.parse_args(arguments)
    goals = {"circular": given.cases, "rulesets": given.rulesets, "javascript": given.javascript}
    goals = {part: goal for part, goal in goals.items() if goal}
    kept = run(given.progress, goals, given.seconds, lambda line: print(line, file=sys.stderr))
    print(json.dumps(kept, ensure_ascii=False, indent=1) if given.json else summary(kept))
    return 1 if any(part.get("different") for part in kept.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
