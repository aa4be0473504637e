"""W1 in SWI-Prolog (w1.pl): a process of its own, fed many cases at once; CPU time by its own statistics, of deciding only.

Lines and what each is paid, in order; cases are terms already read. No reasons.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .hand import ROLES, TASKS
from .shape import Answer, Makers, NotHere, Peer

if TYPE_CHECKING:
    from benchmarks.w1_cases import Portfolio

TIMES = 20  # each case is decided so often in a process: its clock has but milliseconds


class Prolog(Peer):
    name = "SWI-Prolog"
    leaves_out = "no reasons"
    singly, together = False, True
    each = True
    batch = 2_000

    def __init__(self, program: str) -> None:
        self.program, self.spent = program, 0.0

    def many_given(self, cases: Portfolio) -> Any:
        rows = zip(cases.task.tolist(), cases.quarters.tolist(), cases.roles.tolist(), strict=True)
        certifiers = [",".join(r for i, r in enumerate(ROLES) if bits >> i & 1) for bits in range(1 << len(ROLES))]
        return [
            "[{}]".format(",".join(f"line({TASKS[t]},{q},[{certifiers[r]}])" for t, q, r in zip(*of_case, strict=True)))
            for of_case in rows
        ]

    def many(self, given: Any) -> Any:
        goal = [self.program, "-q", "-O", "-g", "main", "-t", "halt", Path(__file__).with_name("w1.pl")]
        told = f"{TIMES}.\n[{','.join(given)}].\n"
        *answers, spent = subprocess.run(goal, input=told, capture_output=True, text=True, check=True).stdout.splitlines()
        self.spent = float(spent.split()[1]) / TIMES
        return answers

    def many_told(self, answer: Any) -> list[Answer]:
        return [(t, a, tuple(paid)) for t, a, *paid in map(json.loads, answer)]

    def seconds(self) -> float:
        return self.spent


def peers() -> Makers:
    program = shutil.which("swipl")
    if program is None:
        raise NotHere("no swipl on the path (swi-prolog-nox in Debian)")
    return [partial(Prolog, program)]
