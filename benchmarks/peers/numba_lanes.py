"""W1 by hand in Numba, in lanes (a column a case), one core. The compiler's own time is in the cold start only."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from .arrays import ALLOWED_BITS, InLanes
from .hand import CEILINGS, CUT, CUT_BY_ALL, WHOLE
from .shape import Makers

LEFT = np.array([*CEILINGS, *[1 << 20] * 4], np.int32)


@numba.njit
def _decide(task: Any, quarters: Any, roles: Any, total: Any, dong: Any, paid: Any, why: Any, reasons: bool) -> None:
    lines, cases = task.shape
    left = np.empty(8, np.int32)
    for case in range(cases):
        left[:] = LEFT
        whole = WHOLE
        for line in range(lines):
            t, q = task[line, case], quarters[line, case]
            rest = q & 15
            gave = int(rest > 0) + int(rest >= 12)
            counted = (roles[line, case] & ALLOWED_BITS[t]) != 0
            asked = ((q >> 4) << 1) + gave if counted else 0
            halves = min(asked, left[t])
            left[t] -= halves
            last = min(halves, whole)
            whole -= last
            paid[line, case] = last
            if reasons:
                reason = gave | int(counted) << 2
                why[line, case] = reason | (CUT if halves < asked else 0) | (CUT_BY_ALL if last < halves else 0)
        total[case] = WHOLE - whole
        dong[case] = ((WHOLE - whole) * 38 * 2_340_000 + 100) // 200


class NumbaLanes(InLanes):
    name = "by hand, Numba in lanes"

    def many(self, given: Any) -> Any:
        found = []
        for task, quarters, roles in given:
            cases = task.shape[1]
            out = np.empty(cases, np.int16), np.empty(cases, np.int64), np.empty(task.shape, np.uint8)
            why = np.empty(task.shape if self.keeps else (1, 1), np.uint8)
            _decide(task, quarters, roles, *out, why, self.keeps)
            found.append((*out, why))
        return found


class NumbaLanesWithReasons(NumbaLanes):
    name = "by hand, Numba in lanes, with reasons"
    reasons = "deciding clauses"
    keeps = True


def peers() -> Makers:
    return [NumbaLanes, NumbaLanesWithReasons]
