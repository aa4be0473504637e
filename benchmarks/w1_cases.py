"""Random cases of W1, as arrays and as the facts of a case file. Hours are whole quarters, so everything is exact."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.hand import ROLES, TASKS

Lines = NDArray[Any]


class Portfolio:
    """``task``: places in TASKS; ``quarters`` of an hour; ``roles``: bits of ROLES. Each a row a case, a column a line."""

    def __init__(self, task: Lines, quarters: Lines, roles: Lines) -> None:
        self.task, self.quarters, self.roles = task, quarters, roles
        self.cases, self.lines = task.shape

    def part(self, start: int, end: int) -> Portfolio:
        return Portfolio(self.task[start:end], self.quarters[start:end], self.roles[start:end])

    def facts(self) -> list[dict[str, Any]]:
        """The same as case files."""
        certifiers = [[r for i, r in enumerate(ROLES) if bits >> i & 1] for bits in range(1 << len(ROLES))]
        hours = [f"{q // 4}{('', '.25', '.5', '.75')[q % 4]}" for q in range(int(self.quarters.max()) + 1)]
        ids = [f"e{i}" for i in range(self.lines)]
        return [
            {"entries": [
                {"id": id, "task": TASKS[t], "hours": hours[q], "certified_by": certifiers[r]}
                for id, t, q, r in zip(ids, task, quarters, roles, strict=True)
            ]}
            for task, quarters, roles in zip(self.task.tolist(), self.quarters.tolist(), self.roles.tolist(), strict=True)
        ]  # fmt: skip


def portfolio(cases: int, lines: int = 10, seed: int = 1) -> Portfolio:
    """Any of the tasks, up to ten hours a line, one or two who certify."""
    rng = np.random.default_rng(seed)
    shape = (cases, lines)
    first, second = rng.integers(0, 6, shape), rng.integers(0, 6, shape)
    return Portfolio(
        rng.integers(0, 8, shape).astype(np.uint8),
        rng.integers(1, 41, shape).astype(np.int16),
        (1 << first | 1 << second).astype(np.uint8),
    )
