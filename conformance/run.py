"""Whether a program decides the cases of the conformance suite as they should be decided. Nothing but the standard library.

    python conformance/run.py -- python conformance/engine.py          # a command: cases on its input, results on its output
    python conformance/run.py -- node conformance/javascript.mjs rules.mjs
    python conformance/run.py --http http://127.0.0.1:8000/evaluate    # an address: each case posted, its result answered

Prints a table: of each aspect how many cases are right, wrong, and not given. Exit 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

CASES = Path(__file__).resolve().with_name("cases.jsonl")
ASPECTS = ("status", "numbers", "decided", "cites", "needs")
LEFT = ("careful", "wrong_option")  # a status that says: not by this program
Case = dict[str, Any]


def suite(path: Path = CASES) -> list[Case]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def asked(case: Case) -> str:
    """A case as it is handed over: without what is expected."""
    return json.dumps({k: case[k] for k in ("id", "facts", "text", "options") if k in case}, ensure_ascii=False)


def by_command(command: Sequence[str], cases: Sequence[Case]) -> list[Any]:
    text = "".join(f"{asked(c)}\n" for c in cases)
    done = subprocess.run(command, input=text.encode("utf-8"), stdout=subprocess.PIPE, check=True)
    lines = done.stdout.decode("utf-8").splitlines()
    if len(lines) != len(cases):
        raise SystemExit(f"{len(lines)} results of {len(cases)} cases")
    return [json.loads(line) for line in lines]


def by_address(address: str, cases: Iterable[Case]) -> Iterator[Any]:
    """Any answer that is JSON counts, whatever its status: a refusal may be an error of HTTP."""
    for case in cases:
        request = urllib.request.Request(address, asked(case).encode("utf-8"), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request) as answer:
                yield json.load(answer)
        except urllib.error.HTTPError as error:
            yield json.load(error)


# ------------------------------------------------------------------ what is right


def wrong(case: Case, result: Mapping[str, Any]) -> dict[str, str | None]:
    """By aspect: None where it is right, what is wrong where not; an aspect that the result does not give is left out."""
    expected = case["expected"]
    if result.get("status") in LEFT:
        return {}
    if result.get("status") != expected["status"]:
        return {"status": f"{result.get('status')}, not {expected['status']}"}
    found: dict[str, str | None] = {"status": None}
    found["numbers"] = _first(_numbers(result, expected["results"]))
    if "needs" in result:
        needs = sorted([n["what"], n["path"]] for n in result["needs"])
        found["needs"] = None if needs == expected["needs"] else f"needs {needs}, not {expected['needs']}"
    for aspect in ("decided", "cites"):
        pairs = list(_beside(aspect, result, expected))
        if any(mine is not None for _, mine, _ in pairs):
            found[aspect] = _first(f"{at} {aspect} {mine}, not {theirs}" for at, mine, theirs in pairs if not _holds(aspect, mine, theirs))
    return found


def _holds(aspect: str, mine: Any, theirs: Any) -> bool:
    """More clauses may be told than those of results; citations are all of them, in any order."""
    if aspect == "cites":
        return sorted(mine or ()) == sorted(theirs or ())
    return all((mine or {}).get(key) == clause for key, clause in (theirs or {}).items())


def _beside(aspect: str, result: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(where, what is told, what should be) of the case and of each item."""
    if aspect == "decided" and expected["status"] != "refused":
        yield "case", result.get(aspect), expected[aspect].get("case")
    for thing, items in expected["results"].items():
        if isinstance(items, list):
            for mine, item in zip(result.get(thing, ()), items):
                yield f"{thing} {item['id']}", mine.get(aspect), expected[aspect].get(thing, {}).get(item["id"])


def _numbers(result: Mapping[str, Any], expected: Mapping[str, Any], at: str = "") -> Iterator[str]:
    for key, theirs in expected.items():
        mine = result.get(key)
        if isinstance(theirs, list):
            if not isinstance(mine, list) or [i.get("id") for i in mine] != [i["id"] for i in theirs]:
                yield f"{key}: other items"
                continue
            for one, other in zip(mine, theirs):
                yield from _numbers(one, other, f"{key} {other['id']} ")
        elif key.endswith("_exact"):
            continue
        elif _exact(result, key) != _exact(expected, key):
            yield f"{at}{key} {_exact(result, key)}, not {_exact(expected, key)}"


def _exact(found: Mapping[str, Any], key: str) -> Any:
    """A number exactly; what is none as it is."""
    value = found.get(f"{key}_exact") or found.get(key)
    try:
        return Fraction(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _first(found: Iterable[str]) -> str | None:
    return next(iter(found), None)


# ------------------------------------------------------------------ the table


def told(cases: Sequence[Case], results: Iterable[Any], show: int = 10) -> tuple[str, bool]:
    """(the table and the first differences, whether nothing is wrong)."""
    count = {aspect: [0, 0, 0] for aspect in ASPECTS}
    said: list[str] = []
    left = 0
    for case, result in zip(cases, results, strict=True):
        found = wrong(case, result)
        left += not found
        for aspect in ASPECTS:
            place = 2 if aspect not in found else 0 if found[aspect] is None else 1
            count[aspect][place] += 1
        said += [f"{case['id']} ({', '.join(case['about'][:3])}): {text}" for text in found.values() if text]
    lines = ["| aspect | right | wrong | not given |", "|---|---|---|---|"]
    lines += [f"| {aspect} | {a} | {b} | {c} |" for aspect, (a, b, c) in count.items()]
    lines += ["", f"{len(cases)} cases, {left} left by the program.", *said[:show]]
    return "\n".join(lines), not said


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--http", metavar="ADDRESS", help="post each case to this address")
    options.add_argument("--cases", type=Path, default=CASES, help="other cases of the same format")
    options.add_argument("--show", type=int, default=10, help="how many differences are printed")
    options.add_argument("command", nargs="*", help="after --: the command that decides the cases")
    given = options.parse_args()
    if bool(given.http) == bool(given.command):
        options.error("either --http ADDRESS or -- COMMAND")
    cases = suite(given.cases)
    text, right = told(cases, by_address(given.http, cases) if given.http else by_command(given.command, cases), given.show)
    print(text)
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
