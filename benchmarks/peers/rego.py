"""W1 in Rego (w1.rego), by regopy (rego-cpp): a query of a policy built once. Ceilings are of sums: what each line is
paid is not said; no reasons. Whole quarters of an hour. OPA itself (in Go) is in no registry that this command uses.
The policy compares where others would call min: that of rego-cpp 1.5 gives 10 for [2, 10].
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from regopy import Input, Interpreter

from .shape import Answer, Facts, Makers, Peer


class Rego(Peer):
    name = "Rego (rego-cpp)"
    leaves_out = "payable by line; no reasons"

    def __init__(self) -> None:
        self.interpreter = Interpreter()
        self.interpreter.add_module("w1", Path(__file__).with_name("w1.rego").read_text())
        self.bundle = self.interpreter.build("x = data.w1.answer")

    def given(self, case: Facts) -> Any:
        return Input({"entries": [{**e, "quarters": int(Decimal(e["hours"]) * 4)} for e in case["entries"]]})

    def one(self, given: Any) -> Any:
        self.interpreter.set_input(given)
        return self.interpreter.query_bundle(self.bundle)

    def told(self, answer: Any) -> Answer:
        halves, dong = json.loads(str(answer.binding("x")))
        return halves, dong, None


def peers() -> Makers:
    return [Rego]
