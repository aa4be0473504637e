"""Our own engine as a command of the conformance suite: a case a line on standard input, its result a line on standard output.

``python conformance/engine.py < cases > results``
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(ROOT)]

import legalaid_dsl as la  # noqa: E402
from legalaid_dsl.engine.interpreter.determine import Determination  # noqa: E402
from legalaid_dsl.engine.values import Unknown  # noqa: E402
from legalaid_dsl.rulebook.model import ROOT as CASE  # noqa: E402
from legalaid_dsl.study.portfolio.fallback import deciding  # noqa: E402


@cache
def rules_with(acts: tuple[str, ...]) -> la.Rules:
    return la.load(amendments=acts)


def result_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """The result of one case of the suite, with the clause that decided each result beside it."""
    options = case["options"]
    rules = rules_with(tuple(options.get("amendments", ())))
    given = case["text"] if "text" in case else case["facts"]
    found = rules.evaluate(given, figures=options.get("figures"), readings=options.get("readings"), trace=False, bounds=False, by="interpreter")
    result = found.to_dict()
    if found.determination is not None:
        _decided(found.determination, result)
    return result


def _decided(found: Determination, result: dict[str, Any]) -> None:
    """The clause that made each result, where its value is known."""
    shown = {t.key for t in found.rulebook.terms.values() if t.result is not None}
    for decision in found.decisions if found.status != "refused" else ():
        clause = None if decision.term not in shown or isinstance(decision.value, Unknown) else deciding(decision)
        thing = decision.item.thing
        if clause is not None:
            place = result if thing == CASE else result[thing][decision.item.position]
            place.setdefault("decided", {})[decision.term] = clause


def main() -> None:
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(result_of(json.loads(line)), ensure_ascii=False, separators=(",", ":")), flush=True)


if __name__ == "__main__":
    main()
