"""W1 by the exported JavaScript module in Node.js: a process of its own, fed many cases; CPU time by its own clock, of deciding only.

``decide()`` reads the facts of a case file as strictly as ``evaluate()`` does, so that row is the one beside it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from legalaid_dsl.engine.script.form import form_of
from legalaid_dsl.engine.script.module import module_of

from .ours import halves, w1
from .shape import Answer, Makers, NotHere, Peer

if TYPE_CHECKING:
    from benchmarks.w1_cases import Portfolio

SCRIPT = """
import { decide } from "./w1.mjs";
import { readFileSync } from "node:fs";
const cases = JSON.parse(readFileSync(0, "utf8"));
for (const one of cases.slice(0, 500)) decide(one, { reasons: REASONS });
const start = process.cpuUsage(), found = cases.map((one) => decide(one, { reasons: REASONS })), spent = process.cpuUsage(start);
process.stdout.write(JSON.stringify([(spent.user + spent.system) / 1e6, found]));
"""


class Exported(Peer):
    singly, together = False, True
    each = True
    batch = 2_000

    def __init__(self, program: str, reasons: bool) -> None:
        self.name = "ours: exported to JavaScript" + (", with deciding clauses" if reasons else "")  # type: ignore[misc]
        self.reasons = "deciding clauses, what ceilings took" if reasons else "none"  # type: ignore[misc]
        self.program, self.spent = program, 0.0
        self.folder = tempfile.TemporaryDirectory()
        rules = w1()
        form = form_of(rules.rulebook, {"none": rules.figures(None)})
        (Path(self.folder.name) / "w1.mjs").write_text(module_of(form), "utf-8")
        (Path(self.folder.name) / "main.mjs").write_text(SCRIPT.replace("REASONS", "true" if reasons else "false"), "utf-8")

    def many_given(self, cases: Portfolio) -> Any:
        return json.dumps(cases.facts())

    def many(self, given: Any) -> Any:
        done = subprocess.run([self.program, Path(self.folder.name) / "main.mjs"], input=given, capture_output=True, text=True, check=True)
        self.spent, found = json.loads(done.stdout)
        return found

    def many_told(self, answer: Any) -> list[Answer]:
        return [(halves(r["sessions"]), int(r["amount"]), tuple(halves(e["payable"]) for e in r["entries"])) for r in answer]

    def seconds(self) -> float:
        return self.spent


def peers() -> Makers:
    program = shutil.which("node")
    if program is None:
        raise NotHere("no node on the path")
    return [partial(Exported, program, reasons) for reasons in (False, True)]
