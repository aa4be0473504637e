"""The facts of the golden cases, a row of section 0 after the other: small cases that a person can decide by hand."""

from tests.oracle.law import *

RUN = ["investigation", "prosecution", "first_instance"]                               # 23 sessions where very serious
DAY0, DAY1, END = "2024-01-10", "2024-02-01", "2024-12-20"


def provider(key="P1", method=LUMP, kind="lawyer", **more):
    return {"id": key, "kind": kind, "method": method, **({"method_chosen_on": DAY0} if method == LUMP else {}), **more}


def line(key, by="P1", task="interrogation_or_testimony", stage="investigation", hours="4", date=DAY1, signed=("proceedings_officer",), **more):
    return {"id": key, "provider": by, "date": date, "task": task, **({"stage": stage} if stage else {}), "hours": hours,
            "certified_by": list(signed), **more}


def criminal(providers, entries, **more):
    return {"form": CRIM, "assigned_on": DAY0, "closed_on": END, "aided_person": "accused", "offences": [{"class": "very_serious"}],
            "stages": RUN, "tasks_complete": True, "providers": providers, "entries": entries} | more


def civil(providers, entries, form=CIVIL, **more):
    return {"form": form, "assigned_on": DAY0, "closed_on": END, "complexity": "complex", "stages": ["first_instance"], "tasks_complete": True,
            "providers": providers, "entries": entries} | more


def without(facts, *path):
    """the facts less one"""
    import copy
    facts = copy.deepcopy(facts)
    at = facts
    for step in path[:-1]: at = at[step]
    del at[path[-1]]
    return facts


def study(key, by="P1", hours="8", form=CRIM, **more):
    return line(key, by, "file_study", "first_instance", hours, signed=("centre",), **more)


def pair(first, second, entries, more_first=None, more_second=None, **more):
    """a predecessor and his successor"""
    return criminal([provider("P1", first, replaced_on="2024-06-01", **(more_first or {})),
                     provider("P2", second, replaces="P1", assigned_on="2024-06-02", **(more_second or {}))], entries, **more)


def no_stage():
    for form, facts in (("criminal", criminal), ("civil", civil), ("administrative", lambda p, e, **m: civil(p, e, form=ADMIN, **m))):
        task = "working_with_proceedings_body"
        worked = line("e1", task=task, stage=None)
        for stages, bites in (([], True), (["first_instance"], False)):
            yield "0.1", bites, f"lump sum, {form}, stages {stages}", facts([provider()], [worked], stages=stages), {}
            for t, signed in (("file_study", ["centre"]), ("preparing_arguments", ["branch"])):
                yield ("0.1", bites, f"{t} below its ceiling, {form}, stages {stages}",
                       facts([provider(method=ACT)], [line("e1", task=t, stage=None, signed=signed), line("e2", task=task, stage=None)], stages=stages), {})
        yield "0.1", False, f"no ceiling for the line, {form}, no stage", facts([provider(method=ACT)], [worked], stages=[]), {}
    at_liberty = line("e1", task="meeting_at_liberty", stage="pre_charge", hours="12", signed=["person_met"])
    yield "0.1", False, "8(4)(d) has a ceiling of its own", criminal([provider(method=ACT)], [at_liberty], stages=[]), {}
    yield "0.1", True, "the same meeting after the charge has none", criminal([provider(method=ACT)], [at_liberty | {"stage": "appeal"}], stages=[]), {}
    yield "0.1", False, "a line that is not counted reaches no ceiling", criminal([provider(method=ACT)], [study("e1") | {"certified_by": []}], stages=[]), {}


def parts():
    one = [line("e1"), line("e2", "P2", date="2024-07-01")]
    for part in ({"stages": ["investigation"]}, {"stages": ["appeal"]}, {"tasks_complete": False, "deducted_sessions": "6"}, {"stages": []},
                 {"tasks_complete": False}, {"stages": RUN, "tasks_complete": True}):
        yield "0.2", True, f"sole, part {part}", criminal([provider(**part)], one[:1]), {}
        yield "0.2", True, f"two, the first has the part {part}", criminal([provider(**part), provider("P2")], one), {}
        yield "0.2", True, f"10(4), part {part}", pair(LUMP, ACT, one, part), {}
        yield "0.2", True, f"8(3), part {part}", pair(ACT, LUMP, one, None, part), {}
    yield "0.2", False, "two, no part: one level shared", criminal([provider(), provider("P2", kind="state_legal_aid_officer")], one), {}
    yield "0.2", False, "a part of one on sessions is ignored", criminal([provider(method=ACT, stages=["appeal"])], [study("e1")]), {}
    yield "0.2", False, "ceilings use the case's stages", pair(LUMP, ACT, [line("e1"), study("e2", "P2", "16", date="2024-07-01")], {"stages": ["investigation"]}), {}
    yield "0.2", False, "the case's deduction where none of his own", criminal([provider()], one[:1], tasks_complete=False, deducted_sessions="3"), {}
    both = [provider(stages=["investigation"]), provider("P2", stages=["prosecution", "first_instance"], kind="state_legal_aid_officer")]
    yield "0.2", True, "two parts below the case's level", criminal(both, one, offences=[{"class": "less_serious"}]), {}
    yield "0.2", True, "two parts above the case's level are cut in proportion", criminal([p | {"stages": RUN} for p in both], one), {}
    yield "0.2", True, "an idle one with a part gets nothing", criminal(both, one[:1]), {}
    yield "0.2", True, "parts, the case's stages missing", without(criminal(both, one), "stages"), {}


def excess():
    for hours in ("16", "92", "120"):
        entries = [line("e1", hours=hours), line("e2", "P2", date="2024-07-01")]
        for reading in ("stands", "predecessor_cut"):
            for kind in KINDS:
                facts = pair(ACT, LUMP, entries)
                facts["providers"][0]["kind"] = kind
                yield "0.3", hours == "120", f"predecessor with {hours} hours, {kind}, {reading}", facts, {"art_8_cl_3_excess": reading}


def aided():
    two = [{"class": "very_serious"}, {"class": "serious"}]
    for who in AIDED: yield "0.4", who != "accused", f"two offences, {who}", criminal([provider()], [line("e1")], offences=two, aided_person=who), {}
    none = lambda facts: without(facts, "aided_person")
    yield "0.4", True, "two offences, who is aided missing", none(criminal([provider()], [line("e1")], offences=two)), {}
    yield "0.4", False, "one offence, who is aided missing", none(criminal([provider()], [line("e1")])), {}
    yield "0.4", False, "two offences, all on sessions, who is aided missing", none(criminal([provider(method=ACT)], [study("e1")], offences=two)), {}
    shared = criminal([provider(), provider("P2")], [line("e1"), line("e2", "P2")], offences=two)
    yield "0.4", False, "10(1) gives the increase already", none(shared), {}
    yield "0.4", True, "two providers, one idle: 10(2) alone would give it", none(shared | {"entries": shared["entries"][:1]}), {}
    yield "0.4", True, "a victim, two providers, one idle", shared | {"entries": shared["entries"][:1], "aided_person": "victim"}, {}


def worked():
    who = {"art_10_cl_1_providers": "appointed"}
    two = [provider(kind="state_legal_aid_officer"), provider("P2")]
    for offence in ("serious", "less_serious"):
        base = lambda e, p=two: criminal(p, e, offences=[{"class": offence}])
        for readings in ({}, who):
            yield "0.5", False, f"both worked, {offence}, {readings}", base([line("e1"), line("e2", "P2", hours="8")]), readings
            yield "0.5", not readings, f"one idle, {offence}, {readings}", base([line("e1")]), readings
            yield "0.5", not readings, f"one uncertified, {offence}, {readings}", base([line("e1"), line("e2", "P2", signed=[])]), readings
            yield "0.5", not readings, f"nobody worked, {offence}, {readings}", base([line("e1", signed=[])]), readings
    replaced = pair(LUMP, LUMP, [line("e1"), line("e2", "P2", date="2024-07-01")])
    yield "0.5", False, "a predecessor and his successor are one", replaced, {}
    third = replaced | {"providers": replaced["providers"] + [provider("P3")]}
    yield "0.5", True, "and a third who is idle", third, {}
    yield "0.5", False, "and a third who worked", third | {"entries": [*third["entries"], line("e3", "P3")]}, {}


def uncertified():
    paid = {"art_9_cl_4_uncertified": "paid"}
    for readings in ({}, paid):
        for title, entries in (("no line", []), ("uncertified", [line("e1", signed=[])]), ("no hours", [line("e1", hours="0")])):
            yield "0.6", True, f"{title}, {readings}", criminal([provider()], entries), readings
        yield "0.6", False, f"one counted line, {readings}", criminal([provider()], [line("e1"), line("e2", signed=[])]), readings
        yield "0.6", True, f"8(3), the successor has none, {readings}", pair(ACT, LUMP, [line("e1")]), readings
        yield "0.6", True, f"10(4), the predecessor has none, {readings}", pair(LUMP, ACT, [line("e1", "P2", date="2024-07-01")]), readings
    yield "0.6", True, "the only line lacks its certifiers", without(criminal([provider()], [line("e1")]), "entries", 0, "certified_by"), {}
    yield "0.6", False, "another line is known to count", without(criminal([provider()], [line("e1"), line("e2")]), "entries", 0, "certified_by"), {}


def document(kind, day, *classes): return {"kind": kind, "issued_on": day, "offences": [{"class": c} for c in classes]}


def later_documents():
    every = {"art_9_cl_2_pt_a_later_documents": "every_document"}
    for readings in ({}, every):
        for day in ("2024-01-09", DAY0, "2024-01-11"):
            late = day > DAY0
            facts = criminal([provider()], [line("e1")], offences=[{"class": "serious"}], documents=[document("indictment", day, "very_serious")])
            yield "0.7", late, f"issued {day}, {readings}", facts, readings
            yield "0.7", late, f"issued {day}, no offence of the case, {readings}", facts | {"offences": []}, readings
        yield "0.7", True, f"issued_on missing, {readings}", without(facts, "documents", 0, "issued_on"), readings
        yield "0.7", True, f"method_chosen_on missing, {readings}", without(facts, "providers", 0, "method_chosen_on"), readings
    yield "0.7", False, "undated, but of no higher class", without(facts | {"offences": [{"class": "very_serious"}]}, "documents", 0, "issued_on"), {}
    yield "0.7", False, "nobody on a lump sum", criminal([provider(method=ACT)], [study("e1", hours="24")], offences=[{"class": "serious"}], documents=facts["documents"]), {}
    yield "0.7", True, "also for the ceilings of a predecessor on sessions", pair(
        ACT, LUMP, [study("e1", hours="24"), line("e2", "P2", date="2024-07-01")], None, {"method_chosen_on": DAY1}, offences=[{"class": "serious"}],
        documents=[document("indictment", "2024-03-01", "extremely_serious")]), {}


def charged():
    case = {"art_10_cl_2_charged": "of_the_case"}
    of = lambda n: ["serious"] * n
    for own, *docs in ((2, ("indictment", 1)), (1, ("indictment", 2)), (2, ("judgment", 1)), (1, ("judgment", 2)), (2, ("indictment", 0)),
                       (2, ("indictment", 1), ("indictment", 2)), (3, ("prosecution_decision", 3), ("indictment", 1))):
        papers = [document(kind, "2024-01-05", *of(n)) for kind, n in docs]
        facts = criminal([provider()], [line("e1")], offences=[{"class": "serious"}] * own, documents=papers)
        bites = any(kind == "indictment" and n for kind, n in docs)
        for readings in ({}, case): yield "0.8", bites and not readings, f"{own} offences, {docs}, {readings}", facts, readings
    facts["documents"][-1]["issued_on"] = "2024-05-05"
    yield "0.8", True, "an indictment after the choice still counts", facts, {}
    yield "0.8", True, "kind missing where it matters", without(facts, "documents", 1, "kind"), {}


def certifiers():
    named = {"art_5_cl_3_case_handler": "named_person"}
    tries = [("evidence_disclosure_session", "judge", True), ("evidence_disclosure_session", "case_handler", False), ("file_study", "judge", True),
             ("court_hearing", "case_handler", True), ("mediation", "case_handler", True), ("working_with_proceedings_body", "mediation_clerk", True),
             ("taking_testimony", "dialogue_clerk", True), ("evidence_disclosure_session", "court_clerk", False), ("court_hearing", "mediation_clerk", False)]
    for task, role, bites in tries:
        for readings in ({}, named):
            yield "0.9", bites, f"civil {task} by {role}, {readings}", civil([provider(method=ACT)], [line("e1", task=task, stage=None, signed=[role])]), readings
    yield "0.9", True, "dialogue by a case handler", civil([provider(method=ACT)], [line("e1", task="dialogue_session", stage=None, signed=["case_handler"])], ADMIN), {}
    yield "0.9", False, "the mediation clerk is no court clerk", criminal([provider(method=ACT)], [line("e1", task="court_hearing", signed=["mediation_clerk"])]), {}


def scenes():
    for task in ("scene_examination", "confrontation_or_examination"):
        for stage, role in (("pre_charge", "person_met"), ("pre_charge", "proceedings_agency"), ("pre_charge", "investigator"), ("investigation", "person_met"),
                            ("investigation", "centre")):
            bites = task == "scene_examination" and stage == "pre_charge" and role != "investigator"
            yield "0.10", bites, f"{task} at {stage} by {role}", criminal([provider(method=ACT)], [line("e1", task=task, stage=stage, signed=[role])]), {}
    yield "0.10", True, "no stage is needed", without(criminal([provider(method=ACT)], [line("e1", task="scene_examination")]), "entries", 0, "stage"), {}
    yield "0.10", True, "not a task of a civil case", civil([provider(method=ACT)], [line("e1", task="scene_examination", stage=None)]), {}


def contradictions():
    for name, penalty in (("prison", {"kind": "prison", "years": "12"}), ("prison", {"kind": "prison", "years": "7"}), ("fine", {"kind": "fine"}), ("unknown", {"kind": "prison"})):
        offences = [{"class": "very_serious", "highest_penalty": penalty}]
        bites = name != "unknown" and penalty.get("years") != "12"
        yield "0.11", bites, f"very serious, {penalty}", criminal([provider()], [line("e1")], offences=offences), {}
    for day in ("2024-05-31", "2024-06-01", "2024-06-02"):
        facts = pair(ACT, ACT, [line("e1"), line("e2", "P2", date="2024-07-01")])
        facts["providers"][1]["assigned_on"] = day
        yield "0.11", day < "2024-06-01", f"replaced on 1 June, successor assigned {day}", facts, {}
    for method in METHODS:
        for stage in ("pre_charge", "investigation"):
            yield "0.11", method == LUMP and stage == "pre_charge", f"{method}, a line at {stage}", criminal([provider(method=method)], [
                line("e1", stage=stage, signed=["investigator"])]), {}


def left_open():
    two = [provider(), provider("P2", ACT)]
    work = [line("e1"), line("e2", "P2")]
    yield "0.12", True, "both methods in one case", criminal(two, work), {}
    yield "0.12", True, "both methods beside a missing fact", without(criminal(two, work), "entries", 0, "hours"), {}
    for method in METHODS:
        entries = [line("e1", task="file_study", stage=None, signed=["centre"])]
        outside = {"form": EXTRA, "assigned_on": DAY0, "closed_on": END, "providers": [provider(method=method)], "entries": entries}
        yield "0.12", method == LUMP, f"outside proceedings, {method}", outside, {}
        yield "0.12", method == LUMP, f"outside proceedings, {method}, hours missing", without(outside, "entries", 0, "hours"), {}
    yield "0.12", False, "one method for both", criminal([provider(method=ACT), provider("P2", ACT)], work), {}
    yield "0.12", False, "a successor may choose otherwise", pair(ACT, LUMP, [work[0], work[1] | {"date": "2024-07-01"}]), {}
    yield "0.16", True, "several, nobody certified: shares left open", criminal([provider(), provider("P2")], []), {}
    yield "0.16", True, "two openings at once", criminal([provider()], [], stages=[]), {}
    yield "0.16", True, "a level and a ceiling at once", pair(ACT, LUMP, [study("e1"), work[1] | {"date": "2024-07-01"}], stages=[]), {}
    yield "0.16", True, "two ceilings at once", criminal([provider(method=ACT)], [study("e1"), line("e2", task="preparing_arguments", signed=["centre"])], stages=[]), {}
    yield "0.16", False, "a missing fact is no opening", without(criminal([provider()], work[:1]), "stages"), {}
    yield "0.16", False, "an absent figure is no opening", criminal([provider()], work[:1], closed_on=None), {}
    yield "0.16", False, "a refusal has no opening", criminal([provider()], work[:1], closed_on="2021-07-14"), {}
    yield "0.16", False, "nothing open", criminal([provider()], work[:1]), {}


def bounded():
    uncapped, capped = line("e2", hours="6", date="2024-03-01"), study("e1", hours="12")
    facts = criminal([provider(method=ACT, kind="state_legal_aid_officer")], [capped, uncapped])
    for i, key in ((0, "certified_by"), (0, "task"), (0, "date"), (1, "stage"), (1, "certified_by"), (1, "task")):
        yield "0.13", True, f"one fact of one line: {key} of line {i + 1}", without(facts, "entries", i, key), {}
    yield "0.13", False, "nothing missing", facts, {}
    sole = criminal([provider(kind="state_legal_aid_officer")], [line("e1")])
    yield "0.13", True, "a value that leaves the law open: certifiers of the only line", without(sole, "entries", 0, "certified_by"), {}
    yield "0.13", True, "hours of the only line", without(sole, "entries", 0, "hours"), {}
    yield "0.13", True, "9(4): 0 or the level", sole | {"entries": []}, {}
    yield "0.13", True, "no level: 0 to 10 base salaries", sole | {"stages": []}, {}
    yield "0.13", True, "no ceiling: none or all", facts | {"stages": []}, {}
    yield "0.13", True, "an unknown share: all to each", criminal([provider(kind="state_legal_aid_officer"), provider("P2")], []), {}
    yield "0.13", True, "one certifier of two providers", without(criminal([provider(kind="state_legal_aid_officer"), provider("P2")], [line("e1")]), "entries", 0, "certified_by"), {}
    yield "0.13", False, "known all the same", criminal([provider(kind="lawyer")], [line("e1")]), {}
    yield "0.13", False, "the day of closing only", without(facts, "closed_on"), {}


def printed():
    for stages in (RUN, RUN[::-1], ["appeal", "first_instance"], ["appeal", "investigation"], ["first_instance", "prosecution"]):
        yield "0.14", stages != ["first_instance"], f"stages as given: {stages}", criminal([provider()], [line("e1")], stages=stages), {}
        yield "0.14", False, f"one stage: {stages[:1]}", criminal([provider()], [line("e1")], stages=stages[:1]), {}


def undated():
    work = [line("e1"), line("e2", "P2", date="2024-07-01")]
    for first, second in ((LUMP, ACT), (ACT, LUMP), (ACT, ACT), (LUMP, LUMP)):
        facts = pair(first, second, work)
        yield "0.15", False, f"{first} then {second}, both dates", facts, {}
        yield "0.15", True, f"{first} then {second}, successor undated", without(facts, "providers", 1, "assigned_on"), {}
        yield "0.15", True, f"{first} then {second}, predecessor undated", without(facts, "providers", 0, "replaced_on"), {}


def labelled():
    facts = criminal([provider()], [line("e1")])
    good, many = {"office": "Trung tâm", "seat": "x" * 200}, {f"label {i}": "" for i in range(51)}
    for title, labels, bites in (("texts", good, True), ("none", {}, True), ("too long", {"a": "x" * 201}, False), ("a number", {"a": 1}, False)):
        yield "0.18", bites, f"labels of the case: {title}", facts | {"labels": labels}, {}
        yield "0.18", bites, f"labels of a provider: {title}", criminal([provider(labels=labels)], [line("e1")]), {}
        yield "0.18", bites, f"labels of a line: {title}", criminal([provider()], [line("e1", labels=labels)]), {}
    yield "0.18", True, "fifty labels", facts | {"labels": dict(list(many.items())[:50])}, {}
    yield "0.18", False, "fifty-one labels", facts | {"labels": many}, {}


def cited():
    """-> (row, bites, title, facts, readings, cites that must be there, cites that must not); "Citations that must be right" """
    a, b = "circular_02_2021/art_10/cl_2/pt_a", "circular_02_2021/art_10/cl_2/pt_b"
    one, two, five, decree = ("circular_02_2021/art_10/cl_1", "circular_02_2021/art_10/cl_2", "circular_02_2021/art_9/cl_5", "decree_144_2017/art_13/cl_1")
    officer = "decree_144_2017/art_13/cl_3"
    for other, has, not_ in (("serious", a, b), ("very_serious", b, a)):
        own = [{"class": "very_serious"}, {"class": other}]
        yield "cites", True, f"very serious and {other}, in the case", criminal([provider()], [line("e1")], offences=own), {}, [has, two], [not_, one]
        papers = [document("indictment", "2024-01-05", "very_serious", other)]
        yield "cites", True, f"very serious and {other}, in the indictment", criminal([provider()], [line("e1")], offences=[], documents=papers), {}, [has, two], [not_, one]
    both = [line("e1"), line("e2", "P2")]
    yield "cites", False, "one offence", criminal([provider()], [line("e1")]), {}, [decree], [a, b, one, officer]
    yield "cites", True, "two providers: 10(1) gives the increase, 9(5) and the decree set the ceiling", criminal([provider(), provider("P2")], both), {}, [one, five, decree], [a, b, officer]
    yield "cites", True, "an officer", criminal([provider(kind="state_legal_aid_officer")], [line("e1")]), {}, [officer], [one, a, b]
    yield "cites", False, "a lawyer on sessions", criminal([provider(method=ACT)], [line("e1")]), {}, [decree], [officer, one, a, b]
    yield "cites", True, "an officer on sessions", criminal([provider(method=ACT, kind="state_legal_aid_officer")], [line("e1")]), {}, [decree, officer], [one]
    yield "cites", False, "file study beside a meeting: no other line's point", criminal([provider(method=ACT)], [
        study("e1"), line("e2", task="preparing_arguments", signed=["centre"])]), {}, ["circular_02_2021/art_4/cl_1/pt_g"], ["circular_02_2021/art_4/cl_1/pt_e"]
