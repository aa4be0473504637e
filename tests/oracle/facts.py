"""Reading the facts strictly: every fault is found, as a path."""

import re
from datetime import date
from fractions import Fraction as F

from tests.oracle.law import *

class Refuse:
    """Collects every fault, as a path."""
    def __init__(self): self.paths = []
    def __call__(self, path): self.paths.append(path)


NUM, DAY = re.compile(r"[0-9]+(\.[0-9]+)?"), re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def t_num(v, p, bad):
    if type(v) is int and v >= 0: return F(v)
    if type(v) is str and NUM.fullmatch(v): return F(v)
    bad(p)


def t_date(v, p, bad):
    if type(v) is str and DAY.fullmatch(v):
        try: return date.fromisoformat(v)
        except ValueError: pass
    bad(p)


def t_str(v, p, bad): return v if type(v) is str else bad(p)
def t_bool(v, p, bad): return v if type(v) is bool else bad(p)


def t_enum(words):
    return lambda v, p, bad: v if type(v) is str and v in words else bad(p)


def t_list(item):
    def check(v, p, bad):
        if type(v) is not list: return bad(p)
        return [item(x, f"{p}[{i}]", bad) for i, x in enumerate(v)]
    return check


def t_obj(fields):
    def check(v, p, bad):
        out = dict.fromkeys(fields)
        if type(v) is not dict:
            bad(p); return out
        for k, x in v.items():
            q = f"{p}.{k}" if p else k
            if k not in fields: bad(q)
            elif x is not None: out[k] = fields[k](x, q, bad)        # null = absent = unknown
        return out
    return check


def t_labels(v, p, bad):                                                               # 0.18: read by nothing
    if type(v) is not dict or len(v) > 50: return bad(p)
    for k, x in v.items():
        if type(x) is not str or len(x) > 200: bad(f"{p}.{k}")


ALL_STAGES = STAGES[CRIM]
T_OFFENCE = t_obj({"name": t_str, "class": t_enum(CLASSES),
                   "highest_penalty": t_obj({"kind": t_enum(PENALTIES), "years": t_num})})
T_CASE = t_obj({
    "case_id": t_str, "form": t_enum(FORMS), "assigned_on": t_date, "closed_on": t_date, "suspended_on": t_date,
    "resumed_on": t_date, "offences": t_list(T_OFFENCE),
    "documents": t_list(t_obj({"kind": t_enum(DOC_KINDS), "issued_on": t_date, "offences": t_list(T_OFFENCE)})),
    "complexity": t_enum(COMPLEXITY), "stages": t_list(t_enum(ALL_STAGES)), "tasks_complete": t_bool,
    "deducted_sessions": t_num,
    "aided_person": t_enum(AIDED), "labels": t_labels,
    "providers": t_list(t_obj({"id": t_str, "kind": t_enum(KINDS), "method": t_enum(METHODS),
                               "method_chosen_on": t_date, "assigned_on": t_date, "replaced_on": t_date,
                               "replaces": t_str, "stages": t_list(t_enum(ALL_STAGES)), "tasks_complete": t_bool,
                               "deducted_sessions": t_num, "labels": t_labels})),
    "entries": t_list(t_obj({"id": t_str, "provider": t_str, "date": t_date, "task": t_enum(TASKS),
                             "stage": t_enum(ALL_STAGES + ("pre_charge",)), "hours": t_num,
                             "certified_by": t_list(t_enum(ROLES)), "adjourned": t_bool,
                             "adjourned_at_provider_request": t_bool, "adjournment_notified": t_bool, "labels": t_labels}))})


def parse(case):
    """-> (model, list of faulty paths)"""
    bad = Refuse()
    m = T_CASE(case, "", bad)
    if bad.paths: return m, bad.paths
    form = m["form"]
    own = [("", m)] + [(f"providers[{k}].", p) for k, p in enumerate(m["providers"] or [])]
    for path, x in own:
        for i, s in enumerate(x["stages"] or []):
            if s in x["stages"][:i] or (form and s not in STAGES[form]): bad(f"{path}stages[{i}]")
    for kind in ("providers", "entries"):
        seen = set()
        for i, x in enumerate(m[kind] or []):
            if x["id"] is None or x["id"] in seen: bad(f"{kind}[{i}].id")
            seen.add(x["id"])
    ids = {p["id"]: p for p in m["providers"] or []}
    for i, p in enumerate(m["providers"] or []):
        if p["replaces"] is not None:
            others = [q for q in m["providers"][:i] if q["replaces"] == p["replaces"]]
            if p["replaces"] not in ids or others: bad(f"providers[{i}].replaces")     # one successor each [A7]
            q, steps = p, 0
            while q and q["replaces"] is not None and steps <= len(ids):               # no cycles [A7]
                q, steps = ids.get(q["replaces"]), steps + 1
            if steps > len(ids): bad(f"providers[{i}].replaces")
    for i, e in enumerate(m["entries"] or []):
        if e["provider"] is not None and m["providers"] is not None and e["provider"] not in ids:
            bad(f"entries[{i}].provider")
        if e["stage"] and form and e["stage"] not in STAGES[form] + (("pre_charge",) if form == CRIM else ()):
            bad(f"entries[{i}].stage")
    return m, bad.paths
