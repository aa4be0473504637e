"""Independent reference implementation of the public contract of case facts and results: legal-aid pay, Circular 02/2021.

evaluate(case, tables=None) -> dict.  Exact arithmetic (Fraction).  Default readings only.
Where the contract can be read in two ways see AMBIGUITIES.md ([A1], [A2] ... in the comments).
"""
import csv, os, re, math
from datetime import date, timedelta
from fractions import Fraction as F

# ------------------------------------------------------------------ the law
EFFECTIVE = date(2021, 7, 15)
FORMS = ("criminal_proceedings", "civil_proceedings", "administrative_proceedings", "extrajudicial_representation")
CRIM, CIVIL, ADMIN, EXTRA = FORMS
STAGES = {CRIM: ("investigation", "prosecution", "first_instance", "appeal"),
          CIVIL: ("first_instance", "appeal"), ADMIN: ("first_instance", "appeal"), EXTRA: ()}
CLASSES = ("less_serious", "serious", "very_serious", "extremely_serious")
PENALTIES = ("fine", "non_custodial", "prison", "life", "death")
DOC_KINDS = ("prosecution_decision", "investigation_conclusion", "indictment", "closing_submission", "judgment")
COMPLEXITY = ("ordinary", "complex")
KINDS = ("lawyer", "state_legal_aid_officer")
METHODS = ("actual_sessions", "lump_sum")
ACT, LUMP = METHODS
ROLES = ("proceedings_officer proceedings_agency judge court_clerk mediation_clerk dialogue_clerk investigator procurator "
         "accused custody_officer person_met place_of_evidence place_of_property testifying_person case_handler "
         "related_agency competent_authority centre branch contracted_organisation").split()
IS_OFFICER = {"judge", "court_clerk", "investigator", "procurator"}

_PO, _ORG = ["proceedings_officer", "proceedings_agency"], ["centre", "branch", "contracted_organisation"]
CERT = {CRIM: {
    "interrogation_or_testimony": _PO,
    "confrontation_or_examination": _PO + ["person_met"],
    "working_with_proceedings_body": _PO + ["person_met"],
    "evidence_work": ["place_of_evidence"],
    "meeting_in_custody": ["accused", "proceedings_agency", "custody_officer"],
    "meeting_at_liberty": ["person_met"],
    "file_study": ["proceedings_officer"] + _ORG,
    "preparing_arguments": _ORG, "appeal_work": _ORG, "other_reasonable_work": _ORG,
    "court_hearing": ["judge", "court_clerk"]}}
CERT[CIVIL] = {
    "dispute_groundwork": ["person_met"] + _ORG, "trial_preparation_meeting": ["person_met"] + _ORG,
    "evidence_disclosure_session": ["case_handler"], "evidence_work": ["place_of_evidence"],
    "taking_testimony": ["testifying_person"] + _PO,
    "appraisal_or_other_procedural_work": ["place_of_property"] + _PO,
    "mediation": ["judge", "court_clerk", "mediation_clerk"],
    "working_with_proceedings_body": _PO,
    "meeting_participants": ["person_met"],
    "file_study": ["case_handler"] + _ORG,
    "preparing_arguments": _ORG,
    "court_hearing": ["judge", "court_clerk", "mediation_clerk"],
    "appeal_work": _ORG, "other_reasonable_work": _ORG}
CERT[ADMIN] = {t: r for t, r in CERT[CIVIL].items() if t != "mediation"}
CERT[ADMIN]["dialogue_session"] = ["judge", "dialogue_clerk"]
_7A = ["person_met", "related_agency", "competent_authority"]
CERT[EXTRA] = {"meeting_client_or_witness": _7A, "file_study": _ORG, "evidence_work": _ORG,
               "working_with_agencies": _7A, "representation_before_authority": _7A}
CERT_PRE = {"evidence_work": ["place_of_evidence"],                                      # 8(4)(a-d)
            "interrogation_or_testimony": ["investigator", "procurator"],
            "confrontation_or_examination": ["investigator", "procurator"],
            "meeting_in_custody": ["accused", "custody_officer", "proceedings_agency"],
            "meeting_at_liberty": ["person_met"]}
TASKS = sorted({t for c in CERT.values() for t in c})
STAGE_SENSITIVE = {"interrogation_or_testimony", "confrontation_or_examination"}         # certifier differs
CAPPED = {CRIM: {"meeting_at_liberty", "file_study", "preparing_arguments", "other_reasonable_work"}, EXTRA: set()}
CAPPED[CIVIL] = CAPPED[ADMIN] = {"meeting_participants", "file_study", "preparing_arguments", "other_reasonable_work"}
APPENDIX = {CRIM: "appendix_01", CIVIL: "appendix_02", ADMIN: "appendix_03"}
BASE = [(date(2017, 7, 1), 1300000), (date(2018, 7, 1), 1390000), (date(2019, 7, 1), 1490000),
        (date(2023, 7, 1), 1800000), (date(2024, 7, 1), 2340000), (date(2026, 7, 1), 2530000)]
CEIL = {CRIM: F(30), CIVIL: F(30), ADMIN: F(30), EXTRA: F(20)}
RATE = {CRIM: F("0.38"), CIVIL: F("0.38"), ADMIN: F("0.38"), EXTRA: F("0.31")}
FLOOR, TOP = F(3), F(10)
MIN_DEDUCTION = dict(zip(CLASSES, (F(1, 2), F(1), F(3, 2), F(2))))
INF = F(10) ** 30            # stands for "as many hours as you like" when bounds are enumerated


def pct(form, kind):
    return F(1) if kind == "lawyer" else F("0.2") if form == EXTRA else F("0.4")


def load_tables(folder):
    out = {}
    for n in ("appendix_01", "appendix_02", "appendix_03"):
        p = os.path.join(folder, n + ".csv")
        if os.path.exists(p):
            with open(p, encoding="utf-8", newline="") as f:
                out[n] = list(csv.DictReader(f))
    return out


# ------------------------------------------------------------------ strict input
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


ALL_STAGES = STAGES[CRIM]
T_OFFENCE = t_obj({"name": t_str, "class": t_enum(CLASSES),
                   "highest_penalty": t_obj({"kind": t_enum(PENALTIES), "years": t_num})})
T_CASE = t_obj({
    "case_id": t_str, "form": t_enum(FORMS), "assigned_on": t_date, "closed_on": t_date, "suspended_on": t_date,
    "resumed_on": t_date, "offences": t_list(T_OFFENCE),
    "documents": t_list(t_obj({"kind": t_enum(DOC_KINDS), "issued_on": t_date, "offences": t_list(T_OFFENCE)})),
    "complexity": t_enum(COMPLEXITY), "stages": t_list(t_enum(ALL_STAGES)), "tasks_complete": t_bool,
    "deducted_sessions": t_num,
    "providers": t_list(t_obj({"id": t_str, "kind": t_enum(KINDS), "method": t_enum(METHODS),
                               "method_chosen_on": t_date, "assigned_on": t_date, "replaced_on": t_date,
                               "replaces": t_str})),
    "entries": t_list(t_obj({"id": t_str, "provider": t_str, "date": t_date, "task": t_enum(TASKS),
                             "stage": t_enum(ALL_STAGES + ("pre_charge",)), "hours": t_num,
                             "certified_by": t_list(t_enum(ROLES)), "adjourned": t_bool,
                             "adjourned_at_provider_request": t_bool, "adjournment_notified": t_bool}))})


def parse(case):
    """-> (model, list of faulty paths)"""
    bad = Refuse()
    m = T_CASE(case, "", bad)
    if bad.paths: return m, bad.paths
    form = m["form"]
    for i, s in enumerate(m["stages"] or []):
        if s in m["stages"][:i] or (form and s not in STAGES[form]): bad(f"stages[{i}]")
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


# ------------------------------------------------------------------ small rules
def sessions_of(hours):                                                                # Art. 3(2)
    if hours is None: return None
    if hours >= INF: return INF
    whole, rest = divmod(hours, 4)
    return whole + (0 if rest == 0 else F(1, 2) if rest < 3 else 1)


def offence_class(o):
    if o["class"]: return o["class"]
    h = o["highest_penalty"]
    if not h or h["kind"] is None: return None
    if h["kind"] in ("fine", "non_custodial"): return "less_serious"
    if h["kind"] in ("life", "death"): return "extremely_serious"
    y = h["years"]
    if y is None: return None
    return CLASSES[0 if y <= 3 else 1 if y <= 7 else 2 if y <= 15 else 3]


def highest_class(m):
    """-> (class or None, missing paths).  Offences and documents together; [A5] on absent `offences`."""
    found, missing = [], []
    groups = [("offences", m["offences"] or [])]
    for i, d in enumerate(m["documents"] or []):
        if d["offences"] is None: missing.append(f"documents[{i}].offences")
        groups.append((f"documents[{i}].offences", d["offences"] or []))
    for path, offs in groups:
        for i, o in enumerate(offs):
            c = offence_class(o)
            if c: found.append(c)
            else: missing.append(f"{path}[{i}].class")
    if "extremely_serious" in found: return "extremely_serious", []
    if missing: return None, missing
    if not found: return None, ["offences"]
    return max(found, key=CLASSES.index), []


def two_offences(m):
    """-> (True/False/None, missing).  Number of `offences`, else the greatest number in one document."""
    if m["offences"]: return len(m["offences"]) >= 2, []
    docs = m["documents"] or []
    if any(d["offences"] and len(d["offences"]) >= 2 for d in docs): return True, []
    missing = [f"documents[{i}].offences" for i, d in enumerate(docs) if d["offences"] is None]
    if missing: return None, missing
    if m["offences"] is None and not docs: return None, ["offences"]
    return False, []


class Figures:
    def __init__(self, tables):
        self.cell, self.stage = {}, set()
        for app, rows in (tables or {}).items():
            for r in rows:
                a = r.get("offence_class") or r.get("complexity")
                self.cell[app, a, r["stage"], r["task"]] = F(str(r["sessions"]))
                self.stage.add((app, a, r["stage"]))

    def task(self, app, bracket, stages, task):
        """-> (sum over stages, missing keys); a missing row in a supplied stage is 0"""
        gone = [f"{app}/{bracket}/{s}/{task}" for s in stages if (app, bracket, s) not in self.stage]
        return (None, gone) if gone else (sum((self.cell.get((app, bracket, s, task), F(0)) for s in stages), F(0)), [])

    def level(self, app, bracket, stages):
        gone = [f"{app}/{bracket}/{s}" for s in stages if (app, bracket, s) not in self.stage]
        if not gone:
            return sum((v for k, v in self.cell.items() if k[:2] == (app, bracket) and k[2] in stages), F(0)), []
        if app == "appendix_01" and bracket == "very_serious" and set(stages) == {"investigation", "prosecution", "first_instance"}:
            return F(23), []                                                           # the one known figure
        return None, gone


def and3(values):
    values = list(values)
    return False if False in values else None if None in values else True


def half_up(x): return math.floor(x + F(1, 2))


def largest_remainder(exact):
    total = half_up(sum(exact, F(0)))
    out = [math.floor(x) for x in exact]
    order = sorted(range(len(exact)), key=lambda i: (-(exact[i] - out[i]), i))
    for i in order[:total - sum(out)]: out[i] += 1
    return total, out


# ------------------------------------------------------------------ lines
def line_state(m, i, e):
    """-> (sessions, counted, missing paths that keep `counted` open)"""
    form, task, d, here = m["form"], e["task"], e["date"], f"entries[{i}]"
    conds = []                                       # (True/False/None, missing)

    def add(value, *missing): conds.append((value, missing if value is None else ()))
    dm = () if d else (here + ".date",)
    tm = (() if task else (here + ".task",)) + (() if form else ("form",))
    add(d >= EFFECTIVE if d else None, *dm)                                            # Art. 11
    listed = task in CERT[form] if task and form else None
    add(listed, *tm)
    roles = e["certified_by"]
    if roles == []: add(False)
    elif roles is None: add(None, here + ".certified_by")
    elif listed is None: add(None, *tm)                                                # strict [A1]
    elif listed:
        if form == CRIM and task in STAGE_SENSITIVE and e["stage"] is None: add(None, here + ".stage")   # [A1]
        else:
            allowed = set(CERT[form][task])
            if form == CRIM and e["stage"] == "pre_charge": allowed = set(CERT_PRE.get(task, allowed))
            signed = set(roles) | ({"proceedings_officer"} if IS_OFFICER & set(roles) else set())
            add(bool(signed & allowed))
    if m["suspended_on"]:
        add(None if d is None else not (d > m["suspended_on"] and (m["resumed_on"] is None or d < m["resumed_on"])), *dm)
    if m["providers"] is None: add(None, "providers")
    elif e["provider"] is None: add(None, here + ".provider")
    else:
        k, p = next((k, p) for k, p in enumerate(m["providers"]) if p["id"] == e["provider"])
        replaced = any(q["replaces"] == p["id"] for q in m["providers"])
        if p["replaced_on"]: add(d <= p["replaced_on"] if d else None, *dm)
        elif replaced: add(None, f"providers[{k}].replaced_on")
        since = p["assigned_on"] or (None if p["replaces"] is not None else m["assigned_on"])   # [A6]
        if since: add(d >= since if d else None, *dm)
        else: add(None, f"providers[{k}].assigned_on" if p["replaces"] is not None else "assigned_on")
    if e["adjourned"] and task in (None, "court_hearing"):
        flags = {k: e[k] for k in ("adjourned_at_provider_request", "adjournment_notified")}
        if task is None: add(None, here + ".task")
        elif True in flags.values(): add(False)
        else: add(None if None in flags.values() else True, *[f"{here}.{k}" for k in flags if flags[k] is None])
    counted = and3(v for v, _ in conds)
    missing = {x for v, ms in conds for x in ms} if counted is None else set()
    return sessions_of(e["hours"]), counted, missing


# ------------------------------------------------------------------ the computation
class Run:
    def __init__(self, m, tables):
        self.m, self.fig = m, Figures(tables)
        self.form, self.P = m["form"], m["providers"]
        self.E = m["entries"] or []
        self.needs, self.findings, self.notes = set(), set(), set()
        self.lines = [line_state(m, i, e) for i, e in enumerate(self.E)]
        self.payable = [None] * len(self.E)
        self.level = self.level_base = None

    # -- lump-sum level (Art. 9, 10)
    def bracket(self):
        if self.form == CRIM: return highest_class(self.m)
        return self.m["complexity"], ([] if self.m["complexity"] else ["complexity"])

    def compute_level(self):
        m, miss = self.m, []
        if self.form is None:
            self.needs.add("form"); return
        b, bm = self.bracket()
        raw = None
        if m["stages"] == []: raw = F(0)                                               # [A12]
        else:
            miss += bm
            if m["stages"] is None: miss.append("stages")
            elif b:
                raw, gone = self.fig.level(APPENDIX[self.form], b, m["stages"])
                miss += gone
        more = len(self.P) - sum(p["replaces"] is not None for p in self.P) >= 2       # a chain counts as one
        if not more and self.form == CRIM:                                             # [A11]
            more, om = two_offences(m)
            miss += om
        ded = F(0)
        if m["tasks_complete"] is None: miss.append("tasks_complete")
        elif not m["tasks_complete"]:
            ded = m["deducted_sessions"]
            if ded is None: miss.append("deducted_sessions")
            else:
                if raw is not None and ded > raw: self.findings.add("art_9/cl_3")
                if self.form == CRIM and b and ded < MIN_DEDUCTION[b]: self.notes.add("deduction_below_minimum")
        self.needs |= set(miss)
        if not miss:
            self.level = max(F(0), raw - ded) * (F("1.3") if more else 1)
            self.level_base = min(TOP, max(FLOOR, self.level * F("0.38")))

    # -- actual sessions: task ceilings, then the case ceiling, by date then position
    def fill(self, mine, limit):
        """mine: ids on actual sessions.  Sets payable; a missing fact withholds that line and all later ones [A2]."""
        rows = [i for i, e in enumerate(self.E) if e["provider"] is None or e["provider"] in mine]
        for i in range(len(self.E)):
            if i not in rows or self.lines[i][1] is False: self.payable[i] = F(0)
        rows = [i for i in rows if self.lines[i][1] is not False]
        tainted = limit is None
        for i in rows:
            s, c, miss = self.lines[i]
            self.needs |= miss
            if s is None: self.needs.add(f"entries[{i}].hours")
            if self.E[i]["date"] is None: tainted = True
        rows = [i for i in rows if self.E[i]["date"]]
        room, left = {}, limit
        for i in sorted(rows, key=lambda i: (self.E[i]["date"], i)):
            s, c, _ = self.lines[i]
            e = self.E[i]
            if c and s == 0:
                self.payable[i] = F(0); continue
            if c is None or s is None:
                tainted = True; continue
            cap = None
            if e["task"] in CAPPED[self.form]:
                key, cap = self.ceiling(i, e, room)
                if cap is None:
                    tainted = True; continue
            if tainted:
                continue
            got = min(s, left) if e["task"] not in CAPPED[self.form] else min(s, cap, left)
            self.payable[i] = got
            left -= got
            if cap is not None: room[key] = cap - got
            # once `left` is 0 nothing more is payable, so the task room no longer matters

    def ceiling(self, i, e, room):
        """-> (key, room left under the task ceiling) or (key, None) when a fact or figure is missing"""
        m = self.m
        if self.form == CRIM and e["task"] == "meeting_at_liberty" and e["stage"] is None:
            self.needs.add(f"entries[{i}].stage")
            return None, None
        pre = self.form == CRIM and e["task"] == "meeting_at_liberty" and e["stage"] == "pre_charge"
        key = (e["provider"], e["task"], pre)
        if key in room: return key, room[key]
        if pre: total, gone = self.fig.task("appendix_01", "less_serious", ["investigation"], e["task"])
        elif m["stages"] == []: total, gone = F(0), []
        else:
            b, gone = self.bracket()
            gone, total = list(gone), None
            if m["stages"] is None: gone.append("stages")
            if not gone: total, gone = self.fig.task(APPENDIX[self.form], b, m["stages"], e["task"])
        self.needs |= set(gone)
        if not gone: room[key] = total
        return key, total if not gone else None

    def sum_sessions(self, pid):
        mine = [i for i, e in enumerate(self.E) if e["provider"] == pid]
        loose = [i for i, e in enumerate(self.E) if e["provider"] is None and self.payable[i] is None]
        vals = [self.payable[i] for i in mine]
        if self.m["entries"] is None or loose or None in vals: return None
        return sum(vals, F(0))

    def shares(self):
        """counted sessions of several lump-sum providers -> shares, None when a fact is missing, [] when all is zero"""
        if self.m["entries"] is None:
            self.needs.add("entries"); return None
        open_, tot = False, {p["id"]: F(0) for p in self.P}
        for i, e in enumerate(self.E):
            s, c, miss = self.lines[i]
            if c is False: continue
            self.needs |= miss
            if s is None: self.needs.add(f"entries[{i}].hours")
            if c is None or s is None: open_ = True
            else: tot[e["provider"]] += s
        if open_: return None
        if any(v >= INF for v in tot.values()):                                        # limit, only inside bounds
            return [F(tot[p["id"]] >= INF) for p in self.P]
        all_ = sum(tot.values(), F(0))
        return [tot[p["id"]] / all_ for p in self.P] if all_ else []


def evaluate(case, tables=None):
    m, faults = parse(case)
    res = {"status": "refused", "sessions": None, "base_salaries": None, "amount": None, "providers": [], "entries": [],
           "bounds": {}, "needs": [], "findings": [], "notes": [], "reason": None, "refused_path": None, "refused_paths": []}
    if not faults and m["closed_on"] and m["closed_on"] < EFFECTIVE:
        res.update(reason="art_11", refused_path="closed_on", refused_paths=["closed_on"], findings=["art_11"])
        return res
    if faults:
        res.update(reason="malformed", refused_path=faults[0], refused_paths=faults)
        return res
    r = Run(m, tables)
    compute(r, res)
    coherence(m, r.notes)
    for i, e in enumerate(r.E):
        s, c, _ = r.lines[i]
        res["entries"].append({"id": e["id"], "sessions": s, "counted": c, "payable_sessions": r.payable[i]})
    res["needs"], res["findings"], res["notes"] = sorted(r.needs), sorted(r.findings), sorted(r.notes)
    names = [k for k in ("sessions", "base_salaries", "amount") if res[k] is None]
    res["status"] = "undetermined" if names or r.needs else "determined"
    if names: res["bounds"] = bounds(case, tables, r, res, names)
    return res


def compute(r, res):
    m, P = r.m, r.P
    if P == []:                                                                        # pays nothing [A13]
        res["sessions"] = res["base_salaries"] = F(0)
        res["amount"] = 0
        r.payable, r.mode = [F(0)] * len(r.E), "none"
        return
    if P is None:
        r.needs.add("providers"); r.mode = "unknown"
        if r.form is None: r.needs.add("form")
        return
    out = [{"id": p["id"], "method": p["method"], "sessions": None, "base_salaries": None, "amount": None} for p in P]
    res["providers"] = out
    for k, p in enumerate(P):                                                          # needed by any replacement [A6]
        if p["replaces"] is not None:
            j = next(j for j, q in enumerate(P) if q["id"] == p["replaces"])
            if P[j]["replaced_on"] is None: r.needs.add(f"providers[{j}].replaced_on")
            if p["assigned_on"] is None: r.needs.add(f"providers[{k}].assigned_on")
    broken = bool(r.needs)
    if r.form is None: r.needs.add("form")
    methods = [p["method"] for p in P]
    r.needs |= {f"providers[{k}].method" for k, x in enumerate(methods) if x is None}
    r.mode = mode = classify(r.form, P)
    lump = [k for k, x in enumerate(methods) if x == LUMP]
    lump_findings(r, [P[k] for k in lump])
    for i, e in enumerate(r.E):                                                        # [A9]
        if r.lines[i][1] is False: r.payable[i] = F(0)
    if mode == "invalid": r.findings.add("art_9/cl_1")
    if mode == "mixed" or (mode == "invalid" and ACT in methods and not is_pair(P)):
        r.findings |= {"art_8/cl_1", "art_10/cl_1"}
    if mode in ("invalid", "mixed"):
        r.payable = [None] * len(r.E)
        return                                                                         # no number for the pay
    r.needs |= {f"providers[{k}].kind" for k, p in enumerate(P) if p["kind"] is None}
    basis = m["closed_on"] or m["suspended_on"]
    r.base = next((v for d, v in reversed(BASE) if basis and basis >= d), None)
    if basis is None: r.needs.add("closed_on")
    elif r.base is None: r.needs.add("base_salary")
    if mode == "unknown":
        if m["entries"] is None: r.needs.add("entries")
        return
    act = {p["id"] for p in P if p["method"] == ACT}
    if lump: r.compute_level()
    for k in lump:
        out[k]["level_sessions"], out[k]["level_base_salaries"] = r.level, r.level_base
    limit = None
    if act:
        if m["entries"] is None: r.needs.add("entries")
        limit = CEIL.get(r.form)
        if mode == "10(4)": limit = None if r.level is None else max(F(0), limit - r.level)
        r.limit = limit
        if r.form: r.fill(act, limit)
        else:
            for i, e in enumerate(r.E):
                if r.lines[i][1] is not False:
                    r.needs |= r.lines[i][2]
                    if r.lines[i][0] is None: r.needs.add(f"entries[{i}].hours")
    else: r.payable = [F(0)] * len(r.E)
    if not act: res["sessions"] = F(0) if r.form else None
    share = [F(1)] * len(P)
    if len(lump) > 1:
        share = r.shares()
        if share == []:
            r.findings.add("art_10/cl_1")                                              # share not known
            r.notes.add("no_counted_session"); share = None
    elif lump:
        mine = [r.lines[i] for i, e in enumerate(r.E) if e["provider"] in (None, P[lump[0]]["id"])]
        if m["entries"] is not None and all(c is False or s == 0 for s, c, _ in mine): r.findings.add("art_9/cl_4")
    if broken: return                                                                  # replacement dates missing [A6]
    earned = F(0)                                                                      # at the lawyer's rate
    for k, p in enumerate(P):
        if p["method"] == ACT:
            out[k]["sessions"] = s = r.sum_sessions(p["id"])
            gross = earned = None if s is None or r.form is None else s * RATE[r.form]
            if gross is not None and p["kind"]: out[k]["base_salaries"] = gross * pct(r.form, p["kind"])
    for k in lump:
        p, gross = P[k], None
        if mode == "8(3)": gross = None if None in (r.level_base, earned) else max(F(0), r.level_base - earned)
        elif r.level_base is not None and share is not None: gross = r.level_base * share[k]
        if gross is not None and p["kind"]: out[k]["base_salaries"] = gross * pct(r.form, p["kind"])
    if act:
        vals = [o["sessions"] for o in out if o["method"] == ACT]
        if None not in vals: res["sessions"] = sum(vals, F(0))
    pays = [o["base_salaries"] for o in out]
    if None not in pays:
        res["base_salaries"] = sum(pays, F(0))
        if r.base:
            res["amount"], parts = largest_remainder([x * r.base for x in pays])
            for o, x in zip(out, parts): o["amount"] = x


def is_pair(P):
    return len(P) == 2 and (P[0]["replaces"] == P[1]["id"] or P[1]["replaces"] == P[0]["id"])


def classify(form, P):
    methods = [p["method"] for p in P]
    if form == EXTRA and LUMP in methods: return "invalid"                             # 9(1)
    if None in methods:
        return "mixed" if len(P) > 2 and len(set(methods) - {None}) == 2 else "unknown"
    if set(methods) == {ACT}: return "actual"
    if set(methods) == {LUMP}: return "lump"
    if not is_pair(P): return "mixed"                                                  # 8(1), 10(1)
    successor = next(p for p in P if p["replaces"] is not None)
    return "8(3)" if successor["method"] == LUMP else "10(4)"


def lump_findings(r, lump):
    for p in lump:
        since = p["assigned_on"] or (None if p["replaces"] is not None else r.m["assigned_on"])
        if p["method_chosen_on"] is None or (since and p["method_chosen_on"] > since): r.findings.add("art_9/cl_1")
        if since and since < EFFECTIVE and r.m["closed_on"]: r.findings.add("art_11")  # closed later, or refused above


def coherence(m, notes):
    """findings without a citation in the contract: reported as `notes`, never changing a number"""
    if m["resumed_on"] and not m["suspended_on"]: notes.add("resumed_without_suspended")
    pairs = [(m["assigned_on"], m["closed_on"]), (m["suspended_on"], m["resumed_on"]), (m["assigned_on"], m["suspended_on"]),
             (m["suspended_on"], m["closed_on"]), (m["resumed_on"], m["closed_on"])]
    for p in m["providers"] or []:
        pairs += [(p["assigned_on"], p["replaced_on"]), (p["assigned_on"], m["closed_on"]), (m["assigned_on"], p["assigned_on"])]
    if any(a and b and a > b for a, b in pairs): notes.add("dates_out_of_order")
    for e in m["entries"] or []:
        if e["date"] and m["closed_on"] and e["date"] > m["closed_on"]: notes.add("line_after_closed_on")
        if e["stage"] and e["stage"] != "pre_charge" and m["stages"] is not None and e["stage"] not in m["stages"]:
            notes.add("stage_not_handled")
        if e["hours"] is not None and e["hours"] > 24: notes.add("more_than_24_hours")
        if e["task"] not in (None, "court_hearing") and any(e[k] is not None for k in (
                "adjourned", "adjourned_at_provider_request", "adjournment_notified")): notes.add("adjournment_keys_elsewhere")


# ------------------------------------------------------------------ bounds
LINE_FACT = re.compile(r"entries\[(\d+)\]\.(\w+)")


def bounds(case, tables, r, res, names):
    rough = {k: v for k, v in rough_bounds(r, res).items() if k in names}
    facts = [LINE_FACT.fullmatch(x) for x in res["needs"] if LINE_FACT.fullmatch(x)]
    if len(facts) != 1: return rough
    i, key = int(facts[0][1]), facts[0][2]
    seen = {k: [] for k in names}
    for v in every_value(r.m, i, key):                # exactly one fact about one line: enumerate it
        es = list(case["entries"])
        es[i] = dict(es[i], **{key: v})
        sub = evaluate(dict(case, entries=es), tables)
        if sub["status"] == "refused" or (sub["status"] == "undetermined" and not sub["needs"]): continue   # no value [A10]
        for k in names:
            seen[k].append((sub[k], sub[k]) if sub[k] is not None else sub["bounds"][k])
    return {k: (min(a for a, _ in v), None if any(b is None for _, b in v) else max(b for _, b in v)) if v else rough[k]
            for k, v in seen.items()}


def every_value(m, i, key):
    """every value of one line's fact that can make a difference"""
    e, one = m["entries"][i], timedelta(days=1)
    if key == "hours": return ["0"] + [v for n in range(0, 31) for v in (str(4 * n + 1), str(4 * n + 4))] + [int(INF)]
    if key == "task": return TASKS
    if key == "stage": return list(STAGES[m["form"]]) + (["pre_charge"] if m["form"] == CRIM else [])
    if key == "certified_by": return [[]] + [[x] for x in ROLES]
    if key == "provider": return [p["id"] for p in m["providers"]]
    if key in ("adjourned", "adjourned_at_provider_request", "adjournment_notified"): return [True, False]
    ds = {EFFECTIVE, m["suspended_on"], m["resumed_on"], m["assigned_on"], m["closed_on"]}
    ds |= {d for p in m["providers"] for d in (p["assigned_on"], p["replaced_on"])} | {x["date"] for x in m["entries"]}
    return sorted({(d + k * one).isoformat() for d in ds if d for k in (-1, 0, 1)
                   if date.min < d < date.max} | {"1900-01-01", "9000-01-01"})


def rough_bounds(r, res):
    """a sound interval for each number: every step is monotone in what is missing"""
    m, form, P, mode = r.m, r.form, r.P, r.mode
    top = CEIL.get(form, F(30))
    kinds = {k for p in (P or [{"kind": None}]) for k in ([p["kind"]] if p["kind"] else KINDS)}
    forms = [form] if form else FORMS
    pcts = [pct(f, k) for f in forms for k in kinds]
    rates = [RATE[f] for f in forms]
    act = {p["id"] for p in P or [] if p["method"] == ACT}
    maybe = None if P is None or mode in ("unknown", "mixed", "invalid") else act
    s_lo, s_hi, groups = F(0), F(0), {}
    for i, e in enumerate(r.E):
        s, c, _ = r.lines[i]
        if c is False or (maybe is not None and e["provider"] is not None and e["provider"] not in maybe): continue
        sure = c is True and s is not None and e["provider"] in act and mode not in ("mixed", "invalid")
        capped = form and e["task"] in CAPPED[form]
        if not sure or not capped:
            s_hi += INF if s is None else s
            if sure and not capped: s_lo += s
            continue
        if s == 0: continue
        saved, r.needs = r.needs, set()
        key, cap = r.ceiling(i, e, {})
        r.needs = saved
        if cap is None: s_hi += s
        else: groups[key] = (groups.get(key, (0, 0))[0] + s, cap)
    for s, cap in groups.values():
        s_lo += min(s, cap); s_hi += min(s, cap)
    if m["entries"] is None: s_hi = INF
    lim = (top, top)
    if mode == "10(4)": lim = (max(F(0), top - r.level),) * 2 if r.level is not None else (F(0), top)
    if mode == "unknown": lim = (F(0), top)           # a missing method may yet bring in 10(4)
    s_lo, s_hi = min(s_lo, lim[0]), min(s_hi, lim[1])
    if res["sessions"] is not None: s_lo = s_hi = res["sessions"]
    L = (r.level_base,) * 2 if r.level_base is not None else (FLOOR, TOP)
    if mode == "actual": b = (s_lo * min(rates) * min(pcts), s_hi * max(rates) * max(pcts))
    elif mode == "lump": b = (L[0] * min(pcts), L[1] * max(pcts))
    elif mode in ("8(3)", "10(4)"):
        e_lo, e_hi = s_lo * min(rates), s_hi * max(rates)
        if mode == "8(3)": rest = (max(F(0), L[0] - e_hi), max(F(0), L[1] - e_lo))
        else: rest = L
        b = ((e_lo + rest[0]) * min(pcts), (e_hi + rest[1]) * max(pcts))
    else: b = (F(0), F("21.4"))                                                        # 30 x 0.38 + 10
    if res["base_salaries"] is not None: b = (res["base_salaries"],) * 2
    basis = m["closed_on"] or m["suspended_on"]
    base = next((v for d, v in reversed(BASE) if basis and basis >= d), None)
    if base: a = (half_up(b[0] * base), half_up(b[1] * base))
    elif basis: a = (0, None)                                                          # before the first known figure
    else: a = (half_up(b[0] * 1490000), half_up(b[1] * 2530000))                       # closed on or after 2021-07-15
    return {"sessions": (s_lo, s_hi), "base_salaries": b, "amount": a}
