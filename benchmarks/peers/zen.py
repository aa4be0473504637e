"""W1 in GoRules ZEN: expressions evaluated one after the other, and a decision graph with and without its trace.

Decimals inside, floats at the door (exact here). Ceilings are of sums: what each line is paid is not said.
"""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from typing import Any

import zen

from .shape import Answer, Facts, Makers, Peer

SESSIONS = "floor(#.hours / 4) + (#.hours % 4 == 0 ? 0 : (#.hours % 4 < 3 ? 0.5 : 1))"
ALLOWED = {
    "['hearing', 'testimony']": "['judge', 'clerk', 'investigator']",
    "['custody', 'evidence']": "['investigator', 'person_met']",
    "['meeting']": "['person_met']",
    "['study', 'arguments', 'other']": "['centre', 'branch']",
}
CEILINGS = {"meeting": "2", "study": "5", "arguments": "3", "other": "1.5"}

# Closures within closures both call their item #, so a role is looked for among the certifiers one by one.
COUNTS = " or ".join(
    f"(#.task in {tasks} and ({' or '.join(f'contains(#.certified_by, {r.strip()})' for r in roles[1:-1].split(',')) }))"
    for tasks, roles in ALLOWED.items()
)
LINES = f"map(entries, {{task: #.task, sessions: ({COUNTS}) ? {SESSIONS} : 0}})"
OF_TASK = [
    *(f"min([sum(map(filter(lines, #.task == '{t}'), #.sessions)), {most}])" for t, most in CEILINGS.items()),
    "sum(map(filter(lines, #.task in ['hearing', 'testimony', 'custody', 'evidence']), #.sessions))",
]
TOTAL = f"min([{' + '.join(OF_TASK)}, 30])"


def numbers(case: Facts) -> Facts:
    return {"entries": [{**e, "hours": float(Decimal(e["hours"]))} for e in case["entries"]]}


class Expressions(Peer):
    name = "ZEN expressions (Rust)"
    leaves_out = "payable by line; no reasons"

    def __init__(self) -> None:
        self.lines = zen.compile_expression(LINES)
        self.total = zen.compile_expression(TOTAL)
        self.amount = zen.compile_expression("round(total * 0.38 * 2340000)")

    def given(self, case: Facts) -> Any:
        return numbers(case)

    def one(self, given: Any) -> Any:
        total = self.total.evaluate({"lines": self.lines.evaluate(given)})
        return total, self.amount.evaluate({"total": total})

    def told(self, answer: Any) -> Answer:
        return int(answer[0] * 2), int(answer[1]), None


def node(id: str, kind: str, **content: Any) -> dict[str, Any]:
    return {"id": id, "name": id, "type": kind, "position": {"x": 0, "y": 0}, "content": content}


def graph() -> str:
    """Facts → one node with three expressions → answer; nodes that loop over the entries take far longer."""
    decide = node(
        "decide", "expressionNode", inputField=None, outputPath=None, executionMode="single", passThrough=False,
        expressions=[
            {"id": key, "key": key, "value": value}
            for key, value in (
                ("lines", LINES), ("total", TOTAL.replace("(lines", "($.lines")), ("amount", "round($.total * 0.38 * 2340000)"),
            )
        ],
    )  # fmt: skip
    nodes = [node("facts", "inputNode"), decide, node("answer", "outputNode")]
    edges = [
        {"id": f"edge{i}", "type": "edge", "sourceId": a["id"], "targetId": b["id"]}
        for i, (a, b) in enumerate(itertools.pairwise(nodes))
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


class Graph(Peer):
    name = "ZEN graph"
    leaves_out = "payable by line; no reasons"
    traced = False

    def __init__(self) -> None:
        # a loader keeps the graph compiled; create_decision(graph()).evaluate() takes four to five times as long
        self.engine = zen.ZenEngine({"loader": {"type": "static", "content": {"w1": json.loads(graph())}}})

    def given(self, case: Facts) -> Any:
        return numbers(case)

    def one(self, given: Any) -> Any:
        return self.engine.evaluate("w1", given, {"trace": self.traced})

    def told(self, answer: Any) -> Answer:
        found = answer["result"]
        return int(found["total"] * 2), int(found["amount"]), None


class TracedGraph(Graph):
    name = "ZEN graph, traced"
    reasons = "trace of its nodes"
    leaves_out = "payable by line"
    traced = True


def peers() -> Makers:
    return [Expressions, Graph, TracedGraph]
