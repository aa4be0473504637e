"""Cases for papers, with names that somebody could write to harm the reader."""

from __future__ import annotations

import copy
from typing import Any

HOSTILE = ['=HYPERLINK("http://x.example")', "{{ 7*7 }} {% raw %}", '#strong[x] #import "x"', "<w:p>&lt;b&gt;</w:p>", "+1|cmd", "@SUM(A1)", "\u202eabc\x07"]
LONG = "Công ty luật trách nhiệm hữu hạn một thành viên " * 4

LUMP: dict[str, Any] = {
    "case_id": "TT.TT.01.2026", "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
    "offences": [{"class": "very_serious"}], "stages": ["investigation", "prosecution", "first_instance"], "tasks_complete": True,
    "labels": {"name": "Nguyễn Thị Hồng Nhung", "address": "Thôn 5, xã Đắk Ơ, huyện Bù Gia Mập, tỉnh Bình Phước"},
    "providers": [
        {"id": "P1", "kind": "lawyer", "method": "lump_sum", "method_chosen_on": "2026-01-05", "labels": {"name": "Trần Văn Ưng", "code": "001"}},
        {"id": "P2", "kind": "lawyer", "method": "lump_sum", "method_chosen_on": "2026-01-05", "labels": {"name": "Lê Thị Ữ"}},
    ],
    "entries": [
        {"id": "e1", "provider": "P1", "date": "2026-02-02", "task": "file_study", "stage": "investigation", "hours": "4", "certified_by": ["centre"]},
        {"id": "e2", "provider": "P2", "date": "2026-02-03", "task": "court_hearing", "stage": "first_instance", "hours": "8", "certified_by": ["judge"]},
        {"id": "e3", "provider": "P1", "date": "2026-02-03", "task": "court_hearing", "stage": "first_instance", "hours": "3", "certified_by": ["centre"]},
    ],
}  # fmt: skip


def sessions(lines: int, case_id: str = "TT.TT.02.2026") -> dict[str, Any]:
    """One lawyer on sessions, with as many lines as wanted; every third is not certified as it should be."""
    return {
        "case_id": case_id, "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
        "stages": ["investigation", "first_instance"], "offences": [{"class": "serious"}],
        "providers": [{"id": "P1", "kind": "lawyer", "method": "actual_sessions", "labels": {"name": "Trần Thị Mỹ Hạnh", "code": "002"}}],
        "entries": [
            {"id": f"e{i}", "provider": "P1", "date": f"2026-03-{i % 28 + 1:02d}", "hours": "9.5",
             "task": "court_hearing" if i % 3 == 0 else "interrogation_or_testimony",
             "stage": "first_instance" if i % 3 == 0 else "investigation", "certified_by": ["investigator"]}
            for i in range(lines)
        ],
    }  # fmt: skip


def hostile() -> dict[str, Any]:
    """Every label an attack, an id too, and a name as long as a label may be."""
    case = copy.deepcopy(LUMP)
    case["case_id"] = "../../=1+1"
    case["labels"] = {"name": HOSTILE[0], "address": HOSTILE[1], "organisation": LONG[:200]}
    case["providers"][0]["labels"] = {"name": HOSTILE[2], "account": HOSTILE[3], "organisation": HOSTILE[6]}
    case["providers"][1]["labels"] = {"name": LONG[:200], "code": HOSTILE[4]}
    case["entries"][0]["labels"] = {"place": HOSTILE[5]}
    return case
