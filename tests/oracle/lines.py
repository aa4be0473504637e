"""One line of the schedule: its sessions, and whether it is counted (true, false, or open for want of facts)."""

from tests.oracle.facts import *


def and3(values):
    values = list(values)
    return False if False in values else None if None in values else True


def or3(values):
    values = list(values)
    return True if True in values else None if None in values else False


def sessions_of(hours):                                                                # Art. 3(2)
    if hours is None: return None
    if hours >= INF: return INF
    whole, rest = divmod(hours, 4)
    return whole + (0 if rest == 0 else F(1, 2) if rest < 3 else 1)


def signed_by(roles):
    """what each signature is also (contract 1, 0.9)"""
    return set(roles).union(*(IS_ALSO.get(r, ()) for r in roles))


def certified(m, e, judge_too):
    """-> True/False for a line with task, roles, form (and stage where it matters) known"""
    form, task = m["form"], e["task"]
    allowed = set(CERT[form][task])
    if form == CRIM and e["stage"] == "pre_charge": allowed = set(CERT_PRE.get(task, allowed))
    if judge_too and "case_handler" in allowed: allowed.add("judge")                   # 0.9
    return bool(signed_by(e["certified_by"]) & allowed)


def start_of(m, p):
    """A successor's day never falls back to the case's [A6]."""
    return p["assigned_on"] or (None if p["replaces"] is not None else m["assigned_on"])


class Conditions:
    """Three-valued: one false settles it, whatever else is missing."""

    def __init__(self): self.values, self.missing = [], set()

    def add(self, value, *missing):
        self.values.append(value)
        if value is None: self.missing |= set(missing)

    def result(self):
        counted = and3(self.values)
        return counted, self.missing if counted is None else set()


def line_state(m, i, e, readings):
    """-> (sessions, counted, missing paths that keep `counted` open)"""
    form, task, here, c = m["form"], e["task"], f"entries[{i}]", Conditions()
    task_missing = ([] if task else [here + ".task"]) + ([] if form else ["form"])
    listed = task in CERT[form] if task and form else None
    c.add(listed, *task_missing)
    roles = e["certified_by"]
    if roles == []: c.add(False)
    elif roles is None: c.add(None, here + ".certified_by")
    elif listed is None: c.add(None, *task_missing)                                    # strict [A1]
    elif listed and form == CRIM and task in STAGE_SENSITIVE and e["stage"] is None: c.add(None, here + ".stage")
    elif listed: c.add(certified(m, e, readings["art_5_cl_3_case_handler"] == "judge_too"))
    dates_of_line(m, e, here, c)
    adjournment(e, task, here, c)
    return (sessions_of(e["hours"]), *c.result())


def dates_of_line(m, e, here, c):
    d = e["date"]
    dm = () if d else (here + ".date",)
    c.add(d >= EFFECTIVE if d else None, *dm)                                          # Art. 11
    if m["suspended_on"]:                                                              # Art. 8(2)
        c.add(None if d is None else not (d > m["suspended_on"] and (m["resumed_on"] is None or d < m["resumed_on"])), *dm)
    if m["providers"] is None: c.add(None, "providers")
    elif e["provider"] is None: c.add(None, here + ".provider")
    else:
        k, p = next((k, p) for k, p in enumerate(m["providers"]) if p["id"] == e["provider"])
        if p["replaced_on"]: c.add(d <= p["replaced_on"] if d else None, *dm)          # Art. 8(3)
        elif any(q["replaces"] == p["id"] for q in m["providers"]): c.add(None, f"providers[{k}].replaced_on")
        since = start_of(m, p)
        if since: c.add(d >= since if d else None, *dm)
        else: c.add(None, f"providers[{k}].assigned_on" if p["replaces"] is not None else "assigned_on")


def adjournment(e, task, here, c):                                                     # 4(1)(i), 5(1)(k)
    if not e["adjourned"] or task not in (None, "court_hearing"): return
    flags = {k: e[k] for k in ("adjourned_at_provider_request", "adjournment_notified")}
    if task is None: c.add(None, here + ".task")
    elif True in flags.values(): c.add(False)
    else: c.add(None if None in flags.values() else True, *[f"{here}.{k}" for k in flags if flags[k] is None])
