"""Helper terms have a home that is no provision; grounds that only add a citation; figures of one source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.citation import Citation, order_key
from legalaid_dsl.basics.source import Source
from legalaid_dsl.rulebook.amend.load import amended
from legalaid_dsl.workbench.rewrite import rewrite_source
from tests.engine.agreement import agree

LAW = """Instrument "1/2026" key small en "A small circular" vi "Thông tư mẫu", from 2026-01-01.

thing en "case | cases" vi "vụ việc" key case.
thing en "work entry | work entries" vi "công việc" key entries, listed in case, identified.
unit en "hour | hours" vi "giờ" key hours.
unit en "đồng" vi "đồng" key dong.
choices key task: en "study" vi "nghiên cứu" key study; en "meeting" vi "gặp gỡ" key meeting.
fact en "task" vi "loại việc" key entries.task, one of task.
fact en "night work" vi "việc ban đêm" key entries.night, yes or no.
fact en "time spent" vi "số giờ" key entries.hours, a number of hours.
fact en "day of payment" vi "ngày trả" key case.paid_on, a date.
term en "counts" vi "được tính" key entries.counts, yes or no, result counts.
term en "hours counted" vi "số giờ được tính" key entries.counted, a number of hours.
term en "hours paid" vi "số giờ được trả" key entries.paid, a number of hours, result paid.
term en "amount" vi "số tiền" key case.amount, a number of dong, decisive, result amount.
term en "pay of an hour" vi "tiền công một giờ" key hourly, a number of dong per hours.
table en "Appendix" vi "Phụ lục" key appendix, by task, a number of hours.

Article 1.
for each case:
pay of an hour, secondary source en "A survey" vi "Một khảo sát":
  10 đồng per hour from 2026-01-01 to 2026-06-30;
  12 đồng per hour from 2026-07-01.
figures Appendix, official source en "Appendix" vi "Phụ lục": (study) is 6 hours; (meeting) is 2 hours.
amount is total of hours paid × pay of an hour on day of payment over work entries (0 đồng if none).
Clause 1.
for each work entry:
counts when time spent > 0 hours.
hours paid is hours counted, at most Appendix (task) when counts; 0 hours otherwise.
Point a.
supports counts when task is study.
Point b.
supports hours paid when night work.

Definitions.
for each work entry:
hours counted is time spent when time spent < 100 hours.

Article 2.
Clause 1.
for each work entry:
despite definitions.
hours counted is 100 hours when time spent >= 100 hours and task is study.

Definitions.
"""


def _rules(folder: Path, law: str = LAW) -> la.Rules:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.law").write_text(law, "utf-8")
    return la.load(folder)


def _entry(rules: la.Rules, **facts: Any) -> dict[str, Any]:
    case = {"paid_on": "2026-02-01", "entries": [{"id": "e1", "task": "study", "hours": "4", **facts}]}
    found: dict[str, Any] = rules.evaluate(case).to_dict()
    return found


def test_definitions_have_an_address_after_the_provisions() -> None:
    at = Citation.from_path("small/definitions")
    assert at.path == "small/definitions"
    assert (at.name("en"), at.name("vi")) == ("Definitions", "phần định nghĩa")
    assert order_key(Citation("small", "99")) < order_key(at)


def test_a_definition_stands_in_the_trace_and_in_no_list_of_citations(tmp_path: Path) -> None:
    found = _entry(_rules(tmp_path), night=False)
    assert found["entries"][0]["paid"] == "4"
    assert found["entries"][0]["cites"] == ["small/art_1/cl_1", "small/art_1/cl_1/pt_a"]
    assert [t["cites"] for t in found["trace"] if t["term"] == "entries.counted"] == [["small/definitions"]]


def test_what_is_missing_or_left_open_is_told_of_the_provision_that_asks(tmp_path: Path) -> None:
    rules = _rules(tmp_path)
    missing = _entry(rules, hours=None, task="meeting")
    assert {c for n in missing["needs"] for c in n["cites"]} == {"small/art_1/cl_1"}
    alone = _rules(tmp_path / "alone", LAW.replace("despite definitions.\nhours counted is 100 hours", "hours paid is 5 hours"))
    gap = _entry(alone, hours="100", task="meeting")
    assert [o["cites"] for o in gap["openings"]] == [["small/art_1/cl_1"]]
    assert _entry(rules, hours="100")["entries"][0]["paid"] == "6"  # the exception names the definitions


@pytest.mark.parametrize(("night", "cited"), [(True, True), (False, False), (None, False)])
def test_a_ground_that_only_adds_a_citation_changes_nothing_else(tmp_path: Path, night: bool | None, cited: bool) -> None:
    found = _entry(_rules(tmp_path), night=night)
    assert found["status"] == "determined"
    assert found["needs"] == []
    assert found["amount"] == "40"
    assert ("small/art_1/cl_1/pt_b" in found["entries"][0]["cites"]) is cited


def test_what_is_not_decided_yes_is_supported_by_nothing(tmp_path: Path) -> None:
    assert "small/art_1/cl_1/pt_a" not in _entry(_rules(tmp_path), hours="0")["entries"][0]["cites"]


def test_figures_of_one_source_are_figures(tmp_path: Path) -> None:
    book = _rules(tmp_path).rulebook
    assert [(f.value, f.status, f.source.en) for f in book.figures["hourly"]] == [(10, "secondary", "A survey"), (12, "secondary", "A survey")]
    assert [(t.selection, t.value) for t in book.totals] == [((("study",),), 6), ((("meeting",),), 2)]


def test_an_act_changes_one_of_the_figures(tmp_path: Path) -> None:
    _rules(tmp_path / "small")
    act = tmp_path / "act.law"
    act.write_text(
        'Instrument "2/2026" key act en "Act" vi "Văn bản", from 2027-01-01, amends small.\nArticle 1.\n'
        'pay of an hour is 15 đồng per hour from 2027-01-01, official source en "Act" vi "Văn bản".\n'
        'figure Appendix (meeting) is 3 hours, official source en "Act" vi "Văn bản".\n'
        "add to definitions:\n\nfor each work entry:\nhours counted is 99 hours when time spent >= 100 hours and task is meeting.\n",
        "utf-8",
    )
    after = amended(tmp_path / "small", [act])[-1].rulebook
    assert [(f.value, f.to_date is None) for f in after.figures["hourly"]] == [(10, False), (12, False), (15, True)]
    assert {t.selection: t.value for t in after.totals} == {(("study",),): 6, (("meeting",),): 3}
    assert len(after.rules["entries.counted"]) == 3


def test_they_go_into_the_other_tongue_and_back(tmp_path: Path) -> None:
    glossary = _rules(tmp_path).rulebook.glossary
    laid_out = rewrite_source(Source("rules.law", LAW), glossary)
    vietnamese = rewrite_source(Source("rules.law", laid_out), glossary, "vi")
    for line in ("Định nghĩa.", "áp dụng thay cho phần định nghĩa.", "là căn cứ cho được tính khi loại việc là nghiên cứu.", "các số liệu Phụ lục"):
        assert line in vietnamese
    assert rewrite_source(Source("rules.law", vietnamese), glossary, "en") == laid_out


@pytest.mark.parametrize("case", [{"hours": "4", "night": True}, {"hours": "8"}, {"hours": "120"}, {"hours": None}, {"hours": "0"}])
def test_rows_say_the_same(tmp_path: Path, case: dict[str, Any]) -> None:
    facts = {"paid_on": "2026-08-01", "entries": [{"id": "e1", "task": "study", **case}]}
    assert agree(_rules(tmp_path).ready(), facts) in ("determined", "undetermined")
