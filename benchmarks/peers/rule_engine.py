"""W1 in rule-engine (Python, exact decimals): the sessions of each line by an expression. Its sums over comprehensions take
milliseconds, so the host, in Python, fills the ceilings and works out the money. No reasons."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import rule_engine

from .shape import Answer, Facts, Makers, Peer

MAY = [
    (["hearing", "testimony"], ["judge", "clerk", "investigator"]),
    (["custody", "evidence"], ["investigator", "person_met"]),
    (["meeting"], ["person_met"]),
    (["study", "arguments", "other"], ["centre", "branch"]),
]
COUNTS = " or ".join(f"(task in {tasks} and ({' or '.join(f'{r!r} in certified_by' for r in roles)}))" for tasks, roles in MAY)
CEILINGS = {"meeting": Decimal(2), "study": Decimal(5), "arguments": Decimal(3), "other": Decimal("1.5")}  # sessions


class RuleEngine(Peer):
    name = "rule-engine (Python)"
    leaves_out = "ceilings and money (Python does them); no reasons"

    def __init__(self) -> None:
        self.sessions = rule_engine.Rule(
            f"({COUNTS}) ? (hours // 4 + (hours % 4 == 0 ? 0 : (hours % 4 < 3 ? 0.5 : 1))) : 0"
        )

    def given(self, case: Facts) -> Any:
        return [{**e, "hours": Decimal(e["hours"])} for e in case["entries"]]

    def one(self, given: Any) -> Any:
        left, whole, paid = dict(CEILINGS), Decimal(30), []
        for e in given:
            sessions, kind = self.sessions.evaluate(e), e["task"]
            if kind in left:
                sessions = min(sessions, left[kind])
                left[kind] -= sessions
            sessions = min(sessions, whole)
            whole -= sessions
            paid.append(sessions)
        return 30 - whole, (30 - whole) * Decimal("0.38") * 2_340_000, paid

    def told(self, answer: Any) -> Answer:
        return int(answer[0] * 2), int(answer[1]), tuple(int(s * 2) for s in answer[2])


def peers() -> Makers:
    return [RuleEngine]
