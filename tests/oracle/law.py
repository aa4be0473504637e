"""The law as plain constants: words of the facts, points, certifiers, ceilings, rates, figures that are known."""

import csv
import os
from datetime import date
from fractions import Fraction as F

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
# whoever signs as the first is also each of the second (contract 1 and 0.9)
IS_ALSO = {"judge": {"proceedings_officer"}, "court_clerk": {"proceedings_officer"}, "investigator": {"proceedings_officer"},
           "procurator": {"proceedings_officer"}, "case_handler": {"judge", "proceedings_officer"},
           "mediation_clerk": {"proceedings_officer"}, "dialogue_clerk": {"proceedings_officer"}}
AIDED = ("accused", "victim", "civil_party", "person_before_charge", "other")

_PO, _ORG = ["proceedings_officer", "proceedings_agency"], ["centre", "branch", "contracted_organisation"]
CERT = {CRIM: {
    "interrogation_or_testimony": _PO,
    "confrontation_or_examination": _PO + ["person_met"],
    "scene_examination": _PO + ["person_met"],                                          # 0.10: at every stage
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

# readings of section 0: the first answer is the default
READINGS = {"art_8_cl_3_excess": ("stands", "predecessor_cut"), "art_10_cl_1_providers": ("who_worked", "appointed"),
            "art_9_cl_4_uncertified": ("left_open", "paid"),
            "art_9_cl_2_pt_a_later_documents": ("until_choice", "every_document"),
            "art_10_cl_2_charged": ("indictment", "of_the_case"), "art_5_cl_3_case_handler": ("judge_too", "named_person")}

# the point of Clause 1 and the point of the certifying clause of each task
_4 = {"interrogation_or_testimony": "a a", "confrontation_or_examination": "b b", "scene_examination": "b b",
      "working_with_proceedings_body": "c b", "evidence_work": "d c", "meeting_in_custody": "dd d", "meeting_at_liberty": "e dd",
      "file_study": "g e", "preparing_arguments": "h g", "court_hearing": "i h", "appeal_work": "k g", "other_reasonable_work": "l g"}
_5 = {"dispute_groundwork": "a a", "trial_preparation_meeting": "b a", "evidence_disclosure_session": "c b", "evidence_work": "c b",
      "taking_testimony": "d c", "appraisal_or_other_procedural_work": "d c", "mediation": "dd d", "working_with_proceedings_body": "e dd",
      "meeting_participants": "g e", "file_study": "h g", "preparing_arguments": "i h", "court_hearing": "k d", "appeal_work": "l h",
      "other_reasonable_work": "m h"}
_7 = {"meeting_client_or_witness": "a a", "file_study": "b b", "evidence_work": "c b", "working_with_agencies": "d a",
      "representation_before_authority": "dd a"}
_8 = {"evidence_work": "a", "interrogation_or_testimony": "b", "confrontation_or_examination": "b", "meeting_in_custody": "c",
      "meeting_at_liberty": "d"}


def points(form, task, stage=None):
    """-> the points under which a line of this task falls, and is certified, as paths within the circular"""
    if task not in CERT[form]: return set()
    if form == CRIM:
        a, b = _4[task].split()
        return {f"art_4/cl_1/pt_{a}", f"art_4/cl_3/pt_{b}"} | ({f"art_8/cl_4/pt_{_8[task]}"} if stage == "pre_charge" and task in _8 else set())
    if form == EXTRA:
        a, b = _7[task].split()
        return {f"art_7/cl_1/pt_{a}", f"art_7/cl_2/pt_{b}"}
    if task == "dialogue_session": return {"art_6/cl_1/pt_b", "art_6/cl_3/pt_b"}
    a, b = _5[task].split()
    own = {f"art_5/cl_1/pt_{a}", f"art_5/cl_3/pt_{b}"}
    return own if form == CIVIL else own | {"art_6/cl_1/pt_a", "art_6/cl_3/pt_a"}


def ceiling_cite(form): return {CRIM: "art_4/cl_2", CIVIL: "art_5/cl_2", ADMIN: "art_6/cl_2"}[form]
def no_level_cite(form): return "art_9/cl_3/pt_a" if form == CRIM else "art_9/cl_3/pt_b"


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
