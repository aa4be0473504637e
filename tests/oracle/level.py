"""What a lump sum is measured by: class of offence, number of offences, figures of the appendices, level."""

from itertools import product

from tests.oracle.lines import *


def penalty_class(o):                                                                  # Criminal Code, Art. 9(1)
    h = o["highest_penalty"]
    if not h or h["kind"] is None: return None
    if h["kind"] in ("fine", "non_custodial"): return "less_serious"
    if h["kind"] in ("life", "death"): return "extremely_serious"
    y = h["years"]
    return None if y is None else CLASSES[0 if y <= 3 else 1 if y <= 7 else 2 if y <= 15 else 3]


def offence_class(o): return o["class"] or penalty_class(o)


def class_of(groups):
    """[(path, offences or None)] -> (highest class or None, missing)"""
    found, missing = [], []
    for path, offences in groups:
        if offences is None: missing.append(path)
        for i, o in enumerate(offences or []):
            c = offence_class(o)
            if c: found.append(c)
            else: missing.append(f"{path}[{i}].class")
    if "extremely_serious" in found: return "extremely_serious", []
    if missing: return None, missing
    if not found: return None, ["offences"]
    return max(found, key=CLASSES.index), []


def in_time(m, readings):
    """each document -> (True/False/None, missing): issued on or before the earliest choice of a lump sum (0.7)"""
    lump = [(k, p["method_chosen_on"]) for k, p in enumerate(m["providers"] or []) if p["method"] == LUMP]
    every = readings["art_9_cl_2_pt_a_later_documents"] != "until_choice" or not lump
    chosen = min((d for _, d in lump if d), default=None)
    undated = [f"providers[{k}].method_chosen_on" for k, d in lump if d is None]
    for i, doc in enumerate(m["documents"] or []):
        if every: yield True, []
        elif doc["issued_on"] is None: yield None, [f"documents[{i}].issued_on"]
        elif chosen and doc["issued_on"] > chosen: yield False, []
        else: yield (None, undated) if undated else (True, [])


def highest_class(m, readings):
    """-> (class or None, missing).  What is missing about time is needed only where it can change the class."""
    own, docs = [("offences", m["offences"] or [])], m["documents"] or []
    named = [(f"documents[{i}].offences", d["offences"]) for i, d in enumerate(docs)]
    times = list(in_time(m, readings))
    sure = class_of(own + [n for n, (t, _) in zip(named, times) if t])
    most = class_of(own + [n for n, (t, _) in zip(named, times) if t is not False])
    if sure[0] == most[0] and sure[0]: return sure
    unsure = [x for n, (t, missing) in zip(named, times) if t is None and n[1] != [] for x in missing]
    if not unsure or sure[0] == "extremely_serious": return sure
    return None, sorted({*(sure[1] if own[0][1] or sure[1] != ["offences"] else []), *most[1], *unsure})


def number_of_offences(own, docs, by_indictment):
    """docs: [(kind, number of offences)]"""
    indicted = [n for kind, n in docs if kind == "indictment" and n]
    if by_indictment and indicted: return max(indicted)                                # 0.8: an indictment also lowers it
    return own or max((n for _, n in docs), default=0)


def two_offences(m, readings):
    """-> (True/False/None, missing): is the person charged with two offences or more?"""
    docs = m["documents"] or []
    if m["offences"] is None and not docs: return None, ["offences"]
    by_indictment = readings["art_10_cl_2_charged"] == "indictment"
    kinds = [[d["kind"]] if d["kind"] else ["indictment", "judgment"] for d in docs]
    sizes = [[0, 1, 2] if d["offences"] is None else [len(d["offences"])] for d in docs]
    seen = {number_of_offences(len(m["offences"] or []), list(zip(ks, ns)), by_indictment) >= 2
            for ks in product(*kinds) for ns in product(*sizes)}
    if len(seen) == 1: return seen.pop(), []
    return None, [f"documents[{i}].{k}" for i, d in enumerate(docs) for k in ("kind", "offences") if d[k] is None]


def charged_with_more(m, readings):
    """10(2): -> (True/False/None, missing)"""
    if m["form"] != CRIM or m["aided_person"] not in (None, "accused"): return False, []   # 0.4, [A11]
    two, missing = two_offences(m, readings)
    if two and m["aided_person"] is None: return None, ["aided_person"]
    return two, missing


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


class Level:
    """Level of one part: sessions after deductions and increase; base salaries as they come (`plain`) and within 3 and 10."""

    def __init__(self, m, fig, bracket, increase, stated, where=""):
        """bracket, increase: (value, missing); stated: a provider (0.2), or the case itself; where: his path"""
        self.missing, self.findings, self.open, self.sessions, self.plain, self.base = set(increase[1]), set(), False, None, None, None
        of = lambda key: m[key] if stated[key] is None else stated[key]
        path = lambda key: (where if stated[key] is not None else "") + key
        stages, raw = of("stages"), None
        if stages is None: self.missing.add("stages")
        if stages == []:
            self.open = True                                                           # 0.1: no level for no stage
            return
        self.missing |= set(bracket[1])
        if stages and bracket[0]:
            raw, gone = fig.level(APPENDIX[m["form"]], bracket[0], stages)
            self.missing |= set(gone)
        less = F(0)
        if of("tasks_complete") is None: self.missing.add("tasks_complete")
        elif not of("tasks_complete"):
            less = of("deducted_sessions")
            if less is None: self.missing.add(path("tasks_complete").replace("tasks_complete", "deducted_sessions"))
            elif raw is not None and less > raw: self.findings.add("art_9/cl_3")
        if not self.missing:
            self.sessions = max(F(0), raw - less) * (F("1.3") if increase[0] else 1)
            self.plain = self.sessions * F("0.38")
            self.base = min(TOP, max(FLOOR, self.plain))

    def set(self, base): self.base = self.plain = base                                 # only inside bounds
