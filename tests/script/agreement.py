"""Whether the exported module says what the engine says: status, numbers, clauses, and the paths of what is wanted."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

import legalaid_dsl as la
from legalaid_dsl.basics.quantity import decimal_text
from legalaid_dsl.cases.results.values import value_text
from legalaid_dsl.cases.strategy import Ready, Telling, tell
from legalaid_dsl.engine.interpreter.trace import Decision
from legalaid_dsl.engine.values import Unknown
from legalaid_dsl.making.domain import domain_of
from legalaid_dsl.making.random_cases import Generator
from legalaid_dsl.rulebook.model import ROOT
from legalaid_dsl.study.portfolio.fallback import deciding
from tests.oracle import generate

NODE = shutil.which("node")
RUNNER = Path(__file__).resolve().parents[2] / "conformance" / "javascript.mjs"
NO_NODE = "Node.js is not on this machine"


@attrs.frozen
class Asked:
    """A case and its options; ``text`` instead of facts where the text itself is in question."""

    facts: Any
    readings: dict[str, str] = attrs.Factory(dict)
    figures: str | None = None
    text: str | None = None

    def line(self) -> str:
        options = {"readings": self.readings, **({"figures": self.figures} if self.figures else {})}
        given = {"facts": self.facts} if self.text is None else {"text": self.text}
        return json.dumps({**given, "options": options}, ensure_ascii=False)


def decided(module: Path, asked: Iterable[Asked]) -> list[dict[str, Any]]:
    """The results of the module, in order."""
    assert NODE is not None
    lines = "".join(f"{a.line()}\n" for a in asked)
    done = subprocess.run([NODE, str(RUNNER), str(module)], input=lines, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def some_cases(rules: la.Rules, seed: int, count: int, alike: int = 5) -> Iterator[Asked]:
    """Random cases: most by the generator of the oracle, some from the rulebook alone; facts left out, and readings drawn,
    the same for ``alike`` cases: the rules of each choice are prepared once, and that costs what several cases cost."""
    rng = random.Random(seed)
    maker = Generator.of(domain_of(rules.rulebook), seed)
    readings: dict[str, str] = {}
    for i in range(count):
        if i % alike == 0:
            share = rng.choice([0.0, 0.1, 1.0])
            known = rules.rulebook.readings.items()
            readings = {key: rng.choice(list(r.choices)) for key, r in known if rng.random() < share}
        draw = rng.random()
        text = None
        if draw < 0.05:
            facts: Any = generate.malformed_case(rng)[0]
            text = json.dumps(facts)  # as an object JavaScript cannot tell 4.0 from 4
        elif draw < 0.85:
            facts = generate.random_case(rng, missing=rng.choice([0.0, 0.0, 0.02, 0.1, 0.3]))
        else:
            facts = maker.changed(maker.random_case())
        yield Asked(facts, readings, rng.choice([None, "illustrative"]), text)


def differences(
    rules: la.Rules, terms: frozenset[str], asked: Sequence[Asked], results: Sequence[dict[str, Any]], each: int = 1
) -> tuple[list[str], Counter[str]]:  # fmt: skip
    """(what differs, how many cases of each status). ``terms``: those that results rest on, whose clauses the module gives.

    ``each``: of so many cases the interpreter decides one, and all that rows leave; the others rows, which know no needs."""
    said: list[str] = []
    count: Counter[str] = Counter()
    ready: dict[Any, Ready] = {}
    for place, (one, mine) in enumerate(zip(asked, results, strict=True)):
        count[mine["status"]] += 1
        if mine["status"] == "careful":
            continue
        key = (one.figures, tuple(sorted(one.readings.items())))
        if key not in ready:
            if len(ready) > 1:
                ready = {}
            ready[key] = Ready(rules.prepared(one.readings), rules.figures(one.figures))
        given = one.facts if one.text is None else one.text
        if place % each and ready[key].compile() is not None and (outcome := ready[key].outcome(given)) is not None:
            said += [f"{text}\n  {one.line()}" for text in _rows_differ(mine, outcome)]
            continue
        told = tell(ready[key].prepared, ready[key].figures, given, Telling(trace=False, bounds=False))
        said += [f"{text}\n  {one.line()}" for text in _differences(mine, told.found, told.determination, terms)]
    return said, count


def _differences(mine: dict[str, Any], theirs: dict[str, Any], found: Any, terms: frozenset[str]) -> Iterator[str]:
    if mine["status"] != theirs["status"]:
        yield f"status {mine['status']}, not {theirs['status']}"
        return
    numbers = {k: v for k, v in theirs.items() if k not in _NOT_GIVEN}
    for key, value in numbers.items():
        if _plain(mine.get(key)) != _plain(value):
            yield f"{key}: {_plain(mine.get(key))}, not {_plain(value)}"
    needs = [sorted((n["what"], n["key"], n["path"]) for n in x["needs"]) for x in (mine, theirs)]
    loose = any(o["code"] == "ceiling_below_floor" for o in theirs["openings"])  # docs/lowered.md: more may be wanted then
    if needs[0] != needs[1] and not (loose and set(needs[1]) <= set(needs[0])):
        yield f"needs {needs[0]}, not {needs[1]}"
    if mine["status"] == "refused":
        codes = [{f["code"] for f in x["findings"]} for x in (mine, theirs)]
        if not codes[0] <= codes[1]:
            yield f"refused by {codes[0]}, not {codes[1]}"
        return
    decisions: list[Decision] = found.decisions
    known = {(d.term, d.item.id): d for d in decisions if d.term in terms and not isinstance(d.value, Unknown)}
    theirs_cut = sorted((c.citation.path, k, i, c.at_most, decimal_text(c.took)) for (k, i), d in known.items() for c in d.cuts if c.took)
    cut = sorted(
        (c["cites"], c["term"], c["id"] or "", c["kind"] == "at_most", c["took"]) for c in mine["ceilings"] if (c["term"], c["id"] or "") in known
    )  # fmt: skip
    if cut != theirs_cut:
        yield f"ceilings {cut}, not {theirs_cut}"
    for decision in decisions:
        clause = deciding(decision)
        if decision.term in terms and not isinstance(decision.value, Unknown):
            thing, place = decision.item.thing, decision.item.position
            named = (mine if thing == ROOT else mine[thing][place] if thing in mine else {"decided": {decision.term: clause}})["decided"]
            if named.get(decision.term) != clause:
                yield f"{decision.term} of {decision.item.path}: by {named.get(decision.term)}, not {clause}"


def _rows_differ(mine: dict[str, Any], outcome: Any) -> Iterator[str]:
    """Whether the module says what rows say."""
    if outcome.row.status != mine["status"]:
        yield f"status {mine['status']}, not {outcome.row.status}"
        return
    numbers = {k: value_text(v) for k, v in outcome.case_values().items()}
    shown = {k: mine[k] for k in numbers}
    if numbers != shown:
        yield f"{shown}, not {numbers}"
    for thing in outcome.compiled.lowered.things() if mine["status"] != "refused" else ():
        items = [{k: value_text(v) for k, v in item.items()} for item in outcome.items(thing)]
        given = [{k: v for k, v in i.items() if k != "decided" and not k.endswith("_exact")} for i in mine.get(thing, [])]
        if thing in mine and items != given:
            yield f"{thing}: {given}, not {items}"


_NOT_GIVEN = ("law_at", "bounds", "needs", "openings", "findings", "figures", "reliability", "readings", "trace")


def _plain(value: Any) -> Any:
    """Without the clauses, which stand elsewhere."""
    if isinstance(value, list):
        return [{k: v for k, v in i.items() if k not in ("cites", "decided")} for i in value]
    return value
