"""What OpenFisca-Core and policyengine-core, its fork, have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .hand import ALLOWED, CEILINGS, whole_numbers
from .shape import Answer, Facts, Peer

if TYPE_CHECKING:
    from benchmarks.w1_cases import Portfolio

MAY = np.array(ALLOWED)


def a_system(entities: Any, system: Any, variable: Any, always: Any) -> Any:
    line = entities.build_entity("line", "lines", "A line of the schedule", is_person=True)
    case = entities.build_entity("case", "cases", "A case", roles=[{"key": "member", "label": "a line of it"}])
    found = system([line, case])

    def add(name: str, entity: Any, kind: type, formula: Any = None) -> None:
        own = {"value_type": kind, "entity": entity, "definition_period": always, "label": name}
        found.add_variable(type(name, (variable,), own | ({"formula": formula} if formula else {})))

    def sessions(lines: Any, period: Any) -> Any:
        hours = lines("hours", period)
        full = np.floor(hours / 4)
        rest = hours - full * 4
        return full + np.where(rest == 0, 0, np.where(rest < 3, 0.5, 1))

    def counts(lines: Any, period: Any) -> Any:
        return (lines("certifiers", period) & MAY[lines("task", period)]) != 0

    def payable(cases: Any, period: Any) -> Any:
        task = cases.members("task", period)
        sessions = cases.members("sessions", period) * cases.members("counts", period)
        total = cases.sum(sessions * (task >= len(CEILINGS)))
        for kind, most in enumerate(CEILINGS):
            total = total + np.minimum(cases.sum(sessions * (task == kind)), most / 2)
        return np.minimum(total, 30)

    def amount(cases: Any, period: Any) -> Any:
        halves = np.rint(cases("payable", period) * 2).astype(np.int64)
        return (halves * (38 * 2_340_000) + 100) // 200  # kept in 32 bits, which 30 sessions do not fill

    for name, kind in (("task", int), ("hours", float), ("certifiers", int)):
        add(name, line, kind)
    add("sessions", line, float, sessions)
    add("counts", line, bool, counts)
    add("payable", case, float, payable)
    add("amount", case, int, amount)
    return found


class Fisca(Peer):
    together = True
    traced = False
    leaves_out = "payable by line; no reasons"

    def simulation(self, cases: int, case_of: Any) -> Any:
        raise NotImplementedError

    def given(self, case: Facts) -> Any:
        task, quarters, roles = (np.array(x) for x in zip(*whole_numbers(case), strict=True))
        return 1, np.zeros(len(task), int), task.astype(np.int32), (quarters / 4).astype(np.float32), roles.astype(np.int32)

    def one(self, given: Any) -> Any:
        cases, case_of, task, hours, roles = given
        simulation = self.simulation(cases, case_of)
        simulation.trace = self.traced
        for name, values in (("task", task), ("hours", hours), ("certifiers", roles)):
            simulation.set_input(name, "2025", values)
        amount = simulation.calculate("amount", "2025")
        return simulation.calculate("payable", "2025"), amount

    def told(self, answer: Any) -> Answer:
        return int(answer[0][0] * 2), int(answer[1][0]), None

    def many_given(self, cases: Portfolio) -> Any:
        return (
            cases.cases, np.repeat(np.arange(cases.cases), cases.lines), cases.task.ravel().astype(np.int32),
            (cases.quarters.ravel() / 4).astype(np.float32), cases.roles.ravel().astype(np.int32),
        )  # fmt: skip

    def many(self, given: Any) -> Any:
        return self.one(given)

    def many_told(self, answer: Any) -> list[Answer]:
        return [(int(s * 2), d, None) for s, d in zip(answer[0].tolist(), answer[1].tolist(), strict=True)]
