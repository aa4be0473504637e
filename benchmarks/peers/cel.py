"""W1 in CEL (cel-rust). CEL has neither sums nor running totals: it decides the sessions of each line; the host, in Python,
fills the ceilings and works out the money. Whole quarters of an hour, so that its division rounds down. No reasons.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import cel

from .hand import ALLOWED, CEILINGS, ROLES, TASKS, WHOLE
from .shape import Answer, Facts, Makers, Peer

MAY = {t: [r for i, r in enumerate(ROLES) if ALLOWED[k] >> i & 1] for k, t in enumerate(TASKS)}
LINES = (
    "entries.map(e, e.certified_by.exists(r, r in may[e.task]) ?"
    " e.quarters / 16 * 2 + (e.quarters % 16 == 0 ? 0 : (e.quarters % 16 < 12 ? 1 : 2)) : 0)"
)


class Cel(Peer):
    name = "CEL (Rust)"
    leaves_out = "ceilings and money (Python does them); no reasons"

    def __init__(self) -> None:
        self.program = cel.compile(LINES)

    def given(self, case: Facts) -> Any:
        lines = [{**e, "quarters": int(Decimal(e["hours"]) * 4)} for e in case["entries"]]
        return {"entries": lines, "may": MAY}

    def one(self, given: Any) -> Any:
        left, whole, paid = dict(zip(TASKS, CEILINGS, strict=False)), WHOLE, []
        for e, halves in zip(given["entries"], self.program.execute(given), strict=True):
            kind = e["task"]
            if kind in left:
                halves = min(halves, left[kind])
                left[kind] -= halves
            halves = min(halves, whole)
            whole -= halves
            paid.append(halves)
        return WHOLE - whole, ((WHOLE - whole) * 38 * 2_340_000 + 100) // 200, paid

    def told(self, answer: Any) -> Answer:
        return answer[0], answer[1], tuple(answer[2])


def peers() -> Makers:
    return [Cel]
