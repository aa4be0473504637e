"""What a withheld number could still be: every value of the one missing fact, and whatever an opening could give (0.13).

{} where more than one fact is missing, or the contract does not say what the opening could give: such bounds are not compared."""

import copy
import re
from datetime import timedelta
from itertools import combinations, product

from tests.oracle import oracle as O
from tests.oracle.law import *

STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")
LINE = re.compile(r"entries\[\d+\]\.\w+")


def bounds(case, tables, readings, r, res, depth):
    """-> ({name: (low, high)}, whether both ends are reached by some value)"""
    found = []
    if len(res["needs"]) > 1 or depth > 2: return {}, False
    if res["needs"]:
        path, exact = res["needs"][0], True
        values = every_value(r.m, path)
        if values is None: return {}, False
        for v in values:
            sub = O.evaluate(put(case, path, v), tables, readings, depth=depth + 1)
            if sub["status"] == "refused": continue                                    # contributes nothing
            if any(sub[k] is None and k not in sub["bounds"] for k in res["withheld"]):
                if not lacks_figure(sub): exact = False
                continue
            found.append({k: (sub[k], sub[k]) if sub[k] is not None else sub["bounds"][k] for k in res["withheld"]})
        several = path.endswith(".hours") and any(f[k][0] != f[k][1] for f in found for k in f)    # A10
        exact = exact and bool(LINE.fullmatch(path)) and not several
    else:
        for fixed in resolutions(r, res):
            sub = O.run(r.m, tables, readings, fixed)[1]
            found.append({k: (sub[k], sub[k]) for k in res["withheld"] if sub[k] is not None})
        exact = True
    if not found: return {}, False
    return {k: (min(f[k][0] for f in found), max(f[k][1] for f in found)) for k in res["withheld"]
            if all(k in f for f in found)}, exact


def lacks_figure(sub): return sub["needs"] and all("/" in n or n == "base_salary" for n in sub["needs"])


def resolutions(r, res):
    """what each opening could give (0.13)"""
    keys = [o["key"] for o in res["openings"]]
    several_parts = r.mode == "lump" and len(r.P) > 1 and any(map(O.states_a_part, r.P))
    if any(k[0] in ("mixed", "invalid") or (k[0] == "no_level" and r.mode == "10(4)")
           or (k[0] in ("no_level", "share") and several_parts) for k in keys): return
    if len(keys) > 6: return
    gives = {"uncertified": [F(0), F(1)], "share": range(len(r.P)), "no_level": [F(0), TOP], "no_ceiling": [F(0), INF]}
    for choice in product(*(gives[k[0]] for k in keys)): yield dict(zip(keys, choice))


def put(case, path, value):
    case = copy.deepcopy(case)
    *way, last = path.split(".")
    at = case
    for step in way:
        name, i = STEP.fullmatch(step).groups()
        at = at[name][int(i)]
    name, i = STEP.fullmatch(last).groups()
    if i is None: at[name] = value
    else: at[name][int(i)] = value
    return case


def every_value(m, path):
    """every value of a missing fact that can make a difference; None where they cannot be listed"""
    key, e = path.split(".")[-1], m["form"]
    if key.endswith("_on") or key == "date": return some_dates(m)
    stages = list(STAGES.get(m["form"], ()))
    whole = [[{"class": c}] * n for c in CLASSES for n in (1, 2)]
    lists = {"hours": ["0"] + [v for n in range(31) for v in (str(4 * n + 1), str(4 * n + 4))] + [int(INF)],
             "task": TASKS, "stage": stages + (["pre_charge"] if m["form"] == CRIM else []), "kind": KINDS, "method": METHODS,
             "certified_by": [[]] + [[x] for x in ROLES], "provider": [p["id"] for p in m["providers"] or []],
             "adjourned_at_provider_request": [True, False], "adjournment_notified": [True, False], "tasks_complete": [True, False],
             "complexity": COMPLEXITY, "class": CLASSES, "aided_person": AIDED, "deducted_sessions": ["0", "1000"],
             "stages": [list(c) for n in range(len(stages) + 1) for c in combinations(stages, n)], "offences": whole}
    if path.startswith("documents"): lists |= {"kind": DOC_KINDS, "offences": [[]] + whole}
    return lists.get(key)


def some_dates(m):
    """1900-2200: every boundary, the day before, the day after"""
    ds = {EFFECTIVE, *(d for d, _ in BASE), *(m[k] for k in ("suspended_on", "resumed_on", "assigned_on", "closed_on"))}
    ds |= {p[k] for p in m["providers"] or [] for k in ("assigned_on", "replaced_on", "method_chosen_on")}
    ds |= {e["date"] for e in m["entries"] or []} | {d["issued_on"] for d in m["documents"] or []}
    near = {(d + timedelta(days=k)).isoformat() for d in ds if d and 1900 <= d.year < 2200 for k in (-1, 0, 1)}
    return sorted(near | {"1900-01-01", "2200-12-31"})
