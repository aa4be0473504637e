"""Lines that are refused or cut: each names the fact that failed and what would have been right, in both tongues."""

from __future__ import annotations

from typing import Any

import pytest

import legalaid_dsl as la

LINE = {
    "id": "e1", "provider": "P1", "date": "2026-02-02", "task": "file_study", "stage": "investigation", "hours": "4", "certified_by": ["centre"],
}  # fmt: skip
CASE: dict[str, Any] = {
    "case_id": "x", "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
    "offences": [{"class": "very_serious"}], "stages": ["investigation", "prosecution", "first_instance"],
    "providers": [{"id": "P1", "kind": "lawyer", "method": "actual_sessions", "method_chosen_on": "2026-01-05"}],
}  # fmt: skip
HEARING = {"task": "court_hearing", "stage": "first_instance", "certified_by": ["judge"]}

KINDS: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {  # of the case, of the line; in Vietnamese, in English
    "wrong certifier": ({}, {**HEARING, "certified_by": ["branch"]}, "Xác nhận: Chi nhánh; phải có xác nhận của một trong các chủ thể sau: Thẩm phán; Thư ký phiên tòa",
        "Certified by: branch of the centre; it must be certified by one of: judge; court clerk"),
    "no certifier": ({}, {"certified_by": []}, "Xác nhận: chưa có; phải có xác nhận của một trong", "Certified by: none; it must be certified by one of"),
    "too early for the law": ({}, {"date": "2021-07-01"}, "Ngày thực hiện: ngày 01 tháng 7 năm 2021; phải từ ngày Thông tư có hiệu lực (ngày 15 tháng 7 năm 2021) trở đi", "Date of work: 1 July 2021; must not be before the day on which the circular took effect (15 July 2021)"),
    "before the assignment": ({}, {"date": "2026-01-02"}, "phải từ ngày bắt đầu thực hiện (ngày 05 tháng 01 năm 2026) trở đi", "must not be before the start of service (5 January 2026)"),
    "while suspended": ({"suspended_on": "2026-01-20"}, {}, "chậm nhất phải là ngày tạm đình chỉ (ngày 20 tháng 01 năm 2026)", "must not be after the day of suspension (20 January 2026)"),
    "asked for the adjournment": ({}, {**HEARING, "adjourned": True, "adjourned_at_provider_request": True, "adjournment_notified": False},
        "Hoãn phiên tòa theo yêu cầu của người thực hiện: có; phải là “không” mới được tính", "Adjourned at the provider's request: yes; counts only if no"),
    "told of the adjournment": ({}, {**HEARING, "adjourned": True, "adjourned_at_provider_request": False, "adjournment_notified": True},
        "Được báo trước việc hoãn phiên tòa: có; phải là “không” mới được tính", "Told of the adjournment beforehand: yes; counts only if no"),
    "no such task here": ({}, {"task": "mediation", "certified_by": ["judge"]}, "Loại công việc: tham gia hòa giải; phải là một trong:", "Task: mediation; must be one of:"),
    "after the replacement": ({"providers": [{**CASE["providers"][0], "replaced_on": "2026-01-20"},
        {**CASE["providers"][0], "id": "P2", "replaces": "P1", "assigned_on": "2026-01-21"}]}, {},
        "chậm nhất phải là ngày bị thay thế (ngày 20 tháng 01 năm 2026)", "must not be after the day of replacement (20 January 2026)"),
    "before the successor's assignment": ({"providers": [{**CASE["providers"][0], "replaced_on": "2026-01-20"},
        {**CASE["providers"][0], "id": "P2", "replaces": "P1", "assigned_on": "2026-02-10"}]}, {"provider": "P2"},
        "phải từ ngày bắt đầu thực hiện (ngày 10 tháng 02 năm 2026) trở đi", "must not be before the start of service (10 February 2026)"),
    "over the ceiling of the task": ({}, {"hours": "40"}, "Số buổi được tính (công việc e1): 10 buổi vượt mức tối đa 6 buổi nên giảm 4 buổi, còn 6 buổi", "Sessions counted (work entry e1): 10 sessions, cut by 4 sessions: the ceiling is 6 sessions, which leaves 6 sessions"),
    "over the ceiling of the case": ({}, {**HEARING, "hours": "130"}, "32,5 buổi vượt mức tối đa 30 buổi nên giảm 2,5 buổi", "32.5 sessions, cut by 2.5 sessions: the ceiling is 30 sessions"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_fact_that_failed_and_what_would_be_right(rules: la.Rules, kind: str) -> None:
    of_case, of_line, vi, en = KINDS[kind]
    result = rules.evaluate({**CASE, **of_case, "entries": [{**LINE, **of_line}]}, figures="illustrative")
    for lang, said in (("vi", vi), ("en", en)):
        text = result.explain(lang)
        assert said in text, text


def told(rules: la.Rules, of_case: dict[str, Any], of_line: dict[str, Any]) -> dict[str, str]:
    result = rules.evaluate({**CASE, **of_case, "entries": [{**LINE, **of_line}]}, figures="illustrative")
    return {lang: result.explain(lang) for lang in ("vi", "en")}


def test_what_would_do_instead_is_said_as_such(rules: la.Rules) -> None:
    """Two facts of which one would be enough are not both asked for."""
    text = told(rules, {"suspended_on": "2026-01-20", "resumed_on": "2026-03-01"}, {})
    assert "chậm nhất phải là ngày tạm đình chỉ (ngày 20 tháng 01 năm 2026)" in text["vi"]
    assert "       hoặc phải từ ngày tiếp tục giải quyết (ngày 01 tháng 3 năm 2026) trở đi" in text["vi"]
    assert "       or must not be before the day of resumption (1 March 2026)" in text["en"]


def test_certifiers_are_told_as_stated(rules: la.Rules) -> None:
    """A procurator is an officer of the proceedings too, but was not stated as one; one that is asked for is not one of several."""
    text = told(rules, {}, {**HEARING, "certified_by": ["procurator"]})
    assert "Xác nhận: Kiểm sát viên; phải có" in text["vi"]
    assert "Certified by: procurator; it must" in text["en"]
    text = told(rules, {}, {"task": "evidence_work"})
    assert "phải có xác nhận của cơ quan, tổ chức, cá nhân nơi xác minh, thu thập chứng cứ" in text["vi"]
    assert "it must be certified by: place of evidence" in text["en"]


def test_work_of_another_form_names_the_points_once(rules: la.Rules) -> None:
    case = {"form": "administrative_proceedings", "complexity": "ordinary", "stages": ["first_instance"], "offences": []}
    text = told(rules, case, {"task": "mediation", "stage": "first_instance", "certified_by": ["mediation_clerk"]})
    assert "Công việc phải thuộc các điểm a, b, c, d, e, g, h, i, k, l, m khoản 1 Điều 5  [điểm a khoản 1 Điều 6]" in text["vi"]
    assert "hoặc loại công việc: tham gia hòa giải; phải là tham gia đối thoại  [điểm b khoản 1 Điều 6]" in text["vi"]
    assert "Work entry must be work of Points a, b, c, d, e, g, h, i, k, l, m, Clause 1, Article 5  [Point a, Clause 1, Article 6]" in text["en"]


def test_a_shared_ceiling_says_what_came_before(rules: la.Rules) -> None:
    lines = [{**LINE, "id": f"e{i}", "date": f"2026-02-0{i}", "hours": hours} for i, hours in enumerate(("16", "8", "7"), 1)]
    text = rules.evaluate({**CASE, "entries": lines}, figures="illustrative").explain("vi")
    assert "Số buổi được tính (công việc e3): 2 buổi, cùng với 6 buổi đã tính trước đó, vượt mức tối đa 6 buổi nên giảm 2 buổi, còn 0 buổi." in text


def test_a_ceiling_that_bound_nobody_is_not_told(rules: la.Rules) -> None:
    """With a part for each, the level of the whole case is a bound that nobody reached; a bound that is itself cut is no pay."""
    lump = {"kind": "lawyer", "method": "lump_sum", "method_chosen_on": "2026-01-05", "tasks_complete": True}
    case = {
        **CASE, "tasks_complete": True,
        "providers": [{**lump, "id": "P1", "stages": ["investigation"]}, {**lump, "id": "P2", "stages": ["first_instance"]}],
        "entries": [LINE, {**LINE, **HEARING, "id": "e2", "provider": "P2"}],
    }  # fmt: skip
    assert "vượt mức tối đa" not in rules.evaluate(case, figures="illustrative").explain("vi")
    case["providers"] = [{**lump, "id": "P1", "replaced_on": "2026-03-01"}, {"id": "P2", "kind": "lawyer", "method": "actual_sessions", "replaces": "P1", "assigned_on": "2026-03-02"}]
    case["entries"] = [LINE, {**LINE, **HEARING, "id": "e2", "provider": "P2", "date": "2026-06-02", "hours": "40"}]
    text = rules.evaluate(case, figures="illustrative").explain("vi")
    assert "Số buổi được thanh toán (công việc e2): 10 buổi vượt mức tối đa 7 buổi nên giảm 3 buổi" in text
    assert text.count("vượt mức tối đa") == 1


def test_a_refused_case_has_a_statement_that_says_so(rules: la.Rules) -> None:
    result = rules.evaluate({**CASE, "closed_on": "2021-07-01", "entries": []})
    for form in ("text", "markdown", "html"):
        text = result.explain("vi", form, layer="statement")
        assert "Không tính được thù lao, bồi dưỡng cho vụ việc này" in text
        assert "áp dụng các Thông tư trước đó" in text


def test_offences_of_two_documents_are_told_apart(rules: la.Rules) -> None:
    documents = [
        {"kind": kind, "issued_on": "2026-01-03", "offences": [{"class": "serious"}]} for kind in ("prosecution_decision", "indictment")
    ]
    providers = [{"id": "P1", "kind": "lawyer", "method": "lump_sum", "method_chosen_on": "2026-01-05"}]
    case = {**{k: v for k, v in CASE.items() if k != "offences"}, "documents": documents, "providers": providers, "tasks_complete": True, "entries": [LINE]}
    text = rules.evaluate(case, figures="illustrative").explain("vi")
    assert "(tội danh 1, văn bản tố tụng 1: quyết định khởi tố bị can)" in text
    assert "(tội danh 1, văn bản tố tụng 2: cáo trạng)" in text


def test_a_lump_sum_has_no_sessions_paid_beside_a_refused_line(rules: la.Rules) -> None:
    """What is nothing by nature is not told, also where a line is refused; each number has its operation, from three hours on."""
    providers = [{"id": "P1", "kind": "lawyer", "method": "lump_sum", "method_chosen_on": "2026-01-05"}]
    case = {**CASE, "tasks_complete": True, "providers": providers, "entries": [{**LINE, "hours": "3"}, {**LINE, "id": "e2", "certified_by": []}]}
    for layer in ("statement", "explanation"):
        text = rules.evaluate(case, figures="illustrative").explain("vi", layer=layer)
        assert "Số buổi được thanh toán" not in text
        assert "Số buổi đủ giờ: 3/4 = 0,75 → 0 buổi; 0 + 1 = 1 buổi (số giờ lẻ từ đủ 03 giờ trở lên: tính 01 buổi)" in text


def test_a_case_that_cannot_be_read_is_told_by_names(rules: la.Rules) -> None:
    text = told(rules, {}, {"provider": "P9"})
    assert "Người thực hiện công việc (công việc 1): Không có “P9”." in text["vi"]
    assert "Provider of the work (work entry 1): " in text["en"]


def test_one_on_a_lump_sum_beside_one_on_sessions(rules: la.Rules) -> None:
    """Of the one, no sessions are paid by nature; of the other they are told."""
    lump = {"id": "P1", "kind": "lawyer", "method": "lump_sum", "method_chosen_on": "2026-01-05", "replaced_on": "2026-03-01"}
    successor = {"id": "P2", "kind": "lawyer", "method": "actual_sessions", "replaces": "P1", "assigned_on": "2026-03-02"}
    lines = [LINE, {**LINE, **HEARING, "id": "e2", "provider": "P2", "date": "2026-06-02"}]
    text = rules.evaluate({**CASE, "tasks_complete": True, "providers": [lump, successor], "entries": lines}, figures="illustrative").explain("vi")
    assert "Số buổi làm việc: 1 buổi; Được tính: có\n" in text
    assert "Số buổi làm việc: 1 buổi; Được tính: có; Số buổi được thanh toán: 1 buổi" in text
