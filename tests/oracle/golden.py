"""Golden cases, decided by the oracle: every row of section 0 of the contract, where it bites and where it does not.

`python -m tests.oracle.golden` writes golden.jsonl anew; the diff is read as prose.
"""

import copy
import json
from pathlib import Path

from tests.oracle import oracle as O
from tests.oracle.golden_parts import *

FILE = Path(__file__).with_name("golden.jsonl")
TABLES = Path(__file__).resolve().parents[2] / "rulesets" / "circular_02_2021" / "tables" / "illustrative"
PROVISION = {
    "0.1": "art_9/cl_3, art_4/cl_2, art_5/cl_2, art_6/cl_2", "0.2": "art_10/cl_1, art_10/cl_4", "0.3": "art_8/cl_3", "0.4": "art_10/cl_2",
    "0.5": "art_10/cl_1", "0.6": "art_9/cl_4", "0.7": "art_9/cl_2/pt_a", "0.8": "art_10/cl_2", "0.9": "art_5/cl_3, art_6/cl_3",
    "0.10": "art_4/cl_3/pt_b, art_8/cl_4/pt_b", "0.11": "art_9/cl_2/pt_a, art_8/cl_3, art_9/cl_1", "0.12": "art_8/cl_1, art_9/cl_1",
    "0.13": "decree art_13/cl_1", "0.14": "art_9/cl_5", "0.15": "art_8/cl_3, art_10/cl_4", "0.16": "art_10/cl_1", "0.18": "no provision: labels",
    "cites": "citations of art_9/cl_5, art_10, decree art_13"}


def rows():
    """-> (row, whether it bites, what is tried, facts, readings, cites that must be there, cites that must not)"""
    for row in plain(): yield (*row, [], [])
    yield from cited()


def plain():
    """-> (row, whether it bites, what is tried, facts, readings)"""
    yield from no_stage()
    yield from parts()
    yield from excess()
    yield from aided()
    yield from worked()
    yield from uncertified()
    yield from later_documents()
    yield from charged()
    yield from certifiers()
    yield from scenes()
    yield from contradictions()
    yield from left_open()
    yield from bounded()
    yield from printed()
    yield from undated()
    yield from labelled()


def golden():
    tables, count, out = O.load_tables(str(TABLES)), {}, []
    for row, bites, title, facts, readings, cites, never in rows():
        count[row] = count.get(row, 0) + 1
        key = f"{row}-{count[row]:02}"
        facts = {"case_id": key, **copy.deepcopy(facts)}
        out.append({"id": key, "row": row, "bites": bites, "provision": PROVISION[row], "title": title, "figures": "illustrative",
                    "readings": readings, "facts": facts, "expected": summary(O.evaluate(facts, tables, readings)) | ({"cites": cites, "never": never} if cites else {})})
    return out


def text(x): return None if x is None else x if isinstance(x, bool) else str(x)


def summary(result):
    """what a golden case holds of a result of the oracle: numbers as exact fractions"""
    keys = ("sessions", "base_salaries", "amount")
    out = {"status": result["status"], "needs": result["needs"], "openings": sorted({c for o in result["openings"] for c in o["cites"]}),
           "findings": result["findings"]}
    if result["status"] == "refused": return out
    out |= {k: text(result[k]) for k in keys}
    out["bounds"] = {k: [str(a), str(b)] for k, (a, b) in result["bounds"].items() if b < O.INF}
    out["exact"] = result.get("exact", False)
    out["providers"] = [{k: text(p.get(k)) for k in ("id", *keys, "level_sessions", "level_base_salaries")} for p in result["providers"]]
    out["entries"] = [{k: text(e[k]) for k in ("id", "sessions", "counted", "payable_sessions")} for e in result["entries"]]
    return out


if __name__ == "__main__":
    FILE.write_text("".join(json.dumps(g, ensure_ascii=False) + "\n" for g in golden()), encoding="utf-8")
