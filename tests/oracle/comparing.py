"""Where a result of the rules differs from the oracle's, each difference with the provisions that decide it."""

from fractions import Fraction

from tests.oracle.law import *

PAY = {"sessions": "art_8/cl_1", "base_salaries": "art_9, art_10, decree art_13", "amount": "decree art_13"}
KEPT = ("sessions", "base_salaries", "amount", "level_sessions", "level_base_salaries")
EVERY_POINT = {p for form in FORMS for task in CERT[form] for stage in (None, "pre_charge") for p in points(form, task, stage)}


def exact(found, key):
    text = found.get(f"{key}_exact") or found.get(key)
    return None if text is None else Fraction(text)


def cited(things): return {c.split("/", 1)[1] for x in things for c in x["cites"]}


def differences(ours, theirs, case):
    """-> ["provision: what is said there, and here"], [] where both agree"""
    out = []

    def differ(provision, what, a, b): out.append(f"{provision}: {what}: {show(a)}, by the oracle {show(b)}")
    if ours["status"] != theirs["status"]:
        where = sorted({c for o in theirs["openings"] for c in o["cites"]} | cited(ours["openings"])) or ["needed facts"]
        differ(", ".join(where), "status", (ours["status"], [n["path"] or n["key"] for n in ours["needs"]], cited(ours["openings"])),
               (theirs["status"], theirs["needs"], [o["cites"] for o in theirs["openings"]]))
        return out
    if ours["status"] == "refused": return out
    settled = ours["status"] == "determined"
    for key, provision in PAY.items(): number(differ, ours, theirs, key, provision, key, settled)
    for mine, other in zip(ours["providers"], theirs["providers"], strict=True):
        for key in KEPT:
            provision = "art_9/cl_3, art_10" if "level" in key else PAY[key]
            if other.get(key) is None and "level" in key: continue                     # an idle one shows none
            number(differ, mine, other, key, provision, f"{mine['id']} {key}", settled)
    for mine, other in zip(ours["entries"], theirs["entries"], strict=True): line(differ, mine, other, case, settled)
    cites(differ, ours, theirs, case, settled)
    return out


def show(x):
    if isinstance(x, Fraction): return str(x)
    return str([show(y) for y in x]) if isinstance(x, (list, tuple, set)) else str(x)


def number(differ, mine, other, key, provision, what, settled):
    a, b = exact(mine, key), other.get(key)
    if a != b and (settled or None not in (a, b)): differ(provision, what, a, b)


def line(differ, mine, other, case, settled):
    e = next(x for x in case["entries"] if x["id"] == mine["id"])
    form, task = case.get("form"), e.get("task")
    own = points(form, task, e.get("stage")) if form and task else EVERY_POINT
    if exact(mine, "sessions") != other["sessions"]: differ("art_3/cl_2", mine["id"], exact(mine, "sessions"), other["sessions"])
    if mine["counted"] is not other["counted"] and None not in (mine["counted"], other["counted"]):
        differ(", ".join(sorted(own)) or "no point lists the task", f"{mine['id']} counted", mine["counted"], other["counted"])
    if settled: number(differ, mine, other, "payable_sessions", "art_4/cl_2, art_5/cl_2, art_6/cl_2, art_8", f"{mine['id']} payable", settled)
    foreign = (cited([mine]) & EVERY_POINT) - own
    if foreign: differ(", ".join(sorted(foreign)), f"{mine['id']} cites another line's point", foreign, own)


def cites(differ, ours, theirs, case, settled):
    """openings and findings: from outside, citations are compared, not codes (0.16)"""
    open_, found = cited(ours["openings"]), cited(ours["findings"])
    for o in theirs["openings"]:
        if set(o["cites"]) - open_ and (not theirs["needs"] or o["key"][0] in ("mixed", "invalid")):
            differ(", ".join(o["cites"]), "left open", open_, o["cites"])
    if theirs["needs"] and not theirs["openings"] and not ours["needs"]: differ("needed facts", "needs", [], theirs["needs"])
    for o in ours["openings"]:
        for key in o["withholds"]:
            if key in PAY and ours[key] is not None: differ(o["cites"], f"withheld {key}", ours[key], None)
    for key in [f["key"] for f in ours["figures"]] + [n["key"] for n in ours["needs"]]:
        stages = key.partition("stage=")[2].partition("]")[0].partition(",")[0].split("+")
        if stages != [s for s in STAGES[CRIM] if s in stages] and set(stages) <= set(STAGES[CRIM]):
            differ("art_9/cl_5", "stages out of order (0.14)", key, STAGES[CRIM])
    both = {f["code"] for f in ours["findings"]} & {o["code"] for o in ours["openings"]}
    if both: differ("openings", "also among findings", both, [])
    if not settled: return
    for c in theirs["findings"]:
        if not any(f == c or f.startswith(c + "/") for f in found): differ(c, "finding", found, c)
    officers = {p["id"] for p in case["providers"] if p["kind"] == "state_legal_aid_officer"}
    for p in ours["providers"]:
        if p["id"] not in officers and "art_13/cl_3" in cited([p]): differ("decree art_13/cl_3", f"{p['id']} is no officer", cited([p]), [])
    most = {c for f in ours["findings"] if f["code"] == "increase_is_a_maximum" for c in cited([f])}
    strange = {c for c in most if not any(c == g or c.startswith(g + "/") for g in theirs["increased_by"])}
    if strange: differ(", ".join(sorted(strange)), "clause that gave the increase", most, theirs["increased_by"])
