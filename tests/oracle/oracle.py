"""An independent reading of the public contract of case facts and results: legal-aid pay, Circular 02/2021.

evaluate(case, tables=None, readings=None) -> dict.  Exact arithmetic (Fraction).  Section 0 of the contract prevails.
Where the contract can be read in two ways see AMBIGUITIES.md ([A1], [A2] ... in the comments).
"""

import math

from tests.oracle.level import *


def half_up(x): return math.floor(x + F(1, 2))


def largest_remainder(exact):
    total = half_up(sum(exact, F(0)))
    out = [math.floor(x) for x in exact]
    order = sorted(range(len(exact)), key=lambda i: (-(exact[i] - out[i]), i))
    for i in order[:total - sum(out)]: out[i] += 1
    return total, out


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


def states_a_part(p): return any(p[k] is not None for k in ("stages", "tasks_complete", "deducted_sessions"))


def chains(P):
    """ids of those who follow one another: they count as one"""
    first = lambda p: p["id"] if p["replaces"] is None else first(next(q for q in P if q["id"] == p["replaces"]))
    out = {}
    for p in P: out.setdefault(first(p), []).append(p["id"])
    return list(out.values())


class Run:
    """One case.  `fixed` says what an opening gave: only used to find bounds."""

    def __init__(self, m, tables, readings, fixed):
        self.m, self.fig, self.readings, self.fixed = m, Figures(tables), readings, fixed
        self.form, self.P, self.E = m["form"], m["providers"], m["entries"] or []
        self.needs, self.findings, self.openings = set(), set(), {}
        self.lines = [line_state(m, i, e, readings) for i, e in enumerate(self.E)]
        self.payable, self.increased_by = [None] * len(self.E), set()
        self.mode = "none" if self.P == [] else "unknown" if self.P is None else classify(self.form, self.P)

    def open(self, key, *cites):
        """-> what the opening gives, when that is fixed; else it is noted"""
        if key in self.fixed: return self.fixed[key]
        self.openings[key] = set(cites)

    def missing_of(self, i):
        return self.lines[i][2] | ({f"entries[{i}].hours"} if self.lines[i][0] is None else set())

    # -- who worked (0.5, 0.6): counted sessions above 0
    def worked(self, pid):
        """-> (True/False/None, missing)"""
        if self.m["entries"] is None: return None, {"entries"}
        found, missing = [], set()
        for i, e in enumerate(self.E):
            if e["provider"] not in (None, pid): continue
            s, c, _ = self.lines[i]
            found.append(and3([c, None if s is None else s > 0]))
            if found[-1] is None: missing |= self.missing_of(i)
        return or3(found), missing if or3(found) is None else set()

    def bracket(self):
        if self.form == CRIM: return highest_class(self.m, self.readings)
        return self.m["complexity"], ([] if self.m["complexity"] else ["complexity"])

    def several(self):
        """10(1): -> (True/False/None, missing)"""
        groups = chains(self.P)
        if self.mode != "lump" or len(groups) < 2: return False, set()
        if self.readings["art_10_cl_1_providers"] == "appointed": return True, set()
        states = []
        for g in groups:
            each = [self.worked(pid) for pid in g]
            states.append((or3(v for v, _ in each), set().union(*(x for _, x in each))))
        sure, maybe = sum(v is True for v, _ in states), sum(v is None for v, _ in states)
        if sure >= 2: return True, set()
        if sure + maybe < 2: return False, set()
        return None, set().union(*(x for v, x in states if v is None))

    def increase(self):
        one, a = self.several()
        two, b = charged_with_more(self.m, self.readings)
        self.increased_by = {c for c, given in (("art_10/cl_1", one), ("art_10/cl_2", two)) if given}
        if one or two: return True, set()
        return or3([one, two]), set(a) | set(b)

    def level(self, stated, where=""):
        """The level of a part, or of the case: its needs and findings noted."""
        found = Level(self.m, self.fig, self.bracket(), self.increase(), stated, where)
        self.findings |= found.findings
        if found.open:
            given = self.open(("no_level", where), no_level_cite(self.form))
            if given is not None: found.set(given)
        else: self.needs |= found.missing
        return found

    # -- actual sessions: task ceilings, then the case ceiling, by date then position
    def fill(self, mine, limit):
        """mine: ids on actual sessions.  A missing fact withholds that line and all later ones [A2]."""
        rows = [i for i, e in enumerate(self.E) if e["provider"] is None or e["provider"] in mine]
        rows = [i for i in rows if self.lines[i][1] is not False]
        for i in set(range(len(self.E))) - set(rows): self.payable[i] = F(0)
        for i in rows: self.needs |= self.missing_of(i)
        tainted = limit is None or any(self.E[i]["date"] is None for i in rows)
        room, left = {}, limit
        for i in sorted((i for i in rows if self.E[i]["date"]), key=lambda i: (self.E[i]["date"], i)):
            s, c, _ = self.lines[i]
            if c and s == 0:
                self.payable[i] = F(0)
                continue
            key, cap = None, INF
            if c and s is not None and self.E[i]["task"] in CAPPED[self.form]: key, cap = self.ceiling(i, room)
            tainted = tainted or not c or s is None or cap is None
            if tainted: continue
            self.payable[i] = got = min(s, cap, left)
            left -= got
            if key: room[key] = cap - got

    def ceiling(self, i, room):
        """-> (key, room left under the task ceiling) or (key, None) when a fact or figure is missing, or there is no stage"""
        m, e = self.m, self.E[i]
        liberty = self.form == CRIM and e["task"] == "meeting_at_liberty"
        if liberty and e["stage"] is None:
            self.needs.add(f"entries[{i}].stage")
            return None, None
        pre = liberty and e["stage"] == "pre_charge"
        key = (e["provider"], e["task"], pre)
        if key in room: return key, room[key]
        if pre: total, gone = self.fig.task("appendix_01", "less_serious", ["investigation"], e["task"])
        elif m["stages"] == []: total, gone = self.open(("no_ceiling", key), ceiling_cite(self.form)), []      # 0.1
        else:
            b, gone = self.bracket()
            gone, total = list(gone), None
            if m["stages"] is None: gone.append("stages")
            if not gone: total, gone = self.fig.task(APPENDIX[self.form], b, m["stages"], e["task"])
        self.needs |= set(gone)
        if total is not None: room[key] = total
        return key, total

    def sum_sessions(self, pid):
        mine = [i for i, e in enumerate(self.E) if e["provider"] == pid]
        loose = [i for i, e in enumerate(self.E) if e["provider"] is None and self.payable[i] is None]
        vals = [self.payable[i] for i in mine]
        return None if self.m["entries"] is None or loose or None in vals else sum(vals, F(0))

    def shares(self):
        """counted sessions of several lump-sum providers -> shares; None when a fact is missing or nobody worked"""
        if self.m["entries"] is None:
            self.needs.add("entries"); return None
        open_, tot = False, {p["id"]: F(0) for p in self.P}
        for i, e in enumerate(self.E):
            s, c, _ = self.lines[i]
            if c is False: continue
            self.needs |= self.missing_of(i)
            if c is None or s is None: open_ = True
            else: tot[e["provider"]] += s
        if open_: return None
        if any(v >= INF for v in tot.values()):                                        # limit, only inside bounds
            return [F(tot[p["id"]] >= INF) for p in self.P]
        all_ = sum(tot.values(), F(0))
        return [tot[p["id"]] / all_ for p in self.P] if all_ else self.nobody_worked()

    def nobody_worked(self):
        k = self.open(("share", None), "art_10/cl_1")
        return None if k is None else [F(j == k) for j in range(len(self.P))]


# ------------------------------------------------------------------ the pay
def certified_at_all(r, p):
    """9(4): -> 1 or 0, None when open"""
    found, missing = r.worked(p["id"])
    if r.readings["art_9_cl_4_uncertified"] == "paid":
        if found is False: r.findings.add("art_9/cl_4")
        return F(1)
    r.needs |= missing
    return F(1) if found else None if found is None else r.open(("uncertified", None), "art_9/cl_4")


def sole(r, k, out):
    """the only one on a lump sum: the level of his part, within 3 and 10 (0.2), if anything was certified (0.6)"""
    level = r.level(r.P[k], f"providers[{k}].")
    out[k]["level_sessions"], out[k]["level_base_salaries"] = level.sessions, level.base
    return level, certified_at_all(r, r.P[k])


def shared(r, out):
    """several on lump sums, no part stated: one level, in proportion to counted sessions"""
    level = r.level(r.m)
    for o in out: o["level_sessions"], o["level_base_salaries"] = level.sessions, level.base
    share = r.shares()
    return [None if level.base is None or share is None else level.base * x for x in share or [None] * len(r.P)]


def parted(r, out):
    """several on lump sums of whom any states a part: each his own level, cut in proportion to the case's (0.2)"""
    states = [r.worked(p["id"]) for p in r.P]
    for _, missing in states: r.needs |= missing
    if all(v is False for v, _ in states):
        chosen = r.nobody_worked()
        if chosen is None: return [None] * len(r.P)
        states = [(x > 0, set()) for x in chosen]
    levels = [r.level(p, f"providers[{k}].") if v else None for k, (p, (v, _)) in enumerate(zip(r.P, states))]
    for o, lv in zip(out, levels):
        if lv: o["level_sessions"], o["level_base_salaries"] = lv.sessions, lv.plain
    own = [F(0) if v is False else lv.plain if lv else None for lv, (v, _) in zip(levels, states)]
    if None not in own and not sum(own): return own                                  # nothing reaches the case's level
    whole = r.level(r.m)
    if whole.base is None or None in own: return [F(0) if v is False and whole.base is not None else None for v, _ in states]
    cut = min(F(1), whole.base / sum(own)) if sum(own) else F(1)
    return [x * cut for x in own]


def after_sessions(r, k, earned, out):
    """8(3): the successor's share, and what the predecessor keeps"""
    p = r.P[k]
    whole = None if states_a_part(p) else r.level(r.m)
    own = whole or r.level(p, f"providers[{k}].")
    out[k]["level_sessions"], out[k]["level_base_salaries"] = own.sessions, own.base
    done, cut = certified_at_all(r, p), r.readings["art_8_cl_3_excess"] == "predecessor_cut"
    if whole is None and done is None and not cut: return None, earned               # S20
    whole = whole or r.level(r.m)
    if whole.base is None: return None, None if cut else earned
    if earned is None: return None, None
    if earned > whole.base and not cut: r.findings.add("art_8/cl_3")                   # 0.3: the numbers stand, with a finding
    kept = min(earned, whole.base) if cut else earned
    gross = None if own.base is None or done is None else min(own.base, max(F(0), whole.base - earned)) * done
    return gross, kept


def undated(r):
    """providers whose pay depends on a date of replacement that is missing (0.15)"""
    out = set()
    for k, p in enumerate(r.P):
        if p["replaces"] is None: continue
        j = next(j for j, q in enumerate(r.P) if q["id"] == p["replaces"])
        if r.P[j]["replaced_on"] is None: out.add(j); r.needs.add(f"providers[{j}].replaced_on")
        if p["assigned_on"] is None: out.add(k); r.needs.add(f"providers[{k}].assigned_on")
    return out


def gross_pays(r, out):
    """at the lawyer's rate, for each; None where withheld"""
    P, mode = r.P, r.mode
    act = {p["id"] for p in P if p["method"] == ACT}
    lump = [k for k, p in enumerate(P) if p["method"] == LUMP]
    limit, gross, level = CEIL.get(r.form), [None] * len(P), None
    if mode in ("lump", "10(4)") and len(lump) == 1:
        level, done = sole(r, lump[0], out)
        gross[lump[0]] = None if level.base is None or done is None else level.base * done
    elif mode == "lump": gross = parted(r, out) if any(map(states_a_part, P)) else shared(r, out)
    if mode == "10(4)": limit = None if level.sessions is None else max(F(0), limit - level.sessions)
    if act:
        if r.m["entries"] is None: r.needs.add("entries")
        r.fill(act, limit)
        for k, p in enumerate(P):
            if p["method"] == ACT:
                out[k]["sessions"] = s = r.sum_sessions(p["id"])
                gross[k] = None if s is None else s * RATE[r.form]
    if mode == "8(3)":
        k = lump[0]
        gross[k], gross[1 - k] = after_sessions(r, k, gross[1 - k], out)
    return gross


def compute(r, res):
    m, P = r.m, r.P
    if r.form is None and r.mode not in ("none", "mixed"): r.needs.add("form")
    if r.mode == "none":                                                               # pays nothing [A13]
        res["sessions"] = res["base_salaries"] = F(0)
        res["amount"], r.payable = 0, [F(0)] * len(r.E)
        return
    if P is None: r.needs.add("providers"); return
    out = [{"id": p["id"], "method": p["method"], "sessions": None, "base_salaries": None, "amount": None} for p in P]
    res["providers"], methods = out, [p["method"] for p in P]
    late = undated(r)
    r.needs |= {f"providers[{k}].method" for k, x in enumerate(methods) if x is None}
    if r.mode == "invalid": r.open(("invalid", None), "art_9/cl_1")
    if r.mode == "mixed" or (r.mode == "invalid" and ACT in methods and not is_pair(P)):
        r.open(("mixed", None), "art_8/cl_1", "art_10/cl_1")
    if r.mode in ("invalid", "mixed"): return                                          # no number for the pay
    for i in range(len(r.E)):                                                          # [A9]
        if r.lines[i][1] is False: r.payable[i] = F(0)
    r.needs |= {f"providers[{k}].kind" for k, p in enumerate(P) if p["kind"] is None}
    basis = m["closed_on"] or m["suspended_on"]
    base = next((v for d, v in reversed(BASE) if basis and basis >= d), None)
    if base is None: r.needs.add("base_salary" if basis else "closed_on")
    if r.mode == "unknown" or r.form is None:
        r.needs |= {"entries"} if m["entries"] is None else set()
        return
    if ACT not in methods: res["sessions"], r.payable = F(0), [F(0)] * len(r.E)
    total(r, res, out, gross_pays(r, out), late, base)


def total(r, res, out, gross, late, base):
    for k, (o, p) in enumerate(zip(out, r.P)):
        if k in late: o["sessions"] = None
        elif gross[k] is not None and p["kind"]: o["base_salaries"] = gross[k] * pct(r.form, p["kind"])
    if res["sessions"] is None:
        vals = [o["sessions"] for o in out if o["method"] == ACT]
        if None not in vals: res["sessions"] = sum(vals, F(0))
    pays = [o["base_salaries"] for o in out]
    if None in pays: return
    res["base_salaries"] = sum(pays, F(0))
    if base:
        res["amount"], parts = largest_remainder([x * base for x in pays])
        for o, x in zip(out, parts): o["amount"] = x


def findings(r):
    """what a person is to look at, numbers standing: cited ones only"""
    m, P = r.m, r.P or []
    for k, p in enumerate(P):
        q = next((q for q in P if q["id"] == p["replaces"]), None)
        if q and p["assigned_on"] and q["replaced_on"] and p["assigned_on"] < q["replaced_on"]: r.findings.add("art_8/cl_3")
        if p["method"] != LUMP: continue
        since = start_of(m, p)
        if p["method_chosen_on"] is None or (since and p["method_chosen_on"] > since): r.findings.add("art_9/cl_1")
        if since and since < EFFECTIVE and m["closed_on"]: r.findings.add("art_11")    # closed later, or refused
        if any(e["provider"] == p["id"] and e["stage"] == "pre_charge" for e in r.E): r.findings.add("art_9/cl_1")
    for o in (m["offences"] or []) + [o for d in m["documents"] or [] for o in d["offences"] or []]:
        if o["class"] and penalty_class(o) not in (None, o["class"]): r.findings.add("art_9/cl_2/pt_a")


def run(m, tables, readings, fixed):
    r = Run(m, tables, readings, fixed)
    res = {"status": None, "sessions": None, "base_salaries": None, "amount": None, "providers": [], "bounds": {}}
    compute(r, res)
    findings(r)
    res["entries"] = [{"id": e["id"], "sessions": r.lines[i][0], "counted": r.lines[i][1], "payable_sessions": r.payable[i]}
                      for i, e in enumerate(r.E)]
    res["needs"], res["findings"] = sorted(r.needs), sorted(r.findings)
    res["openings"] = [{"key": k, "cites": sorted(c)} for k, c in sorted(r.openings.items(), key=str)]
    res["increased_by"] = r.increased_by
    res["withheld"] = [k for k in ("sessions", "base_salaries", "amount") if res[k] is None]
    res["status"] = "undetermined" if res["withheld"] or r.needs else "determined"
    return r, res


def evaluate(case, tables=None, readings=None, with_bounds=True, depth=0):
    """readings: {id: choice} of section 0; the others have their default."""
    m, faults = parse(case)
    early = not faults and m["closed_on"] and m["closed_on"] < EFFECTIVE               # Art. 11
    if faults or early:
        return {"status": "refused", "reason": "malformed" if faults else "art_11", "refused_paths": faults or ["closed_on"],
                "needs": [], "openings": [], "findings": [] if faults else ["art_11"]}
    chosen = {k: v[0] for k, v in READINGS.items()} | (readings or {})
    r, res = run(m, tables, chosen, {})
    if with_bounds and res["withheld"]:
        from tests.oracle.bounds import bounds
        res["bounds"], res["exact"] = bounds(case, tables, chosen, r, res, depth)
    return res
