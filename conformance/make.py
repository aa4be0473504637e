"""Writes conformance/cases.jsonl anew: ``python conformance/make.py``. The same rules give the same file; the diff is read.

The cases: the worked examples beside the articles, the golden cases of the independent reading (tests/oracle), for each choice of
each reading a case in which it decides something, every kind of refusal, and random cases. What is expected is what the engine says,
after the independent reading has said the same wherever it reads the options.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(ROOT)]

import legalaid_dsl as la  # noqa: E402
from conformance.engine import result_of, rules_with  # noqa: E402
from conformance.run import CASES, Case  # noqa: E402
from conformance.unreadable import TEXTS  # noqa: E402
from legalaid_dsl.cases.case_file import read_cases  # noqa: E402
from tests.oracle import generate, golden, oracle  # noqa: E402
from tests.oracle.comparing import differences  # noqa: E402

TABLES = ROOT / "rulesets" / "circular_02_2021" / "tables" / "illustrative"
TRIED = 120  # random cases in which a choice of a reading is looked for
RANDOM = 90
LONGEST = 8  # lines of a random case: a suite is read by people too


def main() -> None:
    rules = rules_with(())
    tables = oracle.load_tables(str(TABLES))
    cases = [finished(case, tables) for case in (*told(), *readings(rules), *unreadable(), *refused(), *acts(), *some())]
    cases += news({told for case in cases for told in case["about"]}, (finished(case, tables) for case in worked(rules)))
    CASES.write_text("".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) + "\n" for c in cases), "utf-8")
    print(f"{len(cases)} cases, {sum(c['independent'] for c in cases)} of them confirmed by the independent reading")


def news(known: set[str], cases: Iterator[Case]) -> Iterator[Case]:
    """Those that are about something of which no case before them is."""
    for case in cases:
        if not known.issuperset(case["about"]):
            known |= set(case["about"])
            yield case


# ------------------------------------------------------------------ where cases come from


def made(key: str, facts: Any, figures: str | None = None, readings: dict[str, str] | None = None, **more: Any) -> Case:
    options = {**({"figures": figures} if figures else {}), **({"readings": readings} if readings else {}), **more}
    return {"id": key, "facts": facts, "options": options}


def worked(rules: la.Rules) -> Iterator[Case]:
    """The worked examples of the shipped ruleset."""
    for example in read_cases(rules.rulebook, sorted(Path(rules.rulebook.folder).glob("*.case"))):
        if example.figures in (None, "illustrative"):
            yield made(f"worked-{example.key}", example.facts, example.figures, dict(example.readings))


def told() -> Iterator[Case]:
    """The golden cases of the independent reading."""
    for text in golden.FILE.read_text("utf-8").splitlines():
        case = json.loads(text)
        yield made(f"golden-{case['id']}", case["facts"], case["figures"], case["readings"])


def readings(rules: la.Rules) -> Iterator[Case]:
    """For each choice of each reading a case that it decides otherwise than another choice does."""
    every = [short(random.Random(f"reading {n}"), 0.0) for n in range(TRIED)]
    for key, reading in rules.rulebook.readings.items():
        left = dict.fromkeys(reading.choices)
        for n, facts in enumerate(every):
            if not left:
                break
            said = {c: json.dumps(rules.evaluate(facts, figures="illustrative", readings={key: c})._texts()) for c in reading.choices}
            for choice in [c for c in left if any(said[c] != said[other] for other in said)]:
                del left[choice]
                yield made(f"reading-{key}-{choice}", {**facts, "case_id": f"R{n}"}, "illustrative", {key: choice})
        for choice in left:  # of no such case: then at least one under it
            yield made(f"reading-{key}-{choice}", every[0], "illustrative", {key: choice})


def unreadable() -> Iterator[Case]:
    """Every kind of refusal of facts, as text: some only text can have."""
    for code, texts in TEXTS.items():
        for n, text in enumerate(texts, 1):
            yield {"id": f"refused-{code}-{n}", "text": text, "options": {}}


def refused() -> Iterator[Case]:
    """Facts that the rules themselves refuse, one for each reason of which no golden case is."""
    civil = {"form": "civil_proceedings", "entries": []}
    yield made("refused-stages-again", {**civil, "providers": [], "stages": ["appeal"], "stages_again": ["investigation"]})
    yield made("refused-stages-of-part", {**civil, "stages": ["appeal"], "providers": [{"id": "P1", "stages": ["investigation"]}]})


def acts() -> Iterator[Case]:
    """A draft amendment of the ruleset, under which the day of a case chooses the text."""
    for act in ("third_step",):  # loading one takes as long as deciding a hundred cases
        rng, changed, plain = random.Random(act), 0, 0
        for _ in range(TRIED):
            facts = short(rng, 0.0)
            said = [rules_with(acts).evaluate(facts, figures="illustrative", trace=False)._texts() for acts in ((act,), ())]
            if (changed < 4) if said[0] != said[1] else (plain < 2):  # most that the act decides otherwise, and some that it does not
                changed, plain = changed + (said[0] != said[1]), plain + (said[0] == said[1])
                yield made(f"act-{act}-{changed + plain}", facts, "illustrative", amendments=[act])


def some() -> Iterator[Case]:
    for n in range(RANDOM):
        rng = random.Random(f"conformance {n}")
        yield made(f"random-{n + 1:03}", short(rng, rng.choice([0.0, 0.05, 0.2])), rng.choice([None, "illustrative"]))


def short(rng: random.Random, missing: float) -> dict[str, Any]:
    while True:
        found: dict[str, Any] = generate.random_case(rng, missing=missing)
        if len(found.get("entries") or ()) <= LONGEST:
            return found


# ------------------------------------------------------------------ what is expected


def finished(case: Case, tables: Any) -> Case:
    """A case with what is expected of it, which provisions and readings it is about, and whether the independent reading agrees."""
    result = result_of(case)
    expected = expectation(result)
    options = case["options"]
    independent = "facts" in case and not options.get("amendments") and all(
        choice in oracle.READINGS.get(key, ()) for key, choice in options.get("readings", {}).items()
    )  # fmt: skip
    if independent:
        theirs = oracle.evaluate(case["facts"], tables if options.get("figures") else None, options.get("readings"), with_bounds=False)
        said = differences(result, theirs, case["facts"])
        if case["id"].startswith("worked-") and theirs["status"] == "refused" != result["status"]:
            independent = False  # facts that came after the independent reading was written
        elif said:
            independent = False
            print(f"{case['id']}: the independent reading says otherwise: {said[:3]}", file=sys.stderr)
    return {**case, "about": about(case, result), "independent": independent, "expected": expected}


def expectation(result: dict[str, Any]) -> dict[str, Any]:
    """What every program should say: status, results, clauses, citations, what is wanted."""
    apart = ("case_id", "status", "ruleset", "law_at", "bounds", "needs", "openings", "findings", "figures", "reliability", "readings", "trace", "decided")
    results = {k: v for k, v in result.items() if k not in apart}
    things = [k for k, v in results.items() if isinstance(v, list) and v]
    cites = {t: {i["id"]: i["cites"] for i in results[t]} for t in things}
    decided = {t: {i["id"]: i["decided"] for i in results[t] if "decided" in i} for t in things}
    plain = {k: [{x: y for x, y in i.items() if x not in ("cites", "decided")} for i in v] if isinstance(v, list) else v for k, v in results.items()}
    return {
        "status": result["status"], "results": plain, "cites": cites,
        "decided": {**({"case": result["decided"]} if "decided" in result else {}), **decided},
        "needs": sorted([n["what"], n["path"]] for n in result["needs"]),
        "openings": sorted({c for o in result["openings"] for c in o["cites"]}),
        "refused": sorted({f["code"] for f in result["findings"]}) if result["status"] == "refused" else [],
    }  # fmt: skip


def about(case: Case, result: dict[str, Any]) -> list[str]:
    """The provisions that speak in a case, the readings that it chooses, and why it is refused."""
    found = {f"{key}={choice}" for key, choice in case["options"].get("readings", {}).items()}
    if result["status"] == "refused":
        found |= {f"refused: {f['code']}" for f in result["findings"]}
    return sorted(found | spoken(case))


def spoken(case: Case) -> set[str]:
    """Every provision whose rule holds, limits, or is found to hold; also of readings and findings."""
    options = case["options"]
    rules = rules_with(tuple(options.get("amendments", ())))
    given = case["text"] if "text" in case else case["facts"]
    found = rules.evaluate(given, figures=options.get("figures"), readings=options.get("readings"), bounds=False, by="interpreter")
    cites: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            said = node.get("cites", ())  # several provisions, or the one of a rule
            cites.update([said] if isinstance(said, str) else said)
            for key, value in node.items():
                if key != "readings":
                    walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(found.to_dict())
    return cites


if __name__ == "__main__":
    main()
