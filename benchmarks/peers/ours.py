"""W1 by this engine (benchmarks/w1): the same rules file for every row. All of it is exact and any result can be explained.

"Rows" take facts read already, as the hand's integers do; evaluate() reads a case file's facts first, refusing what it must.
"Columns" take facts as columns of codes, as the vectors by hand do; pieces of 8,192 cases, one core.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

import legalaid_dsl as la
from legalaid_dsl.engine.rows.compiled import Compiled
from legalaid_dsl.engine.rows.compiled import compiled as make_compiled

from .shape import Answer, Facts, Makers, Peer

if TYPE_CHECKING:
    from benchmarks.w1_cases import Portfolio

PIECE = 8_192  # cases, as studies take them
POOL = 16  # pieces that differ; more of them only repeat these


def w1() -> la.Rules:
    return la.load(Path(__file__).parent.parent / "w1")


def halves(sessions: Any) -> int:
    return int(Fraction(sessions) * 2)


class Rows(Peer):
    name = "ours: rows"
    keeps = False

    def __init__(self) -> None:
        ready = w1().ready()
        compiled = ready.compile()
        assert compiled is not None
        assert ready.reader is not None
        self.reader = ready.reader
        self.compiled: Compiled = self.kept(compiled)

    def kept(self, compiled: Compiled) -> Compiled:
        return compiled.with_reasons() if self.keeps else compiled

    def given(self, case: Facts) -> Any:
        return self.reader.read(case)

    def one(self, given: Any) -> Any:
        return self.compiled.row(given)

    def told(self, answer: Any) -> Answer:
        found: dict[str, Any] = {}
        for shown, codes in zip(self.compiled.lowered.shown, answer.values, strict=True):
            size = self.compiled.lowered.nodes[shown.value].size
            found[f"{shown.thing}.{shown.key}"] = (codes, size)
        (paid, of_paid), (total, of_total), (dong, of_dong) = (
            found[k] for k in ("entries.payable", "case.sessions", "case.amount")
        )
        return (
            halves(Fraction(total) / of_total), int(Fraction(dong) / of_dong), tuple(halves(Fraction(p) / of_paid) for p in paid)
        )  # fmt: skip


class RowsWithClauses(Rows):
    name = "ours: rows, with deciding clauses"
    reasons = "deciding clauses"

    def kept(self, compiled: Compiled) -> Compiled:
        return make_compiled(attrs.evolve(compiled.lowered, took=()), compiled.inputs, reasons=True)


class RowsWithReasons(Rows):
    name = "ours: rows, with reasons"
    reasons = "deciding clauses, what ceilings took"
    keeps = True


class Evaluate(Peer):
    name = "ours: evaluate(dict).amount"
    reasons = "on demand"

    def __init__(self) -> None:
        self.rules = w1()
        self.rules.ready().compile()

    def given(self, case: Facts) -> Any:
        return case

    def one(self, given: Any) -> Any:
        result = self.rules.evaluate(given)
        return result.amount, result

    def told(self, answer: Any) -> Answer:
        values = answer[1].case_values()
        return halves(values["sessions"]), int(answer[0]), tuple(halves(e["payable"]) for e in answer[1].items("entries"))


class EvaluateText(Evaluate):
    name = "ours: evaluate(JSON text).amount"

    def given(self, case: Facts) -> Any:
        return json.dumps(case)


class Whole(Evaluate):
    name = "ours: evaluate(dict).to_dict()"
    reasons = "the whole trace, what did not apply too"

    def one(self, given: Any) -> Any:
        return self.rules.evaluate(given).to_dict()

    def told(self, answer: Any) -> Answer:
        return halves(answer["sessions"]), int(answer["amount"]), tuple(halves(e["payable"]) for e in answer["entries"])


class Interpreter(Whole):
    name = "ours: the interpreter, to_dict()"

    def one(self, given: Any) -> Any:
        return self.rules.evaluate(given, by="interpreter").to_dict()


class ByColumns(Peer):
    name = "ours: columns"
    singly, together = False, True
    keeps = False

    def __init__(self) -> None:
        from legalaid_dsl.engine.columns.program import print_columns
        from legalaid_dsl.engine.rows.compiled import roots_of

        ready = w1().ready()
        compiled = ready.compile()
        assert compiled is not None
        assert ready.reader is not None
        self.reader = ready.reader
        lowered = (compiled.with_reasons() if self.keeps else compiled).lowered
        self.columns = print_columns(lowered, roots_of(lowered, self.keeps))

    def many_given(self, cases: Portfolio) -> Any:
        import numpy as np

        from legalaid_dsl.study.portfolio.json_lines import batch_of

        pool: list[Any] = []
        starts = range(0, cases.cases, PIECE)
        for start in starts[:POOL]:
            snapshots = [self.reader.read(case) for case in cases.part(start, start + PIECE).facts()]
            pool.append(batch_of(self.reader, snapshots, np.zeros(len(snapshots), bool)))  # type: ignore[arg-type]
        return [pool[i % len(pool)] for i in range(len(starts))]

    def many(self, given: Any) -> Any:
        """Per piece: results, and reasons if they are kept, by place; which cases are left to rows."""
        return [self._results(self.columns.run(batch)) for batch in given]

    def _results(self, run: Any) -> tuple[dict[int, Any], Any]:
        return {place: run.values[place] for place in self.columns.roots}, run.doubt

    def many_told(self, answer: Any) -> list[Answer]:
        lowered = self.columns.lowered
        nodes = {f"{s.thing}.{s.key}": s.value for s in lowered.shown}
        found: list[Answer] = []
        for values, doubt in answer:
            assert not doubt.any()
            paid, total, dong = (
                [Fraction(int(n), int(d)) for n, d in zip(*_parts(values[nodes[k]], lowered.nodes[nodes[k]]), strict=True)]
                for k in ("entries.payable", "case.sessions", "case.amount")
            )
            lines = len(paid) // len(total)
            for i, (t, d) in enumerate(zip(total, dong, strict=True)):
                found.append((halves(t), int(d), tuple(map(halves, paid[i * lines : (i + 1) * lines]))))
        return found


def _parts(numbers: Any, node: Any) -> tuple[Any, Any]:
    """Numerators and denominators of a column of numbers."""
    import numpy as np

    below = numbers.below if numbers.below is not None else 1
    return numbers.codes, np.broadcast_to(np.asarray(below) * node.size, np.shape(numbers.codes))


class ColumnsWithReasons(ByColumns):
    name = "ours: columns, with reasons"
    reasons = "deciding clauses, what ceilings took"
    keeps = True


def peers() -> Makers:
    return [Rows, RowsWithClauses, RowsWithReasons, Evaluate, EvaluateText, Whole, Interpreter, ByColumns, ColumnsWithReasons]
