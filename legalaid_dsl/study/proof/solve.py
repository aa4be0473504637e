"""Whether something can happen within the bounds: z3 is told no more of the rules than it turns out to need.

A question starts from the formula alone; names that it reads may have any value. While a model
breaks definitions, the broken ones nearest to the question are added. No model: it cannot happen,
whatever the rest says. A model that breaks nothing is a whole case.
"""

from __future__ import annotations

import time
from typing import Any, Literal

import attrs
import z3

from .formulas.logic import Formula, formula
from .formulas.naming import Definition, Naming, Slot

Found = tuple[Literal["never", "case", "time"], Any]


@attrs.define(slots=True, eq=False)
class Question:
    """``happens``: what is asked for; ``given``: what every case of interest meets, with the names it reads."""

    naming: Naming
    constraints: list[Any]
    happens: Formula
    uses: frozenset[Slot]
    given: list[tuple[Formula, frozenset[Slot]]] = attrs.Factory(list)
    told: list[Definition] = attrs.Factory(list)  # what z3 was told in the last answer, of definitions
    lemmas: bool = False  # whether smaller truths are among the constraints
    met: list[tuple[Formula, frozenset[Slot]]] = attrs.Factory(list)  # … and of what is given

    def bent(self) -> bool:
        """Whether something that it may come to multiplies or divides by what is no constant."""
        depth = _depths(self.naming, [self.uses, *(u for _, u in self.given)])
        return any(self.naming.definitions[s].bent > 0 for s in depth)

    def answer(self, seconds: float, straight: bool = False) -> Found:
        """``straight``: only among the cases in which nothing is multiplied or divided by what is no constant.
        Such a case is a case; that there is none says little."""
        if self.happens is False:
            return "never", None
        until = time.monotonic() + seconds
        run = _Run(self, straight)
        self.told.clear()
        self.met.clear()
        while True:
            left = until - time.monotonic()
            if left <= 0:
                return "time", None
            run.solver.set("timeout", max(1, int(left * 1000)))
            status = run.solver.check()
            if status == z3.unsat:
                return "never", None
            if status != z3.sat:
                return "time", None
            model = run.solver.model()
            if not run.refine(model):
                return "case", model


class _Run:
    """One search: what z3 has been told so far."""

    def __init__(self, question: Question, straight: bool) -> None:
        self.question, self.straight = question, straight
        self.solver = z3.Solver()
        self.solver.add(*question.constraints, formula(question.happens))
        self.added: set[Slot] = set()
        self.given = [(g, u) for g, u in question.given if g is not True]
        self.depth = _depths(question.naming, [question.uses, *(u for _, u in self.given)])
        for slot in self.depth:
            self.solver.add(*question.naming.definitions[slot].always)

    def refine(self, model: Any) -> bool:
        """Tell more; False when the model breaks nothing that was left out."""
        every = self.question.naming.definitions
        broken = [s for s in self.depth if s not in self.added and _breaks(model, every[s])]
        if broken:
            nearest = min(self.depth[s] for s in broken)
            for slot in broken:
                if self.depth[slot] <= nearest:
                    self.added.add(slot)
                    self._tell(self.question.naming.definitions[slot])
            return True
        missed = [g for g in self.given if not z3.is_true(model.eval(formula(g[0]), model_completion=True))]
        for part in missed:
            self.solver.add(formula(part[0]))
            self.question.met.append(part)
        return bool(missed)

    def _tell(self, definition: Definition) -> None:
        self.question.told.append(definition)
        if self.straight and definition.bent:
            self.solver.add(z3.Not(formula(definition.value.known)), *definition.says[: -definition.bent])
        else:
            self.solver.add(*definition.says)


def _breaks(model: Any, definition: Definition) -> bool:
    return any(not z3.is_true(model.eval(s, model_completion=True)) for s in definition.says)


def _depths(naming: Naming, starts: list[frozenset[Slot]]) -> dict[Slot, int]:
    """How far each name is from the question, in steps of reading."""
    depth: dict[Slot, int] = {}
    layer = list(dict.fromkeys(s for start in starts for s in start))
    steps = 0
    while layer:
        for slot in layer:
            depth.setdefault(slot, steps)
        layer = list(dict.fromkeys(u for s in layer for u in naming.definitions[s].uses if u not in depth))
        steps += 1
    return depth
