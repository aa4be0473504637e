"""A ruleset by itself, also one without results or with lists of things that only others know, is decided like any other."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.cli.main import main
from tests.engine.agreement import agree
from tests.engine.test_columns import compare

ALONE = ["base_salary", "criminal_code", "decree_144_2017"]
KINDS = ["fine", "non_custodial", "prison", "life", "death"]


def cases() -> list[dict[str, Any]]:
    rng = random.Random(5)
    offences = [[{"name": "a", "highest_penalty": {"kind": rng.choice(KINDS), "years": str(rng.randint(1, 20))}} for _ in range(k % 4)] for k in range(12)]
    return [{}, *({"offences": o} for o in offences), {"no_such_fact": 1}]


@pytest.mark.parametrize("name", ALONE)
def test_rows_and_columns_agree_with_the_interpreter(root: Path, name: str) -> None:
    rules = la.load(root / "rulesets" / name)
    ready = rules.ready()
    if name == "base_salary":  # figures only: it decides no cases, and says so
        assert {(r.status, r.to_dict()["findings"][0]["code"]) for r in map(rules.evaluate, cases())} == {("refused", "no-case")}
        return
    for case in cases():
        agree(ready, case)
    compare(ready, cases())


@pytest.mark.parametrize("name", ALONE)
def test_a_study_of_it_is_no_fault(root: Path, tmp_path: Path, name: str) -> None:
    pytest.importorskip("pyarrow")
    lines = tmp_path / "cases.jsonl"
    lines.write_text("".join(json.dumps(c) + "\n" for c in cases()), "utf-8")
    ran = CliRunner().invoke(main, ["study", str(lines), "--ruleset", str(root / "rulesets" / name), "--out", str(tmp_path / "out"), "--parts", "2"])
    assert ran.exit_code == 0, ran.output
    assert f"{len(cases())} cases" in ran.output


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize(
    "command", [("schema", "facts", "--ruleset"), ("schema", "result", "--ruleset"), ("schema", "trace", "--ruleset"), ("check",), ("lint",)], ids=" ".join,
)  # fmt: skip
def test_no_command_stumbles_over_it(root: Path, name: str, command: tuple[str, ...]) -> None:
    ran = CliRunner().invoke(main, [*command, str(root / "rulesets" / name)])
    assert ran.exit_code in ((0, 1) if command == ("lint",) else (0,)), ran.output
