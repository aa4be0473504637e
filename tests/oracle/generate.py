"""Random cases for comparing two implementations.  random_case, malformed_case, complete (fills in what is missing)."""
import copy, random
from datetime import date, timedelta
from tests.oracle import oracle as O

HOURS = ["0", "0.5", "1", "2", "2.5", "2.99", "3", "3.01", "3.5", "4", "4.0", "4.01", "4.5", "6.99", "7", "7.25", "8", "8.1",
         "11", "12", "15.5", "16", "23", "24", "24.5", "30", 0, 3, 4, 8, 40]
LONG = ["8", "12", "16", "20", "23", "24", "30", "32"]
YEARS = ["0", "2", "3", "3.01", "5", "7", "7.0", "7.5", "10", "15", "15.5", "20", "20.5", "21", 3, 15]
MARKS = [date(2021, 7, 14), date(2021, 7, 15), date(2021, 7, 16)]
CLOSE = [date(2023, 6, 30), date(2023, 7, 1), date(2024, 6, 30), date(2024, 7, 1), date(2026, 6, 30), date(2026, 7, 1),
         date(2021, 7, 15), date(2022, 3, 1), date(2026, 9, 30), date(2030, 1, 1)]
DAY = timedelta(days=1)


def some_penalty(rng):
    k = rng.choice(O.PENALTIES + ("prison",) * 6)
    h = {"kind": k}
    if k == "prison" or rng.random() < .1: h["years"] = rng.choice(YEARS)
    return h


def some_offence(rng):
    o = {}
    if rng.random() < .2: o["name"] = "tội X"
    r = rng.random()
    if r < .55: o["class"] = rng.choice(O.CLASSES)
    elif r < .95: o["highest_penalty"] = some_penalty(rng)
    else: o["class"], o["highest_penalty"] = rng.choice(O.CLASSES), some_penalty(rng)
    return o


def allowed_roles(form, task, stage):
    roles = O.CERT_PRE.get(task) if stage == "pre_charge" else None
    roles = list(roles or O.CERT[form].get(task, ["centre"]))
    roles = sorted(set(roles) | {r for r, also in O.IS_ALSO.items() if also & set(roles)})
    if "case_handler" in roles: roles += ["case_handler", "judge", "judge"]            # 0.9
    return roles


DEDUCTED = ["0", "0.4", "0.5", "1", "1.5", "2", "3.5", "7", "9.5", "16", "23", "23.5", "60", 1, "1.25"]


def some_part(rng, form, p):
    """0.2: a part of his own, key by key"""
    if rng.random() < .7: p["stages"] = stage_union(rng, form)
    if rng.random() < .5: p["tasks_complete"] = rng.random() < .5
    if rng.random() < .4: p["deducted_sessions"] = rng.choice(DEDUCTED)


def some_documents(rng, c, inside, chosen):
    """0.7, 0.8: before and after the choice, indictments that lower or raise the number"""
    kinds = list(O.DOC_KINDS) + ["indictment"] * 3
    day = lambda: chosen + DAY * rng.choice([0, 0, -1, 1, -30, 60]) if chosen and rng.random() < .7 else inside()
    c["documents"] = [{"kind": rng.choice(kinds), "issued_on": day(), "offences": [some_offence(rng) for _ in range(rng.choice([0, 1, 1, 2, 3]))]}
                      for _ in range(rng.choice([0, 1, 1, 2, 3]))]
    for d in c["documents"]:
        for k in ("kind", "issued_on"):
            if rng.random() < .03: del d[k]


def some_labels(rng): return {f"label {k}": rng.choice(["", "Văn phòng", "x" * 200]) for k in range(rng.choice([0, 1, 2, 50]))}


def stage_union(rng, form, none=.04):
    st = list(O.STAGES[form])
    r = rng.random()
    if not st or rng.random() < none: return []
    if form == O.CRIM and r < .45: return rng.sample(st[:3], 3)
    if r < .63: return [rng.choice(st)]
    return rng.sample(st, rng.randint(1, len(st)))


def random_case(rng, missing=0.0, form=None, mode=None):
    """missing: probability that a fact is left out; mode 'one_line_fact': exactly one fact of one line is left out"""
    form = form or rng.choices(O.FORMS, [50, 20, 15, 15])[0]
    start = rng.choice([date(2021, 7, 14), date(2021, 7, 15), date(2021, 1, 4), date(2022, 5, 10), date(2023, 3, 1),
                        date(2024, 2, 29), date(2025, 12, 1), date(2026, 2, 2)])
    late = [d for d in CLOSE if d > start + 30 * DAY] or [date(2027, 1, 1)]
    end = rng.choice(late)
    c = {"case_id": f"T{rng.randrange(10**6)}", "form": form, "assigned_on": start, "closed_on": end}
    span = (end - start).days
    inside = lambda a=0.0, b=1.0: start + DAY * int(span * (a + (b - a) * rng.random()))
    if rng.random() < .12:
        del c["closed_on"]
        if rng.random() < .7: c["suspended_on"] = inside(.5, 1)
    elif rng.random() < .2:
        c["suspended_on"] = inside(.4, .8)
        if rng.random() < .7: c["resumed_on"] = c["suspended_on"] + DAY * rng.choice([0, 1, 2, 30, 90])
    elif rng.random() < .02: c["resumed_on"] = inside()
    if form == O.CRIM:
        r = rng.random()
        if r < .9: c["offences"] = [some_offence(rng) for _ in range(rng.choice([0, 1, 1, 1, 1, 2, 2, 3]))]
        if rng.random() < .93: c["aided_person"] = rng.choice(O.AIDED + ("accused",) * 6)
        if r < .5: c["offences"] = [{"class": rng.choice(["very_serious"] * 3 + list(O.CLASSES))}
                                    for _ in range(rng.choice([1, 1, 1, 2]))]
    elif form != O.EXTRA: c["complexity"] = rng.choice(O.COMPLEXITY)
    if form != O.EXTRA or rng.random() < .2: c["stages"] = stage_union(rng, form)

    # providers
    n = rng.choices([0, 1, 2, 3, 4], [2, 45, 35, 12, 6])[0]
    meth = rng.choices(["act", "lump", "any"], [50, 35, 15])[0]
    if form == O.EXTRA and rng.random() < .93: meth = "act"
    pick = {"act": lambda: O.ACT, "lump": lambda: O.LUMP, "any": lambda: rng.choice(O.METHODS)}[meth]
    P = [{"id": f"P{k+1}", "kind": rng.choice(O.KINDS), "method": pick()} for k in range(n)]
    for p in P:
        if p["method"] == O.LUMP or rng.random() < .1:
            x = rng.random()
            if x < .75: p["method_chosen_on"] = start + DAY * rng.choice([0, 0, -1, 1])
        if rng.random() < .12: p["assigned_on"] = start + DAY * rng.choice([0, 1, 5, 30])
    pairs = []
    if n >= 2 and rng.random() < (.6 if n == 2 else .3): pairs.append((0, 1))
    if n >= 3 and pairs and rng.random() < .3: pairs.append((1, 2))
    if n == 2 and pairs and form != O.EXTRA and rng.random() < .45:
        P[0]["method"], P[1]["method"] = rng.choice([(O.ACT, O.LUMP), (O.LUMP, O.ACT)])
        for p in P[:2]: p["method_chosen_on"] = start
    for a, b in pairs:
        cut = inside(.2, .7) if a == 0 else inside(.7, .95)
        P[b]["replaces"] = P[a]["id"]
        if rng.random() < .95: P[a]["replaced_on"] = cut
        if rng.random() < .95: P[b]["assigned_on"] = cut + DAY * rng.choice([0, 0, 1, -1, 7])
    if n and not pairs and rng.random() < .05: P[0]["replaced_on"] = inside(.5, 1)
    if rng.random() < .3: rng.shuffle(P)
    c["providers"] = P
    if form == O.CRIM and rng.random() < .4:
        some_documents(rng, c, inside, min((p["method_chosen_on"] for p in P if "method_chosen_on" in p), default=None))
    for p in P:
        if form != O.EXTRA and rng.random() < (.25 if p["method"] == O.LUMP else .03): some_part(rng, form, p)
        if rng.random() < .03: p["labels"] = some_labels(rng)
    if rng.random() < .03: c["labels"] = some_labels(rng)

    # lump sum facts
    if any(p["method"] == O.LUMP for p in P) or rng.random() < .1:
        c["tasks_complete"] = rng.random() < .55
        if not c["tasks_complete"] or rng.random() < .1:
            c["deducted_sessions"] = rng.choice(DEDUCTED)

    # lines
    big = rng.random() < .5
    m = rng.choice([0, 1, 2, 3, 5, 8, 12, 18]) if P else 0
    if big and P: m = rng.choice([6, 9, 12, 18, 24])
    tasks, capped = list(O.CERT[form]), sorted(O.CAPPED[form])
    marks = list(MARKS) + [c.get(k) for k in ("suspended_on", "resumed_on", "assigned_on", "closed_on")]
    marks += [p.get(k) for p in P for k in ("assigned_on", "replaced_on")]
    marks = [d + k * DAY for d in marks if d for k in (-1, 0, 1)]
    E, idle = [], [p for p in P[1:] if p["method"] == O.LUMP and rng.random() < .25]   # 0.5, 0.6: who did nothing that counts
    if len(P) == 1 and P[0]["method"] == O.LUMP and rng.random() < .2: m = rng.choice([0, 1])
    for j in range(m):
        p = rng.choice(P)
        task = rng.choice(capped) if capped and rng.random() < .35 else rng.choice(tasks)
        if rng.random() < .02: task = rng.choice(O.TASKS)
        e = {"id": f"e{j+1}", "provider": p["id"], "task": task}
        if rng.random() < .12: e["date"] = rng.choice(marks)
        else:
            lo, hi = max(start, p.get("assigned_on", start), date(2021, 7, 15)), min(end, p.get("replaced_on", end))
            if rng.random() < .85:
                if "suspended_on" in c and c["suspended_on"] > lo: hi = min(hi, c["suspended_on"])
                hi = max(lo, hi)
            e["date"] = lo + DAY * rng.randint(0, max(0, (hi - lo).days))
            if E and rng.random() < .15: e["date"] = rng.choice(E)["date"]
        if form == O.CRIM:
            st = list(c.get("stages") or O.STAGES[form])
            e["stage"] = "pre_charge" if rng.random() < .15 else rng.choice(st)
            if rng.random() < .05: e["stage"] = rng.choice(O.STAGES[form])
            if rng.random() < .08: del e["stage"]
        elif form != O.EXTRA and rng.random() < .5: e["stage"] = rng.choice(c.get("stages") or list(O.STAGES[form]))
        e["hours"] = rng.choice(LONG) if big and rng.random() < .6 else rng.choice(HOURS)
        x = rng.random()
        if x < .9: e["certified_by"] = [rng.choice(allowed_roles(form, task, e.get("stage")))] + \
            ([rng.choice(O.ROLES)] if rng.random() < .15 else [])
        elif x < .95: e["certified_by"] = []
        else: e["certified_by"] = [rng.choice(O.ROLES)]
        if p in idle: e.update(rng.choice([{"certified_by": []}, {"hours": "0"}]))
        if rng.random() < .01: e["labels"] = some_labels(rng)
        if task == "court_hearing" and rng.random() < .35:
            e["adjourned"] = rng.random() < .8
            if rng.random() < .95: e["adjourned_at_provider_request"] = rng.random() < .25
            if rng.random() < .95: e["adjournment_notified"] = rng.random() < .25
        elif rng.random() < .02: e["adjourned"] = True
        E.append(e)
    if rng.random() < .5: E.sort(key=lambda e: e["date"])
    c["entries"] = E

    c = iso(c)
    if mode == "one_line_fact" and E:
        e = rng.choice(c["entries"])
        keys = [k for k in e if k not in ("id", "labels")]
        del e[rng.choice(keys)]
    elif missing: drop(c, rng, missing)
    if rng.random() < .1:                                   # an explicit null means the same as an absent key
        k = rng.choice(["documents", "suspended_on", "aided_person", "labels", "complexity", "stages", "closed_on", "deducted_sessions"])
        c.setdefault(k, None)
    return c


def iso(x):
    if isinstance(x, date): return x.isoformat()
    if isinstance(x, dict): return {k: iso(v) for k, v in x.items()}
    if isinstance(x, list): return [iso(v) for v in x]
    return x


def drop(x, rng, p, top=True):
    """leave facts out (never an id), or set them to null"""
    if isinstance(x, list):
        for v in x: drop(v, rng, p, False)
    elif isinstance(x, dict):
        for k in list(x):
            q = p / 4 if k in ("providers", "entries", "form") else p
            if k not in ("id", "case_id", "labels") and rng.random() < q * (.3 if not top else 1):
                if rng.random() < .8: del x[k]
                else: x[k] = None
            elif k != "labels": drop(x[k], rng, p, False)


def malformed_case(rng):
    """a case that must be refused -> (case, what was done)"""
    while True:
        c = random_case(rng)
        if c["providers"] and c["entries"] and O.evaluate(c)["status"] != "refused": break
    e, p = rng.choice(c["entries"]), rng.choice(c["providers"])
    W = {}

    def way(f): W[f.__name__] = f; return f
    @way
    def unknown_key_top(): c[rng.choice(["entrys", "Form", "closedOn", "stage"])] = "x"
    @way
    def unknown_key_entry(): e[rng.choice(["hour", "certified", "Date", "note"])] = "3"
    @way
    def unknown_key_provider(): p[rng.choice(["name", "methods", "start"])] = "x"
    @way
    def unknown_key_null(): c["colour"] = None
    @way
    def float_hours(): e["hours"] = 3.5
    @way
    def whole_float(): e["hours"] = 4.0
    @way
    def bad_number(): e["hours"] = rng.choice(["-1", "+3", "3,5", ".5", "3.", "1e1", " 3", "3 ", "", "NaN", "٣", "3\n", "1_0", -1, True, [], {}])
    @way
    def bad_date(): e["date"] = rng.choice(["2023-02-30", "2023-2-3", "20230203", "2023-13-01", "03/02/2023", "0000-01-01", "2023-01-01T00:00:00",
                                           "2023-01-01 ", 20230101, "2023-W01-1", "2023-02-29"])
    @way
    def bad_case_date(): c[rng.choice(["assigned_on", "closed_on", "suspended_on", "resumed_on"])] = rng.choice(["tomorrow", "2022-00-10", 5, ["2022-01-01"]])
    @way
    def bad_vocabulary():
        rng.choice([lambda: c.update(form="criminal"), lambda: e.update(task="court"), lambda: p.update(kind="officer"),
                    lambda: p.update(method="sessions"), lambda: e.update(certified_by=["police"]), lambda: e.update(stage="trial"),
                    lambda: c.update(offences=[{"class": "petty"}]), lambda: c.update(complexity="simple"),
                    lambda: c.update(offences=[{"highest_penalty": {"kind": "caning"}}]),
                    lambda: c.update(documents=[{"kind": "letter"}]), lambda: c.update(aided_person="defendant"),
                    lambda: p.update(stages=["trial"]), lambda: e.update(task="Court_hearing")])()
    @way
    def repeated_entry_id(): c["entries"].append(dict(e))
    @way
    def repeated_provider_id(): c["providers"].append({"id": p["id"], "kind": "lawyer", "method": "actual_sessions"})
    @way
    def missing_id(): rng.choice([e, p]).pop("id")
    @way
    def null_id(): e["id"] = None
    @way
    def unknown_provider(): e["provider"] = "P99"
    @way
    def unknown_predecessor(): p["replaces"] = "P99"
    @way
    def wrong_type():
        rng.choice([lambda: c.update(entries={}), lambda: c.update(providers="P1"), lambda: c.update(tasks_complete="true"),
                    lambda: e.update(certified_by="centre"), lambda: e.update(certified_by=[None]), lambda: c.update(stages="appeal"),
                    lambda: c["entries"].append(None), lambda: e.update(adjourned=1), lambda: c.update(case_id=7), lambda: e.update(id=3),
                    lambda: c.update(offences=[[]]), lambda: c.update(offences=[{"highest_penalty": "life"}]),
                    lambda: c.update(offences=[{"highest_penalty": {"kind": "prison", "years": 12.5}}]), lambda: e.update(task=[])])()
    @way
    def repeated_stage(): rng.choice([c, p])["stages"] = ["appeal", "appeal"]
    @way
    def bad_labels():
        rng.choice([c, p, e])["labels"] = rng.choice([[], "x", {"a": 1}, {"a": "x" * 201}, {f"l{k}": "" for k in range(51)}])
    @way
    def bad_part(): p.update(rng.choice([{"stages": "appeal"}, {"tasks_complete": "no"}, {"deducted_sessions": "-1"}, {"deducted_sessions": 1.5}]))
    @way
    def foreign_stage():
        rng.choice([c, p])["stages"] = ["pre_charge"] if c["form"] == O.CRIM else ["investigation"]
    @way
    def foreign_line_stage():
        if c["form"] == O.CRIM: c["form"] = O.CIVIL; c["stages"] = []; e["stage"] = "investigation"
        else: e["stage"] = "pre_charge"
    @way
    def closed_too_early(): c["closed_on"] = rng.choice(["2021-07-14", "2020-01-01", "2017-06-30"])
    name = rng.choice(sorted(W))
    W[name]()
    return c, name


def complete(case, rng):
    """fill every absent fact with a random possible value (for testing bounds: the values must lie inside)"""
    c = copy.deepcopy({k: v for k, v in case.items() if v is not None})
    form = c.setdefault("form", rng.choice(O.FORMS))
    dates = [rng.choice(CLOSE + MARKS[1:]) for _ in range(3)]
    rd = lambda: rng.choice(dates + MARKS).isoformat()
    c.setdefault("assigned_on", rd())
    if not c.get("suspended_on"): c.setdefault("closed_on", rng.choice(CLOSE).isoformat())
    if not c.get("offences") and not c.get("documents"): c["offences"] = [some_offence(rng) for _ in range(rng.randint(1, 2))]
    for o in (c.get("offences") or []) + [o for d in c.get("documents") or [] for o in d.get("offences") or []]:
        if O.offence_class(O.T_OFFENCE(o, "", O.Refuse())) is None:
            o["class"] = rng.choice(O.CLASSES)
    for d in c.get("documents") or []:
        if d.get("offences") is None: d["offences"] = [some_offence(rng) for _ in range(rng.randint(0, 2))]
        if d.get("kind") is None: d["kind"] = rng.choice(O.DOC_KINDS)
        if d.get("issued_on") is None: d["issued_on"] = rd()
    c.setdefault("aided_person", rng.choice(O.AIDED))
    c.setdefault("complexity", rng.choice(O.COMPLEXITY))
    c.setdefault("stages", stage_union(rng, form))
    c.setdefault("tasks_complete", rng.random() < .5)
    c.setdefault("deducted_sessions", rng.choice(["0", "1", "5", "30"]))
    c.setdefault("providers", [])
    c.setdefault("entries", [])
    for p in c["providers"]:
        if p.get("kind") is None: p["kind"] = rng.choice(O.KINDS)
        if p.get("method") is None: p["method"] = rng.choice(O.METHODS)
        if p["method"] == O.LUMP and p.get("method_chosen_on") is None: p["method_chosen_on"] = rd()
        if p.get("replaces"):
            q = next(q for q in c["providers"] if q["id"] == p["replaces"])
            if not p.get("assigned_on"): p["assigned_on"] = rd()
            if not q.get("replaced_on"): q["replaced_on"] = rd()
    for e in c["entries"]:
        fill = {"date": rd, "task": lambda: rng.choice(list(O.CERT[form])), "hours": lambda: rng.choice(HOURS + LONG),
                "provider": lambda: rng.choice(c["providers"])["id"] if c["providers"] else None,
                "certified_by": lambda: rng.sample(O.ROLES, rng.randint(0, 12))}
        if form == O.CRIM: fill["stage"] = lambda: rng.choice(O.STAGES[form] + ("pre_charge",))
        for k, f in fill.items():
            if e.get(k) is None: e[k] = f()
        if e["task"] == "court_hearing" and e.get("adjourned"):
            for k in ("adjourned_at_provider_request", "adjournment_notified"):
                if e.get(k) is None: e[k] = rng.random() < .5
    return c
